//! What a case is about: its parties, its object, its places. Made anew for each act from the case's own chance, so that all acts tell
//! the same story.

use sips_lapangan::domain::calendar::Calendar;
use sips_lapangan::domain::office::Level;
use sips_lapangan::domain::time::LocalDate;

use super::chance::Chance;
use super::plan::{Plan, shifted};
use super::words::words;

/// The facts of a case.
pub struct Matter {
    /// Is it between participants?
    pub spot: bool,
    /// Option of the petitioner's kind.
    pub kind: String,
    /// The petitioner.
    pub petitioner: String,
    /// The second of a pair.
    pub second: String,
    /// Who signs for the petitioner.
    pub chair: String,
    /// Who signs beside.
    pub secretary: String,
    /// Counsel, if there is any.
    pub counsel: Option<String>,
    /// The respondent.
    pub respondent: String,
    /// Option of the stage.
    pub stage: String,
    /// Option of the kind of election.
    pub election: String,
    /// The day of KPU's decision.
    pub fixed_on: LocalDate,
    /// The day of birth of who signs.
    pub born: LocalDate,
    /// Is it a woman?
    pub woman: bool,
    /// For the places of texts.
    facts: Vec<(&'static str, String)>,
}

const MONTHS: [&str; 12] =
    ["Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"];

impl Matter {
    /// That of a case.
    #[must_use]
    pub fn of(plan: &Plan, calendar: &Calendar) -> Self {
        let words = words();
        let office = plan.office;
        let chance = &mut plan.chance(1);
        let reception = &plan.steps[plan.reception()].step;
        let spot = plan.story.track.ends_with("antarpeserta");
        let heads = plan.story.track.starts_with("pemilihan");
        let kinds: &[(&str, &str, &str)] = match (spot, heads) {
            // Kind of petitioner, stage, words for the stage.
            (false, false) if office.level == Level::National => &[
                ("party", "dct", "Penetapan Daftar Calon Tetap"),
                ("would_be_party", "party_verification", "Verifikasi Partai Politik"),
                ("pair", "president", "Penetapan Pasangan Calon"),
            ],
            (false, false) => &[
                ("party", "dcs", "Daftar Calon Sementara"),
                ("party", "dct", "Daftar Calon Tetap"),
                ("dpr_candidate", "dct", "Daftar Calon Tetap"),
                ("party", "dct_change", "Perubahan Daftar Calon Tetap"),
                ("dpd_candidate", "dpd", "Verifikasi Dukungan Bakal Calon Perseorangan"),
                ("would_be_party", "party_verification", "Verifikasi Faktual Kepengurusan Partai Politik"),
                ("party", "campaign", "Lokasi dan Jadwal Kampanye"),
            ],
            (false, true) => &[
                ("would_be_pair", "candidacy", "Verifikasi Dukungan Bakal Pasangan Calon Perseorangan"),
                ("pair", "pair", "Penetapan Pasangan Calon"),
                ("would_be_pair", "pair", "Penetapan Pasangan Calon"),
                ("pair", "campaign", "Lokasi dan Jadwal Kampanye"),
            ],
            (true, false) => &[("party", "", "Kampanye"), ("candidate", "", "Kampanye"), ("team", "", "Kampanye")],
            (true, true) => &[("pair", "", "Kampanye"), ("team", "", "Kampanye")],
        };
        let told = (reception.says("petitioner"), reception.says("stage"));
        let fits: Vec<_> =
            kinds.iter().filter(|kind| told.0.is_none_or(|told| kind.0 == told) && told.1.is_none_or(|told| kind.1 == told)).collect();
        let (kind, stage, stage_words) =
            chance.pick(&fits).map_or((told.0.unwrap_or("party"), told.1.unwrap_or("other"), "Tahapan"), |kind| **kind);
        let is_city = office.name.contains("Kota ");
        let (election, election_words) = match (heads, office.level, kind) {
            (true, Level::Province, _) => ("gubernur", "Pemilihan Gubernur dan Wakil Gubernur"),
            (true, ..) if is_city => ("wali_kota", "Pemilihan Wali Kota dan Wakil Wali Kota"),
            (true, ..) => ("bupati", "Pemilihan Bupati dan Wakil Bupati"),
            (_, _, "pair") => ("presiden", "Pemilihan Presiden dan Wakil Presiden"),
            (_, _, "dpd_candidate") => ("dpd", "Pemilihan Anggota DPD"),
            (_, Level::National, _) => ("dpr", "Pemilihan Anggota DPR"),
            (_, Level::Province, _) => ("dprd_prov", "Pemilihan Anggota DPRD"),
            _ => ("dprd_kab", "Pemilihan Anggota DPRD"),
        };
        let area = office.name.split_once(' ').map_or(office.name.as_str(), |(_, area)| area).to_owned();
        let party = words.party(chance).to_owned();
        let person = words.person(chance);
        let is_party = matches!(kind, "party" | "would_be_party");
        let petitioner = match kind {
            _ if is_party && office.level == Level::National => party.clone(),
            _ if is_party => format!("{party} {area}"),
            "team" => format!("Tim Kampanye {person}"),
            _ => person.clone(),
        };
        // Between participants another one; its name must differ.
        let mut other = words.person(chance);
        while other == person {
            other = words.person(chance);
        }
        let rival = match kind {
            "party" => {
                let mut rival = words.party(chance);
                while rival == party {
                    rival = words.party(chance);
                }
                format!("{rival} {area}")
            }
            "team" => format!("Tim Kampanye {other}"),
            _ => other,
        };
        let fixed_on = plan.fixed_on(calendar);
        let code = office.code.0.replace('.', "");
        let year = fixed_on.year();
        let number = chance.between(11, 890);
        let minutes = reception.says("object_kind") == Some("ba");
        let object_number =
            if minutes { format!("{number}/PL.01.1-BA/{code}/{year}") } else { format!("{number}/PL.01.4-Kpt/{code}/{year}") };
        let short = if minutes { "Berita Acara" } else { "Keputusan" };
        let respondent = if spot { rival.clone() } else { office.organiser.clone() };
        let date = format!("{} {} {}", fixed_on.day(), MONTHS[usize::try_from(fixed_on.month() - 1).unwrap_or(0).min(11)], year);
        let facts = vec![
            ("pemohon", petitioner.clone()),
            ("termohon", respondent.clone()),
            ("termohon_kpu", office.organiser.clone()),
            ("lawan", rival),
            ("wilayah", area),
            ("kantor", office.name.clone()),
            ("objek", format!("{short} Nomor {object_number}")),
            ("judul", format!("{stage_words} {election_words}")),
            ("nomor_objek", object_number),
            ("tahapan", stage_words.to_owned()),
            ("jenis", election_words.to_owned()),
            ("tanggal", date),
            ("tahun", year.to_string()),
            ("kode", code),
        ];
        Self {
            spot,
            kind: kind.to_owned(),
            second: words.person(chance),
            chair: if is_party || kind == "team" { words.person(chance) } else { person },
            secretary: words.person(chance),
            counsel: (!spot && chance.percent(40))
                .then(|| format!("{}, S.H., M.H.", words.person(chance).split(',').next().unwrap_or_default())),
            petitioner,
            respondent,
            stage: stage.to_owned(),
            election: election.to_owned(),
            fixed_on,
            born: shifted(LocalDate::new(1960, 1, 1).unwrap_or(fixed_on), chance.between(0, 14_000)),
            woman: chance.percent(35),
            facts,
        }
    }

