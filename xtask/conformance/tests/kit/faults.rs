//! Faults of servers, each a switch in something that stands in front of the reference backend and changes what is asked or
//! answered. None of it is in the backend itself.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use sips_lapangan::domain::digest::Digest;

/// A server's fault.
#[derive(Clone)]
pub struct Fault {
    /// What the server does.
    pub name: &'static str,
    /// The check that has to find it.
    pub found_by: &'static str,
    asked: Asked,
    answered: Answered,
}

/// Changes what is asked, or answers it.
type Asked = fn(&mut Sent, &Memory) -> Option<Got>;
/// Changes what is answered; the request is as it came.
type Answered = fn(&Sent, &mut Got, &Memory);

/// A request.
#[derive(Clone)]
pub struct Sent {
    method: String,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// An answer.
pub struct Got {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// What a faulty server remembers of what it saw.
#[derive(Default)]
pub struct Memory(Mutex<BTreeMap<String, Value>>);

impl Memory {
    fn get(&self, key: &str) -> Option<Value> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    fn put(&self, key: &str, value: Value) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), value);
    }

    /// Counts up from 1.
    fn count(&self, key: &str) -> u64 {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = values.get(key).and_then(Value::as_u64).unwrap_or(0) + 1;
        values.insert(key.to_owned(), count.into());
        count
    }

    /// Counts down.
    fn discount(&self, key: &str) {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = values.get(key).and_then(Value::as_u64).unwrap_or(0).saturating_sub(1);
        values.insert(key.to_owned(), count.into());
    }
}

impl Sent {
    fn is(&self, method: &str, path: &str) -> bool {
        self.method == method && self.path == path
    }

    fn gets(&self, below: &str) -> bool {
        self.method == "GET" && self.path.starts_with(below)
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    fn token(&self) -> String {
        let value = self.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        value.strip_prefix("Bearer ").unwrap_or_default().to_owned()
    }

    fn set_token(&mut self, token: &str) {
        self.headers.insert(header::AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {token}")).expect("a token"));
    }

    /// Changes the commands of a request.
    fn commands(&mut self, change: impl FnMut(&mut Value)) {
        if !self.is("POST", "/v1/commands") {
            return;
        }
        let mut body = self.json();
        if let Some(commands) = body["commands"].as_array_mut() {
            commands.iter_mut().for_each(change);
            self.body = body.to_string().into_bytes();
        }
    }

    /// The command with this id.
    fn command(&self, id: &Value) -> Value {
        let body = self.json();
        let mut commands = body["commands"].as_array().into_iter().flatten();
        commands.find(|command| command["commandId"] == *id).cloned().unwrap_or_default()
    }

    /// Lets the second of two ids run under another one: to the backend it is another command.
    fn disguise(&mut self, memory: &Memory, also_case: bool, when: impl Fn(&Value) -> bool) {
        self.commands(|command| {
            if when(command) {
                let number = memory.count("disguises");
                let fresh = format!("01980000-0000-7000-9000-{number:012x}");
                memory.put(&format!("alias {fresh}"), command["commandId"].clone());
                command["commandId"] = fresh.clone().into();
                if also_case {
                    let case = fresh.replace("-9000-", "-9001-");
                    memory.put(&format!("alias {case}"), command["caseId"].clone());
                    command["caseId"] = case.into();
                }
            }
        });
    }
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    fn edit(&mut self, change: impl FnOnce(&mut Value)) {
        let mut body = self.json();
        if !body.is_null() {
            change(&mut body);
            self.body = body.to_string().into_bytes();
        }
    }

    /// Changes the results of an answer, each with its command.
    fn results(&mut self, sent: &Sent, mut change: impl FnMut(&Value, &mut Value)) {
        if sent.is("POST", "/v1/commands") && self.status == 200 {
            self.edit(|body| {
                for result in body["results"].as_array_mut().into_iter().flatten() {
                    let command = sent.command(&result["commandId"]);
                    change(&command, result);
                }
            });
        }
    }

    /// Changes a page of changes.
    fn page(&mut self, sent: &Sent, change: impl FnOnce(&mut Value)) {
        if sent.is("GET", "/v1/changes") && self.status == 200 {
            self.edit(change);
        }
    }

    /// Changes the acts of a page.
    fn acts(&mut self, sent: &Sent, change: impl FnOnce(&mut Vec<Value>)) {
        self.page(sent, |page| change(page["acts"].as_array_mut().expect("acts")));
    }

    /// Replaces a text everywhere.
    fn replace(&mut self, from: &str, to: &str) {
        let body = String::from_utf8_lossy(&self.body).replace(from, to);
        self.body = body.into_bytes();
    }

    fn set(&mut self, name: &'static str, value: &str) {
        self.headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).expect("a value"));
    }

    fn refuse(&mut self, status: u16, retry: &str) {
        *self = problem(status, retry);
    }

    /// What a server answers that knows nothing but the app's page.
    fn app_page(&mut self) {
        self.status = 200;
        self.set("content-type", "text/html");
        self.body = b"<!doctype html><title>SIPS</title>".to_vec();
    }
}

/// A problem document by itself.
fn problem(status: u16, retry: &str) -> Got {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert("sips-contract", HeaderValue::from_static("1"));
    headers.insert(header::DATE, HeaderValue::from_static("Wed, 08 Jul 2026 03:25:00 GMT"));
    let body = json!({ "type": "/problems/x", "title": "x", "status": status, "detail": "", "retry": retry });
    Got { status, headers, body: body.to_string().into_bytes() }
}

/// A success without a document.
fn nothing_more() -> Got {
    Got { body: Vec::new(), status: 204, ..problem(200, "later") }
}

/// Refuses a command that the backend took, or the other way round.
fn into_refusal(result: &mut Value, kind: &str, status: u16, retry: &str) {
    let id = result["commandId"].clone();
    *result = json!({
        "commandId": id,
        "result": kind,
        "problem": { "type": "/problems/x", "title": "x", "status": status, "detail": "", "retry": retry, "commandId": id },
    });
}

fn into_applied(command: &Value, result: &mut Value) {
    let payload: Result<sips_lapangan::domain::command::Payload, _> = serde_json::from_value(command["payload"].clone());
    let digest = payload.map_or_else(|_| Digest::of(b""), |payload| payload.digest());
    let time = "2026-07-08T03:25:00.000Z";
    let mut act = command.clone();
    for (key, value) in [
        ("act", command["payload"]["act"].clone()),
        ("by", json!({ "account": command["author"], "name": "X" })),
        ("recordedAt", time.into()),
        ("revision", 1.into()),
        ("effects", json!([])),
    ] {
        act[key] = value;
    }
    *result = json!({
        "commandId": command["commandId"],
        "result": "applied",
        "receipt": { "commandId": command["commandId"], "payloadSha256": digest, "serverTime": time, "revision": 1, "numbers": {} },
        "act": act,
    });
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Changes the sequences of the numbers in an answer.
fn renumber(got: &mut Got, change: impl Fn(u64) -> u64) {
    let body = String::from_utf8_lossy(&got.body).into_owned();
    let mut parts = body.split("/PS.PNM");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = out.chars().rev().take_while(char::is_ascii_digit).count();
        let number = out.split_off(out.len() - digits);
        let changed = number.parse().map_or(number.clone(), |number| format!("{:02}", change(number)));
        out = out + &changed + "/PS.PNM" + part;
    }
    got.body = out.into_bytes();
}

