//! Commands: what is taken, what is refused and how, and that each has one effect.

use std::sync::Barrier;

use serde::Serialize;
use serde_json::{Value, json};
use sips_lapangan::api::wire::{ResultKind, Retry, WholeCase};
use sips_lapangan::domain::case::{Act, Effect};
use sips_lapangan::domain::command::Payload;
use sips_lapangan::domain::decide::Reason;
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::form::ProblemCode;

use super::article::{COMMANDS, LIMITS, WORDS};
use crate::difference::difference;
use crate::petition::{decided, new_ids};
use crate::world::{World, case_id, case_path, command_id, refused, taken};
use crate::{Check, Fault, Outcome, failed, hold};

/// Threads that send the same command at once.
const AT_ONCE: usize = 8;
/// The most commands of a batch that are sent at once, whatever a backend takes.
const MOST_BATCH: u32 = 200;
/// How far the time on a receipt may be from the clock of the answer.
const CLOCK_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

const fn check(id: &'static str, article: &'static str, holds: &'static str, mend: &'static str, run: fn(&World<'_>) -> Outcome) -> Check {
    Check { id, level: 0, article, holds, mend, thorough: false, run }
}

pub(super) const CHECKS: &[Check] = &[
    check(
        "commands.applied",
        COMMANDS,
        "a valid petition becomes the first act of its case, under its own id",
        "Decide the command by the rules that it names; if they hold, keep the act and answer applied with receipt and act.",
        applied,
    ),
    check(
        "commands.decided",
        WORDS,
        "the act is what the rules make of the command",
        "Decide with the same rules, not by one's own reading of them: the project's core can be called as it is.",
        act_is_decided,
    ),
    check(
        "commands.digest",
        COMMANDS,
        "the receipt's digest is that of the payload as it was sent",
        "Take SHA-256 of the payload's canonical JSON (RFC 8785), nothing added, nothing left out.",
        digest,
    ),
    check(
        "commands.receipt",
        WORDS,
        "the receipt has the command's id, its revision and the server's time",
        "Fill commandId, revision (the act's place in its case) and serverTime (the clock of Date) from what was kept.",
        receipt,
    ),
    check(
        "commands.duplicate",
        COMMANDS,
        "the same command again is a duplicate with the first receipt and act",
        "Look the id up before deciding and answer with what was kept: a device repeats whatever it has no receipt of.",
        duplicate,
    ),
    check(
        "commands.duplicate_envelope",
        COMMANDS,
        "it is the same command whatever surrounds the payload the second time",
        "Compare id, author, case and payload alone; base, rules and clock may be others.",
        duplicate_envelope,
    ),
    check(
        "commands.id_payload",
        COMMANDS,
        "the same id with another payload is refused and changes nothing",
        "Keep the digest of the payload with the id, and refuse what differs. Never overwrite.",
        id_payload,
    ),
    check(
        "commands.id_case",
        COMMANDS,
        "the same id for another case is refused and changes nothing",
        "An id belongs to one case and author as well; keep both with it.",
        id_case,
    ),
    check(
        "commands.concurrent",
        COMMANDS,
        "one id sent eight times at once has one effect",
        "Look up, decide and keep in one transaction with a unique key on the command's id; those that come second answer duplicate.",
        concurrent,
    ),
    check(
        "commands.conflict",
        COMMANDS,
        "a command behind the case's revision is a conflict and changes nothing",
        "Compare base.revision with the case's revision in the transaction that keeps the act, and answer conflict.",
        conflict,
    ),
    check(
        "commands.seen",
        COMMANDS,
        "a command whose author saw another form than the case has is a conflict, whatever its number",
        "Where base.seen is not empty, compare it with the case's form of that act in the transaction that decides, and answer conflict.",
        seen,
    ),
    check(
        "commands.last",
        COMMANDS,
        "a command whose author saw another last act than the case has is a conflict, whatever its number",
        "Where base.last is given, compare it with the command of the case's last act in the transaction that decides, and answer conflict.",
        last,
    ),
    check(
        "commands.conflict_race",
        COMMANDS,
        "of two commands on the same revision at the same time one is taken, the other is a conflict",
        "Lock the case, or keep a unique key on case and revision, in the transaction that decides.",
        conflict_race,
    ),
    check(
        "commands.rebase",
        COMMANDS,
        "after a conflict the same id is taken with the new base",
        "A conflict leaves no trace of the id: decide it anew when it comes again.",
        rebase,
    ),
    check(
        "commands.lane",
        WORDS,
        "one request has at most one command a case: the next is deferred",
        "Of several commands of one case in a request take the first and answer the others deferred, whatever becomes of the first.",
        lane,
    ),
    check(
        "commands.order",
        WORDS,
        "the commands of a case take effect in their order, each at the next revision",
        "Count the revision in the transaction that keeps the act: 1, 2, 3 without a gap.",
        order,
    ),
    check(
        "commands.rejected",
        COMMANDS,
        "a petition with a wrong field is rejected, points at it, and leaves nothing behind",
        "Answer rejected with a problem whose fields have JSON pointers into the answers; keep no act and no case.",
        rejected,
    ),
    check(
        "commands.deferred",
        COMMANDS,
        "a command whose dependsOn is not held is deferred, and taken once it is",
        "Look up every id of dependsOn before deciding; a deferred command is not kept.",
        deferred,
    ),
    check(
        "commands.corrects",
        COMMANDS,
        "of a command and its correction one is taken",
        "Keep corrects with the act, and refuse a command that an act of its case names there, or that names one.",
        corrects,
    ),
    check(
        "commands.batch",
        LIMITS,
        "a batch of the size that discovery states is answered whole, each by its id",
        "Answer one result a command. limits.batch says how many are taken.",
        batch,
    ),
    check(
        "commands.batch_limit",
        LIMITS,
        "one command more than that is 413, and none of them is taken",
        "Count before the first one is decided.",
        batch_limit,
    ),
    check(
        "commands.neighbours",
        COMMANDS,
        "a command that cannot be read does not stop the others of its request",
        "Read each envelope by itself and answer it by its id.",
        neighbours,
    ),
    check(
        "commands.schema",
        COMMANDS,
        "another schema of envelopes is refused with after-update",
        "Look at schema first; an unknown one is newer or older than the server, not wrong.",
        schema,
    ),
    check(
        "commands.kind",
        COMMANDS,
        "an act that the rules do not have is refused with after-update",
        "Refuse what is not known; never keep it as it is.",
        kind,
    ),
    check(
        "commands.version",
        COMMANDS,
        "rules or a calendar of another version or digest are refused with after-update",
        "Compare id, version and digest with what the server has; never decide by another one.",
        version,
    ),
    check(
        "commands.author",
        COMMANDS,
        "a command of another author is refused, and its id stays free for its author",
        "Compare author with the session before anything is looked up or kept.",
        author,
    ),
    check(
        "commands.training",
        COMMANDS,
        "a command that was made in training is refused for good by a server that is not for training, and leaves nothing behind",
        "Refuse every command with training set before anything is looked up or kept, unless discovery says training.",
        training,
    ),
    check(
        "commands.office",
        COMMANDS,
        "a command for an office that is not the author's is refused",
        "Decide by the account's own office and role, never by what the envelope says.",
        office,
    ),
    check(
        "commands.foreign_case",
        COMMANDS,
        "nobody acts in another office's case or learns whose it is",
        "Refuse a case id of another office, and let the problem name neither the office nor the case's acts.",
        foreign_case,
    ),
    check(
        "commands.future",
        COMMANDS,
        "an act that is said to have happened tomorrow is refused",
        "Hold happenedAt against the server's clock, with ten minutes of tolerance.",
        future,
    ),
];

/// Compares what two answers say of the same command.
fn same<T: Serialize>(what: &str, first: &T, second: &T) -> Outcome {
    match difference(first, second) {
        None => Ok(()),
        Some(places) => failed(format!("{what}: {places}")),
    }
}

/// The case as it stands; `None` below level 1.
fn case(world: &World<'_>, command: &Value) -> Result<Option<WholeCase>, Fault> {
    if world.settings.level < 1 {
        return Ok(None);
    }
    world.get(world.account()?, &case_path(command))?.read().map(Some)
}

fn applied(world: &World<'_>) -> Outcome {
    let (command, _, act) = world.applied(world.account()?)?;
    hold!(act.command_id.to_string() == command_id(&command), "the act is of command {}", act.command_id);
    hold!(act.case_id.to_string() == case_id(&command), "the act is of case {}", act.case_id);
    hold!(act.act == "receive", "the act is `{}`, not `receive`", act.act);
    hold!(act.revision == 1, "the first act has revision {}", act.revision);
    hold!(act.recorded_at.is_some(), "the act has no recordedAt");
    Ok(())
}

/// An act without what the server alone adds.
fn bare(act: &Act) -> Act {
    let mut act = act.clone();
    act.effects.retain(|effect| !matches!(effect, Effect::Numbered { .. }));
    (act.recorded_at, act.revision) = (None, 0);
    act
}

fn act_is_decided(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let (command, _, act) = world.applied(account)?;
    let expected = match decided(&command, &[], account, world.client.now())? {
        Ok(expected) => expected,
        Err(reasons) => return failed(format!("it took what the rules refuse: {reasons:?}")),
    };
    same("the act as the rules make it, and as the server does", &expected, &bare(&act))
}

fn digest(world: &World<'_>) -> Outcome {
    let (command, receipt, _) = world.applied(world.account()?)?;
    let payload: Payload = match serde_json::from_value(command["payload"].clone()) {
        Ok(payload) => payload,
        Err(error) => return failed(format!("the payload of this kit cannot be read: {error}")),
    };
    same("SHA-256 of the payload, and payloadSha256", &payload.digest(), &receipt.payload_sha256)
}

fn receipt(world: &World<'_>) -> Outcome {
    let (command, receipt, act) = world.applied(world.account()?)?;
    hold!(receipt.command_id.to_string() == command_id(&command), "the receipt is of command {}", receipt.command_id);
    hold!(receipt.revision == act.revision, "the receipt has revision {}, the act {}", receipt.revision, act.revision);
    let apart = world.client.now().since(receipt.server_time);
    hold!(apart.abs() <= CLOCK_MS, "serverTime is {}, Date shows {}", receipt.server_time, world.client.now());
    let numbers: Vec<_> = act.numbers().collect();
    let told: Vec<_> = receipt.numbers.iter().map(|(series, number)| (series.as_str(), number.as_str())).collect();
    same("the numbers of the act, and of the receipt", &numbers, &told)
}

fn duplicate(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let (command, receipt, act) = world.applied(account)?;
    for _ in 0..2 {
        let (again, act_again) = taken(world.push_one(account, &command)?, ResultKind::Duplicate)?;
        same("the receipt", &receipt, &again)?;
        same("the act", &act, &act_again)?;
    }
    if let Some(case) = case(world, &command)? {
        hold!(case.acts.len() == 1, "the case has {} acts of one command", case.acts.len());
    }
    Ok(())
}

fn duplicate_envelope(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let (command, receipt, _) = world.applied(account)?;
    let mut again = command.clone();
    again["base"]["revision"] = 1.into();
    again["madeAt"]["offsetMs"] = 4_711.into();
    again["device"] = "01980000-0000-7000-8000-0000000000c9".into();
    let (second, _) = taken(world.push_one(account, &again)?, ResultKind::Duplicate)?;
    same("the receipt", &receipt, &second)
}

/// Refuses what reuses an id, and leaves the first command as it was.
fn reused(world: &World<'_>, change: impl Fn(&mut Value)) -> Outcome {
    let account = world.account()?;
    let (command, receipt, act) = world.applied(account)?;
    let mut other = command.clone();
    change(&mut other);
    world.reject(account, &other)?;
    let (kept, kept_act) = taken(world.push_one(account, &command)?, ResultKind::Duplicate)?;
    same("the first command's receipt", &receipt, &kept)?;
    same("the first command's act", &act, &kept_act)?;
    if case_id(&other) != case_id(&command) {
        world.has_no_case(account, &other)?;
    }
    Ok(())
}

fn id_payload(world: &World<'_>) -> Outcome {
    reused(world, |other| other["payload"]["answers"]["grounds"] = "Uji kesesuaian, lain.".into())
}

fn id_case(world: &World<'_>) -> Outcome {
    let (_, other_case) = new_ids(world.client.now())?;
    reused(world, |other| other["caseId"] = json!(other_case))
}

fn concurrent(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let command = world.petition(account)?;
    let start = Barrier::new(AT_ONCE);
    let send = || {
        start.wait();
        world.push_one(account, &command)
    };
    let results: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(send)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| failed("a thread of this kit ended early"))).collect()
    });
    let mut receipts = Vec::new();
    let mut first = 0;
    for result in results {
        let result = result?;
        first += usize::from(result.result == ResultKind::Applied);
        let kind = if result.result == ResultKind::Applied { ResultKind::Applied } else { ResultKind::Duplicate };
        receipts.push(taken(result, kind)?);
    }
    for other in &receipts[1..] {
        same("receipt and act of one id that was sent at the same time", &receipts[0], other)?;
    }
    hold!(first == 1, "{first} of {AT_ONCE} answers say applied");
    if let Some(case) = case(world, &command)? {
        hold!(case.acts.len() == 1, "the case has {} acts of one command", case.acts.len());
    }
    Ok(())
}

