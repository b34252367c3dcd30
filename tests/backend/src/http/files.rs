//! Files by tus 1.0 (creation, termination), and reading those that are whole. The bytes of a request go to the store as they come,
//! and what has come stays, however the request ends.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State as Shared};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures_util::stream;
use http_body_util::BodyExt;
use sips_lapangan::api::endpoint::{self, TUS_VERSION};
use sips_lapangan::api::wire::Retry;
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::evidence::MediaType;

use super::State;
use super::layers::{DRAINED_BYTES, IDLE_LIMIT};
use super::reading::SignedIn;
use crate::accounts::Account;
use crate::files::{self, LIMIT, PART_BYTES, another_offset};
use crate::problem::Refusal;
use crate::site::matches;
use crate::store::KeptFile;

const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const VERSION: HeaderName = HeaderName::from_static("tus-version");
/// The media type of bytes under way (tus 1.0, PATCH).
const MEDIA_TYPE: &str = "application/offset+octet-stream";
/// A file that is read runs nothing and asks for nothing, whatever it holds.
const SANDBOX: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");

/// Is this a request whose body is taken as it comes? Only where there can be a file: what is refused elsewhere is read whole before.
pub(super) fn is_streamed(request: &Request) -> bool {
    let rest = request.uri().path().strip_prefix(endpoint::FILES).and_then(|rest| rest.strip_prefix('/'));
    request.method() == Method::PATCH && rest.and_then(Digest::parse).is_some()
}

