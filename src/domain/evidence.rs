//! Files that come with a petition: what they claim to be and what their first bytes say, and what the command carries
//! of them. The bytes themselves never enter this room.

use serde::{Deserialize, Serialize};

use super::answers::{Answer, Answers, Row};
use super::case::{Act, Effect};
use super::digest::Digest;
use super::form::YES;
use super::id::FileId;

/// The first bytes of a file that tell its kind.
pub const HEAD_LENGTH: usize = 32;
/// The largest file that is taken while no server has named another limit, in bytes.
pub const FILE_LIMIT: u64 = 50_000_000;

/// What a command says of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileRef {
    /// Made on the device.
    pub id: FileId,
    /// Name as the person sees it.
    pub name: String,
    /// Length in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// Media type, by its first bytes.
    pub media: MediaType,
    /// A PDF that asks for a password: whoever reads it later needs to be told.
    #[serde(default)]
    pub locked: bool,
}

/// The kinds of file that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MediaType {
    /// A PDF document.
    #[serde(rename = "application/pdf")]
    Pdf,
    /// A photograph.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// A picture.
    #[serde(rename = "image/png")]
    Png,
    /// A picture.
    #[serde(rename = "image/webp")]
    Webp,
    /// A photograph of newer telephones.
    #[serde(rename = "image/heic")]
    Heic,
    /// A Word document; kept, never opened here.
    #[serde(rename = "application/vnd.openxmlformats-officedocument.wordprocessingml.document")]
    Docx,
}

/// Why a file is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileProblem {
    /// No bytes.
    #[error("the file is empty")]
    Empty,
    /// Larger than the limit; both in bytes.
    #[error("the file has {size} bytes, more than {limit}")]
    TooLarge {
        /// Of the file.
        size: u64,
        /// The most that is taken.
        limit: u64,
    },
    /// Its first bytes are those of a kind that is not taken.
    #[error("the file is of a kind that is not taken")]
    NotAllowed,
    /// Its name promises another kind than its first bytes show.
    #[error("the file's content does not fit its name")]
    Mismatch,
    /// It could not be read to its end: gone, in the cloud only, or changed meanwhile.
    #[error("the file could not be read")]
    Unreadable,
}

/// Tells the kind of a file by its first bytes and its name, and refuses what is not taken.
///
/// # Errors
/// See [`FileProblem`]; the size is judged before any byte is read.
pub fn sniff(name: &str, size: u64, limit: u64, head: &[u8]) -> Result<MediaType, FileProblem> {
    check_size(size, limit)?;
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    let shown = kind_of(head, &extension);
    let promised = match extension.as_str() {
        "pdf" => Some(MediaType::Pdf),
        "jpg" | "jpeg" => Some(MediaType::Jpeg),
        "png" => Some(MediaType::Png),
        "webp" => Some(MediaType::Webp),
        "heic" | "heif" => Some(MediaType::Heic),
        "docx" => Some(MediaType::Docx),
        _ => None,
    };
    match (shown, promised) {
        (Some(shown), Some(promised)) if shown == promised => Ok(shown),
        // A photo renamed among the kinds of picture harms nobody: what the bytes say counts.
        (Some(shown), Some(promised)) if shown.is_picture() && promised.is_picture() => Ok(shown),
        (_, Some(_)) => Err(FileProblem::Mismatch),
        // Cameras and messengers hand over files without a name that says something.
        (Some(shown), None) if shown != MediaType::Docx => Ok(shown),
        (_, None) => Err(FileProblem::NotAllowed),
    }
}

/// The number of pixels that a PNG or JPEG says it has; `None` where its head does not say. A small file may hold a picture
/// that no phone can draw.
#[must_use]
pub fn pixels(head: &[u8]) -> Option<u64> {
    let number = |bytes: &[u8]| bytes.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    if head.starts_with(&[0x89, b'P', b'N', b'G']) {
        return Some(number(head.get(16..20)?) * number(head.get(20..24)?));
    }
    if !head.starts_with(&[0xff, 0xd8]) {
        return None;
    }
    // JPEG: segments of a marker, a length and content; the frame's own (C0 to CF, but C4, C8 and CC) gives height and width.
    let mut at = 2;
    loop {
        let marker = *head.get(at + 1)?;
        if head.get(at) != Some(&0xff) {
            return None;
        }
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            return Some(number(head.get(at + 5..at + 7)?) * number(head.get(at + 7..at + 9)?));
        }
        at += 2 + usize::try_from(number(head.get(at + 2..at + 4)?)).ok()?;
    }
}

/// Does a part of a PDF name the dictionary of its encryption?
#[must_use]
pub fn names_encryption(part: &[u8]) -> bool {
    part.windows(8).any(|window| window == b"/Encrypt")
}

/// Judges the size alone, before anything is read.
///
/// # Errors
/// Empty, or larger than `limit` bytes.
pub fn check_size(size: u64, limit: u64) -> Result<(), FileProblem> {
    match size {
        0 => Err(FileProblem::Empty),
        size if size > limit => Err(FileProblem::TooLarge { size, limit }),
        _ => Ok(()),
    }
}

