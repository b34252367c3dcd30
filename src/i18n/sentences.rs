//! Sentences with parts: what stands in the way, what happened, what is safe and what to do next.

use super::Language;
use super::format;
use super::messages::Messages;
use crate::domain::amendment::{DayProblem, Objection, Part};
use crate::domain::calendar::HolidayKind;
use crate::domain::decide::Reason;
use crate::domain::docket::{DueLine, Press};
use crate::domain::evidence::FileProblem;
use crate::domain::form::{Oddity, ProblemCode};
use crate::domain::number::TemplateProblem;
use crate::domain::office::{Level, Role};
use crate::domain::rule_set::{DayUnit, Guard, Mark, RuleSet};
use crate::domain::time::{LocalDate, Timestamp, Zone};
use crate::rules::entries::{Entry, Target};
use crate::store::StoreError;
use crate::store::record::FileState;
use crate::store::transaction::{CARRIED, DIFFERS};
use crate::sync::answer::ParkReason;
use crate::sync::engine::Trouble;

/// What is wrong with a field, without its name: it stands at the field, and behind the name in the summary.
#[must_use]
pub fn problem(language: Language, code: &ProblemCode) -> String {
    let count = |number: usize| format::count(language, number as u64);
    match code {
        ProblemCode::Required => language.pick("wajib diisi", "must be filled in").into(),
        ProblemCode::NotADate => language
            .pick(
                "bukan tanggal; tulis hari, bulan, dan tahun, misalnya 8 7 2026",
                "is no date; write day, month and year, such as 8 7 2026",
            )
            .into(),
        ProblemCode::ShortYear => language.pick("tulis tahun dengan empat angka", "write the year with four digits").into(),
        ProblemCode::NoSuchDay => language.pick("tanggal ini tidak ada di kalender", "this day is not in the calendar").into(),
        ProblemCode::Future => language.pick("tanggal ini belum tiba", "this day has not come yet").into(),
        ProblemCode::TooEarly => {
            language.pick("tahun ini terlalu lampau; periksa tahunnya", "this year is too long ago; check the year").into()
        }
        ProblemCode::NotATime => {
            language.pick("bukan waktu; tulis jam dan menit, misalnya 10.20", "is no time; write hour and minute, such as 10.20").into()
        }
        ProblemCode::NotANik { digits: Some(digits) } => match language {
            Language::Id => format!("harus 16 angka; yang tertulis {digits}"),
            Language::En => format!("needs 16 digits; there are {digits}"),
        },
        ProblemCode::NotANik { digits: None } => language.pick("hanya boleh berisi 16 angka", "may hold 16 digits only").into(),
        ProblemCode::NotAPhone => {
            language.pick("bukan nomor telepon, misalnya 0812 3456 7890", "is no telephone number, such as 0812 3456 7890").into()
        }
        ProblemCode::NotAnEmail => {
            language.pick("bukan alamat surel, misalnya nama@contoh.id", "is no mail address, such as name@example.id").into()
        }
        ProblemCode::NotACount => language.pick("bukan bilangan bulat", "is no whole number").into(),
        ProblemCode::NotAnOption => language.pick("pilih salah satu", "choose one").into(),
        ProblemCode::TooLong { max, length } => match language {
            Language::Id => format!(
                "terlalu panjang: {} dari paling banyak {} huruf. Semua teks tersimpan di draf; pendekkan sebelum dikirim",
                count(*length),
                count(*max as usize)
            ),
            Language::En => format!(
                "is too long: {} of at most {} characters. All text is kept in the draft; shorten it before sending",
                count(*length),
                count(*max as usize)
            ),
        },
        ProblemCode::TooManyRows { max } => match language {
            Language::Id => format!("terlalu banyak; paling banyak {max}"),
            Language::En => format!("has too many; at most {max}"),
        },
        ProblemCode::TooFewRows { min } => match language {
            Language::Id => format!("perlu paling sedikit {min}"),
            Language::En => format!("needs at least {min}"),
        },
        ProblemCode::NotAFile => language
            .pick("catatan berkas rusak; hapus lalu lampirkan lagi", "a file's record is damaged; remove it and attach it again")
            .into(),
        ProblemCode::NotARow => language
            .pick("daftar ini rusak; hapus barisnya lalu isi lagi", "this list is damaged; remove its rows and fill them in again")
            .into(),
        ProblemCode::UnknownField => language.pick("tidak lagi ditanyakan oleh formulir ini", "is no longer asked by this form").into(),
    }
}

/// What looks odd and is accepted.
#[must_use]
pub fn oddity(language: Language, oddity: Oddity) -> &'static str {
    match oddity {
        Oddity::UnusualLetters => language.pick(
            "Ada huruf yang tidak biasa di nama ini. Periksa; bila memang begitu, lanjutkan.",
            "There are unusual letters in this name. Check it; if it is right, go on.",
        ),
        Oddity::NikWithoutBirthday => language.pick(
            "Angka ke-7 sampai ke-10 NIK ini bukan tanggal lahir yang mungkin. Periksa; bila memang begitu, lanjutkan.",
            "Digits 7 to 10 of this NIK name no possible birthday. Check it; if it is right, go on.",
        ),
        Oddity::NikOtherBirthday => language.pick(
            "Tanggal lahir menurut NIK berbeda dari yang tertulis. Periksa; bila memang begitu, lanjutkan.",
            "The birthday in the NIK differs from the one written. Check it; if it is right, go on.",
        ),
        Oddity::UnusualDomain => language.pick(
            "Alamat surel ini memakai huruf yang tidak biasa. Periksa; bila memang begitu, lanjutkan.",
            "This mail address uses unusual letters. Check it; if it is right, go on.",
        ),
    }
}

