//! The server that this device works with: looking at an address, step by step, and changing to it. What was made for one server never
//! travels to another: each has stores and sessions of its own.

use leptos::prelude::*;

use super::{AppState, session, settings};
use crate::api::http::{address, probe};
pub use crate::api::outcome::ProbeFailure;
use crate::api::wire::Discovery;
use crate::platform::timer::sleep;
use crate::platform::{clock, page};
use crate::routes::Route;

/// How far clocks may be apart before it is told, in milliseconds.
const CLOCK_MS: i64 = 5 * 60_000;

/// How long the browser may take to tell that it was the page's policy, in milliseconds.
const REFUSAL_TOLD_MS: i32 = 100;

/// What was found at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The address in the form that is kept; empty for the app's own. None where it is no address.
    pub address: Option<String>,
    /// The server, or the first check that failed.
    pub server: Result<Box<Discovery>, Unfit>,
    /// This device's clock is far from the server's.
    pub clock_off: bool,
}

/// Why a server cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// A check of the address or of its answer.
    Probe(ProbeFailure),
    /// This page may not call other servers.
    Policy,
    /// It is for training.
    Training,
    /// It signs people in by another way than a password.
    SignIn(String),
}

/// Looks at an address as a person typed it.
pub async fn look(typed: &str) -> Found {
    let address = address(typed).ok();
    let watch = page::watch_policy();
    let looked = probe(typed).await;
    if looked.is_err() {
        // The browser tells of its refusal after it has failed the request.
        sleep(REFUSAL_TOLD_MS).await;
    }
    let refused = watch.refused();
    let mut clock_off = false;
    let server = match looked {
        Ok((_, discovery)) => {
            clock_off = discovery.server_time.since(clock::now()).abs() > CLOCK_MS;
            if discovery.training {
                Err(Unfit::Training)
            } else if discovery.auth.kind != "password" {
                Err(Unfit::SignIn(discovery.auth.kind))
            } else {
                Ok(Box::new(discovery))
            }
        }
        Err(ProbeFailure::Unreachable | ProbeFailure::NotAllowed) if refused => Err(Unfit::Policy),
        Err(failure) => Err(Unfit::Probe(failure)),
    };
    // The app's own address typed out is no other server.
    let address = address.map(|address| if address == page::origin() { String::new() } else { address });
    Found { address, server, clock_off }
}

/// The address in use, as it is shown.
#[must_use]
pub fn shown() -> String {
    let kept = settings::server();
    if kept.is_empty() { page::origin() } else { kept }
}

/// Likewise in short: only what is not encrypted says so.
#[must_use]
pub fn host() -> String {
    let shown = shown();
    shown.strip_prefix("https://").unwrap_or(&shown).to_owned()
}

/// Changes to a server that was looked at: whoever works here is signed out of the present one, and the app is loaded anew.
pub async fn change(app: AppState, address: &str) {
    if app.account.get_untracked().is_some() {
        session::sign_out(app).await;
    }
    settings::set_server(address);
    page::load(&Route::SignIn.path());
}
