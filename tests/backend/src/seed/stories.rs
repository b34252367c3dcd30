//! How cases go, read from `seed/stories.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// The way of a case.
#[derive(Debug)]
pub struct Story {
    /// The rule set.
    pub track: String,
    /// Its name within the track.
    pub name: String,
    /// How often it happens, beside the others.
    pub weight: u32,
    /// Its acts.
    pub steps: Vec<Step>,
    /// Are its days working days, or those of the calendar?
    pub working: bool,
}

/// An act of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Key in the rule set.
    pub act: String,
    /// Days since the step before.
    pub wait: u16,
    /// What its form says.
    pub said: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct File {
    track: BTreeMap<String, Track>,
}

#[derive(Deserialize)]
struct Track {
    part: BTreeMap<String, Vec<String>>,
    story: BTreeMap<String, Told>,
}

#[derive(Deserialize)]
struct Told {
    weight: u32,
    steps: Vec<String>,
}

const PEMILU_SPOT: &str = "pemilu-antarpeserta";
const PEMILIHAN_SPOT: &str = "pemilihan-antarpeserta";

/// Every story of every track.
#[must_use]
pub fn stories() -> &'static [Story] {
    static STORIES: OnceLock<Vec<Story>> = OnceLock::new();
    STORIES.get_or_init(|| {
        let file: Result<File, _> = toml::from_str(include_str!("../../seed/stories.toml"));
        let file = file.expect("the stories are part of this program and a test reads them");
        let mut stories = Vec::new();
        for (track, told) in &file.track {
            for (name, story) in &told.story {
                let steps = steps(&story.steps, &told.part);
                let working = track != PEMILU_SPOT;
                let tracks = if working { vec![track.as_str()] } else { vec![PEMILU_SPOT, PEMILIHAN_SPOT] };
                stories.extend(tracks.into_iter().map(|track| Story {
                    track: track.to_owned(),
                    name: name.clone(),
                    weight: story.weight,
                    steps: steps.clone(),
                    working,
                }));
            }
        }
        stories
    })
}

fn steps(told: &[String], parts: &BTreeMap<String, Vec<String>>) -> Vec<Step> {
    let mut all = Vec::new();
    for words in told {
        if let Some(part) = words.strip_prefix('@') {
            all.extend(steps(parts.get(part).map_or(&[][..], Vec::as_slice), parts));
            continue;
        }
        let mut words = words.split(' ').peekable();
        let wait = words.next_if(|word| word.starts_with('+')).and_then(|word| word.parse().ok()).unwrap_or(0);
        let act = words.next().unwrap_or_default().to_owned();
        let said = words.filter_map(|word| word.split_once('=')).map(|(field, value)| (field.to_owned(), value.to_owned()));
        all.push(Step { act, wait, said: said.collect() });
    }
    all
}

impl Step {
    /// What its form says in a field, if the story tells.
    #[must_use]
    pub fn says(&self, field: &str) -> Option<&str> {
        self.said.iter().find(|(key, _)| key == field).map(|(_, value)| value.as_str())
    }

    /// A step beside the procedure, at once.
    #[must_use]
    pub fn aside(act: &str) -> Self {
        Self { act: act.to_owned(), wait: 0, said: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sips_lapangan::rules;

    #[test]
    fn stories_name_acts_and_options_that_exist() {
        assert!(stories().len() > 60);
        for story in stories() {
            let set = &rules::set_for(&story.track, None).expect("the track ships").value;
            for step in &story.steps {
                let rule = set.act.get(&step.act).unwrap_or_else(|| panic!("{} {}: {}", story.track, story.name, step.act));
                for (key, value) in &step.said {
                    // Said of the petition, not in a field of its own; and what only one of two tracks asks.
                    if ["fixed", "papers", "petitioner", "basis_read"].contains(&key.as_str()) || value == "-" {
                        continue;
                    }
                    let field = set.field(&rule.form, key).unwrap_or_else(|| panic!("{} {}: {}.{key}", story.track, story.name, rule.form));
                    let known = field.options.is_empty() || field.options.iter().any(|option| option.v == *value);
                    assert!(known, "{} {}: {}.{key} = {value}", story.track, story.name, rule.form);
                }
            }
        }
    }
}
