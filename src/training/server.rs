//! The backend of training: answers the contract's requests out of memory, deciding with the core as every other server does. Bytes in,
//! bytes out, so that what the client reads is what a server sends. Kept out: how it is kept on the device (`state::training`), what goes
//! wrong on purpose, and every password: whoever trains may be anybody of the scenario.

use serde::{Deserialize, Serialize};

use super::offices;
use crate::api::endpoint::{self, CONTRACT_VERSION};
use crate::api::refusal::{against, problem};
use crate::api::wire::{
    Auth, Changes, CommandResult, Commands, DefinitionEntry, Definitions, Discovery, Limits, Me, Problem, Refresh, ResultKind, Results,
    Retry, Session, SignIn, WholeCase,
};
use crate::domain::amendment::{Amendment, Change, DefinitionKind, Objection};
use crate::domain::case::{Act, Case, Person, fold};
use crate::domain::command::{Envelope, SCHEMA};
use crate::domain::decide::{Reason, decide, rests_on};
use crate::domain::digest::{Digest, Hasher};
use crate::domain::evidence::{FILE_LIMIT, FileRef, MediaType, files_of, sniff};
use crate::domain::id::{AccountId, CaseId, CommandId};
use crate::domain::json;
use crate::domain::office::{Office, OfficeCode, Role};
use crate::domain::public::PublicView;
use crate::domain::stream::{EVERYBODY, Stream, seen_by};
use crate::domain::text::folded;
use crate::domain::time::Timestamp;
use crate::papers::published::published;
use crate::rules::{self, RuleBook, numbering};
use crate::store::transaction::receipt;

/// Before every official number of training, so that none passes for a real one.
pub const MARK: &str = "LATIHAN-";
/// Entries in a page of changes.
const PAGE: usize = 200;
/// The most commands in one request.
const BATCH: u32 = 20;
/// A session of training does not run out by itself, wherever its clock is set: ten years.
const SESSION_MS: i64 = 10 * 365 * 24 * 60 * 60 * 1_000;

/// A request as it arrives.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// The path with its query.
    pub path: &'a str,
    /// The token.
    pub bearer: Option<&'a str>,
    /// Further headers.
    pub headers: &'a [(String, String)],
    /// The body.
    pub body: &'a [u8],
}

/// An answer as it leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// Is the body JSON?
    pub json: bool,
    /// Where a file has come to.
    pub offset: Option<u64>,
    /// The body.
    pub body: Vec<u8>,
}

/// Something that the server took, in the order in which it did: what it is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Entry {
    /// An act.
    Act(Box<Kept>),
    /// A change of the tables of the law.
    Amendment(Box<Amendment>),
    /// A file that came whole, for the office whose act names it. Its bytes lie elsewhere.
    File(OfficeCode, FileRef),
}

/// An act with what its receipt says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// The act.
    pub act: Act,
    /// SHA-256 of the payload that was sent.
    pub payload_sha256: Digest,
}

/// A file on its way, or whole.
#[derive(Clone, Debug)]
struct File {
    office: OfficeCode,
    file: FileRef,
    bytes: Vec<u8>,
    whole: bool,
}

/// The server.
#[derive(Clone, Debug)]
pub struct Server {
    epoch: String,
    people: Vec<Me>,
    entries: Vec<Entry>,
    book: RuleBook,
    files: Vec<File>,
    /// Numbers that were issued before the history begins, by series.
    before: Vec<(String, u32)>,
    issued: Vec<(OfficeCode, String, i16, u32)>,
    /// Refused commands, with what was said.
    refused: Vec<(CommandId, AccountId, Problem)>,
    /// Counts up when all sessions end at once.
    session: u32,
}

/// Why a request is not done.
type Refused = Box<Problem>;

impl Server {
    /// A server for these people; `epoch` names its history.
    #[must_use]
    pub fn new(epoch: &str, people: Vec<Me>, before: Vec<(String, u32)>) -> Self {
        Self {
            epoch: epoch.to_owned(),
            people,
            entries: Vec::new(),
            book: RuleBook::default(),
            files: Vec::new(),
            before,
            issued: Vec::new(),
            refused: Vec::new(),
            session: 1,
        }
    }

    /// Those who may sign in.
    #[must_use]
    pub fn people(&self) -> &[Me] {
        &self.people
    }

