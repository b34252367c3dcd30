//! What the checks share: the people who are signed in, what they send, and what they pull.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::{Value, json};
use sips_lapangan::api::endpoint;
use sips_lapangan::api::wire::{Changes, CommandResult, Discovery, Problem, ResultKind, Results, Retry, Session};
use sips_lapangan::domain::case::Act;
use sips_lapangan::domain::command::Receipt;

use crate::client::{Answer, Asking, Client};
use crate::settings::Settings;
use crate::{Fault, failed, hold, petition};

/// The device of this kit.
pub const DEVICE: &str = "01980000-0000-7000-8000-0000000000c0";
/// More pages than any pull has: what goes on for longer goes round in circles.
const MOST_PAGES: usize = 100_000;

/// A backend that is being asked.
pub struct World<'a> {
    /// The way there.
    pub client: Client,
    /// What is asked.
    pub settings: &'a Settings,
    /// What it says of itself, if that can be read.
    pub discovery: Option<Discovery>,
    /// The first account.
    pub account: Option<Session>,
    /// Another one of the same office.
    pub colleague: Option<Session>,
    /// One of another office.
    pub other: Option<Session>,
    /// The first account's cursor behind everything that there was before.
    pub end: OnceLock<String>,
}

/// A walk along the cursors.
pub struct Walk {
    /// The pages with their length in bytes.
    pub pages: Vec<(Changes, usize)>,
    /// The cursor behind them.
    pub next: String,
}

impl Walk {
    /// All acts in order.
    pub fn acts(&self) -> impl Iterator<Item = &Act> {
        self.pages.iter().flat_map(|(page, _)| &page.acts)
    }

    /// The acts of these commands, in the order of the pages.
    pub fn of<'a>(&'a self, commands: &'a [Value]) -> Vec<&'a Act> {
        self.acts().filter(|act| commands.iter().any(|command| command_id(command) == act.command_id.to_string())).collect()
    }
}

