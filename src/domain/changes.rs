//! What of a form is no longer what it was: the earlier text beside the new one, field by field.

use super::answers::{Answer, Answers, Place, Row};
use super::evidence::FileRef;

/// One answer that is not what it was. An empty text stands for no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Where it stands.
    pub place: Place,
    /// What it said.
    pub before: String,
    /// What it says.
    pub after: String,
}

/// What differs between two records of a form, in the order of `fields`; what the form does not know comes last.
#[must_use]
pub fn changes<'a>(before: &Answers, after: &Answers, fields: impl IntoIterator<Item = &'a str>) -> Vec<Changed> {
    let mut found = Vec::new();
    let mut keys: Vec<&str> = fields.into_iter().collect();
    for key in after.0.keys().chain(before.0.keys()) {
        if !keys.contains(&key.as_str()) {
            keys.push(key);
        }
    }
    for key in keys {
        let (was, is) = (before.0.get(key), after.0.get(key));
        if was.zip(is).is_some_and(|(was, is)| was.says_the_same(is)) {
            continue;
        }
        match (told(was), told(is)) {
            (Some(was), Some(is)) if was == is => {}
            (Some(was), Some(is)) => found.push(Changed { place: Place::of(key), before: was, after: is }),
            _ => rows(key, before.rows(key), after.rows(key), &mut found),
        }
    }
    found
}

/// An answer in one text: as it was typed, or the names of files. `None` for rows, which are told one by one.
fn told(answer: Option<&Answer>) -> Option<String> {
    match answer {
        None => Some(String::new()),
        Some(Answer::Text(text)) => Some(text.clone()),
        Some(Answer::Rows(rows)) => {
            let file = |row: &Row| FileRef::from_row(row).map(|file| format!("{} ({})", file.name, file.sha256.short()));
            rows.iter().map(file).collect::<Option<Vec<String>>>().map(|names| names.join("; "))
        }
    }
}

fn rows(list: &str, before: &[Row], after: &[Row], found: &mut Vec<Changed>) {
    let nothing = Answers::default();
    let of = |rows: &[Row], id: &str| rows.iter().find(|row| row.id == id).map_or_else(Answers::default, |row| row.fields.clone());
    let gone = before.iter().filter(|row| after.iter().all(|kept| kept.id != row.id));
    let pairs = after.iter().map(|row| (row.id.as_str(), of(before, &row.id), &row.fields));
    for (id, was, is) in pairs.chain(gone.map(|row| (row.id.as_str(), row.fields.clone(), &nothing))) {
        // A row holds texts and files, and no rows of its own.
        let inside = changes(&was, is, []);
        found.extend(inside.into_iter().map(|changed| Changed { place: Place::in_row(list, id, &changed.place.field), ..changed }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(texts: &[(&str, &str)], people: &[(&str, &str)]) -> Answers {
        let mut answers = Answers::default();
        texts.iter().for_each(|(field, text)| answers.set_text(field, (*text).to_owned()));
        for (id, name) in people {
            let mut fields = Answers::default();
            fields.set_text("name", (*name).to_owned());
            answers.rows_mut("people").push(Row { id: (*id).to_owned(), fields });
        }
        answers
    }

    fn told(before: &Answers, after: &Answers) -> Vec<String> {
        let line = |changed: &Changed| format!("{}: {} > {}", changed.place, changed.before, changed.after);
        changes(before, after, ["result", "reasons", "people"]).iter().map(line).collect()
    }

    #[test]
    fn what_changed_is_told_with_what_it_said_before() {
        let before = form(&[("reasons", "Kurang"), ("result", "no"), ("note", "x")], &[("1", "Siti"), ("2", "Budi")]);
        let after = form(&[("reasons", "Lengkap"), ("result", "no"), ("extra", "y")], &[("2", "Budi S."), ("3", "Ani")]);
        let wanted = [
            "reasons: Kurang > Lengkap",
            "people/2/name: Budi > Budi S.",
            "people/3/name:  > Ani",
            "people/1/name: Siti > ",
            "extra:  > y",
            "note: x > ",
        ];
        assert_eq!(told(&before, &after), wanted);
    }

    #[test]
    fn rows_typed_again_with_the_same_words_have_not_changed() {
        assert!(told(&form(&[], &[("1", "Siti")]), &form(&[], &[("9", "Siti")])).is_empty());
        assert!(told(&form(&[("note", "a")], &[]), &form(&[("note", "a")], &[])).is_empty());
    }
}
