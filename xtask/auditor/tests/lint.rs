//! The checks of the law's files: the project's own files pass, a small sound tree passes, and each way of breaking that
//! tree is found under its number, in its file, at its line, in both languages.

use sips_auditor::lint::{EXPLAINED, Finding, Weight, explain, lint};
use std::fs;
use std::path::{Path, PathBuf};

const SET: &str = "sets/contoh/1.toml";
const CALENDAR: &str = "calendars/id/1.toml";

/// Each with the file, the text that is replaced, the text in its place, and the number it is found under.
const BROKEN: &[(u8, &str, &str, &str)] = &[
    (1, SET, "format = 1", "format = 2"),
    (1, SET, "[strand.objection]", "[strand.objection"),
    (1, SET, "title = { id = \"Prosedur contoh\"", "title = { id = \"Prosedur contoh"),
    (1, CALENDAR, "format = 1", "format = 99"),
    (1, "sources.toml", "[TEXT]", "TEXT]"),
    (2, SET, "version = 1", "version = 1\ncolour = \"red\""),
    (2, SET, "version = 1", "version = 1\nversion = 2"),
    (2, SET, "else = \"warn\", why = { id = \"Lewat", "else = \"forbid\", why = { id = \"Lewat"),
    (2, SET, "{ open = \"filing\" }", "{ closed = \"filing\" }"),
    (2, SET, "src = [\"TEXT\"], mark = \"C\" }\nlevels", "src = [\"TEXT\"] }\nlevels"),
    (2, SET, "from = 2026-01-01", "from = 2026-01-01T00:00:00Z"),
    (2, CALENDAR, "date = 2026-12-25", "date = \"2026-02-30\""),
    (3, SET, "id = \"contoh\"", "id = \"lain\""),
    (3, SET, "version = 1", "version = 2"),
    (3, SET, "[paper.receipt]", "[paper.Receipt]"),
    (4, SET, "label = { id = \"Keberatan\", en = \"Objection\" }", "label = { id = \"Keberatan\", en = \" \" }"),
    (4, SET, "en = \"After {due:filing}.\"", "en = \"Too late.\""),
    (4, SET, "id = \"Lewat {due:filing}.\", en = \"After {due:filing}.\"", "id = \"Lewat {due:nix}.\", en = \"After {due:nix}.\""),
    (4, SET, "id = \"Tanda terima\", en = \"Receipt\"", "id = \"Tanda terima {due:filing}\", en = \"Receipt {due:filing}\""),
    (5, SET, "src = [\"OLDER\"], mark = \"U\" }", "src = [\"NOWHERE\"], mark = \"U\" }"),
    (5, SET, "max = 2\nsrc = [\"TEXT\"]", "max = 2\nsrc = []"),
    (5, "sources.toml", "how = \"press\"", "how = \"hearsay\""),
    (5, "numbers.toml", "src = [\"TEXT\"]", "src = [\"NOWHERE\"]"),
    (5, CALENDAR, "src = [\"TEXT\"]", "src = []"),
    (6, SET, "max = 2\nsrc = [\"TEXT\"]", "max = 2\nsrc = [\"OLDER\"]"),
    (9, SET, "start = true, ", ""),
    (
        9,
        SET,
        "label = { id = \"Diterima\", en = \"Received\" }, src",
        "label = { id = \"Diterima\", en = \"Received\" }, start = true, src",
    ),
    (9, SET, "from = [\"decided\"], to = \"closed\"", "from = [\"decided\", \"lapsed\"], to = \"closed\""),
    (10, SET, "to = \"lapsed\", form", "to = \"decided\", form"),
    (11, SET, "from = [\"decided\"], to = \"closed\"", "from = [\"mediation\"], to = \"closed\""),
    (11, SET, "strand = \"objection\", end = \"answered\"", "strand = \"objection\""),
    (12, SET, "from = [\"filed\"], to_by", "from = [\"filed\", \"nowhere\"], to_by"),
    (12, SET, "from = [\"incomplete\"], to = \"filed\"", "from = [], to = \"filed\""),
    (12, SET, "from = [\"objected\"], to = \"answered\"", "from = [\"objected\"], to = \"closed\""),
    (12, SET, "from = [\"objected\"]", "from = [\"objected\", \"decided\"]"),
    (12, SET, "spawns = \"objection\", to = \"objected\"", "spawns = \"objection\""),
    (13, SET, "branch = { complete = \"complete\", incomplete = \"incomplete\" }", "branch = { complete = \"complete\" }"),
    (13, SET, "to_by = \"plenary.result\"", "to_by = \"meeting.petitioner\""),
    (13, SET, "to_by = \"plenary.result\"", "to = \"complete\", to_by = \"plenary.result\""),
    (13, SET, "result = { kind = \"choice\"", "result = { kind = \"choice\", need = \"law\""),
    (14, SET, "end = \"closed\"", "end = \"Selesai semua\""),
    (15, SET, "max = 2\nsrc", "max = 0\nsrc"),
    (15, SET, "spawns = \"objection\", to = \"objected\"", "to = \"closed\""),
    (16, SET, "en = \"Answer\" }, by = { role = [\"member\"] }", "en = \"Answer\" }, by = { role = [\"district\"] }"),
    (17, SET, "guards = [\"absent_twice\"]", "guards = [\"absent_thrice\"]"),
    (17, SET, "form = \"meeting\"", "form = \"nowhere\""),
    (17, SET, "number = \"register\"", "number = \"nowhere\""),
    (17, SET, "{ done = \"meet\" }", "{ done = \"nowhere\" }"),
    (17, SET, "{ rests = \"objection\" }", "{ rests = \"nowhere\" }"),
    (17, SET, "{ kept = \"decision\" }", "{ kept = \"nowhere\" }"),
    (17, SET, "{ all_of = \"papers.papers\" }", "{ all_of = \"papers.nowhere\" }"),
    (17, SET, "switch = [\"closing\", \"always\"]", "switch = [\"closing\", \"perhaps\"]"),
    (17, SET, "guards = [\"in_time\", \"after_object\"]", "guards = [\"in_time\"]"),
    (17, SET, "by = \"petition.fixed_on\"", "by = \"petition.filed_at\""),
    (17, SET, "order = [\"receive\",", "order = ["),
    (17, SET, "order = [\"receive\",", "order = [\"nowhere\","),
    (17, SET, "order = [\"receive\",", "order = [\"receive\", \"close\","),
    (17, SET, "prefill = \"today\"", "prefill = \"case:petition.nowhere\""),
    (18, SET, "not = { is = [\"meeting.petitioner\", \"absent\"] }", "not = { is = [\"meeting.petitioner\", \"asleep\"] }"),
    (18, SET, "ordered = [\"petition.fixed_on\", \"act.date\"]", "ordered = [\"petition.filed_at\", \"act.date\"]"),
    (18, SET, "all_of = \"papers.papers\"", "all_of = \"meeting.petitioner\""),
    (18, SET, "if = { is = [\"result\", \"incomplete\"] }", "if = { done = \"receive\" }"),
    (18, SET, "plus = { is = [\"meeting.petitioner\", \"absent\"] }", "plus = { at_least = [\"petition.counsel\", 1] }"),
    (19, SET, "absent_twice = { when = { counted = [\"absences\", 2] }", "absent_twice = { when = { over = \"completion\" }"),
    (
        20,
        SET,
        "why = { id = \"Objek lebih baru.\", en = \"The object is newer.\" }, src = [\"TEXT\"], mark = \"C\"",
        "why = { id = \"Objek lebih baru.\", en = \"The object is newer.\" }, src = [\"TEXT\"], mark = \"U\"",
    ),
    (21, SET, "{ kept = \"decision\" }", "{ open = \"decision\" }"),
    (23, SET, "{ any = [{ switch = [\"closing\", \"always\"] }, { kept = \"decision\" }] }", "{ any = [{ kept = \"decision\" }] }"),
    (
        23,
        SET,
        "{ not = { is = [\"meeting.petitioner\", \"absent\"] } }",
        "{ not = { not = { is = [\"meeting.petitioner\", \"present\"] } } }",
    ),
    (
        23,
        SET,
        "{ done = \"meet\" }, { not",
        "{ any = [{ done = \"meet\" }, { all = [{ done = \"meet\" }, { any = [{ done = \"meet\" }, { done = \"receive\" }] }] }] }, { not",
    ),
    (24, SET, "when = { rests = \"objection\" }", "when = { any = [{ rests = \"objection\" }, { at = [\"objection\", \"objected\"] }] }"),
    (24, SET, "{ any = [{ all_of = \"papers.papers\" }, { never = \"complete_papers\" }] }", "{ done = \"close\" }"),
    (25, SET, "of = \"meet\"", "of = \"nowhere\""),
    (25, SET, "counted = [\"absences\", 2]", "counted = [\"absences\", 0]"),
    (25, SET, "plus = { is = [\"meeting.petitioner\", \"absent\"] }", "plus = { is = [\"plenary.result\", \"incomplete\"] }"),
    (26, SET, "start_act = [\"register\"], n = 12", "n = 12"),
    (26, SET, "start_act = [\"register\"], n = 12", "start_date = \"petition.fixed_on\", start_act = [\"register\"], n = 12"),
    (26, SET, "start_act = [\"register\"], n = 12", "start_act = [\"close\"], n = 12"),
    (
        26,
        SET,
        "start_date = \"petition.fixed_on\", n = 3, unit = \"working\", closes = \"office\", src",
        "start_date = \"petition.filed_at\", n = 3, unit = \"working\", closes = \"office\", src",
    ),
    (27, SET, "met_by = [\"decide\"]", "met_by = []"),
    (27, SET, "met_by = [\"decide\"]", "met_by = [\"nowhere\"]"),
    (28, SET, "default = true, ", ""),
    (28, SET, "note = { id = \"Sejak diberitahu\", en = \"From being told\" }, ", ""),
    (28, SET, "id = \"told\"", "id = \"text\""),
    (29, SET, "n = 12, unit = \"working\"", "n = 0, unit = \"working\""),
    (29, SET, "n = 12, unit = \"working\"", "n = 1200, unit = \"working\""),
    (30, SET, "missed = \"propose\"\npropose = \"not_register\"", "missed = \"propose\""),
    (30, SET, "propose = \"not_register\"", "propose = \"note\""),
    (
        31,
        SET,
        "{ kept = \"decision\" }] }, else = \"warn\", why = { id = \"Putusan terlambat.\", en = \"The decision was late.\" }, src = [\"OLDER\"], mark = \"U\"",
        "{ kept = \"decision\" }] }, else = \"block\", why = { id = \"Putusan terlambat.\", en = \"The decision was late.\" }, src = [\"OLDER\"], mark = \"L\"",
    ),
    (32, SET, "rows = [[\"on\", \"at\"], [\"petitioner\"]]", "rows = [[\"on\", \"at\"]]"),
    (32, SET, "rows = [[\"on\", \"at\"], [\"petitioner\"]]", "rows = [[\"on\", \"at\", \"petitioner\"]]"),
    (32, SET, "rows = [[\"on\", \"at\"], [\"petitioner\"]]", "rows = [[\"on\", \"at\"], [\"petitioner\"], [\"on\"]]"),
    (32, SET, "[field.plain]\non = { kind = \"date\",", "[field.plain]\non = { kind = \"text\","),
    (33, SET, "{ v = \"present\", id = \"Hadir\", en = \"Present\" }, ", ""),
    (33, SET, "add = { id = \"Tambah\", en = \"Add\" }, ", ""),
    (33, SET, "{ v = \"power\"", "{ v = \"petition\""),
    (34, SET, "rows = [[\"on\", \"at\"], [\"result\"], [\"gaps\"]]", "rows = [[\"on\", \"at\"], [\"gaps\"], [\"result\"]]"),
    (
        34,
        SET,
        "name = { kind = \"name\",",
        "name = { kind = \"rows\", of = \"counsel\", code = \"K\", add = { id = \"Tambah\", en = \"Add\" },",
    ),
    (35, SET, "max = 2000", "max = 0"),
    (36, SET, "of = \"receive\"", "of = \"nowhere\""),
    (36, SET, "no = \"PSPP-01\"", "no = \"Formulir 1\""),
    (37, SET, "see = \"office\"", "see = \"public\""),
    (
        38,
        SET,
        "[list.papers]",
        "[list.other]\nrows = [{ v = \"x\", id = \"X\", en = \"X\" }]\nsrc = [\"TEXT\"]\nmark = \"C\"\n\n[list.papers]",
    ),
    (38, "sources.toml", "[OLDER]", "[UNUSED]\nwork = { id = \"Lain\", en = \"Other\" }\nhow = \"press\"\n\n[OLDER]"),
    (39, CALENDAR, "date = 2026-01-01", "date = 2026-12-26"),
    (39, CALENDAR, "date = 2026-12-25", "date = 2027-12-25"),
    (39, CALENDAR, "decree = \"Keputusan contoh\"", "decree = \"\""),
    (39, CALENDAR, "status = \"decreed\"", "status = \"expected\""),
    (40, "offices.csv", "11.01,regency,11,", "11,regency,11,"),
    (40, "offices.csv", "11.01,regency,11,", "11.01,regency,12,"),
    (40, "offices.csv", "11.01,regency,11,", "11.01,regency,,"),
    (40, "offices.csv", ",WIT,", ",WIST,"),
    (40, "offices.csv", "16.00", "sore"),
    (40, "offices.csv", "Kantor Kabupaten", "Kantor, Kabupaten"),
    (40, "offices.csv", "code,level", "kode,level"),
    (41, "numbers.toml", "{seq:3}", "{seq}"),
    (41, "numbers.toml", "{year}", "{era}"),
    (41, "numbers.toml", "/{year}", ""),
    (42, SET, "default = \"in_time\"", "default = \"never\""),
    (42, SET, "{ v = \"in_time\", id = \"Bila tepat waktu\", en = \"If in time\" }, ", ""),
    (44, SET, "guards = [\"absent_twice\"]", "guards = [\"absent_twice\", \"never_holds\"]"),
];

