//! Pulling: the chain of cursors is complete, in order, of one history, and shows nobody more than they may see.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use sips_lapangan::api::endpoint;
use sips_lapangan::domain::case::Act;

use super::article::CHANGES;
use crate::difference::difference;
use crate::world::{Walk, World, case_id, command_id};
use crate::{Check, Fault, Outcome, failed, hold};

/// The most acts of a page.
const PAGE_ACTS: usize = 500;
/// The most bytes of a page.
const PAGE_BYTES: usize = 1_024 * 1_024;
/// Petitions with long grounds that do not fit in one page.
const LONG_ONES: usize = 8;
/// Letters of such grounds.
const LONG: usize = 170_000;
/// Threads that send while somebody pulls, and petitions of each.
const SENDERS: usize = 4;
const EACH: usize = 5;

const fn check(id: &'static str, holds: &'static str, mend: &'static str, run: fn(&World<'_>) -> Outcome) -> Check {
    Check { id, level: 1, article: CHANGES, holds, mend, thorough: false, run }
}

pub(super) const CHECKS: &[Check] = &[
    check(
        "changes.complete",
        "from the start the feed has every act that was answered, each once, as it was answered",
        "Read the feed from the table that the acts are kept in, by one position that rises with every act.",
        complete,
    ),
    check(
        "changes.order",
        "acts come in the order in which they were taken, revisions without a gap",
        "Order by the position that was given when the act was kept, not by happenedAt, id or case.",
        order,
    ),
    check(
        "changes.from",
        "a page repeats the cursor that was asked for; the first one is empty",
        "Copy the request's cursor to from. A device applies a page only where it fits.",
        from,
    ),
    check(
        "changes.next",
        "the page after the last one has what came since, and nothing twice",
        "next is the position of the page's last act; the following page begins behind it.",
        next,
    ),
    check(
        "changes.again",
        "the same cursor asked again gives the same acts",
        "A cursor is a position, not a session: a lost page is asked for again.",
        again,
    ),
    check(
        "changes.epoch",
        "the epoch stays the same, whoever asks",
        "Draw the epoch when the database is made, and anew only when a backup is restored.",
        epoch,
    ),
    check("changes.rejected", "what was refused, deferred or met a conflict is not in the feed", "Only acts are in the feed.", rejected),
    check(
        "changes.page_bytes",
        "a page has at most 1 MiB, and more is true until the last one",
        "End a page before it grows too large, and set more if another act follows that the account sees.",
        page_bytes,
    ),
    Check {
        thorough: true,
        ..check("changes.page_acts", "a page has at most 500 acts", "Limit the page by number as well as by bytes.", page_acts)
    },
    check(
        "changes.race",
        "who pulls while others send misses nothing",
        "Positions have to become visible in their order: give them in the transaction that keeps the act, and let no later one be \
         read before an earlier one is there.",
        race,
    ),
    check(
        "changes.foreign_cursor",
        "a cursor of another history or scope is 410",
        "Let a cursor carry what tells it apart (epoch and scope, with a check over both), and answer any other 410 as a problem. \
         200 from the start would be applied on top of what is there.",
        foreign_cursor,
    ),
    check(
        "changes.scope",
        "another office sees none of it, a colleague all of it",
        "Filter the feed by the offices that the account sees.",
        scope,
    ),
    check(
        "changes.hidden",
        "hidden never names a case that the account sees",
        "hidden names cases that the account no longer sees, as ids.",
        hidden,
    ),
];

/// Sends this many petitions, each with a note behind it; all commands in the order in which they were taken.
fn sent(world: &World<'_>, cases: usize) -> Result<(Vec<Value>, Vec<Act>), Fault> {
    let account = world.account()?;
    let (mut commands, mut acts) = (Vec::new(), Vec::new());
    for _ in 0..cases {
        let (command, _, act) = world.applied(account)?;
        commands.push(command);
        acts.push(act);
    }
    for first in commands.clone() {
        let note = world.note(account, &first, 1)?;
        acts.push(world.apply(account, &note)?.1);
        commands.push(note);
    }
    Ok((commands, acts))
}

fn has_exactly(walk: &Walk, commands: &[Value], acts: &[Act]) -> Outcome {
    let found = walk.of(commands);
    for command in commands {
        let times = found.iter().filter(|act| act.command_id.to_string() == command_id(command)).count();
        hold!(times == 1, "the act of command {} is in the feed {times} times", command_id(command));
    }
    for act in acts {
        let other = found.iter().find(|other| other.command_id == act.command_id).and_then(|other| difference(act, other));
        if let Some(places) = other {
            return failed(format!("the act of command {} is another in the feed than in the answer: {places}", act.command_id));
        }
    }
    Ok(())
}

