//! What level 3 offers, each part where discovery names it.

use serde_json::{Value, json};
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::id::CaseId;

use super::article::COMFORT;
use super::cases::unchanged;
use crate::client::Answer;
use crate::world::{DEVICE, World, case_id, command_id};
use crate::{Check, Fault, Outcome, hold, petition};

const fn check(id: &'static str, holds: &'static str, mend: &'static str, run: fn(&World<'_>) -> Outcome) -> Check {
    Check { id, level: 3, article: COMFORT, holds, mend, thorough: false, run }
}

pub(super) const CHECKS: &[Check] = &[
    check(
        "comfort.hints",
        "a stream says that something changed, and nothing more",
        "Send a comment at once, and `event: changed` with `data: {}` when an act of the caller's scope was kept; no id, no name.",
        hints,
    ),
    check("comfort.hints_closed", "nobody hears hints without a sign-in", "Answer 401 before the stream begins.", hints_closed),
    check(
        "comfort.drafts",
        "sealed bytes are kept, listed, read and taken away as they came",
        "Keep the bytes as they are; the ETag changes with them; GET /v1/drafts lists them.",
        drafts,
    ),
    check(
        "comfort.drafts_replaced",
        "a copy is replaced only by who names the one before",
        "Answer 428 without If-Match or If-None-Match, 412 when another copy is there, and the same bytes again with success.",
        drafts_replaced,
    ),
    check(
        "comfort.drafts_private",
        "a colleague sees no copy of another account",
        "Keep copies by account; answer others 404.",
        drafts_private,
    ),
    check(
        "comfort.devices",
        "a device tells counts and nothing else; who watches over no office lists none",
        "Refuse unknown fields with 400, and GET /v1/devices with 403 for accounts without a role that watches.",
        devices,
    ),
    check(
        "comfort.public",
        "everybody reads the public views, page by page, and caches may keep them",
        "Answer without a sign-in: entries and next, an ETag, Cache-Control with public.",
        public,
    ),
    check(
        "comfort.public_closed",
        "public views have the fields of the contract and no others, and nothing that is not public",
        "Copy the named fields into an answer of its own; never take fields away from the case.",
        public_closed,
    ),
    check(
        "comfort.public_search",
        "a page is narrowed by the words that it is asked for",
        "Leave out every entry that does not hold each word of q; a server that cannot does not name `public-search`.",
        public_search,
    ),
    check(
        "comfort.accounts",
        "who watches over no office sees no account, and nobody but the centre changes one",
        "Answer GET /v1/accounts and POST /v1/accounts with 403 for accounts without such a role.",
        accounts,
    ),
];

fn offered(world: &World<'_>, feature: &str) -> Outcome {
    if world.discovery()?.features.iter().any(|offered| offered == feature) {
        return Ok(());
    }
    Err(Fault::Skipped(format!("discovery does not name `{feature}`")))
}

fn hints(world: &World<'_>) -> Outcome {
    offered(world, "hints")?;
    let account = world.account()?;
    let command = world.petition(account)?;
    let said = world.ask(account, "GET", "/v1/hints").listen("event: changed\ndata:", || world.apply(account, &command).map(|_| ()))?;
    let lines =
        said.lines().filter(|line| !line.is_empty() && !line.starts_with(':') && *line != "event: changed" && !line.starts_with("data:"));
    let more: Vec<&str> = lines.collect();
    hold!(more.is_empty(), "the stream says more: {more:?}");
    let data = said.lines().find_map(|line| line.strip_prefix("data:")).map(str::trim);
    hold!(data == Some("{}"), "data is {data:?}");
    Ok(())
}

fn hints_closed(world: &World<'_>) -> Outcome {
    offered(world, "hints")?;
    world.client.ask("GET", "/v1/hints").bytes().send()?.refused(401, None).map(|_| ())
}

/// The address of a draft that nobody has.
fn draft(world: &World<'_>) -> Result<(CaseId, String), Fault> {
    offered(world, "drafts")?;
    let (_, id) = petition::new_ids(world.client.now())?;
    Ok((id, format!("/v1/drafts/{id}")))
}

fn keep(world: &World<'_>, path: &str, condition: Option<(&'static str, &str)>, bytes: &[u8]) -> Result<Answer, Fault> {
    let mut request = world.ask(world.account()?, "PUT", path).bytes().body("application/octet-stream", bytes);
    if let Some((name, value)) = condition {
        request = request.header(name, value);
    }
    request.send()
}

fn drafts(world: &World<'_>) -> Outcome {
    let (id, path) = draft(world)?;
    let account = world.account()?;
    let sealed = [0, 159, 146, 150, 13, 10, 255];
    let first = keep(world, &path, Some(("if-none-match", "*")), &sealed)?;
    hold!(
        first.status == 201 && !first.header("etag").is_empty(),
        "the first copy: {} with ETag `{}`",
        first.shown(),
        first.header("etag")
    );
    let read = world.ask(account, "GET", &path).bytes().send()?;
    hold!(read.status == 200 && read.body == sealed, "7 sealed bytes are read as {} bytes with {}", read.body.len(), read.status);
    hold!(read.header("etag") == first.header("etag"), "PUT gave ETag `{}`, GET `{}`", first.header("etag"), read.header("etag"));
    let list: Value = world.get(account, "/v1/drafts")?.read()?;
    let own = list["drafts"].as_array().into_iter().flatten().find(|draft| draft["id"] == json!(id));
    hold!(own.is_some_and(|draft| draft["sha256"] == json!(Digest::of(&sealed)) && draft["bytes"] == 7), "the list has {own:?}");
    let gone = world.ask(account, "DELETE", &path).header("if-match", first.header("etag")).bytes().send()?;
    hold!(gone.status == 204, "DELETE: {}", gone.shown());
    world.ask(account, "GET", &path).bytes().send()?.refused(404, None).map(|_| ())
}

