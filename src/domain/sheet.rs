//! A table on its way out of the app: as CSV that an Indonesian Excel opens with the right columns, and as XLSX (ECMA-376). Numbers
//! stay numbers, texts stay texts: nothing that somebody typed is taken for a formula.

use std::fmt::Write as _;

/// A table.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// Its name on the tab; cut to what Excel takes.
    pub name: String,
    /// Lines above the table: what it is, as of when, from where.
    pub notes: Vec<String>,
    /// The names of the columns.
    pub header: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A text as it is.
    Text(String),
    /// A whole number.
    Number(i64),
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Sheet {
    /// As CSV in UTF-8 with a byte order mark, divided by semicolons: an Excel whose decimal sign is the comma reads columns so. A text
    /// that would begin a formula gets an apostrophe before it, which Excel does not show.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut out = String::from('\u{feff}');
        for note in &self.notes {
            field(&mut out, note);
            out.push_str("\r\n");
        }
        row(&mut out, self.header.iter().map(|text| Cell::Text(text.clone())));
        for cells in &self.rows {
            row(&mut out, cells.iter().cloned());
        }
        out
    }

    /// As an XLSX workbook with one sheet, its header frozen.
    #[must_use]
    pub fn xlsx(&self) -> Vec<u8> {
        let mut files = Archive::default();
        files.add(
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
             <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
             <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
             <Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>\
             <Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>\
             <Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>",
        );
        files.add(
            "_rels/.rels",
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
             <Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
        );
        files.add(
            "xl/_rels/workbook.xml.rels",
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
             <Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
             <Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/></Relationships>",
        );
        // Excel takes no more than 31 characters, and some not at all.
        let name: String = self.name.chars().filter(|character| !"[]:*?/\\'".contains(*character)).take(31).collect();
        files.add(
            "xl/workbook.xml",
            &format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"{}\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
                escaped(&name)
            ),
        );
        // Two styles: as it comes, and bold.
        files.add(
            "xl/styles.xml",
            &format!(
                "<styleSheet xmlns=\"{MAIN}\"><fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>\
                 <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>\
                 <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
                 <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
                 <cellXfs count=\"2\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/><xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/></cellXfs></styleSheet>"
            ),
        );
        files.add("xl/worksheets/sheet1.xml", &self.worksheet());
        files.finish()
    }

    fn worksheet(&self) -> String {
        let head = self.notes.len() + 1;
        let mut out = format!(
            "<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"{head}\" topLeftCell=\"A{}\" state=\"frozen\"/></sheetView></sheetViews><cols>",
            head + 1
        );
        for column in 0..self.header.len() {
            let cells = self.rows.iter().filter_map(|row| match row.get(column) {
                Some(Cell::Text(text)) => Some(text.chars().count()),
                _ => None,
            });
            let width = cells.chain([self.header[column].chars().count()]).max().unwrap_or_default().clamp(8, 60) + 2;
            let _ = write!(out, "<col min=\"{0}\" max=\"{0}\" width=\"{width}\" customWidth=\"1\"/>", column + 1);
        }
        out.push_str("</cols><sheetData>");
        let mut number = 0;
        let mut put = |cells: &mut dyn Iterator<Item = Cell>, bold: bool| {
            number += 1;
            let _ = write!(out, "<row r=\"{number}\">");
            let style = if bold { " s=\"1\"" } else { "" };
            for (column, cell) in cells.enumerate() {
                let place = column_name(column);
                let _ = match cell {
                    Cell::Number(value) => write!(out, "<c r=\"{place}{number}\"{style}><v>{value}</v></c>"),
                    Cell::Text(text) => write!(
                        out,
                        "<c r=\"{place}{number}\" t=\"inlineStr\"{style}><is><t xml:space=\"preserve\">{}</t></is></c>",
                        escaped(&text)
                    ),
                };
            }
            out.push_str("</row>");
        };
        for note in &self.notes {
            put(&mut std::iter::once(Cell::Text(note.clone())), false);
        }
        put(&mut self.header.iter().map(|text| Cell::Text(text.clone())), true);
        for cells in &self.rows {
            put(&mut cells.iter().cloned(), false);
        }
        out.push_str("</sheetData></worksheet>");
        out
    }
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// `A`, `B` … `Z`, `AA` …
fn column_name(mut column: usize) -> String {
    let mut name = String::new();
    loop {
        let letter = u8::try_from(column % 26).unwrap_or_default();
        name.insert(0, char::from(b'A' + letter));
        if column < 26 {
            return name;
        }
        column = column / 26 - 1;
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0 has no way to write the others.
            '\n' | '\t' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => out.push(character),
            _ => {}
        }
    }
    out
}

