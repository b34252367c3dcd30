//! What guards and deadlines look at: a case, the act at hand if there is one, and the tables that both are judged by.

use super::answers::Answers;
use super::calendar::{Calendar, DayKind};
use super::case::{Case, Past};
use super::deadline::{Due, DueError, due};
use super::form::{YES, listed_rows};
use super::guard::{Truth, View, eval};
use super::office::{Channel, Office};
use super::order::ascending;
use super::rule_set::{ActRule, DayUnit, DeadlineRule, Pick, Reading, RuleSet, When};
use super::table::Table;
use super::text::{read_count, read_date};
use super::time::{LocalDate, Timestamp};

/// The act that is being prepared or decided.
#[derive(Clone, Copy)]
pub struct Hand<'a> {
    /// Key in the rule set.
    pub act: &'a str,
    /// Its rule.
    pub rule: &'a ActRule,
    /// Its answers, submitted or still as typed.
    pub answers: &'a Answers,
    /// The instance of a side strand that it moves.
    pub strand: Option<&'a str>,
}

/// What guards see.
#[derive(Clone)]
pub struct Facts<'a> {
    /// The rules.
    pub rules: &'a RuleSet,
    /// The days.
    pub calendar: &'a Calendar,
    /// The office that has the case.
    pub office: &'a Office,
    /// The case before the act.
    pub case: &'a Case,
    /// The act at hand.
    pub hand: Option<Hand<'a>>,
    /// The time that deadlines are held against: of the act at hand, else now.
    pub at: Timestamp,
    /// Readings ruled on with the act at hand, by deadline; they go before those of the case.
    pub ruled: Table<String, String>,
}

/// One reading of a deadline as it is counted for a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    /// Key of the reading.
    pub reading: String,
    /// Does it apply? A reading whose condition is unknown is counted, too.
    pub applies: Truth,
    /// The last day, or why there is none yet.
    pub due: Result<Due, DueError>,
}

/// A deadline of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Running {
    /// Key in the rule set.
    pub deadline: String,
    /// Its readings, the safe one first: the earliest.
    pub readings: Vec<Counted>,
    /// When it was met.
    pub met: Option<Timestamp>,
    /// Was it, or can it still be, met in time?
    pub kept: Truth,
}

impl<'a> Facts<'a> {
    /// The facts of a case without an act at hand.
    #[must_use]
    pub fn of(rules: &'a RuleSet, calendar: &'a Calendar, office: &'a Office, case: &'a Case, now: Timestamp) -> Self {
        Self { rules, calendar, office, case, hand: None, at: now, ruled: Table::new() }
    }

    /// Every deadline of the case that has begun, the most pressing first; those that are met come last.
    #[must_use]
    pub fn deadlines(&self) -> Vec<Running> {
        let all: Vec<Running> = self
            .rules
            .deadline
            .iter()
            .filter_map(|(key, _)| {
                let readings = self.readings(key);
                let met = self.met(key);
                readings.iter().any(|counted| !matches!(counted.due, Err(DueError::StartUnknown(_)))).then(|| Running {
                    deadline: key.clone(),
                    readings,
                    met,
                    kept: self.is_kept(key),
                })
            })
            .collect();
        let closes = |running: &Running| {
            running.readings.iter().find_map(|counted| counted.due.as_ref().ok().map(|due| due.closes_at.0)).unwrap_or(i64::MAX)
        };
        ascending(all.iter().map(|running| (i64::from(running.met.is_some()), closes(running))))
            .into_iter()
            .filter_map(|position| all.get(position).cloned())
            .collect()
    }

