//! The modelled server: commands decided by the app's own core, deduplicated, with receipts and a feed in pages. What stands in
//! the reference backend is kept to the letter where the client can tell the difference.

use std::collections::HashMap;
use std::rc::Rc;

use sips_lapangan::api::wire::Problem;
use sips_lapangan::domain::case::{Act, Case, Effect, fold};
use sips_lapangan::domain::command::Envelope;
use sips_lapangan::domain::decide::{Reason, decide, rests_on};
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::id::{CaseId, CommandId};
use sips_lapangan::domain::json::{self, Raw};
use sips_lapangan::domain::time::Timestamp;
use sips_lapangan::store::transaction;

use crate::planted::Planted;
use crate::rules::{ACCOUNTS, context};

/// An act as the server holds it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The act, with what a newer server says besides.
    pub act: Rc<Act>,
    /// Digest of the payload that was sent.
    pub digest: Digest,
    /// Its JSON, likewise.
    pub json: String,
    /// Whose it is.
    pub author: usize,
}

/// Something in the feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The act with this index.
    Act(usize),
    /// The account no longer sees the case.
    Hidden(usize, CaseId),
}

/// The server.
#[derive(Clone, Debug)]
pub struct Server {
    /// The history.
    pub acts: Vec<Kept>,
    /// What is told of it, in order.
    pub feed: Vec<Entry>,
    cases: HashMap<CaseId, Rc<Case>>,
    by_command: HashMap<CommandId, usize>,
    /// Commands held at any time, also before a restore.
    pub ever: std::collections::HashSet<CommandId>,
    /// Which history.
    pub epoch: u32,
    /// Counts the changes of what an account sees.
    pub scope: [u32; ACCOUNTS],
    /// Cases that an account does not see.
    pub unseen: Vec<(usize, CaseId)>,
    /// Accounts from whom a case was hidden at some time.
    pub hid: [bool; ACCOUNTS],
    /// Accounts that may not write.
    pub revoked: [bool; ACCOUNTS],
    /// Length of the history and the feed at the last backup.
    backup: (usize, usize),
    /// Acts in a page.
    pub page: usize,
    /// Commands in a request; more is 413.
    pub batch: usize,
}

/// What became of one command, and what an observer has to know of it.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The state before.
    pub before: Rc<Case>,
    /// The state after.
    pub after: Rc<Case>,
    /// Its act.
    pub act: Rc<Act>,
    /// The history held the command already.
    pub again: bool,
}

impl Server {
    /// A server without a case.
    #[must_use]
    pub fn new(page: usize, batch: usize) -> Self {
        Self {
            acts: Vec::new(),
            feed: Vec::new(),
            cases: HashMap::new(),
            by_command: HashMap::new(),
            ever: std::collections::HashSet::new(),
            epoch: 1,
            scope: [0; ACCOUNTS],
            unseen: Vec::new(),
            hid: [false; ACCOUNTS],
            revoked: [false; ACCOUNTS],
            backup: (0, 0),
            page,
            batch,
        }
    }

    /// Does the history hold the command now?
    #[must_use]
    pub fn holds(&self, command: &CommandId) -> bool {
        self.by_command.contains_key(command)
    }

    /// The state of a case.
    #[must_use]
    pub fn case(&self, case: &CaseId) -> Option<&Case> {
        self.cases.get(case).map(Rc::as_ref)
    }

    /// The ids of all cases, in a fixed order.
    #[must_use]
    pub fn case_ids(&self) -> Vec<CaseId> {
        let mut ids: Vec<CaseId> = self.cases.keys().copied().collect();
        ids.sort_unstable();
        ids
    }

    /// Does the account see the case?
    #[must_use]
    pub fn sees(&self, account: usize, case: &CaseId) -> bool {
        !self.unseen.contains(&(account, *case))
    }

    /// The acts of a case that the account sees, up to a position of the feed.
    pub fn visible<'a>(&'a self, account: usize, case: &'a CaseId, position: usize) -> impl Iterator<Item = &'a Act> {
        self.feed
            .iter()
            .take(position)
            .filter_map(move |entry| match entry {
                Entry::Act(index) => self.acts.get(*index).map(|kept| &*kept.act).filter(|act| act.case_id == *case),
                Entry::Hidden(..) => None,
            })
            .filter(move |_| self.sees(account, case))
    }

