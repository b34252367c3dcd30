//! Deciding a command: the same code for the button on the device and for the server. A refusal gives every reason.

use serde::{Deserialize, Serialize};

use super::answers::{Answers, Place};
use super::calendar::Calendar;
use super::case::{Act, Case, Effect, Past, Person};
use super::command::{Base, Envelope, Ruling};
use super::facts::{Facts, Hand, current_state, deadlines_in, reads};
use super::form::{self, Problem};
use super::guard::{Truth, View, eval};
use super::office::{Actor, Level, Office, Role};
use super::rule_set::{ActRule, DefinitionRef, Otherwise, RuleSet};
use super::table::Table;
use super::text::{is_blank, read_date, read_time};
use super::time::{MinuteOfDay, Timestamp};

/// How far a stated time may run ahead of the clock that judges it, in milliseconds: clocks are never quite alike.
pub const CLOCK_TOLERANCE_MS: i64 = 10 * 60 * 1_000;

/// What a decision rests on.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The rule set that the command names.
    pub rules: &'a RuleSet,
    /// Its pin.
    pub rules_ref: &'a DefinitionRef,
    /// The calendar that the command names.
    pub calendar: &'a Calendar,
    /// Its pin.
    pub calendar_ref: &'a DefinitionRef,
    /// The office acted for.
    pub office: &'a Office,
    /// Who acts.
    pub actor: &'a Actor,
    /// The best clock at hand.
    pub now: Timestamp,
}

/// One reason why a command is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The rule set has no such act.
    UnknownAct {
        /// As named.
        act: String,
    },
    /// The command names another version of the rules or the calendar than it was decided with here.
    UnknownVersion {
        /// The definition.
        id: String,
    },
    /// None of the actor's roles may do this.
    Role {
        /// Those that may.
        allowed: Vec<Role>,
    },
    /// Offices of this level may not do this.
    Level {
        /// Those that may.
        allowed: Vec<Level>,
    },
    /// The case belongs to another office, or the actor to another than the command says.
    OtherOffice,
    /// The case is in a state in which this cannot be done.
    State {
        /// The state it is in.
        state: String,
        /// Those in which it can.
        from: Vec<String>,
    },
    /// It is said to have happened later than now.
    InTheFuture,
    /// It is said to have happened before the case began.
    BeforeCase,
    /// It can be done once only, and was.
    Once,
    /// The case has as many of this side strand as it may.
    StrandFull {
        /// Key of the strand.
        strand: String,
    },
    /// The time of the act and the time in the form are not the same.
    TimeDiffers,
    /// A field stands in the way.
    Form {
        /// Which and why.
        problem: Problem,
    },
    /// A guard refuses.
    Guard {
        /// Key in the rule set.
        guard: String,
    },
    /// A guard asks for a reason.
    NeedsReason {
        /// Key in the rule set.
        guard: String,
        /// Does it not hold, or can nobody tell from the facts?
        unknown: bool,
    },
    /// A reading of a deadline was chosen without a reason. It binds the case, so that the reason is kept with it.
    ReadingNeedsReason {
        /// Key in the rule set of the guard that the ruling answers.
        guard: String,
    },
    /// The reason given for a guard is too long.
    ReasonTooLong {
        /// Key in the rule set.
        guard: String,
        /// The most characters.
        max: usize,
    },
}

/// The ruling between two versions of the same answers: no guard of a rule set has this key.
pub const DIFFERS: &str = "differs";

/// The most characters of a reason.
pub const MAX_REASON: usize = 5_000;

/// Is the case what the author of a command saw? A server decides no other command: it answers `conflict`, and the client decides again.
/// The number alone could be made up by other acts than the author had in view: the last of them has to be that one, and what an amendment saw
/// of its form the same.
#[must_use]
pub fn rests_on(case: &Case, envelope: &Envelope, rules: &RuleSet) -> bool {
    let form = rules.act.get(&envelope.payload.act).map_or("", |rule| rule.form.as_str());
    let Base { revision, last, seen } = &envelope.base;
    *revision == case.revision && (last.is_none() || *last == case.last()) && (seen.0.is_empty() || seen == case.form(form))
}

