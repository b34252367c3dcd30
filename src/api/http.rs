//! Calls to a backend over the browser's `fetch`, by way of gloo-net. What an answer means is told elsewhere (`sync::answer`, `api::outcome`); here it is
//! only read, and nothing that was cut off, too large or no text ever passes for an answer.

use std::cell::Cell;

use futures_util::future::{Either, LocalBoxFuture, select};
use futures_util::pin_mut;
use gloo_net::http::{Method, RequestBuilder, Response};
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReadableStreamDefaultReader, RequestCache, RequestCredentials, RequestMode, RequestRedirect, ResponseType, Url,
};

use super::date;
use super::endpoint::{self, CONTRACT_HEADER, MAX_ANSWER_BYTES};
use super::outcome::{ProbeFailure, SessionOutcome, probe_outcome, session_outcome};
use super::wire::{Commands, Discovery, Health, Me, PublicPage, Refresh, SignIn};
use crate::domain::account::AccountChange;
use crate::domain::amendment::Amendment;
use crate::domain::command::Envelope;
use crate::domain::id::{AccountId, DeviceId};
use crate::domain::json;
use crate::domain::time::Timestamp;
use crate::platform::timer::{Timeout, sleep};
use crate::sync::answer::{Answer, read};

/// How long the head of an answer may take, in milliseconds.
pub const TIMEOUT_MS: i32 = 30_000;
/// How long its body may stand still, in milliseconds.
const STILL_MS: i32 = 60_000;
/// How long a part of a file may take until it is answered, in milliseconds: the smallest one over a line of 2 kbit/s.
const FILE_TIMEOUT_MS: i32 = 120_000;
/// The status that a redirect is told as: the browser does not say which one it was, and none is followed.
const REDIRECT: u16 = 302;

/// A backend, by its address; empty for the one that the app came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpBackend {
    base: String,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The answer.
    pub answer: Answer,
    /// The server's clock, by the `Date` header, if a backend sent one that can be.
    pub date: Option<Timestamp>,
}

/// A request of an account, before it has a token: one shape, so that the work around it is compiled once.
#[derive(Clone, Debug)]
pub struct Ask {
    path: String,
    /// Of a POST, or a PUT.
    body: Option<String>,
    put: bool,
}

impl Ask {
    /// Sends commands; for `sync::answer::push_outcome`.
    #[must_use]
    pub fn push(commands: Vec<Envelope>) -> Self {
        Self::post(endpoint::COMMANDS, &Commands { commands })
    }

    /// Asks for changes after a cursor; for `sync::answer::pull_outcome`.
    #[must_use]
    pub fn pull(cursor: Option<&str>) -> Self {
        Self::get(endpoint::changes(cursor))
    }

    /// Sends a change of the law; for `sync::answer::amend_outcome`.
    #[must_use]
    pub fn amend(amendment: &Amendment) -> Self {
        Self::post(endpoint::DEFINITIONS, amendment)
    }

    /// Tells what this device has not sent.
    #[must_use]
    pub fn health(device: &DeviceId, health: &Health) -> Self {
        Self { put: true, ..Self::post(&endpoint::device(device), health) }
    }

    /// Asks for a page of accounts, those after a name to sign in with.
    #[must_use]
    pub fn accounts(after: Option<&str>) -> Self {
        Self::get(endpoint::accounts(after))
    }

    /// Asks for what was changed of an account.
    #[must_use]
    pub fn account(account: &AccountId) -> Self {
        Self::get(endpoint::account(account))
    }

    /// Sends a change of an account.
    #[must_use]
    pub fn change_account(change: &AccountChange) -> Self {
        Self::post(endpoint::ACCOUNTS, change)
    }

    /// Asks for the devices that the account watches over.
    #[must_use]
    pub fn devices() -> Self {
        Self::get(endpoint::DEVICES.to_owned())
    }

    fn get(path: String) -> Self {
        Self { path, body: None, put: false }
    }

    fn post<T: serde::Serialize>(path: &str, body: &T) -> Self {
        Self { path: path.to_owned(), body: Some(json::write(body)), put: false }
    }
}

/// What came back to a request about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReply {
    /// The answer; its body as text only where it is a problem.
    pub reply: Reply,
    /// Where the server says that the file has come to.
    pub offset: Option<u64>,
    /// The bytes of the body.
    pub bytes: Vec<u8>,
}

