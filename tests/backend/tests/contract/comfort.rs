//! Level 3: hints, sealed drafts, health of devices, and what everybody may read.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use sips_backend::drafts::{DRAFT_BYTES, SealedDrafts};
use sips_lapangan::api::wire::{Devices, Discovery, PublicPage, ResultKind, Session};
use sips_lapangan::domain::public::PublicEntry;
use sips_lapangan::domain::time::Timestamp;

use crate::support::{Answer, Backend, DEVICE, MINUTE_MS, case_id, new_ids, petition, request, stated};

pub const DRAFT: &str = "01980000-0000-7000-8000-0000000000e1";

fn sealed(method: Method, id: &str, session: &Session, condition: Option<(&str, &str)>, body: Vec<u8>) -> Request<Body> {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("/v1/drafts/{id}"))
        .header(header::AUTHORIZATION, format!("Bearer {}", session.access_token))
        .header(header::CONTENT_TYPE, "application/octet-stream");
    if let Some((name, value)) = condition {
        request = request.header(name, value);
    }
    request.body(body.into()).expect("a request")
}

/// Keeps a sealed copy; the condition is what it replaces.
pub async fn keep(backend: &Backend, session: &Session, id: &str, condition: Option<(&str, &str)>, body: &[u8]) -> Answer {
    backend.send(sealed(Method::PUT, id, session, condition, body.to_vec())).await
}

#[tokio::test]
async fn what_level_3_has_is_announced() {
    let discovery: Discovery = Backend::new().get("/.well-known/sips", None).await.json();
    assert_eq!(
        (discovery.level, discovery.features),
        (3, ["hints", "drafts", "devices", "public", "public-search", "accounts"].map(str::to_owned).to_vec())
    );
}