fn conflict(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let (first, ..) = world.applied(account)?;
    let behind = world.note(account, &first, 0)?;
    let ahead = world.note(account, &first, 7)?;
    for command in [&behind, &ahead] {
        let result = world.push_one(account, command)?;
        let base = &command["base"]["revision"];
        hold!(result.result == ResultKind::Conflict, "the case is at 1, the base {base}: the answer is {:?}", result.result);
        let receipt = world.receipt(account, command)?;
        hold!(receipt.status == 404, "a command that met a conflict has a receipt: {}", receipt.shown());
    }
    if let Some(case) = case(world, &first)? {
        hold!(case.revision == 1 && case.acts.len() == 1, "the case is at revision {} after a conflict", case.revision);
    }
    Ok(())
}

fn seen(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let (first, ..) = world.applied(account)?;
    let mut note = world.note(account, &first, 1)?;
    let saw = note["base"].take();
    note["base"] = json!({ "revision": 1, "seen": { "text": "Yang tidak pernah dicatat" } });
    let result = world.push_one(account, &note)?;
    hold!(result.result == ResultKind::Conflict, "the case has no such form: the answer is {:?}", result.result);
    note["base"] = saw;
    taken(world.push_one(account, &note)?, ResultKind::Applied)?;
    Ok(())
}

