//! The calm after a schedule: faults have stopped, people sign in again and read what they are told, and everything has to come to
//! its end within the time that the contract names.

use sips_lapangan::domain::id::CaseId;
use sips_lapangan::store::record::OutboxState;
use sips_lapangan::sync::engine::Trouble;

use crate::world::{Session, Tab, World};

/// How long a command may take in the calm, in milliseconds after the last wait that the server named.
const CALM_MS: i64 = 15 * 60_000;
/// More rounds of accounts than it takes until nobody has anything left to say.
const ROUNDS_OF_ACCOUNTS: usize = 8;
/// More rounds than any calm takes: a tab that asks without end.
const ROUNDS: u32 = 3_000;

impl World {
    /// Lets everything come to its end and checks what has to be so then.
    pub fn settle(&mut self) {
        self.calm = true;
        self.by_person = false;
        let accounts = self.swarm.accounts;
        for d in 0..self.devices.len() {
            self.devices[d].full = false;
            if self.devices[d].tabs.is_empty() {
                self.open_tab(d);
            }
            if !self.devices[d].online {
                self.set_online(d, true);
            }
            let frozen: Vec<u32> = self.devices[d].tabs.iter().filter(|tab| tab.frozen).map(|tab| tab.id).collect();
            for id in frozen {
                if let Some(t) = self.tab_at(d, id) {
                    self.thaw(d, t, true);
                }
            }
        }
        // Accounts take turns on their devices, until a whole round has told the server nothing new.
        for round in 0..ROUNDS_OF_ACCOUNTS {
            let before = (self.server.epoch, self.server.feed.len());
            let mut apart = None;
            for account in 0..accounts {
                for d in 0..self.devices.len() {
                    if self.devices[d].stores[account].visible.mark > 0 && self.devices[d].tabs.iter().all(|tab| tab.account != account) {
                        self.sign_in_as(d, 0, account);
                    }
                }
                self.drain();
                if self.violation.is_some() {
                    return;
                }
                apart = apart.or_else(|| self.disagreement());
            }
            if round > 0 && before == (self.server.epoch, self.server.feed.len()) {
                if let Some(apart) = apart {
                    self.broken(7, || apart);
                }
                return;
            }
        }
        self.broken(7, || "the server is told something new without end".to_owned());
    }

    fn attend(&mut self) {
        for d in 0..self.devices.len() {
            let ids: Vec<u32> = self.devices[d].tabs.iter().map(|tab| tab.id).collect();
            for id in ids {
                let Some(t) = self.tab_at(d, id) else { continue };
                if self.devices[d].tabs[t].held_up {
                    let account = self.devices[d].tabs[t].account;
                    self.devices[d].witness[account].mark = self.devices[d].stores[account].visible.mark;
                    self.devices[d].tabs[t].held_up = false;
                    self.grant(d, account);
                }
                let Some(t) = self.tab_at(d, id) else { continue };
                let account = self.devices[d].tabs[t].account;
                if self.devices[d].sessions[account] != Session::Good || self.trouble(d, t) == Some(Trouble::SignIn) {
                    self.signed_in(d, account);
                }
                let Some(t) = self.tab_at(d, id) else { continue };
                if self.trouble(d, t) == Some(Trouble::Update) {
                    // The new version is loaded.
                    let before = std::mem::replace(&mut self.devices[d].account, account);
                    self.crash(d, t);
                    self.open_tab(d);
                    self.devices[d].account = before;
                }
            }
        }
    }

    fn trouble(&self, d: usize, t: usize) -> Option<Trouble> {
        self.devices[d].tabs[t].engine.as_ref().and_then(|engine| engine.trouble())
    }

    fn drain(&mut self) {
        self.pass(1);
        let since = self.now;
        for _ in 0..ROUNDS {
            if self.violation.is_some() {
                return;
            }
            self.attend();
            if self.work_at_hand() {
                continue;
            }
            if self.is_settled(since) {
                return;
            }
            if self.now > since.max(self.named_wait) + CALM_MS {
                return self.broken(17, || "commands wait although nothing stands in their way".to_owned());
            }
            match self.next_time() {
                Some(at) => self.pass((at - self.now).max(1)),
                None => return self.broken(17, || "nothing moves and no timer is set".to_owned()),
            }
        }
        self.broken(17, || "the calm never ends".to_owned());
    }

