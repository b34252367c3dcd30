//! Sending requests and reading answers whole. Every answer is looked at for what all of them carry, whoever asked.

use std::io::{BufRead as _, BufReader};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use sips_lapangan::api::endpoint::{CONTRACT_HEADER, CONTRACT_VERSION};
use sips_lapangan::api::wire::{Problem, Retry};
use sips_lapangan::domain::time::Timestamp;
use ureq::http::{HeaderMap, Request};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::settings::Wait;
use crate::{Fault, failed, hold};

/// How long an answer may take.
const TIME_LIMIT: Duration = Duration::from_secs(60);
/// The most bytes of an answer that are read.
const MAX_ANSWER: u64 = 32 * 1_024 * 1_024;
/// The most characters of an answer that are repeated in a report.
const SHOWN: usize = 160;

/// The most bytes of a stream that are read.
const MAX_STREAM: usize = 64 * 1_024;

/// How often a request is sent again after an answer that asks to come later.
const PATIENCE: u32 = 5;
/// The longest that is waited for it.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// How far a server's clock may go back from one answer to the next: several answers are under way at once.
const CLOCK_MS: i64 = 60_000;

/// Sends to one backend.
pub struct Client {
    agent: ureq::Agent,
    base: String,
    wait: Wait,
    seen: Mutex<Seen>,
}

/// What was noted of all answers.
#[derive(Default)]
struct Seen {
    /// The server's clock in the last answer that told it.
    now: Option<Timestamp>,
    /// What an answer lacked, by the check that holds it.
    lacks: Vec<(&'static str, String)>,
}

/// A request that is being put together.
pub struct Asking<'a> {
    client: &'a Client,
    method: &'a str,
    path: &'a str,
    headers: Vec<(&'static str, String)>,
    body: Option<Vec<u8>>,
    once: bool,
    bytes: bool,
}

/// An answer, read to its end.
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
    /// What was asked, such as `GET /v1/me`.
    pub asked: String,
}

impl Client {
    /// A client of the backend at `base`; `ca` is the certificate of an authority of its own, as PEM.
    ///
    /// # Errors
    /// The certificate cannot be read.
    pub fn new(base: &str, ca: Option<&[u8]>, wait: Wait) -> Result<Self, String> {
        let mut config =
            ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).timeout_global(Some(TIME_LIMIT)).proxy(None);
        if let Some(pem) = ca {
            let certificate = Certificate::from_pem(pem).map_err(|error| format!("the certificate cannot be read: {error}"))?;
            config = config.tls_config(TlsConfig::builder().root_certs(RootCerts::new_with_certs(&[certificate])).build());
        }
        let agent = config.allow_non_standard_methods(true).build().new_agent();
        Ok(Self { agent, base: base.trim_end_matches('/').to_owned(), wait, seen: Mutex::default() })
    }

    /// Begins a request.
    pub fn ask<'a>(&'a self, method: &'a str, path: &'a str) -> Asking<'a> {
        Asking { client: self, method, path, headers: Vec::new(), body: None, once: false, bytes: false }
    }

    /// The server's clock as it was told last.
    pub fn now(&self) -> Timestamp {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).now.unwrap_or(Timestamp(0))
    }

    /// What the answers so far lacked of what a check holds.
    pub fn lacks(&self, check: &str) -> Vec<String> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<String> = seen.lacks.iter().filter(|(of, _)| *of == check).map(|(_, told)| told.clone()).collect();
        found.dedup();
        found
    }

    fn note(&self, answer: &Answer, body_expected: bool, reads: bool) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (before, time) = (seen.now, answer.time());
        seen.now = time.or(before);
        let mut lack =
            |check: &'static str, what: String| seen.lacks.push((check, format!("{} → {}: {what}", answer.asked, answer.status)));
        if answer.header(CONTRACT_HEADER) != CONTRACT_VERSION {
            lack("answers.contract", format!("{CONTRACT_HEADER} is `{}`", answer.header(CONTRACT_HEADER)));
        }
        match (before, time) {
            (_, None) => lack("answers.date", format!("Date is `{}`", answer.header("date"))),
            (Some(before), Some(time)) if before.since(time) > CLOCK_MS => {
                lack("answers.date", format!("the clock shows {time} after it showed {before}"));
            }
            _ => {}
        }
        if answer.headers.contains_key("set-cookie") {
            lack("answers.cookies", "it sets a cookie".to_owned());
        }
        if answer.status >= 500 {
            lack("answers.failure", answer.start());
        }
        if (200..300).contains(&answer.status) && body_expected && !answer.body.is_empty() {
            let media = answer.media();
            if media != "application/json" {
                lack("answers.media", format!("Content-Type is `{media}`: {}", answer.start()));
            } else if serde_json::from_slice::<Value>(&answer.body).is_err() {
                lack("answers.media", format!("the body is no JSON: {}", answer.start()));
            }
        } else if reads
            && answer.status >= 300
            && answer.status != 304
            && let Err(Fault::Failed(what)) = answer.problem()
        {
            lack("answers.problems", what);
        }
    }
}

