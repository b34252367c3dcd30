//! The contract as a client meets it: over the routes, with a clock that stands on the days of the worked cases.

mod carrying;
mod commands;
mod definitions;
mod document;
mod files;
mod filter;
mod headers;
mod hostile;
mod life;
mod pulling;
mod sessions;
mod site;
mod support;
