//! Sending files: feed one input, do what is asked, feed the next. It holds no bytes; the store does. A file goes out after the command
//! that names it and after all text, one part at a time, always from where the server says that it has come to.

use crate::api::wire::Problem;
use crate::domain::digest::Digest;
use crate::domain::id::FileId;
use crate::domain::json;
use crate::domain::order::ascending;
use crate::domain::time::Timestamp;

use super::answer::{Answer, Common, common, read};
use super::backoff::{FLOOR_MS, delay_ms};
use super::engine::{STRANGE_LIMIT, Trouble};

/// The first and the smallest part of a file, in bytes; later ones grow and shrink with the line. It is this small also because the
/// first requests may go over connections that were used before: what breaks on those, browsers send again by themselves.
pub const LEAST_PART: u64 = 16 * 1_024;
/// The largest part, in bytes: all that is in memory of a file at a time.
pub const MOST_PART: u64 = 4 * 1_024 * 1_024;
/// A part that took less than this makes the next one larger, in milliseconds.
const QUICK_MS: i64 = 2_000;
/// A part that took more than this makes the next one smaller, in milliseconds.
const SLOW_MS: i64 = 15_000;
/// What the server calls bytes that are not those of the digest.
const DIGEST_PROBLEM: &str = "/problems/digest";

/// A file that lies on the device and whose record the server holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The file.
    pub file: FileId,
    /// Length in bytes.
    pub size: u64,
    /// The nearest legal deadline of its case: those go first.
    pub due: Option<Timestamp>,
    /// Waits for a person.
    pub parked: bool,
}

/// Why a file waits for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilePark {
    /// The server refused it.
    Refused,
    /// Larger than the server takes.
    TooLarge,
    /// Its bytes on this device are not those that the command names, or cannot be read.
    Damaged,
    /// An answer that the contract does not know.
    Unexpected,
}

/// What was asked of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To begin a file, or to say how far it has come.
    Create,
    /// How far it has come.
    Offset,
    /// To take a part.
    Part,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub enum UploadOutcome {
    /// The server has so many bytes from the start; all of them means that the file is whole and its digest right.
    At(u64),
    /// Ask where it goes on.
    Elsewhere,
    /// The server no longer knows of it: begin it again.
    Gone,
    /// The bytes were not those of the digest, and the server has thrown them away.
    WrongDigest,
    /// The part was too large.
    Smaller,
    /// Waits for a person.
    Park(FilePark),
    /// It was no backend that spoke.
    Strange,
    /// As with commands.
    Later {
        /// Milliseconds, clamped.
        wait_ms: Option<i64>,
        /// Is it the server that is busy or down?
        from_server: bool,
    },
    /// As with commands.
    SignIn,
    /// As with commands.
    Update,
}

/// From an answer to what comes of it: total, and the same as for commands (contract §3) but for what only files know.
/// `offset` is the answer's `Upload-Offset`.
#[must_use]
pub fn upload_outcome(asked: Asked, answer: &Answer, offset: Option<u64>) -> UploadOutcome {
    if let (Answer::Http { status: 200..=299, contract: true, body: Some(_), .. }, Some(offset)) = (answer, offset) {
        return UploadOutcome::At(offset);
    }
    match common(answer) {
        Common::Body(_) | Common::Strange => UploadOutcome::Strange,
        Common::Later { wait_ms, from_server } => UploadOutcome::Later { wait_ms, from_server },
        Common::SignIn => UploadOutcome::SignIn,
        Common::Update | Common::Refused { status: 412, .. } => UploadOutcome::Update,
        Common::Refused { status, body } => {
            let wrong_digest = || body.and_then(read::<Problem>).is_some_and(|problem| problem.kind == DIGEST_PROBLEM);
            match (status, asked) {
                (404 | 410, Asked::Offset | Asked::Part) => UploadOutcome::Gone,
                (409, _) => UploadOutcome::Elsewhere,
                (413, Asked::Part) => UploadOutcome::Smaller,
                (413, _) => UploadOutcome::Park(FilePark::TooLarge),
                (422, _) if wrong_digest() => UploadOutcome::WrongDigest,
                (400 | 403 | 404 | 410 | 422, _) => UploadOutcome::Park(FilePark::Refused),
                _ => UploadOutcome::Park(FilePark::Unexpected),
            }
        }
    }
}

