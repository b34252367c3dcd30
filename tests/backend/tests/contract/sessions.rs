//! Signing in, fresh tokens, signing out.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::json;
use sips_lapangan::api::wire::{Me, Retry, Session};
use sips_lapangan::domain::office::Role;

use crate::support::{Backend, DEVICE, MINUTE_MS, request};

const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

async fn status_of(backend: &Backend, token: &str) -> StatusCode {
    backend.get("/v1/me", Some(token)).await.status
}

#[tokio::test]
async fn the_right_password_signs_in() {
    let backend = Backend::new();
    let session = backend.sign_in("rina").await;
    assert_eq!(session.me.name, "Rina Marlina");
    assert_eq!(session.me.roles, [Role::Counter]);
    assert_eq!(session.me.office.register_code, "1607");
    assert_eq!(session.access_expires_at, backend.now().plus(15 * MINUTE_MS));
    let me: Me = backend.get("/v1/me", Some(&session.access_token)).await.json();
    assert_eq!(me, session.me);
    let spaced = backend.try_sign_in(" Rina ", "banyuasin-rina-2026").await;
    assert_eq!(spaced.status, StatusCode::OK);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_are_told_alike() {
    let backend = Backend::new();
    let wrong = backend.try_sign_in("rina", "banyuasin-yusuf-2026").await;
    let unknown = backend.try_sign_in("nobody", "banyuasin-rina-2026").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!(wrong.problem().retry, Some(Retry::AfterSignIn));
    assert_eq!(wrong.problem(), unknown.problem());
    assert_eq!(wrong.header("www-authenticate"), "Bearer");
}

#[tokio::test]
async fn guessing_has_to_wait() {
    let backend = Backend::new();
    for _ in 0..10 {
        let wrong = backend.try_sign_in("rina", "guess").await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    }
    let limited = backend.try_sign_in("rina", "banyuasin-rina-2026").await;
    assert_eq!(limited.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(limited.header("retry-after"), "300");
    assert_eq!(limited.problem().retry, Some(Retry::Later));
    backend.sign_in("yusuf").await;
    backend.wait_ms(5 * MINUTE_MS);
    backend.sign_in("rina").await;
}

#[tokio::test]
async fn guesses_at_the_same_time_are_counted() {
    let backend = Backend::new();
    let guesses: Vec<_> = (0..20).map(|_| backend.try_sign_in("rina", "guess")).collect();
    let mut limited = 0;
    for answer in futures_all(guesses).await {
        limited += usize::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(limited, 10);
}

/// Runs all to their end, interleaved.
async fn futures_all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut outputs: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        let mut waiting = false;
        for (future, output) in futures.iter_mut().zip(&mut outputs) {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(ready) => *output = Some(ready),
                    std::task::Poll::Pending => waiting = true,
                }
            }
        }
        if waiting { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    outputs.into_iter().flatten().collect()
}

#[tokio::test]
async fn an_access_token_runs_out() {
    let backend = Backend::new();
    let session = backend.sign_in("rina").await;
    backend.wait_ms(15 * MINUTE_MS - 1);
    assert_eq!(status_of(&backend, &session.access_token).await, StatusCode::OK);
    backend.wait_ms(1);
    let late = backend.get("/v1/me", Some(&session.access_token)).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
    assert_eq!(late.problem().retry, Some(Retry::AfterSignIn));
    let fresh: Session = backend.refresh(&session.refresh_token).await.json();
    assert_eq!(status_of(&backend, &fresh.access_token).await, StatusCode::OK);
}

#[tokio::test]
async fn refresh_tokens_rotate_and_the_last_one_has_a_short_grace() {
    let backend = Backend::new();
    let first = backend.sign_in("rina").await;
    let second: Session = backend.refresh(&first.refresh_token).await.json();
    assert_ne!(second.refresh_token, first.refresh_token);
    // The answer was lost: the device asks with what it has.
    backend.wait_ms(2 * MINUTE_MS);
    let again: Session = backend.refresh(&first.refresh_token).await.json();
    assert_eq!(again.me, first.me);
    for session in [&second, &again] {
        assert_eq!(status_of(&backend, &session.access_token).await, StatusCode::OK);
        assert_eq!(backend.refresh(&session.refresh_token).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn an_old_refresh_token_ends_the_whole_session() {
    let backend = Backend::new();
    let first = backend.sign_in("rina").await;
    let second: Session = backend.refresh(&first.refresh_token).await.json();
    let other = backend.sign_in("rina").await;
    backend.wait_ms(2 * MINUTE_MS + 1);
    assert_eq!(backend.refresh(&first.refresh_token).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(backend.refresh(&second.refresh_token).await.status, StatusCode::UNAUTHORIZED);
    for token in [&first.access_token, &second.access_token] {
        assert_eq!(status_of(&backend, token).await, StatusCode::UNAUTHORIZED);
    }
    // Another device's session is another family.
    assert_eq!(status_of(&backend, &other.access_token).await, StatusCode::OK);
}

#[tokio::test]
async fn a_refresh_token_lives_thirty_days_and_on_its_device_only() {
    let backend = Backend::new();
    let session = backend.sign_in("rina").await;
    let elsewhere = json!({
        "refreshToken": session.refresh_token,
        "device": DEVICE.replace("d1", "d2"),
    });
    let body = elsewhere.to_string().into();
    let answer = backend.send(request(Method::PUT, "/v1/session", None, body)).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    backend.wait_ms(30 * DAY_MS - 1);
    assert_eq!(backend.refresh(&session.refresh_token).await.status, StatusCode::OK);
    let session = backend.sign_in("rina").await;
    backend.wait_ms(30 * DAY_MS);
    assert_eq!(backend.refresh(&session.refresh_token).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn signing_out_ends_every_token_of_the_session() {
    let backend = Backend::new();
    let first = backend.sign_in("rina").await;
    let second: Session = backend.refresh(&first.refresh_token).await.json();
    let sign_out = |token: String| backend.send(request(Method::DELETE, "/v1/session", Some(&token), Body::empty()));
    // Also with a token that has just run out: the device was in a drawer.
    backend.wait_ms(20 * MINUTE_MS);
    assert_eq!(sign_out(second.access_token.clone()).await.status, StatusCode::NO_CONTENT);
    assert_eq!(sign_out(second.access_token.clone()).await.status, StatusCode::UNAUTHORIZED);
    for session in [first, second] {
        assert_eq!(status_of(&backend, &session.access_token).await, StatusCode::UNAUTHORIZED);
        assert_eq!(backend.refresh(&session.refresh_token).await.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn nothing_but_a_token_opens_the_contract() {
    let backend = Backend::new();
    let session = backend.sign_in("rina").await;
    for path in ["/v1/me", "/v1/changes", "/v1/cases/x", "/v1/receipts/x"] {
        for token in [None, Some(""), Some("x"), Some(session.refresh_token.as_str())] {
            let answer = backend.get(path, token).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path} {token:?}");
            assert_eq!(answer.problem().retry, Some(Retry::AfterSignIn));
        }
    }
    let answer = backend.post("/v1/commands", None, r#"{"commands":[]}"#).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn neither_the_log_nor_the_database_holds_a_token_or_a_password() {
    let backend = Backend::new();
    let session = backend.sign_in("rina").await;
    let fresh: Session = backend.refresh(&session.refresh_token).await.json();
    backend.try_sign_in("rina", "a-wrong-password").await;
    let path = format!("/v1/changes?cursor={}", fresh.access_token);
    backend.get(&path, Some(&fresh.access_token)).await;
    let mut kept = backend.log().into_bytes();
    assert!(backend.log().contains("method=GET path=/v1/changes status=410"));
    kept.extend(backend.database().everything());
    let secrets = [
        session.access_token.as_str(),
        &session.refresh_token,
        &fresh.access_token,
        &fresh.refresh_token,
        "banyuasin-rina-2026",
        "a-wrong-password",
    ];
    for secret in secrets {
        assert!(!kept.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
    }
    assert!(!backend.log().contains("Rina"));
}
