//! What the server is started with, and how the command line says it.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use axum::http::HeaderValue;
use lexopt::prelude::*;

use crate::clock::Clock;
use crate::seed;
use crate::store::{Store, StoreError};

/// The words that `--help` prints.
pub const USAGE: &str = "\
sips-backend [serve] (--data DIR | --database-url URL) [OPTION…]
  --listen ADDRESS:PORT    where to listen; port 0 takes a free one (127.0.0.1:8080)
  --data DIR               folder of the database, a file of SQLite; made if it is not there
  --database-url URL       a database of a PostgreSQL server, or DATABASE_URL in the environment
  --app DIR                the built app, served beside the contract
  --fresh                  begin with an empty database; only with --data
  --no-csp                 without a content security policy, for development
  --allow-origin ORIGIN    another origin that may call; can be given again
  --connect-src ORIGIN     another origin that the app may call; can be given again
  --access-minutes N       life of an access token (15)
  --rate N                 requests a minute of one account; ten times as many of one address; 0 for no limit (1200)
  --log-json               lines of the log as JSON
  --faults PORT            for tests: POST /restart, /backup and /restore at this port of this computer; only with --data, and
                           with an address of this computer alone
  --training               say that this backend is for training
  --seed-cases N           fill an empty database with N made-up cases of the whole country, at most 100000; one that has them is
                           left as it is
sips-backend backup --data DIR --to FILE
                           a copy of the database as one file, also while the server runs
sips-backend restore --from FILE --data DIR
                           puts a copy where no database is, as a new history for all devices
sips-backend new-epoch --database-url URL
                           says that a database, restored while no server runs, is a new history for all devices
sips-backend decide        decides commands for a server in another language: JSON lines in, JSON lines out
sips-backend accounts      the accounts that a new database has
sips-backend help";

/// Where lines for the operator go.
#[derive(Clone)]
pub struct Log(Arc<dyn Fn(&str) + Send + Sync>);

impl Log {
    /// A log that hands every line to `write`.
    pub fn new(write: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(write))
    }

    /// Adds a line.
    pub fn line(&self, line: &str) {
        (self.0)(line);
    }
}

/// Where a database is.
#[derive(Clone)]
pub enum Database {
    /// In a folder, as a file of SQLite.
    Folder(PathBuf),
    /// At a PostgreSQL server. The address may hold a password: it goes into no log.
    Server(String),
}

impl Database {
    /// Opens it; `fresh` empties one that is in a folder first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn open(&self, fresh: bool) -> Result<Store, StoreError> {
        match self {
            Self::Folder(folder) => Store::open(folder, fresh),
            Self::Server(url) => Store::connect(url),
        }
    }
}

/// Everything that a server is started with.
#[derive(Clone)]
pub struct Settings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Its database.
    pub database: Database,
    /// The folder of the app. It may be a link that changes while the server runs.
    pub app: Option<PathBuf>,
    /// Is the database emptied first?
    pub fresh: bool,
    /// Is a content security policy sent?
    pub csp: bool,
    /// Other origins that may call.
    pub allow_origins: Vec<HeaderValue>,
    /// Other origins that the app may call.
    pub connect_sources: Vec<String>,
    /// Life of an access token.
    pub access_minutes: u32,
    /// Requests a minute of one account; none: no limit.
    pub rate: Option<u32>,
    /// Are lines of the log JSON?
    pub log_json: bool,
    /// The port of the switch for faults; none: there is no such switch.
    pub faults: Option<u16>,
    /// Is it for training?
    pub training: bool,
    /// How many made-up cases an empty database is filled with; none: it stays empty.
    pub seed_cases: Option<u32>,
    /// Its clock.
    pub clock: Clock,
    /// Its log.
    pub log: Log,
}

impl Settings {
    /// A server on a free port of this computer, without app, logging to nobody.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            database,
            app: None,
            fresh: false,
            csp: true,
            allow_origins: Vec::new(),
            connect_sources: Vec::new(),
            access_minutes: 15,
            rate: None,
            log_json: false,
            faults: None,
            training: false,
            seed_cases: None,
            clock: Clock::system(),
            log: Log::new(|_| {}),
        }
    }
}

/// What the command line asks for.
pub enum Task {
    /// Serve.
    Serve(Box<Settings>),
    /// Copy the database of a folder into a new file.
    Backup {
        /// The folder.
        data: PathBuf,
        /// The file; there must be none yet.
        to: PathBuf,
    },
    /// Make a folder's database from a copy.
    Restore {
        /// The copy.
        from: PathBuf,
        /// The folder; it must have no database yet.
        data: PathBuf,
    },
    /// Give the database at this address a new epoch.
    NewEpoch(String),
    /// Answer questions on standard input, one a line.
    Decide,
    /// Print the seeded accounts.
    Accounts,
    /// Print the usage.
    Help,
}

