//! A table that somebody made in another program, read from the bytes of its file: which sign divides the columns, which encoding, where
//! each row stands. Nothing in a cell is ever taken for a formula. Writing tables is the job of `sheet`.

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 2 * 1_024 * 1_024;
/// The most columns of a row.
pub const MAX_COLUMNS: usize = 100;
/// The most rows after the header.
pub const MAX_ROWS: usize = 5_000;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// The sign between columns; none where no row has more than one.
    pub separator: Option<char>,
    /// Its encoding.
    pub encoding: Encoding,
}

/// An encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// Latin-1, as older programs write it.
    Latin1,
}

/// A row with the line of the file on which it begins, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its line.
    pub line: usize,
    /// Its cells, without white space at their ends.
    pub cells: Vec<String>,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Csv {
    /// How it is written.
    pub dialect: Dialect,
    /// The first row.
    pub header: Row,
    /// All others that are not empty.
    pub rows: Vec<Row>,
}

/// Why a file is no such table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsvProblem {
    /// Nothing stands in it.
    Empty,
    /// It is larger than [`MAX_BYTES`].
    TooLarge,
    /// It is no text: a workbook, a picture.
    NotText,
    /// A row has more than [`MAX_COLUMNS`]: its line.
    TooManyColumns(usize),
    /// It has more than [`MAX_ROWS`].
    TooManyRows,
    /// A quotation mark is never closed: the line on which it stands.
    OpenQuote(usize),
}

/// The signs that programs divide columns by, the likeliest first.
const SEPARATORS: [char; 4] = [';', ',', '\t', '|'];
/// How many rows are looked at for the separator.
const LOOKED_AT: usize = 20;

/// Reads the bytes of a file.
///
/// # Errors
/// See [`CsvProblem`].
pub fn read(bytes: &[u8]) -> Result<Csv, CsvProblem> {
    if bytes.len() > MAX_BYTES {
        return Err(CsvProblem::TooLarge);
    }
    // Of a text in UTF-16, a workbook or a picture.
    if bytes.contains(&0) {
        return Err(CsvProblem::NotText);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let (text, encoding) = match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), Encoding::Utf8),
        Err(_) => (bytes.iter().map(|byte| char::from(*byte)).collect(), Encoding::Latin1),
    };
    let separator = separator_of(&text);
    // Where nothing divides, a row of nothing but dividing signs is as empty as one of empty cells.
    let says = |cell: &String| if separator.is_some() { !cell.is_empty() } else { !cell.chars().all(|sign| SEPARATORS.contains(&sign)) };
    let mut rows = rows(&text, separator, usize::MAX)?.into_iter().filter(|row| row.cells.iter().any(says));
    let header = rows.next().ok_or(CsvProblem::Empty)?;
    let rows: Vec<Row> = rows.collect();
    if rows.len() > MAX_ROWS {
        return Err(CsvProblem::TooManyRows);
    }
    Ok(Csv { dialect: Dialect { separator, encoding }, header, rows })
}

/// The sign by which the first rows fall into the same number of columns, and into the most.
fn separator_of(text: &str) -> Option<char> {
    // Excel says it in a line of its own.
    if let Some(named) = text.lines().next().and_then(|line| line.trim().strip_prefix("sep=")).and_then(|rest| rest.chars().next()) {
        return Some(named);
    }
    let mut best: Option<(bool, usize, char)> = None;
    for separator in SEPARATORS {
        let rows = match rows(text, Some(separator), LOOKED_AT) {
            Ok(rows) => rows,
            // It divides, and into more than is read: whoever reads on says so.
            Err(CsvProblem::TooManyColumns(_)) => return Some(separator),
            Err(_) => continue,
        };
        let filled = rows.iter().filter(|row| row.cells.iter().any(|cell| !cell.is_empty()));
        let filled: Vec<usize> = filled.map(|row| row.cells.len()).collect();
        let Some(columns) = filled.first().copied().filter(|columns| *columns > 1) else { continue };
        let even = filled.iter().all(|each| *each == columns);
        if best.is_none_or(|(was_even, most, _)| (even, columns) > (was_even, most)) {
            best = Some((even, columns, separator));
        }
    }
    best.map(|(.., separator)| separator)
}