impl World<'_> {
    /// Discovery.
    pub fn discovery(&self) -> Result<&Discovery, Fault> {
        self.discovery.as_ref().ok_or_else(|| Fault::Skipped("discovery cannot be read".to_owned()))
    }

    /// The first account's session.
    pub fn account(&self) -> Result<&Session, Fault> {
        self.account.as_ref().ok_or_else(no_session)
    }

    /// The colleague's session.
    pub fn colleague(&self) -> Result<&Session, Fault> {
        self.colleague.as_ref().ok_or_else(no_session)
    }

    /// The session of the other office.
    pub fn other(&self) -> Result<&Session, Fault> {
        self.other.as_ref().ok_or_else(no_session)
    }

    /// A request to sign in.
    pub fn sign_in_as(&self, username: &str, password: &str) -> Asking<'_> {
        let body = json!({ "username": username, "password": password, "device": DEVICE });
        self.client.ask("POST", endpoint::SESSION).json(&body)
    }

    /// A session of the first account of its own, which may be ended.
    pub fn sign_in(&self) -> Result<Session, Fault> {
        let account = &self.settings.accounts.account;
        self.sign_in_as(&account.username, &account.password).send()?.read()
    }

    /// Asks for fresh tokens.
    pub fn refresh(&self, refresh_token: &str) -> Result<Answer, Fault> {
        let body = json!({ "refreshToken": refresh_token, "device": DEVICE });
        self.client.ask("PUT", endpoint::SESSION).json(&body).send()
    }

    /// Asks with a session.
    pub fn ask<'b>(&'b self, session: &Session, method: &'b str, path: &'b str) -> Asking<'b> {
        self.client.ask(method, path).token(&session.access_token)
    }

    /// Reads with a session.
    pub fn get(&self, session: &Session, path: &str) -> Result<Answer, Fault> {
        self.ask(session, "GET", path).send()
    }

    /// A petition that nobody has sent yet.
    pub fn petition(&self, session: &Session) -> Result<Value, Fault> {
        petition::petition(session, DEVICE, self.client.now())
    }

    /// The next act of a case.
    pub fn note(&self, session: &Session, case: &Value, revision: u32) -> Result<Value, Fault> {
        petition::note(session, DEVICE, self.client.now(), case_id(case), revision)
    }

    /// Sends commands in one request; the raw answer.
    pub fn post(&self, session: &Session, commands: &[Value]) -> Result<Answer, Fault> {
        self.ask(session, "POST", endpoint::COMMANDS).json(&json!({ "commands": commands })).send()
    }

    /// Sends commands in one request; their results in the order of the commands.
    pub fn push(&self, session: &Session, commands: &[Value]) -> Result<Vec<CommandResult>, Fault> {
        let answer = self.post(session, commands)?;
        let results: Results = answer.read()?;
        let mut by_id: BTreeMap<String, CommandResult> = BTreeMap::new();
        for result in results.results {
            let id = result.command_id.to_string();
            hold!(by_id.insert(id.clone(), result).is_none(), "{}: two results name {id}", answer.asked);
        }
        let mut ordered = Vec::with_capacity(commands.len());
        for command in commands {
            match by_id.remove(command_id(command)) {
                Some(result) => ordered.push(well_formed(result)?),
                None => return failed(format!("{}: no result names {}", answer.asked, command_id(command))),
            }
        }
        hold!(by_id.is_empty(), "{}: a result names {:?}, which was not sent", answer.asked, by_id.keys().next());
        Ok(ordered)
    }

    /// Sends one command.
    pub fn push_one(&self, session: &Session, command: &Value) -> Result<CommandResult, Fault> {
        let mut results = self.push(session, std::slice::from_ref(command))?;
        results.pop().ok_or_else(|| Fault::Failed("no result".to_owned()))
    }

    /// Sends one command that has to be taken.
    pub fn apply(&self, session: &Session, command: &Value) -> Result<(Receipt, Act), Fault> {
        taken(self.push_one(session, command)?, ResultKind::Applied)
    }

    /// Sends a petition that has to be taken.
    pub fn applied(&self, session: &Session) -> Result<(Value, Receipt, Act), Fault> {
        let command = self.petition(session)?;
        let (receipt, act) = self.apply(session, &command)?;
        Ok((command, receipt, act))
    }

    /// Sends one command that has to be refused.
    pub fn reject(&self, session: &Session, command: &Value) -> Result<Problem, Fault> {
        refused(self.push_one(session, command)?)
    }

    /// Sends one command that has to be refused with this advice.
    pub fn reject_with(&self, session: &Session, command: &Value, retry: Retry, what: &str) -> Result<Problem, Fault> {
        let problem = self.reject(session, command)?;
        hold!(problem.retry == Some(retry), "{what}: `retry` is {:?}, not {retry:?}", problem.retry);
        Ok(problem)
    }

    /// What the receipt's address says of a command.
    pub fn receipt(&self, session: &Session, command: &Value) -> Result<Answer, Fault> {
        self.get(session, &receipt_path(command))
    }

    /// Holds that the backend knows nothing of a command and of its case.
    pub fn knows_nothing(&self, session: &Session, command: &Value) -> Result<(), Fault> {
        let answer = self.receipt(session, command)?;
        hold!(answer.status == 404, "a command without any effect has a receipt: {}", answer.shown());
        self.has_no_case(session, command)
    }

    /// Holds that a command left no case behind.
    pub fn has_no_case(&self, session: &Session, command: &Value) -> Result<(), Fault> {
        if self.settings.level >= 1 {
            let answer = self.get(session, &case_path(command))?;
            hold!(answer.status == 404, "a command without any effect has a case: {}", answer.shown());
        }
        Ok(())
    }

    /// One page.
    pub fn page(&self, session: &Session, cursor: Option<&str>) -> Result<(Changes, usize), Fault> {
        let answer = self.get(session, &endpoint::changes(cursor))?;
        let page: Changes = answer.read()?;
        Ok((page, answer.body.len()))
    }

    /// All pages behind a cursor, or from the start.
    pub fn walk(&self, session: &Session, from: Option<&str>) -> Result<Walk, Fault> {
        let mut cursor = from.map(str::to_owned);
        let mut pages = Vec::new();
        loop {
            let (page, bytes) = self.page(session, cursor.as_deref())?;
            let (more, next) = (page.more, page.next.clone());
            hold!(!more || cursor.as_deref() != Some(&next), "`more` is true and `next` is the cursor that was asked for");
            pages.push((page, bytes));
            if !more {
                return Ok(Walk { pages, next });
            }
            hold!(pages.len() < MOST_PAGES, "`more` is still true after {MOST_PAGES} pages");
            cursor = Some(next);
        }
    }

    /// The first account's cursor behind everything that there was before the checks of level 1.
    pub fn end(&self) -> Result<&str, Fault> {
        if let Some(end) = self.end.get() {
            return Ok(end);
        }
        let walk = self.walk(self.account()?, None)?;
        Ok(self.end.get_or_init(|| walk.next))
    }
}

