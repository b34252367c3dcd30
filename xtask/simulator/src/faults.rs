//! Time, the network, the server's side of it, and everything that should not happen.

use std::rc::Rc;

use sips_lapangan::api::wire::Changes;
use sips_lapangan::domain::case::{Act, Effect, Person};
use sips_lapangan::domain::command::MadeAt;
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::id::CommandId;
use sips_lapangan::domain::json;
use sips_lapangan::domain::table::Table;
use sips_lapangan::domain::time::{Timestamp, Zone};
use sips_lapangan::sync::answer::{Answer, read};
use sips_lapangan::sync::engine::Input;

use crate::planted::Planted;
use crate::rules::law;
use crate::world::{Ask, Packet, Session, World};

/// Statuses that say nothing of what became of a command.
const OPEN: [u16; 6] = [503, 429, 500, 502, 504, 408];
/// Statuses that are an answer; they come in place of the server's.
const FINAL: [u16; 11] = [401, 403, 404, 409, 410, 412, 413, 400, 422, 418, 425];
/// Statuses after which a newer app is needed.
const UPDATE: [u16; 3] = [415, 426, 428];
/// What may stand in `Retry-After`.
const RETRY_AFTER: [Option<&str>; 8] = [None, Some("5"), Some("120"), Some("soon"), Some("-1"), Some("1000000000"), Some("30"), None];

impl World {
    /// Time passes.
    pub fn advance(&mut self, a: u32, b: u32) -> bool {
        let millis = match a % 10 {
            0..=5 => b % 1_000,
            6 | 7 => b % 5_000,
            8 => b % 70_000,
            _ if a >> 8 & 7 == 0 => b % 900_000,
            _ => b % 30_000,
        };
        self.pass(i64::from(millis));
        true
    }

    /// So many milliseconds pass; timers fire and requests end.
    pub fn pass(&mut self, millis: i64) {
        self.now += millis;
        self.time_out();
        for d in 0..self.devices.len() {
            for t in 0..self.devices[d].tabs.len() {
                let now = self.now;
                let Some(tab) = self.devices[d].tabs.get_mut(t) else { continue };
                if !tab.frozen && tab.wake.is_some_and(|at| at <= now) {
                    tab.wake = None;
                    self.feed(d, t, Input::TimerFired);
                }
            }
        }
    }

    /// Something on its way arrives.
    pub fn deliver(&mut self, a: u32) -> bool {
        let Some(at) = (a as usize).checked_rem(self.net.len()) else { return false };
        self.arrive(at)
    }

    /// What is on its way at this place arrives; false if the tab that waits for it gets no time.
    pub fn arrive(&mut self, at: usize) -> bool {
        let Some(packet) = self.net.get(at) else { return false };
        if packet.ask.is_some() {
            let packet = self.net.swap_remove(at);
            let answered = self.serve(packet);
            self.net.push(answered);
            return true;
        }
        let (d, id, request) = (packet.device, packet.tab, packet.id);
        let Some(t) = self.tab_at(d, id) else {
            self.net.swap_remove(at);
            return true;
        };
        if self.devices[d].tabs[t].frozen {
            return false;
        }
        let packet = self.net.swap_remove(at);
        if self.devices[d].tabs[t].pending.as_ref().is_some_and(|pending| pending.id == request) {
            self.tell(|| format!("             {} to device {d}, tab {id}", brief(&packet.answer)));
            self.answered(d, t, packet.answer, packet.from);
        }
        true
    }

    /// The server answers a request.
    fn serve(&mut self, mut packet: Packet) -> Packet {
        let Some(ask) = packet.ask.take() else { return packet };
        let account = packet.account;
        if self.devices[packet.device].sessions[account] != Session::Good {
            packet.answer = said(401, None, "{}");
            return packet;
        }
        match ask {
            Ask::Push(envelopes) => {
                if envelopes.len() > self.server.batch {
                    packet.answer = said(413, None, "{}");
                    return packet;
                }
                let mut body = String::new();
                let mut lanes = Vec::new();
                for envelope in envelopes.iter() {
                    if lanes.contains(&envelope.case_id) {
                        deferred(&mut body, envelope.command_id);
                        continue;
                    }
                    lanes.push(envelope.case_id);
                    let accepted = self.server.take(envelope, account, Timestamp(self.now), self.planted, &mut body);
                    if let Some(accepted) = accepted {
                        self.tell(|| {
                            let act = &accepted.act;
                            format!("             server: {} by {account} is act {} of {}", act.act, act.revision, act.case_id)
                        });
                        self.observe(accepted);
                    }
                }
                packet.answer = said(200, None, &format!("{{\"results\":[{body}]}}"));
            }
            Ask::Pull(cursor) => {
                packet.answer = match self.server.changes(account, cursor.as_deref()) {
                    Some(page) => said(200, None, &page),
                    None => said(410, None, "{}"),
                };
                packet.from = Some(cursor.unwrap_or_default());
            }
        }
        if self.old_answers.len() < 6 {
            self.old_answers.push((packet.answer.clone(), packet.from.clone(), self.server.epoch, account));
        }
        packet
    }

