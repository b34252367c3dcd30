//! What a run needs to know: the backend, the accounts, how much is asked; and how the command line says it.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lexopt::prelude::*;
use serde::Deserialize;

/// The words that `--help` prints.
pub const USAGE: &str = "\
cargo xtask conformance --url URL [--level L] [OPTION…]
  --url URL           the backend, such as https://sips.example
  --level L           the level of the contract that is asked of it (1)
  --accounts FILE     TOML with the accounts; without it those of the reference backend, for a server on this computer
  --account NAME:PASSWORD, --colleague NAME:PASSWORD, --other NAME:PASSWORD
                      the same one by one: two who receive petitions in one office, and one of another office
  --origin ORIGIN     an origin that the backend lets in, such as https://app.example; without it that part is passed over
  --ca FILE           certificate of an authority of one's own (PEM)
  --only ID           this check alone, or all of a part such as `commands`; can be given again
  --thorough          also what waits until tokens run out (minutes) or fills more than one page (500 cases)
  --accept-writes     the backend is neither for training nor on this computer, and may be filled with petitions all the same
  --json              the report as JSON
  --list              the checks, without asking anybody
Every run leaves some hundred petitions in the backend. Nobody else may use the two offices meanwhile: numbers are counted.
Exit code 0: everything held; 1: something did not; 2: it could not be asked.";

/// The accounts of the reference backend's seed that fit.
const SEED: &str = include_str!("../../../tests/backend/seed/accounts.toml");

/// A name and its password; the reference backend's seed says more of an account.
#[derive(Clone, Deserialize)]
pub struct Account {
    /// The name used to sign in.
    pub username: String,
    /// The password.
    pub password: String,
}

/// Who is needed: each may receive petitions.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    /// Somebody.
    pub account: Account,
    /// Somebody else of the same office.
    pub colleague: Account,
    /// Somebody of an office that neither stands above the first one nor below it.
    pub other: Account,
}

/// How time is let pass.
#[derive(Clone)]
pub struct Wait(Arc<dyn Fn(Duration) + Send + Sync>);

impl Wait {
    /// By sitting it out.
    #[must_use]
    pub fn really() -> Self {
        Self::by(std::thread::sleep)
    }

    /// By what `pass` does, such as moving the clock of a backend under test.
    pub fn by(pass: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        Self(Arc::new(pass))
    }

    /// Lets this much time pass.
    pub(crate) fn on(&self, time: Duration) {
        (self.0)(time);
    }
}

/// A run.
#[derive(Clone)]
pub struct Settings {
    /// The backend's address, without a path.
    pub url: String,
    /// The level that is asked of it.
    pub level: u8,
    /// Who signs in.
    pub accounts: Accounts,
    /// An origin that the backend lets in.
    pub origin: Option<String>,
    /// Certificate of an authority of one's own, as PEM.
    pub ca: Option<Vec<u8>>,
    /// Ids of checks, or of parts; empty for all.
    pub only: Vec<String>,
    /// Also what takes long?
    pub thorough: bool,
    /// May a backend be filled that is neither for training nor on this computer?
    pub accept_writes: bool,
    /// How time passes.
    pub wait: Wait,
}

/// What the command line asks for.
pub enum Task {
    /// A run, its report as JSON or for people.
    Run(Box<Settings>, bool),
    /// The checks of a level.
    List,
    /// The usage.
    Help,
}

impl Settings {
    /// A run of everything that is quick, of a level, with these accounts.
    #[must_use]
    pub fn new(url: String, level: u8, accounts: Accounts) -> Self {
        Self { url, level, accounts, origin: None, ca: None, only: Vec::new(), thorough: false, accept_writes: false, wait: Wait::really() }
    }

    /// Is the backend on this computer?
    #[must_use]
    pub fn is_here(&self) -> bool {
        let host = self.url.split_once("://").map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default());
        let name = if host.starts_with('[') { host.split(']').next() } else { host.split(':').next() };
        matches!(name, Some("localhost" | "127.0.0.1" | "[::1"))
    }
}

/// Accounts of the reference backend: two of one counter, one of another province.
#[must_use]
pub fn seeded() -> Accounts {
    #[derive(Deserialize)]
    struct Seed {
        account: Vec<Account>,
    }
    let mut seed: Seed = toml::from_str(SEED).expect("the seed is part of the project and the backend's tests read it");
    let mut take = |name: &str| {
        let place = seed.account.iter().position(|account| account.username == name);
        seed.account.swap_remove(place.expect("the seed has these names"))
    };
    Accounts { account: take("rina"), colleague: take("yusuf"), other: take("slamet") }
}

