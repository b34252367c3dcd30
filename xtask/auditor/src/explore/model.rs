//! A rule set made ready for walking: which answers, acts, counters and readings matter to whom, and a case as a row of bytes.

use sips_lapangan::domain::guard::{Truth, eval};
use sips_lapangan::domain::rule_set::{ActRule, DayUnit, Field, Guard, Kind, Missed, Need, Pick, RuleSet, See, When};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use super::Label;
use super::view::{Around, OwnForm, Seen};
use crate::lint::{field, paths_of, targets, visit};

/// An abstract case: main state, strands, answers, acts done, counters, numbers, readings, how deadlines were met, witnesses.
pub(super) type Config = Box<[u8]>;
/// One filled form: the value of each variable that matters to the act, by the variable's number.
pub(super) type Filled = BTreeMap<usize, u8>;

/// More ways to fill in one form than are tried.
const MAX_FORMS: usize = 50_000;

/// The option that means that nobody knows.
const UNKNOWN: &str = "unknown";

/// Where a reading of a deadline stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// It has not begun.
    Off,
    /// Time is left.
    Open,
    /// Its last day has gone.
    Over,
    /// It was met, and whether it is open or over matters no longer.
    Spent,
}

/// How a deadline was met, by one of its readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Met {
    Not,
    InTime,
    Late,
    /// Before this reading had begun.
    Early,
}

/// One value that an answer, or a comparison, may have.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) text: String,
    pub(super) count: u32,
    pub(super) truth: Truth,
}

/// An answer that some condition reads, or the outcome of a comparison.
#[derive(Debug)]
pub(super) struct Variable<'a> {
    pub(super) key: String,
    form: &'a str,
    field: Option<&'a Field>,
    /// The first means nothing in it.
    pub(super) values: Vec<Value>,
    /// Its place in a case, if another act reads it later.
    pub(super) place: Option<usize>,
    /// A value that later conditions take for nothing: `unknown`, where nobody asks whether it is filled.
    same_as_nothing: Option<usize>,
}

#[derive(Debug, Default)]
struct Reads {
    variables: BTreeSet<usize>,
    done: BTreeSet<usize>,
    counters: BTreeSet<usize>,
    series: BTreeSet<String>,
    /// Deadlines of which it matters whether they are open.
    open: BTreeSet<usize>,
    /// Deadlines of which it matters whether they were kept.
    kept: BTreeSet<usize>,
    /// Strands of which it matters in which state they are.
    at: BTreeSet<String>,
}

/// An act.
pub(super) struct Act<'a> {
    pub(super) key: &'a str,
    pub(super) rule: &'a ActRule,
    pub(super) guards: Vec<(&'a str, &'a Guard)>,
    /// Every way to fill in its form that makes a difference.
    pub(super) forms: Vec<Filled>,
    strand: Option<usize>,
    reads: Reads,
    options: Vec<&'a str>,
    /// Papers that everybody may read once it is performed.
    pub(super) public: Vec<&'a str>,
    /// Bytes of a case that it reads or counts on.
    looks_at: Vec<usize>,
}

/// A reading of a deadline.
pub(super) struct ReadingOf<'a> {
    pub(super) deadline: &'a str,
    pub(super) rule: &'a sips_lapangan::domain::rule_set::Reading,
    pub(super) missed: Missed,
    number: usize,
}

/// The rule set.
pub(super) struct Model<'a> {
    pub(super) set: &'a RuleSet,
    pub(super) switches: BTreeMap<String, String>,
    states: Vec<&'a str>,
    pub(super) strands: Vec<&'a str>,
    pub(super) acts: Vec<Act<'a>>,
    pub(super) variables: Vec<Variable<'a>>,
    by_key: BTreeMap<String, usize>,
    pub(super) counters: Vec<&'a str>,
    caps: Vec<u8>,
    series: Vec<&'a str>,
    pub(super) readings: Vec<ReadingOf<'a>>,
    deadlines: Vec<&'a str>,
    /// Acts that are still possible from a state, by the arrows.
    ahead: Vec<BTreeSet<usize>>,
    tracked: usize,
    /// An end of each strand that stands for all of them.
    ended: Vec<u8>,
    kept: RefCell<HashMap<Box<[u8]>, Rc<Kept>>>,
}

/// What of a case is still read.
struct Kept {
    bytes: Vec<bool>,
    /// By reading: does anybody ask whether it is open?
    open: Vec<bool>,
    /// Or whether it was kept?
    kept: Vec<bool>,
    /// Strands that are over, and the state that stands for it.
    rest: Vec<(usize, u8)>,
}