    /// Takes one command; appends its result as JSON.
    pub fn take(&mut self, envelope: &Envelope, account: usize, now: Timestamp, planted: Planted, out: &mut String) -> Option<Accepted> {
        let command = envelope.command_id;
        let refused = |out: &mut String, status: u16, kind: &str, reasons: Vec<Reason>| {
            let problem = Problem { kind: kind.to_owned(), status, command_id: Some(command), reasons, ..Problem::default() };
            result(out, command, "rejected", Some(&problem), None);
        };
        let author = crate::rules::law().actors.iter().position(|actor| actor.account == envelope.author);
        let Some(author) = author.filter(|_| crate::checks::may_send(envelope, account)) else {
            refused(out, 403, "/problems/author", Vec::new());
            return None;
        };
        // Decided by its author's right, whoever brings it.
        let account = author;
        let digest = envelope.payload.digest();
        let known = self.by_command.get(&command).copied();
        if let Some(kept) = known.and_then(|index| self.acts.get(index)) {
            let forgotten = planted == Planted::DedupeExpires && self.acts.len() > known.unwrap_or(0) + 1;
            if !forgotten {
                if kept.digest == digest && kept.act.case_id == envelope.case_id {
                    result(out, command, "duplicate", None, Some(kept));
                } else {
                    refused(out, 409, "/problems/id-reused", Vec::new());
                }
                return None;
            }
        }
        if self.revoked[account] || !self.sees(account, &envelope.case_id) {
            refused(out, 403, "/problems/case", Vec::new());
            return None;
        }
        let before = self.cases.get(&envelope.case_id).cloned().unwrap_or_else(|| Rc::new(Case::new(envelope.case_id)));
        let case = before.as_ref();
        let rests = match planted {
            Planted::ServerIgnoresBase | Planted::DedupeExpires => true,
            Planted::BaseIsNumber => {
                let mut envelope = envelope.clone();
                envelope.base.last = None;
                rests_on(case, &envelope, &crate::rules::law().rules)
            }
            _ => rests_on(case, envelope, &crate::rules::law().rules),
        };
        if !rests {
            result(out, command, "conflict", Some(&Problem { status: 409, ..Problem::default() }), None);
            return None;
        }
        let mut lenient;
        let mut subject = case;
        if planted == Planted::ServerTrustsDevice {
            // As if the device's word on where the case stands were enough.
            lenient = case.clone();
            let from = crate::rules::law().rules.act.get(&envelope.payload.act).and_then(|rule| rule.from.first());
            if let Some(from) = from {
                lenient.state.clone_from(from);
            }
            if envelope.payload.act == "receive" {
                lenient = Case::new(envelope.case_id);
            }
            subject = &lenient;
        }
        match decide(subject, envelope, &context(account, now)) {
            Err(reasons) => {
                refused(out, 422, "/problems/rejected", reasons);
                None
            }
            Ok(mut act) => {
                act.recorded_at = Some(now);
                act.revision = case.revision + 1;
                if let Some(series) = act.effects.iter().find_map(|effect| match effect {
                    Effect::Number(series) => Some(series.clone()),
                    _ => None,
                }) {
                    let number = format!("{}/{series}", self.acts.len());
                    act.effects.push(Effect::Numbered { series, number });
                }
                let act = Rc::new(act);
                let after = self.append(Rc::clone(&act), digest, account);
                if let Some(kept) = self.acts.last() {
                    result(out, command, "applied", None, Some(kept));
                }
                Some(Accepted { before, after, act, again: known.is_some() })
            }
        }
    }