/// What every answer about files carries, and the version that every request of tus names.
pub(super) async fn resumable(request: Request<Body>, next: Next) -> Response {
    // Reading is plain HTTP, and whoever asks for the versions cannot name one yet.
    let reads = *request.method() == Method::GET;
    let asks = reads || *request.method() == Method::OPTIONS;
    let fits = request.headers().get(RESUMABLE).is_some_and(|version| version == TUS_VERSION);
    let mut response = if asks || fits {
        next.run(request).await
    } else {
        drain(request.into_body()).await;
        let refusal = Refusal::new(StatusCode::PRECONDITION_FAILED, "/problems/tus-version", "Another version of tus", Retry::AfterUpdate);
        let mut response = refusal.into_response();
        response.headers_mut().insert(VERSION, HeaderValue::from_static(TUS_VERSION));
        response
    };
    response.headers_mut().insert(RESUMABLE, HeaderValue::from_static(TUS_VERSION));
    if !reads {
        // Browsers send a request again by themselves, with all of its bytes, when a connection breaks that was used before.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// `OPTIONS`: what is offered. Nobody has to be signed in.
pub(super) async fn offer() -> Response {
    let headers = [
        (VERSION, HeaderValue::from_static(TUS_VERSION)),
        (HeaderName::from_static("tus-extension"), HeaderValue::from_static("creation,termination")),
        (HeaderName::from_static("tus-max-size"), HeaderValue::from(LIMIT)),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// `POST`: begins a file, or says how far it has come.
pub(super) async fn create(
    Shared(state): Shared<Arc<State>>,
    SignedIn(account): SignedIn,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let length = number(&headers, &LENGTH).ok_or_else(|| Refusal::unreadable("Upload-Length is missing or no number"))?;
    let sha256 = named_digest(&headers).ok_or_else(|| Refusal::unreadable("Upload-Metadata names no sha256"))?;
    state.arriving.settled(&sha256).await;
    let now = state.settings.clock.now();
    let begun = state.with_store(move |store| files::begin(store, &account, &sha256, length, now)).await?;
    let (file, begun) = begun?;
    let mut response = standing(if begun { StatusCode::CREATED } else { StatusCode::OK }, &file);
    if let Ok(location) = HeaderValue::from_str(&endpoint::file(&file.sha256)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// `HEAD`: how far a file has come.
pub(super) async fn head(
    Shared(state): Shared<Arc<State>>,
    SignedIn(account): SignedIn,
    Path(sha256): Path<String>,
) -> Result<Response, Refusal> {
    let sha256 = Digest::parse(&sha256).ok_or_else(Refusal::not_found)?;
    state.arriving.settled(&sha256).await;
    let now = state.settings.clock.now();
    let found = state.with_store(move |store| {
        let found = match files::of_sender(store, &account, &sha256, now)? {
            None => files::of_reader(store, &account, &sha256)?,
            sent => sent,
        };
        // Its last byte may have come right before the server stopped. Wrong bytes are gone by now, and the start is where it goes on.
        found.map(|(_, file)| Ok(files::settle(store, file.clone())?.unwrap_or(KeptFile { received: 0, ..file }))).transpose()
    });
    Ok(standing(StatusCode::OK, &found.await?.ok_or_else(Refusal::not_found)?))
}

/// `PATCH`: more bytes.
pub(super) async fn patch(
    Shared(state): Shared<Arc<State>>,
    signed_in: Result<SignedIn, Refusal>,
    Path(sha256): Path<String>,
    request: Request<Body>,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let (file, at) = match goes_on(&state, signed_in, &sha256, &parts.headers).await {
        Ok(going) => going,
        Err(refusal) => {
            drain(body).await;
            return Err(refusal);
        }
    };
    // On a task of its own: what has come is kept also when the connection ends and takes this request with it.
    let receiving = tokio::spawn(receive(Arc::clone(&state), file.clone(), at, body));
    let at = receiving.await.map_err(|error| Refusal { logged: Some(error.to_string()), ..Refusal::later() })??;
    let file = KeptFile { received: at, ..file };
    let file = state.with_store(move |store| files::settle(store, file)).await??;
    if file.complete {
        state.hints.look();
    }
    let mut response = standing(StatusCode::NO_CONTENT, &file);
    response.headers_mut().remove(LENGTH);
    Ok(response)
}

/// `DELETE`: takes back what is not whole.
pub(super) async fn terminate(
    Shared(state): Shared<Arc<State>>,
    SignedIn(account): SignedIn,
    Path(sha256): Path<String>,
) -> Result<StatusCode, Refusal> {
    let sha256 = Digest::parse(&sha256).ok_or_else(Refusal::not_found)?;
    let now = state.settings.clock.now();
    let done = state.with_store(move |store| match files::of_sender(store, &account, &sha256, now)? {
        Some((_, file)) => files::terminate(store, &file),
        None => Ok(Err(Refusal::not_found())),
    });
    done.await?.map(|()| StatusCode::NO_CONTENT)
}

/// `GET`: a whole file, or a range of it (RFC 9110 §14), for everybody who sees the case.
pub(super) async fn read(
    Shared(state): Shared<Arc<State>>,
    SignedIn(account): SignedIn,
    Path(sha256): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let sha256 = Digest::parse(&sha256).ok_or_else(Refusal::not_found)?;
    let found = state.with_store(move |store| files::of_reader(store, &account, &sha256)).await?;
    let (named, file) = found.ok_or_else(Refusal::not_found)?;
    let tag = format!("\"{sha256}\"");
    if matches(&headers, &tag) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    // The bytes of a digest never change, so that `If-Range` can only name this tag or another file.
    let ranged = headers.get(header::IF_RANGE).is_none_or(|asked| asked.as_bytes() == tag.as_bytes());
    let range = headers.get(header::RANGE).filter(|_| ranged).and_then(|range| range.to_str().ok());
    let (status, from, to) = match range.map(|range| read_range(range, file.size)) {
        None | Some(Range::Whole) => (StatusCode::OK, 0, file.size),
        Some(Range::Part(from, to)) => (StatusCode::PARTIAL_CONTENT, from, to),
        Some(Range::Outside) => {
            let kind = "/problems/range";
            let mut response = Refusal::new(StatusCode::RANGE_NOT_SATISFIABLE, kind, "No such range", Retry::Never).into_response();
            set(&mut response, header::CONTENT_RANGE, &format!("bytes */{}", file.size));
            return Ok(response);
        }
    };
    let mut response = (status, bytes_of(&state, file.id, from, to)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(named.media.as_str()));
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(to - from));
    response.headers_mut().insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, SANDBOX);
    set(&mut response, header::ETAG, &tag);
    set(&mut response, header::CONTENT_DISPOSITION, &disposition(&named.name, named.media));
    if status == StatusCode::PARTIAL_CONTENT {
        set(&mut response, header::CONTENT_RANGE, &format!("bytes {from}-{}/{}", to - 1, file.size));
    }
    Ok(response)
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// How far a file has come.
fn standing(status: StatusCode, file: &KeptFile) -> Response {
    // Bytes that nobody has checked yet are not said to be whole.
    let offset = if file.complete { file.size } else { file.received.min(file.size.saturating_sub(1)) };
    (status, [(OFFSET, HeaderValue::from(offset)), (LENGTH, HeaderValue::from(file.size))]).into_response()
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    let text = headers.get(name)?.to_str().ok()?;
    // Digits alone: `parse` would take a plus sign, too.
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// The digest in `Upload-Metadata`: pairs of a key and Base64 (tus 1.0, creation); its value is the 64 digits.
fn named_digest(headers: &HeaderMap) -> Option<Digest> {
    let pairs = headers.get(METADATA)?.to_str().ok()?.split(',');
    let value = pairs.filter_map(|pair| pair.trim().split_once(' ')).find_map(|(key, value)| (key == "sha256").then_some(value))?;
    Digest::parse(&String::from_utf8(BASE64_STANDARD.decode(value.trim()).ok()?).ok()?)
}

/// The file that a `PATCH` goes on with, and where.
async fn goes_on(
    state: &Arc<State>,
    signed_in: Result<SignedIn, Refusal>,
    sha256: &str,
    headers: &HeaderMap,
) -> Result<(KeptFile, u64), Refusal> {
    let SignedIn(account): SignedIn = signed_in?;
    let sha256 = Digest::parse(sha256).ok_or_else(Refusal::not_found)?;
    if headers.get(header::CONTENT_TYPE).is_none_or(|media| media != MEDIA_TYPE) {
        let title = "Send application/offset+octet-stream";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "/problems/media-type", title, Retry::AfterUpdate));
    }
    let at = number(headers, &OFFSET).ok_or_else(|| Refusal::unreadable("Upload-Offset is missing or no number"))?;
    state.arriving.settled(&sha256).await;
    let file = sent_by(state, account, sha256).await?;
    if file.complete || file.received != at {
        return Err(another_offset());
    }
    if number(headers, &header::CONTENT_LENGTH).is_some_and(|length| length > file.size - at) {
        return Err(beyond());
    }
    Ok((file, at))
}

async fn sent_by(state: &State, account: Account, sha256: Digest) -> Result<KeptFile, Refusal> {
    let now = state.settings.clock.now();
    let found = state.with_store(move |store| files::of_sender(store, &account, &sha256, now)).await?;
    found.map(|(_, file)| file).ok_or_else(Refusal::not_found)
}

fn beyond() -> Refusal {
    Refusal::too_large("more bytes than Upload-Length")
}

/// Takes bytes from `at` on until they end, for whatever reason, and gives where that was.
async fn receive(state: Arc<State>, file: KeptFile, mut at: u64, mut body: Body) -> Result<u64, Refusal> {
    let arriving = state.arriving.begin(file.sha256);
    let KeptFile { id: file, size, .. } = file;
    let mut waiting: Vec<u8> = Vec::with_capacity(PART_BYTES);
    let ended = loop {
        let data = match tokio::time::timeout(IDLE_LIMIT, body.frame()).await {
            Ok(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
            Ok(None) => break Ok(()),
            Ok(Some(Err(_))) => break Err(Refusal::unreadable("the body ended early")),
            Err(_) => break Err(Refusal::of_status(StatusCode::REQUEST_TIMEOUT)),
        };
        arriving.came_on();
        let room = size - at - waiting.len() as u64;
        let fitting = usize::try_from(room).map_or(data.len(), |room| room.min(data.len()));
        waiting.extend_from_slice(&data[..fitting]);
        if waiting.len() >= PART_BYTES {
            at = keep(&state, file, at, std::mem::take(&mut waiting)).await?;
        }
        if fitting < data.len() {
            break Err(beyond());
        }
    };
    at = keep(&state, file, at, waiting).await?;
    drop(arriving);
    if ended.is_err() {
        drain(body).await;
    }
    ended.map(|()| at)
}

async fn keep(state: &State, file: i64, at: u64, bytes: Vec<u8>) -> Result<u64, Refusal> {
    if bytes.is_empty() {
        return Ok(at);
    }
    let end = at + bytes.len() as u64;
    let now = state.settings.clock.now();
    // Somebody else has gone on with it, such as this device itself over a new connection while the old one was not closed yet.
    state.with_store(move |store| files::keep(store, file, at, &bytes, now)).await?.then_some(end).ok_or_else(another_offset)
}

/// Reads a body to throw it away: a refusal is heard only by whoever has said everything.
async fn drain(mut body: Body) {
    let mut length = 0;
    while length <= DRAINED_BYTES
        && let Ok(Some(Ok(frame))) = tokio::time::timeout(IDLE_LIMIT, body.frame()).await
    {
        length += frame.data_ref().map_or(0, Bytes::len);
    }
}

/// The bytes of a whole file from `from` to `to`, read part by part as they are asked for.
fn bytes_of(state: &Arc<State>, file: i64, from: u64, to: u64) -> Body {
    let state = Arc::clone(state);
    let parts = stream::unfold(from, move |at| {
        let state = Arc::clone(&state);
        async move {
            if at >= to {
                return None;
            }
            let read = state.with_store(move |store| store.read(|tx| tx.part(file, at))).await;
            // A store that fails in the middle ends the answer before its length: nobody takes it for the whole file.
            let (start, bytes) = read.ok().flatten()?;
            let first = usize::try_from(at - start).ok()?;
            let last = usize::try_from(to - start).map_or(bytes.len(), |last| last.min(bytes.len()));
            let part = Bytes::from(bytes).slice(first.min(last)..last);
            let next = at + part.len() as u64;
            (next > at).then_some((Ok::<_, Infallible>(part), next))
        }
    });
    Body::from_stream(parts)
}

/// What a `Range` header asks for.
#[derive(Debug, PartialEq, Eq)]
enum Range {
    /// Nothing that is understood here, such as several ranges: the whole is a right answer, too.
    Whole,
    /// From a byte to before another.
    Part(u64, u64),
    /// Beyond the end.
    Outside,
}

fn read_range(text: &str, size: u64) -> Range {
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|range| range.trim().split_once('-')) else {
        return Range::Whole;
    };
    match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first > last => Range::Whole,
        (Ok(first), _) if first >= size => Range::Outside,
        (Ok(first), Ok(last)) => Range::Part(first, size.min(last.saturating_add(1))),
        (Ok(first), Err(_)) if last.is_empty() => Range::Part(first, size),
        (Err(_), Ok(0)) if first.is_empty() => Range::Outside,
        (Err(_), Ok(last)) if first.is_empty() => Range::Part(size.saturating_sub(last), size),
        _ => Range::Whole,
    }
}

/// To be saved, never shown within the origin; the name as RFC 6266 §4.3 writes it.
fn disposition(name: &str, media: MediaType) -> String {
    let plain: String =
        name.chars().map(|letter| if letter.is_ascii_alphanumeric() || "._- ".contains(letter) { letter } else { '_' }).collect();
    let plain = if plain.trim().is_empty() { media.as_str().replace('/', ".") } else { plain };
    let mut escaped = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{escaped}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_has_them() {
        for (text, expected) in [
            ("bytes=0-0", Range::Part(0, 1)),
            ("bytes=2-", Range::Part(2, 10)),
            ("bytes=-3", Range::Part(7, 10)),
            ("bytes=-30", Range::Part(0, 10)),
            ("bytes=8-99", Range::Part(8, 10)),
            ("bytes=10-", Range::Outside),
            ("bytes=-0", Range::Outside),
            ("bytes=3-2", Range::Whole),
            ("bytes=0-1,3-4", Range::Whole),
            ("lines=0-1", Range::Whole),
            ("bytes=", Range::Whole),
        ] {
            assert_eq!(read_range(text, 10), expected, "{text}");
        }
    }

    #[test]
    fn a_name_cannot_leave_its_header() {
        let written = disposition("SK \"123\"\r\n– ü.pdf", MediaType::Pdf);
        assert_eq!(written, "attachment; filename=\"SK _123____ _.pdf\"; filename*=UTF-8''SK%20%22123%22%0D%0A%E2%80%93%20%C3%BC.pdf");
        assert!(HeaderValue::from_str(&written).is_ok());
    }
}