/// Does the case hold another version of a command: one that it corrects, a correction of it, or one of the same? A refused command can be
/// taken yet: its refusal came after a lost answer, or a server that lost it was given it back, by two devices that both corrected it.
#[must_use]
pub fn has_other_version(case: &Case, envelope: &Envelope) -> bool {
    let named = &envelope.corrects;
    let is_other =
        |past: &Past| named.contains(&past.command) || past.corrects.iter().any(|old| *old == envelope.command_id || named.contains(old));
    case.history.iter().any(|past| past.by == envelope.author && is_other(past))
}

/// Decides a command; `case` is the state that it meets. The act says what changes; the case itself is left as it is.
///
/// # Errors
/// Every reason that stands against it, in the order in which an officer would mend them.
pub fn decide(case: &Case, envelope: &Envelope, context: &Context<'_>) -> Result<Act, Vec<Reason>> {
    let rules = context.rules;
    let payload = &envelope.payload;
    let Some(rule) = rules.act.get(&payload.act) else {
        return Err(vec![Reason::UnknownAct { act: payload.act.clone() }]);
    };
    let mut reasons = versions(envelope, context);
    if case.rules.as_ref().is_some_and(|begun| begun.id != rules.id) {
        // A stream stays what it began as.
        reasons.push(Reason::UnknownVersion { id: rules.id.clone() });
    }
    reasons.extend(permission(case, rule, context));
    if envelope.office != context.actor.office {
        reasons.push(Reason::OtherOffice);
    }
    reasons.extend(standing(case, rule, &payload.act, payload.strand.as_deref(), rules));
    if has_other_version(case, envelope) && !reasons.contains(&Reason::Once) {
        reasons.push(Reason::Once);
    }
    if envelope.happened_at > context.now.plus(CLOCK_TOLERANCE_MS) {
        reasons.push(Reason::InTheFuture);
    }
    // To the minute: an officer states no seconds.
    if case.history.first().is_some_and(|first| envelope.happened_at.plus(60_000) <= first.at) {
        reasons.push(Reason::BeforeCase);
    }
    let today = context.now.in_zone(context.office.zone).date;
    let checked = form::check(rules, &rule.form, &payload.answers, today);
    reasons.extend(checked.problems.iter().cloned().map(|problem| Reason::Form { problem }));
    if checked.problems.is_empty() && checked.submitted != payload.answers {
        // A submitted form is already in its submitted form; anything else was made by something that is not this rule set.
        reasons.push(Reason::UnknownVersion { id: rules.id.clone() });
    }
    if stated_time(&checked.submitted, context.office).is_some_and(|stated| stated != envelope.happened_at) {
        reasons.push(Reason::TimeDiffers);
    }

    let hand = Hand { act: &payload.act, rule, answers: &checked.submitted, strand: payload.strand.as_deref() };
    let mut facts = facts(case, hand, envelope.happened_at, context);
    let chosen = chosen(rule, rules, &envelope.rulings);
    facts.ruled = chosen.iter().map(|(_, deadline, reading)| ((*deadline).to_owned(), (*reading).to_owned())).collect();
    let mut flags = Vec::new();
    let mut rulings = Table::new();
    let asked = asked_guards(rule, &facts);
    // A ruling between readings is kept also where the guard then plainly holds.
    let plainly = |guard: &&String| chosen.iter().any(|(key, ..)| key == guard) && asked.iter().all(|asked| asked.guard != **guard);
    for (guard, ruling) in rule.guards.iter().filter(plainly).filter_map(|guard| envelope.rulings.get_key_value(guard)) {
        if is_blank(&ruling.reason) {
            reasons.push(Reason::ReadingNeedsReason { guard: guard.clone() });
        } else if ruling.reason.chars().count() > MAX_REASON {
            reasons.push(Reason::ReasonTooLong { guard: guard.clone(), max: MAX_REASON });
        } else {
            rulings.insert(guard.clone(), ruling.clone());
        }
    }
    for asked in asked {
        let ruling = envelope.rulings.get(&asked.guard).filter(|ruling| !is_blank(&ruling.reason));
        match (asked.otherwise, asked.truth, ruling) {
            (Otherwise::Block, Truth::No, _) => reasons.push(Reason::Guard { guard: asked.guard }),
            (_, truth, None) => reasons.push(Reason::NeedsReason { guard: asked.guard, unknown: truth == Truth::Unknown }),
            (_, _, Some(ruling)) if ruling.reason.chars().count() > MAX_REASON => {
                reasons.push(Reason::ReasonTooLong { guard: asked.guard, max: MAX_REASON });
            }
            (_, _, Some(ruling)) => {
                flags.push(asked.guard.clone());
                rulings.insert(asked.guard, ruling.clone());
            }
        }
    }
    // Why one of two versions holds that were written side by side: on record with the act that settles it (contract §5).
    if let Some(ruling) = envelope.rulings.get(DIFFERS).filter(|ruling| !is_blank(&ruling.reason)) {
        if ruling.reason.chars().count() > MAX_REASON {
            reasons.push(Reason::ReasonTooLong { guard: DIFFERS.to_owned(), max: MAX_REASON });
        } else {
            rulings.insert(DIFFERS.to_owned(), Ruling { reason: ruling.reason.clone(), reading: None });
        }
    }
    let state = target(rule, &facts);
    if rule.to_by.is_some() && state.is_none() && checked.problems.is_empty() {
        // The option has no branch: the rules themselves do not fit together.
        reasons.push(Reason::UnknownVersion { id: rules.id.clone() });
    }
    if !reasons.is_empty() {
        return Err(reasons);
    }

    let mut effects = Vec::new();
    let strand = match (rules.strand_of(rule), &rule.spawns, &payload.strand) {
        (None, _, _) => None,
        (Some(_), Some(_), _) => Some(envelope.command_id.to_string()),
        (Some(_), None, named) => named.clone(),
    };
    match (rules.strand_of(rule), &strand, state) {
        (Some(kind), Some(id), Some(state)) => effects.push(Effect::Strand { id: id.clone(), kind: kind.to_owned(), state }),
        (None, _, Some(state)) => effects.push(Effect::Enter(state)),
        (_, _, None) => {}
        (Some(_), None, Some(_)) => unreachable!("an act of a side strand names its instance, or begins one"),
    }
    effects.extend(facts.ruled.iter().map(|(deadline, reading)| Effect::Reading { deadline: deadline.clone(), reading: reading.clone() }));
    let mut late = Vec::new();
    for (deadline, deadline_rule) in rules.deadline.iter() {
        let meets = deadline_rule.met_by.contains(&payload.act);
        let starts = deadline_rule.readings.iter().any(|reading| reading.start_act.contains(&payload.act));
        if !meets && !starts {
            continue;
        }
        let counted = facts.readings(deadline);
        effects.extend(counted.iter().filter_map(|counted| counted.due.as_ref().ok()).map(|due| Effect::Due {
            deadline: deadline.clone(),
            reading: due.reading.clone(),
            last_day: due.last_day,
            closes_at: due.closes_at,
            provisional: due.provisional,
        }));
        // Not late if an earlier act met it: a case may lapse long after its mediation ended in time.
        if meets && facts.is_kept(deadline) == Truth::No {
            late.push(deadline.clone());
        }
    }
    if !checked.gaps.is_empty() {
        effects.push(Effect::Gaps(checked.gaps.iter().map(ToString::to_string).collect()));
    }
    effects.push(Effect::Set { form: rule.form.clone(), answers: checked.submitted.clone() });
    effects.extend(rule.number.clone().map(Effect::Number));
    Ok(Act {
        command_id: envelope.command_id,
        case_id: envelope.case_id,
        act: payload.act.clone(),
        by: Person { account: context.actor.account, name: context.actor.name.clone(), roles: context.actor.roles_for(rule) },
        office: envelope.office.clone(),
        happened_at: envelope.happened_at,
        made_at: envelope.made_at,
        recorded_at: None,
        revision: 0,
        rules: envelope.rules.clone(),
        calendar: envelope.calendar.clone(),
        office_settings: envelope.office_settings.clone(),
        strand,
        effects,
        late,
        flags,
        rulings,
        carried_by: envelope.carried_by,
        corrects: envelope.corrects.clone(),
        further: None,
    })
}