fn rows(text: &str, separator: Option<char>, most: usize) -> Result<Vec<Row>, CsvProblem> {
    let mut rows = Vec::new();
    let mut cells = Vec::new();
    let mut cell = String::new();
    // The line of the opening mark while within quotation marks.
    let mut quoted = None;
    let (mut line, mut begins) = (1, 1);
    let mut signs = text.chars().peekable();
    let finish = |cell: &mut String, cells: &mut Vec<String>| cells.push(std::mem::take(cell).trim().to_owned());
    while let Some(sign) = signs.next() {
        match (quoted, sign) {
            (Some(_), '"') if signs.peek() == Some(&'"') => {
                signs.next();
                cell.push('"');
            }
            (Some(_), '"') => quoted = None,
            (None, '"') if cell.trim().is_empty() => {
                cell.clear();
                quoted = Some(line);
            }
            (None, '\r' | '\n') => {
                if sign == '\r' && signs.peek() == Some(&'\n') {
                    signs.next();
                }
                finish(&mut cell, &mut cells);
                if cells.len() > MAX_COLUMNS {
                    return Err(CsvProblem::TooManyColumns(begins));
                }
                rows.push(Row { line: begins, cells: std::mem::take(&mut cells) });
                line += 1;
                begins = line;
                if rows.len() >= most {
                    return Ok(rows);
                }
            }
            (None, sign) if Some(sign) == separator => {
                finish(&mut cell, &mut cells);
                if cells.len() > MAX_COLUMNS {
                    return Err(CsvProblem::TooManyColumns(begins));
                }
            }
            (_, sign) => {
                line += usize::from(sign == '\n');
                cell.push(sign);
            }
        }
    }
    if let Some(line) = quoted {
        return Err(CsvProblem::OpenQuote(line));
    }
    finish(&mut cell, &mut cells);
    if cells.len() > MAX_COLUMNS {
        return Err(CsvProblem::TooManyColumns(begins));
    }
    rows.push(Row { line: begins, cells });
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(text: &str) -> Vec<(usize, Vec<String>)> {
        let csv = read(text.as_bytes()).expect("a table");
        std::iter::once(csv.header).chain(csv.rows).map(|row| (row.line, row.cells)).collect()
    }

    fn row(line: usize, cells: &[&str]) -> (usize, Vec<String>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn the_dialect_is_found() {
        for (text, separator) in [
            ("a;b\n1;2", Some(';')),
            ("a,b\r\n1,2\r\n", Some(',')),
            ("a\tb\n1\t2", Some('\t')),
            ("nama;kantor\n\"Budi, S.H.\";16.07", Some(';')),
            ("a,b;c\n1,2\n3,4", Some(',')),
            ("sep=|\na|b", Some('|')),
            ("nama\nBudi", None),
        ] {
            let csv = read(text.as_bytes()).expect("a table");
            assert_eq!(csv.dialect, Dialect { separator, encoding: Encoding::Utf8 }, "{text:?}");
        }
        let latin = read(b"nama;kantor\nJos\xe9;16.07").expect("a table");
        assert_eq!((latin.dialect.encoding, latin.rows[0].cells[0].as_str()), (Encoding::Latin1, "José"));
        assert_eq!(read(b"\xef\xbb\xbfnama;x\n").expect("a table").header.cells[0], "nama");
    }

    #[test]
    fn quotation_marks_lines_and_formulas_stay_as_they_are() {
        assert_eq!(
            cells("a;b\n\"x\"\"y\";\"p\nq\"\n\n=HYPERLINK(1); +62 \n"),
            [row(1, &["a", "b"]), row(2, &["x\"y", "p\nq"]), row(5, &["=HYPERLINK(1)", "+62"])]
        );
    }

    #[test]
    fn what_is_no_table_says_why() {
        let wide = vec!["x"; MAX_COLUMNS + 1].join(";");
        for (bytes, problem) in [
            (&b""[..], CsvProblem::Empty),
            (b"\n;;\n", CsvProblem::Empty),
            (b"PK\x03\x04\0", CsvProblem::NotText),
            (b"a;b\n\"c;d\n", CsvProblem::OpenQuote(2)),
            (wide.as_bytes(), CsvProblem::TooManyColumns(1)),
            ("x;y\n".repeat(MAX_ROWS + 2).as_bytes(), CsvProblem::TooManyRows),
            (&vec![b'x'; MAX_BYTES + 1], CsvProblem::TooLarge),
        ] {
            assert_eq!(read(bytes), Err(problem));
        }
    }

    proptest! {
        #[test]
        fn what_a_sheet_writes_is_read_back(rows in proptest::collection::vec(proptest::collection::vec("[a-z;,\" \n=+]{0,8}", 3), 1..6)) {
            use crate::domain::sheet::{Cell, Sheet};
            let header: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
            let sheet = Sheet { header: header.clone(), rows: rows.iter().map(|row| row.iter().cloned().map(Cell::Text).collect()).collect(), ..Sheet::default() };
            let read = read(sheet.csv().as_bytes()).expect("a table");
            prop_assert_eq!(read.header.cells, header);
            let plain = |text: &str| text.trim().trim_start_matches('\'').trim().to_owned();
            let expected: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect::<Vec<_>>()).filter(|row| row.iter().any(|cell| !cell.is_empty())).collect();
            let found: Vec<Vec<String>> = read.rows.iter().map(|row| row.cells.iter().map(|cell| plain(cell)).collect()).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
