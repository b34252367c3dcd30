//! What must hold on every way through a rule set (domain notes §4.5), checked where the set has the keys that it speaks of.
//! I8 and I14 need the whole graph and are in the walk itself; I15 is what never occurs; I13 and I16 speak of what an act
//! carries, which an abstract case has not: dated walks hold them (`tests/scenarios/walk.rs` of the app, `tests/fuzz.rs` here).

use std::collections::BTreeSet;

use sips_lapangan::domain::rule_set::{ActRule, RuleSet, When};

use super::model::{Config, Filled, Model};
use crate::lint::{paths_of, visit};

/// Facts that are kept beside a case to check invariants: the plenary found it complete, it is registered, the parties agreed.
pub(super) const WITNESSES: usize = 3;
const COMPLETE: usize = 0;
const REGISTERED: usize = 1;
const AGREED: usize = 2;

/// The number of an invariant that was looked at, and what breaks it.
pub(super) type Verdict = (u8, Option<String>);

/// The act that enters a petition in the register book.
const REGISTER: &str = "register";
/// The deadline for the decision.
const DECISION: &str = "decision";
/// The plenary and its result.
const PLENARY: &str = "plenary";
const COMPLETE_RESULT: &str = "complete";
/// States of mediation and of closed deliberation.
const MEDIATION: [&str; 2] = ["mediation", "closed_deliberation"];
/// The grounds of absence (P9 Art. 90), each with the counter of the summons that were not followed.
const ABSENCES: [(&str, &str); 3] =
    [("f", "mediation_petitioner_absent"), ("g", "hearing_petitioner_absent"), ("h", "hearing_both_absent")];
/// The act that ends mediation, or the meeting on the spot; its result, an agreement in part, and those that settle a dispute.
const MEDIATED: &str = "mediation_result";
const RESULT: &str = "mediation_result.result";
const PARTIAL: &str = "partial";
const AGREEMENTS: [&str; 2] = ["full", "partial_settled"];
/// A settlement during the hearings, the reading of the decision, and its outcome by agreement.
const SETTLEMENT: &str = "settlement";
const READ: &str = "read_decision";
const SETTLED: &str = "settled";
/// The suit at the administrative court, the stage of the disputed decision, and the stages that may go there (BCK, UU 7/2017
/// Arts. 469, 471): verification of parties, the final list with its changes, presidential pairs.
const SUIT: &str = "appeal";
const STAGE: &str = "petition.stage";
const COURT_STAGES: [&str; 4] = ["party_verification", "dct", "dct_change", "president"];
/// Acts whose papers tell what was said behind closed doors.
const CLOSED_DOORS: [&str; 2] = ["mediation_day", MEDIATED];
/// The operative part, and the state in which it has been read.
const OPERATIVE: &str = "operative";
const DECIDED: &str = "decided";
/// The column of a case that ends by lapsing, and the one of a closed case.
const LAPSED: &str = "lapsed";
const CLOSED: &str = "closed";

fn act<'a>(model: &'a Model<'_>, number: usize) -> &'a str {
    model.acts[number].key
}

/// Keeps the witnesses after an act.
pub(super) fn note(model: &Model<'_>, number: usize, option: Option<usize>, form: &Filled, after: &mut Config) {
    match act(model, number) {
        PLENARY => {
            let complete = option.and_then(|option| model.option(number, option)) == Some(COMPLETE_RESULT);
            model.set_witness(after, COMPLETE, u8::from(complete));
        }
        REGISTER => model.set_witness(after, REGISTERED, 1),
        MEDIATED => {
            let agreed = chosen(model, RESULT, form).is_some_and(|result| AGREEMENTS.contains(&result));
            model.set_witness(after, AGREED, u8::from(agreed));
        }
        SETTLEMENT => model.set_witness(after, AGREED, 1),
        _ => {}
    }
}

/// Witnesses that an act sets, or that its form is held against.
pub(super) fn touched(key: &str) -> Option<usize> {
    match key {
        PLENARY => Some(COMPLETE),
        REGISTER => Some(REGISTERED),
        MEDIATED | SETTLEMENT | READ => Some(AGREED),
        _ => None,
    }
}

