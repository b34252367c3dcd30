//! Walking through every case that a rule set allows, without dates: a case is reduced to its states, the answers that some
//! condition still reads, counters, and each reading of a deadline as not begun, open or over, with "let it pass" as a move.
//! Texts, names and dates vanish; where a condition compares them, every outcome is tried. So every real run is among those
//! walked, and what never happens here never happens.

mod invariants;
mod model;
mod view;

use sips_lapangan::domain::guard::{Truth, eval};
use sips_lapangan::domain::rule_set::{Missed, Otherwise, RuleSet};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;
use std::rc::Rc;

use model::{Config, Model, Phase};
use view::Seen;

/// More abstract cases than a sound rule set has; beyond it the walk stops and says so.
const MAX_STATES: usize = 1_500_000;

/// The truths that a guard took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one for each truth value, and whether it was looked at")]
pub struct Took {
    /// It was looked at.
    pub evaluated: bool,
    /// It held.
    pub yes: bool,
    /// It did not hold.
    pub no: bool,
    /// It asked.
    pub unknown: bool,
}

/// An act with its option, and where the case, or the side strand that it moves, stood before and after.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// Key in the rule set.
    pub act: String,
    /// The option that says where it leads.
    pub option: Option<String>,
    /// The state before; of the case itself, if the act begins a side strand.
    pub from: String,
    /// The state after.
    pub to: String,
}

/// What the walk found.
#[derive(Clone, Debug, Default)]
pub struct Explored {
    /// Abstract cases.
    pub states: usize,
    /// Moves between them: acts with their options, and time passing.
    pub moves: usize,
    /// The longest of the shortest ways from the start.
    pub depth: usize,
    /// Acts with their branch, and deadlines that passed.
    pub labels: BTreeSet<String>,
    /// Acts and the guards that asked there, because they did not hold or nobody could tell.
    pub asks: BTreeSet<(String, String)>,
    /// Acts and the guards that refused them.
    pub refusals: BTreeSet<(String, String)>,
    /// Acts that were performed.
    pub acts: BTreeSet<String>,
    /// Branches that were taken: act and option.
    pub branches: BTreeSet<(String, String)>,
    /// States of the main strand and of side strands that were reached.
    pub reached: BTreeSet<String>,
    /// The truths of each guard.
    pub guards: BTreeMap<String, Took>,
    /// Pairs of an act and a deadline that only flags, which were compared before and after it passed.
    pub pairs: usize,
    /// How often each invariant was held against a move, by its number.
    pub looked: BTreeMap<u8, usize>,
    /// Moves as a dated case shows them.
    pub steps: BTreeSet<Step>,
    /// What must not be, each with the way that leads there.
    pub violations: Vec<String>,
    /// There were too many cases, or too many answers to one form.
    pub cut_short: bool,
}

/// Walks through a rule set with its switches as they stand.
#[must_use]
pub fn explore(set: &RuleSet) -> Explored {
    explore_with(set, &BTreeMap::new())
}

/// Walks through a rule set with other answers of some switches.
#[must_use]
pub fn explore_with(set: &RuleSet, switches: &BTreeMap<String, String>) -> Explored {
    let Some(model) = Model::of(set, switches) else { return Explored { cut_short: true, ..Explored::default() } };
    let mut walk = Walk {
        model: &model,
        found: Explored::default(),
        configs: Vec::new(),
        known: HashMap::new(),
        parents: Vec::new(),
        edges: Vec::new(),
        labels: Vec::new(),
        label_numbers: HashMap::new(),
        outcomes: HashMap::new(),
        told: BTreeSet::new(),
        steps: HashSet::new(),
    };
    walk.run();
    walk.found
}

/// A move: an act with its option, or a reading of a deadline that passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Label {
    Act { act: usize, option: Option<usize> },
    Pass(usize),
}

/// What an act does to a case: the bytes that it writes, and what must not be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Outcome {
    option: Option<usize>,
    writes: Vec<(usize, u8)>,
    verdicts: Vec<invariants::Verdict>,
    /// Guards that asked a person.
    asked: Vec<usize>,
}

/// An act, and the bytes of the case that it reads.
type Read = (usize, Box<[u8]>);