/// Notes what later faults of the same run go by.
fn learn(sent: &Sent, got: &Got, memory: &Memory) {
    if sent.path == "/v1/session" && got.status == 200 {
        let session = got.json();
        let token = text(&session["accessToken"]);
        memory.put(&format!("me {token}"), session["me"].clone());
        memory.put(&format!("access of {}", text(&session["refreshToken"])), session["accessToken"].clone());
        if sent.method == "PUT" {
            memory.put(&format!("exchanged {}", text(&sent.json()["refreshToken"])), session["refreshToken"].clone());
        }
        if !memory.has("first") {
            memory.put("first", session);
        }
    }
    if sent.is("POST", "/v1/commands") {
        for result in got.json()["results"].as_array().into_iter().flatten() {
            let (id, kind) = (text(&result["commandId"]), text(&result["result"]));
            if kind == "applied" {
                memory.put(&format!("held {id}"), result.clone());
                memory.put(&format!("revision {}", text(&result["act"]["caseId"])), result["receipt"]["revision"].clone());
                memory.put("any act", result["act"].clone());
                if result["receipt"]["revision"] == 1 {
                    memory.put(&format!("began {}", text(&result["act"]["caseId"])), result["act"]["act"].clone());
                }
            } else {
                memory.put(&format!("{kind} {id}"), result.clone());
                memory.put(&format!("last {kind}"), id.into());
            }
        }
    }
    if sent.is("GET", "/v1/changes") && got.status == 200 {
        memory.put(&format!("cursor {}", text(&got.json()["next"])), true.into());
    }
}

fn session_of(sent: &Sent, memory: &Memory) -> Value {
    memory.get(&format!("me {}", sent.token())).unwrap_or_default()
}

/// Puts a fault in front of a backend.
pub fn in_front(app: Router, fault: Fault) -> Router {
    let memory = Arc::new(Memory::default());
    let fault = Arc::new(fault);
    app.layer(from_fn(move |request: Request, next: Next| {
        let (memory, fault) = (Arc::clone(&memory), Arc::clone(&fault));
        async move { answer(request, next, &fault, &memory).await }
    }))
}

async fn answer(request: Request, next: Next, fault: &Fault, memory: &Memory) -> Response {
    let (parts, body) = request.into_parts();
    let sent = Sent {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers.clone(),
        body: to_bytes(body, usize::MAX).await.expect("a whole body").to_vec(),
    };
    let mut passed = sent.clone();
    let mut got = match (fault.asked)(&mut passed, memory) {
        Some(got) => got,
        None => {
            let mut parts = parts;
            let query = if passed.query.is_empty() { String::new() } else { format!("?{}", passed.query) };
            parts.uri = format!("{}{query}", passed.path).parse().expect("an address");
            parts.headers = passed.headers;
            parts.headers.remove(header::CONTENT_LENGTH);
            let response = next.run(Request::from_parts(parts, Body::from(passed.body))).await;
            let (parts, body) = response.into_parts();
            if parts.headers.get(header::CONTENT_TYPE).is_some_and(|media| media == "text/event-stream") {
                // It has no end: what a fault says is said at each of its words.
                return told_on(Response::from_parts(parts, body), sent, fault.answered);
            }
            let body = to_bytes(body, usize::MAX).await.expect("a whole body").to_vec();
            Got { status: parts.status.as_u16(), headers: parts.headers, body }
        }
    };
    // Disguises come off before anybody looks.
    for number in 1..=memory.get("disguises").and_then(|count| count.as_u64()).unwrap_or(0) {
        let fresh = format!("01980000-0000-7000-9000-{number:012x}");
        for name in [fresh.replace("-9000-", "-9001-"), fresh] {
            if let Some(alias) = memory.get(&format!("alias {name}")) {
                got.replace(&name, &text(&alias));
            }
        }
    }
    learn(&sent, &got, memory);
    (fault.answered)(&sent, &mut got, memory);
    got.headers.remove(header::CONTENT_LENGTH);
    let mut response = Response::new(Body::from(got.body));
    *response.status_mut() = StatusCode::from_u16(got.status).expect("a status");
    *response.headers_mut() = got.headers;
    response
}

/// Passes a stream on, each part of it as a fault changes it.
fn told_on(response: Response, sent: Sent, change: Answered) -> Response {
    let (parts, body) = response.into_parts();
    let (status, headers) = (parts.status.as_u16(), parts.headers.clone());
    let body = body.into_data_stream().map(move |part| {
        part.map(|part| {
            let mut got = Got { status, headers: headers.clone(), body: part.to_vec() };
            change(&sent, &mut got, &Memory::default());
            axum::body::Bytes::from(got.body)
        })
    });
    Response::from_parts(parts, Body::from_stream(body))
}

fn asked(name: &'static str, found_by: &'static str, asked: Asked) -> Fault {
    Fault { name, found_by, asked, answered: |_, _, _| {} }
}

fn answered(name: &'static str, found_by: &'static str, answered: Answered) -> Fault {
    Fault { name, found_by, asked: |_, _| None, answered }
}

fn both(name: &'static str, found_by: &'static str, asked: Asked, answered: Answered) -> Fault {
    Fault { name, found_by, asked, answered }
}

/// Nothing: what is found behind it is not the doing of what stands in front.
pub fn no_fault() -> Fault {
    asked("none", "none", |_, _| None)
}

/// No fault of a backend of level 0: what belongs to level 1 is not there.
pub fn level_0_only() -> Fault {
    both(
        "level 0",
        "discovery.level",
        |sent, _| {
            let higher =
                ["/v1/changes", "/v1/cases", "/v1/definitions", "/v1/files", "/v1/hints", "/v1/drafts", "/v1/devices", "/v1/public"]
                    .iter()
                    .any(|path| sent.path.starts_with(path));
            higher.then(|| problem(404, "never"))
        },
        |sent, got, _| {
            if sent.path == "/.well-known/sips" {
                got.edit(|body| body["level"] = 0.into());
            }
        },
    )
}

/// All of them.
pub fn faults() -> Vec<Fault> {
    [
        answers(),
        sessions(),
        commands(),
        numbers(),
        receipts(),
        definitions(),
        changes(),
        cases(),
        documents(),
        origins(),
        files(),
        comfort(),
    ]
    .concat()
}