    /// Completes commits, tells tabs, and lets everything arrive; false if there was nothing.
    fn work_at_hand(&mut self) -> bool {
        let mut any = false;
        while self.complete_some(0) {
            any = true;
        }
        for d in 0..self.devices.len() {
            for t in 0..self.devices[d].tabs.len() {
                if self.devices[d].tabs.get(t).is_some_and(|tab| tab.news) {
                    any |= self.read_again(d, t);
                }
            }
        }
        if !self.net.is_empty() {
            any |= self.arrive(0);
        }
        if self.look {
            self.look = false;
            self.look_for_loss();
            self.look_at_status();
        }
        any
    }

    /// When the next timer fires or request ends.
    fn next_time(&self) -> Option<i64> {
        let of = |tab: &Tab| tab.wake.into_iter().chain(tab.pending.as_ref().map(|pending| pending.since + 30_000)).min();
        self.devices.iter().flat_map(|device| &device.tabs).filter_map(of).min()
    }

    /// Time passes until the next timer fires or request ends.
    pub fn pass_to_next(&mut self) {
        if let Some(at) = self.next_time() {
            self.pass((at - self.now).max(1));
        }
    }

    /// Is nothing left to send or to learn? Every tab that leads has read the server's history to its end.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        self.is_settled(i64::MIN)
            && self.leaders().all(|(d, tab)| {
                let cursor = self.devices[d].stores[tab.account].visible.cursor.as_ref();
                cursor.and_then(|cursor| self.server.position(tab.account, &cursor.at)) == Some(self.server.feed.len())
            })
    }

    fn leaders(&self) -> impl Iterator<Item = (usize, &Tab)> {
        self.devices
            .iter()
            .enumerate()
            .flat_map(|(d, device)| device.tabs.iter().filter(|tab| device.locks[tab.account] == Some(tab.id)).map(move |tab| (d, tab)))
    }

    fn is_settled(&self, since: i64) -> bool {
        self.leaders().all(|(d, tab)| {
            let fresh = tab.engine.as_ref().is_some_and(|engine| {
                engine.last_pull().is_some_and(|at| at.0 >= self.steady(d).0.saturating_sub(self.now.saturating_sub(since)))
            });
            let mut held: Vec<CaseId> = Vec::new();
            let waits = self.devices[d].stores[tab.account].visible.in_order().into_iter().any(|entry| {
                let lane = entry.envelope.case_id;
                if entry.state != OutboxState::Waiting {
                    held.push(lane);
                }
                entry.state == OutboxState::Waiting && !held.contains(&lane)
            });
            // A server that is in its right mind fills every gap.
            fresh && !waits && self.devices[d].stores[tab.account].visible.aside.is_empty()
        })
    }

    /// Invariant 7: every snapshot is the server's history as far as its account sees it.
    fn disagreement(&self) -> Option<String> {
        let mut apart = None;
        for (d, tab) in self.leaders() {
            let account = tab.account;
            let cases = &self.devices[d].stores[account].visible.cases;
            for case in self.server.case_ids().into_iter().filter(|case| self.server.sees(account, case)) {
                let held = cases.get(&case).map_or(&[][..], |record| &record.acts);
                if !held.iter().eq(self.server.visible(account, &case, usize::MAX)) {
                    apart = Some(format!("device {d}, account {account} and the server disagree on {case}: {} acts", held.len()));
                }
            }
            if let Some(case) = cases.keys().find(|case| self.server.case(case).is_none()) {
                apart = Some(format!("device {d} knows a case {case} that the server does not"));
            }
        }
        apart
    }

    /// What the server and the outboxes hold, without anything that a clock could have a part in.
    #[must_use]
    pub fn end(&self) -> Vec<String> {
        let root = |id| self.made.get(id).map_or_else(|| "?".to_owned(), |made| made.root.to_string());
        let mut lines = Vec::new();
        for case in self.server.case_ids() {
            let acts = self.server.acts.iter().filter(|kept| kept.act.case_id == case);
            let acts: Vec<String> = acts.map(|kept| format!("{} {}", kept.act.act, root(&kept.act.command_id))).collect();
            lines.push(format!("{case}: {}", acts.join(", ")));
        }
        for device in &self.devices {
            for store in &device.stores {
                for entry in store.visible.outbox.values().filter(|entry| entry.state != OutboxState::Waiting) {
                    lines.push(format!("parked: {}", root(&entry.envelope.command_id)));
                }
            }
        }
        lines.sort();
        lines
    }
}
