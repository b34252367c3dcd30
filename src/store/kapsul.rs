//! *Kapsul*: one file with drafts, unsent commands and evidence, carried by hand where there is no network. Pure: what stands in it, how
//! it is read back, and what becomes of each part on a device. Reading never trusts it: every part has its digest, and nothing is written
//! before all of them have been looked at.
//!
//! A line `sips-kapsul 1 LENGTH SHA256`, a JSON text of that length with that digest ([`Manifest`]), then the bytes of the parts, one
//! behind the other. Records stand in it as the device keeps them ([`encode`]).

use serde::{Deserialize, Serialize};

use super::record::{CaseRecord, FileRecord, FileState, Note, OutboxEntry, OutboxState, Unreadable, decode, encode};
use super::transaction::{CARRIED, DIFFERS};
use super::{Change, Condition, packed};
use crate::domain::answers::Answers;
use crate::domain::command::Receipt;
use crate::domain::digest::Digest;
use crate::domain::draft::Draft;
use crate::domain::evidence::files_of;
use crate::domain::id::{AccountId, CaseId, CommandId, DraftId, FileId};
use crate::domain::json::{self, Raw};
use crate::domain::table::Table;
use crate::domain::time::Timestamp;
use crate::sync::answer::ParkReason;

/// The version of the form that this app writes.
const FORM: u32 = 1;
/// The first word of every kapsul.
const WORD: &str = "sips-kapsul";
/// The longest first line, in bytes.
const LINE_BYTES: usize = 128;
/// The longest manifest, in bytes: some ten thousand parts.
pub const MANIFEST_BYTES: usize = 8 * 1024 * 1024;
/// The longest record, in bytes: far more than the longest text of every field of a form.
pub const RECORD_BYTES: u64 = 16 * 1024 * 1024;

/// What a kapsul says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// When it was made, by the device's clock.
    pub made_at: Timestamp,
    /// Whose work it holds.
    pub account: AccountId,
    /// That person's name.
    pub name: String,
    /// That person's office, by name.
    pub office: String,
    /// The server that the work is for.
    pub backend: String,
    /// How the parts are sealed: not at all, so far.
    pub seal: Seal,
    /// The parts, in the order in which they follow.
    pub parts: Vec<Part>,
}

/// How the parts of a kapsul are sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Seal {
    /// Anybody who has the file can read it.
    None,
    /// A way that only a newer version knows.
    NotKnown(Raw),
}

/// One part of a kapsul.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// What it is.
    pub kind: Kind,
    /// Length in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
}

/// The kind of a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// A [`Draft`].
    Draft,
    /// An [`OutboxEntry`].
    Command,
    /// The bytes of a file; its [`FileRecord`] stands here.
    File(String),
}

/// Why a file is no kapsul that can be opened. Nothing of it was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOpened {
    /// Something else.
    #[error("not a kapsul")]
    Foreign,
    /// Made by a newer version of the app.
    #[error("a kapsul of a newer version")]
    Newer,
    /// What it says of itself is cut off or changed.
    #[error("a damaged kapsul")]
    Damaged,
    /// It is for another server.
    #[error("a kapsul for another server")]
    OtherBackend,
}

/// The beginning of a kapsul: everything before the first part.
#[must_use]
pub fn head(manifest: &Manifest) -> Vec<u8> {
    let text = json::write(manifest);
    let mut head = format!("{WORD} {FORM} {} {}\n", text.len(), Digest::of(text.as_bytes())).into_bytes();
    head.extend(text.into_bytes());
    head
}

/// A record as a part, with its bytes.
#[must_use]
pub fn record_part<T: Serialize>(kind: Kind, record: &T) -> (Part, Vec<u8>) {
    let bytes = encode(record).into_bytes();
    (Part { kind, size: bytes.len() as u64, sha256: Digest::of(&bytes) }, bytes)
}

/// The bytes of a file as a part.
#[must_use]
pub fn file_part(record: &FileRecord) -> Part {
    Part { kind: Kind::File(encode(record)), size: record.file.size, sha256: record.file.sha256 }
}

