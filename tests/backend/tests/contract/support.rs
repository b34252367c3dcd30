//! A backend within the test's own process, on Wednesday 8 July 2026, 10.25 WIB, and the petition of worked case 1.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::response::Parts;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::{Value, json};
use sips_backend::accounts;
use sips_backend::clock::Clock;
use sips_backend::http::{State, router};
use sips_backend::settings::{Log, Settings};
use sips_lapangan::api::wire::{CommandResult, Problem, Results, Session};
use sips_lapangan::domain::id::{CaseId, CommandId};
use sips_lapangan::domain::time::Timestamp;
use sips_lapangan::rules;
use tower::ServiceExt;

use crate::databases::{TestDatabase, apart};

pub const DEVICE: &str = "01980000-0000-7000-8000-0000000000d1";
pub const MINUTE_MS: i64 = 60_000;

/// The moment at which the petition of case 1 was filed.
pub fn filed() -> Timestamp {
    Timestamp::parse("2026-07-08T03:20:00Z").expect("a valid instant")
}

/// A backend under test.
pub struct Backend {
    router: Router,
    state: Option<Arc<State>>,
    now: Arc<AtomicI64>,
    log: Arc<Mutex<String>>,
    settings: Settings,
    database: Arc<TestDatabase>,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a plain header"))
    }

    /// The problem document, which is what every refusal has to be.
    pub fn problem(&self) -> Problem {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let problem: Problem = self.json();
        assert_eq!(problem.status, self.status.as_u16());
        problem
    }
}

impl Backend {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    pub fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::over(TestDatabase::new(), change)
    }

    /// A backend over a database that is there already.
    pub fn over(database: TestDatabase, change: impl FnOnce(&mut Settings)) -> Self {
        let now = Arc::new(AtomicI64::new(filed().0 + 5 * MINUTE_MS));
        let log = Arc::new(Mutex::new(String::new()));
        let mut settings = Settings::new(database.place());
        let clock = Arc::clone(&now);
        settings.clock = Clock::from_fn(move || Timestamp(clock.load(Ordering::SeqCst)));
        let lines = Arc::clone(&log);
        settings.log = Log::new(move |line| {
            let mut lines = lines.lock().expect("the log");
            lines.push_str(line);
            lines.push('\n');
        });
        change(&mut settings);
        let (router, state) = open(&settings);
        Self { router, state: Some(state), now, log, settings, database: Arc::new(database) }
    }

    /// Another server over the same database.
    pub fn beside(&self) -> Self {
        let (router, state) = open(&self.settings);
        Self {
            router,
            state: Some(state),
            now: Arc::clone(&self.now),
            log: Arc::clone(&self.log),
            settings: self.settings.clone(),
            database: Arc::clone(&self.database),
        }
    }

    /// The same data in a new process, as far as the server can tell.
    pub fn restart(&mut self) {
        self.stop();
        self.go_on();
    }

    /// A copy of its data as it is now.
    pub fn copy(&mut self) -> TestDatabase {
        self.stop();
        let copy = self.database.copy();
        self.go_on();
        copy
    }

    /// Somebody puts a copy in the place of its data.
    pub fn put_back(&mut self, copy: TestDatabase) {
        self.stop();
        self.settings.database = copy.place();
        self.database = Arc::new(copy);
        self.go_on();
    }

    /// The same backend over a real connection.
    pub async fn listen(&self) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let router = self.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    /// Every stream of hints ends, as when the server stops.
    pub fn stop_hints(&self) {
        self.state.as_ref().expect("it runs").stop_hints();
    }

    fn stop(&mut self) {
        self.router = Router::new();
        self.state = None;
    }

    fn go_on(&mut self) {
        let (router, state) = open(&self.settings);
        (self.router, self.state) = (router, Some(state));
    }

    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    pub fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::SeqCst))
    }

    pub fn set_clock(&self, now: Timestamp) {
        self.now.store(now.0, Ordering::SeqCst);
    }

    pub fn wait_ms(&self, millis: i64) {
        self.now.fetch_add(millis, Ordering::SeqCst);
    }

    pub fn log(&self) -> String {
        self.log.lock().expect("the log").clone()
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let router = self.router.clone();
        let response = router.oneshot(request).await.expect("always an answer");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a whole body");
        Answer { status: parts.status, headers: parts.headers, body: body.to_vec() }
    }

    /// An answer whose body goes on.
    pub async fn open(&self, request: Request<Body>) -> (Parts, Body) {
        self.router.clone().oneshot(request).await.expect("always an answer").into_parts()
    }

    pub async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.send(request(Method::GET, path, token, Body::empty())).await
    }

    pub async fn post(&self, path: &str, token: Option<&str>, body: impl Into<Body>) -> Answer {
        self.send(request(Method::POST, path, token, body.into())).await
    }

    pub async fn try_sign_in(&self, username: &str, password: &str) -> Answer {
        let body = json!({ "username": username, "password": password, "device": DEVICE });
        self.post("/v1/session", None, body.to_string()).await
    }

    /// Signs a seeded account in.
    pub async fn sign_in(&self, username: &str) -> Session {
        let seeds = accounts::seeds();
        let seed = seeds.iter().find(|seed| seed.username == username);
        let password = &seed.expect("a seeded account").password;
        let answer = self.try_sign_in(username, password).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()
    }

    pub async fn refresh(&self, refresh_token: &str) -> Answer {
        let body = json!({ "refreshToken": refresh_token, "device": DEVICE });
        self.send(request(Method::PUT, "/v1/session", None, body.to_string().into())).await
    }

    /// Sends commands in one request.
    pub async fn push(&self, session: &Session, commands: &[Value]) -> Vec<CommandResult> {
        let body = json!({ "commands": commands });
        let token = Some(session.access_token.as_str());
        let answer = self.post("/v1/commands", token, body.to_string()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json::<Results>().results
    }

    /// Sends one command.
    pub async fn push_one(&self, session: &Session, command: &Value) -> CommandResult {
        let mut results = self.push(session, std::slice::from_ref(command)).await;
        assert_eq!(results.len(), 1);
        results.remove(0)
    }
}

