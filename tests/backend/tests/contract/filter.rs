//! The core as a filter program: a server in another language asks line by line and comes to the same acts.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use sips_lapangan::api::wire::{CommandResult, Problem, ResultKind};
use sips_lapangan::domain::case::{Act, Effect};

use crate::support::{Backend, case_id, filed_at, kind, petition};

/// Asks the program itself, all questions in one run.
fn ask(questions: &[String]) -> Vec<String> {
    let mut filter = Command::new(env!("CARGO_BIN_EXE_sips-backend"))
        .arg("decide")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = filter.stdin.take().expect("its input");
    let text = questions.join("\n");
    let writing = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let done = filter.wait_with_output().expect("it ends");
    writing.join().expect("no panic").expect("it reads to the end");
    assert!(done.status.success());
    String::from_utf8(done.stdout).expect("text").lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn the_filter_decides_as_the_reference_backend_does() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let command = petition(&rina);
    let late = filed_at(petition(&rina), &rina, "2026-07-01", "10.00");
    let actor = serde_json::to_value(rina.me.actor()).expect("JSON");
    let question =
        |command: &Value, acts: &[Act]| json!({ "command": command, "acts": acts, "actor": actor, "now": backend.now() }).to_string();
    let held = backend.push_one(&rina, &command).await.act.expect("an act");
    let mut stranger = command.clone();
    stranger["author"] = json!("0190a5d3-0000-7000-8000-00000000dead");
    let questions = [
        question(&command, &[]),
        question(&late, &[]),
        question(&stranger, &[]),
        question(&command, std::slice::from_ref(&held)),
        "{\"command\":".to_owned(),
        String::new(),
        question(&json!({ "schema": 1 }), &[]),
    ];
    let answers = ask(&questions);
    // A line more than questions would shift every answer that follows.
    assert_eq!(answers.len(), questions.len());
    let result = |index: usize| serde_json::from_str::<CommandResult>(&answers[index]).expect("a result");

    let decided = result(0);
    assert_eq!((decided.result, decided.receipt.is_none()), (ResultKind::Applied, true));
    let act = decided.act.expect("an act");
    assert!(act.effects.iter().any(|effect| matches!(effect, Effect::Number(_))), "the server is asked for a number");
    // Numbers are the server's alone; all else is the same act.
    let numbers = |effect: &Effect| matches!(effect, Effect::Numbered { .. });
    assert!(!act.effects.iter().any(numbers));
    let without = Act { effects: held.effects.iter().filter(|effect| !numbers(effect)).cloned().collect(), ..held };
    assert_eq!(act, without);
    assert_eq!(act.case_id.to_string(), case_id(&command));

    let refused = backend.push_one(&rina, &late).await;
    assert_eq!((result(1).result, result(1).problem), (refused.result, refused.problem));
    assert_eq!(kind(&result(2)), "/problems/author");
    assert_eq!((result(3).result, kind(&result(3))), (ResultKind::Conflict, "/problems/conflict"));
    for index in [4, 5, 6] {
        let problem: Problem = serde_json::from_str(&answers[index]).expect("a problem");
        assert_eq!(problem.kind, "/problems/malformed", "{}", answers[index]);
    }
}
