//! Checking a form. A draft accepts anything; this names what stands in the way of submitting, what the law misses,
//! and what looks odd, and gives the answers as they are submitted. One schema serves page, check, paper and server.

use super::answers::{Answer, Answers, Place, Row};
use super::evidence::FileRef;
use super::guard::{Truth, View, eval};
use super::rule_set::{Field, Kind, Need, RuleSet};
use super::text::{self, DateProblem};
use super::time::LocalDate;
use serde::{Deserialize, Serialize};

/// Why a field stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// Nothing in it.
    Required,
    /// Not a day, month and year.
    NotADate,
    /// The year has two digits.
    ShortYear,
    /// There is no such day.
    NoSuchDay,
    /// After today, for something that has happened.
    Future,
    /// Before 1945.
    TooEarly,
    /// No time of day.
    NotATime,
    /// No identity number; `digits` is their number, `None` if there is something else in it.
    NotANik {
        /// How many there are.
        digits: Option<usize>,
    },
    /// No telephone number.
    NotAPhone,
    /// No mail address.
    NotAnEmail,
    /// No whole number.
    NotACount,
    /// None of the options.
    NotAnOption,
    /// Too many characters.
    TooLong {
        /// The most that is taken.
        max: u32,
        /// How many there are.
        length: usize,
    },
    /// Too many rows.
    TooManyRows {
        /// The most that is taken.
        max: u32,
    },
    /// Too few rows.
    TooFewRows {
        /// The fewest that are taken.
        min: u32,
    },
    /// A row that describes no file.
    NotAFile,
    /// A row whose id is empty, too long, has a slash, or stands twice in its list.
    NotARow,
    /// The form has no such field.
    UnknownField,
}

/// A field that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// Why.
    pub code: ProblemCode,
}

/// Something that looks odd and is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Oddity {
    /// Letters of another script in a name.
    UnusualLetters,
    /// The identity number names no possible birthday.
    NikWithoutBirthday,
    /// The identity number names another birthday than the form.
    NikOtherBirthday,
    /// Letters beyond ASCII in a mail domain.
    UnusualDomain,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// What stands in the way of submitting, in the order of the form.
    pub problems: Vec<Problem>,
    /// What the law asks for and the form lacks, in the order of the form.
    pub gaps: Vec<Place>,
    /// What looks odd.
    pub oddities: Vec<(Place, Oddity)>,
    /// The answers as they are submitted: dates as `YYYY-MM-DD`, identity numbers as digits, hidden and empty fields left out.
    pub submitted: Answers,
}

/// The republic's first year: no decision is older. A field for birthdays names an earlier one.
const EARLIEST_YEAR: i16 = 1945;

/// The longest id of a row, in bytes.
const MAX_ROW_ID: usize = 64;
/// The most problems that are named; a form with more was not made by a person.
const MAX_PROBLEMS: usize = 200;

/// The value of a yes/no field that means yes.
pub const YES: &str = "yes";
/// The value of a yes/no field that means no.
pub const NO: &str = "no";

/// Checks the answers of `form`; `today` is the office's local date.
#[must_use]
pub fn check(rules: &RuleSet, form: &str, answers: &Answers, today: LocalDate) -> Checked {
    let mut checked = Checked::default();
    checked.submitted = check_fields(rules, form, answers, None, today, &mut checked);
    checked.problems.truncate(MAX_PROBLEMS);
    checked
}

/// Is the field asked for, given the answers around it?
#[must_use]
pub fn is_shown(field: &Field, around: &Answers) -> bool {
    field.only_if.as_ref().is_none_or(|when| eval(when, &Around(around)) == Truth::Yes)
}

/// The rows of a checklist that are asked for, given the answers of the form.
pub fn listed_rows<'a>(list: &'a super::rule_set::List, around: &Answers) -> impl Iterator<Item = &'a super::rule_set::ListRow> {
    list.rows.iter().filter(|row| row.only_if.as_ref().is_none_or(|when| eval(when, &Around(around)) == Truth::Yes))
}

/// The fields of a form in their order.
pub fn fields_in_order<'a>(rules: &'a RuleSet, form: &str) -> impl Iterator<Item = (&'a str, &'a Field)> {
    let fields = rules.field.get(form);
    rules
        .form
        .get(form)
        .into_iter()
        .flat_map(|form| form.groups.iter().flat_map(|group| group.rows.iter().flatten()))
        .filter_map(move |key| fields?.get_key_value(key).map(|(key, field)| (key.as_str(), field)))
}