#[tokio::test]
async fn a_sealed_draft_is_replaced_only_by_who_has_seen_it() {
    let backend = Backend::new();
    let (rina, yusuf) = (backend.sign_in("rina").await, backend.sign_in("yusuf").await);
    let nothing = Some(("if-none-match", "*"));
    let first = keep(&backend, &rina, DRAFT, nothing, b"\0sealed").await;
    assert_eq!(first.status, StatusCode::CREATED);
    let tag = first.header("etag").to_owned();
    // The answer was lost: sent again it is as if it had come.
    assert_eq!(keep(&backend, &rina, DRAFT, nothing, b"\0sealed").await.status, StatusCode::NO_CONTENT);
    assert_eq!(keep(&backend, &rina, DRAFT, nothing, b"other").await.problem().kind, "/problems/another-copy");
    assert_eq!(keep(&backend, &rina, DRAFT, None, b"other").await.status, StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(keep(&backend, &rina, DRAFT, Some(("if-match", "*")), b"other").await.status, StatusCode::PRECONDITION_REQUIRED);
    let second = keep(&backend, &rina, DRAFT, Some(("if-match", &tag)), b"second").await;
    assert_eq!(second.status, StatusCode::NO_CONTENT);
    let stale = keep(&backend, &rina, DRAFT, Some(("if-match", &tag)), b"third").await;
    assert_eq!(stale.problem().status, 412);
    let read = backend.get(&format!("/v1/drafts/{DRAFT}"), Some(&rina.access_token)).await;
    assert_eq!((read.body.as_slice(), read.header("etag")), (&b"second"[..], second.header("etag")));
    assert_eq!((read.header("content-type"), read.header("cache-control")), ("application/octet-stream", "no-store"));
    let list: SealedDrafts = backend.get("/v1/drafts", Some(&rina.access_token)).await.json();
    assert_eq!(list.drafts.iter().map(|draft| (draft.id.to_string(), draft.bytes)).collect::<Vec<_>>(), [(DRAFT.to_owned(), 6)]);

    // A colleague of the same office: nothing is there for them, and the same id is another draft.
    let list: SealedDrafts = backend.get("/v1/drafts", Some(&yusuf.access_token)).await.json();
    assert!(list.drafts.is_empty());
    assert_eq!(backend.get(&format!("/v1/drafts/{DRAFT}"), Some(&yusuf.access_token)).await.status, StatusCode::NOT_FOUND);
    let gone = |session, tag: String| sealed(Method::DELETE, DRAFT, session, Some(("if-match", tag.as_str())), vec![]);
    let current = second.header("etag").to_owned();
    assert_eq!(backend.send(gone(&yusuf, current.clone())).await.status, StatusCode::NOT_FOUND);
    assert_eq!(backend.send(gone(&rina, tag)).await.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(backend.send(gone(&rina, current)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(backend.get(&format!("/v1/drafts/{DRAFT}"), Some(&rina.access_token)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn sealed_drafts_have_limits() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let nothing = Some(("if-none-match", "*"));
    let large = vec![7; DRAFT_BYTES];
    for n in 0..32 {
        let id = format!("01980000-0000-7000-8000-0000000001{n:02}");
        assert_eq!(keep(&backend, &rina, &id, nothing, &large).await.status, StatusCode::CREATED, "{n}");
    }
    assert_eq!(keep(&backend, &rina, DRAFT, nothing, b"x").await.status, StatusCode::PAYLOAD_TOO_LARGE, "no room");
    let larger = vec![7; DRAFT_BYTES + 1];
    assert_eq!(keep(&backend, &rina, DRAFT, nothing, &larger).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(keep(&backend, &rina, DRAFT, nothing, b"").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(keep(&backend, &rina, "x", nothing, b"x").await.status, StatusCode::NOT_FOUND);
    let json = request(Method::PUT, &format!("/v1/drafts/{DRAFT}"), Some(&rina.access_token), "{}".into());
    assert_eq!(backend.send(json).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

pub async fn tell(backend: &Backend, session: &Session, device: &str, health: &Value) -> Answer {
    let path = format!("/v1/devices/{device}");
    backend.send(request(Method::PUT, &path, Some(&session.access_token), health.to_string().into())).await
}

pub fn health() -> Value {
    json!({ "app": "0.1.0", "commands": 3, "files": 1, "drafts": 2, "parked": 0, "waitingSince": "2026-07-08T01:00:00.000Z" })
}

#[tokio::test]
async fn who_watches_over_an_office_sees_what_its_devices_have_not_sent() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    assert_eq!(tell(&backend, &rina, DEVICE, &health()).await.status, StatusCode::NO_CONTENT);
    backend.wait_ms(MINUTE_MS);
    let mut later = health();
    later["commands"] = json!(0);
    assert_eq!(tell(&backend, &rina, DEVICE, &later).await.status, StatusCode::NO_CONTENT);
    let slamet = backend.sign_in("slamet").await;
    assert_eq!(tell(&backend, &slamet, DEVICE, &health()).await.status, StatusCode::NO_CONTENT);
    for (username, seen) in [("hendra", vec!["16.07"]), ("sumsel", vec!["16.07"]), ("pusat", vec!["16.07", "33.24"])] {
        let watcher = backend.sign_in(username).await;
        let list: Devices = backend.get("/v1/devices", Some(&watcher.access_token)).await.json();
        let mut offices: Vec<&str> = list.devices.iter().map(|device| device.office.0.as_str()).collect();
        offices.sort_unstable();
        assert_eq!(offices, seen, "{username}");
        let of_rina = list.devices.iter().find(|device| device.account == rina.me.account).expect("rina's");
        assert_eq!((of_rina.health.commands, of_rina.seen_at, &of_rina.name), (0, backend.now(), &rina.me.name));
    }
    assert_eq!(backend.get("/v1/devices", Some(&rina.access_token)).await.problem().status, 403);
    for (key, value) in [("app", json!("")), ("app", json!("x".repeat(101))), ("commands", json!(-1)), ("petitioner", json!("Ahmad"))] {
        let mut wrong = health();
        wrong[key] = value;
        assert_eq!(tell(&backend, &rina, DEVICE, &wrong).await.status, StatusCode::BAD_REQUEST, "{key}");
    }
    // As some libraries write a whole number.
    for (commands, status) in [(json!(4.0), StatusCode::NO_CONTENT), (json!(4.5), StatusCode::BAD_REQUEST)] {
        let mut written = health();
        written["commands"] = commands;
        assert_eq!(tell(&backend, &rina, DEVICE, &written).await.status, status);
    }
    for n in 0..19 {
        let device = format!("01980000-0000-7000-8000-0000000002{n:02}");
        assert_eq!(tell(&backend, &rina, &device, &health()).await.status, StatusCode::NO_CONTENT);
    }
    let one_more = "01980000-0000-7000-8000-000000000299";
    assert_eq!(tell(&backend, &rina, one_more, &health()).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

/// What a stream says next; `None` at its end.
async fn heard(body: &mut Body) -> Option<String> {
    let frame = tokio::time::timeout(Duration::from_secs(60), body.frame()).await.expect("something is said");
    frame.map(|frame| String::from_utf8(frame.expect("a frame").into_data().expect("bytes").to_vec()).expect("text"))
}

const CHANGED: &str = "event: changed\ndata: {}\n\n";

#[tokio::test]
async fn a_hint_says_that_something_changed_and_nothing_more() {
    let backend = Backend::new();
    let (rina, slamet) = (backend.sign_in("rina").await, backend.sign_in("slamet").await);
    let (parts, mut here) = backend.open(request(Method::GET, "/v1/hints", Some(&rina.access_token), Body::empty())).await;
    let (_, mut elsewhere) = backend.open(request(Method::GET, "/v1/hints", Some(&slamet.access_token), Body::empty())).await;
    assert_eq!(parts.headers["content-type"], "text/event-stream");
    assert!(parts.headers["cache-control"] == "no-store" && parts.headers["sips-contract"] == "1");
    assert_eq!(heard(&mut here).await.as_deref(), Some(": listening\n\n"));
    assert_eq!(heard(&mut elsewhere).await.as_deref(), Some(": listening\n\n"));
    backend.push_one(&rina, &petition(&rina)).await;
    assert_eq!(heard(&mut here).await.as_deref(), Some(CHANGED));
    // Another office's work is no change for this one, whose stream only says that it lives.
    assert_eq!(heard(&mut elsewhere).await.as_deref(), Some(": \n\n"));
    backend.push_one(&slamet, &petition(&slamet)).await;
    assert_eq!(heard(&mut elsewhere).await.as_deref(), Some(CHANGED));

    // A session that ended hears no more.
    backend.send(request(Method::DELETE, "/v1/session", Some(&rina.access_token), Body::empty())).await;
    backend.push_one(&slamet, &petition(&slamet)).await;
    assert_eq!(heard(&mut here).await, None);
    backend.stop_hints();
    while let Some(said) = heard(&mut elsewhere).await {
        assert_eq!(said, CHANGED);
    }
}

#[tokio::test]
async fn streams_of_an_account_are_few_and_given_back() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let ask = || request(Method::GET, "/v1/hints", Some(&rina.access_token), Body::empty());
    let mut open = Vec::new();
    for _ in 0..5 {
        let (parts, body) = backend.open(ask()).await;
        assert_eq!(parts.status, StatusCode::OK);
        open.push(body);
    }
    let refused = backend.send(ask()).await;
    assert_eq!((refused.problem().status, refused.header("retry-after")), (429, "60"));
    open.pop();
    assert_eq!(backend.open(ask()).await.0.status, StatusCode::OK);
    assert_eq!(backend.get("/v1/hints", None).await.status, StatusCode::UNAUTHORIZED);
}

/// The next command of a case: an act at this time, with these answers.
fn next(session: &Session, first: &Value, revision: u32, act: &str, (date, time): (&str, &str), mut answers: Value) -> Value {
    let (command, _) = new_ids();
    let at = stated(date, time, session);
    answers["on"] = json!(date);
    answers["at"] = json!(time);
    let mut next = first.clone();
    next["commandId"] = json!(command);
    next["payload"] = json!({ "act": act, "answers": answers });
    next["base"] = json!({ "revision": revision });
    next["happenedAt"] = json!(at);
    next["madeAt"]["wall"] = json!(at);
    next
}

fn people(named: &[(&str, &str)]) -> Value {
    let rows = named.iter().enumerate().map(|(n, (name, part))| {
        let fields = if part.is_empty() { json!({ "name": name }) } else { json!({ "name": name, "part": part }) };
        json!({ "id": format!("01980000-0000-7000-8000-0000000003{n:02}"), "fields": fields })
    });
    rows.collect()
}

/// Worked case 1, from the reception to the decision, with a hearing announced.
pub async fn decided(backend: &Backend) -> Value {
    let nurul = backend.sign_in("nurul").await;
    let first = petition(&nurul);
    let papers = ["petition", "ktp", "object", "evidence", "evidence_list"]
        .map(|id| json!({ "id": id, "fields": { "present": "yes", "copies": "4" } }));
    let checks = ["competence", "standing", "in_time", "object", "loss"].map(|key| (key.to_owned(), json!("yes")));
    let mut verification: serde_json::Map<String, Value> = checks.into_iter().collect();
    verification.insert("excluded_object".to_owned(), json!("no"));
    verification.insert("papers".to_owned(), json!(papers));
    let mediation = [("Yusran Effendi", "mediator"), ("Rizal Fahmi", "secretary"), ("Nurul Aini", "note_taker")];
    let staff = [("Yusran Effendi", "mediator")];
    let text = |text: &str| json!([{ "id": "01980000-0000-7000-8000-000000000400", "fields": { "text": text } }]);
    let steps = [
        ("verify", ("2026-07-08", "10.40"), Value::Object(verification)),
        (
            "plenary",
            ("2026-07-08", "11.00"),
            json!({
                "members": people(&[("Halimah Tusadiah", ""), ("Yusran Effendi", ""), ("Dewi Anggraini", "")]),
                "result": "complete", "reasons": "Berkas dan syarat terpenuhi",
            }),
        ),
        ("register", ("2026-07-08", "11.20"), json!({})),
        ("appoint_mediator", ("2026-07-08", "12.00"), json!({ "people": people(&mediation), "has_member": "yes" })),
        (
            "announce",
            ("2026-07-08", "12.20"),
            json!({
                "session": "mediation", "session_on": "2026-07-09", "session_at": "09.00", "place": "Ruang mediasi", "where": "both",
            }),
        ),
        (
            "mediation_day",
            ("2026-07-09", "09.00"),
            json!({
                "petitioner": "present", "respondent": "present", "staff": people(&staff), "notes": "Perundingan tertutup",
            }),
        ),
        (
            "mediation_result",
            ("2026-07-10", "11.00"),
            json!({
                "result": "full", "staff": people(&staff), "agreed": text("Ijazah yang terbaca diterima"), "signed": "yes",
            }),
        ),
        (
            "read_decision",
            ("2026-07-10", "14.00"),
            json!({
                "outcome": "settled", "decided_on": "2026-07-10", "operative": text("Menyatakan kesepakatan mengikat"),
                "considerations": "Menimbang seluruh bukti", "panel": people(&[("Sri Wahyuni", "chair")]),
            }),
        ),
    ];
    let received = backend.push_one(&nurul, &first).await;
    assert_eq!(received.result, ResultKind::Applied);
    for (revision, (act, when, answers)) in (1..).zip(steps) {
        backend.set_clock(Timestamp(stated(when.0, when.1, &nurul).0 + MINUTE_MS));
        // Days have passed, and with them the life of a token.
        let nurul = backend.sign_in("nurul").await;
        let result = backend.push_one(&nurul, &next(&nurul, &first, revision, act, when, answers)).await;
        assert_eq!(result.result, ResultKind::Applied, "{act}: {:?}", result.problem);
    }
    first
}

async fn entries(backend: &Backend, view: &str) -> Vec<Value> {
    let answer = backend.get(&format!("/v1/public/{view}"), None).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json::<Value>()["entries"].as_array().expect("entries").clone()
}

#[tokio::test]
async fn everybody_may_read_what_became_public_and_no_word_more() {
    let mut backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    backend.push_one(&rina, &petition(&rina)).await;
    assert!(entries(&backend, "petitions").await.is_empty(), "whether a petition is public before it is registered is not known");
    let first = decided(&backend).await;

    let petitions = entries(&backend, "petitions").await;
    let petition: PublicEntry = serde_json::from_value(petitions[0].clone()).expect("a petition");
    assert_eq!(petition.number.as_deref(), Some("001/PS.REG/1607/VII/2026"));
    assert_eq!((petition.state.as_deref(), petition.registered_on.as_deref()), (Some("decided"), Some("2026-07-08")));
    assert_eq!(petition.petitioners, ["Partai Lumbung Rakyat (PLR)"]);
    assert_eq!(petition.object.expect("an object").number, "123/PL.01.4-Kpt/1607/2026");
    let hearing: PublicEntry = serde_json::from_value(entries(&backend, "hearings").await[0].clone()).expect("a hearing");
    assert_eq!(
        (hearing.session.as_deref(), hearing.on.as_deref(), hearing.place.as_deref()),
        (Some("mediation"), Some("2026-07-09"), Some("Ruang mediasi"))
    );
    let decision: PublicEntry = serde_json::from_value(entries(&backend, "decisions").await[0].clone()).expect("a decision");
    assert_eq!((decision.outcome.as_deref(), decision.read_on.as_deref()), (Some("settled"), Some("2026-07-10")));

    // The fields are these and no others, and nothing of a person who is no petitioner by name is anywhere in them.
    let keys = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&petitions[0]), ["number", "object", "office", "petitioners", "registeredOn", "respondent", "state", "track"]);
    let mut all = String::new();
    for view in ["petitions", "hearings", "decisions"] {
        all += &backend.get(&format!("/v1/public/{view}"), None).await.text();
    }
    let secrets =
        ["1607081203800001", "0812", "Merdeka", "Zulkifli", "Nurhayati", "Yusran", "tertutup", "Ijazah", "mengikat", case_id(&first)];
    for secret in secrets {
        assert!(!all.contains(secret), "{secret}");
    }

    // Made of the history alone: a database that never had it makes it.
    backend.database().run("DELETE FROM published; DELETE FROM meta WHERE key = 'published'").expect("as it was before");
    backend.restart();
    assert_eq!(entries(&backend, "petitions").await, petitions);
}

#[tokio::test]
async fn public_views_are_searched_by_the_server() {
    let backend = Backend::new();
    decided(&backend).await;
    let count = async |query: &str| {
        let answer = backend.get(&format!("/v1/public/petitions?{query}"), None).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text());
        answer.json::<PublicPage>().entries.len()
    };
    for query in [
        "q=lumbung+partai",
        "q=LOEMBOENG",
        "q=001%2FPS.REG%2F1607%2FVII%2F2026",
        "q=001psreg",
        "q=ps.reg",
        "q=daftar%20calon%20banyuasin",
        "q=%20%25",
        "track=pemilu-penyelenggara&area=16.07",
        "area=16",
        "area=00",
        "petitioner=PLR",
        "respondent=kpu+banyuasin&q=rakyat",
        "q=&track=",
    ] {
        assert_eq!(count(query).await, 1, "{query}");
    }
    for query in
        ["q=lumbung+tidakada", "track=pemilihan-penyelenggara", "area=1", "area=16.08", "petitioner=kpu", "respondent=PLR", "q=Zulkifli"]
    {
        assert_eq!(count(query).await, 0, "{query}");
    }
    for query in ["area=x", &format!("q={}", "x".repeat(301))] {
        assert_eq!(backend.get(&format!("/v1/public/petitions?{query}"), None).await.status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test]
async fn public_pages_are_kept_by_caches_and_follow_each_other() {
    let backend = Backend::new();
    let many = "INSERT INTO published (view, entry, place, body) VALUES ('decisions', '#', #, '{\"n\":#}');";
    let all: String = (1..=120).map(|n| many.replace('#', &n.to_string())).collect();
    backend.database().run(&all).expect("entries");
    let (mut seen, mut path) = (Vec::new(), "/v1/public/decisions".to_owned());
    loop {
        let page: Value = backend.get(&path, None).await.json();
        seen.extend(page["entries"].as_array().expect("entries").iter().map(|entry| entry["n"].as_i64().expect("a number")));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/public/decisions?before={next}");
    }
    assert_eq!(seen, (1..=120).rev().collect::<Vec<_>>());
    let first = backend.get("/v1/public/decisions", None).await;
    assert_eq!(first.header("cache-control"), "public, max-age=60");
    let mut again = request(Method::GET, "/v1/public/decisions", None, Body::empty());
    again.headers_mut().insert(header::IF_NONE_MATCH, first.headers[header::ETAG].clone());
    let again = backend.send(again).await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    for (path, status) in [("decisions?before=x", 400), ("decisions?before=-1", 400), ("drafts", 404), ("x", 404)] {
        assert_eq!(backend.get(&format!("/v1/public/{path}"), None).await.problem().status, status, "{path}");
    }
}