fn kind_of(head: &[u8], extension: &str) -> Option<MediaType> {
    match head {
        [0xff, 0xd8, 0xff, ..] => Some(MediaType::Jpeg),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(MediaType::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(MediaType::Webp),
        [_, _, _, _, b'f', b't', b'y', b'p', b'h' | b'm', b'e' | b'i', _, _, ..] => Some(MediaType::Heic),
        [b'P', b'K', 3, 4, ..] if extension == "docx" => Some(MediaType::Docx),
        // A PDF may have up to a few bytes before its mark, such as a byte order mark.
        _ if head.windows(5).any(|window| window == b"%PDF-") => Some(MediaType::Pdf),
        _ => None,
    }
}

impl MediaType {
    /// Every kind that is taken.
    pub const ALL: [Self; 6] = [Self::Pdf, Self::Jpeg, Self::Png, Self::Webp, Self::Heic, Self::Docx];

    /// Can a browser draw it as a picture? (Not all draw HEIC; those show its name instead.)
    #[must_use]
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp | Self::Heic)
    }

    /// The name in the registry of media types.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Heic => "image/heic",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }

    /// Reads such a name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|media| media.as_str() == text)
    }
}

impl FileRef {
    /// The row that a form keeps of a file.
    #[must_use]
    pub fn to_row(&self) -> Row {
        let mut fields = Answers::default();
        fields.set_text("name", self.name.clone());
        fields.set_text("size", self.size.to_string());
        fields.set_text("sha256", self.sha256.to_string());
        fields.set_text("media", self.media.as_str().to_owned());
        if self.locked {
            fields.set_text("locked", YES.to_owned());
        }
        Row { id: self.id.to_string(), fields }
    }

    /// Reads such a row; `None` if it is no such row.
    #[must_use]
    pub fn from_row(row: &Row) -> Option<Self> {
        Some(Self {
            id: FileId::parse(&row.id)?,
            name: row.fields.text("name").to_owned(),
            size: row.fields.text("size").parse().ok()?,
            sha256: Digest::parse(row.fields.text("sha256"))?,
            media: MediaType::parse(row.fields.text("media"))?,
            locked: row.fields.text("locked") == YES,
        })
    }
}

/// The files that an act names, in the order of its forms.
#[must_use]
pub fn files_of(act: &Act) -> Vec<FileRef> {
    let mut files = Vec::new();
    for effect in &act.effects {
        if let Effect::Set { answers, .. } = effect {
            gather(answers, &mut files);
        }
    }
    files
}

/// The files that answers name, in their order.
#[must_use]
pub fn files_in(answers: &Answers) -> Vec<FileRef> {
    let mut files = Vec::new();
    gather(answers, &mut files);
    files
}

fn gather(answers: &Answers, files: &mut Vec<FileRef>) {
    for answer in answers.0.values() {
        let Answer::Rows(rows) = answer else { continue };
        for row in rows {
            match FileRef::from_row(row) {
                Some(file) => files.push(file),
                None => gather(&row.fields, files),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;

    const LIMIT: u64 = 1_000;
    const PDF: &[u8] = b"%PDF-1.7\n";
    const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 0, 0];
    const EXE: &[u8] = b"MZ\x90\x00";
    const ZIP: &[u8] = b"PK\x03\x04\x14\x00";

    #[test]
    fn the_first_bytes_decide() {
        for (name, head, expected) in [
            ("a.pdf", PDF, Ok(MediaType::Pdf)),
            ("a.PDF", PDF, Ok(MediaType::Pdf)),
            ("a.jpg", JPEG, Ok(MediaType::Jpeg)),
            ("a.png", JPEG, Ok(MediaType::Jpeg)),
            ("blob", JPEG, Ok(MediaType::Jpeg)),
            ("a.docx", ZIP, Ok(MediaType::Docx)),
            ("a.pdf", EXE, Err(FileProblem::Mismatch)),
            ("a.jpg", b"<html>".as_slice(), Err(FileProblem::Mismatch)),
            ("a.pdf", ZIP, Err(FileProblem::Mismatch)),
            ("a.exe", EXE, Err(FileProblem::NotAllowed)),
            ("a.svg", b"<svg/>".as_slice(), Err(FileProblem::NotAllowed)),
            ("a.zip", ZIP, Err(FileProblem::NotAllowed)),
            ("a.docm", ZIP, Err(FileProblem::NotAllowed)),
        ] {
            assert_eq!(sniff(name, 10, LIMIT, head), expected, "{name}");
        }
    }

    #[test]
    fn size_is_judged_first() {
        assert_eq!(sniff("a.pdf", 0, LIMIT, PDF), Err(FileProblem::Empty));
        assert_eq!(sniff("a.pdf", 1_001, LIMIT, PDF), Err(FileProblem::TooLarge { size: 1_001, limit: LIMIT }));
    }

    #[test]
    fn pictures_tell_their_size_before_they_are_drawn() {
        let mut png = vec![0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 0, 0, 13, b'I', b'H', b'D', b'R'];
        png.extend([0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
        assert_eq!(pixels(&png), Some(900_000_000));
        let jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, 0x0b, 0xb8, 0x0f, 0xa0, 3];
        assert_eq!(pixels(&jpeg), Some(12_000_000));
        for length in 0..jpeg.len() {
            let _ = pixels(&jpeg[..length]);
        }
        assert_eq!(pixels(PDF), None);
        assert!(names_encryption(b"trailer <</Encrypt 5 0 R>>") && !names_encryption(PDF));
    }

    #[test]
    fn a_file_survives_its_row() {
        let file = FileRef {
            id: FileId::new(Timestamp(1), [3; 10]),
            name: "bukti \"1\".pdf".into(),
            size: 42,
            sha256: Digest::of(b"x"),
            media: MediaType::Pdf,
            locked: true,
        };
        assert_eq!(FileRef::from_row(&file.to_row()), Some(file));
    }
}