    /// Everything that it took, in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// All acts, in order.
    pub fn acts(&self) -> impl DoubleEndedIterator<Item = &Act> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Act(kept) => Some(&kept.act),
            _ => None,
        })
    }

    /// A case as it stands.
    #[must_use]
    pub fn case(&self, id: CaseId) -> Case {
        fold(id, self.acts().filter(|act| act.case_id == id))
    }

    /// The law as changed here.
    #[must_use]
    pub fn book(&self) -> &RuleBook {
        &self.book
    }

    /// Is a file here whole?
    #[must_use]
    pub fn holds_file(&self, sha256: &Digest) -> bool {
        self.files.iter().any(|file| file.whole && file.file.sha256 == *sha256)
    }

    /// The bytes of a whole file.
    #[must_use]
    pub fn bytes(&self, sha256: &Digest) -> Option<&[u8]> {
        self.files.iter().find(|file| file.whole && file.file.sha256 == *sha256).map(|file| file.bytes.as_slice())
    }

    /// Takes what an earlier run of this server took, with the bytes of its files.
    pub fn restore(&mut self, entry: Entry, bytes: Option<Vec<u8>>) {
        match &entry {
            Entry::Act(kept) => {
                let date = kept.act.happened_at.in_zone(self.zone(&kept.act.office)).date;
                for (series, _) in kept.act.numbers() {
                    let next = self.next(&kept.act.office, series, date.year());
                    self.issued.push((kept.act.office.clone(), series.to_owned(), date.year(), next));
                }
            }
            Entry::Amendment(amendment) => self.book = self.book.with(std::slice::from_ref(amendment)),
            Entry::File(office, file) => {
                let Some(bytes) = bytes else { return };
                self.files.retain(|known| known.file.sha256 != file.sha256);
                self.files.push(File { office: office.clone(), file: file.clone(), bytes, whole: true });
            }
        }
        self.entries.push(entry);
    }

    /// Ends every session: whoever goes on is asked to sign in again.
    pub fn end_sessions(&mut self) {
        self.session += 1;
    }

    /// Answers a request. Total.
    pub fn answer(&mut self, request: Request<'_>, now: Timestamp) -> Response {
        match self.route(request, now) {
            Ok(response) => response,
            Err(problem) => Response { status: problem.status, json: true, offset: None, body: json::write(&problem).into_bytes() },
        }
    }

    fn route(&mut self, request: Request<'_>, now: Timestamp) -> Result<Response, Refused> {
        let (path, query) = request.path.split_once('?').unwrap_or((request.path, ""));
        if let Some((_, text)) = OWN_FILES.iter().find(|(own, _)| *own == path) {
            return Ok(Response { status: 200, json: false, offset: None, body: text.as_bytes().to_vec() });
        }
        if let Some(view) = path.strip_prefix(endpoint::PUBLIC) {
            return self.public(view, query);
        }
        match (request.method, path) {
            ("GET", endpoint::DISCOVERY) => Ok(ok(&discovery(now))),
            ("POST", endpoint::SESSION) => {
                let asked: SignIn = read(request.body)?;
                let me = self.people.iter().find(|me| me.username == asked.username.trim().to_ascii_lowercase());
                me.map(|me| ok(&self.session(me, now))).ok_or_else(sign_in)
            }
            ("PUT", endpoint::SESSION) => {
                let asked: Refresh = read(request.body)?;
                let me = self.person(&asked.refresh_token).ok_or_else(sign_in)?;
                Ok(ok(&self.session(me, now)))
            }
            ("DELETE", endpoint::SESSION) => Ok(Response { status: 204, json: false, offset: None, body: Vec::new() }),
            _ => {
                let me = request.bearer.and_then(|token| self.person(token)).cloned().ok_or_else(sign_in)?;
                self.of_account(request, path, query, &me, now)
            }
        }
    }

    fn of_account(&mut self, request: Request<'_>, path: &str, query: &str, me: &Me, now: Timestamp) -> Result<Response, Refused> {
        match (request.method, path) {
            ("GET", endpoint::ME) => return Ok(ok(me)),
            ("POST", endpoint::COMMANDS) => {
                let asked: Commands = read(request.body)?;
                return Ok(ok(&Results { results: asked.commands.iter().map(|envelope| self.take(me, envelope, now)).collect() }));
            }
            ("GET", endpoint::CHANGES) => return self.changes(me, query).map(|page| ok(&page)),
            ("GET", endpoint::DEFINITIONS) => return Ok(ok(&self.definitions())),
            ("POST", endpoint::DEFINITIONS) => return self.amend(me, read(request.body)?, now).map(|amendment| ok(&amendment)),
            _ => {}
        }
        let below = |parent: &str| path.strip_prefix(parent)?.strip_prefix('/');
        if let Some(id) = below(endpoint::RECEIPTS).and_then(CommandId::parse) {
            return self.outcome(me, id).map(|result| ok(&result)).ok_or_else(not_found);
        }
        if let Some(id) = below(endpoint::CASES).and_then(CaseId::parse) {
            let acts: Vec<Act> = self.acts().filter(|act| act.case_id == id && self.shows(me, act)).cloned().collect();
            let revision = acts.last().map(|act| act.revision).ok_or_else(not_found)?;
            return Ok(ok(&WholeCase { case_id: id, revision, acts }));
        }
        if path == endpoint::FILES || below(endpoint::FILES).is_some() {
            return self.file(request, below(endpoint::FILES).and_then(Digest::parse), me);
        }
        Err(not_found())
    }

    /// Takes one command by one of the people.
    pub fn take(&mut self, me: &Me, envelope: &Envelope, now: Timestamp) -> CommandResult {
        let command = envelope.command_id;
        let rejected = |problem: Problem| result(command, ResultKind::Rejected, problem);
        let author = match envelope.carried_by {
            None => Some(me).filter(|me| me.account == envelope.author),
            Some(carrier) if carrier == me.account => self.people.iter().find(|person| person.account == envelope.author),
            Some(_) => None,
        };
        let Some(author) = author.cloned() else {
            return rejected(problem(403, "/problems/author", "Another author", Retry::Never));
        };
        if !envelope.training || envelope.schema != SCHEMA {
            // The other way round: nothing real is taken here.
            return rejected(problem(403, "/problems/training", "This is a server for training", Retry::Never));
        }
        let digest = envelope.payload.digest();
        if let Some(kept) = self.kept(command) {
            let same = kept.payload_sha256 == digest && kept.act.case_id == envelope.case_id;
            return if same {
                held(ResultKind::Duplicate, kept)
            } else {
                rejected(problem(409, "/problems/id-reused", "The command id belongs to another command", Retry::Never))
            };
        }
        match self.judge(&author, envelope, now) {
            Ok(act) => {
                let kept = Kept { act, payload_sha256: digest };
                self.entries.push(Entry::Act(Box::new(kept.clone())));
                held(ResultKind::Applied, &kept)
            }
            Err((ResultKind::Rejected, problem)) => {
                self.refused.push((command, author.account, (*problem).clone()));
                rejected(*problem)
            }
            Err((kind, problem)) => result(command, kind, *problem),
        }
    }

    fn judge(&mut self, author: &Me, envelope: &Envelope, now: Timestamp) -> Result<Act, (ResultKind, Refused)> {
        let reject = |problem: Problem| (ResultKind::Rejected, Box::new(problem));
        let case = self.case(envelope.case_id);
        let may = match (&case.office, Stream::of(Some(&envelope.rules))) {
            (Some(office), _) => Some(sees(author, &seen_by(office, case.rules.as_ref().unwrap_or(&envelope.rules)))),
            // The work on a case begins where the case lies, once that is here.
            (None, Stream::Work) => self.case(case.id.beside()).office.map(|office| office == author.office.code),
            (None, _) => Some(true),
        };
        match may {
            Some(true) => {}
            Some(false) => return Err(reject(problem(403, "/problems/case", "This case id cannot be used", Retry::Never))),
            None => return Err((ResultKind::Deferred, Box::new(problem(424, "/problems/deferred", "Not yet", Retry::Later)))),
        }
        let book = self.book.clone();
        let settings = envelope.office_settings.as_ref();
        let (set, calendar, office) =
            match (book.set(&envelope.rules), book.calendar(&envelope.calendar), book.office_at(&author.office, settings)) {
                (Some(set), Some(calendar), Some(office)) => (set, calendar, office),
                _ => return Err(reject(against(vec![Reason::UnknownVersion { id: envelope.rules.id.clone() }]))),
            };
        if envelope.depends_on.iter().any(|needed| self.kept(*needed).is_none()) {
            return Err((ResultKind::Deferred, Box::new(problem(424, "/problems/deferred", "Not yet", Retry::Later))));
        }
        if !rests_on(&case, envelope, &set.value) {
            return Err((ResultKind::Conflict, Box::new(problem(409, "/problems/conflict", "The case has moved on", Retry::Later))));
        }
        let actor = author.actor();
        let act =
            decide(&case, envelope, &rules::context(set, calendar, &office, &actor, now)).map_err(|reasons| reject(against(reasons)))?;
        let mut act = Act { recorded_at: Some(now), revision: case.revision + 1, ..act };
        self.number(&book, &author.office, &case, &mut act);
        Ok(act)
    }

    fn number(&mut self, book: &RuleBook, row: &Office, case: &Case, act: &mut Act) {
        let issued: Result<_, std::convert::Infallible> =
            numbering::issue(book, row, case, act, |office, series, year| Ok(self.next(&office.code, series, year)));
        let Ok(issued) = issued;
        for effect in &mut act.effects {
            if let crate::domain::case::Effect::Numbered { number, .. } = effect {
                number.insert_str(0, MARK);
            }
        }
        self.issued.extend(issued.into_iter().map(|of| (row.code.clone(), of.series, of.year, of.sequence)));
    }

    /// The next place in a series.
    fn next(&self, office: &OfficeCode, series: &str, year: i16) -> u32 {
        let of = |(code, name, _, _): &&(OfficeCode, String, i16, u32)| code == office && name == series;
        let last = self.issued.iter().filter(of).filter(|(_, _, of_year, _)| *of_year == year).map(|(.., sequence)| *sequence).max();
        // What was issued before belongs to the first year that is seen.
        let first = self.issued.iter().find(of).is_none_or(|(_, _, of_year, _)| *of_year == year);
        let before = self.before.iter().find(|(name, _)| name == series).map_or(0, |(_, count)| *count);
        last.unwrap_or(if first { before } else { 0 }) + 1
    }

    /// Does an account see an act? By the office that its stream lies with.
    fn shows(&self, me: &Me, act: &Act) -> bool {
        let first = self.acts().find(|first| first.case_id == act.case_id).unwrap_or(act);
        sees(me, &seen_by(&first.office, &first.rules))
    }

    fn kept(&self, command: CommandId) -> Option<&Kept> {
        self.entries.iter().find_map(|entry| match entry {
            Entry::Act(kept) if kept.act.command_id == command => Some(&**kept),
            _ => None,
        })
    }

    fn outcome(&self, me: &Me, command: CommandId) -> Option<CommandResult> {
        if let Some(kept) = self.kept(command) {
            let visible = kept.act.by.account == me.account || kept.act.carried_by == Some(me.account) || self.shows(me, &kept.act);
            return visible.then(|| held(ResultKind::Applied, kept));
        }
        let (_, _, problem) = self.refused.iter().rev().find(|(id, author, _)| *id == command && *author == me.account)?;
        Some(result(command, ResultKind::Rejected, problem.clone()))
    }

    /// A page of what an account sees, in the order in which the server took it.
    fn changes(&self, me: &Me, query: &str) -> Result<Changes, Refused> {
        let cursor = query.split('&').find_map(|pair| pair.strip_prefix("cursor=")).unwrap_or_default();
        let from = if cursor.is_empty() { Some(0) } else { self.position(me, cursor) };
        let from = from.ok_or_else(|| Box::new(problem(410, "/problems/cursor", "The cursor is not of this history", Retry::Never)))?;
        let mut page = Changes {
            epoch: self.epoch.clone(),
            from: cursor.to_owned(),
            next: String::new(),
            more: false,
            acts: Vec::new(),
            amendments: Vec::new(),
            files: Vec::new(),
            hidden: Vec::new(),
        };
        let to = self.entries.len().min(from + PAGE);
        for entry in &self.entries[from..to] {
            match entry {
                Entry::Act(kept) if self.shows(me, &kept.act) => page.acts.push(kept.act.clone()),
                Entry::Amendment(amendment) => page.amendments.push((**amendment).clone()),
                Entry::File(office, file) if sees(me, office) => page.files.push(file.sha256),
                Entry::Act(_) | Entry::File(..) => {}
            }
        }
        page.next = format!("{}.{}.{to}", self.epoch, me.account);
        page.more = to < self.entries.len();
        Ok(page)
    }

    /// A cursor names the history, whose view of it, and how far.
    fn position(&self, me: &Me, cursor: &str) -> Option<usize> {
        let mut parts = cursor.split('.');
        let (epoch, account, position) = (parts.next()?, parts.next()?, parts.next()?.parse::<usize>().ok()?);
        (epoch == self.epoch && account == me.account.to_string() && position <= self.entries.len()).then_some(position)
    }

    fn amend(&mut self, me: &Me, asked: Amendment, now: Timestamp) -> Result<Amendment, Refused> {
        let known = self.entries.iter().find_map(|entry| match entry {
            Entry::Amendment(known) if known.id == asked.id => Some((**known).clone()),
            _ => None,
        });
        if let Some(known) = known {
            return Ok(known);
        }
        let row = match &asked.change {
            Change::Office(settings) => offices::office(&settings.code),
            _ => None,
        };
        let pin = self.book.amend(&asked, &me.actor(), row.as_ref()).map_err(|objections| {
            let status = match objections.first() {
                Some(Objection::Role) => 403,
                Some(Objection::Stale) => 409,
                _ => 422,
            };
            Box::new(problem(status, "/problems/amendment", "The change is not sound", Retry::Never))
        })?;
        let by = Person { account: me.account, name: me.name.clone(), roles: me.roles.clone() };
        let amendment = Amendment { by, office: me.office.code.clone(), result: Some(pin), recorded_at: Some(now), ..asked };
        self.restore(Entry::Amendment(Box::new(amendment.clone())), None);
        Ok(amendment)
    }

    fn definitions(&self) -> Definitions {
        let entry = |kind, pin: &crate::domain::rule_set::DefinitionRef| DefinitionEntry {
            kind,
            id: pin.id.clone(),
            version: pin.version,
            digest: pin.digest,
        };
        let sets = rules::sets().chain(rules::streams()).map(|set| entry(DefinitionKind::Rules, &set.pin));
        let calendars = rules::calendars().map(|calendar| entry(DefinitionKind::Calendar, &calendar.pin));
        Definitions { definitions: sets.chain(calendars).collect() }
    }

    /// A page of what everybody may read, the newest first, narrowed as the contract has it.
    fn public(&self, view: &str, query: &str) -> Result<Response, Refused> {
        let view = PublicView::ALL.into_iter().find(|known| known.key() == view).ok_or_else(not_found)?;
        let asked = |name: &str| {
            let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            folded(&unescaped(value.unwrap_or_default()))
        };
        let (words, petitioner, respondent) = (asked("q"), asked("petitioner"), asked("respondent"));
        let (track, area) = (asked("track"), asked("area"));
        let says = |text: &str, wanted: &str| folded(text).contains(wanted);
        let mut ids: Vec<CaseId> = Vec::new();
        for act in self.acts().filter(|act| Stream::of(Some(&act.rules)) == Stream::Case) {
            if !ids.contains(&act.case_id) {
                ids.push(act.case_id);
            }
        }
        let mut bodies = Vec::new();
        for case in ids.into_iter().map(|id| self.case(id)) {
            let rules = case.rules.as_ref().and_then(|pin| self.book.set(pin));
            let office = case.office.as_ref().and_then(offices::office);
            let Some((rules, office)) = rules.zip(office) else { continue };
            let all = published(&case, &rules.value, &office).into_iter().filter(|made| made.view == view).map(|made| made.entry);
            let fitting = all.filter(|entry| {
                let names = entry.petitioners.join(" ");
                let all = [entry.number.as_deref().unwrap_or_default(), &names, &entry.respondent, &entry.office.name].join(" ");
                says(&all, &words)
                    && says(&names, &petitioner)
                    && says(&entry.respondent, &respondent)
                    && (track.is_empty() || folded(&entry.track) == track)
                    && (area.is_empty() || folded(&office.code.0).starts_with(&area))
            });
            bodies.extend(fitting.map(|entry| json::write(&entry)));
        }
        let before = asked("before").parse::<usize>().unwrap_or(usize::MAX);
        let end = before.min(bodies.len());
        let start = end.saturating_sub(PAGE);
        let page: Vec<&str> = bodies[start..end].iter().rev().map(String::as_str).collect();
        let next = if start > 0 { format!("\"{start}\"") } else { "null".to_owned() };
        let body = format!("{{\"entries\":[{}],\"next\":{next}}}", page.join(","));
        Ok(Response { status: 200, json: true, offset: None, body: body.into_bytes() })
    }

    /// Files by tus 1.0, and reading those that are whole.
    fn file(&mut self, request: Request<'_>, sha256: Option<Digest>, me: &Me) -> Result<Response, Refused> {
        let header = |name: &str| request.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str());
        let number = |name: &str| header(name).and_then(|text| text.parse::<u64>().ok());
        if request.method == "POST" {
            let length = number("Upload-Length").ok_or_else(unreadable)?;
            let named = header("Upload-Metadata").and_then(|text| self.named(text, me)).ok_or_else(record_first)?;
            let (office, file) = named;
            if file.size != length || length > FILE_LIMIT {
                return Err(Box::new(problem(422, "/problems/file-length", "The act names another length", Retry::Never)));
            }
            let at = match self.files.iter().find(|known| known.file.sha256 == file.sha256) {
                Some(known) => known.offset(),
                None => {
                    self.files.push(File { office, file, bytes: Vec::new(), whole: false });
                    0
                }
            };
            return Ok(Response { status: 201, json: false, offset: Some(at), body: Vec::new() });
        }
        let at = sha256.and_then(|sha256| self.files.iter().position(|file| file.file.sha256 == sha256)).ok_or_else(not_found)?;
        if !sees(me, &self.files[at].office) {
            return Err(not_found());
        }
        let file = &mut self.files[at];
        match request.method {
            "HEAD" => Ok(Response { status: 200, json: false, offset: Some(file.offset()), body: Vec::new() }),
            "PATCH" => {
                if file.whole || number("Upload-Offset") != Some(file.bytes.len() as u64) {
                    return Err(Box::new(problem(409, "/problems/offset", "The file ends elsewhere", Retry::Later)));
                }
                file.bytes.extend_from_slice(request.body);
                if (file.bytes.len() as u64) < file.file.size {
                    return Ok(Response { status: 204, json: false, offset: Some(file.bytes.len() as u64), body: Vec::new() });
                }
                let mut hasher = Hasher::default();
                hasher.update(&file.bytes);
                let head = file.bytes.get(..64).unwrap_or(&file.bytes);
                let is_right =
                    hasher.finish() == file.file.sha256 && sniff(&file.file.name, file.file.size, FILE_LIMIT, head) == Ok(file.file.media);
                if !is_right {
                    file.bytes.clear();
                    return Err(Box::new(problem(422, "/problems/digest", "The bytes have another digest", Retry::Later)));
                }
                file.whole = true;
                let entry = Entry::File(file.office.clone(), file.file.clone());
                let offset = Some(file.file.size);
                self.entries.push(entry);
                Ok(Response { status: 204, json: false, offset, body: Vec::new() })
            }
            "DELETE" if file.whole => Err(Box::new(problem(403, "/problems/evidence-kept", "A file that is whole is kept", Retry::Never))),
            "DELETE" => {
                self.files.remove(at);
                Ok(Response { status: 204, json: false, offset: None, body: Vec::new() })
            }
            "GET" if file.whole => {
                let range = header("Range").and_then(|range| range.strip_prefix("bytes=")?.split_once('-'));
                let place = |text: &str| text.parse::<usize>().ok();
                let (status, body) = match range.and_then(|(first, last)| place(first).zip(place(last))) {
                    Some((first, last)) => (206, file.bytes.get(first..file.bytes.len().min(last.saturating_add(1)))),
                    None => (200, Some(file.bytes.as_slice())),
                };
                let body = body.ok_or_else(|| Box::new(problem(416, "/problems/range", "No such range", Retry::Never)))?;
                Ok(Response { status, json: false, offset: None, body: body.to_vec() })
            }
            _ => Err(not_found()),
        }
    }

    /// The file that `Upload-Metadata` names, if an act that this account made or carried names it, too.
    fn named(&self, metadata: &str, me: &Me) -> Option<(OfficeCode, FileRef)> {
        let of_account = |act: &&Act| act.by.account == me.account || act.carried_by == Some(me.account);
        let mut named = self.acts().filter(of_account).flat_map(|act| files_of(act).into_iter().map(|file| (act.office.clone(), file)));
        // The digest stands there in Base64; the pair is made anew and compared instead of being read.
        named.find(|(_, file)| metadata.contains(&crate::sync::upload::metadata(&file.sha256)))
    }

    fn session(&self, me: &Me, now: Timestamp) -> Session {
        let token = format!("{}.{}.{}", self.epoch, self.session, me.account);
        Session { access_token: token.clone(), access_expires_at: now.plus(SESSION_MS), refresh_token: token, me: me.clone() }
    }

    /// Whose a token is; nobody's once all sessions ended.
    fn person(&self, token: &str) -> Option<&Me> {
        let account = token.strip_prefix(&format!("{}.{}.", self.epoch, self.session))?;
        self.people.iter().find(|me| me.account.to_string() == account)
    }

    fn zone(&self, office: &OfficeCode) -> crate::domain::time::Zone {
        offices::office(office).map_or(crate::domain::time::Zone::Wib, |office| office.zone)
    }
}

