//! What sets papers apart: the sentence that opens them, what of the case stands before the answers, and who signs.
//! Acts and papers are known by how their keys begin, softly: one that is called otherwise is printed as minutes.

use super::answers::{self, Codes};
use super::document::{Block, Signature};
use super::{GAPS, LANGUAGE, PaperRef, RECORD, Source, newest_checklist, petitioners};
use crate::domain::answers::{Answers, Place};
use crate::domain::case::{Effect, Past};
use crate::domain::form::{fields_in_order, row_form};
use crate::domain::rule_set::Kind;
use crate::i18n::{format, sentences};

/// How a paper is arranged.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Record,
    Gaps,
    Register,
    Summons,
    Announcement,
    Agreement,
    Decision,
    Notice,
    Minutes,
}

/// The beginnings of keys of papers and acts, and the numbers of forms, by which a shape is known; the first that fits is taken.
const SHAPES: [(Shape, &[&str]); 8] = [
    (Shape::Record, &[RECORD]),
    (Shape::Gaps, &[GAPS]),
    (Shape::Register, &["register", "book", "PSPP-25", "PSP-27"]),
    (Shape::Summons, &["summon", "PSPP-13"]),
    (Shape::Announcement, &["announce", "PSPP-14"]),
    (Shape::Agreement, &["agreement", "settle"]),
    (Shape::Decision, &["decision", "decide"]),
    (Shape::Notice, &["notice", "refus", "reject", "PSPP-12"]),
];

fn shape(paper: &PaperRef, act: &str) -> Shape {
    let by = |word: &str| SHAPES.iter().find(|(_, beginnings)| beginnings.iter().any(|beginning| word.starts_with(beginning)));
    let is_minutes = |word: &str| word.starts_with("minutes") || word.ends_with("minutes");
    // The paper's own key says more than its form, the form more than the act: an act may have minutes beside its notice.
    match by(&paper.key).or_else(|| by(&paper.form)) {
        Some((shape, _)) => *shape,
        None if is_minutes(&paper.key) => Shape::Minutes,
        None => by(act).map_or(Shape::Minutes, |(shape, _)| *shape),
    }
}

/// A paper by its shape.
pub(super) fn arranged(source: &Source<'_>, paper: &PaperRef) -> Vec<Block> {
    let none = (String::new(), Answers::default());
    let past = source.case.history.get(paper.act);
    let (form, given) = past.and_then(|past| past.form.as_ref()).unwrap_or(&none);
    let codes = Codes::of(source.rules, &source.case.history);
    let reader = source.reader(&codes);
    let shape = shape(paper, past.map(|past| past.act.as_str()).unwrap_or_default());
    let when = past.map(|past| format::instant(LANGUAGE, past.at, source.office.zone)).unwrap_or_default();
    let office = source.office_name();
    let mut blocks = match shape {
        Shape::Record => Vec::new(),
        _ => source.parties(),
    };
    let opening = match shape {
        Shape::Record | Shape::Gaps => String::new(),
        Shape::Register => format!("Dicatat dalam buku register {office} pada {when}."),
        Shape::Summons => format!("Dengan ini {office} memanggil pihak tersebut di bawah untuk hadir dalam perkara ini."),
        Shape::Announcement => format!("{office} mengumumkan jadwal berikut dalam perkara ini."),
        Shape::Agreement => format!("Pada {when}, di hadapan {office}, para pihak menyatakan sepakat sebagai berikut."),
        Shape::Decision => format!("{office}, setelah memeriksa permohonan dalam perkara ini, memutus sebagai berikut."),
        Shape::Notice => format!("Dengan ini {office} memberitahukan hal berikut dalam perkara ini."),
        Shape::Minutes => format!("Pada {when}, {office} mencatat dalam berita acara ini hal berikut."),
    };
    if !opening.is_empty() {
        blocks.push(Block::Paragraph(opening));
    }
    match shape {
        Shape::Gaps => {
            for (index, past) in source.case.history.iter().enumerate() {
                let gaps = source.gaps(index);
                let title = past.form.as_ref().and_then(|(form, _)| source.rules.form.get(form)).map(|form| LANGUAGE.text(&form.title));
                if !gaps.is_empty() {
                    blocks.push(Block::Subheading(title.unwrap_or(&past.act).to_owned()));
                    blocks.push(Block::List(gaps));
                }
            }
            if let Some((field, ticked)) = newest_checklist(source.case, source.rules) {
                blocks.push(Block::Subheading(LANGUAGE.text(&field.label).to_owned()));
                blocks.extend(reader.checklist(field, ticked, "Berkas"));
            }
            blocks.push(Block::Note(
                "Daftar ini dibuat dari isian yang tercatat; kelengkapan dan tenggang waktunya dinilai rapat pleno.".to_owned(),
            ));
        }
        Shape::Register => {
            blocks.extend(source.book());
            blocks.extend(reader.form(form, given, &[]));
        }
        Shape::Decision => {
            let (petition, asked) = (source.case.form("petition"), ["petitum", "grounds"]);
            for key in asked.into_iter().filter(|key| form != "petition" && petition.0.contains_key(*key)) {
                let mut part = Answers::default();
                part.0.extend(petition.0.get(key).map(|answer| (key.to_owned(), answer.clone())));
                blocks.extend(reader.form("petition", &part, &[]));
            }
            blocks.extend(source.exhibits());
            blocks.extend(reader.form(form, given, &[]));
        }
        _ => blocks.extend(reader.form(form, given, &[])),
    }
    let signatures = source.signatures(shape, form, given, paper.act);
    if !signatures.is_empty() {
        blocks.push(Block::Signatures(signatures));
    }
    blocks.extend(source.trace(paper.act));
    blocks
}

