//! Streams that are no cases: questions from the field, the help that answers them, and the work on a case. Who sees which, who may do
//! what, and that none of them is ever counted or public.

use axum::http::StatusCode;
use serde_json::{Value, json};
use sips_lapangan::api::wire::{Changes, CommandResult, ResultKind, Session};
use sips_lapangan::domain::case::Act;
use sips_lapangan::domain::id::CaseId;
use sips_lapangan::domain::stream::Stream;
use sips_lapangan::rules;

use crate::support::{Backend, DEVICE, MINUTE_MS, case_id, filed, kind, new_ids, petition};

/// A command of a stream at a revision.
fn command(session: &Session, stream: Stream, id: CaseId, revision: u32, act: &str, answers: Value) -> Value {
    let set = rules::stream(stream).expect("the stream's rule set");
    let calendar = rules::newest_calendar().expect("a calendar");
    json!({
        "schema": 1,
        "commandId": new_ids().0,
        "caseId": id,
        "author": session.me.account,
        "office": session.me.office.code,
        "device": DEVICE,
        "payload": { "act": act, "answers": answers },
        "base": { "revision": revision },
        "rules": set.pin,
        "calendar": calendar.pin,
        "happenedAt": filed().plus(MINUTE_MS),
        "madeAt": { "wall": filed().plus(MINUTE_MS), "zone": session.me.office.zone, "offsetMs": 0 },
    })
}

fn question() -> Value {
    json!({ "topic": "deadline", "title": "Apakah cuti bersama dihitung?", "text": "Batasnya jatuh pada hari cuti bersama." })
}

fn article() -> Value {
    json!({ "topic": "deadline", "title": "Apakah cuti bersama dihitung?", "text": "Tidak.", "page": "form" })
}