    /// The readings of a deadline that apply or may apply, the earliest first. A reading that a person ruled on stands alone.
    #[must_use]
    pub fn readings(&self, deadline: &str) -> Vec<Counted> {
        let Some(rule) = self.rules.deadline.get(deadline) else { return Vec::new() };
        let channel = self.meeting(rule).and_then(|(_, answers)| Channel::parse(answers?.text("channel")));
        let ruled = self.ruled.get(deadline).or_else(|| self.case.readings.get(deadline));
        let counted: Vec<Counted> = rule
            .readings
            .iter()
            .filter(|reading| ruled.is_none_or(|ruled| *ruled == reading.id))
            .map(|reading| Counted {
                reading: reading.id.clone(),
                applies: reading.when.as_ref().map_or(Truth::Yes, |when| eval(when, self)),
                due: self.count(reading, channel),
            })
            .filter(|counted| counted.applies != Truth::No)
            .collect();
        let earliest_first = ascending(counted.iter().map(|counted| (counted.due.as_ref().map_or(i64::MAX, |due| due.closes_at.0), 0)));
        earliest_first.into_iter().filter_map(|position| counted.get(position).cloned()).collect()
    }

    fn count(&self, reading: &Reading, channel: Option<Channel>) -> Result<Due, DueError> {
        let start = self.start(reading)?;
        due(reading, start, self.calendar, self.office, channel)
    }

    /// Day 0 of a reading, in the office's dates.
    fn start(&self, reading: &Reading) -> Result<LocalDate, DueError> {
        if let Some(path) = &reading.start_date {
            return self.date(path).ok_or_else(|| DueError::StartUnknown(path.clone()));
        }
        let (_, at) = self.begun(reading).ok_or_else(|| DueError::StartUnknown(reading.start_act.join(", ")))?;
        Ok(at.in_zone(self.office.zone).date)
    }

    /// The act that a reading starts from: its place in the history and its time. The act at hand comes after all of it.
    fn begun(&self, reading: &Reading) -> Option<(usize, Timestamp)> {
        let starts = |act: &str, form: Option<(&str, &Answers)>| {
            reading.start_act.iter().any(|start| start == act)
                && reading.start_if.as_ref().is_none_or(|when| eval(when, &Own { facts: self, form }) == Truth::Yes)
        };
        let mut found =
            self.history().filter(|(_, past)| starts(&past.act, past.form.as_ref().map(|(key, answers)| (key.as_str(), answers))));
        let before = match reading.pick {
            Pick::First => found.next(),
            Pick::Last => found.last(),
        };
        let hand =
            self.hand.filter(|hand| starts(hand.act, Some((&hand.rule.form, hand.answers)))).map(|_| (self.case.history.len(), self.at));
        let before = before.map(|(index, past)| (index, past.at));
        match reading.pick {
            Pick::First => before.or(hand),
            Pick::Last => hand.or(before),
        }
    }

    /// The acts of the case that the act at hand can see: those of its own instance of a strand, and all that belong to others.
    fn history(&self) -> impl Iterator<Item = (usize, &'a Past)> + '_ {
        let own = self.hand.and_then(|hand| Some((self.rules.strand_of(hand.rule)?, hand.strand)));
        self.case.history.iter().enumerate().filter(move |(_, past)| {
            own.is_none_or(|(kind, instance)| {
                let of_kind = self.rules.act.get(&past.act).and_then(|rule| self.rules.strand_of(rule)) == Some(kind);
                !of_kind || past.strand.as_deref() == instance
            })
        })
    }

    /// When a deadline was met.
    fn met(&self, deadline: &str) -> Option<Timestamp> {
        self.meeting(self.rules.deadline.get(deadline)?).map(|(at, _)| at)
    }

    /// The act that met a deadline, by its time and answers: the first one that meets it after it began; the act at hand meets it
    /// if none did before.
    fn meeting(&self, rule: &DeadlineRule) -> Option<(Timestamp, Option<&'a Answers>)> {
        let meets = |act: &str| rule.met_by.iter().any(|met_by| met_by == act);
        let began = rule.readings.iter().filter(|reading| reading.start_date.is_none()).filter_map(|reading| self.begun(reading)).max();
        let after = began.map_or(0, |(index, _)| index + 1);
        let before = self.history().find(|(index, past)| *index >= after && meets(&past.act));
        match before {
            Some((_, past)) => Some((past.at, past.form.as_ref().map(|(_, answers)| answers))),
            None => self.hand.filter(|hand| meets(hand.act)).map(|hand| (self.at, Some(hand.answers))),
        }
    }

    /// Is an instant before the end of a deadline, by every reading and by either hour at which the office may close? Where they
    /// disagree nobody can tell.
    fn is_before(&self, deadline: &str, at: Timestamp) -> Truth {
        let readings = self.readings(deadline);
        let mut truths = readings.iter().map(|counted| match &counted.due {
            Ok(due) if counted.applies == Truth::Yes => due.is_before(at),
            _ => Truth::Unknown,
        });
        let Some(first) = truths.next() else { return Truth::Unknown };
        if truths.all(|truth| truth == first) { first } else { Truth::Unknown }
    }

    /// The answers of a form: of the act at hand, of its own strand, else the last recorded.
    fn answers_of(&self, form: &str) -> &'a Answers {
        match self.hand {
            Some(hand) if hand.rule.form == form => hand.answers,
            Some(hand) if hand.strand.is_some() => {
                let own = self.case.history.iter().rev().filter(|past| past.strand.as_deref() == hand.strand);
                own.filter_map(|past| past.form.as_ref())
                    .find(|(key, _)| key == form)
                    .map_or_else(|| self.case.form(form), |(_, answers)| answers)
            }
            _ => self.case.form(form),
        }
    }

