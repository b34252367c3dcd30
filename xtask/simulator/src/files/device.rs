//! A device with files, its store, and the steps of the app's `state::upload_driver`; then what people, the line and the observer do.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use sips_lapangan::domain::answers::{Answer as Field, Answers};
use sips_lapangan::domain::case::{Act, Effect, Person};
use sips_lapangan::domain::command::MadeAt;
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::evidence::{FileRef, MediaType, files_of};
use sips_lapangan::domain::id::{AccountId, CaseId, CommandId, FileId};
use sips_lapangan::domain::table::Table;
use sips_lapangan::domain::time::{Timestamp, Zone};
use sips_lapangan::store::Durability;
use sips_lapangan::store::record::{CaseRecord, FileRecord, FileState};
use sips_lapangan::store::transaction::{accepted, unconfirmed, withheld};
use sips_lapangan::sync::answer::{Answer, wants_sign_in};
use sips_lapangan::sync::backoff::{FLOOR_MS, retry_after_ms};
use sips_lapangan::sync::upload::{
    Action, Asked, FilePark, Input, LEAST_PART, Upload, UploadEngine, UploadOutcome, offered, upload_outcome,
};

use super::server::{Question, said};
use super::{CALM_MS, Captured, Event, Flaw, Kind, World};
use crate::rules::law;
use crate::world::{Session, Violation};

/// How long a device waits for an answer, in milliseconds.
const TIMEOUT_MS: i64 = 30_000;
/// Lengths of files: about the length of a part.
const SIZES: [u64; 5] = [1, 5_000, LEAST_PART, LEAST_PART + 1, 2 * LEAST_PART + 7];
/// What the server says that it offers.
const OFFER: &str = r#"{"level":2,"limits":{"fileBytes":50000000}}"#;

/// The records of one account.
#[derive(Clone, Debug, Default)]
struct Stored {
    files: Table<FileId, FileRecord>,
    bytes: BTreeMap<FileId, Rc<Vec<u8>>>,
    /// Drafts, each with the file that it points at.
    drafts: BTreeSet<FileId>,
    outbox: Vec<Act>,
    /// What is known of the server's history.
    acts: Vec<Act>,
    /// What the server said that it holds, and in which history.
    held: BTreeMap<Digest, u32>,
    epoch: Option<u32>,
}

/// One device, with one tab.
#[derive(Debug)]
pub(super) struct Device {
    account: AccountId,
    case: CaseId,
    visible: Stored,
    durable: Stored,
    /// What the tab has read of files.
    files: Table<FileId, FileRecord>,
    held: BTreeSet<Digest>,
    engine: UploadEngine,
    /// The history that the server was last known to tell.
    epoch: Option<u32>,
    online: bool,
    session: Session,
    pending: Option<Pending>,
    wake: Option<i64>,
    hold: bool,
    /// The next commit finds no space.
    full: bool,
    /// Counts the starts of the tab.
    run: u32,
    /// No request before this: its last one failed.
    not_before: Option<i64>,
    /// Something told it what a server may tell, and this one did not mean.
    misled: bool,
}

#[derive(Clone, Debug)]
struct Pending {
    id: u32,
    ask: Ask,
    since: i64,
}

#[derive(Clone, Debug)]
enum Ask {
    Discover,
    File(FileId, Question),
}

/// Something on its way.
#[derive(Clone, Debug)]
pub(super) struct Packet {
    id: u32,
    device: usize,
    run: u32,
    /// The request; `None` once it is the answer.
    ask: Option<Ask>,
    answer: Answer,
    offset: Option<u64>,
}

impl Device {
    pub(super) fn new(d: usize) -> Self {
        Self {
            account: law().actors[d].account,
            case: CaseId::new(Timestamp(1), [d as u8 + 1; 10]),
            visible: Stored::default(),
            durable: Stored::default(),
            files: Table::new(),
            held: BTreeSet::new(),
            engine: UploadEngine::new(Vec::new(), true, true),
            epoch: None,
            online: true,
            session: Session::Good,
            pending: None,
            wake: None,
            hold: false,
            full: false,
            run: 0,
            not_before: None,
            misled: false,
        }
    }

