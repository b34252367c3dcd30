//! Deciding a command: the same code for the button on the device and for the server. A refusal gives every reason.

use serde::{Deserialize, Serialize};

use super::answers::Answers;
use super::calendar::Calendar;
use super::case::{Act, Case, Effect, Person};
use super::command::Envelope;
use super::deadline::{Due, DueError, due};
use super::form::{self, Problem};
use super::guard::{Truth, View, eval};
use super::office::{Actor, Channel, Level, Office, Role};
use super::order::ascending;
use super::rule_set::{ActRule, DefinitionRef, Otherwise, Reading, RuleSet};
use super::text::{is_blank, read_date, read_time};
use super::time::{LocalDate, MinuteOfDay, Timestamp};

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
    /// The reason given for a guard is too long.
    ReasonTooLong {
        /// Key in the rule set.
        guard: String,
        /// The most characters.
        max: usize,
    },
}

/// The most characters of a reason.
pub const MAX_REASON: usize = 5_000;

/// Decides a command; `case` is the state that it meets. The act says what changes; the case itself is left as it is.
///
/// # Errors
/// Every reason that stands against it, in the order in which an officer would mend them.
pub fn decide(case: &Case, envelope: &Envelope, context: &Context<'_>) -> Result<Act, Vec<Reason>> {
    let rules = context.rules;
    let Some(rule) = rules.act.get(&envelope.payload.act) else {
        return Err(vec![Reason::UnknownAct { act: envelope.payload.act.clone() }]);
    };
    let mut reasons = versions(envelope, context);
    reasons.extend(permission(case, envelope, rule, context));
    let state = current_state(case, rules);
    if !rule.from.contains(&state) {
        reasons.push(Reason::State { state, from: rule.from.clone() });
    }
    if envelope.happened_at > context.now.plus(CLOCK_TOLERANCE_MS) {
        reasons.push(Reason::InTheFuture);
    }
    let today = context.now.in_zone(context.office.zone).date;
    let checked = form::check(rules, &rule.form, &envelope.payload.answers, today);
    reasons.extend(checked.problems.iter().cloned().map(|problem| Reason::Form { problem }));
    if checked.problems.is_empty() && checked.submitted != envelope.payload.answers {
        // A submitted form is already in its submitted form; anything else was made by something that is not this rule set.
        reasons.push(Reason::UnknownVersion { id: rules.id.clone() });
    }
    if stated_time(&checked.submitted, context.office).is_some_and(|stated| stated != envelope.happened_at) {
        reasons.push(Reason::TimeDiffers);
    }

    let facts = Facts { form: &rule.form, answers: &checked.submitted, case, happened_at: envelope.happened_at, context };
    let mut flags = Vec::new();
    let mut rulings = super::table::Table::new();
    for asked in asked_guards(rule, &facts) {
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
    if !reasons.is_empty() {
        return Err(reasons);
    }

    let mut effects = vec![Effect::Enter(rule.to.clone())];
    for (key, due) in met_deadlines(&envelope.payload.act, &facts) {
        effects.push(Effect::Due {
            deadline: key.to_owned(),
            reading: due.reading,
            last_day: due.last_day,
            closes_at: due.closes_at,
            provisional: due.provisional,
        });
    }
    if !checked.gaps.is_empty() {
        effects.push(Effect::Gaps(checked.gaps.iter().map(ToString::to_string).collect()));
    }
    effects.push(Effect::Set { form: rule.form.clone(), answers: checked.submitted });
    effects.extend(rule.number.clone().map(Effect::Number));
    Ok(Act {
        command_id: envelope.command_id,
        case_id: envelope.case_id,
        act: envelope.payload.act.clone(),
        by: Person { account: context.actor.account, name: context.actor.name.clone() },
        office: envelope.office.clone(),
        happened_at: envelope.happened_at,
        made_at: envelope.made_at,
        recorded_at: None,
        revision: 0,
        rules: envelope.rules.clone(),
        calendar: envelope.calendar.clone(),
        effects,
        flags,
        rulings,
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
}

/// The guards of `act` that do not plainly hold, for the check page: the answers may still be as they were typed.
#[must_use]
pub fn asked(case: &Case, act: &str, answers: &Answers, happened_at: Timestamp, context: &Context<'_>) -> Vec<Asked> {
    let Some(rule) = context.rules.act.get(act) else { return Vec::new() };
    asked_guards(rule, &Facts { form: &rule.form, answers, case, happened_at, context })
}

fn asked_guards(rule: &ActRule, facts: &Facts<'_>) -> Vec<Asked> {
    rule.guards
        .iter()
        .filter_map(|key| {
            let guard = facts.context.rules.guard.get(key)?;
            let truth = eval(&guard.when, facts);
            (truth != Truth::Yes).then(|| Asked { guard: key.clone(), truth, otherwise: guard.otherwise })
        })
        .collect()
}

/// The instant that a reception form states in `filed_on` and `filed_at`, in the office's zone; `None` while either is no
/// date or time. 24.00 means the last moment of its day.
#[must_use]
pub fn stated_time(answers: &Answers, office: &Office) -> Option<Timestamp> {
    let date = read_date(answers.text("filed_on")).ok()?;
    let minute = read_time(answers.text("filed_at"))?;
    let instant = date.at(minute, office.zone);
    Some(if minute == MinuteOfDay::END_OF_DAY { instant.plus(-1) } else { instant })
}

/// Every reading of a deadline, counted from the answers of a form that may still be a draft. The safe one, that is the
/// earliest, comes first.
#[must_use]
pub fn count_deadline(
    rules: &RuleSet,
    deadline: &str,
    answers: &Answers,
    channel: Channel,
    calendar: &Calendar,
    office: &Office,
) -> Vec<Result<Due, DueError>> {
    let Some(rule) = rules.deadline.get(deadline) else { return Vec::new() };
    let counted: Vec<_> = rule.readings.iter().map(|reading| count_reading(reading, answers, channel, calendar, office)).collect();
    let earliest_first = ascending(counted.iter().map(|due| (due.as_ref().map_or(i64::MAX, |due| due.closes_at.0), 0)));
    earliest_first.into_iter().filter_map(|position| counted.get(position).cloned()).collect()
}

fn count_reading(reading: &Reading, answers: &Answers, channel: Channel, calendar: &Calendar, office: &Office) -> Result<Due, DueError> {
    let field = reading.start_date.rsplit('.').next().unwrap_or_default();
    let start = read_date(answers.text(field)).map_err(|_| DueError::StartUnknown(reading.start_date.clone()))?;
    due(reading, start, calendar, office, channel)
}

fn current_state(case: &Case, rules: &RuleSet) -> String {
    if case.state.is_empty() { rules.start().unwrap_or_default().to_owned() } else { case.state.clone() }
}

fn versions(envelope: &Envelope, context: &Context<'_>) -> Vec<Reason> {
    [(&envelope.rules, context.rules_ref), (&envelope.calendar, context.calendar_ref)]
        .into_iter()
        .filter(|(named, known)| named != known)
        .map(|(named, _)| Reason::UnknownVersion { id: named.id.clone() })
        .collect()
}

fn permission(case: &Case, envelope: &Envelope, rule: &ActRule, context: &Context<'_>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let actor = context.actor;
    if !rule.by.role.iter().any(|role| actor.roles.contains(role)) {
        reasons.push(Reason::Role { allowed: rule.by.role.clone() });
    }
    if !context.rules.levels.contains(&context.office.level) {
        reasons.push(Reason::Level { allowed: context.rules.levels.clone() });
    }
    let owner = case.office.as_ref().unwrap_or(&actor.office);
    if envelope.office != actor.office || envelope.office != context.office.code || *owner != actor.office {
        reasons.push(Reason::OtherOffice);
    }
    reasons
}

/// The dates that an act meets, as they stand in its effects.
fn met_deadlines<'a>(act: &str, facts: &Facts<'a>) -> Vec<(&'a str, Due)> {
    let rules = facts.context.rules;
    rules
        .deadline
        .iter()
        .filter(|(_, deadline)| deadline.met_by.iter().any(|met_by| met_by == act))
        .flat_map(|(key, _)| facts.count(key).into_iter().filter_map(Result::ok).map(move |due| (key.as_str(), due)))
        .collect()
}

/// What guards see: the form at hand, the forms recorded before, and the time of the act.
struct Facts<'a> {
    form: &'a str,
    answers: &'a Answers,
    case: &'a Case,
    happened_at: Timestamp,
    context: &'a Context<'a>,
}

impl<'a> Facts<'a> {
    fn answers_of(&self, form: &str) -> &'a Answers {
        if form == self.form { self.answers } else { self.case.form(form) }
    }

    fn count(&self, deadline: &str) -> Vec<Result<Due, DueError>> {
        let petition = self.answers_of("petition");
        let channel = Channel::parse(petition.text("channel")).unwrap_or(Channel::Counter);
        count_deadline(self.context.rules, deadline, petition, channel, self.context.calendar, self.context.office)
    }
}

impl View for Facts<'_> {
    fn texts(&self, path: &str) -> Vec<&str> {
        let mut parts = path.split('.');
        let answers = self.answers_of(parts.next().unwrap_or_default());
        match (parts.next(), parts.next()) {
            (Some(list), Some(field)) => answers.rows(list).iter().map(|row| row.fields.text(field)).collect(),
            (Some(field), None) => vec![answers.text(field)],
            _ => Vec::new(),
        }
    }

    fn act_date(&self) -> Option<LocalDate> {
        Some(self.happened_at.in_zone(self.context.office.zone).date)
    }

    fn is_open(&self, deadline: &str) -> Truth {
        let counted = self.count(deadline);
        let mut truths = counted.iter().map(|due| due.as_ref().map_or(Truth::Unknown, |due| (self.happened_at < due.closes_at).into()));
        let Some(first) = truths.next() else { return Truth::Unknown };
        // Readings that disagree leave the truth open.
        if truths.all(|truth| truth == first) { first } else { Truth::Unknown }
    }
}