fn answers() -> Vec<Fault> {
    vec![
        answered("no contract header at all", "answers.contract", |_, got, _| {
            got.headers.remove("sips-contract");
        }),
        answered("no contract header where a route does not exist", "answers.contract", |_, got, _| {
            if got.status == 404 {
                got.headers.remove("sips-contract");
            }
        }),
        answered("no contract header with 304", "answers.contract", |_, got, _| {
            if got.status == 304 {
                got.headers.remove("sips-contract");
            }
        }),
        answered("another version of the contract", "answers.contract", |_, got, _| got.set("sips-contract", "2")),
        answered("a date that is none", "answers.date", |_, got, _| got.set("date", "8 Juli 2026")),
        answered("two servers with two clocks", "answers.date", |_, got, memory| {
            if memory.count("answers") % 2 == 0 {
                got.set("date", "Wed, 08 Jul 2026 02:25:00 GMT");
            }
        }),
        answered("200 with a page", "answers.media", |sent, got, _| {
            if sent.is("GET", "/v1/me") && got.status == 200 {
                got.app_page();
            }
        }),
        answered("JSON cut short", "answers.media", |sent, got, _| {
            if sent.is("GET", "/v1/me") && got.status == 200 {
                got.body.truncate(got.body.len() / 2);
            }
        }),
        answered("JSON as text/plain", "answers.media", |_, got, _| {
            if got.status == 200 {
                got.set("content-type", "text/plain");
            }
        }),
        answered("refusals in plain words", "answers.problems", |_, got, _| {
            if got.status >= 400 {
                got.set("content-type", "text/plain");
                got.body = b"Not possible".to_vec();
            }
        }),
        answered("refusals as application/json", "answers.problems", |_, got, _| {
            if got.status >= 400 {
                got.set("content-type", "application/json");
            }
        }),
        answered("refusals of the framework without a problem", "answers.problems", |_, got, _| {
            if got.status == 405 {
                got.set("content-type", "text/plain");
                got.body = Vec::new();
            }
        }),
        answered("problems without retry", "answers.problems", |_, got, _| {
            if got.status >= 400 {
                got.edit(|body| body["retry"] = Value::Null);
            }
        }),
        answered("problems with another status than the answer", "answers.problems", |_, got, _| {
            if got.status == 404 {
                got.edit(|body| body["status"] = 400.into());
            }
        }),
        asked("it fails on a method that is not there", "answers.failure", |sent, _| {
            sent.is("DELETE", "/v1/me").then(|| problem(500, "later"))
        }),
        answered("a cookie with each answer", "answers.cookies", |_, got, _| got.set("set-cookie", "JSESSIONID=1")),
        answered("the app's page for an unknown address", "answers.unknown_paths", |sent, got, _| {
            if got.status == 404 && sent.path == "/v1/app.js" {
                got.app_page();
            }
        }),
        answered("a 404 page for an unknown address", "answers.unknown_paths", |sent, got, _| {
            if got.status == 404 && sent.path == "/.well-known/other" {
                got.app_page();
                got.status = 404;
            }
        }),
        asked("every method is as good as GET", "answers.methods", |sent, _| sent.is("PUT", "/v1/me").then(nothing_more)),
        answered("discovery names another contract", "discovery.document", |sent, got, _| {
            if sent.path == "/.well-known/sips" {
                got.edit(|body| body["contractVersions"] = json!(["2"]));
            }
        }),
        answered("it announces less than it is asked", "discovery.level", |sent, got, _| {
            if sent.path == "/.well-known/sips" {
                got.edit(|body| body["level"] = 0.into());
            }
        }),
        answered("its limits let nothing through", "discovery.limits", |sent, got, _| {
            if sent.path == "/.well-known/sips" {
                got.edit(|body| body["limits"]["requestBytes"] = 4_096.into());
            }
        }),
        answered("discovery has a clock of its own", "discovery.clock", |sent, got, _| {
            if sent.path == "/.well-known/sips" {
                got.edit(|body| body["serverTime"] = "2026-07-08T10:25:00.000Z".into());
            }
        }),
    ]
}

fn sessions() -> Vec<Fault> {
    vec![
        answered("tokens that have run out already", "sessions.sign_in", |sent, got, _| {
            if sent.is("POST", "/v1/session") && got.status == 200 {
                got.edit(|body| body["accessExpiresAt"] = "2026-07-08T03:00:00.000Z".into());
            }
        }),
        both(
            "one access token for everybody",
            "sessions.sign_in",
            |sent, memory| {
                let first = text(&memory.get("first").unwrap_or_default()["accessToken"]);
                if sent.token() == "the-token-of-this-server" {
                    sent.set_token(&first);
                }
                None
            },
            |sent, got, _| {
                if sent.path == "/v1/session" && got.status == 200 {
                    got.edit(|body| body["accessToken"] = "the-token-of-this-server".into());
                }
            },
        ),
        answered("/v1/me is made elsewhere", "sessions.me", |sent, got, _| {
            if sent.is("GET", "/v1/me") {
                got.edit(|body| body["roles"] = json!(["member"]));
            }
        }),
        answered("a wrong password is forbidden", "sessions.wrong_password", |sent, got, _| {
            if sent.is("POST", "/v1/session") && got.status == 401 {
                got.refuse(403, "never");
            }
        }),
        answered("an unknown name is told", "sessions.wrong_password", |sent, got, _| {
            let known = ["rina", "yusuf", "slamet"].contains(&text(&sent.json()["username"]).as_str());
            if sent.is("POST", "/v1/session") && got.status == 401 && !known {
                got.edit(|body| body["detail"] = "There is no such name".into());
            }
        }),
        answered("401 that is never to be tried again", "sessions.needs_token", |_, got, _| {
            if got.status == 401 {
                got.edit(|body| body["retry"] = "never".into());
            }
        }),
        answered("403 where a sign-in is needed", "sessions.needs_token", |sent, got, _| {
            if got.status == 401 && sent.path == "/v1/changes" {
                got.refuse(403, "never");
            }
        }),
        asked("a refresh token opens as well", "sessions.needs_token", |sent, memory| {
            if let Some(access) = memory.get(&format!("access of {}", sent.token())) {
                sent.set_token(&text(&access));
            }
            None
        }),
        asked("commands are taken without a sign-in", "sessions.needs_token", |sent, memory| {
            if sent.is("POST", "/v1/commands") && !sent.headers.contains_key(header::AUTHORIZATION) {
                sent.set_token(&text(&memory.get("first").unwrap_or_default()["accessToken"]));
            }
            None
        }),
        answered("the refresh token stays the same", "sessions.rotation", |sent, got, _| {
            if sent.is("PUT", "/v1/session") && got.status == 200 {
                got.edit(|body| body["refreshToken"] = sent.json()["refreshToken"].clone());
            }
        }),
        both(
            "an exchange ends the access token from before",
            "sessions.rotation",
            |sent, memory| memory.has(&format!("ended {}", sent.token())).then(|| problem(401, "after-sign-in")),
            |sent, got, memory| {
                if sent.is("PUT", "/v1/session") && got.status == 200 {
                    let old = memory.get(&format!("access of {}", text(&sent.json()["refreshToken"])));
                    memory.put(&format!("ended {}", text(&old.unwrap_or_default())), true.into());
                }
            },
        ),
        asked("an exchanged refresh token is bad at once", "sessions.grace", |sent, memory| {
            let again = sent.is("PUT", "/v1/session") && memory.has(&format!("exchanged {}", text(&sent.json()["refreshToken"])));
            again.then(|| problem(401, "after-sign-in"))
        }),
        answered("a bad refresh token is a bad request", "sessions.refused_refresh", |sent, got, _| {
            if sent.is("PUT", "/v1/session") && got.status == 401 {
                got.refuse(400, "never");
            }
        }),
        asked("signing out is for the device alone", "sessions.sign_out", |sent, _| sent.is("DELETE", "/v1/session").then(nothing_more)),
        both(
            "signing out leaves the refresh token",
            "sessions.sign_out",
            |sent, memory| {
                let refreshed = sent.is("PUT", "/v1/session") && memory.has("signed out");
                refreshed.then(|| {
                    let body = memory.get("first").unwrap_or_default().to_string().into_bytes();
                    let mut got = Got { status: 200, body, ..problem(200, "later") };
                    got.set("content-type", "application/json");
                    got
                })
            },
            |sent, _, memory| {
                if sent.is("DELETE", "/v1/session") {
                    memory.put("signed out", true.into());
                }
            },
        ),
        both(
            "signing out ends the sessions of other devices",
            "sessions.sign_out",
            |sent, memory| {
                let me = sent.is("GET", "/v1/me") && memory.has("signed out");
                me.then(|| problem(401, "after-sign-in"))
            },
            |sent, _, memory| {
                if sent.is("DELETE", "/v1/session") {
                    memory.put("signed out", true.into());
                }
            },
        ),
        asked("an old refresh token stays good", "sessions.reuse", |sent, memory| {
            if sent.is("PUT", "/v1/session") {
                let mut body = sent.json();
                if let Some(newer) = memory.get(&format!("exchanged {}", text(&body["refreshToken"]))) {
                    body["refreshToken"] = newer;
                    sent.body = body.to_string().into_bytes();
                }
            }
            None
        }),
        asked("a stolen refresh token is refused and the session goes on", "sessions.reuse", |sent, memory| {
            let again = sent.is("PUT", "/v1/session") && memory.has(&format!("exchanged {}", text(&sent.json()["refreshToken"])));
            again.then(|| problem(401, "after-sign-in"))
        }),
        answered("access tokens never end", "sessions.expiry", |sent, got, memory| {
            let me = session_of(sent, memory);
            if sent.is("GET", "/v1/me") && got.status == 401 && !me.is_null() {
                got.status = 200;
                got.set("content-type", "application/json");
                got.body = me.to_string().into_bytes();
            }
        }),
        answered("an access token lives for a day", "sessions.expiry", |sent, got, _| {
            if sent.path == "/v1/session" && got.status == 200 {
                got.edit(|body| body["accessExpiresAt"] = "2026-07-09T03:25:00.000Z".into());
            }
        }),
        answered("passwords can be guessed without end", "sessions.throttle", |_, got, _| {
            if got.status == 429 {
                got.refuse(401, "after-sign-in");
            }
        }),
        answered("429 does not say how long", "sessions.throttle", |_, got, _| {
            got.headers.remove("retry-after");
        }),
    ]
}

