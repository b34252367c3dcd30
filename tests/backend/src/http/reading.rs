//! What is read from a request: its JSON, and who is signed in.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use sips_lapangan::api::wire::Retry;

use super::State;
use crate::accounts::Account;
use crate::commands::make_integers;
use crate::problem::Refusal;
use crate::sessions;
use crate::throttle::Asker;

/// The largest body of a sign-in, in bytes.
pub(super) const SIGN_IN_BYTES: usize = 16 * 1_024;

/// The JSON body of a request, which is here already: see `layers`.
pub(super) async fn body(request: Request<Body>) -> Result<Bytes, Refusal> {
    let media = request.headers().get(header::CONTENT_TYPE);
    let media = media.and_then(|value| value.to_str().ok()).and_then(|value| value.split(';').next()).map(str::trim);
    let plain = !request.headers().contains_key(header::CONTENT_ENCODING);
    if !plain || !media.is_some_and(|media| media.eq_ignore_ascii_case("application/json")) {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "/problems/media-type",
            "Send application/json, not compressed",
            Retry::AfterUpdate,
        ));
    }
    let collected = request.into_body().collect().await;
    collected.map(|collected| collected.to_bytes()).map_err(|_| Refusal::unreadable("the body ended early"))
}

/// Reads a JSON document of at most so many bytes.
pub(super) async fn json<T: DeserializeOwned>(request: Request<Body>, most: usize) -> Result<T, Refusal> {
    let body = body(request).await?;
    if body.len() > most {
        return Err(Refusal::too_large(format!("at most {most} bytes")));
    }
    serde_json::from_slice(&body).or_else(|error| {
        let again = serde_json::from_slice(&body).ok().and_then(|mut value| {
            // Only that is mended: what else was wrong stays so.
            make_integers(&mut value).then(|| serde_json::from_value(value).ok()).flatten()
        });
        // What stands there is not repeated: it may be a password.
        again.ok_or_else(|| Refusal::unreadable(format!("line {}, column {}", error.line(), error.column())))
    })
}

/// The bearer token of a request (RFC 6750 §2.1).
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

/// Whoever is signed in. Without, the request is refused before its body is parsed.
pub(super) struct SignedIn(pub Account);

impl FromRequestParts<Arc<State>> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Self, Refusal> {
        let token = bearer(&parts.headers).ok_or_else(Refusal::sign_in)?.to_owned();
        let now = state.settings.clock.now();
        let session = state.with_store(move |store| sessions::of_access(store, &token, now)).await?;
        let SignedIn(account) = session.map(|session| Self(session.account)).ok_or_else(Refusal::sign_in)?;
        state.count(Asker::Account(account.id))?;
        Ok(Self(account))
    }
}
