//! Streams that are no cases: questions from the field, and the work on a case.

use serde_json::{Value, json};
use sips_lapangan::api::wire::{ResultKind, Retry, Session, WholeCase};
use sips_lapangan::domain::id::CaseId;
use sips_lapangan::domain::stream::Stream;

use super::article::STREAMS;
use crate::petition::{new_ids, of_stream};
use crate::world::{DEVICE, World, case_id, case_path};
use crate::{Check, Fault, Outcome, failed, hold};

const fn check(id: &'static str, holds: &'static str, mend: &'static str, run: fn(&World<'_>) -> Outcome) -> Check {
    Check { id, level: 1, article: STREAMS, holds, mend, thorough: false, run }
}

pub(super) const CHECKS: &[Check] = &[
    check(
        "streams.question",
        "a question from the field is decided by its rule set, seen by its office, and a 404 for another",
        "Keep acts of every rule set among the definitions like those of a case, and let scope go by the office of the first act.",
        question,
    ),
    check(
        "streams.work",
        "the work on a case waits for the case, belongs to its office alone, and leaves the case where it was",
        "Find the case by its id (the contract tells how it follows from the other), defer while it is not here, and refuse another office.",
        work,
    ),
];

fn command(world: &World<'_>, session: &Session, kind: Stream, at: (CaseId, u32), act: &str, answers: Value) -> Result<Value, Fault> {
    of_stream(session, DEVICE, world.client.now(), kind, at, (act, answers))
}

fn question(world: &World<'_>) -> Outcome {
    let (account, colleague, other) = (world.account()?, world.colleague()?, world.other()?);
    let id = new_ids(world.client.now())?.1;
    let asked = json!({ "topic": "other", "title": "Uji kesesuaian", "text": "Uji kesesuaian: bukan kendala." });
    let ask = command(world, account, Stream::Question, (id, 0), "ask", asked)?;
    world.apply(account, &ask)?;
    let add = command(world, colleague, Stream::Question, (id, 1), "add", json!({ "text": "Uji kesesuaian." }))?;
    world.apply(colleague, &add)?;
    let seen: WholeCase = world.get(account, &case_path(&ask))?.read()?;
    hold!(seen.revision == 2, "the asker sees revision {} after two acts", seen.revision);
    world.get(other, &case_path(&ask))?.refused(404, Some(Retry::Never))?;
    let foreign = command(world, other, Stream::Question, (id, 2), "add", json!({ "text": "Uji kesesuaian." }))?;
    world.reject(other, &foreign).map(|_| ())
}

fn work(world: &World<'_>) -> Outcome {
    let (account, other) = (world.account()?, world.other()?);
    let received = world.petition(account)?;
    let Some(case) = CaseId::parse(case_id(&received)) else {
        return failed("a case id of this kit cannot be read");
    };
    let note = |session: &Session| command(world, session, Stream::Work, (case.beside(), 0), "note", json!({ "text": "Uji kesesuaian." }));
    let early = note(account)?;
    let result = world.push_one(account, &early)?;
    hold!(result.result == ResultKind::Deferred, "a note whose case is not here is {:?}, not deferred", result.result);
    world.apply(account, &received)?;
    world.reject(other, &note(other)?)?;
    world.apply(account, &early)?;
    let seen: WholeCase = world.get(account, &case_path(&received))?.read()?;
    hold!(seen.revision == 1, "a note beside a case moved it to revision {}", seen.revision);
    Ok(())
}