    /// A request or an answer is lost: the tab hears so at once, or never.
    pub fn lose_packet(&mut self, a: u32, b: u32) -> bool {
        let Some(at) = (a as usize).checked_rem(self.net.len()) else { return false };
        if b & 1 == 0 {
            self.net.swap_remove(at);
        } else if let Some(packet) = self.net.get_mut(at) {
            packet.ask = None;
            packet.answer = Answer::None;
            packet.from = None;
        }
        true
    }

    /// A request arrives twice; the second answer goes nowhere.
    pub fn duplicate(&mut self, a: u32) -> bool {
        let Some(at) = (a as usize).checked_rem(self.net.len()) else { return false };
        let Some(packet) = self.net.get(at).filter(|packet| packet.ask.is_some()) else { return false };
        let copy = Packet { id: 0, ..packet.clone() };
        self.net.push(copy);
        true
    }

    /// An answer is spoilt on its way.
    pub fn spoil(&mut self, a: u32, b: u32) -> bool {
        let old = self.old_answers.get((b >> 8) as usize % self.old_answers.len().max(1)).cloned();
        let now_epoch = self.server.epoch;
        let answers: Vec<usize> = (0..self.net.len()).filter(|at| self.net[*at].ask.is_none()).collect();
        let Some(at) = (a as usize).checked_rem(answers.len()) else { return false };
        let Some(packet) = self.net.get_mut(answers[at]) else { return false };
        let account = packet.account;
        let (last_from, last) = (&mut packet.from, &mut packet.answer);
        let Answer::Http { contract, json, body, status, .. } = last else { return false };
        match b % 12 {
            0 | 1 => *body = None,
            2 | 3 => {
                if let Some(text) = body {
                    let mut cut = (b >> 8) as usize % text.len().max(1);
                    while !text.is_char_boundary(cut) {
                        cut -= 1;
                    }
                    text.truncate(cut);
                }
            }
            4 => *body = Some("[[[[{\"results\":1e400}".to_owned()),
            5 => {
                (*contract, *json) = (false, false);
                *body = Some("<!doctype html><title>Wi-Fi</title>".to_owned());
            }
            6 => *contract = false,
            7 => *json = false,
            8 => *status = 302,
            9 => *body = Some("{\"results\":[]}".to_owned()),
            _ => {
                // What was posted is answered from memory only where two requests are taken for one another, and what was asked with one
                // account's token is not given to another.
                if let Some((answer, from, epoch, asked_by)) = old
                    && asked_by == account
                    && from.is_some() == last_from.is_some()
                    && (from.is_some() || epoch == now_epoch)
                {
                    *last = answer;
                    *last_from = from;
                }
            }
        }
        true
    }

    /// A page of changes comes without one of its acts, others of the same case behind it, or with one that nobody can read. Of a snapshot
    /// nothing is left out: who has asked for everything once does not ask again.
    pub fn mangle(&mut self, a: u32, b: u32) -> bool {
        let pages: Vec<usize> = (0..self.net.len()).filter(|at| self.net[*at].ask.is_none() && self.net[*at].from.is_some()).collect();
        let Some(at) = (a as usize).checked_rem(pages.len()) else { return false };
        let packet = &self.net[pages[at]];
        let (d, id) = (packet.device, packet.tab);
        let Answer::Http { body: Some(text), contract: true, json: true, .. } = &packet.answer else { return false };
        let Some(mut page) = read::<Changes>(text) else { return false };
        let held = self.tab_at(d, id).and_then(|t| self.devices[d].tabs[t].memory.cursor.as_ref());
        let follows = held.is_some_and(|held| held.at == page.from);
        let has_others = |act: &Act| page.acts.iter().any(|other| other.case_id == act.case_id && other.revision > act.revision);
        let before: Vec<usize> = (0..page.acts.len()).filter(|nth| follows && has_others(&page.acts[*nth])).collect();
        let text = if let Some(pick) = (b as usize >> 2).checked_rem(before.len()).filter(|_| b & 3 != 0) {
            self.withheld.insert(page.acts[before[pick]].command_id);
            page.acts.remove(before[pick]);
            json::write(&page)
        } else {
            let Some(nth) = (b as usize >> 2).checked_rem(page.acts.len()) else { return false };
            let own = format!("\"commandId\":\"{}\"", page.acts[nth].command_id);
            json::write(&page).replace(&own, "\"commandId\":7")
        };
        if let Answer::Http { body, .. } = &mut self.net[pages[at]].answer {
            *body = Some(text);
        }
        true
    }

