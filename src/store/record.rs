//! Stored shapes and the one codec that every record passes: sealing them is a change here and nowhere else.
//! A record is text: the version of its shape, a colon, JSON.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::domain::case::Act;
use crate::domain::command::Envelope;
use crate::domain::evidence::FileRef;
use crate::domain::id::{CaseId, CommandId};
use crate::domain::json;
use crate::domain::time::Timestamp;
use crate::sync::answer::ParkReason;
use crate::sync::upload::FilePark;

/// The version of the shapes that this app writes.
pub const VERSION: u32 = 1;

/// A command in the outbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutboxEntry {
    /// What is sent, unchanged until the server holds it.
    pub envelope: Envelope,
    /// What this device expects of it; shown until the server's own act comes.
    pub act: Act,
    /// Where it stands.
    pub state: OutboxState,
    /// When it was put here, by the device's clock.
    pub queued_at: Timestamp,
    /// How often it was sent. On the disk it may be fewer, but never none for one that was.
    #[serde(default)]
    pub tries: u32,
    /// 0 for what was made here: that goes in the order of its ids. What the server held once and lost stands before it, in the order
    /// of the former history, and what was carried here by hand behind it; ids would let the clocks of several devices decide.
    #[serde(default)]
    pub place: i64,
}

impl OutboxEntry {
    /// By what the outbox is in order.
    #[must_use]
    pub fn rank(&self) -> (i64, CommandId) {
        (self.place, self.envelope.command_id)
    }

    /// Does it wait behind this one, in the lane of the same case?
    #[must_use]
    pub fn is_behind(&self, other: &Self) -> bool {
        self.envelope.case_id == other.envelope.case_id && self.rank() > other.rank()
    }

    /// Is it this account's own work in a case? What it carries for somebody else is sent, and no more.
    #[must_use]
    pub fn is_of(&self, case: CaseId) -> bool {
        self.envelope.case_id == case && self.envelope.carried_by.is_none()
    }

    /// Has nothing of it left the device? The first attempt is on the disk before its first byte goes out.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        self.state == OutboxState::Waiting && self.tries == 0
    }
}

/// Where a command stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OutboxState {
    /// Goes out by itself.
    Waiting,
    /// Refused: a person has to act.
    Parked(ParkReason),
}

/// What the server last said of a case. Its fields are in the order of their keys, so that writing does not have to sort them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseRecord {
    /// Its acts in order.
    pub acts: Vec<Act>,
    /// The case.
    pub case: CaseId,
}

/// So many pulls may fail to bring what is missing before acts that came; then the officer is told.
const TOLD_AFTER: u32 = 3;

/// Acts of a case before which others are missing. They lie beside it, as a note, until those come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Aside {
    /// The acts in order.
    pub acts: Vec<Act>,
    /// The number of acts held before them.
    pub after: u32,
    /// Everything was asked for once more, and lacked them, too.
    pub asked: bool,
    /// The case.
    pub case: CaseId,
    /// Pulls that did not bring what is missing.
    pub pulls: u32,
}

impl Aside {
    /// Counts a pull that did not bring what is missing.
    pub fn passed(&mut self) {
        self.pulls = (self.pulls + 1).min(TOLD_AFTER);
    }

    /// Is the case told to be incomplete?
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.pulls >= TOLD_AFTER
    }

    /// Is everything to be asked for once more?
    #[must_use]
    pub fn wants_fresh(&self) -> bool {
        self.is_told() && !self.asked
    }

    /// The numbers of the acts that are missing: the first and the last of each row of them.
    #[must_use]
    pub fn missing(&self) -> Vec<(u32, u32)> {
        let mut missing = Vec::new();
        let mut last = self.after;
        for act in &self.acts {
            if act.revision.saturating_sub(last) > 1 {
                missing.push((last + 1, act.revision - 1));
            }
            last = act.revision;
        }
        missing
    }
}

/// A file on the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileRecord {
    /// What it is.
    pub file: FileRef,
    /// When it came in, by the device's clock.
    pub captured_at: Timestamp,
    /// Where it stands.
    #[serde(default)]
    pub state: FileState,
    /// The nearest deadline of the case whose command names it.
    #[serde(default)]
    pub due: Option<Timestamp>,
}

/// Where a file of this device stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FileState {
    /// No command that the server holds names it.
    #[default]
    Kept,
    /// The server holds a command that names it: it goes out by itself.
    Waiting,
    /// It waits for a person: the server refused it.
    Refused,
    /// Likewise: it is larger than the server takes.
    TooLarge,
    /// Likewise: its bytes on this device are not those that the command names, or cannot be read.
    Damaged,
    /// Likewise: the server gave an answer that the contract does not know.
    Unexpected,
    /// The server has it whole, as it said in a request after the last byte. Only such bytes may be freed.
    Sent,
}

impl FileState {
    /// Does it wait for a person?
    #[must_use]
    pub fn is_parked(self) -> bool {
        !matches!(self, Self::Kept | Self::Waiting | Self::Sent)
    }
}

