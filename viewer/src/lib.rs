//! Pages of a PDF drawn as pictures, and what else is in the file that a reader should be told of. Nothing in it is run or followed:
//! scripts, links, forms and embedded files are counted, never opened.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

/// The most pages that are shown; the rest is in the file.
pub const SHOWN_PAGES: usize = 50;
/// The longest side of a picture, in pixels.
const LONGEST_SIDE: f32 = 4_096.0;
/// The most pixels of one picture: four bytes each.
const MOST_PIXELS: f32 = 6_000_000.0;
/// Objects that are looked into for what a reader should be told of; a file with more is told of as one that was not searched whole.
const SEARCHED_OBJECTS: usize = 200_000;
/// How deep an object is looked into.
const SEARCHED_DEPTH: u8 = 12;

/// Why a file cannot be shown. It is kept as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It asks for a password.
    #[error("the file asks for a password")]
    Locked,
    /// No PDF, or damaged.
    #[error("the file is damaged")]
    Damaged,
    /// It has no such page, or not one that can be drawn.
    #[error("there is no such page")]
    NoPage,
}

/// What else is in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carries {
    /// Scripts.
    pub scripts: bool,
    /// Acts that would start a program or send something.
    pub launches: bool,
    /// Other files.
    pub files: bool,
}

/// A page as a picture: four bytes a pixel, red, green, blue and opacity, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Its bytes.
    pub pixels: Vec<u8>,
}

/// An open file.
pub struct File {
    pdf: Pdf,
}

impl File {
    /// Opens a file.
    ///
    /// # Errors
    /// See [`Unreadable`].
    pub fn open(bytes: Vec<u8>) -> Result<Self, Unreadable> {
        match Pdf::new(bytes) {
            Ok(pdf) if pdf.pages().is_empty() => Err(Unreadable::Damaged),
            Ok(pdf) => Ok(Self { pdf }),
            Err(LoadPdfError::Decryption(_)) => Err(Unreadable::Locked),
            Err(LoadPdfError::Invalid) => Err(Unreadable::Damaged),
        }
    }

    /// The number of its pages.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.pdf.pages().len()
    }

    /// What else is in it.
    #[must_use]
    pub fn carries(&self) -> Carries {
        let mut found = Carries::default();
        for object in self.pdf.objects().into_iter().take(SEARCHED_OBJECTS) {
            search(&object, SEARCHED_DEPTH, &mut found);
        }
        found
    }

    /// A page, from 0, as a picture of about `width` pixels; smaller where it would be too large.
    ///
    /// # Errors
    /// See [`Unreadable::NoPage`].
    pub fn picture(&self, page: usize, width: u32) -> Result<Picture, Unreadable> {
        let page = self.pdf.pages().get(page).filter(|_| page < SHOWN_PAGES).ok_or(Unreadable::NoPage)?;
        let scale = scale(page, width).ok_or(Unreadable::NoPage)?;
        // Text without its own font is drawn in one that is here; encodings that are not here leave theirs out.
        let interpreter = InterpreterSettings::default();
        let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
        let drawn = render(page, &RenderCache::new(), &interpreter, &RenderSettings::default(), &settings);
        let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
        // The ground is white and whole: nothing is left that would have to be undone of its opacity.
        Ok(Picture { width, height, pixels: drawn.data_as_u8_slice().to_vec() })
    }
}

/// By what a page is enlarged.
fn scale(page: &Page<'_>, wanted: u32) -> Option<f32> {
    let (width, height) = page.render_dimensions();
    let is_size = |side: f32| side.is_finite() && (1.0..=100_000.0).contains(&side);
    if !is_size(width) || !is_size(height) {
        return None;
    }
    let most = (LONGEST_SIDE / width.max(height)).min((MOST_PIXELS / (width * height)).sqrt());
    let scale = (wanted as f32 / width).min(most);
    (width * scale >= 1.0 && height * scale >= 1.0).then_some(scale)
}

fn search(object: &Object<'_>, depth: u8, found: &mut Carries) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match object {
        Object::Dict(dict) => look_into(dict, depth, found),
        Object::Stream(stream) => look_into_stream(stream, depth, found),
        Object::Array(array) => look_through(array, depth, found),
        _ => {}
    }
}

fn look_into_stream(stream: &Stream<'_>, depth: u8, found: &mut Carries) {
    look_into(stream.dict(), depth, found);
}

fn look_through(array: &Array<'_>, depth: u8, found: &mut Carries) {
    // What an entry refers to is an object of its own, and looked into as such.
    for entry in array.raw_iter() {
        if let hayro::hayro_syntax::object::MaybeRef::NotRef(object) = entry {
            search(&object, depth, found);
        }
    }
}

