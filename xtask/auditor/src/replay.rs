//! A case history read again: where the case stands, which deadlines run, and whether each act, decided again under the
//! rules that it pins, comes to the effects that are stored with it.

use sips_lapangan::domain::amendment::Amendment;
use sips_lapangan::domain::answers::Answers;
use sips_lapangan::domain::case::{Act, Case, Effect};
use sips_lapangan::domain::command::{Base, Envelope, Payload, SCHEMA};
use sips_lapangan::domain::decide::decide;
use sips_lapangan::domain::facts::{Facts, current_state};
use sips_lapangan::domain::guard::Truth;
use sips_lapangan::domain::id::DeviceId;
use sips_lapangan::domain::office::{Actor, Office};
use sips_lapangan::domain::rule_set::{RuleSet, Text};
use sips_lapangan::domain::time::Timestamp;
use sips_lapangan::i18n::{Language, format};
use sips_lapangan::rules::{self, RuleBook};
use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::due::both;

/// What was found: the account of the case, and how many acts do not come out as they are stored.
#[derive(Debug)]
pub struct Replay {
    /// For reading.
    pub text: String,
    /// Acts that could not be read, are refused, or come to other effects. Acts under rules that are not here are not counted.
    pub divergent: usize,
    /// Acts under rules or a calendar that are not here.
    pub not_judged: usize,
    /// The case, folded.
    pub case: Option<Case>,
}

/// Reads a history: a JSON array of acts, or a whole case as the server gives it. Beside the acts `amendments` may stand, as the server's
/// changes carry them: acts that rest on versions made in the app are then judged by these.
///
/// # Errors
/// The text is no JSON, or neither of the two.
pub fn replay(json: &[u8]) -> Result<Replay, String> {
    let document: serde_json::Value = serde_json::from_slice(json).map_err(|error| format!("JSON: {error}"))?;
    let acts = document.as_array().or_else(|| document.get("acts")?.as_array()).ok_or_else(|| {
        both("bukan larik tindakan dan bukan perkara utuh dari server", "neither an array of acts nor a whole case from the server")
    })?;
    let amendments: Vec<Amendment> = match document.get("amendments") {
        None => Vec::new(),
        Some(amendments) => serde_json::from_value(amendments.clone())
            .map_err(|error| both(&format!("amendments tidak terbaca: {error}"), &format!("the amendments cannot be read: {error}")))?,
    };
    let book = RuleBook::new(amendments);
    let mut text = String::new();
    let mut replay = Replay { text: String::new(), divergent: 0, not_judged: 0, case: None };
    let mut seen = BTreeSet::new();
    let mut last: Option<Act> = None;
    let mut line = |mark: &str, index: usize, what: &str| writeln!(text, "{mark} {:>3}  {what}", index + 1).unwrap_or_default();
    for (index, stored) in acts.iter().enumerate() {
        let act: Act = match serde_json::from_value(stored.clone()) {
            Ok(act) => act,
            Err(error) => {
                line("!!", index, &both(&format!("tindakan tidak terbaca: {error}"), &format!("the act cannot be read: {error}")));
                replay.divergent += 1;
                continue;
            }
        };
        let case = replay.case.get_or_insert_with(|| Case::new(act.case_id));
        let mut problems = out_of_line(&act, case, &mut seen);
        match again(&book, case, &act) {
            Again::Same => {}
            Again::NotJudged(why) => {
                replay.not_judged += 1;
                line("??", index, &why);
            }
            Again::Other(differences) => problems.extend(differences),
        }
        let mark = if problems.is_empty() { "  " } else { "!!" };
        line(mark, index, &format!("{}  {}", moment(&act), label(&book, &act)));
        replay.divergent += usize::from(!problems.is_empty());
        problems.iter().for_each(|problem| line("!!", index, &format!("    {problem}")));
        case.apply(&act);
        last = Some(act);
    }
    replay.text = text;
    if let (Some(case), Some(last)) = (&replay.case, &last) {
        replay.text.push_str(&standing(&book, case, last));
    }
    let (acts, divergent, not_judged) = (acts.len(), replay.divergent, replay.not_judged);
    let _ = writeln!(
        replay.text,
        "\n{}",
        both(
            &format!("{acts} tindakan, {divergent} berbeda dari yang tersimpan, {not_judged} tidak dapat diputus ulang"),
            &format!("{acts} acts, {divergent} differ from what is stored, {not_judged} could not be decided again"),
        )
    );
    let _ = writeln!(
        replay.text,
        "{}",
        both(
            "Peran pelaku tidak tersimpan bersama tindakan dan tidak diperiksa ulang.",
            "Roles are not stored with an act and are not checked again."
        )
    );
    Ok(replay)
}

