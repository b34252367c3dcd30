//! What a backend says of itself.

use sips_lapangan::api::endpoint::{self, CONTRACT_VERSION};
use sips_lapangan::api::wire::Discovery;

use super::article::{ANSWERS, LIMITS, WORDS};
use crate::world::World;
use crate::{Check, Outcome, hold};

/// How far the clock in the document may be from that of the header: the header has whole seconds.
const CLOCK_MS: i64 = 5_000;
/// The fewest bytes of a request that a petition of the longest usual kind fits in.
const REQUEST_BYTES: u64 = 256 * 1_024;

const fn check(id: &'static str, article: &'static str, holds: &'static str, mend: &'static str, run: fn(&World<'_>) -> Outcome) -> Check {
    Check { id, level: 0, article, holds, mend, thorough: false, run }
}

pub(super) const CHECKS: &[Check] = &[
    check(
        "discovery.document",
        ANSWERS,
        "/.well-known/sips can be read by anybody and names contract 1",
        "Serve the document of the schema Discovery in openapi.json, without a sign-in, with contractVersions holding \"1\".",
        document,
    ),
    check(
        "discovery.level",
        WORDS,
        "the level that is announced is at least the one that is asked",
        "Announce the level that the backend offers whole, or ask it for the lower one (--level).",
        level,
    ),
    check(
        "discovery.limits",
        LIMITS,
        "its limits let a petition through",
        "State limits.requestBytes (at least 262144: a petition with long grounds has to fit) and limits.batch (at least 1).",
        limits,
    ),
    check(
        "discovery.clock",
        ANSWERS,
        "serverTime and Date come from one clock",
        "Take both from the clock that the server decides by; an instant is RFC 3339 in UTC with milliseconds.",
        clock,
    ),
];

fn document(world: &World<'_>) -> Outcome {
    let document: Discovery = world.client.ask("GET", endpoint::DISCOVERY).send()?.read()?;
    let versions = &document.contract_versions;
    hold!(versions.iter().any(|version| version == CONTRACT_VERSION), "contractVersions is {versions:?}");
    hold!(!document.name.trim().is_empty(), "it has no name");
    let kind = &document.auth.kind;
    hold!(kind == "password" || (kind == "oidc" && document.auth.issuer.is_some()), "auth is {:?}", document.auth);
    Ok(())
}

fn level(world: &World<'_>) -> Outcome {
    let (announced, asked) = (world.discovery()?.level, world.settings.level);
    hold!((asked..=3).contains(&announced), "it announces level {announced}, level {asked} was asked");
    Ok(())
}

fn limits(world: &World<'_>) -> Outcome {
    let limits = &world.discovery()?.limits;
    hold!(limits.request_bytes >= REQUEST_BYTES, "limits.requestBytes is {}", limits.request_bytes);
    hold!(limits.batch >= 1, "limits.batch is 0");
    Ok(())
}

fn clock(world: &World<'_>) -> Outcome {
    let answer = world.client.ask("GET", endpoint::DISCOVERY).send()?;
    let document: Discovery = answer.read()?;
    let header = answer.time();
    let apart = header.map(|header| document.server_time.since(header));
    hold!(
        apart.is_some_and(|apart| apart.abs() <= CLOCK_MS),
        "serverTime is {}, Date is `{}`",
        document.server_time,
        answer.header("date")
    );
    Ok(())
}