impl File {
    /// Bytes that nobody has checked yet are not said to be whole.
    fn offset(&self) -> u64 {
        if self.whole { self.file.size } else { self.bytes.len() as u64 }
    }
}

/// The app's own files that its pages read: no request leaves the page for them.
const OWN_FILES: [(&str, &str); 2] = [("/offices.csv", offices::TABLE), ("/glossary.tsv", include_str!("../rules/glossary.tsv"))];

/// Does the account see the cases of an office?
fn sees(me: &Me, office: &OfficeCode) -> bool {
    let is = |role| me.roles.contains(&role);
    is(Role::NationalAdmin)
        || me.office.code == *office
        || office.0 == EVERYBODY
        || (is(Role::ProvinceAdmin) && office.is_within(&me.office.code))
}

fn discovery(now: Timestamp) -> Discovery {
    Discovery {
        contract_versions: vec![CONTRACT_VERSION.to_owned()],
        name: "Ruang Latihan".to_owned(),
        level: 2,
        features: vec!["public".to_owned()],
        limits: Limits {
            file_bytes: FILE_LIMIT,
            request_bytes: 1024 * 1024,
            batch: BATCH,
            media_types: MediaType::ALL.iter().map(|media| media.as_str().to_owned()).collect(),
        },
        auth: Auth { kind: "password".to_owned(), issuer: None },
        training: true,
        server_time: now,
    }
}