/// A guard's sentence with its dates filled in; `last_day` gives the words for a deadline.
#[must_use]
pub fn guard(language: Language, guard: &Guard, last_day: impl Fn(&str) -> Option<String>) -> String {
    let mut text = language.text(&guard.why).to_owned();
    while let Some((before, rest)) = text.split_once("{due:") {
        let Some((deadline, after)) = rest.split_once('}') else { break };
        let date = last_day(deadline)
            .unwrap_or_else(|| language.pick("(tanggal belum dapat dihitung)", "(date cannot be counted yet)").to_owned());
        text = format!("{before}{date}{after}");
    }
    text
}

/// The works that an entry rests on, and how sure it is where it is not confirmed: `Perbawaslu 9/2022 Pasal 33 (kemungkinan)`.
#[must_use]
pub fn basis(language: Language, sources: &[String], mark: Mark) -> String {
    let works = works(language, sources);
    if mark == Mark::Confirmed { works } else { format!("{works} ({})", self::mark(language, mark)) }
}

fn works(language: Language, sources: &[String]) -> String {
    // What was changed in the app names its source in words.
    let work = |key: &String| crate::rules::sources().get(key).map_or(key.as_str(), |source| language.text(&source.work)).to_owned();
    sources.iter().map(work).collect::<Vec<_>>().join("; ")
}

/// The basis of a guard. Where the readings of its deadline disagree the norm is sure and what it says is not.
#[must_use]
pub fn guard_basis(language: Language, guard: &Guard, disputed: bool) -> String {
    if disputed {
        return format!("{} ({})", works(language, &guard.src), language.pick("penafsirannya berbeda", "read in more than one way"));
    }
    basis(language, &guard.src, guard.mark)
}

/// An act as its button says; its key where the rules do not name it.
#[must_use]
pub fn act(language: Language, rules: Option<&RuleSet>, act: &str) -> String {
    rules.and_then(|rules| rules.act.get(act)).map_or(act, |rule| language.text(&rule.label)).to_owned()
}

/// A state as an officer calls it; its key where the rules do not name it.
#[must_use]
pub fn state(language: Language, rules: Option<&RuleSet>, state: &str) -> String {
    rules.and_then(|rules| rules.state.get(state)).map_or(state, |rule| language.text(&rule.label)).to_owned()
}

/// From then on news are called old, in milliseconds: a day.
const OLD_MS: i64 = 86_400_000;

/// How little room there is, what is safe, and what makes some.
#[must_use]
pub fn room_left(language: Language, left: u64) -> String {
    let left = format::bytes(language, left);
    match language {
        Language::Id => format!(
            "Sisa {left}. Yang sudah tersimpan aman. Kosongkan ruang perangkat, atau di Setelan salinan berkas yang sudah di server."
        ),
        Language::En => format!(
            "{left} left. What is kept is safe. Make room on the device, or free copies of files that the server has in the settings."
        ),
    }
}

/// How old the last news from the server are.
#[must_use]
pub fn news(language: Language, last: Option<Timestamp>, now: Timestamp, is_coming: bool) -> String {
    let words = Messages::of(language);
    match last {
        Some(at) if now.since(at) > OLD_MS => format!(
            "{} {}{}",
            words.last_news,
            format::ago(language, at, now),
            language.pick("; di server mungkin sudah berubah", "; the server may know more")
        ),
        Some(at) => format!("{} {}", words.last_news, format::ago(language, at, now)),
        None if is_coming => words.first_news.to_owned(),
        None => words.no_news_yet.to_owned(),
    }
}

/// What a deadline is called.
#[must_use]
pub fn deadline(language: Language, rules: Option<&RuleSet>, deadline: &str) -> String {
    rules.and_then(|rules| rules.deadline.get(deadline)).map_or(deadline, |rule| language.text(&rule.label)).to_owned()
}

/// The answer of a choice; `None` where the rule set does not know it.
#[must_use]
pub fn option(language: Language, rules: &RuleSet, form: &str, field: &str, value: &str) -> Option<String> {
    let options = &rules.field.get(form)?.get(field)?.options;
    options.iter().find(|option| option.v == value).map(|option| language.pick(&option.id, &option.en).to_owned())
}

/// How a case was decided, or how it ended without a decision.
#[must_use]
pub fn outcome(language: Language, rules: Option<&RuleSet>, outcome: &str) -> String {
    let decided = rules.and_then(|rules| option(language, rules, "decision", "outcome", outcome));
    decided.unwrap_or_else(|| ending(language, outcome))
}

/// The kind of a day off.
#[must_use]
pub fn day_off(language: Language, kind: HolidayKind) -> &'static str {
    match kind {
        HolidayKind::National => language.pick("libur nasional", "national holiday"),
        HolidayKind::CutiBersama => language.pick("cuti bersama", "collective leave"),
        HolidayKind::Polling => language.pick("hari pemungutan suara", "polling day"),
        HolidayKind::Local => language.pick("libur daerah", "regional holiday"),
    }
}

/// The last days of a deadline: one where its readings agree.
#[must_use]
pub fn last_days(language: Language, days: impl IntoIterator<Item = LocalDate>) -> Option<String> {
    let mut days: Vec<String> = days.into_iter().map(|day| format::date(language, day)).collect();
    days.dedup();
    (!days.is_empty()).then(|| days.join(language.pick(" atau ", " or ")))
}

/// How sure a legal fact is.
#[must_use]
pub fn mark(language: Language, mark: Mark) -> &'static str {
    match mark {
        Mark::Confirmed => language.pick("pasti", "confirmed"),
        Mark::Likely => language.pick("kemungkinan", "likely"),
        Mark::Unknown => language.pick("belum dipastikan", "not confirmed yet"),
    }
}