    fn date(&self, path: &str) -> Option<LocalDate> {
        if path == "act.date" {
            return self.act_date();
        }
        self.texts(path).first().and_then(|text| read_date(text).ok())
    }

    fn last_day_of(&self, act: &str) -> Option<LocalDate> {
        let last = self.history().filter(|(_, past)| past.act == act).map(|(_, past)| past.at).last();
        last.map(|at| at.in_zone(self.office.zone).date)
    }
}

/// The answers of one past act, for conditions over just these.
struct Own<'a, 'b> {
    facts: &'b Facts<'a>,
    form: Option<(&'b str, &'b Answers)>,
}

impl View for Own<'_, '_> {
    fn texts(&self, path: &str) -> Vec<&str> {
        match (self.form, path.split_once('.')) {
            (Some((form, answers)), Some((key, rest))) if key == form => texts_of(answers, rest),
            _ => self.facts.texts(path),
        }
    }
    fn act_date(&self) -> Option<LocalDate> {
        None
    }
}

fn texts_of<'a>(answers: &'a Answers, path: &str) -> Vec<&'a str> {
    match path.split_once('.') {
        Some((list, field)) => answers.rows(list).iter().map(|row| row.fields.text(field)).collect(),
        None => match answers.rows(path) {
            // A list counts as filled as soon as it has a row.
            [] => vec![answers.text(path)],
            rows => rows.iter().map(|row| row.id.as_str()).collect(),
        },
    }
}