fn look_into(dict: &Dict<'_>, depth: u8, found: &mut Carries) {
    let kind = dict.get::<Name<'_>>("S").map(|name| name.as_ref().to_vec());
    match kind.as_deref() {
        Some(b"JavaScript" | b"Rendition") => found.scripts = true,
        Some(b"Launch" | b"SubmitForm" | b"ImportData" | b"GoToE") => found.launches = true,
        _ => {}
    }
    found.scripts |= dict.contains_key("JS") || dict.contains_key("JavaScript");
    found.files |= dict.contains_key("EF") || dict.contains_key("EmbeddedFiles");
    for (_, entry) in dict.entries() {
        if let hayro::hayro_syntax::object::MaybeRef::NotRef(object) = entry {
            search(&object, depth, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of these objects, with a table that says where they stand.
    fn pdf(objects: &[&str], trailer: &str) -> Vec<u8> {
        let mut out = String::from("%PDF-1.4\n");
        let mut places = Vec::new();
        for (number, object) in objects.iter().enumerate() {
            places.push(out.len());
            out.push_str(&format!("{} 0 obj\n{object}\nendobj\n", number + 1));
        }
        let table = out.len();
        out.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
        places.iter().for_each(|place| out.push_str(&format!("{place:010} 00000 n \n")));
        out.push_str(&format!("trailer\n<< /Size {} /Root 1 0 R {trailer} >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1));
        out.into_bytes()
    }

    const CATALOG: &str = "<< /Type /Catalog /Pages 2 0 R >>";
    const ONE_PAGE: &str = "<< /Type /Pages /Count 1 /Kids [3 0 R] >>";
    const BLACK: &str = "<< /Length 31 >>\nstream\n0 0 0 rg 0 0 100 100 re f      \nendstream";

    fn page(media_box: &str) -> String {
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [{media_box}] /Contents 4 0 R >>")
    }

    #[test]
    fn a_page_is_drawn_in_the_width_that_is_asked_for() {
        let file = File::open(pdf(&[CATALOG, ONE_PAGE, &page("0 0 200 100"), BLACK], "")).expect("a file");
        assert_eq!(file.pages(), 1);
        let picture = file.picture(0, 400).expect("a page");
        assert_eq!((picture.width, picture.height), (400, 200));
        assert_eq!(picture.pixels.len(), 400 * 200 * 4);
        let pixel = |x: usize| &picture.pixels[(100 * 400 + x) * 4..][..4];
        assert_eq!((pixel(20), pixel(380)), (&[0, 0, 0, 255][..], &[255, 255, 255, 255][..]));
        assert_eq!(file.picture(1, 400), Err(Unreadable::NoPage));
        assert_eq!(file.carries(), Carries::default());
    }

    #[test]
    fn a_page_that_would_take_too_much_is_drawn_smaller_or_not_at_all() {
        for size in ["0 0 14400 14400", "0 0 90000 2", "0 0 1e30 1e30", "0 0 0 0"] {
            match File::open(pdf(&[CATALOG, ONE_PAGE, &page(size), BLACK], "")).and_then(|file| file.picture(0, 100_000)) {
                Ok(picture) => assert!(picture.pixels.len() <= 4 * MOST_PIXELS as usize && picture.width <= 4_096, "{size}"),
                Err(_) => assert_ne!(size, "0 0 14400 14400"),
            }
        }
    }

    #[test]
    fn what_else_is_in_a_file_is_told_and_never_opened() {
        let catalog = "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>";
        let launch = "<< /Type /Action /S /Launch /F (cmd.exe) >>";
        let names = "<< /Names [(a) << /Type /Filespec /EF << /F 4 0 R >> >>] >>";
        let carries = |objects: &[&str]| File::open(pdf(objects, "")).expect("a file").carries();
        let clean = [CATALOG, ONE_PAGE, &page("0 0 10 10"), BLACK];
        assert_eq!(carries(&[catalog, clean[1], clean[2], clean[3]]), Carries { scripts: true, ..Carries::default() });
        assert_eq!(carries(&[clean[0], clean[1], clean[2], clean[3], launch]), Carries { launches: true, ..Carries::default() });
        assert_eq!(carries(&[clean[0], clean[1], clean[2], clean[3], names]), Carries { files: true, ..Carries::default() });
    }

    #[test]
    fn a_file_with_a_password_says_so() {
        let encryption = "<< /Filter /Standard /V 1 /R 2 /P -4 /O <0000000000000000000000000000000000000000000000000000000000000000> /U <0000000000000000000000000000000000000000000000000000000000000000> >>";
        let file = pdf(&[CATALOG, ONE_PAGE, &page("0 0 10 10"), BLACK, encryption], "/Encrypt 5 0 R /ID [<00> <00>]");
        assert_eq!(File::open(file).err(), Some(Unreadable::Locked));
    }

    #[test]
    fn broken_files_and_circles_end() {
        let whole = pdf(&[CATALOG, ONE_PAGE, &page("0 0 50 50"), BLACK], "");
        for length in (0..whole.len()).step_by(7) {
            if let Ok(file) = File::open(whole[..length].to_vec()) {
                let _ = (file.carries(), file.picture(0, 50));
            }
        }
        let circle = pdf(&[CATALOG, "<< /Type /Pages /Count 2 /Kids [2 0 R 3 0 R] /Parent 2 0 R >>", &page("0 0 50 50"), BLACK], "");
        if let Ok(file) = File::open(circle) {
            let _ = file.picture(0, 50);
        }
        // A form that draws itself.
        let form = "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 4 0 R >> >> /Length 5 >>\nstream\n/F Do\nendstream";
        let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << /XObject << /F 4 0 R >> >> /Contents 5 0 R >>";
        let drawn = "<< /Length 5 >>\nstream\n/F Do\nendstream";
        let file = File::open(pdf(&[CATALOG, ONE_PAGE, page, form, drawn], "")).expect("a file");
        assert!(file.picture(0, 9).is_ok());
        assert_eq!(File::open(b"<html>".to_vec()).err(), Some(Unreadable::Damaged));
    }
}
