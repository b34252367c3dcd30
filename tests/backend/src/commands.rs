//! Taking commands: each is read by itself, decided again with the core, and kept together with its numbers in one
//! transaction. Total: whatever comes in, each command that can be named gets its answer.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use sips_lapangan::api::refusal::{against, of_training};
use sips_lapangan::api::wire::{CommandResult, Problem, ResultKind, Results, Retry};
use sips_lapangan::domain::amendment::Amendment;
use sips_lapangan::domain::answers::{Answer, Answers};
use sips_lapangan::domain::calendar::Calendar;
use sips_lapangan::domain::case::{Act, Case, fold};
use sips_lapangan::domain::command::{Envelope, Receipt, SCHEMA};
use sips_lapangan::domain::decide::{Reason, decide, rests_on};
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::id::{CaseId, CommandId};
use sips_lapangan::domain::office::{Actor, Office, OfficeCode};
use sips_lapangan::domain::rule_set::RuleSet;
use sips_lapangan::domain::stream::{Stream, seen_by};
use sips_lapangan::domain::table::Table;
use sips_lapangan::domain::time::Timestamp;
use sips_lapangan::rules::numbering::{self, Issued};
use sips_lapangan::rules::{self, Pinned, RuleBook};

use crate::accounts::{self, Account};
use crate::problem::{Refusal, problem};
use crate::public::{self, Entry};
use crate::store::{KeptAct, KeptRefusal, Store, StoreError, Tx};

/// The most commands in one request.
pub const BATCH: usize = 20;
/// The most commands that one may depend on.
const MAX_DEPENDS: usize = 100;
/// The longest act as JSON: a page of changes has at most 1 MiB and carries at least one act.
const MAX_ACT_BYTES: usize = 1_000_000;
/// The longest key of a field and id of a row: longer ones belong to no form.
const MAX_KEY_BYTES: usize = 64;
/// How long a refusal is kept for its receipt (contract §2).
const REFUSAL_MS: i64 = 180 * 24 * 60 * 60 * 1_000;

/// One command as it came.
pub enum Item {
    /// It can be read.
    Envelope(Box<Envelope>),
    /// It can be named but not read.
    Unreadable {
        /// Its name.
        command: CommandId,
        /// Its case, if that can be read.
        case: Option<CaseId>,
        /// Why not.
        problem: Box<Problem>,
    },
}

/// Reads the body of a request.
///
/// # Errors
/// It is no JSON, has no list of commands, more than [`BATCH`] of them, or one that cannot even be named.
pub fn read(body: &[u8]) -> Result<Vec<Item>, Refusal> {
    #[derive(Deserialize)]
    struct Body {
        commands: Vec<Value>,
    }
    let body: Body = serde_json::from_slice(body).map_err(|error| Refusal::unreadable(place_of(&error)))?;
    if body.commands.len() > BATCH {
        return Err(Refusal::too_large(format!("at most {BATCH} commands")));
    }
    body.commands.into_iter().map(read_one).collect()
}

fn read_one(mut value: Value) -> Result<Item, Refusal> {
    let id = |name: &str| value.get(name).and_then(Value::as_str);
    let command = id("commandId").and_then(CommandId::parse).ok_or_else(|| Refusal::unreadable("a command without a commandId"))?;
    let case = id("caseId").and_then(CaseId::parse);
    let unreadable = |problem| Ok(Item::Unreadable { command, case, problem: Box::new(problem) });
    make_integers(&mut value);
    match value.get("schema").map(Value::as_u64) {
        Some(Some(schema)) if schema == u64::from(SCHEMA) => {}
        Some(Some(_)) => {
            return unreadable(problem(StatusCode::UNPROCESSABLE_ENTITY, "/problems/schema", "Another schema", Retry::AfterUpdate));
        }
        _ => return unreadable(malformed("schema is missing or no number")),
    }
    match serde_json::from_value::<Envelope>(value) {
        Ok(envelope) => match check_shape(&envelope) {
            Ok(()) => Ok(Item::Envelope(Box::new(envelope))),
            Err(detail) => unreadable(malformed(detail)),
        },
        Err(_) => unreadable(malformed("a part is missing or of another type")),
    }
}

