//! Commands, changes, cases and receipts.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, RawQuery, Request, State as Shared};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sips_lapangan::api::wire::{Changes, CommandResult, Results, Retry, WholeCase};
use sips_lapangan::domain::id::{CaseId, CommandId};
use sips_lapangan::domain::stream::seen_by;

use super::State;
use super::reading::{SignedIn, body};
use crate::problem::Refusal;
use crate::site::matches;
use crate::{changes, commands};

pub(super) async fn commands(
    Shared(state): Shared<Arc<State>>,
    SignedIn(account): SignedIn,
    request: Request<Body>,
) -> Result<Json<Results>, Refusal> {
    let body = body(request).await?;
    let items = commands::read(&body)?;
    let (training, now) = (state.settings.training, state.settings.clock.now());
    let taken = state.with_store(move |store| commands::take(store, &account, items, training, now)).await;
    // Also after a failure: those before it are kept.
    state.hints.look();
    taken.map(Json)
}

pub(super) async fn changes(
    Shared(state): Shared<Arc<State>>,
    SignedIn(account): SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Json<Changes>, Refusal> {
    // Cursors are made of hexadecimal digits: one that needs unescaping is foreign anyway.
    let cursor = query.as_deref().and_then(|query| {
        query.split('&').find_map(|pair| pair.strip_prefix("cursor=")).filter(|cursor| !cursor.is_empty()).map(str::to_owned)
    });
    let page = state.with_store(move |store| changes::page(store, &account.scope(), cursor.as_deref())).await?;
    page.map(Json).ok_or_else(|| {
        Refusal::new(StatusCode::GONE, "/problems/cursor", "The cursor is not of this history", Retry::Never).detail("Pull from the start")
    })
}

pub(super) async fn case(
    Shared(state): Shared<Arc<State>>,
    SignedIn(account): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let id = CaseId::parse(&id).ok_or_else(Refusal::not_found)?;
    let acts = state.with_store(move |store| store.read(|tx| tx.acts_of(&id))).await?;
    // A case belongs to the office of its first act.
    let visible = acts.first().is_some_and(|act| account.scope().holds(&seen_by(&act.office, &act.rules)));
    let Some(revision) = acts.last().filter(|_| visible).map(|act| act.revision) else {
        return Err(Refusal::not_found());
    };
    // The history is append-only: a revision of a case in one epoch is always the same.
    let tag = format!("\"{}-{revision}\"", state.store.meta().epoch);
    let mut response = if matches(&headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Json(WholeCase { case_id: id, revision, acts }).into_response()
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

pub(super) async fn receipt(
    Shared(state): Shared<Arc<State>>,
    SignedIn(account): SignedIn,
    Path(id): Path<String>,
) -> Result<Json<CommandResult>, Refusal> {
    let id = CommandId::parse(&id).ok_or_else(Refusal::not_found)?;
    state.with_store(move |store| commands::outcome(store, &account, &id)).await?.map(Json).ok_or_else(Refusal::not_found)
}