impl<'a> Model<'a> {
    /// `None` if a form has too many ways to be filled in.
    pub(super) fn of(set: &'a RuleSet, switches: &BTreeMap<String, String>) -> Option<Self> {
        let deadlines: Vec<&str> = set.deadline.keys().map(String::as_str).collect();
        let readings = set.deadline.iter().enumerate().flat_map(|(number, (key, rule))| {
            rule.readings.iter().map(move |reading| ReadingOf { deadline: key, rule: reading, missed: rule.missed, number })
        });
        let mut model = Model {
            set,
            switches: switches.clone(),
            states: set.state.keys().map(String::as_str).collect(),
            strands: set.strand.keys().map(String::as_str).collect(),
            acts: Vec::new(),
            variables: Vec::new(),
            by_key: BTreeMap::new(),
            counters: set.counter.keys().map(String::as_str).collect(),
            caps: Vec::new(),
            series: set.act.values().filter_map(|act| act.number.as_deref()).collect::<BTreeSet<_>>().into_iter().collect(),
            readings: readings.collect(),
            deadlines,
            ahead: Vec::new(),
            tracked: 0,
            ended: Vec::new(),
            kept: RefCell::new(HashMap::new()),
        };
        model.declare();
        for (key, rule) in set.act.iter() {
            let reads = model.reads(key, rule);
            let strand = set.strand_of(rule).and_then(|strand| model.strands.iter().position(|known| *known == strand));
            let guards = rule.guards.iter().filter_map(|key| set.guard.get_key_value(key)).map(|(key, guard)| (key.as_str(), guard));
            model.acts.push(Act {
                key,
                rule,
                guards: guards.collect(),
                forms: Vec::new(),
                strand,
                reads,
                options: rule.branch.keys().map(String::as_str).collect(),
                public: set
                    .paper
                    .iter()
                    .filter(|(_, paper)| paper.of == **key && paper.see == See::Public)
                    .map(|(paper, _)| paper.as_str())
                    .collect(),
                looks_at: Vec::new(),
            });
        }
        // What an act reads of another form stays in the case after that form.
        let kept: BTreeSet<usize> = model
            .acts
            .iter()
            .flat_map(|act| act.reads.variables.iter().filter(|variable| model.variables[**variable].form != act.rule.form))
            .copied()
            .filter(|variable| !model.is_free(*variable))
            .collect();
        for (place, variable) in kept.into_iter().enumerate() {
            model.variables[variable].place = Some(place);
            model.tracked = place + 1;
        }
        for act in 0..model.acts.len() {
            model.acts[act].forms = model.forms(act)?;
        }
        model.look_ahead();
        model.ended = model
            .strands
            .iter()
            .map(|strand| {
                let end = set.state.iter().find(|(_, state)| state.strand.as_deref() == Some(*strand) && state.end.is_some());
                end.map_or(u8::MAX, |(key, _)| model.state_number(key))
            })
            .collect();
        for act in 0..model.acts.len() {
            model.acts[act].looks_at = model.look_at(act);
        }
        Some(model)
    }

