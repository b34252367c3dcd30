//! Walks through a rule set at random: any act that stands open, its form filled in at random, a reason wherever one is asked
//! for. What must hold whatever happens is asserted here; the dates of the worked cases are told by the scenarios.

use proptest::prelude::*;

use sips_lapangan::domain::answers::{Answer, Answers, Row};
use sips_lapangan::domain::case::{Act, Case, Effect, Past, StrandState, fold};
use sips_lapangan::domain::command::{Base, Envelope, MadeAt, Payload, Ruling, SCHEMA};
use sips_lapangan::domain::decide::{Reason, decide};
use sips_lapangan::domain::docket;
use sips_lapangan::domain::facts::deadlines_in;
use sips_lapangan::domain::form::{check, fields_in_order, is_shown};
use sips_lapangan::domain::id::{AccountId, CaseId, CommandId, DeviceId};
use sips_lapangan::domain::offers::{Standing, offers};
use sips_lapangan::domain::office::{Actor, Office};
use sips_lapangan::domain::rule_set::{Kind, Missed, Otherwise, RuleSet};
use sips_lapangan::domain::search;
use sips_lapangan::domain::time::{LocalDate, Timestamp};
use sips_lapangan::rules::{self, Pinned};
use sips_lapangan::store::lines;
use sips_lapangan::store::record::CaseRecord;

use crate::play::ROLES;

const HOUR: i64 = 3_600_000;

/// Choices for one step: the act, the hours since the last, the answers.
type Pick = (u16, u16, [u16; 8]);

fn picks() -> impl Strategy<Value = Vec<Pick>> {
    proptest::collection::vec((any::<u16>(), prop_oneof![Just(0), 1_u16..30, 30_u16..120], any::<[u16; 8]>()), 1..60)
}

/// Answers drawn from a few numbers.
struct Draw<'a> {
    numbers: &'a [u16],
    at: usize,
}

impl Draw<'_> {
    fn below(&mut self, n: usize) -> usize {
        self.at += 1;
        usize::from(self.numbers[self.at % self.numbers.len()].wrapping_add(u16::try_from(self.at).unwrap_or(0).wrapping_mul(7919)))
            % n.max(1)
    }
}

fn fill(set: &RuleSet, form: &str, date: LocalDate, time: &str, draw: &mut Draw<'_>) -> Answers {
    let mut answers = Answers::default();
    for (key, field) in fields_in_order(set, form) {
        if !is_shown(field, &answers) {
            continue;
        }
        let of = field.of.as_deref().unwrap_or_default();
        let text = match field.kind {
            // The first option is often the one that leads on.
            Kind::Choice if draw.below(2) > 0 => field.options[0].v.clone(),
            Kind::Choice => field.options[draw.below(field.options.len())].v.clone(),
            Kind::YesNo => if draw.below(4) == 0 { "no" } else { "yes" }.into(),
            Kind::Date => date.to_string(),
            Kind::Time => time.to_owned(),
            Kind::Count => draw.below(9).to_string(),
            Kind::Nik => "1607014107920001".into(),
            Kind::Phone => "081234567890".into(),
            Kind::Email => "a@b.id".into(),
            Kind::Text | Kind::Name | Kind::LongText => {
                format!("{} {key}", draw.below(3)).chars().take(field.max.unwrap_or(500) as usize).collect()
            }
            Kind::Rows => {
                let rows = (0..field.min.max(1)).map(|row| Row { id: format!("r{row}"), fields: fill(set, of, date, time, draw) });
                answers.0.insert(key.to_owned(), Answer::Rows(rows.collect()));
                continue;
            }
            Kind::Checklist => {
                let listed = set.list.get(of).map(|list| list.rows.as_slice()).unwrap_or_default();
                let missing = draw.below(3 * listed.len());
                let rows = listed.iter().enumerate().map(|(index, row)| {
                    let mut fields = Answers::default();
                    fields.set_text("present", if index == missing { "no" } else { "yes" }.into());
                    fields.set_text("copies", row.copies.to_string());
                    Row { id: row.v.clone(), fields }
                });
                answers.0.insert(key.to_owned(), Answer::Rows(rows.collect()));
                continue;
            }
            Kind::Files => continue,
        };
        answers.set_text(key, text);
    }
    answers
}

