//! Many new accounts from one table: which column is which, and row by row what can be taken and what cannot, with its line. Every row
//! stands for itself, so that the good ones can be taken while the others are put right.

use super::account::{AccountObjection, AccountPart, MAX_PASSWORD, MIN_PASSWORD, line_problem, username_problem};
use super::csv::{Csv, Row};
use super::office::{Office, OfficeCode, Role};
use super::text::folded;

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The person's name.
    Name,
    /// The name to sign in with.
    Username,
    /// The office: its code or its name.
    Office,
    /// The roles, divided by `+`, `/` or commas.
    Roles,
    /// The first password; one is made where the column or the cell is empty.
    Password,
}

/// Each column with the headings under which it is known, folded.
const COLUMNS: [(Column, &[&str]); 5] = [
    (Column::Name, &["nama", "nama lengkap", "name"]),
    (Column::Username, &["nama pengguna", "username", "user", "akun", "user name"]),
    (Column::Office, &["kantor", "kode kantor", "office", "satuan kerja"]),
    (Column::Roles, &["peran", "role", "roles", "tugas"]),
    (Column::Password, &["kata sandi", "password", "sandi"]),
];

impl Column {
    /// The heading under which a table is written.
    #[must_use]
    pub fn heading(self) -> &'static str {
        COLUMNS.iter().find(|(column, _)| *column == self).map_or("", |(_, known)| known[0])
    }

    /// All of them, in the order of a table of our own.
    pub const ALL: [Self; 5] = [Self::Name, Self::Username, Self::Office, Self::Roles, Self::Password];
}

/// An account that a row asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// The name to sign in with.
    pub username: String,
    /// The person's name.
    pub name: String,
    /// The office.
    pub office: OfficeCode,
    /// Roles in it.
    pub roles: Vec<Role>,
    /// The first password; empty: one is to be made.
    pub password: String,
}

/// A row, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    /// Its line in the file.
    pub line: usize,
    /// What stands under the name, for the preview.
    pub name: String,
    /// The account, or everything that stands against it.
    pub account: Result<NewAccount, Vec<RowProblem>>,
}

/// Why a row cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowProblem {
    /// What stands against any such account.
    Objection(AccountObjection),
    /// A word that is no role.
    UnknownRole(String),
    /// The table has this name to sign in with twice: the other line.
    Twice(usize),
    /// It has more or fewer cells than the header.
    Cells {
        /// How many it has.
        found: usize,
        /// How many the header has.
        expected: usize,
    },
}

/// What an import is held against.
pub struct Known<'a> {
    /// The table of offices.
    pub offices: &'a [Office],
    /// The words for each role, as people write them.
    pub roles: &'a [(&'a str, Role)],
    /// The roles that an office of this kind gives.
    pub roles_of: &'a dyn Fn(&Office) -> Vec<Role>,
    /// Names to sign in with that others have.
    pub usernames: &'a [&'a str],
}

/// The rows of a table, each with what came of it.
///
/// # Errors
/// The columns that the header lacks.
pub fn rows(csv: &Csv, known: &Known<'_>) -> Result<Vec<ImportRow>, Vec<Column>> {
    let place = |column: Column| {
        let names = COLUMNS.iter().find(|(each, _)| *each == column).map_or(&[][..], |(_, names)| names);
        csv.header.cells.iter().position(|cell| names.contains(&folded(cell).trim()))
    };
    let places = Column::ALL.map(place);
    let missing: Vec<Column> = Column::ALL
        .into_iter()
        .zip(&places)
        .filter(|(column, place)| place.is_none() && *column != Column::Password)
        .map(|(column, _)| column)
        .collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let mut seen: Vec<(String, usize)> = Vec::new();
    Ok(csv
        .rows
        .iter()
        .map(|row| {
            let cell = |column: usize| places[column].and_then(|place| row.cells.get(place)).map_or("", |cell| plain(cell));
            let account = account(row, csv.header.cells.len(), [0, 1, 2, 3, 4].map(cell), known, &mut seen);
            ImportRow { line: row.line, name: cell(0).to_owned(), account }
        })
        .collect())
}

/// Without the apostrophe by which spreadsheets mark a text that would begin a formula.
fn plain(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(cell)
}