async fn pull(backend: &Backend, session: &Session, cursor: &str) -> Changes {
    let answer = backend.get(&format!("/v1/changes?cursor={cursor}"), Some(&session.access_token)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

fn told(acts: &[Act]) -> Vec<&str> {
    acts.iter().map(|act| act.act.as_str()).collect()
}

async fn whole(backend: &Backend, session: &Session, id: CaseId) -> StatusCode {
    backend.get(&format!("/v1/cases/{id}"), Some(&session.access_token)).await.status
}

fn applied(result: &CommandResult) {
    assert_eq!(result.result, ResultKind::Applied, "{:?}", result.problem);
}

#[tokio::test]
async fn a_question_is_answered_from_above_and_the_answer_comes_back() {
    let backend = Backend::new();
    let (rina, yusuf) = (backend.sign_in("rina").await, backend.sign_in("yusuf").await);
    let (province, centre, other) = (backend.sign_in("sumsel").await, backend.sign_in("pusat").await, backend.sign_in("slamet").await);
    let before = pull(&backend, &rina, "").await;
    let id = new_ids().1;
    applied(&backend.push_one(&rina, &command(&rina, Stream::Question, id, 0, "ask", question())).await);
    for session in [&yusuf, &province, &centre] {
        assert_eq!(told(&pull(&backend, session, "").await.acts), ["ask"]);
        assert_eq!(whole(&backend, session, id).await, StatusCode::OK);
    }
    assert!(pull(&backend, &other, "").await.acts.is_empty());
    assert_eq!(whole(&backend, &other, id).await, StatusCode::NOT_FOUND);

    // Nobody answers beside them or in another's area.
    let answer = json!({ "kind": "answer", "text": "Tidak dihitung.", "basis": "Pasal 1" });
    for (session, wanted) in [(&yusuf, "/problems/rejected"), (&other, "/problems/case")] {
        let refused = backend.push_one(session, &command(session, Stream::Question, id, 1, "answer", answer.clone())).await;
        assert_eq!((refused.result, kind(&refused)), (ResultKind::Rejected, wanted));
    }
    let back = json!({ "kind": "ask_back", "text": "Tanggal berapa?" });
    applied(&backend.push_one(&province, &command(&province, Stream::Question, id, 1, "answer", back)).await);
    applied(&backend.push_one(&yusuf, &command(&yusuf, Stream::Question, id, 2, "add", json!({ "text": "Tanggal 24." }))).await);
    let given = command(&centre, Stream::Question, id, 3, "answer", answer);
    applied(&backend.push_one(&centre, &given).await);
    // What the centre did is told to the office that asked, behind the cursor that it had.
    let news = pull(&backend, &rina, &before.next).await;
    assert_eq!(told(&news.acts), ["ask", "answer", "add", "answer"]);
    assert_eq!(news.acts.iter().map(|act| act.revision).collect::<Vec<_>>(), [1, 2, 3, 4]);
    // And so is its receipt, as that of any act of a case one sees.
    let receipt = backend.get(&format!("/v1/receipts/{}", given["commandId"].as_str().expect("an id")), Some(&rina.access_token)).await;
    assert_eq!(receipt.status, StatusCode::OK);
    applied(&backend.push_one(&rina, &command(&rina, Stream::Question, id, 4, "close", json!({}))).await);
    assert!(pull(&backend, &other, "").await.acts.is_empty());
}

#[tokio::test]
async fn what_is_published_reaches_every_office_and_only_those_above_publish() {
    let backend = Backend::new();
    let (rina, other) = (backend.sign_in("rina").await, backend.sign_in("slamet").await);
    let (province, centre) = (backend.sign_in("sumsel").await, backend.sign_in("pusat").await);
    let cursor = pull(&backend, &other, "").await.next;
    let question_id = new_ids().1;
    applied(&backend.push_one(&rina, &command(&rina, Stream::Question, question_id, 0, "ask", question())).await);
    let id = question_id.beside();
    let refused = backend.push_one(&rina, &command(&rina, Stream::Article, id, 0, "publish", article())).await;
    assert_eq!(refused.result, ResultKind::Rejected);
    applied(&backend.push_one(&province, &command(&province, Stream::Article, id, 0, "publish", article())).await);
    // The page alone: the question stays where it was asked.
    let news = pull(&backend, &other, &cursor).await;
    assert_eq!(told(&news.acts), ["publish"]);
    assert_eq!((whole(&backend, &other, id).await, whole(&backend, &other, question_id).await), (StatusCode::OK, StatusCode::NOT_FOUND));
    // The centre may mend what a province has written, and another office may not.
    let refused = backend.push_one(&other, &command(&other, Stream::Article, id, 1, "withdraw", json!({ "reason": "x" }))).await;
    assert_eq!((refused.result, kind(&refused)), (ResultKind::Rejected, "/problems/rejected"));
    applied(&backend.push_one(&centre, &command(&centre, Stream::Article, id, 1, "withdraw", json!({ "reason": "Sudah berubah." }))).await);
    assert_eq!(told(&pull(&backend, &other, &news.next).await.acts), ["withdraw"]);
}

#[tokio::test]
async fn the_work_on_a_case_lies_beside_it_and_leaves_it_alone() {
    let backend = Backend::new();
    let (rina, yusuf, other) = (backend.sign_in("rina").await, backend.sign_in("yusuf").await, backend.sign_in("slamet").await);
    let province = backend.sign_in("sumsel").await;
    let received = petition(&rina);
    let case = CaseId::parse(case_id(&received)).expect("an id");
    let work = case.beside();
    let note = |session: &Session, revision| command(session, Stream::Work, work, revision, "note", json!({ "text": "Hubungi KPU." }));
    // What lies beside a case waits until the case is there.
    let early = note(&yusuf, 0);
    assert_eq!(backend.push_one(&yusuf, &early).await.result, ResultKind::Deferred);
    applied(&backend.push_one(&rina, &received).await);
    let refused = backend.push_one(&other, &note(&other, 0)).await;
    assert_eq!((refused.result, kind(&refused)), (ResultKind::Rejected, "/problems/case"));
    applied(&backend.push_one(&yusuf, &early).await);
    // Two notes at the same time: the second is decided again on the first, as everything is.
    let second = note(&rina, 0);
    assert_eq!(backend.push_one(&rina, &second).await.result, ResultKind::Conflict);
    let mut again = second;
    again["base"]["revision"] = json!(1);
    applied(&backend.push_one(&rina, &again).await);
    let to = json!({ "to": yusuf.me.account, "name": yusuf.me.name });
    applied(&backend.push_one(&rina, &command(&rina, Stream::Work, work, 2, "assign", to)).await);
    // The case is where it was, whoever works on it.
    let whole = backend.get(&format!("/v1/cases/{case}"), Some(&rina.access_token)).await;
    assert_eq!(whole.json::<Value>()["revision"], json!(1));
    assert_eq!(told(&pull(&backend, &province, "").await.acts), ["receive", "note", "note", "assign"]);
    assert!(pull(&backend, &other, "").await.acts.is_empty());
    // Those above read it, and write nothing into it.
    let refused = backend.push_one(&province, &note(&province, 3)).await;
    assert_eq!((refused.result, kind(&refused)), (ResultKind::Rejected, "/problems/rejected"));
}

#[tokio::test]
async fn a_stream_stays_what_it_began_as() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let received = petition(&rina);
    let case = CaseId::parse(case_id(&received)).expect("an id");
    applied(&backend.push_one(&rina, &received).await);
    for (stream, act, answers) in [
        (Stream::Question, "ask", question()),
        (Stream::Work, "note", json!({ "text": "x" })),
        (Stream::Question, "add", json!({ "text": "x" })),
    ] {
        assert_eq!(backend.push_one(&rina, &command(&rina, stream, case, 1, act, answers)).await.result, ResultKind::Rejected, "{act}");
    }
    let id = new_ids().1;
    applied(&backend.push_one(&rina, &command(&rina, Stream::Question, id, 0, "ask", question())).await);
    let mut stray = petition(&rina);
    stray["caseId"] = json!(id);
    stray["base"]["revision"] = json!(1);
    assert_eq!(backend.push_one(&rina, &stray).await.result, ResultKind::Rejected);
}

#[tokio::test]
async fn nothing_of_it_is_public() {
    let backend = Backend::new();
    let (rina, centre) = (backend.sign_in("rina").await, backend.sign_in("pusat").await);
    let id = new_ids().1;
    applied(&backend.push_one(&rina, &command(&rina, Stream::Question, id, 0, "ask", question())).await);
    applied(&backend.push_one(&centre, &command(&centre, Stream::Article, id.beside(), 0, "publish", article())).await);
    for view in ["petitions", "hearings", "decisions"] {
        let shown = backend.get(&format!("/v1/public/{view}"), None).await;
        assert_eq!(shown.json::<Value>()["entries"], json!([]), "{view}");
    }
}

#[tokio::test]
async fn an_account_is_told_who_else_works_in_its_office() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let names: Vec<&str> = rina.me.colleagues.iter().map(|colleague| colleague.name.as_str()).collect();
    assert!(names.len() >= 2 && !names.contains(&rina.me.name.as_str()), "{names:?}");
    let me = backend.get("/v1/me", Some(&rina.access_token)).await;
    assert_eq!(me.json::<sips_lapangan::api::wire::Me>(), rina.me);
    let again: Session = backend.refresh(&rina.refresh_token).await.json();
    assert_eq!(again.me, rina.me);
    assert!(backend.sign_in("slamet").await.me.colleagues.iter().all(|colleague| !names.contains(&colleague.name.as_str())));
}
