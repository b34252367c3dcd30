//! The contract over HTTP: routes, what is read from a request, and what every answer carries.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use sips_lapangan::api::endpoint;
use sips_lapangan::api::wire::Retry;
use tokio::sync::Semaphore;

use crate::arriving::Arriving;
use crate::problem::Refusal;
use crate::settings::Settings;
use crate::site;
use crate::store::{Store, StoreError};
use crate::throttle::{Asker, Rates, Throttle, Wait};

mod accounts;
mod cases;
mod comfort;
mod definitions;
mod files;
mod hints;
mod layers;
mod reading;
mod session;

/// Passwords that are checked at the same time: each takes 19 MiB and a core.
const PASSWORD_CHECKS: usize = 2;

/// What every request may use.
pub struct State {
    store: Arc<Store>,
    settings: Settings,
    throttle: Throttle,
    rates: Rates,
    hints: hints::Hints,
    password_checks: Semaphore,
    arriving: Arriving,
}

impl State {
    /// A server's state over an open store.
    #[must_use]
    pub fn new(store: Store, settings: Settings) -> Self {
        let rates = Rates::new(settings.rate);
        Self {
            store: Arc::new(store),
            settings,
            rates,
            throttle: Throttle::default(),
            hints: hints::Hints::default(),
            password_checks: Semaphore::new(PASSWORD_CHECKS),
            arriving: Arriving::default(),
        }
    }

    /// Counts a request of an asker.
    fn count(&self, asker: Asker) -> Result<(), Refusal> {
        self.rates.ask(asker, self.settings.clock.now()).map_err(|Wait(seconds)| {
            Refusal::new(StatusCode::TOO_MANY_REQUESTS, "/problems/too-many-requests", "Too many requests", Retry::Later).after(seconds)
        })
    }

    /// The server stops: whoever listens for hints is told goodbye, since their streams have no end of their own.
    pub fn stop_hints(&self) {
        self.hints.end();
    }

    /// Lets the store work on a thread that may wait.
    async fn with_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Refusal> {
        let store = Arc::clone(&self.store);
        match tokio::task::spawn_blocking(move || work(&store)).await {
            Ok(done) => Ok(done?),
            Err(error) => {
                let refusal = Refusal::of_status(StatusCode::INTERNAL_SERVER_ERROR);
                Err(Refusal { logged: Some(error.to_string()), ..refusal })
            }
        }
    }
}

/// The whole server: the contract, the app, and what every answer carries.
pub fn router(state: Arc<State>) -> Router {
    let routes = Router::new()
        .route(endpoint::DISCOVERY, get(session::discovery))
        .route(endpoint::SESSION, post(session::sign_in).put(session::refresh).delete(session::sign_out))
        .route(endpoint::ME, get(session::me))
        .route(endpoint::COMMANDS, post(cases::commands))
        .route(endpoint::CHANGES, get(cases::changes))
        .route("/v1/cases/{id}", get(cases::case))
        .route("/v1/receipts/{id}", get(cases::receipt))
        .route(endpoint::DEFINITIONS, get(definitions::list).post(definitions::amend))
        .route("/v1/definitions/{kind}/{version}", get(definitions::one))
        .route(endpoint::FILES, post(files::create).options(files::offer).route_layer(from_fn(files::resumable)))
        .route(
            "/v1/files/{sha256}",
            get(files::read).head(files::head).patch(files::patch).delete(files::terminate).route_layer(from_fn(files::resumable)),
        )
        .route("/v1/hints", get(hints::hints))
        .route("/v1/drafts", get(comfort::drafts))
        .route("/v1/drafts/{id}", get(comfort::draft).put(comfort::keep_draft).delete(comfort::forget_draft))
        .route("/v1/devices", get(comfort::devices))
        .route("/v1/devices/{id}", put(comfort::keep_device))
        .route("/v1/public/{view}", get(comfort::public))
        .route(endpoint::ACCOUNTS, get(accounts::list).post(accounts::change))
        .route("/v1/accounts/{id}", get(accounts::history))
        .route("/healthz", get(health))
        .fallback(elsewhere)
        // Bodies are bounded by the layers.
        .layer(DefaultBodyLimit::disable());
    layers::around(routes, &state).with_state(state)
}

/// Is this address the contract's?
fn is_contract(path: &str) -> bool {
    ["/v1", "/.well-known"].iter().any(|root| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// How long the database may take to say that it is there.
const HEALTHY: Duration = Duration::from_secs(3);

/// Does this process live, and does its database answer?
async fn health(axum::extract::State(state): axum::extract::State<Arc<State>>) -> (StatusCode, &'static str) {
    let asked = state.with_store(|store| store.read(|tx| tx.last_amendment()));
    match tokio::time::timeout(HEALTHY, asked).await {
        Ok(Ok(_)) => (StatusCode::OK, "ok\n"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}

async fn elsewhere(axum::extract::State(state): axum::extract::State<Arc<State>>, request: Request<Body>) -> Response {
    let path = request.uri().path();
    if is_contract(path) {
        return Refusal::not_found().into_response();
    }
    let folder = state.settings.app.as_deref();
    site::serve(folder, request.method(), path, request.headers()).await
}

#[cfg(test)]
mod tests {
    use super::is_contract;
    use sips_lapangan::api::endpoint;
    use sips_lapangan::domain::digest::Digest;
    use sips_lapangan::domain::id::{CaseId, CommandId};
    use sips_lapangan::domain::time::Timestamp;

    #[test]
    fn the_routes_are_where_the_client_looks() {
        let case = CaseId::new(Timestamp(1), [1; 10]);
        let command = CommandId::new(Timestamp(1), [2; 10]);
        assert_eq!(endpoint::case(&case), format!("/v1/cases/{case}"));
        assert_eq!(endpoint::receipt(&command), format!("/v1/receipts/{command}"));
        assert_eq!(endpoint::file(&Digest::of(b"x")), format!("/v1/files/{}", Digest::of(b"x")));
        assert_eq!(endpoint::DEFINITIONS, "/v1/definitions");
    }

    #[test]
    fn the_contract_has_its_own_addresses() {
        for path in ["/v1", "/v1/", "/v1/x", "/.well-known/sips", "/.well-known"] {
            assert!(is_contract(path), "{path}");
        }
        for path in ["/", "/v10", "/v1x/y", "/kasus/v1", "/.well-knownx"] {
            assert!(!is_contract(path), "{path}");
        }
    }
}
