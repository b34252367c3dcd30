//! Starting, stopping and starting again; and the program itself.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use axum::http::StatusCode;
use sips_backend::settings::{Database, Settings};
use sips_backend::store::{self, StoreError};
use sips_backend::{faults, server};
use sips_lapangan::api::wire::{Changes, ResultKind, Session};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::databases::{TestDatabase, apart};
use crate::support::{Backend, DEVICE, petition, reception};

#[tokio::test]
async fn a_restart_keeps_sessions_and_data() {
    let mut backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let command = petition(&rina);
    let before = backend.push_one(&rina, &command).await;
    let page: Changes = backend.get("/v1/changes", Some(&rina.access_token)).await.json();
    backend.restart();
    let again = backend.push_one(&rina, &command).await;
    assert_eq!((again.result, again.receipt), (ResultKind::Duplicate, before.receipt));
    let path = format!("/v1/changes?cursor={}", page.next);
    let next: Changes = backend.get(&path, Some(&rina.access_token)).await.json();
    assert_eq!((next.epoch, next.acts.len()), (page.epoch, 0));
    let fresh: Session = backend.refresh(&rina.refresh_token).await.json();
    let second = backend.push_one(&fresh, &petition(&fresh)).await;
    assert_eq!(reception(&second), "02/PS.PNM.LG/1607/VII/2026");
}

#[tokio::test]
async fn a_restored_copy_is_another_history() {
    let backend = Backend::new();
    let Some(home) = backend.database().folder() else {
        // A server's own tools copy its databases.
        return;
    };
    let rina = backend.sign_in("rina").await;
    let kept = backend.push_one(&rina, &petition(&rina)).await;
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("copy.sqlite");
    store::backup(home, &copy).expect("a copy while it serves");
    assert!(matches!(store::backup(home, &copy), Err(StoreError::Exists(_))));
    let lost = backend.push_one(&rina, &petition(&rina)).await;
    let before: Changes = backend.get("/v1/changes", Some(&rina.access_token)).await.json();
    assert_eq!(before.acts.len(), 2);

    assert!(matches!(store::restore(&copy, home), Err(StoreError::Exists(_))), "a database is never replaced");
    let (data, broken) = (folder.path().join("data"), folder.path().join("broken"));
    std::fs::write(&broken, "no database").expect("written");
    assert!(store::restore(&broken, &data).is_err());
    store::restore(&copy, &data).expect("restored after a try that failed");
    let restored = Backend::with(|settings| settings.database = Database::Folder(data.clone()));
    let answer = restored.get(&format!("/v1/changes?cursor={}", before.next), Some(&rina.access_token)).await;
    assert_eq!(answer.status, StatusCode::GONE, "a cursor of the lost history");
    let after: Changes = restored.get("/v1/changes", Some(&rina.access_token)).await.json();
    assert_ne!(after.epoch, before.epoch);
    assert_eq!(after.acts, [kept.act.expect("an act")]);
    assert!(!after.acts.iter().any(|act| act.command_id == lost.command_id));
}

#[tokio::test]
async fn a_database_that_its_server_restored_becomes_another_history() {
    let mut backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let kept = backend.push_one(&rina, &petition(&rina)).await;
    let older = backend.copy();
    let Database::Server(url) = older.place() else {
        return;
    };
    let before: Changes = backend.get("/v1/changes", Some(&rina.access_token)).await.json();
    apart(|| store::new_epoch(&url)).expect("a new epoch");
    backend.put_back(older);
    let answer = backend.get(&format!("/v1/changes?cursor={}", before.next), Some(&rina.access_token)).await;
    assert_eq!(answer.status, StatusCode::GONE, "a cursor of the history before");
    let after: Changes = backend.get("/v1/changes", Some(&rina.access_token)).await.json();
    assert_ne!(after.epoch, before.epoch);
    assert_eq!(after.acts, [kept.act.expect("an act")]);
}

#[tokio::test]
async fn history_evidence_and_law_are_never_changed_whoever_asks() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    backend.push_one(&rina, &petition(&rina)).await;
    let database = backend.database();
    let law = "INSERT INTO amendments (position, id, author, recorded_at, definition, base_version, base_digest, amendment) \
        VALUES (POSITION, 'ID', 'a', 0, 'id', 1, 'd', '{}')";
    let law = |position: &str, id: &str| database.run(&law.replace("POSITION", position).replace("ID", id));
    law("1", "x").expect("a first change");
    assert!(law("2", "y").is_err(), "two follow the same version");
    let file = "INSERT INTO files (office, sha256, size, received, changed_at, completed) VALUES ('o', 's', 1, 1, 0, 1)";
    database.run(file).expect("a file");
    for (table, column, refusal) in [
        ("acts", "office", "the history is append-only"),
        ("amendments", "author", "the history is append-only"),
        ("files", "office", "a file that is whole is kept"),
    ] {
        for change in [format!("DELETE FROM {table}"), format!("UPDATE {table} SET {column} = 'x'")] {
            assert_eq!(database.run(&change), Err(refusal.to_owned()), "{change}");
        }
    }
}