fn open(settings: &Settings) -> (Router, Arc<State>) {
    let store = apart(|| {
        let store = settings.database.open(settings.fresh).expect("a store");
        accounts::plant(&store).expect("accounts");
        store
    });
    let state = Arc::new(State::new(store, settings.clone()));
    (router(Arc::clone(&state)), state)
}

pub fn request(method: Method, path: &str, token: Option<&str>, body: Body) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    request.header(header::CONTENT_TYPE, "application/json").body(body).expect("a valid request")
}

/// The next command and case of a test: ids count up, so that a run is the same each time.
pub fn new_ids() -> (CommandId, CaseId) {
    static NEXT: AtomicI64 = AtomicI64::new(1);
    let next = NEXT.fetch_add(1, Ordering::SeqCst);
    let mut entropy = [0; 10];
    entropy[2..].copy_from_slice(&next.to_be_bytes());
    (CommandId::new(filed(), entropy), CaseId::new(filed(), entropy))
}

/// The envelope of case 1: PLR against KPU Kabupaten Banyuasin, object fixed on 6 July 2026, filed on Wednesday 8 July
/// at 10.20. It is complete, so that nothing but what a test changes can stand against it.
pub fn petition(session: &Session) -> Value {
    let (command, case) = new_ids();
    let set = rules::set_for("pemilu-penyelenggara", None).expect("the track");
    let calendar = rules::newest_calendar().expect("a calendar");
    json!({
        "schema": 1,
        "commandId": command,
        "caseId": case,
        "author": session.me.account,
        "office": session.me.office.code,
        "device": DEVICE,
        "payload": { "act": "receive", "answers": answers(&session.me.office.organiser) },
        "base": { "revision": 0 },
        "rules": set.pin,
        "calendar": calendar.pin,
        "rulings": {},
        "dependsOn": [],
        "corrects": [],
        "happenedAt": stated("2026-07-08", "10.20", session),
        "madeAt": { "wall": filed().plus(MINUTE_MS), "zone": session.me.office.zone, "offsetMs": 0 },
    })
}

fn answers(organiser: &str) -> Value {
    json!({
        "channel": "counter",
        "filed_on": "2026-07-08",
        "filed_at": "10.20",
        "object_kind": "sk",
        "object_number": "123/PL.01.4-Kpt/1607/2026",
        "object_title": "Daftar calon sementara anggota DPRD Kabupaten Banyuasin",
        "object_fixed_on": "2026-07-06",
        "stage": "dcs",
        "election_kind": "dprd_kab",
        "petitioner": [{
            "id": "01980000-0000-7000-8000-0000000000a1",
            "fields": {
                "kind": "party",
                "name": "Partai Lumbung Rakyat (PLR)",
                "org_level": "regency",
                "org_chair": "Ahmad Zulkifli",
                "org_secretary": "Nurhayati",
                "address": "Jalan Merdeka 12, Pangkalan Balai",
                "nik": "1607081203800001",
                "phone": "0812-7000-1234",
            },
        }],
        "respondent_name": organiser,
        "direct_loss": "Nama calon dicoret.",
        "grounds": "Pindaian ijazah tidak terbaca, salinan yang sah telah diserahkan.",
        "petitum": [{
            "id": "01980000-0000-7000-8000-0000000000b1",
            "fields": { "kind": "primary", "text": "Memulihkan nama calon dalam DCS." },
        }],
        "papers": [
            { "id": "petition", "fields": { "present": "yes", "copies": "4" } },
            { "id": "object", "fields": { "present": "yes" } },
        ],
        "not_other_violation": "yes",
        "signed_by": "Ahmad Zulkifli",
        "signed_as": "ketua dan sekretaris",
        "signed_on": "2026-07-08",
    })
}

/// The instant at which the clocks of the session's office show this date and time.
pub fn stated(date: &str, time: &str, session: &Session) -> Timestamp {
    let date = sips_lapangan::domain::text::read_date(date).expect("a valid date");
    let minute = sips_lapangan::domain::text::read_time(time).expect("a valid time");
    date.at(minute, session.me.office.zone)
}

/// The same petition, filed at another time.
pub fn filed_at(mut command: Value, session: &Session, date: &str, time: &str) -> Value {
    command["payload"]["answers"]["filed_on"] = date.into();
    command["payload"]["answers"]["filed_at"] = time.into();
    command["happenedAt"] = json!(stated(date, time, session));
    command
}

pub fn case_id(command: &Value) -> &str {
    command["caseId"].as_str().expect("a case id")
}

pub fn command_id(command: &Value) -> &str {
    command["commandId"].as_str().expect("a command id")
}

/// The number that a result's receipt carries.
pub fn reception(result: &CommandResult) -> &str {
    let receipt = result.receipt.as_ref().expect("a receipt");
    &receipt.numbers["reception"]
}

/// The kind of a result's problem.
pub fn kind(result: &CommandResult) -> &str {
    &result.problem.as_ref().expect("a problem").kind
}
