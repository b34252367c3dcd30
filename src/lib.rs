//! SIPS Lapangan: the client with which Bawaslu's officers work on election-process disputes, also for days without a network.
//!
//! The modules stand in reading order, from the inside out; `tests/architecture.rs` holds what each of them may name.

pub mod api;
#[cfg(all(target_arch = "wasm32", feature = "ui"))]
pub mod app;
#[cfg(all(target_arch = "wasm32", feature = "ui"))]
pub mod components;
pub mod domain;
pub mod i18n;
#[cfg(all(target_arch = "wasm32", feature = "ui"))]
pub mod pages;
pub mod papers;
#[cfg(any(not(target_arch = "wasm32"), feature = "documents"))]
pub mod pdf;
#[cfg(target_arch = "wasm32")]
pub mod platform;
pub mod routes;
pub mod rules;
#[cfg(all(target_arch = "wasm32", feature = "ui"))]
pub mod state;
pub mod store;
pub mod sync;
pub mod training;