/// Where a text stops being JSON. What stands there is not repeated: it may be personal.
fn place_of(error: &serde_json::Error) -> String {
    format!("line {}, column {}", error.line(), error.column())
}

/// `1.0` is an integer in JSON, as some libraries write it. Was one written so?
pub fn make_integers(value: &mut Value) -> bool {
    match value {
        Value::Number(number) => {
            // Up to 2^53 every whole number has one floating-point form.
            let whole = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0 && float.abs() < 9e15);
            if let Some(whole) = whole {
                #[expect(clippy::cast_possible_truncation, reason = "whole and in range, as checked above")]
                let integer = whole as i64;
                *value = integer.into();
            }
            whole.is_some()
        }
        Value::Array(items) => items.iter_mut().fold(false, |any, item| make_integers(item) | any),
        Value::Object(map) => map.values_mut().fold(false, |any, item| make_integers(item) | any),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}

/// What the types cannot say: keys and row ids can stand in a pointer, and a row is named once.
fn check_shape(envelope: &Envelope) -> Result<(), &'static str> {
    if envelope.depends_on.len() > MAX_DEPENDS {
        return Err("dependsOn is too long");
    }
    check_keys(&envelope.payload.answers, 0)
}

fn check_keys(answers: &Answers, depth: u8) -> Result<(), &'static str> {
    // A form has rows, and a row may have files; nothing lies deeper.
    if depth > 2 {
        return Err("rows lie too deep");
    }
    let fits = |text: &str| !text.is_empty() && text.len() <= MAX_KEY_BYTES && !text.contains('/');
    for (key, answer) in answers.0.iter() {
        if !fits(key) {
            return Err("a field has an impossible key");
        }
        if let Answer::Rows(rows) = answer {
            let mut ids = BTreeSet::new();
            for row in rows {
                if !fits(&row.id) || !ids.insert(&row.id) {
                    return Err("a row has an impossible id, or one that another row has");
                }
                check_keys(&row.fields, depth + 1)?;
            }
        }
    }
    Ok(())
}

/// Takes the commands one after the other; of each case only the first. What was made in training is taken by a server for `training` alone.
///
/// # Errors
/// The store failed. Commands before that are kept; sent again they are answered as duplicates.
pub fn take(store: &Store, account: &Account, items: Vec<Item>, training: bool, now: Timestamp) -> Result<Results, StoreError> {
    let mut lanes = BTreeSet::new();
    let mut results = Vec::with_capacity(items.len());
    for item in items {
        let (command, case) = match &item {
            Item::Envelope(envelope) => (envelope.command_id, Some(envelope.case_id)),
            Item::Unreadable { command, case, .. } => (*command, *case),
        };
        let first = case.is_none_or(|case| lanes.insert(case));
        results.push(match item {
            _ if !first => deferred(command, "another command of this case comes first"),
            Item::Unreadable { problem, .. } => refused(command, *problem),
            // Not kept: nothing of training leaves a trace here.
            Item::Envelope(envelope) if envelope.training && !training => refused(command, of_training()),
            Item::Envelope(envelope) => store.write(|tx| take_one(tx, account, &envelope, now))?,
        });
    }
    Ok(Results { results })
}

