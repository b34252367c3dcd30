//! A rule set as Indonesian sentences, for the lawyer who checks it: states, acts with who, from, to, conditions and articles,
//! deadlines with every reading, papers, forms, switches, and a diagram. The texts are those that the app shows.

use sips_lapangan::domain::office::{Level, Role};
use sips_lapangan::domain::rule_set::{
    ActRule, Closes, DayUnit, Field, Kind, Mark, Missed, Need, Otherwise, Pick, Reading, RuleSet, See, Source, When,
};
use sips_lapangan::domain::table::Table;
use std::fmt::Write as _;

use crate::lint::field;

/// Prints one rule set; articles come from `sources`.
#[must_use]
pub fn book(set: &RuleSet, sources: &Table<String, Source>) -> String {
    let mut page = Page { set, sources, text: String::new() };
    page.head();
    page.diagram();
    page.states();
    page.acts();
    page.counters_and_switches();
    page.deadlines();
    page.papers();
    page.lists();
    page.forms();
    page.text
}

struct Page<'a> {
    set: &'a RuleSet,
    sources: &'a Table<String, Source>,
    text: String,
}

impl Page<'_> {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// `Dasar: Perbawaslu 9/2022 Pasal 33 (naskah). Tanda: pasti.`
    fn basis(&self, src: &[String], mark: Mark) -> String {
        let works: Vec<String> = src
            .iter()
            .map(|key| match self.sources.get(key) {
                Some(source) => format!("{} ({})", source.work.id, how(&source.how)),
                None => format!("{key} (sumber tidak terdaftar)"),
            })
            .collect();
        let works = if works.is_empty() { "tidak ada".to_owned() } else { works.join("; ") };
        format!("Dasar: {works}. Tanda: {}.", mark_word(mark))
    }

    fn head(&mut self) {
        let set = self.set;
        self.line(&format!("# {}", set.title.id));
        self.line("");
        self.line(&format!("Set aturan `{}` versi {}.", set.id, set.version));
        let (by, from) = (self.path(&set.applies.by), set.applies.from);
        self.line(&format!("Berlaku bila {by} pada {from} atau sesudahnya. {}", self.basis(&set.applies.src, set.applies.mark)));
        self.line(&format!("Dikerjakan kantor tingkat: {}.", levels(&set.levels)));
        self.line("Tanda: C pasti (pasal dibaca atau dua sumber sama), L kemungkinan, U belum diketahui; yang U tidak pernah menghalangi.");
    }

    fn diagram(&mut self) {
        let set = self.set;
        self.line("\n## Bagan\n\n```mermaid\nstateDiagram-v2");
        let mut lines = Vec::new();
        for (key, state) in set.state.iter() {
            lines.push(format!("    state \"{}\" as {key}", state.label.id.replace('"', "'")));
            if state.start {
                lines.push(format!("    [*] --> {key}"));
            }
            if state.end.is_some() {
                lines.push(format!("    {key} --> [*]"));
            }
        }
        for act in set.act.values() {
            let label = act.label.id.replace([':', ';'], ",");
            if act.spawns.is_some() {
                // A side strand begins beside the main one.
                lines.extend(act.to.iter().map(|to| format!("    [*] --> {to} : {label}")));
                continue;
            }
            for from in &act.from {
                lines.extend(act.to.iter().map(|to| format!("    {from} --> {to} : {label}")));
                for (option, to) in act.branch.iter() {
                    lines.push(format!("    {from} --> {to} : {label} ({})", self.option(act, option).replace([':', ';'], ",")));
                }
            }
        }
        self.line(&lines.join("\n"));
        self.line("```");
    }

    fn states(&mut self) {
        let set = self.set;
        self.line("\n## Status");
        for (key, state) in set.state.iter() {
            let mut sentence = format!("\n- **{}** (`{key}`)", state.label.id);
            if let Some(strand) = &state.strand {
                let _ = write!(sentence, ", jalur samping *{}*", self.strand(strand));
            }
            if state.start {
                sentence.push_str(". Perkara mulai di sini");
            }
            if let Some(column) = &state.end {
                let _ = write!(sentence, ". Akhir; kolom rekap `{column}`");
            }
            if let Some(group) = &state.group {
                let _ = write!(sentence, ". Disebut juga *{group}*");
            }
            let _ = write!(sentence, ". {}", self.basis(&state.src, state.mark));
            self.line(&sentence);
        }
        for (key, strand) in set.strand.iter() {
            let sentence = format!(
                "\nJalur samping **{}** (`{key}`): paling banyak {} dalam satu perkara. {}",
                strand.label.id,
                strand.max,
                self.basis(&strand.src, strand.mark)
            );
            self.line(&sentence);
        }
    }

    fn acts(&mut self) {
        let set = self.set;
        self.line("\n## Tindakan");
        for (key, act) in set.acts_in_order() {
            self.line(&format!("\n### {} (`{key}`)\n", act.label.id));
            let mut who = format!("Dilakukan oleh {}", roles(&act.by.role));
            if !act.by.recorded_by.is_empty() {
                let _ = write!(who, "; boleh dicatat oleh {}", roles(&act.by.recorded_by));
            }
            let _ = write!(who, ", di tingkat {}", levels(set.levels_of(act)));
            if act.by.above {
                who.push_str(", atau kantor di atasnya");
            }
            self.line(&format!("{who}."));
            let from: Vec<String> = act.from.iter().map(|state| self.state(state)).collect();
            self.line(&format!("Dapat dilakukan dalam status {}.", either(&from)));
            if let Some(strand) = &act.spawns {
                self.line(&format!("Memulai jalur samping {}.", self.strand(strand)));
            }
            match (&act.to, &act.to_by) {
                (Some(to), _) => self.line(&format!("Sesudahnya: {}.", self.state(to))),
                (None, Some(by)) => {
                    self.line(&format!("Sesudahnya menurut {}:", self.path(by)));
                    for (option, to) in act.branch.iter() {
                        self.line(&format!("  - {} → {}", self.option(act, option), self.state(to)));
                    }
                }
                (None, None) => self.line("Status tidak berubah."),
            }
            if act.once {
                self.line("Hanya sekali dalam satu perkara.");
            }
            if let Some(series) = &act.number {
                self.line(&format!("Server menerbitkan nomor seri `{series}`."));
            }
            self.line(&format!("Formulir: {}.", set.form.get(&act.form).map_or(act.form.as_str(), |form| form.title.id.as_str())));
            for guard_key in &act.guards {
                let Some(guard) = set.guard.get(guard_key) else { continue };
                let otherwise = match guard.otherwise {
                    Otherwise::Block => "Bila tidak, tindakan ditolak",
                    Otherwise::Warn => "Bila tidak, alasan diminta dan dicatat",
                };
                let sentence = format!(
                    "- Syarat `{guard_key}`: {}. {otherwise}: “{}” {}",
                    self.when(&guard.when, None),
                    guard.why.id,
                    self.basis(&guard.src, guard.mark)
                );
                self.line(&sentence);
            }
            self.line(&self.basis(&act.src, act.mark));
        }
    }

    fn counters_and_switches(&mut self) {
        let set = self.set;
        if !set.counter.is_empty() {
            self.line("\n## Penghitung");
        }
        for (key, counter) in set.counter.iter() {
            let sentence = format!(
                "\n- `{key}` menghitung “{}” berturut-turut, selama {}; bila tidak, kembali ke 0.",
                self.act(&counter.of),
                self.when(&counter.plus, None)
            );
            self.line(&sentence);
        }
        if !set.switch.is_empty() {
            self.line("\n## Sakelar: hal yang dijawab kantor sendiri");
        }
        for (key, switch) in set.switch.iter() {
            let answers: Vec<&str> = switch.options.iter().map(|option| option.id.as_str()).collect();
            let default =
                switch.options.iter().find(|option| option.v == switch.default).map_or(switch.default.as_str(), |option| &option.id);
            let sentence = format!(
                "\n- **{}** (`{key}`): {}. Selama belum dijawab: {default}. {}",
                switch.label.id,
                answers.join(" / "),
                self.basis(&switch.src, switch.mark)
            );
            self.line(&sentence);
        }
    }

    fn deadlines(&mut self) {
        let set = self.set;
        self.line("\n## Tenggat");
        for (key, deadline) in set.deadline.iter() {
            let met: Vec<String> = deadline.met_by.iter().map(|act| self.act(act)).collect();
            let missed = match (deadline.missed, &deadline.propose) {
                (Missed::Propose, Some(act)) => format!("Bila lewat, diusulkan: {}; seorang petugas yang memutuskan", self.act(act)),
                _ => "Bila lewat, tindakan tetap dicatat dan ditandai terlambat".to_owned(),
            };
            self.line(&format!("\n### {} (`{key}`)\n\nDipenuhi oleh {}. {missed}.", deadline.label.id, either(&met)));
            if deadline.readings.len() > 1 {
                self.line(&format!("Ada {} bacaan:", deadline.readings.len()));
            }
            for reading in &deadline.readings {
                let sentence = self.reading(reading);
                self.line(&sentence);
            }
        }
    }

    fn reading(&self, reading: &Reading) -> String {
        let start = match &reading.start_date {
            Some(path) => format!("tanggal {}", self.path(path)),
            None => {
                let acts: Vec<String> = reading.start_act.iter().map(|act| self.act(act)).collect();
                let pick = match reading.pick {
                    Pick::First => "pertama",
                    Pick::Last => "terakhir",
                };
                format!("hari tindakan {pick} {}", either(&acts))
            }
        };
        let unit = match reading.unit {
            DayUnit::Working => "hari kerja",
            DayUnit::Calendar => "hari kalender",
        };
        let closes = match reading.closes {
            Closes::Office => "jam tutup kantor (24.00 bila belum diisi)",
            Closes::Midnight => "24.00",
        };
        let mut sentence = format!(
            "- `{}`{}: {} {unit} sejak {start}; hari itu tidak dihitung; berakhir pukul {closes}",
            reading.id,
            if reading.default { " (bawaan)" } else { "" },
            reading.n
        );
        if let Some(when) = &reading.start_if {
            let _ = write!(sentence, "; hanya tindakan dengan {}", self.when(when, None));
        }
        if let Some(when) = &reading.when {
            let _ = write!(sentence, "; hanya bila {}", self.when(when, None));
        }
        if let Some(note) = &reading.note {
            let _ = write!(sentence, ". {}", note.id);
        }
        format!("{sentence}. {}", self.basis(&reading.src, reading.mark))
    }

    fn papers(&mut self) {
        let set = self.set;
        self.line("\n## Surat");
        for (key, paper) in set.paper.iter() {
            let number = if paper.no.is_empty() { "nomor formulir belum diketahui" } else { &paper.no };
            let see = match paper.see {
                See::Parties => "dilihat kantor dan para pihak",
                See::Public => "terbuka untuk umum sesudah tindakannya dicatat",
                See::Office => "hanya untuk kantor",
            };
            let form = set.act.get(&paper.of).map(|act| act.form.as_str());
            let only = paper.only_if.as_ref().map(|when| format!(", hanya bila {}", self.when(when, form))).unwrap_or_default();
            let sentence = format!(
                "\n- **{}** (`{key}`, {number}), dari “{}”{only}; {see}. {}",
                paper.title.id,
                self.act(&paper.of),
                self.basis(&paper.src, paper.mark)
            );
            self.line(&sentence);
        }
    }

    fn lists(&mut self) {
        let set = self.set;
        for (key, list) in set.list.iter() {
            self.line(&format!("\n## Daftar periksa `{key}`\n\n{}", self.basis(&list.src, list.mark)));
            for row in &list.rows {
                let copies = if row.copies == 1 { String::new() } else { format!(", {} rangkap", row.copies) };
                let required = if row.required { ", wajib agar lengkap" } else { "" };
                let only =
                    row.only_if.as_ref().map(|when| format!(", hanya bila {}", self.when(when, Some("petition")))).unwrap_or_default();
                self.line(&format!("- {}{copies}{required}{only}", row.id));
            }
        }
    }

    fn forms(&mut self) {
        let set = self.set;
        self.line("\n## Formulir");
        for (key, form) in set.form.iter() {
            self.line(&format!("\n### {} (`{key}`)\n\n{}", form.title.id, self.basis(&form.src, form.mark)));
            for group in &form.groups {
                let hint = group.hint.as_ref().map(|hint| format!(" {}", hint.id)).unwrap_or_default();
                self.line(&format!("\n**{}**{hint}\n", group.title.id));
                for name in group.rows.iter().flatten() {
                    if let Some(field) = set.field(key, name) {
                        let sentence = self.field_sentence(key, name, field);
                        self.line(&sentence);
                    }
                }
            }
        }
    }

    fn field_sentence(&self, form: &str, name: &str, field: &Field) -> String {
        let kind = match field.kind {
            Kind::Text => "teks satu baris",
            Kind::Name => "nama",
            Kind::LongText => "teks panjang",
            Kind::Choice => "pilihan",
            Kind::YesNo => "ya atau tidak",
            Kind::Date => "tanggal",
            Kind::Time => "jam",
            Kind::Count => "bilangan",
            Kind::Nik => "NIK",
            Kind::Phone => "telepon",
            Kind::Email => "surel",
            Kind::Rows => "bagian berulang",
            Kind::Checklist => "daftar periksa",
            Kind::Files => "berkas",
        };
        let need = match field.need {
            Need::Must => "wajib",
            Need::Law => "diminta hukum, kekurangannya dicatat",
            Need::Optional => "boleh kosong",
        };
        let mut sentence = format!("- {} (`{name}`): {kind}, {need}", field.label.id);
        if !field.options.is_empty() {
            let options: Vec<&str> = field.options.iter().map(|option| option.id.as_str()).collect();
            let _ = write!(sentence, "; {}", options.join(" / "));
        }
        if field.not_future {
            sentence.push_str("; tidak sesudah hari ini");
        }
        if field.min > 0 {
            let _ = write!(sentence, "; paling sedikit {}", field.min);
        }
        if let Some(when) = &field.only_if {
            let _ = write!(sentence, "; hanya bila {}", self.when(when, Some(form)));
        }
        sentence
    }

    fn state(&self, key: &str) -> String {
        self.set.state.get(key).map_or_else(|| key.to_owned(), |state| format!("*{}*", state.label.id))
    }

    fn strand(&self, key: &str) -> String {
        self.set.strand.get(key).map_or_else(|| key.to_owned(), |strand| strand.label.id.clone())
    }

    fn act(&self, key: &str) -> String {
        self.set.act.get(key).map_or_else(|| key.to_owned(), |act| act.label.id.clone())
    }

    fn deadline(&self, key: &str) -> String {
        self.set.deadline.get(key).map_or_else(|| key.to_owned(), |deadline| format!("“{}”", deadline.label.id))
    }

    fn option(&self, act: &ActRule, option: &str) -> String {
        let field = act.to_by.as_deref().and_then(|path| field(self.set, path));
        let choice = field.and_then(|field| field.options.iter().find(|choice| choice.v == option));
        choice.map_or_else(|| option.to_owned(), |choice| choice.id.clone())
    }

    /// The label of a field.
    fn path(&self, path: &str) -> String {
        if path == "act.date" {
            return "hari tindakan".to_owned();
        }
        field(self.set, path).map_or_else(|| format!("`{path}`"), |field| format!("“{}”", field.label.id))
    }

    /// A condition as a clause.
    fn when(&self, when: &When, form: Option<&str>) -> String {
        let full = |path: &str| match form {
            Some(form) if field(self.set, path).is_none() => format!("{form}.{path}"),
            _ => path.to_owned(),
        };
        let name = |path: &str| self.path(&full(path));
        match when {
            When::Is(path) => {
                let Some((path, options)) = path.split_first() else { return String::new() };
                let known = field(self.set, &full(path));
                let words: Vec<String> = options
                    .iter()
                    .map(|option| {
                        let choice = known.and_then(|field| field.options.iter().find(|choice| choice.v == *option));
                        match (choice, option.as_str()) {
                            (Some(choice), _) => format!("“{}”", choice.id),
                            (None, "yes") => "ya".to_owned(),
                            (None, "no") => "tidak".to_owned(),
                            (None, other) => format!("`{other}`"),
                        }
                    })
                    .collect();
                format!("{} adalah {}", name(path), either(&words))
            }
            When::Filled(path) => format!("{} terisi", name(path)),
            When::Ordered(one, other) => format!("{} tidak sesudah {}", name(one), name(other)),
            When::Differs(one, other) => format!("{} berbeda dari {}", name(one), name(other)),
            When::AtLeast(path, n) => format!("{} paling sedikit {n}", name(path)),
            When::AllOf(path) => format!("semua yang wajib di {} ada", name(path)),
            When::Lead { field, n, unit } => {
                let unit = if *unit == DayUnit::Working { "hari kerja" } else { "hari" };
                format!("tindakan paling lambat {n} {unit} sebelum {}", name(field))
            }
            When::Done(act) => format!("“{}” sudah dilakukan", self.act(act)),
            When::Never(act) => format!("“{}” belum pernah dilakukan", self.act(act)),
            When::SameDay(one, other) => format!("“{}” pada hari yang sama dengan “{}”", self.act(one), self.act(other)),
            When::Counted(counter, n) => format!("penghitung `{counter}` mencapai {n}"),
            When::At(at) => {
                let Some((strand, states)) = at.split_first() else { return String::new() };
                let states: Vec<String> = states.iter().map(|state| self.state(state)).collect();
                let strand = if strand == "main" { "perkara".to_owned() } else { self.strand(strand) };
                format!("{strand} dalam status {}", either(&states))
            }
            When::Rests(strand) => format!("jalur {} sudah selesai atau tidak ada", self.strand(strand)),
            When::Switch(switch, value) => {
                let known = self.set.switch.get(switch);
                let label = known.map_or(switch.as_str(), |switch| switch.label.id.as_str());
                let answer = known
                    .and_then(|known| known.options.iter().find(|option| option.v == *value))
                    .map_or(value.as_str(), |option| &option.id);
                format!("sakelar “{label}” dijawab “{answer}”")
            }
            When::Numbered(series) => format!("nomor seri `{series}` sudah diminta"),
            When::Open(deadline) => format!("tenggat {} belum lewat", self.deadline(deadline)),
            When::Over(deadline) => format!("tenggat {} sudah lewat", self.deadline(deadline)),
            When::Kept(deadline) => format!("tenggat {} dipenuhi tepat waktu", self.deadline(deadline)),
            When::All(all) => all.iter().map(|when| self.part(when, form)).collect::<Vec<_>>().join(", dan "),
            When::Any(any) => any.iter().map(|when| self.part(when, form)).collect::<Vec<_>>().join(", atau "),
            When::Not(inner) => format!("tidak benar bahwa {}", self.part(inner, form)),
        }
    }

    /// A part of a joined condition; joined ones in it stand in brackets.
    fn part(&self, when: &When, form: Option<&str>) -> String {
        match when {
            When::All(_) | When::Any(_) => format!("({})", self.when(when, form)),
            _ => self.when(when, form),
        }
    }
}