fn last(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let (first, ..) = world.applied(account)?;
    let mut note = world.note(account, &first, 1)?;
    note["base"]["last"] = note["commandId"].clone();
    let result = world.push_one(account, &note)?;
    hold!(result.result == ResultKind::Conflict, "the case has no such act: the answer is {:?}", result.result);
    note["base"]["last"] = first["commandId"].clone();
    taken(world.push_one(account, &note)?, ResultKind::Applied)?;
    Ok(())
}

fn conflict_race(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let (first, ..) = world.applied(account)?;
    let notes: Vec<Value> = (0..AT_ONCE).map(|_| world.note(account, &first, 1)).collect::<Result<_, _>>()?;
    let start = Barrier::new(AT_ONCE);
    let send = |note: &Value| {
        start.wait();
        world.push_one(account, note)
    };
    let results: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = notes.iter().map(|note| scope.spawn(|| send(note))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| failed("a thread of this kit ended early"))).collect()
    });
    let mut first_ones = 0;
    for result in results {
        match result?.result {
            ResultKind::Applied => first_ones += 1,
            ResultKind::Conflict => {}
            other => return failed(format!("a note on a revision that another note took is {other:?}")),
        }
    }
    hold!(first_ones == 1, "{first_ones} of {AT_ONCE} commands on revision 1 were taken");
    if let Some(case) = case(world, &first)? {
        hold!(case.revision == 2 && case.acts.len() == 2, "the case is at revision {} with {} acts", case.revision, case.acts.len());
    }
    Ok(())
}