/// Why a command is refused, by the procedure; `form` is the form of its act.
#[must_use]
pub fn reason(language: Language, rules: Option<&RuleSet>, form: &str, reason: &Reason) -> String {
    match reason {
        Reason::UnknownAct { .. } => {
            language.pick("Tindakan ini tidak dikenal oleh aturan perkara.", "The rules of this case do not know this act.").into()
        }
        Reason::UnknownVersion { .. } => language
            .pick(
                "Aturan atau kalender di perangkat ini berbeda dari yang dikenal server. Perbarui aplikasi, lalu periksa lagi.",
                "The rules or the calendar on this device differ from the server's. Update the app, then check again.",
            )
            .into(),
        Reason::Role { allowed } => {
            let roles: Vec<String> = allowed.iter().map(|role| self::role(language, *role).to_owned()).collect();
            match language {
                Language::Id => format!("Peran Anda tidak dapat melakukan ini. Yang dapat: {}.", format::list(language, &roles)),
                Language::En => format!("Your role may not do this. Those that may: {}.", format::list(language, &roles)),
            }
        }
        Reason::Level { allowed } => {
            let levels: Vec<String> = allowed.iter().map(|level| self::level(language, *level).to_owned()).collect();
            match language {
                Language::Id => format!("Kantor pada tingkat ini tidak berwenang. Yang berwenang: {}.", format::list(language, &levels)),
                Language::En => format!("Offices of this level are not competent. Those that are: {}.", format::list(language, &levels)),
            }
        }
        Reason::OtherOffice => language.pick("Perkara ini milik kantor lain.", "This case belongs to another office.").into(),
        Reason::State { state, .. } => {
            let label = self::state(language, rules, state);
            match language {
                Language::Id => format!("Perkara berada pada tahap “{label}”; tindakan ini tidak dapat dilakukan di sini."),
                Language::En => format!("The case is at “{label}”; this cannot be done here."),
            }
        }
        Reason::InTheFuture => language
            .pick("Waktu yang dinyatakan belum tiba. Periksa tanggal dan jam.", "The time stated has not come yet. Check date and hour.")
            .into(),
        Reason::BeforeCase => language
            .pick(
                "Waktu yang dinyatakan mendahului penerimaan permohonan. Periksa tanggal dan jam.",
                "The time stated is before the petition was received. Check date and hour.",
            )
            .into(),
        Reason::Once => {
            language.pick("Tindakan ini sudah dicatat; hanya boleh satu kali.", "This was recorded already; it can be done once.").into()
        }
        Reason::StrandFull { strand } => {
            let label = rules.and_then(|rules| rules.strand.get(strand)).map_or(strand.as_str(), |strand| language.text(&strand.label));
            match language {
                Language::Id => format!("{label}: jumlahnya sudah yang terbanyak yang diizinkan."),
                Language::En => format!("{label}: the case has as many as it may."),
            }
        }
        Reason::TimeDiffers => {
            language.pick("Waktu tindakan berbeda dari waktu di formulir.", "The time of the act differs from the time in the form.").into()
        }
        Reason::Form { problem: found } => {
            let label = rules.and_then(|rules| field_label(language, rules, form, &found.place)).unwrap_or_else(|| found.place.to_string());
            format!("{label}: {}.", problem(language, &found.code))
        }
        Reason::ReadingNeedsReason { .. } => language
            .pick(
                "Pilihan di antara cara menghitung tenggat mengikat perkara ini; tuliskan alasannya.",
                "Choosing between the ways to count the deadline binds this case; write the reason.",
            )
            .into(),
        Reason::ReasonTooLong { max, .. } => match language {
            Language::Id => format!("Alasan terlalu panjang; paling banyak {} huruf.", format::count(language, *max as u64)),
            Language::En => format!("The reason is too long; at most {} characters.", format::count(language, *max as u64)),
        },
        Reason::Guard { guard: key } | Reason::NeedsReason { guard: key, .. } => {
            rules.and_then(|rules| rules.guard.get(key)).map_or_else(|| key.clone(), |found| guard(language, found, |_| None))
        }
    }
}

/// The name of the field at a place of a form.
#[must_use]
pub fn field_label(language: Language, rules: &RuleSet, form: &str, place: &crate::domain::answers::Place) -> Option<String> {
    let field = match &place.row {
        None => rules.field(form, &place.field)?,
        Some((list, row)) => {
            let list = rules.field(form, list)?;
            let of = list.of.as_deref()?;
            if let Some(table) = rules.list.get(of) {
                return table.rows.iter().find(|listed| listed.v == *row).map(|listed| language.row(listed).to_owned());
            }
            rules.field(of, &place.field)?
        }
    };
    Some(language.text(&field.label).to_owned())
}

/// A role as people name it.
#[must_use]
pub fn role(language: Language, role: Role) -> &'static str {
    match role {
        Role::Counter => language.pick("petugas penerima", "counter officer"),
        Role::Official => language.pick("pejabat struktural", "official"),
        Role::Member => language.pick("anggota", "member"),
        Role::Secretary => language.pick("sekretaris atau notulen", "secretary"),
        Role::Operator => language.pick("operator SIPS", "SIPS operator"),
        Role::ProvinceAdmin => language.pick("admin provinsi", "province admin"),
        Role::NationalAdmin => language.pick("admin pusat", "national admin"),
        Role::District => language.pick("Panwaslu Kecamatan", "district supervisor"),
    }
}

/// A level of office.
#[must_use]
pub fn level(language: Language, level: Level) -> &'static str {
    match level {
        Level::National => language.pick("Bawaslu RI", "Bawaslu RI"),
        Level::Province => language.pick("Bawaslu Provinsi", "Bawaslu of a province"),
        Level::Regency => language.pick("Bawaslu Kabupaten/Kota", "Bawaslu of a regency or city"),
        Level::District => language.pick("Panwaslu Kecamatan", "Panwaslu of a district"),
    }
}

