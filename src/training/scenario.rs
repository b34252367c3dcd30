//! What a scenario says: its story, who takes part, the world it starts from, and its steps. Read from data; nothing here is played yet.

use std::fmt;
use std::sync::OnceLock;

use serde::{Deserialize, Deserializer, de};

use super::check::Check;
use crate::domain::answers::{Answer, Answers, Row};
use crate::domain::json;
use crate::domain::office::{OfficeCode, Role};
use crate::domain::order::ascending;
use crate::domain::rule_set::Text;
use crate::domain::table::Table;

/// The format that this version reads.
pub const FORMAT: u32 = 1;
/// The key of free play, whose steps are only a start.
pub const FREE: &str = "bebas";

mod texts {
    include!(concat!(env!("OUT_DIR"), "/training_texts.rs"));
}

/// One scenario.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// See [`FORMAT`].
    pub format: u32,
    /// Its name in addresses.
    pub key: String,
    /// Its place in the list.
    pub place: u32,
    /// About how long it takes.
    pub minutes: u32,
    /// What it is called.
    pub title: Text,
    /// What has happened, before anything is done.
    pub story: Text,
    /// Key of the rule set.
    pub set: String,
    /// The office.
    pub office: OfficeCode,
    /// Date and time at the start, by the office's clock: `2026-07-08 10.00`.
    pub at: String,
    /// Who takes part; the first one begins.
    pub person: Vec<Someone>,
    /// Numbers that the office issued before, by series.
    #[serde(default)]
    pub issued: Table<String, u32>,
    /// What happened before, act by act.
    #[serde(default)]
    pub begin: Vec<Line>,
    /// What is to be done.
    pub step: Vec<Step>,
}

/// Somebody who takes part.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Someone {
    /// The name used to sign in.
    pub key: String,
    /// The name on screen: nobody's who lives.
    pub name: String,
    /// The office, where it is not the scenario's.
    #[serde(default)]
    pub office: Option<OfficeCode>,
    /// What they do there.
    pub roles: Vec<Role>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// In short.
    pub title: Text,
    /// What is to be done.
    pub todo: Text,
    /// What is worth looking at.
    #[serde(default)]
    pub look: Option<Text>,
    /// Help, one after the other.
    #[serde(default)]
    pub hint: Vec<Text>,
    /// What the trainer says; for the speaker's window alone.
    #[serde(default)]
    pub say: Option<Text>,
    /// Who does it.
    pub who: String,
    /// The clock when the step begins, where it moves: `2026-07-10 09.00`.
    #[serde(default)]
    pub at: Option<String>,
    /// Where the step begins.
    #[serde(default)]
    pub open: Open,
    /// What goes wrong from here on.
    #[serde(default)]
    pub fault: Option<Fault>,
    /// What somebody else does as the step begins, without being seen.
    #[serde(default)]
    pub meanwhile: Vec<Line>,
    /// When it is done.
    pub done: Check,
    /// One right way, act by act: for the tests, and for whoever jumps over it.
    #[serde(default)]
    pub solution: Vec<Line>,
    /// It is about what never reaches the server: nobody jumps over it, and whoever comes by a link to the step behind it begins here.
    #[serde(default)]
    pub aside: bool,
    /// Ways that lead elsewhere.
    #[serde(default)]
    pub wrong: Vec<Wrong>,
    /// What was learnt.
    pub learnt: Text,
    /// The article, as people cite it.
    #[serde(default)]
    pub article: String,
}

/// Where a step begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Open {
    /// *Hari ini*.
    #[default]
    Home,
    /// A new petition.
    New,
    /// The case.
    Case,
    /// The act of this key on the case.
    Act(String),
    /// The list of cases.
    Cases,
    /// *Kotak Kirim*.
    Outbox,
    /// *Jadwal*.
    Schedule,
}

/// What can go wrong on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Everything goes well again.
    None,
    /// No signal.
    Offline,
    /// A signal that takes its time.
    Slow,
    /// The server answers with an error.
    Error,
    /// The device is nearly full.
    Full,
    /// The session has run out.
    Expired,
}

/// A way that leads elsewhere.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrong {
    /// How it is told.
    pub when: Check,
    /// Why it is wrong.
    pub why: Text,
    /// The article.
    #[serde(default)]
    pub article: String,
    /// What somebody does who goes this way.
    pub acts: Vec<Line>,
}

/// One act of a script.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Who acts; the first person whose role may, where nothing is said.
    #[serde(default)]
    pub who: Option<String>,
    /// The template that it starts from.
    #[serde(default)]
    pub base: Option<String>,
    /// The act, where there is no template.
    #[serde(default)]
    pub act: Option<String>,
    /// When; the clock of the step where nothing is said.
    #[serde(default)]
    pub at: Option<String>,
    /// The case, where the scenario has several.
    #[serde(default)]
    pub case: String,
    /// The strand that it moves, by the name given when it began.
    #[serde(default)]
    pub strand: Option<String>,
    /// The name of the strand that it begins.
    #[serde(default, rename = "as")]
    pub begins: Option<String>,
    /// Answers that differ from the template's.
    #[serde(default)]
    pub form: Typed,
    /// A field of the form into which a one-page document is put.
    #[serde(default)]
    pub attach: Option<String>,
    /// Reasons given, by guard.
    #[serde(default)]
    pub rulings: Table<String, Given>,
}

