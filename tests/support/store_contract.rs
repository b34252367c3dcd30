//! What every `LocalStore` must do, whichever it is: run natively over the store in memory and in a browser over IndexedDB.
//! Each test is given a fresh, empty store.

use sips_lapangan::domain::table::Table;

use sips_lapangan::domain::amendment::{Amendment, Change as AmendmentChange};
use sips_lapangan::domain::answers::{Answer, Answers};
use sips_lapangan::domain::case::{Act, Effect, Person};
use sips_lapangan::domain::command::{Base, Envelope, MadeAt, Payload, Receipt};
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::draft::Draft;
use sips_lapangan::domain::evidence::{FileRef, MediaType};
use sips_lapangan::domain::id::{AccountId, AmendmentId, CaseId, CommandId, DeviceId, DraftId, FileId};
use sips_lapangan::domain::office::OfficeCode;
use sips_lapangan::domain::rule_set::{DefinitionRef, Mark};
use sips_lapangan::domain::time::{Timestamp, Zone};
use sips_lapangan::store::record::{CaseRecord, FileRecord, FileState, JournalEntry, JournalEvent, Note, OutboxEntry, OutboxState, encode};
use sips_lapangan::store::{
    CHUNK_BYTES, Change, Condition, DISCARDED, Durability, HELD, LEADER, Loaded, LocalStore, Quarantined, StoreError, chunk_count, leader,
    lines, transaction,
};
use sips_lapangan::sync::answer::ParkReason;
use sips_lapangan::sync::pull::Cursor;
use sips_lapangan::sync::upload::FilePark;

/// A store under test, and a way round it.
pub trait Subject {
    /// The store.
    type Store: LocalStore;

    /// The store.
    fn store(&self) -> &Self::Store;

    /// Puts any text where a record stands.
    async fn plant(&self, place: &str, key: &str, text: &str);
}

/// Calls a macro with the name of every test.
#[macro_export]
macro_rules! each_contract_test {
    ($macro:ident) => {
        $macro! {
            a_new_store_is_empty
            every_kind_of_change_comes_back
            a_commit_without_changes_is_one
            the_outbox_comes_in_the_order_in_which_it_goes_out
            a_note_is_replaced_and_taken_away_by_its_key
            what_the_server_holds_is_read_by_its_keys_alone
            one_draft_is_read_alone
            earlier_versions_of_a_draft_are_kept_beside_it
            bytes_taken_out_of_a_draft_go_once_nothing_names_them
            bytes_of_a_discarded_draft_go_once_its_undo_is_over
            bytes_that_nobody_took_out_or_the_server_is_to_have_never_go_with_a_draft
            changes_of_one_commit_take_effect_in_their_order
            a_commit_is_kept_only_if_its_conditions_hold
            drafts_and_commands_come_back_in_the_order_they_were_made
            the_latest_version_of_a_record_is_the_one_kept
            what_is_dropped_is_gone_and_the_rest_stays
            files_come_back_byte_for_byte
            a_file_put_again_keeps_nothing_of_before
            where_a_file_stands_changes_without_its_bytes
            unreadable_records_are_put_aside_and_the_others_stay_usable
            the_journal_is_read_from_its_newest_entry
            the_cursor_is_the_last_one_put
            a_draft_of_200_000_letters_is_kept_whole
            every_script_and_sign_is_kept
            saves_that_are_not_waited_for_keep_their_order
            cases_are_read_by_their_keys
            cases_are_found_by_what_stands_in_them
            a_change_of_a_case_makes_its_line_stale_in_the_same_commit
            pages_of_the_docket_come_back_and_go_with_the_history
        }
    };
}

/// Distinct ids whose order is that of `n`.
pub fn draft(n: u8) -> Draft {
    let mut answers = Answers::default();
    answers.set_text("posita", format!("alasan {n}"));
    Draft {
        id: DraftId::new(Timestamp(i64::from(n)), [n; 10]),
        case: CaseId::new(Timestamp(i64::from(n)), [n; 10]),
        act: "file".into(),
        rules: pin("rules"),
        calendar: pin("calendar"),
        answers,
        readings: Table::new(),
        strand: None,
        reasons: Table::new(),
        focus: None,
        capture: None,
        corrects: None,
        stands_for: Vec::new(),
        name: String::new(),
        kept: Vec::new(),
        begun_at: Timestamp(5),
        changed_at: Timestamp(6),
        version: 1,
    }
}

fn pin(id: &str) -> DefinitionRef {
    DefinitionRef { id: id.into(), version: 1, digest: Digest::of(id.as_bytes()) }
}

