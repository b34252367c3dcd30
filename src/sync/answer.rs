//! From an answer to what the client does: one total function for sending and one for pulling, by the table of contract §3.

use serde::de::DeserializeOwned;

use crate::api::wire::{Changes, CommandResult, MaybeAct, Problem, ResultKind, Results};
use crate::domain::amendment::Amendment;
use crate::domain::case::Act;
use crate::domain::command::Receipt;
use crate::domain::id::{AmendmentId, CommandId};
use crate::domain::json;

use super::backoff::retry_after_ms;

/// What came back, as far as it could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing: no network, a time-out, a refused connection.
    None,
    /// Something over HTTP.
    Http {
        /// The status.
        status: u16,
        /// Did it carry the contract's header?
        contract: bool,
        /// Does it say that it is JSON (or a problem document)?
        json: bool,
        /// The `Retry-After` header.
        retry_after: Option<String>,
        /// The body; `None` if it was cut off, too large or no UTF-8.
        body: Option<String>,
    },
}

/// Why something stays behind until a person acts.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ParkReason {
    /// The server refused it by the rules.
    Rejected(Problem),
    /// The account may not, or the place is gone (403, 404, 410).
    Forbidden(Problem),
    /// Too large to be sent.
    TooLarge,
    /// The case moved on and the command no longer holds.
    Conflict(Problem),
    /// An answer that the contract does not know.
    Unexpected(u16),
    /// The person has it wait; no server has refused it.
    Held,
}

/// What is to be done with commands that were sent.
#[derive(Clone, Debug, PartialEq)]
pub enum PushOutcome {
    /// Each command has its own.
    Items(Vec<(CommandId, ItemOutcome)>),
    /// Outcome unknown, and it was no backend that spoke: keep, same ids, back off.
    Strange,
    /// Keep, same ids, later; the wait if the server named one.
    Later {
        /// Milliseconds, clamped.
        wait_ms: Option<i64>,
        /// Is it the server that is busy or down, rather than the way to it?
        from_server: bool,
    },
    /// Pause until the same author has signed in.
    SignIn,
    /// Stop sending until the app is updated.
    Update,
    /// The request as a whole was too large: send fewer at a time.
    Halve,
}

/// What is to be done with one command.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemOutcome {
    /// The server holds it.
    Done(Box<(Receipt, Act)>),
    /// Pull, decide again on the new state, then send again or park.
    Redecide,
    /// Keep, later.
    Later,
    /// Park.
    Park(ParkReason),
}

/// What is to be done after a pull.
#[derive(Clone, Debug, PartialEq)]
pub enum PullOutcome {
    /// A page to apply.
    Page(Box<Changes<MaybeAct>>),
    /// The server no longer knows the cursor: pull anew from the start.
    CursorGone,
    /// As with [`PushOutcome`].
    Strange,
    /// As with [`PushOutcome`].
    Later {
        /// Milliseconds, clamped.
        wait_ms: Option<i64>,
        /// Is it the server that is busy or down?
        from_server: bool,
    },
    /// As with [`PushOutcome`].
    SignIn,
    /// As with [`PushOutcome`].
    Update,
    /// Refused: work goes on without news.
    Refused(u16),
}

/// What came of sending a change of the law.
#[derive(Clone, Debug, PartialEq)]
pub enum AmendOutcome {
    /// The server holds it; it comes with the next changes.
    Taken,
    /// By its status. The server judges as this device does: what else stands against it was told before it was sent.
    Refused(u16),
    /// As with [`PushOutcome`]; nothing is known of it.
    Strange,
    /// Likewise.
    Later {
        /// Is it the server that is busy or down?
        from_server: bool,
    },
    /// As with [`PushOutcome`].
    SignIn,
    /// As with [`PushOutcome`].
    Update,
}