/// `Upload-Metadata` of a file (tus 1.0, creation): its digest under the key `sha256`, in Base64 (RFC 4648 §4).
#[must_use]
pub fn metadata(sha256: &Digest) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = "sha256 ".to_owned();
    for group in sha256.to_string().as_bytes().chunks(3) {
        let bits = group.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            text.push(if place <= group.len() { char::from(DIGITS[bits >> (18 - 6 * place) & 63]) } else { '=' });
        }
    }
    text
}

/// The level of the contract that has files.
const LEVEL: u64 = 2;

/// The largest file that a server takes, by the answer to discovery; 0 for none.
///
/// # Errors
/// It was no such answer; the wait that the server named, in milliseconds, clamped.
pub fn offered(answer: &Answer) -> Result<u64, Option<i64>> {
    match common(answer) {
        Common::Body(body) => {
            let bytes = json::number_at(body, &["limits", "fileBytes"]).ok_or(None)?;
            json::number_at(body, &["level"]).map(|level| if level >= LEVEL { bytes } else { 0 }).ok_or(None)
        }
        Common::Later { wait_ms, .. } => Err(wait_ms),
        _ => Err(None),
    }
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// The server holds the command that names a file of this device.
    Accepted(Upload),
    /// A file is no longer on the device.
    Dropped(FileId),
    /// A person wants a parked file to be tried again.
    Retried(FileId),
    /// Text is under way or cannot be sent: files wait.
    Held(bool),
    /// Does the browser say that there is a network?
    OnlineChanged(bool),
    /// Is there a session that can be used?
    SignedInChanged(bool),
    /// The largest file that the server takes, by its discovery, 0 for none at all; or it was not reached, and the wait that it named.
    Discovered(Result<u64, Option<i64>>),
    /// An answer to an action about this file.
    Answered {
        /// The file.
        file: FileId,
        /// What came of it.
        outcome: UploadOutcome,
    },
    /// Bytes of the file cannot be read on this device.
    Unreadable(FileId),
    /// The server's history is another one than before: what it said of files is to be asked again, also what is still on its way here.
    AnotherHistory,
    /// The time asked for by [`Action::WakeAt`] has come.
    TimerFired,
    /// The person pressed "try now".
    TryNow,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Ask what the server takes.
    Discover,
    /// Begin this file at the server.
    Create(FileId),
    /// Ask how far it has come.
    Ask(FileId),
    /// Send its bytes from one position to before another.
    Send {
        /// The file.
        file: FileId,
        /// The first byte.
        from: u64,
        /// After the last one.
        to: u64,
    },
    /// Keep that the server has the whole file, as it said in a request after the last byte. From here on the bytes may be freed.
    Confirmed(FileId),
    /// Keep that it waits for a person, and why.
    Park(FileId, FilePark),
    /// Feed [`Input::TimerFired`] at this time; it replaces an earlier one.
    WakeAt(Timestamp),
}

/// How far the file at hand has come, for the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The file.
    pub file: FileId,
    /// Bytes that the server has.
    pub sent: u64,
    /// Seconds until the rest is there, by the parts so far.
    pub seconds: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Not spoken of yet.
    New,
    /// The server has to say where it goes on, or that it is whole.
    Asking,
    /// It goes on from here.
    Going,
}

