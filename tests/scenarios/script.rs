//! What a scenario file says.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// A file: a worked case with its variants.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The file's name, for messages.
    #[serde(skip)]
    pub name: String,
    /// Key of the rule set.
    pub set: String,
    /// Code of the office.
    pub office: String,
    /// The case and its variants.
    pub scenario: Vec<Scenario>,
}

/// One run from the start.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name in the file.
    pub name: String,
    /// It begins as another scenario of the file does.
    pub like: Option<String>,
    /// The last step that is taken over, by its `name`; all of them where nothing is said.
    pub upto: Option<String>,
    /// The office, where it is another than the file's.
    pub office: Option<String>,
    /// When the office closes on a last day, where it has told so.
    pub hours: Option<Hours>,
    /// Numbers that the office issued that year before, by series.
    #[serde(default)]
    pub issued: BTreeMap<String, u32>,
    /// What happens.
    #[serde(default)]
    pub step: Vec<Step>,
}

/// Closing hours as typed; empty where they are not known.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// At the counter.
    #[serde(default)]
    pub counter: String,
    /// Through SIPS.
    #[serde(default)]
    pub online: String,
}

/// One act, or a look at the case without one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// For `upto` and messages.
    pub name: Option<String>,
    /// The template that it starts from.
    pub base: Option<String>,
    /// The act; a step without one only looks.
    pub act: Option<String>,
    /// The case, where the scenario has several.
    #[serde(default)]
    pub case: String,
    /// The role that acts; the first that may where nothing is said.
    pub who: Option<String>,
    /// The office that acts, where it is not the case's.
    pub office: Option<String>,
    /// Local date and time, `2026-07-08 10.20`.
    pub at: String,
    /// The clock, where it shows another time.
    pub now: Option<String>,
    /// The device's clock when it was submitted, where it shows yet another: evidence that no rule reads.
    pub made: Option<String>,
    /// The strand that it moves, by the name given when it began.
    pub strand: Option<String>,
    /// The name of the strand that it begins.
    #[serde(rename = "as")]
    pub begins: Option<String>,
    /// Answers that differ from the template's.
    #[serde(default)]
    pub form: toml::Table,
    /// Reasons given, by guard.
    #[serde(default)]
    pub rulings: BTreeMap<String, Ruling>,
    /// Every reason of the refusal.
    pub refused: Option<Vec<String>>,
    /// The state of the main strand.
    pub state: Option<String>,
    /// The column of the recap in which the case then is; empty while it has not ended.
    pub column: Option<String>,
    /// States of strands by name.
    #[serde(default)]
    pub strands: BTreeMap<String, String>,
    /// Last days of deadlines, the earliest first; an empty list means that it does not run.
    #[serde(default)]
    pub due: BTreeMap<String, Vec<String>>,
    /// Guards passed with a reason. All of them.
    pub flags: Option<Vec<String>>,
    /// Deadlines that this act met too late. All of them; none where nothing is said.
    #[serde(default)]
    pub late: Vec<String>,
    /// Official numbers issued for this act, by series. All of them, if said.
    pub numbers: Option<BTreeMap<String, String>>,
    /// Papers that the act makes. All of them, if said.
    pub papers: Option<Vec<String>>,
    /// Papers made so far that everybody may read. All of them, if said.
    pub public: Option<Vec<String>>,
    /// Acts that can be performed afterwards by the right person.
    #[serde(default)]
    pub ready: Vec<String>,
    /// The act that the page's primary button offers; empty for none.
    pub next: Option<String>,
    /// Acts that are shown with what stands in the way.
    #[serde(default)]
    pub barred: Vec<String>,
    /// Acts that are not shown.
    #[serde(default)]
    pub absent: Vec<String>,
    /// Acts that a passed deadline proposes. All of them, if said.
    pub proposed: Option<Vec<String>>,
    /// Answers that the case holds afterwards, as `form.field`.
    #[serde(default)]
    pub holds: BTreeMap<String, String>,
}

/// A reason given where a guard asked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ruling {
    /// Why.
    pub reason: String,
    /// The reading that is followed.
    pub reading: Option<String>,
}

/// Templates of steps by name.
pub struct Bases(BTreeMap<String, Base>);

/// A template.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Base {
    act: String,
    #[serde(default)]
    form: toml::Table,
}

impl File {
    /// Reads a file; what does not fit ends the test with its place.
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self::parse(&path.file_name().unwrap_or_default().to_string_lossy(), &text)
    }

    /// Reads the text of a file.
    pub fn parse(name: &str, text: &str) -> Self {
        let file: Self = toml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        Self { name: name.to_owned(), ..file }
    }

    /// The steps of a scenario with those that it takes over.
    pub fn steps(&self, scenario: &Scenario) -> Vec<Step> {
        let mut steps = match &scenario.like {
            None => Vec::new(),
            Some(like) => {
                let other = self.scenario.iter().find(|other| other.name == *like);
                self.steps(other.unwrap_or_else(|| panic!("{}: no scenario {like}", self.name)))
            }
        };
        if let Some(upto) = &scenario.upto {
            let last = steps.iter().position(|step| step.name.as_ref() == Some(upto));
            steps.truncate(1 + last.unwrap_or_else(|| panic!("{} › {}: no step {upto}", self.name, scenario.name)));
        }
        steps.extend(scenario.step.iter().cloned());
        steps
    }
}

impl Bases {
    /// Reads the templates.
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self(toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    }

    /// A step with what its template says, its own answers going before.
    pub fn complete(&self, step: &Step) -> Step {
        let Some(name) = &step.base else { return step.clone() };
        let base = self.0.get(name).unwrap_or_else(|| panic!("no template {name}"));
        let mut form = base.form.clone();
        form.extend(step.form.clone());
        Step { act: Some(step.act.clone().unwrap_or_else(|| base.act.clone())), form, ..step.clone() }
    }
}