/// The kinds of answer that all tables share.
pub(super) enum Common<'a> {
    Body(&'a str),
    Strange,
    Later { wait_ms: Option<i64>, from_server: bool },
    SignIn,
    Update,
    Refused { status: u16, body: Option<&'a str> },
}

pub(super) fn common(answer: &Answer) -> Common<'_> {
    let Answer::Http { status, contract, json, retry_after, body } = answer else {
        return Common::Later { wait_ms: None, from_server: false };
    };
    // Read first: without the contract's header, as a redirect or cut off it is no backend's word, whatever the status says.
    if !contract || (300..400).contains(status) || body.is_none() {
        return Common::Strange;
    }
    let wait_ms = retry_after.as_deref().and_then(retry_after_ms);
    let body = body.as_deref();
    match (status, body) {
        (200..=299, Some(body)) if *json => Common::Body(body),
        (200..=299, _) => Common::Strange,
        (401, _) => Common::SignIn,
        (408 | 425 | 429 | 500..=599, _) => Common::Later { wait_ms, from_server: true },
        (415 | 426 | 428, _) => Common::Update,
        (status, body) => Common::Refused { status: *status, body },
    }
}

/// Does the server no longer take the token? Then it is renewed once, if that goes without a person.
#[must_use]
pub fn wants_sign_in(answer: &Answer) -> bool {
    matches!(common(answer), Common::SignIn)
}

/// What to do with the commands `sent`, given the answer.
#[must_use]
pub fn push_outcome(answer: &Answer, sent: &[CommandId]) -> PushOutcome {
    match common(answer) {
        Common::Body(body) => results(body, sent).map_or(PushOutcome::Strange, PushOutcome::Items),
        Common::Strange => PushOutcome::Strange,
        Common::Later { wait_ms, from_server } => PushOutcome::Later { wait_ms, from_server },
        Common::SignIn => PushOutcome::SignIn,
        Common::Update => PushOutcome::Update,
        Common::Refused { status: 413, .. } if sent.len() > 1 => PushOutcome::Halve,
        Common::Refused { status, body } => {
            let reason = whole_refusal(status, body.and_then(read::<Problem>));
            PushOutcome::Items(sent.iter().map(|id| (*id, reason.clone())).collect())
        }
    }
}

fn whole_refusal(status: u16, problem: Option<Problem>) -> ItemOutcome {
    // Only a problem document says that it was the rules: a page of HTML with the same status comes from who knows whom.
    if problem.is_none() && matches!(status, 400 | 422) {
        return ItemOutcome::Park(ParkReason::Unexpected(status));
    }
    let problem = problem.unwrap_or_else(|| Problem { status, ..Problem::default() });
    match status {
        403 | 404 | 410 => ItemOutcome::Park(ParkReason::Forbidden(problem)),
        409 | 412 => ItemOutcome::Redecide,
        413 => ItemOutcome::Park(ParkReason::TooLarge),
        400 | 422 => ItemOutcome::Park(ParkReason::Rejected(problem)),
        status => ItemOutcome::Park(ParkReason::Unexpected(status)),
    }
}

/// The result of each command sent; `None` if the body is not such an answer. A command that the answer passes over stays.
fn results(body: &str, sent: &[CommandId]) -> Option<Vec<(CommandId, ItemOutcome)>> {
    let Results { results } = read(body)?;
    // An answer that speaks of other commands is not the answer to this request.
    if results.iter().any(|result| !sent.contains(&result.command_id)) {
        return None;
    }
    sent.iter()
        .map(|id| {
            let outcome = match results.iter().find(|result| result.command_id == *id) {
                None => ItemOutcome::Later,
                Some(result) => item(result)?,
            };
            Some((*id, outcome))
        })
        .collect()
}

fn item(result: &CommandResult) -> Option<ItemOutcome> {
    let problem = || result.problem.clone().unwrap_or_default();
    Some(match result.result {
        // Without a receipt for this very command nothing proves that the server holds it.
        ResultKind::Applied | ResultKind::Duplicate => match (&result.receipt, &result.act) {
            (Some(receipt), Some(act)) if receipt.command_id == result.command_id && act.command_id == result.command_id => {
                ItemOutcome::Done(Box::new((receipt.clone(), act.clone())))
            }
            _ => return None,
        },
        ResultKind::Conflict => ItemOutcome::Redecide,
        ResultKind::Rejected => ItemOutcome::Park(ParkReason::Rejected(problem())),
        ResultKind::Deferred => ItemOutcome::Later,
    })
}

