//! Discovery, signing in and out, and who one is.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use sips_lapangan::api::endpoint::CONTRACT_VERSION;
use sips_lapangan::api::wire::{Auth, Discovery, Limits, Me, Refresh, Retry, Session, SignIn};
use sips_lapangan::domain::evidence::MediaType;

use super::State;
use super::layers::BODY_BYTES;
use super::reading::{SIGN_IN_BYTES, SignedIn, bearer, json};
use crate::commands::BATCH;
use crate::files::LIMIT;
use crate::password;
use crate::problem::Refusal;
use crate::sessions;
use crate::throttle::Wait;

/// What people call this backend.
const NAME: &str = "SIPS Lapangan, backend acuan";
/// The level of the contract that it offers.
const LEVEL: u8 = 3;
/// The optional parts of level 3 that it offers.
const FEATURES: [&str; 6] = ["hints", "drafts", "devices", "public", "public-search", "accounts"];

pub(super) async fn discovery(Shared(state): Shared<Arc<State>>) -> Json<Discovery> {
    Json(Discovery {
        contract_versions: vec![CONTRACT_VERSION.to_owned()],
        name: NAME.to_owned(),
        level: LEVEL,
        features: FEATURES.map(str::to_owned).to_vec(),
        limits: Limits {
            file_bytes: LIMIT,
            request_bytes: BODY_BYTES as u64,
            batch: BATCH as u32,
            media_types: MediaType::ALL.iter().map(|media| media.as_str().to_owned()).collect(),
        },
        auth: Auth { kind: "password".to_owned(), issuer: None },
        training: state.settings.training,
        server_time: state.settings.clock.now(),
    })
}

pub(super) async fn sign_in(Shared(state): Shared<Arc<State>>, request: Request<Body>) -> Result<Json<Session>, Refusal> {
    let asked: SignIn = json(request, SIGN_IN_BYTES).await?;
    let name = asked.username.trim().to_ascii_lowercase();
    let now = state.settings.clock.now();
    state.throttle.attempt(&name, now).map_err(|Wait(seconds)| {
        Refusal::new(StatusCode::TOO_MANY_REQUESTS, "/problems/too-many-attempts", "Too many attempts to sign in", Retry::Later)
            .after(seconds)
    })?;
    let known = {
        let name = name.clone();
        state.with_store(move |store| store.read(|tx| tx.account_by_name(&name))).await?
    };
    // Never closed, so that a permit always comes.
    let _permit = state.password_checks.acquire().await;
    let (account, hash) = known.map(|(account, hash, locked)| ((account, locked), hash)).unzip();
    let password = asked.password;
    let right = tokio::task::spawn_blocking(move || password::is_right(&password, hash.as_deref()));
    let right = right.await.unwrap_or(false);
    let Some(((account, locked), me)) = account.filter(|_| right).and_then(|known| known.0.me().map(|me| (known, me))) else {
        return Err(Refusal::sign_in().detail("The name or the password is wrong"));
    };
    // Told only to whoever knows the password.
    if locked {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "/problems/account-locked", "The account is locked", Retry::Never));
    }
    state.throttle.succeeded(&name);
    let minutes = state.settings.access_minutes;
    state.with_store(move |store| sessions::begin(store, &account, me, &asked.device, minutes, now)).await.map(Json)
}

pub(super) async fn refresh(Shared(state): Shared<Arc<State>>, request: Request<Body>) -> Result<Json<Session>, Refusal> {
    let asked: Refresh = json(request, SIGN_IN_BYTES).await?;
    let now = state.settings.clock.now();
    let minutes = state.settings.access_minutes;
    state.with_store(move |store| sessions::refresh(store, &asked, minutes, now)).await?.map(Json).ok_or_else(Refusal::sign_in)
}

pub(super) async fn sign_out(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Result<StatusCode, Refusal> {
    let token = bearer(&headers).ok_or_else(Refusal::sign_in)?.to_owned();
    let now = state.settings.clock.now();
    let ended = state.with_store(move |store| sessions::end(store, &token, now)).await?;
    ended.then_some(StatusCode::NO_CONTENT).ok_or_else(Refusal::sign_in)
}

pub(super) async fn me(Shared(state): Shared<Arc<State>>, SignedIn(account): SignedIn) -> Result<Json<Me>, Refusal> {
    let me = account.me().ok_or_else(Refusal::not_found)?;
    state.with_store(move |store| store.read(|tx| sessions::with_colleagues(tx, me))).await.map(Json)
}