fn complete(world: &World<'_>) -> Outcome {
    let (commands, acts) = sent(world, 3)?;
    has_exactly(&world.walk(world.account()?, None)?, &commands, &acts)
}

fn order(world: &World<'_>) -> Outcome {
    let end = world.end()?.to_owned();
    let (commands, _) = sent(world, 3)?;
    let account = world.account()?;
    let walk = world.walk(account, Some(&end))?;
    let found: Vec<String> = walk.of(&commands).iter().map(|act| act.command_id.to_string()).collect();
    let expected: Vec<String> = commands.iter().map(|command| command_id(command).to_owned()).collect();
    if let Some(places) = difference(&expected, &found) {
        return failed(format!("commands in the order in which they were taken, and in the feed: {places}"));
    }
    let mut revisions = BTreeMap::new();
    for act in world.walk(account, None)?.acts() {
        let before = revisions.insert(act.case_id, act.revision).unwrap_or(0);
        hold!(act.revision == before + 1, "case {}: after revision {before} comes {}", act.case_id, act.revision);
    }
    Ok(())
}

fn from(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let (first, _) = world.page(account, None)?;
    hold!(first.from.is_empty(), "without a cursor from is `{}`", first.from);
    hold!(!first.next.is_empty(), "next is empty");
    let (second, _) = world.page(account, Some(&first.next))?;
    hold!(second.from == first.next, "asked with `{}`, from is `{}`", first.next, second.from);
    Ok(())
}

fn next(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let mut cursor = world.walk(account, Some(world.end()?))?.next;
    for _ in 0..3 {
        let (command, _, act) = world.applied(account)?;
        let walk = world.walk(account, Some(&cursor))?;
        has_exactly(&walk, std::slice::from_ref(&command), std::slice::from_ref(&act))?;
        let count = walk.acts().filter(|act| act.office == account.me.office.code).count();
        hold!(count == 1, "after one act the next page has {count}");
        cursor = walk.next;
    }
    let quiet = world.walk(account, Some(&cursor))?;
    hold!(quiet.acts().count() == 0, "nothing came since, and the page has {} acts", quiet.acts().count());
    Ok(())
}

fn again(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let end = world.end()?.to_owned();
    world.applied(account)?;
    let (first, _) = world.page(account, Some(&end))?;
    let (second, _) = world.page(account, Some(&end))?;
    hold!(
        first.acts == second.acts && first.next == second.next,
        "`{end}` asked twice gives {} and {} acts",
        first.acts.len(),
        second.acts.len()
    );
    hold!(!first.acts.is_empty(), "an act came, and the page has none");
    Ok(())
}

fn epoch(world: &World<'_>) -> Outcome {
    let mut epochs = Vec::new();
    for session in [world.account()?, world.colleague()?, world.other()?] {
        let (first, _) = world.page(session, None)?;
        let (second, _) = world.page(session, Some(&first.next))?;
        epochs.extend([first.epoch, second.epoch]);
    }
    hold!(!epochs[0].is_empty() && epochs.iter().all(|epoch| *epoch == epochs[0]), "one after the other the epochs are {epochs:?}");
    Ok(())
}

fn rejected(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let end = world.end()?.to_owned();
    let mut wrong = world.petition(account)?;
    wrong["payload"]["answers"]["object_kind"] = "letter".into();
    let mut waits = world.petition(account)?;
    waits["dependsOn"] = json!([command_id(&wrong)]);
    let mut moved = world.petition(account)?;
    moved["base"]["revision"] = 3.into();
    let commands = [wrong, waits, moved];
    for command in &commands {
        world.push_one(account, command)?;
    }
    let walk = world.walk(account, Some(&end))?;
    match walk.of(&commands).first() {
        Some(act) => failed(format!("command {} had no effect and has an act in the feed", act.command_id)),
        None => Ok(()),
    }
}

/// Goes through pages and holds each against the limits.
fn limited(world: &World<'_>, from: &str, commands: &[Value]) -> Outcome {
    let account = world.account()?;
    let walk = world.walk(account, Some(from))?;
    for (page, bytes) in &walk.pages {
        hold!(page.acts.len() <= PAGE_ACTS, "a page has {} acts", page.acts.len());
        hold!(*bytes <= PAGE_BYTES, "a page has {bytes} bytes");
        hold!(!page.more || !page.acts.is_empty(), "a page without an act says that there is more");
    }
    let missing = commands.len() - walk.of(commands).len().min(commands.len());
    hold!(missing == 0, "`more` is false although {missing} acts are still to come");
    Ok(())
}