#[derive(Clone, Debug)]
struct Item {
    upload: Upload,
    stage: Stage,
    /// Bytes that the server was known to have.
    sent: u64,
    /// Its bytes were wrong once already.
    wrong: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Offer {
    Unknown,
    Asked,
    /// At most so many bytes; 0 for no files.
    Known(u64),
}

/// The engine.
#[derive(Clone, Debug)]
pub struct UploadEngine {
    items: Vec<Item>,
    in_flight: Option<FileId>,
    /// Its answer may be of a history that is no longer the server's.
    outlived: bool,
    /// Where the part under way began and when it was sent.
    part_sent: Option<(u64, Timestamp)>,
    part: u64,
    /// Bytes a second, smoothed.
    rate: Option<u64>,
    offer: Offer,
    held: bool,
    online: bool,
    signed_in: bool,
    update_needed: bool,
    failures: u32,
    strange: u32,
    wait_until: Option<Timestamp>,
    /// Until then not even a person's press starts a request: what the server named, or the distance after a failure.
    hold_until: Option<Timestamp>,
    trouble: Option<Trouble>,
    actions: Vec<Action>,
}

impl UploadEngine {
    /// An engine over the files of a device as they were found in its store.
    #[must_use]
    pub fn new(uploads: Vec<Upload>, online: bool, signed_in: bool) -> Self {
        Self {
            items: uploads.into_iter().map(new_item).collect(),
            in_flight: None,
            outlived: false,
            part_sent: None,
            part: LEAST_PART,
            rate: None,
            offer: Offer::Unknown,
            held: true,
            online,
            signed_in,
            update_needed: false,
            failures: 0,
            strange: 0,
            wait_until: None,
            hold_until: None,
            trouble: None,
            actions: Vec::new(),
        }
    }

    /// Feeds one input and gives what is to be done, in order; `random` is drawn by the caller, over the whole range.
    #[must_use]
    pub fn handle(&mut self, now: Timestamp, random: u32, input: Input) -> Vec<Action> {
        match input {
            Input::Accepted(upload) => {
                if self.items.iter().all(|item| item.upload.file != upload.file) {
                    self.items.push(new_item(upload));
                }
            }
            Input::Dropped(file) => self.drop_item(file),
            Input::Retried(file) => {
                if let Some(item) = self.item(file) {
                    *item = new_item(Upload { parked: false, ..item.upload });
                }
                self.start_over();
            }
            Input::Held(held) => self.held = held,
            Input::OnlineChanged(online) => {
                self.online = online;
                if online {
                    self.start_over();
                }
            }
            Input::SignedInChanged(signed_in) => {
                self.signed_in = signed_in;
                if signed_in {
                    self.start_over();
                }
            }
            Input::TryNow => self.start_over(),
            Input::AnotherHistory => {
                self.outlived = self.in_flight.is_some();
                self.items.iter_mut().for_each(|item| *item = Item { wrong: item.wrong, ..new_item(item.upload) });
            }
            Input::TimerFired => {}
            Input::Discovered(Ok(limit)) => {
                self.offer = Offer::Known(limit);
                self.reached();
            }
            Input::Discovered(Err(wait_ms)) => {
                self.offer = Offer::Unknown;
                self.fail(now, random, wait_ms, Trouble::Unreachable);
            }
            Input::Answered { file, outcome } => self.answered(now, random, file, outcome),
            Input::Unreadable(file) => {
                self.landed(file);
                self.park(file, FilePark::Damaged);
            }
        }
        self.plan(now);
        std::mem::take(&mut self.actions)
    }

    /// Is a request under way?
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.in_flight.is_some()
    }

    /// Why nothing moves; `None` while nothing stands in the way but text that goes first.
    #[must_use]
    pub fn trouble(&self) -> Option<Trouble> {
        if !self.online {
            Some(Trouble::Offline)
        } else if self.update_needed {
            Some(Trouble::Update)
        } else if !self.signed_in {
            Some(Trouble::SignIn)
        } else {
            self.trouble
        }
    }