/// What does not fit between an act and those before it.
fn out_of_line(act: &Act, case: &Case, seen: &mut BTreeSet<String>) -> Vec<String> {
    let mut problems = Vec::new();
    if act.case_id != case.id {
        problems.push(both("milik perkara lain", "it belongs to another case"));
    }
    if !seen.insert(act.command_id.to_string()) {
        problems.push(both("perintah yang sama sudah ada", "the same command stands here already"));
    }
    if act.revision != 0 && act.revision != case.revision + 1 {
        let (found, expected) = (act.revision, case.revision + 1);
        problems.push(both(&format!("revisi {found}, seharusnya {expected}"), &format!("revision {found} where {expected} is due")));
    }
    problems
}

enum Again {
    Same,
    NotJudged(String),
    Other(Vec<String>),
}

/// Decides an act again under its pins.
fn again(book: &RuleBook, case: &Case, act: &Act) -> Again {
    let (Some(set), Some(calendar)) = (book.set(&act.rules), book.calendar(&act.calendar)) else {
        let pin = if book.set(&act.rules).is_none() { &act.rules } else { &act.calendar };
        let pin = format!("{}@{} {}", pin.id, pin.version, pin.digest.short());
        return Again::NotJudged(both(&format!("aturan tidak ada di sini: {pin}"), &format!("these rules are not here: {pin}")));
    };
    let Some(row) = office(act) else {
        let code = &act.office.0;
        return Again::NotJudged(both(&format!("kantor {code} tidak ada di offices.csv"), &format!("office {code} is not in offices.csv")));
    };
    let Some(office) = book.office_at(row, act.office_settings.as_ref()) else {
        // Made in the app of a server; the table of offices has what came before.
        let pin = act.office_settings.as_ref().map(|pin| format!("{}@{} {}", pin.id, pin.version, pin.digest.short())).unwrap_or_default();
        return Again::NotJudged(both(
            &format!("keterangan kantor tidak ada di sini: {pin}"),
            &format!("these office settings are not here: {pin}"),
        ));
    };
    let rule = set.value.act.get(&act.act);
    // Older records do not say in which roles; they are taken for those that may.
    let roles = match rule {
        Some(rule) if act.by.roles.is_empty() => rule.by.all().collect(),
        _ => act.by.roles.clone(),
    };
    let actor = Actor { account: act.by.account, name: act.by.name.clone(), office: act.office.clone(), roles };
    let form = rule.map(|rule| rule.form.as_str()).unwrap_or_default();
    let answers = act.effects.iter().find_map(|effect| match effect {
        Effect::Set { form: set, answers } if set == form => Some(answers.clone()),
        _ => None,
    });
    let envelope = Envelope {
        schema: SCHEMA,
        command_id: act.command_id,
        case_id: act.case_id,
        author: act.by.account,
        office: act.office.clone(),
        device: DeviceId::new(Timestamp(0), [0; 10]),
        payload: Payload {
            act: act.act.clone(),
            strand: act.strand.clone().filter(|_| rule.is_none_or(|rule| rule.spawns.is_none())),
            answers: answers.unwrap_or_else(Answers::default),
        },
        base: Base::at(case.revision),
        rules: act.rules.clone(),
        calendar: act.calendar.clone(),
        office_settings: act.office_settings.clone(),
        rulings: act.rulings.clone(),
        depends_on: Vec::new(),
        corrects: Vec::new(),
        happened_at: act.happened_at,
        made_at: act.made_at,
        carried_by: None,
        training: false,
    };
    let context = rules::context(set, calendar, &office, &actor, act.recorded_at.unwrap_or(act.made_at.wall));
    match decide(case, &envelope, &context) {
        Err(reasons) => Again::Other(
            reasons
                .iter()
                .map(|reason| {
                    let reason = serde_json::to_string(reason).unwrap_or_default();
                    both(&format!("sekarang ditolak: {reason}"), &format!("now refused: {reason}"))
                })
                .collect(),
        ),
        Ok(decided) => {
            let differences = differences(act, &decided);
            if differences.is_empty() { Again::Same } else { Again::Other(differences) }
        }
    }
}

/// Numbers are the server's to issue, so that they are not compared.
fn differences(stored: &Act, decided: &Act) -> Vec<String> {
    let mut found = Vec::new();
    let stored_effects: Vec<&Effect> = stored.effects.iter().filter(|effect| !matches!(effect, Effect::Numbered { .. })).collect();
    for effect in stored_effects.iter().filter(|effect| !decided.effects.contains(effect)) {
        let json = serde_json::to_string(effect).unwrap_or_default();
        found.push(both(&format!("tersimpan, tidak dihitung: {json}"), &format!("stored, not decided: {json}")));
    }
    for effect in decided.effects.iter().filter(|effect| !stored_effects.contains(effect)) {
        let json = serde_json::to_string(effect).unwrap_or_default();
        found.push(both(&format!("dihitung, tidak tersimpan: {json}"), &format!("decided, not stored: {json}")));
    }
    if found.is_empty() && !stored_effects.iter().copied().eq(&decided.effects) {
        found.push(both("urutan akibat berbeda", "the effects stand in another order"));
    }
    for (name, same) in [
        ("strand", stored.strand == decided.strand),
        ("late", stored.late == decided.late),
        ("flags", stored.flags == decided.flags),
        ("rulings", stored.rulings == decided.rulings),
    ] {
        if !same {
            found.push(both(&format!("`{name}` berbeda"), &format!("`{name}` differs")));
        }
    }
    found
}