/// Why the device did not keep something: what happened, what is safe, what to do, and a code by
/// which whoever helps knows it in any language.
#[must_use]
pub fn store_error(language: Language, error: &StoreError) -> String {
    let code = match error {
        StoreError::Refused(_) => 1,
        StoreError::QuotaExceeded => 2,
        StoreError::Disconnected(_) => 3,
        StoreError::NewerVersion => 4,
        StoreError::Blocked => 5,
        StoreError::Superseded => 6,
        StoreError::Unresponsive => 7,
        StoreError::Overtaken => 8,
        StoreError::Failed(_) => 9,
    };
    let told = match error {
        StoreError::Refused(_) => language.pick(
            "Peramban menolak menyimpan data, misalnya karena jendela pribadi atau penyimpanannya rusak. Teks di layar masih ada. Buka aplikasi di jendela biasa, atau mulai ulang perangkat; sampai itu pekerjaan sungguhan tidak dapat dimulai.",
            "The browser refuses to keep data, for instance in a private window or because its storage is damaged. The text on screen is still there. Open the app in a normal window, or restart the device; until then no real work can begin.",
        ),
        StoreError::QuotaExceeded => language.pick(
            "Penyimpanan perangkat penuh; perubahan terakhir belum tersimpan. Yang tersimpan sebelumnya aman dan teks di layar masih ada. Kosongkan ruang di perangkat atau hapus lampiran, lalu coba lagi.",
            "The device's storage is full; the last change is not kept yet. What was kept before is safe and the text on screen is still there. Free space on the device or remove an attachment, then try again.",
        ),
        StoreError::Disconnected(_) => language.pick(
            "Sambungan ke penyimpanan terputus; perubahan terakhir belum tersimpan. Teks di layar masih ada. Salin teks yang baru, lalu muat ulang halaman.",
            "The connection to the storage broke; the last change is not kept yet. The text on screen is still there. Copy what is new, then reload the page.",
        ),
        StoreError::NewerVersion => language.pick(
            "Data di perangkat ini ditulis oleh versi aplikasi yang lebih baru. Tidak ada yang diubah. Perbarui aplikasi, lalu buka lagi.",
            "The data on this device was written by a newer version of the app. Nothing was touched. Update the app, then open it again.",
        ),
        StoreError::Blocked => language.pick(
            "Tab lain masih memakai versi lama. Tutup tab lain, lalu muat ulang halaman ini. Tidak ada yang hilang.",
            "Another tab still uses an older version. Close the other tabs, then reload this page. Nothing is lost.",
        ),
        StoreError::Superseded => language.pick(
            "Versi baru sudah terbuka di tab lain. Pekerjaan yang tersimpan ada di sana; muat ulang tab ini.",
            "A newer version is open in another tab. What was kept is there; reload this tab.",
        ),
        StoreError::Unresponsive => language.pick(
            "Penyimpanan tidak menjawab. Tidak ada yang diubah. Tutup aplikasi sepenuhnya, lalu buka lagi.",
            "The storage does not answer. Nothing was touched. Close the app completely, then open it again.",
        ),
        StoreError::Overtaken => language.pick(
            "Tab lain lebih dulu mengubah kiriman ini. Tidak ada yang hilang. Lihat keadaan terbaru, lalu putuskan lagi.",
            "Another tab changed this first. Nothing is lost. See how it stands now, then decide again.",
        ),
        StoreError::Failed(_) => language.pick(
            "Perubahan terakhir belum tersimpan karena galat penyimpanan. Teks di layar masih ada. Coba lagi; bila berulang, salin teks lalu muat ulang.",
            "The last change is not kept because of a storage error. The text on screen is still there. Try again; if it comes back, copy the text and reload.",
        ),
    };
    format!("{told} ({}: S-{code})", language.pick("kode bantuan", "support code"))
}

/// Why a file was not taken. The form and the other files are as they were.
#[must_use]
pub fn file_problem(language: Language, problem: &FileProblem) -> String {
    match problem {
        FileProblem::Empty => language
            .pick(
                "Berkas kosong (0 byte). Pilih berkas lain atau foto ulang.",
                "The file is empty (0 bytes). Choose another or take the photo again.",
            )
            .into(),
        FileProblem::TooLarge { size, limit } => {
            let (size, limit) = (format::bytes(language, *size), format::bytes(language, *limit));
            match language {
                Language::Id => {
                    format!("Berkas {size}, melebihi batas {limit}. Bagi menjadi beberapa berkas, atau foto halaman demi halaman.")
                }
                Language::En => format!("The file has {size}, more than the limit of {limit}. Split it, or photograph it page by page."),
            }
        }
        FileProblem::NotAllowed => language
            .pick(
                "Jenis berkas ini tidak diterima. Gunakan PDF, foto (JPG, PNG, WebP, HEIC), atau DOCX.",
                "Files of this kind are not taken. Use PDF, a photo (JPG, PNG, WebP, HEIC) or DOCX.",
            )
            .into(),
        FileProblem::Mismatch => language
            .pick(
                "Isi berkas tidak sesuai dengan namanya, jadi tidak dilampirkan. Minta berkas aslinya, atau foto dokumennya.",
                "The file's content does not fit its name, so it was not attached. Ask for the original, or photograph the document.",
            )
            .into(),
        FileProblem::Unreadable => language
            .pick(
                "Berkas gagal dibaca; mungkin hanya ada di awan atau sudah dipindahkan. Unduh dulu ke perangkat, lalu pilih lagi.",
                "The file could not be read; it may be in the cloud only, or was moved. Download it first, then choose it again.",
            )
            .into(),
    }
}