/// What a request carries.
enum Sent<'a> {
    Nothing,
    Json(String),
    Bytes(&'a [u8]),
}

/// A request on its way, for whoever carries it in the place of the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path with its query.
    pub path: String,
    /// The token.
    pub bearer: Option<String>,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// Carries a request to a backend that lives elsewhere than behind `fetch`, and gives what came back; nothing if no answer came.
pub type Carrier = fn(Request) -> LocalBoxFuture<'static, Option<FileReply>>;

thread_local! {
    static CARRIER: Cell<Option<Carrier>> = const { Cell::new(None) };
}

/// From here on every request goes by way of this carrier, and none by way of the browser.
pub fn carry_by(carrier: Carrier) {
    CARRIER.set(Some(carrier));
}

/// What came back, and the value in it if it is one of the contract's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<T> {
    /// The answer as it is.
    pub reply: Reply,
    /// The value.
    pub value: Option<T>,
}

/// What came of asking for a session. The answer itself is not given, so that no token can reach a log.
pub struct SessionReply {
    /// What came of it.
    pub outcome: SessionOutcome,
    /// The server's clock.
    pub date: Option<Timestamp>,
}

impl HttpBackend {
    /// A backend at this address, such as `https://sips.example`, or at the app's own if it is empty.
    #[must_use]
    pub fn new(base: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned() }
    }

    /// Its address.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Asks for what the backend is.
    pub async fn discovery(&self) -> Parsed<Discovery> {
        parsed(self.request(Method::GET, endpoint::DISCOVERY, None, None, TIMEOUT_MS).await)
    }

    /// A page of what everybody may read: `petitions`, `hearings` or `decisions`, narrowed by what the contract names.
    pub async fn public(&self, view: &str, narrowed: &[(&str, &str)]) -> Parsed<PublicPage> {
        parsed(self.request(Method::GET, &endpoint::public(view, narrowed), None, None, TIMEOUT_MS).await)
    }

    /// Signs in.
    pub async fn sign_in(&self, sign_in: &SignIn) -> SessionReply {
        self.session(Method::POST, json::write(sign_in)).await
    }

    /// Asks for fresh tokens.
    pub async fn refresh(&self, refresh: &Refresh) -> SessionReply {
        self.session(Method::PUT, json::write(refresh)).await
    }

    /// Ends the session at the server. Locally it has ended already, whatever comes back.
    pub async fn sign_out(&self, bearer: &str) -> Reply {
        self.request(Method::DELETE, endpoint::SESSION, Some(bearer), None, TIMEOUT_MS).await
    }

    /// Asks whose the session is.
    pub async fn me(&self, bearer: &str) -> Parsed<Me> {
        parsed(self.request(Method::GET, endpoint::ME, Some(bearer), None, TIMEOUT_MS).await)
    }

    /// Sends a request of the account whose token this is.
    pub async fn send(&self, bearer: &str, ask: Ask) -> Reply {
        let method = match ask.body {
            Some(_) if ask.put => Method::PUT,
            Some(_) => Method::POST,
            None => Method::GET,
        };
        self.request(method, &ask.path, Some(bearer), ask.body, TIMEOUT_MS).await
    }

    async fn session(&self, method: Method, body: String) -> SessionReply {
        let reply = self.request(method, endpoint::SESSION, None, Some(body), TIMEOUT_MS).await;
        SessionReply { outcome: session_outcome(&reply.answer), date: reply.date }
    }

    /// Sends a request about a file: bytes if there are any, and further headers.
    pub async fn file(&self, method: Method, path: &str, bearer: &str, headers: &[(&str, &str)], bytes: Option<&[u8]>) -> FileReply {
        let sent = bytes.map_or(Sent::Nothing, Sent::Bytes);
        let (mut reply, offset, bytes) = self.exchange(method, path, Some(bearer), headers, sent, FILE_TIMEOUT_MS).await;
        if let Answer::Http { body, json, .. } = &mut reply.answer {
            *body = bytes.as_ref().map(|bytes| if *json { String::from_utf8_lossy(bytes).into_owned() } else { String::new() });
        }
        FileReply { reply, offset, bytes: bytes.unwrap_or_default() }
    }

    /// Sends one request and reads the answer whole. `timeout_ms` runs until the head of the answer is there; after that the body
    /// may take as long as it does not stand still.
    pub async fn request(&self, method: Method, path: &str, bearer: Option<&str>, json_body: Option<String>, timeout_ms: i32) -> Reply {
        let sent = json_body.map_or(Sent::Nothing, Sent::Json);
        let (mut reply, _, bytes) = self.exchange(method, path, bearer, &[], sent, timeout_ms).await;
        if let Answer::Http { body, .. } = &mut reply.answer {
            *body = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        }
        reply
    }

    /// One request; the answer without its body, where it says that a file has come to, and the body's bytes if it came whole.
    async fn exchange(
        &self,
        method: Method,
        path: &str,
        bearer: Option<&str>,
        headers: &[(&str, &str)],
        sent: Sent<'_>,
        timeout_ms: i32,
    ) -> (Reply, Option<u64>, Option<Vec<u8>>) {
        let nothing = (Reply { answer: Answer::None, date: None }, None, None);
        if let Some(carrier) = CARRIER.get() {
            let body = match sent {
                Sent::Nothing => Vec::new(),
                Sent::Json(text) => text.into_bytes(),
                Sent::Bytes(bytes) => bytes.to_vec(),
            };
            let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let request = Request { method, path: path.to_owned(), bearer: bearer.map(str::to_owned), headers, body };
            return match carrier(request).await {
                Some(FileReply { reply, offset, bytes }) => (reply, offset, Some(bytes)),
                None => nothing,
            };
        }
        let Ok(abort) = AbortController::new() else {
            return nothing;
        };
        let Ok(request) = prepare(&format!("{}{path}", self.base), method, bearer, headers, sent, &abort) else {
            return nothing;
        };
        let timeout = Timeout::new(timeout_ms, {
            let abort = abort.clone();
            move || abort.abort()
        });
        let Ok(response) = request.send().await else {
            return nothing;
        };
        drop(timeout);
        if response.type_() == ResponseType::Opaqueredirect {
            let answer = Answer::Http { status: REDIRECT, contract: false, json: false, retry_after: None, body: None };
            return (Reply { answer, date: None }, None, None);
        }
        let header = |name| response.headers().get(name);
        let (contract, retry_after, date) = (header(CONTRACT_HEADER).is_some(), header("Retry-After"), header("Date"));
        let json = header("Content-Type").is_some_and(|media| is_json(&media));
        let bytes = read_body(&response).await;
        if bytes.is_none() {
            abort.abort();
        }
        let offset = header("Upload-Offset").and_then(|offset| offset.parse().ok());
        let answer = Answer::Http { status: response.status(), contract, json, retry_after, body: None };
        (Reply { answer, date: date::of_backend(date.as_deref(), contract) }, offset, bytes)
    }
}

