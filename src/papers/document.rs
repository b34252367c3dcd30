//! A paper as a small closed tree: what it says and in which order, not how it looks. The screen, the printer and the PDF
//! are drawn from the same tree.

use serde::{Deserialize, Serialize};

/// A paper of the procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What stands above the text.
    pub head: Head,
    /// The case on every page: its number, or the provisional code while it has none.
    pub case: String,
    /// The tag of the language it is written in.
    pub language: String,
    /// Laid across every page, such as `LATIHAN`; empty for a real paper.
    #[serde(default)]
    pub watermark: String,
    /// The text.
    pub blocks: Vec<Block>,
    /// Leads to the case, where the address of the app is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
}

/// A code that a camera reads (QR), with what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// The address in it.
    pub address: String,
    /// Its rows, a `1` for each dark module and a `0` for each light one.
    pub rows: Vec<String>,
}

impl Code {
    /// The dark runs of its rows: row, first module, and how many.
    pub fn runs(&self) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
        self.rows.iter().enumerate().flat_map(|(row, modules)| {
            let mut at = 0;
            modules.split('0').filter_map(move |dark| {
                let from = at;
                at += dark.len() + 1;
                (!dark.is_empty()).then_some((row, from, dark.len()))
            })
        })
    }
}

/// What stands beside a code.
pub const CODE_WORDS: &str = "Pindai untuk membuka perkara ini di SIPS Lapangan.";

/// What stands above the text of a paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Who issues it.
    pub office: String,
    /// Its title.
    pub title: String,
    /// The form it follows, in words, also where that is unknown.
    pub form: String,
    /// The number of the case, or in words that it will follow; line ends in it are kept.
    pub number: String,
}

/// One part of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A paper of a bundle begins.
    Head(Head),
    /// A section.
    Heading(String),
    /// A part of a section.
    Subheading(String),
    /// Running text; line ends in it are kept.
    Paragraph(String),
    /// Names and what they stand for.
    Facts(Vec<(String, String)>),
    /// A table; its head is repeated on each page.
    Table {
        /// Names of the columns.
        head: Vec<String>,
        /// Its rows, each as long as the head.
        rows: Vec<Vec<String>>,
    },
    /// Numbered points.
    List(Vec<String>),
    /// Room to sign.
    Signatures(Vec<Signature>),
    /// A remark in small print.
    Note(String),
    /// What follows begins on a new page.
    PageBreak,
}

/// Room for one signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// In which capacity.
    pub role: String,
    /// The name below the line; may be empty.
    pub name: String,
}

impl Signature {
    /// Room for `name` to sign as `role`.
    #[must_use]
    pub fn new(role: &str, name: &str) -> Self {
        Self { role: role.to_owned(), name: name.to_owned() }
    }
}

impl Document {
    /// The title with the case, as the name of a file or a window: letters that file systems refuse are replaced.
    #[must_use]
    pub fn file_name(&self) -> String {
        let name: String = format!("{} {}", self.head.title, self.case)
            .chars()
            .map(|letter| if letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '.') { letter } else { '-' })
            .take(120)
            .collect();
        format!("{}.pdf", name.trim())
    }

    /// All of its text, a part a line: for tests and searches.
    #[must_use]
    pub fn text(&self) -> String {
        let mut lines = head_lines(&self.head);
        for block in &self.blocks {
            match block {
                Block::Head(head) => lines.extend(head_lines(head)),
                Block::Heading(text) | Block::Subheading(text) | Block::Paragraph(text) | Block::Note(text) => lines.push(text.clone()),
                Block::Facts(facts) => lines.extend(facts.iter().map(|(name, value)| format!("{name}: {value}"))),
                Block::Table { head, rows } => lines.extend(std::iter::once(head).chain(rows).map(|cells| cells.join(" | "))),
                Block::List(items) => lines.extend(items.iter().cloned()),
                Block::Signatures(signatures) => lines.extend(signatures.iter().map(|to| format!("{} {}", to.role, to.name))),
                Block::PageBreak => {}
            }
        }
        lines.join("\n")
    }
}

fn head_lines(head: &Head) -> Vec<String> {
    [&head.office, &head.title, &head.form, &head.number].into_iter().cloned().collect()
}
