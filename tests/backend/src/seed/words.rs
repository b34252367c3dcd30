//! The words of a seeded database, read from `seed/words.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::chance::Chance;

/// All of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    names: Names,
    parties: Parties,
    /// Places within an area.
    pub places: Places,
    choices: BTreeMap<String, Vec<String>>,
    texts: BTreeMap<String, Passage>,
    /// Why a guard that asks was passed.
    pub reasons: Passage,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    women: Vec<String>,
    men: Vec<String>,
    middle: Vec<String>,
    last: Vec<String>,
    single: Vec<String>,
    before: Vec<String>,
    after: Vec<String>,
    long_before: String,
    long_middle: String,
    long_after: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parties {
    names: Vec<String>,
}

/// Places within an area.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Places {
    /// Sub-districts.
    pub districts: Vec<String>,
    /// Villages.
    pub villages: Vec<String>,
    /// Streets.
    pub streets: Vec<String>,
}

/// Sentences of which some make a text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passage {
    /// At least and at most so many.
    #[serde(default = "one")]
    pick: [usize; 2],
    /// With a number before each.
    #[serde(default)]
    numbered: bool,
    of: Vec<String>,
}

fn one() -> [usize; 2] {
    [1, 1]
}

/// The words, read once.
#[must_use]
pub fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| {
        let words: Result<Words, _> = toml::from_str(include_str!("../../seed/words.toml"));
        words.expect("the words are part of this program and a test reads them")
    })
}

impl Words {
    /// What a choice says where the story does not: the options of which one is taken. Empty if any will do.
    #[must_use]
    pub fn choice(&self, form: &str, field: &str) -> &[String] {
        self.choices.get(&format!("{form}.{field}")).map_or(&[], Vec::as_slice)
    }

    /// The sentences for a field: of this kind, if there are some, else of the field, else of all fields of that name.
    #[must_use]
    pub fn passage(&self, form: &str, field: &str, kind: &str) -> &Passage {
        let keys = [format!("{form}.{field}.{kind}"), format!("*.{field}.{kind}"), format!("{form}.{field}"), format!("*.{field}")];
        let found = keys.iter().find_map(|key| self.texts.get(key));
        found.unwrap_or_else(|| &self.texts["*"])
    }

    /// The name of a party.
    #[must_use]
    pub fn party(&self, chance: &mut Chance) -> &str {
        chance.pick(&self.parties.names).map_or("", String::as_str)
    }

    /// The name of a person: mostly of two or three words, now and then a single one, or a very long one with its titles.
    #[must_use]
    pub fn person(&self, chance: &mut Chance) -> String {
        let names = &self.names;
        let word = |chance: &mut Chance, list: &[String]| chance.pick(list).cloned().unwrap_or_default();
        if chance.percent(7) {
            return word(chance, &names.single);
        }
        let first = if chance.percent(45) { word(chance, &names.women) } else { word(chance, &names.men) };
        let last = word(chance, &names.last);
        if chance.percent(2) {
            return format!("{} {first} {} {last}, {}", names.long_before, names.long_middle, names.long_after);
        }
        let mut name =
            if chance.percent(40) { format!("{first} {} {last}", word(chance, &names.middle)) } else { format!("{first} {last}") };
        if chance.percent(18) {
            name = format!("{} {name}", word(chance, &names.before));
        }
        if chance.percent(30) {
            name = format!("{name}, {}", word(chance, &names.after));
        }
        name
    }
}

impl Passage {
    /// Some of the sentences, in their order.
    #[must_use]
    pub fn sentences(&self, chance: &mut Chance) -> Vec<&str> {
        let [least, most] = self.pick.map(|n| i64::try_from(n).unwrap_or(1));
        let n = usize::try_from(chance.between(least, most)).unwrap_or(1);
        chance.some(&self.of, n).into_iter().map(String::as_str).collect()
    }

    /// The same as one text.
    #[must_use]
    pub fn text(&self, chance: &mut Chance) -> String {
        let sentences = self.sentences(chance);
        if !self.numbered {
            return sentences.join("\n");
        }
        sentences.iter().zip(1..).map(|(sentence, n)| format!("{n}. {sentence}")).collect::<Vec<_>>().join("\n\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_in_every_length() {
        let mut chance = Chance::of(&[5]);
        let names: Vec<String> = (0..2_000).map(|_| words().person(&mut chance)).collect();
        assert!(names.iter().any(|name| !name.contains(' ')));
        assert!(names.iter().any(|name| name.chars().count() > 110));
        assert!(names.iter().all(|name| !name.trim().is_empty() && name.chars().count() <= 200));
    }
}