/// Reads the beginning of a file of which `first` are the first bytes, at most [`MANIFEST_BYTES`] and a little. Gives where the parts
/// begin, too.
///
/// # Errors
/// See [`NotOpened`].
pub fn open(first: &[u8], backend: &str) -> Result<(Manifest, u64), NotOpened> {
    let line = first.iter().take(LINE_BYTES).position(|byte| *byte == b'\n').ok_or(NotOpened::Foreign)?;
    let line = std::str::from_utf8(&first[..line]).map_err(|_| NotOpened::Foreign)?;
    let words: Vec<&str> = line.split(' ').collect();
    let [WORD, form, length, digest] = words[..] else { return Err(NotOpened::Foreign) };
    match form.parse::<u32>() {
        Ok(FORM) => {}
        Ok(form) if form > FORM => return Err(NotOpened::Newer),
        _ => return Err(NotOpened::Damaged),
    }
    let length = length.parse::<usize>().ok().filter(|length| *length <= MANIFEST_BYTES).ok_or(NotOpened::Damaged)?;
    let start = line.len() + 1;
    let text = first.get(start..start + length).ok_or(NotOpened::Damaged)?;
    if Digest::parse(digest) != Some(Digest::of(text)) {
        return Err(NotOpened::Damaged);
    }
    let manifest: Manifest = std::str::from_utf8(text).ok().and_then(|text| json::read(text).ok()).ok_or(NotOpened::Damaged)?;
    if manifest.seal != Seal::None {
        return Err(NotOpened::Newer);
    }
    let sound = manifest.parts.iter().all(|part| match &part.kind {
        Kind::Draft | Kind::Command => part.size <= RECORD_BYTES,
        Kind::File(_) => true,
    });
    if !sound {
        return Err(NotOpened::Damaged);
    }
    if manifest.backend != backend {
        return Err(NotOpened::OtherBackend);
    }
    Ok((manifest, (start + length) as u64))
}

/// What a part holds, once its bytes were looked at.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// A draft.
    Draft(Box<Draft>),
    /// A command.
    Command(Box<OutboxEntry>),
    /// A file; its bytes are read again when they are written.
    File(FileRecord),
    /// It cannot be read.
    Unreadable(Unreadable),
}

/// Reads a part. `bytes` are those of a record, and `digest` that of whatever came in its place.
#[must_use]
pub fn content(part: &Part, digest: Digest, bytes: &[u8]) -> Content {
    if digest != part.sha256 {
        return Content::Unreadable(Unreadable::Damaged);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Unreadable::Damaged);
    let read = match &part.kind {
        Kind::Draft => text.and_then(decode).map(|draft| Content::Draft(Box::new(draft))),
        Kind::Command => text.and_then(decode).map(|entry| Content::Command(Box::new(entry))),
        Kind::File(record) => decode::<FileRecord>(record).and_then(|record| {
            let fits = record.file.sha256 == part.sha256 && record.file.size == part.size;
            if fits { Ok(Content::File(record)) } else { Err(Unreadable::Damaged) }
        }),
    };
    read.unwrap_or_else(Content::Unreadable)
}

/// What becomes of a part on this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is taken in.
    New,
    /// It is taken in beside an own, different version.
    Beside,
    /// It is here already, or the server has it.
    Known,
    /// It cannot be read, and stays in the kapsul.
    Unreadable(Unreadable),
}

/// What a device holds, against which a kapsul is judged.
#[derive(Clone, Copy)]
pub struct Here<'a> {
    /// Who works here.
    pub account: AccountId,
    /// Drafts.
    pub drafts: &'a [Draft],
    /// Drafts that became commands here.
    pub submitted: &'a [DraftId],
    /// Notes of which versions of drafts came or went by hand ([`super::packed`]), at least of the drafts that are asked about.
    pub packed: &'a [Note],
    /// Commands that were taken back here.
    pub withdrawn: &'a [CommandId],
    /// Commands that wait.
    pub outbox: &'a [OutboxEntry],
    /// Cases.
    pub cases: &'a Table<CaseId, CaseRecord>,
    /// Proofs of the server.
    pub receipts: &'a Table<CommandId, Receipt>,
    /// Files.
    pub files: &'a Table<FileId, FileRecord>,
}

