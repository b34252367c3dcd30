//! Commands: what is accepted, what is refused and why, and that each has one effect.

use axum::http::StatusCode;
use serde_json::{Value, json};
use sips_lapangan::api::wire::{CommandResult, ResultKind, Retry};
use sips_lapangan::domain::case::Effect;
use sips_lapangan::domain::decide::{MAX_REASON, Reason};
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::office::Role;
use sips_lapangan::domain::time::{LocalDate, Timestamp};

use crate::support::{Backend, MINUTE_MS, case_id, command_id, filed_at, kind, new_ids, petition, reception};

fn reasons(result: &CommandResult) -> &[Reason] {
    assert_eq!(result.result, ResultKind::Rejected);
    assert!(result.act.is_none() && result.receipt.is_none());
    &result.problem.as_ref().expect("a problem").reasons
}

#[tokio::test]
async fn case_1_is_accepted_with_its_number_and_its_last_day() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let command = petition(&rina);
    let result = backend.push_one(&rina, &command).await;
    assert_eq!(result.result, ResultKind::Applied, "{:?}", result.problem);
    assert_eq!(reception(&result), "01/PS.PNM.LG/1607/VII/2026");
    let receipt = result.receipt.clone().expect("a receipt");
    assert_eq!(receipt.command_id.to_string(), command_id(&command));
    assert_eq!((receipt.revision, receipt.server_time), (1, backend.now()));
    // The client takes the same digest of the same canonical JSON.
    let canonical = command["payload"].to_string();
    assert_eq!(receipt.payload_sha256, Digest::of(canonical.as_bytes()));

    let act = result.act.expect("an act");
    assert_eq!((act.revision, act.recorded_at), (1, Some(backend.now())));
    assert_eq!(act.by.name, "Rina Marlina");
    assert!(act.flags.is_empty());
    assert!(act.effects.contains(&Effect::Enter("filed".into())));
    let last_day = act.effects.iter().find_map(|effect| match effect {
        Effect::Due { deadline, last_day, .. } if deadline == "filing" => Some(*last_day),
        _ => None,
    });
    assert_eq!(last_day, LocalDate::new(2026, 7, 9));
    let asked = act.effects.iter().position(|effect| matches!(effect, Effect::Number(_)));
    let issued = act.effects.iter().position(|effect| matches!(effect, Effect::Numbered { .. }));
    assert_eq!(issued, asked.map(|asked| asked + 1), "the number follows its request");
}

#[tokio::test]
async fn the_same_command_again_is_a_duplicate() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let mut command = petition(&rina);
    let first = backend.push_one(&rina, &command).await;
    backend.wait_ms(MINUTE_MS);
    // What surrounds the payload does not matter: the command is the same one.
    command["base"]["revision"] = 1.into();
    let again = backend.push_one(&rina, &command).await;
    assert_eq!(again.result, ResultKind::Duplicate);
    assert_eq!((again.receipt, again.act), (first.receipt, first.act));
    let next = backend.push_one(&rina, &petition(&rina)).await;
    assert_eq!(reception(&next), "02/PS.PNM.LG/1607/VII/2026");
}

#[tokio::test]
async fn an_id_belongs_to_one_payload_case_and_author() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let yusuf = backend.sign_in("yusuf").await;
    let command = petition(&rina);
    backend.push_one(&rina, &command).await;
    let mut other_payload = command.clone();
    other_payload["payload"]["answers"]["grounds"] = "Lain.".into();
    let mut other_case = command.clone();
    other_case["caseId"] = json!(new_ids().1);
    let mut other_author = command.clone();
    other_author["author"] = json!(yusuf.me.account);
    for (session, reused) in [(&rina, other_payload), (&rina, other_case), (&yusuf, other_author)] {
        let result = backend.push_one(session, &reused).await;
        assert_eq!((result.result, kind(&result)), (ResultKind::Rejected, "/problems/id-reused"));
        assert!(result.act.is_none() && result.receipt.is_none());
    }
}