/// Where the case stands after its last act.
fn standing(book: &RuleBook, case: &Case, last: &Act) -> String {
    let mut text = String::new();
    let set = case.rules.as_ref().and_then(|pin| book.set(pin)).map(|set| &set.value);
    let state = set.map_or(case.state.as_str(), |set| current_state(case, set));
    let _ = writeln!(text, "\n{}: {}", both("perkara", "case"), case.name());
    let _ = writeln!(text, "{}: {}", both("status", "state"), named(set, state));
    for (id, strand) in case.strands.iter() {
        let kind = set.and_then(|set| set.strand.get(&strand.kind)).map(|kind| both(&kind.label.id, &kind.label.en)).unwrap_or_default();
        let _ = writeln!(text, "{}: {} {kind}, {} ({id})", both("jalur samping", "side strand"), strand.kind, named(set, &strand.state));
    }
    for (series, number) in case.numbers.iter() {
        let number = number.clone().unwrap_or_else(|| both("belum diterbitkan", "not issued yet"));
        let _ = writeln!(text, "{}: {series} {number}", both("nomor", "number"));
    }
    for (what, keys) in
        [(both("dicatat terlambat", "recorded late"), &case.late), (both("lewat dengan alasan", "passed with a reason"), &case.flags)]
    {
        if !keys.is_empty() {
            let _ = writeln!(text, "{what}: {}", keys.join(", "));
        }
    }
    text.push_str(&deadlines(book, case, last, set));
    text
}

fn deadlines(book: &RuleBook, case: &Case, last: &Act, set: Option<&RuleSet>) -> String {
    let mut text = String::new();
    let (Some(set), Some(calendar), Some(office)) =
        (set, book.calendar(&last.calendar), office(last).and_then(|row| book.office_at(row, last.office_settings.as_ref())))
    else {
        // Without the rules: what was counted when the acts were decided.
        for ((deadline, reading), (last_day, closes_at)) in case.dues.iter() {
            let _ = writeln!(text, "{}: {deadline} ({reading}): {last_day}, {closes_at}", both("tenggat tersimpan", "stored deadline"));
        }
        return text;
    };
    let facts = Facts::of(set, &calendar.value, &office, case, last.happened_at);
    for running in facts.deadlines() {
        let label = set.deadline.get(&running.deadline).map(|rule| both(&rule.label.id, &rule.label.en)).unwrap_or_default();
        let _ = writeln!(text, "{}: {} – {label}", both("tenggat", "deadline"), running.deadline);
        for counted in &running.readings {
            let due = match &counted.due {
                Ok(due) => format!(
                    "{} ({}){}",
                    format::date(Language::Id, due.last_day),
                    format::closing(Language::Id, due.closes_at, office.zone),
                    if due.provisional { both(", sementara", "provisional") } else { String::new() }
                ),
                Err(error) => error.to_string(),
            };
            let perhaps = if counted.applies == Truth::Unknown { both(" berlaku?", "does it apply?") } else { String::new() };
            let _ = writeln!(text, "    {}: {due}{perhaps}", counted.reading);
        }
        let kept = match running.kept {
            Truth::Yes => both("tepat waktu", "in time"),
            Truth::No => both("lewat", "missed"),
            Truth::Unknown => both("belum pasti", "not certain yet"),
        };
        let met = running.met.map(|met| format!(", {}", format::instant(Language::Id, met, office.zone))).unwrap_or_default();
        let _ = writeln!(text, "    {kept}{met}");
    }
    text
}

fn named(set: Option<&RuleSet>, state: &str) -> String {
    let label = set.and_then(|set| set.state.get(state)).map(|state| &state.label);
    label.map_or_else(|| state.to_owned(), |Text { id, en }| format!("{state} ({id} / {en})"))
}

fn label(book: &RuleBook, act: &Act) -> String {
    let label = book.set(&act.rules).and_then(|set| set.value.act.get(&act.act)).map(|rule| both(&rule.label.id, &rule.label.en));
    format!("{} – {}, {} ({})", act.act, label.unwrap_or_default(), act.by.name, act.office.0)
}

fn moment(act: &Act) -> String {
    office(act).map_or_else(|| act.happened_at.to_string(), |office| format::instant(Language::Id, act.happened_at, office.zone))
}

fn office(act: &Act) -> Option<&'static Office> {
    rules::offices().iter().find(|office| office.code == act.office)
}
