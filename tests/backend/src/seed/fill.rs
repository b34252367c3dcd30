//! Filling in the form of an act as an officer would: what the story says, else what the case is about, else words for the field.

use sips_lapangan::domain::answers::{Answer, Answers, Row};
use sips_lapangan::domain::calendar::Calendar;
use sips_lapangan::domain::case::Case;
use sips_lapangan::domain::evidence::MediaType;
use sips_lapangan::domain::form::{NO, YES, fields_in_order, is_shown, listed_rows};
use sips_lapangan::domain::id::RowId;
use sips_lapangan::domain::office::Office;
use sips_lapangan::domain::rule_set::{Field, Kind, Need, RuleSet};
use sips_lapangan::domain::time::{LocalDate, Timestamp};

use super::chance::Chance;
use super::files::Attached;
use super::matter::Matter;
use super::people;
use super::plan::{Plan, Planned, shifted};
use super::words::words;

/// What a story leaves out of a form.
const LEFT_OUT: &str = "-";
/// Prayers of the petitions that ask village by village.
const LONG_PETITUM: usize = 40;

/// A form that is being filled in.
pub struct Filling<'a> {
    rules: &'a RuleSet,
    plan: &'a Plan,
    case: &'a Case,
    matter: Matter,
    at: usize,
    chance: Chance,
    /// Files that the form names.
    pub files: Vec<Attached>,
}

impl<'a> Filling<'a> {
    /// The form of the act at `at` of a plan.
    #[must_use]
    pub fn new(rules: &'a RuleSet, calendar: &Calendar, plan: &'a Plan, case: &'a Case, at: usize) -> Self {
        let chance = plan.chance(1_000 + at as u64);
        Self { rules, plan, case, matter: Matter::of(plan, calendar), at, chance, files: Vec::new() }
    }

    /// Its answers, as they are typed.
    pub fn form(&mut self, form: &str) -> Answers {
        self.fields(form, form)
    }