fn ok<T: Serialize>(value: &T) -> Response {
    Response { status: 200, json: true, offset: None, body: json::write(value).into_bytes() }
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    std::str::from_utf8(body).ok().and_then(|text| json::read(text).ok()).ok_or_else(unreadable)
}

fn held(result: ResultKind, kept: &Kept) -> CommandResult {
    let receipt = receipt(&kept.act, kept.payload_sha256);
    CommandResult { command_id: kept.act.command_id, result, receipt: Some(receipt), act: Some(kept.act.clone()), problem: None }
}

fn result(command: CommandId, result: ResultKind, problem: Problem) -> CommandResult {
    CommandResult { command_id: command, result, receipt: None, act: None, problem: Some(Problem { command_id: Some(command), ..problem }) }
}

/// A value of a query as it was before it was escaped.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        let digits = others.get(..2).filter(|_| *first == b'%').and_then(|pair| std::str::from_utf8(pair).ok());
        match digits.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &others[2..];
            }
            None => {
                bytes.push(*first);
                rest = others;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

fn sign_in() -> Refused {
    Box::new(problem(401, "/problems/sign-in", "Sign in", Retry::AfterSignIn))
}

fn not_found() -> Refused {
    Box::new(problem(404, "/problems/not-found", "Not found", Retry::Never))
}

fn unreadable() -> Refused {
    Box::new(problem(400, "/problems/unreadable", "The request cannot be read", Retry::Never))
}

fn record_first() -> Refused {
    Box::new(problem(403, "/problems/record-first", "No act of yours names this file", Retry::Later))
}