    fn points_at(&self, file: &FileRecord) -> bool {
        let named = |act: &Act| files_of(act).iter().any(|named| named.id == file.file.id);
        self.visible.drafts.contains(&file.file.id) || self.visible.outbox.iter().any(named)
    }

    /// One commit: all of it or nothing.
    fn commit(&mut self, durability: Durability, change: impl FnOnce(&mut Stored)) -> bool {
        if std::mem::take(&mut self.full) {
            return false;
        }
        change(&mut self.visible);
        if durability == Durability::Strict {
            self.durable = self.visible.clone();
        }
        true
    }
}

/// The record in the engine's eyes.
fn upload(record: &FileRecord) -> Option<Upload> {
    let parked = record.state.is_parked();
    record.is_due().then_some(Upload { file: record.file.id, size: record.file.size, due: record.due, parked })
}

fn put(files: &mut Table<FileId, FileRecord>, records: &[FileRecord]) {
    files.extend(records.iter().map(|record| (record.file.id, record.clone())));
}

impl World {
    fn broken(&mut self, invariant: u8, what: impl FnOnce() -> String) {
        if self.violation.is_none() {
            self.violation = Some(Violation { invariant, what: what() });
        }
    }

    pub(super) fn tell(&mut self, what: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(what());
        }
    }

    /// The tab is opened: what the store holds is the truth.
    pub(super) fn start(&mut self, d: usize) {
        let flaw = self.flaw;
        let device = &mut self.devices[d];
        device.run += 1;
        (device.pending, device.wake, device.hold, device.not_before) = (None, None, false, None);
        device.files = device.visible.files.clone();
        let epoch = device.visible.epoch;
        device.held = device.visible.held.iter().filter(|(_, said)| Some(**said) == epoch).map(|(sha256, _)| *sha256).collect();
        device.epoch = epoch;
        // Files whose command was sent by a tab that ended before it could say so.
        let records: Vec<FileRecord> = device.visible.acts.iter().flat_map(|act| accepted(&device.visible.files, act)).collect();
        device.commit(Durability::Relaxed, |stored| put(&mut stored.files, &records));
        put(&mut device.files, &records);
        let mut uploads: Vec<Upload> = device.files.values().filter_map(upload).collect();
        if flaw == Flaw::ParkedGoesAgain {
            uploads.iter_mut().for_each(|upload| upload.parked = false);
        }
        device.engine = UploadEngine::new(uploads, device.online, device.session != Session::Ended);
        self.feed(d, Input::Held(false));
    }

    fn feed(&mut self, d: usize, input: Input) {
        let random = self.rng.next_u32();
        let device = &mut self.devices[d];
        let run = device.run;
        let actions = device.engine.handle(Timestamp(self.now), random, input);
        for action in actions {
            if self.devices[d].run == run {
                self.perform(d, action);
            }
        }
    }

    fn perform(&mut self, d: usize, action: Action) {
        match action {
            Action::Discover => self.send(d, Ask::Discover),
            Action::Create(file) => self.ask(d, file, Asked::Create, 0, 0),
            Action::Ask(file) => self.ask(d, file, Asked::Offset, 0, 0),
            Action::Send { file, from, to } => self.ask(d, file, Asked::Part, from, to),
            Action::Confirmed(file) => self.set_state(d, file, FileState::Sent),
            Action::Park(file, why) => {
                let misled = self.devices[d].misled;
                let captured = self.captured.get(&file).cloned();
                if let Some(captured) = captured {
                    let is_right = !captured.rotten && captured.altered < 2;
                    if why == FilePark::Damaged && is_right {
                        self.broken(10, || format!("{file} is called damaged, and is not"));
                    }
                    if why != FilePark::Damaged && !misled {
                        self.broken(20, || format!("{file} is parked as {why:?}, and no server meant it"));
                    }
                }
                self.set_state(d, file, why.into());
            }
            Action::WakeAt(at) => self.devices[d].wake = Some(at.0),
        }
    }

    fn set_state(&mut self, d: usize, file: FileId, state: FileState) {
        let Some(record) = self.devices[d].files.get(&file).cloned() else { return };
        if state == FileState::Sent && !self.server.said.contains(&(d, record.file.sha256)) {
            self.broken(10, || format!("{file} is called sent, and the server has not said so after its last byte"));
        }
        self.tell(|| format!("             {file} on device {d}: {state:?}"));
        let record = FileRecord { state, ..record };
        let device = &mut self.devices[d];
        // If the device cannot keep it now, the server says it again at the next start.
        device.commit(Durability::Strict, |stored| put(&mut stored.files, std::slice::from_ref(&record)));
        put(&mut device.files, &[record]);
    }

    fn ask(&mut self, d: usize, file: FileId, asked: Asked, from: u64, to: u64) {
        let device = &self.devices[d];
        let Some(record) = device.files.get(&file).cloned() else { return };
        let mut bytes = Vec::new();
        if asked == Asked::Part {
            let stored = device.visible.bytes.get(&file).and_then(|all| all.get(from as usize..to as usize));
            let Some(part) = stored.filter(|part| !part.is_empty()) else { return self.feed(d, Input::Unreadable(file)) };
            bytes = part.to_vec();
        }
        if !self.recorded.contains(&record.file.sha256) {
            self.broken(10, || format!("{file} goes before the act that names it"));
        }
        if record.state.is_parked() {
            self.broken(11, || format!("{file} waits for a person and is sent"));
        }
        self.send(d, Ask::File(file, Question { asked, sha256: record.file.sha256, size: record.file.size, from, bytes }));
    }

    fn send(&mut self, d: usize, ask: Ask) {
        let (now, id) = (self.now, self.next_id);
        self.next_id += 1;
        if let Some(until) = self.devices[d].not_before.filter(|until| now < *until) {
            self.broken(11, || format!("device {d} asks {} ms too early", until - now));
        }
        let device = &mut self.devices[d];
        if device.session == Session::Ended {
            return self.without_session(d, &ask);
        }
        device.pending = Some(Pending { id, ask: ask.clone(), since: now });
        if device.online {
            self.net.push(Packet { id, device: d, run: device.run, ask: Some(ask), answer: Answer::None, offset: None });
        }
    }

    fn without_session(&mut self, d: usize, ask: &Ask) {
        match ask {
            Ask::Discover => self.feed(d, Input::Discovered(Err(None))),
            Ask::File(file, _) => {
                self.feed(d, Input::Answered { file: *file, outcome: UploadOutcome::SignIn });
                self.feed(d, Input::SignedInChanged(false));
            }
        }
    }

    /// What is on its way at this place arrives.
    fn arrive(&mut self, at: usize) {
        let mut packet = self.net.swap_remove(at);
        let d = packet.device;
        if let Some(ask) = packet.ask.take() {
            let (answer, offset) = match &ask {
                Ask::Discover => (said(200, None, OFFER), None),
                Ask::File(..) if self.devices[d].session != Session::Good => (said(401, None, "{}"), None),
                Ask::File(_, question) => self.server.answer(d, self.devices[d].account, question, self.flaw),
            };
            (packet.answer, packet.offset) = (answer, offset);
            self.net.push(packet);
            return;
        }
        let waits = self.devices[d].pending.as_ref().is_some_and(|pending| pending.id == packet.id);
        if packet.run == self.devices[d].run && waits {
            self.answered(d, &packet.answer, packet.offset);
        }
    }

    fn answered(&mut self, d: usize, answer: &Answer, offset: Option<u64>) {
        let now = self.now;
        let device = &mut self.devices[d];
        let Some(Pending { ask, .. }) = device.pending.take() else { return };
        let failed = match answer {
            Answer::None => Some(0),
            Answer::Http { contract: false, .. } | Answer::Http { status: 300..=399, .. } | Answer::Http { body: None, .. } => Some(0),
            Answer::Http { status: 408 | 425 | 429 | 500..=599, retry_after, .. } => {
                Some(retry_after.as_deref().and_then(retry_after_ms).unwrap_or(0))
            }
            Answer::Http { .. } => None,
        };
        device.not_before = failed.map(|wait| now + wait.max(FLOOR_MS));
        self.named_wait = self.named_wait.max(now + failed.unwrap_or(0));
        let (file, question) = match ask {
            Ask::Discover => return self.feed(d, Input::Discovered(offered(answer))),
            Ask::File(file, question) => (file, question),
        };
        if wants_sign_in(answer) {
            if device.session == Session::Stale {
                // Renewed without a person; the request goes again.
                (device.session, device.not_before) = (Session::Good, None);
                return self.send(d, Ask::File(file, question));
            }
            device.session = Session::Ended;
            return self.without_session(d, &Ask::File(file, question));
        }
        let mut outcome = upload_outcome(question.asked, answer, offset);
        self.tell(|| format!("             device {d}, {file}, {:?} from {}: {outcome:?}", question.asked, question.from));
        match self.flaw {
            Flaw::NoBackOff if matches!(outcome, UploadOutcome::Later { .. } | UploadOutcome::Strange) => outcome = UploadOutcome::Smaller,
            Flaw::LastPartConfirms if question.asked == Asked::Part && outcome == UploadOutcome::At(question.size) => {
                return self.set_state(d, file, FileState::Sent);
            }
            _ => {}
        }
        self.feed(d, Input::Answered { file, outcome });
    }

    /// Shows records that were committed, and lets their files go out, or no longer.
    fn show(&mut self, d: usize, records: Vec<FileRecord>) {
        for record in records {
            let file = record.file.id;
            let before = self.devices[d].files.insert(file, record.clone());
            if record.state == FileState::Kept {
                self.feed(d, Input::Dropped(file));
            }
            if let Some(upload) = upload(&record).filter(|upload| !upload.parked) {
                let was_parked = before.is_some_and(|old| old.state.is_parked());
                self.feed(d, if was_parked { Input::Retried(file) } else { Input::Accepted(upload) });
            }
        }
    }

    fn attach(&mut self, d: usize, b: u32) {
        if b.is_multiple_of(5) {
            // A file that is here already is taken into a draft.
            let known: Vec<FileId> = self.devices[d].files.keys().copied().collect();
            if let Some(at) = ((b >> 4) as usize).checked_rem(known.len()) {
                let file = known[at];
                self.devices[d].commit(Durability::Strict, |stored| stored.drafts.extend([file]));
            }
            return;
        }
        if self.captured.len() >= 4 {
            return;
        }
        let size = SIZES[(b >> 4) as usize % SIZES.len()];
        let mut bytes = vec![b as u8; size as usize];
        let first = self.rng.next_u64().to_le_bytes();
        bytes.iter_mut().zip(first).for_each(|(byte, random)| *byte = random);
        let number = self.captured.len() as u8;
        let id = FileId::new(Timestamp(self.now), [number; 10]);
        let (bytes, sha256) = (Rc::new(bytes.clone()), Digest::of(&bytes));
        let file = FileRef { id, name: format!("{number}.pdf"), size, sha256, media: MediaType::Pdf, locked: false };
        let record = FileRecord::on_device(file, Timestamp(self.now));
        let device = &mut self.devices[d];
        let kept = device.commit(Durability::Strict, |stored| {
            put(&mut stored.files, std::slice::from_ref(&record));
            stored.bytes.insert(id, Rc::clone(&bytes));
            stored.drafts.insert(id);
        });
        if !kept {
            return;
        }
        put(&mut device.files, &[record]);
        self.captured.insert(id, Captured { device: d, bytes, rotten: false, altered: 0, gone: false });
        if self.flaw == Flaw::FileBeforeRecord {
            self.feed(d, Input::Accepted(Upload { file: id, size, due: None, parked: false }));
        }
    }

    fn submit(&mut self, d: usize, b: u32) {
        let device = &self.devices[d];
        let Some(at) = (b as usize).checked_rem(device.visible.drafts.len()) else { return };
        let Some(file) = device.visible.drafts.iter().nth(at).copied() else { return };
        let Some(record) = device.visible.files.get(&file) else { return };
        let mut answers = Answers::default();
        answers.0.insert("file".to_owned(), Field::Rows(vec![record.file.to_row()]));
        let law = law();
        let number = self.next_id;
        let act = Act {
            command_id: CommandId::new(Timestamp(self.now), [(number % 251) as u8; 10]),
            case_id: device.case,
            act: "remark".to_owned(),
            by: Person { account: device.account, name: "A".to_owned(), roles: Vec::new() },
            office: law.office.code.clone(),
            happened_at: Timestamp(self.now),
            made_at: MadeAt { wall: Timestamp(self.now), zone: Zone::Wib, offset_ms: None },
            recorded_at: None,
            revision: 0,
            rules: law.rules_ref.clone(),
            calendar: law.calendar_ref.clone(),
            office_settings: None,
            strand: None,
            effects: vec![Effect::Set { form: "remark".to_owned(), answers }],
            late: Vec::new(),
            flags: Vec::new(),
            rulings: Table::new(),
            carried_by: None,
            corrects: Vec::new(),
            further: None,
        };
        self.next_id += 1;
        self.devices[d].commit(Durability::Strict, |stored| {
            stored.drafts.remove(&file);
            stored.outbox.push(act);
        });
    }

    /// Files wait while text is under way.
    fn held(&mut self, d: usize, text: impl FnOnce(&mut Self)) {
        self.feed(d, Input::Held(true));
        text(self);
        let hold = self.devices[d].hold;
        self.feed(d, Input::Held(hold));
    }

    /// The head of the outbox reaches the server; its receipt may be lost.
    fn text(&mut self, d: usize, b: u32) {
        let device = &self.devices[d];
        let Some(act) = device.visible.outbox.first().cloned() else { return };
        if !device.online || device.session != Session::Good {
            return;
        }
        self.server.take(&act);
        self.recorded.extend(files_of(&act).iter().map(|file| file.sha256));
        let device = &mut self.devices[d];
        let another_history = device.visible.epoch.is_some_and(|epoch| epoch != self.server.epoch);
        if b.is_multiple_of(3) || another_history {
            return;
        }
        let records = accepted(&device.files, &act);
        let kept = device.commit(Durability::Strict, |stored| {
            stored.outbox.retain(|entry| entry.command_id != act.command_id);
            stored.acts.push(act);
            put(&mut stored.files, &records);
        });
        if kept {
            self.show(d, records);
        }
    }

    /// A page of changes comes.
    fn changes(&mut self, d: usize) {
        let device = &self.devices[d];
        if !device.online || device.session != Session::Good {
            return;
        }
        let (account, case, epoch, whole) = (device.account, device.case, self.server.epoch, self.server.whole());
        if device.epoch != Some(epoch) && !self.new_epoch(d, account, case) {
            return;
        }
        let device = &mut self.devices[d];
        device.epoch = Some(epoch);
        let fresh: Vec<Digest> = whole.iter().filter(|sha256| !device.held.contains(sha256)).copied().collect();
        if !fresh.is_empty()
            && !device.commit(Durability::Relaxed, |stored| stored.held.extend(fresh.iter().map(|sha256| (*sha256, epoch))))
        {
            return;
        }
        device.held.extend(fresh);
        self.server.listed.extend(whole.iter().map(|sha256| (d, *sha256, epoch)));
        // The acts of the page.
        let here: Vec<Act> = self.server.acts.iter().filter(|act| act.by.account == account).cloned().collect();
        let is_here = |act: &Act| here.iter().any(|other| other.command_id == act.command_id);
        let stored = &device.visible;
        let is_new = stored.epoch != Some(epoch);
        let mut lost: Vec<Act> = if is_new { stored.acts.clone() } else { Vec::new() };
        lost.retain(|act| !is_here(act) && stored.outbox.iter().all(|entry| entry.command_id != act.command_id));
        let held: Vec<Act> = stored.outbox.iter().filter(|act| is_here(act)).cloned().collect();
        let mut records: Vec<FileRecord> = held.iter().flat_map(|act| accepted(&device.files, act)).collect();
        records.extend(lost.iter().flat_map(|act| withheld(&device.files, act)));
        let durability = if held.is_empty() && lost.is_empty() { Durability::Relaxed } else { Durability::Strict };
        let kept = device.commit(durability, |stored| {
            stored.outbox.retain(|act| !is_here(act));
            stored.outbox.splice(0..0, lost);
            stored.acts.clone_from(&here);
            stored.epoch = Some(epoch);
            put(&mut stored.files, &records);
        });
        if kept {
            self.show(d, records);
        }
    }

    /// The server's history is another one. False if the device cannot keep what follows from it.
    fn new_epoch(&mut self, d: usize, account: AccountId, case: CaseId) -> bool {
        let flaw = self.flaw;
        let device = &mut self.devices[d];
        if flaw != Flaw::OldWordCounts {
            device.held.clear();
        }
        if flaw == Flaw::SentIsForEver {
            return true;
        }
        self.feed(d, Input::AnotherHistory);
        let device = &mut self.devices[d];
        let cases = Table::from_iter([(case, CaseRecord { case, acts: device.visible.acts.clone() })]);
        let records = unconfirmed(&device.files, &cases, account);
        if !device.commit(Durability::Relaxed, |stored| put(&mut stored.files, &records)) {
            return false;
        }
        self.show(d, records);
        true
    }

    /// The officer frees what may be freed.
    fn free(&mut self, d: usize) {
        let flaw = self.flaw;
        let device = &self.devices[d];
        let may_go = |record: &&FileRecord| {
            let held = device.held.contains(&record.file.sha256) || flaw == Flaw::FreedAtOneWord;
            let free = !device.points_at(record) || flaw == Flaw::DraftsNotLookedAt;
            record.state == FileState::Sent && held && free
        };
        let free: Vec<FileRecord> = device.files.values().filter(may_go).cloned().collect();
        let history = device.epoch.unwrap_or(0);
        for record in &free {
            let (file, sha256) = (record.file.id, record.file.sha256);
            if self.devices[d].points_at(record) {
                self.broken(1, || format!("{file} is freed, and a draft points at it"));
            }
            if !self.server.said.contains(&(d, sha256)) || !self.server.listed.contains(&(d, sha256, history)) {
                self.broken(10, || format!("{file} is freed, and the server has not said twice in this history that it is there"));
            }
            let whole = self.server.files.get(&sha256).is_some_and(|kept| kept.complete);
            if history == self.server.epoch && !whole {
                self.broken(10, || format!("{file} is freed, and the server does not hold it"));
            }
        }
        let ids: Vec<FileId> = free.iter().map(|record| record.file.id).collect();
        let device = &mut self.devices[d];
        let durability = if flaw == Flaw::BytesBeforeRecord { Durability::Relaxed } else { Durability::Strict };
        let kept = device.commit(durability, |stored| {
            stored.files.retain(|id, _| !ids.contains(id));
            stored.bytes.retain(|id, _| !ids.contains(id));
        });
        if flaw == Flaw::BytesBeforeRecord && kept {
            device.durable.bytes.retain(|id, _| !ids.contains(id));
        }
        if kept {
            device.files.retain(|id, _| !ids.contains(id));
            ids.iter().filter_map(|id| self.captured.get_mut(id).map(|captured| captured.gone = true)).for_each(drop);
        }
    }

    /// Invariants 1, 10 and 12 after a step.
    pub(super) fn look(&mut self) {
        let mut found = None;
        for (file, captured) in &self.captured {
            let stored = &self.devices[captured.device].visible;
            let is_here = stored.files.contains_key(file);
            let has_bytes = stored.bytes.get(file).is_some_and(|bytes| Rc::ptr_eq(bytes, &captured.bytes));
            if !is_here && !captured.gone {
                found = Some((1, format!("{file} is nowhere")));
            } else if is_here && !captured.rotten && !has_bytes {
                found = Some((12, format!("{file} has a record, and its bytes are gone")));
            }
        }
        for (sha256, kept) in self.server.files.iter().filter(|(_, kept)| kept.complete) {
            if self.checked.insert((*sha256, self.server.epoch)) && Digest::of(&kept.bytes) != *sha256 {
                found = Some((10, format!("the server calls {sha256} whole, and holds other bytes")));
            }
        }
        if let Some((invariant, what)) = found {
            self.broken(invariant, || what);
        }
    }

    /// So many milliseconds pass; timers fire and requests end.
    fn pass(&mut self, millis: i64) {
        self.now += millis;
        for d in 0..self.devices.len() {
            let late = |pending: &Pending| self.now - pending.since >= TIMEOUT_MS;
            if self.devices[d].pending.as_ref().is_some_and(late) {
                self.answered(d, &Answer::None, None);
            }
            if self.devices[d].wake.is_some_and(|at| at <= self.now) {
                self.devices[d].wake = None;
                self.feed(d, Input::TimerFired);
            }
        }
    }

    /// A step.
    pub(super) fn step(&mut self, event: Event) {
        let Event { kind, a, b } = event;
        let d = a as usize % self.devices.len();
        let packet = (a as usize).checked_rem(self.net.len());
        match kind {
            Kind::Advance => self.pass(i64::from(match a % 8 {
                0..=4 => b % 1_000,
                5 | 6 => b % 8_000,
                _ => b % 90_000,
            })),
            Kind::Attach => self.attach(d, b),
            Kind::Submit => self.submit(d, b),
            Kind::Text => self.held(d, |world| world.text(d, b)),
            Kind::Changes => self.held(d, |world| world.changes(d)),
            Kind::Free => self.free(d),
            Kind::TryNow => self.feed(d, Input::TryNow),
            Kind::Retry => {
                let parked: Vec<FileRecord> = self.devices[d].files.values().filter(|record| record.state.is_parked()).cloned().collect();
                let Some(at) = (b as usize).checked_rem(parked.len()) else { return };
                let record = FileRecord { state: FileState::Waiting, ..parked[at].clone() };
                if self.devices[d].commit(Durability::Strict, |stored| put(&mut stored.files, std::slice::from_ref(&record))) {
                    self.show(d, vec![record]);
                }
            }
            Kind::SignIn => {
                self.devices[d].session = Session::Good;
                self.feed(d, Input::SignedInChanged(true));
            }
            Kind::BackUp => self.server.back_up(),
            Kind::Hold => {
                self.devices[d].hold ^= true;
                let hold = self.devices[d].hold;
                self.feed(d, Input::Held(hold));
            }
            Kind::Online => {
                self.devices[d].online ^= true;
                let online = self.devices[d].online;
                self.feed(d, Input::OnlineChanged(online));
            }
            Kind::Crash => self.start(d),
            Kind::PowerLoss => {
                if b & 1 == 0 {
                    self.devices[d].visible = self.devices[d].durable.clone();
                } else {
                    self.devices[d].durable = self.devices[d].visible.clone();
                }
                self.start(d);
            }
            Kind::Quota => self.devices[d].full = true,
            Kind::Expire => self.devices[d].session = if b & 1 == 0 { Session::Stale } else { Session::Ended },
            Kind::Restore => {
                self.server.restore();
                self.devices.iter_mut().for_each(|device| device.misled = true);
            }
            Kind::Forget => self.server.forget_incomplete(),
            Kind::Rot => self.rot(d, b),
            Kind::Deliver | Kind::Drop | Kind::Cut | Kind::Duplicate | Kind::Spoil | Kind::Alter | Kind::Status => {
                let Some(at) = packet else { return };
                match kind {
                    Kind::Deliver => self.arrive(at),
                    Kind::Drop => drop(self.net.swap_remove(at)),
                    _ => self.meddle(kind, at, b),
                }
            }
        }
    }

    /// Something happens to what is on its way.
    fn meddle(&mut self, kind: Kind, at: usize, b: u32) {
        let (flaw, accounts) = (self.flaw, self.devices.iter().map(|device| device.account).collect::<Vec<_>>());
        let packet = &mut self.net[at];
        let d = packet.device;
        match (kind, &mut packet.ask) {
            (Kind::Duplicate, Some(_)) => {
                let again = packet.clone();
                self.net.push(again);
            }
            (Kind::Cut, Some(Ask::File(_, question))) if question.asked == Asked::Part => {
                let length = b as usize % question.bytes.len().max(1);
                if self.devices[d].session == Session::Good {
                    self.server.take_piece(accounts[d], question, length, flaw);
                }
                packet.ask = None;
                packet.answer = Answer::None;
            }
            (Kind::Alter, Some(Ask::File(file, question))) if !question.bytes.is_empty() => {
                let place = b as usize % question.bytes.len();
                question.bytes[place] ^= 1;
                if let Some(captured) = self.captured.get_mut(file) {
                    captured.altered += 1;
                }
            }
            (Kind::Spoil, None) => {
                if let Answer::Http { status, contract, body, .. } = &mut packet.answer {
                    match b % 4 {
                        0 => *contract = false,
                        1 => *status = 302,
                        2 => *body = None,
                        _ => packet.offset = None,
                    }
                }
            }
            (Kind::Status, ask) => {
                let (open, last) = ([503, 429, 500, 502, 408], [403, 404, 410, 413, 418, 400, 409, 401]);
                let is_request = ask.take().is_some();
                let retry_after = [None, Some("5"), Some("120")][(b >> 8) as usize % 3];
                let status = if b & 1 == 0 || !is_request { open[(b >> 4) as usize % 5] } else { last[(b >> 4) as usize % 8] };
                packet.answer = said(status, retry_after, "{}");
                packet.offset = None;
                self.devices[d].misled |= status < 500;
            }
            _ => {}
        }
    }

    /// Bytes on the device are damaged, or gone.
    fn rot(&mut self, d: usize, b: u32) {
        let ids: Vec<FileId> = self.devices[d].visible.bytes.keys().copied().collect();
        let Some(at) = (b as usize).checked_rem(ids.len()) else { return };
        let file = ids[at];
        let device = &mut self.devices[d];
        for stored in [&mut device.visible, &mut device.durable] {
            if b >> 8 & 1 == 0 {
                stored.bytes.remove(&file);
            } else if let Some(bytes) = stored.bytes.get_mut(&file) {
                Rc::make_mut(bytes)[0] ^= 1;
            }
        }
        if let Some(captured) = self.captured.get_mut(&file) {
            captured.rotten = true;
        }
    }

    /// The calm: faults have stopped, people sign in and open the app, and everything comes to its end.
    pub(super) fn settle(&mut self) {
        for d in 0..self.devices.len() {
            let device = &mut self.devices[d];
            (device.full, device.online, device.session) = (false, true, Session::Good);
            self.start(d);
        }
        let since = self.now;
        while self.violation.is_none() {
            if !self.net.is_empty() {
                self.arrive(0);
                self.look();
                continue;
            }
            for d in 0..self.devices.len() {
                self.held(d, |world| {
                    world.changes(d);
                    world.text(d, 1);
                });
                self.look();
            }
            if !self.net.is_empty() || self.devices.iter().any(|device| !device.visible.outbox.is_empty()) {
                continue;
            }
            let next = self.devices.iter().filter_map(|device| match &device.pending {
                Some(pending) => Some(pending.since + TIMEOUT_MS),
                None => device.wake,
            });
            let waits = self.devices.iter().any(|device| device.files.values().any(|record| record.state == FileState::Waiting));
            if !waits {
                break;
            }
            let Some(at) = next.min() else {
                return self.broken(17, || "a file waits, and no timer is set".to_owned());
            };
            if self.now > since.max(self.named_wait) + CALM_MS {
                return self.broken(17, || "a file waits although nothing stands in its way".to_owned());
            }
            self.pass((at - self.now).max(1));
        }
        (0..self.devices.len()).for_each(|d| self.held(d, |world| world.changes(d)));
        let mut found = None;
        for device in &self.devices {
            let linked: BTreeSet<Digest> = device.visible.acts.iter().flat_map(files_of).map(|file| file.sha256).collect();
            for record in device.files.values().filter(|record| linked.contains(&record.file.sha256)) {
                let (file, sha256) = (record.file.id, record.file.sha256);
                let whole = self.server.files.get(&sha256).is_some_and(|kept| kept.complete);
                match record.state {
                    FileState::Sent if !whole => found = Some((7, format!("{file} is sent, and the server does not hold it"))),
                    FileState::Sent if !device.held.contains(&sha256) => found = Some((7, format!("{file} is never called held"))),
                    FileState::Kept | FileState::Waiting => found = Some((17, format!("{file} is linked, and does not go out"))),
                    _ => {}
                }
            }
        }
        if let Some((invariant, what)) = found {
            self.broken(invariant, || what);
        }
    }
}