impl View for Facts<'_> {
    fn texts(&self, path: &str) -> Vec<&str> {
        let Some((form, rest)) = path.split_once('.') else { return Vec::new() };
        texts_of(self.answers_of(form), rest)
    }

    fn act_date(&self) -> Option<LocalDate> {
        Some(self.at.in_zone(self.office.zone).date)
    }

    fn count_of(&self, path: &str) -> Option<u32> {
        let (form, field) = path.split_once('.')?;
        let answers = self.answers_of(form);
        match answers.rows(field) {
            [] => read_count(answers.text(field)).or(Some(0)),
            rows => u32::try_from(rows.len()).ok(),
        }
    }

    fn all_of(&self, path: &str) -> Truth {
        let Some((form, field)) = path.split_once('.') else { return Truth::Unknown };
        let answers = self.answers_of(form);
        let list = self.rules.field(form, field).and_then(|field| self.rules.list.get(field.of.as_ref()?));
        let (Some(list), ticked) = (list, answers.rows(field)) else { return Truth::Unknown };
        if ticked.is_empty() {
            return Truth::Unknown;
        }
        // What is asked for depends on the petition, whichever form ticks it.
        let petition = self.answers_of("petition");
        listed_rows(list, petition)
            .filter(|asked| asked.required)
            .all(|asked| {
                ticked.iter().any(|row| {
                    let copies = read_count(row.fields.text("copies")).unwrap_or(1);
                    row.id == asked.v && row.fields.text("present") == YES && copies >= u32::from(asked.copies)
                })
            })
            .into()
    }

    fn leads(&self, field: &str, n: u16, unit: DayUnit) -> Truth {
        let (Some(act), Some(later)) = (self.act_date(), self.date(field)) else { return Truth::Unknown };
        let mut date = act;
        let mut counted = 0;
        while counted < n {
            let Some(next) = date.next() else { return Truth::Unknown };
            date = next;
            match unit {
                DayUnit::Calendar => counted += 1,
                DayUnit::Working => match self.calendar.kind(date, &self.office.code) {
                    Ok(DayKind::Working) => counted += 1,
                    Ok(_) => {}
                    Err(_) => return Truth::Unknown,
                },
            }
        }
        (date <= later).into()
    }

    fn is_done(&self, act: &str) -> bool {
        self.history().any(|(_, past)| past.act == act)
    }

    fn same_day(&self, one: &str, other: &str) -> Truth {
        let first = match self.hand {
            Some(hand) if hand.act == one => self.act_date(),
            _ => self.last_day_of(one),
        };
        match (first, self.last_day_of(other)) {
            (Some(one), Some(other)) => (one == other).into(),
            _ => Truth::Unknown,
        }
    }

    fn counted(&self, counter: &str) -> u32 {
        let Some(rule) = self.rules.counter.get(counter) else { return 0 };
        let mut count = 0;
        let hand = self.hand.filter(|hand| hand.act == rule.of).map(|hand| (hand.rule.form.as_str(), hand.answers));
        let past = self.history().filter(|(_, past)| past.act == rule.of).filter_map(|(_, past)| past.form.as_ref());
        for form in past.map(|(key, answers)| (key.as_str(), answers)).chain(hand) {
            let holds = eval(&rule.plus, &Own { facts: self, form: Some(form) }) == Truth::Yes;
            count = if holds { count + 1 } else { 0 };
        }
        count
    }

    fn states(&self, strand: &str) -> Vec<&str> {
        if strand == "main" {
            return vec![current_state(self.case, self.rules)];
        }
        self.case.strands.values().filter(|instance| instance.kind == strand).map(|instance| instance.state.as_str()).collect()
    }

    fn is_end(&self, state: &str) -> bool {
        self.rules.is_end(state)
    }

    fn switch(&self, switch: &str) -> Option<&str> {
        self.rules.switch.get(switch).map(|switch| switch.default.as_str())
    }

    fn is_numbered(&self, series: &str) -> bool {
        self.case.numbers.contains_key(series)
    }

    fn is_open(&self, deadline: &str) -> Truth {
        self.is_before(deadline, self.at)
    }

    fn is_kept(&self, deadline: &str) -> Truth {
        match self.met(deadline) {
            Some(met) => self.is_before(deadline, met),
            None => match self.is_open(deadline) {
                Truth::No => Truth::No,
                _ => Truth::Unknown,
            },
        }
    }
}

/// The state of the main strand; a case without acts stands at the start.
#[must_use]
pub fn current_state<'a>(case: &'a Case, rules: &'a RuleSet) -> &'a str {
    if case.state.is_empty() { rules.start().unwrap_or_default() } else { &case.state }
}

/// Does a condition read one of these paths? What it reads through deadlines and counters is not looked at.
#[must_use]
pub fn reads(when: &When, wanted: &dyn Fn(&str) -> bool) -> bool {
    match when {
        When::Is(path) => path.first().is_some_and(|path| wanted(path)),
        When::Filled(path) | When::AllOf(path) | When::AtLeast(path, _) => wanted(path),
        When::Lead { field, .. } => wanted(field) || wanted("act.date"),
        When::Ordered(one, other) | When::Differs(one, other) => wanted(one) || wanted(other),
        When::All(all) | When::Any(all) => all.iter().any(|when| reads(when, wanted)),
        When::Not(inner) => reads(inner, wanted),
        _ => false,
    }
}

/// The deadlines that a condition reads.
pub fn deadlines_in<'a>(when: &'a When, found: &mut Vec<&'a str>) {
    match when {
        When::Open(deadline) | When::Over(deadline) | When::Kept(deadline) => found.push(deadline),
        When::All(all) | When::Any(all) => all.iter().for_each(|when| deadlines_in(when, found)),
        When::Not(inner) => deadlines_in(inner, found),
        _ => {}
    }
}