fn command_id(n: u8) -> CommandId {
    CommandId::new(Timestamp(i64::from(n)), [n; 10])
}

fn case_id(n: u8) -> CaseId {
    CaseId::new(Timestamp(i64::from(n)), [n; 10])
}

fn account() -> AccountId {
    AccountId::new(Timestamp(1), [1; 10])
}

fn made_at() -> MadeAt {
    MadeAt { wall: Timestamp(7), zone: Zone::Wita, offset_ms: Some(-3) }
}

fn act(n: u8) -> Act {
    Act {
        command_id: command_id(n),
        case_id: case_id(n),
        act: "file".into(),
        by: Person { account: account(), name: "Siti".into(), roles: Vec::new() },
        office: OfficeCode("16.07".into()),
        happened_at: Timestamp(8),
        made_at: made_at(),
        recorded_at: Some(Timestamp(9)),
        revision: 1,
        rules: pin("rules"),
        calendar: pin("calendar"),
        office_settings: None,
        strand: None,
        effects: vec![Effect::Enter("filed".into())],
        late: vec![],
        flags: vec![],
        rulings: Table::new(),
        carried_by: None,
        corrects: Vec::new(),
        further: None,
    }
}

fn amendment(n: u8) -> Amendment {
    Amendment {
        id: AmendmentId::new(Timestamp(i64::from(n)), [n; 10]),
        base: pin("calendar"),
        change: AmendmentChange::CutiBersamaWorking(true),
        source: "SKB".into(),
        mark: Mark::Likely,
        reason: "alasan".into(),
        by: Person { account: account(), name: "Siti".into(), roles: vec![] },
        office: OfficeCode("00".into()),
        made_at: Timestamp(8),
        result: Some(pin("calendar")),
        recorded_at: Some(Timestamp(9)),
    }
}

fn entry(n: u8) -> OutboxEntry {
    OutboxEntry {
        envelope: Envelope {
            schema: 1,
            command_id: command_id(n),
            case_id: case_id(n),
            author: account(),
            office: OfficeCode("16.07".into()),
            device: DeviceId::new(Timestamp(1), [2; 10]),
            payload: Payload { act: "file".into(), strand: None, answers: draft(n).answers },
            base: Base::at(0),
            rules: pin("rules"),
            calendar: pin("calendar"),
            office_settings: None,
            rulings: Table::new(),
            depends_on: vec![],
            corrects: vec![],
            happened_at: Timestamp(8),
            made_at: made_at(),
            carried_by: None,
            training: false,
        },
        act: act(n),
        state: OutboxState::Parked(ParkReason::TooLarge),
        queued_at: Timestamp(10),
        tries: 2,
        place: 0,
    }
}

fn case(n: u8) -> CaseRecord {
    CaseRecord { case: case_id(n), acts: vec![act(n)] }
}

fn receipt(n: u8) -> Receipt {
    Receipt {
        command_id: command_id(n),
        payload_sha256: Digest::of(&[n]),
        server_time: Timestamp(11),
        revision: 1,
        numbers: Table::from_iter([("register".to_owned(), "001/PS.REG".to_owned())]),
    }
}

fn file(n: u8, bytes: &[u8]) -> FileRecord {
    let id = FileId::new(Timestamp(i64::from(n)), [n; 10]);
    let sha256 = Digest::of(bytes);
    let file = FileRef { id, name: "bukti.pdf".into(), size: bytes.len() as u64, sha256, media: MediaType::Pdf, locked: false };
    FileRecord::on_device(file, Timestamp(12))
}

fn parts(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes.chunks(CHUNK_BYTES).map(<[u8]>::to_vec).collect()
}

/// Bytes of all values, so that a part read as text would show.
fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 7 + at / 251) as u8).collect()
}

fn noted(n: i64) -> JournalEntry {
    JournalEntry { at: Timestamp(n), event: JournalEvent::Received { command: n.to_string() } }
}

fn cursor(at: &str) -> Cursor {
    Cursor { epoch: "e".into(), at: at.into() }
}

/// One change of each kind that puts something.
pub fn one_of_each() -> Vec<Change> {
    vec![
        put(&draft(1)),
        Change::PutOutbox(Box::new(entry(2))),
        Change::PutReceipt(receipt(3)),
        Change::PutCase(case(4).into()),
        Change::PutAmendment(Box::new(amendment(7))),
        Change::PutCursor(cursor("c")),
        Change::PutFile { record: file(5, b"%PDF-"), chunks: parts(b"%PDF-") },
        Change::PutNote(remembered("a", "b")),
        Change::PutPage { page: 1, lines: "lines".into(), words: "words".into() },
        Change::PutVersion(Box::new(draft(1))),
        Change::Journal(noted(6)),
    ]
}

