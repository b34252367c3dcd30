//! The law as data: the shape of a rule set, as it is read from the canonical JSON of `src/rules`.
//! Nothing is decided here; `decide`, `form` and `deadline` read these tables.

use super::table::Table;
use serde::{Deserialize, Serialize};

use super::digest::Digest;
use super::office::Level;
use super::time::LocalDate;

/// The format of rule files that this version reads.
pub const FORMAT: u32 = 1;

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Indonesian.
    pub id: String,
    /// English.
    pub en: String,
}

/// How sure a legal fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Mark {
    /// Unknown: nobody has read it; never a reason to refuse.
    #[serde(rename = "U")]
    Unknown,
    /// Likely: one secondary page, an older rule or an inference.
    #[serde(rename = "L")]
    Likely,
    /// Confirmed: the article was read, or two sources agree.
    #[serde(rename = "C")]
    Confirmed,
}

/// One source in `sources.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The work as an officer would name it, with its article.
    pub work: Text,
    /// How it was read: `text`, `press`, `older_rule`, `inference`.
    pub how: String,
    /// Where it was read, if it stands on a page.
    #[serde(default)]
    pub url: String,
}

/// One versioned rule set: a track of one regime.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    /// See [`FORMAT`].
    pub format: u32,
    /// Key of the track.
    pub id: String,
    /// Counts up with every amendment; a published version never changes.
    pub version: u32,
    /// Name of the track.
    pub title: Text,
    /// When it applies.
    pub applies: Applies,
    /// Office levels that may perform its acts.
    pub levels: Vec<Level>,
    /// Its place in the list of tracks, from 1.
    #[serde(default)]
    pub place: u16,
    /// Keys of its acts in the order in which they are offered. Tables are kept by key, which tells nothing of the procedure.
    #[serde(default)]
    pub order: Vec<String>,
    /// Side strands: what runs beside the main procedure, such as a third party's request.
    #[serde(default)]
    pub strand: Table<String, Strand>,
    /// States of the main strand and of side strands.
    pub state: Table<String, State>,
    /// What can be done.
    pub act: Table<String, ActRule>,
    /// Conditions of acts.
    pub guard: Table<String, Guard>,
    /// Counts over the acts of a case, such as summons in a row that a party did not follow.
    #[serde(default)]
    pub counter: Table<String, Counter>,
    /// Open questions of the law that an office answers for itself.
    #[serde(default)]
    pub switch: Table<String, Switch>,
    /// Periods that the law counts.
    pub deadline: Table<String, DeadlineRule>,
    /// Papers that acts produce.
    pub paper: Table<String, PaperRule>,
    /// Tables that checklists draw on.
    pub list: Table<String, List>,
    /// Forms, also those of repeated parts.
    pub form: Table<String, Form>,
    /// Fields by form.
    pub field: Table<String, Table<String, Field>>,
}

/// The date that chooses the version of a rule set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Applies {
    /// The field that holds the date, as `form.field`.
    pub by: String,
    /// First day in force.
    pub from: LocalDate,
    /// Keys of `sources.toml`.
    pub src: Vec<String>,
    /// How sure.
    pub mark: Mark,
}

/// What runs beside the main procedure. Each instance has a state of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Strand {
    /// The officer's word for it.
    pub label: Text,
    /// The most instances in one case.
    pub max: u16,
    /// Keys of `sources.toml`.
    pub src: Vec<String>,
    /// How sure.
    pub mark: Mark,
}

/// Counts acts of a kind in a row: one more when the condition holds, back to 0 when it does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counter {
    /// The act that is counted.
    pub of: String,
    /// Over the answers of that act.
    pub plus: When,
}

/// An open question of the law that an office answers for itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// The question.
    pub label: Text,
    /// The answer while an office has given none.
    pub default: String,
    /// The possible answers.
    pub options: Vec<Choice>,
    /// Keys of `sources.toml`.
    pub src: Vec<String>,
    /// How sure.
    pub mark: Mark,
}