/// One walk.
struct Walk {
    set: &'static Pinned<RuleSet>,
    office: Office,
    case: Case,
    now: Timestamp,
    count: u8,
}

impl Walk {
    fn new(set: &'static Pinned<RuleSet>, code: &str) -> Self {
        let office = rules::offices().iter().find(|office| office.code.0 == code).expect("a known office").clone();
        let now = Timestamp::parse("2026-07-06T02:00:00Z").expect("an instant");
        Self { set, office, case: Case::new(CaseId::new(now, [7; 10])), now, count: 0 }
    }

    /// Performs an act of those that are shown, with a reason wherever one is asked for; `None` if it is refused for good.
    fn step(&mut self, (act, hours, numbers): Pick) -> Option<Act> {
        self.count += 1;
        self.now = self.now.plus(i64::from(hours) * HOUR);
        let set = self.set;
        let calendar = rules::newest_calendar().expect("a calendar");
        let actor = Actor {
            account: AccountId::new(self.now, [1; 10]),
            name: "Petugas".into(),
            office: self.office.code.clone(),
            roles: ROLES.to_vec(),
        };
        let context = rules::context(set, calendar, &self.office, &actor, self.now);
        // What leads nowhere, ends the case or begins yet another strand is taken only now and then: a walk should get on.
        let offers = offers(&self.case, &context);
        let place = |act: &String| set.value.order.iter().position(|key| key == act);
        assert!(offers.is_sorted_by_key(|offer| place(&offer.act)), "acts are offered in the order of the procedure: {offers:?}");
        let possible = |standing: &Standing| match standing {
            Standing::Ready => true,
            Standing::Barred(bars) => bars.iter().all(|bar| matches!(bar.reason, Reason::Guard { .. })),
        };
        let leading: Vec<_> =
            offers.iter().filter(|offer| possible(&offer.standing) && (act % 8 == 0 || !self.is_aside(&offer.act))).collect();
        let offer = leading.get(usize::from(act) % leading.len().max(1))?;
        let rule = &set.value.act[offer.act.as_str()];
        let local = self.now.in_zone(self.office.zone);
        let (hour, minute) = local.minute.hour_and_minute();
        let typed = fill(&set.value, &rule.form, local.date, &format!("{hour:02}.{minute:02}"), &mut Draw { numbers: &numbers, at: 0 });
        let checked = check(&set.value, &rule.form, &typed, local.date);
        assert!(checked.problems.is_empty(), "{}: {:?}", offer.act, checked.problems);
        let mut envelope = Envelope {
            schema: SCHEMA,
            command_id: CommandId::new(self.now, [self.count; 10]),
            case_id: self.case.id,
            author: actor.account,
            office: self.office.code.clone(),
            device: DeviceId::new(self.now, [1; 10]),
            payload: Payload { act: offer.act.clone(), strand: offer.strand.clone(), answers: checked.submitted },
            base: Base::at(self.case.revision),
            rules: set.pin.clone(),
            calendar: calendar.pin.clone(),
            office_settings: None,
            rulings: Default::default(),
            depends_on: Vec::new(),
            corrects: Vec::new(),
            happened_at: self.now,
            made_at: MadeAt { wall: self.now, zone: self.office.zone, offset_ms: None },
            carried_by: None,
            training: false,
        };
        let mut decided = decide(&self.case, &envelope, &context);
        for reason in decided.as_ref().err().into_iter().flatten() {
            match reason {
                Reason::NeedsReason { guard, .. } => {
                    envelope.rulings.insert(guard.clone(), Ruling { reason: "Karena".into(), reading: None });
                }
                Reason::Guard { guard } => assert!(blocks(&set.value, guard)),
                // An offered act is refused for what its form says alone.
                other => panic!("{} was offered and refused: {other:?}", offer.act),
            }
        }
        if decided.is_err() {
            decided = decide(&self.case, &envelope, &context);
        }
        match decided {
            Err(reasons) => {
                assert!(reasons.iter().all(|reason| matches!(reason, Reason::Guard { .. })), "{}: {reasons:?}", offer.act);
                None
            }
            Ok(act) => {
                assert_eq!(decide(&self.case, &envelope, &context).as_ref(), Ok(&act), "deciding twice is deciding once");
                self.case.apply(&act);
                Some(act)
            }
        }
    }

