//! Breaking text into lines: at spaces, and inside of a word only where the word alone is longer than a line.

use super::font::{Fonts, Weight};

/// After these a word that is too long is broken first: numbers of decisions, addresses, digests.
const BREAKS: [char; 9] = ['/', '-', '.', ',', ';', ':', '@', '_', ')'];

/// How a text is set.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) weight: Weight,
    pub(super) size: f32,
}

impl Style {
    pub(super) fn width(self, fonts: &Fonts, text: &str) -> f32 {
        fonts.width(self.weight, text) * self.size / 1000.0
    }

    fn letter(self, fonts: &Fonts, letter: char) -> f32 {
        fonts.letter_width(self.weight, letter) * self.size / 1000.0
    }
}

/// The lines of a text in a column of this width; its own line ends are kept. At least one line, which may be empty.
pub(super) fn lines(fonts: &Fonts, style: Style, text: &str, width: f32) -> Vec<String> {
    let space = style.letter(fonts, ' ');
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut used = 0.0;
        for word in paragraph.split([' ', '\t']).filter(|word| !word.is_empty()) {
            let length = style.width(fonts, word);
            if !line.is_empty() && used + space + length <= width {
                line.push(' ');
                line.push_str(word);
                used += space + length;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            let mut rest = word;
            let mut left = length;
            while left > width {
                let (part, after) = rest.split_at(break_at(fonts, style, rest, width));
                lines.push(part.to_owned());
                rest = after;
                left = style.width(fonts, rest);
            }
            line.push_str(rest);
            used = left;
        }
        lines.push(line);
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// Where a word that is longer than a line is broken, in bytes; at least one letter goes before it.
fn break_at(fonts: &Fonts, style: Style, word: &str, width: f32) -> usize {
    let mut used = 0.0;
    let mut last_seen = 0;
    let mut last_break = 0;
    let mut letters = word.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        used += style.letter(fonts, letter);
        if used > width && at > 0 {
            break;
        }
        let end = at + letter.len_utf8();
        // A mark that joins or sits on the letter before it stays with that letter.
        let joins = letters.peek().is_some_and(|(_, next)| matches!(next, '\u{300}'..='\u{36f}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}'));
        if !joins {
            last_seen = end;
            if BREAKS.contains(&letter) {
                last_break = end;
            }
        }
    }
    // A break far to the left would waste the line.
    if last_break * 2 > last_seen && last_break < word.len() {
        return last_break;
    }
    let first = word.chars().next().map_or(word.len(), char::len_utf8);
    last_seen.max(first)
}

/// The width of the widest word, and of the widest line of a text.
pub(super) fn widths(fonts: &Fonts, style: Style, text: &str) -> (f32, f32) {
    let word = text.split_whitespace().map(|word| style.width(fonts, word)).fold(0.0, f32::max);
    let line = text.lines().map(|line| style.width(fonts, line)).fold(0.0, f32::max);
    (word, line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str, width: f32) -> Vec<String> {
        lines(&Fonts::load().expect("fonts"), Style { weight: Weight::Regular, size: 11.0 }, text, width)
    }

    #[test]
    fn lines_break_at_spaces_and_keep_every_word() {
        let text = "Menimbang bahwa permohonan diajukan dalam tenggang waktu. ".repeat(20);
        let found = broken(&text, 200.0);
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&found.join(" ")), words(&text));
        assert!(found.len() > 20);
    }

    #[test]
    fn own_line_ends_stay() {
        assert_eq!(broken("satu\n\ndua", 400.0), ["satu", "", "dua"]);
        assert_eq!(broken("", 400.0), [""]);
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken_after_a_sign_or_anywhere() {
        let number = broken("123/PL.01.4-Kpt/1607/2026", 90.0);
        assert_eq!(number.concat(), "123/PL.01.4-Kpt/1607/2026");
        assert!(number[0].ends_with(['/', '-', '.']), "{number:?}");
        let digest = broken(&"a".repeat(64), 50.0);
        assert_eq!(digest.concat(), "a".repeat(64));
        // A column narrower than a letter still ends.
        assert_eq!(broken("abc", 0.5).concat(), "abc");
    }
}
