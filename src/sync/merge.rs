//! Two people amend the same form: field by field, with the value that the author saw between them (contract §5). Acts are never
//! merged, only what such a form holds; a text is one value and is never woven together.

use crate::domain::answers::{Answer, Answers, Row};
use crate::domain::case::Person;
use crate::domain::time::Timestamp;

/// A field that both sides changed, each in its own way, as a person is asked about it. Its parts are on record where they belong: what
/// the author saw and wrote in the command, what stands against it in the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The field of the form.
    pub field: String,
    /// What the author saw; `None` where there was nothing.
    pub base: Option<Answer>,
    /// What the author wrote.
    pub mine: Option<Answer>,
    /// What the server holds.
    pub theirs: Option<Answer>,
    /// Who wrote that last.
    pub by: Person,
    /// When it was done, as that person stated it.
    pub at: Timestamp,
}

/// What came of a merge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Both sides' changes together; of a field in conflict it has theirs.
    pub answers: Answers,
    /// Fields in conflict: those of mine first.
    pub conflicts: Vec<String>,
}

/// Merges what an author wrote (`mine`) over what the author saw (`base`) with what the server holds now (`theirs`).
#[must_use]
pub fn merge(base: &Answers, mine: &Answers, theirs: &Answers) -> Merged {
    let mut merged = Merged::default();
    let mut seen: Vec<&String> = Vec::new();
    for field in mine.0.keys().chain(theirs.0.keys()) {
        // What only the base has, both sides took away.
        if seen.contains(&field) {
            continue;
        }
        seen.push(field);
        let (was, own, other) = (base.0.get(field), mine.0.get(field), theirs.0.get(field));
        let value = match three_ways(was, own, other) {
            Ok(value) => value.cloned(),
            Err(()) => match rows(was, own, other) {
                Some(rows) => Some(Answer::Rows(rows)),
                None => {
                    merged.conflicts.push(field.clone());
                    other.cloned()
                }
            },
        };
        if let Some(value) = value {
            merged.answers.0.insert(field.clone(), value);
        }
    }
    merged
}

/// Mine unchanged gives theirs, theirs unchanged gives mine, equal gives either.
fn three_ways<T: PartialEq>(base: Option<T>, mine: Option<T>, theirs: Option<T>) -> Result<Option<T>, ()> {
    if mine == base || mine == theirs {
        Ok(theirs)
    } else if theirs == base {
        Ok(mine)
    } else {
        Err(())
    }
}

/// Lists merge by the ids of their rows, in the order of theirs with mine behind; `None` if both sides changed one row.
fn rows(base: Option<&Answer>, mine: Option<&Answer>, theirs: Option<&Answer>) -> Option<Vec<Row>> {
    let (base, mine, theirs) = (list(base)?, list(mine)?, list(theirs)?);
    let mut merged = Vec::new();
    for (at, row) in theirs.iter().chain(mine).enumerate() {
        if at >= theirs.len() && find(theirs, row).is_some() {
            continue;
        }
        let kept = three_ways(find(base, row), find(mine, row), find(theirs, row)).ok()?;
        merged.extend(kept.cloned());
    }
    Some(merged)
}

fn list(answer: Option<&Answer>) -> Option<&[Row]> {
    match answer {
        None => Some(&[]),
        Some(Answer::Rows(rows)) => Some(rows),
        Some(Answer::Text(_)) => None,
    }
}

fn find<'a>(rows: &'a [Row], like: &Row) -> Option<&'a Row> {
    rows.iter().find(|row| row.id == like.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answers(fields: &[(&str, &str)]) -> Answers {
        let mut answers = Answers::default();
        for (field, text) in fields {
            answers.set_text(field, (*text).to_owned());
        }
        answers
    }

    fn list(rows: &[(&str, &[(&str, &str)])]) -> Answers {
        let rows = rows.iter().map(|(id, fields)| Row { id: (*id).to_owned(), fields: answers(fields) }).collect();
        let mut answers = Answers::default();
        answers.0.insert("party".to_owned(), Answer::Rows(rows));
        answers
    }

    #[test]
    fn what_only_one_side_changed_is_taken() {
        let base = answers(&[("title", "a"), ("posita", "a"), ("object", "a")]);
        let mine = answers(&[("title", "b"), ("posita", "a")]);
        let theirs = answers(&[("title", "a"), ("posita", "c"), ("object", "a")]);
        let merged = merge(&base, &mine, &theirs);
        assert_eq!(merged, Merged { answers: answers(&[("title", "b"), ("posita", "c")]), conflicts: vec![] });
    }

    #[test]
    fn what_both_sides_changed_waits_for_a_person() {
        let (base, mine, theirs) = (answers(&[("posita", "a")]), answers(&[("posita", "b")]), answers(&[("posita", "c")]));
        let merged = merge(&base, &mine, &theirs);
        assert_eq!(merged, Merged { answers: theirs.clone(), conflicts: vec!["posita".to_owned()] });
        assert_eq!(merge(&base, &Answers::default(), &theirs).conflicts, ["posita"], "taken away is changed, too");
        assert_eq!(merge(&base, &theirs, &theirs).conflicts, [""; 0], "the same change twice is none");
    }

    #[test]
    fn lists_merge_by_the_ids_of_their_rows() {
        let base = list(&[("1", &[("name", "A")]), ("2", &[("name", "B")])]);
        let mine = list(&[("1", &[("name", "AA")]), ("2", &[("name", "B")]), ("3", &[("name", "C")])]);
        let theirs = list(&[("4", &[("name", "D")]), ("1", &[("name", "A")])]);
        let merged = merge(&base, &mine, &theirs);
        assert_eq!(merged.answers, list(&[("4", &[("name", "D")]), ("1", &[("name", "AA")]), ("3", &[("name", "C")])]));
        assert!(merged.conflicts.is_empty());
        let against = list(&[("1", &[("name", "AB")]), ("2", &[("name", "B")])]);
        assert_eq!(merge(&base, &mine, &against).conflicts, ["party"]);
        let removed = list(&[("2", &[("name", "B")])]);
        assert_eq!(merge(&base, &mine, &removed).conflicts, ["party"], "a row that one side changed and the other took away");
    }

    fn some_answers() -> impl Strategy<Value = Answers> {
        proptest::collection::vec((0_u8..3, 0_u8..3), 0..4).prop_map(|fields| {
            let mut answers = Answers::default();
            for (field, text) in fields {
                answers.set_text(&field.to_string(), text.to_string());
            }
            answers
        })
    }

    proptest! {
        #[test]
        fn no_change_is_lost_and_both_sides_find_the_same_conflicts(base in some_answers(), mine in some_answers(), theirs in some_answers()) {
            let one = merge(&base, &mine, &theirs);
            let other = merge(&base, &theirs, &mine);
            let sorted = |merged: &Merged| {
                let mut conflicts = merged.conflicts.clone();
                conflicts.sort();
                conflicts
            };
            prop_assert_eq!(sorted(&one), sorted(&other));
            if one.conflicts.is_empty() {
                prop_assert_eq!(&one.answers, &other.answers);
            }
            for field in ["0", "1", "2"].into_iter().filter(|field| !one.conflicts.iter().any(|conflict| conflict == field)) {
                let value = one.answers.0.get(field);
                for side in [&mine, &theirs] {
                    prop_assert!(side.0.get(field) == base.0.get(field) || side.0.get(field) == value);
                }
            }
        }
    }
}
