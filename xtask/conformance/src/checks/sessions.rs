//! Signing in, fresh tokens, signing out.

use std::time::Duration;

use serde_json::json;
use sips_lapangan::api::endpoint;
use sips_lapangan::api::wire::{Me, Retry, Session};

use super::article::SESSIONS;
use crate::difference::difference;
use crate::world::{DEVICE, World};
use crate::{Check, Fault, Outcome, failed, hold};

/// The grace of a refresh token (CONTRACT.md), and a little more.
const BEYOND_GRACE: Duration = Duration::from_secs(2 * 60 + 5);
/// The longest life of an access token that is waited for.
const LONGEST_LIFE_MS: i64 = 60 * 60 * 1_000;
/// Wrong passwords after which somebody has to be told to wait.
const MANY: usize = 60;
/// A name that nobody has.
const NOBODY: &str = "uji-kesesuaian-tidak-ada";

const fn check(id: &'static str, holds: &'static str, mend: &'static str, run: fn(&World<'_>) -> Outcome) -> Check {
    Check { id, level: 0, article: SESSIONS, holds, mend, thorough: false, run }
}

pub(super) const CHECKS: &[Check] = &[
    check(
        "sessions.sign_in",
        "the right password gives two tokens, their end, and who one is",
        "Answer POST /v1/session with the schema Session: different tokens each time, accessExpiresAt ahead of the server's clock, \
         and me with the whole office.",
        sign_in,
    ),
    check("sessions.me", "GET /v1/me tells the same as the sign-in", "Make both from one place.", me),
    check(
        "sessions.wrong_password",
        "a wrong password and an unknown name are refused alike, with 401 and after-sign-in",
        "Answer both 401 with the same problem document and retry after-sign-in, so that nobody learns which names there are.",
        wrong_password,
    ),
    check(
        "sessions.needs_token",
        "without a good token everything of an account is 401 with after-sign-in",
        "Check the bearer token before anything else on every address but discovery, sign-in and definitions; a refresh token is no \
         access token.",
        needs_token,
    ),
    check(
        "sessions.rotation",
        "an exchange gives a new refresh token, and the session goes on",
        "PUT /v1/session issues new tokens each time; the access token from before stays good until it runs out.",
        rotation,
    ),
    check(
        "sessions.grace",
        "the refresh token before the last stays good for a moment",
        "Keep an exchanged refresh token good for two minutes: the answer may have been lost on the way, and two tabs may ask at once.",
        grace,
    ),
    check(
        "sessions.refused_refresh",
        "an unknown refresh token is 401 with after-sign-in",
        "Answer it as a sign-in that is needed; 400 or 404 make a device park what it should keep.",
        refused_refresh,
    ),
    check(
        "sessions.sign_out",
        "signing out ends every token of that session and of no other",
        "DELETE /v1/session ends the session with all access and refresh tokens that came from its sign-in. Sessions of other devices \
         go on.",
        sign_out,
    ),
];

/// What lets time pass, and what makes the backend refuse sign-ins.
pub(super) const LAST_CHECKS: &[Check] = &[
    Check {
        thorough: true,
        ..check(
            "sessions.reuse",
            "an exchanged refresh token that comes back later ends the session",
            "A refresh token that is used more than two minutes after its exchange has been copied: refuse it and end the session with \
             all its tokens.",
            reuse,
        )
    },
    Check {
        thorough: true,
        ..check(
            "sessions.expiry",
            "an access token ends when it says, and the refresh token goes on",
            "Refuse an access token from accessExpiresAt on with 401 and after-sign-in; the refresh token lives longer.",
            expiry,
        )
    },
    check(
        "sessions.throttle",
        "too many wrong passwords are 429 with Retry-After",
        "Count failed sign-ins by name and answer 429 with Retry-After in seconds and retry later.",
        throttle,
    ),
];

