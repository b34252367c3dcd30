//! Asking again what became of a command.

use sips_lapangan::api::wire::{CommandResult, ResultKind, Retry};

use super::article::COMMANDS;
use crate::difference::difference;
use crate::world::World;
use crate::{Check, Outcome, failed, hold};

const fn check(id: &'static str, holds: &'static str, mend: &'static str, run: fn(&World<'_>) -> Outcome) -> Check {
    Check { id, level: 0, article: COMMANDS, holds, mend, thorough: false, run }
}

pub(super) const CHECKS: &[Check] = &[
    check(
        "receipts.applied",
        "a taken command's receipt can be asked for again, and is the same",
        "Make the answer of GET /v1/receipts from what was kept with the act.",
        applied,
    ),
    check(
        "receipts.rejected",
        "a refused command's result can be asked for, and says why",
        "Keep refusals for 180 days with their problem, and answer them as rejected, never as applied.",
        rejected,
    ),
    check(
        "receipts.unknown",
        "a command that never came is a 404 problem",
        "Answer 404 with retry never; an id that is none as well.",
        unknown,
    ),
    check(
        "receipts.scope",
        "another office sees no receipt, and a colleague no refusal",
        "Answer 404 to whoever does not see the case, as if the command had never come; a refusal is its author's alone.",
        scope,
    ),
];

fn applied(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let (command, receipt, act) = world.applied(account)?;
    let kept: CommandResult = world.receipt(account, &command)?.read()?;
    hold!(matches!(kept.result, ResultKind::Applied | ResultKind::Duplicate), "a taken command is told as {:?}", kept.result);
    match difference(&(Some(receipt), Some(act)), &(kept.receipt, kept.act)) {
        None => Ok(()),
        Some(places) => failed(format!("receipt and act are others than when they were answered: {places}")),
    }
}

fn rejected(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let mut wrong = world.petition(account)?;
    wrong["payload"]["answers"]["object_kind"] = "letter".into();
    let problem = world.reject(account, &wrong)?;
    let kept: CommandResult = world.receipt(account, &wrong)?.read()?;
    hold!(kept.result == ResultKind::Rejected, "a refused command is told as {:?}", kept.result);
    hold!(kept.receipt.is_none() && kept.act.is_none(), "a refused command has a receipt or an act");
    let told = kept.problem.unwrap_or_default();
    match difference(&(&problem.kind, &problem.reasons), &(&told.kind, &told.reasons)) {
        None => Ok(()),
        Some(places) => failed(format!("the problem's type and reasons are others than when they were answered: {places}")),
    }
}

fn unknown(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let petition = world.petition(account)?;
    world.receipt(account, &petition)?.refused(404, Some(Retry::Never))?;
    world.get(account, "/v1/receipts/bukan-uuid")?.refused(404, Some(Retry::Never)).map(|_| ())
}

fn scope(world: &World<'_>) -> Outcome {
    let (account, colleague, other) = (world.account()?, world.colleague()?, world.other()?);
    let (command, ..) = world.applied(account)?;
    let answer = world.receipt(other, &command)?;
    hold!(answer.status == 404, "another office is told of a command: {}", answer.shown());
    let mut wrong = world.petition(account)?;
    wrong["payload"]["answers"]["object_kind"] = "letter".into();
    world.reject(account, &wrong)?;
    for session in [colleague, other] {
        let answer = world.receipt(session, &wrong)?;
        hold!(answer.status == 404, "`{}` is told of somebody else's refusal: {}", session.me.username, answer.shown());
    }
    Ok(())
}