fn rebase(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let (first, ..) = world.applied(account)?;
    let mut note = world.note(account, &first, 0)?;
    let result = world.push_one(account, &note)?;
    hold!(result.result == ResultKind::Conflict, "the case is at 1, the base 0: the answer is {:?}", result.result);
    note["base"]["revision"] = 1.into();
    let (receipt, _) = world.apply(account, &note)?;
    hold!(receipt.revision == 2, "the second act has revision {}", receipt.revision);
    Ok(())
}

fn lane(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    if world.discovery()?.limits.batch < 5 {
        return Err(Fault::Skipped("the backend takes fewer than five commands".to_owned()));
    }
    let first = world.petition(account)?;
    let second = world.note(account, &first, 1)?;
    let other = world.petition(account)?;
    // A head that is refused holds its lane as well.
    let mut broken = world.petition(account)?;
    broken["payload"]["answers"]["object_kind"] = "letter".into();
    let behind = world.note(account, &broken, 0)?;
    let results = world.push(account, &[first.clone(), second.clone(), other, broken, behind.clone()])?;
    let kinds: Vec<_> = results.iter().map(|result| result.result).collect();
    use ResultKind::{Applied, Deferred, Rejected};
    same(
        "what becomes of a first and second, another case, a refused first and its second",
        &vec![Applied, Deferred, Applied, Rejected, Deferred],
        &kinds,
    )?;
    for result in [&results[1], &results[4]] {
        let retry = result.problem.as_ref().and_then(|problem| problem.retry);
        hold!(retry == Some(Retry::Later), "a deferred command has retry {retry:?}");
    }
    world.knows_nothing(account, &behind)?;
    world.apply(account, &second).map(|_| ())
}