/// Witnesses that something ahead is held against.
pub(super) fn wanted(model: &Model<'_>, ahead: &BTreeSet<usize>) -> [bool; WITNESSES] {
    let mediates = |number: &usize| {
        let rule = model.acts[*number].rule;
        crate::lint::targets(rule).any(|state| MEDIATION.contains(&state))
    };
    let mut wanted = [false; WITNESSES];
    wanted[COMPLETE] = ahead.iter().any(|number| act(model, *number) == REGISTER);
    wanted[REGISTERED] = ahead.iter().any(mediates);
    wanted[AGREED] = ahead.iter().any(|number| act(model, *number) == READ);
    wanted
}

/// The option that a form chooses in a field.
fn chosen<'m>(model: &'m Model<'_>, path: &str, form: &Filled) -> Option<&'m str> {
    let variable = model.variable(path)?;
    model.variables[variable].values.get(usize::from(*form.get(&variable)?)).map(|value| value.text.as_str())
}

/// Was a person asked by a guard with such a condition?
fn told(model: &Model<'_>, number: usize, asked: &[usize], about: impl Fn(&When) -> bool) -> bool {
    asked.iter().filter_map(|guard| model.acts[number].guards.get(*guard)).any(|(_, guard)| {
        let mut found = false;
        visit(&guard.when, 0, &mut |when, _| found |= about(when));
        found
    })
}

fn reads(when: &When, path: &str) -> bool {
    paths_of(when).contains(&path)
}

/// What a move was held against.
pub(super) fn of_move(
    model: &Model<'_>,
    number: usize,
    option: Option<usize>,
    before: &Config,
    after: &Config,
    asked: &[usize],
) -> Vec<Verdict> {
    let mut verdicts: Vec<Verdict> = Vec::new();
    let mut look = |invariant, broken: Option<String>| verdicts.push((invariant, broken));
    let set = model.set;
    let key = act(model, number);
    let (from, to) = (model.main_state(before), model.main_state(after));
    let has_plenary = set.act.get(PLENARY).is_some_and(|act| act.branch.contains_key(COMPLETE_RESULT));
    if key == REGISTER && has_plenary {
        let complete = model.witness(before, COMPLETE) != 0;
        look(1, (!complete).then(|| "registered without the plenary's `complete`".to_owned()));
    }
    if MEDIATION.contains(&to) && from != to && key != REGISTER && set.act.contains_key(REGISTER) {
        let registered = model.witness(before, REGISTERED) != 0;
        look(2, (!registered).then(|| "mediation before the act of registering".to_owned()));
    }
    if key == MEDIATED && option.and_then(|option| model.option(number, option)) == Some(PARTIAL) {
        let settles = set.act.get(READ).is_some_and(|read| read.from.iter().any(|from| from == to));
        look(5, settles.then(|| format!("an agreement in part leads to `{to}`, where the decision is read")));
    }
    if key == SUIT && goes_to_court(set) {
        let stage = model.variable(STAGE).map_or("", |variable| model.answer(before, variable).text.as_str());
        let allowed = COURT_STAGES.contains(&stage) || told(model, number, asked, |when| reads(when, STAGE));
        look(7, (!allowed).then(|| format!("a suit about the stage `{stage}`, which the court does not hear")));
    }
    if model.is_end(from) {
        look(9, (from != to).then(|| format!("`{key}` moves a case that has ended")));
    }
    if let Some(series) = model.acts[number].rule.number.as_deref() {
        let twice = model.is_numbered(before, series);
        look(10, twice.then(|| format!("`{key}` asks for a second number of `{series}`")));
    }
    if from != to && set.state.get(to).and_then(|state| state.end.as_deref()) == Some(CLOSED) {
        for (strand, name) in model.strands.iter().enumerate() {
            // A person who was asked may close it with a reason.
            let goes_on = model.is_over(after, Some(strand)) == Some(false)
                && !told(model, number, asked, |when| matches!(when, When::Rests(asked) if asked == name));
            look(11, goes_on.then(|| format!("closed while `{name}` goes on")));
        }
    }
    for paper in &model.acts[number].public {
        let early = is_decision(set, paper, &model.acts[number].rule.form) && to != DECIDED && !model.is_end(to);
        let closed_doors = CLOSED_DOORS.contains(&key) && !early;
        look(12, early.then(|| format!("`{paper}` is public before the decision is read")));
        look(12, closed_doors.then(|| format!("`{paper}` tells everybody of the mediation")));
    }
    verdicts
}