/// Reads the words after the program's name.
///
/// # Errors
/// What is wrong with them, for the person.
pub fn read(words: impl IntoIterator<Item = OsString>) -> Result<Task, String> {
    let mut parser = lexopt::Parser::from_args(words);
    let wrong = |error: lexopt::Error| error.to_string();
    let (mut url, mut level, mut file, mut people) = (None, 1, None, [None, None, None]);
    let (mut origin, mut ca, mut only, mut json) = (None, None, Vec::new(), false);
    let (mut thorough, mut accept_writes) = (false, false);
    while let Some(word) = parser.next().map_err(wrong)? {
        let text = |parser: &mut lexopt::Parser| parser.value().and_then(|value| value.string()).map_err(wrong);
        match word {
            Long("url") => url = Some(text(&mut parser)?),
            Long("level") => level = text(&mut parser)?.parse().map_err(|_| "--level takes a number from 0 to 3".to_owned())?,
            Long("accounts") => file = Some(PathBuf::from(text(&mut parser)?)),
            Long("account") => people[0] = Some(account(&text(&mut parser)?)?),
            Long("colleague") => people[1] = Some(account(&text(&mut parser)?)?),
            Long("other") => people[2] = Some(account(&text(&mut parser)?)?),
            Long("origin") => origin = Some(text(&mut parser)?),
            Long("ca") => {
                let file = text(&mut parser)?;
                ca = Some(std::fs::read(&file).map_err(|error| format!("{file}: {error}"))?);
            }
            Long("only") => only.push(text(&mut parser)?),
            Long("thorough") => thorough = true,
            Long("accept-writes") => accept_writes = true,
            Long("json") => json = true,
            Long("list") => return Ok(Task::List),
            Long("help") | Short('h') => return Ok(Task::Help),
            other => return Err(wrong(other.unexpected())),
        }
    }
    let url = url.ok_or("--url URL is missing")?;
    if !["http://", "https://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err(format!("`{url}` is no address such as https://sips.example"));
    }
    let unknown = only.iter().find(|asked| !crate::all().any(|check| crate::run::is_named(check, asked)));
    if let Some(unknown) = unknown {
        return Err(format!("there is no check `{unknown}`: --list names them"));
    }
    let mut settings = Settings::new(url, level, seeded());
    settings.accounts = match (people, file) {
        ([Some(account), Some(colleague), Some(other)], None) => Accounts { account, colleague, other },
        ([None, None, None], Some(file)) => {
            let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            toml::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?
        }
        ([None, None, None], None) if settings.is_here() => settings.accounts,
        ([None, None, None], None) => return Err("--accounts FILE is missing: this backend's accounts are not known here".to_owned()),
        _ => return Err("either --accounts, or all of --account, --colleague and --other".to_owned()),
    };
    Ok(Task::Run(Box::new(Settings { origin, ca, only, thorough, accept_writes, ..settings }), json))
}

fn account(text: &str) -> Result<Account, String> {
    let (username, password) = text.split_once(':').ok_or("an account is given as NAME:PASSWORD")?;
    Ok(Account { username: username.to_owned(), password: password.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(words: &[&str]) -> Result<Task, String> {
        read(words.iter().map(OsString::from))
    }

    #[test]
    fn a_server_here_needs_no_accounts_and_one_elsewhere_does() {
        let Ok(Task::Run(settings, json)) = task(&["--url", "http://localhost:8080", "--level", "0", "--only", "commands", "--json"])
        else {
            panic!("these words ask for a run");
        };
        assert!(json && settings.is_here() && !settings.accept_writes);
        assert_eq!((settings.level, settings.accounts.other.username.as_str()), (0, "slamet"));
        assert!(task(&["--url", "https://sips.example"]).is_err());
        let given = ["--url", "https://sips.example", "--account", "a:b:c", "--colleague", "d:e", "--other", "f:g"];
        let Ok(Task::Run(settings, false)) = task(&given) else {
            panic!("these words ask for a run");
        };
        assert_eq!(settings.accounts.account.password, "b:c");
        assert!(!settings.is_here());
    }

    #[test]
    fn accounts_are_read_from_a_file() {
        let text = "[account]\nusername = 'a'\npassword = 'b'\n[colleague]\nusername = 'c'\npassword = 'd'\n[other]\nusername = 'e'\npassword = 'f'\n";
        let accounts: Accounts = toml::from_str(text).expect("accounts");
        assert_eq!(accounts.colleague.username, "c");
        assert!(toml::from_str::<Accounts>("[account]\nusername = 'a'\n").is_err());
    }

    #[test]
    fn only_this_computer_is_here() {
        let accounts = seeded();
        for (url, here) in [
            ("http://localhost:1", true),
            ("http://127.0.0.1", true),
            ("http://[::1]:80/", true),
            ("https://localhost.example", false),
            ("https://127.0.0.1.example", false),
        ] {
            assert_eq!(Settings::new(url.to_owned(), 1, accounts.clone()).is_here(), here, "{url}");
        }
    }

    #[test]
    fn wrong_words_are_refused() {
        for words in [
            &[][..],
            &["--url"],
            &["--url", "sips.example"],
            &["--url", "http://localhost", "--level", "x"],
            &["--url", "http://localhost", "--only", "nothing"],
            &["--url", "http://localhost", "--account", "a:b"],
            &["--url", "http://localhost", "--account", "ab"],
            &["--url", "http://localhost", "--colour"],
        ] {
            assert!(task(words).is_err(), "{words:?}");
        }
    }
}