    /// Makes a variable of everything that a condition reads.
    fn declare(&mut self) {
        let set = self.set;
        let mut compared = BTreeSet::new();
        let mut most: BTreeMap<String, u32> = BTreeMap::new();
        let mut caps: BTreeMap<String, u8> = BTreeMap::new();
        let mut pseudo = BTreeSet::new();
        let mut asked: BTreeMap<String, Vec<&[String]>> = BTreeMap::new();
        let mut filled = BTreeSet::new();
        for (_, when, form) in crate::lint::conditions(set) {
            let whole = |path: &str| form.as_ref().map_or_else(|| path.to_owned(), |form| format!("{form}.{path}"));
            visit(when, 0, &mut |when, _| {
                match when {
                    When::Ordered(one, other) | When::Differs(one, other) => compared.extend([whole(one), whole(other)]),
                    When::Is(path) => {
                        if let Some((path, options)) = path.split_first() {
                            asked.entry(whole(path)).or_default().push(options);
                        }
                    }
                    When::Filled(path) => drop(filled.insert(whole(path))),
                    When::AtLeast(path, n) => {
                        let most = most.entry(whole(path)).or_default();
                        *most = (*most).max(u32::from(*n));
                    }
                    When::Counted(counter, n) => {
                        let cap = caps.entry(counter.clone()).or_default();
                        *cap = (*cap).max(u8::try_from(*n).unwrap_or(u8::MAX));
                    }
                    When::Lead { field, n, unit } => drop(pseudo.insert(lead(field, *n, *unit))),
                    When::SameDay(one, other) => drop(pseudo.insert(same_day(one, other))),
                    _ => {}
                }
                for path in paths_of(when).into_iter().map(whole) {
                    most.entry(path).or_insert(1);
                }
            });
        }
        let deciding: BTreeSet<&String> = set.act.values().filter_map(|act| act.to_by.as_ref()).collect();
        most.extend(deciding.iter().map(|path| ((*path).clone(), 1)));
        let watched = super::invariants::watched(set);
        for (path, _) in &watched {
            most.entry(path.clone()).or_insert(1);
        }
        self.caps = self.counters.iter().map(|counter| caps.get(*counter).copied().unwrap_or(0)).collect();
        let value = |text: &str, count, truth| Value { text: text.to_owned(), count, truth };
        for (path, most) in most {
            let Some((form, read)) = path.split_once('.').and_then(|(form, _)| Some((set.form.get_key_value(form)?.0, field(set, &path)?)))
            else {
                continue;
            };
            let mut values = vec![value("", 0, Truth::Unknown)];
            match read.kind {
                Kind::Choice => {
                    // Of options that no condition tells apart one is enough, unless they decide where an act leads.
                    let mut known = BTreeSet::new();
                    let sets = asked.get(&path).map(Vec::as_slice).unwrap_or_default();
                    let watch = watched.iter().find(|(watched, _)| *watched == path).map(|(_, options)| *options);
                    values.extend(
                        read.options
                            .iter()
                            .filter(|option| {
                                let told: Vec<bool> = sets
                                    .iter()
                                    .map(|options| options.contains(&option.v))
                                    .chain(watch.flatten().map(|options| options.contains(&option.v.as_str())))
                                    .collect();
                                deciding.contains(&path) || watch == Some(None) || known.insert((told, option.v == UNKNOWN))
                            })
                            .map(|option| value(&option.v, 0, Truth::Unknown)),
                    );
                }
                Kind::YesNo => values.extend(["yes", "no"].map(|text| value(text, 0, Truth::Unknown))),
                Kind::Date if compared.contains(&path) => {
                    values.extend(["2026-06-10", "2026-06-20"].map(|text| value(text, 0, Truth::Unknown)))
                }
                Kind::Checklist => values.extend([value("row", 1, Truth::No), value("row", 1, Truth::Yes)]),
                Kind::Rows | Kind::Files => values.extend((1..=most.max(read.min)).map(|count| value("row", count, Truth::Unknown))),
                Kind::Count => values.extend((0..=most).map(|count| value(&count.to_string(), count, Truth::Unknown))),
                _ if compared.contains(&path) => values.extend(["alpha", "beta"].map(|text| value(text, 0, Truth::Unknown))),
                _ => values.push(value("text", 0, Truth::Unknown)),
            }
            // Through a list the condition sees its rows' answers: any of them, or none.
            let own = (path.split('.').count() == 2).then_some(read);
            let same_as_nothing = (!filled.contains(&path)).then(|| values.iter().position(|value| value.text == UNKNOWN)).flatten();
            self.add(Variable { key: path, form, field: own, values, place: None, same_as_nothing });
        }
        for key in pseudo {
            let values = [Truth::Unknown, Truth::No, Truth::Yes].map(|truth| value("", 0, truth)).to_vec();
            self.add(Variable { key, form: "", field: None, values, place: None, same_as_nothing: None });
        }
    }

    fn add(&mut self, variable: Variable<'a>) {
        self.by_key.insert(variable.key.clone(), self.variables.len());
        self.variables.push(variable);
    }

    /// The number of a variable.
    pub(super) fn variable(&self, key: &str) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    /// Is it compared with another one, so that its value is not worth keeping? Every outcome is then tried at each reading.
    fn is_free(&self, variable: usize) -> bool {
        let variable = &self.variables[variable];
        variable.form.is_empty() || variable.values.iter().any(|value| matches!(value.text.as_str(), "2026-06-10" | "alpha"))
    }

