//! *Tanda terima*: what the petitioner takes home.

use super::answers::{self, Codes};
use super::document::{Block, Signature};
use super::{LANGUAGE, Source, petitioners};
use crate::domain::answers::Answers;
use crate::i18n::format;

/// The receipt of the petition that an act took in.
pub(super) fn receipt(source: &Source<'_>, act: usize) -> Vec<Block> {
    let zone = source.office.zone;
    let none = Answers::default();
    let past = source.case.history.get(act);
    let petition = past.and_then(|past| past.form.as_ref()).map_or(&none, |(_, answers)| answers);
    let codes = Codes::default();
    let reader = source.reader(&codes);
    let mut blocks = Vec::new();
    let due = source.case.dues.iter().find(|((deadline, _), _)| deadline == "filing").map(|(_, due)| *due);
    let due = due.map(|(day, closes)| format!("{}, {}", format::date(LANGUAGE, day), format::closing(LANGUAGE, closes, zone)));
    for (name, value) in [
        ("Diterima", past.map(|past| format::instant(LANGUAGE, past.at, zone)).unwrap_or_default()),
        ("Cara masuk", source.told(petition, "channel")),
        ("Tanda terima SIPS", source.told(petition, "e_receipt")),
        ("Pemohon", format::list(LANGUAGE, &petitioners(petition))),
        ("Termohon", source.told(petition, "respondent_name")),
        ("Objek sengketa", source.object(petition)),
        ("Ditetapkan", source.told(petition, "object_fixed_on")),
        ("Batas pengajuan", due.unwrap_or_default()),
    ] {
        if !value.is_empty() {
            answers::fact(&mut blocks, name, value);
        }
    }
    if let Some(field) = source.rules.field("petition", "papers") {
        blocks.push(Block::Heading("Berkas yang diserahkan".to_owned()));
        blocks.extend(reader.checklist(field, petition.rows("papers"), "Berkas"));
    }
    blocks.extend(answers::files("Berkas digital", &answers::all_files(petition)));
    let gaps = source.gaps(act);
    if !gaps.is_empty() {
        blocks.push(Block::Paragraph(format!("Belum diisi atau belum diserahkan: {}.", format::list(LANGUAGE, &gaps))));
    }
    blocks.push(Block::Note(
        "Tanda terima ini mencatat penerimaan, bukan penilaian atas kelengkapan atau tenggang waktu; keduanya dinilai rapat pleno."
            .to_owned(),
    ));
    blocks.push(Block::Signatures(vec![
        Signature::new("Yang menyerahkan,", petition.text("signed_by")),
        Signature::new("Petugas penerima,", source.recorder(act)),
    ]));
    blocks.extend(source.trace(act));
    blocks
}
