//! The register of evidence: every exhibit by its code, who handed it in, each version of it, and whether a hearing admitted it. Read
//! from the acts of a case; which forms hold exhibits and which letters they have is the rule set's.

use super::answers::{Codes, is_exhibit, read_code};
use crate::domain::answers::Row;
use crate::domain::case::Past;
use crate::domain::evidence::FileRef;
use crate::domain::form::{fields_in_order, row_form};
use crate::domain::rule_set::{Kind, RuleSet};

/// One exhibit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exhibit {
    /// Its code: `P-1` of the petitioner, `T-1` of the respondent, `PT-1` of a third party.
    pub code: String,
    /// As it was handed in, the newest last; never empty. What only a hearing tells of has the row of that hearing.
    pub versions: Vec<Version>,
    /// The place in the history of the act that admitted it, if one says so.
    pub admitted: Option<usize>,
}

/// An exhibit as it was handed in once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The place in the history of the act that brought it.
    pub act: usize,
    /// The form of its row.
    pub form: String,
    /// What was written of it.
    pub row: Row,
}

impl Exhibit {
    /// The version that holds.
    ///
    /// # Panics
    /// Never: an exhibit is made with its first version.
    #[must_use]
    pub fn newest(&self) -> &Version {
        self.versions.last().expect("an exhibit has a version")
    }

    /// The letters of its code.
    #[must_use]
    pub fn letters(&self) -> &str {
        self.code.split('-').next().unwrap_or_default()
    }
}

impl Version {
    /// Its files.
    #[must_use]
    pub fn files(&self) -> Vec<FileRef> {
        self.row.fields.rows("files").iter().filter_map(FileRef::from_row).collect()
    }
}

/// The form of rows that say which exhibits a hearing admitted.
const ADMITTED: &str = "admitted";

/// All exhibits of a case, those of each party together, in the order in which they came.
#[must_use]
pub fn exhibits(rules: &RuleSet, history: &[Past]) -> Vec<Exhibit> {
    let codes = Codes::of(rules, history);
    let mut found: Vec<Exhibit> = Vec::new();
    for (act, past) in history.iter().enumerate() {
        let Some((form, answers)) = &past.form else { continue };
        for (key, field) in fields_in_order(rules, form).filter(|(_, field)| field.kind == Kind::Rows) {
            let of = row_form(field).unwrap_or_default();
            for (index, row) in answers.rows(key).iter().enumerate() {
                let version = Version { act, form: of.to_owned(), row: row.clone() };
                if is_exhibit(field) {
                    put(&mut found, codes.code(field, row, index), version);
                } else if of == ADMITTED
                    && let Some((letters, number)) = read_code(row.fields.text("code"))
                {
                    let code = format!("{letters}-{number}");
                    if found.iter().all(|known| known.code != code) {
                        put(&mut found, code.clone(), version);
                    }
                    if let Some(known) = found.iter_mut().find(|known| known.code == code) {
                        known.admitted.get_or_insert(act);
                    }
                }
            }
        }
    }
    let parties = ["P", "T", "PT"];
    let party = |letters: &str| parties.iter().position(|known| *known == letters).unwrap_or(parties.len());
    let order =
        crate::domain::order::ascending(found.iter().enumerate().map(|(place, exhibit)| (party(exhibit.letters()) as i64, place as i64)));
    order.into_iter().filter_map(|place| found.get(place).cloned()).collect()
}

fn put(found: &mut Vec<Exhibit>, code: String, version: Version) {
    match found.iter_mut().find(|known| known.code == code) {
        Some(known) => known.versions.push(version),
        None => found.push(Exhibit { code, versions: vec![version], admitted: None }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::answers::Answers;
    use crate::domain::id::{AccountId, CommandId};
    use crate::domain::time::Timestamp;
    use crate::rules::RuleBook;

    fn row(id: &str, fields: &[(&str, &str)]) -> Row {
        let mut answers = Answers::default();
        fields.iter().for_each(|(field, text)| answers.set_text(field, (*text).to_owned()));
        Row { id: id.to_owned(), fields: answers }
    }

    fn past(form: &str, list: &str, rows: Vec<Row>) -> Past {
        let mut answers = Answers::default();
        answers.rows_mut(list).extend(rows);
        Past {
            command: CommandId::new(Timestamp(1), [0; 10]),
            by: AccountId::new(Timestamp(1), [0; 10]),
            corrects: Vec::new(),
            act: String::new(),
            at: Timestamp(1),
            strand: None,
            form: Some((form.to_owned(), answers)),
        }
    }

    fn register(history: &[Past]) -> Vec<(String, usize, Option<usize>)> {
        let book = RuleBook::default();
        let rules = &book.set_for("pemilu-penyelenggara", None).expect("the rule set").value;
        exhibits(rules, history).into_iter().map(|exhibit| (exhibit.code, exhibit.versions.len(), exhibit.admitted)).collect()
    }

    #[test]
    fn what_is_handed_in_later_goes_on_counting_and_what_replaces_keeps_the_code_and_the_earlier_version() {
        let history = [
            past("petition", "evidence", vec![row("a", &[("title", "Ijazah")]), row("b", &[("title", "Tanda terima")])]),
            past("hand_in", "respondent_evidence", vec![row("c", &[("title", "Berita acara")])]),
            past("hand_in", "petitioner_evidence", vec![row("d", &[("replaces", "p 1")]), row("e", &[("title", "Foto")])]),
        ];
        let expected = [("P-1", 2), ("P-2", 1), ("P-3", 1), ("T-1", 1)];
        assert_eq!(register(&history), expected.map(|(code, versions)| (code.to_owned(), versions, None)));
    }

    #[test]
    fn a_hearing_admits_by_code_and_tells_of_what_nobody_handed_in_here() {
        let history = [
            past("petition", "evidence", vec![row("a", &[("title", "Ijazah")])]),
            past(
                "hearing",
                "evidence",
                vec![row("x", &[("code", "P1")]), row("y", &[("code", "PT-2"), ("title", "Surat")]), row("z", &[("code", "?")])],
            ),
        ];
        assert_eq!(register(&history), [("P-1".to_owned(), 1, Some(1)), ("PT-2".to_owned(), 1, Some(1))]);
    }

    #[test]
    fn codes_are_read_as_people_write_them() {
        for (text, code) in [
            ("P-1", Some(("P", 1))),
            (" pt 12 ", Some(("PT", 12))),
            ("T.3", Some(("T", 3))),
            ("Bukti 1", None),
            ("P", None),
            ("P-0", None),
            ("", None),
            ("é1", None),
        ] {
            assert_eq!(read_code(text), code.map(|(letters, number)| (letters.to_owned(), number)), "{text}");
        }
    }
}