fn drafts_replaced(world: &World<'_>) -> Outcome {
    let (_, path) = draft(world)?;
    let nothing = Some(("if-none-match", "*"));
    let first = keep(world, &path, nothing, b"satu")?;
    let again = keep(world, &path, nothing, b"satu")?;
    hold!((200..300).contains(&again.status), "the same bytes again: {}", again.shown());
    keep(world, &path, nothing, b"dua")?.refused(412, None)?;
    keep(world, &path, None, b"dua")?.refused(428, None)?;
    let tag = first.header("etag").to_owned();
    let second = keep(world, &path, Some(("if-match", &tag)), b"dua")?;
    hold!(
        (200..300).contains(&second.status) && second.header("etag") != tag,
        "replaced: {} with ETag `{}`",
        second.shown(),
        second.header("etag")
    );
    keep(world, &path, Some(("if-match", &tag)), b"tiga")?.refused(412, None)?;
    let read = world.ask(world.account()?, "GET", &path).bytes().send()?;
    hold!(read.body == b"dua", "after a refused copy {} is there", read.start());
    Ok(())
}

fn drafts_private(world: &World<'_>) -> Outcome {
    let (id, path) = draft(world)?;
    let colleague = world.colleague()?;
    keep(world, &path, Some(("if-none-match", "*")), b"rahasia")?;
    world.ask(colleague, "GET", &path).bytes().send()?.refused(404, None)?;
    let list = world.get(colleague, "/v1/drafts")?;
    hold!(!String::from_utf8_lossy(&list.body).contains(&id.to_string()), "a colleague's list has the copy of another account");
    Ok(())
}

fn devices(world: &World<'_>) -> Outcome {
    offered(world, "devices")?;
    let account = world.account()?;
    let path = format!("/v1/devices/{DEVICE}");
    let health = json!({ "app": "uji", "commands": 1, "files": 0, "drafts": 0, "parked": 0 });
    let tell = |health: &Value| world.ask(account, "PUT", &path).json(health).send();
    let told = tell(&health)?;
    hold!(told.status == 204, "{}", told.shown());
    let mut more = health.clone();
    more["petitioner"] = "Partai Uji Kesesuaian".into();
    tell(&more)?.refused(400, None)?;
    world.get(account, "/v1/devices")?.refused(403, None).map(|_| ())
}

const VIEWS: [(&str, &[&str]); 3] = [
    ("petitions", &["registeredOn", "state", "object"]),
    ("hearings", &["session", "on", "at", "zone", "place"]),
    ("decisions", &["readOn", "outcome"]),
];
const OF_CASES: [&str; 5] = ["number", "office", "track", "petitioners", "respondent"];

fn view(world: &World<'_>, name: &str) -> Result<Answer, Fault> {
    world.client.ask("GET", &format!("/v1/public/{name}")).send()
}

fn public(world: &World<'_>) -> Outcome {
    offered(world, "public")?;
    for (name, _) in VIEWS {
        let answer = view(world, name)?;
        let page: Value = answer.read()?;
        hold!(page["entries"].is_array() && page.get("next").is_some(), "{}", answer.shown());
        hold!(
            answer.list("cache-control").iter().any(|word| word == "public"),
            "{name}: Cache-Control is `{}`",
            answer.header("cache-control")
        );
        let path = format!("/v1/public/{name}");
        unchanged(&answer, |tag| world.client.ask("GET", &path).header("if-none-match", tag).send())?;
    }
    view(world, "drafts")?.refused(404, None).map(|_| ())
}

fn public_search(world: &World<'_>) -> Outcome {
    offered(world, "public-search")?;
    for (name, _) in VIEWS {
        let answer = view(world, &format!("{name}?q=tidakadakatasepertiini"))?;
        let page: Value = answer.read()?;
        hold!(page["entries"].as_array().is_some_and(Vec::is_empty), "{name} has entries without the word that was asked for");
    }
    Ok(())
}

fn accounts(world: &World<'_>) -> Outcome {
    offered(world, "accounts")?;
    let account = world.account()?;
    world.get(account, "/v1/accounts")?.refused(403, None)?;
    let create =
        json!({ "username": "uji.kesesuaian", "name": "Uji", "office": "16.07", "roles": ["counter"], "password": "bace-difu-wuba-hegi" });
    let change = json!({ "id": DEVICE, "account": DEVICE, "change": { "create": create }, "reason": "Uji kesesuaian" });
    world.ask(account, "POST", "/v1/accounts").json(&change).send()?.refused(403, None).map(|_| ())
}

fn public_closed(world: &World<'_>) -> Outcome {
    offered(world, "public")?;
    let account = world.account()?;
    let (command, ..) = world.applied(account)?;
    let secrets = [case_id(&command), command_id(&command), "1607081203800001", "Jalan Uji 1", "0812-7000-1234", "Ketua Uji"];
    for (name, own) in VIEWS {
        let answer = view(world, name)?;
        let page: Value = answer.read()?;
        for entry in page["entries"].as_array().into_iter().flatten() {
            for key in entry.as_object().into_iter().flat_map(serde_json::Map::keys) {
                hold!(OF_CASES.contains(&key.as_str()) || own.contains(&key.as_str()), "{name}: `{key}` is no field of this view");
            }
        }
        let text = String::from_utf8_lossy(&answer.body);
        for secret in secrets {
            hold!(!text.contains(secret), "{name} tells `{secret}` to everybody");
        }
    }
    Ok(())
}