    fn planned(&self) -> &'a Planned {
        &self.plan.steps[self.at]
    }

    fn office(&self) -> &'a Office {
        self.plan.office
    }

    fn now(&self) -> Timestamp {
        self.planned().at
    }

    fn today(&self) -> LocalDate {
        self.now().in_zone(self.office().zone).date
    }

    fn says(&self, field: &str) -> Option<&'a str> {
        self.planned().step.says(field)
    }

    /// Fields of `form`, which is the act's own form or one of its rows.
    fn fields(&mut self, form: &str, own: &str) -> Answers {
        let mut answers = Answers::default();
        let rules = self.rules;
        for (key, field) in fields_in_order(rules, form) {
            let said = if form == own { self.says(key) } else { None };
            if said == Some(LEFT_OUT) || !is_shown(field, &answers) {
                continue;
            }
            match field.kind {
                Kind::Rows => {
                    let rows = self.rows(form, key, field);
                    if !rows.is_empty() {
                        answers.0.insert(key.to_owned(), Answer::Rows(rows));
                    }
                }
                Kind::Checklist => {
                    let rows = self.checklist(form, field, &answers);
                    answers.0.insert(key.to_owned(), Answer::Rows(rows));
                }
                Kind::Files => {
                    if let Some(row) = self.file(form, key) {
                        answers.0.insert(key.to_owned(), Answer::Rows(vec![row]));
                    }
                }
                _ => {
                    let text = said.map(str::to_owned).or_else(|| self.text(form, key, field, &answers)).unwrap_or_default();
                    let most = field.max.unwrap_or(field.kind.max()) as usize;
                    answers.set_text(key, text.chars().take(most).collect());
                }
            }
        }
        answers
    }

    /// The text of a field; none where it stays empty.
    fn text(&mut self, form: &str, key: &str, field: &Field, around: &Answers) -> Option<String> {
        let local = self.now().in_zone(self.office().zone);
        let (hour, minute) = local.minute.hour_and_minute();
        let matter = &self.matter;
        let known = match (form, key) {
            (_, "filed_on" | "on") => local.date.to_string(),
            (_, "filed_at" | "at") => format!("{hour:02}.{minute:02}"),
            ("petition", "channel") if self.plan.online => "sips".to_owned(),
            ("petition", "object_fixed_on") => matter.fixed_on.to_string(),
            ("petition", "object_known_on") => matter.fixed_on.to_string(),
            ("petition", "object_number") => matter.fact("nomor_objek").to_owned(),
            ("petition", "stage") => matter.stage.clone(),
            ("petition", "election_kind") => matter.election.clone(),
            ("petition", "respondent_name") => matter.respondent.clone(),
            ("petition", "respondent_kind") => {
                Some(matter.kind.clone()).filter(|kind| kind != "other").unwrap_or_else(|| "team".to_owned())
            }
            ("petition", "signed_by") => matter.chair.clone(),
            ("petition", "happened_on") => local.date.to_string(),
            ("petition", "happened_at") => format!("{:02}.{minute:02}", hour.saturating_sub(1)),
            ("petition", "grounds") => return Some(self.grounds()),
            ("petition", "object_title") if matter.spot => return self.prose(form, key, "spot", 30),
            ("party", "kind") => matter.kind.clone(),
            ("party", "name") => matter.petitioner.clone(),
            ("party", "second_name") => matter.second.clone(),
            ("party", "on_behalf_of") => matter.petitioner.trim_start_matches("Tim Kampanye ").to_owned(),
            ("party", "org_chair") => matter.chair.clone(),
            ("party", "org_secretary") => matter.secretary.clone(),
            ("party", "org_level") => match self.office().level {
                sips_lapangan::domain::office::Level::National => "national",
                sips_lapangan::domain::office::Level::Province => "province",
                _ => "regency",
            }
            .to_owned(),
            ("party", "birth_date") => matter.born.to_string(),
            ("party", "birth_place") => matter.fact("wilayah").to_owned(),
            ("party", "sex") => if matter.woman { "f" } else { "m" }.to_owned(),
            ("party", "citizenship") => "WNI".to_owned(),
            ("counsel", "name") => matter.counsel.clone().unwrap_or_default(),
            ("counsel", "power_date") => shifted(local.date, -1).to_string(),
            ("mandate", "date") | ("petition", "mandate_date") => shifted(local.date, -3).to_string(),
            (_, "session_on") => self.session().to_string(),
            (_, "session_at") => "09.00".to_owned(),
            (_, "next_told") => if around.text("stage") == "conclusion" { NO } else { YES }.to_owned(),
            (_, "next_on") => self.day_of(&["hearing", "read_decision"]).to_string(),
            (_, "next_at") => "09.30".to_owned(),
            ("target", "target_on") => self.day_of(&["read_decision"]).to_string(),
            (_, "signed_by" | "plaintiff" | "asked_by" | "brought_by" | "visitor") => matter.chair.clone(),
            ("withdrawal", "name") => matter.petitioner.clone(),
            ("cassation", "by") => matter.respondent.clone(),
            (_, "received_by") => if self.says("party") == Some("respondent") { &matter.secretary } else { &matter.chair }.clone(),
            ("follow_up_letter", "sent_to") => matter.respondent.clone(),
            ("upward_report", "sent_to") => self.above(),
            ("consultation", "office") => self.office().name.clone(),
            ("mandate", "given_by") => self.office().name.clone(),
            ("consultation", "person") | (_, "approved_by") => people::members(self.office()).swap_remove(0),
            ("document", "sender") => matter.respondent.clone(),
            ("note", "with_whom") => matter.secretary.clone(),
            _ => return self.otherwise(form, key, field),
        };
        Some(known)
    }

    fn otherwise(&mut self, form: &str, key: &str, field: &Field) -> Option<String> {
        if field.need == Need::Optional && self.chance.percent(35) {
            return None;
        }
        Some(match field.kind {
            Kind::Choice | Kind::YesNo => {
                let chosen = self.chance.pick(words().choice(form, key)).cloned();
                let first = || field.options.first().map_or(YES, |option| option.v.as_str()).to_owned();
                chosen
                    .filter(|chosen| field.options.is_empty() || field.options.iter().any(|option| option.v == *chosen))
                    .unwrap_or_else(first)
            }
            Kind::Date => self.today().to_string(),
            Kind::Time => "10.00".to_owned(),
            Kind::Count => self.chance.between(1, 9).to_string(),
            Kind::Nik => self.matter.nik(&mut self.chance),
            Kind::Phone => self.matter.phone(&mut self.chance),
            Kind::Email => format!("sekretariat{}@surel.example", self.chance.between(10, 999)),
            // Names of whoever else: a few words that a person would write, the rest made up.
            Kind::Name if key == "court" => return self.prose(form, key, "", 0),
            Kind::Name => words().person(&mut self.chance),
            _ => return self.prose(form, key, if self.matter.spot { "spot" } else { "" }, 0),
        })
    }

    /// Sentences for a field; none in so many of a hundred cases.
    fn prose(&mut self, form: &str, key: &str, kind: &str, none: i64) -> Option<String> {
        if self.chance.percent(none) {
            return None;
        }
        let kind = if form == "plenary" { self.says("result").unwrap_or_default() } else { kind };
        let text = words().passage(form, key, kind).text(&mut self.chance);
        Some(self.matter.told(&text, &mut self.chance))
    }

    /// Reasons of real length: one part for each sub-district that the dispute is about, of which there may be many.
    fn grounds(&mut self) -> String {
        let parts = [1, 1, 2, 2, 2, 3, 3, 4, 6, 12];
        let parts = self.chance.pick(&parts).copied().unwrap_or(1);
        let heading = if parts > 1 { "Mengenai Kecamatan {kecamatan}\n\n" } else { "" };
        let part = |filling: &mut Self| {
            let text = words().passage("petition", "grounds", "").text(&mut filling.chance);
            filling.matter.told(&format!("{heading}{text}"), &mut filling.chance)
        };
        (0..parts).map(|_| part(self)).collect::<Vec<_>>().join("\n\n")
    }

    /// The day of the session that a summons or an announcement is for.
    fn session(&self) -> LocalDate {
        match self.says("session") {
            Some("mediation") => self.day_of(&["mediation_day"]),
            Some("hearing") => self.day_of(&["hearing"]),
            _ => self.day_of(&["read_decision"]),
        }
    }

    fn day_of(&self, acts: &[&str]) -> LocalDate {
        self.plan.day(self.plan.following(self.at, acts)).unwrap_or_else(|| self.today())
    }

    /// The office above, which reports go to.
    fn above(&self) -> String {
        let parent = self.office().parent.as_ref();
        let above = parent.and_then(crate::accounts::office);
        above.unwrap_or(self.office()).name.clone()
    }

    fn row(&mut self, fields: Answers) -> Row {
        Row { id: RowId::new(self.now(), self.chance.entropy()).to_string(), fields }
    }

    fn with(&mut self, pairs: &[(&str, String)]) -> Row {
        let mut fields = Answers::default();
        for (key, value) in pairs {
            fields.set_text(key, value.clone());
        }
        self.row(fields)
    }

    fn rows(&mut self, form: &str, key: &str, field: &Field) -> Vec<Row> {
        let of = field.of.as_deref().unwrap_or_default();
        let members = people::members(self.office());
        let [secretary, note_taker, transcriber] = people::staff(self.office());
        match (key, of) {
            ("members", _) | ("handled_names" | "staff" | "panel", "person") => {
                let few = if self.matter.spot { 1 } else { members.len() };
                let with_role = members.into_iter().zip(std::iter::once("Ketua").chain(std::iter::repeat("Anggota")));
                with_role.take(few.max(1)).map(|(name, role)| self.with(&[("name", name), ("role", role.to_owned())])).collect()
            }
            (_, "mediation_person") => {
                let member = members.into_iter().nth(1).unwrap_or_default();
                [(member, "mediator"), (secretary, "secretary"), (note_taker, "note_taker")]
                    .map(|(name, part)| self.with(&[("name", name), ("part", part.to_owned())]))
                    .into()
            }
            (_, "panel_person") => {
                let mut people: Vec<(String, &str)> =
                    members.into_iter().take(3).zip(std::iter::once("chair").chain(std::iter::repeat("member"))).collect();
                people.extend([(secretary, "secretary"), (note_taker, "note_taker"), (transcriber, "transcriber")]);
                people.into_iter().map(|(name, part)| self.with(&[("name", name), ("part", part.to_owned())])).collect()
            }
            ("petitioner", "party") => {
                let fields = self.fields(of, form);
                vec![self.row(fields)]
            }
            ("counsel", _) if self.matter.counsel.is_none() => Vec::new(),
            ("counsel", _) => {
                let fields = self.fields(of, form);
                vec![self.row(fields)]
            }
            ("petitioner_who", _) => {
                let who = self.matter.counsel.clone().map_or_else(|| (self.matter.chair.clone(), "Pemohon"), |name| (name, "Kuasa hukum"));
                if self.says("petitioner") == Some("absent") {
                    return Vec::new();
                }
                vec![self.with(&[("name", who.0), ("role", who.1.to_owned())])]
            }
            ("respondent_who", _) => {
                if self.says("respondent") == Some("absent") {
                    return Vec::new();
                }
                let name = words().person(&mut self.plan.chance(77));
                vec![self.with(&[("name", name), ("role", "Anggota dan kepala bagian hukum".to_owned())])]
            }
            ("people" | "signed", "person") => {
                let (one, other) = (self.matter.chair.clone(), words().person(&mut self.plan.chance(78)));
                vec![
                    self.with(&[("name", one), ("role", "Pihak pemohon".to_owned())]),
                    self.with(&[("name", other), ("role", "Pihak termohon".to_owned())]),
                ]
            }
            ("witnesses", _) if self.says("stage") != Some("evidence") => Vec::new(),
            (_, "admitted") if self.says("stage") != Some("evidence") => Vec::new(),
            (_, "admitted") => (1..=4)
                .map(|n| {
                    let (code, side) = if n < 4 { (format!("P-{n}"), "petitioner") } else { ("T-1".to_owned(), "respondent") };
                    let title = self.prose("admitted", "title", "", 0).unwrap_or_default();
                    self.with(&[("code", code), ("side", side.to_owned()), ("title", title)])
                })
                .collect(),
            ("petitum", _) => {
                let long = self.plan.chance(79).percent(3);
                let mut texts = self.sentences(form, key, "", 1);
                if long {
                    let more = LONG_PETITUM.saturating_sub(texts.len());
                    texts.splice(1..1, (0..more).flat_map(|_| self.sentences(form, key, "long", 1)).collect::<Vec<_>>());
                }
                let last = texts.len() - 1;
                let part = |at| if at == last { "subsidiary" } else { "primary" };
                texts.into_iter().enumerate().map(|(at, text)| self.with(&[("kind", part(at).to_owned()), ("text", text)])).collect()
            }
            ("operative", _) => {
                let outcome = self.says("outcome").unwrap_or("rejected");
                self.sentences(form, key, outcome, 1).into_iter().map(|text| self.with(&[("text", text)])).collect()
            }
            ("agreed" | "open", _) => {
                let kind = if self.matter.spot { "spot" } else { "" };
                self.sentences(form, key, kind, 1).into_iter().map(|text| self.with(&[("text", text)])).collect()
            }
            ("evidence" | "witness" | "gaps", _) => {
                let most = match (key, self.matter.spot) {
                    ("evidence", false) => self.chance.between(3, 9),
                    ("evidence", true) => self.chance.between(0, 3),
                    ("gaps", _) => self.chance.between(1, 3),
                    _ => self.chance.between(0, 3),
                };
                (0..most)
                    .map(|_| {
                        let fields = self.fields(of, form);
                        self.row(fields)
                    })
                    .collect()
            }
            _ => {
                let fewest = i64::from(field.min).max(i64::from(field.need != Need::Optional));
                (0..fewest)
                    .map(|_| {
                        let fields = self.fields(of, form);
                        self.row(fields)
                    })
                    .collect()
            }
        }
    }

    fn sentences(&mut self, form: &str, key: &str, kind: &str, fewest: usize) -> Vec<String> {
        let mut sentences: Vec<String> =
            words().passage(form, key, kind).sentences(&mut self.chance).into_iter().map(str::to_owned).collect();
        sentences.truncate(sentences.len().max(fewest));
        sentences.into_iter().map(|sentence| self.matter.told(&sentence, &mut self.chance)).collect()
    }

    /// The papers that are there: all, or all but one or two.
    fn checklist(&mut self, form: &str, field: &Field, answers: &Answers) -> Vec<Row> {
        let Some(list) = field.of.as_ref().and_then(|list| self.rules.list.get(list)) else { return Vec::new() };
        let petition = if form == "petition" { answers } else { self.case.form("petition") };
        let listed: Vec<_> = listed_rows(list, petition).collect();
        let less = self.says("papers") == Some("less");
        // The same papers lack when they are handed in and when they are checked.
        let mut lacking = self.plan.chance(80);
        let required: Vec<&str> = listed.iter().filter(|row| row.required).map(|row| row.v.as_str()).collect();
        let how_many = if less { 1 + lacking.index(2) } else { 0 };
        let missing = lacking.some(&required, how_many);
        listed
            .iter()
            .map(|row| {
                let there = !missing.contains(&&row.v.as_str());
                let mut fields = Answers::default();
                fields.set_text("present", if there { YES } else { NO }.to_owned());
                if there {
                    fields.set_text("copies", row.copies.to_string());
                }
                Row { id: row.v.clone(), fields }
            })
            .collect()
    }

    /// A file for a field, in cases that bring some.
    fn file(&mut self, form: &str, key: &str) -> Option<Row> {
        if !self.plan.files || self.chance.percent(40) {
            return None;
        }
        let (name, media) = match (form, key) {
            ("petition", "object_files") => ("Salinan objek sengketa", MediaType::Pdf),
            ("evidence", _) if self.chance.percent(40) => ("Tangkapan layar", MediaType::Png),
            ("evidence", _) => ("Foto bukti", MediaType::Jpeg),
            ("decision", _) => ("Putusan bertanda tangan", MediaType::Pdf),
            (_, "proof") => ("Bukti penyampaian", MediaType::Jpeg),
            (_, "mandate_files") | ("mandate", _) => ("Surat mandat", MediaType::Pdf),
            (_, "cv") => ("Riwayat hidup", MediaType::Pdf),
            _ => ("Berkas", MediaType::Pdf),
        };
        let lines = ["{kantor}", "{objek}", "Tentang {judul} {wilayah} Tahun {tahun}", "Pemohon: {pemohon}", "Termohon: {termohon}"];
        let mut lines: Vec<String> = lines.iter().map(|line| self.matter.told(line, &mut self.chance)).collect();
        lines.push(format!("{name}, contoh buatan untuk mencoba aplikasi, {}", self.today()));
        let attached = Attached::new(name, media, &lines, self.now(), &mut self.chance);
        let row = attached.file.to_row();
        self.files.push(attached);
        Some(row)
    }
}