    /// What an act's guards read, what starts its readings, and what its counters ask.
    fn reads(&self, key: &str, rule: &ActRule) -> Reads {
        let mut reads = Reads::default();
        let mut whens: Vec<&When> = rule.guards.iter().filter_map(|guard| self.set.guard.get(guard)).map(|guard| &guard.when).collect();
        whens.extend(self.set.counter.values().filter(|counter| counter.of == key).map(|counter| &counter.plus));
        for reading in self.readings.iter().filter(|reading| reading.rule.start_act.iter().any(|act| act == key)) {
            whens.extend(&reading.rule.start_if);
        }
        if rule.once {
            reads.done.extend(self.set.act.keys().position(|known| known == key));
        }
        reads.variables.extend(rule.to_by.as_deref().and_then(|path| self.variable(path)));
        while let Some(when) = whens.pop() {
            let mut more = Vec::new();
            visit(when, 0, &mut |when, _| {
                match when {
                    When::Done(act) | When::Never(act) => reads.done.extend(self.set.act.keys().position(|known| known == act)),
                    When::Counted(counter, _) => reads.counters.extend(self.counters.iter().position(|known| known == counter)),
                    When::At(at) => reads.at.extend(at.first().cloned()),
                    When::Numbered(series) => drop(reads.series.insert(series.clone())),
                    When::Open(name) | When::Over(name) | When::Kept(name) => {
                        let number = self.deadlines.iter().position(|known| known == name);
                        if matches!(when, When::Kept(_)) {
                            reads.kept.extend(number)
                        } else {
                            reads.open.extend(number)
                        };
                        more.extend(
                            self.set
                                .deadline
                                .get(name)
                                .into_iter()
                                .flat_map(|rule| &rule.readings)
                                .filter_map(|reading| reading.when.as_ref()),
                        );
                    }
                    When::Lead { field, n, unit } => reads.variables.extend(self.variable(&lead(field, *n, *unit))),
                    When::SameDay(one, other) => reads.variables.extend(self.variable(&same_day(one, other))),
                    _ => {}
                }
                reads.variables.extend(paths_of(when).into_iter().filter_map(|path| self.variable(path)));
            });
            whens.extend(more);
        }
        reads
    }

    /// Every way to fill in the form of an act that makes a difference to something.
    fn forms(&self, act: usize) -> Option<Vec<Filled>> {
        let rule = self.acts[act].rule;
        let mut wanted: BTreeSet<usize> = self.acts[act]
            .reads
            .variables
            .iter()
            .copied()
            .filter(|variable| self.variables[*variable].form == rule.form || self.is_free(*variable))
            .collect();
        wanted.extend(
            (0..self.variables.len())
                .filter(|variable| self.variables[*variable].form == rule.form && self.variables[*variable].place.is_some()),
        );
        loop {
            let more: Vec<usize> = wanted
                .iter()
                .filter_map(|variable| self.variables[*variable].field?.only_if.as_ref())
                .flat_map(|when| {
                    let mut paths = Vec::new();
                    visit(when, 0, &mut |when, _| paths.extend(paths_of(when)));
                    paths.into_iter().filter_map(|path| self.variable(&format!("{}.{path}", rule.form)))
                })
                .filter(|variable| !wanted.contains(variable))
                .collect();
            if more.is_empty() {
                break;
            }
            wanted.extend(more);
        }
        let watched = super::invariants::watched(self.set);
        let own = watched.iter().filter(|(path, _)| path.split('.').next() == Some(rule.form.as_str()));
        wanted.extend(own.filter_map(|(path, _)| self.variable(path)));
        let mut forms = vec![Filled::new()];
        for variable in &wanted {
            let values = u8::try_from(self.variables[*variable].values.len()).ok()?;
            if forms.len() * usize::from(values) > MAX_FORMS {
                return None;
            }
            forms = forms
                .iter()
                .flat_map(|form| (0..values).map(move |value| (form, value)))
                .map(|(form, value)| {
                    let mut form = form.clone();
                    form.insert(*variable, value);
                    form
                })
                .collect();
        }
        forms.retain(|form| self.is_submittable(rule, form));
        Some(forms)
    }

    /// Would the form's own check let these answers pass?
    fn is_submittable(&self, rule: &ActRule, form: &Filled) -> bool {
        form.iter().all(|(variable, value)| {
            let known = &self.variables[*variable];
            let Some(field) = known.field.filter(|_| known.form == rule.form) else { return true };
            let shown =
                field.only_if.as_ref().is_none_or(|when| eval(when, &Around { model: self, form: known.form, filled: form }) == Truth::Yes);
            match (shown, field.kind) {
                (false, _) => *value == 0,
                (true, Kind::Rows) => known.values[usize::from(*value)].count >= field.min,
                (true, Kind::Checklist) => true,
                (true, _) => *value != 0 || field.need != Need::Must,
            }
        })
    }

    fn look_ahead(&mut self) {
        let set = self.set;
        for state in self.states.clone() {
            let mut reached = BTreeSet::from([state]);
            loop {
                let before = reached.len();
                // What an act begins beside runs on its own: `ahead` adds it while it has not begun.
                let further: Vec<&str> = set
                    .act
                    .values()
                    .filter(|act| act.spawns.is_none() && act.from.iter().any(|from| reached.contains(from.as_str())))
                    .flat_map(targets)
                    .collect();
                reached.extend(further);
                if reached.len() == before {
                    break;
                }
            }
            let acts = self.acts.iter().enumerate().filter(|(_, act)| act.rule.from.iter().any(|from| reached.contains(from.as_str())));
            let acts = acts.map(|(index, _)| index).collect();
            self.ahead.push(acts);
        }
    }

