//! The papers of the procedure, made from a case, its rules and its office: which there are and what each says. Form numbers
//! and titles are the rule set's; code here only arranges, and what it does not know it prints as the form has it.
//! Kept out: how a paper looks (`pages::paper_sheet`, `pdf`), and every legal number.

pub mod answers;
mod arrange;
pub mod code;
pub mod document;
pub mod exhibits;
pub mod published;
mod receipt;

use crate::domain::answers::{Answers, Row};
use crate::domain::case::{Act, Case, Past};
use crate::domain::form::{YES, fields_in_order, listed_rows};
use crate::domain::guard::{Truth, View, eval};
use crate::domain::office::Office;
use crate::domain::rule_set::{Field, Kind, ListRow, PaperRule, RuleSet, See, Text};
use crate::domain::text::read_count;
use crate::domain::time::LocalDate;
use crate::i18n::{Language, format};

use answers::{Codes, Reader, shown};
use document::{Block, Document, Head};
use exhibits::exhibits;

/// Papers are written in Indonesian, whatever the language of the screen.
const LANGUAGE: Language = Language::Id;

/// A paper that a case has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperRef {
    /// Its key in the rule set, or [`RECORD`] or [`GAPS`].
    pub key: String,
    /// The place in the history of the act that made it.
    pub act: usize,
    /// Its title.
    pub title: Text,
    /// The number of its form; empty while unknown.
    pub form: String,
    /// Who may read it.
    pub see: See,
}

/// The key of a form as it was recorded, for acts whose papers do not show all of it.
pub const RECORD: &str = "record";
/// The key of the list of what the petition lacks.
pub const GAPS: &str = "gaps";

/// What papers are made from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The case.
    pub case: &'a Case,
    /// The acts that it is the fold of.
    pub acts: &'a [Act],
    /// Its rules.
    pub rules: &'a RuleSet,
    /// The office that has it.
    pub office: &'a Office,
}

/// Every paper that a case has, in the order in which they came to be; what the petition lacks comes last.
#[must_use]
pub fn papers_of(case: &Case, rules: &RuleSet) -> Vec<PaperRef> {
    let mut papers = Vec::new();
    for (act, past) in case.history.iter().enumerate() {
        let before = papers.len();
        let mut whole = false;
        for (key, paper) in rules.paper.iter().filter(|(_, paper)| paper.of == past.act && is_made(paper, past)) {
            whole |= arrange::shape(key, &paper.no, rules).is_whole();
            papers.push(PaperRef { key: key.clone(), act, title: paper.title.clone(), form: paper.no.clone(), see: paper.see });
        }
        if let Some((form, _)) = past.form.as_ref().filter(|(_, answers)| !whole && !answers.is_blank()) {
            let title = rules.form.get(form).map_or_else(|| Text { id: form.clone(), en: form.clone() }, |form| form.title.clone());
            let see = papers.get(before).map_or(See::Office, |paper| paper.see);
            papers.push(PaperRef { key: RECORD.to_owned(), act, title, form: String::new(), see });
        }
    }
    if !case.gaps.is_empty() || newest_checklist(case, rules).is_some_and(|(field, answers)| is_short(case, rules, field, answers)) {
        let title = Text { id: "Daftar Kekurangan Berkas dan Isian".to_owned(), en: "List of what is missing".to_owned() };
        let act = case.history.iter().position(|past| past.form.is_some()).unwrap_or_default();
        papers.push(PaperRef { key: GAPS.to_owned(), act, title, form: String::new(), see: See::Parties });
    }
    papers
}

/// The checklist that was ticked last, and its answers.
fn newest_checklist<'a>(case: &'a Case, rules: &'a RuleSet) -> Option<(&'a Field, &'a [Row])> {
    case.history.iter().rev().filter_map(|past| past.form.as_ref()).find_map(|(form, answers)| {
        let (key, field) = fields_in_order(rules, form).find(|(_, field)| field.kind == Kind::Checklist)?;
        Some((field, answers.rows(key)))
    })
}

/// Is a paper missing that the list asks for, or a copy of it?
fn is_short(case: &Case, rules: &RuleSet, field: &Field, ticked: &[Row]) -> bool {
    let list = field.of.as_ref().and_then(|of| rules.list.get(of));
    let enough = |asked: &ListRow| {
        ticked.iter().any(|row| {
            let copies = read_count(row.fields.text("copies")).unwrap_or(1);
            row.id == asked.v && row.fields.text("present") == YES && copies >= u32::from(asked.copies)
        })
    };
    list.is_some_and(|list| !listed_rows(list, case.form("petition")).all(enough))
}