#[tokio::test]
async fn a_refused_id_keeps_its_payload_too() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let late = filed_at(petition(&rina), &rina, "2026-07-08", "11.20");
    let refused = backend.push_one(&rina, &late).await;
    assert_eq!(reasons(&refused), [Reason::InTheFuture]);
    let mut edited = late.clone();
    edited["payload"]["answers"]["grounds"] = "Lain.".into();
    assert_eq!(kind(&backend.push_one(&rina, &edited).await), "/problems/id-reused");
    // A refusal had no effect: once the reason is gone the same command is taken.
    backend.wait_ms(60 * MINUTE_MS);
    let rina = backend.sign_in("rina").await;
    let taken = backend.push_one(&rina, &late).await;
    assert_eq!(taken.result, ResultKind::Applied, "{:?}", taken.problem);
}

#[tokio::test]
async fn a_late_petition_needs_a_reason_and_leaves_a_flag() {
    let backend = Backend::new();
    backend.set_clock(Timestamp::parse("2026-07-10T03:00:00Z").expect("a valid instant"));
    let rina = backend.sign_in("rina").await;
    let late = filed_at(petition(&rina), &rina, "2026-07-10", "09.00");
    let refused = backend.push_one(&rina, &late).await;
    let expected = Reason::NeedsReason { guard: "filed_in_time".into(), unknown: false };
    assert_eq!(reasons(&refused), [expected]);

    let mut reasoned = filed_at(petition(&rina), &rina, "2026-07-10", "09.00");
    reasoned["rulings"] = json!({ "filed_in_time": { "reason": "Pemohon tetap ingin diterima." } });
    let taken = backend.push_one(&rina, &reasoned).await;
    assert_eq!(taken.result, ResultKind::Applied, "{:?}", taken.problem);
    let act = taken.act.expect("an act");
    assert_eq!(act.flags, ["filed_in_time"]);
    assert_eq!(act.rulings["filed_in_time"].reason, "Pemohon tetap ingin diterima.");
}

#[tokio::test]
async fn a_reading_chosen_without_a_reason_is_refused() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    for blank in ["", " \u{a0}\n"] {
        let mut command = petition(&rina);
        // In time by any reading: the guard holds, but what is chosen binds the case.
        command["rulings"] = json!({ "filed_in_time": { "reason": blank, "reading": "fixed" } });
        let refused = backend.push_one(&rina, &command).await;
        assert_eq!(reasons(&refused), [Reason::ReadingNeedsReason { guard: "filed_in_time".into() }]);
    }
    let mut command = petition(&rina);
    command["rulings"] = json!({ "filed_in_time": { "reason": "x".repeat(MAX_REASON + 1), "reading": "fixed" } });
    let refused = backend.push_one(&rina, &command).await;
    assert_eq!(reasons(&refused), [Reason::ReasonTooLong { guard: "filed_in_time".into(), max: MAX_REASON }]);

    let mut command = petition(&rina);
    command["rulings"] = json!({ "filed_in_time": { "reason": "Tanggal penetapan tertulis.", "reading": "fixed" } });
    let taken = backend.push_one(&rina, &command).await;
    assert_eq!(taken.result, ResultKind::Applied, "{:?}", taken.problem);
    let act = taken.act.expect("an act");
    assert_eq!(act.rulings["filed_in_time"].reason, "Tanggal penetapan tertulis.");
    assert!(act.flags.is_empty());
}

#[tokio::test]
async fn the_office_counts_by_its_own_clock() {
    // Case 6: in Mataram the last day ends an hour before it does in Jakarta.
    for (day, time, in_time) in [("2026-07-09", "23.58", true), ("2026-07-10", "00.05", false)] {
        let backend = Backend::new();
        let baiq = backend.sign_in("baiq").await;
        let command = filed_at(petition(&baiq), &baiq, day, time);
        let instant = Timestamp::parse(command["happenedAt"].as_str().expect("a time"));
        backend.set_clock(instant.expect("a valid instant").plus(MINUTE_MS));
        let baiq = backend.sign_in("baiq").await;
        let result = backend.push_one(&baiq, &command).await;
        assert_eq!(result.result == ResultKind::Applied, in_time, "{day} {time}: {:?}", result.problem);
    }
}

