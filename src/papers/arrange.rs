//! What sets papers apart: the sentence that opens them, what of the case stands before the answers, and who signs.
//! Papers are known by their keys and forms, softly: one that is called otherwise is printed as minutes.

use super::answers::{self, Codes, Reader};
use super::document::{Block, Signature};
use super::receipt::receipt;
use super::{GAPS, LANGUAGE, PaperRef, RECORD, Source, newest_checklist, petitioners};
use crate::domain::answers::{Answers, Place};
use crate::domain::case::{Effect, Past};
use crate::domain::form::{fields_in_order, row_form};
use crate::domain::rule_set::{Kind, RuleSet};
use crate::i18n::{format, sentences};

/// How a paper is arranged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Gaps,
    Notice,
    Appointment,
    Summons,
    Announcement,
    Agreement,
    Decision,
    /// Of the petitioner's own papers: what was recorded of the power of attorney.
    Counsel,
    /// Likewise: the list of evidence.
    Exhibits,
    /// The receipt of a petition with a checklist.
    Receipt,
    /// A receipt of anything else, and the complaint on the spot, which is its own receipt.
    Taken,
    /// A line of the reception book.
    Reception,
    /// A line of the register book.
    Register,
    Record,
    Minutes,
}

/// Parts of keys of papers and numbers of forms by which a shape is known; the first that fits is taken.
const SHAPES: [(Shape, &[&str]); 13] = [
    (Shape::Gaps, &[GAPS]),
    (Shape::Notice, &["notice", "refusal", "letter", "report", "PSPP-12"]),
    (Shape::Appointment, &["appointment", "admission"]),
    (Shape::Summons, &["summon", "PSPP-13"]),
    (Shape::Announcement, &["announce", "PSPP-14"]),
    (Shape::Agreement, &["agreement", "settlement"]),
    (Shape::Decision, &["decision"]),
    (Shape::Counsel, &["power_of_attorney"]),
    (Shape::Exhibits, &["evidence_list"]),
    (Shape::Taken, &["receipt"]),
    (Shape::Reception, &["reception", "PSP-24"]),
    (Shape::Register, &["register", "PSPP-25", "PSP-27"]),
    (Shape::Record, &[RECORD, "petition"]),
];

/// The shape of a paper. Its key says more than its form: one form may serve for a petition, minutes and a decision.
pub(super) fn shape(key: &str, form: &str, rules: &RuleSet) -> Shape {
    if key == "receipt" && rules.field("petition", "papers").is_some() {
        return Shape::Receipt;
    }
    let by = |word: &str| SHAPES.iter().find(|(_, parts)| parts.iter().any(|part| word.contains(part)));
    by(key).or_else(|| by(form)).map_or(Shape::Minutes, |(shape, _)| *shape)
}

impl Shape {
    /// Does the paper hold every answer of its act's form?
    pub(super) fn is_whole(self) -> bool {
        !matches!(self, Self::Gaps | Self::Counsel | Self::Exhibits | Self::Receipt | Self::Reception)
    }

    /// Does it go by the reception number, since it is of the day on which the petition came in?
    pub(super) fn is_of_reception(self, key: &str) -> bool {
        matches!(self, Self::Receipt | Self::Reception) || key == "receipt"
    }
}