/// The sound tree in a folder of its own.
fn tree(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    for file in [SET, CALENDAR, "sources.toml", "numbers.toml", "offices.csv"] {
        let (from, to) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tree").join(file), folder.join(file));
        fs::create_dir_all(to.parent().expect("a folder")).expect("it can be made");
        fs::copy(from, to).expect("it can be copied");
    }
    folder
}

fn change(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).expect("the file is there");
    assert!(text.contains(from), "{file} does not contain {from}");
    fs::write(path, text.replacen(from, to, 1)).expect("it can be written");
}

/// What is worth a person's time.
fn serious(folder: &Path) -> Vec<Finding> {
    lint(folder).into_iter().filter(|finding| finding.weight != Weight::Note).collect()
}

#[test]
fn the_projects_own_files_have_no_errors() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/rules");
    let errors: Vec<String> = lint(&folder).iter().filter(|finding| finding.weight == Weight::Error).map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

/// Warnings that were weighed and stand, each with why.
const WEIGHED: &[(u8, &str, &str)] = &[(
    21,
    "guard.closed_in_time",
    "a day of closed deliberation is held within the two days, although only the result ends them: `open` asks just that",
)];

#[test]
fn the_projects_own_warnings_are_those_that_were_weighed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/rules");
    let warnings: Vec<Finding> = lint(&folder).into_iter().filter(|finding| finding.weight == Weight::Warning).collect();
    let weighed = |finding: &Finding| WEIGHED.iter().any(|(code, key, _)| (*code, *key) == (finding.code, &finding.key));
    let new: Vec<String> = warnings.iter().filter(|finding| !weighed(finding)).map(ToString::to_string).collect();
    assert!(new.is_empty(), "weigh them, then mend the rules or add why they stand:\n{}", new.join("\n"));
    assert_eq!(warnings.len(), WEIGHED.len(), "a warning that is told no longer needs no reason");
}

