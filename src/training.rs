//! *Ruang Latihan*: a backend that lives in the browser, scenarios as data, and what is learnt from them. Pure, so that every scenario is
//! played natively; its format stands in `scenarios/README.md`. Kept out: the browser (`state::training`) and screens (`pages::training`).

pub mod check;
pub mod code;
pub mod names;
pub mod offices;
pub mod progress;
pub mod scenario;
pub mod server;
pub mod world;