#[tokio::test]
async fn two_servers_share_one_database_and_its_order() {
    let here = Backend::new();
    let Database::Server(_) = here.database().place() else {
        // A file is one process's.
        return;
    };
    let there = here.beside();
    let rina = here.sign_in("rina").await;
    let yusuf = there.sign_in("yusuf").await;
    let mut seen: Vec<String> = Vec::new();
    let mut cursor = String::new();
    let mut pushed = Vec::new();
    for _ in 0..12 {
        let (first, second) = (petition(&rina), petition(&yusuf));
        let path = if cursor.is_empty() { "/v1/changes".to_owned() } else { format!("/v1/changes?cursor={cursor}") };
        let (first, second, page) =
            tokio::join!(here.push_one(&rina, &first), there.push_one(&yusuf, &second), there.get(&path, Some(&rina.access_token)),);
        pushed.extend([first, second].map(|result| {
            assert_eq!(result.result, ResultKind::Applied);
            result.command_id.to_string()
        }));
        let page: Changes = page.json();
        seen.extend(page.acts.iter().map(|act| act.command_id.to_string()));
        cursor = page.next;
    }
    let rest: Changes = here.get(&format!("/v1/changes?cursor={cursor}"), Some(&rina.access_token)).await.json();
    seen.extend(rest.acts.iter().map(|act| act.command_id.to_string()));
    let whole: Changes = there.get("/v1/changes", Some(&yusuf.access_token)).await.json();
    let whole: Vec<String> = whole.acts.iter().map(|act| act.command_id.to_string()).collect();
    assert_eq!(seen, whole, "nothing was put in behind a cursor that was given");
    assert_eq!(whole.len(), pushed.len());
}

#[tokio::test]
async fn a_database_server_that_was_away_is_found_again() {
    let backend = Backend::new();
    let TestDatabase::Server { name, .. } = backend.database() else {
        return;
    };
    let rina = backend.sign_in("rina").await;
    let all = format!("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()");
    backend.database().run(&all).expect("ended");
    let pushed = backend.push_one(&rina, &petition(&rina)).await;
    assert_eq!(pushed.result, ResultKind::Applied);
}

