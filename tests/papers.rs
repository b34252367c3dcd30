//! The papers of whole cases: nothing that an officer wrote is missing from them, by the project's own rules and by a procedure
//! made for this test; and each can be made into a file.

#[path = "support/petition.rs"]
mod petition;

use petition::{answers, at, envelope, office, officer};
use serde_json::{Value, json};
use sips_lapangan::domain::answers::{Answer, Answers, Row};
use sips_lapangan::domain::case::{Act, Case, Effect, Person, fold};
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::evidence::{FileRef, MediaType};
use sips_lapangan::domain::form::fields_in_order;
use sips_lapangan::domain::id::{CommandId, FileId};
use sips_lapangan::domain::rule_set::{Field, Kind, RuleSet};
use sips_lapangan::domain::time::{Timestamp, Zone};
use sips_lapangan::i18n::Language;
use sips_lapangan::papers::answers::shown;
use sips_lapangan::papers::document::{Block, Document};
use sips_lapangan::papers::{GAPS, RECORD, Source, papers_of};
use sips_lapangan::{pdf, rules};

/// The shipped rules of the petition with a procedure after it that has every kind of paper.
fn rule_set() -> RuleSet {
    let mut set: Value =
        serde_json::from_str(rules::set_for("pemilu-penyelenggara", None).expect("the track ships").json).expect("valid JSON");
    let words = |text: &str| json!({ "id": text, "en": text });
    let field = |kind: &str, label: &str| json!({ "kind": kind, "label": words(label) });
    set["form"]["t_person"] = json!({ "title": words("Orang"), "groups": [{ "key": "o", "title": words("Orang"), "rows": [["name", "role"]] }], "src": [], "mark": "L" });
    set["field"]["t_person"] = json!({ "name": field("name", "Nama"), "role": field("text", "Peran") });
    let mut papers = serde_json::Map::new();
    papers
        .insert("receipt".into(), json!({ "no": "", "title": words("Tanda Terima Permohonan"), "of": "receive", "src": [], "mark": "L" }));
    for (act, key, no, title) in [
        ("plenary", "verification_minutes", "PSPP-04", "Berita Acara Verifikasi"),
        ("register", "register_book", "PSPP-25", "Kutipan Buku Register"),
        ("summon", "summons", "PSPP-13", "Panggilan Mediasi"),
        ("announce", "announcement", "PSPP-14", "Pengumuman Jadwal"),
        ("mediation_day", "mediation_minutes", "", "Berita Acara Mediasi"),
        ("mediation_result", "agreement", "", "Kesepakatan"),
        ("refuse_third_party", "third_party_refusal", "PSPP-12", "Pemberitahuan Pihak Terkait"),
        ("hearing", "hearing_minutes", "", "Berita Acara Sidang"),
        ("decide", "decision", "PSPP-22", "Putusan"),
    ] {
        let form = format!("t_{act}");
        let person = json!({ "kind": "rows", "of": "t_person", "code": "Orang", "label": words("Yang hadir"), "add": words("Tambah") });
        let result = json!({ "kind": "choice", "label": words("Hasil"), "options": [{ "v": "yes", "id": format!("Hasil {act} disetujui"), "en": "agreed" }, { "v": "no", "id": "Tidak", "en": "no" }] });
        set["form"][&form] = json!({ "title": words(title), "groups": [{ "key": "a", "title": words("Waktu"), "rows": [["on", "at"]] }, { "key": "b", "title": words("Isi"), "rows": [["result"], ["story"], ["persons"]] }], "src": [], "mark": "L" });
        set["field"][&form] = json!({ "on": field("date", "Tanggal"), "at": field("time", "Pukul"), "result": result, "story": field("long_text", "Uraian"), "persons": person });
        set["act"][act] =
            json!({ "label": words(title), "by": { "role": ["member"] }, "from": ["filed"], "form": form, "src": [], "mark": "L" });
        papers.insert(key.into(), json!({ "no": no, "title": words(title), "of": act, "src": [], "mark": "L", "if": { "is": [format!("{form}.result"), "yes"] } }));
    }
    set["paper"] = Value::Object(papers);
    serde_json::from_value(set).expect("a rule set")
}