fn take_one(tx: &Tx<'_>, session: &Account, envelope: &Envelope, now: Timestamp) -> Result<CommandResult, StoreError> {
    let command = envelope.command_id;
    let Some(author) = author(tx, session, envelope)? else {
        // Not kept: the command belongs to somebody else.
        return Ok(refused(command, another_author()));
    };
    let account = author.as_ref().unwrap_or(session);
    // Only for the very command that is kept here: its id alone opens nobody's answer.
    let note_carrier = || author.as_ref().map_or(Ok(()), |_| tx.add_carrier(&command, &session.id));
    let digest = envelope.payload.digest();
    if let Some(kept) = tx.act(&command)? {
        let same = kept.author == account.id && kept.payload_sha256 == digest && kept.act.case_id == envelope.case_id;
        if !same {
            return Ok(refused(command, id_reused()));
        }
        note_carrier()?;
        return Ok(duplicate(kept));
    }
    if let Some(earlier) = tx.refusal(&command)? {
        let same = earlier.author == account.id && earlier.payload_sha256 == digest && earlier.case == envelope.case_id;
        if !same {
            return Ok(refused(command, id_reused()));
        }
        // A refusal had no effect, so that it is decided anew: the time, or what this server knows,
        // may be another one.
    }
    note_carrier()?;
    let acts = tx.acts_of(&envelope.case_id)?;
    let mut case = fold(envelope.case_id, &acts);
    let book = tx.book()?;
    match decide_one(&mut &*tx, &book, account, &case, envelope, now)? {
        Decision::Accepted(act) => {
            let accepted = accept(&mut &*tx, &book, account, envelope, digest, &mut case, *act)?;
            record(tx, &accepted)?;
            Ok(held(ResultKind::Applied, accepted.kept))
        }
        Decision::Refused(problem) => {
            let problem = Problem { command_id: Some(command), ..*problem };
            let refusal =
                KeptRefusal { command, case: envelope.case_id, author: account.id, payload_sha256: digest, problem: problem.clone() };
            tx.forget_refusals(now.plus(-REFUSAL_MS))?;
            tx.keep_refusal(&refusal, now)?;
            Ok(refused(command, problem))
        }
        Decision::Moved => Ok(moved(command)),
        Decision::Waits => Ok(deferred(command, "a command that it depends on is not here")),
    }
}

/// By whose right a command is decided: `Some(None)` for the session's own, `None` if the session may not send it. Whoever brings another
/// account's command says so in it: it was carried by hand, in a kapsul.
fn author(tx: &Tx<'_>, session: &Account, envelope: &Envelope) -> Result<Option<Option<Account>>, StoreError> {
    match envelope.carried_by {
        None => Ok((envelope.author == session.id).then_some(None)),
        Some(carrier) if carrier == session.id && envelope.author != session.id => Ok(tx.account(&envelope.author)?.map(Some)),
        Some(_) => Ok(None),
    }
}

/// What is to be done with a command.
enum Decision {
    Accepted(Box<Act>),
    Refused(Box<Problem>),
    /// The case is not at the revision that the author saw.
    Moved,
    /// A command that it depends on is not here.
    Waits,
}

/// What is asked of the history while a command is decided.
pub trait History {
    /// Is there an act of this command?
    ///
    /// # Errors
    /// The store failed.
    fn holds(&mut self, command: &CommandId) -> Result<bool, StoreError>;

    /// Whose a case is to see; `None` while there is none.
    ///
    /// # Errors
    /// The store failed.
    fn office_of(&mut self, case: &CaseId) -> Result<Option<OfficeCode>, StoreError>;

    /// The sequence that comes next in a series of an office in a year, from 1.
    ///
    /// # Errors
    /// The store failed.
    fn next_sequence(&mut self, office: &OfficeCode, series: &str, year: i16) -> Result<u32, StoreError>;
}

impl History for &Tx<'_> {
    fn holds(&mut self, command: &CommandId) -> Result<bool, StoreError> {
        Tx::holds(self, command)
    }

    fn office_of(&mut self, case: &CaseId) -> Result<Option<OfficeCode>, StoreError> {
        Tx::office_of(self, case)
    }

    fn next_sequence(&mut self, office: &OfficeCode, series: &str, year: i16) -> Result<u32, StoreError> {
        Tx::next_sequence(self, office, series, year)
    }
}