fn commands() -> Vec<Fault> {
    vec![
        answered("a petition is taken as another act", "commands.applied", |sent, got, _| {
            got.results(sent, |_, result| {
                if result["result"] == "applied" {
                    result["act"]["act"] = "note".into();
                }
            });
        }),
        answered("the act is another command's", "commands.applied", |sent, got, _| {
            got.results(sent, |_, result| {
                if result["result"] == "applied" {
                    result["act"]["commandId"] = result["act"]["caseId"].clone();
                }
            });
        }),
        answered("deadlines counted by one's own rules", "commands.decided", |_, got, _| got.replace("\"2026-07-13\"", "\"2026-07-12\"")),
        answered("the receipt's digest is that of other bytes", "commands.digest", |sent, got, _| {
            got.results(sent, |command, result| {
                if result["result"] == "applied" {
                    result["receipt"]["payloadSha256"] = json!(Digest::of(command.to_string().as_bytes()));
                }
            });
        }),
        answered("a receipt without its numbers", "commands.receipt", |sent, got, _| {
            got.results(sent, |_, result| {
                if result["result"] == "applied" {
                    result["receipt"]["numbers"] = json!({});
                }
            });
        }),
        answered("a receipt with the office's time as if it were UTC", "commands.receipt", |sent, got, _| {
            got.results(sent, |_, result| {
                if result["result"] == "applied" {
                    result["receipt"]["serverTime"] = "2026-07-08T10:25:00.000Z".into();
                }
            });
        }),
        asked("a repetition is taken as another command", "commands.duplicate", |sent, memory| {
            sent.disguise(memory, true, |command| memory.has(&format!("held {}", text(&command["commandId"]))));
            None
        }),
        answered("a duplicate has a new receipt", "commands.duplicate", |sent, got, _| {
            got.results(sent, |_, result| {
                if result["result"] == "duplicate" {
                    result["receipt"]["serverTime"] = "2026-07-08T03:25:01.000Z".into();
                }
            });
        }),
        answered("a duplicate has no act", "commands.duplicate", |sent, got, _| {
            got.results(sent, |_, result| {
                if result["result"] == "duplicate" {
                    result["act"] = Value::Null;
                }
            });
        }),
        answered("a repetition on a newer base is a conflict", "commands.duplicate_envelope", |sent, got, _| {
            got.results(sent, |command, result| {
                if result["result"] == "duplicate" && command["base"]["revision"] != 0 {
                    into_refusal(result, "conflict", 409, "later");
                }
            });
        }),
        answered("another payload under a known id is told as the first one", "commands.id_payload", |sent, got, memory| {
            got.results(sent, |command, result| {
                let held = memory.get(&format!("held {}", text(&command["commandId"])));
                if let Some(held) = held.filter(|_| result["result"] == "rejected") {
                    *result = held;
                    result["result"] = "duplicate".into();
                }
            });
        }),
        both(
            "another payload under a known id overwrites the first one",
            "commands.id_payload",
            |_, _| None,
            |sent, got, memory| {
                got.results(sent, |command, result| {
                    let id = text(&command["commandId"]);
                    if result["result"] == "rejected" && memory.has(&format!("held {id}")) {
                        memory.put(&format!("overwritten {id}"), true.into());
                    }
                    if result["result"] == "duplicate" && memory.has(&format!("overwritten {id}")) {
                        result["receipt"]["payloadSha256"] = json!(Digest::of(b"other"));
                    }
                });
            },
        ),
        asked("a known id is taken for another case", "commands.id_case", |sent, memory| {
            sent.disguise(memory, false, |command| {
                let held = memory.get(&format!("held {}", text(&command["commandId"])));
                held.is_some_and(|held| held["act"]["caseId"] != command["caseId"])
            });
            None
        }),
        both(
            "one id at the same time has two effects",
            "commands.concurrent",
            |sent, memory| {
                sent.disguise(memory, true, |command| memory.count(&format!("under way {}", text(&command["commandId"]))) > 1);
                None
            },
            |sent, _, memory| {
                for command in sent.json()["commands"].as_array().into_iter().flatten() {
                    memory.discount(&format!("under way {}", text(&command["commandId"])));
                }
            },
        ),
        answered("everybody who sent it hears that it was applied", "commands.concurrent", |sent, got, _| {
            got.results(sent, |_, result| {
                if result["result"] == "duplicate" {
                    result["result"] = "applied".into();
                }
            });
        }),
        asked("the base is not looked at", "commands.conflict", |sent, memory| {
            sent.commands(|command| {
                if let Some(revision) = memory.get(&format!("revision {}", text(&command["caseId"]))) {
                    command["base"]["revision"] = revision;
                }
            });
            None
        }),
        asked("what an author saw is not looked at", "commands.seen", |sent, _| {
            sent.commands(|command| {
                if let Some(base) = command["base"].as_object_mut() {
                    base.remove("seen");
                }
            });
            None
        }),
        asked("the last act that an author saw is not looked at", "commands.last", |sent, _| {
            sent.commands(|command| {
                if let Some(base) = command["base"].as_object_mut() {
                    base.remove("last");
                }
            });
            None
        }),
        answered("a conflict is refused for good", "commands.conflict", |sent, got, _| {
            got.results(sent, |_, result| {
                if result["result"] == "conflict" {
                    into_refusal(result, "rejected", 409, "never");
                }
            });
        }),
        answered("the last writer wins", "commands.conflict_race", |sent, got, _| {
            got.results(sent, |command, result| {
                if result["result"] == "conflict" {
                    into_applied(command, result);
                }
            });
        }),
        answered("a conflict uses its id up", "commands.rebase", |sent, got, memory| {
            got.results(sent, |command, result| {
                let key = format!("conflict {}", text(&command["commandId"]));
                if result["result"] == "applied" && memory.has(&key) {
                    into_refusal(result, "rejected", 409, "never");
                }
            });
        }),
        answered("the second of a case is refused for good", "commands.lane", |sent, got, _| {
            got.results(sent, |_, result| {
                if result["result"] == "deferred" {
                    into_refusal(result, "rejected", 422, "never");
                }
            });
        }),
        answered("the second of a case is taken too", "commands.lane", |sent, got, _| {
            got.results(sent, |command, result| {
                if result["result"] == "deferred" {
                    into_applied(command, result);
                }
            });
        }),
        answered("revisions leave one out", "commands.order", |sent, got, _| {
            got.results(sent, |_, result| {
                if result["receipt"]["revision"].as_u64() > Some(2) {
                    result["receipt"]["revision"] = 9.into();
                }
            });
        }),
        answered("the acts of a case are swapped", "commands.order", |sent, got, _| {
            if sent.gets("/v1/cases/") && got.status == 200 {
                got.edit(|body| body["acts"].as_array_mut().expect("acts").reverse());
            }
        }),
        answered("what the rules refuse is stored as applied", "commands.rejected", |sent, got, _| {
            got.results(sent, |command, result| {
                if result["result"] == "rejected" {
                    into_applied(command, result);
                }
            });
        }),
        answered("a refusal has a receipt", "commands.rejected", |sent, got, _| {
            got.results(sent, |command, result| {
                if result["result"] == "rejected" {
                    let problem = result["problem"].clone();
                    into_applied(command, result);
                    result["result"] = "rejected".into();
                    result["problem"] = problem;
                }
            });
        }),
        answered("a refusal points at nothing", "commands.rejected", |sent, got, _| {
            got.results(sent, |_, result| {
                if result["result"] == "rejected" {
                    result["problem"]["fields"] = json!([]);
                }
            });
        }),
        answered("a refusal leaves a case behind", "commands.rejected", |sent, got, _| {
            if sent.gets("/v1/cases/") && got.status == 404 {
                let case = sent.path.trim_start_matches("/v1/cases/");
                got.body = json!({ "caseId": case, "revision": 0, "acts": [] }).to_string().into_bytes();
                got.set("content-type", "application/json");
                got.status = 200;
            }
        }),
        asked("corrects is not looked at", "commands.corrects", |sent, _| {
            sent.commands(|command| command["corrects"] = json!([]));
            None
        }),
        asked("dependsOn is not looked at", "commands.deferred", |sent, _| {
            sent.commands(|command| command["dependsOn"] = json!([]));
            None
        }),
        answered("what was deferred is never taken", "commands.deferred", |sent, got, memory| {
            got.results(sent, |command, result| {
                if memory.has(&format!("deferred {}", text(&command["commandId"]))) {
                    into_refusal(result, "deferred", 424, "later");
                }
            });
        }),
        answered("the answer leaves one of a batch out", "commands.batch", |sent, got, _| {
            if sent.is("POST", "/v1/commands") {
                got.edit(|body| {
                    body["results"].as_array_mut().expect("results").pop();
                });
            }
        }),
        answered("the answer names one of a batch twice", "commands.batch", |sent, got, _| {
            if sent.is("POST", "/v1/commands") {
                got.edit(|body| {
                    let results = body["results"].as_array_mut().expect("results");
                    results.extend(results.last().cloned());
                });
            }
        }),
        asked("what is too much is cut off in silence", "commands.batch_limit", |sent, _| {
            let mut body = sent.json();
            if let Some(commands) = body["commands"].as_array_mut().filter(|_| sent.path == "/v1/commands") {
                commands.truncate(20);
                sent.body = body.to_string().into_bytes();
            }
            None
        }),
        asked("one broken command refuses all of a request", "commands.neighbours", |sent, _| {
            let broken = sent.json()["commands"]
                .as_array()
                .is_some_and(|commands| commands.iter().any(|command| command["happenedAt"] == "kemarin"));
            broken.then(|| problem(400, "never"))
        }),
        answered("another schema is refused for good", "commands.schema", |sent, got, _| {
            got.results(sent, |command, result| {
                if command["schema"] != 1 {
                    into_refusal(result, "rejected", 422, "never");
                }
            });
        }),
        asked("another schema is read as this one", "commands.schema", |sent, _| {
            sent.commands(|command| command["schema"] = 1.into());
            None
        }),
        answered("an unknown act is kept as it is", "commands.kind", |sent, got, _| {
            got.results(sent, |command, result| {
                if result["result"] == "rejected" {
                    into_applied(command, result);
                }
            });
        }),
        asked("an unknown version is decided by the newest", "commands.version", |sent, _| {
            let set = sips_lapangan::rules::set_for("pemilu-penyelenggara", None).expect("the track");
            sent.commands(|command| command["rules"] = json!(set.pin));
            None
        }),
        asked("the digest of the calendar is not compared", "commands.version", |sent, _| {
            let calendar = sips_lapangan::rules::newest_calendar().expect("a calendar");
            sent.commands(|command| {
                if command["calendar"]["version"] == calendar.pin.version {
                    command["calendar"]["digest"] = json!(calendar.pin.digest);
                }
            });
            None
        }),
        asked("whoever sends it is the author", "commands.author", |sent, memory| {
            let account = session_of(sent, memory)["account"].clone();
            sent.commands(|command| command["author"] = account.clone());
            None
        }),
        answered("somebody else's try uses the id up", "commands.author", |sent, got, memory| {
            got.results(sent, |command, result| {
                let tried = memory.has(&format!("rejected {}", text(&command["commandId"])));
                if tried && result["result"] == "applied" {
                    into_refusal(result, "rejected", 409, "never");
                }
            });
        }),
        asked("training is taken for work", "commands.training", |sent, _| {
            sent.commands(|command| command["training"] = false.into());
            None
        }),
        asked("the office of the envelope is believed", "commands.office", |sent, memory| {
            let office = session_of(sent, memory)["office"]["code"].clone();
            sent.commands(|command| command["office"] = office.clone());
            None
        }),
        asked("another office acts in the case", "commands.foreign_case", |sent, memory| {
            let first = memory.get("first").unwrap_or_default();
            if sent.is("POST", "/v1/commands") {
                sent.set_token(&text(&first["accessToken"]));
                sent.commands(|command| {
                    command["author"] = first["me"]["account"].clone();
                    command["office"] = first["me"]["office"]["code"].clone();
                });
            }
            None
        }),
        answered("a refusal tells whose case it is", "commands.foreign_case", |sent, got, memory| {
            let name = text(&memory.get("first").unwrap_or_default()["me"]["office"]["name"]);
            got.results(sent, |_, result| {
                if result["problem"]["type"] == "/problems/case" {
                    result["problem"]["detail"] = format!("a case of {name}").into();
                }
            });
        }),
        asked("the device's clock is believed", "commands.future", |sent, _| {
            sent.commands(|command| {
                if text(&command["happenedAt"]).starts_with("2026-07-09") {
                    command["happenedAt"] = text(&command["happenedAt"]).replace("-09T", "-08T").into();
                    command["payload"]["answers"]["on"] = "2026-07-08".into();
                }
            });
            None
        }),
    ]
}