    /// Does the server take no files?
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.offer == Offer::Known(0)
    }

    /// The largest file that the server takes, once it has said so.
    #[must_use]
    pub fn limit(&self) -> Option<u64> {
        match self.offer {
            Offer::Known(limit) if limit > 0 => Some(limit),
            _ => None,
        }
    }

    /// How far the file at hand has come; that of the next one while none is under way.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        let item = self.next()?;
        let left = item.upload.size - item.sent;
        Some(Progress { file: item.upload.file, sent: item.sent, seconds: self.rate.map(|rate| left.div_ceil(rate.max(1))) })
    }

    fn start_over(&mut self) {
        self.wait_until = self.hold_until;
        self.failures = 0;
        self.trouble = None;
        if self.offer == Offer::Known(0) {
            self.offer = Offer::Unknown;
        }
    }

    fn item(&mut self, file: FileId) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.upload.file == file)
    }

    fn drop_item(&mut self, file: FileId) {
        self.items.retain(|item| item.upload.file != file);
    }

    /// The request about a file is over; gives where its part began and when it was sent.
    fn landed(&mut self, file: FileId) -> Option<(u64, Timestamp)> {
        if self.in_flight == Some(file) {
            self.in_flight = None;
            return self.part_sent.take();
        }
        None
    }

    fn park(&mut self, file: FileId, reason: FilePark) {
        if let Some(item) = self.item(file) {
            item.upload.parked = true;
            self.actions.push(Action::Park(file, reason));
        }
    }

    fn answered(&mut self, now: Timestamp, random: u32, file: FileId, outcome: UploadOutcome) {
        let outlived = self.in_flight == Some(file) && std::mem::take(&mut self.outlived);
        let part = self.landed(file);
        let Some(item) = self.items.iter_mut().find(|item| item.upload.file == file) else {
            // Taken off the device meanwhile; what line and server said of themselves holds for all files.
            match outcome {
                UploadOutcome::Later { wait_ms, from_server } => self.later(now, random, wait_ms, from_server),
                UploadOutcome::SignIn => self.signed_in = false,
                UploadOutcome::Update => self.update_needed = true,
                UploadOutcome::Strange => self.strange_answer(now, random, file),
                _ => {}
            }
            return;
        };
        match outcome {
            UploadOutcome::At(_) if outlived => self.reached(),
            UploadOutcome::At(offset) if offset > item.upload.size => self.strange_answer(now, random, file),
            UploadOutcome::At(offset) => self.moved_to(now, random, file, offset, part),
            UploadOutcome::Elsewhere => {
                item.stage = Stage::Asking;
                // The line broke and something on the way sent the part again.
                self.part = (self.part / 2).max(LEAST_PART);
                self.fail(now, random, None, Trouble::ServerTrouble);
            }
            UploadOutcome::Gone => {
                item.stage = Stage::New;
                item.sent = 0;
                self.fail(now, random, None, Trouble::ServerTrouble);
            }
            UploadOutcome::WrongDigest if item.wrong => self.park(file, FilePark::Damaged),
            UploadOutcome::WrongDigest => {
                // Once it may have been the way; twice it is the device.
                *item = Item { wrong: true, ..new_item(item.upload) };
                self.fail(now, random, None, Trouble::ServerTrouble);
            }
            UploadOutcome::Smaller if self.part <= LEAST_PART => self.park(file, FilePark::TooLarge),
            UploadOutcome::Smaller => {
                item.stage = Stage::Asking;
                self.part = (self.part / 2).max(LEAST_PART);
            }
            UploadOutcome::Park(reason) => {
                self.reached();
                self.park(file, reason);
            }
            UploadOutcome::Strange => self.strange_answer(now, random, file),
            UploadOutcome::Later { wait_ms, from_server } => {
                self.interrupted(file, part.is_some());
                self.later(now, random, wait_ms, from_server);
            }
            UploadOutcome::SignIn => {
                self.interrupted(file, false);
                self.signed_in = false;
            }
            UploadOutcome::Update => {
                self.interrupted(file, false);
                self.update_needed = true;
            }
        }
    }

    fn moved_to(&mut self, now: Timestamp, random: u32, file: FileId, offset: u64, part: Option<(u64, Timestamp)>) {
        let Some(item) = self.items.iter_mut().find(|item| item.upload.file == file) else { return };
        let whole = offset == item.upload.size;
        let came_on = offset > item.sent;
        item.sent = offset;
        item.stage = Stage::Going;
        match part {
            // Said in another request than the one that brought the last byte.
            None if whole => {
                self.drop_item(file);
                self.actions.push(Action::Confirmed(file));
                self.reached();
            }
            None => {
                // It may have come on although no answer came back; where it has not, waits keep growing.
                if came_on {
                    self.failures = 0;
                }
            }
            Some((from, _)) if offset <= from => self.strange_answer(now, random, file),
            Some((from, sent_at)) => {
                if whole {
                    item.stage = Stage::Asking;
                }
                self.measure(offset - from, now.since(sent_at));
                self.reached();
            }
        }
    }

    /// The request may have arrived: the server has to say where it goes on.
    fn interrupted(&mut self, file: FileId, was_part: bool) {
        if let Some(item) = self.item(file)
            && item.stage == Stage::Going
        {
            item.stage = Stage::Asking;
        }
        if was_part {
            self.part = (self.part / 2).max(LEAST_PART);
        }
    }

    fn measure(&mut self, bytes: u64, millis: i64) {
        if millis < QUICK_MS {
            self.part = (self.part * 2).min(MOST_PART);
        } else if millis > SLOW_MS {
            self.part = (self.part / 2).max(LEAST_PART);
        }
        let rate = bytes.saturating_mul(1_000) / u64::try_from(millis).unwrap_or(0).max(1);
        self.rate = Some(self.rate.map_or(rate, |before| (3 * before + rate) / 4));
    }

    fn reached(&mut self) {
        self.failures = 0;
        self.strange = 0;
        self.wait_until = None;
        self.hold_until = None;
        self.trouble = None;
    }

    fn fail(&mut self, now: Timestamp, random: u32, wait_ms: Option<i64>, trouble: Trouble) {
        self.failures = self.failures.saturating_add(1);
        let own = delay_ms(self.failures, random);
        self.wait_until = Some(now.plus(wait_ms.map_or(own, |wait| wait.max(own))));
        self.hold_until = Some(now.plus(wait_ms.map_or(FLOOR_MS, |wait| wait.max(FLOOR_MS))));
        self.trouble = Some(trouble);
    }

    fn later(&mut self, now: Timestamp, random: u32, wait_ms: Option<i64>, from_server: bool) {
        self.fail(now, random, wait_ms, if from_server { Trouble::ServerTrouble } else { Trouble::Unreachable });
    }

    fn strange_answer(&mut self, now: Timestamp, random: u32, file: FileId) {
        self.interrupted(file, false);
        self.strange = self.strange.saturating_add(1);
        let trouble = if self.strange >= STRANGE_LIMIT { Trouble::Strange } else { Trouble::Unreachable };
        self.fail(now, random, None, trouble);
    }

    /// The file that comes next: the nearest deadline first, then the smallest.
    fn next(&self) -> Option<&Item> {
        let ready: Vec<&Item> = self.items.iter().filter(|item| !item.upload.parked).collect();
        let order = ascending(
            ready.iter().map(|item| (item.upload.due.map_or(i64::MAX, |due| due.0), i64::try_from(item.upload.size).unwrap_or(i64::MAX))),
        );
        order.first().and_then(|position| ready.get(*position)).copied()
    }

    fn plan(&mut self, now: Timestamp) {
        if !self.online || !self.signed_in || self.update_needed || self.held || self.in_flight.is_some() {
            return;
        }
        let Some(item) = self.next().cloned() else { return };
        if let Some(until) = self.wait_until {
            if now < until {
                self.actions.push(Action::WakeAt(until));
                return;
            }
            self.wait_until = None;
        }
        let file = item.upload.file;
        match self.offer {
            Offer::Unknown => {
                self.offer = Offer::Asked;
                self.actions.push(Action::Discover);
                return;
            }
            Offer::Asked | Offer::Known(0) => return,
            Offer::Known(limit) if item.upload.size > limit => {
                self.park(file, FilePark::TooLarge);
                return self.plan(now);
            }
            Offer::Known(_) => {}
        }
        self.in_flight = Some(file);
        self.actions.push(match item.stage {
            Stage::New => Action::Create(file),
            Stage::Asking => Action::Ask(file),
            Stage::Going => {
                self.part_sent = Some((item.sent, now));
                Action::Send { file, from: item.sent, to: item.upload.size.min(item.sent + self.part) }
            }
        });
    }
}

fn new_item(upload: Upload) -> Item {
    Item { upload, stage: Stage::New, sent: 0, wrong: false }
}

/// Room that attachments leave for text, in bytes: a draft or a command always finds a place.
pub const ROOM_FOR_TEXT: u64 = 20_000_000;

/// Is there room for a file of `size` bytes besides what text may need? `used` and `quota` as the browser estimates them.
#[must_use]
pub fn has_room(size: u64, used: u64, quota: u64) -> bool {
    size <= quota.saturating_sub(used).saturating_sub(ROOM_FOR_TEXT)
}

#[cfg(test)]
mod tests;