/// A state of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// The officer's word for it.
    pub label: Text,
    /// Where a case begins.
    #[serde(default)]
    pub start: bool,
    /// The side strand that it belongs to; the main one where nothing is said.
    #[serde(default)]
    pub strand: Option<String>,
    /// Not every case comes here: shown on its way only where one has been.
    #[serde(default)]
    pub detour: bool,
    /// The recap's column of a case that ends here; nothing but notes and remedies follows. Side strands end with any word.
    #[serde(default)]
    pub end: Option<String>,
    /// The users' word laid over several states, such as *klarifikasi*.
    #[serde(default)]
    pub group: Option<String>,
    /// A way to resolve a case, as the recap tells them apart: what is decided after it was resolved so, unless another one followed.
    #[serde(default)]
    pub way: bool,
    /// Keys of `sources.toml`.
    pub src: Vec<String>,
    /// How sure.
    pub mark: Mark,
}

/// An act of the procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActRule {
    /// A verb phrase, as on the button.
    pub label: Text,
    /// Who may perform it.
    pub by: By,
    /// States it can be performed in. Of an act that begins a side strand these are states of the main one.
    pub from: Vec<String>,
    /// The state it leads to. Neither this nor `to_by`: it leaves the state as it is.
    #[serde(default)]
    pub to: Option<String>,
    /// The choice of its form, as `form.field`, that says which state it leads to.
    #[serde(default)]
    pub to_by: Option<String>,
    /// The state for each option of `to_by`, no more and no fewer.
    #[serde(default)]
    pub branch: Table<String, String>,
    /// The side strand that it begins an instance of, in state `to`.
    #[serde(default)]
    pub spawns: Option<String>,
    /// Only once in a case.
    #[serde(default)]
    pub once: bool,
    /// Its form. An act without one is recorded with its time alone.
    pub form: String,
    /// Office levels that may perform it, where they are not those of the rule set.
    #[serde(default)]
    pub levels: Vec<Level>,
    /// Number series that the server issues for it.
    #[serde(default)]
    pub number: Option<String>,
    /// Keys of its guards, in the order in which their reasons are told.
    #[serde(default)]
    pub guards: Vec<String>,
    /// Keys of `sources.toml`.
    pub src: Vec<String>,
    /// How sure.
    pub mark: Mark,
}

impl ActRule {
    /// The states that it can lead to.
    pub fn targets(&self) -> impl Iterator<Item = &str> {
        self.to.iter().chain(self.branch.values()).map(String::as_str)
    }
}

/// Who may perform an act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct By {
    /// Any of these roles.
    pub role: Vec<super::office::Role>,
    /// These roles may record what the others did or decided; the form names who took part.
    #[serde(default)]
    pub recorded_by: Vec<super::office::Role>,
    /// May an office above the case's own perform it, too?
    #[serde(default)]
    pub above: bool,
}

impl By {
    /// Every role that may submit the act.
    pub fn all(&self) -> impl Iterator<Item = super::office::Role> + '_ {
        self.role.iter().chain(&self.recorded_by).copied()
    }
}

/// A condition of an act. Nothing fires: a guard permits, warns or blocks what a person does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guard {
    /// What must hold. Unknown always becomes a question to a person.
    pub when: When,
    /// What happens if it does not hold.
    #[serde(rename = "else")]
    pub otherwise: Otherwise,
    /// What the officer reads; `{due:x}` stands for the last day of deadline `x`.
    pub why: Text,
    /// Keys of `sources.toml`.
    pub src: Vec<String>,
    /// How sure.
    pub mark: Mark,
}

/// What a guard does if its condition does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Otherwise {
    /// The act is refused.
    Block,
    /// The act needs a reason and leaves a flag.
    Warn,
}