    /// A fact by the name that texts use.
    #[must_use]
    pub fn fact(&self, name: &str) -> &str {
        self.facts.iter().find(|(known, _)| *known == name).map_or("", |(_, fact)| fact.as_str())
    }

    /// A text with its places filled in; what is no fact of the case is drawn.
    #[must_use]
    pub fn told(&self, text: &str, chance: &mut Chance) -> String {
        let mut told = String::with_capacity(text.len() * 2);
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            told.push_str(before);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            let places = &words().places;
            let one = |chance: &mut Chance, list: &[String]| chance.pick(list).cloned().unwrap_or_default();
            match name {
                "kecamatan" => told.push_str(&one(chance, &places.districts)),
                "desa" => told.push_str(&one(chance, &places.villages)),
                "jalan" => told.push_str(&one(chance, &places.streets)),
                "angka" => told.push_str(&chance.between(12, 240).to_string()),
                "digit" => told.push_str(&chance.between(1, 9).to_string()),
                "nomor" => told.push_str(&format!("{:03}", chance.between(1, 400))),
                "jam" => told.push_str(&format!("{:02}.{:02}", chance.between(8, 16), 5 * chance.between(0, 11))),
                "telepon" => told.push_str(&self.phone(chance)),
                fact => told.push_str(self.fact(fact)),
            }
            rest = after;
        }
        told.push_str(rest);
        told
    }

    /// A telephone number that nobody has: the block after the operator's code is all zeros.
    #[must_use]
    pub fn phone(&self, chance: &mut Chance) -> String {
        format!("08{}-0000-{:04}", chance.pick(&["12", "13", "21", "52"]).unwrap_or(&"12"), chance.between(1, 9_999))
    }

    /// An identity number: area, day of birth, and a serial that begins with nine, higher than registers count.
    #[must_use]
    pub fn nik(&self, chance: &mut Chance) -> String {
        let area: String = self.fact("kode").chars().chain("0101".chars()).take(4).collect();
        let day = i64::from(self.born.day()) + if self.woman { 40 } else { 0 };
        let year = self.born.year().rem_euclid(100);
        format!("{area:0>4}{:02}{day:02}{:02}{year:02}9{:03}", chance.between(1, 20), self.born.month(), chance.between(1, 999))
    }
}
