//! Where everything stands: blocks become lines and rules on pages of A4. Measures are points, from the top left.

use super::font::{Fonts, Weight};
use super::wrap::{Style, lines, widths};
use crate::papers::document::{Block, CODE_WORDS, Code, Document, Head, Signature};

/// A4.
pub(super) const WIDTH: f32 = 595.28;
pub(super) const HEIGHT: f32 = 841.89;
const MM: f32 = 72.0 / 25.4;
const LEFT: f32 = 25.0 * MM;
const RIGHT: f32 = WIDTH - 20.0 * MM;
const TOP: f32 = 20.0 * MM;
const BOTTOM: f32 = HEIGHT - 24.0 * MM;
const COLUMN: f32 = RIGHT - LEFT;

const TEXT: Style = Style { weight: Weight::Regular, size: 10.5 };
const STRONG: Style = Style { weight: Weight::Bold, size: 10.5 };
const TITLE: Style = Style { weight: Weight::Bold, size: 13.0 };
const CELL: Style = Style { weight: Weight::Regular, size: 9.5 };
const CELL_HEAD: Style = Style { weight: Weight::Bold, size: 9.5 };
const SMALL: Style = Style { weight: Weight::Regular, size: 8.5 };
/// Of the size, from line to line.
const LEADING: f32 = 1.38;
/// From the top of a line to its base, of the size.
const RISE: f32 = 1.02;
const GAP: f32 = 9.0;
const PAD: f32 = 3.5;
/// The height of the room to sign.
const SIGN: f32 = 62.0;
/// The side of the code that leads to the case.
const CODE: f32 = 26.0 * MM;
/// A row of at most so many lines is not divided between pages.
const WHOLE_ROW: usize = 12;

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    /// A line of text with its base at `y`.
    Text { x: f32, y: f32, size: f32, weight: Weight, text: String },
    /// A rule.
    Line { from: (f32, f32), to: (f32, f32), width: f32 },
    /// A black box with its top left at `from`.
    Fill { from: (f32, f32), size: (f32, f32) },
}

/// A paper with everything in its place.
pub(super) struct Laid {
    pub(super) pages: Vec<Vec<Mark>>,
    /// Where its papers begin: title, page and height.
    pub(super) starts: Vec<(String, usize, f32)>,
}

/// Lays out a paper.
pub(super) fn lay_out(document: &Document, fonts: &Fonts) -> Laid {
    let mut sheet = Sheet { fonts, pages: vec![Vec::new()], y: TOP, starts: Vec::new() };
    sheet.head(&document.head);
    for block in &document.blocks {
        sheet.block(block);
    }
    let boxed = document.text().chars().any(|letter| fonts.printed(Weight::Regular, letter) == super::font::Printed::Box);
    if boxed {
        sheet.note("Huruf yang tidak ada pada fon berkas ini tercetak sebagai kotak; teks aslinya tetap tersimpan di berkas dan di SIPS.");
    }
    if let Some(code) = &document.code {
        sheet.code(code);
    }
    sheet.feet(&document.case);
    Laid { pages: sheet.pages, starts: sheet.starts }
}

struct Sheet<'a> {
    fonts: &'a Fonts,
    pages: Vec<Vec<Mark>>,
    y: f32,
    starts: Vec<(String, usize, f32)>,
}

/// A row of a table: the lines of each cell.
type Cells = Vec<Vec<String>>;

/// How a table is drawn.
#[derive(Clone, Copy)]
struct Grid<'a> {
    columns: &'a [f32],
    style: Style,
    ruled: bool,
    /// Repeated on each page.
    head: Option<&'a Cells>,
}

