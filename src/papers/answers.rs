//! Any form as text: every answered field under its own name, in the order of the form. Special papers arrange; this is
//! what sees to it that nothing an officer wrote is missing, also for forms that no code here knows.

use super::document::Block;
use crate::domain::answers::{Answer, Answers, Row};
use crate::domain::case::Past;
use crate::domain::evidence::FileRef;
use crate::domain::form::{YES, fields_in_order, listed_rows, row_form};
use crate::domain::rule_set::{Field, Kind, RuleSet};
use crate::domain::text::{is_blank, read_date};
use crate::domain::time::Zone;
use crate::i18n::{Language, format};

/// Papers are written in Indonesian, whatever the language of the screen.
const LANGUAGE: Language = Language::Id;
/// The most columns of rows that are shown as a table; with more each row becomes a part of its own.
const MAX_COLUMNS: usize = 5;
/// The longest answer in a cell or beside its name; a longer one becomes running text.
const MAX_CELL: usize = 600;

/// An answer as it is read: dates in words, options by their names; `None` for nothing.
#[must_use]
pub fn shown(language: Language, field: &Field, text: &str, zone: Zone) -> Option<String> {
    if is_blank(text) {
        return None;
    }
    Some(match field.kind {
        Kind::Date => read_date(text).map_or_else(|_| text.to_owned(), |date| format::date(language, date)),
        Kind::Time => format!("{text} {}", zone.abbreviation()),
        Kind::YesNo => (if text == YES { language.pick("Ya", "Yes") } else { language.pick("Tidak", "No") }).to_owned(),
        Kind::Choice => field
            .options
            .iter()
            .find(|option| option.v == text)
            .map_or_else(|| text.to_owned(), |option| language.choice(option).to_owned()),
        _ => text.to_owned(),
    })
}

/// The code of the row at `index` of a repeated part: `P-1`, or `Pemohon 1`.
#[must_use]
pub fn row_code(field: &Field, index: usize) -> String {
    let code = field.code.as_deref().unwrap_or_default();
    if code.len() <= 2 { format!("{code}-{}", index + 1) } else { format!("{code} {}", index + 1) }
}

/// Which number each exhibit has: what is handed in later goes on counting; a row that is handed in again, or that says which exhibit it
/// replaces, has the number of that one.
#[derive(Clone, Debug, Default)]
pub struct Codes(Vec<Counted>);

#[derive(Clone, Debug)]
struct Counted {
    letters: String,
    row: String,
    number: usize,
}

impl Codes {
    /// The codes of everything handed in by these acts.
    #[must_use]
    pub fn of(rules: &RuleSet, history: &[Past]) -> Self {
        let mut codes = Self::default();
        for (form, answers) in history.iter().filter_map(|past| past.form.as_ref()) {
            for (key, field) in fields_in_order(rules, form).filter(|(_, field)| is_exhibit(field)) {
                let letters = field.code.as_deref().unwrap_or_default();
                for row in answers.rows(key) {
                    if codes.0.iter().all(|known| known.letters != letters || known.row != row.id) {
                        let number = codes.number(letters, row).unwrap_or_else(|| codes.highest(letters) + 1);
                        codes.0.push(Counted { letters: letters.to_owned(), row: row.id.clone(), number });
                    }
                }
            }
        }
        codes
    }

    /// The number of a row that is counted, or of the one that it replaces.
    fn number(&self, letters: &str, row: &Row) -> Option<usize> {
        let of_kind = || self.0.iter().filter(|known| known.letters == letters);
        let replaced = || {
            let (of, number) = read_code(row.fields.text(REPLACES))?;
            (of == letters && of_kind().any(|known| known.number == number)).then_some(number)
        };
        of_kind().find(|known| known.row == row.id).map(|known| known.number).or_else(replaced)
    }

    fn highest(&self, letters: &str) -> usize {
        self.0.iter().filter(|known| known.letters == letters).map(|known| known.number).max().unwrap_or_default()
    }

    /// The code of a row: the next free one, where it is not counted yet; `index` is its place among such rows.
    #[must_use]
    pub fn code(&self, field: &Field, row: &Row, index: usize) -> String {
        let letters = field.code.as_deref().unwrap_or_default();
        match self.number(letters, row).filter(|_| is_exhibit(field)) {
            Some(number) => row_code(field, number - 1),
            None => row_code(field, self.highest(letters) + index),
        }
    }
}

/// The field of an exhibit that names the one it replaces.
const REPLACES: &str = "replaces";

