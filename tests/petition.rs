//! Receiving a petition, decided by the project's own rules: case 1, its neighbours, and what must be refused.

#[path = "support/petition.rs"]
mod petition;

use proptest::prelude::*;

use petition::{at, envelope, office, officer};
use sips_lapangan::domain::answers::{Answer, Answers, Place, Row};
use sips_lapangan::domain::case::{Act, Case, Effect, fold};
use sips_lapangan::domain::command::{Envelope, Ruling};
use sips_lapangan::domain::decide::{DIFFERS, MAX_REASON, Reason, decide, looks_at, stated_time};
use sips_lapangan::domain::form::{ProblemCode, check};
use sips_lapangan::domain::office::{Actor, Office, Role};
use sips_lapangan::domain::rule_set::RuleSet;
use sips_lapangan::domain::time::{LocalDate, Timestamp};
use sips_lapangan::rules;

fn track() -> &'static rules::Pinned<RuleSet> {
    rules::set_for("pemilu-penyelenggara", None).expect("the track ships")
}

struct World {
    office: Office,
    actor: Actor,
    now: Timestamp,
    case: Option<Case>,
}

fn world() -> World {
    World { office: office(), actor: officer(), now: at("2026-07-08T10:30:00+07:00"), case: None }
}

impl World {
    fn decide(&self, envelope: &Envelope) -> Result<Act, Vec<Reason>> {
        let set = track();
        let calendar = rules::newest_calendar().expect("a calendar ships");
        let context = rules::context(set, calendar, &self.office, &self.actor, self.now);
        let case = self.case.clone().unwrap_or_else(|| Case::new(envelope.case_id));
        decide(&case, envelope, &context)
    }
}

/// Files the petition at another time, in the form and in the envelope alike.
fn filed(mut envelope: Envelope, date: &str, time: &str) -> Envelope {
    envelope.payload.answers.set_text("filed_on", date.into());
    envelope.payload.answers.set_text("filed_at", time.into());
    envelope.happened_at = stated_time(&envelope.payload.answers, &office()).expect("a valid time");
    envelope
}

fn with(mut envelope: Envelope, field: &str, text: &str) -> Envelope {
    envelope.payload.answers.set_text(field, text.into());
    envelope
}

fn ruled(mut envelope: Envelope, guard: &str) -> Envelope {
    envelope.rulings.insert(guard.into(), Ruling { reason: "Petugas mencatat apa adanya".into(), reading: None });
    envelope
}

#[test]
fn the_reason_for_choosing_between_two_versions_goes_on_record() {
    let mut envelope = envelope();
    let ruling = |reason: &str| Ruling { reason: reason.into(), reading: Some("x".into()) };
    envelope.rulings.insert(DIFFERS.into(), ruling("Berita acara yang ditandatangani"));
    let act = world().decide(&envelope).expect("an act");
    let kept = act.rulings.get(DIFFERS).expect("the ruling");
    assert_eq!((kept.reason.as_str(), kept.reading.as_deref()), ("Berita acara yang ditandatangani", None));
    assert!(!act.flags.iter().any(|flag| flag == DIFFERS), "no guard was passed");
    envelope.rulings.insert(DIFFERS.into(), ruling(" "));
    assert!(world().decide(&envelope).expect("an act").rulings.is_empty());
    envelope.rulings.insert(DIFFERS.into(), ruling(&"x".repeat(MAX_REASON + 1)));
    assert_eq!(world().decide(&envelope), Err(vec![Reason::ReasonTooLong { guard: DIFFERS.into(), max: MAX_REASON }]));
}

#[test]
fn no_guard_of_any_track_has_the_key_of_that_ruling() {
    for set in rules::sets() {
        assert!(!set.value.guard.contains_key(DIFFERS), "{}", set.pin.id);
    }
}

#[test]
fn case_1_is_received_on_day_two_of_three() {
    let act = world().decide(&envelope()).expect("case 1 is in order");
    let case = fold(act.case_id, [&act]);
    assert_eq!(case.state, "filed");
    assert_eq!(case.numbers.get("reception"), Some(&None), "a device issues no number");
    let due = case.dues.get(&("filing".into(), "fixed".into())).expect("the window is recorded");
    assert_eq!(due.0, LocalDate::parse("2026-07-09").expect("a date"));
    assert!(act.flags.is_empty());
    assert_eq!(case.petitioners(), ["Partai Lumbung Rakyat"]);
    assert!(case.gaps.contains(&"grounds".to_owned()), "what the law misses is recorded: {:?}", case.gaps);
}