    /// Something answers in place of the server, or in place of its answer.
    pub fn answer_instead(&mut self, a: u32, b: u32) -> bool {
        let Some(at) = (a as usize).checked_rem(self.net.len()) else { return false };
        let pick = (b >> 8) as usize;
        let retry_after = RETRY_AFTER[(b >> 16) as usize % RETRY_AFTER.len()];
        let is_request = self.net[at].ask.is_some();
        let answer = match b % 16 {
            0..=5 => said(OPEN[pick % OPEN.len()], retry_after, "{\"title\":\"x\"}"),
            6 | 7 => portal([200, 403, 404, 302, 511][pick % 5]),
            // The server has taken the request, and its answer says nothing of it.
            _ if !is_request => said(OPEN[pick % OPEN.len()], retry_after, "<html>"),
            8..=12 => said(FINAL[pick % FINAL.len()], retry_after, if b >> 20 & 1 == 0 { "{}" } else { "<h1>no</h1>" }),
            13 => {
                let mut body = String::new();
                if let Some(Ask::Push(envelopes)) = &self.net[at].ask {
                    envelopes.iter().for_each(|envelope| deferred(&mut body, envelope.command_id));
                }
                said(200, None, &format!("{{\"results\":[{body}]}}"))
            }
            14 if pick.is_multiple_of(8) => said(UPDATE[pick % UPDATE.len()], None, "{}"),
            _ => said(418, None, ""),
        };
        let packet = &mut self.net[at];
        packet.ask = None;
        packet.from = None;
        packet.answer = answer;
        true
    }

    /// The network of a device goes or comes back.
    pub fn toggle_online(&mut self, a: u32) -> bool {
        let d = a as usize % self.devices.len();
        let online = !self.devices[d].online;
        self.set_online(d, online);
        true
    }

    /// The browser says whether there is a network.
    pub fn set_online(&mut self, d: usize, online: bool) {
        self.devices[d].online = online;
        let ids: Vec<u32> = self.devices[d].tabs.iter().filter(|tab| !tab.frozen).map(|tab| tab.id).collect();
        for id in ids {
            if let Some(t) = self.tab_at(d, id) {
                self.feed(d, t, Input::OnlineChanged(online));
            }
        }
    }

    /// A commit that was asked for is complete.
    pub fn complete_some(&mut self, a: u32) -> bool {
        let busy: Vec<(usize, u32)> = self
            .devices
            .iter()
            .enumerate()
            .flat_map(|(d, device)| device.tabs.iter().filter(|tab| !tab.frozen && !tab.jobs.is_empty()).map(move |tab| (d, tab.id)))
            .collect();
        let Some(at) = (a as usize).checked_rem(busy.len()) else { return false };
        self.complete(busy[at].0, busy[at].1);
        true
    }

    /// A tab hears that another one changed the store.
    pub fn hear(&mut self, a: u32) -> bool {
        let waiting: Vec<(usize, usize)> = self
            .devices
            .iter()
            .enumerate()
            .flat_map(|(d, device)| device.tabs.iter().enumerate().filter(|(_, tab)| tab.news && !tab.frozen).map(move |(t, _)| (d, t)))
            .collect();
        let Some(at) = (a as usize).checked_rem(waiting.len()) else { return false };
        self.read_again(waiting[at].0, waiting[at].1)
    }

    /// The next commit on a device finds no space.
    pub fn no_space(&mut self, a: u32) -> bool {
        let d = a as usize % self.devices.len();
        self.devices[d].full = true;
        true
    }

