//! Another origin: what a browser asks for before it lets the app read an answer.

use sips_lapangan::api::endpoint;

use super::article::ORIGINS;
use crate::client::Answer;
use crate::world::World;
use crate::{Check, Fault, Outcome, hold};

const EXPOSED: [&str; 7] = ["sips-contract", "date", "etag", "retry-after", "location", "upload-offset", "upload-length"];
const ASKED: [&str; 3] = ["authorization", "content-type", "if-none-match"];

const fn check(id: &'static str, holds: &'static str, mend: &'static str, run: fn(&World<'_>) -> Outcome) -> Check {
    Check { id, level: 0, article: ORIGINS, holds, mend, thorough: false, run }
}

pub(super) const CHECKS: &[Check] = &[
    check(
        "origins.preflight",
        "a preflight request of the app's origin is let through",
        "Answer OPTIONS without a sign-in: Access-Control-Allow-Origin, the methods GET, POST, PUT and DELETE, and the headers \
         Authorization, Content-Type and If-None-Match.",
        preflight,
    ),
    check(
        "origins.exposed",
        "answers and refusals expose what the app reads",
        "Set Access-Control-Allow-Origin and Access-Control-Expose-Headers on every answer, 401, 404 and 413 too: without them a page \
         cannot tell a refusal from a network that is down.",
        exposed,
    ),
    check(
        "origins.credentials",
        "no origin is let in with cookies, and an unknown one not at all",
        "Name the origins that are let in; send no Access-Control-Allow-Credentials.",
        credentials,
    ),
];

fn origin<'a>(world: &'a World<'_>) -> Result<&'a str, Fault> {
    world.settings.origin.as_deref().ok_or_else(|| Fault::Skipped("no origin was given: --origin".to_owned()))
}

fn asked_first(world: &World<'_>, origin: &str, path: &str, method: &str) -> Result<Answer, Fault> {
    let request = world.client.ask("OPTIONS", path).header("origin", origin).header("access-control-request-method", method);
    request.header("access-control-request-headers", ASKED.join(",")).send()
}

fn allows(answer: &Answer, origin: &str) -> Outcome {
    let allowed = answer.header("access-control-allow-origin");
    hold!(allowed == origin || allowed == "*", "{} → {}: Access-Control-Allow-Origin is `{allowed}`", answer.asked, answer.status);
    Ok(())
}

fn preflight(world: &World<'_>) -> Outcome {
    let origin = origin(world)?;
    for (path, method) in [(endpoint::COMMANDS, "POST"), (endpoint::SESSION, "PUT"), (endpoint::SESSION, "DELETE"), (endpoint::ME, "GET")] {
        let answer = asked_first(world, origin, path, method)?;
        hold!((200..300).contains(&answer.status), "{}", answer.shown());
        allows(&answer, origin)?;
        let methods = answer.list("access-control-allow-methods");
        hold!(methods.iter().any(|allowed| *allowed == method.to_ascii_lowercase() || allowed == "*"), "{method} is not in {methods:?}");
        let headers = answer.list("access-control-allow-headers");
        // A star leaves Authorization out (Fetch standard), so that it has to be named.
        for name in ASKED {
            let named = headers.iter().any(|allowed| allowed == name || (allowed == "*" && name != "authorization"));
            hold!(named, "{name} is not in Access-Control-Allow-Headers {headers:?}");
        }
    }
    Ok(())
}

fn exposed(world: &World<'_>) -> Outcome {
    let origin = origin(world)?;
    let account = world.account()?;
    let answers = [
        world.client.ask("GET", endpoint::DISCOVERY).header("origin", origin).send()?,
        world.client.ask("GET", endpoint::ME).header("origin", origin).send()?,
        world.ask(account, "GET", endpoint::ME).header("origin", origin).send()?,
        world.ask(account, "GET", "/v1/nothing").header("origin", origin).send()?,
        world.ask(account, "POST", endpoint::COMMANDS).body("text/plain", "x").header("origin", origin).send()?,
    ];
    for answer in &answers {
        allows(answer, origin)?;
        let exposed = answer.list("access-control-expose-headers");
        for name in EXPOSED {
            hold!(exposed.iter().any(|exposed| exposed == name), "{} → {}: {name} is not exposed", answer.asked, answer.status);
        }
        let allowed = answer.header("access-control-allow-origin");
        let varies = answer.list("vary").iter().any(|name| name == "origin" || name == "*");
        hold!(allowed == "*" || varies, "{} → {}: the answer depends on Origin, and Vary does not say so", answer.asked, answer.status);
    }
    Ok(())
}

fn credentials(world: &World<'_>) -> Outcome {
    let origin = origin(world)?;
    let answer = asked_first(world, origin, endpoint::COMMANDS, "POST")?;
    hold!(answer.header("access-control-allow-credentials").is_empty(), "Access-Control-Allow-Credentials is set");
    let foreign = "https://uji-kesesuaian.example";
    let answer = asked_first(world, foreign, endpoint::COMMANDS, "POST")?;
    let allowed = answer.header("access-control-allow-origin");
    hold!(allowed != foreign, "an origin that nobody named is let in");
    Ok(())
}