fn works(world: &World<'_>, token: &str) -> Result<bool, Fault> {
    let answer = world.client.ask("GET", endpoint::ME).token(token).send()?;
    if answer.status == 200 {
        return Ok(true);
    }
    answer.refused(401, Some(Retry::AfterSignIn)).map(|_| false)
}

fn sign_in(world: &World<'_>) -> Outcome {
    let (one, two) = (world.sign_in()?, world.sign_in()?);
    let now = world.client.now();
    for session in [&one, &two] {
        hold!(session.access_expires_at > now, "accessExpiresAt is {}, the server's clock shows {now}", session.access_expires_at);
        hold!(session.access_token.len() >= 16 && session.refresh_token.len() >= 16, "a token is short enough to be guessed");
        hold!(session.access_token != session.refresh_token, "both tokens are the same");
        hold!(works(world, &session.access_token)?, "the access token is not taken");
    }
    hold!(one.access_token != two.access_token && one.refresh_token != two.refresh_token, "two sign-ins gave the same token");
    let name = &world.settings.accounts.account.username;
    hold!(one.me.username.eq_ignore_ascii_case(name), "`{name}` signed in, `me` names `{}`", one.me.username);
    Ok(())
}

fn me(world: &World<'_>) -> Outcome {
    let session = world.account()?;
    let me: Me = world.get(session, endpoint::ME)?.read()?;
    match difference(&session.me, &me) {
        None => Ok(()),
        Some(places) => failed(format!("the sign-in and /v1/me differ: {places}")),
    }
}

fn wrong_password(world: &World<'_>) -> Outcome {
    let accounts = &world.settings.accounts;
    let wrong = world.sign_in_as(&accounts.account.username, "uji kesesuaian: salah").send()?;
    let wrong = wrong.refused(401, Some(Retry::AfterSignIn))?;
    let unknown = world.sign_in_as(NOBODY, &accounts.account.password).send()?.refused(401, Some(Retry::AfterSignIn))?;
    if let Some(places) = difference(&wrong, &unknown) {
        return failed(format!("a wrong password and an unknown name are told apart: {places}"));
    }
    // A right one after a wrong one is taken, and forgets the wrong one.
    world.sign_in().map(|_| ())
}

fn needs_token(world: &World<'_>) -> Outcome {
    let session = world.account()?;
    let mut paths = vec!["/v1/me", "/v1/receipts/01980000-0000-7000-8000-00000000000f"];
    if world.settings.level >= 1 {
        paths.extend(["/v1/changes", "/v1/cases/01980000-0000-7000-8000-00000000000f"]);
    }
    for path in paths {
        world.client.ask("GET", path).send()?.refused(401, Some(Retry::AfterSignIn))?;
        for value in ["Bearer", "Bearer x", "bearer x y", "Basic dWppOnVqaQ==", "x", &format!("Bearer {}", session.refresh_token)] {
            let answer = world.client.ask("GET", path).header("authorization", value).send()?;
            answer.refused(401, Some(Retry::AfterSignIn))?;
        }
    }
    let petition = world.petition(session)?;
    let posted = world.client.ask("POST", endpoint::COMMANDS).json(&json!({ "commands": [petition] })).send()?;
    posted.refused(401, Some(Retry::AfterSignIn))?;
    world.knows_nothing(session, &petition)
}

fn rotation(world: &World<'_>) -> Outcome {
    let first = world.sign_in()?;
    let second: Session = world.refresh(&first.refresh_token)?.read()?;
    let third: Session = world.refresh(&second.refresh_token)?.read()?;
    hold!(second.refresh_token != first.refresh_token && third.refresh_token != second.refresh_token, "the refresh token stays the same");
    hold!(second.access_token != first.access_token, "the access token stays the same");
    hold!(third.me == first.me, "`me` is another after an exchange");
    for session in [&first, &second, &third] {
        hold!(works(world, &session.access_token)?, "an access token of the session that has not run out is refused after an exchange");
    }
    Ok(())
}