/// A guard that stands against an act or asks about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Key in the rule set.
    pub guard: String,
    /// `No` or `Unknown`.
    pub truth: Truth,
    /// What the rule set does about it.
    pub otherwise: Otherwise,
    /// Readings of a deadline that disagree here; a person follows one of them.
    pub readings: Vec<String>,
}

/// The guards of `act` that do not plainly hold, for the check page: the answers may still be as they were typed.
#[must_use]
pub fn asked(
    case: &Case,
    act: &str,
    strand: Option<&str>,
    answers: &Answers,
    rulings: &Table<String, Ruling>,
    happened_at: Timestamp,
    context: &Context<'_>,
) -> Vec<Asked> {
    let Some(rule) = context.rules.act.get(act) else { return Vec::new() };
    let plain = facts(case, Hand { act, rule, answers, strand }, happened_at, context);
    let mut with_rulings = plain.clone();
    let chosen = chosen(rule, context.rules, rulings);
    with_rulings.ruled = chosen.into_iter().map(|(_, deadline, reading)| (deadline.to_owned(), reading.to_owned())).collect();
    // What a ruling between readings has settled stays on the page, so that it can be changed.
    let before = asked_guards(rule, &plain);
    let after = asked_guards(rule, &with_rulings);
    let settled = before.iter().filter(|asked| !asked.readings.is_empty() && after.iter().all(|still| still.guard != asked.guard)).cloned();
    let mut all: Vec<Asked> = settled.collect();
    all.extend(after.into_iter().map(|mut asked| {
        let readings = before.iter().find(|plain| plain.guard == asked.guard).map(|plain| plain.readings.clone());
        asked.readings = readings.unwrap_or_default();
        asked
    }));
    all
}

