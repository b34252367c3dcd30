//! The law as data, for everybody: it is public, and a version never changes once it is there.

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sips_lapangan::api::wire::{DefinitionEntry, Definitions};
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::json;
use sips_lapangan::domain::rule_set::DefinitionRef;
use sips_lapangan::rules;

use crate::problem::Refusal;
use crate::site::matches;

/// Kind, pin and canonical JSON of everything that is published.
fn published() -> impl Iterator<Item = (&'static str, &'static DefinitionRef, &'static str)> {
    let sets = rules::sets().iter().map(|set| ("rules", &set.pin, set.json));
    let calendars = rules::calendars().iter().map(|calendar| ("calendar", &calendar.pin, calendar.json));
    sets.chain(calendars)
}

pub(super) async fn list(headers: HeaderMap) -> Result<Response, Refusal> {
    let definitions = published()
        .map(|(kind, pin, _)| DefinitionEntry { kind: kind.to_owned(), id: pin.id.clone(), version: pin.version, digest: pin.digest })
        .collect();
    let json = json::write(&Definitions { definitions });
    let digest = Digest::of(json.as_bytes());
    Ok(answer(json, &digest, "no-cache", &headers))
}

pub(super) async fn one(Path((kind, version)): Path<(String, String)>, headers: HeaderMap) -> Result<Response, Refusal> {
    let asked = version.rsplit_once('@').and_then(|(id, version)| Some((id, version.parse::<u32>().ok()?)));
    let (_, pin, json) =
        published().find(|(of, pin, _)| *of == kind && asked == Some((pin.id.as_str(), pin.version))).ok_or_else(Refusal::not_found)?;
    let caching = "public, max-age=31536000, immutable";
    Ok(answer(json.to_owned(), &pin.digest, caching, &headers))
}

fn answer(json: String, digest: &Digest, caching: &'static str, asked: &HeaderMap) -> Response {
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