fn page_bytes(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let room = world.discovery()?.limits.request_bytes;
    if room < 2 * LONG as u64 {
        return Err(Fault::Skipped(format!("the backend takes requests of at most {room} bytes")));
    }
    let end = world.walk(account, Some(world.end()?))?.next;
    let mut commands = Vec::new();
    for _ in 0..LONG_ONES {
        let mut command = world.petition(account)?;
        command["payload"]["answers"]["grounds"] = "posita ".repeat(LONG / 7).trim_end().into();
        world.apply(account, &command)?;
        commands.push(command);
    }
    limited(world, &end, &commands)
}

fn page_acts(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let batch = world.discovery()?.limits.batch.clamp(1, 100) as usize;
    let end = world.walk(account, Some(world.end()?))?.next;
    let mut commands = Vec::new();
    while commands.len() <= PAGE_ACTS {
        let lot = (0..batch).map(|_| world.petition(account)).collect::<Result<Vec<Value>, Fault>>()?;
        world.push(account, &lot)?;
        commands.extend(lot);
    }
    limited(world, &end, &commands)
}

fn race(world: &World<'_>) -> Outcome {
    let people = [world.account()?, world.colleague()?];
    let mut cursor = world.walk(people[0], Some(world.end()?))?.next;
    let mut lots = Vec::new();
    for index in 0..SENDERS {
        let session = people[index % 2];
        lots.push((session, (0..EACH).map(|_| world.petition(session)).collect::<Result<Vec<Value>, Fault>>()?));
    }
    let sending = AtomicBool::new(true);
    let mut pages = Vec::new();
    let outcome: Outcome = std::thread::scope(|scope| {
        let puller = scope.spawn(|| {
            let mut pulled = Vec::new();
            // One more round after the last one was taken.
            let mut last = false;
            while !last {
                last = !sending.load(Ordering::SeqCst);
                let walk = world.walk(people[0], Some(&cursor))?;
                cursor = walk.next;
                pulled.extend(walk.pages);
            }
            Ok::<_, Fault>(pulled)
        });
        let threads: Vec<_> = lots
            .iter()
            .map(|(session, lot)| scope.spawn(|| lot.iter().try_for_each(|command| world.apply(session, command).map(|_| ()))))
            .collect();
        let ended: Vec<Outcome> =
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| failed("a thread of this kit ended early"))).collect();
        sending.store(false, Ordering::SeqCst);
        pages = puller.join().unwrap_or_else(|_| failed("a thread of this kit ended early"))?;
        ended.into_iter().collect()
    });
    outcome?;
    let commands: Vec<Value> = lots.into_iter().flat_map(|(_, lot)| lot).collect();
    has_exactly(&Walk { pages, next: String::new() }, &commands, &[])
}

fn foreign_cursor(world: &World<'_>) -> Outcome {
    let (account, other) = (world.account()?, world.other()?);
    let (own, _) = world.page(account, None)?;
    let (theirs, _) = world.page(other, None)?;
    let longer = format!("{}0", own.next);
    for (cursor, what) in [
        (theirs.next.as_str(), "another office's cursor"),
        ("uji-kesesuaian", "a cursor that nobody gave"),
        ("0", "a cursor that nobody gave"),
        ("%00", "a cursor that nobody gave"),
        (&longer, "a cursor with a digit more"),
    ] {
        let answer = world.get(account, &endpoint::changes(Some(cursor)))?;
        hold!(answer.status == 410, "{what} (`{cursor}`) is answered {}", answer.status);
        answer.refused(410, None)?;
    }
    Ok(())
}

fn scope(world: &World<'_>) -> Outcome {
    let (commands, acts) = sent(world, 2)?;
    has_exactly(&world.walk(world.colleague()?, None)?, &commands, &acts)?;
    let other = world.other()?;
    let walk = world.walk(other, None)?;
    let leaked = walk.acts().find(|act| act.office != other.me.office.code && !other.me.office.is_above(&act.office));
    match leaked {
        Some(act) => failed(format!("`{}` sees an act of office {} (case {})", other.me.username, act.office.0, act.case_id)),
        None => Ok(()),
    }
}

fn hidden(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let (command, ..) = world.applied(account)?;
    let walk = world.walk(account, None)?;
    let named = walk.pages.iter().any(|(page, _)| page.hidden.iter().any(|case| case.to_string() == case_id(&command)));
    hold!(!named, "hidden names case {}, which the account sees", case_id(&command));
    Ok(())
}