/// The form of a repeated field's rows.
#[must_use]
pub fn row_form(field: &Field) -> Option<&str> {
    (field.kind == Kind::Rows).then_some(field.of.as_deref()).flatten()
}

/// Conditions of a form see the answers of the same form, or of the same row.
struct Around<'a>(&'a Answers);

impl View for Around<'_> {
    fn texts(&self, path: &str) -> Vec<&str> {
        match self.0.0.get(path) {
            // A list counts as filled as soon as it has a row.
            Some(Answer::Rows(rows)) => rows.iter().map(|row| row.id.as_str()).collect(),
            Some(Answer::Text(text)) => vec![text],
            None => Vec::new(),
        }
    }
    fn act_date(&self) -> Option<LocalDate> {
        None
    }
}

fn check_fields(
    rules: &RuleSet,
    form: &str,
    answers: &Answers,
    row: Option<(&str, &str)>,
    today: LocalDate,
    checked: &mut Checked,
) -> Answers {
    let mut submitted = Answers::default();
    let mut known: Vec<&str> = Vec::new();
    let place = |field: &str| match row {
        None => Place::of(field),
        Some((list, row)) => Place::in_row(list, row, field),
    };
    for (key, field) in fields_in_order(rules, form) {
        known.push(key);
        if !is_shown(field, answers) {
            continue;
        }
        let here = place(key);
        match field.kind {
            Kind::Rows => {
                let rows = answers.rows(key);
                if rows.len() < field.min as usize {
                    checked.problems.push(Problem { place: here.clone(), code: ProblemCode::TooFewRows { min: field.min } });
                }
                check_rows(field, rows, &here, checked);
                let of = row_form(field).unwrap_or_default();
                let filled: Vec<Row> = rows
                    .iter()
                    .map(|row| Row {
                        id: row.id.clone(),
                        fields: check_fields(rules, of, &row.fields, Some((key, &row.id)), today, checked),
                    })
                    .collect();
                if rows.is_empty() && field.min == 0 && field.need == Need::Law {
                    checked.gaps.push(here);
                }
                if !filled.is_empty() {
                    submitted.0.insert(key.to_owned(), Answer::Rows(filled));
                }
            }
            Kind::Checklist => {
                let rows = answers.rows(key);
                check_rows(field, rows, &here, checked);
                let list = field.of.as_ref().and_then(|list| rules.list.get(list));
                for row in rows {
                    if list.is_none_or(|list| list.rows.iter().all(|listed| listed.v != row.id)) {
                        checked.problems.push(Problem { place: here.clone(), code: ProblemCode::NotAnOption });
                    }
                    for (name, max) in [("copies", 6), ("remark", 500), ("present", 3), ("legalised", 3)] {
                        let length = row.fields.text(name).chars().count();
                        if length > max as usize {
                            checked
                                .problems
                                .push(Problem { place: Place::in_row(key, &row.id, name), code: ProblemCode::TooLong { max, length } });
                        }
                    }
                    let copies = row.fields.text("copies");
                    if !copies.trim().is_empty() && text::read_count(copies).is_none() {
                        checked.problems.push(Problem { place: Place::in_row(key, &row.id, "copies"), code: ProblemCode::NotACount });
                    }
                    for name in row.fields.0.keys() {
                        if !matches!(name.as_str(), "present" | "copies" | "legalised" | "remark") {
                            checked.problems.push(Problem { place: Place::in_row(key, &row.id, name), code: ProblemCode::UnknownField });
                        }
                    }
                }
                if !rows.is_empty() {
                    submitted.0.insert(key.to_owned(), Answer::Rows(rows.to_vec()));
                }
            }
            Kind::Files => {
                let rows = answers.rows(key);
                check_rows(field, rows, &here, checked);
                if rows.iter().any(|row| FileRef::from_row(row).is_none()) {
                    checked.problems.push(Problem { place: here.clone(), code: ProblemCode::NotAFile });
                }
                if rows.is_empty() {
                    note_missing(field, here, checked);
                } else {
                    submitted.0.insert(key.to_owned(), Answer::Rows(rows.to_vec()));
                }
            }
            _ => {
                let typed = answers.text(key);
                if text::is_blank(typed) {
                    note_missing(field, here, checked);
                    continue;
                }
                match read_text(field, typed, today) {
                    Ok(text) => {
                        note_oddities(field, &text, answers, &here, checked);
                        submitted.set_text(key, text);
                    }
                    Err(code) => checked.problems.push(Problem { place: here, code }),
                }
            }
        }
    }
    for key in answers.0.keys() {
        if !known.contains(&key.as_str()) {
            checked.problems.push(Problem { place: place(key), code: ProblemCode::UnknownField });
        }
    }
    submitted
}