    /// Is the act a note, the end of the case, or the beginning of one strand too many?
    fn is_aside(&self, act: &str) -> bool {
        let rule = &self.set.value.act[act];
        let stays = rule.to.is_none() && rule.to_by.is_none();
        let often = self.case.history.iter().filter(|past| past.act == act).count() > 4;
        let is_note = stays && (rule.from.len() > 5 || often);
        let ends = rule.to.as_ref().is_some_and(|to| self.set.value.state[to.as_str()].end.is_some()) && !self.case.strands.is_empty();
        is_note || (rule.spawns.is_none() && ends) || act == "lapse" || (rule.spawns.is_some() && self.case.strands.len() > 1)
    }
}

fn blocks(set: &RuleSet, guard: &str) -> bool {
    set.guard[guard].otherwise == Otherwise::Block
}

fn last<'a>(history: &'a [Past], act: &str) -> Option<&'a Past> {
    history.iter().rev().find(|past| past.act == act)
}

fn text<'a>(past: &'a Past, field: &str) -> &'a str {
    past.form.as_ref().map(|(_, answers)| answers.text(field)).unwrap_or_default()
}

/// The days of an act at the end of its row on which a party was absent after a proper summons.
fn absent_in_a_row(history: &[Past], act: &str, parties: &[&str]) -> usize {
    let days = history.iter().rev().filter(|past| past.act == act);
    days.take_while(|day| parties.iter().all(|party| text(day, party) == "absent" && text(day, &format!("{party}_summoned")) == "yes"))
        .count()
}

/// What must hold of the track A act just performed; `before` is what happened up to it.
fn hold_track_a(act: &Act, before: &[Past], case: &Case) {
    let own = case.history.last().expect("it was performed");
    let settled_in = |past: &Past| past.act == "settlement" || matches!(text(past, "result"), "full" | "partial_settled");
    match act.act.as_str() {
        "register" => {
            let plenary = last(before, "plenary").expect("no register number without a plenary");
            assert_eq!(text(plenary, "result"), "complete");
            assert!(before.iter().all(|past| past.act != "register"));
        }
        "mediation_day" => assert!(last(before, "register").is_some(), "no mediation before the register"),
        "not_register" => assert!(before.iter().any(|past| past.act == "plenary" && text(past, "result") == "incomplete")),
        "lapse" => match text(own, "ground") {
            "c" => panic!("ground c is of another track"),
            "d" | "e" => assert!(last(before, "mediation_day").is_none()),
            "f" => assert!(absent_in_a_row(before, "mediation_day", &["petitioner"]) >= 2),
            "g" => assert!(absent_in_a_row(before, "hearing", &["petitioner"]) >= 2),
            "h" => assert!(absent_in_a_row(before, "hearing", &["petitioner", "respondent"]) >= 2),
            "i" => assert!(last(before, "withdraw").is_some()),
            _ => {}
        },
        "read_decision" if text(own, "outcome") == "settled" => assert!(before.iter().any(settled_in), "settled without agreement"),
        "read_decision" => assert!(
            !before.iter().any(settled_in) || act.flags.iter().any(|flag| flag == "agreement_is_settled"),
            "an agreement was passed over without a reason"
        ),
        "appeal" => {
            let stage = case.form("petition").text("stage").to_owned();
            assert!(["party_verification", "dct", "dct_change", "president"].contains(&stage.as_str()), "{stage}");
        }
        _ => {}
    }
    // The twelve days begin with the register and with nothing else.
    let twelve = case.dues.iter().any(|((deadline, _), _)| deadline == "decision");
    assert_eq!(twelve, case.history.iter().any(|past| past.act == "register"));
}