/// Why nothing moves, in a few words.
#[must_use]
pub fn trouble(language: Language, trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Offline => language.pick("Tanpa jaringan. Semua tersimpan di perangkat dan terkirim sendiri nanti.", "No network. Everything is kept on the device and goes out by itself later."),
        Trouble::Unreachable => language.pick("Server belum terjangkau. Semua tersimpan di perangkat; dicoba lagi sendiri.", "The server was not reached. Everything is kept on the device; it is tried again by itself."),
        Trouble::ServerTrouble => language.pick("Server sedang bermasalah atau sibuk. Semua tersimpan di perangkat; dicoba lagi sendiri.", "The server has a fault or is busy. Everything is kept on the device; it is tried again by itself."),
        Trouble::Strange => language.pick("Jaringan ini mengubah jawaban server. Mungkin ada halaman masuk Wi-Fi: buka peramban, masuk ke Wi-Fi, lalu coba lagi.", "This network changes the server's answers. There may be a Wi-Fi sign-in page: open the browser, sign in to the Wi-Fi, then try again."),
        Trouble::SignIn => language.pick("Sesi di server berakhir. Pekerjaan berjalan terus di perangkat; masuk lagi untuk mengirim.", "The session at the server has ended. Work goes on on this device; sign in again to send."),
        Trouble::Update => language.pick("Server meminta versi aplikasi yang lebih baru. Pekerjaan tersimpan; perbarui aplikasi untuk mengirim.", "The server asks for a newer app. Your work is kept; update the app to send."),
        Trouble::Unreadable(_) => language.pick("Yang lain ditampilkan. Pekerjaan Anda tersimpan dan tetap terkirim; catatan itu diminta lagi sendiri. Beri tahu admin; memperbarui aplikasi dapat membantu.", "All others are shown. Your work is kept and goes out as ever; these records are asked for again by themselves. Tell the administrator; an update of the app may help."),
    }
}

/// `3 catatan dari server tidak terbaca`.
#[must_use]
pub fn unreadable(language: Language, count: u32) -> String {
    match language {
        Language::Id => format!("{count} catatan dari server tidak terbaca"),
        Language::En => format!("{count} of the server's records cannot be read"),
    }
}

/// Which acts of a case are missing, by the first and the last number of each row of them: `Catatan nomor 2 dan 4–6 belum tiba dari server.`
#[must_use]
pub fn missing(language: Language, missing: &[(u32, u32)]) -> String {
    let row = |(first, last): &(u32, u32)| if first == last { first.to_string() } else { format!("{first}–{last}") };
    let rows = format::list(language, &missing.iter().map(row).collect::<Vec<_>>());
    match language {
        Language::Id => format!("Catatan nomor {rows} belum tiba dari server."),
        Language::En => format!("Record number {rows} has not come from the server."),
    }
}

/// Why a command waits for a person: first what happened, then what can be done.
#[must_use]
pub fn parked(language: Language, reason: &ParkReason) -> String {
    match reason {
        ParkReason::Rejected(problem) if problem.kind.ends_with("id-reused") => language.pick("Server sudah memegang kiriman lain dengan tanda yang sama. Perbaiki lalu kirim sebagai kiriman baru.", "The server holds another command with the same id. Correct it and send it as a new one.").to_owned(),
        ParkReason::Rejected(_) => language.pick("Server menolak kiriman ini karena aturan perkara. Perbaiki lalu kirim lagi.", "The server refused this by the rules of the case. Correct it and send it again.").to_owned(),
        ParkReason::Forbidden(_) => language.pick("Akun ini tidak berhak mengirimnya, atau perkaranya tidak lagi terbuka bagi Anda. Simpan salinannya dan hubungi kantor Anda.", "This account may not send it, or the case is no longer open to you. Keep a copy and ask your office.").to_owned(),
        ParkReason::Held => language.pick("Anda menundanya: tidak terkirim sebelum Anda menekan Kirim. Kiriman berikutnya dalam perkara ini ikut menunggu.", "You put it off: it does not go out before you press Send. What comes later in this case waits, too.").to_owned(),
        ParkReason::TooLarge => language.pick("Kiriman ini terlalu besar bagi server. Pendekkan teks atau pindahkan ke berkas, lalu kirim lagi.", "This is too large for the server. Shorten the text or move it to a file, then send it again.").to_owned(),
        ParkReason::Conflict(problem) if problem.kind == CARRIED => language.pick("Perkaranya sudah bergerak sejak kapsul dibuat. Hanya pembuatnya yang dapat memutus ulang; kiriman ini tersimpan utuh.", "The case has moved on since the kapsul was made. Only its author can decide it again; it is kept whole.").to_owned(),
        ParkReason::Conflict(problem) if problem.kind == DIFFERS => language.pick("Orang lain juga mengubah bagian ini. Kedua versi tersimpan. Periksa keadaan terbaru, lalu perbaiki.", "Somebody else changed these parts, too. Both versions are kept. Look at the newest state, then correct it.").to_owned(),
        ParkReason::Conflict(_) => language.pick("Perkara sudah berubah di server, dan kiriman ini tidak cocok lagi. Periksa keadaan terbaru, lalu perbaiki.", "The case has changed on the server and this no longer fits. Look at the newest state, then correct it.").to_owned(),
        ParkReason::Unexpected(status) => match language {
            Language::Id => format!("Server memberi jawaban yang tidak dikenal (kode {status}). Kiriman tetap tersimpan; coba lagi atau simpan salinannya."),
            Language::En => format!("The server gave an answer that is not known (code {status}). It is kept; try again or keep a copy."),
        },
    }
}

/// The name of an entry that can be changed.
#[must_use]
pub fn law_entry(language: Language, entry: &Entry) -> String {
    match &entry.target {
        Target::Series(series) => self::series(language, series),
        Target::Year(year) => format!("{} {year}", language.pick("Kalender", "Calendar")),
        Target::CutiBersama => language.pick("Apakah cuti bersama hari kerja?", "Is collective leave a working day?").to_owned(),
        Target::Switch(..) | Target::Paper(..) | Target::Office => language.text(&entry.name).to_owned(),
    }
}