fn order(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let (first, ..) = world.applied(account)?;
    let mut sent = vec![command_id(&first).to_owned()];
    for revision in 1..=3 {
        let note = world.note(account, &first, revision)?;
        let (receipt, act) = world.apply(account, &note)?;
        hold!((receipt.revision, act.revision) == (revision + 1, revision + 1), "act {} has revision {}", revision + 1, receipt.revision);
        sent.push(command_id(&note).to_owned());
    }
    if let Some(case) = case(world, &first)? {
        let kept: Vec<String> = case.acts.iter().map(|act| act.command_id.to_string()).collect();
        same("the commands as they were sent, and those of the case's acts", &sent, &kept)?;
    }
    Ok(())
}

fn rejected(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let mut wrong = world.petition(account)?;
    wrong["payload"]["answers"]["object_kind"] = "letter".into();
    let problem = world.reject_with(account, &wrong, Retry::Never, "a field that no form takes")?;
    let pointed = problem.fields.iter().any(|field| field.pointer == "/object_kind");
    hold!(pointed, "fields is {:?}; it should point at /object_kind", problem.fields);
    let reasons = problem.reasons.iter();
    let named = reasons.filter(|reason| matches!(reason, Reason::Form { problem } if problem.code == ProblemCode::NotAnOption)).count();
    hold!(named == 1, "reasons is {:?}; it should say that `letter` is no option", problem.reasons);
    world.has_no_case(account, &wrong)?;
    // Nothing else has become of it: sent again it is refused again.
    world.reject(account, &wrong).map(|_| ())
}

fn deferred(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let first = world.petition(account)?;
    let mut second = world.petition(account)?;
    second["dependsOn"] = json!([command_id(&first)]);
    let result = world.push_one(account, &second)?;
    hold!(result.result == ResultKind::Deferred, "what it depends on is not held, the answer is {:?}", result.result);
    let retry = result.problem.and_then(|problem| problem.retry);
    hold!(retry == Some(Retry::Later), "a deferred command has retry {retry:?}");
    world.knows_nothing(account, &second)?;
    world.apply(account, &first)?;
    world.apply(account, &second).map(|_| ())
}

fn corrects(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let mut first = world.petition(account)?;
    let mut second = world.petition(account)?;
    second["caseId"] = first["caseId"].clone();
    second["corrects"] = json!([command_id(&first)]);
    world.apply(account, &second)?;
    // A device that did not hear of the correction gives the first one back.
    first["base"]["revision"] = 1.into();
    let problem = world.reject(account, &first)?;
    let named = problem.reasons.contains(&Reason::Once);
    hold!(named, "reasons is {:?}; it should say that it was done already", problem.reasons);
    Ok(())
}

fn petitions(world: &World<'_>, count: u32) -> Result<Vec<Value>, Fault> {
    (0..count).map(|_| world.petition(world.account()?)).collect()
}

fn batch(world: &World<'_>) -> Outcome {
    let commands = petitions(world, world.discovery()?.limits.batch.min(MOST_BATCH))?;
    for result in world.push(world.account()?, &commands)? {
        taken(result, ResultKind::Applied)?;
    }
    Ok(())
}

fn batch_limit(world: &World<'_>) -> Outcome {
    let most = world.discovery()?.limits.batch;
    if most > MOST_BATCH {
        return Err(Fault::Skipped(format!("the backend takes {most} commands at once")));
    }
    let account = world.account()?;
    let commands = petitions(world, most + 1)?;
    world.post(account, &commands)?.refused(413, Some(Retry::Never))?;
    world.knows_nothing(account, &commands[0])
}

