//! Telling a store that was emptied, or set back to an older copy, from a first run. Every strict commit counts a mark up inside of the
//! store; after it the mark is written down outside, where the loss of the store does not reach it.

/// The key of the note that holds the mark.
pub const MARK: &str = "mark";

/// What is written down outside of the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Witness {
    /// Drafts and commands that only this device held.
    pub only_here: usize,
    /// The store's mark.
    pub mark: u32,
}

/// What an opened store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The one that was here, or a first run.
    Same,
    /// Empty, although there was one; to be reported before anything is written.
    Emptied,
    /// An older copy; likewise.
    Older,
}

impl Witness {
    /// What an opened store with this mark is. A store that is ahead is the same one: the tab died before the mark was written down.
    #[must_use]
    pub fn finds(self, mark: u32) -> Finding {
        match mark {
            mark if mark >= self.mark => Finding::Same,
            0 => Finding::Emptied,
            _ => Finding::Older,
        }
    }

    /// Its text: the two numbers. A text of one number is that of an earlier version of the app, which kept no mark.
    #[must_use]
    pub fn write(self) -> String {
        let mut text = self.only_here.to_string();
        text.push(' ');
        text.push_str(&self.mark.to_string());
        text
    }

    /// Reads the text; a first run where there is none.
    #[must_use]
    pub fn read(text: Option<&str>) -> Self {
        let text = text.unwrap_or_default();
        let (only_here, mark) = text.split_once(' ').unwrap_or((text, ""));
        Self { only_here: only_here.parse().unwrap_or(0), mark: mark.parse().unwrap_or(0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emptied_or_older_store_is_told_from_the_one_that_was_here() {
        let witness = Witness { only_here: 2, mark: 7 };
        assert_eq!([7, 8, 0, 6].map(|mark| witness.finds(mark)), [Finding::Same, Finding::Same, Finding::Emptied, Finding::Older]);
        assert_eq!(Witness::default().finds(0), Finding::Same, "a first run");
    }

    #[test]
    fn its_text_is_read_back_also_that_of_an_earlier_version() {
        let witness = Witness { only_here: 2, mark: 7 };
        assert_eq!(Witness::read(Some(&witness.write())), witness);
        assert_eq!(Witness::read(Some("3")), Witness { only_here: 3, mark: 0 });
        for none in [None, Some(""), Some("x y")] {
            assert_eq!(Witness::read(none), Witness::default());
        }
    }
}
