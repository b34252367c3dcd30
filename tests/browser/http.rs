//! The network: what of an answer is believed. `fetch` is replaced by a script, so that every answer can be given.

use gloo_net::http::Method;
use sips_lapangan::api::http::{Ask, HttpBackend, address, probe};
use sips_lapangan::api::outcome::{ProbeFailure, SessionOutcome};
use sips_lapangan::api::wire::SignIn;
use sips_lapangan::domain::id::DeviceId;
use sips_lapangan::domain::time::Timestamp;
use sips_lapangan::sync::answer::Answer;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::script::{Undo, run};

const BASE: &str = "https://sips.example";
const SESSION: &str = "/v1/session";

/// Lets `fetch` be this function body, with the request as `request`; requests are kept in `window.asked`.
fn fetch(code: &str) -> Undo {
    run(&format!(
        "window.realFetch = window.fetch;
         window.asked = [];
         const headers = {{ 'SIPS-Contract': '1', 'Content-Type': 'application/json', 'Date': 'Tue, 24 Nov 2026 01:02:03 GMT' }};
         window.fetch = async (request) => {{ window.asked.push(request); {code} }};"
    ));
    Undo("window.fetch = window.realFetch; delete window.realFetch;")
}

async fn get(code: &str) -> Answer {
    let _undo = fetch(code);
    HttpBackend::new(BASE).request(Method::GET, "/v1/me", None, None, 2_000).await.answer
}

fn whole(status: u16, body: &str) -> Answer {
    Answer::Http { status, contract: true, json: true, retry_after: None, body: Some(body.to_owned()) }
}

#[wasm_bindgen_test]
async fn an_answer_is_read_whole_with_its_headers() {
    let _undo = fetch("return new Response('{\"nama\":\"é🗳️\"}', { status: 503, headers: { ...headers, 'Retry-After': '7' } })");
    let reply = HttpBackend::new(BASE).request(Method::GET, "/v1/me", None, None, 2_000).await;
    let body = Some("{\"nama\":\"é🗳️\"}".to_owned());
    assert_eq!(reply.answer, Answer::Http { status: 503, contract: true, json: true, retry_after: Some("7".into()), body });
    assert_eq!(reply.date, Timestamp::parse("2026-11-24T01:02:03Z"));
}