#[test]
fn a_late_petition_is_recorded_with_a_reason_and_flagged_never_refused() {
    // Filed on Friday the 10th, a day late.
    let world = World { now: at("2026-07-10T09:10:00+07:00"), ..world() };
    let late = filed(envelope(), "2026-07-10", "09.00");
    assert_eq!(world.decide(&late), Err(vec![Reason::NeedsReason { guard: "filed_in_time".into(), unknown: false }]));
    let act = world.decide(&ruled(late, "filed_in_time")).expect("late is recorded all the same");
    assert_eq!(act.flags, ["filed_in_time"]);
    assert_eq!(fold(act.case_id, [&act]).state, "filed");
}

#[test]
fn the_last_minute_of_the_last_day_is_in_time() {
    let world = World { now: at("2026-07-10T00:05:00+07:00"), ..world() };
    for time in ["23.59", "24.00"] {
        assert!(world.decide(&filed(envelope(), "2026-07-09", time)).is_ok(), "{time}");
    }
    assert!(world.decide(&filed(envelope(), "2026-07-10", "00.00")).is_err());
}

#[test]
fn only_those_who_may_receive_do() {
    let member = Actor { roles: vec![Role::Member], ..officer() };
    let reasons = World { actor: member, ..world() }.decide(&envelope()).expect_err("a member takes in no petitions");
    assert!(matches!(reasons[..], [Reason::Role { .. }]), "{reasons:?}");
    let elsewhere = Actor { office: sips_lapangan::domain::office::OfficeCode("33.24".into()), ..officer() };
    let reasons = World { actor: elsewhere, ..world() }.decide(&envelope()).expect_err("another office");
    assert!(reasons.contains(&Reason::OtherOffice), "{reasons:?}");
}

#[test]
fn an_act_names_the_roles_in_which_it_was_done() {
    let roles = vec![Role::Member, Role::Operator, Role::Counter];
    let act = World { actor: Actor { roles, ..officer() }, ..world() }.decide(&envelope()).expect("case 1 is in order");
    // A member takes in no petitions; the rest comes in the rule set's order.
    assert_eq!(act.by.roles, [Role::Counter, Role::Operator]);
    let mut older: serde_json::Value = serde_json::to_value(&act).expect("an act is JSON");
    assert_eq!(older["by"]["roles"], serde_json::json!(["counter", "operator"]));
    older["by"].as_object_mut().expect("a person").remove("roles");
    let read: Act = serde_json::from_value(older).expect("an older record");
    assert_eq!((&read.by.name, read.by.roles.len()), (&act.by.name, 0));
}

#[test]
fn what_has_not_happened_yet_is_refused() {
    let reasons = world().decide(&filed(envelope(), "2026-07-09", "10.20")).expect_err("tomorrow");
    assert!(reasons.contains(&Reason::InTheFuture), "{reasons:?}");
}

#[test]
fn an_object_fixed_after_the_filing_is_refused_with_its_guard() {
    let world = World { now: at("2026-07-10T09:00:00+07:00"), ..world() };
    let reasons = world.decide(&with(envelope(), "object_fixed_on", "2026-07-09")).expect_err("fixed after filing");
    assert!(reasons.contains(&Reason::Guard { guard: "fixed_before_filing".into() }), "{reasons:?}");
}

#[test]
fn petitioner_and_respondent_must_differ() {
    let reasons = world().decide(&with(envelope(), "respondent_name", "PARTAI lumbung-rakyat")).expect_err("the same");
    assert_eq!(reasons, [Reason::Guard { guard: "parties_differ".into() }]);
}

#[test]
fn receiving_twice_is_refused_by_the_state() {
    let act = world().decide(&envelope()).expect("case 1 is in order");
    let twice = World { case: Some(fold(act.case_id, [&act])), ..world() };
    let reasons = twice.decide(&envelope()).expect_err("received already");
    assert!(matches!(reasons[..], [Reason::State { .. }]), "{reasons:?}");
}

#[test]
fn another_version_of_the_rules_is_refused() {
    let mut other = envelope();
    other.rules.version += 1;
    let reasons = world().decide(&other).expect_err("unknown version");
    assert!(matches!(reasons[..], [Reason::UnknownVersion { .. }]), "{reasons:?}");
}

#[test]
fn a_time_that_differs_from_the_form_is_refused() {
    let mut other = envelope();
    other.happened_at = at("2026-07-08T09:00:00+07:00");
    assert_eq!(world().decide(&other), Err(vec![Reason::TimeDiffers]));
}