impl Asking<'_> {
    /// With a bearer token.
    pub fn token(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// With a header.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a JSON document.
    pub fn json(self, value: &Value) -> Self {
        self.body("application/json", value.to_string())
    }

    /// With a body of some media type.
    pub fn body(mut self, media: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.header("content-type", media)
    }

    /// A success is bytes, and no document.
    pub fn bytes(mut self) -> Self {
        self.bytes = true;
        self
    }

    /// Takes an answer that asks to come later as it is.
    pub fn once(mut self) -> Self {
        self.once = true;
        self
    }

    /// Sends it and reads the answer to its end. A backend that is busy, or limits how often it is asked, is asked again when it
    /// says so, as the contract wants it of a client.
    pub fn send(self) -> Result<Answer, Fault> {
        let asked = format!("{} {}", self.method, self.path.chars().take(100).collect::<String>());
        let mut left = if self.once { 0 } else { PATIENCE };
        loop {
            let answer = match self.exchange(asked.clone()) {
                Ok(answer) => answer,
                Err(error) => return failed(format!("{asked}: no whole answer came ({error})")),
            };
            let after = answer.header("retry-after").parse().ok().map(Duration::from_secs);
            match after.filter(|after| matches!(answer.status, 429 | 503) && left > 0 && *after <= LONGEST_WAIT) {
                Some(after) => self.client.wait.on(after),
                None => {
                    let reads = self.method != "HEAD";
                    self.client.note(&answer, reads && self.method != "OPTIONS" && !self.bytes, reads);
                    return Ok(answer);
                }
            }
            left -= 1;
        }
    }

    /// Opens a stream of events, does `meanwhile` once it says something, and reads on until it has said `end`. What it said.
    pub fn listen(self, end: &str, meanwhile: impl FnOnce() -> Result<(), Fault>) -> Result<String, Fault> {
        let asked = format!("{} {}", self.method, self.path);
        let open = |error: &dyn std::fmt::Display| failed::<String>(format!("{asked}: the stream ended before it said `{end}` ({error})"));
        let mut request = Request::builder().method(self.method).uri(format!("{}{}", self.client.base, self.path));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let answer = match request.body(()).map_err(ureq::Error::from).and_then(|request| self.client.agent.run(request)) {
            Ok(answer) => answer,
            Err(error) => return open(&error),
        };
        let media = answer.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        hold!(answer.status().as_u16() == 200 && media.starts_with("text/event-stream"), "{asked} → {} {media}", answer.status());
        let mut lines = BufReader::new(answer.into_body().into_reader());
        let (mut said, mut meanwhile) = (String::new(), Some(meanwhile));
        while !said.contains(end) {
            match lines.read_line(&mut said) {
                Ok(0) => return open(&"no more came"),
                Ok(_) if said.len() > MAX_STREAM => return open(&"too much came"),
                Ok(_) => {}
                Err(error) => return open(&error),
            }
            if let Some(meanwhile) = meanwhile.take() {
                meanwhile()?;
            }
        }
        Ok(said)
    }

    fn exchange(&self, asked: String) -> Result<Answer, ureq::Error> {
        let mut request = Request::builder().method(self.method).uri(format!("{}{}", self.client.base, self.path));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let answer = match &self.body {
            Some(body) => self.client.agent.run(request.body(body)?)?,
            None => self.client.agent.run(request.body(())?)?,
        };
        let (parts, mut body) = answer.into_parts();
        let body = body.with_config().limit(MAX_ANSWER).read_to_vec()?;
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body, asked })
    }
}

impl Answer {
    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// All values of a header that is a list, in lower case.
    pub fn list(&self, name: &str) -> Vec<String> {
        let values = self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).map(|word| word.trim().to_ascii_lowercase()).filter(|word| !word.is_empty()).collect()
    }

    /// The media type without its parameters.
    pub fn media(&self) -> String {
        self.header("content-type").split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The server's clock.
    pub fn time(&self) -> Option<Timestamp> {
        let date = httpdate::parse_http_date(self.header("date")).ok()?;
        let since = date.duration_since(std::time::UNIX_EPOCH).ok()?;
        Some(Timestamp(i64::try_from(since.as_millis()).ok()?))
    }

    /// The body's beginning, for a report.
    pub fn start(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        let text: String = text.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
        if text.is_empty() { "an empty body".to_owned() } else { format!("`{text}`") }
    }

    /// The answer in short.
    pub fn shown(&self) -> String {
        format!("{} → {} {}", self.asked, self.status, self.start())
    }

    /// Reads a 200 with JSON of this shape.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        hold!(self.status == 200, "{}; 200 was to be expected", self.shown());
        hold!(self.media() == "application/json", "{}: Content-Type is `{}`", self.asked, self.media());
        match serde_json::from_slice(&self.body) {
            Ok(read) => Ok(read),
            Err(error) => failed(format!("{}: the answer does not have the shape of the contract ({error})", self.asked)),
        }
    }

    /// Reads a problem document.
    pub fn problem(&self) -> Result<Problem, Fault> {
        hold!(self.media() == "application/problem+json", "Content-Type is `{}`, with {}", self.media(), self.start());
        let problem: Problem = match serde_json::from_slice(&self.body) {
            Ok(problem) => problem,
            Err(error) => return failed(format!("it is no problem document ({error}): {}", self.start())),
        };
        hold!(problem.status == self.status, "the problem says status {}, the answer {}", problem.status, self.status);
        hold!(!problem.kind.is_empty() && !problem.title.is_empty(), "`type` or `title` is missing: {}", self.start());
        hold!(problem.retry.is_some(), "`retry` is missing: {}", self.start());
        Ok(problem)
    }

    /// Reads the refusal with this status, and with this advice if one is named.
    pub fn refused(&self, status: u16, retry: Option<Retry>) -> Result<Problem, Fault> {
        hold!(self.status == status, "{}; {status} was to be expected", self.shown());
        let problem = match self.problem() {
            Ok(problem) => problem,
            Err(Fault::Failed(what)) => return failed(format!("{} → {status}: {what}", self.asked)),
            Err(other) => return Err(other),
        };
        if let Some(retry) = retry {
            hold!(problem.retry == Some(retry), "{} → {status}: `retry` is {:?}, not {retry:?}", self.asked, problem.retry);
        }
        Ok(problem)
    }
}
