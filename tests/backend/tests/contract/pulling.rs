//! Changes, whole cases and definitions.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::Value;
use sips_lapangan::api::endpoint;
use sips_lapangan::api::wire::{Changes, Definitions, Discovery, Session, WholeCase};
use sips_lapangan::domain::amendment::DefinitionKind;
use sips_lapangan::domain::digest::Digest;

use crate::databases::TestDatabase;
use crate::support::{Answer, Backend, case_id, petition};

async fn pull(backend: &Backend, session: &Session, cursor: Option<&str>) -> Answer {
    let path = endpoint::changes(cursor);
    backend.get(&path, Some(&session.access_token)).await
}

async fn pull_page(backend: &Backend, session: &Session, cursor: Option<&str>) -> Changes {
    let answer = pull(backend, session, cursor).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert!(answer.body.len() <= 1_024 * 1_024, "{} bytes", answer.body.len());
    answer.json()
}

async fn get_if(backend: &Backend, path: &str, token: Option<&str>, tag: &str) -> Answer {
    let mut request = Request::get(path).header(header::IF_NONE_MATCH, tag);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    backend.send(request.body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn pages_follow_each_other_by_their_cursors() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let empty = pull_page(&backend, &rina, None).await;
    assert_eq!((empty.from.as_str(), empty.more, empty.acts.len()), ("", false, 0));

    let first = backend.push_one(&rina, &petition(&rina)).await.act;
    let page = pull_page(&backend, &rina, Some(&empty.next)).await;
    assert_eq!(page.epoch, empty.epoch);
    assert_eq!(page.from, empty.next);
    assert_eq!(page.acts, Vec::from_iter(first.clone()));
    let second = backend.push_one(&rina, &petition(&rina)).await.act;
    let next = pull_page(&backend, &rina, Some(&page.next)).await;
    assert_eq!(next.acts, Vec::from_iter(second.clone()));
    let quiet = pull_page(&backend, &rina, Some(&next.next)).await;
    assert_eq!((quiet.next, quiet.acts.len()), (next.next, 0));
    let all = pull_page(&backend, &rina, None).await;
    assert_eq!(all.acts, Vec::from_iter(first.into_iter().chain(second)));
}

#[tokio::test]
async fn a_page_has_an_end_by_bytes_and_by_number() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let long = "posita ".repeat(25_000);
    let mut sent = Vec::new();
    for _ in 0..8 {
        let mut command = petition(&rina);
        command["payload"]["answers"]["grounds"] = long.trim_end().into();
        let act = backend.push_one(&rina, &command).await.act;
        sent.push(act.expect("an act").command_id);
    }
    let mut pulled = Vec::new();
    let mut pages = 0;
    let mut cursor = None;
    loop {
        let page = pull_page(&backend, &rina, cursor.as_deref()).await;
        pages += 1;
        pulled.extend(page.acts.iter().map(|act| act.command_id));
        cursor = Some(page.next);
        if !page.more {
            break;
        }
    }
    assert_eq!(pulled, sent);
    assert_eq!(pages, 2);

    let small = Backend::new();
    let rina = small.sign_in("rina").await;
    for _ in 0..26 {
        let batch: Vec<Value> = (0..20).map(|_| petition(&rina)).collect();
        small.push(&rina, &batch).await;
    }
    let first = pull_page(&small, &rina, None).await;
    assert!(first.more && first.acts.len() <= 500);
    let mut pulled = first.acts.len();
    let mut cursor = first.next;
    while pulled < 520 {
        let page = pull_page(&small, &rina, Some(&cursor)).await;
        assert!(!page.acts.is_empty());
        pulled += page.acts.len();
        cursor = page.next;
    }
    assert_eq!(pulled, 520);
}

#[tokio::test]
async fn everybody_sees_the_offices_of_their_scope() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let slamet = backend.sign_in("slamet").await;
    let banyuasin = petition(&rina);
    let kendal = petition(&slamet);
    backend.push_one(&rina, &banyuasin).await;
    backend.push_one(&slamet, &kendal).await;
    for (username, expected) in [
        ("yusuf", &[&banyuasin][..]),
        ("zainal", &[&banyuasin]),
        ("slamet", &[&kendal]),
        ("baiq", &[]),
        ("sumsel", &[&banyuasin]),
        ("pusat", &[&banyuasin, &kendal]),
    ] {
        let session = backend.sign_in(username).await;
        let page = pull_page(&backend, &session, None).await;
        let seen: Vec<String> = page.acts.iter().map(|act| act.case_id.to_string()).collect();
        let expected: Vec<&str> = expected.iter().map(|command| case_id(command)).collect();
        assert_eq!(seen, expected, "{username}");
        for command in [&banyuasin, &kendal] {
            let path = format!("/v1/cases/{}", case_id(command));
            let answer = backend.get(&path, Some(&session.access_token)).await;
            assert_eq!(answer.status == StatusCode::OK, expected.contains(&case_id(command)), "{username}");
        }
    }
}

