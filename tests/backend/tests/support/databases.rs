//! Databases of tests: files of SQLite, or databases of one PostgreSQL server that the test run starts for itself. Which of the two is
//! asked of the environment, so that the same tests run on both: see [`on_postgres`].

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use postgres::{Client, NoTls};
use sips_backend::accounts;
use sips_backend::settings::Database;
use tempfile::TempDir;

/// Names the server of a test run, without a database.
const SERVER: &str = "SIPS_TEST_POSTGRES";
/// The name of a database file in its folder.
const FILE: &str = "sips.sqlite";

/// A database of its own for one test.
pub enum TestDatabase {
    File(TempDir),
    Server { server: String, name: String },
}

/// Does something that waits, away from the asynchronous thread of a test.
pub fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(work).join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
}

/// The PostgreSQL server that this program was started for.
pub fn server() -> Option<String> {
    std::env::var(SERVER).ok()
}

/// Hashing the seed's passwords takes a while: it is done once, and every test begins with a copy.
fn planted() -> &'static TestDatabase {
    static DATABASE: OnceLock<TestDatabase> = OnceLock::new();
    DATABASE.get_or_init(|| {
        let database = TestDatabase::empty();
        apart(|| accounts::plant(&database.place().open(false).expect("a store")).expect("accounts"));
        database
    })
}

fn new_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("t{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst))
}