/// Does this set's suit go to the court that hears only some stages?
fn goes_to_court(set: &RuleSet) -> bool {
    let stages = crate::lint::field(set, STAGE).map(|field| field.options.as_slice()).unwrap_or_default();
    set.act.contains_key(SUIT) && COURT_STAGES.iter().all(|stage| stages.iter().any(|option| option.v == *stage))
}

/// Does a paper tell the operative part?
fn is_decision(set: &RuleSet, paper: &str, form: &str) -> bool {
    paper == "decision" || set.field(form, OPERATIVE).is_some()
}

/// Fields that an invariant watches, whether or not a condition reads them, with the options that it tells apart; `None`: all.
pub(super) fn watched(set: &RuleSet) -> Vec<(String, Option<&'static [&'static str]>)> {
    let grounds = set.act.values().map(|act| (format!("{}.ground", act.form), None));
    let outcome = set.act.get(READ).map(|act| (format!("{}.outcome", act.form), Some(&[SETTLED][..])));
    let stage = goes_to_court(set).then(|| (STAGE.to_owned(), Some(&COURT_STAGES[..])));
    let mut watched: Vec<_> = grounds.chain(outcome).chain(stage).filter(|(path, _)| crate::lint::field(set, path).is_some()).collect();
    watched.sort();
    watched.dedup();
    watched
}

/// What the rule set itself breaks, whatever way is taken: I3, the days to the decision run from the register alone.
pub(super) fn of_set(set: &RuleSet) -> Vec<String> {
    let Some(decision) = set.deadline.get(DECISION).filter(|_| set.act.contains_key(REGISTER) && set.act.contains_key(PLENARY)) else {
        return Vec::new();
    };
    let elsewhere = decision.readings.iter().filter(|reading| reading.start_act.iter().ne([REGISTER]));
    elsewhere.map(|reading| format!("I3 the days to the decision do not run from the register by reading `{}`", reading.id)).collect()
}

/// What a move was held against that its form has to do with.
pub(super) fn of_form(model: &Model<'_>, number: usize, before: &Config, after: &Config, form: &Filled, asked: &[usize]) -> Vec<Verdict> {
    let (from, to) = (model.main_state(before), model.main_state(after));
    let mut verdicts = Vec::new();
    if from != to && model.set.state.get(to).and_then(|state| state.end.as_deref()) == Some(LAPSED) {
        verdicts.extend(absence(model, number, before, form, asked));
    }
    if act(model, number) == READ {
        verdicts.extend(settled(model, number, before, form, asked));
    }
    verdicts
}

/// I6: a decision settles the case exactly if the parties agreed; an agreement is passed over only with a person's reason.
fn settled(model: &Model<'_>, number: usize, before: &Config, form: &Filled, asked: &[usize]) -> Option<Verdict> {
    let path = format!("{}.outcome", model.acts[number].rule.form);
    let settled = chosen(model, &path, form)? == SETTLED;
    let agreed = model.witness(before, AGREED) != 0;
    let broken = settled != agreed && !told(model, number, asked, |when| reads(when, &path));
    let what = if settled { "settled without an agreement" } else { "an agreement is passed over without a reason" };
    Some((6, broken.then(|| what.to_owned())))
}

/// I4: a case lapses for absence only after two summons in a row that were not followed; else it is refused, or where the law
/// was not read a person is asked about just that.
fn absence(model: &Model<'_>, number: usize, before: &Config, form: &Filled, asked: &[usize]) -> Option<Verdict> {
    let rule = model.acts[number].rule;
    let ground = chosen(model, &format!("{}.ground", rule.form), form);
    let counts = |name: &str| model.counter(before, name);
    let most = match ground {
        Some(ground) => counts(ABSENCES.iter().find(|(absence, _)| *absence == ground)?.1),
        // An act of its own for absence, without a ground to choose.
        None if model.acts[number].key.contains("absen") => model.counters.iter().map(|name| counts(name)).max().unwrap_or(0),
        None => return None,
    };
    let broken = most < 2 && !told(model, number, asked, |when| matches!(when, When::Counted(..)));
    let ground = ground.map(|ground| format!(" on ground {ground}")).unwrap_or_default();
    Some((4, broken.then(|| format!("`{}`{ground} after {most} summons that were not followed", model.acts[number].key))))
}

/// Does the act let a case lapse, so that every counter is held against it?
pub(super) fn lapses(set: &RuleSet, rule: &ActRule) -> bool {
    crate::lint::targets(rule).any(|to| set.state.get(to).and_then(|state| state.end.as_deref()) == Some(LAPSED))
}
