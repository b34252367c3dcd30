//! Commands that another account brings out of a kapsul: the author's right, one effect, an answer for both.

use axum::http::StatusCode;
use serde_json::{Value, json};
use sips_lapangan::api::wire::{ResultKind, Retry, Session};
use sips_lapangan::domain::digest::Digest;

use crate::files::{create, petition_with};
use crate::support::{Backend, command_id, new_ids, petition, reception};

/// The command as `carrier` brings it.
fn carried(command: &Value, carrier: &Session) -> Value {
    let mut command = command.clone();
    command["carriedBy"] = json!(carrier.me.account);
    command
}

async fn receipt(backend: &Backend, session: &Session, command: &Value) -> StatusCode {
    backend.get(&format!("/v1/receipts/{}", command_id(command)), Some(&session.access_token)).await.status
}

#[tokio::test]
async fn a_carried_command_is_its_authors_and_has_one_effect() {
    let backend = Backend::new();
    let (rina, baiq) = (backend.sign_in("rina").await, backend.sign_in("baiq").await);
    let command = petition(&rina);
    let brought = backend.push_one(&baiq, &carried(&command, &baiq)).await;
    assert_eq!(brought.result, ResultKind::Applied, "{:?}", brought.problem);
    let act = brought.act.as_ref().expect("an act");
    assert_eq!((act.by.account, &act.office, act.carried_by), (rina.me.account, &rina.me.office.code, Some(baiq.me.account)));
    // The author's own device finds its way later, and a second carrier has the same kapsul.
    let own = backend.push_one(&rina, &command).await;
    assert_eq!((own.result, reception(&own)), (ResultKind::Duplicate, reception(&brought)));
    let yusuf = backend.sign_in("yusuf").await;
    let second = backend.push_one(&yusuf, &carried(&command, &yusuf)).await;
    assert_eq!(second.result, ResultKind::Duplicate);
    for session in [&rina, &baiq, &yusuf] {
        assert_eq!(receipt(&backend, session, &command).await, StatusCode::OK);
    }
}

#[tokio::test]
async fn what_is_refused_is_told_to_both_and_to_nobody_else() {
    let backend = Backend::new();
    let (yusuf, baiq, slamet) = (backend.sign_in("yusuf").await, backend.sign_in("baiq").await, backend.sign_in("slamet").await);
    // The object is younger than the petition.
    let mut command = petition(&yusuf);
    command["payload"]["answers"]["object_fixed_on"] = json!("2027-01-01");
    let result = backend.push_one(&baiq, &carried(&command, &baiq)).await;
    assert_eq!(result.result, ResultKind::Rejected);
    let seen = [receipt(&backend, &yusuf, &command).await, receipt(&backend, &baiq, &command).await];
    assert_eq!(seen, [StatusCode::OK; 2]);
    assert_eq!(receipt(&backend, &slamet, &command).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nobody_carries_without_saying_so_or_under_another_name() {
    let backend = Backend::new();
    let (rina, baiq, yusuf) = (backend.sign_in("rina").await, backend.sign_in("baiq").await, backend.sign_in("yusuf").await);
    let command = petition(&rina);
    let stranger = new_ids().0.to_string();
    let mut unknown = carried(&command, &baiq);
    unknown["author"] = json!(stranger);
    for wrong in [command.clone(), carried(&command, &yusuf), carried(&command, &rina), unknown] {
        let result = backend.push_one(&baiq, &wrong).await;
        let problem = result.problem.expect("a problem");
        assert_eq!((result.result, problem.kind.as_str(), problem.retry), (ResultKind::Rejected, "/problems/author", Some(Retry::Never)));
    }
    // An own command is not carried.
    let result = backend.push_one(&rina, &carried(&command, &rina)).await;
    assert_eq!(result.problem.expect("a problem").kind, "/problems/author");
    assert_eq!(receipt(&backend, &rina, &command).await, StatusCode::NOT_FOUND, "none of them was kept");
}

#[tokio::test]
async fn an_id_alone_opens_no_answer() {
    let backend = Backend::new();
    let (rina, baiq) = (backend.sign_in("rina").await, backend.sign_in("baiq").await);
    let command = petition(&rina);
    backend.push_one(&rina, &command).await;
    let mut guessed = carried(&command, &baiq);
    guessed["payload"]["answers"]["object_title"] = json!("Tebakan");
    let result = backend.push_one(&baiq, &guessed).await;
    assert_eq!(result.problem.expect("a problem").kind, "/problems/id-reused");
    assert_eq!(receipt(&backend, &baiq, &command).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_carries_a_command_may_send_its_files() {
    let backend = Backend::new();
    let (rina, baiq) = (backend.sign_in("rina").await, backend.sign_in("baiq").await);
    let bytes = b"%PDF-1.7 bukti";
    let command = petition_with(&rina, bytes);
    let digest = Digest::of(bytes);
    assert_eq!(create(&backend, &baiq, &digest, bytes.len() as u64).await.status, StatusCode::FORBIDDEN);
    backend.push_one(&rina, &command).await;
    assert_eq!(create(&backend, &baiq, &digest, bytes.len() as u64).await.status, StatusCode::FORBIDDEN);
    assert_eq!(backend.push_one(&baiq, &carried(&command, &baiq)).await.result, ResultKind::Duplicate);
    assert_eq!(create(&backend, &baiq, &digest, bytes.len() as u64).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn what_was_made_in_training_is_taken_for_training_alone() {
    let backend = Backend::new();
    let (rina, baiq) = (backend.sign_in("rina").await, backend.sign_in("baiq").await);
    let mut command = petition(&rina);
    command["training"] = json!(true);
    // Also out of a kapsul, and as often as it is tried.
    for (session, command) in [(&rina, command.clone()), (&baiq, carried(&command, &baiq)), (&rina, command.clone())] {
        let result = backend.push_one(session, &command).await;
        let problem = result.problem.expect("a problem");
        assert_eq!((result.result, problem.kind.as_str(), problem.retry), (ResultKind::Rejected, "/problems/training", Some(Retry::Never)));
    }
    assert_eq!(receipt(&backend, &rina, &command).await, StatusCode::NOT_FOUND);

    let practice = Backend::with(|settings| settings.training = true);
    let rina = practice.sign_in("rina").await;
    let mut command = petition(&rina);
    command["training"] = json!(true);
    assert_eq!(practice.push_one(&rina, &command).await.result, ResultKind::Applied);
}