/// What must hold of the track B act just performed.
fn hold_track_b(act: &Act, before: &[Past], case: &Case) {
    let own = case.history.last().expect("it was performed");
    match act.act.as_str() {
        "register" => assert_eq!(last(before, "plenary").map(|plenary| text(plenary, "result")), Some("complete")),
        "mediation_day" | "hearing" => assert!(last(before, "register").is_some(), "no deliberation before the register"),
        "mediation_result" if text(own, "result") == "partial" => assert_eq!(case.state, "open_deliberation", "in part is not at all"),
        "read_decision" if text(own, "outcome") == "settled" => {
            assert!(before.iter().any(|past| past.act == "settlement" || text(past, "result") == "full"), "settled without agreement");
        }
        "withdraw" => assert_ne!(case.state, "lapsed", "a letter alone ends nothing"),
        "lapse" if text(own, "ground") == "i" => {
            assert_ne!(last(before, "withdraw").map(|letter| text(letter, "by_whom")), Some("one_of_pair"));
        }
        _ => {}
    }
    let twelve = case.dues.iter().any(|((deadline, _), _)| deadline == "decision");
    assert_eq!(twelve, case.history.iter().any(|past| past.act == "register"));
}

/// What must hold of an act just performed between participants.
fn hold_between_participants(act: &Act, before: &[Past], case: &Case) {
    let own = case.history.last().expect("it was performed");
    let is_dispute = text(before.first().unwrap_or(own), "matter") == "dispute";
    assert!(is_dispute || case.state == "referred", "what is no dispute is referred");
    assert!(is_dispute || case.numbers.is_empty(), "and takes no number");
    if act.act == "read_decision" {
        assert!(last(before, "mediation_day").is_some(), "the parties were brought together first");
        let agreed = last(before, "mediation_result").is_some_and(|result| text(result, "result") == "full");
        assert!(agreed || text(own, "outcome") != "settled", "settled without agreement");
        let sub_district = text(&before[0], "handled_by") == "panwascam";
        let consulted = before.iter().any(|past| past.act == "consult");
        assert!(!sub_district || agreed || consulted || act.flags.iter().any(|flag| flag == "consulted_before_deciding"));
    }
}

/// I13: whatever an act carries names the rules and the calendar that it was decided by, and stands on an entry with its
/// sources. What does not is named.
fn without_basis(set: &RuleSet, act: &Act) -> Vec<String> {
    let known = |src: &[String]| !src.is_empty() && src.iter().all(|key| rules::sources().contains_key(key));
    let mut missing = Vec::new();
    let mut need = |what: String, src: Option<&Vec<String>>| {
        if !src.is_some_and(|src| known(src)) {
            missing.push(what);
        }
    };
    need(format!("act {}", act.act), set.act.get(&act.act).map(|rule| &rule.src));
    for effect in &act.effects {
        match effect {
            Effect::Enter(state) => need(format!("state {state}"), set.state.get(state).map(|state| &state.src)),
            Effect::Strand { kind, state, .. } => {
                need(format!("strand {kind}"), set.strand.get(kind).map(|strand| &strand.src));
                need(format!("state {state}"), set.state.get(state).map(|state| &state.src));
            }
            Effect::Reading { deadline, reading } | Effect::Due { deadline, reading, .. } => {
                let readings = set.deadline.get(deadline).map(|rule| rule.readings.as_slice()).unwrap_or_default();
                need(format!("reading {deadline} {reading}"), readings.iter().find(|known| known.id == *reading).map(|known| &known.src));
            }
            Effect::Set { form, .. } => need(format!("form {form}"), set.form.get(form).map(|form| &form.src)),
            Effect::Number(series) | Effect::Numbered { series, .. } => {
                need(format!("series {series}"), rules::numbers().get(series).map(|series| &series.src));
            }
            // Gaps are places of the form, which stands among the effects itself.
            Effect::Gaps(_) => {}
            Effect::NotKnown(_) => need("an effect that this version does not know".to_owned(), None),
        }
    }
    for guard in &act.flags {
        need(format!("guard {guard}"), set.guard.get(guard).map(|guard| &guard.src));
    }
    missing
}