    // A case, byte by byte.

    fn strand_at(&self, strand: usize) -> usize {
        1 + strand
    }
    fn answer_at(&self, place: usize) -> usize {
        1 + self.strands.len() + place
    }
    fn done_at(&self, act: usize) -> usize {
        self.answer_at(self.tracked) + act
    }
    fn counter_at(&self, counter: usize) -> usize {
        self.done_at(self.acts.len()) + counter
    }
    fn series_at(&self, series: usize) -> usize {
        self.counter_at(self.counters.len()) + series
    }
    fn phase_at(&self, reading: usize) -> usize {
        self.series_at(self.series.len()) + reading
    }
    fn met_at(&self, reading: usize) -> usize {
        self.phase_at(self.readings.len()) + reading
    }
    fn witness_at(&self, witness: usize) -> usize {
        self.met_at(self.readings.len()) + witness
    }

    /// A case before its first act.
    pub(super) fn start(&self) -> Config {
        let mut bytes = vec![0; self.witness_at(super::invariants::WITNESSES)];
        bytes[0] = self.state_number(self.set.start().unwrap_or_default());
        for strand in 0..self.strands.len() {
            bytes[self.strand_at(strand)] = u8::MAX;
        }
        let mut config = bytes.into_boxed_slice();
        self.forget(&mut config);
        config
    }

    fn state_number(&self, state: &str) -> u8 {
        self.states.iter().position(|known| *known == state).and_then(|number| u8::try_from(number).ok()).unwrap_or(u8::MAX)
    }