    /// Adds an act to the history.
    pub fn append(&mut self, act: Rc<Act>, digest: Digest, author: usize) -> Rc<Case> {
        let case = self.cases.entry(act.case_id).or_insert_with(|| Rc::new(Case::new(act.case_id)));
        Rc::make_mut(case).apply(&act);
        let after = Rc::clone(case);
        let mut json = json::write(&*act);
        // What a newer server may say besides.
        json.insert_str(json.find(",\"office\":").unwrap_or(json.len() - 1), ",\"new\":{\"in\":[1,2.5,\"x\"]}");
        self.by_command.insert(act.command_id, self.acts.len());
        self.ever.insert(act.command_id);
        self.feed.push(Entry::Act(self.acts.len()));
        // Devices keep it, a fraction apart.
        let act = Rc::new(Act { further: Some(Raw(r#"{"new":{"in":[1,null,"x"]}}"#.to_owned())), ..(*act).clone() });
        self.acts.push(Kept { act, digest, json, author });
        after
    }

    /// An account loses the right to see a case, or gets it back.
    pub fn toggle_sight(&mut self, account: usize, case: CaseId) {
        if let Some(at) = self.unseen.iter().position(|unseen| *unseen == (account, case)) {
            self.unseen.remove(at);
            // Its cursors are of another view now.
            self.scope[account] += 1;
        } else {
            self.unseen.push((account, case));
            self.hid[account] = true;
            self.feed.push(Entry::Hidden(account, case));
        }
    }

    /// Keeps a copy of the history.
    pub fn back_up(&mut self) {
        self.backup = (self.acts.len(), self.feed.len());
    }

    /// The copy takes the place of the history.
    pub fn restore(&mut self) {
        let (acts, feed) = self.backup;
        self.acts.truncate(acts);
        self.feed.truncate(feed);
        self.epoch += 1;
        self.by_command = self.acts.iter().enumerate().map(|(index, kept)| (kept.act.command_id, index)).collect();
        self.cases.clear();
        for kept in &self.acts {
            let case = self.cases.entry(kept.act.case_id).or_insert_with(|| Rc::new(Case::new(kept.act.case_id)));
            Rc::make_mut(case).apply(&kept.act);
        }
    }

    /// The position that a cursor names, if it is one of this history and view.
    #[must_use]
    pub fn position(&self, account: usize, cursor: &str) -> Option<usize> {
        let mut parts = cursor.split('.').map(|part| part.parse::<u32>().ok());
        let (epoch, scope, position) = (parts.next()??, parts.next()??, parts.next()??);
        let position = position as usize;
        (epoch == self.epoch && scope == self.scope[account] && position <= self.feed.len()).then_some(position)
    }

    /// A page of the feed as JSON; `None` if the cursor is gone.
    #[must_use]
    pub fn changes(&self, account: usize, cursor: Option<&str>) -> Option<String> {
        let from = match cursor {
            None => 0,
            Some(cursor) => self.position(account, cursor)?,
        };
        let mut at = from;
        let mut acts: Vec<&str> = Vec::new();
        let mut hidden: Vec<String> = Vec::new();
        while at < self.feed.len() && acts.len() < self.page {
            match self.feed.get(at) {
                Some(Entry::Act(index)) => {
                    acts.extend(self.acts.get(*index).filter(|kept| self.sees(account, &kept.act.case_id)).map(|kept| kept.json.as_str()))
                }
                Some(Entry::Hidden(who, case)) if *who == account && !self.sees(account, case) => hidden.push(format!("\"{case}\"")),
                _ => {}
            }
            at += 1;
        }
        Some(format!(
            "{{\"acts\":[{}],\"epoch\":\"{}\",\"from\":\"{}\",\"hidden\":[{}],\"more\":{},\"next\":\"{}.{}.{at}\"}}",
            acts.join(","),
            self.epoch,
            cursor.unwrap_or_default(),
            hidden.join(","),
            at < self.feed.len(),
            self.epoch,
            self.scope[account],
        ))
    }

    /// The history of every case, folded anew: what every device is to agree with.
    #[must_use]
    pub fn refold(&self, case: CaseId) -> Case {
        fold(case, self.acts.iter().map(|kept| &*kept.act).filter(|act| act.case_id == case))
    }
}

/// One result of an answer.
fn result(out: &mut String, command: CommandId, word: &str, problem: Option<&Problem>, kept: Option<&Kept>) {
    if !out.is_empty() {
        out.push(',');
    }
    // In the order of the keys, as the reference backend has them.
    out.push('{');
    if let Some(kept) = kept {
        out.push_str("\"act\":");
        out.push_str(&kept.json);
        out.push(',');
    }
    out.push_str("\"commandId\":\"");
    out.push_str(&command.to_string());
    out.push('"');
    if let Some(problem) = problem {
        out.push_str(",\"problem\":");
        out.push_str(&json::write(problem));
    }
    if let Some(kept) = kept {
        out.push_str(",\"receipt\":");
        out.push_str(&json::write(&transaction::receipt(&kept.act, kept.digest)));
    }
    out.push_str(",\"result\":\"");
    out.push_str(word);
    out.push_str("\"}");
}