struct Walk<'m, 'a> {
    model: &'m Model<'a>,
    found: Explored,
    configs: Vec<Config>,
    known: HashMap<Config, usize>,
    /// The first way to each: from where, by which move, how far.
    parents: Vec<Option<(usize, Label, usize)>>,
    /// From, to, and the number of the move; there are millions.
    edges: Vec<(u32, u32, u16)>,
    labels: Vec<Label>,
    label_numbers: HashMap<Label, u16>,
    /// Outcomes by act and by what of the case it reads.
    outcomes: HashMap<Read, Rc<BTreeSet<Outcome>>>,
    /// Broken invariants that were told, with the act: the nearest way says enough.
    told: BTreeSet<(String, usize)>,
    /// Act, option, and the bytes of the states before and after.
    steps: HashSet<(usize, Option<usize>, u8, u8)>,
}

impl Walk<'_, '_> {
    fn run(&mut self) {
        let start = self.model.start();
        self.visit(start, None);
        let mut next = 0;
        while next < self.configs.len() {
            if self.configs.len() > MAX_STATES {
                self.found.cut_short = true;
                break;
            }
            self.expand(next);
            next += 1;
        }
        self.found.states = self.configs.len();
        self.found.moves = self.edges.len();
        self.found.depth = self.parents.iter().flatten().map(|(_, _, depth)| *depth).max().unwrap_or(0);
        let model = self.model;
        self.found.steps = self
            .steps
            .iter()
            .map(|(act, option, from, to)| Step {
                act: model.acts[*act].key.to_owned(),
                option: option.and_then(|option| model.option(*act, option)).map(str::to_owned),
                from: model.state_name(*from).to_owned(),
                to: model.state_name(*to).to_owned(),
            })
            .collect();
        if !self.found.cut_short {
            self.after();
        }
    }

    fn visit(&mut self, config: Config, from: Option<(usize, Label)>) -> usize {
        if let Some(known) = self.known.get(&config) {
            return *known;
        }
        let index = self.configs.len();
        let depth = from.map_or(0, |(parent, _)| self.parents[parent].map_or(0, |(_, _, depth)| depth) + 1);
        self.found.reached.extend(self.model.states_of(&config).map(str::to_owned));
        self.known.insert(config.clone(), index);
        self.configs.push(config);
        self.parents.push(from.map(|(parent, label)| (parent, label, depth)));
        index
    }

    fn expand(&mut self, index: usize) {
        let config = self.configs[index].clone();
        let mut moves: BTreeSet<(Label, Config)> = BTreeSet::new();
        for act in 0..self.model.acts.len() {
            if self.model.stands(act, &config) {
                self.perform(index, act, &config, &mut moves);
            }
        }
        for reading in 0..self.model.readings.len() {
            if self.model.phase(&config, reading) == Phase::Open && self.model.is_live(&config, reading) {
                let mut passed = config.clone();
                self.model.set_phase(&mut passed, reading, Phase::Over);
                self.model.forget(&mut passed);
                moves.insert((Label::Pass(reading), passed));
            }
        }
        for (label, config) in moves {
            let number = *self.label_numbers.entry(label).or_insert_with(|| {
                self.labels.push(label);
                self.found.labels.insert(self.model.name(label));
                u16::try_from(self.labels.len() - 1).unwrap_or(u16::MAX)
            });
            let to = self.visit(config, Some((index, label)));
            self.edges.push((narrow(index), narrow(to), number));
        }
    }

    /// Performs an act in every way that makes a difference.
    fn perform(&mut self, from: usize, act: usize, config: &Config, moves: &mut BTreeSet<(Label, Config)>) {
        let model = self.model;
        for outcome in self.outcomes(act, config).iter() {
            let label = Label::Act { act, option: outcome.option };
            let mut after = config.clone();
            for (at, value) in &outcome.writes {
                after[*at] = *value;
            }
            self.found.reached.extend(model.states_of(&after).map(str::to_owned));
            let (stood, stands) = model.step(act, config, &after);
            self.steps.insert((act, outcome.option, stood, stands));
            let verdicts = invariants::of_move(model, act, outcome.option, config, &after, &outcome.asked);
            for (invariant, broken) in verdicts.iter().chain(&outcome.verdicts) {
                *self.found.looked.entry(*invariant).or_default() += 1;
                let Some(broken) = broken.as_ref().map(|broken| format!("I{invariant} {broken}")) else { continue };
                if self.told.insert((broken.clone(), act)) {
                    let way = format!("{} → {}", self.way(from), model.name(label));
                    self.found.violations.push(format!("{broken}: {way}"));
                }
            }
            model.forget(&mut after);
            moves.insert((label, after));
        }
    }