impl Sheet<'_> {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Head(head) => {
                if self.y > TOP {
                    self.y += GAP;
                }
                self.head(head);
            }
            Block::Heading(text) => self.heading(text, STRONG, GAP),
            Block::Subheading(text) => self.heading(text, STRONG, GAP / 3.0),
            Block::Paragraph(text) => self.paragraph(text, TEXT, 0.0),
            Block::Facts(facts) => self.facts(facts),
            Block::Table { head, rows } => self.table(head, rows),
            Block::List(items) => self.list(items),
            Block::Signatures(signatures) => self.signatures(signatures),
            Block::Note(text) => self.note(text),
            Block::PageBreak => {
                if self.y > TOP {
                    self.turn();
                }
            }
        }
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// The next page.
    fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Turns the page unless so much room is left; at the top of a page there is no more to be had.
    fn need(&mut self, height: f32) {
        if self.y + height > BOTTOM && self.y > TOP {
            self.turn();
        }
    }

    fn line(&mut self, text: &str, style: Style, x: f32) {
        let leading = style.size * LEADING;
        self.need(leading);
        self.put(text, style, x, self.y);
        self.y += leading;
    }

    /// A line of text whose top is at `top`.
    fn put(&mut self, text: &str, style: Style, x: f32, top: f32) {
        if !text.is_empty() {
            let y = top + style.size * RISE;
            self.mark(Mark::Text { x, y, size: style.size, weight: style.weight, text: text.to_owned() });
        }
    }

    fn rule(&mut self, y: f32, width: f32) {
        self.mark(Mark::Line { from: (LEFT, y), to: (RIGHT, y), width });
    }

    fn centred(&mut self, text: &str, style: Style) {
        for line in lines(self.fonts, style, text, COLUMN) {
            let x = LEFT + (COLUMN - style.width(self.fonts, &line)) / 2.0;
            self.line(&line, style, x);
        }
    }

    fn head(&mut self, head: &Head) {
        self.need(7.0 * TITLE.size * LEADING);
        self.starts.push((head.title.clone(), self.pages.len() - 1, self.y));
        self.centred(&head.office, STRONG);
        self.y += 3.0;
        self.centred(&head.title, TITLE);
        for (text, style) in [(&head.number, TEXT), (&head.form, SMALL)] {
            if !text.is_empty() {
                self.centred(text, style);
            }
        }
        self.y += 5.0;
        self.rule(self.y, 1.2);
        self.y += GAP;
    }

    fn heading(&mut self, text: &str, style: Style, before: f32) {
        if text.is_empty() {
            return;
        }
        let leading = style.size * LEADING;
        let wrapped = lines(self.fonts, style, text, COLUMN);
        // A heading never stands alone at the foot of a page.
        self.need(before + leading * (wrapped.len() as f32 + 2.0));
        if self.y > TOP {
            self.y += before;
        }
        for line in wrapped {
            self.line(&line, style, LEFT);
        }
        self.y += GAP / 3.0;
    }

    fn paragraph(&mut self, text: &str, style: Style, indent: f32) {
        let wrapped = lines(self.fonts, style, text, COLUMN - indent);
        let leading = style.size * LEADING;
        for (index, line) in wrapped.iter().enumerate() {
            // Neither its first line nor its last stands alone.
            let together = if wrapped.len() > 2 && (index == 0 || index + 2 == wrapped.len()) { 2.0 } else { 1.0 };
            self.need(leading * together);
            self.line(line, style, LEFT + indent);
        }
        self.y += GAP * 2.0 / 3.0;
    }

    fn note(&mut self, text: &str) {
        self.paragraph(text, SMALL, 0.0);
    }

    fn list(&mut self, items: &[String]) {
        for (index, item) in items.iter().enumerate() {
            self.need(TEXT.size * LEADING * 2.0);
            let (page, y) = (self.pages.len(), self.y);
            self.paragraph(item, TEXT, 20.0);
            if page == self.pages.len() {
                self.put(&format!("{}.", index + 1), TEXT, LEFT, y);
            } else if let Some(first) = self.pages.get_mut(page - 1) {
                let text = format!("{}.", index + 1);
                first.push(Mark::Text { x: LEFT, y: y + TEXT.size * RISE, size: TEXT.size, weight: TEXT.weight, text });
            }
        }
    }

    fn facts(&mut self, facts: &[(String, String)]) {
        let widest = facts.iter().map(|(name, _)| TEXT.width(self.fonts, name)).fold(0.0, f32::max);
        let name = (widest + PAD * 2.0 + 4.0).clamp(110.0, COLUMN * 0.36);
        let columns = [name, COLUMN - name];
        for (name, value) in facts {
            let cells = self.cells(&[name.clone(), value.clone()], &columns, TEXT);
            self.row(&cells, Grid { columns: &columns, style: TEXT, ruled: false, head: None });
        }
        self.y += GAP * 2.0 / 3.0;
    }

    fn table(&mut self, head: &[String], rows: &[Vec<String>]) {
        if head.is_empty() {
            return;
        }
        let columns = self.columns(head, rows);
        let head = self.cells(head, &columns, CELL_HEAD);
        let grid = Grid { columns: &columns, style: CELL_HEAD, ruled: true, head: None };
        // The head goes with the first lines of its table.
        self.need(height(&head, CELL_HEAD) + CELL.size * LEADING * 2.0 + PAD * 2.0);
        self.row(&head, grid);
        let repeated = (height(&head, CELL_HEAD) < (BOTTOM - TOP) / 3.0).then_some(&head);
        for row in rows {
            let cells = self.cells(row, &columns, CELL);
            self.row(&cells, Grid { style: CELL, head: repeated, ..grid });
        }
        self.y += GAP;
    }

    /// The widths of columns: what their words need, the rest by how much text they hold.
    fn columns(&self, head: &[String], rows: &[Vec<String>]) -> Vec<f32> {
        let mut least = vec![0.0_f32; head.len()];
        let mut most = vec![0.0_f32; head.len()];
        let titles = head.iter().enumerate().map(|(column, cell)| (column, cell, CELL_HEAD));
        let texts = rows.iter().flat_map(|row| row.iter().take(head.len()).enumerate().map(|(column, cell)| (column, cell, CELL)));
        for (column, cell, style) in titles.chain(texts) {
            let (word, line) = widths(self.fonts, style, cell);
            // A digest or a link may be broken; it must not push all others aside.
            least[column] = least[column].max(word.min(COLUMN / 5.0) + PAD * 2.0 + 1.0);
            most[column] = most[column].max(line + PAD * 2.0 + 1.0);
        }
        let (needed, wanted) = (least.iter().sum::<f32>(), most.iter().sum::<f32>());
        if needed >= COLUMN {
            return least.iter().map(|width| width * COLUMN / needed).collect();
        }
        if wanted <= COLUMN {
            return most.iter().map(|width| width * COLUMN / wanted.max(1.0)).collect();
        }
        let share = (COLUMN - needed) / (wanted - needed);
        least.iter().zip(&most).map(|(least, most)| least + (most - least) * share).collect()
    }

    fn cells(&self, row: &[String], columns: &[f32], style: Style) -> Cells {
        columns
            .iter()
            .enumerate()
            .map(|(column, width)| lines(self.fonts, style, row.get(column).map_or("", String::as_str), width - PAD * 2.0))
            .collect()
    }

    /// A row; one that does not fit goes to the next page, and one that is longer than that is divided.
    fn row(&mut self, cells: &Cells, grid: Grid<'_>) {
        let leading = grid.style.size * LEADING;
        let all = cells.iter().map(Vec::len).max().unwrap_or_default();
        let mut done = 0;
        while done < all {
            let room = ((BOTTOM - self.y - PAD * 2.0) / leading).max(0.0) as usize;
            let left = all - done;
            let is_fresh = self.y <= TOP + grid.head.map_or(0.0, |head| height(head, CELL_HEAD)) + 1.0;
            let moves = left > room && (room < 2 || (done == 0 && left <= WHOLE_ROW));
            if moves && !is_fresh {
                self.turn();
                if let Some(head) = grid.head {
                    self.draw(head, 0, usize::MAX, Grid { style: CELL_HEAD, ..grid });
                }
                continue;
            }
            let now = left.min(room.max(1));
            self.draw(cells, done, now, grid);
            done += now;
        }
    }

    /// Draws some lines of a row.
    fn draw(&mut self, cells: &Cells, from: usize, count: usize, grid: Grid<'_>) {
        let leading = grid.style.size * LEADING;
        let top = self.y;
        let shown = cells.iter().map(|cell| cell.len().saturating_sub(from).min(count)).max().unwrap_or_default();
        // Facts stand closer than the rows of a table.
        let pad = if grid.ruled { PAD } else { PAD / 3.0 };
        let bottom = top + leading * shown as f32 + pad * 2.0;
        let mut x = LEFT;
        for (cell, width) in cells.iter().zip(grid.columns) {
            let inset = if grid.ruled { PAD } else { 0.0 };
            for (index, line) in cell.iter().skip(from).take(count).enumerate() {
                self.put(line, grid.style, x + inset, top + pad + leading * index as f32);
            }
            if grid.ruled {
                self.mark(Mark::Line { from: (x, top), to: (x, bottom), width: 0.5 });
            }
            x += width;
        }
        if grid.ruled {
            self.mark(Mark::Line { from: (x, top), to: (x, bottom), width: 0.5 });
            self.rule(top, 0.5);
            self.rule(bottom, 0.5);
        }
        self.y = bottom;
    }

    fn signatures(&mut self, signatures: &[Signature]) {
        let width = COLUMN / 2.0 - GAP;
        let leading = TEXT.size * LEADING;
        for pair in signatures.chunks(2) {
            let sides: Vec<(Vec<String>, Vec<String>)> =
                pair.iter().map(|to| (lines(self.fonts, TEXT, &to.role, width), lines(self.fonts, TEXT, &to.name, width))).collect();
            let roles = sides.iter().map(|(role, _)| role.len()).max().unwrap_or_default() as f32 * leading;
            let names = sides.iter().map(|(_, name)| name.len()).max().unwrap_or_default() as f32 * leading;
            self.need(GAP + roles + SIGN + names);
            let top = self.y + GAP;
            for (side, (role, name)) in sides.iter().enumerate() {
                let x = LEFT + side as f32 * (COLUMN / 2.0 + GAP);
                for (index, line) in role.iter().enumerate() {
                    self.put(line, TEXT, x, top + leading * index as f32);
                }
                let under = top + roles + SIGN;
                self.mark(Mark::Line { from: (x, under), to: (x + width, under), width: 0.6 });
                for (index, line) in name.iter().enumerate() {
                    self.put(line, TEXT, x, under + 2.0 + leading * index as f32);
                }
            }
            self.y = top + roles + SIGN + names + GAP;
        }
    }

    /// The code that leads to the case, with its words beside it.
    fn code(&mut self, code: &Code) {
        let module = CODE / code.rows.len().max(1) as f32;
        self.need(CODE + GAP * 2.0);
        let top = self.y + GAP;
        for (row, from, count) in code.runs() {
            let from = (LEFT + from as f32 * module, top + row as f32 * module);
            self.mark(Mark::Fill { from, size: (count as f32 * module, module) });
        }
        let x = LEFT + CODE + GAP * 2.0;
        let words = [CODE_WORDS, &code.address].map(|text| lines(self.fonts, SMALL, text, RIGHT - x));
        for (index, line) in words.iter().flatten().enumerate() {
            self.put(line, SMALL, x, top + index as f32 * SMALL.size * LEADING);
        }
        self.y = top + CODE + GAP;
    }

    /// The case and the number of the page below every page.
    fn feet(&mut self, case: &str) {
        let count = self.pages.len();
        let top = BOTTOM + 5.0 * MM;
        let fonts = self.fonts;
        for (index, page) in self.pages.iter_mut().enumerate() {
            let number = format!("Halaman {} dari {count}", index + 1);
            let right = RIGHT - SMALL.width(fonts, &number);
            // The number of a case may be long; the page's is not given up for it.
            let case = lines(fonts, SMALL, case, right - LEFT - GAP).into_iter().next().unwrap_or_default();
            page.push(Mark::Line { from: (LEFT, top - 2.0), to: (RIGHT, top - 2.0), width: 0.5 });
            for (x, text) in [(LEFT, case), (right, number)] {
                page.push(Mark::Text { x, y: top + SMALL.size * RISE, size: SMALL.size, weight: SMALL.weight, text });
            }
        }
    }
}

/// The height of a row that is drawn whole.
fn height(cells: &Cells, style: Style) -> f32 {
    cells.iter().map(Vec::len).max().unwrap_or_default() as f32 * style.size * LEADING + PAD * 2.0
}
