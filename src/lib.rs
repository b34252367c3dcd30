//! SIPS Lapangan: the client with which Bawaslu's officers work on election-process disputes, also for days without a network.
//!
//! The modules stand in reading order, from the inside out; `tests/architecture.rs` holds what each of them may name.

pub mod domain;
pub mod rules;
pub mod sync;
pub mod store;
pub mod api;
#[cfg(target_arch = "wasm32")]
pub mod platform;
#[cfg(all(target_arch = "wasm32", feature = "ui"))]
pub mod state;
pub mod i18n;
pub mod routes;
#[cfg(all(target_arch = "wasm32", feature = "ui"))]
pub mod components;
#[cfg(all(target_arch = "wasm32", feature = "ui"))]
pub mod pages;
#[cfg(all(target_arch = "wasm32", feature = "ui"))]
pub mod app;
