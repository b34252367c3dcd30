//! What must hold on every way through a rule set (domain notes §4.5), checked where the set has the keys that it speaks of.

use std::collections::BTreeSet;

use sips_lapangan::domain::rule_set::{ActRule, RuleSet, When};

use super::model::{Config, Filled, Model};
use crate::lint::visit;

/// Facts that are kept beside a case to check invariants: the plenary found it complete, it is registered.
pub(super) const WITNESSES: usize = 2;
const COMPLETE: usize = 0;
const REGISTERED: usize = 1;

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
/// The column of a case that ends by lapsing, and the one of a closed case.
const LAPSED: &str = "lapsed";
const CLOSED: &str = "closed";

fn act<'a>(model: &'a Model<'_>, number: usize) -> &'a str {
    model.acts[number].key
}

/// Keeps the witnesses after an act.
pub(super) fn note(model: &Model<'_>, number: usize, option: Option<usize>, after: &mut Config) {
    if act(model, number) == PLENARY {
        let complete = option.and_then(|option| model.option(number, option)) == Some(COMPLETE_RESULT);
        model.set_witness(after, COMPLETE, u8::from(complete));
    }
    if act(model, number) == REGISTER {
        model.set_witness(after, REGISTERED, 1);
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
    wanted
}

/// What a move breaks.
pub(super) fn of_move(model: &Model<'_>, number: usize, before: &Config, after: &Config, asked: &[usize]) -> Vec<String> {
    let mut broken = Vec::new();
    let key = act(model, number);
    let (from, to) = (model.main_state(before), model.main_state(after));
    let has_plenary = model.set.act.get(PLENARY).is_some_and(|act| act.branch.contains_key(COMPLETE_RESULT));
    if key == REGISTER && has_plenary && model.witness(before, COMPLETE) == 0 {
        broken.push("I1 registered without the plenary's `complete`".to_owned());
    }
    if MEDIATION.contains(&to)
        && from != to
        && key != REGISTER
        && model.set.act.contains_key(REGISTER)
        && model.witness(before, REGISTERED) == 0
    {
        broken.push("I2 mediation before the act of registering".to_owned());
    }
    if model.is_end(from) && from != to {
        broken.push(format!("I9 `{key}` moves a case that has ended"));
    }
    if from != to && model.set.state.get(to).and_then(|state| state.end.as_deref()) == Some(CLOSED) {
        for strand in 0..model.strands.len() {
            // A person who was asked may close it with a reason.
            let name = model.strands[strand];
            let told = asked.iter().filter_map(|guard| model.acts[number].guards.get(*guard)).any(|(_, guard)| {
                let mut rests = false;
                visit(&guard.when, 0, &mut |when, _| rests |= matches!(when, When::Rests(asked) if asked == name));
                rests
            });
            if model.is_over(after, Some(strand)) == Some(false) && !told {
                broken.push(format!("I11 closed while `{}` goes on", model.strands[strand]));
            }
        }
    }
    if let Some(series) = model.acts[number].rule.number.as_deref()
        && model.is_numbered(before, series)
    {
        broken.push(format!("I10 `{key}` asks for a second number of `{series}`"));
    }
    broken
}

/// What the rule set itself breaks, whatever way is taken: I3, the days to the decision run from the register alone.
pub(super) fn of_set(set: &RuleSet) -> Vec<String> {
    let Some(decision) = set.deadline.get(DECISION).filter(|_| set.act.contains_key(REGISTER) && set.act.contains_key(PLENARY)) else {
        return Vec::new();
    };
    let elsewhere = decision.readings.iter().filter(|reading| reading.start_act.iter().ne([REGISTER]));
    elsewhere.map(|reading| format!("I3 the days to the decision do not run from the register by reading `{}`", reading.id)).collect()
}

/// What a move breaks that its form has to do with.
pub(super) fn of_form(model: &Model<'_>, number: usize, before: &Config, after: &Config, form: &Filled, asked: &[usize]) -> Vec<String> {
    let (from, to) = (model.main_state(before), model.main_state(after));
    let lapses = from != to && model.set.state.get(to).and_then(|state| state.end.as_deref()) == Some(LAPSED);
    lapses.then(|| absence(model, number, before, form, asked)).flatten().into_iter().collect()
}

/// I4: a case lapses for absence only after two summons in a row that were not followed; else it is refused, or where the law
/// was not read a person is asked about just that.
fn absence(model: &Model<'_>, number: usize, before: &Config, form: &Filled, asked: &[usize]) -> Option<String> {
    let rule = model.acts[number].rule;
    let ground = form.iter().find(|(variable, _)| is_ground(&model.variables[**variable].key, &rule.form));
    let chosen = ground.map(|(variable, value)| model.variables[*variable].values[usize::from(*value)].text.as_str());
    let counts = |name: &str| model.counter(before, name);
    let most = match chosen {
        Some(chosen) => counts(ABSENCES.iter().find(|(ground, _)| *ground == chosen)?.1),
        // An act of its own for absence, without a ground to choose.
        None if model.acts[number].key.contains("absen") => model.counters.iter().map(|name| counts(name)).max().unwrap_or(0),
        None => return None,
    };
    let told = asked.iter().filter_map(|guard| model.acts[number].guards.get(*guard)).any(|(_, guard)| {
        let mut counts = false;
        visit(&guard.when, 0, &mut |when, _| counts |= matches!(when, When::Counted(..)));
        counts
    });
    let ground = chosen.map(|chosen| format!(" on ground {chosen}")).unwrap_or_default();
    (most < 2 && !told).then(|| format!("I4 `{}`{ground} after {most} summons that were not followed", model.acts[number].key))
}

/// Is this the field of a form that names the ground of a lapse?
pub(super) fn is_ground(path: &str, form: &str) -> bool {
    path.strip_prefix(form).is_some_and(|rest| rest == ".ground")
}

/// Does the act let a case lapse, so that every counter is held against it?
pub(super) fn lapses(set: &RuleSet, rule: &ActRule) -> bool {
    crate::lint::targets(rule).any(|to| set.state.get(to).and_then(|state| state.end.as_deref()) == Some(LAPSED))
}