/// Does a guard of `act` look at one of these places of its form: itself, through its deadlines, or by the act's time?
#[must_use]
pub fn looks_at(guard: &str, act: &str, rules: &RuleSet, places: &[Place]) -> bool {
    let Some((guard, rule)) = rules.guard.get(guard).zip(rules.act.get(act)) else { return false };
    let is_time = places.iter().any(|place| TIMES.contains(&place.field.as_str()));
    let wanted = |path: &str| {
        let mut parts = path.split('.');
        let own = parts.next() == Some(rule.form.as_str());
        let (top, field) = (parts.next().unwrap_or_default(), parts.next());
        let here = |place: &Place| place.top() == top && (field.is_none() || place.row.is_none() || field == Some(place.field.as_str()));
        path == "act.date" && is_time || own && places.iter().any(here)
    };
    let mut deadlines = Vec::new();
    deadlines_in(&guard.when, &mut deadlines);
    let starts = |deadline: &&str| {
        let readings = rules.deadline.get(*deadline).map_or(&[][..], |deadline| deadline.readings.as_slice());
        readings.iter().any(|reading| {
            reading.start_date.as_deref().is_some_and(wanted) || reading.when.as_ref().is_some_and(|when| reads(when, &wanted))
        })
    };
    reads(&guard.when, &wanted) || !deadlines.is_empty() && is_time || deadlines.iter().any(starts)
}

/// The fields in which forms state the time of an act.
const TIMES: [&str; 4] = ["filed_on", "filed_at", "on", "at"];

fn facts<'a>(case: &'a Case, hand: Hand<'a>, at: Timestamp, context: &Context<'a>) -> Facts<'a> {
    Facts { hand: Some(hand), ..Facts::of(context.rules, context.calendar, context.office, case, at) }
}

/// The readings that rulings choose: guard, deadline, reading. A reading that the guard's deadlines do not have chooses nothing.
fn chosen<'a>(rule: &'a ActRule, rules: &'a RuleSet, rulings: &'a Table<String, Ruling>) -> Vec<(&'a str, &'a str, &'a str)> {
    let mut chosen = Vec::new();
    for key in &rule.guards {
        let Some((guard, reading)) = rules.guard.get(key).zip(rulings.get(key).and_then(|ruling| ruling.reading.as_deref())) else {
            continue;
        };
        let mut deadlines = Vec::new();
        deadlines_in(&guard.when, &mut deadlines);
        let has = |deadline: &&str| rules.deadline.get(*deadline).is_some_and(|rule| rule.readings.iter().any(|known| known.id == reading));
        chosen.extend(deadlines.into_iter().filter(has).map(|deadline| (key.as_str(), deadline, reading)));
    }
    chosen
}

