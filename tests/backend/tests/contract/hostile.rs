//! Whatever is sent is answered, with a problem and never with a failure of the server.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};
use sips_lapangan::api::wire::{ResultKind, Results};

use crate::support::{Answer, Backend, kind, new_ids, petition, request};

fn assert_refused(answer: &Answer, what: &str) {
    assert!(answer.status.is_client_error(), "{what}: {} {}", answer.status, answer.text());
    assert_eq!(answer.header("sips-contract"), "1", "{what}");
    answer.problem();
}

fn bodies() -> Vec<Vec<u8>> {
    let nested = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let mut bodies: Vec<Vec<u8>> = [
        "",
        " ",
        "{",
        "[]",
        "null",
        "true",
        "0",
        "\"x\"",
        "{}",
        "{}x",
        "{\"commands\":null}",
        "{\"commands\":{}}",
        "{\"commands\":[null]}",
        "{\"commands\":[{}]}",
        "{\"commands\":[[]]}",
        "{\"commands\":[{\"commandId\":1}]}",
        "{\"commands\":[{\"commandId\":\"x\"}]}",
        "{\"commands\":[{\"commandId\":null,\"schema\":1}]}",
        "{\"commands\":[1e999]}",
        "{\"commands\":[-0]}",
        "{\"commands\":[NaN]}",
        "{\"commands\":[],}",
        "\u{feff}{\"commands\":[]}",
        "{\"commands\":[\"\\ud800\"]}",
        "commands=[]",
        "<html></html>",
        "\0",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    bodies.push(b"{\"commands\":[\"\xff\xfe\"]}".to_vec());
    bodies.push(b"\xc3".to_vec());
    bodies.push(nested("[", "]").into_bytes());
    bodies.push(nested("{\"a\":", "}").into_bytes());
    bodies.push(format!("{{\"commands\":[{}]}}", "9".repeat(400)).into_bytes());
    bodies
}

#[tokio::test]
async fn no_body_makes_the_server_fail() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let token = Some(rina.access_token.as_str());
    for body in bodies() {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        assert_refused(&backend.post("/v1/commands", token, body.clone()).await, &shown);
        assert_refused(&backend.post("/v1/session", None, body.clone()).await, &shown);
        let put = request(Method::PUT, "/v1/session", None, body.into());
        assert_refused(&backend.send(put).await, &shown);
    }
}

#[tokio::test]
async fn a_broken_envelope_does_not_stop_the_others() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let whole = petition(&rina);
    let paths = [
        "/schema",
        "/caseId",
        "/author",
        "/office",
        "/device",
        "/payload",
        "/payload/act",
        "/payload/answers",
        "/base",
        "/base/revision",
        "/rules",
        "/rules/id",
        "/rules/version",
        "/rules/digest",
        "/calendar",
        "/rulings",
        "/dependsOn",
        "/corrects",
        "/happenedAt",
        "/madeAt",
        "/madeAt/wall",
        "/madeAt/zone",
        "/madeAt/offsetMs",
        "/payload/answers/petitioner",
        "/payload/answers/petitioner/0",
        "/payload/answers/petitioner/0/id",
        "/payload/answers/petitioner/0/fields",
        "/payload/answers/papers",
        "/payload/answers/filed_on",
    ];
    let values = [
        Value::Null,
        json!(-1),
        json!(1.5),
        json!(18_446_744_073_709_551_615_u64),
        json!(1e300),
        json!(true),
        json!(""),
        json!("x".repeat(10_000)),
        json!("\u{0}"),
        json!("🎉"),
        json!([]),
        json!([[]]),
        json!({}),
        json!({ "a": { "b": [1] } }),
        json!("9999-12-31T23:59:59Z"),
        json!("0001-01-01T00:00:00+23:59"),
    ];
    for path in paths {
        let mut batch = Vec::new();
        for value in &values {
            let mut command = whole.clone();
            let ids = new_ids();
            command["commandId"] = json!(ids.0);
            command["caseId"] = json!(ids.1);
            *command.pointer_mut(path).expect("a part of the envelope") = value.clone();
            batch.push(command);
        }
        let last = petition(&rina);
        batch.push(last);
        let results = backend.push(&rina, &batch).await;
        assert_eq!(results.len(), batch.len());
        for (result, command) in results.iter().zip(&batch) {
            assert_eq!(json!(result.command_id), command["commandId"], "{path}");
            if let Some(problem) = &result.problem {
                assert!(problem.status < 500, "{path}: {problem:?}");
            }
        }
        assert_eq!(results[values.len()].result, ResultKind::Applied, "{path}");
    }
}

