//! What lies around every request: the log, the headers, other origins, a time limit, and what becomes of a panic.

use std::any::Any;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State as Shared};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use sips_lapangan::api::endpoint::{self, CONTRACT_HEADER, CONTRACT_VERSION};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::{State, files, is_contract};
use crate::clock::http_date;
use crate::problem::{LoggedError, MEDIA_TYPE, Refusal};
use crate::settings::Settings;
use crate::store::random_hex;
use crate::throttle::Asker;

/// The largest body of any request, in bytes.
pub(super) const BODY_BYTES: usize = 2 * 1_024 * 1_024;
/// The most bytes of a body that is too large which are read to be thrown away.
pub(super) const DRAINED_BYTES: usize = 8 * BODY_BYTES;
/// How long a body may stand still.
pub(super) const IDLE_LIMIT: Duration = Duration::from_secs(60);
/// How long a request that is here may take until its answer begins.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// The longest path in a line of the log.
const LOGGED_PATH: usize = 200;

/// For the page and everything it loads. A device's camera is for evidence; the rest of what browsers
/// offer is not used, but for copying a text and handing a file to another app.
const PERMISSIONS: &str = "camera=(self), clipboard-write=(self), accelerometer=(), autoplay=(), \
    browsing-topics=(), clipboard-read=(), display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), \
    geolocation=(), gyroscope=(), hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), \
    payment=(), picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), sync-xhr=(), \
    usb=(), window-management=(), xr-spatial-tracking=()";

/// Media types that no browser makes a scripted document or a worker of; they need no content security policy.
const PASSIVE: [&str; 7] =
    ["application/json", "application/problem+json", "application/manifest+json", "application/wasm", "text/css", "image/png", "font/"];

/// Puts the layers around the routes, the innermost first.
pub(super) fn around(routes: Router<Arc<State>>, state: &Arc<State>) -> Router<Arc<State>> {
    let mut routes = routes
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(from_fn_with_state(Arc::clone(state), counted))
        .layer(from_fn(in_time))
        .layer(from_fn(whole_body))
        .layer(from_fn(as_problem));
    if !state.settings.allow_origins.is_empty() {
        routes = routes.layer(other_origins(&state.settings)).layer(from_fn(no_preflight));
    }
    let headers = Headers::of(&state.settings);
    routes.layer(from_fn_with_state(Arc::new(headers), with_headers)).layer(from_fn_with_state(Arc::clone(state), logged))
}

fn after_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let words = panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|words| (*words).to_owned()));
    let refusal = Refusal::of_status(StatusCode::INTERNAL_SERVER_ERROR);
    Refusal { logged: Some(format!("panic: {}", words.unwrap_or_default())), ..refusal }.into_response()
}

/// Counts requests by where they come from. What this computer asks for itself is not counted; a web server on it names who asked, as the
/// last of `X-Forwarded-For`, and nobody else is believed.
async fn counted(Shared(state): Shared<Arc<State>>, request: Request<Body>, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let named = request.headers().get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    let named = named.and_then(|value| value.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
    let asker = match peer {
        Some(peer) if peer.is_loopback() => named,
        peer => peer,
    };
    // Whoever has begun to send a file is counted by its account alone: a refusal in the middle of it would not be heard.
    if let Some(asker) = asker.filter(|_| !files::is_streamed(&request))
        && let Err(refusal) = state.count(Asker::Address(asker))
    {
        return refusal.into_response();
    }
    next.run(request).await
}

async fn in_time(request: Request<Body>, next: Next) -> Response {
    // As long as its bytes keep coming.
    if files::is_streamed(&request) {
        return next.run(request).await;
    }
    match tokio::time::timeout(TIME_LIMIT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refusal::later().into_response(),
    }
}

/// Takes the body of a request in before anything is said about it. A server that refuses while the other side is still
/// sending closes the connection under it, and the device sees no answer where it should see the refusal.
async fn whole_body(request: Request<Body>, next: Next) -> Response {
    // A part of a file is kept as it comes; whoever refuses one reads it to its end all the same.
    if files::is_streamed(&request) {
        return next.run(request).await;
    }
    let (parts, mut body) = request.into_parts();
    let mut bytes = Vec::new();
    let mut length = 0;
    loop {
        // Slow lines are what this is made for: only one on which nothing moves is given up.
        let frame = match tokio::time::timeout(IDLE_LIMIT, body.frame()).await {
            Ok(Some(Ok(frame))) => frame,
            Ok(None) => break,
            Ok(Some(Err(_))) => return Refusal::unreadable("the body ended early").into_response(),
            Err(_) => return Refusal::of_status(StatusCode::REQUEST_TIMEOUT).into_response(),
        };
        if let Ok(data) = frame.into_data() {
            length += data.len();
            if length <= BODY_BYTES {
                bytes.extend_from_slice(&data);
            } else if length > DRAINED_BYTES {
                break;
            }
        }
    }
    if length > BODY_BYTES {
        return Refusal::too_large(format!("at most {BODY_BYTES} bytes")).into_response();
    }
    next.run(Request::from_parts(parts, bytes.into())).await
}

/// Whoever in the tools below refuses a request of the contract does so with words of its own: they become a problem.
async fn as_problem(request: Request<Body>, next: Next) -> Response {
    let contract = is_contract(request.uri().path());
    let response = next.run(request).await;
    let status = response.status();
    let media = response.headers().get(header::CONTENT_TYPE);
    let refused = status.is_client_error() || status.is_server_error();
    if !contract || !refused || media.is_some_and(|media| media == MEDIA_TYPE) {
        return response;
    }
    let mut problem = Refusal::of_status(status).into_response();
    if let Some(allow) = response.headers().get(header::ALLOW) {
        problem.headers_mut().insert(header::ALLOW, allow.clone());
    }
    problem
}

/// Whoever asks what is offered for files, without asking for another origin's permission, is answered as always: the layer of other
/// origins takes every `OPTIONS` for its own.
async fn no_preflight(request: Request<Body>, next: Next) -> Response {
    let asks = request.method() == Method::OPTIONS && request.uri().path() == endpoint::FILES;
    if asks && !request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        return files::offer().await;
    }
    next.run(request).await
}

