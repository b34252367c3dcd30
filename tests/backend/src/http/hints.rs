//! Hints: a stream of events (`text/event-stream`) that says that something changed in the caller's scope, and nothing more. What it
//! was is asked of `changes`. A device that hears nothing loses nothing: it pulls in its own time.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State as Shared;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use sips_lapangan::api::wire::Retry;
use sips_lapangan::domain::id::AccountId;
use tokio::sync::watch;

use super::State;
use super::reading::{SignedIn, bearer};
use crate::accounts::Account;
use crate::problem::Refusal;
use crate::sessions;

/// How often a stream looks by itself, for what other processes have kept, and says that it lives.
const BEAT: Duration = Duration::from_secs(10);
/// How long changes are gathered into one hint.
const GATHERED: Duration = Duration::from_millis(250);
/// The most streams of an account: a few tabs and devices.
const OF_ACCOUNT: usize = 5;
/// The most streams of this process.
const OVERALL: usize = 2_000;

/// Who listens.
pub struct Hints {
    changed: watch::Sender<()>,
    ended: watch::Sender<bool>,
    seats: Arc<Mutex<HashMap<AccountId, usize>>>,
}

impl Default for Hints {
    fn default() -> Self {
        Self { changed: watch::Sender::new(()), ended: watch::Sender::new(false), seats: Arc::default() }
    }
}

impl Hints {
    /// Something may have changed: whoever listens looks whether they see it.
    pub(super) fn look(&self) {
        self.changed.send_replace(());
    }

    /// Ends every stream, now and from now on.
    pub(super) fn end(&self) {
        self.ended.send_replace(true);
    }

    fn sit(&self, account: AccountId) -> Option<Seat> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = seats.values().sum();
        let own = seats.entry(account).or_default();
        if *own >= OF_ACCOUNT || all >= OVERALL {
            return None;
        }
        *own += 1;
        Some(Seat { seats: Arc::clone(&self.seats), account })
    }
}

/// A place among those who listen, given back when the stream ends, however that is.
struct Seat {
    seats: Arc<Mutex<HashMap<AccountId, usize>>>,
    account: AccountId,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = seats.get_mut(&self.account) {
            *own -= 1;
            if *own == 0 {
                seats.remove(&self.account);
            }
        }
    }
}

/// One stream.
struct Listener {
    state: Arc<State>,
    account: Account,
    token: String,
    /// The newest of what the account sees, as it was told; none before the first look.
    told: Option<[i64; 3]>,
    changed: watch::Receiver<()>,
    ended: watch::Receiver<bool>,
    _seat: Seat,
}

pub(super) async fn hints(Shared(state): Shared<Arc<State>>, SignedIn(account): SignedIn, headers: HeaderMap) -> Result<Response, Refusal> {
    let token = bearer(&headers).unwrap_or_default().to_owned();
    let seat = state.hints.sit(account.id).ok_or_else(|| {
        Refusal::new(StatusCode::TOO_MANY_REQUESTS, "/problems/too-many-streams", "Too many streams are open", Retry::Later).after(60)
    })?;
    let (changed, ended) = (state.hints.changed.subscribe(), state.hints.ended.subscribe());
    let listener = Listener { state, account, token, told: None, changed, ended, _seat: seat };
    let events = stream::unfold(listener, |mut listener| async {
        let said = listener.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from_static(said)), listener))
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        // For nginx; other proxies pass what is not said to be complete.
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    Ok((headers, Body::from_stream(events)).into_response())
}

impl Listener {
    /// What is said next; `None` at the end: the server stops, or the session is over.
    async fn next(&mut self) -> Option<&'static [u8]> {
        if *self.ended.borrow() {
            return None;
        }
        if self.told.is_none() {
            // Before this is heard nothing is missed: whoever listens pulls once after it.
            self.told = Some(self.look().await?);
            return Some(b": listening\n\n");
        }
        let waited = {
            let changed = async {
                // The sender lives as long as the state that is held here.
                let _ = self.changed.changed().await;
                tokio::time::sleep(GATHERED).await;
            };
            tokio::select! {
                _ = self.ended.wait_for(|ended| *ended) => None,
                () = changed => Some(()),
                () = tokio::time::sleep(BEAT) => Some(()),
            }
        };
        waited?;
        let newest = Some(self.look().await?);
        if newest == self.told {
            return Some(b": \n\n");
        }
        self.told = newest;
        Some(b"event: changed\ndata: {}\n\n")
    }

    /// The newest of what the account sees, if its session still holds.
    async fn look(&mut self) -> Option<[i64; 3]> {
        self.changed.borrow_and_update();
        let (token, now, scope) = (self.token.clone(), self.state.settings.clock.now(), self.account.scope());
        let newest = self.state.with_store(move |store| match sessions::of_access(store, &token, now)? {
            Some(_) => store.read(|tx| tx.newest(&scope)).map(Some),
            None => Ok(None),
        });
        // A store that fails ends the stream; the device comes back.
        newest.await.ok().flatten()
    }
}
