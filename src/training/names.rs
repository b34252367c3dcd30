//! The names that stand in a case: what a presenter masks, wherever on the screen they are.

use crate::domain::answers::{Answer, Answers};
use crate::domain::case::{Act, Case};
use crate::domain::rule_set::{Kind, RuleSet};

/// Names of fewer letters are no names of people: they would mask words.
const SHORTEST: usize = 3;

/// The names of people and bodies in a case: who acted, and every answer that the rule set calls a name. The longest come first, so that a
/// name within another one does not cut it.
#[must_use]
pub fn names(case: &Case, acts: &[&Act], rules: &RuleSet) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    acts.iter().for_each(|act| take(&act.by.name, &mut found));
    case.forms.values().for_each(|answers| collect(answers, rules, &mut found));
    found.sort_by_key(|name| std::cmp::Reverse(name.len()));
    found
}

fn collect(answers: &Answers, rules: &RuleSet, found: &mut Vec<String>) {
    for (key, answer) in answers.0.iter() {
        match answer {
            Answer::Rows(rows) => rows.iter().for_each(|row| collect(&row.fields, rules, found)),
            Answer::Text(text) if rules.field.values().any(|form| form.get(key).is_some_and(|field| field.kind == Kind::Name)) => {
                take(text, found)
            }
            Answer::Text(_) => {}
        }
    }
}

fn take(name: &str, found: &mut Vec<String>) {
    let name = name.trim();
    if name.chars().count() >= SHORTEST && !found.iter().any(|known| known == name) {
        found.push(name.to_owned());
    }
}

/// Where names stand in a text, as start and end in bytes; none overlaps another. Whatever the case of their letters.
#[must_use]
pub fn places(text: &str, names: &[String]) -> Vec<(usize, usize)> {
    let lower = text.to_ascii_lowercase();
    let mut found: Vec<(usize, usize)> = Vec::new();
    for name in names {
        let name = name.to_ascii_lowercase();
        for (start, _) in lower.match_indices(&name) {
            let end = start + name.len();
            let is_word = |beside: Option<char>| beside.is_none_or(|letter| !letter.is_alphanumeric());
            let alone = is_word(text[..start].chars().next_back()) && is_word(text[end..].chars().next());
            if alone && !found.iter().any(|(from, to)| start < *to && *from < end) {
                found.push((start, end));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_whole_the_longest_first() {
        let names = ["Siti Rahma binti Umar", "Siti Rahma", "Ana"].map(str::to_owned);
        let text = "Pemohon SITI RAHMA BINTI UMAR dan Siti Rahma; Ana, bukan rencana.";
        let found: Vec<&str> = places(text, &names).into_iter().map(|(from, to)| &text[from..to]).collect();
        assert_eq!(found, ["SITI RAHMA BINTI UMAR", "Siti Rahma", "Ana"]);
        assert_eq!(places("„Ana”", &names).len(), 1, "marks beside a name are no letters");
        assert_eq!(places("", &names), []);
    }
}