fn at_server(server: &str, name: &str, statement: &str) {
    apart(|| {
        let mut client = Client::connect(&format!("{server} dbname={name}"), NoTls).expect("the server");
        client.batch_execute(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
    });
}

impl TestDatabase {
    /// Without tables.
    pub fn empty() -> Self {
        match server() {
            None => Self::File(tempfile::tempdir().expect("a folder")),
            Some(server) => {
                let name = new_name();
                at_server(&server, "postgres", &format!("CREATE DATABASE {name}"));
                Self::Server { server, name }
            }
        }
    }

    /// With the seeded accounts.
    pub fn new() -> Self {
        planted().copy()
    }

    /// A copy of one that nobody has open.
    pub fn copy(&self) -> Self {
        match self {
            Self::File(folder) => {
                let copy = tempfile::tempdir().expect("a folder");
                std::fs::copy(folder.path().join(FILE), copy.path().join(FILE)).expect("a copy");
                Self::File(copy)
            }
            Self::Server { server, name } => {
                let copy = new_name();
                at_server(server, "postgres", &format!("CREATE DATABASE {copy} TEMPLATE {name}"));
                Self::Server { server: server.clone(), name: copy }
            }
        }
    }

    /// Where it is.
    pub fn place(&self) -> Database {
        match self {
            Self::File(folder) => Database::Folder(folder.path().to_owned()),
            Self::Server { server, name } => Database::Server(format!("{server} dbname={name}")),
        }
    }

    /// The words of a command line that say so.
    #[allow(dead_code, reason = "not every test starts the program")]
    pub fn words(&self) -> [OsString; 2] {
        match self.place() {
            Database::Folder(folder) => ["--data".into(), folder.into()],
            Database::Server(url) => ["--database-url".into(), url.into()],
        }
    }

    /// Its folder, if it is a file.
    #[allow(dead_code, reason = "not every test looks into it")]
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::File(folder) => Some(folder.path()),
            Self::Server { .. } => None,
        }
    }

    /// Runs statements in it as whoever has the keys of the computer could.
    #[allow(dead_code, reason = "not every test looks into it")]
    pub fn run(&self, statements: &str) -> Result<(), String> {
        match self {
            Self::File(folder) => {
                let file = rusqlite::Connection::open(folder.path().join(FILE)).expect("the database");
                file.execute_batch(statements).map_err(|error| error.to_string())
            }
            Self::Server { server, name } => apart(|| {
                let mut client = Client::connect(&format!("{server} dbname={name}"), NoTls).expect("the server");
                let told = |error: postgres::Error| error.as_db_error().map_or_else(|| error.to_string(), |told| told.message().to_owned());
                client.batch_execute(statements).map_err(told)
            }),
        }
    }

    /// Everything that it keeps, as it is kept.
    #[allow(dead_code, reason = "not every test looks into it")]
    pub fn everything(&self) -> Vec<u8> {
        match self {
            Self::File(folder) => {
                let files = std::fs::read_dir(folder.path()).expect("the folder");
                files.flat_map(|entry| std::fs::read(entry.expect("an entry").path()).expect("a file")).collect()
            }
            Self::Server { server, name } => apart(|| {
                let mut client = Client::connect(&format!("{server} dbname={name}"), NoTls).expect("the server");
                let tables = client.query("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'", &[]).expect("the tables");
                assert!(!tables.is_empty());
                let mut kept = Vec::new();
                for table in tables {
                    let table: String = table.get(0);
                    for row in client.query(&format!("SELECT t::text FROM {table} t"), &[]).expect("its rows") {
                        kept.extend(row.get::<_, String>(0).into_bytes());
                    }
                }
                kept
            }),
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Self::Server { server, name } = self {
            at_server(server, "postgres", &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

#[allow(dead_code, reason = "a bench starts itself again")]
/// Runs every test of this program but `but` once more, on a PostgreSQL server that lives as long as that takes.
pub fn on_postgres(but: &str) {
    if server().is_some() {
        return;
    }
    let cluster = Cluster::start();
    let program = std::env::current_exe().expect("this program");
    let ended = Command::new(program).args(["--skip", but]).env(SERVER, &cluster.server).output().expect("this program again");
    let told = String::from_utf8_lossy(&ended.stdout).into_owned() + &String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "on PostgreSQL:\n{told}");
    let passed = told.lines().find_map(|line| line.strip_prefix("test result: ok. ")).and_then(|line| line.split(' ').next());
    assert!(passed.is_some_and(|count| count.parse().is_ok_and(|count: u32| count > 0)), "nothing ran on PostgreSQL:\n{told}");
}

/// A server in a folder of its own, without TCP: nothing but this test run reaches it.
pub struct Cluster {
    server: String,
    process: Child,
    _folder: TempDir,
}

impl Cluster {
    /// The variable that names it to a program that is started again.
    #[allow(dead_code, reason = "tests go by `on_postgres`")]
    pub fn variable(&self) -> (&'static str, &str) {
        (SERVER, &self.server)
    }

    pub fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("sips-pg").tempdir().expect("a folder");
        let data = folder.path().join("data");
        let user = other_user();
        if let Some(user) = user {
            let given = Command::new("chown").arg(user).arg(folder.path()).status().expect("chown");
            assert!(given.success(), "the folder could not be given to {user}");
        }
        let initdb = command(user, "initdb")
            .args(["--username=sips", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data)
            .output()
            .expect("initdb");
        assert!(initdb.status.success(), "initdb: {}", String::from_utf8_lossy(&initdb.stderr));
        // What a test keeps need not survive the computer.
        let mut process = command(user, "postgres")
            .args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=300", "-D"])
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            .stderr(Stdio::piped())
            .stdin(Stdio::null())
            .spawn()
            .expect("postgres");
        let mut lines = BufReader::new(process.stderr.take().expect("its log")).lines();
        let mut told = Vec::new();
        let ready = lines.by_ref().map_while(Result::ok).any(|line| {
            let ready = line.contains("ready to accept connections");
            told.push(line);
            ready
        });
        assert!(ready, "the server did not start: {told:?}");
        // Whoever does not read on stops it in the end.
        std::thread::spawn(move || lines.for_each(drop));
        Self { server: format!("host={} user=sips", folder.path().display()), process, _folder: folder }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // SIGQUIT: at once, since nothing of it is kept. The folder goes after it.
        let _ = Command::new("kill").args(["-QUIT", &self.process.id().to_string()]).status();
        let _ = self.process.wait();
    }
}

/// The server does not run as root: then as the first of these that there is.
fn other_user() -> Option<&'static str> {
    let id = |words: &[&str]| {
        let output = Command::new("id").args(words).output().expect("id");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    if id(&["-u"]).as_deref() != Some("0") {
        return None;
    }
    Some(["postgres", "nobody"].into_iter().find(|user| id(&["-u", user]).is_some()).expect("a user other than root"))
}

fn command(user: Option<&str>, program: &str) -> Command {
    let program = find(program);
    match user {
        None => Command::new(program),
        Some(user) => {
            // It becomes the program, so that what is stopped is the program.
            let mut command = Command::new("setpriv");
            command.args([&format!("--reuid={user}"), "--regid=65534", "--clear-groups", "--"]).arg(program);
            // Where this test runs is nobody else's business.
            command.current_dir("/");
            command
        }
    }
}

/// Debian keeps the server's programs out of the search path.
fn find(program: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|version| version.path().join("bin"));
    let mut versions: Vec<_> = versions.collect();
    versions.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(versions.into_iter().rev());
    let found = folders.map(|folder| folder.join(program)).find(|file| file.is_file());
    found.unwrap_or_else(|| panic!("{program} is missing: install the package postgresql, or run `cargo xtask test`, which does"))
}