fn asked_guards(rule: &ActRule, facts: &Facts<'_>) -> Vec<Asked> {
    rule.guards
        .iter()
        .filter_map(|key| {
            let guard = facts.rules.guard.get(key)?;
            let truth = eval(&guard.when, facts);
            (truth != Truth::Yes).then(|| {
                let mut deadlines = Vec::new();
                if truth == Truth::Unknown {
                    deadlines_in(&guard.when, &mut deadlines);
                }
                let readings = deadlines.into_iter().map(|deadline| facts.readings(deadline)).find(|readings| readings.len() > 1);
                let readings = readings.unwrap_or_default().into_iter().map(|counted| counted.reading).collect();
                Asked { guard: key.clone(), truth, otherwise: guard.otherwise, readings }
            })
        })
        .collect()
}

/// The state that the act leads to.
fn target(rule: &ActRule, facts: &Facts<'_>) -> Option<String> {
    match &rule.to_by {
        Some(path) => facts.texts(path).first().and_then(|option| rule.branch.get(*option)).cloned(),
        None => rule.to.clone(),
    }
}

/// The instant that a form states, in the office's zone: in `filed_on` and `filed_at`, or in `on` and `at`. `None` while either
/// is no date or time. 24.00 means the last moment of its day.
#[must_use]
pub fn stated_time(answers: &Answers, office: &Office) -> Option<Timestamp> {
    let text =
        |one: &'static str, other: &'static str| Some(answers.text(one)).filter(|text| !text.is_empty()).unwrap_or(answers.text(other));
    let date = read_date(text("filed_on", "on")).ok()?;
    let minute = read_time(text("filed_at", "at"))?;
    let instant = date.at(minute, office.zone);
    Some(if minute == MinuteOfDay::END_OF_DAY { instant.plus(-1) } else { instant })
}

fn versions(envelope: &Envelope, context: &Context<'_>) -> Vec<Reason> {
    [(&envelope.rules, context.rules_ref), (&envelope.calendar, context.calendar_ref)]
        .into_iter()
        .filter(|(named, known)| named != known)
        .map(|(named, _)| Reason::UnknownVersion { id: named.id.clone() })
        .collect()
}

/// Why the actor may not perform this act of this case, whatever the form says.
pub(super) fn permission(case: &Case, rule: &ActRule, context: &Context<'_>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let actor = context.actor;
    if !rule.by.all().any(|role| actor.roles.contains(&role)) {
        reasons.push(Reason::Role { allowed: rule.by.all().collect() });
    }
    let levels = context.rules.levels_of(rule);
    if !levels.contains(&context.office.level) {
        reasons.push(Reason::Level { allowed: levels.to_vec() });
    }
    let owner = case.office.as_ref().unwrap_or(&actor.office);
    let above = rule.by.above && context.office.is_above(owner);
    if context.office.code != actor.office || (*owner != actor.office && !above) {
        reasons.push(Reason::OtherOffice);
    }
    reasons
}

/// Why the act cannot be performed where the case, or the instance of the side strand, stands.
pub(super) fn standing(case: &Case, rule: &ActRule, act: &str, strand: Option<&str>, rules: &RuleSet) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let state = match (rules.strand_of(rule), &rule.spawns) {
        (Some(_), None) => strand.and_then(|id| case.strands.get(id)).map(|instance| instance.state.as_str()).unwrap_or_default(),
        _ => current_state(case, rules),
    };
    if !rule.from.iter().any(|from| from == state) {
        reasons.push(Reason::State { state: state.to_owned(), from: rule.from.clone() });
    }
    if let Some(kind) = &rule.spawns {
        let max = rules.strand.get(kind).map_or(0, |strand| usize::from(strand.max));
        if case.strands.values().filter(|instance| instance.kind == *kind).count() >= max {
            reasons.push(Reason::StrandFull { strand: kind.clone() });
        }
    }
    let same_strand = |past: &Past| strand.is_none() || past.strand.as_deref() == strand;
    if rule.once && case.history.iter().any(|past| past.act == act && same_strand(past)) {
        reasons.push(Reason::Once);
    }
    reasons
}