#[tokio::test]
async fn only_some_roles_receive_petitions() {
    let backend = Backend::new();
    for (username, may) in [("yusuf", true), ("dewi", true), ("hendra", true), ("zainal", false), ("sumsel", false)] {
        let session = backend.sign_in(username).await;
        let result = backend.push_one(&session, &petition(&session)).await;
        if may {
            assert_eq!(result.result, ResultKind::Applied, "{username}: {:?}", result.problem);
        } else {
            let allowed = vec![Role::Counter, Role::Official, Role::Operator];
            assert_eq!(reasons(&result), [Reason::Role { allowed }], "{username}");
            assert_eq!(result.problem.map(|problem| problem.status), Some(403));
        }
    }
}

#[tokio::test]
async fn nobody_acts_for_another_office_or_person() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let mut for_kendal = petition(&rina);
    for_kendal["office"] = "33.24".into();
    let refused = backend.push_one(&rina, &for_kendal).await;
    assert_eq!(reasons(&refused), [Reason::OtherOffice]);

    let yusuf = backend.sign_in("yusuf").await;
    let by_yusuf = petition(&yusuf);
    let refused = backend.push_one(&rina, &by_yusuf).await;
    assert_eq!((refused.result, kind(&refused)), (ResultKind::Rejected, "/problems/author"));
    // The attempt has not used the id up.
    assert_eq!(backend.push_one(&yusuf, &by_yusuf).await.result, ResultKind::Applied);
}

#[tokio::test]
async fn a_case_of_another_office_stays_unseen() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let slamet = backend.sign_in("slamet").await;
    let command = petition(&rina);
    backend.push_one(&rina, &command).await;
    let mut intruder = petition(&slamet);
    intruder["caseId"] = command["caseId"].clone();
    let result = backend.push_one(&slamet, &intruder).await;
    assert_eq!((result.result, kind(&result)), (ResultKind::Rejected, "/problems/case"));
    let told = serde_json::to_string(&result).expect("JSON");
    assert!(!told.contains("16.07") && !told.contains("Banyuasin"), "{told}");
}

#[tokio::test]
async fn an_act_in_the_future_is_refused_beyond_the_tolerance() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    // The server's clock shows 10.25; ten minutes are tolerated.
    let near = filed_at(petition(&rina), &rina, "2026-07-08", "10.35");
    assert_eq!(backend.push_one(&rina, &near).await.result, ResultKind::Applied);
    let far = filed_at(petition(&rina), &rina, "2026-07-08", "10.36");
    assert_eq!(reasons(&backend.push_one(&rina, &far).await), [Reason::InTheFuture]);
    let tomorrow = filed_at(petition(&rina), &rina, "2026-07-09", "10.00");
    let refused = backend.push_one(&rina, &tomorrow).await;
    assert!(reasons(&refused).contains(&Reason::InTheFuture));
    let mut other_time = petition(&rina);
    other_time["happenedAt"] = "2026-07-08T03:19:00Z".into();
    assert_eq!(reasons(&backend.push_one(&rina, &other_time).await), [Reason::TimeDiffers]);
}

