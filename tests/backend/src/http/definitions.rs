//! The law as data, for everybody: it is public, and a version never changes once it is there. New versions come of amendments.

use std::borrow::Cow;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Request, State as Shared};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sips_lapangan::api::wire::{DefinitionEntry, Definitions};
use sips_lapangan::domain::amendment::{Amendment, DefinitionKind};
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::json;
use sips_lapangan::domain::rule_set::DefinitionRef;
use sips_lapangan::rules::{self, RuleBook};

use super::State;
use super::reading::{SignedIn, json as json_of};
use crate::definitions;
use crate::problem::Refusal;
use crate::site::matches;

/// The largest body of an amendment, in bytes: a year with as many days off as it may have.
const AMENDMENT_BYTES: usize = 256 * 1_024;

/// Everything that is published: what ships, then what was made of it.
fn published(book: &RuleBook) -> Vec<DefinitionEntry> {
    let sets = rules::sets().chain(rules::streams()).map(|set| (DefinitionKind::Rules, set.pin.clone()));
    let calendars = rules::calendars().map(|calendar| (DefinitionKind::Calendar, calendar.pin.clone()));
    let numbers = [(DefinitionKind::Numbers, RuleBook::default().numbers().1)];
    let made = book.amendments().iter().filter_map(|made| Some((made.change.kind(), made.result.clone()?)));
    let all = sets.chain(calendars).chain(numbers).chain(made);
    all.map(|(kind, pin)| DefinitionEntry { kind, id: pin.id, version: pin.version, digest: pin.digest }).collect()
}

async fn book(state: &State) -> Result<RuleBook, Refusal> {
    state.with_store(|store| store.read(|tx| tx.book())).await
}

pub(super) async fn list(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Result<Response, Refusal> {
    let definitions = published(&book(&state).await?);
    let json = json::write(&Definitions { definitions });
    let digest = Digest::of(json.as_bytes());
    Ok(answer(json.into(), &digest, "no-cache", &headers))
}

pub(super) async fn one(
    Shared(state): Shared<Arc<State>>,
    Path((kind, version)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let asked = version.rsplit_once('@').and_then(|(id, version)| Some((id, version.parse::<u32>().ok()?)));
    let book = book(&state).await?;
    let is_asked = |entry: &DefinitionEntry| asked == Some((entry.id.as_str(), entry.version)) && entry.kind.key() == kind;
    let found = published(&book).into_iter().find(is_asked);
    let DefinitionEntry { id, version, digest, .. } = found.ok_or_else(Refusal::not_found)?;
    let json = book.text(&DefinitionRef { id, version, digest }).ok_or_else(Refusal::not_found)?;
    Ok(answer(json, &digest, "public, max-age=31536000, immutable", &headers))
}

pub(super) async fn amend(
    Shared(state): Shared<Arc<State>>,
    SignedIn(account): SignedIn,
    request: Request<Body>,
) -> Result<Json<Amendment>, Refusal> {
    let asked: Amendment = json_of(request, AMENDMENT_BYTES).await?;
    let now = state.settings.clock.now();
    let taken = state.with_store(move |store| definitions::take(store, &account, asked, now)).await?;
    state.hints.look();
    taken.map(Json)
}

fn answer(json: Cow<'static, str>, digest: &Digest, caching: &'static str, asked: &HeaderMap) -> Response {
    let tag = format!("\"{digest}\"");
    let mut response = if matches(asked, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let media = HeaderValue::from_static("application/json");
        ([(header::CONTENT_TYPE, media)], json).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}