#[wasm_bindgen_test]
async fn requests_carry_what_the_contract_asks_for_and_nothing_else() {
    let _undo = fetch("return new Response(null, { status: 204, headers })");
    let backend = HttpBackend::new("https://sips.example/");
    backend.request(Method::POST, "/v1/commands", Some("token"), Some("{}".into()), 2_000).await;
    let told = run("const [r] = window.asked;
         return [r.url, r.method, r.redirect, r.credentials, r.cache, r.headers.get('Authorization'), r.headers.get('Content-Type'),
           r.headers.get('Accept')].join(' | ')");
    let expected = "https://sips.example/v1/commands | POST | manual | omit | no-store | Bearer token | application/json | application/json, application/problem+json";
    assert_eq!(told.as_string().as_deref(), Some(expected));
    backend.send("token", Ask::pull(Some("a&b"))).await;
    let told = run("const r = window.asked[1]; return r.url + ' ' + r.headers.has('Content-Type')");
    assert_eq!(told.as_string().as_deref(), Some("https://sips.example/v1/changes?cursor=a%26b false"));
}

#[wasm_bindgen_test]
async fn nothing_came_back() {
    assert_eq!(get("throw new TypeError('Failed to fetch')").await, Answer::None);
    let _undo = fetch("return new Promise((_, reject) => request.signal.addEventListener('abort', () => reject(request.signal.reason)))");
    let reply = HttpBackend::new(BASE).request(Method::GET, "/v1/me", None, None, 50).await;
    assert_eq!(reply.answer, Answer::None, "given up after the time-out");
}

#[wasm_bindgen_test]
async fn over_a_real_connection_a_foreign_server_is_no_backend_and_a_closed_port_nobody() {
    let reply = HttpBackend::new("").request(Method::GET, "/v1/me", Some("token"), None, 5_000).await;
    assert!(matches!(reply.answer, Answer::Http { status: 404, contract: false, body: Some(_), .. }));
    let nobody = HttpBackend::new("http://127.0.0.1:9").request(Method::GET, "/v1/me", None, None, 5_000).await;
    assert_eq!(nobody.answer, Answer::None);
    assert_eq!(probe("http://127.0.0.1:9").await.err(), Some(ProbeFailure::Unreachable));
}

#[wasm_bindgen_test]
async fn only_the_contracts_header_and_media_types_are_believed() {
    assert_eq!(
        get("return new Response('<html>', { headers: { 'Content-Type': 'text/html' } })").await,
        Answer::Http { status: 200, contract: false, json: false, retry_after: None, body: Some("<html>".into()) }
    );
    for media in ["application/json; charset=utf-8", "Application/Problem+JSON"] {
        let code = format!("return new Response('{{}}', {{ headers: {{ ...headers, 'Content-Type': '{media}' }} }})");
        assert_eq!(get(&code).await, whole(200, "{}"), "{media}");
    }
    for media in ["text/plain", "application/jsonp", "", "text/html;application/json"] {
        let code = format!("return new Response('{{}}', {{ headers: {{ ...headers, 'Content-Type': '{media}' }} }})");
        assert!(matches!(get(&code).await, Answer::Http { json: false, .. }), "{media}");
    }
}

#[wasm_bindgen_test]
async fn only_a_backends_clock_is_believed() {
    for (headers, told) in [
        ("headers", true),
        ("{ ...headers, 'Date': 'Thu, 01 Jan 1970 00:00:10 GMT' }", false),
        ("{ 'Content-Type': 'text/html', 'Date': 'Tue, 24 Nov 2026 01:02:03 GMT' }", false),
        ("{ 'SIPS-Contract': '1' }", false),
    ] {
        let _undo = fetch(&format!("return new Response('{{}}', {{ headers: {headers} }})"));
        let reply = HttpBackend::new(BASE).request(Method::GET, "/v1/me", None, None, 2_000).await;
        assert_eq!(reply.date.is_some(), told, "{headers}");
    }
}

#[wasm_bindgen_test]
async fn a_redirect_is_seen_and_not_followed() {
    // Only a real redirect makes such an answer; this one is a response in kind and says the same.
    let answer = get("const own = (value) => ({ value }); return Object.create(Response.prototype, { type: own('opaqueredirect'), status: own(0), headers: own(new Headers()), body: own(null) })").await;
    assert_eq!(answer, Answer::Http { status: 302, contract: false, json: false, retry_after: None, body: None });
}

#[wasm_bindgen_test]
async fn a_body_that_is_cut_off_too_large_or_no_text_is_none() {
    let bodies = [
        (
            "new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode('{}')); c.error(new TypeError('network error')); } })",
            "cut off",
        ),
        ("new Uint8Array([0x22, 0xff, 0x22])", "no UTF-8"),
        ("new Uint8Array([0xfe, 0xff, 0, 0x7b])", "UTF-16"),
        ("new Uint8Array(4 * 1024 * 1024 + 1).fill(0x20)", "too large"),
    ];
    for (body, what) in bodies {
        let answer = get(&format!("return new Response({body}, {{ headers }})")).await;
        assert!(matches!(answer, Answer::Http { status: 200, contract: true, body: None, .. }), "{what}");
    }
    let largest = get("return new Response(new Uint8Array(4 * 1024 * 1024).fill(0x20), { headers })").await;
    assert!(matches!(largest, Answer::Http { body: Some(body), .. } if body.len() == 4 * 1024 * 1024));
}

#[wasm_bindgen_test]
async fn a_body_without_end_stops_at_the_cap() {
    run("window.sent = 0;");
    let endless = "return new Response(new ReadableStream({
        pull(c) { window.sent += 1; c.enqueue(new Uint8Array(65536)); },
    }), { headers })";
    assert!(matches!(get(endless).await, Answer::Http { body: None, .. }));
    assert!(run("return window.sent").as_f64().is_some_and(|sent| sent < 80.0));
    assert!(run("return window.asked[0].signal.aborted").is_truthy(), "the rest is not fetched");
}

