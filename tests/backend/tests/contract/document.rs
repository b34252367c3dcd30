//! The published document `openapi.json` and the backend say the same: every operation answers as described, every example has
//! the described shape and is understood by the client's own types.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};
use sips_backend::drafts::{DRAFT_BYTES, SealedDrafts};
use sips_lapangan::api::endpoint;
use sips_lapangan::api::wire::{
    AccountHistory, AccountPage, Changes, CommandResult, Commands, Definitions, Devices, Discovery, Health, Me, Problem, PublicPage,
    Refresh, Results, Session, SignIn, WholeCase,
};
use sips_lapangan::domain::digest::Digest;

use crate::comfort::{DRAFT, decided, health, keep, tell};
use crate::files::{create, patch, petition_with, tus};
use crate::support::{Answer, Backend, DEVICE, case_id, command_id, filed_at, petition, request};

fn document() -> Value {
    serde_json::from_str(include_str!("../../openapi.json")).expect("JSON")
}

/// What a schema of the document finds wrong with a value.
fn faults(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut schema = schema.clone();
    schema["components"] = document["components"].clone();
    let validator = jsonschema::draft202012::options().should_validate_formats(true).build(&schema).expect("a schema");
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// What `$ref` leads to.
fn resolved<'a>(document: &'a Value, part: &'a Value) -> &'a Value {
    part["$ref"].as_str().map_or(part, |target| document.pointer(target.trim_start_matches('#')).expect("a target"))
}

/// Operations as path, method and description.
fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    paths.iter().flat_map(|(path, methods)| {
        methods.as_object().expect("methods").iter().map(|(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// Holds an answer against the description of its operation.
#[track_caller]
fn holds(document: &Value, path: &str, method: &str, answer: &Answer) {
    let response = &document["paths"][path][method]["responses"][answer.status.as_str()];
    assert!(!response.is_null(), "{method} {path}: {} is not described: {}", answer.status, answer.text());
    let response = resolved(document, response);
    for (name, described) in response["headers"].as_object().into_iter().flatten() {
        let described = resolved(document, described);
        let value = answer.header(name);
        assert!(!value.is_empty() || described["required"] != json!(true), "{method} {path}: {name} is missing");
        if described["schema"]["const"].is_string() {
            assert_eq!(json!(value), described["schema"]["const"]);
        }
    }
    let Some(contents) = response["content"].as_object() else {
        assert!(answer.body.is_empty(), "{method} {path}: a body where none is described");
        return;
    };
    let media = answer.header("content-type").split(';').next().unwrap_or_default();
    let described =
        contents.get(media).or_else(|| contents.get("*/*")).unwrap_or_else(|| panic!("{method} {path}: {media} is not described"));
    if media.ends_with("json") {
        let found = faults(document, &described["schema"], &answer.json());
        assert!(found.is_empty(), "{method} {path} {}: {found:#?}\n{}", answer.status, answer.text());
    }
}

#[tokio::test]
async fn answers_are_as_described() {
    let document = document();
    let held = |path: &str, method: &str, answer: &Answer| holds(&document, path, method, answer);
    let backend = Backend::new();
    held("/.well-known/sips", "get", &backend.get("/.well-known/sips", None).await);
    held("/healthz", "get", &backend.get("/healthz", None).await);

    held("/v1/session", "post", &backend.try_sign_in("rina", "salah").await);
    held("/v1/session", "post", &backend.post("/v1/session", None, "{").await);
    let foreign = Request::builder().method(Method::POST).uri("/v1/session").body(Body::from("x")).expect("a request");
    held("/v1/session", "post", &backend.send(foreign).await);
    held("/v1/session", "post", &backend.post("/v1/session", None, "x".repeat(20_000)).await);
    let seed = sips_backend::accounts::seeds().into_iter().find(|seed| seed.username == "rina").expect("rina");
    let answer = backend.try_sign_in("rina", &seed.password).await;
    held("/v1/session", "post", &answer);
    let rina: Session = answer.json();
    let answer = backend.refresh(&rina.refresh_token).await;
    held("/v1/session", "put", &answer);
    held("/v1/session", "put", &backend.refresh("none").await);
    let token = Some(rina.access_token.as_str());

    for (path, address) in [("/v1/me", "/v1/me"), ("/v1/changes", "/v1/changes"), ("/v1/definitions", "/v1/definitions")] {
        held(path, "get", &backend.get(address, token).await);
        held(path, "get", &backend.get(address, None).await);
    }

    let command = petition(&rina);
    let late = filed_at(petition(&rina), &rina, "2027-01-01", "10.00");
    let mut behind = petition(&rina);
    behind["caseId"] = command["caseId"].clone();
    let mut waiting = petition(&rina);
    waiting["dependsOn"] = json!([command_id(&behind)]);
    let mut ends = Vec::new();
    for command in [&command, &command, &late, &behind, &waiting] {
        let answer = backend.post("/v1/commands", token, json!({ "commands": [command] }).to_string()).await;
        held("/v1/commands", "post", &answer);
        ends.extend(answer.json::<Results>().results.into_iter().map(|result| format!("{:?}", result.result)));
    }
    ends.sort();
    assert_eq!(ends, ["Applied", "Conflict", "Deferred", "Duplicate", "Rejected"], "every end of a command was held against the document");
    held("/v1/commands", "post", &backend.post("/v1/commands", token, "[]").await);
    held("/v1/commands", "post", &backend.post("/v1/commands", None, "{}").await);

    let case = format!("/v1/cases/{}", case_id(&command));
    let answer = backend.get(&case, token).await;
    held("/v1/cases/{caseId}", "get", &answer);
    let mut again = request(Method::GET, &case, token, Body::empty());
    again.headers_mut().insert(header::IF_NONE_MATCH, answer.headers[header::ETAG].clone());
    let again = backend.send(again).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    held("/v1/cases/{caseId}", "get", &again);
    held("/v1/cases/{caseId}", "get", &backend.get(&format!("/v1/cases/{}", case_id(&waiting)), token).await);
    for id in [command_id(&command), command_id(&late), command_id(&waiting)] {
        held("/v1/receipts/{commandId}", "get", &backend.get(&format!("/v1/receipts/{id}"), token).await);
    }
    held("/v1/changes", "get", &backend.get("/v1/changes", token).await);
    held("/v1/changes", "get", &backend.get("/v1/changes?cursor=00", token).await);

    let list: Definitions = backend.get("/v1/definitions", None).await.json();
    for entry in &list.definitions {
        let address = format!("/v1/definitions/{}/{}@{}", entry.kind.key(), entry.id, entry.version);
        held("/v1/definitions/{kind}/{version}", "get", &backend.get(&address, None).await);
    }
    held("/v1/definitions/{kind}/{version}", "get", &backend.get("/v1/definitions/rules/none@1", None).await);

    let pusat = backend.sign_in("pusat").await;
    let base = sips_lapangan::rules::RuleBook::default().newest_calendar().expect("a calendar").pin.clone();
    let change = json!({ "cuti_bersama_working": true });
    let sound = crate::definitions::amendment(&pusat, &base, change.clone());
    let mut unsound = crate::definitions::amendment(&pusat, &base, change.clone());
    unsound["reason"] = json!("");
    let token_of_pusat = Some(pusat.access_token.as_str());
    let foreign = Request::builder()
        .method(Method::POST)
        .uri("/v1/definitions")
        .header(header::AUTHORIZATION, format!("Bearer {}", pusat.access_token));
    held("/v1/definitions", "post", &backend.send(foreign.body(Body::from("x")).expect("a request")).await);
    for (token, body) in [
        (None, "{}".to_owned()),
        (token_of_pusat, "{".to_owned()),
        (token_of_pusat, "x".repeat(300_000)),
        (token, crate::definitions::amendment(&rina, &base, change).to_string()),
        (token_of_pusat, unsound.to_string()),
        (token_of_pusat, sound.to_string()),
        (token_of_pusat, {
            let mut stale = unsound;
            stale["base"]["version"] = json!(7);
            stale.to_string()
        }),
    ] {
        held("/v1/definitions", "post", &backend.post("/v1/definitions", token, body).await);
    }

    let bytes = b"%PDF-1.7 ".to_vec();
    let digest = Digest::of(&bytes);
    let of_file = |method: Method, path: &str| tus(method, path, &rina);
    let send = async |request: axum::http::request::Builder, body: &[u8]| {
        backend.send(request.body(body.to_vec().into()).expect("a request")).await
    };
    let (files, one) = (endpoint::FILES, endpoint::file(&digest));
    held(files, "options", &send(of_file(Method::OPTIONS, files), b"").await);
    held(files, "post", &create(&backend, &rina, &digest, 9).await);
    held(files, "post", &send(of_file(Method::POST, files), b"").await);
    held(files, "post", &backend.post(files, token, "").await);
    held("/v1/files/{sha256}", "patch", &patch(&backend, &rina, &digest, 0, bytes.clone()).await);
    backend.push_one(&rina, &petition_with(&rina, &bytes)).await;
    held(files, "post", &create(&backend, &rina, &digest, 8).await);
    held(files, "post", &create(&backend, &rina, &digest, 9).await);
    held("/v1/files/{sha256}", "head", &send(of_file(Method::HEAD, &one), b"").await);
    held("/v1/files/{sha256}", "get", &backend.get(&one, token).await);
    held("/v1/files/{sha256}", "patch", &patch(&backend, &rina, &digest, 3, bytes.clone()).await);
    held("/v1/files/{sha256}", "patch", &patch(&backend, &rina, &digest, 0, vec![b'x'; 10]).await);
    held("/v1/files/{sha256}", "patch", &patch(&backend, &rina, &digest, 0, vec![b'x'; 9]).await);
    held("/v1/files/{sha256}", "delete", &send(of_file(Method::DELETE, &one), b"").await);
    held("/v1/files/{sha256}", "delete", &send(of_file(Method::DELETE, &one), b"").await);
    held(files, "post", &create(&backend, &rina, &digest, 9).await);
    held("/v1/files/{sha256}", "patch", &patch(&backend, &rina, &digest, 0, bytes.clone()).await);
    held("/v1/files/{sha256}", "delete", &send(of_file(Method::DELETE, &one), b"").await);
    held(files, "post", &create(&backend, &rina, &digest, 9).await);
    for range in ["bytes=0-3", "bytes=20-", "none"] {
        held("/v1/files/{sha256}", "get", &send(of_file(Method::GET, &one).header(header::RANGE, range), b"").await);
    }
    held("/v1/changes", "get", &backend.get("/v1/changes", token).await);

    let draft = format!("/v1/drafts/{DRAFT}");
    for (condition, body) in [
        (Some(("if-none-match", "*")), &b"test"[..]),
        (Some(("if-none-match", "*")), b"test"),
        (Some(("if-none-match", "*")), b"other"),
        (None, b"other"),
        (Some(("if-none-match", "*")), b""),
        (Some(("if-none-match", "*")), &vec![0; DRAFT_BYTES + 1]),
    ] {
        held("/v1/drafts/{id}", "put", &keep(&backend, &rina, DRAFT, condition, body).await);
    }
    held("/v1/drafts/{id}", "put", &keep(&backend, &rina, "x", None, b"x").await);
    held("/v1/drafts/{id}", "put", &backend.send(request(Method::PUT, &draft, token, "{}".into())).await);
    held("/v1/drafts", "get", &backend.get("/v1/drafts", token).await);
    held("/v1/drafts/{id}", "get", &backend.get(&draft, token).await);
    held("/v1/drafts/{id}", "get", &backend.get("/v1/drafts/x", token).await);
    let tag = format!("\"{}\"", Digest::of(b"test"));
    for (method, name, tag) in [("get", "if-none-match", tag.as_str()), ("delete", "if-match", "\"x\""), ("delete", "if-match", &tag)] {
        let mut asked = request(Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method"), &draft, token, Body::empty());
        asked.headers_mut().insert(name, tag.parse().expect("a header"));
        held("/v1/drafts/{id}", method, &backend.send(asked).await);
    }
    held("/v1/devices/{id}", "put", &tell(&backend, &rina, DEVICE, &health()).await);
    held("/v1/devices/{id}", "put", &tell(&backend, &rina, DEVICE, &json!({})).await);
    held("/v1/devices", "get", &backend.get("/v1/devices", token).await);
    held("/v1/devices", "get", &backend.get("/v1/devices", token_of_pusat).await);
    held("/v1/hints", "get", &backend.get("/v1/hints", None).await);
    let mut streams = Vec::new();
    for _ in 0..5 {
        streams.push(backend.open(request(Method::GET, "/v1/hints", token, Body::empty())).await);
    }
    held("/v1/hints", "get", &backend.get("/v1/hints", token).await);
    decided(&backend).await;
    let new = crate::officers::created("budi");
    let account = new["account"].as_str().expect("an id").to_owned();
    let mut unsound = crate::officers::created("rina");
    unsound["reason"] = json!("");
    let mut reused = new.clone();
    reused["reason"] = json!("Lain");
    let new = new.to_string();
    for (token, body) in [
        (None, "{}".to_owned()),
        (token_of_pusat, "{".to_owned()),
        (token_of_pusat, "x".repeat(20_000)),
        (token, new.clone()),
        (token_of_pusat, unsound.to_string()),
        (token_of_pusat, new),
        (token_of_pusat, reused.to_string()),
        (token_of_pusat, crate::officers::change(&account, json!({ "lock": {} })).to_string()),
    ] {
        held("/v1/accounts", "post", &backend.post("/v1/accounts", token, body).await);
    }
    held("/v1/session", "post", &backend.try_sign_in("budi", "bace-difu-wuba-hegi").await);
    for token in [None, token, token_of_pusat] {
        held("/v1/accounts", "get", &backend.get("/v1/accounts", token).await);
        held("/v1/accounts/{id}", "get", &backend.get(&format!("/v1/accounts/{account}"), token).await);
    }
    held("/v1/accounts/{id}", "get", &backend.get("/v1/accounts/x", token_of_pusat).await);
    for address in ["petitions", "hearings", "decisions", "petitions?before=x", "x", "petitions?q=lumbung&area=16", "petitions?area=x"] {
        held("/v1/public/{view}", "get", &backend.get(&format!("/v1/public/{address}"), None).await);
    }

    let goodbye = request(Method::DELETE, "/v1/session", token, Body::empty());
    held("/v1/session", "delete", &backend.send(goodbye).await);
    held("/v1/session", "delete", &backend.send(request(Method::DELETE, "/v1/session", None, Body::empty())).await);
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let source = include_str!("../../src/http.rs");
    let routes = source.lines().filter(|line| line.trim_start().starts_with(".route(")).count();
    assert_eq!(document()["paths"].as_object().map(serde_json::Map::len), Some(routes));
}

#[test]
fn every_operation_has_examples_that_are_understood() {
    let document = document();
    for (path, method, operation) in operations(&document) {
        let request = operation["requestBody"]["content"].as_object().into_iter().flatten().map(|content| ("request", content));
        let answers = operation["responses"].as_object().into_iter().flatten().flat_map(|(status, response)| {
            let contents = resolved(&document, response)["content"].as_object().into_iter().flatten();
            contents.map(move |content| (status.as_str(), content))
        });
        for (place, (media, described)) in request.chain(answers) {
            if !media.ends_with("json") {
                continue;
            }
            let example = &described["example"];
            assert!(!example.is_null(), "{method} {path} {place} has no example");
            let found = faults(&document, &described["schema"], example);
            assert!(found.is_empty(), "{method} {path} {place}: {found:#?}");
            let name = described["schema"]["$ref"].as_str().and_then(|target| target.rsplit('/').next()).unwrap_or_default();
            understood(name, example).unwrap_or_else(|error| panic!("{method} {path} {place}: {error}"));
        }
    }
}

/// Reads an example as the client does.
fn understood(schema: &str, example: &Value) -> serde_json::Result<()> {
    fn read<T: serde::de::DeserializeOwned>(example: &Value) -> serde_json::Result<()> {
        T::deserialize(example).map(|_| ())
    }
    match schema {
        "Discovery" => read::<Discovery>(example),
        "SignIn" => read::<SignIn>(example),
        "Refresh" => read::<Refresh>(example),
        "Session" => read::<Session>(example),
        "Me" => read::<Me>(example),
        "Commands" => read::<Commands>(example),
        "Results" => read::<Results>(example),
        "CommandResult" => read::<CommandResult>(example),
        "Changes" => read::<Changes>(example),
        "WholeCase" => read::<WholeCase>(example),
        "Definitions" => read::<Definitions>(example),
        "Amendment" => read::<sips_lapangan::domain::amendment::Amendment>(example),
        "SealedDrafts" => read::<SealedDrafts>(example),
        "Health" => read::<Health>(example),
        "Devices" => read::<Devices>(example),
        "AccountChange" => read::<sips_lapangan::domain::account::AccountChange>(example),
        "AccountPage" => read::<AccountPage>(example),
        "AccountHistory" => read::<AccountHistory>(example),
        "PublicPage" => read::<PublicPage>(example),
        "Problem" => read::<Problem>(example),
        // The law's own documents: their format is described elsewhere and read by the tests of the core.
        "" => Ok(()),
        other => panic!("no type is known for {other}"),
    }
}
