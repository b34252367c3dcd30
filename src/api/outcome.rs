//! What an answer about a session or a backend means, by the table of contract §3. Sending and pulling have theirs in `sync::answer`.

use super::endpoint::CONTRACT_VERSION;
use super::wire::{Discovery, Session};
use crate::sync::answer::{Answer, read};
use crate::sync::backoff::retry_after_ms;

/// What came of asking for a session. It has no `Debug`, since a session has none.
#[derive(Clone, PartialEq, Eq)]
pub enum SessionOutcome {
    /// Signed in.
    Signed(Box<Session>),
    /// The name and password, or the refresh token, were not accepted.
    WrongPassword,
    /// Too many tries; the wait if the server named one, in milliseconds.
    Limited {
        /// Clamped.
        wait_ms: Option<i64>,
    },
    /// Nothing came back.
    Unreachable,
    /// It was no backend that spoke: a Wi-Fi sign-in page, a proxy, another server.
    Strange,
    /// The server is busy or down.
    ServerTrouble,
    /// Any other refusal, by its status.
    Refused(u16),
}

/// Why an address is not that of a backend. In the order in which it is checked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProbeFailure {
    /// It is no address, or more than one: with a path, a name and password, or a query.
    #[error("this is not the address of a server")]
    BadAddress,
    /// It is not https; allowed without only on this computer itself.
    #[error("the address is not https")]
    NotHttps,
    /// Nothing came back: no network, no such server, a bad certificate, or a clock that is very wrong.
    #[error("nothing answers at this address")]
    Unreachable,
    /// A server is there, but does not let this page read its answers (CORS).
    #[error("the server does not let this page in")]
    NotAllowed,
    /// It leads elsewhere, and that is not followed.
    #[error("the address leads elsewhere")]
    Redirected,
    /// Something answers, but it does not speak the contract.
    #[error("this is not a SIPS server")]
    NotSips,
    /// A backend that is busy or down.
    #[error("the server is in trouble (status {0})")]
    ServerTrouble(u16),
    /// A backend that speaks other versions of the contract only.
    #[error("the server speaks other versions of the contract: {0:?}")]
    OtherVersion(Vec<String>),
}

/// What came of asking for a session.
#[must_use]
pub fn session_outcome(answer: &Answer) -> SessionOutcome {
    let Answer::Http { status, contract, json, retry_after, body } = answer else {
        return SessionOutcome::Unreachable;
    };
    let Some(body) = body.as_deref().filter(|_| *contract && !(300..400).contains(status)) else {
        return SessionOutcome::Strange;
    };
    match status {
        200..=299 => {
            let session = if *json { read(body) } else { None };
            session.map_or(SessionOutcome::Strange, |session| SessionOutcome::Signed(Box::new(session)))
        }
        401 => SessionOutcome::WrongPassword,
        429 => SessionOutcome::Limited { wait_ms: retry_after.as_deref().and_then(retry_after_ms) },
        408 | 425 | 500..=599 => SessionOutcome::ServerTrouble,
        status => SessionOutcome::Refused(*status),
    }
}