/// What to do after asking for changes.
#[must_use]
pub fn pull_outcome(answer: &Answer) -> PullOutcome {
    match common(answer) {
        Common::Body(body) => read(body).map_or(PullOutcome::Strange, |page| PullOutcome::Page(Box::new(page))),
        Common::Strange => PullOutcome::Strange,
        Common::Later { wait_ms, from_server } => PullOutcome::Later { wait_ms, from_server },
        Common::SignIn => PullOutcome::SignIn,
        Common::Update => PullOutcome::Update,
        Common::Refused { status: 410, .. } => PullOutcome::CursorGone,
        Common::Refused { status, .. } => PullOutcome::Refused(status),
    }
}

/// What to do after sending the change `sent`.
#[must_use]
pub fn amend_outcome(answer: &Answer, sent: AmendmentId) -> AmendOutcome {
    match common(answer) {
        Common::Body(body) if read::<Amendment>(body).is_some_and(|taken| taken.id == sent && taken.result.is_some()) => {
            AmendOutcome::Taken
        }
        Common::Body(_) | Common::Strange => AmendOutcome::Strange,
        Common::Later { from_server, .. } => AmendOutcome::Later { from_server },
        Common::SignIn => AmendOutcome::SignIn,
        Common::Update => AmendOutcome::Update,
        Common::Refused { status, .. } => AmendOutcome::Refused(status),
    }
}

/// What came of asking for something that is read or changed while a person waits for it.
#[derive(Clone, Debug, PartialEq)]
pub enum AskOutcome<T> {
    /// It came.
    Here(T),
    /// The server refuses, and says why where it says anything.
    Refused(Problem),
    /// It was no backend that spoke.
    Strange,
    /// Not now.
    Later {
        /// The server said so; otherwise nothing came back.
        from_server: bool,
    },
    /// The session has ended.
    SignIn,
    /// The server asks for a newer client.
    Update,
}

/// What an answer to such a request is.
#[must_use]
pub fn ask_outcome<T: DeserializeOwned>(answer: &Answer) -> AskOutcome<T> {
    match common(answer) {
        Common::Body(body) => read(body).map_or(AskOutcome::Strange, AskOutcome::Here),
        Common::Strange => AskOutcome::Strange,
        Common::Later { from_server, .. } => AskOutcome::Later { from_server },
        Common::SignIn => AskOutcome::SignIn,
        Common::Update => AskOutcome::Update,
        Common::Refused { status, body } => AskOutcome::Refused(Problem { status, ..body.and_then(read).unwrap_or_default() }),
    }
}

