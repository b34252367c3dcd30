//! Whole cases.

use sips_lapangan::api::wire::{Retry, WholeCase};

use super::article::CASES;
use crate::client::Answer;
use crate::difference::difference;
use crate::world::{World, case_id, case_path};
use crate::{Check, Fault, Outcome, failed, hold};

const fn check(id: &'static str, holds: &'static str, mend: &'static str, run: fn(&World<'_>) -> Outcome) -> Check {
    Check { id, level: 1, article: CASES, holds, mend, thorough: false, run }
}

pub(super) const CHECKS: &[Check] = &[
    check(
        "cases.whole",
        "a case has all its acts in order, and its revision is their number",
        "Answer every act that was kept, as it was kept.",
        whole,
    ),
    check(
        "cases.tag",
        "a case has an ETag, and the same tag is answered 304 without a body",
        "Set ETag from case and revision and compare If-None-Match weakly (RFC 9110 §13.1.2).",
        tag,
    ),
    check(
        "cases.tag_moves",
        "the next act changes the tag",
        "The tag has to change with every revision; a device that is told 304 keeps what it has.",
        tag_moves,
    ),
    check(
        "cases.scope",
        "another office's case is a 404 like one that is not there, a colleague sees it",
        "Answer by the office of the account; 403 would tell that there is such a case.",
        scope,
    ),
];

/// Holds that the tag of an answer, asked again, is told unchanged, also weakly and within a list; and another one is not.
pub(super) fn unchanged(answer: &Answer, again: impl Fn(&str) -> Result<Answer, Fault>) -> Outcome {
    let tag = answer.header("etag");
    hold!(tag.len() > 2 && tag.ends_with('"'), "{}: ETag is `{tag}`", answer.asked);
    let strong = tag.strip_prefix("W/").unwrap_or(tag);
    for asked in [tag.to_owned(), format!("W/{strong}"), format!("\"uji\", {tag}")] {
        let second = again(&asked)?;
        hold!(second.status == 304, "If-None-Match: {asked} is answered {}, not 304", second.status);
        hold!(second.body.is_empty(), "304 with {}", second.start());
        hold!(second.header("etag") == tag, "304 has ETag `{}`, 200 had `{tag}`", second.header("etag"));
    }
    let other = again("\"uji\"")?;
    hold!(other.status == 200 && other.body == answer.body, "another tag is answered {} {}", other.status, other.start());
    Ok(())
}

fn whole(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let (command, _, first) = world.applied(account)?;
    let note = world.note(account, &command, 1)?;
    let (_, second) = world.apply(account, &note)?;
    let case: WholeCase = world.get(account, &case_path(&command))?.read()?;
    hold!(case.case_id.to_string() == case_id(&command), "the case is {}", case.case_id);
    hold!(case.revision == 2, "two acts, revision {}", case.revision);
    match difference(&vec![first, second], &case.acts) {
        None => Ok(()),
        Some(places) => failed(format!("its acts are not those that were answered, in their order: {places}")),
    }
}

fn tag(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let (command, ..) = world.applied(account)?;
    let path = case_path(&command);
    let answer = world.get(account, &path)?;
    unchanged(&answer, |tag| world.ask(account, "GET", &path).header("if-none-match", tag).send())
}

fn tag_moves(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let (command, ..) = world.applied(account)?;
    let path = case_path(&command);
    let before = world.get(account, &path)?.header("etag").to_owned();
    let note = world.note(account, &command, 1)?;
    world.apply(account, &note)?;
    let after = world.ask(account, "GET", &path).header("if-none-match", before.clone()).send()?;
    let case: WholeCase = after.read()?;
    hold!(case.revision == 2, "after the second act the case is at revision {}", case.revision);
    hold!(after.header("etag") != before, "the tag is {before} before and after an act");
    Ok(())
}

fn scope(world: &World<'_>) -> Outcome {
    let (account, colleague, other) = (world.account()?, world.colleague()?, world.other()?);
    let (command, ..) = world.applied(account)?;
    let path = case_path(&command);
    let seen: WholeCase = world.get(colleague, &path)?.read()?;
    hold!(seen.revision == 1, "a colleague sees revision {}", seen.revision);
    let foreign = world.get(other, &path)?.refused(404, Some(Retry::Never))?;
    let nothing = world.get(other, &case_path(&world.petition(other)?))?.refused(404, Some(Retry::Never))?;
    if let Some(places) = difference(&foreign, &nothing) {
        return failed(format!("another office's case is told otherwise than one that is not there: {places}"));
    }
    world.get(account, "/v1/cases/bukan-uuid")?.refused(404, Some(Retry::Never)).map(|_| ())
}