fn numbers() -> Vec<Fault> {
    vec![
        answered("the number stands before what asks for it", "numbers.issued", |sent, got, _| {
            got.results(sent, |_, result| {
                if let Some(effects) = result["act"]["effects"].as_array_mut() {
                    effects.sort_by_key(|effect| effect["numbered"].is_null());
                }
            });
        }),
        answered("no number at all", "numbers.issued", |sent, got, _| {
            got.results(sent, |_, result| {
                if let Some(effects) = result["act"]["effects"].as_array_mut() {
                    effects.retain(|effect| effect["numbered"].is_null());
                    result["receipt"]["numbers"] = json!({});
                }
            });
        }),
        answered("a refusal uses a number up", "numbers.gapless", |sent, got, memory| {
            if sent.is("POST", "/v1/commands") && got.json()["results"][0]["result"] == "rejected" {
                memory.count("used up");
            }
            let used = memory.get("used up").and_then(|count| count.as_u64()).unwrap_or(0);
            renumber(got, |number| number + used);
        }),
        answered("a number is issued twice in a row", "numbers.gapless", |_, got, _| renumber(got, |number| number.div_ceil(2))),
        answered("every petition of a day has the same number", "numbers.gapless", |_, got, _| renumber(got, |_| 1)),
        answered("numbers that fall", "numbers.gapless", |_, got, _| renumber(got, |number| 90 - number)),
        answered("a number is issued twice at the same time", "numbers.concurrent", |_, got, _| {
            renumber(got, |number| if number == 9 { 8 } else { number });
        }),
        answered("numbers are drawn in blocks", "numbers.concurrent", |_, got, _| renumber(got, |number| number + number / 5 * 10)),
        answered("the feed is in another order than the numbers", "numbers.order", |sent, got, _| got.acts(sent, |acts| acts.reverse())),
    ]
}

