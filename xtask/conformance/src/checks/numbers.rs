//! Official numbers: the server's alone, each once, none left out, in the order in which it accepts acts.

use serde_json::Value;
use sips_lapangan::api::wire::{ResultKind, Session};
use sips_lapangan::domain::case::Act;

use super::article::COMMANDS;
use crate::petition::{SERIES, sequence};
use crate::world::{World, taken};
use crate::{Check, Fault, Outcome, failed, hold};

/// Petitions that each of two people sends at the same time.
const EACH: usize = 10;

const fn check(id: &'static str, level: u8, holds: &'static str, mend: &'static str, run: fn(&World<'_>) -> Outcome) -> Check {
    Check { id, level, article: COMMANDS, holds, mend, thorough: false, run }
}

pub(super) const CHECKS: &[Check] = &[
    check(
        "numbers.printed",
        0,
        "a received petition has a number as the office's template prints it",
        "Print numbers by the template of the series (src/rules/numbers.toml), with the office's register code and the day of the act.",
        printed,
    ),
    check(
        "numbers.gapless",
        0,
        "numbers follow each other without a gap, also past a refusal",
        "Draw the number in the transaction that keeps the act, so that a refusal gives it back.",
        gapless,
    ),
    check(
        "numbers.concurrent",
        0,
        "petitions that come at the same time have numbers that are unique and without a gap",
        "Lock the series' row while the number is drawn; keep a unique key on office, series, year and sequence.",
        concurrent,
    ),
    check(
        "numbers.order",
        1,
        "numbers rise in the order of the feed",
        "Draw the number and the position in the feed in the same transaction.",
        order,
    ),
];

/// The sequence of an act's reception number.
fn sequence_of(session: &Session, act: &Act) -> Result<u32, Fault> {
    let Some((_, number)) = act.numbers().find(|(series, _)| *series == SERIES) else {
        return failed(format!("the act has no number of the series `{SERIES}`"));
    };
    match sequence(number, &session.me.office, act.happened_at) {
        Some(sequence) => Ok(sequence),
        None => failed(format!("`{number}` is not what the template prints for this office and day")),
    }
}

fn printed(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let (_, _, act) = world.applied(account)?;
    sequence_of(account, &act).map(|_| ())
}

fn without_gap(mut sequences: Vec<u32>) -> Outcome {
    sequences.sort_unstable();
    for pair in sequences.windows(2) {
        hold!(pair[0] != pair[1], "number {} was issued twice", pair[0]);
        hold!(pair[0] + 1 == pair[1], "after number {} comes {}", pair[0], pair[1]);
    }
    Ok(())
}

fn gapless(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let mut sequences = Vec::new();
    for _ in 0..3 {
        let (command, _, act) = world.applied(account)?;
        sequences.push(sequence_of(account, &act)?);
        // None of these may use a number up.
        taken(world.push_one(account, &command)?, ResultKind::Duplicate)?;
        let mut wrong = world.petition(account)?;
        wrong["payload"]["answers"]["object_kind"] = "letter".into();
        world.reject(account, &wrong)?;
        let mut moved = world.petition(account)?;
        moved["base"]["revision"] = 3.into();
        world.push_one(account, &moved)?;
    }
    hold!(sequences.is_sorted(), "numbers do not rise: {sequences:?}");
    without_gap(sequences)
}

fn concurrent(world: &World<'_>) -> Outcome {
    let people = [world.account()?, world.colleague()?];
    let send = |session: &Session, commands: &[Value]| -> Result<Vec<u32>, Fault> {
        commands.iter().map(|command| sequence_of(session, &world.apply(session, command)?.1)).collect()
    };
    let mut lots = Vec::new();
    for session in people {
        for _ in 0..2 {
            let lot = (0..EACH / 2).map(|_| world.petition(session)).collect::<Result<Vec<Value>, Fault>>()?;
            lots.push((session, lot));
        }
    }
    let sent: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = lots.iter().map(|(session, lot)| scope.spawn(|| send(session, lot))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| failed("a thread of this kit ended early"))).collect()
    });
    let mut sequences = Vec::new();
    for part in sent {
        sequences.extend(part?);
    }
    without_gap(sequences)
}

fn order(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let before = world.end()?.to_owned();
    for _ in 0..3 {
        world.applied(account)?;
    }
    let walk = world.walk(account, Some(&before))?;
    let numbered = walk.acts().filter(|act| act.act == "receive" && act.office == account.me.office.code);
    let sequences = numbered.map(|act| sequence_of(account, act)).collect::<Result<Vec<u32>, Fault>>()?;
    hold!(sequences.len() >= 3, "the feed has {} of three petitions that were taken", sequences.len());
    hold!(sequences.is_sorted(), "in the order of the feed the numbers are {sequences:?}");
    Ok(())
}