/// Other origins may call the contract, and nothing else.
fn other_origins(settings: &Settings) -> CorsLayer {
    let allowed = settings.allow_origins.clone();
    let names = |names: &[&'static str]| -> Vec<HeaderName> { names.iter().map(|name| HeaderName::from_static(name)).collect() };
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, request| allowed.contains(origin) && is_contract(request.uri.path())))
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(names(&[
            "authorization",
            "content-type",
            "if-match",
            "if-none-match",
            "range",
            "tus-resumable",
            "upload-length",
            "upload-metadata",
            "upload-offset",
        ]))
        .expose_headers(names(&[
            "sips-contract",
            "date",
            "etag",
            "retry-after",
            "location",
            "upload-offset",
            "upload-length",
            "tus-resumable",
            "tus-version",
            "tus-extension",
            "tus-max-size",
        ]))
        .max_age(Duration::from_secs(600))
}

/// Headers that do not depend on the request.
struct Headers {
    settings: Settings,
    fixed: Vec<(HeaderName, HeaderValue)>,
    policy: Option<HeaderValue>,
    contract: HeaderName,
}

impl Headers {
    fn of(settings: &Settings) -> Self {
        let fixed = vec![
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
            (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
        ];
        Self {
            settings: settings.clone(),
            fixed,
            // The command line lets only plain origins in.
            policy: settings.csp.then(|| HeaderValue::from_str(&policy(&settings.connect_sources)).ok()).flatten(),
            contract: HeaderName::from_bytes(CONTRACT_HEADER.as_bytes()).expect("the contract's own header has a valid name"),
        }
    }
}

/// The content security policy; `connect` are further origins that the app may call.
fn policy(connect: &[String]) -> String {
    let connect: String = connect.iter().map(|origin| format!(" {origin}")).collect();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; \
         connect-src 'self'{connect}; worker-src 'self'; manifest-src 'self'; font-src 'self'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default"
    )
}

async fn with_headers(Shared(headers): Shared<Arc<Headers>>, request: Request<Body>, next: Next) -> Response {
    let contract = is_contract(request.uri().path());
    let discovery = request.uri().path() == endpoint::DISCOVERY;
    let mut response = next.run(request).await;
    let own = response.headers_mut();
    for (name, value) in &headers.fixed {
        own.insert(name, value.clone());
    }
    // What a server says of itself may be asked by any app: one that may not read it still learns that somebody is there.
    let sharing = if discovery { "cross-origin" } else { "same-origin" };
    own.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static(sharing));
    // On a slow line a kilobyte with each answer counts, so policies go only where a browser reads them.
    let media = own.get(header::CONTENT_TYPE).and_then(|media| media.to_str().ok()).unwrap_or_default().to_owned();
    if !PASSIVE.iter().any(|passive| media.starts_with(passive)) {
        // A file has a stricter one of its own.
        if let Some(policy) = &headers.policy {
            own.entry(header::CONTENT_SECURITY_POLICY).or_insert_with(|| policy.clone());
        }
    }
    if media.starts_with("text/html") {
        own.insert(HeaderName::from_static("permissions-policy"), HeaderValue::from_static(PERMISSIONS));
    }
    // Of the same clock as the rest of the answer, so that a device learns one offset.
    let date = http_date(headers.settings.clock.now());
    if let Ok(date) = HeaderValue::from_str(&date) {
        own.insert(header::DATE, date);
    }
    if contract {
        own.insert(headers.contract.clone(), HeaderValue::from_static(CONTRACT_VERSION));
        own.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

/// One line a request: nothing of its query, headers or body.
async fn logged(Shared(state): Shared<Arc<State>>, request: Request<Body>, next: Next) -> Response {
    let began = Instant::now();
    // A request without a name is still answered.
    let id = random_hex::<4>().unwrap_or_default();
    let method = request.method().clone();
    let path: String = request.uri().path().chars().take(LOGGED_PATH).collect();
    let mut response = next.run(request).await;
    let (status, ms) = (response.status().as_u16(), began.elapsed().as_millis());
    let time = state.settings.clock.now();
    let error = response.extensions().get::<LoggedError>().map(|LoggedError(error)| error.as_str());
    let line = if state.settings.log_json {
        let mut line = serde_json::json!({
            "time": time, "request": id, "method": method.as_str(), "path": path, "status": status, "ms": u64::try_from(ms).unwrap_or(u64::MAX),
        });
        if let Some(error) = error {
            line["error"] = error.into();
        }
        line.to_string()
    } else {
        let error = error.map_or_else(String::new, |error| format!(" error={error:?}"));
        format!("{time} request={id} method={method} path={path} status={status} ms={ms}{error}")
    };
    state.settings.log.line(&line);
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), id);
    }
    response
}
