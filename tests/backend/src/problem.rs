//! Problems by RFC 9457, as every refusal under `/v1` and `/.well-known` is answered. Nothing in them comes from a
//! person's data, and nothing says how the server is built.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sips_lapangan::api::wire::{Problem, Retry};

use crate::store::StoreError;

/// The media type of problems.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A refused request.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// What is answered.
    pub problem: Box<Problem>,
    /// Seconds to wait, for `Retry-After`.
    pub retry_after: Option<u64>,
    /// What only the log is told.
    pub logged: Option<String>,
}

impl Refusal {
    /// A problem of this kind, such as `/problems/cursor`.
    #[must_use]
    pub fn new(status: StatusCode, kind: &str, title: &str, retry: Retry) -> Self {
        Self { problem: Box::new(problem(status, kind, title, retry)), retry_after: None, logged: None }
    }

    /// With words for the person.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.problem.detail = detail.into();
        self
    }

    /// With seconds to wait.
    #[must_use]
    pub fn after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Nobody is signed in, or no longer.
    #[must_use]
    pub fn sign_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "/problems/sign-in", "Sign in", Retry::AfterSignIn)
    }

    /// There is no such thing, or this account does not see it: the two are not told apart.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "/problems/not-found", "Not found", Retry::Never)
    }

    /// This account may not.
    #[must_use]
    pub fn forbidden(title: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "/problems/forbidden", title, Retry::Never)
    }

    /// The request cannot be read.
    #[must_use]
    pub fn unreadable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "/problems/unreadable", "The request cannot be read", Retry::Never).detail(detail)
    }

    /// The request is too large.
    #[must_use]
    pub fn too_large(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "/problems/too-large", "Too large", Retry::Never).detail(detail)
    }

    /// The server cannot do it now.
    #[must_use]
    pub fn later() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "/problems/later", "Not possible now", Retry::Later).after(5)
    }

    /// What stands for an answer that has a status alone, as the router and its tools give them.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        let title = status.canonical_reason().unwrap_or("Refused");
        let retry = if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT { Retry::Later } else { Retry::Never };
        Self::new(status, "about:blank", title, retry)
    }
}

/// A problem without words for the person yet.
#[must_use]
pub fn problem(status: StatusCode, kind: &str, title: &str, retry: Retry) -> Problem {
    Problem { kind: kind.to_owned(), title: title.to_owned(), status: status.as_u16(), retry: Some(retry), ..Problem::default() }
}

/// What only the log is told, as an extension of the answer.
#[derive(Clone, Debug)]
pub struct LoggedError(pub String);

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self { logged: Some(error.to_string()), ..Self::later() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // A problem has text keys only, so that it always has a JSON form.
        let body = serde_json::to_vec(&self.problem).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(logged) = self.logged {
            response.extensions_mut().insert(LoggedError(logged));
        }
        response
    }
}
