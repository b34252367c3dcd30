//! SIPS Lapangan: the client with which Bawaslu's officers work on election-process disputes, also for days without a network.
//!
//! The modules stand in reading order, from the inside out; `tests/architecture.rs` holds what each of them may name.

pub mod api;
pub mod domain;
pub mod rules;
pub mod store;
pub mod sync;