fn remembered(key: &str, text: &str) -> Note {
    Note { key: key.into(), text: text.into() }
}

fn put(draft: &Draft) -> Change {
    Change::PutDraft(Box::new(draft.clone()))
}

async fn commit(subject: &impl Subject, changes: Vec<Change>) {
    subject.store().commit(changes, Durability::Strict).await.expect("the store takes it");
}

/// All cases that can be read.
async fn cases(subject: &impl Subject) -> Vec<CaseRecord> {
    let keys = subject.store().case_keys().await.expect("the store is read");
    subject.store().cases(&keys).await.expect("the store is read").0
}

async fn load(subject: &impl Subject) -> Loaded {
    subject.store().load().await.expect("the store is read")
}

pub async fn a_new_store_is_empty(subject: &impl Subject) {
    assert_eq!(load(subject).await, Loaded::default());
    assert_eq!(subject.store().journal(10).await, Ok(vec![]));
    assert_eq!(subject.store().chunk(file(1, b"x").file.id, 0).await, Ok(None));
}

pub async fn every_kind_of_change_comes_back(subject: &impl Subject) {
    commit(subject, one_of_each()).await;
    let expected = Loaded {
        drafts: vec![draft(1)],
        outbox: vec![entry(2)],
        stale: vec![(case_id(4), case(4).mark())],
        amendments: vec![amendment(7)],
        files: vec![file(5, b"%PDF-")],
        receipts: vec![receipt(3)],
        cursor: Some(cursor("c")),
        notes: vec![remembered("a", "b")],
        quarantine: vec![],
    };
    assert_eq!(load(subject).await, expected);
    assert_eq!(cases(subject).await, [case(4)]);
    assert_eq!(subject.store().journal(10).await, Ok(vec![noted(6)]));
}

pub async fn the_outbox_comes_in_the_order_in_which_it_goes_out(subject: &impl Subject) {
    let placed = |n, place| Change::PutOutbox(Box::new(OutboxEntry { place, ..entry(n) }));
    commit(subject, vec![placed(1, 0), placed(2, -1), placed(3, 0), placed(4, -2)]).await;
    let ids: Vec<CommandId> = load(subject).await.outbox.iter().map(|entry| entry.envelope.command_id).collect();
    assert_eq!(ids, [4, 2, 1, 3].map(command_id));
}

pub async fn a_note_is_replaced_and_taken_away_by_its_key(subject: &impl Subject) {
    commit(subject, vec![Change::PutNote(remembered("b", "1")), Change::PutNote(remembered("a", "2"))]).await;
    commit(subject, vec![Change::PutNote(remembered("b", "3"))]).await;
    assert_eq!(load(subject).await.notes, [remembered("a", "2"), remembered("b", "3")]);
    commit(subject, vec![Change::DropNote("a".into())]).await;
    assert_eq!(load(subject).await.notes, [remembered("b", "3")]);
}

pub async fn one_draft_is_read_alone(subject: &impl Subject) {
    commit(subject, vec![put(&draft(1)), put(&draft(2))]).await;
    assert_eq!(subject.store().draft(draft(2).id).await, Ok(Some(draft(2))));
    assert_eq!(subject.store().draft(draft(3).id).await, Ok(None));
}

pub async fn earlier_versions_of_a_draft_are_kept_beside_it(subject: &impl Subject) {
    let version = |id: u8, version: u64| Draft { version, ..draft(id) };
    let beside = |draft: &Draft| Change::PutVersion(Box::new(draft.clone()));
    let (one, other) = (draft(1).id, draft(2).id);
    commit(subject, vec![beside(&version(1, 3)), beside(&version(1, 12)), beside(&version(2, 3)), put(&version(1, 13))]).await;
    assert_eq!(subject.store().version(one, 12).await, Ok(Some(version(1, 12))));
    assert_eq!(load(subject).await.drafts, [version(1, 13)], "they are read one by one");
    commit(subject, vec![Change::DropVersion(one, 3), Change::DropDraft(one)]).await;
    assert_eq!(subject.store().version(one, 3).await, Ok(None));
    assert_eq!(subject.store().version(one, 12).await, Ok(Some(version(1, 12))), "a draft that comes back has its past");
    commit(subject, vec![Change::DropVersions(one)]).await;
    assert_eq!(subject.store().version(one, 12).await, Ok(None));
    assert_eq!(subject.store().version(other, 3).await, Ok(Some(version(2, 3))));
}