/// The closed vocabulary of conditions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// The field has one of the options: `[form.field, option…]`. Unknown while unanswered or answered `unknown`.
    Is(Vec<String>),
    /// The field is filled.
    Filled(String),
    /// The first date is not after the second. Unknown while either is missing.
    Ordered(String, String),
    /// The field has at least this many rows, or says at least this number.
    AtLeast(String, u16),
    /// Every row of the checklist that is asked for is there, in as many copies as are asked for. Unknown while nothing is ticked.
    AllOf(String),
    /// The act's day lies at least so many days before the day in the field.
    Lead {
        /// The later day, as `form.field`.
        field: String,
        /// Number of days.
        n: u16,
        /// Working or calendar days.
        unit: DayUnit,
    },
    /// The act was performed.
    Done(String),
    /// The act was not performed.
    Never(String),
    /// The act at hand, or the first of this name, fell on the same day as the last of the second name.
    SameDay(String, String),
    /// The counter stands at this number or higher.
    Counted(String, u16),
    /// An instance of the side strand is in one of the states: `[strand, state…]`. The strand `main` is the case itself.
    At(Vec<String>),
    /// Every instance of the side strand has ended, or none began.
    Rests(String),
    /// The switch has this answer.
    Switch(String, String),
    /// A number of the series was issued or is to be issued.
    Numbered(String),
    /// The deadline has not passed at the time of the act. Unknown if its readings disagree or a date is missing.
    Open(String),
    /// The deadline has passed at the time of the act; likewise unknown.
    Over(String),
    /// The deadline was met in time: by the act at hand, or by the first act that meets it. Unknown while it can still be met.
    Kept(String),
    /// The two texts differ. Unknown while either is missing.
    Differs(String, String),
    /// Every one holds.
    All(Vec<When>),
    /// At least one holds.
    Any(Vec<When>),
    /// It does not hold.
    Not(Box<When>),
}

/// A period that the law counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeadlineRule {
    /// The officer's word for it.
    pub label: Text,
    /// Acts that meet it.
    pub met_by: Vec<String>,
    /// Whom it binds.
    #[serde(default)]
    pub whose: Whose,
    /// What a miss does.
    pub missed: Missed,
    /// The act that a miss proposes to a person.
    #[serde(default)]
    pub propose: Option<String>,
    /// The readings of the norm; more than one where the law is disputed.
    pub readings: Vec<Reading>,
}

/// Whom a deadline binds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// The office: it has something to do.
    #[default]
    Office,
    /// A party: the office receives or finds that nothing came.
    Party,
    /// A court.
    Court,
}

/// What a missed deadline does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missed {
    /// The late act is recorded and flagged.
    Flag,
    /// An act is proposed to a person; nothing happens by itself.
    Propose,
}

/// One reading of a deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Key within the deadline.
    pub id: String,
    /// The reading that is shown as the rule where several exist.
    #[serde(default)]
    pub default: bool,
    /// The field that holds day 0, as `form.field`. Either this or `start_act`.
    #[serde(default)]
    pub start_date: Option<String>,
    /// Acts whose day is day 0.
    #[serde(default)]
    pub start_act: Vec<String>,
    /// Which of several such acts.
    #[serde(default)]
    pub pick: Pick,
    /// Only such acts count whose answers meet this.
    #[serde(default)]
    pub start_if: Option<When>,
    /// The reading applies only if this holds; where it is unknown it is shown, too.
    #[serde(default)]
    pub when: Option<When>,
    /// Number of days; day 0 is not counted.
    pub n: u16,
    /// Working or calendar days.
    pub unit: DayUnit,
    /// The hour at which the last day ends.
    pub closes: Closes,
    /// What is counted from what, in words.
    #[serde(default)]
    pub note: Option<Text>,
    /// Keys of `sources.toml`.
    pub src: Vec<String>,
    /// How sure.
    pub mark: Mark,
}

/// Which of several acts a count starts from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// The first.
    First,
    /// The last.
    #[default]
    Last,
}

/// Who may read a paper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum See {
    /// The office and the parties.
    #[default]
    Parties,
    /// Everybody, once the act that makes it is recorded.
    Public,
    /// The office alone.
    Office,
}

/// *Hari kerja* or *hari kalender*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayUnit {
    /// Monday to Friday, without holidays.
    Working,
    /// Every day; the last day never moves.
    Calendar,
}

/// The hour at which a last day ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closes {
    /// The office's closing hour for the channel; 24.00 while none is entered.
    Office,
    /// 24.00 local time.
    Midnight,
}

/// A paper that an act produces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperRule {
    /// Form number; empty while unknown.
    pub no: String,
    /// Title.
    pub title: Text,
    /// The act it belongs to.
    pub of: String,
    /// Only made if this holds, over the answers of that act.
    #[serde(default, rename = "if")]
    pub only_if: Option<When>,
    /// Who may read it.
    #[serde(default)]
    pub see: See,
    /// Keys of `sources.toml`.
    pub src: Vec<String>,
    /// How sure.
    pub mark: Mark,
}

