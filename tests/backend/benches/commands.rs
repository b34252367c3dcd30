//! `cargo xtask bench commands`: petitions from 50 clients at once, each decided and kept in a transaction of its own, beside a bare loop that
//! writes the same rows in as many transactions to a database of the same schema and settings.
#![expect(clippy::print_stdout, reason = "a bench tells its figures")]

#[path = "../tests/support/databases.rs"]
#[allow(dead_code, reason = "its databases alone are of use here")]
mod databases;
#[path = "../tests/contract/support.rs"]
#[allow(dead_code, reason = "its backend and petitions alone are of use here")]
mod support;

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use databases::{Cluster, TestDatabase, server};
use sips_lapangan::api::wire::ResultKind;
use support::{Backend, petition};

const CLIENTS: usize = 50;
const EACH: usize = 20;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(measure());
    if server().is_some() {
        return ExitCode::SUCCESS;
    }
    // Once more on PostgreSQL, which this program starts for itself. As in the tests it does not wait for the disk.
    let cluster = Cluster::start();
    let (name, value) = cluster.variable();
    let ended = Command::new(std::env::current_exe().expect("this program")).env(name, value).status().expect("this program again");
    if ended.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn measure() {
    let backend = std::sync::Arc::new(Backend::new());
    let session = std::sync::Arc::new(backend.sign_in("rina").await);
    let started = Instant::now();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (backend, session) = (std::sync::Arc::clone(&backend), std::sync::Arc::clone(&session));
            tokio::spawn(async move {
                let mut times = Vec::new();
                for _ in 0..EACH {
                    let command = petition(&session);
                    let sent = Instant::now();
                    let result = backend.push_one(&session, &command).await;
                    times.push(sent.elapsed());
                    assert_eq!(result.result, ResultKind::Applied, "{:?}", result.problem);
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for client in clients {
        times.extend(client.await.expect("a client"));
    }
    let taken = started.elapsed();
    times.sort();
    let bare = bare(backend.database());
    let name = if server().is_some() { "PostgreSQL" } else { "SQLite" };
    let rate = |time: Duration| times.len() as f64 / time.as_secs_f64();
    println!(
        "bench commands, {name}: {:.0} a second, median {:.1} ms, p99 {:.1} ms with {CLIENTS} clients; bare loop {:.0} a second, ratio {:.2}",
        rate(taken),
        times[times.len() / 2].as_secs_f64() * 1_000.0,
        times[times.len() * 99 / 100].as_secs_f64() * 1_000.0,
        rate(bare),
        taken.as_secs_f64() / bare.as_secs_f64(),
    );
}

const ACTS: &str = "command_id, case_id, revision, office, author, device, payload_sha256, recorded_at, act";
const NUMBERS: &str = "office, series, year, sequence, number, case_id, command_id";

/// How long the rows of that database take to be written one command after the other, each in a transaction of its own.
fn bare(full: &TestDatabase) -> Duration {
    let empty = TestDatabase::new();
    // Makes the tables, with the settings that the server has.
    databases::apart(|| drop(empty.place().open(false).expect("a store")));
    let insert = [
        format!("INSERT INTO acts (position, {ACTS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"),
        format!("INSERT INTO numbers ({NUMBERS}) VALUES ($1, $2, $3, $4, $5, $6, $7)"),
    ];
    let acts = format!("SELECT position, {ACTS} FROM acts ORDER BY position");
    let number = format!("SELECT {NUMBERS} FROM numbers WHERE command_id = $1");
    match (full, &empty) {
        (TestDatabase::File(full), TestDatabase::File(empty)) => {
            let from = rusqlite::Connection::open(full.path().join("sips.sqlite")).expect("the database");
            let rows = |query: &str, of: Option<&str>| {
                let mut statement = from.prepare(query).expect("a query");
                let count = statement.column_count();
                let row = |row: &rusqlite::Row<'_>| {
                    (0..count).map(|column| row.get::<_, rusqlite::types::Value>(column)).collect::<Result<Vec<_>, _>>()
                };
                let rows = match of {
                    Some(of) => statement.query_map([of], row).and_then(Iterator::collect::<Result<Vec<_>, _>>),
                    None => statement.query_map([], row).and_then(Iterator::collect::<Result<Vec<_>, _>>),
                };
                rows.expect("rows")
            };
            let pairs: Vec<_> = rows(&acts, None)
                .into_iter()
                .map(|act| {
                    let rusqlite::types::Value::Text(command) = &act[1] else { panic!("an id") };
                    let numbers = rows(&number, Some(command));
                    (act, numbers)
                })
                .collect();
            let mut to = rusqlite::Connection::open(empty.path().join("sips.sqlite")).expect("the database");
            to.pragma_update(None, "synchronous", "full").expect("a setting");
            let started = Instant::now();
            for (act, numbers) in pairs {
                let tx = to.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).expect("a transaction");
                tx.prepare_cached(&insert[0]).and_then(|mut put| put.execute(rusqlite::params_from_iter(act))).expect("a row");
                for row in numbers {
                    tx.prepare_cached(&insert[1]).and_then(|mut put| put.execute(rusqlite::params_from_iter(row))).expect("a row");
                }
                tx.commit().expect("kept");
            }
            started.elapsed()
        }
        (TestDatabase::Server { server, name }, TestDatabase::Server { name: empty, .. }) => {
            databases::apart(|| {
                let connect =
                    |name: &str| postgres::Client::connect(&format!("{server} dbname={name}"), postgres::NoTls).expect("the server");
                let (mut from, mut to) = (connect(name), connect(empty));
                // As text: the columns of both are of the same kinds, which the insertion names.
                let literals = |client: &mut postgres::Client, query: &str| {
                    client
                        .simple_query(query)
                        .expect("rows")
                        .into_iter()
                        .filter_map(|message| match message {
                            postgres::SimpleQueryMessage::Row(row) => Some(
                                (0..row.len())
                                    .map(|column| format!("'{}'", row.get(column).unwrap_or_default().replace('\'', "''")))
                                    .collect::<Vec<_>>(),
                            ),
                            _ => None,
                        })
                        .collect::<Vec<_>>()
                };
                let pairs: Vec<String> = literals(&mut from, &acts)
                .into_iter()
                .map(|act| {
                    let numbers = literals(&mut from, &number.replace("$1", &act[1]));
                    let mut text = format!("BEGIN; SELECT value FROM meta WHERE key = 'writer' FOR UPDATE; INSERT INTO acts (position, {ACTS}) VALUES ({});", act.join(", "));
                    numbers.iter().for_each(|row| text.push_str(&format!("INSERT INTO numbers ({NUMBERS}) VALUES ({});", row.join(", "))));
                    text + "COMMIT;"
                })
                .collect();
                let started = Instant::now();
                pairs.iter().for_each(|pair| to.batch_execute(pair).expect("kept"));
                started.elapsed()
            })
        }
        _ => panic!("both databases are of one kind"),
    }
}