fn account(
    row: &Row,
    expected: usize,
    [name, username, office, roles, password]: [&str; 5],
    known: &Known<'_>,
    seen: &mut Vec<(String, usize)>,
) -> Result<NewAccount, Vec<RowProblem>> {
    let mut problems = Vec::new();
    if row.cells.len() != expected {
        problems.push(RowProblem::Cells { found: row.cells.len(), expected });
    }
    let mut object = |objection| problems.push(RowProblem::Objection(objection));
    let username = username.to_ascii_lowercase();
    username_problem(&username).into_iter().for_each(&mut object);
    if known.usernames.contains(&username.as_str()) {
        object(AccountObjection::UsernameTaken);
    }
    line_problem(AccountPart::Name, name, true).into_iter().for_each(&mut object);
    if !password.is_empty() && !(MIN_PASSWORD..=MAX_PASSWORD).contains(&password.chars().count()) {
        object(AccountObjection::PasswordLength);
    }
    let found = known.offices.iter().find(|each| each.code.0 == office || folded(&each.name) == folded(office));
    let office = found.filter(|_| !office.is_empty());
    if office.is_none() {
        object(AccountObjection::UnknownOffice);
    }
    if !username.is_empty() {
        match seen.iter().find(|(other, _)| *other == username) {
            Some((_, line)) => problems.push(RowProblem::Twice(*line)),
            None => seen.push((username.clone(), row.line)),
        }
    }
    let mut given = Vec::new();
    for word in roles.split(['+', '/', ',', ';', '|']).map(str::trim).filter(|word| !word.is_empty()) {
        match known.roles.iter().find(|(written, _)| folded(written) == folded(word)) {
            Some((_, role)) if given.contains(role) => {}
            Some((_, role)) => given.push(*role),
            None => problems.push(RowProblem::UnknownRole(word.to_owned())),
        }
    }
    if roles.is_empty() {
        problems.push(RowProblem::Objection(AccountObjection::Missing(AccountPart::Roles)));
    }
    if let Some(office) = office {
        let there = (known.roles_of)(office);
        let misplaced = given.iter().filter(|role| !there.contains(role));
        problems.extend(misplaced.map(|role| RowProblem::Objection(AccountObjection::RoleNotThere(*role))));
    }
    match office {
        Some(office) if problems.is_empty() => {
            Ok(NewAccount { username, name: name.to_owned(), office: office.code.clone(), roles: given, password: password.to_owned() })
        }
        _ => Err(problems),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::csv;
    use crate::domain::office::{Hours, Level};
    use crate::domain::time::Zone;

    fn imported(text: &str) -> Result<Vec<ImportRow>, Vec<Column>> {
        let office = Office {
            code: OfficeCode("16.07".into()),
            level: Level::Regency,
            parent: None,
            name: "Bawaslu Kabupaten Banyuasin".into(),
            organiser: String::new(),
            zone: Zone::Wib,
            register_code: String::new(),
            hours: Hours::default(),
        };
        let known = Known {
            offices: &[office],
            roles: &[
                ("petugas penerima", Role::Counter),
                ("counter", Role::Counter),
                ("operator SIPS", Role::Operator),
                ("admin pusat", Role::NationalAdmin),
            ],
            roles_of: &|_| vec![Role::Counter, Role::Operator],
            usernames: &["rina"],
        };
        rows(&csv::read(text.as_bytes()).expect("a table"), &known)
    }

    #[test]
    fn good_rows_are_taken_whatever_the_others_are() {
        let rows = imported(
            "Nama;Nama Pengguna;Kantor;Peran\n\
             dr. Budi Santoso, S.H.;budi;16.07;Petugas Penerima + operator sips\n\
             Sari;Sari;bawaslu kabupaten banyuasin;counter\n\
             Rina;rina;16.07;counter\n\
             =1+1;budi;99.99;hakim\n\
             Tono;tono;16.07;admin pusat;lebih\n",
        )
        .expect("the columns are there");
        let good: Vec<_> =
            rows.iter().filter_map(|row| row.account.as_ref().ok().map(|account| (row.line, account.username.as_str()))).collect();
        assert_eq!(good, [(2, "budi"), (3, "sari")]);
        assert_eq!(rows[0].account.as_ref().expect("good").roles, [Role::Counter, Role::Operator]);
        assert_eq!(rows[2].account, Err(vec![RowProblem::Objection(AccountObjection::UsernameTaken)]));
        assert_eq!(rows[3].name, "=1+1", "a formula is a text");
        assert_eq!(
            rows[3].account,
            Err(vec![
                RowProblem::Objection(AccountObjection::UnknownOffice),
                RowProblem::Twice(2),
                RowProblem::UnknownRole("hakim".into())
            ])
        );
        assert_eq!(
            rows[4].account,
            Err(vec![
                RowProblem::Cells { found: 5, expected: 4 },
                RowProblem::Objection(AccountObjection::RoleNotThere(Role::NationalAdmin))
            ])
        );
    }

    #[test]
    fn a_table_without_its_columns_is_no_such_table() {
        assert_eq!(imported("nama\nBudi"), Err(vec![Column::Username, Column::Office, Column::Roles]));
    }
}