/// I16: the fold of what the act carries is the step that the rule set tells: one more act in the history, its answers, the
/// state by its arrow or its branch, its strand, its number; nothing else of the case has moved.
fn hold_step(set: &RuleSet, before: &Case, act: &Act, after: &Case) {
    let rule = &set.act[act.act.as_str()];
    let past = after.history.last().expect("it was performed");
    let (form, answers) = past.form.as_ref().expect("every act has its form");
    assert_eq!(form, &rule.form);
    let option = rule.to_by.as_ref().and_then(|path| path.split_once('.')).map(|(_, field)| answers.text(field));
    let to = option.map_or(rule.to.as_ref(), |option| rule.branch.get(option));

    let mut expected = before.clone();
    expected.revision += 1;
    expected.history.push(past.clone());
    expected.forms.insert(form.clone(), answers.clone());
    match (to, set.strand_of(rule)) {
        (Some(to), None) => expected.state = to.clone(),
        (Some(to), Some(kind)) => {
            let id = if rule.spawns.is_some() { act.command_id.to_string() } else { act.strand.clone().expect("it names its strand") };
            expected.strands.insert(id, StrandState { kind: kind.to_owned(), state: to.clone() });
        }
        (None, _) => {}
    }
    if let Some(series) = &rule.number {
        expected.numbers.get_or_insert_with(series.clone(), || None);
    }
    // What deadlines, guards and the form's check find out is held elsewhere.
    expected.office.clone_from(&after.office);
    expected.rules.clone_from(&after.rules);
    expected.dues.clone_from(&after.dues);
    expected.gaps.clone_from(&after.gaps);
    expected.flags.extend(act.flags.iter().cloned());
    expected.late.extend(act.late.iter().cloned());
    expected.readings.clone_from(&after.readings);
    assert_eq!(*after, expected, "{}", act.act);
}