fn is_made(paper: &PaperRule, past: &Past) -> bool {
    paper.only_if.as_ref().is_none_or(|when| past.form.as_ref().is_some_and(|form| eval(when, &Own(form)) == Truth::Yes))
}

/// The answers of one act, with or without the name of its form before the field.
struct Own<'a>(&'a (String, Answers));

impl View for Own<'_> {
    fn texts(&self, path: &str) -> Vec<&str> {
        let (form, answers) = self.0;
        let path = path.strip_prefix(form.as_str()).and_then(|rest| rest.strip_prefix('.')).unwrap_or(path);
        match path.split_once('.') {
            Some((list, field)) => answers.rows(list).iter().map(|row| row.fields.text(field)).collect(),
            None => match answers.rows(path) {
                [] => vec![answers.text(path)],
                rows => rows.iter().map(|row| row.id.as_str()).collect(),
            },
        }
    }
    fn act_date(&self) -> Option<LocalDate> {
        None
    }
}

impl<'a> Source<'a> {
    /// The paper at a place of [`papers_of`].
    #[must_use]
    pub fn paper(&self, index: usize) -> Option<Document> {
        papers_of(self.case, self.rules).get(index).map(|paper| self.document(paper))
    }

    /// One paper.
    #[must_use]
    pub fn document(&self, paper: &PaperRef) -> Document {
        let shape = arrange::shape(&paper.key, &paper.form, self.rules);
        let (number, case) = if shape.is_of_reception(&paper.key) { self.reception() } else { self.register() };
        let head = Head {
            office: self.office_name(),
            title: LANGUAGE.text(&paper.title).to_owned(),
            form: match (paper.form.as_str(), paper.key.as_str()) {
                // No form of the law: the office's own record of what was entered.
                (_, RECORD | GAPS) => String::new(),
                ("", _) => "Nomor formulir: belum ditetapkan".to_owned(),
                (form, _) => format!("Formulir Model {form}"),
            },
            number,
        };
        let blocks = arrange::arranged(self, paper, shape);
        Document { head, case, language: LANGUAGE.tag().to_owned(), watermark: String::new(), blocks, code: None }
    }

    /// All papers of the case in order, with a list of them and the index of exhibits before them.
    #[must_use]
    pub fn bundle(&self) -> Document {
        let papers = papers_of(self.case, self.rules);
        let (number, case) = self.register();
        let head = Head { office: self.office_name(), title: "Berkas Perkara".to_owned(), form: String::new(), number };
        let mut blocks = self.parties();
        let standing = self.rules.state.get(&self.case.state).map(|state| LANGUAGE.text(&state.label).to_owned());
        answers::fact(&mut blocks, "Jenis perkara", LANGUAGE.text(&self.rules.title).to_owned());
        if let Some(standing) = standing {
            answers::fact(&mut blocks, "Tahap", standing);
        }
        blocks.push(Block::Heading("Isi berkas".to_owned()));
        let rows = papers
            .iter()
            .enumerate()
            .map(|(index, paper)| vec![(index + 1).to_string(), paper.title.id.clone(), paper.form.clone(), self.day_of(paper.act)])
            .collect();
        blocks.push(Block::Table { head: ["No.", "Surat", "Formulir", "Tanggal"].map(str::to_owned).to_vec(), rows });
        blocks.extend(self.exhibits());
        if papers.iter().any(|paper| paper.see == See::Office) {
            blocks.push(Block::Note(
                "Berkas ini memuat surat yang hanya untuk kantor, seperti catatan mediasi. Jangan serahkan seutuhnya kepada pihak."
                    .to_owned(),
            ));
        }
        for paper in &papers {
            let document = self.document(paper);
            blocks.push(Block::PageBreak);
            blocks.push(Block::Head(document.head));
            blocks.extend(document.blocks);
        }
        Document { head, case, language: LANGUAGE.tag().to_owned(), watermark: String::new(), blocks, code: None }
    }