fn act(number: u8, key: &str, form: &str, given: Answers) -> Act {
    let envelope = envelope();
    Act {
        command_id: CommandId::new(Timestamp(i64::from(number)), [number; 10]),
        case_id: envelope.case_id,
        act: key.into(),
        by: Person { account: officer().account, name: "Rina Marlina".into(), roles: Vec::new() },
        office: office().code,
        happened_at: at(petition::FILED_AT).plus(i64::from(number) * 86_400_000),
        made_at: envelope.made_at,
        recorded_at: None,
        revision: u32::from(number) + 1,
        rules: envelope.rules,
        calendar: envelope.calendar,
        office_settings: None,
        strand: None,
        effects: vec![Effect::Set { form: form.into(), answers: given }],
        late: vec![],
        flags: vec![],
        rulings: Default::default(),
        carried_by: None,
        corrects: Vec::new(),
        further: None,
    }
}

fn rows(rows: &[&[(&str, &str)]]) -> Answer {
    let row = |(index, fields): (usize, &&[(&str, &str)])| {
        let mut given = Answers::default();
        fields.iter().for_each(|(key, text)| given.set_text(key, (*text).into()));
        Row { id: format!("r{index}-{}", fields.len()), fields: given }
    };
    Answer::Rows(rows.iter().enumerate().map(row).collect())
}

const STRANGE: &str = "<script>alert(\"1\")</script> & 'x' عربي 👩‍⚖️ e\u{301}";

/// A case from the petition to the decision.
fn story(register: Option<&str>) -> Vec<Act> {
    let mut filed = answers();
    filed.set_text("grounds", format!("{STRANGE}\nBaris kedua. {}", "Alasan panjang sekali. ".repeat(500)));
    filed.0.insert(
        "evidence".into(),
        rows(&[&[("title", "Ijazah calon"), ("proves", "Ijazah ada"), ("form_of", "original")], &[("title", STRANGE)]]),
    );
    filed.0.insert("petitum".into(), rows(&[&[("text", "Membatalkan keputusan")]]));
    filed.0.insert(
        "papers".into(),
        Answer::Rows(vec![Row {
            id: "petition".into(),
            fields: fields(&[("present", "yes"), ("copies", "3"), ("remark", "satu tanpa meterai")]),
        }]),
    );
    let mut acts = vec![act(0, "receive", "petition", filed)];
    acts[0].effects.push(Effect::Gaps(vec!["object_title".into(), "petitioner/p1/nik".into()]));
    acts[0].effects.push(Effect::Numbered { series: "reception".into(), number: "01/PS.PNM.LG/1607/VII/2026".into() });
    let procedure =
        ["plenary", "register", "summon", "announce", "mediation_day", "mediation_result", "refuse_third_party", "hearing", "decide"];
    for (number, key) in (1..).zip(procedure) {
        let mut given = fields(&[("on", "2026-07-09"), ("at", "09.30"), ("result", "yes"), ("story", &format!("Uraian {key} {STRANGE}"))]);
        given.0.insert(
            "persons".into(),
            rows(&[&[("name", &format!("Anggota {key}")), ("role", "Ketua")], &[("name", "Sekretaris"), ("role", "Notulen")]]),
        );
        acts.push(act(number, key, &format!("t_{key}"), given));
    }
    if let Some(number) = register {
        acts[2].effects.push(Effect::Numbered { series: "register".into(), number: number.into() });
    }
    acts
}

fn fields(texts: &[(&str, &str)]) -> Answers {
    let mut given = Answers::default();
    texts.iter().for_each(|(key, text)| given.set_text(key, (*text).into()));
    given
}

struct World {
    rules: RuleSet,
    acts: Vec<Act>,
    case: Case,
}

impl World {
    fn of(rules: RuleSet, acts: Vec<Act>) -> Self {
        let case = fold(acts[0].case_id, &acts);
        Self { rules, acts, case }
    }

