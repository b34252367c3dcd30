//! Every act of the rule set with its standing in a case, and "Kenapa?": what stands in the way and who can open it.
//! The screen's buttons and `decide` share the same checks.

use super::answers::Answers;
use super::case::Case;
use super::decide::{Context, Reason, permission, standing};
use super::facts::{Facts, Hand, current_state, reads};
use super::guard::{Truth, eval};
use super::office::Role;
use super::rule_set::{ActRule, Otherwise, RuleSet, When};
use super::time::LocalDate;

/// An act and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Key in the rule set.
    pub act: String,
    /// The instance of a side strand that it would move.
    pub strand: Option<String>,
    /// How it stands.
    pub standing: Standing,
    /// A deadline has passed that proposes it.
    pub proposed: bool,
}

/// How an act stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can be performed; what its form answers may still stand against it.
    Ready,
    /// Possible where the case stands, but something is in the way.
    Barred(Vec<Bar>),
}

/// What stands in the way of an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Why.
    pub reason: Reason,
    /// What would open it.
    pub unblock: Vec<Unblock>,
}

/// What would open a barred act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unblock {
    /// Somebody performs another act.
    Do {
        /// Key in the rule set.
        act: String,
        /// Roles that may.
        roles: Vec<Role>,
    },
    /// Time passes: from this day on.
    Wait(LocalDate),
    /// One of these roles does it.
    Ask(Vec<Role>),
}

/// The acts that can be performed where the case stands or are barred only by a person, a date or a guard. Acts that belong
/// to other states are left out. They come in the order of the procedure.
#[must_use]
pub fn offers(case: &Case, context: &Context<'_>) -> Vec<Offer> {
    let rules = context.rules;
    let mut offers = Vec::new();
    for (key, rule) in rules.acts_in_order() {
        let of_strand = rules.strand_of(rule).filter(|_| rule.spawns.is_none());
        let instances: Vec<Option<&str>> = match of_strand {
            None => vec![None],
            Some(kind) => case.strands.iter().filter(|(_, state)| state.kind == kind).map(|(id, _)| Some(id.as_str())).collect(),
        };
        for strand in instances {
            if standing(case, rule, key, strand, rules).is_empty() {
                offers.push(offer(case, key, rule, strand, context));
            }
        }
    }
    offers
}

fn offer(case: &Case, key: &str, rule: &ActRule, strand: Option<&str>, context: &Context<'_>) -> Offer {
    let nothing = Answers::default();
    let hand = Hand { act: key, rule, answers: &nothing, strand };
    let facts = Facts { hand: Some(hand), ..Facts::of(context.rules, context.calendar, context.office, case, context.now) };
    let mut bars: Vec<Bar> = permission(case, rule, context)
        .into_iter()
        .map(|reason| {
            let unblock = match &reason {
                Reason::Role { allowed } => vec![Unblock::Ask(allowed.clone())],
                _ => Vec::new(),
            };
            Bar { reason, unblock }
        })
        .collect();
    bars.extend(rule.guards.iter().filter_map(|guard_key| {
        let guard = context.rules.guard.get(guard_key)?;
        // What the empty form leaves open is asked on the form.
        let barred = guard.otherwise == Otherwise::Block && !reads_form(&guard.when, &rule.form) && eval(&guard.when, &facts) == Truth::No;
        barred.then(|| Bar { reason: Reason::Guard { guard: guard_key.clone() }, unblock: unblock(&guard.when, &facts) })
    }));
    let proposed = context.rules.deadline.iter().any(|(deadline, rule)| {
        rule.propose.as_deref() == Some(key)
            && eval(&When::All(vec![When::Over(deadline.clone()), When::Not(Box::new(When::Kept(deadline.clone())))]), &facts) == Truth::Yes
    });
    let standing = if bars.is_empty() { Standing::Ready } else { Standing::Barred(bars) };
    Offer { act: key.to_owned(), strand: strand.map(str::to_owned), standing, proposed }
}

