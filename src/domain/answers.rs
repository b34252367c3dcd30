//! What a form holds: text as it was typed, and lists of rows. A draft keeps any text; only submitting checks it.

use super::table::Table;
use serde::{Deserialize, Serialize, de};
use std::fmt;

use super::id::RowId;

/// The answers of a form, by field key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(pub Table<String, Answer>);

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A text, also for choices, dates and numbers.
    Text(String),
    /// Repeated parts, checklist rows or files.
    Rows(Vec<Row>),
}

/// One row of a repeated part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Identifies the row; for a checklist the value of its table row.
    pub id: String,
    /// Its answers.
    pub fields: Answers,
}

impl Answer {
    /// Do they say the same, whatever the ids of their rows?
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => one == other,
            (Self::Rows(one), Self::Rows(other)) => {
                let same = |(one, other): (&Row, &Row)| one.fields.says_the_same(&other.fields);
                one.len() == other.len() && one.iter().zip(other).all(same)
            }
            _ => false,
        }
    }
}

impl Row {
    /// A row without answers.
    #[must_use]
    pub fn new(id: RowId) -> Self {
        Self { id: id.to_string(), fields: Answers::default() }
    }
}

impl Answers {
    /// Do they say the same, whatever the ids of their rows?
    fn says_the_same(&self, other: &Self) -> bool {
        let has = |(field, answer): (&String, &Answer)| other.0.get(field).is_some_and(|other| answer.says_the_same(other));
        self.0.len() == other.0.len() && self.0.iter().all(has)
    }

    /// The text of a field; empty if there is none.
    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        match self.0.get(field) {
            Some(Answer::Text(text)) => text,
            Some(Answer::Rows(_)) | None => "",
        }
    }

    /// The rows of a field; none if there are none.
    #[must_use]
    pub fn rows(&self, field: &str) -> &[Row] {
        match self.0.get(field) {
            Some(Answer::Rows(rows)) => rows,
            Some(Answer::Text(_)) | None => &[],
        }
    }

    /// The rows of a field, to be changed.
    pub fn rows_mut(&mut self, field: &str) -> &mut Vec<Row> {
        let answer = self.0.get_or_insert_with(field.to_owned(), || Answer::Rows(Vec::new()));
        if let Answer::Text(_) = answer {
            *answer = Answer::Rows(Vec::new());
        }
        match answer {
            Answer::Rows(rows) => rows,
            Answer::Text(_) => unreachable!("a text was replaced above"),
        }
    }

    /// Sets the text of a field. An empty text takes the answer away.
    pub fn set_text(&mut self, field: &str, text: String) {
        if text.is_empty() {
            self.0.remove(field);
        } else {
            self.0.insert(field.to_owned(), Answer::Text(text));
        }
    }

    /// Is nothing answered at all?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Is nothing but white space answered anywhere?
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.0.values().all(|answer| match answer {
            Answer::Text(text) => text.trim().is_empty(),
            Answer::Rows(rows) => rows.iter().all(|row| row.fields.is_blank()),
        })
    }

    /// The answers at a place: this form's own, or those of the row that the place names.
    #[must_use]
    pub fn at(&self, place: &Place) -> Option<&Self> {
        match &place.row {
            None => Some(self),
            Some((field, row)) => self.rows(field).iter().find(|candidate| candidate.id == *row).map(|row| &row.fields),
        }
    }

    /// Likewise, to be changed.
    pub fn at_mut(&mut self, place: &Place) -> Option<&mut Self> {
        match &place.row {
            None => Some(self),
            Some((field, row)) => self.rows_mut(field).iter_mut().find(|candidate| candidate.id == *row).map(|row| &mut row.fields),
        }
    }
}

/// Where a field stands: in the form itself or in a row of it. Written as a JSON pointer (RFC 6901) without its slash
/// at the start: `petitum`, `petitioner/<row>/nik`. It is the field's id in the page, too.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The repeated field and the row, if the field stands in one.
    pub row: Option<(String, String)>,
    /// The field.
    pub field: String,
}

impl Place {
    /// A field of the form itself.
    #[must_use]
    pub fn of(field: &str) -> Self {
        Self { row: None, field: field.to_owned() }
    }

    /// A field of a row.
    #[must_use]
    pub fn in_row(list: &str, row: &str, field: &str) -> Self {
        Self { row: Some((list.to_owned(), row.to_owned())), field: field.to_owned() }
    }

    /// Reads the pointer form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        match parts[..] {
            [field] if !field.is_empty() => Some(Self::of(field)),
            [list, row, field] if !list.is_empty() && !row.is_empty() && !field.is_empty() => Some(Self::in_row(list, row, field)),
            _ => None,
        }
    }

    /// The key of the form's own field that this place lies in.
    #[must_use]
    pub fn top(&self) -> &str {
        self.row.as_ref().map_or(self.field.as_str(), |(list, _)| list.as_str())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((list, row)) = &self.row {
            write!(f, "{list}/{row}/")?;
        }
        f.write_str(&self.field)
    }
}

impl Serialize for Place {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A place that is none of this form's is still shown to the person, as it came.
        let text = String::deserialize(deserializer)?;
        Ok(Self::parse(&text).unwrap_or_else(|| Self::of(&text)))
    }
}

impl Serialize for Answer {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Rows(rows) => rows.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrRows;
        impl<'de> de::Visitor<'de> for TextOrRows {
            type Value = Answer;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of rows")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Answer, E> {
                Ok(Answer::Text(text.to_owned()))
            }
            fn visit_string<E: de::Error>(self, text: String) -> Result<Answer, E> {
                Ok(Answer::Text(text))
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut rows: A) -> Result<Answer, A::Error> {
                let mut all = Vec::new();
                while let Some(row) = rows.next_element()? {
                    all.push(row);
                }
                Ok(Answer::Rows(all))
            }
        }
        deserializer.deserialize_any(TextOrRows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_survive_their_json() {
        let text = r#"{"petitum":"a","petitioner":[{"id":"r1","fields":{"name":"Siti"}}]}"#;
        let answers: Answers = serde_json::from_str(text).expect("valid answers");
        assert_eq!(answers.text("petitum"), "a");
        assert_eq!(answers.rows("petitioner")[0].fields.text("name"), "Siti");
        let place = Place::parse("petitioner/r1/name").expect("a valid place");
        assert_eq!(answers.at(&place).map(|row| row.text(&place.field)), Some("Siti"));
        let again = serde_json::to_value(&answers).expect("answers are JSON");
        assert_eq!(serde_json::from_value::<Answers>(again).ok(), Some(answers));
    }

    #[test]
    fn other_json_is_refused() {
        for wrong in [r#"{"a":1}"#, r#"{"a":null}"#, r#"{"a":{"b":"c"}}"#, r#"{"a":[1]}"#, "[]"] {
            assert!(serde_json::from_str::<Answers>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_place_is_read_back() {
        for text in ["petitum", "petitioner/r1/name"] {
            assert_eq!(Place::parse(text).map(|place| place.to_string()).as_deref(), Some(text));
        }
        for wrong in ["", "/", "a/b", "a//b", "a/b/c/d"] {
            assert_eq!(Place::parse(wrong), None, "{wrong}");
        }
    }
}
