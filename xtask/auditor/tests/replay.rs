//! Histories read again: what comes out as it is stored, and what does not.

#[path = "../../../tests/support/petition.rs"]
mod petition;

use petition::{at, envelope, office, officer};
use serde_json::{Value, json};
use sips_auditor::replay::replay;
use sips_lapangan::domain::amendment::{Amendment, Change};
use sips_lapangan::domain::calendar::{Holiday, HolidayKind};
use sips_lapangan::domain::case::{Act, Case, Person};
use sips_lapangan::domain::decide::decide;
use sips_lapangan::domain::id::AmendmentId;
use sips_lapangan::domain::office::{Actor, OfficeCode, Role};
use sips_lapangan::domain::time::LocalDate;
use sips_lapangan::rules::{self, RuleBook};

/// Case 1's first act as a server would give it.
fn act() -> Act {
    let envelope = envelope();
    let set = rules::set(&envelope.rules).expect("the rules ship");
    let calendar = rules::calendar(&envelope.calendar).expect("the calendar ships");
    let (office, actor) = (office(), officer());
    let context = rules::context(set, calendar, &office, &actor, at("2026-07-08T10:30:00+07:00"));
    let mut act = decide(&Case::new(envelope.case_id), &envelope, &context).expect("case 1 is received");
    act.recorded_at = Some(at("2026-07-08T10:31:00+07:00"));
    act.revision = 1;
    act
}

fn history() -> Value {
    serde_json::to_value([act()]).expect("an act is JSON")
}

fn replayed(json: &Value) -> sips_auditor::replay::Replay {
    replay(json.to_string().as_bytes()).expect("a history")
}

#[test]
fn a_history_and_a_whole_case_come_out_as_they_are_stored() {
    let acts = history();
    let whole = json!({ "caseId": acts[0]["caseId"], "revision": 1, "acts": acts });
    for document in [acts, whole] {
        let replayed = replayed(&document);
        assert_eq!((replayed.divergent, replayed.not_judged), (0, 0), "{}", replayed.text);
        for part in ["filed (Permohonan diterima / Petition received)", "filing", "Kamis, 9 Juli 2026", "tepat waktu / in time"] {
            assert!(replayed.text.contains(part), "{part} is missing in\n{}", replayed.text);
        }
    }
}

#[test]
fn an_effect_that_was_changed_is_named() {
    let mut acts = history();
    let effects = acts[0]["effects"].as_array_mut().expect("effects");
    for effect in effects {
        if let Some(due) = effect.get_mut("due") {
            due["last_day"] = json!("2026-07-10");
        }
        if let Some(state) = effect.get_mut("enter") {
            *state = json!("registered");
        }
    }
    let replayed = replayed(&acts);
    assert_eq!(replayed.divergent, 1);
    assert!(replayed.text.contains("2026-07-10") && replayed.text.contains("stored, not decided"), "{}", replayed.text);
}

#[test]
fn an_act_that_the_rules_refuse_is_named() {
    let mut acts = history();
    let twice = acts[0].clone();
    acts.as_array_mut().expect("acts").push(twice);
    let replayed = replayed(&acts);
    assert_eq!(replayed.divergent, 1, "{}", replayed.text);
    assert!(replayed.text.contains("now refused") && replayed.text.contains("the same command") && replayed.text.contains("revision 1"));
}

#[test]
fn other_rules_are_not_judged_and_the_case_is_still_shown() {
    let mut acts = history();
    acts[0]["rules"]["digest"] = json!("0".repeat(64));
    let replayed = replayed(&acts);
    assert_eq!((replayed.divergent, replayed.not_judged), (0, 1), "{}", replayed.text);
    assert!(replayed.text.contains("filed") && replayed.text.contains("2026-07-09"), "{}", replayed.text);
}

#[test]
fn office_settings_made_in_an_app_are_not_judged_by_the_table() {
    let mut acts = history();
    acts[0]["officeSettings"] = json!({ "id": "16.07", "version": 2, "digest": "0".repeat(64) });
    let replayed = replayed(&acts);
    assert_eq!((replayed.divergent, replayed.not_judged), (0, 1), "{}", replayed.text);
}

/// The national centre declares a day off on day 1 of the period, and the case is received by that calendar.
#[test]
fn acts_by_tables_that_were_changed_in_the_app_are_judged_with_their_amendments() {
    let shipped = rules::newest_calendar().expect("a calendar ships");
    let year = &shipped.value.year["2026"];
    let extra = Holiday {
        date: LocalDate::parse("2026-07-07").expect("a day"),
        kind: HolidayKind::Local,
        id: "x".into(),
        en: "x".into(),
        scope: vec![office().code],
    };
    let mut day = year.day.clone();
    day.insert(day.iter().position(|day| day.date > extra.date).expect("later days"), extra);
    let centre = Actor { office: OfficeCode("00".into()), roles: vec![Role::NationalAdmin], ..officer() };
    let mut amendment = Amendment {
        id: AmendmentId::new(at("2026-07-01T00:00:00Z"), [1; 10]),
        base: shipped.pin.clone(),
        change: Change::Year { year: 2026, status: year.status, decree: year.decree.clone(), day },
        source: "Keputusan Bupati".into(),
        mark: year.mark,
        reason: "Libur daerah".into(),
        by: Person { account: centre.account, name: centre.name.clone(), roles: centre.roles.clone() },
        office: centre.office.clone(),
        made_at: at("2026-07-01T00:00:00Z"),
        result: None,
        recorded_at: None,
    };
    amendment.result = Some(RuleBook::default().amend(&amendment, &centre, None).expect("nothing stands against it"));
    let book = RuleBook::new(vec![amendment.clone()]);

    let mut envelope = envelope();
    envelope.calendar = amendment.result.clone().expect("the new version");
    let (set, calendar) =
        (rules::set(&envelope.rules).expect("the rules ship"), book.calendar(&envelope.calendar).expect("the new version"));
    let (office, actor) = (office(), officer());
    let context = rules::context(set, calendar, &office, &actor, at("2026-07-08T10:30:00+07:00"));
    let mut act = decide(&Case::new(envelope.case_id), &envelope, &context).expect("case 1 is received");
    act.recorded_at = Some(at("2026-07-08T10:31:00+07:00"));
    act.revision = 1;

    let alone = replayed(&json!({ "acts": [act] }));
    assert_eq!((alone.divergent, alone.not_judged), (0, 1), "{}", alone.text);
    let judged = replayed(&json!({ "acts": [act], "amendments": [amendment] }));
    assert_eq!((judged.divergent, judged.not_judged), (0, 0), "{}", judged.text);
    assert!(judged.text.contains("Jumat, 10 Juli 2026"), "the day off moves the last day\n{}", judged.text);
    assert!(replay(json!({ "acts": [], "amendments": 7 }).to_string().as_bytes()).is_err());
}

#[test]
fn an_unreadable_act_is_named_and_the_others_are_read() {
    let mut acts = history();
    acts.as_array_mut().expect("acts").insert(0, json!({ "act": "receive" }));
    let replayed = replayed(&acts);
    assert_eq!(replayed.divergent, 1, "{}", replayed.text);
    assert!(replayed.case.is_some());
    for wrong in ["", "{}", "[", "7", "\"x\""] {
        assert!(replay(wrong.as_bytes()).is_err(), "{wrong}");
    }
    assert!(replay(b"[]").is_ok());
}
