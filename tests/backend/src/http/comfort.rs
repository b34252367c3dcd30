//! Level 3: sealed drafts, health of devices, and what everybody may read. Hints have a file of their own.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, RawQuery, Request, State as Shared};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use sips_lapangan::api::wire::{Devices, Health, Retry};
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::id::{DeviceId, DraftId};
use sips_lapangan::domain::office::OfficeCode;
use sips_lapangan::domain::public::PublicView;

use super::State;
use super::reading::{SignedIn, json};
use crate::devices::{self, HEALTH_BYTES};
use crate::drafts::{self, DRAFT_BYTES, Replaces, SealedDrafts};
use crate::problem::Refusal;
use crate::public::Narrowed;
use crate::query;
use crate::site::matches;

/// The media type of sealed bytes.
const SEALED: &str = "application/octet-stream";
/// Entries in a page of a public view.
const PAGE: usize = 50;
/// The longest text that is searched for, in bytes.
const SEARCHED: usize = 300;
/// How long caches may keep a page of a public view.
const PUBLIC: HeaderValue = HeaderValue::from_static("public, max-age=60");

pub(super) async fn drafts(Shared(state): Shared<Arc<State>>, SignedIn(account): SignedIn) -> Result<Json<SealedDrafts>, Refusal> {
    let drafts = state.with_store(move |store| store.read(|tx| tx.drafts(&account.id))).await?;
    Ok(Json(SealedDrafts { drafts }))
}

pub(super) async fn draft(
    Shared(state): Shared<Arc<State>>,
    SignedIn(account): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let id = DraftId::parse(&id).ok_or_else(Refusal::not_found)?;
    let found = state.with_store(move |store| store.read(|tx| tx.draft(&account.id, &id))).await?;
    let (digest, sealed) = found.ok_or_else(Refusal::not_found)?;
    Ok(if matches(&headers, &tag(&digest)) {
        (StatusCode::NOT_MODIFIED, [(header::ETAG, tag(&digest))]).into_response()
    } else {
        ([(header::ETAG, tag(&digest)), (header::CONTENT_TYPE, SEALED.to_owned())], sealed).into_response()
    })
}

pub(super) async fn keep_draft(
    Shared(state): Shared<Arc<State>>,
    SignedIn(account): SignedIn,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Result<Response, Refusal> {
    let id = DraftId::parse(&id).ok_or_else(Refusal::not_found)?;
    if request.headers().get(header::CONTENT_TYPE).is_none_or(|media| media != SEALED) {
        let title = "Send application/octet-stream";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "/problems/media-type", title, Retry::AfterUpdate));
    }
    let replaces = match (request.headers().get(header::IF_NONE_MATCH), if_match(request.headers())) {
        (Some(any), None) if any == "*" => Replaces::Nothing,
        (None, Some(digest)) => Replaces::This(digest),
        _ => return Err(drafts::unconditional()),
    };
    let sealed = request.into_body().collect().await.map_err(|_| Refusal::unreadable("the body ended early"))?.to_bytes();
    if sealed.is_empty() {
        return Err(Refusal::unreadable("no bytes"));
    }
    if sealed.len() > DRAFT_BYTES {
        return Err(Refusal::too_large(format!("at most {DRAFT_BYTES} bytes")));
    }
    let now = state.settings.clock.now();
    let etag = tag(&Digest::of(&sealed));
    let first = state.with_store(move |store| drafts::keep(store, &account.id, &id, &sealed, replaces, now)).await??;
    let status = if first { StatusCode::CREATED } else { StatusCode::NO_CONTENT };
    Ok((status, [(header::ETAG, etag)]).into_response())
}

pub(super) async fn forget_draft(
    Shared(state): Shared<Arc<State>>,
    SignedIn(account): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let id = DraftId::parse(&id).ok_or_else(Refusal::not_found)?;
    let replaced = if_match(&headers).ok_or_else(drafts::unconditional)?;
    state.with_store(move |store| drafts::forget(store, &account.id, &id, replaced)).await??;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn keep_device(
    Shared(state): Shared<Arc<State>>,
    SignedIn(account): SignedIn,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Result<StatusCode, Refusal> {
    let id = DeviceId::parse(&id).ok_or_else(Refusal::not_found)?;
    let health: Health = json(request, HEALTH_BYTES).await?;
    let now = state.settings.clock.now();
    state.with_store(move |store| devices::keep(store, &account, &id, &health, now)).await??;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn devices(Shared(state): Shared<Arc<State>>, SignedIn(account): SignedIn) -> Result<Json<Devices>, Refusal> {
    state.with_store(move |store| devices::list(store, &account)).await?.map(Json)
}

/// A page of a public view, the newest first.
pub(super) async fn public(
    Shared(state): Shared<Arc<State>>,
    Path(view): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let view = PublicView::ALL.into_iter().find(|known| known.key() == view).ok_or_else(Refusal::not_found)?;
    let asked = |name: &str| query::value(query.as_deref(), name).unwrap_or_default();
    let before = match query.as_deref().and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("before="))) {
        None => i64::MAX,
        Some(before) => before.parse().ok().filter(|before| *before > 0).ok_or_else(|| Refusal::unreadable("before is no number"))?,
    };
    let narrowed = Narrowed {
        q: asked("q"),
        track: asked("track"),
        area: asked("area"),
        petitioner: asked("petitioner"),
        respondent: asked("respondent"),
    };
    if [&narrowed.q, &narrowed.track, &narrowed.area, &narrowed.petitioner, &narrowed.respondent].iter().any(|text| text.len() > SEARCHED) {
        return Err(Refusal::unreadable(format!("at most {SEARCHED} bytes")));
    }
    if !narrowed.area.is_empty() && !OfficeCode(narrowed.area.clone()).is_sound() {
        return Err(Refusal::unreadable("area is no code of an area"));
    }
    let mut page = state.with_store(move |store| store.read(|tx| tx.published(view, before, &narrowed, PAGE + 1))).await?;
    let more = page.len() > PAGE;
    page.truncate(PAGE);
    let next = page.last().filter(|_| more).map_or_else(|| "null".to_owned(), |(place, _)| format!("\"{place}\""));
    let entries: Vec<String> = page.into_iter().map(|(_, body)| body).collect();
    // Its parts are JSON as they are kept.
    let body = format!("{{\"entries\":[{}],\"next\":{next}}}", entries.join(","));
    let etag = tag(&Digest::of(body.as_bytes()));
    let mut response = if matches(&headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, "application/json")], body).into_response()
    };
    response.headers_mut().insert(header::CACHE_CONTROL, PUBLIC);
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    Ok(response)
}

fn tag(digest: &Digest) -> String {
    format!("\"{digest}\"")
}

/// The one digest that `If-Match` names; several, or `*`, would replace what the sender has not seen.
fn if_match(headers: &HeaderMap) -> Option<Digest> {
    let tag = headers.get(header::IF_MATCH)?.to_str().ok()?;
    Digest::parse(tag.strip_prefix('"')?.strip_suffix('"')?)
}