#[test]
fn the_small_tree_is_sound() {
    let findings: Vec<String> = serious(&tree("sound")).iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn each_way_to_break_it_is_found_under_its_number() {
    let folder = tree("broken");
    let mut missed = Vec::new();
    for (code, file, from, to) in BROKEN {
        let path = folder.join(file);
        let sound = fs::read_to_string(&path).expect("the file is there");
        change(&folder, file, from, to);
        if *code == 44 {
            // An act that no case can reach needs a condition of its own.
            let never = "[guard]\nnever_holds = { when = { all = [{ done = \"decide\" }, { counted = [\"absences\", 2] }] }, else = \"block\", why = { id = \"Tidak\", en = \"No\" }, src = [\"TEXT\"], mark = \"C\" }";
            change(&folder, file, "[guard]", never);
        }
        let findings = serious(&folder);
        let found = findings.iter().find(|finding| finding.code == *code);
        match found {
            None => missed.push(format!("L{code:02} not found for `{to}`: {findings:?}")),
            Some(finding) => {
                assert!(!finding.id.is_empty() && !finding.en.is_empty() && finding.id != finding.en, "both languages: {finding}");
                assert_eq!(finding.path, path, "{finding}");
                let lines = fs::read_to_string(&path).expect("the file is there").lines().count();
                assert!((1..=lines.max(1)).contains(&finding.line), "{finding}");
            }
        }
        fs::write(&path, sound).expect("it can be written");
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn a_finding_names_its_line() {
    let folder = tree("lines");
    change(&folder, SET, "counted = [\"absences\", 2]", "counted = [\"nowhere\", 2]");
    let text = fs::read_to_string(folder.join(SET)).expect("the file is there");
    let line = text.lines().position(|line| line.starts_with("absent_twice")).expect("the guard") + 1;
    let found = serious(&folder);
    let finding = found.iter().find(|finding| finding.key == "guard.absent_twice.when").expect("a finding");
    assert_eq!((finding.code, finding.line), (17, line), "{finding}");
}

#[test]
fn a_file_cut_off_anywhere_is_reported_and_stops_nothing() {
    let folder = tree("cut");
    let path = folder.join(SET);
    let text = fs::read_to_string(&path).expect("the file is there");
    for part in 0..60 {
        let mut at = text.len() * part / 60;
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        fs::write(&path, &text[..at]).expect("it can be written");
        let findings = lint(&folder);
        assert!(findings.iter().any(|finding| finding.weight == Weight::Error && finding.path == path), "cut at {at}");
    }
}

#[test]
fn hostile_files_are_reported_and_stop_nothing() {
    let deep = format!("x = {}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let deep_tables = format!("x = {}y = 1{}", "{ a = ".repeat(40), " }".repeat(40));
    let nots = format!("format = 1\n[guard.x]\nwhen = {}{{ done = \"x\" }}{}\n", "{ not = ".repeat(30), " }".repeat(30));
    let huge = format!("# {}\n", "x".repeat(2 << 20));
    let keys = format!("{} = 1", vec!["a"; 3_000].join("."));
    let strange: [&[u8]; 7] =
        [deep.as_bytes(), deep_tables.as_bytes(), nots.as_bytes(), huge.as_bytes(), keys.as_bytes(), b"\xff\xfe\x00", b""];
    for (index, text) in strange.iter().enumerate() {
        for file in [SET, CALENDAR, "sources.toml", "numbers.toml", "offices.csv"] {
            let folder = tree("hostile");
            fs::write(folder.join(file), text).expect("it can be written");
            let findings = lint(&folder);
            assert!(index == 6 || findings.iter().any(|finding| finding.weight == Weight::Error), "text {index} as {file}");
        }
    }
    let folder = tree("missing");
    fs::remove_file(folder.join("sources.toml")).expect("it was there");
    fs::remove_dir_all(folder.join("calendars")).expect("it was there");
    assert!(lint(&folder).iter().filter(|finding| finding.code == 1).count() >= 2);
    assert!(!lint(&folder.join("nowhere")).is_empty());
}

#[test]
fn a_later_version_follows_and_a_published_one_stays() {
    let folder = tree("versions");
    let text = fs::read_to_string(folder.join(SET)).expect("the file is there");
    let write = |name: &str, text: &str| fs::write(folder.join("sets/contoh").join(name), text).expect("it can be written");
    write("3.toml", &text.replace("version = 1", "version = 3").replace("from = 2026-01-01", "from = 2028-01-01"));
    assert!(serious(&folder).iter().any(|finding| finding.code == 43), "version 2 is missing");
    fs::remove_file(folder.join("sets/contoh/3.toml")).expect("it was there");
    write("2.toml", &text.replace("version = 1", "version = 2"));
    assert!(serious(&folder).iter().any(|finding| finding.code == 43), "it begins on the same day");
    write("2.toml", &text.replace("version = 1", "version = 2").replace("from = 2026-01-01", "from = 2027-01-01"));
    assert!(serious(&folder).is_empty());
    fs::write(folder.join("lock.toml"), format!("\"sets/contoh/1\" = \"{}\"\n", "0".repeat(64))).expect("it can be written");
    assert!(serious(&folder).iter().any(|finding| finding.code == 8), "the published digest is another");
}

#[test]
fn every_number_is_explained_and_every_check_is_broken_once() {
    let explained: Vec<u8> = EXPLAINED.iter().map(|(code, ..)| *code).collect();
    assert_eq!(explained, (1..=44).collect::<Vec<u8>>());
    assert_eq!(explain().lines().filter(|line| line.starts_with('L')).count(), 44);
    // 7 does not apply, 8 and 43 have a test of their own, 22 is a note.
    let missing: Vec<u8> =
        (1..=44).filter(|code| ![7, 8, 22, 43].contains(code) && !BROKEN.iter().any(|(broken, ..)| broken == code)).collect();
    assert!(missing.is_empty(), "no broken file for {missing:?}");
}