fn check_rows(field: &Field, rows: &[Row], place: &Place, checked: &mut Checked) {
    let max = field.max.unwrap_or(field.kind.max());
    if rows.len() > max as usize {
        checked.problems.push(Problem { place: place.clone(), code: ProblemCode::TooManyRows { max } });
    }
    // Ids are parts of places, and elements are merged by them. Only so many rows are looked at as may be there.
    let looked_at = &rows[..rows.len().min(max as usize)];
    let stands_twice = |index: usize, id: &str| looked_at[..index].iter().any(|earlier| earlier.id == id);
    if !looked_at
        .iter()
        .enumerate()
        .all(|(index, row)| (1..=MAX_ROW_ID).contains(&row.id.len()) && !row.id.contains('/') && !stands_twice(index, &row.id))
    {
        checked.problems.push(Problem { place: place.clone(), code: ProblemCode::NotARow });
    }
}

fn note_missing(field: &Field, place: Place, checked: &mut Checked) {
    match field.need {
        Need::Must => checked.problems.push(Problem { place, code: ProblemCode::Required }),
        Need::Law => checked.gaps.push(place),
        Need::Optional => {}
    }
}

/// Reads one typed answer and gives it as it is submitted.
///
/// # Errors
/// Why it stands in the way.
pub fn read_text(field: &Field, typed: &str, today: LocalDate) -> Result<String, ProblemCode> {
    let max = field.max.unwrap_or(field.kind.max());
    let length = typed.chars().count();
    if length > max as usize {
        return Err(ProblemCode::TooLong { max, length });
    }
    let trimmed = typed.trim();
    match field.kind {
        Kind::Date => {
            let date = text::read_date(trimmed).map_err(|problem| match problem {
                DateProblem::Unclear => ProblemCode::NotADate,
                DateProblem::ShortYear => ProblemCode::ShortYear,
                DateProblem::NoSuchDay => ProblemCode::NoSuchDay,
            })?;
            match date {
                date if field.not_future && date > today => Err(ProblemCode::Future),
                date if date.year() < field.earliest.unwrap_or(EARLIEST_YEAR) => Err(ProblemCode::TooEarly),
                date => Ok(date.to_string()),
            }
        }
        Kind::Time => {
            let minute = text::read_time(trimmed).ok_or(ProblemCode::NotATime)?;
            let (hour, minute) = minute.hour_and_minute();
            Ok(format!("{hour:02}.{minute:02}"))
        }
        Kind::Nik => text::read_nik(trimmed).map_err(|digits| ProblemCode::NotANik { digits }),
        Kind::Phone => text::read_phone(trimmed).map(|_| trimmed.to_owned()).ok_or(ProblemCode::NotAPhone),
        Kind::Email => text::is_email(trimmed).then(|| trimmed.to_owned()).ok_or(ProblemCode::NotAnEmail),
        Kind::Count => text::read_count(trimmed).map(|count| count.to_string()).ok_or(ProblemCode::NotACount),
        Kind::Choice => field.options.iter().any(|option| option.v == trimmed).then(|| trimmed.to_owned()).ok_or(ProblemCode::NotAnOption),
        Kind::YesNo => matches!(trimmed, YES | NO).then(|| trimmed.to_owned()).ok_or(ProblemCode::NotAnOption),
        Kind::LongText => Ok(text::clean(typed, true).text.trim().to_owned()),
        Kind::Text | Kind::Name => Ok(text::clean(trimmed, false).text),
        Kind::Rows | Kind::Checklist | Kind::Files => Err(ProblemCode::NotAnOption),
    }
}

fn note_oddities(field: &Field, submitted: &str, around: &Answers, place: &Place, checked: &mut Checked) {
    let oddity = match field.kind {
        Kind::Name if text::has_unusual_letters(submitted) => Some(Oddity::UnusualLetters),
        Kind::Email if submitted.rsplit_once('@').is_some_and(|(_, domain)| !domain.is_ascii()) => Some(Oddity::UnusualDomain),
        Kind::Nik => match text::birth_in_nik(submitted) {
            None => Some(Oddity::NikWithoutBirthday),
            Some((day, month)) => text::read_date(around.text("birth_date"))
                .ok()
                .filter(|birth| (birth.day(), birth.month()) != (day, month))
                .map(|_| Oddity::NikOtherBirthday),
        },
        _ => None,
    };
    if let Some(oddity) = oddity {
        checked.oddities.push((place.clone(), oddity));
    }
}