/// A table that a checklist draws on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Its rows, in order.
    pub rows: Vec<ListRow>,
    /// Keys of `sources.toml`.
    pub src: Vec<String>,
    /// How sure.
    pub mark: Mark,
}

/// One row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListRow {
    /// Stored value.
    pub v: String,
    /// Indonesian.
    pub id: String,
    /// English.
    pub en: String,
    /// Number of copies asked for, 1 if not said.
    #[serde(default = "one")]
    pub copies: u16,
    /// Only asked for if this holds, over the petition's answers.
    #[serde(default, rename = "if")]
    pub only_if: Option<When>,
    /// Papers are complete only with it.
    #[serde(default)]
    pub required: bool,
}

fn one() -> u16 {
    1
}

/// A form, or the form of one repeated part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Title.
    pub title: Text,
    /// Sections; on a phone a step each.
    pub groups: Vec<Group>,
    /// Keys of `sources.toml`.
    pub src: Vec<String>,
    /// How sure.
    pub mark: Mark,
}

/// A section of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Key in addresses.
    pub key: String,
    /// Title.
    pub title: Text,
    /// One sentence of help.
    #[serde(default)]
    pub hint: Option<Text>,
    /// Field keys, at most two short ones a row.
    pub rows: Vec<Vec<String>>,
}

/// How much a field is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// The act cannot be recorded without it.
    #[default]
    Must,
    /// The law asks for it of the parties: a gap is named and recorded, never a reason not to record what came in.
    Law,
    /// May be left out.
    Optional,
}

/// A field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// What it holds.
    pub kind: Kind,
    /// Its name above it.
    pub label: Text,
    /// One sentence of help below the name.
    #[serde(default)]
    pub hint: Option<Text>,
    /// How much it is needed.
    #[serde(default)]
    pub need: Need,
    /// Options of a choice.
    #[serde(default)]
    pub options: Vec<Choice>,
    /// The form of a repeated part, or the table of a checklist.
    #[serde(default)]
    pub of: Option<String>,
    /// Most characters, or rows. A kind without limit is bounded by [`Kind::max`].
    #[serde(default)]
    pub max: Option<u32>,
    /// Fewest rows of a repeated part.
    #[serde(default)]
    pub min: u32,
    /// The button that adds a row.
    #[serde(default)]
    pub add: Option<Text>,
    /// Only asked if this holds, over answers of the same form (or of the row) that stand before it.
    #[serde(default, rename = "if")]
    pub only_if: Option<When>,
    /// The earliest year of a date; the republic's first where nothing is said.
    #[serde(default)]
    pub earliest: Option<i16>,
    /// A date that may not lie after today.
    #[serde(default)]
    pub not_future: bool,
    /// Suggested when the draft is made: `today`, `now`, `office.organiser`, `case:form.field`, or text.
    #[serde(default)]
    pub prefill: Option<String>,
    /// Code letters of repeated parts, such as `P` for P-1, P-2.
    #[serde(default)]
    pub code: Option<String>,
}

/// One option of a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Stored value.
    pub v: String,
    /// Indonesian.
    pub id: String,
    /// English.
    pub en: String,
}

/// The closed list of field kinds. Each names a meaning; how it looks is the app's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One line.
    Text,
    /// A person's or body's name: one line, unusual letters are pointed at.
    Name,
    /// Many lines.
    LongText,
    /// One of a few.
    Choice,
    /// Yes or no.
    YesNo,
    /// A day.
    Date,
    /// A time of day in the office's zone.
    Time,
    /// A whole number, not negative.
    Count,
    /// The number of an electronic identity card, 16 digits.
    Nik,
    /// A telephone number.
    Phone,
    /// A mail address.
    Email,
    /// A repeated part.
    Rows,
    /// A fixed table whose rows are ticked: there or not, copies, remark.
    Checklist,
    /// Files.
    Files,
}

impl Kind {
    /// Most characters, or rows, where the field says nothing itself.
    #[must_use]
    pub fn max(self) -> u32 {
        match self {
            Self::LongText => 200_000,
            Self::Text | Self::Name => 500,
            Self::Email => 254,
            Self::Rows | Self::Checklist => 200,
            Self::Files => 40,
            Self::Choice | Self::YesNo | Self::Date | Self::Time | Self::Count | Self::Nik | Self::Phone => 40,
        }
    }
}