/// The columns of the register book and the acts they are filled from. The official columns are not known (domain notes §5.3).
const BOOK: [(&str, &[&str]); 8] = [
    ("Pleno", &["plenary"]),
    ("Mediator atau majelis", &["appoint", "panel", "mediator"]),
    ("Mediasi atau musyawarah", &["mediation", "deliberation", "closed", "meet"]),
    ("Sidang", &["hearing", "open"]),
    ("Putusan", &["decide", "decision", "read"]),
    ("Tindak lanjut", &["follow"]),
    ("Koreksi", &["correct"]),
    ("Upaya hukum", &["appeal", "ptun", "pttun", "cassation"]),
];

impl Source<'_> {
    /// The line of the register book: what the case has come to so far.
    fn book(&self) -> Vec<Block> {
        let mut lines = vec![("Nomor register".to_owned(), self.register().1)];
        for (name, beginnings) in BOOK {
            let acts = self.case.history.iter().enumerate();
            let told: Vec<String> = acts
                .filter(|(_, past)| beginnings.iter().any(|beginning| past.act.starts_with(beginning)))
                .map(|(index, past)| {
                    let outcome = past.form.as_ref().and_then(|(form, answers)| self.outcome(form, answers));
                    outcome.map_or_else(|| self.day_of(index), |outcome| format!("{}: {outcome}", self.day_of(index)))
                })
                .collect();
            lines.push((name.to_owned(), if told.is_empty() { "–".to_owned() } else { told.join("; ") }));
        }
        vec![Block::Facts(lines)]
    }

    /// The first choice that a form holds, which says how the act ended.
    fn outcome(&self, form: &str, answers: &Answers) -> Option<String> {
        fields_in_order(self.rules, form)
            .filter(|(_, field)| field.kind == Kind::Choice)
            .find_map(|(key, field)| answers::shown(LANGUAGE, field, answers.text(key), self.office.zone))
    }

    /// Who signs: the persons that the form names; of an agreement also the parties; else who recorded the act.
    fn signatures(&self, shape: Shape, form: &str, given: &Answers, act: usize) -> Vec<Signature> {
        let mut signatures = Vec::new();
        if shape == Shape::Agreement {
            signatures.extend(petitioners(self.case.form("petition")).iter().map(|name| Signature::new("Pemohon,", name)));
            signatures.push(Signature::new("Termohon,", self.case.form("petition").text("respondent_name")));
        }
        if matches!(shape, Shape::Minutes | Shape::Agreement | Shape::Decision) {
            for (key, field) in fields_in_order(self.rules, form) {
                let of = row_form(field).unwrap_or_default();
                // A person who took part has a name and a role; a witness or a party has more than that.
                let Some(role) = self.rules.field(of, "role").filter(|_| self.rules.field(of, "name").is_some()) else { continue };
                for row in given.rows(key) {
                    let role = answers::shown(LANGUAGE, role, row.fields.text("role"), self.office.zone).unwrap_or_default();
                    signatures.push(Signature::new(&format!("{role},"), row.fields.text("name")));
                }
            }
        }
        if signatures.is_empty() && !matches!(shape, Shape::Record | Shape::Gaps) {
            signatures.push(Signature::new("Petugas,", self.recorder(act)));
        }
        signatures
    }

    /// What the law asks for and the form of an act lacked, by name.
    pub(super) fn gaps(&self, act: usize) -> Vec<String> {
        let (Some(recorded), Some(Past { form: Some((form, answers)), .. })) = (self.acts.get(act), self.case.history.get(act)) else {
            return Vec::new();
        };
        let places = recorded.effects.iter().filter_map(|effect| match effect {
            Effect::Gaps(places) => Some(places),
            _ => None,
        });
        let label = |text: &String| {
            let place = Place::parse(text)?;
            let name = sentences::field_label(LANGUAGE, self.rules, form, &place)?;
            let list = place.row.as_ref().and_then(|(list, row)| Some((self.rules.field(form, list)?, answers.rows(list), row)));
            let index = list.and_then(|(list, rows, row)| Some((list, rows.iter().position(|candidate| candidate.id == *row)?)));
            Some(match index.filter(|(list, _)| list.kind == Kind::Rows) {
                Some((list, index)) => format!("{name} ({})", answers::row_code(list, index)),
                None => name,
            })
        };
        places.flatten().map(|text| label(text).unwrap_or_else(|| text.clone())).collect()
    }

    /// Who recorded an act.
    pub(super) fn recorder(&self, act: usize) -> &str {
        self.acts.get(act).map(|act| act.by.name.as_str()).unwrap_or_default()
    }

    /// Where the paper comes from: the act's own sign, by which it can be found again, and what was noted with it.
    pub(super) fn trace(&self, act: usize) -> Vec<Block> {
        let Some(recorded) = self.acts.get(act) else { return Vec::new() };
        let mut notes: Vec<Block> = recorded
            .rulings
            .iter()
            .map(|(guard, ruling)| {
                let asked = self.rules.guard.get(guard).map_or_else(|| guard.clone(), |guard| sentences::guard(LANGUAGE, guard, |_| None));
                Block::Note(format!("Catatan: {asked} Alasan: {}", ruling.reason))
            })
            .collect();
        notes.push(Block::Note(format!("Dicatat oleh {} dengan SIPS Lapangan, tanda kiriman {}.", recorded.by.name, recorded.command_id)));
        notes
    }
}
