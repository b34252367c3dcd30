//! Talking to a backend by the SIPS contract, version 1: addresses and JSON shapes on every target, HTTP in the browser.

pub mod date;
pub mod endpoint;
#[cfg(target_arch = "wasm32")]
pub mod http;
pub mod outcome;
pub mod refusal;
pub mod wire;