/// A draft that names a file, as a form does.
fn naming(n: u8, version: u64, record: &FileRecord) -> Draft {
    let mut draft = Draft { version, ..draft(n) };
    draft.answers.0.insert("evidence".to_owned(), Answer::Rows(vec![record.file.to_row()]));
    draft
}

/// Tries to free a file, and gives whether it is gone, all of it.
async fn goes(subject: &impl Subject, record: &FileRecord) -> bool {
    let freed = subject.store().commit(transaction::freed(record.file.id, Timestamp(90)), Durability::Relaxed).await;
    let bytes = subject.store().chunk(record.file.id, 0).await.expect("the store is read");
    assert_eq!(freed, if bytes.is_none() { Ok(()) } else { Err(StoreError::Overtaken) });
    assert_eq!(load(subject).await.files.iter().any(|kept| kept.file.id == record.file.id), bytes.is_some());
    bytes.is_none()
}

pub async fn bytes_taken_out_of_a_draft_go_once_nothing_names_them(subject: &impl Subject) {
    let record = file(5, b"%PDF-");
    let before = naming(1, 1, &record);
    commit(subject, vec![Change::PutFile { record: record.clone(), chunks: parts(b"%PDF-") }, put(&before), put(&naming(2, 1, &record))])
        .await;
    let mut after = Draft { version: 2, ..draft(1) };
    commit(subject, transaction::drafted(&mut after, Some(&before))).await;
    assert!(!goes(subject, &record).await, "another draft and an earlier version name it");
    commit(subject, vec![Change::DropDraft(draft(2).id)]).await;
    assert!(!goes(subject, &record).await, "the version can come back");
    subject.plant("outbox", "newer", &format!("9:{}", record.file.id)).await;
    commit(subject, vec![Change::DropVersions(after.id)]).await;
    assert!(!goes(subject, &record).await, "a command of a newer version of the app may need it");
    subject.plant("outbox", "newer", "9:another").await;
    commit(subject, transaction::used_again(record.file.id)).await;
    assert!(!goes(subject, &record).await, "it was attached again, and no draft with it is kept yet");
    commit(subject, transaction::drafted(&mut after.clone(), Some(&naming(1, 3, &record)))).await;
    commit(subject, vec![Change::DropVersions(after.id)]).await;
    assert!(goes(subject, &record).await);
    let again = subject.store().commit(transaction::used_again(record.file.id), Durability::Strict).await;
    assert_eq!(again, Err(StoreError::Overtaken), "who attaches it now has to bring its bytes");
}

pub async fn bytes_of_a_discarded_draft_go_once_its_undo_is_over(subject: &impl Subject) {
    let record = file(5, b"%PDF-");
    let draft = naming(1, 4, &record);
    commit(subject, vec![Change::PutFile { record: record.clone(), chunks: parts(b"%PDF-") }, put(&draft)]).await;
    commit(subject, transaction::discarded(&draft, Timestamp(80))).await;
    assert_eq!(load(subject).await.drafts, []);
    assert!(!goes(subject, &record).await, "it can be undone");
    commit(subject, transaction::drafted(&mut draft.clone(), None)).await;
    let over = subject.store().commit(transaction::undo_is_over(draft.id), Durability::Relaxed).await;
    assert_eq!(over, Err(StoreError::Overtaken), "it was undone");
    assert_eq!(subject.store().version(draft.id, 4).await, Ok(Some(draft.clone())));
    assert!(!goes(subject, &record).await);
    commit(subject, transaction::discarded(&draft, Timestamp(81))).await;
    assert!(load(subject).await.notes.iter().any(|note| note.key == format!("{DISCARDED}{}", draft.id)), "a start goes on with it");
    commit(subject, transaction::undo_is_over(draft.id)).await;
    assert_eq!(subject.store().version(draft.id, 4).await, Ok(None));
    assert!(goes(subject, &record).await);
    assert_eq!(load(subject).await.notes, []);
    let kept = subject.store().journal(9).await.expect("the journal is read");
    assert!(matches!(&kept[1].event, JournalEvent::Discarded { draft } if draft.contains("alasan 1")), "its text stays");
}