    /// What an act can do to a case. Cases that differ only in what the act neither reads nor counts have the same answer.
    fn outcomes(&mut self, act: usize, config: &Config) -> Rc<BTreeSet<Outcome>> {
        let model = self.model;
        let key = (act, model.read_by(act, config));
        if let Some(known) = self.outcomes.get(&key) {
            return Rc::clone(known);
        }
        let rule = &model.acts[act];
        let mut outcomes = BTreeSet::new();
        for form in &rule.forms {
            let begun: Vec<(Config, Option<Vec<usize>>)> = model
                .begun(act, config, form)
                .into_iter()
                .map(|before| {
                    let asked = self.asked(act, &before, form);
                    (before, asked)
                })
                .collect();
            self.flags_only_at_hand(act, &begun);
            for (before, asked) in begun {
                let Some(asked) = asked else { continue };
                let (option, after) = model.after(act, &before, form);
                self.found.acts.insert(rule.key.to_owned());
                if let Some(option) = option.and_then(|option| model.option(act, option)) {
                    self.found.branches.insert((rule.key.to_owned(), option.to_owned()));
                }
                let writes = after.iter().enumerate().filter(|(at, value)| config[*at] != **value).map(|(at, value)| (at, *value));
                let verdicts = invariants::of_form(model, act, &before, &after, form, &asked);
                outcomes.insert(Outcome { option, writes: writes.collect(), verdicts, asked });
            }
        }
        let outcomes = Rc::new(outcomes);
        self.outcomes.insert(key, Rc::clone(&outcomes));
        outcomes
    }

    /// I8 where the act's own form says when the deadline began: late by it, the act must still be possible.
    fn flags_only_at_hand(&mut self, act: usize, begun: &[(Config, Option<Vec<usize>>)]) {
        let model = self.model;
        for (reading, rule) in model.readings.iter().enumerate().filter(|(_, reading)| reading.missed == Missed::Flag) {
            for (open, _) in begun.iter().filter(|(before, asked)| asked.is_some() && model.phase(before, reading) == Phase::Open) {
                let mut over = open.clone();
                model.set_phase(&mut over, reading, Phase::Over);
                let lost = begun.iter().any(|(before, asked)| *before == over && asked.is_none());
                let told = format!("I8 `{}` is refused once {} has passed", model.acts[act].key, rule.deadline);
                if lost && self.told.insert((told.clone(), act)) {
                    self.found.violations.push(told);
                }
            }
        }
    }

    /// Evaluates every guard of an act, as the decision does: which of them ask a person, or `None` if one refuses.
    fn asked(&mut self, act: usize, before: &Config, form: &model::Filled) -> Option<Vec<usize>> {
        let rule = &self.model.acts[act];
        let seen = Seen { model: self.model, config: before, hand: Some((act, form)) };
        let mut asked = Some(Vec::new());
        for (number, (key, guard)) in rule.guards.iter().enumerate() {
            let truth = eval(&guard.when, &seen);
            let took = self.found.guards.entry((*key).to_owned()).or_default();
            took.evaluated = true;
            match truth {
                Truth::Yes => took.yes = true,
                Truth::No => took.no = true,
                Truth::Unknown => took.unknown = true,
            }
            if truth == Truth::No && guard.otherwise == Otherwise::Block {
                self.found.refusals.insert((rule.key.to_owned(), (*key).to_owned()));
                asked = None;
            } else if truth != Truth::Yes {
                self.found.asks.insert((rule.key.to_owned(), (*key).to_owned()));
                asked.iter_mut().for_each(|asked| asked.push(number));
            }
        }
        asked
    }