fn receipts() -> Vec<Fault> {
    vec![
        asked("receipts are not kept", "receipts.applied", |sent, _| sent.gets("/v1/receipts/").then(|| problem(404, "never"))),
        answered("a receipt is made anew when it is asked for", "receipts.applied", |sent, got, _| {
            if sent.gets("/v1/receipts/") && got.status == 200 {
                got.edit(|body| body["receipt"]["serverTime"] = "2026-07-08T03:25:09.000Z".into());
            }
        }),
        asked("refusals are forgotten", "receipts.rejected", |sent, memory| {
            let id = sent.path.trim_start_matches("/v1/receipts/");
            memory.has(&format!("rejected {id}")).then(|| problem(404, "never"))
        }),
        answered("a refused command is told as applied", "receipts.rejected", |sent, got, _| {
            if sent.gets("/v1/receipts/") && got.status == 200 {
                got.edit(|body| body["result"] = "applied".into());
            }
        }),
        answered("an unknown command has the app's page", "receipts.unknown", |sent, got, _| {
            if sent.gets("/v1/receipts/") && got.status == 404 {
                got.app_page();
            }
        }),
        answered("an unknown command is to be asked for later", "receipts.unknown", |sent, got, _| {
            if sent.gets("/v1/receipts/") && got.status == 404 {
                got.edit(|body| body["retry"] = "later".into());
            }
        }),
        asked("everybody may ask for every receipt", "receipts.scope", |sent, memory| {
            if sent.gets("/v1/receipts/") {
                sent.set_token(&text(&memory.get("first").unwrap_or_default()["accessToken"]));
            }
            None
        }),
    ]
}

fn definitions() -> Vec<Fault> {
    vec![
        answered("the list has no calendar", "definitions.list", |sent, got, _| {
            if sent.is("GET", "/v1/definitions") {
                got.edit(|body| body["definitions"].as_array_mut().expect("a list").retain(|entry| entry["kind"] != "calendar"));
            }
        }),
        answered("a version is there twice", "definitions.list", |sent, got, _| {
            if sent.is("GET", "/v1/definitions") {
                got.edit(|body| {
                    let list = body["definitions"].as_array_mut().expect("a list");
                    list.extend(list.last().cloned());
                });
            }
        }),
        answered("definitions are printed prettily", "definitions.digest", |sent, got, _| {
            if sent.gets("/v1/definitions/") && got.status == 200 {
                got.body = serde_json::to_vec_pretty(&got.json()).expect("JSON");
            }
        }),
        answered("a definition changes from one answer to the next", "definitions.digest", |sent, got, memory| {
            if sent.gets("/v1/definitions/") && got.status == 200 && memory.count("definitions") > 1 {
                got.body.push(b' ');
            }
        }),
        answered("a version was changed after it was published", "definitions.known", |sent, got, _| {
            if sent.is("GET", "/v1/definitions") {
                got.edit(|body| {
                    for entry in body["definitions"].as_array_mut().expect("a list") {
                        entry["digest"] = json!(Digest::of(text(&entry["id"]).as_bytes()));
                    }
                });
            }
        }),
        asked("definitions are always sent whole", "definitions.tag", |sent, _| {
            sent.headers.remove(header::IF_NONE_MATCH);
            None
        }),
        answered("an unknown definition has the app's page", "definitions.unknown", |sent, got, _| {
            if sent.gets("/v1/definitions/") && got.status == 404 {
                got.app_page();
            }
        }),
    ]
}

fn changes() -> Vec<Fault> {
    vec![
        answered("the feed skips an act", "changes.complete", |sent, got, _| {
            got.acts(sent, |acts| {
                if acts.len() > 2 {
                    acts.remove(1);
                }
            });
        }),
        answered("the feed has an act twice", "changes.complete", |sent, got, _| {
            got.acts(sent, |acts| acts.extend(acts.last().cloned()));
        }),
        answered("the feed has an act without its numbers", "changes.complete", |sent, got, _| {
            got.acts(sent, |acts| acts.iter_mut().for_each(|act| act["effects"] = json!([])));
        }),
        answered("the feed is ordered by case", "changes.order", |sent, got, _| {
            got.acts(sent, |acts| acts.sort_by_key(|act| text(&act["caseId"])));
        }),
        answered("two acts are swapped", "changes.order", |sent, got, _| {
            got.acts(sent, |acts| {
                let end = acts.len();
                if end > 1 {
                    acts.swap(end - 1, end - 2);
                }
            });
        }),
        answered("from is not repeated", "changes.from", |sent, got, _| got.page(sent, |page| page["from"] = "".into())),
        answered("from is the cursor after the page", "changes.from", |sent, got, _| {
            got.page(sent, |page| page["from"] = page["next"].clone())
        }),
        answered("next is the cursor that was asked for", "changes.next", |sent, got, _| {
            got.page(sent, |page| {
                if page["from"] != "" {
                    page["next"] = page["from"].clone();
                }
            });
        }),
        answered("the act after a page is left out", "changes.next", |sent, got, _| {
            got.acts(sent, |acts| {
                if acts.len() == 1 {
                    acts.clear();
                }
            });
        }),
        answered("a page is given once", "changes.again", |sent, got, memory| {
            let asked = memory.count(&format!("asked {}", sent.query));
            got.acts(sent, |acts| {
                if asked > 1 {
                    acts.clear();
                }
            });
        }),
        answered("every start of the server is an epoch", "changes.epoch", |sent, got, memory| {
            let number = memory.count("epochs");
            got.page(sent, |page| page["epoch"] = number.to_string().into());
        }),
        answered("what was refused is in the feed", "changes.rejected", |sent, got, memory| {
            let any = memory.get("last rejected");
            let by = memory.get("first").unwrap_or_default();
            got.acts(sent, |acts| {
                if let Some(id) = any {
                    let office = &by["me"]["office"]["code"];
                    let time = "2026-07-08T03:20:00.000Z";
                    let pin = json!({ "id": "x", "version": 1, "digest": Digest::of(b"x") });
                    acts.push(json!({
                        "commandId": id, "caseId": id, "act": "receive", "by": { "account": by["me"]["account"], "name": "X" },
                        "office": office, "happenedAt": time, "madeAt": { "wall": time, "zone": by["me"]["office"]["zone"], "offsetMs": 0 },
                        "recordedAt": time, "revision": 1, "rules": pin, "calendar": pin, "effects": [],
                    }));
                }
            });
        }),
        answered("more is always false", "changes.page_bytes", |sent, got, _| got.page(sent, |page| page["more"] = false.into())),
        answered("pages have no limit", "changes.page_bytes", |sent, got, _| {
            got.page(sent, |page| {
                if page["more"] == true {
                    page["padding"] = "x".repeat(600_000).into();
                }
            });
        }),
        answered("pages have any number of acts", "changes.page_acts", |sent, got, _| {
            got.acts(sent, |acts| {
                if acts.len() > 300 {
                    acts.extend_from_within(..);
                }
            });
        }),
        answered("an act becomes visible behind a cursor", "changes.race", |sent, got, memory| {
            got.acts(sent, |acts| {
                if !acts.is_empty() && memory.count("pages with acts") % 2 == 0 {
                    acts.pop();
                }
            });
        }),
        asked("a foreign cursor begins from the start", "changes.foreign_cursor", |sent, memory| {
            let cursor = sent.query.trim_start_matches("cursor=");
            if sent.path == "/v1/changes" && !memory.has(&format!("cursor {cursor}")) {
                sent.query = String::new();
            }
            None
        }),
        answered("a foreign cursor is a bad request", "changes.foreign_cursor", |_, got, _| {
            if got.status == 410 {
                got.refuse(400, "never");
            }
        }),
        asked("every office sees every case", "changes.scope", |sent, memory| {
            if sent.path == "/v1/changes" && sent.query.is_empty() {
                sent.set_token(&text(&memory.get("first").unwrap_or_default()["accessToken"]));
            }
            None
        }),
        answered("a colleague sees only their own acts", "changes.scope", |sent, got, memory| {
            let me = session_of(sent, memory)["account"].clone();
            got.acts(sent, |acts| acts.retain(|act| act["by"]["account"] == me));
        }),
        answered("hidden names what is seen", "changes.hidden", |sent, got, _| {
            got.page(sent, |page| {
                page["hidden"] = page["acts"].as_array().expect("acts").iter().map(|act| act["caseId"].clone()).collect()
            });
        }),
    ]
}