    fn with<T>(&self, read: impl FnOnce(&Source<'_>) -> T) -> T {
        read(&Source { case: &self.case, acts: &self.acts, rules: &self.rules, office: &office() })
    }

    fn paper(&self, key: &str) -> Document {
        let paper = papers_of(&self.case, &self.rules).into_iter().find(|paper| paper.key == key).unwrap_or_else(|| panic!("no {key}"));
        self.with(|source| source.document(&paper))
    }
}

#[test]
fn a_whole_case_has_all_its_papers_in_order() {
    let world = World::of(rule_set(), story(Some("001/PS.REG/1607/VII/2026")));
    let keys: Vec<String> = papers_of(&world.case, &world.rules).into_iter().map(|paper| paper.key).collect();
    let expected = [
        "receipt",
        RECORD,
        "verification_minutes",
        "register_book",
        "summons",
        "announcement",
        "mediation_minutes",
        "agreement",
        "third_party_refusal",
        "hearing_minutes",
        "decision",
        GAPS,
    ];
    assert_eq!(keys, expected);
}

#[test]
fn a_paper_is_made_only_if_its_condition_holds() {
    let mut acts = story(None);
    let Some(Effect::Set { answers, .. }) = acts[6].effects.first_mut() else { panic!("a form") };
    answers.set_text("result", "no".into());
    let world = World::of(rule_set(), acts);
    let papers = papers_of(&world.case, &world.rules);
    assert!(papers.iter().all(|paper| paper.key != "agreement"));
    // What was written is then still to be had.
    assert!(papers.iter().any(|paper| paper.key == RECORD && paper.act == 6));
}

#[test]
fn each_paper_holds_its_facts_and_strange_text_survives() {
    let world = World::of(rule_set(), story(Some("001/PS.REG/1607/VII/2026")));
    for paper in papers_of(&world.case, &world.rules).iter().filter(|paper| paper.act > 0 && paper.key != GAPS) {
        let document = world.with(|source| source.document(paper));
        let text = document.text();
        let act = &world.acts[paper.act].act;
        for fact in [
            format!("Uraian {act} {STRANGE}"),
            format!("Anggota {act}"),
            format!("Hasil {act} disetujui"),
            "Kamis, 9 Juli 2026".into(),
            "09.30 WIB".into(),
            "Partai Lumbung Rakyat".into(),
            "KPU Kabupaten Banyuasin".into(),
            "123/PL.01.4-Kpt/1607/2026".into(),
            "Nomor register: 001/PS.REG/1607/VII/2026".into(),
            "Rina Marlina".into(),
            office().name,
        ] {
            assert!(text.contains(&fact), "{}: no {fact} in\n{text}", paper.key);
        }
        assert_eq!(document.case, "001/PS.REG/1607/VII/2026");
        assert_eq!(document.language, "id");
    }
    let record = world.paper(RECORD).text();
    assert!(record.contains(STRANGE) && record.matches("Alasan panjang sekali.").count() == 500, "long text is whole");
    let decision = world.paper("decision").text();
    assert!(decision.contains("Membatalkan keputusan") && decision.contains("P-1 | Ijazah calon | Ijazah ada | Asli"), "{decision}");
    let refusal = world.paper("third_party_refusal");
    assert!(refusal.text().contains("memberitahukan") && refusal.head.form == "Formulir Model PSPP-12");
    let book = world.paper("register_book").text();
    assert!(book.contains("Putusan: 17 Juli 2026: Hasil decide disetujui"), "{book}");
    let agreement = world.paper("agreement");
    let signed = agreement.blocks.iter().any(|block| matches!(block, Block::Signatures(to) if to.len() == 4));
    assert!(signed, "both parties and both persons sign: {agreement:?}");
}

#[test]
fn the_receipt_says_what_was_handed_in_and_what_lacks() {
    let receipt = World::of(rule_set(), story(None)).paper("receipt");
    let text = receipt.text();
    for fact in [
        "Nomor: 01/PS.PNM.LG/1607/VII/2026",
        "Diterima: Rabu, 8 Juli 2026 pukul 10.20 WIB",
        "Cara masuk: Langsung di kantor",
        "Permohonan (PSPP-01) | Ada | 3 dari 4 | satu tanpa meterai",
        "KTP-el pemohon | Belum ada",
        "Belum diisi atau belum diserahkan: Judul dan Nomor KTP-el (NIK) (Pemohon 1).",
        "bukan penilaian atas kelengkapan",
        "Petugas penerima, Rina Marlina",
        "Nomor formulir: belum ditetapkan",
    ] {
        assert!(text.contains(fact), "no {fact} in\n{text}");
    }
    let gaps = World::of(rule_set(), story(None)).paper(GAPS).text();
    assert!(gaps.contains("Nomor KTP-el (NIK) (Pemohon 1)") && gaps.contains("KTP-el pemohon | Belum ada"), "{gaps}");
}

#[test]
fn papers_bear_the_office_of_their_case_in_its_zone() {
    let mataram = rules::offices().iter().find(|office| office.code.0 == "52.71").expect("the office is in the table").clone();
    assert_eq!(mataram.zone, Zone::Wita);
    let mut acts = story(None);
    acts.iter_mut().for_each(|act| act.office.clone_from(&mataram.code));
    let world = World::of(rule_set(), acts);
    let readers = world.paper("receipt");
    assert_ne!(readers.head.office, office().name, "whoever prints it lends no letterhead");
    for paper in papers_of(&world.case, &world.rules) {
        let source = Source { case: &world.case, acts: &world.acts, rules: &world.rules, office: &mataram };
        let document = source.document(&paper);
        let text = document.text();
        assert_eq!(document.head.office, mataram.name, "{}", paper.key);
        assert!(!text.contains("WIB") && !text.contains(&office().name), "{}: {text}", paper.key);
        if paper.act == 0 && paper.key == "receipt" {
            assert!(text.contains("Diterima: Rabu, 8 Juli 2026 pukul 11.20 WITA"), "{text}");
        } else if paper.act > 0 {
            assert!(text.contains("09.30 WITA"), "{}: hours that were typed are the office's own: {text}", paper.key);
        }
    }
}

#[test]
fn a_case_without_numbers_goes_by_its_provisional_code() {
    let mut acts = story(None);
    acts[0].effects.retain(|effect| !matches!(effect, Effect::Numbered { .. }));
    let world = World::of(rule_set(), acts);
    let code = world.case.id.provisional_code();
    assert_eq!(world.paper("receipt").head.number, format!("Kode sementara: {code} (nomor menyusul)"));
    let summons = world.paper("summons");
    assert_eq!(summons.head.number, format!("Nomor register: nomor menyusul (kode sementara {code})"));
    assert_eq!(summons.case, code);
    let world = World::of(rule_set(), story(None));
    let summons = world.paper("summons");
    let lines = format!("Nomor penerimaan: 01/PS.PNM.LG/1607/VII/2026\nNomor register: nomor menyusul (kode sementara {code})");
    assert_eq!(summons.head.number, lines);
}

#[test]
fn the_bundle_holds_every_paper_and_the_exhibits() {
    let mut acts = story(Some("001/PS.REG/1607/VII/2026"));
    // The respondent's and the third party's exhibits come with forms of their own; one of the petitioner's comes later.
    let mut rules = rule_set();
    for code in ["T", "PT", "P"] {
        let form = format!("t_exhibits_{code}");
        let mut fields = rules.field["petition"].clone();
        fields.retain(|key, _| key == "evidence");
        let mut field = fields.get("evidence").expect("evidence").clone();
        field.code = Some(code.into());
        fields.insert("evidence".into(), field);
        let mut shape = rules.form["petition"].clone();
        shape.groups.retain(|group| group.key == "bukti");
        rules.form.insert(form.clone(), shape);
        rules.field.insert(form.clone(), fields);
        let mut given = Answers::default();
        given.0.insert("evidence".into(), Answer::Rows(vec![Row { id: format!("e-{code}"), fields: fields_of(&format!("Bukti {code}")) }]));
        acts.push(act(20, "more", &form, given));
    }
    let world = World::of(rules, acts);
    let bundle = world.with(|source| source.bundle());
    let text = bundle.text();
    for exhibit in ["P-1 | Ijazah calon", "P-2 | ", "P-3 | Bukti P", "T-1 | Bukti T", "PT-1 | Bukti PT"] {
        assert!(text.contains(exhibit), "no {exhibit}");
    }
    let heads = bundle.blocks.iter().filter(|block| matches!(block, Block::Head(_))).count();
    let papers = papers_of(&world.case, &world.rules);
    assert_eq!(heads, papers.len());
    for paper in &papers {
        for line in world.with(|source| source.document(paper)).text().lines() {
            assert!(text.contains(line), "{}: {line}", paper.key);
        }
    }
    let file = pdf::pdf(&bundle).expect("a file");
    assert!(file.starts_with(b"%PDF-1."));
    if let Ok(folder) = std::env::var("SIPS_PAPERS") {
        std::fs::write(format!("{folder}/bundle.pdf"), file).expect("a folder");
    }
}

fn fields_of(title: &str) -> Answers {
    fields(&[("title", title), ("proves", "Sesuatu")])
}

/// Something for every field of a form, also for those that its conditions hide.
fn filled(set: &RuleSet, form: &str, depth: usize) -> (Answers, Vec<String>) {
    let mut given = Answers::default();
    let mut told = Vec::new();
    for (key, field) in fields_in_order(set, form) {
        match field.kind {
            Kind::Rows if depth < 3 => {
                let (fields, of_row) = filled(set, field.of.as_deref().unwrap_or_default(), depth + 1);
                given.0.insert(key.into(), Answer::Rows(vec![Row { id: format!("{key}-{depth}"), fields }]));
                told.extend(of_row);
            }
            Kind::Rows => {}
            Kind::Files => {
                let id = FileId::new(Timestamp(1), [7; 10]);
                let name = format!("{form}-{key}.pdf");
                let file = FileRef {
                    id,
                    name: name.clone(),
                    size: 1_400_000,
                    sha256: Digest::of(key.as_bytes()),
                    media: MediaType::Pdf,
                    locked: false,
                };
                told.extend([name, file.sha256.to_string()]);
                given.0.insert(key.into(), Answer::Rows(vec![file.to_row()]));
            }
            Kind::Checklist => {
                let list = &set.list[field.of.as_deref().expect("a table")];
                let row = |v: &str| Row {
                    id: v.into(),
                    fields: fields(&[("present", "yes"), ("copies", "7"), ("remark", &format!("catatan {v}"))]),
                };
                given.0.insert(key.into(), Answer::Rows(list.rows.iter().map(|listed| row(&listed.v)).collect()));
                told.extend(list.rows.iter().flat_map(|listed| [listed.id.clone(), format!("catatan {}", listed.v)]));
            }
            _ => {
                let text = sample(form, key, field);
                told.extend([shown(Language::Id, field, &text, Zone::Wib).expect("it says something"), field.label.id.clone()]);
                given.set_text(key, text);
            }
        }
    }
    (given, told)
}

fn sample(form: &str, key: &str, field: &Field) -> String {
    match field.kind {
        Kind::Date => "2026-07-09".into(),
        Kind::Time => "09.30".into(),
        Kind::YesNo => "yes".into(),
        Kind::Count => "12".into(),
        Kind::Choice => field.options.last().map(|option| option.v.clone()).unwrap_or_default(),
        _ => format!("Isi {form}.{key} <&>"),
    }
}

#[test]
fn nothing_of_any_form_of_any_rule_set_is_lost() {
    for pinned in rules::sets() {
        let set = &pinned.value;
        let mut acts = Vec::new();
        let mut told = Vec::new();
        for (number, (key, rule)) in set.act.iter().enumerate() {
            let (given, of_act) = filled(set, &rule.form, 0);
            acts.push(act(u8::try_from(number).expect("few acts"), key, &rule.form, given));
            told.push(of_act);
        }
        let world = World::of(set.clone(), acts);
        let papers = papers_of(&world.case, &world.rules);
        for (index, of_act) in told.iter().enumerate() {
            let texts: Vec<String> = papers
                .iter()
                .filter(|paper| paper.act == index && paper.key != GAPS)
                .map(|paper| world.with(|source| source.document(paper)).text())
                .collect();
            let text = texts.join("\n");
            for fact in of_act {
                assert!(text.contains(fact), "{} {}: no {fact} in\n{text}", set.id, world.acts[index].act);
            }
        }
        assert!(pdf::pdf(&world.with(|source| source.bundle())).is_ok());
    }
}

#[test]
fn what_a_form_no_longer_asks_for_is_printed_by_its_key() {
    let mut given = fields(&[("on", "2026-07-09"), ("result", "yes"), ("dahulu_ditanyakan", "jawaban lama")]);
    given.0.insert("daftar_lama".into(), rows(&[&[("nama_lama", "isi lama")]]));
    let world = World::of(rule_set(), vec![act(0, "receive", "petition", answers()), act(1, "plenary", "t_plenary", given)]);
    let text = world.paper("verification_minutes").text();
    assert!(text.contains("dahulu_ditanyakan: jawaban lama") && text.contains("nama_lama: isi lama"), "{text}");
}

#[test]
fn a_paper_survives_its_json() {
    let bundle = World::of(rule_set(), story(None)).with(|source| source.bundle());
    let json = serde_json::to_string(&bundle).expect("papers are JSON");
    assert_eq!(serde_json::from_str::<Document>(&json).ok(), Some(bundle));
}