    /// The index of exhibits: P-1 of the petitioner, T-1 of the respondent, PT-1 of a third party.
    fn exhibits(&self) -> Vec<Block> {
        let rows: Vec<Vec<String>> = exhibits(self.rules, &self.case.history)
            .iter()
            .map(|exhibit| {
                let newest = exhibit.newest();
                let text = |name: &str| {
                    let field = self.rules.field(&newest.form, name);
                    field.and_then(|field| shown(LANGUAGE, field, newest.row.fields.text(name), self.office.zone)).unwrap_or_default()
                };
                let admitted = exhibit.admitted.map(|act| self.day_of(act)).unwrap_or_default();
                vec![exhibit.code.clone(), text("title"), text("proves"), text("form_of"), self.day_of(newest.act), admitted]
            })
            .collect();
        if rows.is_empty() {
            return Vec::new();
        }
        let head = ["Kode", "Bukti", "Yang dibuktikan", "Bentuk", "Diserahkan", "Disahkan"].map(str::to_owned).to_vec();
        vec![Block::Heading("Daftar bukti".to_owned()), Block::Table { head, rows }]
    }

    /// The line with the reception number, and what stands on every page.
    fn reception(&self) -> (String, String) {
        let code = self.case.id.provisional_code();
        match self.case.reception_number().or_else(|| self.case.register_number().flatten()) {
            Some(number) => (format!("Nomor: {number}"), number.to_owned()),
            None => (format!("Kode sementara: {code} (nomor menyusul)"), code),
        }
    }

    /// The register number, or what stands for it in lines of their own, and what stands on every page.
    fn register(&self) -> (String, String) {
        if let Some(number) = self.case.register_number().flatten() {
            return (format!("Nomor register: {number}"), number.to_owned());
        }
        let code = self.case.id.provisional_code();
        let reception = self.case.reception_number().map(str::to_owned);
        let is_over = self.rules.is_end(&self.case.state);
        // A case that ended unregistered waits for no number.
        let standing = if is_over { "tidak ada" } else { "nomor menyusul" };
        let first = reception.as_ref().map(|reception| format!("Nomor penerimaan: {reception}\n")).unwrap_or_default();
        (format!("{first}Nomor register: {standing} (kode sementara {code})"), reception.unwrap_or(code))
    }

    /// The office that issues the papers. The table of all offices is not on the device, so that another one goes by its code.
    fn office_name(&self) -> String {
        match &self.case.office {
            Some(code) if *code != self.office.code => format!("Kantor {}", code.0),
            _ => self.office.name.clone(),
        }
    }

    /// Who disputes what with whom, as the petition stands now.
    fn parties(&self) -> Vec<Block> {
        let petition = self.case.form("petition");
        let mut parts = Vec::new();
        for (name, value) in [
            ("Pemohon", format::list(LANGUAGE, &petitioners(petition))),
            ("Termohon", self.told(petition, "respondent_name")),
            ("Objek sengketa", self.object(petition)),
            ("Tentang", petition.text("object_title").to_owned()),
        ] {
            if !value.is_empty() {
                answers::fact(&mut parts, name, value);
            }
        }
        parts
    }

    /// The disputed object: its kind and number.
    fn object(&self, petition: &Answers) -> String {
        [self.told(petition, "object_kind").as_str(), petition.text("object_number")].join(" ").trim().to_owned()
    }

    /// An answer of a petition as it is read.
    fn told(&self, petition: &Answers, field: &str) -> String {
        let schema = self.rules.field("petition", field);
        schema.and_then(|schema| shown(LANGUAGE, schema, petition.text(field), self.office.zone)).unwrap_or_default()
    }

    /// The day of an act, such as `8 Juli 2026`.
    fn day_of(&self, act: usize) -> String {
        self.case.history.get(act).map(|past| format::date_short(LANGUAGE, past.at.in_zone(self.office.zone).date)).unwrap_or_default()
    }

    fn reader<'b>(&'b self, codes: &'b Codes) -> Reader<'b> {
        Reader { rules: self.rules, petition: self.case.form("petition"), zone: self.office.zone, codes }
    }
}

/// Names of the petitioners; a pair is one petitioner with two names.
fn petitioners(petition: &Answers) -> Vec<String> {
    let name = |fields: &Answers| match (fields.text("name"), fields.text("second_name")) {
        (name, "") => name.to_owned(),
        (name, second) => format!("{name} dan {second}"),
    };
    petition.rows("petitioner").iter().map(|row| name(&row.fields)).filter(|name| !name.is_empty()).collect()
}
