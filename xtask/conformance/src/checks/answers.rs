//! What every answer carries. The checks ask addresses of every kind, and then look at what was noted of all answers of the run.

use serde_json::json;

use super::article::ANSWERS;
use crate::client::{Answer, Asking};
use crate::world::World;
use crate::{Check, Fault, Outcome, failed, hold};

const fn check(id: &'static str, holds: &'static str, mend: &'static str, run: fn(&World<'_>) -> Outcome) -> Check {
    Check { id, level: 0, article: ANSWERS, holds, mend, thorough: false, run }
}

pub(super) const CHECKS: &[Check] = &[
    check(
        "answers.contract",
        "every answer carries SIPS-Contract: 1",
        "Set the header in one place, around the router, so that refusals, 304, 404 and answers of the framework itself carry it too. \
         Without it a device takes the answer for a Wi-Fi sign-in page and believes nothing of it.",
        |world| noted(world, "answers.contract"),
    ),
    check(
        "answers.date",
        "every answer carries Date, and the clock never goes back",
        "Set Date (RFC 9110 §6.6.1) from the clock that the server decides by. Devices learn from it how wrong their own clock is.",
        |world| noted(world, "answers.date"),
    ),
    check(
        "answers.media",
        "a success is application/json and can be read",
        "Answer with Content-Type application/json and a whole document. A page in its place (200 with HTML) is what networks do \
         that ask for a sign-in.",
        |world| noted(world, "answers.media"),
    ),
    check(
        "answers.problems",
        "a refusal is a problem document with status and retry",
        "Answer application/problem+json (RFC 9457) with type, title, status and retry; also for 405, 413, 415 and what the framework \
         refuses by itself. The client reads from retry whether it may come again.",
        |world| noted(world, "answers.problems"),
    ),
    check(
        "answers.failure",
        "nothing that was sent made the server fail",
        "Look into the server's log for these requests. A device repeats what was answered 5xx, so that a command which always fails \
         waits for ever.",
        |world| noted(world, "answers.failure"),
    ),
    check(
        "answers.cookies",
        "no answer sets a cookie",
        "Sessions are bearer tokens alone. Turn the framework's own session off.",
        |world| noted(world, "answers.cookies"),
    ),
    check(
        "answers.unknown_paths",
        "an address below /v1 or /.well-known that is not there is a 404 problem, never the app's page",
        "Let the fallback to index.html leave /v1 and /.well-known out.",
        unknown_paths,
    ),
    check(
        "answers.methods",
        "a method that an address does not have is refused with a problem",
        "Answer 405 with a problem document.",
        methods,
    ),
];

/// Asks for answers of every kind.
fn probe(world: &World<'_>) -> Result<(), Fault> {
    let token = world.account.as_ref().map_or("", |session| session.access_token.as_str());
    let asked = |method, path| world.client.ask(method, path);
    let requests: Vec<Asking<'_>> = vec![
        asked("GET", "/.well-known/sips"),
        asked("GET", "/.well-known/nothing"),
        asked("GET", "/v1"),
        asked("GET", "/v1/nothing"),
        asked("GET", "/v1/me"),
        asked("GET", "/v1/me").token(token),
        asked("GET", "/v1/receipts/01980000-0000-7000-8000-00000000000f").token(token),
        asked("GET", "/v1/changes").token("x"),
        asked("DELETE", "/v1/me").token(token),
        asked("POST", "/v1/commands").token(token).json(&json!({ "commands": [] })),
        asked("POST", "/v1/commands").token(token).body("text/plain", "x"),
        asked("POST", "/v1/commands").token(token).body("application/json", "{"),
        asked("POST", "/v1/session").json(&json!({})),
    ];
    for request in requests {
        request.send()?;
    }
    if world.settings.level >= 1 {
        let list = asked("GET", "/v1/definitions").send()?;
        asked("GET", "/v1/definitions").header("if-none-match", list.header("etag")).send()?;
    }
    Ok(())
}

fn noted(world: &World<'_>, check: &str) -> Outcome {
    probe(world)?;
    let lacks = world.client.lacks(check);
    match lacks.split_first() {
        None => Ok(()),
        Some((first, [])) => failed(first),
        Some((first, rest)) => failed(format!("{first}; and {} more, the last of them {}", rest.len(), rest[rest.len() - 1])),
    }
}

fn is_refused(answer: &Answer, statuses: &[u16]) -> Outcome {
    hold!(statuses.contains(&answer.status), "{}; {statuses:?} was to be expected", answer.shown());
    answer.refused(answer.status, None).map(|_| ())
}

fn unknown_paths(world: &World<'_>) -> Outcome {
    for path in ["/v1", "/v1/", "/v1/nothing", "/v1/app.js", "/v1/cases", "/.well-known/other"] {
        // Whether one is signed in or not must not matter to what is not there; asking for a sign-in first is no fault.
        is_refused(&world.client.ask("GET", path).send()?, &[401, 404])?;
        if let Some(session) = &world.account {
            is_refused(&world.get(session, path)?, &[404])?;
        }
    }
    Ok(())
}

fn methods(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    for (method, path) in [("POST", "/.well-known/sips"), ("DELETE", "/v1/commands"), ("PATCH", "/v1/session"), ("PUT", "/v1/me")] {
        is_refused(&world.ask(account, method, path).send()?, &[404, 405])?;
    }
    Ok(())
}