#[tokio::test]
async fn a_new_database_knows_nobodys_session() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let other = Backend::over(TestDatabase::empty(), |_| {});
    let answer = other.get("/v1/me", Some(&rina.access_token)).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn health_is_that_of_the_database() {
    let backend = Backend::new();
    let answer = backend.get("/healthz", None).await;
    assert_eq!((answer.status, answer.text().as_str()), (StatusCode::OK, "ok\n"));
    backend.database().run("DROP TABLE amendments").expect("as after a great mistake");
    let answer = backend.get("/healthz", None).await;
    assert_eq!((answer.status, answer.text().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"));
    assert!(backend.log().contains("path=/healthz status=503"));
}

#[tokio::test]
async fn a_switch_restarts_the_server_and_restores_a_copy() {
    let database = TestDatabase::new();
    let Database::Folder(_) = database.place() else {
        return;
    };
    let (server, at, switch) = faults::start(Settings::new(database.place()), 0).await.expect("a server and its switch");
    let token = async || {
        let body = format!(r#"{{"username":"rina","password":"banyuasin-rina-2026","device":"{DEVICE}"}}"#);
        let answer = post(at, "/v1/session", &body).await.expect("an answer");
        let session: Session = serde_json::from_str(answer.split_once("\r\n\r\n").expect("a body").1).expect("a session");
        session.access_token
    };
    let asked = async |path: &str, token: &str| {
        let head = format!("GET {path} HTTP/1.1\r\nHost: sips\r\nAuthorization: Bearer {token}\r\n");
        exchange(at, &head, "").await.expect("an answer")
    };
    let epoch = |answer: &str| {
        let page: Changes = serde_json::from_str(answer.split_once("\r\n\r\n").expect("a body").1).expect("a page");
        page.epoch
    };
    let turn = async |what: &str| post(switch, what, "").await.expect("an answer");
    let first = token().await;
    let before = epoch(&asked("/v1/changes", &first).await);
    assert!(turn("/restore").await.starts_with("HTTP/1.1 409 "), "there is no copy yet");
    assert!(turn("/backup").await.starts_with("HTTP/1.1 204 "));
    let second = token().await;
    assert!(turn("/restart").await.starts_with("HTTP/1.1 204 "));
    assert!(asked("/v1/me", &second).await.starts_with("HTTP/1.1 200 "), "a restart loses nothing");
    assert_eq!(epoch(&asked("/v1/changes", &first).await), before);
    assert!(turn("/restore").await.starts_with("HTTP/1.1 204 "));
    assert!(asked("/v1/me", &second).await.starts_with("HTTP/1.1 401 "), "what came after the copy is lost");
    assert_ne!(epoch(&asked("/v1/changes", &first).await), before);
    server.stop().await.expect("a clean end");
}

async fn fetch(address: SocketAddr, path: &str) -> std::io::Result<String> {
    exchange(address, &format!("GET {path} HTTP/1.1\r\nHost: sips\r\n"), "").await
}

async fn post(address: SocketAddr, path: &str, body: &str) -> std::io::Result<String> {
    let head = format!("POST {path} HTTP/1.1\r\nHost: sips\r\nContent-Type: application/json\r\nContent-Length: {}\r\n", body.len());
    exchange(address, &head, body).await
}

/// Sends all of it before it reads, as browsers do.
async fn exchange(address: SocketAddr, head: &str, body: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("{head}Connection: close\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn a_server_listens_and_gives_its_port_back() {
    let database = TestDatabase::new();
    let running = server::start(Settings::new(database.place())).await.expect("a server");
    let address = running.address();
    let answer = fetch(address, "/.well-known/sips").await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert_eq!(answer.to_lowercase().matches("\r\ndate: ").count(), 1, "{answer}");
    let other = TestDatabase::new();
    // Somebody keeps a connection open and says nothing.
    let idle = TcpStream::connect(address).await.expect("a connection");
    let taken = Settings { listen: address, ..Settings::new(other.place()) };
    assert!(server::start(taken).await.is_err(), "the port is taken");
    running.stop().await.expect("a clean end");
    drop(idle);
    assert!(TcpStream::connect(address).await.is_err(), "the port is closed");
}

#[tokio::test]
async fn a_refusal_reaches_those_who_are_still_sending() {
    let database = TestDatabase::new();
    let running = server::start(Settings::new(database.place())).await.expect("a server");
    for (path, megabytes, expected) in
        [("/v1/commands", 1, "401"), ("/v1/commands", 3, "413"), ("/v1/session", 1, "413"), ("/v1/nothing", 1, "404"), ("/v1/me", 1, "405")]
    {
        let body = " ".repeat(megabytes * 1_024 * 1_024);
        let answer = post(running.address(), path, &body).await.expect("an answer");
        assert!(answer.starts_with(&format!("HTTP/1.1 {expected} ")), "{path}: {answer}");
        assert!(answer.contains("\r\nsips-contract: 1\r\n"), "{path}: {answer}");
    }
    running.stop().await.expect("a clean end");
}

/// Starts the program itself, and gives the address that it prints.
fn program(database: &TestDatabase) -> (Child, SocketAddr) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sips-backend"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .args(database.words())
        .env_remove("DATABASE_URL")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program");
    let mut line = String::new();
    let output = child.stdout.take().expect("its output");
    BufReader::new(output).read_line(&mut line).expect("a line");
    let address = line.trim_end().strip_prefix("ready http://");
    let address = address.expect("where it listens").parse();
    (child, address.expect("an address"))
}

#[tokio::test]
async fn the_program_says_where_it_listens_and_ends_when_told() {
    let database = TestDatabase::new();
    let (mut child, address) = program(&database);
    let answer = fetch(address, "/healthz").await.expect("an answer");
    assert!(answer.ends_with("\r\n\r\nok\n"), "{answer}");
    #[cfg(unix)]
    {
        let told = Command::new("kill").arg(child.id().to_string()).status();
        assert!(told.expect("kill").success());
        let ended = child.wait().expect("an end");
        assert!(ended.success(), "SIGTERM ends it in peace");
    }
    #[cfg(not(unix))]
    child.kill().expect("an end");
}

#[tokio::test]
async fn what_was_answered_survives_a_crash() {
    let database = TestDatabase::new();
    let (mut child, address) = program(&database);
    let body = format!(r#"{{"username":"rina","password":"banyuasin-rina-2026","device":"{DEVICE}"}}"#);
    let answer = post(address, "/v1/session", &body).await.expect("an answer");
    let (_, json) = answer.split_once("\r\n\r\n").expect("a body");
    let session: Session = serde_json::from_str(json).expect("a session");
    // Not told, but ended at once.
    child.kill().expect("an end");
    child.wait().expect("an end");
    let (mut child, address) = program(&database);
    let head = format!("GET /v1/me HTTP/1.1\r\nHost: sips\r\nAuthorization: Bearer {}\r\n", session.access_token);
    let answer = exchange(address, &head, "").await.expect("an answer");
    child.kill().expect("an end");
    child.wait().expect("an end");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[test]
fn the_program_prints_its_accounts_and_refuses_wrong_words() {
    let program = env!("CARGO_BIN_EXE_sips-backend");
    let accounts = Command::new(program).arg("accounts").output().expect("the program");
    let table = String::from_utf8(accounts.stdout).expect("text");
    assert!(table.lines().next().is_some_and(|line| line.starts_with("username  password")));
    assert!(table.contains("banyuasin-rina-2026"));
    let wrong = Command::new(program).arg("--colour").output().expect("the program");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("--data DIR"));
}
