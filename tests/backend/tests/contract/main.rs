//! The contract as a client meets it: over the routes, with a clock that stands on the days of the worked cases.

mod carrying;
mod comfort;
mod commands;
#[path = "../support/databases.rs"]
mod databases;
mod definitions;
mod document;
mod files;
mod filter;
mod headers;
mod hostile;
mod life;
mod officers;
mod pulling;
mod seeding;
mod sessions;
mod site;
mod streams;
mod support;

/// Everything above on PostgreSQL, too.
#[test]
fn the_same_holds_on_postgres() {
    databases::on_postgres("the_same_holds_on_postgres");
}
