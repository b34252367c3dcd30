//! Goes through the checks.

use std::sync::OnceLock;

use sips_lapangan::api::endpoint;
use sips_lapangan::api::wire::{Discovery, Session};

use crate::client::Client;
use crate::report::{Finding, Report, Verdict};
use crate::settings::{Account, Settings};
use crate::world::World;
use crate::{Check, Fault, HIGHEST_LEVEL, all};

/// Why nothing could be asked, in words for the person.
#[derive(Debug)]
pub struct CouldNotRun(pub String);

/// Asks a backend everything that the settings name.
///
/// # Errors
/// It cannot be reached, its accounts are not those that were given, or it must not be filled with petitions.
pub fn run(settings: &Settings) -> Result<Report, CouldNotRun> {
    if settings.level > HIGHEST_LEVEL {
        let why = format!("this kit has no checks of level {}: the contract is worked out up to level {HIGHEST_LEVEL}", settings.level);
        return Err(CouldNotRun(why));
    }
    let client = Client::new(&settings.url, settings.ca.as_deref(), settings.wait.clone()).map_err(CouldNotRun)?;
    let discovery = match client.ask("GET", endpoint::DISCOVERY).send() {
        Ok(answer) => answer.read::<Discovery>().ok(),
        Err(Fault::Failed(why) | Fault::Skipped(why)) => return Err(CouldNotRun(why)),
    };
    let training = discovery.as_ref().is_some_and(|discovery| discovery.training);
    if !settings.is_here() && !training && !settings.accept_writes {
        let why = "this backend does not say that it is for training, and a run leaves petitions behind that have numbers: \
                   --accept-writes if that is wanted";
        return Err(CouldNotRun(why.to_owned()));
    }
    let mut world = World { client, settings, discovery, account: None, colleague: None, other: None, end: OnceLock::new() };
    let accounts = &settings.accounts;
    world.account = signed_in(&world, &accounts.account)?;
    world.colleague = signed_in(&world, &accounts.colleague)?;
    world.other = signed_in(&world, &accounts.other)?;
    check_accounts(&world)?;
    let wanted = |check: &&Check| settings.only.is_empty() || settings.only.iter().any(|asked| is_named(check, asked));
    let findings = all().filter(wanted).map(|check| finding(check, &world)).collect();
    let name = world.discovery.as_ref().map_or_else(|| "a backend without a name".to_owned(), |discovery| discovery.name.clone());
    Ok(Report { url: settings.url.clone(), name, level: settings.level, findings })
}

/// Is it this check, or one of this part?
pub(crate) fn is_named(check: &Check, asked: &str) -> bool {
    check.id == asked || check.id.strip_prefix(asked).is_some_and(|rest| rest.starts_with('.'))
}

fn finding(check: &Check, world: &World<'_>) -> Finding {
    let outcome = if check.level > world.settings.level {
        Err(Fault::Skipped(format!("level {}", check.level)))
    } else if check.thorough && !world.settings.thorough {
        Err(Fault::Skipped("takes long: --thorough".to_owned()))
    } else {
        (check.run)(world)
    };
    let (verdict, found, mend) = match outcome {
        Ok(()) => (Verdict::Held, String::new(), ""),
        Err(Fault::Failed(found)) => (Verdict::Failed, found, check.mend),
        Err(Fault::Skipped(why)) => (Verdict::Skipped, why, ""),
    };
    Finding { id: check.id, level: check.level, article: check.article, holds: check.holds, verdict, found, mend }
}

/// Signs an account in. One that is refused plainly was given wrongly; whatever else goes wrong is the checks' to tell.
fn signed_in(world: &World<'_>, account: &Account) -> Result<Option<Session>, CouldNotRun> {
    let answer = world.sign_in_as(&account.username, &account.password).send();
    match answer {
        Ok(answer) if answer.status == 401 && answer.problem().is_ok() => {
            Err(CouldNotRun(format!("the backend does not sign `{}` in: see the accounts that were given", account.username)))
        }
        Ok(answer) => Ok(answer.read().ok()),
        Err(_) => Ok(None),
    }
}

fn check_accounts(world: &World<'_>) -> Result<(), CouldNotRun> {
    let (Some(account), Some(colleague), Some(other)) = (&world.account, &world.colleague, &world.other) else {
        return Ok(());
    };
    let [one, two, three] = [account, colleague, other].map(|session| &session.me.office);
    if one.code != two.code || account.me.account == colleague.me.account {
        return Err(CouldNotRun("the first two accounts have to be two people of one office".to_owned()));
    }
    if one.code == three.code || one.is_above(&three.code) || three.is_above(&one.code) {
        return Err(CouldNotRun("the third account has to be of another office, neither above nor below the first one".to_owned()));
    }
    Ok(())
}
