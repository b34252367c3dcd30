//! The modelled server of files: tus as the reference backend has it, behind a history of acts that name them.

use std::collections::{BTreeMap, BTreeSet};

use sips_lapangan::api::wire::Problem;
use sips_lapangan::domain::case::Act;
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::evidence::files_of;
use sips_lapangan::domain::id::{AccountId, CommandId};
use sips_lapangan::domain::json;
use sips_lapangan::sync::answer::Answer;
use sips_lapangan::sync::upload::Asked;

use super::Flaw;

/// A file as far as it has come.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its length, as the act names it.
    pub size: u64,
    /// It is whole, and its digest right.
    pub complete: bool,
}

/// The server.
#[derive(Clone, Debug, Default)]
pub struct Server {
    /// The history.
    pub acts: Vec<Act>,
    /// Files by their digests.
    pub files: BTreeMap<Digest, Kept>,
    /// Which history.
    pub epoch: u32,
    /// Files of which a request after the one that brought the last byte said that they are whole, by device.
    pub said: BTreeSet<(usize, Digest)>,
    /// Likewise a page of changes, by history.
    pub listed: BTreeSet<(usize, Digest, u32)>,
    backup: (usize, BTreeMap<Digest, Kept>),
}

/// What a device asks about a file.
#[derive(Clone, Debug)]
pub struct Question {
    /// What.
    pub asked: Asked,
    /// The file.
    pub sha256: Digest,
    /// Its length.
    pub size: u64,
    /// Where the bytes begin.
    pub from: u64,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Server {
    /// A server without anything.
    #[must_use]
    pub fn new() -> Self {
        Self { epoch: 1, ..Self::default() }
    }

    /// Takes an act; one that it holds changes nothing.
    pub fn take(&mut self, act: &Act) {
        if !self.holds(act.command_id) {
            self.acts.push(act.clone());
        }
    }

    /// Does the history hold the command?
    #[must_use]
    pub fn holds(&self, command: CommandId) -> bool {
        self.acts.iter().any(|act| act.command_id == command)
    }

    /// Files that are whole: what a page of changes tells.
    #[must_use]
    pub fn whole(&self) -> Vec<Digest> {
        self.files.iter().filter(|(_, kept)| kept.complete).map(|(sha256, _)| *sha256).collect()
    }

    /// Keeps a copy.
    pub fn back_up(&mut self) {
        self.backup = (self.acts.len(), self.files.clone());
    }

    /// The copy takes the place of everything.
    pub fn restore(&mut self) {
        self.acts.truncate(self.backup.0);
        self.files = self.backup.1.clone();
        self.epoch += 1;
    }

    /// Files that wait too long for their next part are given up.
    pub fn forget_incomplete(&mut self) {
        self.files.retain(|_, kept| kept.complete);
    }

    /// Answers a question of an account's device; the second is the answer's `Upload-Offset`.
    pub fn answer(&mut self, device: usize, account: AccountId, question: &Question, flaw: Flaw) -> (Answer, Option<u64>) {
        let Question { asked, sha256, size, from, bytes } = question;
        let mut of_account = self.acts.iter().filter(|act| act.by.account == account);
        let named = of_account.any(|act| files_of(act).iter().any(|file| file.sha256 == *sha256));
        if *asked == Asked::Create {
            if !named {
                return refused(403, "/problems/record-first");
            }
            self.files.entry(*sha256).or_insert_with(|| Kept { size: *size, ..Kept::default() });
        }
        let Some(kept) = self.files.get_mut(sha256).filter(|kept| named || kept.complete) else {
            return refused(404, "/problems/not-found");
        };
        if *asked == Asked::Part {
            let fits = *from == kept.bytes.len() as u64 || flaw == Flaw::OffsetIgnored;
            if kept.complete || !fits {
                return refused(409, "/problems/offset");
            }
            if bytes.len() as u64 > kept.size - (kept.bytes.len() as u64).min(kept.size) {
                return refused(413, "/problems/too-large");
            }
            kept.bytes.extend_from_slice(bytes);
        }
        let is_right = settle(kept, sha256, flaw);
        if *asked == Asked::Part && !is_right {
            return refused(422, "/problems/digest");
        }
        let offset = if kept.complete { kept.size } else { (kept.bytes.len() as u64).min(kept.size.saturating_sub(1)) };
        if *asked != Asked::Part && kept.complete {
            self.said.insert((device, *sha256));
        }
        (said(204, None, ""), Some(offset))
    }

    /// Bytes of a part that was cut off on its way; what has come stays.
    pub fn take_piece(&mut self, account: AccountId, question: &Question, length: usize, flaw: Flaw) {
        let piece = Question { bytes: question.bytes.iter().take(length).copied().collect(), ..question.clone() };
        // Nobody hears the answer.
        let _ = self.answer(usize::MAX, account, &piece, flaw);
    }
}

/// Looks at a file whose last byte is here; false if its bytes were wrong and are gone.
fn settle(kept: &mut Kept, sha256: &Digest, flaw: Flaw) -> bool {
    if kept.complete || (kept.bytes.len() as u64) < kept.size {
        return true;
    }
    kept.complete = flaw == Flaw::DigestUnchecked || Digest::of(&kept.bytes) == *sha256;
    if !kept.complete {
        kept.bytes.clear();
    }
    kept.complete
}

/// An answer with the contract's header.
#[must_use]
pub fn said(status: u16, retry_after: Option<&str>, body: &str) -> Answer {
    Answer::Http { status, contract: true, json: true, retry_after: retry_after.map(str::to_owned), body: Some(body.to_owned()) }
}

fn refused(status: u16, kind: &str) -> (Answer, Option<u64>) {
    (said(status, None, &json::write(&Problem { kind: kind.to_owned(), status, ..Problem::default() })), None)
}
