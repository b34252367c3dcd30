//! The file itself: pages of marks become PDF objects, with only the shapes of the fonts that the paper uses.

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};
use subsetter::GlyphRemapper;

use super::PdfError;
use super::font::{Fonts, Printed, Weight, bytes};
use super::layout::{HEIGHT, Laid, Mark, WIDTH};
use crate::papers::document::Document;

const LEVEL: u8 = 7;
const IDENTITY: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// The shapes of one face that a paper uses, in the order in which they come up.
struct Used {
    weight: Weight,
    shapes: GlyphRemapper,
    /// New number, letter and width.
    letters: Vec<(u16, char, f32)>,
}

impl Used {
    fn new(weight: Weight) -> Self {
        Self { weight, shapes: GlyphRemapper::new(), letters: Vec::new() }
    }

    fn glyph(&mut self, fonts: &Fonts, old: u16, letter: char) -> [u8; 2] {
        let new = self.shapes.remap(old);
        if old != 0 && !self.letters.iter().any(|(known, ..)| *known == new) {
            self.letters.push((new, letter, fonts.advance(self.weight, old)));
        }
        new.to_be_bytes()
    }
}

/// Writes the file.
///
/// # Errors
/// See [`PdfError`].
pub(super) fn file(document: &Document, laid: &Laid, fonts: &Fonts) -> Result<Vec<u8>, PdfError> {
    let mut next = Ref::new(1);
    let [catalog, tree, info, outline] = [next.bump(), next.bump(), next.bump(), next.bump()];
    let mut used = [(Used::new(Weight::Regular), next.bump()), (Used::new(Weight::Bold), next.bump())];
    let pages: Vec<(Ref, Ref)> = laid.pages.iter().map(|_| (next.bump(), next.bump())).collect();
    let mut pdf = Pdf::new();
    for (marks, (page, content)) in laid.pages.iter().zip(&pages) {
        let drawn = draw(document, marks, fonts, &mut used);
        pdf.stream(*content, &compress_to_vec_zlib(&drawn, LEVEL)).filter(Filter::FlateDecode);
        let mut page = pdf.page(*page);
        page.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).parent(tree).contents(*content);
        let mut resources = page.resources();
        let mut names = resources.fonts();
        for (face, id) in &used {
            names.pair(name(face.weight), *id);
        }
    }
    pdf.pages(tree)
        .kids(pages.iter().map(|(page, _)| *page))
        .count(i32::try_from(pages.len()).unwrap_or(i32::MAX))
        .media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT));
    for (face, id) in &used {
        font(&mut pdf, face, *id, fonts, &mut next)?;
    }
    let mut about = pdf.document_info(info);
    about.title(TextStr(&format!("{} {}", document.head.title, document.case))).subject(TextStr(&document.case));
    about.author(TextStr(&document.head.office)).producer(TextStr("SIPS Lapangan"));
    about.finish();
    // A bundle of papers can be turned to by their titles.
    let has_outline = laid.starts.len() > 1;
    if has_outline {
        outlines(&mut pdf, laid, outline, &pages, &mut next);
    }
    let mut root = pdf.catalog(catalog);
    root.pages(tree).lang(TextStr(&document.language));
    root.viewer_preferences().display_doc_title(true);
    if has_outline {
        root.outlines(outline);
    }
    root.finish();
    Ok(pdf.finish())
}

fn name(weight: Weight) -> Name<'static> {
    match weight {
        Weight::Regular => Name(b"R"),
        Weight::Bold => Name(b"B"),
    }
}

fn draw(document: &Document, marks: &[Mark], fonts: &Fonts, used: &mut [(Used, Ref); 2]) -> Vec<u8> {
    let mut content = Content::new();
    if !document.watermark.is_empty() {
        const SIZE: f32 = 90.0;
        let width = fonts.width(Weight::Bold, &document.watermark) * SIZE / 1000.0;
        // Turned by 45 degrees about the middle of the page.
        let turn = std::f32::consts::FRAC_1_SQRT_2;
        let start = (WIDTH / 2.0 - width / 2.0 * turn, HEIGHT / 2.0 - width / 2.0 * turn);
        content.set_fill_gray(0.85);
        content.begin_text().set_font(name(Weight::Bold), SIZE).set_text_matrix([turn, turn, -turn, turn, start.0, start.1]);
        show(&mut content, &document.watermark, fonts, &mut used[1].0);
        content.end_text().set_fill_gray(0.0);
    }
    for mark in marks {
        match mark {
            Mark::Line { from, to, width } => {
                content.set_line_width(*width);
                content.move_to(from.0, HEIGHT - from.1).line_to(to.0, HEIGHT - to.1).stroke();
            }
            Mark::Fill { from, size } => {
                content.rect(from.0, HEIGHT - from.1 - size.1, size.0, size.1).fill_nonzero();
            }
            Mark::Text { x, y, size, weight, text } => {
                content.begin_text().set_font(name(*weight), *size).next_line(*x, HEIGHT - y);
                let face = &mut used[usize::from(*weight == Weight::Bold)].0;
                show(&mut content, text, fonts, face);
                content.end_text();
            }
        }
    }
    content.finish().into_vec()
}