/// Reads the code of an exhibit as people write it: `P-1`, `p 1`, `PT1`.
#[must_use]
pub fn read_code(text: &str) -> Option<(String, usize)> {
    let letters: String = text.trim().chars().take_while(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_uppercase()).collect();
    let rest = text.trim().get(letters.len()..)?.trim_start_matches(['-', '.', ' ', '\u{2013}']);
    let number = rest.parse().ok().filter(|number| *number > 0)?;
    (1..=2).contains(&letters.len()).then_some((letters, number))
}

/// Is it a list of evidence? Those have letters as codes: P, T, PT.
#[must_use]
pub fn is_exhibit(field: &Field) -> bool {
    field.kind == Kind::Rows && field.code.as_ref().is_some_and(|code| (1..=2).contains(&code.len()))
}

/// What a form is read with.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// Its rules.
    pub rules: &'a RuleSet,
    /// The petition, which says what a checklist asks for.
    pub petition: &'a Answers,
    /// The zone of the office.
    pub zone: Zone,
    /// Numbers of exhibits.
    pub codes: &'a Codes,
}

impl Reader<'_> {
    /// Every answer of a form but those of the fields in `without`.
    #[must_use]
    pub fn form(&self, form: &str, answers: &Answers, without: &[&str]) -> Vec<Block> {
        let mut parts = Vec::new();
        let groups = self.rules.form.get(form).map(|form| form.groups.as_slice()).unwrap_or_default();
        for group in groups {
            let mut part = Vec::new();
            for key in group.rows.iter().flatten().filter(|key| !without.contains(&key.as_str())) {
                if let Some(field) = self.rules.field(form, key) {
                    self.field(field, key, answers, &mut part);
                }
            }
            if !part.is_empty() && groups.len() > 1 {
                let title = LANGUAGE.text(&group.title).to_owned();
                // A section of one list is often called like the list: once is enough.
                let is_said = part.first() == Some(&Block::Subheading(title.clone()));
                parts.push(Block::Heading(title));
                parts.extend(part.into_iter().skip(usize::from(is_said)));
            } else {
                parts.extend(part);
            }
        }
        self.unknown(form, answers, &mut parts);
        parts
    }

    /// What the form no longer asks for and the answers hold all the same.
    fn unknown(&self, form: &str, answers: &Answers, parts: &mut Vec<Block>) {
        for (key, answer) in answers.0.iter().filter(|(key, _)| self.rules.field(form, key).is_none()) {
            match answer {
                Answer::Text(text) => fact(parts, key, text.clone()),
                Answer::Rows(rows) => {
                    for row in rows {
                        parts.push(Block::Subheading(key.clone()));
                        self.unknown("", &row.fields, parts);
                    }
                }
            }
        }
    }

    fn field(&self, field: &Field, key: &str, answers: &Answers, parts: &mut Vec<Block>) {
        let label = LANGUAGE.text(&field.label);
        match field.kind {
            Kind::Rows => self.rows(field, answers.rows(key), parts),
            Kind::Checklist => parts.extend(self.checklist(field, answers.rows(key), label)),
            Kind::Files => parts.extend(files(label, answers.rows(key))),
            _ => {
                if let Some(text) = shown(LANGUAGE, field, answers.text(key), self.zone) {
                    fact(parts, label, text);
                }
            }
        }
    }

    fn rows(&self, field: &Field, rows: &[Row], parts: &mut Vec<Block>) {
        let of = row_form(field).unwrap_or_default();
        if rows.is_empty() {
            return;
        }
        parts.push(Block::Subheading(LANGUAGE.text(&field.label).to_owned()));
        let columns: Vec<(&str, &Field)> =
            fields_in_order(self.rules, of).filter(|(key, _)| rows.iter().any(|row| row.fields.0.contains_key(*key))).collect();
        let strange = rows.iter().flat_map(|row| row.fields.0.keys()).any(|key| self.rules.field(of, key).is_none());
        let long = rows.iter().flat_map(|row| row.fields.0.values()).any(|answer| match answer {
            Answer::Text(text) => text.chars().count() > MAX_CELL,
            Answer::Rows(rows) => rows.iter().any(|row| FileRef::from_row(row).is_none()),
        });
        if columns.is_empty() || columns.len() > MAX_COLUMNS || strange || long {
            for (index, row) in rows.iter().enumerate() {
                parts.push(Block::Subheading(self.codes.code(field, row, index)));
                parts.extend(self.form(of, &row.fields, &[]));
            }
            return;
        }
        let mut head = vec!["Kode".to_owned()];
        head.extend(columns.iter().map(|(_, column)| LANGUAGE.text(&column.label).to_owned()));
        let mut attached = Vec::new();
        let lines = rows
            .iter()
            .enumerate()
            .map(|(index, row)| {
                let mut cells = vec![self.codes.code(field, row, index)];
                for (key, column) in &columns {
                    let names: Vec<String> = row.fields.rows(key).iter().map(|file| file.fields.text("name").to_owned()).collect();
                    attached.extend_from_slice(row.fields.rows(key));
                    cells.push(match column.kind {
                        Kind::Files => names.join("; "),
                        _ => shown(LANGUAGE, column, row.fields.text(key), self.zone).unwrap_or_default(),
                    });
                }
                cells
            })
            .collect();
        parts.push(Block::Table { head, rows: lines });
        parts.extend(files("Berkas digital", &attached));
    }

    /// A checklist as a table; `label` names its first column.
    #[must_use]
    pub fn checklist(&self, field: &Field, ticked: &[Row], label: &str) -> Option<Block> {
        let list = field.of.as_ref().and_then(|of| self.rules.list.get(of))?;
        let line = |name: &str, asked: u16, row: Option<&Row>| {
            let text = |key: &str| row.map(|row| row.fields.text(key)).unwrap_or_default();
            let present = text("present") == YES;
            let copies = match (present, text("copies")) {
                (true, "") if asked > 1 => "–",
                (true, copies) => copies,
                (false, _) if asked > 1 => "0",
                (false, _) => "",
            };
            let legalised = if text("legalised") == YES { "dileges" } else { "" };
            vec![
                name.to_owned(),
                (if present { "Ada" } else { "Belum ada" }).to_owned(),
                joined(&[copies, &if asked > 1 { format!("dari {asked}") } else { String::new() }], " "),
                joined(&[legalised, text("remark")], "; "),
            ]
        };
        let mut rows: Vec<Vec<String>> = listed_rows(list, self.petition)
            .map(|listed| line(LANGUAGE.row(listed), listed.copies, ticked.iter().find(|row| row.id == listed.v)))
            .collect();
        // Ticked once, no longer asked for: what was handed in stays on the list.
        for row in ticked.iter().filter(|row| listed_rows(list, self.petition).all(|listed| listed.v != row.id)) {
            let listed = list.rows.iter().find(|listed| listed.v == row.id);
            rows.push(line(listed.map_or(row.id.as_str(), |listed| LANGUAGE.row(listed)), 1, Some(row)));
        }
        let head = [label, "Keadaan", "Rangkap", "Catatan"].map(str::to_owned).to_vec();
        Some(Block::Table { head, rows })
    }
}