impl From<FilePark> for FileState {
    fn from(why: FilePark) -> Self {
        match why {
            FilePark::Refused => Self::Refused,
            FilePark::TooLarge => Self::TooLarge,
            FilePark::Damaged => Self::Damaged,
            FilePark::Unexpected => Self::Unexpected,
        }
    }
}

/// Something the device remembers of itself, by key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its key.
    pub key: String,
    /// Its text.
    pub text: String,
}

/// Something that happened on this device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// When, by the device's clock.
    pub at: Timestamp,
    /// What.
    pub event: JournalEvent,
}

/// What can happen on a device. No personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum JournalEvent {
    /// A draft was submitted as a command.
    Submitted {
        /// The draft's id.
        draft: String,
        /// The command's id.
        command: String,
    },
    /// A draft was thrown away by its author; its content is kept here.
    Discarded {
        /// The draft as JSON.
        draft: String,
    },
    /// The server holds a command.
    Received {
        /// The command's id.
        command: String,
    },
    /// A command was refused.
    Parked {
        /// The command's id.
        command: String,
    },
    /// A refused command was taken back by its author, to be corrected or for good; it is kept here.
    Withdrawn {
        /// The command's envelope as JSON.
        envelope: String,
        /// Why, where it is not corrected but taken back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The server's history is another than before; everything was pulled anew.
    NewEpoch,
    /// A file reached the server whole, stays behind until a person acts, or was taken off the device: by the officer, or after its draft.
    File {
        /// The file's id.
        file: String,
        /// `sent`, `parked` or [`FREED`].
        became: String,
    },
}

/// What became of a file that was taken off the device.
pub const FREED: &str = "freed";

/// Why a record cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Written by a newer version of the app.
    Newer,
    /// No record at all, or damaged.
    Damaged,
}

/// Puts an entry into its place in an outbox that is in order.
pub fn insert(outbox: &mut Vec<OutboxEntry>, entry: OutboxEntry) {
    let place = outbox.iter().rposition(|known| known.rank() < entry.rank()).map_or(0, |before| before + 1);
    outbox.insert(place, entry);
}

/// Brings entries, in the order of their ids, into the order in which they go out.
#[must_use]
pub fn in_order(entries: Vec<OutboxEntry>) -> Vec<OutboxEntry> {
    let mut outbox = Vec::new();
    entries.into_iter().for_each(|entry| insert(&mut outbox, entry));
    outbox
}

/// The stored text of a value.
#[must_use]
pub fn encode<T: Serialize>(value: &T) -> String {
    format!("{VERSION}:{}", json::write(value))
}

/// Reads a stored text.
///
/// # Errors
/// See [`Unreadable`]; the text is to be kept.
pub fn decode<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    let (version, json) = text.split_once(':').ok_or(Unreadable::Damaged)?;
    match version.parse::<u32>() {
        Ok(VERSION) => json::read(json).map_err(|_| Unreadable::Damaged),
        Ok(version) if version > VERSION => Err(Unreadable::Newer),
        _ => Err(Unreadable::Damaged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_kept_before_files_travelled_is_read_as_one_that_has_not() {
        let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let text = format!(
            r#"1:{{"file":{{"id":"01980000-0000-7000-8000-0000000000f1","name":"sk.pdf","size":9,"sha256":"{digest}","media":"application/pdf"}},"capturedAt":"2026-07-08T03:20:00Z"}}"#
        );
        let record: FileRecord = decode(&text).expect("a record of the first version");
        assert_eq!((record.state, record.due, record.file.size), (FileState::Kept, None, 9));
    }

    #[test]
    fn an_act_keeps_the_fields_that_only_a_newer_version_knows() {
        let act = crate::sync::fixtures::act(CaseId::new(Timestamp(1), [1; 10]), CommandId::new(Timestamp(1), [1; 10]), 1);
        let text = encode(&CaseRecord { case: act.case_id, acts: vec![act] });
        let newer =
            text.replace(r#""office":"#, r#""nature":{"of":[1,"x"]},"office":"#).replace(r#"}],"case""#, r#","zeal":true}],"case""#);
        assert_eq!(newer.matches("nature").count() + newer.matches("zeal").count(), 2);
        for text in [text, newer] {
            assert_eq!(decode::<CaseRecord>(&text).map(|record| encode(&record)), Ok(text));
        }
    }

    #[test]
    fn a_record_is_read_back_and_a_newer_or_damaged_one_is_told_apart() {
        let entry = JournalEntry { at: Timestamp(5), event: JournalEvent::NewEpoch };
        let text = encode(&entry);
        assert_eq!(decode::<JournalEntry>(&text), Ok(entry));
        assert_eq!(decode::<JournalEntry>(&text.replacen('1', "2", 1)), Err(Unreadable::Newer));
        for length in 0..text.len() {
            assert_eq!(decode::<JournalEntry>(&text[..length]), Err(Unreadable::Damaged), "{length}");
        }
    }
}