pub async fn bytes_that_nobody_took_out_or_the_server_is_to_have_never_go_with_a_draft(subject: &impl Subject) {
    let record = file(5, b"%PDF-");
    commit(subject, vec![Change::PutFile { record: record.clone(), chunks: parts(b"%PDF-") }]).await;
    assert!(!goes(subject, &record).await, "nobody took it out");
    let out = || transaction::drafted(&mut draft(1), Some(&naming(1, 1, &record)));
    commit(subject, out()).await;
    commit(subject, vec![Change::DropVersions(draft(1).id)]).await;
    for state in [FileState::Waiting, FileState::Refused, FileState::Sent] {
        commit(subject, vec![Change::PutFileRecord(FileRecord { state, ..record.clone() })]).await;
        assert!(!goes(subject, &record).await, "{state:?}");
    }
    commit(subject, vec![Change::PutFileRecord(record.clone())]).await;
    // It was put back, and its draft became a command that the server has: a case that goes out of sight leaves it as it is now.
    commit(subject, transaction::submitted(&entry(2), &naming(1, 3, &record), None, &[], Timestamp(82)).0).await;
    assert!(!goes(subject, &record).await, "it is evidence");
}

pub async fn a_commit_without_changes_is_one(subject: &impl Subject) {
    commit(subject, vec![]).await;
    assert_eq!(load(subject).await, Loaded::default());
}

pub async fn what_the_server_holds_is_read_by_its_keys_alone(subject: &impl Subject) {
    let held = |n: u32| format!("{HELD}{n:064}");
    let notes: Vec<Note> = ["docket", &held(1), &held(2), "file", "file0", "leader"].iter().map(|key| remembered(key, "epoch")).collect();
    commit(subject, notes.into_iter().map(Change::PutNote).collect()).await;
    let loaded = subject.store().load().await.expect("it is read");
    assert_eq!(loaded.notes.iter().map(|note| note.key.as_str()).collect::<Vec<_>>(), ["docket", "file", "file0", "leader"]);
    let found = subject.store().notes(&[held(2), held(3)]).await.expect("they are read");
    assert_eq!(found, [remembered(&held(2), "epoch")]);
    assert_eq!(subject.store().notes(&[]).await.expect("nothing is asked"), []);
}

pub async fn a_commit_is_kept_only_if_its_conditions_hold(subject: &impl Subject) {
    let waiting = |n, tries| OutboxEntry { state: OutboxState::Waiting, tries, ..entry(n) };
    let refused = OutboxEntry { tries: 0, ..entry(1) };
    commit(subject, [refused, waiting(2, 0), waiting(4, 1)].map(|entry| Change::PutOutbox(Box::new(entry))).to_vec()).await;
    commit(subject, vec![put(&draft(7))]).await;
    let lead = |number: u32| Change::PutNote(Note { key: LEADER.into(), text: number.to_string() });
    let (parked, waits, unsent, leads) = (Condition::Parked, Condition::Waits, Condition::Unsent, Condition::Leads);
    for (condition, holds) in [
        (parked(command_id(1)), true),
        (parked(command_id(2)), false),
        (parked(command_id(3)), false),
        (waits(command_id(1)), false),
        (waits(command_id(2)), true),
        (waits(command_id(3)), false),
        (unsent(command_id(1)), false),
        (unsent(command_id(2)), true),
        (unsent(command_id(3)), false),
        (unsent(command_id(4)), false),
        (Condition::NotQueued(command_id(3)), true),
        (Condition::NotQueued(command_id(1)), false),
        (Condition::NoDraft(draft(8).id), true),
        (Condition::NoDraft(draft(7).id), false),
        (leads(0), true),
        (leads(1), false),
    ] {
        let changes = vec![Change::PutDraft(Box::new(draft(9))), Change::OnlyIf(condition)];
        let kept = subject.store().commit(changes, Durability::Strict).await;
        assert_eq!(kept, if holds { Ok(()) } else { Err(StoreError::Overtaken) }, "{condition:?}");
        assert_eq!(load(subject).await.drafts.len(), 1 + usize::from(holds), "{condition:?}");
        commit(subject, vec![Change::DropDraft(draft(9).id)]).await;
    }
    commit(subject, vec![Change::OnlyIf(leads(0)), lead(1)]).await;
    assert_eq!(subject.store().commit(vec![Change::OnlyIf(leads(0)), lead(1)], Durability::Strict).await, Err(StoreError::Overtaken));
    assert_eq!(leader(load(subject).await.notes.iter().find(|note| note.key == LEADER)), 1);
}