    /// What only the whole graph shows.
    fn after(&mut self) {
        let model = self.model;
        for state in model.set.state.keys().filter(|state| !self.found.reached.contains(*state)) {
            self.found.violations.push(format!("state `{state}` is never reached"));
        }
        self.found.violations.extend(invariants::of_set(model.set));
        let mut backwards: Vec<Vec<u32>> = vec![Vec::new(); self.configs.len()];
        for (from, to, _) in &self.edges {
            backwards[wide(*to)].push(*from);
        }
        // The main strand, then each side strand that has begun.
        for strand in std::iter::once(None).chain((0..model.strands.len()).map(Some)) {
            let ended = |config: &Config| model.is_over(config, strand);
            let mut reaches: Vec<bool> = self.configs.iter().map(|config| ended(config) == Some(true)).collect();
            if !reaches.contains(&true) {
                continue;
            }
            let mut open: Vec<usize> = reaches.iter().enumerate().filter(|(_, reaches)| **reaches).map(|(index, _)| index).collect();
            while let Some(index) = open.pop() {
                for from in backwards[index].iter().copied().map(wide) {
                    if !reaches[from] {
                        reaches[from] = true;
                        open.push(from);
                    }
                }
            }
            // The nearest of those that are stuck says enough.
            let stuck = (0..self.configs.len()).find(|index| !reaches[*index] && ended(&self.configs[*index]).is_some());
            if let Some(stuck) = stuck {
                let what = strand.map_or("the case", |strand| model.strands[strand]);
                self.found.violations.push(format!("no way leads {what} to an end: {}", self.way(stuck)));
            }
        }
        self.flags_only();
    }

    /// I8: what is possible before a deadline that only flags is possible after it.
    fn flags_only(&mut self) {
        let model = self.model;
        let mut possible: Vec<BTreeSet<u16>> = vec![BTreeSet::new(); self.configs.len()];
        for (from, _, number) in &self.edges {
            if let Label::Act { act, .. } = self.labels[usize::from(*number)] {
                possible[wide(*from)].extend(u16::try_from(act));
            }
        }
        let mut told = BTreeSet::new();
        for (from, to, number) in &self.edges {
            let Label::Pass(reading) = self.labels[usize::from(*number)] else { continue };
            if model.readings[reading].missed != Missed::Flag {
                continue;
            }
            self.found.pairs += possible[wide(*from)].len();
            for act in possible[wide(*from)].difference(&possible[wide(*to)]) {
                if told.insert((*act, reading)) {
                    let (act, name) = (model.acts[usize::from(*act)].key, model.name(Label::Pass(reading)));
                    self.found.violations.push(format!("I8 `{act}` is lost by {name}: {}", self.way(wide(*to))));
                }
            }
        }
    }

    /// The shortest way to a case.
    fn way(&self, index: usize) -> String {
        let mut steps = Vec::new();
        let mut at = index;
        while let Some((from, label, _)) = self.parents[at] {
            steps.push(self.model.name(label));
            at = from;
        }
        steps.reverse();
        if steps.is_empty() { "(start)".to_owned() } else { steps.join(" → ") }
    }
}

/// Cases are counted up to [`MAX_STATES`], so that their numbers fit.
fn narrow(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

fn wide(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}

impl Explored {
    /// The figures and what was found, for reading.
    #[must_use]
    pub fn describe(&self, set: &RuleSet) -> String {
        let mut text = String::new();
        let _ = writeln!(
            text,
            "{}@{}: {} states, {} moves, depth {}, {} labels, {} asks, {} refusals, {} act/flag-deadline pairs",
            set.id,
            set.version,
            self.states,
            self.moves,
            self.depth,
            self.labels.len(),
            self.asks.len(),
            self.refusals.len(),
            self.pairs
        );
        let looked: Vec<String> = self.looked.iter().map(|(invariant, times)| format!("I{invariant} {times}")).collect();
        if !looked.is_empty() {
            let _ = writeln!(text, "  moves held against invariants: {}", looked.join(", "));
        }
        if self.cut_short {
            text.push_str("  !! too much to walk through; the figures are of a part\n");
        }
        for missing in self.missing(set) {
            let _ = writeln!(text, "  !! {missing}");
        }
        for violation in &self.violations {
            let _ = writeln!(text, "  !! {violation}");
        }
        text
    }

    /// Acts and branches that never occur.
    #[must_use]
    pub fn missing(&self, set: &RuleSet) -> Vec<String> {
        let mut missing: Vec<String> =
            set.act.keys().filter(|act| !self.acts.contains(*act)).map(|act| format!("act `{act}` never occurs")).collect();
        for (key, act) in set.act.iter() {
            let options = act.branch.keys().filter(|option| !self.branches.contains(&(key.clone(), (*option).clone())));
            missing.extend(options.map(|option| format!("branch `{key}:{option}` never occurs")));
        }
        missing
    }

    /// Is everything as it should be?
    #[must_use]
    pub fn is_sound(&self, set: &RuleSet) -> bool {
        !self.cut_short && self.violations.is_empty() && self.missing(set).is_empty()
    }
}