/// Shows a text. A run of letters without shapes is shown as boxes that say which letters they stand for.
fn show(content: &mut Content, text: &str, fonts: &Fonts, face: &mut Used) {
    let mut shown = Vec::new();
    let mut hidden = String::new();
    let mut boxes = Vec::new();
    for letter in text.chars() {
        match fonts.printed(face.weight, letter) {
            Printed::Glyph(glyph) => {
                show_boxes(content, &mut hidden, &mut boxes);
                shown.extend(face.glyph(fonts, glyph, letter));
            }
            Printed::Box => {
                if !shown.is_empty() {
                    content.show(Str(&shown));
                    shown.clear();
                }
                hidden.push(letter);
                boxes.extend(face.glyph(fonts, 0, letter));
            }
            // Joins letters without shapes; between others it says nothing on paper.
            Printed::Nothing if !hidden.is_empty() => hidden.push(letter),
            Printed::Nothing => {}
        }
    }
    show_boxes(content, &mut hidden, &mut boxes);
    if !shown.is_empty() {
        content.show(Str(&shown));
    }
}

fn show_boxes(content: &mut Content, hidden: &mut String, boxes: &mut Vec<u8>) {
    if hidden.is_empty() {
        return;
    }
    content.begin_marked_content_with_properties(Name(b"Span")).properties().actual_text(TextStr(hidden));
    content.show(Str(boxes)).end_marked_content();
    hidden.clear();
    boxes.clear();
}

fn font(pdf: &mut Pdf, used: &Used, id: Ref, fonts: &Fonts, next: &mut Ref) -> Result<(), PdfError> {
    let [cid, descriptor, unicode, program] = [next.bump(), next.bump(), next.bump(), next.bump()];
    let full: &[u8] = match used.weight {
        Weight::Regular => b"SIPSLR+Gelasio-Regular",
        Weight::Bold => b"SIPSLB+Gelasio-Bold",
    };
    let face = fonts.face(used.weight);
    let scale = |units: i16| f32::from(units) * 1000.0 / f32::from(face.units_per_em());

    pdf.type0_font(id).base_font(Name(full)).encoding_predefined(Name(b"Identity-H")).descendant_font(cid).to_unicode(unicode);

    let mut widths: Vec<f32> = vec![0.0; usize::from(used.shapes.num_gids())];
    widths[0] = fonts.advance(used.weight, 0);
    for (new, _, width) in &used.letters {
        widths[usize::from(*new)] = *width;
    }
    let mut cid_font = pdf.cid_font(cid);
    cid_font.subtype(CidFontType::Type2).base_font(Name(full)).system_info(IDENTITY).font_descriptor(descriptor).default_width(0.0);
    cid_font.cid_to_gid_map_predefined(Name(b"Identity"));
    cid_font.widths().consecutive(0, widths);
    cid_font.finish();

    let bounds = face.global_bounding_box();
    pdf.font_descriptor(descriptor)
        .name(Name(full))
        .flags(FontFlags::SYMBOLIC | FontFlags::SERIF)
        .bbox(Rect::new(scale(bounds.x_min), scale(bounds.y_min), scale(bounds.x_max), scale(bounds.y_max)))
        .italic_angle(0.0)
        .ascent(scale(face.ascender()))
        .descent(scale(face.descender()))
        .cap_height(scale(face.capital_height().unwrap_or_else(|| face.ascender())))
        .stem_v(if used.weight == Weight::Bold { 140.0 } else { 85.0 })
        .font_file2(program);

    let mut cmap = UnicodeCmap::new(Name(b"Adobe-Identity-UCS"), IDENTITY);
    for (new, letter, _) in &used.letters {
        cmap.pair(*new, *letter);
    }
    pdf.stream(unicode, &compress_to_vec_zlib(cmap.finish().as_slice(), LEVEL)).filter(Filter::FlateDecode);

    let shapes = subsetter::subset(bytes(used.weight), 0, &used.shapes).map_err(|_| PdfError::Font)?;
    pdf.stream(program, &compress_to_vec_zlib(&shapes, LEVEL)).filter(Filter::FlateDecode);
    Ok(())
}

fn outlines(pdf: &mut Pdf, laid: &Laid, outline: Ref, pages: &[(Ref, Ref)], next: &mut Ref) {
    let items: Vec<Ref> = laid.starts.iter().map(|_| next.bump()).collect();
    if let (Some(first), Some(last)) = (items.first(), items.last()) {
        pdf.outline(outline).first(*first).last(*last).count(i32::try_from(items.len()).unwrap_or(i32::MAX));
    }
    for (index, ((title, page, y), id)) in laid.starts.iter().zip(&items).enumerate() {
        let mut item = pdf.outline_item(*id);
        item.title(TextStr(title)).parent(outline);
        if let Some(before) = index.checked_sub(1).and_then(|index| items.get(index)) {
            item.prev(*before);
        }
        if let Some(after) = items.get(index + 1) {
            item.next(*after);
        }
        if let Some((page, _)) = pages.get(*page) {
            item.dest().page(*page).xyz(0.0, HEIGHT - y, None);
        }
    }
}
