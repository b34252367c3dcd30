//! The two faces that papers are set in, and what they cannot print: such letters become a visible box and keep their text.

use ttf_parser::{Face, GlyphId};

static REGULAR: &[u8] = include_bytes!("fonts/Gelasio-Regular.ttf");
static BOLD: &[u8] = include_bytes!("fonts/Gelasio-Bold.ttf");

/// A face.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// What becomes of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Printed {
    /// It has a shape.
    Glyph(u16),
    /// It has none in this font: a box stands for it.
    Box,
    /// It is not meant to be seen.
    Nothing,
}

/// Both faces.
pub(super) struct Fonts {
    regular: Face<'static>,
    bold: Face<'static>,
}

impl Fonts {
    /// `None` if the files in this program are damaged.
    pub(super) fn load() -> Option<Self> {
        Some(Self { regular: Face::parse(REGULAR, 0).ok()?, bold: Face::parse(BOLD, 0).ok()? })
    }

    pub(super) fn face(&self, weight: Weight) -> &Face<'static> {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// What becomes of a letter.
    pub(super) fn printed(&self, weight: Weight, letter: char) -> Printed {
        if is_unseen(letter) {
            return Printed::Nothing;
        }
        match self.face(weight).glyph_index(letter) {
            Some(glyph) if glyph.0 != 0 => Printed::Glyph(glyph.0),
            _ => Printed::Box,
        }
    }

    /// The width of a shape in thousandths of the size; 0 is the box.
    pub(super) fn advance(&self, weight: Weight, glyph: u16) -> f32 {
        let face = self.face(weight);
        f32::from(face.glyph_hor_advance(GlyphId(glyph)).unwrap_or_default()) * 1000.0 / f32::from(face.units_per_em())
    }

    /// The width of a letter, likewise.
    pub(super) fn letter_width(&self, weight: Weight, letter: char) -> f32 {
        match self.printed(weight, letter) {
            Printed::Glyph(glyph) => self.advance(weight, glyph),
            Printed::Box => self.advance(weight, 0),
            Printed::Nothing => 0.0,
        }
    }

    /// The width of a text, likewise.
    pub(super) fn width(&self, weight: Weight, text: &str) -> f32 {
        text.chars().map(|letter| self.letter_width(weight, letter)).sum()
    }
}

pub(super) fn bytes(weight: Weight) -> &'static [u8] {
    match weight {
        Weight::Regular => REGULAR,
        Weight::Bold => BOLD,
    }
}

/// Controls of direction and joining, variation selectors, soft hyphens.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(letter, '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e01ef}')
}