#[tokio::test]
async fn problems_of_the_form_point_at_their_fields() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let mut command = petition(&rina);
    let answers = &mut command["payload"]["answers"];
    answers["petitioner"][0]["fields"]["nik"] = "16070812038".into();
    answers["object_fixed_on"] = "31-06-2026".into();
    answers["object_kind"] = "letter".into();
    answers["colour"] = "blue".into();
    answers["papers"][0]["fields"]["copies"] = "four".into();
    answers.as_object_mut().expect("answers").remove("respondent_name");
    let result = backend.push_one(&rina, &command).await;
    assert_eq!(result.result, ResultKind::Rejected);
    let problem = result.problem.expect("a problem");
    assert_eq!((problem.status, problem.retry), (422, Some(Retry::Never)));
    let mut told: Vec<_> = problem.fields.iter().map(|field| (field.pointer.as_str(), field.code.as_str())).collect();
    told.sort_unstable();
    let expected = [
        ("/colour", "unknown_field"),
        ("/object_fixed_on", "no_such_day"),
        ("/object_kind", "not_an_option"),
        ("/papers/petition/copies", "not_a_count"),
        ("/petitioner/01980000-0000-7000-8000-0000000000a1/nik", "not_a_nik"),
        ("/respondent_name", "required"),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_case_that_moved_on_is_a_conflict() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let first = petition(&rina);
    backend.push_one(&rina, &first).await;
    let mut second = petition(&rina);
    second["caseId"] = first["caseId"].clone();
    let result = backend.push_one(&rina, &second).await;
    assert_eq!((result.result, kind(&result)), (ResultKind::Conflict, "/problems/conflict"));
    // Decided again on the new base it is refused by the procedure: a petition is received once.
    second["base"]["revision"] = 1.into();
    let state = Reason::State { state: "filed".into(), from: vec!["draft".into()] };
    assert_eq!(reasons(&backend.push_one(&rina, &second).await), [state]);
    // A base that this server has never reached is a conflict as well.
    let mut ahead = petition(&rina);
    ahead["base"]["revision"] = 3.into();
    assert_eq!(backend.push_one(&rina, &ahead).await.result, ResultKind::Conflict);
}

#[tokio::test]
async fn an_amendment_of_a_form_that_is_another_by_now_is_a_conflict() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let first = petition(&rina);
    backend.push_one(&rina, &first).await;
    // The number fits: another act than the author had in view has made it up.
    let (command, _) = new_ids();
    let mut second = petition(&rina);
    second["commandId"] = json!(command);
    second["caseId"] = first["caseId"].clone();
    second["base"] = json!({ "revision": 1, "seen": { "object_number": "lain" } });
    assert_eq!(backend.push_one(&rina, &second).await.result, ResultKind::Conflict);
    // What the case has it may rest on; then the procedure decides.
    second["base"]["seen"] = first["payload"]["answers"].clone();
    assert_eq!(backend.push_one(&rina, &second).await.result, ResultKind::Rejected);
}

#[tokio::test]
async fn a_command_behind_another_act_than_its_author_saw_is_a_conflict() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let first = petition(&rina);
    backend.push_one(&rina, &first).await;
    let (command, lost) = new_ids();
    let mut second = petition(&rina);
    second["commandId"] = json!(command);
    second["caseId"] = first["caseId"].clone();
    second["base"] = json!({ "revision": 1, "last": lost });
    assert_eq!(backend.push_one(&rina, &second).await.result, ResultKind::Conflict);
    second["base"]["last"] = first["commandId"].clone();
    assert_eq!(backend.push_one(&rina, &second).await.result, ResultKind::Rejected, "then the procedure decides");
}

#[tokio::test]
async fn a_case_has_one_command_a_request() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let first = petition(&rina);
    let mut second = petition(&rina);
    second["caseId"] = first["caseId"].clone();
    let other = petition(&rina);
    // A head that cannot be read holds its lane as well.
    let mut broken = petition(&rina);
    broken["happenedAt"] = "yesterday".into();
    let mut behind = petition(&rina);
    behind["caseId"] = broken["caseId"].clone();
    let results = backend.push(&rina, &[first, second, other, broken, behind]).await;
    let kinds: Vec<_> = results.iter().map(|result| result.result).collect();
    use ResultKind::{Applied, Deferred, Rejected};
    assert_eq!(kinds, [Applied, Deferred, Applied, Rejected, Deferred]);
    assert_eq!(kind(&results[3]), "/problems/malformed");
}