    /// A tab dies; often another one is opened in its place.
    pub fn crash_some(&mut self, a: u32, b: u32) -> bool {
        let Some((d, t)) = self.some_tab(a) else { return false };
        self.crash(d, t);
        if b & 3 != 0 {
            self.open_tab(d);
        }
        true
    }

    /// A tab dies.
    pub fn crash(&mut self, d: usize, t: usize) {
        let tab = self.devices[d].tabs.remove(t);
        self.look = true;
        if self.devices[d].locks[tab.account] == Some(tab.id) {
            self.devices[d].locks[tab.account] = None;
            self.grant(d, tab.account);
        }
    }

    /// The power of a device goes.
    pub fn lose_power(&mut self, a: u32, b: u32) -> bool {
        let d = a as usize % self.devices.len();
        self.power_off(d, b);
        if b & 1 == 0 {
            self.open_tab(d);
        }
        true
    }

    /// All tabs are gone, and of what was not on the disk a part.
    pub fn power_off(&mut self, d: usize, b: u32) {
        self.look = true;
        let power = self.swarm.power;
        let device = &mut self.devices[d];
        device.tabs.clear();
        device.locks = Default::default();
        if power {
            for store in &mut device.stores {
                let survive = (b >> 1) as usize % (store.volatile() + 1);
                store.lose_power(survive);
            }
        }
    }

    /// A tab freezes, or thaws.
    pub fn toggle_frozen(&mut self, a: u32, b: u32) -> bool {
        let d = a as usize % self.devices.len();
        let Some(t) = ((a >> 4) as usize).checked_rem(self.devices[d].tabs.len()) else { return false };
        if self.devices[d].tabs[t].frozen {
            self.thaw(d, t, b & 1 == 0);
        } else {
            self.devices[d].tabs[t].frozen = true;
        }
        true
    }

    /// The tab gets time again; it may hear at once that it lost the lead, or only when it finds out.
    pub fn thaw(&mut self, d: usize, t: usize, hears: bool) {
        let device = &mut self.devices[d];
        let tab = &mut device.tabs[t];
        tab.frozen = false;
        let holds = device.locks[tab.account] == Some(tab.id);
        let claiming = tab.jobs.iter().any(|job| matches!(job.then, crate::world::Then::Leads(_)));
        let stale = tab.number != device.stores[tab.account].visible.leader;
        if holds && (tab.engine.is_none() || stale) && !claiming {
            // The lock was lost, asked for again, and has come back meanwhile.
            self.follow(d, t);
            self.claim(d, t);
        } else if !holds && hears && tab.engine.is_some() && self.planted != Planted::NoLeaderFence {
            self.follow(d, t);
        }
        let online = self.devices[d].online;
        self.feed(d, t, Input::OnlineChanged(online));
    }

    /// A tab takes the lead from a frozen one.
    pub fn steal(&mut self, a: u32) -> bool {
        let Some((d, t)) = self.working_tab(a) else { return false };
        let device = &mut self.devices[d];
        let (id, account) = (device.tabs[t].id, device.tabs[t].account);
        let frozen = device.locks[account].is_some_and(|holder| device.tabs.iter().any(|tab| tab.id == holder && tab.frozen));
        if !frozen {
            return false;
        }
        device.locks[account] = Some(id);
        self.claim(d, t);
        true
    }

    /// A session ends, for good or until the token is renewed.
    pub fn expire(&mut self, a: u32, b: u32) -> bool {
        let d = a as usize % self.devices.len();
        let account = (a >> 4) as usize % self.swarm.accounts;
        self.devices[d].sessions[account] = if b & 1 == 0 { Session::Stale } else { Session::Ended };
        true
    }

    /// An account loses the right to write, or gets it back.
    pub fn revoke(&mut self, a: u32) -> bool {
        let account = a as usize % self.swarm.accounts;
        self.server.revoked[account] ^= true;
        true
    }

    /// An account loses the right to see a case, or gets it back.
    pub fn hide(&mut self, a: u32, b: u32) -> bool {
        let ids = self.server.case_ids();
        let Some(at) = (a as usize).checked_rem(ids.len()) else { return false };
        self.server.toggle_sight(b as usize % self.swarm.accounts, ids[at]);
        true
    }

    /// The server is restored from its copy.
    pub fn restore(&mut self) -> bool {
        self.look = true;
        self.server.restore();
        let server = &self.server;
        self.effects.retain(|_, command| server.holds(command));
        true
    }