impl Here<'_> {
    /// What becomes of a part.
    #[must_use]
    pub fn fate(&self, content: &Content) -> Fate {
        match content {
            Content::Draft(draft) if self.submitted.contains(&draft.id) => Fate::Known,
            Content::Draft(draft) => match self.drafts.iter().find(|known| known.id == draft.id) {
                // Taken in beside another version, and perhaps written in or submitted since.
                _ if self.is_beside(draft) => Fate::Known,
                // One that was discarded comes back.
                None => Fate::New,
                Some(known) if says(known) == says(draft) || self.had(draft) => Fate::Known,
                Some(_) => Fate::Beside,
            },
            Content::Command(entry) => {
                let command = entry.envelope.command_id;
                let held =
                    self.cases.get(&entry.envelope.case_id).is_some_and(|case| case.acts.iter().any(|act| act.command_id == command));
                let waits = self.outbox.iter().any(|known| known.envelope.command_id == command);
                if held || waits || self.withdrawn.contains(&command) || self.receipts.contains_key(&command) {
                    Fate::Known
                } else {
                    Fate::New
                }
            }
            Content::File(record) if self.files.contains_key(&record.file.id) => Fate::Known,
            Content::File(_) => Fate::New,
            Content::Unreadable(why) => Fate::Unreadable(*why),
        }
    }

    /// Did this version of a draft come or go by hand? What is here now was written since.
    fn had(&self, draft: &Draft) -> bool {
        let (key, id) = (packed(draft.id), beside(draft).to_string());
        self.packed.iter().any(|note| note.key == key && note.text.split(' ').any(|known| known == id))
    }

    fn is_beside(&self, draft: &Draft) -> bool {
        let id = beside(draft);
        self.submitted.contains(&id) || self.drafts.iter().any(|known| known.id == id)
    }

    /// By how much the places of commands that are taken in change, so that all of them go out behind those here, in their own order:
    /// ids of two devices follow two clocks, and no clock decides what goes first.
    #[must_use]
    pub fn shift<'b>(&self, contents: impl Iterator<Item = &'b Content>) -> i64 {
        let first = contents.filter_map(|content| match content {
            Content::Command(entry) => Some(entry.place),
            _ => None,
        });
        let last = self.outbox.iter().map(|entry| entry.place).fold(0, i64::max);
        1 + last - first.fold(0, i64::min)
    }

    /// The changes that take a part in, but for the bytes of files; none where nothing is to be done. A command of another account goes
    /// out under its own id with this account as its carrier. `shift` is [`Self::shift`] of all parts. What another tab took in meanwhile is
    /// not written over: it may have gone on there.
    #[must_use]
    pub fn taken(&self, content: &Content, of: AccountId, shift: i64) -> Vec<Change> {
        match (self.fate(content), content) {
            (fate @ (Fate::New | Fate::Beside), Content::Draft(draft)) => {
                let note = noted(draft, self.packed);
                let mut draft = draft.clone();
                draft.capture = None;
                let corrects = draft.corrects.take();
                if of != self.account {
                    // Another account's work goes on as this one's own.
                    draft.stands_for = Vec::new();
                } else if fate == Fate::New {
                    draft.corrects = corrects;
                } else {
                    // What it corrects has a correction here.
                    draft.stands_for.extend(corrects);
                }
                if of == self.account && !draft.stands_for.contains(&draft.id.as_command()) {
                    // It is on another device, too, and may be submitted on both.
                    draft.stands_for.push(draft.id.as_command());
                }
                // Its earlier versions stay where they are.
                draft.kept = Vec::new();
                if fate == Fate::Beside {
                    draft.id = beside(&draft);
                }
                vec![Change::OnlyIf(Condition::NoDraft(draft.id)), Change::PutDraft(draft), Change::PutNote(note)]
            }
            (Fate::New, Content::Command(entry)) => {
                let mut entry = entry.clone();
                entry.place += shift;
                entry.envelope.carried_by = (entry.envelope.author != self.account).then_some(self.account);
                // One's own is on the device that it came from, too, and cannot be taken back here as if nobody else had it. What is
                // carried can be let go until it goes out: its author has it.
                entry.tries = if entry.envelope.carried_by.is_none() { entry.tries.max(1) } else { 0 };
                // The versions that differed are on the device where it was found; here its author decides once they have come, or nobody.
                if let OutboxState::Parked(ParkReason::Conflict(problem)) = &mut entry.state
                    && problem.kind == DIFFERS
                {
                    problem.kind = entry.envelope.carried_by.map_or_else(String::new, |_| CARRIED.to_owned());
                }
                vec![Change::OnlyIf(Condition::NotQueued(entry.envelope.command_id)), Change::PutOutbox(entry)]
            }
            _ => Vec::new(),
        }
    }

    /// The record of a file as it is kept here. Behind a command that the server holds already it goes out at once.
    #[must_use]
    pub fn kept(&self, record: &FileRecord, of: AccountId) -> FileRecord {
        let sends = of == self.account && (record.is_due() || self.has_sent(&record.file.sha256));
        FileRecord { state: if sends { FileState::Waiting } else { FileState::Kept }, ..record.clone() }
    }

    /// Does the server hold an act of this account that names the file?
    fn has_sent(&self, sha256: &Digest) -> bool {
        let mut own = self.cases.values().flat_map(|case| &case.acts).filter(|act| act.by.account == self.account);
        own.any(|act| files_of(act).iter().any(|file| file.sha256 == *sha256))
    }
}