pub async fn changes_of_one_commit_take_effect_in_their_order(subject: &impl Subject) {
    commit(subject, vec![Change::PutCase(case(1).into()), Change::PutCase(case(2).into()), Change::PutAmendment(Box::new(amendment(1)))])
        .await;
    let dropped = draft(1);
    commit(
        subject,
        vec![
            put(&dropped),
            Change::DropDraft(dropped.id),
            Change::ClearPulled,
            Change::PutCase(case(3).into()),
            Change::PutAmendment(Box::new(amendment(2))),
            Change::DropDraft(draft(2).id),
            put(&draft(2)),
        ],
    )
    .await;
    let loaded = load(subject).await;
    assert_eq!((loaded.drafts, loaded.amendments), (vec![draft(2)], vec![amendment(2)]));
    assert_eq!(cases(subject).await, [case(3)]);
    assert_eq!(loaded.stale, [(case_id(3), case(3).mark())], "what was cleared is not stale");
}

pub async fn drafts_and_commands_come_back_in_the_order_they_were_made(subject: &impl Subject) {
    for n in [3, 1, 200, 2] {
        commit(subject, vec![put(&draft(n)), Change::PutOutbox(Box::new(entry(n)))]).await;
    }
    let loaded = load(subject).await;
    assert_eq!(loaded.drafts, [1, 2, 3, 200].map(draft));
    assert_eq!(loaded.outbox, [1, 2, 3, 200].map(entry));
}

pub async fn the_latest_version_of_a_record_is_the_one_kept(subject: &impl Subject) {
    let mut changed = draft(1);
    commit(subject, vec![put(&changed)]).await;
    changed.version = 2;
    changed.answers.set_text("posita", "lain".into());
    commit(subject, vec![put(&changed)]).await;
    let mut sent = entry(1);
    commit(subject, vec![Change::PutOutbox(Box::new(sent.clone()))]).await;
    sent.state = OutboxState::Waiting;
    commit(subject, vec![Change::PutOutbox(Box::new(sent.clone()))]).await;
    let loaded = load(subject).await;
    assert_eq!((loaded.drafts, loaded.outbox), (vec![changed], vec![sent]));
}

pub async fn what_is_dropped_is_gone_and_the_rest_stays(subject: &impl Subject) {
    for n in [1, 2] {
        let changes = vec![
            put(&draft(n)),
            Change::PutOutbox(Box::new(entry(n))),
            Change::PutCase(case(n).into()),
            Change::PutFile { record: file(n, &[n]), chunks: vec![vec![n]] },
        ];
        commit(subject, changes).await;
    }
    let dropped = vec![
        Change::DropDraft(draft(1).id),
        Change::DropOutbox(command_id(1)),
        Change::DropCase(case_id(1)),
        Change::DropFile(file(1, &[1]).file.id),
    ];
    commit(subject, dropped.clone()).await;
    // What is not there can be dropped, too.
    commit(subject, dropped).await;
    let loaded = load(subject).await;
    assert_eq!((loaded.drafts, loaded.outbox), (vec![draft(2)], vec![entry(2)]));
    assert_eq!((cases(subject).await, loaded.files), (vec![case(2)], vec![file(2, &[2])]));
    assert_eq!(subject.store().chunk(file(1, &[1]).file.id, 0).await, Ok(None));
    assert_eq!(subject.store().chunk(file(2, &[2]).file.id, 0).await, Ok(Some(vec![2])));
}

pub async fn files_come_back_byte_for_byte(subject: &impl Subject) {
    let whole = bytes(11 * CHUNK_BYTES + 3);
    let record = file(1, &whole);
    commit(subject, vec![Change::PutFile { record: record.clone(), chunks: parts(&whole) }]).await;
    let count = chunk_count(record.file.size);
    assert_eq!(count, 12);
    let mut read = Vec::new();
    for index in 0..count {
        let part = subject.store().chunk(record.file.id, index).await.expect("the store is read");
        read.extend(part.expect("the part is there"));
    }
    assert!(read == whole);
    assert_eq!(subject.store().chunk(record.file.id, count).await, Ok(None));
    assert_eq!(load(subject).await.files, [record]);
}

pub async fn a_file_put_again_keeps_nothing_of_before(subject: &impl Subject) {
    let long = bytes(2 * CHUNK_BYTES);
    commit(subject, vec![Change::PutFile { record: file(1, &long), chunks: parts(&long) }]).await;
    commit(subject, vec![Change::PutFile { record: file(1, b"x"), chunks: parts(b"x") }]).await;
    let id = file(1, b"x").file.id;
    assert_eq!(subject.store().chunk(id, 0).await, Ok(Some(b"x".to_vec())));
    assert_eq!(subject.store().chunk(id, 1).await, Ok(None));
}