#[wasm_bindgen_test]
async fn a_body_that_stands_still_is_given_up() {
    run("window.testTimeout = window.setTimeout; window.setTimeout = (callback, ms) => window.testTimeout(callback, ms / 500);");
    let _undo = Undo("window.setTimeout = window.testTimeout; delete window.testTimeout;");
    let answer = get("return new Response(new ReadableStream({ start(c) { c.enqueue(new Uint8Array([0x7b])); } }), { headers })").await;
    assert!(matches!(answer, Answer::Http { status: 200, body: None, .. }));
}

#[wasm_bindgen_test]
async fn signing_in_says_what_came_of_it() {
    let sign_in = SignIn { username: "siti".into(), password: "rahasia".into(), device: DeviceId::new(Timestamp(1), [1; 10]) };
    for (code, expected) in [
        ("return new Response('{}', { status: 401, headers })", SessionOutcome::WrongPassword),
        ("return new Response('{}', { status: 200, headers })", SessionOutcome::Strange),
        ("return new Response('Masuk Wi-Fi', { status: 200 })", SessionOutcome::Strange),
        ("throw new TypeError('Failed to fetch')", SessionOutcome::Unreachable),
        (
            "return new Response('{}', { status: 429, headers: { ...headers, 'Retry-After': '60' } })",
            SessionOutcome::Limited { wait_ms: Some(60_000) },
        ),
    ] {
        let _undo = fetch(code);
        assert!(HttpBackend::new("").sign_in(&sign_in).await.outcome == expected, "{code}");
        let path = run("return window.asked[0].method + ' ' + new URL(window.asked[0].url).pathname").as_string();
        assert_eq!(path, Some(format!("POST {SESSION}")));
    }
}

#[wasm_bindgen_test]
fn an_address_has_one_form() {
    for (typed, expected) in [
        ("", ""),
        ("  https://sips.example/  ", "https://sips.example"),
        ("sips.example", "https://sips.example"),
        ("sips.example:8443", "https://sips.example:8443"),
        ("HTTPS://SIPS.Example", "https://sips.example"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
    ] {
        assert_eq!(address(typed).as_deref(), Ok(expected), "{typed}");
    }
    for typed in ["http://sips.example", "http://localhost.example", "http://192.168.1.5"] {
        assert_eq!(address(typed), Err(ProbeFailure::NotHttps), "{typed}");
    }
    for typed in [
        "https://",
        "https://a b",
        "https://sips.example/v1",
        "https://user:pass@sips.example",
        "https://sips.example?x=1",
        "https://sips.example#x",
        "ftp://sips.example",
        "javascript://alert(1)",
        "http://localhost:8080@sips.example",
    ] {
        assert!(address(typed).is_err(), "{typed}");
    }
}

#[wasm_bindgen_test]
async fn a_probe_tells_a_missing_permission_from_a_missing_server() {
    let discovery = "{\"contractVersions\":[\"1\"],\"name\":\"n\",\"level\":1,\"limits\":{\"fileBytes\":1,\"requestBytes\":1,\"batch\":1},\
        \"auth\":{\"kind\":\"password\"},\"serverTime\":\"2026-11-24T00:00:00Z\"}";
    {
        let _undo = fetch(&format!("return new Response('{discovery}', {{ headers }})"));
        let (backend, found) = probe("sips.example").await.expect("a backend");
        assert_eq!((backend.base(), found.name.as_str()), (BASE, "n"));
    }
    for (code, failure) in [
        ("throw new TypeError('Failed to fetch')", ProbeFailure::Unreachable),
        ("if (request.mode === 'no-cors') return new Response(); throw new TypeError('Failed to fetch')", ProbeFailure::NotAllowed),
        ("return new Response('<html>', { headers: { 'Content-Type': 'text/html' } })", ProbeFailure::NotSips),
        ("return new Response('{}', { headers })", ProbeFailure::NotSips),
        ("return new Response('{}', { status: 502, headers })", ProbeFailure::ServerTrouble(502)),
    ] {
        let _undo = fetch(code);
        assert_eq!(probe(BASE).await.err(), Some(failure), "{code}");
    }
}