/// Finds out whether there is a backend at an address as a person typed it, and gives its address in the one form that is kept.
/// An empty one is the app's own.
///
/// # Errors
/// See [`ProbeFailure`]: it names the first check that failed.
pub async fn probe(typed: &str) -> Result<(HttpBackend, Discovery), ProbeFailure> {
    let backend = HttpBackend::new(&address(typed)?);
    match probe_outcome(&backend.discovery().await.reply.answer) {
        Ok(discovery) => Ok((backend, discovery)),
        // A page may not see why a request failed. One that asks for nothing back succeeds where only the permission is missing.
        Err(ProbeFailure::Unreachable) if is_there(&backend).await => Err(ProbeFailure::NotAllowed),
        Err(failure) => Err(failure),
    }
}

/// A text file of the app itself; `None` where it cannot be had now.
pub async fn own_file(path: &str) -> Option<String> {
    if let Some(carrier) = CARRIER.get() {
        let request = Request { method: Method::GET, path: path.to_owned(), bearer: None, headers: Vec::new(), body: Vec::new() };
        return String::from_utf8(carrier(request).await?.bytes).ok();
    }
    let answer = RequestBuilder::new(path).send().await.ok().filter(Response::ok)?;
    answer.text().await.ok()
}

/// The address of a server in its one form, from what a person typed: `https://` may be left out, and nothing may follow the name.
///
/// # Errors
/// [`ProbeFailure::BadAddress`], [`ProbeFailure::NotHttps`].
pub fn address(typed: &str) -> Result<String, ProbeFailure> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(String::new());
    }
    let whole = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let url = Url::new(&whole).map_err(|_| ProbeFailure::BadAddress)?;
    let is_local = matches!(url.hostname().as_str(), "localhost" | "127.0.0.1" | "[::1]");
    match url.protocol().as_str() {
        "https:" => {}
        "http:" if is_local => {}
        "http:" => return Err(ProbeFailure::NotHttps),
        _ => return Err(ProbeFailure::BadAddress),
    }
    let has_more = !matches!(url.pathname().as_str(), "" | "/")
        || [url.username(), url.password(), url.search(), url.hash()].iter().any(|part| !part.is_empty());
    // Some browsers take a name with a space in it and escape it.
    let is_no_name = url.hostname().contains('%');
    if has_more || is_no_name { Err(ProbeFailure::BadAddress) } else { Ok(url.origin()) }
}