pub async fn where_a_file_stands_changes_without_its_bytes(subject: &impl Subject) {
    let whole = bytes(CHUNK_BYTES + 3);
    let record = file(1, &whole);
    commit(subject, vec![Change::PutFile { record: record.clone(), chunks: parts(&whole) }]).await;
    for state in [FileState::Waiting, FilePark::Refused.into(), FilePark::Damaged.into(), FileState::Sent] {
        let now = FileRecord { state, due: Some(Timestamp(7)), ..record.clone() };
        commit(subject, vec![Change::PutFileRecord(now.clone())]).await;
        assert_eq!(load(subject).await.files, [now]);
    }
    assert_eq!(subject.store().chunk(record.file.id, 1).await, Ok(Some(whole[CHUNK_BYTES..].to_vec())));
}

pub async fn unreadable_records_are_put_aside_and_the_others_stay_usable(subject: &impl Subject) {
    commit(subject, vec![put(&draft(1)), Change::PutOutbox(Box::new(entry(1)))]).await;
    let whole = encode(&draft(3));
    let planted = [
        ("drafts", "0-newer", whole.replacen('1', "2", 1)),
        ("drafts", "1-cut", whole[..whole.len() - 1].to_owned()),
        ("drafts", "2-empty", String::new()),
        ("outbox", "0-other", encode(&draft(4))),
        ("files", "0", "no record".to_owned()),
        ("receipts", "0", "1:{}".to_owned()),
        ("meta", "cursor", "9:{}".to_owned()),
    ];
    for (place, key, text) in &planted {
        subject.plant(place, key, text).await;
    }
    let aside = planted.map(|(place, key, raw)| Quarantined { place: place.to_owned(), key: key.to_owned(), raw });
    let loaded = load(subject).await;
    assert_eq!((loaded.drafts, loaded.outbox), (vec![draft(1)], vec![entry(1)]));
    assert_eq!((loaded.files, loaded.receipts), (vec![], vec![]));
    assert_eq!(loaded.cursor, None);
    assert_eq!(loaded.quarantine, aside);
    // Work goes on beside them, and they stay as they are.
    subject.plant("cases", "0", "1:[]").await;
    commit(subject, vec![put(&draft(2)), Change::PutCase(case(2).into())]).await;
    let loaded = load(subject).await;
    assert_eq!(loaded.drafts, [draft(1), draft(2)]);
    assert_eq!(subject.store().case_keys().await.map(|keys| keys.len()), Ok(2), "one that cannot be read is among them");
    assert_eq!(cases(subject).await, [case(2)]);
    let (_, told) = subject.store().cases(&["0".to_owned()]).await.expect("the store is read");
    assert_eq!(told, [Quarantined { place: "cases".into(), key: "0".into(), raw: "1:[]".into() }]);
    assert_eq!(loaded.quarantine, aside);
}

pub async fn the_journal_is_read_from_its_newest_entry(subject: &impl Subject) {
    // A clock that jumps back changes nothing of the order.
    for at in [100, 300, 200] {
        commit(subject, vec![Change::Journal(noted(at)), Change::Journal(noted(at + 1))]).await;
    }
    let newest = [201, 200, 301, 300, 101, 100].map(noted);
    assert_eq!(subject.store().journal(100).await, Ok(newest.to_vec()));
    assert_eq!(subject.store().journal(2).await, Ok(newest[..2].to_vec()));
    assert_eq!(subject.store().journal(0).await, Ok(vec![]));
}

pub async fn the_cursor_is_the_last_one_put(subject: &impl Subject) {
    commit(subject, vec![Change::PutCursor(cursor("1"))]).await;
    let pulled = vec![Change::PutCase(case(1).into()), Change::PutCursor(cursor("2"))];
    subject.store().commit(pulled, Durability::Relaxed).await.expect("the store takes it");
    assert_eq!(load(subject).await.cursor, Some(cursor("2")));
}

pub async fn a_draft_of_200_000_letters_is_kept_whole(subject: &impl Subject) {
    let mut long = draft(1);
    let text: String = "Bahwa pemohon keberatan.\n".chars().cycle().take(200_000).collect();
    long.answers.set_text("posita", text);
    commit(subject, vec![put(&long)]).await;
    assert!(load(subject).await.drafts == [long]);
}