fn cases() -> Vec<Fault> {
    vec![
        answered("a case has its last act alone", "cases.whole", |sent, got, _| {
            if sent.gets("/v1/cases/") && got.status == 200 {
                got.edit(|body| {
                    body["acts"].as_array_mut().expect("acts").remove(0);
                });
            }
        }),
        answered("a case's revision counts from 0", "cases.whole", |sent, got, _| {
            if sent.gets("/v1/cases/") && got.status == 200 {
                got.edit(|body| body["revision"] = (body["revision"].as_u64().expect("a revision") - 1).into());
            }
        }),
        answered("a case has no tag", "cases.tag", |sent, got, _| {
            if sent.gets("/v1/cases/") {
                got.headers.remove(header::ETAG);
            }
        }),
        asked("tags are compared as whole headers", "cases.tag", |sent, _| {
            let list =
                sent.headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains(','));
            if list {
                sent.headers.remove(header::IF_NONE_MATCH);
            }
            None
        }),
        both(
            "the tag is that of the case's id",
            "cases.tag_moves",
            |sent, _| {
                let same = sent.gets("/v1/cases/") && sent.headers.get(header::IF_NONE_MATCH).is_some_and(|tag| tag == "\"case\"");
                same.then(|| {
                    let mut got = Got { status: 304, body: Vec::new(), ..problem(304, "later") };
                    got.set("etag", "\"case\"");
                    got
                })
            },
            |sent, got, _| {
                if sent.gets("/v1/cases/") && got.status == 200 {
                    got.set("etag", "\"case\"");
                }
            },
        ),
        asked("every office reads every case", "cases.scope", |sent, memory| {
            if sent.gets("/v1/cases/") {
                sent.set_token(&text(&memory.get("first").unwrap_or_default()["accessToken"]));
            }
            None
        }),
        answered("another office's case is forbidden", "cases.scope", |sent, got, memory| {
            let case = sent.path.trim_start_matches("/v1/cases/");
            if sent.gets("/v1/cases/") && got.status == 404 && memory.has(&format!("revision {case}")) {
                got.refuse(403, "never");
            }
        }),
        asked("every office reads every question from the field", "streams.question", |sent, memory| {
            let case = sent.path.trim_start_matches("/v1/cases/");
            if sent.gets("/v1/cases/") && memory.get(&format!("began {case}")) == Some("ask".into()) {
                sent.set_token(&text(&memory.get("first").unwrap_or_default()["accessToken"]));
            }
            None
        }),
        answered("a note is taken before its case is here", "streams.work", |sent, got, _| {
            got.results(sent, |command, result| {
                if command["rules"]["id"] == "kerja-perkara" && result["result"] == "deferred" {
                    into_applied(command, result);
                }
            });
        }),
        answered("another office's case is told by its words", "cases.scope", |sent, got, memory| {
            let case = sent.path.trim_start_matches("/v1/cases/");
            if sent.gets("/v1/cases/") && got.status == 404 && memory.has(&format!("revision {case}")) {
                got.edit(|body| body["detail"] = "This case is not yours".into());
            }
        }),
    ]
}

fn documents() -> Vec<Fault> {
    vec![
        answered("what is no JSON is unprocessable", "limits.unreadable", |_, got, _| {
            if got.status == 400 {
                got.refuse(422, "never");
            }
        }),
        asked("every media type is read as JSON", "limits.media", |sent, _| {
            if sent.headers.contains_key(header::CONTENT_TYPE) {
                sent.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            }
            None
        }),
        asked("a charset makes another media type of it", "limits.media", |sent, _| {
            let parameter = sent.headers.get(header::CONTENT_TYPE).is_some_and(|media| media.as_bytes().contains(&b';'));
            parameter.then(|| problem(415, "after-update"))
        }),
        asked("requests have no limit", "limits.bytes", |sent, _| {
            let end = sent.body.trim_ascii_end().len();
            sent.body.truncate(end);
            None
        }),
        asked("less is taken than is stated", "limits.bytes", |sent, _| (sent.body.len() > 2_000_000).then(|| problem(413, "never"))),
        asked("null makes it fail", "hostile.bodies", |sent, _| (sent.body == b"{\"commands\":[null]}").then(|| problem(500, "later"))),
        asked("an empty object is no commands", "hostile.bodies", |sent, _| {
            if sent.is("POST", "/v1/commands") && sent.body == b"{}" {
                sent.body = b"{\"commands\":[]}".to_vec();
            }
            None
        }),
        asked("a deep document makes it fail", "hostile.depth", |sent, _| (sent.body.len() > 150_000).then(|| problem(500, "later"))),
        answered("a negative number makes it fail", "hostile.values", |sent, got, _| {
            got.results(sent, |command, result| {
                if command["base"]["revision"] == -1 {
                    result["problem"]["status"] = 500.into();
                }
            });
        }),
        answered("a command of the wrong shape is taken", "hostile.values", |sent, got, _| {
            got.results(sent, |command, result| {
                if command["device"].is_null() {
                    into_applied(command, result);
                }
            });
        }),
        answered("the digest is of the text, the decision of the values", "hostile.keys", |sent, got, _| {
            let raw = Digest::of(&sent.body);
            got.results(sent, |_, result| {
                if result["result"] == "applied" {
                    result["receipt"]["payloadSha256"] = json!(raw);
                }
            });
        }),
        asked("NUL makes the database fail", "hostile.texts", |sent, _| {
            sent.body.windows(6).any(|part| part == b"\\u0000").then(|| problem(500, "later"))
        }),
    ]
}