/// A reason given where a guard asked.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// Why.
    pub reason: String,
    /// The reading that is followed.
    #[serde(default)]
    pub reading: Option<String>,
}

/// A template of acts.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Base {
    /// The act.
    pub act: String,
    /// Its answers.
    #[serde(default)]
    pub form: Typed,
}

/// Answers as people type them: rows are lists, a checklist is a table of `true`, `false` or copies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Typed(pub Answers);

/// Why a scenario cannot be used. Nothing of it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRead {
    /// Cut off, or something else.
    #[error("this is no scenario, or not all of one")]
    Unreadable,
    /// Of a newer format.
    #[error("a scenario of format {0}")]
    Newer(u64),
    /// Its parts do not fit together.
    #[error("{0}")]
    Unsound(String),
}

/// Every scenario that ships, in the order in which they are listed.
pub fn all() -> &'static [Scenario] {
    static ALL: OnceLock<Vec<Scenario>> = OnceLock::new();
    ALL.get_or_init(|| {
        // The texts are part of this program and a test reads all of them.
        let read: Vec<Scenario> = texts::SCENARIOS.iter().filter_map(|text| read(text).ok()).collect();
        let order = ascending(read.iter().map(|scenario| (i64::from(scenario.place), 0)));
        order.into_iter().filter_map(|at| read.get(at).cloned()).collect()
    })
}

/// A scenario by its key.
#[must_use]
pub fn by_key(key: &str) -> Option<&'static Scenario> {
    all().iter().find(|scenario| scenario.key == key)
}

/// The templates of acts.
pub fn bases() -> &'static Table<String, Base> {
    static BASES: OnceLock<Table<String, Base>> = OnceLock::new();
    BASES.get_or_init(|| json::read(texts::BASES).unwrap_or_default())
}

/// Reads a scenario.
///
/// # Errors
/// See [`NotRead`].
pub fn read(text: &str) -> Result<Scenario, NotRead> {
    let format = json::number_at(text, &["format"]).ok_or(NotRead::Unreadable)?;
    if format > u64::from(FORMAT) {
        return Err(NotRead::Newer(format));
    }
    let scenario: Scenario = json::read(text).map_err(|_| NotRead::Unreadable)?;
    scenario.check().map_err(NotRead::Unsound)?;
    Ok(scenario)
}

impl Scenario {
    /// The texts as they ship, for tests.
    #[must_use]
    pub fn texts() -> &'static [&'static str] {
        texts::SCENARIOS
    }

    fn check(&self) -> Result<(), String> {
        let knows = |who: &str| self.person.iter().any(|person| person.key == *who);
        if self.person.is_empty() || self.step.is_empty() {
            return Err(format!("{}: nobody takes part, or nothing is to be done", self.key));
        }
        for step in &self.step {
            let wrong = step.wrong.iter().flat_map(|wrong| &wrong.acts);
            let named = step.meanwhile.iter().chain(&step.solution).chain(wrong).filter_map(|line| line.who.as_deref());
            if let Some(who) = named.chain([step.who.as_str()]).find(|who| !knows(who)) {
                return Err(format!("{}: nobody is called {who}", self.key));
            }
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Typed {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Fields).map(Self)
    }
}

/// Reads the fields of a form or of a row.
struct Fields;

impl<'de> de::Visitor<'de> for Fields {
    type Value = Answers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("answers")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Answers, A::Error> {
        let mut answers = Answers::default();
        while let Some((key, One(answer))) = map.next_entry::<String, One>()? {
            answers.0.insert(key, answer);
        }
        Ok(answers)
    }
}

/// One answer.
struct One(Answer);

impl<'de> Deserialize<'de> for One {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Value;
        impl<'de> de::Visitor<'de> for Value {
            type Value = One;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an answer")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<One, E> {
                Ok(One(Answer::Text(text.to_owned())))
            }
            fn visit_bool<E: de::Error>(self, is: bool) -> Result<One, E> {
                self.visit_str(if is { "yes" } else { "no" })
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<One, E> {
                Ok(One(Answer::Text(number.to_string())))
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut rows: A) -> Result<One, A::Error> {
                let mut read = Vec::new();
                while let Some(Typed(fields)) = rows.next_element::<Typed>()? {
                    read.push(Row { id: format!("r{}", read.len() + 1), fields });
                }
                Ok(One(Answer::Rows(read)))
            }
            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<One, A::Error> {
                let mut rows = Vec::new();
                while let Some((id, One(answer))) = map.next_entry::<String, One>()? {
                    let text = match &answer {
                        Answer::Text(text) => text.as_str(),
                        Answer::Rows(_) => "yes",
                    };
                    let mut fields = Answers::default();
                    let is_count = text.bytes().all(|byte| byte.is_ascii_digit());
                    fields.set_text("present", if text == "no" { "no".into() } else { "yes".into() });
                    if is_count {
                        fields.set_text("copies", text.to_owned());
                    }
                    rows.push(Row { id, fields });
                }
                Ok(One(Answer::Rows(rows)))
            }
        }
        from.deserialize_any(Value)
    }
}