pub async fn every_script_and_sign_is_kept(subject: &impl Subject) {
    let mut odd = draft(1);
    let texts = [
        "👩🏽‍⚖️ 🏛️ 𠮷野家",
        "\u{202e}kanan ke kiri\u{202c} العربية עברית",
        "NFC é NFD e\u{301}",
        "\u{0}\u{1}\t\r\n\u{7f}\u{feff}\u{fffd}\u{fffe}\u{10ffff}",
        "<script>alert(1)</script> {{7*7}} \\u0000 \"'`",
        " \u{a0}\u{200b} ",
    ];
    for (n, text) in texts.iter().enumerate() {
        odd.answers.0.insert(format!("field{n} {text}"), Answer::Text((*text).to_owned()));
    }
    commit(subject, vec![put(&odd)]).await;
    assert_eq!(load(subject).await.drafts, [odd]);
}

pub async fn saves_that_are_not_waited_for_keep_their_order(subject: &impl Subject) {
    let versions: Vec<Draft> = (1..=20).map(|version| Draft { version, ..draft(1) }).collect();
    let store = subject.store();
    let mut saves: Vec<_> = versions.iter().map(|version| Box::pin(store.commit(vec![put(version)], Durability::Strict))).collect();
    // All are begun before any of them is done.
    std::future::poll_fn(|context| {
        use std::future::Future as _;
        let mut is_done = true;
        saves.retain_mut(|save| match save.as_mut().poll(context) {
            std::task::Poll::Ready(outcome) => {
                outcome.expect("the store takes it");
                false
            }
            std::task::Poll::Pending => {
                is_done = false;
                true
            }
        });
        if is_done { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    assert_eq!(load(subject).await.drafts, [versions[19].clone()]);
}

pub async fn cases_are_read_by_their_keys(subject: &impl Subject) {
    commit(subject, [1, 2, 3].map(|n| Change::PutCase(case(n).into())).into()).await;
    let keys = [3, 9, 1].map(|n| case_id(n).to_string());
    assert_eq!(subject.store().cases(&keys).await, Ok((vec![case(3), case(1)], vec![])));
    assert_eq!(subject.store().cases(&[]).await, Ok((vec![], vec![])));
    assert_eq!(subject.store().case_keys().await, Ok([1, 2, 3].map(|n| case_id(n).to_string()).into()));
}

pub async fn cases_are_found_by_what_stands_in_them(subject: &impl Subject) {
    commit(subject, [2, 3, 4].map(|n| Change::PutCase(case(n).into())).into()).await;
    let naming = async |words: &[String], once| subject.store().cases_naming(words, once).await.expect("the store is read");
    let command = |n| command_id(n).to_string();
    assert_eq!(naming(&[command(2)], false).await, [case(2)]);
    assert_eq!(naming(&[account().to_string()], false).await, [4, 3, 2].map(case));
    assert_eq!(naming(&[account().to_string()], true).await, [case(4)], "once is enough");
    assert_eq!(naming(&[command(2), command(3), command(9)], true).await, [3, 2].map(case));
    assert_eq!(naming(&[command(9)], false).await, []);
}

pub async fn a_change_of_a_case_makes_its_line_stale_in_the_same_commit(subject: &impl Subject) {
    commit(subject, vec![Change::PutCase(case(1).into()), Change::PutCase(case(2).into())]).await;
    commit(subject, vec![put(&draft(1))]).await;
    commit(subject, vec![Change::DropCase(case_id(1))]).await;
    let (one, two) = ((case_id(1), case(1).mark()), (case_id(2), case(2).mark()));
    assert_eq!(load(subject).await.stale, [one, two, (case_id(1), lines::Mark::default())]);
    let refused = vec![Change::OnlyIf(Condition::Leads(7)), Change::PutCase(case(3).into())];
    assert_eq!(subject.store().commit(refused, Durability::Strict).await, Err(StoreError::Overtaken));
    assert_eq!(load(subject).await.stale.len(), 3);
    commit(subject, vec![Change::ClearStale, Change::PutCase(case(4).into())]).await;
    assert_eq!(load(subject).await.stale, [(case_id(4), case(4).mark())]);
}

pub async fn pages_of_the_docket_come_back_and_go_with_the_history(subject: &impl Subject) {
    let page = |page: u8, lines: &str| Change::PutPage { page, lines: lines.into(), words: format!("words of {lines}") };
    commit(subject, vec![page(200, "b"), page(7, "a"), page(200, "c")]).await;
    assert_eq!(subject.store().pages().await, Ok(vec!["a".to_owned(), "c".to_owned()]));
    assert_eq!(subject.store().words(200).await, Ok(Some("words of c".to_owned())));
    assert_eq!(subject.store().words(8).await, Ok(None));
    commit(subject, vec![Change::ClearPulled]).await;
    assert_eq!(subject.store().pages().await, Ok(vec![]));
    assert_eq!(subject.store().words(200).await, Ok(None));
}