#[tokio::test]
async fn rows_and_keys_that_no_form_has_are_named_and_refused() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let row = |id: &str| json!({ "id": id, "fields": { "kind": "party", "name": "A", "address": "B" } });
    let below = |field: &str, rows: Value| json!([{ "id": "a", "fields": { field: rows } }]);
    let too_deep = below("x", below("y", below("z", json!([]))));
    for rows in [
        json!([row("")]),
        json!([row("a/b")]),
        json!([row("a"), row("a")]),
        json!([row(&"x".repeat(65))]),
        json!([{ "id": "a", "fields": { "": "x" } }]),
        json!([{ "id": "a", "fields": { "a/b": "x" } }]),
        too_deep,
    ] {
        let mut command = petition(&rina);
        command["payload"]["answers"]["petitioner"] = rows.clone();
        let result = backend.push_one(&rina, &command).await;
        assert_eq!((result.result, kind(&result)), (ResultKind::Rejected, "/problems/malformed"), "{rows}");
    }
    // Tens of thousands of unknown fields do not make an answer that nobody can read.
    let mut command = petition(&rina);
    for index in 0..40_000 {
        command["payload"]["answers"][format!("x{index}")] = "y".into();
    }
    let body = json!({ "commands": [command] }).to_string();
    let answer = backend.post("/v1/commands", Some(&rina.access_token), body).await;
    assert!(answer.body.len() < 200_000, "{}", answer.body.len());
    assert_eq!(answer.json::<Results>().results[0].result, ResultKind::Rejected);
}