/// What came of asking a server for what it is.
///
/// # Errors
/// See [`ProbeFailure`].
pub fn probe_outcome(answer: &Answer) -> Result<Discovery, ProbeFailure> {
    let Answer::Http { status, contract, json, body, .. } = answer else {
        return Err(ProbeFailure::Unreachable);
    };
    if (300..400).contains(status) {
        return Err(ProbeFailure::Redirected);
    }
    if !contract {
        return Err(ProbeFailure::NotSips);
    }
    if matches!(status, 408 | 425 | 429 | 500..=599) {
        return Err(ProbeFailure::ServerTrouble(*status));
    }
    let body = body.as_deref().filter(|_| *json && (200..300).contains(status)).ok_or(ProbeFailure::NotSips)?;
    let discovery: Discovery = read(body).ok_or(ProbeFailure::NotSips)?;
    if discovery.contract_versions.iter().any(|version| version == CONTRACT_VERSION) {
        Ok(discovery)
    } else {
        Err(ProbeFailure::OtherVersion(discovery.contract_versions))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn http(status: u16, body: &str) -> Answer {
        Answer::Http { status, contract: true, json: true, retry_after: Some("5".into()), body: Some(body.to_owned()) }
    }

    fn spoiled(answer: &Answer, spoil: impl Fn(&mut bool, &mut bool, &mut Option<String>)) -> Answer {
        let mut answer = answer.clone();
        if let Answer::Http { contract, json, body, .. } = &mut answer {
            spoil(contract, json, body);
        }
        answer
    }

    const SESSION: &str = r#"{"accessToken":"a","accessExpiresAt":"2026-11-24T00:00:00Z","refreshToken":"r","me":
        {"account":"0199aaaa-0000-7000-8000-000000000001","username":"siti","name":"Siti","roles":[],"office":OFFICE}}"#;

    fn session() -> String {
        let office = crate::rules::offices().first().expect("there are offices");
        SESSION.replace("OFFICE", &serde_json::to_string(office).expect("an office has a JSON form"))
    }

    const DISCOVERY: &str = r#"{"contractVersions":["1"],"name":"n","level":1,"limits":{"fileBytes":1,"requestBytes":1,"batch":1},
        "auth":{"kind":"password"},"serverTime":"2026-11-24T00:00:00Z"}"#;

    #[test]
    fn each_status_of_a_session_has_its_outcome() {
        assert!(matches!(session_outcome(&http(201, &session())), SessionOutcome::Signed(signed) if signed.me.username == "siti"));
        assert!(session_outcome(&Answer::None) == SessionOutcome::Unreachable);
        for (status, expected) in [
            (200, SessionOutcome::Strange),
            (302, SessionOutcome::Strange),
            (400, SessionOutcome::Refused(400)),
            (401, SessionOutcome::WrongPassword),
            (403, SessionOutcome::Refused(403)),
            (426, SessionOutcome::Refused(426)),
            (429, SessionOutcome::Limited { wait_ms: Some(5_000) }),
            (503, SessionOutcome::ServerTrouble),
        ] {
            assert!(session_outcome(&http(status, "{}")) == expected, "{status}");
        }
    }

    #[test]
    fn without_the_contracts_header_or_a_whole_body_nobody_is_signed_in_or_turned_away() {
        for status in [200, 401, 429, 503] {
            let whole = http(status, &session());
            assert!(session_outcome(&spoiled(&whole, |contract, _, _| *contract = false)) == SessionOutcome::Strange, "{status}");
            assert!(session_outcome(&spoiled(&whole, |_, _, body| *body = None)) == SessionOutcome::Strange, "{status}");
        }
        assert!(session_outcome(&spoiled(&http(200, &session()), |_, json, _| *json = false)) == SessionOutcome::Strange);
    }

    #[test]
    fn a_probe_names_what_is_wrong() {
        let good = http(200, DISCOVERY);
        assert!(probe_outcome(&good).is_ok_and(|discovery| discovery.level == 1));
        assert_eq!(probe_outcome(&Answer::None), Err(ProbeFailure::Unreachable));
        assert_eq!(probe_outcome(&spoiled(&good, |contract, _, _| *contract = false)), Err(ProbeFailure::NotSips));
        assert_eq!(probe_outcome(&spoiled(&good, |_, json, _| *json = false)), Err(ProbeFailure::NotSips));
        assert_eq!(probe_outcome(&spoiled(&good, |_, _, body| *body = None)), Err(ProbeFailure::NotSips));
        assert_eq!(probe_outcome(&http(404, "{}")), Err(ProbeFailure::NotSips));
        assert_eq!(probe_outcome(&http(301, DISCOVERY)), Err(ProbeFailure::Redirected));
        assert_eq!(probe_outcome(&http(503, "{}")), Err(ProbeFailure::ServerTrouble(503)));
        let newer = DISCOVERY.replacen("\"1\"", "\"2\"", 1);
        assert_eq!(probe_outcome(&http(200, &newer)), Err(ProbeFailure::OtherVersion(vec!["2".to_owned()])));
    }
}