#[tokio::test]
async fn a_cursor_of_another_history_or_scope_is_refused() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let slamet = backend.sign_in("slamet").await;
    backend.push_one(&rina, &petition(&rina)).await;
    let own = pull_page(&backend, &rina, None).await.next;
    let others = pull_page(&backend, &slamet, None).await.next;
    let other_server = Backend::over(TestDatabase::empty(), |_| {});
    let rina_there = other_server.sign_in("rina").await;
    let foreign = pull_page(&other_server, &rina_there, None).await.next;
    let mut damaged = own.clone();
    damaged.replace_range(15..16, if own.as_bytes()[15] == b'9' { "8" } else { "9" });
    for cursor in [others.as_str(), &foreign, &damaged, "x", "0", "%00", "ü", &"f".repeat(5_000), "7fffffffffffffff0000000000000000"] {
        let answer = pull(&backend, &rina, Some(cursor)).await;
        assert_eq!(answer.status, StatusCode::GONE, "{cursor}");
        assert_eq!(answer.problem().kind, "/problems/cursor");
    }
    // The same office has the same cursors.
    let yusuf = backend.sign_in("yusuf").await;
    assert_eq!(pull(&backend, &yusuf, Some(&own)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_cursor_ahead_of_an_older_copy_is_refused() {
    let mut backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let older = backend.copy();
    backend.push_one(&rina, &petition(&rina)).await;
    let cursor = pull_page(&backend, &rina, None).await.next;
    backend.put_back(older);
    assert_eq!(pull(&backend, &rina, Some(&cursor)).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_whole_case_has_a_tag() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let command = petition(&rina);
    let act = backend.push_one(&rina, &command).await.act;
    let path = format!("/v1/cases/{}", case_id(&command));
    let token = Some(rina.access_token.as_str());
    let answer = backend.get(&path, token).await;
    let case: WholeCase = answer.json();
    assert_eq!(case.case_id.to_string(), case_id(&command));
    assert_eq!((case.revision, case.acts), (1, Vec::from_iter(act)));
    let tag = answer.header("etag").to_owned();
    assert_eq!(answer.header("cache-control"), "no-store");
    for (asked, expected) in [
        (tag.clone(), StatusCode::NOT_MODIFIED),
        (format!("W/{tag}"), StatusCode::NOT_MODIFIED),
        (format!("\"x\", {tag}"), StatusCode::NOT_MODIFIED),
        ("*".to_owned(), StatusCode::NOT_MODIFIED),
        ("\"x\"".to_owned(), StatusCode::OK),
    ] {
        let answer = get_if(&backend, &path, token, &asked).await;
        assert_eq!(answer.status, expected, "{asked}");
        assert_eq!(answer.header("etag"), tag);
        assert_eq!(answer.body.is_empty(), expected == StatusCode::NOT_MODIFIED);
    }
    for unknown in ["x", "0198", "%00", "01980000-0000-7000-8000-000000000000"] {
        let answer = backend.get(&format!("/v1/cases/{unknown}"), token).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{unknown}");
        answer.problem();
    }
}

#[tokio::test]
async fn definitions_are_what_their_digests_say() {
    let backend = Backend::new();
    let answer = backend.get("/v1/definitions", None).await;
    let list: Definitions = answer.json();
    assert_eq!(get_if(&backend, "/v1/definitions", None, answer.header("etag")).await.status, StatusCode::NOT_MODIFIED);
    assert!(list.definitions.iter().any(|entry| entry.kind == DefinitionKind::Rules));
    assert!(list.definitions.iter().any(|entry| entry.kind == DefinitionKind::Calendar));
    for entry in list.definitions {
        let path = format!("/v1/definitions/{}/{}@{}", entry.kind.key(), entry.id, entry.version);
        let answer = backend.get(&path, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(Digest::of(&answer.body), entry.digest);
        assert_eq!(answer.header("etag"), format!("\"{}\"", entry.digest));
        assert!(answer.header("cache-control").contains("immutable"));
        assert_eq!(get_if(&backend, &path, None, answer.header("etag")).await.status, StatusCode::NOT_MODIFIED);
    }
    for path in
        ["rules/x@1", "rules/pemilu-penyelenggara", "rules/pemilu-penyelenggara@9", "calendar/pemilu-penyelenggara@1", "rules/@", "x/y"]
    {
        let answer = backend.get(&format!("/v1/definitions/{path}"), None).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        answer.problem();
    }
}

#[tokio::test]
async fn discovery_says_what_is_offered() {
    let backend = Backend::with(|settings| settings.training = true);
    let answer = backend.get("/.well-known/sips", None).await;
    let discovery: Discovery = answer.json();
    assert_eq!(discovery.contract_versions, ["1"]);
    assert_eq!((discovery.level, discovery.limits.batch), (3, 20));
    assert_eq!(discovery.server_time, backend.now());
    assert!(discovery.training);
    assert_eq!(answer.header("date"), "Wed, 08 Jul 2026 03:25:00 GMT");
    assert_eq!(backend.get("/healthz", None).await.text(), "ok\n");
}