fn row(out: &mut String, cells: impl Iterator<Item = Cell>) {
    for (column, cell) in cells.enumerate() {
        if column > 0 {
            out.push(';');
        }
        match cell {
            Cell::Number(number) => {
                let _ = write!(out, "{number}");
            }
            Cell::Text(text) => field(out, &text),
        }
    }
    out.push_str("\r\n");
}

fn field(out: &mut String, text: &str) {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if !formula && !text.contains([';', '"', '\n', '\r', ',']) {
        out.push_str(text);
        return;
    }
    out.push('"');
    if formula {
        out.push('\'');
    }
    out.push_str(&text.replace('"', "\"\""));
    out.push('"');
}

/// A ZIP archive (APPNOTE 6.3.9) of files that are not compressed: a sheet is small, and nothing more is needed to read it.
#[derive(Default)]
struct Archive {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    files: u16,
}

impl Archive {
    fn add(&mut self, name: &str, text: &str) {
        let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n{text}");
        let (crc, size) = (crc32(text.as_bytes()), u32::try_from(text.len()).unwrap_or(u32::MAX));
        let at = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        let length = u16::try_from(name.len()).unwrap_or(u16::MAX);
        // Version 2.0, names in UTF-8, stored, the first day that the format knows.
        let mut common = vec![20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0];
        for number in [crc, size, size] {
            common.extend(number.to_le_bytes());
        }
        common.extend(length.to_le_bytes());
        common.extend([0, 0]);
        self.bytes.extend(*b"PK\x03\x04");
        self.bytes.extend(&common);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(text.as_bytes());
        self.directory.extend(*b"PK\x01\x02\x14\x00");
        self.directory.extend(&common);
        self.directory.extend([0; 10]);
        self.directory.extend(at.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.files += 1;
    }

    fn finish(mut self) -> Vec<u8> {
        let at = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        let size = u32::try_from(self.directory.len()).unwrap_or(u32::MAX);
        self.bytes.extend(&self.directory);
        self.bytes.extend(*b"PK\x05\x06\x00\x00\x00\x00");
        for _ in 0..2 {
            self.bytes.extend(self.files.to_le_bytes());
        }
        self.bytes.extend(size.to_le_bytes());
        self.bytes.extend(at.to_le_bytes());
        self.bytes.extend([0, 0]);
        self.bytes
    }
}

/// The checksum of ZIP (ISO 3309), a bit at a time: a sheet is small.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |mut crc, byte| {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
        crc
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        Sheet {
            name: "Rekap: kantor/2026".into(),
            notes: vec!["Rekap per 25 November 2026".into()],
            header: vec!["Kantor".into(), "Diterima".into()],
            rows: vec![
                vec!["Kabupaten Banyuasin; \"Sumsel\"".to_owned().into(), 12.into()],
                vec!["=HYPERLINK(\"x\")".to_owned().into(), Cell::Number(-3)],
                vec!["<b>&\u{1}\nbaris".to_owned().into(), 0.into()],
            ],
        }
    }

    #[test]
    fn csv_is_what_excel_in_indonesian_reads() {
        let csv = sheet().csv();
        let lines: Vec<&str> = csv.split("\r\n").collect();
        assert_eq!(lines[..3], ["\u{feff}Rekap per 25 November 2026", "Kantor;Diterima", "\"Kabupaten Banyuasin; \"\"Sumsel\"\"\";12"]);
        assert_eq!(lines[3], "\"'=HYPERLINK(\"\"x\"\")\";-3", "no text becomes a formula, no number a text");
    }

    #[test]
    fn columns_have_names_as_in_a_sheet() {
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(column_name), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }
}