/// Reads a JSON body; a byte order mark before it is passed over.
pub fn read<T: DeserializeOwned>(body: &str) -> Option<T> {
    json::read(body.strip_prefix('\u{feff}').unwrap_or(body)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::decide::Reason;
    use crate::domain::digest::Digest;
    use crate::domain::id::CaseId;
    use crate::domain::table::Table;
    use crate::domain::time::Timestamp;
    use crate::sync::fixtures::act;

    fn id(n: u8) -> CommandId {
        CommandId::new(Timestamp(1), [n; 10])
    }

    fn http(status: u16, body: &str) -> Answer {
        Answer::Http { status, contract: true, json: true, retry_after: None, body: Some(body.to_owned()) }
    }

    #[test]
    fn a_change_of_the_law_is_taken_only_if_the_server_says_so_of_this_one() {
        let sent = AmendmentId::new(Timestamp(1), [1; 10]);
        let taken = |id: AmendmentId, result: &str| {
            format!(
                r#"{{"id":"{id}","base":{{"id":"id","version":1,"digest":"{0}"}},"change":{{"cuti_bersama_working":true}},"source":"a","mark":"L",
                "reason":"b","by":{{"account":"{id}","name":"c"}},"office":"00","madeAt":"2026-07-08T03:20:00Z"{result}}}"#,
                "0".repeat(64)
            )
        };
        let result = format!(r#","result":{{"id":"id","version":2,"digest":"{}"}}"#, "1".repeat(64));
        assert_eq!(amend_outcome(&http(200, &taken(sent, &result)), sent), AmendOutcome::Taken);
        let other = AmendmentId::new(Timestamp(1), [2; 10]);
        for strange in [taken(other, &result), taken(sent, ""), "{}".to_owned(), "<html>".to_owned()] {
            assert_eq!(amend_outcome(&http(200, &strange), sent), AmendOutcome::Strange, "{strange}");
        }
        for (status, expected) in [
            (401, AmendOutcome::SignIn),
            (403, AmendOutcome::Refused(403)),
            (409, AmendOutcome::Refused(409)),
            (422, AmendOutcome::Refused(422)),
            (426, AmendOutcome::Update),
            (503, AmendOutcome::Later { from_server: true }),
            (302, AmendOutcome::Strange),
        ] {
            assert_eq!(amend_outcome(&http(status, "{}"), sent), expected, "{status}");
        }
        assert_eq!(amend_outcome(&Answer::None, sent), AmendOutcome::Later { from_server: false });
    }

    #[test]
    fn every_status_has_its_outcome() {
        let sent = [id(1)];
        let one = |outcome: ItemOutcome| PushOutcome::Items(vec![(id(1), outcome)]);
        let problem = |status| Problem { status, ..Problem::default() };
        let later = |wait_ms| PushOutcome::Later { wait_ms, from_server: true };
        for (status, expected) in [
            (204, PushOutcome::Strange),
            (301, PushOutcome::Strange),
            (400, one(ItemOutcome::Park(ParkReason::Unexpected(400)))),
            (401, PushOutcome::SignIn),
            (402, one(ItemOutcome::Park(ParkReason::Unexpected(402)))),
            (403, one(ItemOutcome::Park(ParkReason::Forbidden(problem(403))))),
            (404, one(ItemOutcome::Park(ParkReason::Forbidden(problem(404))))),
            (408, later(None)),
            (409, one(ItemOutcome::Redecide)),
            (410, one(ItemOutcome::Park(ParkReason::Forbidden(problem(410))))),
            (412, one(ItemOutcome::Redecide)),
            (413, one(ItemOutcome::Park(ParkReason::TooLarge))),
            (415, PushOutcome::Update),
            (418, one(ItemOutcome::Park(ParkReason::Unexpected(418)))),
            (422, one(ItemOutcome::Park(ParkReason::Unexpected(422)))),
            (425, later(None)),
            (426, PushOutcome::Update),
            (428, PushOutcome::Update),
            (429, later(None)),
            (500, later(None)),
            (503, later(None)),
        ] {
            assert_eq!(push_outcome(&http(status, "<html>"), &sent), expected, "{status}");
        }
    }

    #[test]
    fn only_a_problem_document_blames_the_rules() {
        for status in [400, 422] {
            let told = format!(r#"{{"type":"/problems/rejected","title":"Rejected","status":{status},"detail":"alasan"}}"#);
            let reason = Problem {
                kind: "/problems/rejected".into(),
                title: "Rejected".into(),
                status,
                detail: "alasan".into(),
                ..Problem::default()
            };
            let parked = |reason| PushOutcome::Items(vec![(id(1), ItemOutcome::Park(reason))]);
            assert_eq!(push_outcome(&http(status, &told), &[id(1)]), parked(ParkReason::Rejected(reason)), "{status}");
            assert_eq!(push_outcome(&http(status, "<h1>Unprocessable</h1>"), &[id(1)]), parked(ParkReason::Unexpected(status)), "{status}");
        }
    }

    #[test]
    fn without_the_contracts_header_no_status_counts() {
        for status in [200, 401, 403, 404, 500] {
            let answer = Answer::Http { status, contract: false, json: true, retry_after: None, body: Some("{}".into()) };
            assert_eq!(push_outcome(&answer, &[id(1)]), PushOutcome::Strange, "{status}");
            assert_eq!(pull_outcome(&answer), PullOutcome::Strange, "{status}");
        }
    }

    #[test]
    fn a_cut_or_foreign_body_is_no_receipt() {
        let whole = format!(r#"{{"results":[{{"commandId":"{}","result":"deferred"}}]}}"#, id(1));
        assert_eq!(push_outcome(&http(200, &whole), &[id(1)]), PushOutcome::Items(vec![(id(1), ItemOutcome::Later)]));
        for length in 0..whole.len() {
            assert_eq!(push_outcome(&http(200, &whole[..length]), &[id(1)]), PushOutcome::Strange, "{length}");
        }
        assert_eq!(push_outcome(&http(200, &whole), &[id(2)]), PushOutcome::Strange, "another command's answer");
        let bare = format!(r#"{{"results":[{{"commandId":"{}","result":"applied"}}]}}"#, id(1));
        assert_eq!(push_outcome(&http(200, &bare), &[id(1)]), PushOutcome::Strange, "applied without a receipt");
        let mut cut = http(200, "");
        if let Answer::Http { body, .. } = &mut cut {
            *body = None;
        }
        assert_eq!(push_outcome(&cut, &[id(1)]), PushOutcome::Strange, "cut off");
    }

    /// A true answer to one command, with letters of more than one byte.
    fn applied() -> String {
        let mut act = act(CaseId::new(Timestamp(1), [7; 10]), id(1), 1);
        act.by.name = "Nur\u{2019}aini \u{1f5f3}".into();
        let receipt =
            Receipt { command_id: id(1), payload_sha256: Digest::of(b"x"), server_time: Timestamp(2), revision: 1, numbers: Table::new() };
        let result =
            CommandResult { command_id: id(1), result: ResultKind::Applied, receipt: Some(receipt), act: Some(act), problem: None };
        json::write(&Results { results: vec![result] })
    }

    fn is_done(outcome: &PushOutcome) -> bool {
        matches!(outcome, PushOutcome::Items(items) if matches!(items[..], [(_, ItemOutcome::Done(_))]))
    }

    #[test]
    fn a_true_answer_that_is_cut_anywhere_is_none() {
        let whole = applied();
        assert!(is_done(&push_outcome(&http(200, &whole), &[id(1)])));
        let act = json::write(&json::read::<Results>(&whole).expect("an answer").results[0].act);
        let page = format!(r#"{{"acts":[{act}],"epoch":"e","from":"","hidden":[],"more":false,"next":"a"}}"#);
        assert!(matches!(pull_outcome(&http(200, &page)), PullOutcome::Page(page) if page.acts.len() == 1));
        // A cut within a letter is no text; nobody reads it as one (`tests/browser/http.rs`).
        for length in (0..whole.len()).filter(|at| whole.is_char_boundary(*at)) {
            assert_eq!(push_outcome(&http(200, &whole[..length]), &[id(1)]), PushOutcome::Strange, "{length}");
        }
        for length in (0..page.len()).filter(|at| page.is_char_boundary(*at)) {
            assert_eq!(pull_outcome(&http(200, &page[..length])), PullOutcome::Strange, "{length}");
        }
    }

    #[test]
    fn an_answer_with_wrong_types_or_without_a_part_is_none() {
        let whole = applied();
        for (right, wrong) in [
            (r#""revision":1,"#, r#""revision":"1","#),
            (r#""revision":1,"#, r#""revision":1.5,"#),
            (r#""revision":1,"#, r#""revision":-1,"#),
            (r#""revision":1,"#, ""),
            (r#""happenedAt":"1970-01-01T00:00:00.001Z""#, r#""happenedAt":1"#),
            (r#""happenedAt":"1970-01-01T00:00:00.001Z""#, r#""happenedAt":"kemarin""#),
            (r#""result":"applied""#, r#""result":1e400"#),
            (r#""result":"applied""#, r#""result":"applied","result":"applied""#),
            (r#""office":"16.07""#, r#""office":1607"#),
        ] {
            assert!(whole.contains(right), "{right}");
            assert_eq!(push_outcome(&http(200, &whole.replace(right, wrong)), &[id(1)]), PushOutcome::Strange, "{wrong}");
        }
        // An id is a text, also one of digits alone.
        let command = format!("\"{}\"", id(1));
        assert_eq!(push_outcome(&http(200, &whole.replace(&command, "1")), &[id(1)]), PushOutcome::Strange);
        // What a newer server adds is no mistake.
        let more = whole
            .replacen(r#"{"results":"#, r#"{"beyond":[{"a":1.5}],"results":"#, 1)
            .replace(r#""act":"receive","#, r#""act":"receive","beyond":{},"#);
        assert!(is_done(&push_outcome(&http(200, &more), &[id(1)])));
    }

    #[test]
    fn an_act_that_cannot_be_read_keeps_none_of_its_page_away() {
        let (one, two) = (act(CaseId::new(Timestamp(1), [1; 10]), id(1), 1), act(CaseId::new(Timestamp(1), [2; 10]), id(2), 1));
        let page = |first: &str, more: &str| {
            let two = json::write(&two);
            format!(r#"{{"acts":[{first},{two}],{more}"epoch":"e","from":"","hidden":[],"more":false,"next":"a"}}"#)
        };
        let whole = json::write(&one);
        let newer = whole.replace(r#""office":"#, r#""nature":[1],"office":"#);
        for text in [&whole, &newer] {
            let PullOutcome::Page(read) = pull_outcome(&http(200, &page(text, ""))) else { panic!("{text}") };
            assert_eq!(json::write(&read.acts[0].0), *text, "what only a newer version knows is kept");
        }
        for (right, wrong) in [
            (r#""revision":1,"#, r#""revision":"1","#),
            (r#""revision":1,"#, r#""revision":0,"#),
            (r#""revision":1,"#, ""),
            (r#""recordedAt":"1970-01-01T00:00:00.002Z","#, r#""recordedAt":2,"#),
            (r#""recordedAt":"1970-01-01T00:00:00.002Z","#, ""),
            (r#""happenedAt":"1970-01-01T00:00:00.001Z""#, r#""happenedAt":1"#),
            (&whole, "null"),
            (&whole, "7"),
        ] {
            assert!(whole.contains(right), "{right}");
            let PullOutcome::Page(read) = pull_outcome(&http(200, &page(&whole.replace(right, wrong), ""))) else { panic!("{wrong}") };
            assert_eq!(read.acts, [MaybeAct(None), MaybeAct(Some(two.clone()))], "{wrong}");
        }
        // The page itself has to be one.
        for wrong in [r#""amendments":7,"#, r#""files":[1],"#] {
            assert_eq!(pull_outcome(&http(200, &page(&whole, wrong))), PullOutcome::Strange, "{wrong}");
        }
        assert_eq!(pull_outcome(&http(200, &page(&whole, "").replace(r#","next":"a""#, ""))), PullOutcome::Strange);
    }

    #[test]
    fn a_refusal_with_reasons_of_a_newer_server_is_parked() {
        let body = format!(
            r#"{{"results":[{{"commandId":"{}","result":"rejected","problem":{{"status":422,"detail":"no","reasons":[{{"moon":{{"phase":3}}}},"in_the_future",7]}}}}]}}"#,
            id(1)
        );
        let problem = Problem { status: 422, detail: "no".into(), reasons: vec![Reason::InTheFuture], ..Problem::default() };
        let parked = ItemOutcome::Park(ParkReason::Rejected(problem));
        assert_eq!(push_outcome(&http(200, &body), &[id(1)]), PushOutcome::Items(vec![(id(1), parked)]));
    }

    #[test]
    fn a_batch_that_is_too_large_is_halved_and_a_single_one_parked() {
        assert_eq!(push_outcome(&http(413, "{}"), &[id(1), id(2)]), PushOutcome::Halve);
    }

    #[test]
    fn no_answer_is_later_and_says_that_nobody_was_reached() {
        assert_eq!(push_outcome(&Answer::None, &[id(1)]), PushOutcome::Later { wait_ms: None, from_server: false });
    }

    #[test]
    fn deep_and_odd_json_is_only_strange() {
        let deep = "[".repeat(10_000);
        for body in [deep.as_str(), "1e400", "NaN", "-0", "null", "{\"results\":{}}", "\u{feff}{}"] {
            assert_eq!(push_outcome(&http(200, body), &[id(1)]), PushOutcome::Strange);
            assert_eq!(pull_outcome(&http(200, body)), PullOutcome::Strange);
        }
        assert_eq!(pull_outcome(&http(410, "{}")), PullOutcome::CursorGone);
    }
}