/// Why a command line is not understood.
#[derive(Debug, thiserror::Error)]
pub enum UsageError {
    /// A word or value that does not fit.
    #[error("{0}")]
    Word(#[from] lexopt::Error),
    /// A folder or file that is needed.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// Two databases, and nobody can tell which one is meant.
    #[error("--data and a database URL (--database-url or DATABASE_URL) were both given: take one away")]
    TwoDatabases,
    /// What only a file can do.
    #[error("--fresh is for --data alone: empty a database of a server with its own tools")]
    FreshServer,
    /// A switch for faults where others could reach it or what it would destroy.
    #[error("--faults is for tests: only with --data, and where nobody else can call")]
    FaultsElsewhere,
    /// An origin that is none.
    #[error("`{0}` is no origin such as https://sips.example")]
    NotAnOrigin(String),
    /// Tokens that would be useless or never end.
    #[error("--access-minutes takes a number from 1 to 1440")]
    Minutes,
    /// More than anybody needs, or none.
    #[error("--seed-cases takes a number from 1 to {most}", most = seed::MOST)]
    SeedCases,
}

/// Reads the words after the program's name, and `DATABASE_URL` where the environment has it.
///
/// # Errors
/// See [`UsageError`].
pub fn read(words: impl IntoIterator<Item = OsString>, database_url: Option<String>) -> Result<Task, UsageError> {
    let mut parser = lexopt::Parser::from_args(words);
    let mut settings = Settings::new(Database::Folder(PathBuf::new()));
    let mut url = database_url.filter(|url| !url.is_empty());
    settings.listen.set_port(8080);
    settings.rate = Some(1_200);
    let (mut data, mut to, mut from) = (None, None, None);
    let mut first = true;
    let mut task = Copying::None;
    while let Some(word) = parser.next()? {
        match word {
            Value(task) if first && task == "serve" => {}
            Value(word) if first && word == "backup" => task = Copying::Backup,
            Value(word) if first && word == "restore" => task = Copying::Restore,
            Value(word) if first && word == "new-epoch" => task = Copying::NewEpoch,
            Value(task) if first && task == "decide" => return Ok(Task::Decide),
            Value(task) if first && task == "accounts" => return Ok(Task::Accounts),
            Value(task) if first && task == "help" => return Ok(Task::Help),
            Long("help") | Short('h') => return Ok(Task::Help),
            Long("listen") => settings.listen = parser.value()?.parse()?,
            Long("to") if task == Copying::Backup => to = Some(PathBuf::from(parser.value()?)),
            Long("from") if task == Copying::Restore => from = Some(PathBuf::from(parser.value()?)),
            Long("data") => data = Some(PathBuf::from(parser.value()?)),
            Long("database-url") => url = Some(parser.value()?.string()?),
            Long("app") => settings.app = Some(parser.value()?.into()),
            Long("fresh") => settings.fresh = true,
            Long("no-csp") => settings.csp = false,
            Long("allow-origin") => {
                let origin = origin(parser.value()?.string()?)?;
                let value = HeaderValue::from_str(&origin);
                settings.allow_origins.push(value.map_err(|_| UsageError::NotAnOrigin(origin))?);
            }
            Long("connect-src") => settings.connect_sources.push(origin(parser.value()?.string()?)?),
            Long("access-minutes") => {
                let minutes: u32 = parser.value()?.parse()?;
                if !(1..=1_440).contains(&minutes) {
                    return Err(UsageError::Minutes);
                }
                settings.access_minutes = minutes;
            }
            Long("rate") => settings.rate = Some(parser.value()?.parse()?).filter(|rate| *rate > 0),
            Long("log-json") => settings.log_json = true,
            Long("faults") => settings.faults = Some(parser.value()?.parse()?),
            Long("training") => settings.training = true,
            Long("seed-cases") => {
                let cases: u32 = parser.value()?.parse()?;
                if !(1..=seed::MOST).contains(&cases) {
                    return Err(UsageError::SeedCases);
                }
                settings.seed_cases = Some(cases);
            }
            other => return Err(other.unexpected().into()),
        }
        first = false;
    }
    let folder = |data: Option<PathBuf>| data.ok_or(UsageError::Missing("--data DIR"));
    match task {
        Copying::None => {
            settings.database = match (data, url) {
                (Some(_), Some(_)) => return Err(UsageError::TwoDatabases),
                (_, Some(_)) if settings.fresh => return Err(UsageError::FreshServer),
                (None, Some(url)) => Database::Server(url),
                (data, None) => Database::Folder(data.ok_or(UsageError::Missing("--data DIR or --database-url URL"))?),
            };
            let here = settings.listen.ip().is_loopback() && matches!(settings.database, Database::Folder(_));
            if settings.faults.is_some() && !here {
                return Err(UsageError::FaultsElsewhere);
            }
            Ok(Task::Serve(Box::new(settings)))
        }
        Copying::Backup => Ok(Task::Backup { data: folder(data)?, to: to.ok_or(UsageError::Missing("--to FILE"))? }),
        Copying::Restore => Ok(Task::Restore { from: from.ok_or(UsageError::Missing("--from FILE"))?, data: folder(data)? }),
        Copying::NewEpoch => Ok(Task::NewEpoch(url.ok_or(UsageError::Missing("--database-url URL"))?)),
    }
}

/// The task on a database at rest that the first word asks for.
#[derive(Clone, Copy, PartialEq)]
enum Copying {
    None,
    Backup,
    Restore,
    NewEpoch,
}

/// An origin ends up in headers: scheme, host and port, and nothing that could begin another directive.
fn origin(text: String) -> Result<String, UsageError> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let fits =
        host.is_some_and(|host| !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte)));
    if fits { Ok(text) } else { Err(UsageError::NotAnOrigin(text)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(words: &[&str]) -> Result<Task, UsageError> {
        read(words.iter().map(OsString::from), None)
    }

    #[test]
    fn options_are_read_with_and_without_the_word_serve() {
        for first in [&["serve"][..], &[]] {
            let rest = [
                "--data",
                "/tmp/x",
                "--listen",
                "127.0.0.1:0",
                "--app",
                "dist",
                "--fresh",
                "--no-csp",
                "--allow-origin",
                "http://localhost:8080",
                "--allow-origin",
                "https://a.example",
                "--connect-src",
                "https://b.example",
                "--access-minutes",
                "1",
                "--rate",
                "0",
                "--log-json",
                "--training",
                "--seed-cases",
                "300",
            ];
            let words: Vec<&str> = first.iter().chain(&rest).copied().collect();
            let Ok(Task::Serve(settings)) = task(&words) else {
                panic!("these words ask for a server");
            };
            assert_eq!(settings.listen.port(), 0);
            assert_eq!(settings.allow_origins.len(), 2);
            assert_eq!(settings.connect_sources, ["https://b.example"]);
            assert!(settings.fresh && settings.training && !settings.csp);
            assert_eq!(settings.access_minutes, 1);
            assert!(settings.rate.is_none() && settings.log_json);
            assert_eq!(settings.seed_cases, Some(300));
        }
        assert!(matches!(task(&["accounts"]), Ok(Task::Accounts)));
        assert!(matches!(task(&["decide"]), Ok(Task::Decide)));
        assert!(matches!(task(&["--help"]), Ok(Task::Help)));
        assert!(matches!(task(&["backup", "--data", "x", "--to", "y"]), Ok(Task::Backup { .. })));
        assert!(matches!(task(&["restore", "--from", "y", "--data", "x"]), Ok(Task::Restore { .. })));
    }

    #[test]
    fn a_database_server_is_named_by_word_or_environment() {
        let read = |words: &[&str], environment: &str| read(words.iter().map(OsString::from), Some(environment.to_owned()));
        let url = "postgresql://sips@localhost/sips";
        for (words, environment) in [(&[][..], url), (&["--database-url", url], ""), (&["--database-url", url], "postgresql://other")] {
            let Ok(Task::Serve(settings)) = read(words, environment) else {
                panic!("these words ask for a server");
            };
            assert!(matches!(settings.database, Database::Server(named) if named == url));
        }
        assert!(matches!(read(&["--data", "x"], ""), Ok(Task::Serve(_))), "an empty one is none");
        assert!(matches!(read(&["--data", "x"], url), Err(UsageError::TwoDatabases)));
        assert!(matches!(read(&["--fresh"], url), Err(UsageError::FreshServer)));
        assert!(matches!(read(&["new-epoch"], url), Ok(Task::NewEpoch(named)) if named == url));
        assert!(matches!(read(&["new-epoch"], ""), Err(UsageError::Missing(_))));
    }

    #[test]
    fn wrong_words_are_refused() {
        for words in [
            &[][..],
            &["--data"],
            &["--data", "x", "--listen", "here"],
            &["--data", "x", "--access-minutes", "0"],
            &["--data", "x", "--allow-origin", "*"],
            &["--data", "x", "--allow-origin", "https://"],
            &["--data", "x", "--connect-src", "https://a; script-src *"],
            &["--data", "x", "--faults", "1", "--listen", "0.0.0.0:8080"],
            &["--database-url", "x", "--faults", "1"],
            &["--data", "x", "accounts"],
            &["--data", "x", "--seed-cases", "0"],
            &["--data", "x", "--seed-cases", "100001"],
            &["--colour"],
            &["--data", "x", "--to", "y"],
            &["backup", "--data", "x"],
            &["restore", "--data", "x", "--to", "y"],
        ] {
            assert!(task(words).is_err(), "{words:?}");
        }
    }
}
