//! How quick the engine is, without a screen: deadlines against the second counter of the oracle, folding and deciding
//! against merely reading the same history, and whether a longer case costs no more than its length. All is measured in one
//! run, round by round in turn, and told as medians of ratios: the numbers of one machine say little on another. Only growth
//! far beyond the length of the case fails.

#![expect(clippy::print_stdout, reason = "the figures are what it is for")]

#[path = "../tests/support/chance.rs"]
mod chance;
#[path = "../tests/support/counter.rs"]
mod counter;

use chance::Chance;
use counter::{almanac, calendar, reading, tuple};
use sips_lapangan::domain::answers::{Answer, Answers, Row};
use sips_lapangan::domain::case::{Act, Case, fold};
use sips_lapangan::domain::command::{Base, Envelope, MadeAt, Payload, Ruling, SCHEMA};
use sips_lapangan::domain::deadline::due;
use sips_lapangan::domain::decide::{Context, Reason, decide};
use sips_lapangan::domain::form::{check, fields_in_order, is_shown};
use sips_lapangan::domain::id::{AccountId, CaseId, CommandId, DeviceId};
use sips_lapangan::domain::offers::offers;
use sips_lapangan::domain::office::{Actor, Role};
use sips_lapangan::domain::rule_set::{Kind, RuleSet};
use sips_lapangan::domain::time::{LocalDate, Timestamp};
use sips_lapangan::rules;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

/// Rounds; odd, so that the median is one of them.
const ROUNDS: usize = 15;
/// Deadlines counted in a round.
const DEADLINES: usize = 20_000;
/// How often a case is folded, decided or read in a round.
const TIMES: usize = 40;
/// Acts of the short case and of the long one.
const SHORT: usize = 10;
const LONG: usize = 60;
/// A case six times as long may cost so many times as much; six is in step with its length, 36 would be its square.
const MOST: f64 = 18.0;

const ROLES: [Role; 5] = [Role::Counter, Role::Official, Role::Member, Role::Secretary, Role::Operator];

fn main() -> ExitCode {
    println!("engine: medians of {ROUNDS} rounds in one run; the ratios are what can be compared between machines\n");
    deadlines();
    if cases() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Seconds that something takes.
fn seconds(work: impl FnOnce()) -> f64 {
    let started = Instant::now();
    work();
    started.elapsed().as_secs_f64()
}

fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The median of the ratios, round by round.
fn ratio(one: &[f64], other: &[f64]) -> f64 {
    median(one.iter().zip(other).map(|(one, other)| one / other))
}

fn deadlines() {
    let almanac = almanac();
    let mut chance = Chance::new(20_260_708);
    let (mut engine, mut second) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (calendar, sums) = calendar(&mut chance, &almanac);
        let asked: Vec<_> = (0..DEADLINES)
            .map(|_| {
                let tuple = tuple(&mut chance, almanac.len());
                let (year, month, day) = almanac[tuple.start];
                let start = LocalDate::new(i16::try_from(year).expect("a year"), month, day).expect("a day of the almanac");
                (reading(tuple.n, tuple.unit, tuple.closes), start, tuple)
            })
            .collect();
        engine.push(seconds(|| {
            for (reading, start, tuple) in &asked {
                let _ = black_box(due(reading, *start, &calendar, &tuple.office, Some(tuple.channel)));
            }
        }));
        second.push(seconds(|| {
            for (_, _, tuple) in &asked {
                let _ = black_box(sums.last(tuple.start, tuple.n, tuple.unit, &almanac));
            }
        }));
    }
    let each = |all: &[f64]| DEADLINES as f64 / median(all.iter().copied());
    println!(
        "deadlines       {:>10.0} a second with every day's reason; the second counter, last day alone: {:.0}; ratio of time {:.1}",
        each(&engine),
        each(&second),
        ratio(&engine, &second)
    );
}

/// A case of so many acts, and a command that is decided on top of it.
struct Told {
    json: String,
    acts: Vec<Act>,
    case: Case,
    next: Envelope,
    now: Timestamp,
}

/// Measures both cases; `false` if the longer one costs far more than its length.
fn cases() -> bool {
    let (short, long) = (told(SHORT), told(LONG));
    let mut figures: Vec<(&str, [Vec<f64>; 2])> = ["read", "fold", "decide", "offers"].map(|name| (name, Default::default())).into();
    for _ in 0..ROUNDS {
        for (number, told) in [&short, &long].into_iter().enumerate() {
            let actor = actor();
            let context = context(&actor, told.now);
            let repeat = |work: &dyn Fn()| seconds(|| (0..TIMES).for_each(|_| work())) / TIMES as f64;
            let times = [
                repeat(&|| drop(black_box(serde_json::from_str::<Vec<Act>>(&told.json).expect("acts are JSON")))),
                repeat(&|| drop(black_box(fold(told.case.id, &told.acts)))),
                repeat(&|| drop(black_box(decide(&told.case, &told.next, &context)))),
                repeat(&|| drop(black_box(offers(&told.case, &context)))),
            ];
            figures.iter_mut().zip(times).for_each(|((_, sizes), time)| sizes[number].push(time));
        }
    }
    println!(
        "\n                {SHORT} acts      {LONG} acts      against reading its JSON    {LONG} against {SHORT} (in step: {:.1})",
        LONG as f64 / SHORT as f64
    );
    let read = figures[0].1[1].clone();
    let mut fine = true;
    for (name, [short, long]) in &figures {
        let grows = ratio(long, short);
        fine &= grows < MOST;
        println!(
            "{name:<10} {:>8.1} µs {:>10.1} µs {:>24.2} {:>27.1}{}",
            median(short.iter().copied()) * 1e6,
            median(long.iter().copied()) * 1e6,
            ratio(long, &read),
            grows,
            if grows < MOST { "" } else { "  !! far more than its length" }
        );
    }
    fine
}