fn either(words: &[String]) -> String {
    match words {
        [] => "(tidak ada)".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} atau {last}", first.join(", ")),
    }
}

fn roles(roles: &[Role]) -> String {
    let words: Vec<String> = roles
        .iter()
        .map(|role| {
            match role {
                Role::Counter => "petugas penerima",
                Role::Official => "pejabat struktural",
                Role::Member => "anggota",
                Role::Secretary => "sekretaris atau notulen",
                Role::Operator => "operator SIPS",
                Role::ProvinceAdmin => "admin provinsi",
                Role::NationalAdmin => "admin pusat",
                Role::District => "Panwaslu Kecamatan",
            }
            .to_owned()
        })
        .collect();
    either(&words)
}

fn levels(levels: &[Level]) -> String {
    let words: Vec<String> = levels
        .iter()
        .map(|level| {
            match level {
                Level::National => "pusat",
                Level::Province => "provinsi",
                Level::Regency => "kabupaten/kota",
                Level::District => "kecamatan",
            }
            .to_owned()
        })
        .collect();
    either(&words)
}

fn how(how: &str) -> &str {
    match how {
        "text" => "naskah dibaca",
        "press" => "berita atau laman",
        "older_rule" => "aturan lama",
        "inference" => "simpulan",
        other => other,
    }
}

fn mark_word(mark: Mark) -> &'static str {
    match mark {
        Mark::Confirmed => "C, pasti",
        Mark::Likely => "L, kemungkinan",
        Mark::Unknown => "U, belum diketahui",
    }
}