async fn is_there(backend: &HttpBackend) -> bool {
    let request = RequestBuilder::new(&format!("{}{}", backend.base, endpoint::DISCOVERY))
        .mode(RequestMode::NoCors)
        .cache(RequestCache::NoStore)
        .credentials(RequestCredentials::Omit);
    let answer = request.send();
    pin_mut!(answer);
    let too_late = sleep(TIMEOUT_MS);
    pin_mut!(too_late);
    matches!(select(answer, too_late).await, Either::Left((Ok(_), _)))
}

fn prepare(
    url: &str,
    method: Method,
    bearer: Option<&str>,
    headers: &[(&str, &str)],
    sent: Sent<'_>,
    abort: &AbortController,
) -> Result<gloo_net::http::Request, gloo_net::Error> {
    let mut request = RequestBuilder::new(url)
        .method(method)
        .header("Accept", "application/json, application/problem+json")
        // A backend never redirects: who does is somebody else, and must not be handed the token.
        .redirect(RequestRedirect::Manual)
        // There are no cookies. What concerns files goes over connections of its own, which the server closes: over a used one that
        // breaks, browsers send all bytes again by themselves.
        .credentials(if headers.is_empty() { RequestCredentials::Omit } else { RequestCredentials::SameOrigin })
        .cache(RequestCache::NoStore)
        .abort_signal(Some(&abort.signal()));
    if let Some(bearer) = bearer {
        request = request.header("Authorization", &format!("Bearer {bearer}"));
    }
    for (name, value) in headers {
        request = request.header(name, value);
    }
    match sent {
        Sent::Nothing => request.build(),
        Sent::Json(body) => request.header("Content-Type", "application/json").body(body),
        // Copied into the browser's memory at once: the parts are small.
        Sent::Bytes(bytes) => request.header("Content-Type", "application/offset+octet-stream").body(Uint8Array::from(bytes)),
    }
}

/// The body whole; `None` if it was cut off, stood still or is too large.
async fn read_body(response: &Response) -> Option<Vec<u8>> {
    let Some(stream) = response.body() else {
        return Some(Vec::new());
    };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    loop {
        let too_late = sleep(STILL_MS);
        pin_mut!(too_late);
        let Either::Left((Ok(part), _)) = select(JsFuture::from(reader.read()), too_late).await else {
            return None;
        };
        let member = |name: &str| js_sys::Reflect::get(&part, &name.into()).unwrap_or(JsValue::UNDEFINED);
        if member("done").is_truthy() {
            return Some(bytes);
        }
        let part: Uint8Array = member("value").dyn_into().ok()?;
        if bytes.len() + part.length() as usize > MAX_ANSWER_BYTES {
            return None;
        }
        let at = bytes.len();
        bytes.resize(at + part.length() as usize, 0);
        part.copy_to(&mut bytes[at..]);
    }
}

/// Is it JSON, whatever parameters follow?
fn is_json(media: &str) -> bool {
    let essence = media.split(';').next().unwrap_or_default().trim();
    ["application/json", "application/problem+json"].iter().any(|json| essence.eq_ignore_ascii_case(json))
}

/// The value of an answer that is whole, from a backend and a success.
fn parsed<T: serde::de::DeserializeOwned>(reply: Reply) -> Parsed<T> {
    let value = match &reply.answer {
        Answer::Http { status: 200..=299, contract: true, json: true, body: Some(body), .. } => read(body),
        _ => None,
    };
    Parsed { reply, value }
}
