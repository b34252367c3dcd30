//! What every answer carries, and what other origins may do.

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, header};

use crate::support::{Answer, Backend, petition, request};

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; font-src 'self'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
    trusted-types default";

fn assert_secured(answer: &Answer, path: &str) {
    for (name, expected) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", if path == "/.well-known/sips" { "cross-origin" } else { "same-origin" }),
        ("date", "Wed, 08 Jul 2026 03:25:00 GMT"),
    ] {
        assert_eq!(answer.header(name), expected, "{path}");
        assert_eq!(answer.headers.get_all(name).iter().count(), 1, "{path}: {name}");
    }
    // It would empty the devices of everybody who works there (hazards P22).
    assert!(!answer.headers.contains_key("clear-site-data"), "{path}");
    // A page, a script (which may run as a worker) and whatever else is not known to be passive has the policy.
    let media = answer.header("content-type");
    let passive = media.ends_with("json") || media == "application/wasm";
    let policies: Vec<_> = answer.headers.get_all("content-security-policy").iter().collect();
    assert_eq!(policies, if passive { vec![] } else { vec![POLICY] }, "{path}: {media}");
    if media.starts_with("text/html") {
        assert!(answer.header("permissions-policy").starts_with("camera=(self), "), "{path}");
    }
    assert_eq!(answer.header("x-request-id").len(), 8, "{path}");
}

#[tokio::test]
async fn every_kind_of_answer_has_its_headers() {
    let app = tempfile::tempdir().expect("a folder");
    std::fs::write(app.path().join("index.html"), "<!doctype html>").expect("a page");
    std::fs::write(app.path().join("service-worker.js"), "0").expect("a script");
    std::fs::write(app.path().join("app.wasm"), "0").expect("a module");
    let folder = app.path().to_owned();
    let backend = Backend::with(|settings| settings.app = Some(folder));
    let rina = backend.sign_in("rina").await;
    let token = Some(rina.access_token.as_str());
    for path in ["/.well-known/sips", "/v1/me", "/v1/changes", "/v1/definitions", "/v1/cases/x", "/v1/nothing", "/v1/cases/%ff", "/v1"] {
        for token in [token, None] {
            let answer = backend.get(path, token).await;
            assert_secured(&answer, path);
            assert_eq!(answer.header("sips-contract"), "1", "{path}");
            let private = path != "/v1/definitions";
            assert_eq!(answer.header("cache-control") == "no-store", private, "{path}");
            let media = answer.header("content-type");
            let expected = if answer.status.is_success() { "application/json" } else { "application/problem+json" };
            assert_eq!(media, expected, "{path}");
        }
    }
    for path in ["/", "/kasus", "/service-worker.js", "/app.wasm", "/missing.js", "/healthz", "/../x"] {
        let answer = backend.get(path, None).await;
        assert_secured(&answer, path);
        // Only the contract's own answers say that they are.
        assert!(!answer.headers.contains_key("sips-contract"), "{path}");
    }
    let sign_out = request(Method::DELETE, "/v1/session", token, Body::empty());
    let answer = backend.send(sign_out).await;
    assert_secured(&answer, "sign-out");
    assert_eq!(answer.header("sips-contract"), "1");
}

#[tokio::test]
async fn the_policy_names_other_backends_or_is_left_out() {
    let backend = Backend::with(|settings| {
        settings.connect_sources = vec!["https://a.example".into(), "http://localhost:8199".into()];
    });
    let answer = backend.get("/", None).await;
    assert!(answer.header("content-security-policy").contains("connect-src 'self' https://a.example http://localhost:8199; worker-src"));
    let open = Backend::with(|settings| settings.csp = false);
    assert!(!open.get("/", None).await.headers.contains_key("content-security-policy"));
}

fn preflight(path: &str, origin: &str) -> Request<Body> {
    Request::options(path)
        .header(header::ORIGIN, origin)
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "authorization,content-type")
        .body(Body::empty())
        .expect("a request")
}

#[tokio::test]
async fn an_allowed_origin_may_call_the_contract() {
    let origin = "https://app.example";
    let backend = Backend::with(|settings| settings.allow_origins = vec![HeaderValue::from_static("https://app.example")]);
    let answer = backend.send(preflight("/v1/commands", origin)).await;
    assert!(answer.status.is_success());
    assert_eq!(answer.header("access-control-allow-origin"), origin);
    assert!(answer.header("access-control-allow-methods").contains("DELETE"));
    assert!(answer.header("access-control-allow-headers").contains("authorization"));
    assert_eq!(answer.header("sips-contract"), "1");

    let rina = backend.sign_in("rina").await;
    let call = |path: &str, origin: &str| {
        let call = Request::get(path).header(header::ORIGIN, origin).header(header::AUTHORIZATION, format!("Bearer {}", rina.access_token));
        backend.send(call.body(Body::empty()).expect("a request"))
    };
    // Refusals too, or the page could not tell them from a network that is down.
    for path in ["/v1/me", "/v1/nothing", "/v1/cases/x"] {
        let answer = call(path, origin).await;
        assert_eq!(answer.header("access-control-allow-origin"), origin, "{path}");
        let exposed = answer.header("access-control-expose-headers");
        for name in ["sips-contract", "date", "etag", "retry-after", "location", "upload-offset", "upload-length", "tus-resumable"] {
            assert!(exposed.split(',').any(|exposed| exposed == name), "{name} in {exposed}");
        }
        assert!(answer.header("vary").contains("origin"));
    }
    for (path, origin) in [("/v1/me", "https://evil.example"), ("/v1/me", "null"), ("/v1/me", "https://app.example.evil"), ("/", origin)] {
        let answer = call(path, origin).await;
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{path} {origin}");
    }
    let answer = backend.send(preflight("/v1/commands", "https://evil.example")).await;
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn without_allowed_origins_nobody_else_may_call() {
    let backend = Backend::new();
    let answer = backend.send(preflight("/v1/commands", "https://app.example")).await;
    assert_eq!(answer.status.as_u16(), 405);
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn the_log_has_one_line_a_request_and_no_personal_data() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    backend.push_one(&rina, &petition(&rina)).await;
    backend.get("/v1/changes?cursor=secret", Some(&rina.access_token)).await;
    backend.get("/v1/%0aforged", None).await;
    let log = backend.log();
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 4, "{log}");
    assert!(lines[0].starts_with("2026-07-08T03:25:00.000Z request="));
    assert!(lines[1].contains(" method=POST path=/v1/commands status=200 ms="));
    assert!(lines[3].contains(" path=/v1/%0aforged status=404 "));
    for word in ["Lumbung", "1607081203800001", "Rina", "secret", "Bearer", &rina.access_token] {
        assert!(!log.contains(word), "{word}");
    }
}

#[tokio::test]
async fn the_log_can_be_read_by_machines() {
    let backend = Backend::with(|settings| settings.log_json = true);
    let rina = backend.sign_in("rina").await;
    let answer = backend.get("/v1/changes?cursor=0812", Some(&rina.access_token)).await;
    let log = backend.log();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let last = lines.last().expect("a line");
    assert_eq!((&last["path"], &last["status"], &last["method"]), (&"/v1/changes".into(), &410.into(), &"GET".into()));
    assert_eq!(last["request"], answer.header("x-request-id"));
    assert!(last["ms"].is_u64() && last["time"] == "2026-07-08T03:25:00.000Z");
    assert!(!log.contains("0812") && !log.contains("Rina"), "{log}");
}