    /// A device's clock jumps, on or back.
    pub fn jump(&mut self, a: u32, b: u32) -> bool {
        let d = a as usize % self.devices.len();
        let far = i64::from(b) * [1, 10, 1_000][(a >> 8) as usize % 3];
        self.devices[d].clock += if a >> 12 & 1 == 0 { far } else { -far };
        true
    }

    /// A store is emptied, or set back to an older copy, while no tab of its device is open; or a copy is kept for later.
    pub fn replace_store(&mut self, a: u32, b: u32) -> bool {
        let d = a as usize % self.devices.len();
        let account = (a >> 4) as usize % self.swarm.accounts;
        // What was written down last may be one commit behind: nobody can tell a copy of just that moment.
        let known = self.devices[d].witness[account].mark;
        let store = &mut self.devices[d].stores[account];
        match b % 3 {
            0 => {
                store.copy = Some(Box::new(store.visible.clone()));
                return true;
            }
            1 => {
                let Some(copy) = store.copy.clone().filter(|copy| copy.mark < known) else { return false };
                self.power_off(d, u32::MAX);
                self.devices[d].stores[account].replace(*copy);
            }
            _ => {
                if known == 0 {
                    return false;
                }
                self.power_off(d, u32::MAX);
                self.devices[d].stores[account].replace(Default::default());
            }
        }
        for work in self.work.values_mut().filter(|work| work.device == d && work.account == account) {
            work.excused = true;
            self.loose_roots.insert(work.root);
        }
        self.imports.retain(|(device, of, ..), _| (*device, *of) != (d, account));
        for taken in self.taken_back.values_mut() {
            taken.excused |= taken.device == d && taken.account == account;
        }
        self.set_back.insert((d, account));
        self.open_tab(d);
        true
    }

    /// Somebody at another desk of the same server records an act that this version does not know.
    pub fn other_act(&mut self, a: u32) -> bool {
        let ids = self.server.case_ids();
        let Some(at) = (a as usize).checked_rem(ids.len()) else { return false };
        let case = ids[at];
        let revision = self.server.case(&case).map_or(0, |case| case.revision);
        let law = law();
        let number = self.fresh();
        let act = Act {
            command_id: CommandId::new(Timestamp(self.now), [(number % 251) as u8 ^ 0x80; 10]),
            case_id: case,
            act: "audit_by_centre".to_owned(),
            by: Person {
                account: sips_lapangan::domain::id::AccountId::new(Timestamp(1), [99; 10]),
                name: "Z".to_owned(),
                roles: Vec::new(),
            },
            office: law.office.code.clone(),
            happened_at: Timestamp(self.now),
            made_at: MadeAt { wall: Timestamp(self.now), zone: Zone::Wib, offset_ms: None },
            recorded_at: Some(Timestamp(self.now)),
            revision: revision + 1,
            rules: law.rules_ref.clone(),
            calendar: law.calendar_ref.clone(),
            office_settings: None,
            strand: None,
            effects: vec![Effect::Gaps(Vec::new())],
            late: Vec::new(),
            flags: vec!["beyond".to_owned()],
            rulings: Table::new(),
            carried_by: None,
            corrects: Vec::new(),
            further: None,
        };
        self.server.append(Rc::new(act), Digest::of(b""), usize::MAX);
        true
    }
}

/// An answer with the contract's header.
fn said(status: u16, retry_after: Option<&str>, body: &str) -> Answer {
    Answer::Http { status, contract: true, json: true, retry_after: retry_after.map(str::to_owned), body: Some(body.to_owned()) }
}

/// The sign-in page of a Wi-Fi.
fn portal(status: u16) -> Answer {
    Answer::Http { status, contract: false, json: false, retry_after: None, body: Some("<html>".to_owned()) }
}

fn deferred(body: &mut String, command: CommandId) {
    if !body.is_empty() {
        body.push(',');
    }
    body.push_str(&format!("{{\"commandId\":\"{command}\",\"result\":\"deferred\"}}"));
}

/// An answer in short.
fn brief(answer: &Answer) -> String {
    match answer {
        Answer::None => "no answer".to_owned(),
        Answer::Http { status, contract, body, .. } => {
            let length = body.as_ref().map_or_else(|| "cut off".to_owned(), |body| format!("{} bytes", body.len()));
            format!("{status}{}, {length}", if *contract { "" } else { " without the header" })
        }
    }
}