/// The act that takes the case on from where it stands, for the one primary button of its page: what a passed deadline proposes,
/// else the only act that leads to a further state. `None` where several do, since none of them is *the* next; a case is closed
/// once nothing speaks against it.
#[must_use]
pub fn next<'a>(offers: &'a [Offer], case: &Case, context: &Context<'_>) -> Option<&'a Offer> {
    let rules = context.rules;
    let ready = |offer: &&Offer| offer.standing == Standing::Ready;
    if let Some(proposed) = offers.iter().filter(ready).find(|offer| offer.proposed) {
        return Some(proposed);
    }
    let here = current_state(case, rules);
    let of_case = |offer: &Offer| rules.act.get(&offer.act).filter(|rule| rule.spawns.is_none() && rules.strand_of(rule).is_none());
    let moves: Vec<(&Offer, &ActRule)> = offers.iter().filter(ready).filter_map(|offer| Some((offer, of_case(offer)?))).collect();
    let on: Vec<&(&Offer, &ActRule)> =
        moves.iter().filter(|(_, rule)| rule.targets().any(|state| state != here && !rules.is_end(state))).collect();
    // What can still be done after another of them is not the next one.
    let is_later = |(offer, rule): &(&Offer, &ActRule)| {
        on.iter()
            .filter(|(other, _)| other.act != offer.act)
            .any(|(_, other)| other.targets().all(|state| state != here && rule.from.iter().any(|from| from == state)))
    };
    let mut found = on.iter().filter(|both| !is_later(both));
    if let (Some((offer, _)), None) = (found.next(), found.next()) {
        return Some(offer);
    }
    let facts = Facts::of(rules, context.calendar, context.office, case, context.now);
    let holds =
        |rule: &ActRule| rule.guards.iter().filter_map(|guard| rules.guard.get(guard)).all(|guard| eval(&guard.when, &facts) == Truth::Yes);
    let closes =
        |rule: &ActRule| rule.targets().all(|state| rules.state.get(state).is_some_and(|state| state.end.as_deref() == Some("closed")));
    moves.iter().find(|(_, rule)| on.is_empty() && rule.to.is_some() && closes(rule) && holds(rule)).map(|(offer, _)| *offer)
}

/// The places that [`rank`] gives.
pub const RANKS: u8 = 4;

/// Where an offer stands among others on a screen: first what a passed deadline proposes, then what takes the case or a side strand
/// on, then what leaves it where it is, at last what ends it.
#[must_use]
pub fn rank(offer: &Offer, case: &Case, rules: &RuleSet) -> u8 {
    let Some(rule) = rules.act.get(&offer.act) else { return RANKS - 1 };
    let here = current_state(case, rules);
    let targets: Vec<&str> = rule.targets().filter(|state| rule.spawns.is_none() && *state != here).collect();
    if offer.proposed {
        0
    } else if offer.strand.is_some() || targets.iter().any(|state| !rules.is_end(state)) {
        1
    } else if targets.is_empty() {
        2
    } else {
        3
    }
}

/// Does a condition read the form that is still to be filled in?
#[must_use]
pub fn reads_form(when: &When, form: &str) -> bool {
    reads(when, &|path| path == "act.date" || path.split('.').next() == Some(form))
}

/// What would make a condition hold, derived from it.
#[must_use]
pub fn unblock(when: &When, facts: &Facts<'_>) -> Vec<Unblock> {
    let mut found = Vec::new();
    collect(when, facts, &mut found);
    found
}

fn collect(when: &When, facts: &Facts<'_>, found: &mut Vec<Unblock>) {
    match when {
        When::Done(act) => found.extend(by_act(facts.rules, act)),
        When::Is(path) => found.extend(path.first().into_iter().flat_map(|path| by_form(facts.rules, path))),
        When::AllOf(path) | When::Filled(path) | When::AtLeast(path, _) => found.extend(by_form(facts.rules, path)),
        When::Counted(counter, _) => {
            found.extend(facts.rules.counter.get(counter).and_then(|counter| by_act(facts.rules, &counter.of)));
        }
        When::Over(deadline) => {
            let last = facts.readings(deadline).into_iter().filter_map(|counted| counted.due.ok()).map(|due| due.last_day).max();
            found.extend(last.and_then(LocalDate::next).map(Unblock::Wait));
            let met_by = facts.rules.deadline.get(deadline).into_iter().flat_map(|rule| &rule.met_by);
            found.extend(met_by.filter_map(|act| by_act(facts.rules, act)));
        }
        When::Rests(strand) => found.extend(
            facts
                .rules
                .acts_in_order()
                .filter(|(_, rule)| rule.spawns.is_none() && facts.rules.strand_of(rule) == Some(strand))
                .filter_map(|(key, _)| by_act(facts.rules, key)),
        ),
        When::All(all) => all.iter().filter(|when| eval(when, facts) != Truth::Yes).for_each(|when| collect(when, facts, found)),
        When::Any(all) => all.iter().for_each(|when| collect(when, facts, found)),
        _ => {}
    }
}

fn by_act(rules: &RuleSet, act: &str) -> Option<Unblock> {
    let rule = rules.act.get(act)?;
    Some(Unblock::Do { act: act.to_owned(), roles: rule.by.all().collect() })
}

fn by_form<'a>(rules: &'a RuleSet, path: &'a str) -> impl Iterator<Item = Unblock> + 'a {
    let form = path.split('.').next().unwrap_or_default();
    rules.acts_in_order().filter(move |(_, rule)| rule.form == form).filter_map(|(key, _)| by_act(rules, key))
}