fn grace(world: &World<'_>) -> Outcome {
    let first = world.sign_in()?;
    let _lost: Session = world.refresh(&first.refresh_token)?.read()?;
    let again = world.refresh(&first.refresh_token)?;
    hold!(again.status == 200, "the same exchange again, as after a lost answer, is refused: {}", again.shown());
    let again: Session = again.read()?;
    hold!(works(world, &again.access_token)?, "the tokens of the second exchange are not taken");
    Ok(())
}

fn refused_refresh(world: &World<'_>) -> Outcome {
    world.refresh("uji-kesesuaian-bukan-token")?.refused(401, Some(Retry::AfterSignIn))?;
    let session = world.account()?;
    world.refresh(&session.access_token)?.refused(401, Some(Retry::AfterSignIn)).map(|_| ())
}

fn sign_out(world: &World<'_>) -> Outcome {
    let (first, other) = (world.sign_in()?, world.sign_in()?);
    let second: Session = world.refresh(&first.refresh_token)?.read()?;
    let answer = world.ask(&second, "DELETE", endpoint::SESSION).send()?;
    hold!(answer.status == 204, "{}; 204 was to be expected", answer.shown());
    for session in [&first, &second] {
        hold!(!works(world, &session.access_token)?, "an access token of the session still opens after it was signed out");
        let refreshed = world.refresh(&session.refresh_token)?;
        hold!(refreshed.status != 200, "a refresh token of the session still gives tokens after it was signed out");
        refreshed.refused(401, Some(Retry::AfterSignIn))?;
    }
    hold!(works(world, &other.access_token)?, "another session of the same account ended as well");
    world.ask(&second, "DELETE", endpoint::SESSION).send()?.refused(401, Some(Retry::AfterSignIn)).map(|_| ())
}

fn reuse(world: &World<'_>) -> Outcome {
    let first = world.sign_in()?;
    let second: Session = world.refresh(&first.refresh_token)?.read()?;
    world.settings.wait.on(BEYOND_GRACE);
    let again = world.refresh(&first.refresh_token)?;
    hold!(again.status != 200, "a refresh token gives tokens two minutes after its exchange");
    again.refused(401, Some(Retry::AfterSignIn))?;
    let refreshed = world.refresh(&second.refresh_token)?;
    hold!(refreshed.status != 200, "the session goes on although an old refresh token of it came back");
    hold!(!works(world, &second.access_token)?, "an access token of that session is still good");
    Ok(())
}

fn expiry(world: &World<'_>) -> Outcome {
    let session = world.sign_in()?;
    let left = session.access_expires_at.since(world.client.now());
    if left > LONGEST_LIFE_MS {
        return failed(format!("an access token lives {} minutes; it has to be short-lived", left / 60_000));
    }
    hold!(works(world, &session.access_token)?, "a fresh access token is not taken");
    world.settings.wait.on(Duration::from_millis(u64::try_from(left).unwrap_or(0) + 2_000));
    hold!(!works(world, &session.access_token)?, "an access token still opens after accessExpiresAt");
    let body = json!({ "refreshToken": session.refresh_token, "device": DEVICE });
    let fresh: Session = world.client.ask("PUT", endpoint::SESSION).json(&body).send()?.read()?;
    hold!(works(world, &fresh.access_token)?, "the tokens of an exchange after the end are not taken");
    Ok(())
}

fn throttle(world: &World<'_>) -> Outcome {
    for _ in 0..MANY {
        let answer = world.sign_in_as(NOBODY, "uji kesesuaian: salah").once().send()?;
        if answer.status == 429 {
            let problem = answer.refused(429, Some(Retry::Later))?;
            let seconds: Option<u64> = answer.header("retry-after").parse().ok();
            hold!(
                seconds.is_some_and(|seconds| seconds > 0),
                "429 with Retry-After `{}` ({})",
                answer.header("retry-after"),
                problem.title
            );
            return Ok(());
        }
        answer.refused(401, Some(Retry::AfterSignIn))?;
    }
    failed(format!("{MANY} wrong passwords for one name, and none was told to wait"))
}