#[tokio::test]
async fn too_much_is_told_apart() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let token = Some(rina.access_token.as_str());
    let batch: Vec<Value> = (0..21).map(|_| petition(&rina)).collect();
    let answer = backend.post("/v1/commands", token, json!({ "commands": batch }).to_string()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    answer.problem();
    let answer = backend.post("/v1/commands", token, " ".repeat(2 * 1_024 * 1_024 + 1)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    answer.problem();
    let answer = backend.post("/v1/session", None, " ".repeat(20_000)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    // An act that no page could carry.
    let mut command = petition(&rina);
    for field in ["grounds", "direct_loss", "jurisdiction"] {
        command["payload"]["answers"][field] = "x".into();
    }
    let evidence: Vec<Value> =
        (0..200).map(|index| json!({ "id": format!("r{index}"), "fields": { "title": "B", "proves": "y".repeat(5_000) } })).collect();
    command["payload"]["answers"]["evidence"] = evidence.into();
    let result = backend.push_one(&rina, &command).await;
    assert_eq!((result.result, kind(&result)), (ResultKind::Rejected, "/problems/too-large"));
    let wrong_dependencies: Vec<_> = (0..101).map(|_| new_ids().0).collect();
    let mut command = petition(&rina);
    command["dependsOn"] = json!(wrong_dependencies);
    assert_eq!(kind(&backend.push_one(&rina, &command).await), "/problems/malformed");
}

#[tokio::test]
async fn other_methods_media_types_and_addresses_are_problems() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    for (method, path, expected) in [
        (Method::GET, "/v1", 404),
        (Method::GET, "/v1/", 404),
        (Method::GET, "/v1/nothing", 404),
        (Method::GET, "/v1/app.js", 404),
        (Method::GET, "/.well-known/other", 404),
        (Method::GET, "/v1/cases/%ff", 400),
        (Method::POST, "/.well-known/sips", 405),
        (Method::DELETE, "/v1/commands", 405),
        (Method::PATCH, "/v1/session", 405),
        (Method::OPTIONS, "/v1/me", 405),
        (Method::TRACE, "/v1/changes", 405),
    ] {
        let answer = backend.send(request(method.clone(), path, Some(&rina.access_token), Body::empty())).await;
        assert_eq!(answer.status.as_u16(), expected, "{method} {path}");
        assert_refused(&answer, path);
        assert_eq!(answer.headers.contains_key(header::ALLOW), expected == 405, "{method} {path}");
    }
    for media in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/jsonx"), Some("")] {
        let mut post = Request::post("/v1/commands").header(header::AUTHORIZATION, format!("Bearer {}", rina.access_token));
        if let Some(media) = media {
            post = post.header(header::CONTENT_TYPE, media);
        }
        let answer = backend.send(post.body(Body::from(r#"{"commands":[]}"#)).expect("a request")).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{media:?}");
        assert_refused(&answer, "media type");
    }
    let zipped = Request::post("/v1/session")
        .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
        .header(header::CONTENT_ENCODING, "gzip");
    let answer = backend.send(zipped.body(Body::from("x")).expect("a request")).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn odd_names_and_passwords_are_only_wrong() {
    let backend = Backend::new();
    for (username, password) in [
        ("", ""),
        ("rina", ""),
        ("' OR 1=1 --", "x"),
        ("rina\0", "banyuasin-rina-2026"),
        ("RİNA", "x"),
        ("🎉", "🎉"),
        ("rina", " banyuasin-rina-2026"),
    ] {
        let answer = backend.try_sign_in(username, password).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{username:?}");
    }
    let long = backend.try_sign_in("yusuf", &"x".repeat(10_000)).await;
    assert_eq!(long.status, StatusCode::UNAUTHORIZED);
    for device in [json!(null), json!(1), json!("x"), json!("")] {
        let body = json!({ "username": "dewi", "password": "banyuasin-dewi-2026", "device": device });
        assert_refused(&backend.post("/v1/session", None, body.to_string()).await, "device");
    }
    for value in ["Bearer", "Bearer  ", "bearer x y", "Basic cmluYTp4", "Bearer \u{7f}x", "x"] {
        let get = Request::get("/v1/me").header(header::AUTHORIZATION, value.as_bytes());
        let Ok(get) = get.body(Body::empty()) else {
            continue;
        };
        assert_eq!(backend.send(get).await.status, StatusCode::UNAUTHORIZED, "{value}");
    }
}

#[tokio::test]
async fn no_damaged_byte_makes_the_server_fail() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let token = Some(rina.access_token.as_str());
    let length = json!({ "commands": [petition(&rina)] }).to_string().len();
    for (index, place) in (0..length).step_by(11).enumerate() {
        // Own ids each time, so that every damaged command is decided and none is a mere repetition.
        let mut body = json!({ "commands": [petition(&rina)] }).to_string().into_bytes();
        let bytes: [&[u8]; 6] = [b"\"", b"9", b"", b"\xff", b"/", b"\\u0000"];
        body.splice(place..=place, bytes[index % bytes.len()].iter().copied());
        let answer = backend.post("/v1/commands", token, body.clone()).await;
        let shown = String::from_utf8_lossy(&body[place.saturating_sub(20)..]).into_owned();
        assert!(answer.status.as_u16() < 500, "{shown}");
        if answer.status.is_success() {
            let results = answer.json::<Results>().results;
            assert_eq!(results.len(), 1, "{shown}");
        } else {
            assert_refused(&answer, &shown);
        }
        // Whoever cuts the connection short leaves half a document.
        let cut = backend.post("/v1/commands", token, body[..place].to_vec()).await;
        assert_refused(&cut, "half a document");
    }
}

#[tokio::test]
async fn who_asks_too_often_has_to_wait_and_nobody_else() {
    let backend = Backend::with(|settings| settings.rate = Some(20));
    let (rina, yusuf) = (backend.sign_in("rina").await, backend.sign_in("yusuf").await);
    for _ in 0..20 {
        assert_eq!(backend.get("/v1/me", Some(&rina.access_token)).await.status, StatusCode::OK);
    }
    let refused = backend.get("/v1/me", Some(&rina.access_token)).await;
    assert_eq!((refused.problem().kind.as_str(), refused.header("retry-after")), ("/problems/too-many-requests", "3"));
    assert_eq!(refused.header("sips-contract"), "1");
    assert_eq!(backend.get("/v1/me", Some(&yusuf.access_token)).await.status, StatusCode::OK);
    backend.wait_ms(3_000);
    assert_eq!(backend.get("/v1/me", Some(&rina.access_token)).await.status, StatusCode::OK);

    // A computer elsewhere has ten times as much; the web server on this one says who asks.
    let from = |peer: [u8; 4], named: Option<&str>| {
        let mut asked = request(Method::GET, "/v1/public/petitions", None, Body::empty());
        asked.extensions_mut().insert(axum::extract::ConnectInfo(std::net::SocketAddr::from((peer, 4_711))));
        if let Some(named) = named {
            asked.headers_mut().insert("x-forwarded-for", named.parse().expect("a header"));
        }
        asked
    };
    let (web_server, elsewhere) = ([127, 0, 0, 1], [203, 0, 113, 9]);
    for _ in 0..200 {
        assert_eq!(backend.send(from(web_server, Some("198.51.100.1, 203.0.113.9"))).await.status, StatusCode::OK);
    }
    assert_eq!(backend.send(from(web_server, Some("203.0.113.9"))).await.problem().status, 429);
    assert_eq!(backend.send(from(elsewhere, Some("198.51.100.7"))).await.problem().status, 429, "whom it names is not believed");
    assert_eq!(backend.send(from(web_server, Some("198.51.100.7"))).await.status, StatusCode::OK);
    assert_eq!(backend.send(from(web_server, None)).await.status, StatusCode::OK);
}