    pub(super) fn main_state(&self, config: &Config) -> &'a str {
        self.states.get(usize::from(config[0])).copied().unwrap_or_default()
    }

    pub(super) fn strand_state(&self, config: &Config, strand: usize) -> Option<&'a str> {
        self.states.get(usize::from(config[self.strand_at(strand)])).copied()
    }

    pub(super) fn states_of<'b>(&'b self, config: &'b Config) -> impl Iterator<Item = &'a str> + 'b {
        std::iter::once(self.main_state(config)).chain((0..self.strands.len()).filter_map(|strand| self.strand_state(config, strand)))
    }

    pub(super) fn is_end(&self, state: &str) -> bool {
        self.set.state.get(state).is_some_and(|state| state.end.is_some())
    }

    /// Has the case, or the strand, ended? `None` if the strand has not begun.
    pub(super) fn is_over(&self, config: &Config, strand: Option<usize>) -> Option<bool> {
        let state = match strand {
            None => Some(self.main_state(config)),
            Some(strand) => self.strand_state(config, strand),
        };
        state.map(|state| self.is_end(state))
    }

    pub(super) fn answer(&self, config: &Config, variable: usize) -> &Value {
        let variable = &self.variables[variable];
        let value = variable.place.map_or(0, |place| config[self.answer_at(place)]);
        &variable.values[usize::from(value)]
    }

    pub(super) fn is_done(&self, config: &Config, act: &str) -> bool {
        self.acts.iter().position(|known| known.key == act).is_some_and(|act| config[self.done_at(act)] != 0)
    }

    pub(super) fn counter(&self, config: &Config, counter: &str) -> u32 {
        self.counters.iter().position(|known| *known == counter).map_or(0, |counter| u32::from(config[self.counter_at(counter)]))
    }

    pub(super) fn is_numbered(&self, config: &Config, series: &str) -> bool {
        self.series.iter().position(|known| *known == series).is_some_and(|series| config[self.series_at(series)] != 0)
    }

    pub(super) fn phase(&self, config: &Config, reading: usize) -> Phase {
        match config[self.phase_at(reading)] {
            0 => Phase::Off,
            1 => Phase::Open,
            2 => Phase::Over,
            _ => Phase::Spent,
        }
    }

    pub(super) fn set_phase(&self, config: &mut Config, reading: usize, phase: Phase) {
        config[self.phase_at(reading)] = match phase {
            Phase::Off => 0,
            Phase::Open => 1,
            Phase::Over => 2,
            Phase::Spent => 3,
        };
    }

    pub(super) fn met(&self, config: &Config, reading: usize) -> Met {
        match config[self.met_at(reading)] {
            0 => Met::Not,
            1 => Met::InTime,
            2 => Met::Late,
            _ => Met::Early,
        }
    }

    pub(super) fn witness(&self, config: &Config, witness: usize) -> u8 {
        config[self.witness_at(witness)]
    }

    pub(super) fn set_witness(&self, config: &mut Config, witness: usize, value: u8) {
        config[self.witness_at(witness)] = value;
    }

    /// The readings of a deadline.
    pub(super) fn readings_of(&self, deadline: &str) -> impl Iterator<Item = usize> + '_ {
        let number = self.deadlines.iter().position(|known| *known == deadline);
        self.readings.iter().enumerate().filter(move |(_, reading)| Some(reading.number) == number).map(|(index, _)| index)
    }

    /// Can the act be performed where the case, or its strand, stands?
    pub(super) fn stands(&self, act: usize, config: &Config) -> bool {
        let rule = self.acts[act].rule;
        let strand = self.acts[act].strand;
        let state = match (strand, &rule.spawns) {
            (Some(strand), None) => self.strand_state(config, strand),
            (Some(strand), Some(_)) if self.strand_state(config, strand).is_some() => None,
            _ => Some(self.main_state(config)),
        };
        state.is_some_and(|state| rule.from.iter().any(|from| from == state)) && !(rule.once && config[self.done_at(act)] != 0)
    }

    fn ahead(&self, config: &Config) -> BTreeSet<usize> {
        let mut acts = BTreeSet::new();
        for state in self.states_of(config) {
            acts.extend(&self.ahead[usize::from(self.state_number(state))]);
        }
        let begins = |act: &usize| self.acts[*act].rule.spawns.as_ref().and(self.acts[*act].strand);
        acts.retain(|act: &usize| begins(act).is_none_or(|strand| self.strand_state(config, strand).is_none()));
        let beginning: Vec<usize> = acts.iter().copied().filter(|act| begins(act).is_some()).collect();
        for state in beginning.into_iter().flat_map(|act| targets(self.acts[act].rule)) {
            acts.extend(&self.ahead[usize::from(self.state_number(state))]);
        }
        acts
    }

    /// Does anything ahead still read whether this reading is open?
    pub(super) fn is_live(&self, config: &Config, reading: usize) -> bool {
        let kept = self.kept(config);
        kept.open[reading] || kept.kept[reading]
    }

    /// What of a case in these states is still read by an act ahead.
    fn kept(&self, config: &Config) -> Rc<Kept> {
        let states: Box<[u8]> = config[..=self.strands.len()].into();
        if let Some(known) = self.kept.borrow().get(&states) {
            return Rc::clone(known);
        }
        let ahead = self.ahead(config);
        let reads: Vec<&Reads> = ahead.iter().map(|act| &self.acts[*act].reads).collect();
        let mut kept = Kept {
            bytes: vec![false; config.len()],
            open: self.readings.iter().map(|reading| reads.iter().any(|reads| reads.open.contains(&reading.number))).collect(),
            kept: self.readings.iter().map(|reading| reads.iter().any(|reads| reads.kept.contains(&reading.number))).collect(),
            rest: Vec::new(),
        };
        kept.bytes[..=self.strands.len()].fill(true);
        for (index, variable) in self.variables.iter().enumerate() {
            if let Some(place) = variable.place {
                let foreign = |act: &usize| self.acts[*act].rule.form != variable.form && self.acts[*act].reads.variables.contains(&index);
                kept.bytes[self.answer_at(place)] = ahead.iter().any(foreign);
            }
        }
        for act in 0..self.acts.len() {
            kept.bytes[self.done_at(act)] = reads.iter().any(|reads| reads.done.contains(&act));
        }
        for counter in 0..self.counters.len() {
            kept.bytes[self.counter_at(counter)] = reads.iter().any(|reads| reads.counters.contains(&counter));
        }
        for (index, series) in self.series.iter().enumerate() {
            let issued_ahead = ahead.iter().any(|act| self.acts[*act].rule.number.as_deref() == Some(series));
            kept.bytes[self.series_at(index)] = issued_ahead || reads.iter().any(|reads| reads.series.contains(*series));
        }
        for reading in 0..self.readings.len() {
            kept.bytes[self.phase_at(reading)] = kept.open[reading] || kept.kept[reading];
            kept.bytes[self.met_at(reading)] = kept.kept[reading];
        }
        for (witness, wanted) in super::invariants::wanted(self, &ahead).into_iter().enumerate() {
            kept.bytes[self.witness_at(witness)] = wanted;
        }
        // A strand that has ended and can do nothing more is one that has ended, wherever it did, unless somebody asks where.
        for (strand, key) in self.strands.iter().enumerate() {
            let asked = reads.iter().any(|reads| reads.at.contains(*key));
            let state = self.strand_state(config, strand);
            let done = state.is_some_and(|state| {
                self.is_end(state)
                    && !self.acts.iter().any(|act| act.rule.spawns.is_none() && act.rule.from.iter().any(|from| from == state))
            });
            if done && !asked {
                kept.rest.push((self.strand_at(strand), self.ended[strand]));
            }
        }
        let kept = Rc::new(kept);
        self.kept.borrow_mut().insert(states, Rc::clone(&kept));
        kept
    }

    /// Takes out of a case what no act ahead reads.
    pub(super) fn forget(&self, config: &mut Config) {
        let kept = self.kept(config);
        for (at, keep) in kept.bytes.iter().enumerate() {
            if !keep {
                config[at] = 0;
            }
        }
        for (at, state) in &kept.rest {
            config[*at] = *state;
        }
        for reading in 0..self.readings.len() {
            if !kept.open[reading] && self.met(config, reading) != Met::Not && self.phase(config, reading) != Phase::Off {
                self.set_phase(config, reading, Phase::Spent);
            }
        }
    }

    /// The bytes of a case that an act reads or counts on: where they are the same, it does the same.
    pub(super) fn read_by(&self, act: usize, config: &Config) -> Box<[u8]> {
        self.acts[act].looks_at.iter().map(|at| config[*at]).collect()
    }

    fn look_at(&self, act: usize) -> Vec<usize> {
        let Act { key, rule, reads, .. } = &self.acts[act];
        let mut at: BTreeSet<usize> = (0..=self.strands.len()).collect();
        at.extend(reads.variables.iter().filter_map(|variable| self.variables[*variable].place).map(|place| self.answer_at(place)));
        at.extend(reads.done.iter().map(|act| self.done_at(*act)));
        // What it writes, too: only the bytes that it changes are kept of it, and a byte may have had its value before.
        at.insert(self.done_at(act));
        at.extend(
            self.variables
                .iter()
                .filter(|known| known.form == rule.form)
                .filter_map(|known| known.place)
                .map(|place| self.answer_at(place)),
        );
        at.extend(
            (0..self.series.len())
                .filter(|series| rule.number.as_deref() == Some(self.series[*series]))
                .map(|series| self.series_at(series)),
        );
        at.extend(super::invariants::touched(key).map(|witness| self.witness_at(witness)));
        if super::invariants::lapses(self.set, rule) {
            at.extend((0..self.counters.len()).map(|counter| self.counter_at(counter)));
        }
        at.extend(reads.counters.iter().map(|counter| self.counter_at(*counter)));
        at.extend(
            (0..self.counters.len())
                .filter(|counter| self.set.counter[self.counters[*counter]].of == **key)
                .map(|counter| self.counter_at(counter)),
        );
        at.extend((0..self.series.len()).filter(|series| reads.series.contains(self.series[*series])).map(|series| self.series_at(series)));
        for (index, reading) in self.readings.iter().enumerate() {
            let touched = reads.open.contains(&reading.number)
                || reads.kept.contains(&reading.number)
                || self.set.deadline[reading.deadline].met_by.iter().any(|met| met == key)
                || self.readings_of(reading.deadline).any(|other| {
                    let other = self.readings[other].rule;
                    other.start_act.iter().any(|start| start == key)
                        || other.start_date.as_deref().and_then(|path| path.split_once('.')).is_some_and(|(form, _)| form == rule.form)
                });
            if touched {
                at.extend([self.phase_at(index), self.met_at(index)]);
            }
        }
        at.into_iter().collect()
    }

    /// The case with the act at hand counted in, as its guards see it: counters, and deadlines that it begins. Where a date in
    /// its form begins one, that day may be long past.
    pub(super) fn begun(&self, act: usize, config: &Config, form: &Filled) -> Vec<Config> {
        let key = self.acts[act].key;
        let rule = self.acts[act].rule;
        let mut before = config.clone();
        for (index, counter) in self.counters.iter().enumerate() {
            let Some(counter) = self.set.counter.get(*counter).filter(|counter| counter.of == key) else { continue };
            let holds = eval(&counter.plus, &OwnForm { seen: Seen { model: self, config, hand: Some((act, form)) } }) == Truth::Yes;
            let at = self.counter_at(index);
            before[at] = if holds { before[at].saturating_add(1).min(self.caps[index].max(1)) } else { 0 };
        }
        let ahead = self.ahead(config);
        for (index, reading) in self.readings.iter().enumerate() {
            let starts =
                reading.rule.start_act.iter().any(|start| start == key)
                    && reading.rule.start_if.as_ref().is_none_or(|when| {
                        eval(when, &OwnForm { seen: Seen { model: self, config, hand: Some((act, form)) } }) == Truth::Yes
                    });
            if starts && (reading.rule.pick == Pick::Last || self.phase(config, index) == Phase::Off) {
                self.set_phase(&mut before, index, Phase::Open);
                for other in self.readings_of(reading.deadline) {
                    before[self.met_at(other)] = 0;
                }
            }
        }
        let mut all = vec![before];
        for (index, reading) in self.readings.iter().enumerate() {
            let Some((form, name)) = reading.rule.start_date.as_deref().and_then(|path| path.split_once('.')) else { continue };
            let read = ahead
                .iter()
                .any(|act| self.acts[*act].reads.open.contains(&reading.number) || self.acts[*act].reads.kept.contains(&reading.number));
            if form != rule.form || !read {
                continue;
            }
            let certain = self.set.field(form, name).is_some_and(|field| field.need == Need::Must && field.only_if.is_none());
            let phases = [Phase::Open, Phase::Over].into_iter().chain((!certain).then_some(Phase::Off));
            all = phases
                .flat_map(|phase| {
                    all.iter()
                        .map(move |config| {
                            let mut config = config.clone();
                            self.set_phase(&mut config, index, phase);
                            config
                        })
                        .collect::<Vec<_>>()
                })
                .collect();
        }
        all
    }

    /// The case after the act, and the option that chose where it leads.
    pub(super) fn after(&self, act: usize, before: &Config, form: &Filled) -> (Option<usize>, Config) {
        let rule = self.acts[act].rule;
        let mut after = before.clone();
        for (variable, value) in form {
            let known = &self.variables[*variable];
            if let Some(place) = known.place.filter(|_| known.form == rule.form) {
                let nothing = known.same_as_nothing == Some(usize::from(*value));
                after[self.answer_at(place)] = if nothing { 0 } else { *value };
            }
        }
        after[self.done_at(act)] = 1;
        for (index, series) in self.series.iter().enumerate() {
            if rule.number.as_deref() == Some(series) {
                after[self.series_at(index)] = 1;
            }
        }
        for (deadline, met_by) in self.set.deadline.iter() {
            let readings: Vec<usize> = self.readings_of(deadline).collect();
            if met_by.met_by.iter().any(|met| met == self.acts[act].key)
                && readings.iter().all(|reading| self.met(before, *reading) == Met::Not)
            {
                for reading in readings {
                    after[self.met_at(reading)] = match self.phase(before, reading) {
                        Phase::Open => 1,
                        Phase::Over => 2,
                        Phase::Off | Phase::Spent => 3,
                    };
                }
            }
        }
        let option = rule.to_by.as_deref().and_then(|path| self.variable(path)).and_then(|variable| {
            let chosen = &self.variables[variable].values[usize::from(form.get(&variable).copied().unwrap_or(0))].text;
            self.acts[act].options.iter().position(|option| option == chosen)
        });
        let target = match option.and_then(|option| self.option(act, option)) {
            Some(option) => rule.branch.get(option).map(String::as_str),
            None => rule.to.as_deref(),
        };
        if let Some(target) = target {
            let at = self.acts[act].strand.map_or(0, |strand| self.strand_at(strand));
            after[at] = self.state_number(target);
        }
        super::invariants::note(self, act, option, form, &mut after);
        (option, after)
    }

    /// Where the strand of an act stands in two cases, by the bytes of its states; an act that begins one leaves the main state.
    pub(super) fn step(&self, act: usize, before: &Config, after: &Config) -> (u8, u8) {
        let at = self.acts[act].strand.map_or(0, |strand| self.strand_at(strand));
        let from = if self.acts[act].rule.spawns.is_some() { 0 } else { at };
        (before[from], after[at])
    }

    /// A state by its byte.
    pub(super) fn state_name(&self, state: u8) -> &'a str {
        self.states.get(usize::from(state)).copied().unwrap_or_default()
    }

    /// The option of an act by its number.
    pub(super) fn option(&self, act: usize, option: usize) -> Option<&'a str> {
        self.acts[act].options.get(option).copied()
    }

    /// A move in words.
    pub(super) fn name(&self, label: Label) -> String {
        match label {
            Label::Act { act, option } => match option.and_then(|option| self.option(act, option)) {
                Some(option) => format!("{}:{option}", self.acts[act].key),
                None => self.acts[act].key.to_owned(),
            },
            Label::Pass(reading) => format!("[{} {} passes]", self.readings[reading].deadline, self.readings[reading].rule.id),
        }
    }
}

/// The key of the variable for "so many days ahead".
pub(super) fn lead(field: &str, n: u16, unit: DayUnit) -> String {
    format!("lead {field} {n} {unit:?}")
}

/// The key of the variable for "on the same day".
pub(super) fn same_day(one: &str, other: &str) -> String {
    format!("same day {one} {other}")
}