/// The note that this version of a draft leaves the device in a kapsul, or came in one. `notes` are those of before.
#[must_use]
pub fn noted(draft: &Draft, notes: &[Note]) -> Note {
    let (key, version) = (packed(draft.id), beside(draft).to_string());
    let before = notes.iter().find(|note| note.key == key).map_or("", |note| note.text.as_str());
    let mut versions: Vec<&str> = before.split(' ').filter(|known| !known.is_empty() && *known != version).collect();
    versions.push(&version);
    Note { text: versions.join(" "), key }
}

/// What a draft says.
fn says(draft: &Draft) -> (&Answers, &Table<String, String>, &Table<String, String>) {
    (&draft.answers, &draft.reasons, &draft.readings)
}

/// The id under which a version of a draft is kept beside another one: always the same, however often and in however many tabs it is taken in.
fn beside(draft: &Draft) -> DraftId {
    let said = Digest::of(json::write(&(draft.id, says(draft))).as_bytes()).to_string();
    let pairs = said.as_bytes().chunks_exact(2).filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    let mut entropy = [0; 10];
    entropy.iter_mut().zip(pairs).for_each(|(byte, drawn)| *byte = drawn);
    DraftId::new(draft.begun_at, entropy)
}

/// The name of the file, for the day on which it is made.
#[must_use]
pub fn file_name(day: &str) -> String {
    format!("sips-{day}.kapsul")
}