/// What the docket keeps of a case is what its acts say.
fn hold_docket(walk: &Walk, acts: Vec<Act>) {
    let calendar = &rules::newest_calendar().expect("a calendar").value;
    let tables = docket::Tables { rules: &walk.set.value, calendar, office: &walk.office };
    let line = docket::line(&walk.case, &acts, Some(tables), false);
    let words = search::words(&docket::texts(&walk.case));
    let record = CaseRecord { case: walk.case.id, acts };
    let page = lines::write_page("tables", [(record.mark(), &line)].into_iter());
    let kept = lines::write_words([(line.id, record.mark(), &words)].into_iter());
    assert_eq!(lines::read_words(&kept), Some(vec![(line.id, record.mark(), words)]));
    assert_eq!(lines::read_page(&page), Some(lines::Page { rests_on: "tables".into(), lines: vec![(record.mark(), line)] }));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_invariants_hold(picks in picks(), set in 0..64_usize, office in prop_oneof![Just("16.07"), Just("16"), Just("00")]) {
        let sets = rules::sets().collect::<Vec<_>>();
        let set = sets[set % sets.len()];
        let mut walk = Walk::new(set, office);
        let mut acts = Vec::new();
        for pick in picks {
            let before = walk.case.clone();
            let Some(act) = walk.step(pick) else {
                prop_assert_eq!(&walk.case, &before, "a refused act changes nothing");
                continue;
            };
            let case = &walk.case;
            // An end is the end: what follows are notes and remedies.
            if set.value.state.get(&before.state).is_some_and(|state| state.end.is_some()) {
                prop_assert_eq!(&case.state, &before.state);
            }
            for (id, strand) in before.strands.iter() {
                let ended = set.value.state[strand.state.as_str()].end.is_some();
                prop_assert!(!ended || case.strands[id.as_str()] == *strand);
            }
            // Each passed guard has its reason, and what is kept names what it was decided by.
            prop_assert!(act.flags.iter().all(|flag| act.rulings.get(flag).is_some_and(|ruling| !ruling.reason.trim().is_empty())));
            prop_assert_eq!(&act.rules, &set.pin);
            prop_assert_eq!(Some(&act.calendar), rules::newest_calendar().map(|calendar| &calendar.pin));
            prop_assert_eq!(without_basis(&set.value, &act), Vec::<String>::new());
            hold_step(&set.value, &before, &act, case);
            let asked = act.effects.iter().filter(|effect| matches!(effect, Effect::Number(_))).count();
            prop_assert!(asked <= 1);
            match set.pin.id.as_str() {
                "pemilu-penyelenggara" => hold_track_a(&act, &before.history, case),
                "pemilihan-penyelenggara" => hold_track_b(&act, &before.history, case),
                _ => hold_between_participants(&act, &before.history, case),
            }
            acts.push(act);
        }
        prop_assert_eq!(&fold(walk.case.id, &acts), &walk.case, "the fold is the case");
        hold_docket(&walk, acts);
    }
}

/// The two checks above notice what they are for: an entry without its source, an act that carries another state or less.
#[test]
fn a_missing_basis_and_a_wrong_step_are_noticed() {
    let set = rules::sets().find(|set| set.pin.id == "pemilu-penyelenggara").expect("track A");
    let mut walk = Walk::new(set, "16.07");
    let before = walk.case.clone();
    let act = (0..64).find_map(|number| walk.step((8, 1, [number; 8]))).expect("a petition is received");
    assert_eq!((act.act.as_str(), without_basis(&set.value, &act)), ("receive", Vec::new()));
    let mut bare = set.value.clone();
    bare.state.get_or_insert_with("filed".into(), || panic!("it is there")).src.clear();
    bare.form.get_or_insert_with("petition".into(), || panic!("it is there")).src = vec!["NOWHERE".into()];
    bare.deadline.remove("filing");
    assert_eq!(without_basis(&bare, &act), ["state filed", "reading filing fixed", "form petition"]);

    for spoil in [
        |act: &mut Act| act.effects.retain(|effect| !matches!(effect, Effect::Enter(_))),
        |act: &mut Act| act.effects.push(Effect::Enter("decided".into())),
        |act: &mut Act| act.effects.push(Effect::Number("register".into())),
        |act: &mut Act| act.effects.push(Effect::Set { form: "plenary".into(), answers: Answers::default() }),
    ] {
        let mut spoilt = act.clone();
        spoil(&mut spoilt);
        let mut after = before.clone();
        after.apply(&spoilt);
        let noticed = std::panic::catch_unwind(|| hold_step(&set.value, &before, &spoilt, &after));
        assert!(noticed.is_err(), "{:?}", spoilt.effects);
    }
}

/// A deadline whose miss is only flagged never stands in the way of the act that meets it.
#[test]
fn a_flagged_deadline_blocks_nothing() {
    for Pinned { value: set, .. } in rules::sets() {
        for (key, rule) in set.act.iter() {
            for guard in rule.guards.iter().filter(|guard| blocks(set, guard)) {
                let mut found = Vec::new();
                deadlines_in(&set.guard[guard.as_str()].when, &mut found);
                for deadline in found {
                    let flagged = set.deadline[deadline].missed == Missed::Flag;
                    assert!(!flagged, "{key}: {guard} blocks by {deadline}");
                }
            }
        }
    }
}
