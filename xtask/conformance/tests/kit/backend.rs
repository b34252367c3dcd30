//! The reference backend over real HTTP within the test's own process, on Wednesday 8 July 2026, 10.25 WIB, with or without
//! something in front of it that does wrong.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::http::HeaderValue;
use sips_backend::clock::Clock;
use sips_backend::http::{State, router};
use sips_backend::settings::Settings as ServerSettings;
use sips_conformance::settings::{Settings, Wait, seeded};
use sips_lapangan::domain::time::Timestamp;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use crate::databases::TestDatabase;

/// The app's origin, which the backend lets in.
pub const ORIGIN: &str = "https://app.example";

/// A backend that listens until this value is dropped.
pub struct Backend {
    /// Its address.
    pub url: String,
    now: Arc<AtomicI64>,
    task: JoinHandle<()>,
    _database: TestDatabase,
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime"))
}

impl Backend {
    /// A backend at this time, with this put around its routes.
    pub fn start(now: &str, around: impl FnOnce(Router) -> Router) -> Self {
        let database = TestDatabase::new();
        let now = Timestamp::parse(now).expect("a valid instant");
        let now = Arc::new(AtomicI64::new(now.0));
        let mut settings = ServerSettings::new(database.place());
        let clock = Arc::clone(&now);
        settings.clock = Clock::from_fn(move || Timestamp(clock.load(Ordering::SeqCst)));
        settings.allow_origins = vec![HeaderValue::from_static(ORIGIN)];
        let store = database.place().open(false).expect("a store");
        let app = around(router(Arc::new(State::new(store, settings))));
        let listener = runtime().block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let task = runtime().spawn(async move {
            // It ends with the test.
            let _ = axum::serve(listener, app).await;
        });
        Self { url, now, task, _database: database }
    }

    /// The reference backend as it is.
    pub fn plain() -> Self {
        Self::start("2026-07-08T03:25:00Z", |app| app)
    }

    /// A run against it: whatever waits moves its clock.
    pub fn settings(&self) -> Settings {
        let now = Arc::clone(&self.now);
        let wait = Wait::by(move |time| {
            now.fetch_add(i64::try_from(time.as_millis()).expect("a short time"), Ordering::SeqCst);
        });
        Settings { wait, origin: Some(ORIGIN.to_owned()), thorough: true, ..Settings::new(self.url.clone(), 3, seeded()) }
    }
}