#[tokio::test]
async fn a_command_waits_for_those_it_depends_on() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let first = petition(&rina);
    let mut second = petition(&rina);
    second["dependsOn"] = json!([command_id(&first)]);
    assert_eq!(backend.push_one(&rina, &second).await.result, ResultKind::Deferred);
    let results = backend.push(&rina, &[first, second]).await;
    assert!(results.iter().all(|result| result.result == ResultKind::Applied));
}

#[tokio::test]
async fn of_a_command_and_its_correction_one_is_taken() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let mut first = petition(&rina);
    let mut second = petition(&rina);
    second["caseId"] = first["caseId"].clone();
    second["corrects"] = json!([command_id(&first)]);
    let taken = backend.push_one(&rina, &second).await;
    assert_eq!(taken.result, ResultKind::Applied, "{:?}", taken.problem);
    let corrects = taken.act.expect("an act").corrects;
    assert_eq!(corrects.iter().map(ToString::to_string).collect::<Vec<_>>(), [command_id(&first)]);
    // Another device gives the first one back, as a server that was restored asks for.
    first["base"]["revision"] = 1.into();
    let late = backend.push_one(&rina, &first).await;
    assert_eq!(late.result, ResultKind::Rejected);
    assert!(late.problem.expect("a problem").reasons.contains(&Reason::Once));
}

#[tokio::test]
async fn other_versions_ask_for_an_update() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let set = |path: &[&str], value: Value| {
        let mut command = petition(&rina);
        let mut place = &mut command;
        for key in path {
            place = &mut place[*key];
        }
        *place = value;
        command
    };
    for (command, expected) in [
        (set(&["schema"], 2.into()), "/problems/schema"),
        (set(&["rules", "version"], 99.into()), "/problems/version"),
        (set(&["rules", "digest"], json!(Digest::of(b"x"))), "/problems/version"),
        (set(&["calendar", "id"], "mars".into()), "/problems/version"),
        (set(&["payload", "act"], "teleport".into()), "/problems/rejected"),
    ] {
        let result = backend.push_one(&rina, &command).await;
        assert_eq!((result.result, kind(&result)), (ResultKind::Rejected, expected));
        assert_eq!(result.problem.and_then(|problem| problem.retry), Some(Retry::AfterUpdate));
    }
    // Some libraries write every number with a point.
    let mut floating = petition(&rina);
    floating["schema"] = json!(1.0);
    floating["base"]["revision"] = json!(0.0);
    assert_eq!(backend.push_one(&rina, &floating).await.result, ResultKind::Applied);
}

