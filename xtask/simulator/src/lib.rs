//! The proof that sync loses nothing: devices, server, network, storage, tabs, clocks and crashes in one deterministic process, with
//! the app's own engine, table of answers, back-off, pulling, merging and commits, and an observer that checks what the contract
//! promises after every step. A seed reproduces a run exactly.

pub mod checks;
pub mod driver;
pub mod event;
pub mod faults;
pub mod files;
pub mod person;
pub mod planted;
pub mod quiet;
pub mod rng;
pub mod rules;
pub mod run;
pub mod server;
pub mod small;
pub mod storage;
pub mod sweep;
pub mod world;