/// Which version of a definition something was decided by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DefinitionRef {
    /// Key of the rule set or calendar.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// SHA-256 of its canonical JSON.
    pub digest: Digest,
}

impl RuleSet {
    /// Has what stands in this state ended: a case, or a side strand?
    #[must_use]
    pub fn is_end(&self, state: &str) -> bool {
        self.state.get(state).is_some_and(|state| state.end.is_some())
    }

    /// The main states that a case which stands in `here` has been in or can still come to on its way to a regular end, in the order of the
    /// procedure: a state comes before those that can be reached from it and do not lead back. Left out are detours
    /// and ends other than the regular one, unless the case has `been` there.
    #[must_use]
    pub fn way(&self, here: &str, been: &dyn Fn(&str) -> bool) -> Vec<&str> {
        let is_main = |key: &str| self.state.get(key).is_some_and(|state| !state.start && state.strand.is_none());
        let mut steps: Vec<(&str, &str)> = Vec::new();
        for rule in self.act.values().filter(|rule| rule.spawns.is_none() && self.strand_of(rule).is_none()) {
            for from in &rule.from {
                steps.extend(rule.targets().filter(|to| *to != from && is_main(to) && is_main(from)).map(|to| (from.as_str(), to)));
            }
        }
        let begins = |rule: &&ActRule| rule.from.iter().any(|from| self.state.get(from).is_some_and(|state| state.start));
        let begun: Vec<&str> = self.act.values().filter(begins).flat_map(ActRule::targets).collect();
        let reached = |from: &str| {
            let mut found: Vec<&str> = Vec::new();
            let mut open = vec![from];
            while let Some(at) = open.pop() {
                for &(_, to) in steps.iter().filter(|(from, _)| *from == at) {
                    if !found.contains(&to) {
                        found.push(to);
                        open.push(to);
                    }
                }
            }
            found
        };
        let ahead = reached(here);
        let regular =
            |key: &str| self.state.get(key).is_some_and(|state| !state.detour && state.end.as_deref().is_none_or(|end| end == "closed"));
        let shown: Vec<&str> = self
            .state
            .keys()
            .map(String::as_str)
            .filter(|key| is_main(key))
            .filter(|key| *key == here || been(key) || (ahead.contains(key) && regular(key)))
            .collect();
        let order = super::order::ascending(shown.iter().map(|key| {
            let onward = i64::try_from(reached(key).len()).unwrap_or_default();
            // Where one can go back and forth, the state that a case begins in comes first, a detour last.
            let detour = self.state.get(*key).is_some_and(|state| state.detour);
            (-onward, i64::from(!begun.contains(key)) + i64::from(detour))
        }));
        order.into_iter().filter_map(|position| shown.get(position).copied()).collect()
    }

    /// The field at `form.field`.
    #[must_use]
    pub fn field(&self, form: &str, field: &str) -> Option<&Field> {
        self.field.get(form)?.get(field)
    }

    /// The state in which a case begins.
    #[must_use]
    pub fn start(&self) -> Option<&str> {
        self.state.iter().find(|(_, state)| state.start).map(|(key, _)| key.as_str())
    }

    /// Its acts in the order of the procedure; what `order` does not name comes last, by key.
    pub fn acts_in_order(&self) -> impl Iterator<Item = (&String, &ActRule)> {
        let named = self.order.iter().filter_map(|key| self.act.get_key_value(key));
        named.chain(self.act.iter().filter(|(key, _)| !self.order.contains(key)))
    }

    /// The side strand that an act begins or moves; `None` for the main one.
    #[must_use]
    pub fn strand_of<'a>(&'a self, act: &'a ActRule) -> Option<&'a str> {
        act.spawns.as_deref().or_else(|| self.state.get(act.from.first()?)?.strand.as_deref())
    }

    /// The office levels that may perform an act.
    #[must_use]
    pub fn levels_of<'a>(&'a self, act: &'a ActRule) -> &'a [Level] {
        if act.levels.is_empty() { &self.levels } else { &act.levels }
    }
}