/// A series of numbers, in words.
#[must_use]
pub fn series(language: Language, series: &str) -> String {
    match series {
        "reception" => language.pick("Nomor penerimaan", "Reception number").to_owned(),
        "register" => language.pick("Nomor register", "Register number").to_owned(),
        "psap" => language.pick("Nomor register antarpeserta", "Register number between participants").to_owned(),
        other => format!("{} {other}", language.pick("Nomor", "Number")),
    }
}

/// What stands against a change of the law: first what, then what to do.
#[must_use]
pub fn objection(language: Language, objection: &Objection) -> String {
    let part = |part: &Part| match part {
        Part::Source => language.pick("Sumber", "The source"),
        Part::Reason => language.pick("Alasan", "The reason"),
        Part::No => language.pick("Nomor formulir", "The form number"),
        Part::TitleId => language.pick("Judul Indonesia", "The Indonesian title"),
        Part::TitleEn => language.pick("Judul Inggris", "The English title"),
        Part::Template => language.pick("Pola nomor", "The template"),
        Part::Channel => language.pick("Kode permohonan", "The code of petitions"),
        Part::Decree => language.pick("Keputusan", "The decree"),
        Part::Days => language.pick("Daftar hari", "The list of days"),
        Part::RegisterCode => language.pick("Kode kantor", "The office code"),
    };
    let and = |first: &str, id: &str, en: &str| format!("{first} {}", language.pick(id, en));
    match objection {
        Objection::Role => language.pick("Peran Anda tidak dapat mengubah ini.", "Your role may not change this.").to_owned(),
        Objection::Stale => language
            .pick(
                "Isinya sudah diubah orang lain. Lihat isi sekarang di atas; bila perubahan Anda tetap benar, simpan lagi.",
                "Somebody else has changed it. Look at what it says now, above; if your change still holds, save it again.",
            )
            .to_owned(),
        Objection::UnknownEntry => language
            .pick("Pilihan ini tidak ada di tabel. Muat ulang halaman.", "There is no such choice in the table. Load the page again.")
            .to_owned(),
        Objection::NothingChanged => language.pick("Belum ada yang berubah.", "Nothing has changed yet.").to_owned(),
        Objection::Missing(of) => and(part(of), "belum diisi.", "is not filled in."),
        Objection::TooLong { part: of, max } => {
            format!("{} {} {max}.", part(of), language.pick("terlalu panjang; paling banyak", "is too long; at most"))
        }
        Objection::BadCharacter(of) => and(part(of), "memuat tanda yang tidak boleh.", "has a character that it may not have."),
        Objection::Template(TemplateProblem::Sequence) => language
            .pick(
                "Pola nomor harus memuat urutan, misalnya {seq:3}, tepat satu kali.",
                "A template has the sequence, such as {seq:3}, exactly once.",
            )
            .to_owned(),
        Objection::Template(TemplateProblem::Year) => language
            .pick(
                "Urutan mulai lagi setiap tahun: pola nomor harus memuat {year}.",
                "The sequence begins again each year: a template has {year}.",
            )
            .to_owned(),
        Objection::Template(TemplateProblem::Token(token)) => {
            format!(
                "{} {{{token}}}.",
                language.pick("Pola nomor memuat tanda yang tidak dikenal:", "The template has a token that is not known:")
            )
        }
        Objection::Day { number, problem } => {
            let what = match problem {
                DayProblem::OtherYear => language.pick("dari tahun lain", "is of another year"),
                DayProblem::Order => language.pick("tertulis dua kali", "stands there twice"),
                DayProblem::Name => language.pick("tanpa nama, atau namanya terlalu panjang", "has no name, or one that is too long"),
                DayProblem::Area => language.pick("dengan kode wilayah yang tidak dikenali", "has an area code that cannot be read"),
            };
            format!("{} {number} {what}.", language.pick("Hari ke-", "Day"))
        }
        Objection::TooManyDays => language.pick("Terlalu banyak hari dalam satu tahun.", "Too many days in one year.").to_owned(),
        Objection::ExpectedIsNotConfirmed => language
            .pick(
                "Tahun yang baru perkiraan tidak dapat ditandai pasti. Pilih kemungkinan, atau isi keputusannya.",
                "A year that is only expected cannot be marked as confirmed. Choose likely, or name the decree.",
            )
            .to_owned(),
    }
}

/// Why a file waits for a person: first what happened, then what can be done. `None` while it does not.
#[must_use]
pub fn file_parked(language: Language, state: FileState) -> Option<&'static str> {
    Some(match state {
        FileState::Kept | FileState::Waiting | FileState::Sent => return None,
        FileState::Refused => language.pick(
            "Server menolak berkas ini. Berkas tetap di perangkat: unduh salinannya, coba lagi, atau hubungi kantor Anda.",
            "The server refused this file. It stays on this device: save a copy, try again, or ask your office.",
        ),
        FileState::TooLarge => language.pick(
            "Berkas melebihi batas server. Berkas tetap di perangkat: unduh salinannya dan serahkan dengan cara lain.",
            "The file is larger than the server takes. It stays on this device: save a copy and hand it over another way.",
        ),
        FileState::Damaged => language.pick(
            "Isi berkas di perangkat ini rusak atau hilang sebagian. Lampirkan lagi dari aslinya.",
            "The file's content on this device is damaged or partly missing. Attach it again from its original.",
        ),
        FileState::Unexpected => language.pick(
            "Server memberi jawaban yang tidak dikenal. Berkas tetap di perangkat; coba lagi.",
            "The server gave an answer that is not known. The file stays on this device; try again.",
        ),
    })
}

