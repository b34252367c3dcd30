//! The reference backend of the SIPS contract, version 1. It decides every command again with the app's own core, and
//! serves the app. Small enough to be read by whoever writes another one; it holds no rule of the procedure itself.
//!
//! Reading order: `settings` and `server` start it, `http` has the routes, `commands`, `files` and `changes` do the work of the
//! contract, `store` keeps what they decide.

pub mod accounts;
pub mod arriving;
pub mod changes;
pub mod clock;
pub mod commands;
pub mod definitions;
pub mod devices;
pub mod drafts;
pub mod faults;
pub mod files;
pub mod http;
pub mod officers;
pub mod password;
pub mod problem;
pub mod public;
pub mod query;
pub mod seed;
pub mod server;
pub mod sessions;
pub mod settings;
pub mod site;
pub mod store;
pub mod throttle;
