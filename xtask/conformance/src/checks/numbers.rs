//! Official numbers: the server's alone, each once, none left out, in the order in which it accepts acts.

use serde_json::Value;
use sips_lapangan::api::wire::{ResultKind, Session};
use sips_lapangan::domain::case::{Act, Effect};

use super::article::COMMANDS;
use crate::petition::SERIES;
use crate::world::{World, taken};
use crate::{Check, Fault, Outcome, failed, hold};

/// Petitions that each of two people sends at the same time.
const EACH: usize = 10;

const fn check(id: &'static str, level: u8, holds: &'static str, mend: &'static str, run: fn(&World<'_>) -> Outcome) -> Check {
    Check { id, level, article: COMMANDS, holds, mend, thorough: false, run }
}

pub(super) const CHECKS: &[Check] = &[
    check(
        "numbers.issued",
        0,
        "a received petition has a number of the reception series",
        "Issue the number that the act asks for (the effect `number`) with the act, and put the effect `numbered` right behind it.",
        issued,
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

/// The reception number of an act.
fn number_of(act: &Act) -> Result<String, Fault> {
    match act.numbers().find(|(series, _)| *series == SERIES) {
        Some((_, number)) if number.contains(|c: char| c.is_ascii_digit()) => Ok(number.to_owned()),
        Some((_, number)) => failed(format!("`{number}` is no number")),
        None => failed(format!("the act has no number of the series `{SERIES}`")),
    }
}

/// A number cut into its runs of digits and what stands between them.
fn runs(number: &str) -> (Vec<&str>, Vec<&str>) {
    let digits = number.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    let texts = number.split(|c: char| c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    (digits, texts)
}

/// The sequences of numbers, however an office prints them: the one run of digits that is not the same in all.
fn sequences(numbers: &[String]) -> Result<Vec<u32>, Fault> {
    let cut: Vec<_> = numbers.iter().map(|number| runs(number)).collect();
    let (first, texts) = &cut[0];
    let other = cut.iter().position(|(digits, other)| other != texts || digits.len() != first.len());
    if let Some(other) = other {
        return failed(format!("`{}` and `{}` are not printed alike", numbers[0], numbers[other]));
    }
    let differing: Vec<usize> = (0..first.len()).filter(|run| cut.iter().any(|(digits, _)| digits[*run] != first[*run])).collect();
    match *differing {
        [run] => Ok(cut.iter().map(|(digits, _)| digits[run].parse().unwrap_or(u32::MAX)).collect()),
        [] => failed(format!("`{}` was issued {} times", numbers[0], numbers.len())),
        _ => failed(format!("numbers of one day differ in more than their sequence: {numbers:?}")),
    }
}

fn issued(world: &World<'_>) -> Outcome {
    let (_, _, act) = world.applied(world.account()?)?;
    number_of(&act)?;
    let place = |wanted: fn(&Effect) -> bool| act.effects.iter().position(wanted);
    let asked = place(|effect| matches!(effect, Effect::Number(series) if series == SERIES));
    let behind = place(|effect| matches!(effect, Effect::Numbered { series, .. } if series == SERIES));
    hold!(behind == asked.map(|asked| asked + 1), "the number stands at place {behind:?} of the effects, what asks for it at {asked:?}");
    Ok(())
}

fn without_gap(numbers: &[String]) -> Outcome {
    let mut sequences = sequences(numbers)?;
    sequences.sort_unstable();
    for pair in sequences.windows(2) {
        hold!(pair[0] != pair[1], "number {} was issued twice", pair[0]);
        hold!(pair[0] + 1 == pair[1], "after number {} comes {}", pair[0], pair[1]);
    }
    Ok(())
}

fn gapless(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let mut numbers = Vec::new();
    for _ in 0..3 {
        let (command, _, act) = world.applied(account)?;
        numbers.push(number_of(&act)?);
        // None of these may use a number up.
        taken(world.push_one(account, &command)?, ResultKind::Duplicate)?;
        let mut wrong = world.petition(account)?;
        wrong["payload"]["answers"]["object_kind"] = "letter".into();
        world.reject(account, &wrong)?;
        let mut moved = world.petition(account)?;
        moved["base"]["revision"] = 3.into();
        world.push_one(account, &moved)?;
    }
    hold!(sequences(&numbers)?.is_sorted(), "numbers do not rise: {numbers:?}");
    without_gap(&numbers)
}

fn concurrent(world: &World<'_>) -> Outcome {
    let people = [world.account()?, world.colleague()?];
    let send = |session: &Session, commands: &[Value]| -> Result<Vec<String>, Fault> {
        commands.iter().map(|command| number_of(&world.apply(session, command)?.1)).collect()
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
    let mut numbers = Vec::new();
    for part in sent {
        numbers.extend(part?);
    }
    without_gap(&numbers)
}

fn order(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let before = world.end()?.to_owned();
    for _ in 0..3 {
        world.applied(account)?;
    }
    let walk = world.walk(account, Some(&before))?;
    let numbered = walk.acts().filter(|act| act.act == "receive" && act.office == account.me.office.code);
    let numbers = numbered.map(number_of).collect::<Result<Vec<String>, Fault>>()?;
    hold!(numbers.len() >= 3, "the feed has {} of three petitions that were taken", numbers.len());
    hold!(sequences(&numbers)?.is_sorted(), "in the order of the feed the numbers are {numbers:?}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_is_found_however_it_is_printed() {
        let of = |numbers: &[&str]| sequences(&numbers.iter().map(|number| (*number).to_owned()).collect::<Vec<_>>()).ok();
        assert_eq!(of(&["09/PS.PNM.LG/1607/VII/2026", "10/PS.PNM.LG/1607/VII/2026"]), Some(vec![9, 10]));
        assert_eq!(of(&["2026-16.07-0100", "2026-16.07-0099", "2026-16.07-0101"]), Some(vec![100, 99, 101]));
        assert_eq!(of(&["7", "7"]), None);
        assert_eq!(of(&["1/A/2026", "2/B/2026"]), None);
        assert_eq!(of(&["1/A/2026", "2/A/2027"]), None);
    }
}