#[test]
fn wrong_fields_are_named_with_their_place() {
    for (field, text, code) in [
        ("filed_at", "jam 9 malam", ProblemCode::NotATime),
        ("object_fixed_on", "31 6 2026", ProblemCode::NoSuchDay),
        ("object_kind", "surat", ProblemCode::NotAnOption),
        ("object_kind", "", ProblemCode::Required),
        ("bukan_bidang", "x", ProblemCode::UnknownField),
    ] {
        let reasons = world().decide(&with(envelope(), field, text)).expect_err("a wrong field");
        let found = reasons
            .iter()
            .any(|reason| matches!(reason, Reason::Form { problem } if problem.place.to_string() == field && problem.code == code));
        assert!(found, "{field}={text}: {reasons:?}");
    }
}

#[test]
fn damaged_rows_are_named_and_read_back() {
    for id in ["", "a/b", &"x".repeat(65)] {
        let mut other = envelope();
        other.payload.answers.0.insert("witness".into(), Answer::Rows(vec![Row { id: id.into(), fields: Answers::default() }]));
        let reasons = world().decide(&other).expect_err("a damaged row");
        let json = serde_json::to_string(&reasons).expect("reasons are JSON");
        assert!(serde_json::from_str::<Vec<Reason>>(&json).is_ok(), "{json}");
        assert!(json.contains("not_a_row"), "{json}");
    }
}

#[test]
fn an_act_survives_its_json() {
    let act = world().decide(&envelope()).expect("case 1 is in order");
    let json = serde_json::to_string(&act).expect("acts are JSON");
    assert_eq!(serde_json::from_str::<Act>(&json).ok(), Some(act.clone()));
    assert!(act.effects.iter().any(|effect| matches!(effect, Effect::Set { .. })));
}

fn any_answers() -> impl Strategy<Value = Answers> {
    let text = prop_oneof![
        ".{0,20}",
        Just("8 7 2026".to_owned()),
        Just("yes".to_owned()),
        Just("sk".to_owned()),
        Just("10.20".to_owned()),
        Just("1607014107920001".to_owned())
    ];
    let key = prop_oneof![
        "[a-z_/]{0,12}",
        proptest::sample::select(
            track().value.field["petition"].keys().chain(track().value.field["party"].keys()).cloned().collect::<Vec<_>>()
        ),
    ];
    let flat = proptest::collection::btree_map(key.clone(), text.clone().prop_map(Answer::Text), 0..6)
        .prop_map(|map| Answers(map.into_iter().collect()));
    let rows = proptest::collection::vec(("[a-z/]{0,4}", flat).prop_map(|(id, fields)| Row { id, fields }), 0..4).prop_map(Answer::Rows);
    proptest::collection::btree_map(key, prop_oneof![text.prop_map(Answer::Text), rows], 0..12)
        .prop_map(|map| Answers(map.into_iter().collect()))
}

proptest! {
    /// Whatever a draft holds, the check neither panics nor changes its mind about what it let through.
    #[test]
    fn what_a_check_lets_through_it_lets_through_again(answers in any_answers()) {
        let today = LocalDate::parse("2026-07-08").expect("a date");
        let set = &track().value;
        let first = check(set, "petition", &answers, today);
        if first.problems.is_empty() {
            let second = check(set, "petition", &first.submitted, today);
            prop_assert!(second.problems.is_empty());
            prop_assert_eq!(second.submitted, first.submitted);
        }
    }

    /// Any command is decided without a panic, and a refused one names a reason.
    #[test]
    fn no_command_panics(answers in any_answers(), act in "[a-z]{0,8}|receive", millis in any::<i64>()) {
        let mut envelope = envelope();
        envelope.payload.answers = answers;
        envelope.payload.act = act;
        envelope.happened_at = Timestamp(millis);
        if let Err(reasons) = world().decide(&envelope) {
            prop_assert!(!reasons.is_empty());
        }
    }
}

#[test]
fn a_guard_is_known_by_the_fields_that_it_looks_at() {
    let set = &track().value;
    let looks = |guard: &str, places: &[Place]| looks_at(guard, "receive", set, places);
    for (guard, place, expected) in [
        // Itself, and as a field of a row.
        ("parties_differ", Place::of("respondent_name"), true),
        ("parties_differ", Place::in_row("petitioner", "r1", "name"), true),
        ("parties_differ", Place::in_row("petitioner", "r1", "nik"), false),
        // Through its deadline's first day, and by the time of the act.
        ("filed_in_time", Place::of("object_fixed_on"), true),
        ("filed_in_time", Place::of("filed_at"), true),
        ("filed_in_time", Place::of("respondent_name"), false),
        ("no such guard", Place::of("filed_at"), false),
    ] {
        assert_eq!(looks(guard, std::slice::from_ref(&place)), expected, "{guard} {place}");
        assert_eq!(looks(guard, &[Place::of("petitum"), place.clone()]), expected, "{guard} {place} and another");
    }
    assert!(!looks("filed_in_time", &[]));
}