/// A paper by its shape.
pub(super) fn arranged(source: &Source<'_>, paper: &PaperRef, shape: Shape) -> Vec<Block> {
    if shape == Shape::Receipt {
        return receipt(source, paper.act);
    }
    let none = (String::new(), Answers::default());
    let past = source.case.history.get(paper.act);
    let (form, given) = past.and_then(|past| past.form.as_ref()).unwrap_or(&none);
    let codes = Codes::of(source.rules, &source.case.history);
    let reader = source.reader(&codes);
    let when = past.map(|past| format::instant(LANGUAGE, past.at, source.office.zone)).unwrap_or_default();
    let office = source.office_name();
    let mut blocks = if shape == Shape::Record { Vec::new() } else { source.parties() };
    let opening = match shape {
        Shape::Record | Shape::Gaps | Shape::Counsel | Shape::Exhibits | Shape::Receipt => String::new(),
        Shape::Reception => format!("Dicatat dalam buku penerimaan {office} pada {when}."),
        Shape::Register => format!("Dicatat dalam buku register {office} pada {when}."),
        Shape::Taken => format!("Pada {when}, {office} menerima dan mencatat hal berikut."),
        Shape::Summons => format!("Dengan ini {office} memanggil pihak tersebut di bawah untuk hadir dalam perkara ini."),
        Shape::Announcement => format!("{office} mengumumkan jadwal berikut dalam perkara ini."),
        Shape::Appointment => format!("Dengan ini {office} menetapkan hal berikut dalam perkara ini."),
        Shape::Agreement => format!("Pada {when}, di hadapan {office}, para pihak menyatakan sepakat sebagai berikut."),
        Shape::Decision => format!("{office}, setelah memeriksa permohonan dalam perkara ini, memutus sebagai berikut."),
        Shape::Notice => format!("Dengan ini {office} memberitahukan hal berikut dalam perkara ini."),
        Shape::Minutes => format!("Pada {when}, {office} mencatat hal berikut dalam perkara ini."),
    };
    if !opening.is_empty() {
        blocks.push(Block::Paragraph(opening));
    }
    match shape {
        Shape::Gaps => blocks.extend(source.what_lacks(&reader)),
        Shape::Exhibits => blocks.extend(reader.form(form, &only(given, &["evidence"]), &[])),
        Shape::Counsel => {
            blocks.extend(reader.form(form, &only(given, &["counsel"]), &[]));
            blocks.push(Block::Note("Data surat kuasa seperti dicatat saat penerimaan; surat aslinya ada pada berkas.".to_owned()));
        }
        Shape::Reception => answers::fact(&mut blocks, "Cara masuk", source.told(given, "channel")),
        Shape::Register => {
            blocks.extend(source.book());
            blocks.extend(reader.form(form, given, &[]));
        }
        Shape::Decision => {
            if form != "petition" {
                blocks.extend(reader.form("petition", &only(source.case.form("petition"), &["petitum", "grounds"]), &[]));
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

/// Some of the answers of a form.
fn only(answers: &Answers, keys: &[&str]) -> Answers {
    let mut part = answers.clone();
    part.0.retain(|key, _| keys.contains(&key.as_str()));
    part
}

/// The columns of the register book and the acts they are filled from. The official columns are not known (domain notes §5.3).
const BOOK: [(&str, &[&str]); 9] = [
    ("Pleno", &["plenary"]),
    ("Mediator atau majelis", &["appoint"]),
    ("Mediasi atau musyawarah", &["mediation", "settlement"]),
    ("Sidang", &["hearing"]),
    ("Putusan", &["read_decision", "new_decision", "decide"]),
    ("Gugur atau dicabut", &["lapse", "withdraw"]),
    ("Tindak lanjut", &["report_follow_up", "follow_up"]),
    ("Koreksi", &["ask_correction", "receive_correction"]),
    ("Upaya hukum", &["appeal", "court", "cassation"]),
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
                    let outcome = past.form.as_ref().and_then(|(form, answers)| self.outcome(&past.act, form, answers));
                    outcome.map_or_else(|| self.day_of(index), |outcome| format!("{}: {outcome}", self.day_of(index)))
                })
                .collect();
            lines.push((name.to_owned(), if told.is_empty() { "–".to_owned() } else { told.join("; ") }));
        }
        vec![Block::Facts(lines)]
    }

    /// How an act ended, in a word: who was appointed, or the first choice of its form.
    fn outcome(&self, act: &str, form: &str, answers: &Answers) -> Option<String> {
        // What is said in a closed session goes into no book.
        if act == "mediation_day" {
            return None;
        }
        if act.starts_with("appoint") {
            let names: Vec<String> = self.persons(form, answers).into_iter().map(|person| person.name).collect();
            return (!names.is_empty()).then(|| format::list(LANGUAGE, &names));
        }
        fields_in_order(self.rules, form)
            .filter(|(_, field)| field.kind == Kind::Choice)
            .find_map(|(key, field)| answers::shown(LANGUAGE, field, answers.text(key), self.office.zone))
    }

    /// The persons that a form names as having taken part; if it asks who signed, these.
    fn persons(&self, form: &str, given: &Answers) -> Vec<Signature> {
        let mut persons = Vec::new();
        let signed = !given.rows("signed").is_empty();
        for (key, field) in fields_in_order(self.rules, form).filter(|(key, _)| !signed || *key == "signed") {
            let of = row_form(field).unwrap_or_default();
            let code = field.code.as_deref().unwrap_or_default();
            // A person who took part has a name and a role; a party has more than that, and a witness signs nothing of the office.
            if self.rules.field(of, "role").is_none() || self.rules.field(of, "name").is_none() || code.starts_with("Saksi") {
                continue;
            }
            persons.extend(given.rows(key).iter().map(|row| {
                let role = Some(row.fields.text("role")).filter(|role| !role.is_empty()).unwrap_or(code);
                Signature::new(&format!("{role},"), row.fields.text("name"))
            }));
        }
        persons
    }

    /// Who signs: the persons that the form names; of an agreement also the parties; else who recorded the act.
    fn signatures(&self, shape: Shape, form: &str, given: &Answers, act: usize) -> Vec<Signature> {
        if matches!(shape, Shape::Record | Shape::Gaps | Shape::Counsel | Shape::Exhibits) {
            return Vec::new();
        }
        if shape == Shape::Taken {
            return vec![
                Signature::new("Yang menyerahkan,", given.text("signed_by")),
                Signature::new("Petugas penerima,", self.recorder(act)),
            ];
        }
        let persons = match shape {
            Shape::Minutes | Shape::Agreement | Shape::Decision | Shape::Appointment => self.persons(form, given),
            _ => Vec::new(),
        };
        let mut signatures = Vec::new();
        let names_parties = persons.iter().any(|person| person.role.starts_with("Pemohon"));
        if shape == Shape::Agreement && !names_parties {
            signatures.extend(petitioners(self.case.form("petition")).iter().map(|name| Signature::new("Pemohon,", name)));
            signatures.push(Signature::new("Termohon,", self.case.form("petition").text("respondent_name")));
        }
        signatures.extend(persons);
        if signatures.is_empty() {
            signatures.push(Signature::new("Petugas,", self.recorder(act)));
        }
        signatures
    }

    /// What each form lacked that the law asks for, and the checklist as it was ticked last.
    fn what_lacks(&self, reader: &Reader<'_>) -> Vec<Block> {
        let mut blocks = Vec::new();
        for (index, past) in self.case.history.iter().enumerate() {
            let gaps = self.gaps(index);
            let title = past.form.as_ref().and_then(|(form, _)| self.rules.form.get(form)).map(|form| LANGUAGE.text(&form.title));
            if !gaps.is_empty() {
                blocks.push(Block::Subheading(title.unwrap_or(&past.act).to_owned()));
                blocks.push(Block::List(gaps));
            }
        }
        if let Some((field, ticked)) = newest_checklist(self.case, self.rules) {
            blocks.push(Block::Subheading(LANGUAGE.text(&field.label).to_owned()));
            blocks.extend(reader.checklist(field, ticked, "Berkas"));
        }
        blocks.push(Block::Note(
            "Daftar ini dibuat dari isian yang tercatat; kelengkapan dan tenggang waktunya dinilai rapat pleno.".to_owned(),
        ));
        blocks
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Every paper of every rule set has the shape that its title promises.
    #[test]
    fn titles_and_shapes_agree() {
        for pinned in crate::rules::sets() {
            for (key, paper) in pinned.value.paper.iter() {
                let title = &paper.title.id;
                let shape = shape(key, &paper.no, &pinned.value);
                let promised = |words: &[&str]| words.iter().any(|word| title.contains(word));
                let fits = match shape {
                    Shape::Gaps => false,
                    Shape::Notice => promised(&["Pemberitahuan", "Tidak Diterima", "Surat", "Laporan"]),
                    Shape::Appointment => promised(&["Penunjukan", "Penetapan", "Penerimaan Pihak Terkait"]),
                    Shape::Summons => promised(&["Panggilan"]),
                    Shape::Announcement => promised(&["Pengumuman"]),
                    Shape::Agreement => promised(&["Kesepakatan"]),
                    Shape::Decision => promised(&["Putusan"]),
                    Shape::Counsel => promised(&["Surat Kuasa"]),
                    Shape::Exhibits => promised(&["Daftar Alat Bukti"]),
                    Shape::Receipt => promised(&["Tanda Terima"]),
                    Shape::Taken => promised(&["Tanda Terima", "Permohonan", "Penerimaan"]),
                    Shape::Reception => promised(&["Buku Penerimaan"]),
                    Shape::Register => promised(&["Buku Register"]),
                    Shape::Record => promised(&["Permohonan"]),
                    Shape::Minutes => promised(&["Berita Acara", "Catatan", "Keterangan", "Pemeriksaan"]),
                };
                assert!(fits, "{} {key} ({title}) is arranged as something else", pinned.value.id);
            }
        }
    }
}