fn no_session() -> Fault {
    Fault::Skipped("nobody could be signed in".to_owned())
}

/// A result has what its kind promises, and nothing of another.
fn well_formed(result: CommandResult) -> Result<CommandResult, Fault> {
    let id = result.command_id;
    let held = matches!(result.result, ResultKind::Applied | ResultKind::Duplicate);
    if held {
        hold!(result.receipt.is_some() && result.act.is_some(), "{id} is {:?} without receipt or act", result.result);
        hold!(result.problem.is_none(), "{id} is {:?} with a problem", result.result);
    } else {
        hold!(result.receipt.is_none() && result.act.is_none(), "{id} is {:?} and has a receipt or an act all the same", result.result);
        hold!(result.problem.is_some(), "{id} is {:?} without a problem", result.result);
    }
    Ok(result)
}

/// Receipt and act of a command that has to be held.
pub fn taken(result: CommandResult, kind: ResultKind) -> Result<(Receipt, Act), Fault> {
    let id = result.command_id;
    hold!(result.result == kind, "{id} is {:?}, not {kind:?}{}", result.result, of_problem(result.problem.as_ref()));
    match (result.receipt, result.act) {
        (Some(receipt), Some(act)) => Ok((receipt, act)),
        _ => failed(format!("{id} is {kind:?} without receipt or act")),
    }
}

/// The problem of a command that has to be refused.
pub fn refused(result: CommandResult) -> Result<Problem, Fault> {
    let id = result.command_id;
    hold!(result.result == ResultKind::Rejected, "{id} is {:?}, not Rejected{}", result.result, of_problem(result.problem.as_ref()));
    match result.problem {
        Some(problem) if problem.retry.is_some() && (400..500).contains(&problem.status) => Ok(problem),
        Some(problem) => {
            failed(format!("{id}: a refusal has `retry` and a status from 400 to 499, this one {:?} and {}", problem.retry, problem.status))
        }
        None => failed(format!("{id} is refused without a problem")),
    }
}

fn of_problem(problem: Option<&Problem>) -> String {
    problem.map_or_else(String::new, |problem| format!(" ({} {} {:?})", problem.kind, problem.detail, problem.reasons))
}

/// The id of a command.
pub fn command_id(command: &Value) -> &str {
    command["commandId"].as_str().unwrap_or_default()
}

/// The id of a command's case.
pub fn case_id(command: &Value) -> &str {
    command["caseId"].as_str().unwrap_or_default()
}

/// The address of a command's receipt.
pub fn receipt_path(command: &Value) -> String {
    format!("/v1/receipts/{}", command_id(command))
}

/// The address of a command's case.
pub fn case_path(command: &Value) -> String {
    format!("/v1/cases/{}", case_id(command))
}