fn origins() -> Vec<Fault> {
    vec![
        asked("a preflight request needs a sign-in", "origins.preflight", |sent, _| {
            (sent.method == "OPTIONS").then(|| problem(401, "after-sign-in"))
        }),
        answered("a star stands for Authorization", "origins.preflight", |_, got, _| {
            if got.headers.contains_key("access-control-allow-headers") {
                got.set("access-control-allow-headers", "*");
            }
        }),
        answered("refusals are closed to other origins", "origins.exposed", |_, got, _| {
            if got.status >= 400 {
                got.headers.remove("access-control-allow-origin");
            }
        }),
        answered("nothing is exposed", "origins.exposed", |_, got, _| {
            got.headers.remove("access-control-expose-headers");
        }),
        answered("every origin is let in by its name", "origins.credentials", |sent, got, _| {
            if let Some(origin) = sent.headers.get(header::ORIGIN) {
                got.headers.insert("access-control-allow-origin", origin.clone());
            }
        }),
        answered("origins are let in with cookies", "origins.credentials", |sent, got, _| {
            if sent.headers.contains_key(header::ORIGIN) {
                got.set("access-control-allow-credentials", "true");
            }
        }),
    ]
}

fn is_file(sent: &Sent, method: &str) -> bool {
    sent.method == method && sent.path.starts_with("/v1/files/")
}

fn files() -> Vec<Fault> {
    vec![
        answered("another largest file than discovery says", "files.offer", |sent, got, _| {
            if sent.method == "OPTIONS" && got.headers.contains_key("tus-max-size") {
                got.set("tus-max-size", "1");
            }
        }),
        asked("tus without a version is as good", "files.version", |sent, _| {
            sent.headers.insert("tus-resumable", HeaderValue::from_static("1.0.0"));
            None
        }),
        answered("bytes that nobody named are begun", "files.record_first", |sent, got, _| {
            if sent.is("POST", "/v1/files") && got.status == 403 {
                *got = nothing_more();
                got.status = 201;
            }
        }),
        answered("one byte is lost on reading", "files.whole", |sent, got, _| {
            if is_file(sent, "GET") && got.status == 200 {
                got.body.pop();
            }
        }),
        answered("files open by themselves", "files.whole", |sent, got, _| {
            if is_file(sent, "GET") {
                got.headers.remove("content-disposition");
            }
        }),
        answered("a part is said to be kept that was not", "files.whole", |sent, got, _| {
            if is_file(sent, "HEAD") {
                got.set("upload-offset", "0");
            }
        }),
        answered("a part that fits nowhere is taken", "files.offset", |sent, got, _| {
            if is_file(sent, "PATCH") && got.status == 409 {
                *got = nothing_more();
            }
        }),
        answered("more bytes than the length are taken", "files.beyond", |sent, got, _| {
            if is_file(sent, "PATCH") && got.status == 413 {
                *got = nothing_more();
            }
        }),
        answered("nobody looks at the digest", "files.digest", |sent, got, _| {
            if is_file(sent, "PATCH") && got.status == 422 {
                *got = nothing_more();
            }
        }),
        answered("evidence can be deleted", "files.evidence", |sent, got, _| {
            if is_file(sent, "DELETE") && got.status == 403 {
                *got = nothing_more();
            }
        }),
        asked("every office reads every file", "files.scope", |sent, memory| {
            if is_file(sent, "GET") {
                sent.set_token(&text(&memory.get("first").unwrap_or_default()["accessToken"]));
            }
            None
        }),
        asked("Range is not looked at", "files.range", |sent, _| {
            sent.headers.remove(header::RANGE);
            None
        }),
        answered("changes say nothing of files", "files.changes", |sent, got, _| got.page(sent, |page| page["files"] = json!([]))),
    ]
}

fn is_public(sent: &Sent) -> bool {
    sent.gets("/v1/public/")
}

fn comfort() -> Vec<Fault> {
    vec![
        answered("a hint says which case it was", "comfort.hints", |sent, got, _| {
            if sent.is("GET", "/v1/hints") {
                got.replace("data: {}", "data: {\"case\":\"01980000\"}");
            }
        }),
        answered("a hint names its author", "comfort.hints", |sent, got, _| {
            if sent.is("GET", "/v1/hints") {
                got.replace("event: changed", "id: rina\nevent: changed");
            }
        }),
        asked("everybody hears hints", "comfort.hints_closed", |sent, memory| {
            if sent.is("GET", "/v1/hints") && sent.token().is_empty() {
                memory.count("strangers");
                return Some(Got { body: b": \n\n".to_vec(), ..nothing_more() }).map(|mut got| {
                    got.status = 200;
                    got.set("content-type", "text/event-stream");
                    got
                });
            }
            None
        }),
        asked("sealed bytes are kept as text", "comfort.drafts", |sent, _| {
            if sent.method == "PUT" && sent.path.starts_with("/v1/drafts/") {
                sent.body = String::from_utf8_lossy(&sent.body).into_owned().into_bytes();
            }
            None
        }),
        asked("the last one who sends a draft wins", "comfort.drafts_replaced", |sent, memory| {
            if sent.method != "PUT" || !sent.path.starts_with("/v1/drafts/") {
                return None;
            }
            let first = memory.count(&format!("draft {}", sent.path)) == 1;
            let mut got = nothing_more();
            got.status = if first { 201 } else { 204 };
            got.set("etag", &format!("\"{}\"", Digest::of(&sent.body)));
            (!first).then_some(got)
        }),
        answered("no condition is asked for", "comfort.drafts_replaced", |sent, got, _| {
            if sent.method == "PUT" && got.status == 428 {
                *got = nothing_more();
            }
        }),
        asked("drafts are the office's", "comfort.drafts_private", |sent, memory| {
            if sent.gets("/v1/drafts") {
                sent.set_token(&text(&memory.get("first").unwrap_or_default()["accessToken"]));
            }
            None
        }),
        answered("devices tell whatever they like", "comfort.devices", |sent, got, _| {
            if sent.method == "PUT" && got.status == 400 {
                *got = nothing_more();
            }
        }),
        answered("everybody lists devices", "comfort.devices", |sent, got, _| {
            if sent.is("GET", "/v1/devices") && got.status == 403 {
                got.status = 200;
                got.set("content-type", "application/json");
                got.body = b"{\"devices\":[]}".to_vec();
            }
        }),
        answered("public views need a sign-in", "comfort.public", |sent, got, _| {
            if is_public(sent) {
                got.refuse(401, "after-sign-in");
            }
        }),
        answered("no cache may keep a public view", "comfort.public", |sent, got, _| {
            if is_public(sent) {
                got.set("cache-control", "no-store");
            }
        }),
        answered("a public view tells what was received", "comfort.public_closed", |sent, got, memory| {
            if is_public(sent) && got.status == 200 {
                let act = memory.get("any act").unwrap_or_default();
                got.edit(|page| page["entries"] = json!([{ "number": act["caseId"] }]));
            }
        }),
        answered("a public view has the petitioner's address", "comfort.public_closed", |sent, got, _| {
            if is_public(sent) && got.status == 200 {
                got.edit(|page| page["entries"] = json!([{ "number": null, "address": "-" }]));
            }
        }),
        answered("public views pass searched words over", "comfort.public_search", |sent, got, _| {
            if is_public(sent) && got.status == 200 {
                got.edit(|page| page["entries"] = json!([{ "number": null }]));
            }
        }),
        answered("everybody lists accounts", "comfort.accounts", |sent, got, _| {
            if sent.is("GET", "/v1/accounts") && got.status == 403 {
                got.status = 200;
                got.set("content-type", "application/json");
                got.body = b"{\"accounts\":[],\"next\":null}".to_vec();
            }
        }),
        answered("everybody creates accounts", "comfort.accounts", |sent, got, _| {
            if sent.is("POST", "/v1/accounts") && got.status == 403 {
                got.status = 200;
                got.set("content-type", "application/json");
                got.body = sent.body.clone();
            }
        }),
    ]
}