fn decide_one(
    history: &mut dyn History,
    book: &RuleBook,
    account: &Account,
    case: &Case,
    envelope: &Envelope,
    now: Timestamp,
) -> Result<Decision, StoreError> {
    let refuse = |problem| Ok(Decision::Refused(Box::new(problem)));
    let sees = match (&case.office, Stream::of(Some(&envelope.rules))) {
        (Some(office), _) => Some(account.scope().holds(&seen_by(office, case.rules.as_ref().unwrap_or(&envelope.rules)))),
        // The work on a case begins where the case lies, once that is here.
        (None, Stream::Work) => history.office_of(&case.id.beside())?.map(|office| office == account.office),
        (None, _) => Some(true),
    };
    match sees {
        Some(true) => {}
        // Whose case it is stays unsaid: this account does not see it.
        Some(false) => return refuse(problem(StatusCode::FORBIDDEN, "/problems/case", "This case id cannot be used", Retry::Never)),
        None => return Ok(Decision::Waits),
    }
    let Some(row) = accounts::office(&account.office) else {
        return refuse(no_office());
    };
    let tables = match tables(book, row, envelope) {
        Ok(tables) => tables,
        Err(unknown) => return refuse(*unknown),
    };
    for needed in &envelope.depends_on {
        if !history.holds(needed)? {
            return Ok(Decision::Waits);
        }
    }
    if !rests_on(case, envelope, &tables.set.value) {
        return Ok(Decision::Moved);
    }
    match judge(&tables, &account.actor(), case, envelope, now) {
        Ok(act) => Ok(Decision::Accepted(Box::new(act))),
        Err(problem) => refuse(*problem),
    }
}

/// What a command says that it was decided by.
struct Tables {
    set: &'static Pinned<RuleSet>,
    calendar: &'static Pinned<Calendar>,
    office: Office,
}

/// Finds it in the book.
fn tables(book: &RuleBook, row: &Office, envelope: &Envelope) -> Result<Tables, Box<Problem>> {
    let settings = envelope.office_settings.as_ref();
    match (book.set(&envelope.rules), book.calendar(&envelope.calendar), book.office_at(row, settings)) {
        (Some(set), Some(calendar), Some(office)) => Ok(Tables { set, calendar, office }),
        (set, calendar, office) => {
            let mut unknown =
                problem(StatusCode::UNPROCESSABLE_ENTITY, "/problems/version", "Rules of another version", Retry::AfterUpdate);
            let missing = [
                set.is_none().then_some(&envelope.rules),
                calendar.is_none().then_some(&envelope.calendar),
                settings.filter(|_| office.is_none()),
            ];
            unknown.reasons = missing.into_iter().flatten().map(|pin| Reason::UnknownVersion { id: pin.id.clone() }).collect();
            Err(Box::new(unknown))
        }
    }
}

/// Decides a command; the act is stamped with the revision that it makes and the server's time, and has no numbers yet.
fn judge(tables: &Tables, actor: &Actor, case: &Case, envelope: &Envelope, now: Timestamp) -> Result<Act, Box<Problem>> {
    let context = rules::context(tables.set, tables.calendar, &tables.office, actor, now);
    match decide(case, envelope, &context) {
        Ok(act) if serde_json::to_vec(&act).is_ok_and(|json| json.len() <= MAX_ACT_BYTES) => {
            Ok(Act { recorded_at: Some(now), revision: case.revision + 1, ..act })
        }
        Ok(_) => Err(Box::new(problem(StatusCode::PAYLOAD_TOO_LARGE, "/problems/too-large", "Too large", Retry::Never))),
        Err(reasons) => Err(Box::new(against(reasons))),
    }
}

/// A command with everything that it is decided by: the question of a server that is not written in Rust.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Question {
    /// The envelope, as it came from the client.
    command: Value,
    /// The acts of its case, in order; none for a new one.
    #[serde(default)]
    acts: Vec<Act>,
    /// Whose session it came in.
    actor: Actor,
    /// The changes of the law and the offices that the server holds.
    #[serde(default)]
    amendments: Vec<Amendment>,
    /// The server's clock.
    now: Timestamp,
    /// Is the server for training?
    #[serde(default)]
    training: bool,
}