#[tokio::test]
async fn receipts_are_kept() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let taken = petition(&rina);
    let applied = backend.push_one(&rina, &taken).await;
    let mut wrong = petition(&rina);
    wrong["payload"]["answers"]["object_kind"] = "letter".into();
    let refused = backend.push_one(&rina, &wrong).await;
    backend.wait_ms(179 * 24 * 60 * MINUTE_MS);

    let rina = backend.sign_in("rina").await;
    let slamet = backend.sign_in("slamet").await;
    let yusuf = backend.sign_in("yusuf").await;
    let receipt = |command: &Value, token: &str| {
        let path = format!("/v1/receipts/{}", command_id(command));
        let token = token.to_owned();
        let backend = &backend;
        async move { backend.get(&path, Some(&token)).await }
    };
    let kept: CommandResult = receipt(&taken, &rina.access_token).await.json();
    assert_eq!((kept.receipt, kept.act), (applied.receipt, applied.act));
    let kept: CommandResult = receipt(&wrong, &rina.access_token).await.json();
    assert_eq!(kept, refused);
    assert_eq!(receipt(&taken, &yusuf.access_token).await.status, StatusCode::OK);
    for (command, token) in [(&taken, &slamet.access_token), (&wrong, &yusuf.access_token), (&petition(&rina), &rina.access_token)] {
        assert_eq!(receipt(command, token).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn numbers_are_a_series_an_office_and_a_year() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let slamet = backend.sign_in("slamet").await;
    let july = backend.push_one(&rina, &petition(&rina)).await;
    assert_eq!(reception(&july), "01/PS.PNM.LG/1607/VII/2026");
    let kendal = backend.push_one(&slamet, &petition(&slamet)).await;
    assert_eq!(reception(&kendal), "01/PS.PNM.LG/33.3324/VII/2026");
    // Case 12b: the sequence goes on over months and begins again with the year.
    for (day, object, expected) in [
        ("2026-08-03", "2026-07-31", "02/PS.PNM.LG/1607/VIII/2026"),
        ("2027-01-04", "2026-12-30", "01/PS.PNM.LG/1607/I/2027"),
        ("2027-01-05", "2026-12-30", "02/PS.PNM.LG/1607/I/2027"),
    ] {
        let mut command = filed_at(petition(&rina), &rina, day, "10.20");
        command["payload"]["answers"]["object_fixed_on"] = object.into();
        let instant = Timestamp::parse(command["happenedAt"].as_str().expect("a time"));
        backend.set_clock(instant.expect("a valid instant"));
        let rina = backend.sign_in("rina").await;
        command["rulings"] = json!({ "filed_in_time": { "reason": "Uji." } });
        let result = backend.push_one(&rina, &command).await;
        assert_eq!(result.result, ResultKind::Applied, "{:?}", result.problem);
        assert_eq!(reception(&result), expected);
    }
    let mut by_sips = petition(&slamet);
    by_sips["payload"]["answers"]["channel"] = "sips".into();
    let slamet = backend.sign_in("slamet").await;
    let result = backend.push_one(&slamet, &by_sips).await;
    assert_eq!(reception(&result), "02/PS.PNM/33.3324/VII/2026");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn commands_at_the_same_time_leave_no_gap_and_no_double() {
    const COMMANDS: usize = 40;
    let backend = std::sync::Arc::new(Backend::new());
    let sessions = [backend.sign_in("rina").await, backend.sign_in("yusuf").await];
    let tasks: Vec<_> = (0..COMMANDS)
        .map(|index| {
            let (backend, session) = (backend.clone(), sessions[index % 2].clone());
            tokio::spawn(async move {
                let mut command = petition(&session);
                if index % 5 == 0 {
                    command["payload"]["answers"]["object_kind"] = "letter".into();
                    backend.push_one(&session, &command).await;
                    return None;
                }
                // Twice at once, as an impatient client would.
                let (one, other) = tokio::join!(backend.push_one(&session, &command), backend.push_one(&session, &command));
                assert_eq!(one.receipt, other.receipt);
                let applied = [&one, &other].iter().filter(|result| result.result == ResultKind::Applied).count();
                assert_eq!(applied, 1);
                Some(reception(&one).to_owned())
            })
        })
        .collect();
    let mut numbers = Vec::new();
    for task in tasks {
        numbers.extend(task.await.expect("a finished task"));
    }
    numbers.sort();
    let expected: Vec<_> = (1..=COMMANDS - COMMANDS / 5).map(|seq| format!("{seq:02}/PS.PNM.LG/1607/VII/2026")).collect();
    assert_eq!(numbers, expected);
}

#[tokio::test]
async fn a_refusal_changes_nothing() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let mut wrong = petition(&rina);
    wrong["payload"]["answers"]["object_kind"] = "letter".into();
    backend.push_one(&rina, &wrong).await;
    let path = format!("/v1/cases/{}", case_id(&wrong));
    let answer = backend.get(&path, Some(&rina.access_token)).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let right = backend.push_one(&rina, &petition(&rina)).await;
    assert_eq!(reception(&right), "01/PS.PNM.LG/1607/VII/2026");
}
