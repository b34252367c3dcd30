//! What no client sends, and what is more than a backend takes: each is answered with a problem.

use serde_json::{Value, json};
use sips_lapangan::api::endpoint;
use sips_lapangan::api::wire::{ResultKind, Results, Retry};

use super::article::{ANSWERS, LIMITS};
use crate::client::Answer;
use crate::petition::new_ids;
use crate::world::{World, command_id};
use crate::{Check, Fault, Outcome, hold};

/// How deep a document may be that nobody reads.
const DEPTH: usize = 100_000;
/// The largest request that is tried out for being too large.
const LARGEST: u64 = 64 * 1_024 * 1_024;

const fn check(id: &'static str, article: &'static str, holds: &'static str, mend: &'static str, run: fn(&World<'_>) -> Outcome) -> Check {
    Check { id, level: 0, article, holds, mend, thorough: false, run }
}

pub(super) const CHECKS: &[Check] = &[
    check(
        "limits.unreadable",
        LIMITS,
        "a body that is no JSON is 400",
        "Answer 400 with a problem and retry never; do not repeat what stood there.",
        unreadable,
    ),
    check(
        "limits.media",
        LIMITS,
        "another media type, or a compressed body, is 415",
        "Take application/json alone, not compressed, and answer 415 with retry after-update.",
        media,
    ),
    check(
        "limits.bytes",
        LIMITS,
        "a body larger than discovery states is 413, one that just fits is read",
        "Read a body that is too large to its end (within reason) before refusing it: a connection that is cut leaves the device \
         without the refusal, and it sends the same again.",
        bytes,
    ),
    check(
        "hostile.bodies",
        ANSWERS,
        "whatever is sent as a document is refused with a problem",
        "Refuse what cannot be read with 400 or 422; a failure (5xx) would be sent again for ever.",
        bodies,
    ),
    check("hostile.depth", ANSWERS, "a document nested a hundred thousand deep is refused", "Limit the depth of the JSON parser.", depth),
    check(
        "hostile.values",
        ANSWERS,
        "a command with a part of another type or size is rejected by its id",
        "Read every part of the envelope with its type, and refuse the one command.",
        values,
    ),
    check(
        "hostile.keys",
        ANSWERS,
        "a key that stands twice does not make two things of one command",
        "Use one parser for deciding and for the digest, so that both see the same value; or refuse such documents.",
        keys,
    ),
    check(
        "hostile.texts",
        ANSWERS,
        "texts that are no UTF-8, or have NUL or half a surrogate, are refused or kept as they are",
        "Refuse invalid UTF-8 with 400; what is valid JSON must not fail in the database.",
        texts,
    ),
];

fn post(world: &World<'_>, body: impl Into<Vec<u8>>) -> Result<Answer, Fault> {
    world.ask(world.account()?, "POST", endpoint::COMMANDS).body("application/json", body).send()
}

fn is_refused(answer: &Answer, what: &str) -> Outcome {
    hold!((400..500).contains(&answer.status), "{what}: {}", answer.shown());
    answer.refused(answer.status, None).map(|_| ())
}

fn unreadable(world: &World<'_>) -> Outcome {
    for body in ["{", "", "commands=[]", "{\"commands\":[]}x"] {
        post(world, body)?.refused(400, Some(Retry::Never))?;
        world.client.ask("POST", endpoint::SESSION).body("application/json", body).send()?.refused(400, Some(Retry::Never))?;
    }
    Ok(())
}

fn media(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    for media in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
        let answer = world.ask(account, "POST", endpoint::COMMANDS).body(media, "{\"commands\":[]}").send()?;
        answer.refused(415, Some(Retry::AfterUpdate))?;
    }
    let zipped = world.ask(account, "POST", endpoint::COMMANDS).body("application/json", "x").header("content-encoding", "gzip");
    zipped.send()?.refused(415, Some(Retry::AfterUpdate))?;
    // With a parameter it is the same media type.
    let answer = world.ask(account, "POST", endpoint::COMMANDS).body("application/json; charset=utf-8", "{\"commands\":[]}").send()?;
    answer.read::<Results>().map(|_| ())
}

fn bytes(world: &World<'_>) -> Outcome {
    let most = world.discovery()?.limits.request_bytes;
    if most > LARGEST {
        return Err(Fault::Skipped(format!("the backend takes {most} bytes")));
    }
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let account = world.account()?;
    let command = world.petition(account)?;
    let document = json!({ "commands": [command] }).to_string();
    let padded = |length: usize| document.clone() + &" ".repeat(length.saturating_sub(document.len()));
    post(world, padded(most + 1))?.refused(413, Some(Retry::Never))?;
    world.knows_nothing(account, &command)?;
    let results: Results = post(world, padded(most))?.read()?;
    let taken = results.results.first().is_some_and(|result| result.result == ResultKind::Applied);
    hold!(taken, "a request of exactly {most} bytes is answered {:?}", results.results.first().map(|result| result.result));
    Ok(())
}