/// Answers one question, both as JSON (contract, "A server in another language"). Total. The server adds what only it knows: whether it
/// holds the command already, the commands that it depends on, and the numbers that the act asks for.
#[must_use]
pub fn answer(question: &str) -> String {
    let answered = match serde_json::from_str::<Question>(question) {
        Ok(question) => weigh(question).ok_or_else(|| malformed("a command without a commandId")),
        Err(error) => Err(malformed(&place_of(&error))),
    };
    let json = match &answered {
        Ok(result) => serde_json::to_string(result),
        Err(problem) => serde_json::to_string(problem),
    };
    // Neither holds anything that is no JSON, such as a key that is no text.
    json.unwrap_or_default()
}

/// `None` if the command cannot even be named.
fn weigh(question: Question) -> Option<CommandResult> {
    let envelope = match read_one(question.command) {
        Ok(Item::Envelope(envelope)) => envelope,
        Ok(Item::Unreadable { command, problem, .. }) => return Some(refused(command, *problem)),
        Err(_) => return None,
    };
    let command = envelope.command_id;
    let refuse = |problem| Some(refused(command, problem));
    if envelope.training && !question.training {
        return refuse(of_training());
    }
    if envelope.author != question.actor.account {
        return refuse(another_author());
    }
    let Some(row) = accounts::office(&question.actor.office) else {
        return refuse(no_office());
    };
    let tables = match tables(&RuleBook::new(question.amendments), row, &envelope) {
        Ok(tables) => tables,
        Err(problem) => return refuse(*problem),
    };
    let case = fold(envelope.case_id, &question.acts);
    if !rests_on(&case, &envelope, &tables.set.value) {
        return Some(moved(command));
    }
    match judge(&tables, &question.actor, &case, &envelope, question.now) {
        Ok(act) => Some(CommandResult { command_id: command, result: ResultKind::Applied, receipt: None, act: Some(act), problem: None }),
        Err(problem) => refuse(*problem),
    }
}

/// An act that was decided, with everything that is kept of it.
pub struct Accepted {
    /// The act.
    pub kept: KeptAct,
    numbers: Vec<Issued>,
    /// What everybody may read of its case from then on.
    entries: Vec<Entry>,
}

/// Decides a command by one who is known to be its author, as if it had come just `now`; the case goes on with it. For whoever makes new
/// commands of cases that it has at hand ([`crate::seed`]): it is not asked whether the command came before. To be kept by [`record`].
///
/// # Errors
/// The store failed; inside: the command was refused.
pub fn prepare(
    history: &mut dyn History,
    book: &RuleBook,
    account: &Account,
    case: &mut Case,
    envelope: &Envelope,
    now: Timestamp,
) -> Result<Result<Accepted, Box<Problem>>, StoreError> {
    match decide_one(history, book, account, case, envelope, now)? {
        Decision::Accepted(act) => accept(history, book, account, envelope, envelope.payload.digest(), case, *act).map(Ok),
        Decision::Refused(problem) => Ok(Err(problem)),
        Decision::Moved => Ok(Err(Box::new(conflict()))),
        Decision::Waits => Ok(Err(Box::new(waits("a command that it depends on is not here")))),
    }
}

/// Gives an act the numbers that it asks for; the case goes on with both.
fn accept(
    history: &mut dyn History,
    book: &RuleBook,
    account: &Account,
    envelope: &Envelope,
    digest: Digest,
    case: &mut Case,
    mut act: Act,
) -> Result<Accepted, StoreError> {
    let mut numbers = Vec::new();
    if let Some(row) = accounts::office(&act.office) {
        let next = |office: &Office, series: &str, year| history.next_sequence(&office.code, series, year);
        numbers = numbering::issue(book, row, case, &mut act, next)?;
    }
    case.apply(&act);
    let seen_by = seen_by(case.office.as_ref().unwrap_or(&act.office), case.rules.as_ref().unwrap_or(&act.rules));
    let kept = KeptAct { author: account.id, device: envelope.device, payload_sha256: digest, seen_by, act };
    Ok(Accepted { kept, numbers, entries: public::entries(case, book) })
}