/// The media type under which it is handed out.
pub const MEDIA_TYPE: &str = "application/octet-stream";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rule_set::DefinitionRef;
    use proptest::prelude::*;

    const BACKEND: &str = "https://sips.example";

    fn account(n: u8) -> AccountId {
        AccountId::new(Timestamp(1), [n; 10])
    }

    fn draft(n: u8, text: &str) -> Draft {
        let pin = DefinitionRef { id: "x".into(), version: 1, digest: Digest::of(b"") };
        let mut answers = Answers::default();
        answers.set_text("text", text.into());
        Draft {
            id: DraftId::new(Timestamp(1), [n; 10]),
            case: CaseId::new(Timestamp(1), [n; 10]),
            act: "receive".into(),
            strand: None,
            rules: pin.clone(),
            calendar: pin,
            answers,
            reasons: Table::new(),
            readings: Table::new(),
            focus: None,
            capture: None,
            corrects: Some(CommandId::new(Timestamp(1), [9; 10])),
            stands_for: Vec::new(),
            name: String::new(),
            kept: Vec::new(),
            begun_at: Timestamp(1),
            changed_at: Timestamp(2),
            version: 3,
        }
    }

    fn kapsul(drafts: &[Draft]) -> Vec<u8> {
        let records: Vec<_> = drafts.iter().map(|draft| record_part(Kind::Draft, draft)).collect();
        let manifest = Manifest {
            made_at: Timestamp(7),
            account: account(1),
            name: "Rina".into(),
            office: "Bawaslu Kabupaten Banyuasin".into(),
            backend: BACKEND.into(),
            seal: Seal::None,
            parts: records.iter().map(|(part, _)| part.clone()).collect(),
        };
        let mut bytes = head(&manifest);
        records.into_iter().for_each(|(_, record)| bytes.extend(record));
        bytes
    }

    /// Every part of a kapsul as it is read.
    fn read(bytes: &[u8]) -> Result<Vec<Content>, NotOpened> {
        let (manifest, start) = open(bytes, BACKEND)?;
        let mut at = usize::try_from(start).expect("a small kapsul");
        Ok(manifest
            .parts
            .iter()
            .map(|part| {
                let end = at + usize::try_from(part.size).expect("a small part");
                let bytes = bytes.get(at.min(bytes.len())..end.min(bytes.len())).expect("in range");
                at = end;
                content(part, Digest::of(bytes), bytes)
            })
            .collect())
    }

    fn drafts(contents: Vec<Content>) -> Vec<Draft> {
        let draft = |content| match content {
            Content::Draft(draft) => Some(*draft),
            _ => None,
        };
        contents.into_iter().filter_map(draft).collect()
    }

    fn here<'a>(account: AccountId, drafts: &'a [Draft], submitted: &'a [DraftId], none: &'a Nothing) -> Here<'a> {
        Here { account, drafts, submitted, packed: &[], withdrawn: &[], outbox: &[], cases: &none.0, receipts: &none.1, files: &none.2 }
    }

    #[derive(Default)]
    struct Nothing(Table<CaseId, CaseRecord>, Table<CommandId, Receipt>, Table<FileId, FileRecord>);

    #[test]
    fn what_goes_in_comes_out() {
        let packed = [draft(1, "satu"), draft(2, "dua\n\u{1F600}")];
        assert_eq!(read(&kapsul(&packed)).map(drafts), Ok(packed.to_vec()));
    }

    #[test]
    fn a_kapsul_that_ends_early_gives_its_whole_parts() {
        let packed = [draft(1, "satu"), draft(2, "dua")];
        let whole = kapsul(&packed);
        let start = open(&whole, BACKEND).expect("a kapsul").1 as usize;
        for length in 0..whole.len() {
            match read(&whole[..length]) {
                Ok(contents) => {
                    assert!(length >= start);
                    let got = drafts(contents);
                    assert!(packed.starts_with(&got) && got.len() < packed.len(), "{length}");
                }
                Err(error) => assert!(length < start && matches!(error, NotOpened::Foreign | NotOpened::Damaged), "{length}"),
            }
        }
    }

    proptest! {
        #[test]
        fn a_changed_bit_is_seen_and_hurts_no_other_part(at in 0usize..4096, bit in 0u8..8) {
            let packed = [draft(1, "satu"), draft(2, "dua")];
            let mut bytes = kapsul(&packed);
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            if let Ok(contents) = read(&bytes) {
                let got = drafts(contents);
                // In the first line a digit of the digest may become a capital letter, which says the same.
                prop_assert!(got.len() == 1 || at < LINE_BYTES && got == packed);
                prop_assert!(got.iter().all(|draft| packed.contains(draft)));
            }
        }

        #[test]
        fn no_file_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes);
            let mut begun = b"sips-kapsul 1 ".to_vec();
            begun.extend(bytes);
            let _ = read(&begun);
        }
    }

    #[test]
    fn newer_ones_and_those_of_another_server_are_told_apart() {
        let whole = kapsul(&[draft(1, "satu")]);
        let text = String::from_utf8(whole.clone()).expect("text");
        assert_eq!(open(&whole, "https://lain.example").map(drop), Err(NotOpened::OtherBackend));
        assert_eq!(open(text.replacen("kapsul 1", "kapsul 2", 1).as_bytes(), BACKEND).map(drop), Err(NotOpened::Newer));
        let manifest = json::write(&open(&whole, BACKEND).expect("a kapsul").0).replace(r#""seal":"none""#, r#""seal":{"key":"x"}"#);
        let sealed = format!("sips-kapsul 1 {} {}\n{manifest}", manifest.len(), Digest::of(manifest.as_bytes()));
        assert_eq!(open(sealed.as_bytes(), BACKEND).map(drop), Err(NotOpened::Newer));
        let newer = record_part(Kind::Draft, &draft(1, "satu"));
        let bytes = [b"2", &newer.1[1..]].concat();
        let part = Part { sha256: Digest::of(&bytes), ..newer.0 };
        assert_eq!(content(&part, part.sha256, &bytes), Content::Unreadable(Unreadable::Newer));
    }

    #[test]
    fn a_draft_is_taken_once_and_never_writes_over_another() {
        let (none, mine) = (Nothing::default(), draft(1, "satu"));
        let content = Content::Draft(Box::new(mine.clone()));
        let note = noted(&mine, &[]);
        let fresh = |draft: &Draft| {
            vec![Change::OnlyIf(Condition::NoDraft(draft.id)), Change::PutDraft(Box::new(draft.clone())), Change::PutNote(note.clone())]
        };
        // It names itself: it is on another device, too, and of what is submitted there and here one takes effect.
        let brought = Draft { stands_for: vec![mine.id.as_command()], ..mine.clone() };
        assert_eq!(here(account(1), &[], &[], &none).taken(&content, account(1), 1), fresh(&brought));
        // Another officer goes on with it; what it corrects stays with the first.
        let taken = here(account(2), &[], &[], &none).taken(&content, account(1), 1);
        assert_eq!(taken, fresh(&Draft { corrects: None, ..mine.clone() }));
        let fate = |drafts: &[Draft], submitted: &[DraftId]| here(account(1), drafts, submitted, &none).fate(&content);
        assert_eq!(fate(std::slice::from_ref(&mine), &[]), Fate::Known);
        assert_eq!(fate(&[], &[mine.id]), Fate::Known);
        let other = draft(1, "lain");
        assert_eq!(fate(std::slice::from_ref(&other), &[]), Fate::Beside);
        let mut chosen = mine.clone();
        chosen.readings.insert("deadline".into(), "a".into());
        assert_eq!(fate(&[chosen], &[]), Fate::Beside, "a reading that was chosen is something that it says");
        // Beside it always under the same id, so that it comes once however often it is taken in, and whatever became of it.
        let taken = here(account(1), std::slice::from_ref(&other), &[], &none).taken(&content, account(1), 1);
        let [Change::OnlyIf(Condition::NoDraft(id)), Change::PutDraft(copy), Change::PutNote(_)] = &taken[..] else { panic!("{taken:?}") };
        assert!(copy.id == *id && copy.id != mine.id && copy.answers == mine.answers && copy.corrects.is_none());
        assert_eq!(copy.stands_for, [mine.corrects.expect("one"), mine.id.as_command()], "of the two versions one takes effect");
        let written_in = Draft { answers: draft(2, "tiga").answers, ..(**copy).clone() };
        assert_eq!(fate(&[other.clone(), written_in.clone()], &[]), Fate::Known);
        assert_eq!(fate(&[written_in], &[]), Fate::Known, "also once the other version was discarded");
        assert_eq!(fate(std::slice::from_ref(&other), &[*id]), Fate::Known);
        // What came or went by hand and was written in since is no other version.
        let before = noted(&draft(1, "nol"), &[]);
        let notes = [noted(&mine, std::slice::from_ref(&before))];
        assert!(notes[0].text.len() > before.text.len() && noted(&mine, &notes) == notes[0]);
        let since = [other];
        assert_eq!(Here { packed: &notes, ..here(account(1), &since, &[], &none) }.fate(&content), Fate::Known);
        assert_eq!(Here { packed: &[before], ..here(account(1), &since, &[], &none) }.fate(&content), Fate::Beside);
    }

    #[test]
    fn what_came_by_hand_is_taken_back_as_unsent_by_nobody_who_made_it() {
        let entry = |author: u8| {
            let made = super::super::transaction::tests::waiting(3, 0);
            let envelope = crate::domain::command::Envelope { author: account(author), ..made.envelope.clone() };
            Content::Command(Box::new(OutboxEntry { envelope, tries: u32::from(author == 2), ..made }))
        };
        let none = Nothing::default();
        let tries = |author: u8| match &here(account(1), &[], &[], &none).taken(&entry(author), account(author), 1)[..] {
            [_, Change::PutOutbox(entry)] => (entry.tries, entry.envelope.carried_by.is_some()),
            changes => panic!("{changes:?}"),
        };
        assert_eq!((tries(1), tries(2)), ((1, false), (0, true)));
    }
}