fn set() -> &'static rules::Pinned<RuleSet> {
    rules::sets().find(|set| set.pin.id == "pemilu-penyelenggara").expect("track A ships")
}

fn actor() -> Actor {
    let office = rules::offices().iter().find(|office| office.code.0 == "16.07").expect("the office is in the table").code.clone();
    Actor { account: AccountId::new(Timestamp(1), [1; 10]), name: "Petugas".to_owned(), office, roles: ROLES.to_vec() }
}

fn context(actor: &Actor, now: Timestamp) -> Context<'_> {
    let office = rules::offices().iter().find(|office| office.code == actor.office).expect("the office is in the table");
    rules::context(set(), rules::newest_calendar().expect("a calendar ships"), office, actor, now)
}

/// A petition is received, found complete, registered and mediated; then letters and notes fill the case.
fn told(length: usize) -> Told {
    let mut now = Timestamp::parse("2026-07-08T02:00:00Z").expect("an instant");
    let mut case = Case::new(CaseId::new(now, [7; 10]));
    let mut acts = Vec::new();
    let begin = ["receive", "verify", "plenary", "register", "appoint_mediator", "summon", "announce", "mediation_day"];
    for key in begin.into_iter().chain(["note", "document", "summon", "announce"].into_iter().cycle()).take(length) {
        let act = decided(&case, &envelope(&case, key, now), now);
        case.apply(&act.1);
        acts.push(act.1);
        now = now.plus(600_000);
    }
    let next = decided(&case, &envelope(&case, "mediation_day", now), now).0;
    Told { json: serde_json::to_string(&acts).expect("acts are JSON"), acts, case, next, now }
}

/// The command with the reasons that were asked for, and its act.
fn decided(case: &Case, envelope: &Envelope, now: Timestamp) -> (Envelope, Act) {
    let mut envelope = envelope.clone();
    let actor = actor();
    let context = context(&actor, now);
    if let Err(reasons) = decide(case, &envelope, &context) {
        for reason in reasons {
            let Reason::NeedsReason { guard, .. } = reason else { panic!("{}: {reason:?}", envelope.payload.act) };
            envelope.rulings.insert(guard, Ruling { reason: "Diputus pleno.".to_owned(), reading: None });
        }
    }
    let act = decide(case, &envelope, &context).unwrap_or_else(|reasons| panic!("{}: {reasons:?}", envelope.payload.act));
    (envelope, act)
}

fn envelope(case: &Case, act: &str, now: Timestamp) -> Envelope {
    let (set, actor) = (set(), actor());
    let context = context(&actor, now);
    let local = now.in_zone(context.office.zone);
    let (hour, minute) = local.minute.hour_and_minute();
    let form = &set.value.act[act].form;
    let typed = fill(&set.value, form, local.date, &format!("{hour:02}.{minute:02}"));
    Envelope {
        schema: SCHEMA,
        command_id: CommandId::new(now, [3; 10]),
        case_id: case.id,
        author: actor.account,
        office: actor.office.clone(),
        device: DeviceId::new(Timestamp(4), [4; 10]),
        payload: Payload { act: act.to_owned(), strand: None, answers: check(&set.value, form, &typed, local.date).submitted },
        base: Base::at(case.revision),
        rules: set.pin.clone(),
        calendar: context.calendar_ref.clone(),
        office_settings: None,
        rulings: Default::default(),
        depends_on: Vec::new(),
        corrects: Vec::new(),
        happened_at: now,
        made_at: MadeAt { wall: now, zone: context.office.zone, offset_ms: None },
        carried_by: None,
        training: false,
    }
}

/// Answers to every field that is shown: the first option, yes, today, a few words.
fn fill(set: &RuleSet, form: &str, date: LocalDate, time: &str) -> Answers {
    let mut answers = Answers::default();
    for (key, field) in fields_in_order(set, form) {
        if !is_shown(field, &answers) {
            continue;
        }
        let of = field.of.as_deref().unwrap_or_default();
        let text = match field.kind {
            Kind::Choice => field.options[0].v.clone(),
            Kind::YesNo => "yes".to_owned(),
            Kind::Date => date.to_string(),
            Kind::Time => time.to_owned(),
            Kind::Count => "3".to_owned(),
            Kind::Nik => "1607014107920001".to_owned(),
            Kind::Phone => "081234567890".to_owned(),
            Kind::Email => "a@b.id".to_owned(),
            Kind::Text | Kind::Name | Kind::LongText => {
                format!("Isi {key}").chars().take(field.max.map_or(500, |max| usize::try_from(max).unwrap_or(500))).collect()
            }
            Kind::Rows => {
                let rows = (0..field.min.max(2)).map(|row| Row { id: format!("r{row}"), fields: fill(set, of, date, time) }).collect();
                answers.0.insert(key.to_owned(), Answer::Rows(rows));
                continue;
            }
            Kind::Checklist => {
                let listed = set.list.get(of).map(|list| list.rows.as_slice()).unwrap_or_default();
                let ticked = listed.iter().map(|row| {
                    let mut fields = Answers::default();
                    fields.set_text("present", "yes".to_owned());
                    fields.set_text("copies", row.copies.to_string());
                    Row { id: row.v.clone(), fields }
                });
                answers.0.insert(key.to_owned(), Answer::Rows(ticked.collect()));
                continue;
            }
            Kind::Files => continue,
        };
        answers.set_text(key, text);
    }
    answers
}