/// `1,2 MB dari 3,4 MB, kira-kira 2 menit lagi`.
#[must_use]
pub fn upload(language: Language, sent: u64, size: u64, seconds: Option<u64>) -> String {
    let percent = sent * 100 / size.max(1);
    let (sent, size) = (format::bytes(language, sent), format::bytes(language, size));
    let minutes = seconds.map_or(0, |seconds| seconds.div_ceil(60));
    let left = match seconds {
        None => String::new(),
        Some(0..60) => language.pick(", kurang dari semenit lagi", ", less than a minute left").to_owned(),
        Some(_) => format!(", {} {minutes} {}", language.pick("kira-kira", "about"), language.pick("menit lagi", "min left")),
    };
    format!("{sent} {} {size} ({percent}%){left}", language.pick("dari", "of"))
}

/// `Tersimpan di perangkat 14.05`.
#[must_use]
pub fn saved_at(language: Language, at: Timestamp, zone: Zone) -> String {
    format!("{} {}", language.pick("Tersimpan di perangkat", "Saved on this device"), format::minute(language, at.in_zone(zone).minute))
}

/// `3 dari 12 bagian terisi`.
#[must_use]
pub fn sections_done(language: Language, done: usize, all: usize, later: usize, optional: usize) -> String {
    let mut text = match language {
        Language::Id => format!("{done} dari {all} bagian selesai"),
        Language::En => format!("{done} of {all} sections done"),
    };
    let others = [(later, language.pick("boleh menyusul", "may follow later")), (optional, language.pick("tidak wajib", "optional"))];
    others.iter().filter(|(count, _)| *count > 0).for_each(|(count, what)| text.push_str(&format!(" · {count} {what}")));
    text
}

/// `Bagian 3 dari 12`.
#[must_use]
pub fn section_of(language: Language, number: usize, all: usize) -> String {
    match language {
        Language::Id => format!("Bagian {number} dari {all}"),
        Language::En => format!("Section {number} of {all}"),
    }
}

/// So many days, with what kind of days they are.
pub fn days(language: Language, count: usize, unit: DayUnit) -> String {
    let unit = match (unit, language, count) {
        (DayUnit::Working, Language::Id, _) => "hari kerja",
        (DayUnit::Working, Language::En, 1) => "working day",
        (DayUnit::Working, Language::En, _) => "working days",
        (DayUnit::Calendar, Language::Id, _) => "hari kalender",
        (DayUnit::Calendar, Language::En, 1) => "calendar day",
        (DayUnit::Calendar, Language::En, _) => "calendar days",
    };
    format!("{count} {unit}")
}

/// How far past a last day, by the days that have come since; a last day on a Friday is over on Saturday by no working day.
pub fn over(language: Language, (count, unit): (usize, DayUnit)) -> String {
    match (language, count) {
        (Language::Id, 0) => "Lewat".to_owned(),
        (Language::En, 0) => "Past".to_owned(),
        (Language::Id, _) => format!("Lewat {}", days(language, count, unit)),
        (Language::En, _) => format!("{} over", days(language, count, unit)),
    }
}

/// How far a deadline is, in words that need no colour: what is left of it today, which day it ends, or by how many days it is over.
pub fn due(language: Language, due: &DueLine, zone: Zone, now: Timestamp, over: (usize, DayUnit)) -> String {
    let today = now.in_zone(zone).date;
    let closing = format::closing(language, due.closes_at, zone);
    match (due.press(now, today), language) {
        (Press::Overdue, Language::Id) if due.last_day == today => format!("Lewat hari ini pukul {closing}"),
        (Press::Overdue, Language::En) if due.last_day == today => format!("Past since today {closing}"),
        (Press::Overdue, Language::Id) => {
            format!("{}, batasnya {}", self::over(language, over), format::date_short(language, due.last_day))
        }
        (Press::Overdue, Language::En) => format!("{}, due {}", self::over(language, over), format::date_short(language, due.last_day)),
        (Press::Today, Language::Id) => format!("Hari ini sampai {closing}, sisa {}", duration(language, due.closes_at.since(now))),
        (Press::Today, Language::En) => format!("Today until {closing}, {} left", duration(language, due.closes_at.since(now))),
        (Press::Tomorrow, Language::Id) => format!("Besok sampai {closing}"),
        (Press::Tomorrow, Language::En) => format!("Tomorrow until {closing}"),
        (_, Language::Id) => format!("{}, tersisa {}", format::date(language, due.last_day), days(language, due.left(today), due.unit())),
        (_, Language::En) => format!("{}, {} left", format::date(language, due.last_day), days(language, due.left(today), due.unit())),
    }
}

/// Hours and minutes of a length of time in milliseconds.
pub fn duration(language: Language, millis: i64) -> String {
    let minutes = millis.max(0) / 60_000;
    let (hours, minutes) = (minutes / 60, minutes % 60);
    match (hours, language) {
        (0, Language::Id) => format!("{minutes} menit"),
        (0, Language::En) => format!("{minutes} min"),
        (_, Language::Id) => format!("{hours} jam {minutes} menit"),
        (_, Language::En) => format!("{hours} h {minutes} min"),
    }
}

/// The users' word for several states together.
pub fn stage(language: Language, group: &str) -> String {
    match group {
        "clarification" => language.pick("Klarifikasi", "Clarification").to_owned(),
        other => other.to_owned(),
    }
}

/// How a case ended, as the recap's columns name it.
pub fn ending(language: Language, end: &str) -> String {
    match end {
        "closed" => language.pick("Ditutup", "Closed").to_owned(),
        "lapsed" => language.pick("Gugur", "Lapsed").to_owned(),
        "inadmissible" => language.pick("Tidak dapat diterima", "Inadmissible").to_owned(),
        "not_registered" => language.pick("Tidak diregister", "Not registered").to_owned(),
        "referred" => language.pick("Diteruskan sebagai pelanggaran", "Referred as a violation").to_owned(),
        other => other.to_owned(),
    }
}

