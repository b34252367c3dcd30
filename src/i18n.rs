//! Every sentence the user reads, in Indonesian and English side by side: a message that lacks one does not compile.
//! Words of the law come with the rule sets; dates and numbers are written in `format`, sentences with parts in `sentences`.

pub mod admin;
pub mod format;
pub mod help;
pub mod messages;
pub mod sentences;
pub mod tour;

use crate::domain::rule_set::{Choice, ListRow, Text};

/// A language of the app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Indonesian, the default.
    #[default]
    Id,
    /// English.
    En,
}

impl Language {
    /// The tag of BCP 47.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::En => "en",
        }
    }

    /// Reads the tag.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        [Self::Id, Self::En].into_iter().find(|language| language.tag() == tag)
    }

    /// The one beside this one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Id => Self::En,
            Self::En => Self::Id,
        }
    }

    /// The one of two texts that is in this language.
    #[must_use]
    pub fn pick<'a>(self, id: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Id => id,
            Self::En => en,
        }
    }

    /// The text of a rule set.
    #[must_use]
    pub fn text(self, text: &Text) -> &str {
        self.pick(&text.id, &text.en)
    }

    /// The name of an option.
    #[must_use]
    pub fn choice(self, choice: &Choice) -> &str {
        self.pick(&choice.id, &choice.en)
    }

    /// The name of a table row.
    #[must_use]
    pub fn row(self, row: &ListRow) -> &str {
        self.pick(&row.id, &row.en)
    }
}
