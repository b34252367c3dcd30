//! Papers as PDF files: A4, text that can be selected and searched, the case and "Halaman n dari m" on every page.
//! Its own small typesetting, since papers are no more than headings, text and tables. It runs in a worker (`documents.rs`)
//! and on the host. Kept out: what a paper says (`papers`).

mod font;
mod layout;
mod wrap;
mod write;

use crate::papers::document::Document;

/// Why there is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// The fonts of this program cannot be read: it was built wrongly.
    #[error("a font of the program cannot be read")]
    Font,
}

/// The file of a paper.
///
/// # Errors
/// See [`PdfError`].
pub fn pdf(document: &Document) -> Result<Vec<u8>, PdfError> {
    let fonts = font::Fonts::load().ok_or(PdfError::Font)?;
    let laid = layout::lay_out(document, &fonts);
    write::file(document, &laid, &fonts)
}

#[cfg(test)]
mod tests {
    use super::font::Fonts;
    use super::layout::{Laid, Mark, lay_out};
    use super::*;
    use crate::papers::document::{Block, Head, Signature};

    fn head() -> Head {
        Head {
            office: "Bawaslu Kabupaten Banyuasin".into(),
            title: "Berita Acara".into(),
            form: "Formulir Model PSPP-04".into(),
            number: "Nomor register: 001".into(),
        }
    }

    fn document(blocks: Vec<Block>) -> Document {
        Document {
            head: head(),
            case: "001/PS.REG/1607/VII/2026".into(),
            language: "id".into(),
            watermark: String::new(),
            blocks,
            code: None,
        }
    }

    fn laid(blocks: Vec<Block>) -> Laid {
        lay_out(&document(blocks), &Fonts::load().expect("the fonts are in order"))
    }

    /// The text of each page, a line of the page a line.
    fn texts(laid: &Laid) -> Vec<String> {
        let text = |marks: &[Mark]| {
            let lines = marks.iter().filter_map(|mark| match mark {
                Mark::Text { text, .. } => Some(text.as_str()),
                Mark::Line { .. } | Mark::Fill { .. } => None,
            });
            lines.collect::<Vec<_>>().join("\n")
        };
        laid.pages.iter().map(|page| text(page)).collect()
    }

    #[test]
    fn every_page_has_the_case_and_its_number() {
        let long = "Pasal demi pasal diuraikan. ".repeat(1_000);
        let laid = laid(vec![Block::Paragraph(long)]);
        let pages = texts(&laid);
        assert!(pages.len() > 5, "{} pages", pages.len());
        for (index, page) in pages.iter().enumerate() {
            assert!(page.contains("001/PS.REG/1607/VII/2026"));
            assert!(page.contains(&format!("Halaman {} dari {}", index + 1, pages.len())));
        }
    }

    #[test]
    fn five_hundred_pages_are_whole_and_numbered() {
        const LINES: usize = 18_000;
        let pages = texts(&laid((0..LINES).map(|number| Block::Paragraph(format!("k{number}"))).collect()));
        assert!(pages.len() > 500, "{} pages", pages.len());
        assert!(pages.iter().enumerate().all(|(index, page)| page.contains(&format!("Halaman {} dari {}", index + 1, pages.len()))));
        let words = pages.iter().flat_map(|page| page.split_whitespace());
        let numbered: Vec<_> = words.filter_map(|word| word.strip_prefix('k')?.parse::<usize>().ok()).collect();
        assert_eq!(numbered, (0..LINES).collect::<Vec<_>>());
    }

    #[test]
    fn ten_thousand_letters_are_all_there_and_inside_of_the_margins() {
        let words: Vec<String> = (0..2_000).map(|number| format!("k{number:04}")).collect();
        let laid = laid(vec![Block::Paragraph(words.join(" ")), Block::Facts(vec![("Isi".into(), "x".repeat(10_000))])]);
        let all = texts(&laid).join(" ");
        assert!(words.iter().all(|word| all.contains(word.as_str())));
        assert_eq!(all.matches('x').count(), 10_000);
        for mark in laid.pages.iter().flatten() {
            if let Mark::Text { x, y, text, size, weight } = mark {
                let right = x + Fonts::load().expect("fonts").width(*weight, text) * size / 1000.0;
                assert!(*x >= 0.0 && right <= layout::WIDTH && *y > 0.0 && *y < layout::HEIGHT, "{text} at {x}, {y} to {right}");
            }
        }
    }

    #[test]
    fn a_table_repeats_its_head_on_each_page_and_loses_no_row() {
        let rows = (1..=200).map(|row| vec![format!("P-{row}"), format!("Bukti {row}"), "Membuktikan sesuatu. ".repeat(row % 7)]).collect();
        let laid = laid(vec![Block::Table { head: vec!["Kode".into(), "Bukti".into(), "Membuktikan".into()], rows }]);
        let pages = texts(&laid);
        assert!(pages.len() > 3);
        assert!(pages.iter().all(|page| page.contains("Kode\nBukti\nMembuktikan")));
        let all = pages.join("\n");
        assert!((1..=200).all(|row| all.contains(&format!("\nP-{row}\n"))));
    }

    #[test]
    fn a_row_longer_than_a_page_goes_on_on_the_next() {
        let long = (0..2_500).map(|number| format!("k{number}")).collect::<Vec<_>>().join(" ");
        let laid = laid(vec![Block::Table { head: vec!["A".into(), "B".into()], rows: vec![vec!["1".into(), long]] }]);
        let pages = texts(&laid);
        assert!(pages.len() > 2);
        assert!((0..2_500).all(|number| pages.iter().any(|page| page.split_whitespace().any(|word| word == format!("k{number}")))));
    }

    #[test]
    fn any_text_becomes_a_file() {
        let strange = "<b>&amp; \"kutip\" (kurung) \\ عربي 👩‍⚖️ 中文 e\u{301} \u{202e}balik \u{0}\t|\r\nbaris";
        let blocks = vec![
            Block::Heading(strange.into()),
            Block::Subheading(String::new()),
            Block::Paragraph(strange.repeat(50)),
            Block::Facts(vec![(strange.into(), strange.into()), (String::new(), String::new())]),
            Block::Table { head: vec![strange.into()], rows: vec![vec![strange.into()], vec![]] },
            Block::Table { head: vec![], rows: vec![] },
            Block::List(vec![strange.into(), String::new()]),
            Block::Signatures(vec![Signature::new(strange, ""), Signature::new("", strange), Signature::new("c", "d")]),
            Block::Note(strange.into()),
            Block::PageBreak,
            Block::PageBreak,
            Block::Head(head()),
        ];
        let file = pdf(&document(blocks)).expect("a file");
        assert!(file.starts_with(b"%PDF-1.") && file.ends_with(b"%%EOF"));
        assert!(file.len() < 60_000, "{} bytes: the font is not cut down", file.len());
    }

    #[test]
    fn a_page_break_at_the_top_of_a_page_makes_no_empty_one() {
        let pages = laid(vec![Block::PageBreak, Block::PageBreak, Block::Paragraph("Isi".into())]).pages.len();
        assert_eq!(pages, 2);
    }

    #[test]
    fn the_same_paper_is_the_same_file() {
        let document = document(vec![Block::Paragraph("Isi".into())]);
        assert_eq!(pdf(&document), pdf(&document));
    }
}