/// Keeps what was decided.
///
/// # Errors
/// The store failed.
pub fn record(tx: &Tx<'_>, accepted: &Accepted) -> Result<(), StoreError> {
    tx.add_act(&accepted.kept)?;
    accepted.numbers.iter().try_for_each(|issued| tx.add_number(&accepted.kept.act, issued))?;
    tx.link_files(&accepted.kept)?;
    tx.publish(&accepted.entries)
}

/// The receipt of an act that the server holds.
#[must_use]
pub fn receipt(kept: &KeptAct) -> Receipt {
    let numbers: Table<_, _> = kept.act.numbers().map(|(series, number)| (series.to_owned(), number.to_owned())).collect();
    Receipt {
        command_id: kept.act.command_id,
        payload_sha256: kept.payload_sha256,
        server_time: kept.act.recorded_at.unwrap_or(Timestamp(0)),
        revision: kept.act.revision,
        numbers,
    }
}

/// What became of a command, for whoever sent it or sees its case; `None` if the server does not hold it.
///
/// # Errors
/// The store failed.
pub fn outcome(store: &Store, account: &Account, command: &CommandId) -> Result<Option<CommandResult>, StoreError> {
    store.read(|tx| {
        if let Some(kept) = tx.act(command)? {
            let visible = kept.author == account.id || account.scope().holds(&kept.seen_by) || tx.carries(command, &account.id)?;
            return Ok(visible.then(|| held(ResultKind::Applied, kept)));
        }
        let Some(refusal) = tx.refusal(command)? else { return Ok(None) };
        let visible = refusal.author == account.id || tx.carries(command, &account.id)?;
        Ok(visible.then_some(refusal).map(|refusal| refused(*command, refusal.problem)))
    })
}

fn malformed(detail: &str) -> Problem {
    let mut malformed = problem(StatusCode::UNPROCESSABLE_ENTITY, "/problems/malformed", "The command cannot be read", Retry::Never);
    detail.clone_into(&mut malformed.detail);
    malformed
}

fn another_author() -> Problem {
    problem(StatusCode::FORBIDDEN, "/problems/author", "Another author", Retry::Never)
}

fn no_office() -> Problem {
    problem(StatusCode::FORBIDDEN, "/problems/office", "The account has no office", Retry::Never)
}

fn id_reused() -> Problem {
    problem(StatusCode::CONFLICT, "/problems/id-reused", "The command id belongs to another command", Retry::Never)
}

fn result(command: CommandId, result: ResultKind, problem: Problem) -> CommandResult {
    CommandResult { command_id: command, result, receipt: None, act: None, problem: Some(Problem { command_id: Some(command), ..problem }) }
}

fn moved(command: CommandId) -> CommandResult {
    result(command, ResultKind::Conflict, conflict())
}

fn conflict() -> Problem {
    problem(StatusCode::CONFLICT, "/problems/conflict", "The case has moved on", Retry::Later)
}

fn refused(command: CommandId, problem: Problem) -> CommandResult {
    result(command, ResultKind::Rejected, problem)
}

fn deferred(command: CommandId, detail: &str) -> CommandResult {
    result(command, ResultKind::Deferred, waits(detail))
}

fn waits(detail: &str) -> Problem {
    let mut waits = problem(StatusCode::FAILED_DEPENDENCY, "/problems/deferred", "Not yet", Retry::Later);
    detail.clone_into(&mut waits.detail);
    waits
}

fn duplicate(kept: KeptAct) -> CommandResult {
    held(ResultKind::Duplicate, kept)
}

fn held(result: ResultKind, kept: KeptAct) -> CommandResult {
    CommandResult { command_id: kept.act.command_id, result, receipt: Some(receipt(&kept)), act: Some(kept.act), problem: None }
}