fn neighbours(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    if world.discovery()?.limits.batch < 3 {
        return Err(Fault::Skipped("the backend takes fewer than three commands".to_owned()));
    }
    let (first, last) = (world.petition(account)?, world.petition(account)?);
    let mut broken = world.petition(account)?;
    broken["happenedAt"] = "kemarin".into();
    let mut results = world.push(account, &[first, broken, last])?.into_iter();
    for expected in [ResultKind::Applied, ResultKind::Rejected, ResultKind::Applied] {
        let result = results.next().map(|result| result.result);
        hold!(result == Some(expected), "of a whole, a broken and a whole command one is {result:?}, not {expected:?}");
    }
    Ok(())
}

/// Refuses a petition after a change, with this advice, and keeps nothing of it.
fn refused_with(world: &World<'_>, retry: Retry, what: &str, change: impl Fn(&mut Value)) -> Outcome {
    let account = world.account()?;
    let mut command = world.petition(account)?;
    change(&mut command);
    world.reject_with(account, &command, retry, what)?;
    world.has_no_case(account, &command)
}

fn schema(world: &World<'_>) -> Outcome {
    refused_with(world, Retry::AfterUpdate, "schema 9", |command| command["schema"] = 9.into())
}

fn kind(world: &World<'_>) -> Outcome {
    refused_with(world, Retry::AfterUpdate, "an unknown act", |command| command["payload"]["act"] = "uji_kesesuaian".into())
}

fn version(world: &World<'_>) -> Outcome {
    let other = json!(Digest::of(b"uji kesesuaian"));
    for part in ["rules", "calendar"] {
        for (key, value) in [("version", json!(9_999)), ("digest", other.clone()), ("id", json!("uji-kesesuaian"))] {
            let what = format!("another {key} of {part}");
            refused_with(world, Retry::AfterUpdate, &what, |command| command[part][key] = value.clone())?;
        }
    }
    Ok(())
}

fn training(world: &World<'_>) -> Outcome {
    if world.discovery()?.training {
        return Err(Fault::Skipped("this backend is for training".to_owned()));
    }
    refused_with(world, Retry::Never, "a command of training", |command| command["training"] = json!(true))
}

fn author(world: &World<'_>) -> Outcome {
    let (account, colleague) = (world.account()?, world.colleague()?);
    let theirs = world.petition(colleague)?;
    world.reject(account, &theirs)?;
    let answer = world.receipt(account, &theirs)?;
    hold!(answer.status == 404, "whoever tried it sees a receipt of it: {}", answer.shown());
    let result = world.push_one(colleague, &theirs)?;
    hold!(result.result == ResultKind::Applied, "after somebody else tried to send it, its author is told {:?}", result.result);
    Ok(())
}

fn office(world: &World<'_>) -> Outcome {
    let code = world.other()?.me.office.code.clone();
    refused_with(world, Retry::Never, "another office", |command| command["office"] = json!(code))
}

fn foreign_case(world: &World<'_>) -> Outcome {
    let (account, other) = (world.account()?, world.other()?);
    let (first, ..) = world.applied(account)?;
    for revision in [0, 1] {
        let intruder = world.note(other, &first, revision)?;
        let result = world.push_one(other, &intruder)?;
        hold!(result.result == ResultKind::Rejected, "on revision {revision} of another office's case the answer is {:?}", result.result);
        let problem = refused(result)?;
        let told = serde_json::to_string(&problem).unwrap_or_default();
        let office = &account.me.office;
        for secret in [office.code.0.as_str(), office.name.as_str(), account.me.name.as_str()] {
            hold!(!told.contains(&format!("\"{secret}\"")) && !problem.detail.contains(secret), "the refusal names `{secret}`");
        }
    }
    if let Some(case) = case(world, &first)? {
        hold!(case.acts.len() == 1, "the case has {} acts after another office tried", case.acts.len());
    }
    Ok(())
}

fn future(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let first = world.applied(account)?.0;
    // The form's own time has to go along with it, so that nothing but the clock stands against it.
    let tomorrow = world.client.now().plus(DAY_MS);
    let note = crate::petition::note(account, crate::world::DEVICE, tomorrow, case_id(&first), 1)?;
    let problem = world.reject(account, &note)?;
    let named = problem.reasons.iter().any(|reason| matches!(reason, Reason::InTheFuture));
    hold!(named, "the refusal's reasons are {:?}; they should say that it is in the future", problem.reasons);
    Ok(())
}
