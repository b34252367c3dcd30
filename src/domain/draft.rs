//! Unfinished work on a form: mutable, private to its author, and no command until it is submitted.

use serde::{Deserialize, Serialize};

use super::answers::{Answer, Answers, Place};
use super::id::{CaseId, CommandId, DraftId};
use super::rule_set::DefinitionRef;
use super::time::Timestamp;

/// A draft as it lies on the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// The case it will make or belong to.
    pub case: CaseId,
    /// The act whose form it fills.
    pub act: String,
    /// The instance of a side strand that the act moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strand: Option<String>,
    /// The rule set it was opened under; it keeps it.
    pub rules: DefinitionRef,
    /// The calendar likewise.
    pub calendar: DefinitionRef,
    /// What was typed, as it was typed.
    pub answers: Answers,
    /// Reasons given where a guard asked for one, by guard.
    #[serde(default)]
    pub reasons: super::table::Table<String, String>,
    /// Readings chosen where those of a deadline disagree, by guard.
    #[serde(default, skip_serializing_if = "super::table::Table::is_empty")]
    pub readings: super::table::Table<String, String>,
    /// Where the person was typing.
    #[serde(default)]
    pub focus: Option<Focus>,
    /// A camera or file picker was opened for this field and nothing has come back yet.
    #[serde(default)]
    pub capture: Option<Place>,
    /// The command that this draft corrects, if the server refused one.
    #[serde(default)]
    pub corrects: Option<CommandId>,
    /// What else its command stands in for: what the command that it corrects stood in for, and the draft that it was on another device
    /// ([`DraftId::as_command`]). Of all of them one takes effect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stands_for: Vec<CommandId>,
    /// What its author calls it, where a case has several; empty for none. It is not sent.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its earlier versions that are kept beside it, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<Kept>,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// Counts up with every save, so that an older tab can never write over a newer one.
    pub version: u64,
}

/// Where the person was typing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Focus {
    /// The section of the form.
    pub group: String,
    /// The field.
    pub place: Place,
    /// The caret, in UTF-16 units as the browser counts.
    pub caret: u32,
}

/// An earlier version of a draft that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Its number.
    pub version: u64,
    /// When it was last changed.
    pub at: Timestamp,
}

/// The most earlier versions of a draft that are kept.
pub const MOST_KEPT: usize = 30;
/// The newest of them, which are never thinned out.
const NEWEST_KEPT: usize = 10;
/// A version is kept if the last one is so much older, in milliseconds.
const KEPT_EVERY_MS: i64 = 120_000;
/// Likewise if so many letters go at once, whatever the time.
const LETTERS_GONE: usize = 40;

/// Is `before` to be kept as `after` takes its place? The first one, after a while, where another section is begun, and where much is
/// taken away at once.
#[must_use]
pub fn is_kept(before: &Draft, after: &Draft) -> bool {
    if before.answers == after.answers && before.reasons == after.reasons {
        return false;
    }
    let Some(last) = before.kept.last() else { return true };
    let section = |draft: &Draft| draft.focus.as_ref().map(|focus| focus.group.clone());
    before.version > last.version
        && (before.changed_at.since(last.at) >= KEPT_EVERY_MS
            || section(before) != section(after)
            || letters(&before.answers) >= letters(&after.answers) + LETTERS_GONE)
}

/// Notes that a version is kept. Gives the number of the one that goes for it, if there are too many: of the older ones the one whose
/// neighbours are nearest to each other, so that they become sparser with their age.
pub fn note_kept(kept: &mut Vec<Kept>, version: &Draft) -> Option<u64> {
    kept.push(Kept { version: version.version, at: version.changed_at });
    if kept.len() <= MOST_KEPT {
        return None;
    }
    let gap = |place: usize| kept[place + 1].at.since(kept[place - 1].at);
    let mut closest = 1;
    for place in 1..kept.len() - NEWEST_KEPT {
        if gap(place) < gap(closest) {
            closest = place;
        }
    }
    Some(kept.remove(closest).version)
}

fn letters(answers: &Answers) -> usize {
    let of = |answer: &Answer| match answer {
        Answer::Text(text) => text.chars().count(),
        Answer::Rows(rows) => rows.iter().map(|row| letters(&row.fields)).sum(),
    };
    answers.0.values().map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::digest::Digest;

    const MINUTE: i64 = 60_000;

    fn draft(version: u64, minute: i64, text: &str, group: &str) -> Draft {
        let pin = DefinitionRef { id: "x".into(), version: 1, digest: Digest::of(b"") };
        let mut answers = Answers::default();
        answers.set_text("grounds", text.to_owned());
        let at = Timestamp(minute * MINUTE);
        Draft {
            id: DraftId::new(Timestamp(1), [1; 10]),
            case: CaseId::new(Timestamp(1), [1; 10]),
            act: "receive".into(),
            strand: None,
            rules: pin.clone(),
            calendar: pin,
            answers,
            reasons: Default::default(),
            readings: Default::default(),
            focus: Some(Focus { group: group.into(), place: Place::of("grounds"), caret: 0 }),
            capture: None,
            corrects: None,
            stands_for: Vec::new(),
            name: String::new(),
            kept: vec![Kept { version: 1, at: Timestamp(0) }],
            begun_at: Timestamp(0),
            changed_at: at,
            version,
        }
    }

    #[test]
    fn a_version_is_kept_after_a_while_at_another_section_and_before_much_is_taken_away() {
        let long = "Pada 1 Juli 2026 Pemohon menyerahkan ijazah asli kepada Termohon.";
        let before = draft(5, 1, long, "pokok");
        assert!(!is_kept(&before, &draft(6, 1, &format!("{long} Lalu"), "pokok")), "every key would be one");
        assert!(is_kept(&draft(5, 3, long, "pokok"), &draft(6, 3, "Pada", "pokok")), "two minutes");
        assert!(is_kept(&before, &draft(6, 1, &format!("{long} Lalu"), "petitum")), "another section");
        assert!(is_kept(&before, &draft(6, 1, "Pada", "pokok")), "much is gone");
        assert!(!is_kept(&before, &before), "nothing changed");
        assert!(is_kept(&Draft { kept: vec![], ..before.clone() }, &draft(6, 1, "x", "pokok")), "the first one");
        assert!(!is_kept(&draft(1, 9, long, "pokok"), &draft(2, 9, "x", "petitum")), "it is kept already");
    }

    #[test]
    fn there_are_never_too_many_and_the_newest_and_the_first_stay() {
        let mut kept = Vec::new();
        let mut gone = 0;
        for version in 1..=200_u64 {
            gone += usize::from(note_kept(&mut kept, &draft(version, version as i64, "", "")).is_some());
        }
        assert_eq!((kept.len(), gone), (MOST_KEPT, 170));
        assert_eq!(kept[0].version, 1);
        assert!((191..=200).all(|version| kept.iter().any(|kept| kept.version == version)));
        let gaps: Vec<i64> = kept.windows(2).map(|pair| pair[1].at.since(pair[0].at)).collect();
        assert!(gaps.iter().all(|gap| *gap <= 20 * MINUTE), "no great hole: {gaps:?}");
    }
}