/// The texts that say something, with `between` between them.
fn joined(texts: &[&str], between: &str) -> String {
    texts.iter().filter(|text| !text.is_empty()).copied().collect::<Vec<_>>().join(between)
}

/// A name and what it stands for: beside it, or as running text below it where that is long.
pub fn fact(parts: &mut Vec<Block>, name: &str, value: String) {
    if value.chars().count() > MAX_CELL {
        parts.push(Block::Subheading(name.to_owned()));
        parts.push(Block::Paragraph(value));
        return;
    }
    match parts.last_mut() {
        Some(Block::Facts(facts)) => facts.push((name.to_owned(), value)),
        _ => parts.push(Block::Facts(vec![(name.to_owned(), value)])),
    }
}

/// Files with their digests.
#[must_use]
pub fn files(title: &str, rows: &[Row]) -> Vec<Block> {
    if rows.is_empty() {
        return Vec::new();
    }
    let lines = rows
        .iter()
        .map(|row| {
            let size = row.fields.text("size");
            let size = size.parse().map_or_else(|_| size.to_owned(), |size| format::bytes(LANGUAGE, size));
            vec![row.fields.text("name").to_owned(), size, row.fields.text("sha256").to_owned()]
        })
        .collect();
    let head = ["Nama", "Ukuran", "Sidik SHA-256"].map(str::to_owned).to_vec();
    vec![Block::Subheading(title.to_owned()), Block::Table { head, rows: lines }]
}

/// Every file in a form, in the order of its answers.
#[must_use]
pub fn all_files(answers: &Answers) -> Vec<Row> {
    let mut found = Vec::new();
    for answer in answers.0.values() {
        if let Answer::Rows(rows) = answer {
            for row in rows {
                match FileRef::from_row(row) {
                    Some(_) => found.push(row.clone()),
                    None => found.extend(all_files(&row.fields)),
                }
            }
        }
    }
    found
}
