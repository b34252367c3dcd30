//! The law as data: every version once, for ever the same.

use sips_lapangan::api::endpoint;
use sips_lapangan::api::wire::{DefinitionEntry, Definitions, Retry};
use sips_lapangan::domain::amendment::DefinitionKind;
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::rules;

use super::article::CASES;
use crate::world::World;
use crate::{Check, Fault, Outcome, failed, hold};

const fn check(id: &'static str, holds: &'static str, mend: &'static str, run: fn(&World<'_>) -> Outcome) -> Check {
    Check { id, level: 1, article: CASES, holds, mend, thorough: false, run }
}

pub(super) const CHECKS: &[Check] = &[
    check(
        "definitions.list",
        "the list names rules and a calendar, each version once",
        "Answer GET /v1/definitions with kind, id, version and digest of everything that is published.",
        list,
    ),
    check(
        "definitions.digest",
        "a definition's digest is SHA-256 of its bytes as they are sent",
        "Keep the bytes and send them unchanged: no pretty printing, no other order of keys.",
        digest,
    ),
    check(
        "definitions.known",
        "a version that this kit knows is the same here",
        "Publish versions as they are; what changes is a new version.",
        known,
    ),
    check(
        "definitions.tag",
        "list and versions have an ETag, and the same tag is answered 304 without a body",
        "Set ETag and compare If-None-Match weakly (RFC 9110 §13.1.2).",
        tag,
    ),
    check("definitions.unknown", "a version that is not there is a 404 problem", "Answer 404 with retry never.", unknown),
];

fn entries(world: &World<'_>) -> Result<Vec<DefinitionEntry>, Fault> {
    let list: Definitions = world.client.ask("GET", endpoint::DEFINITIONS).send()?.read()?;
    Ok(list.definitions)
}

fn path(entry: &DefinitionEntry) -> String {
    format!("{}/{}/{}@{}", endpoint::DEFINITIONS, entry.kind.key(), entry.id, entry.version)
}

fn list(world: &World<'_>) -> Outcome {
    let entries = entries(world)?;
    for kind in [DefinitionKind::Rules, DefinitionKind::Calendar] {
        hold!(entries.iter().any(|entry| entry.kind == kind), "there is no `{}` in the list", kind.key());
    }
    let mut names: Vec<String> = entries.iter().map(path).collect();
    names.sort();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => failed(format!("{} is there twice", pair[0])),
        None => Ok(()),
    }
}

fn digest(world: &World<'_>) -> Outcome {
    for entry in entries(world)? {
        let path = path(&entry);
        let (first, second) = (world.client.ask("GET", &path).send()?, world.client.ask("GET", &path).send()?);
        for answer in [&first, &second] {
            hold!(answer.status == 200, "{}", answer.shown());
            let digest = Digest::of(&answer.body);
            hold!(digest == entry.digest, "{path}: the list says {}, its bytes have {digest}", entry.digest);
        }
        hold!(first.header("etag") == second.header("etag"), "{path}: the ETag changes from one answer to the next");
    }
    Ok(())
}

fn known(world: &World<'_>) -> Outcome {
    let sets = rules::sets().chain(rules::streams()).map(|set| (DefinitionKind::Rules, &set.pin));
    let calendars = rules::calendars().map(|calendar| (DefinitionKind::Calendar, &calendar.pin));
    let mut any = false;
    let entries = entries(world)?;
    for (kind, pin) in sets.chain(calendars) {
        let entry = entries.iter().find(|entry| entry.kind == kind && entry.id == pin.id && entry.version == pin.version);
        if let Some(entry) = entry {
            hold!(
                entry.digest == pin.digest,
                "{} {}@{} has digest {} here, {} there",
                kind.key(),
                pin.id,
                pin.version,
                pin.digest,
                entry.digest
            );
            any = true;
        }
    }
    hold!(any, "none of the versions that devices have is there");
    Ok(())
}

fn tag(world: &World<'_>) -> Outcome {
    let mut paths = vec![endpoint::DEFINITIONS.to_owned()];
    paths.extend(entries(world)?.first().map(path));
    for path in paths {
        let answer = world.client.ask("GET", &path).send()?;
        super::cases::unchanged(&answer, |tag| world.client.ask("GET", &path).header("if-none-match", tag).send())?;
    }
    Ok(())
}

fn unknown(world: &World<'_>) -> Outcome {
    for name in ["rules/uji-kesesuaian@1", "rules/uji-kesesuaian", "uji/x@1"] {
        world.client.ask("GET", &format!("{}/{name}", endpoint::DEFINITIONS)).send()?.refused(404, Some(Retry::Never))?;
    }
    Ok(())
}