/// What a track is for, in the words of those who come (domain notes §3: object and way in).
#[must_use]
pub fn track_begins(language: Language, track: &str) -> &'static str {
    if track.ends_with("-antarpeserta") {
        language.pick(
            "Perbuatan peserta lain yang merugikan langsung; lisan atau tertulis.",
            "An act of another participant that causes direct loss; oral or in writing.",
        )
    } else {
        language.pick(
            "SK atau berita acara KPU yang merugikan langsung; lewat loket atau SIPS.",
            "A decision (SK) or minutes (BA) of KPU that cause direct loss; at the counter or through SIPS.",
        )
    }
}

/// The name of a kind of session.
pub fn session(language: Language, kind: &str) -> &'static str {
    match kind {
        "mediation" => language.pick("Mediasi", "Mediation"),
        "hearing" => language.pick("Sidang", "Hearing"),
        "reading" => language.pick("Pembacaan putusan", "Reading of the decision"),
        _ => language.pick("Acara", "Session"),
    }
}

/// `2 belum terkirim`; empty for none.
#[must_use]
pub fn unsent(language: Language, count: usize) -> String {
    match language {
        Language::Id => format!("{count} belum terkirim"),
        Language::En => format!("{count} not sent"),
    }
}

/// `12.345 dari paling banyak 200.000 huruf`.
#[must_use]
pub fn characters(language: Language, length: usize, max: u32) -> String {
    let (length, max) = (format::count(language, length as u64), format::count(language, u64::from(max)));
    match language {
        Language::Id => format!("{length} dari paling banyak {max} huruf"),
        Language::En => format!("{length} of at most {max} characters"),
    }
}

/// Said when pasted text held characters that mean nothing in a document.
#[must_use]
pub fn cleaned(language: Language, removed: usize, damaged: usize) -> String {
    match (language, damaged) {
        (Language::Id, 0) => format!("{removed} tanda kendali tak terlihat dibuang dari teks yang ditempel."),
        (Language::En, 0) => format!("{removed} invisible control characters were taken out of the pasted text."),
        (Language::Id, _) => format!("{damaged} huruf rusak pada teks yang ditempel diganti dengan tanda \u{fffd}."),
        (Language::En, _) => format!("{damaged} damaged characters in the pasted text were replaced by \u{fffd}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::MinuteOfDay;

    #[test]
    fn a_guards_dates_are_filled_in() {
        let set = &crate::rules::set_for("pemilu-penyelenggara", None).expect("the track ships").value;
        let late = &set.guard["filed_in_time"];
        let text = guard(Language::Id, late, |deadline| (deadline == "filing").then(|| "Kamis, 9 Juli 2026".to_owned()));
        assert!(text.contains("Kamis, 9 Juli 2026") && !text.contains('{'), "{text}");
        assert!(!guard(Language::En, late, |_| None).contains('{'));
    }

    #[test]
    fn a_deadline_is_told_by_its_date_and_the_days_that_it_counts() {
        let date = |day| LocalDate::new(2026, 7, day).expect("a date");
        // Thursday the 9th, of three working days; its office closes at midnight.
        let line = DueLine {
            deadline: "filing".into(),
            last_day: date(9),
            closes_at: date(10).at(MinuteOfDay(0), Zone::Wit),
            counted: vec![date(7), date(8), date(9)],
            working: true,
            disputed: false,
            whose: crate::domain::rule_set::Whose::Office,
        };
        let told = |language, line: &DueLine, day, over| {
            due(language, line, Zone::Wit, date(day).at(MinuteOfDay(9 * 60), Zone::Wit), (over, line.unit()))
        };
        assert_eq!(told(Language::Id, &line, 6, 0), "Kamis, 9 Juli 2026, tersisa 3 hari kerja");
        assert_eq!(told(Language::En, &line, 7, 0), "Thursday, 9 July 2026, 2 working days left");
        assert_eq!(told(Language::Id, &line, 8, 0), "Besok sampai 24.00 WIT");
        assert_eq!(told(Language::Id, &line, 9, 0), "Hari ini sampai 24.00 WIT, sisa 15 jam 0 menit");
        assert_eq!(told(Language::Id, &line, 10, 1), "Lewat 1 hari kerja, batasnya 9 Juli 2026");
        assert_eq!(told(Language::En, &line, 10, 1), "1 working day over, due 9 July 2026");
        assert_eq!(told(Language::Id, &line, 11, 0), "Lewat, batasnya 9 Juli 2026", "no working day has come since");
        let line = DueLine { working: false, ..line };
        assert_eq!(told(Language::Id, &line, 12, 3), "Lewat 3 hari kalender, batasnya 9 Juli 2026");
    }

    #[test]
    fn every_guard_and_label_has_both_languages() {
        for set in crate::rules::sets() {
            let mut empty = Vec::new();
            find_empty(&serde_json::from_str(set.json).expect("valid JSON"), "", &mut empty);
            assert!(empty.is_empty(), "{empty:?}");
        }
    }

    fn find_empty(value: &serde_json::Value, path: &str, empty: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(map) => {
                let (id, en) = (map.get("id").and_then(|text| text.as_str()), map.get("en").and_then(|text| text.as_str()));
                if id.is_some() != en.is_some() && !map.contains_key("format") && !map.contains_key("unit")
                    || id == Some("")
                    || en == Some("")
                {
                    empty.push(path.to_owned());
                }
                map.iter().for_each(|(key, item)| find_empty(item, &format!("{path}/{key}"), empty));
            }
            serde_json::Value::Array(items) => {
                items.iter().enumerate().for_each(|(index, item)| find_empty(item, &format!("{path}/{index}"), empty))
            }
            _ => {}
        }
    }
}