fn bodies(world: &World<'_>) -> Outcome {
    let bodies = [
        " ",
        "[]",
        "null",
        "true",
        "0",
        "\"x\"",
        "{}",
        "{\"commands\":null}",
        "{\"commands\":{}}",
        "{\"commands\":[null]}",
        "{\"commands\":[{}]}",
        "{\"commands\":[[]]}",
        "{\"commands\":[{\"commandId\":1}]}",
        "{\"commands\":[{\"commandId\":\"x\"}]}",
        "{\"commands\":[1e999]}",
        "{\"commands\":[NaN]}",
        "{\"commands\":[],}",
        "<html></html>",
        "\0",
    ];
    for body in bodies {
        is_refused(&post(world, body)?, body)?;
        for method in ["POST", "PUT"] {
            is_refused(&world.client.ask(method, endpoint::SESSION).body("application/json", body).send()?, body)?;
        }
    }
    is_refused(&post(world, format!("{{\"commands\":[{}]}}", "9".repeat(400)))?, "a number of 400 digits")
}

fn depth(world: &World<'_>) -> Outcome {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let nested = format!("{}{}", open.repeat(DEPTH), close.repeat(DEPTH));
        is_refused(&post(world, nested.clone())?, "a deep document")?;
        // Also where a command would stand.
        is_refused(&post(world, format!("{{\"commands\":[{nested}]}}"))?, "a deep command")?;
    }
    Ok(())
}

fn values(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let paths = [
        "/schema",
        "/caseId",
        "/author",
        "/office",
        "/device",
        "/payload",
        "/payload/act",
        "/payload/answers",
        "/payload/answers/petitioner",
        "/payload/answers/petitioner/0/fields",
        "/base",
        "/base/revision",
        "/rules",
        "/rules/digest",
        "/calendar",
        "/rulings",
        "/dependsOn",
        "/happenedAt",
        "/madeAt",
        "/madeAt/zone",
    ];
    let values = [json!(null), json!(-1), json!(1.5), json!(18_446_744_073_709_551_615_u64), json!(1e300), json!("\u{0}"), json!([[]])];
    let size = (world.discovery()?.limits.batch.clamp(1, 20)) as usize;
    let whole = world.petition(account)?;
    let mut commands = Vec::new();
    for path in paths {
        for value in &values {
            let mut command = whole.clone();
            let ids = new_ids(world.client.now())?;
            (command["commandId"], command["caseId"]) = (json!(ids.0), json!(ids.1));
            if let Some(place) = command.pointer_mut(path) {
                *place = value.clone();
            }
            commands.push((format!("{path} = {value}"), command));
        }
    }
    for lot in commands.chunks(size) {
        let envelopes: Vec<Value> = lot.iter().map(|(_, command)| command.clone()).collect();
        for (result, (what, _)) in world.push(account, &envelopes)?.iter().zip(lot) {
            let fine = matches!(result.result, ResultKind::Rejected | ResultKind::Conflict | ResultKind::Deferred);
            // Some of these parts may be left out.
            let optional = what.starts_with("/rulings") || what.starts_with("/dependsOn");
            hold!(fine || optional, "a command with {what} is {:?}", result.result);
            let status = result.problem.as_ref().map_or(0, |problem| problem.status);
            hold!(status < 500, "a command with {what} has a problem with status {status}");
        }
    }
    Ok(())
}

fn keys(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let command = world.petition(account)?;
    let text = command.to_string();
    let twice = text.replacen("\"grounds\":", "\"grounds\":\"Lain.\",\"grounds\":", 1);
    let answer = post(world, format!("{{\"commands\":[{twice}]}}"))?;
    if answer.status != 200 {
        return is_refused(&answer, "a key that stands twice");
    }
    let results: Results = answer.read()?;
    hold!(results.results.len() == 1, "one command has {} results", results.results.len());
    let Some(receipt) = results.results[0].receipt.as_ref() else {
        return Ok(());
    };
    // It was taken: whichever of the two it reads, the command is that one from then on.
    let mut first = command.clone();
    first["payload"]["answers"]["grounds"] = "Lain.".into();
    let readings =
        [&command, &first].map(|command| serde_json::from_value::<sips_lapangan::domain::command::Payload>(command["payload"].clone()));
    let digests: Vec<_> = readings.iter().flatten().map(|payload| payload.digest()).collect();
    hold!(digests.contains(&receipt.payload_sha256), "the receipt's digest is that of neither reading of the payload");
    Ok(())
}

fn texts(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    is_refused(&post(world, b"{\"commands\":[\"\xff\xfe\"]}".to_vec())?, "invalid UTF-8")?;
    is_refused(&post(world, b"\xc3".to_vec())?, "half a letter")?;
    is_refused(&post(world, "{\"commands\":[\"\\ud800\"]}")?, "half a surrogate")?;
    let id = command_id(&world.petition(account)?).to_owned();
    for text in ["\\u0000", "\\ud800", "\\u202e", "\\ud83c\\udf89"] {
        let command = world.petition(account)?.to_string().replacen("Uji kesesuaian.", &format!("Uji {text}"), 1);
        let answer = post(world, format!("{{\"commands\":[{command}]}}"))?;
        hold!(answer.status < 500, "a command with {text}: {}", answer.shown());
        // Text that a form does not take is refused by the command's id; a document that is none as a whole.
        if answer.status == 200 {
            let results: Results = answer.read()?;
            hold!(results.results.len() == 1, "one command has {} results", results.results.len());
        } else {
            is_refused(&answer, text)?;
        }
    }
    for odd in ["%00", "%ff", "..", "%2e%2e%2f", &format!("{id}%00"), &"x".repeat(2_000)] {
        let answer = world.get(account, &format!("/v1/receipts/{odd}"))?;
        is_refused(&answer, odd)?;
    }
    Ok(())
}
