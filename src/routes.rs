//! Every address of the app, made and read here and nowhere else.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::domain::id::{AccountId, CaseId, CommandId, DraftId, FileId};
use crate::domain::public::PublicView;
use crate::domain::stream::Stream;

/// Do all pages lie below training? Set once by its program, before anything is drawn; addresses are made in too many places to hand it on.
static IN_TRAINING: AtomicBool = AtomicBool::new(false);

/// Is it an address of training?
#[must_use]
pub fn is_in_training(path: &str) -> bool {
    path.strip_prefix(TRAINING).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// From here on the pages of the app lie below training, so that every address says where it belongs.
pub fn begin_training() {
    IN_TRAINING.store(true, Ordering::Relaxed);
}

/// A page of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// *Hari ini*: what is to be done.
    Home,
    /// Signing in; where to go afterwards.
    SignIn,
    /// Asks which track a new petition follows.
    NewPetition,
    /// Begins a new petition of a track.
    Begin(String),
    /// Begins an act of a case, or goes on with its draft; with the instance of a side strand that it moves.
    Act(CaseId, String, Option<String>),
    /// The task list of a draft.
    Draft(DraftId),
    /// One section of a draft's form.
    Section(DraftId, String),
    /// *Periksa jawaban*: the check before submitting.
    Check(DraftId),
    /// All cases on the device.
    Cases,
    /// *Riwayat draf*: the name of a draft, its earlier versions, others for the same act.
    History(DraftId),
    /// One case: where it stands.
    Case(CaseId),
    /// A part of it.
    Part(CaseId, CasePart),
    /// A file of it, to be looked at.
    File(CaseId, FileId),
    /// The receipt of a petition, to be printed.
    Receipt(CaseId),
    /// One paper of a case, by its place in the list of them.
    Paper(CaseId, usize),
    /// All papers of a case in one.
    Bundle(CaseId),
    /// *Jadwal*: sessions and legal days by day, week and month.
    Schedule,
    /// *Rekap*: counts as of a day.
    Recap,
    /// A list of cases as a sheet; the filter stands in the query, as in the list itself.
    Sheet,
    /// *Penelusuran publik*: what everybody may read, without an account.
    Public(PublicView),
    /// *Kotak Kirim*: what has not reached the server.
    Outbox,
    /// *Kapsul*: making and opening one; of one command and what comes before it in its case, or of everything.
    Kapsul(Option<CommandId>),
    /// Files that another app handed over, and where they go.
    Shared,
    /// *Jurnal perangkat*: what was taken back or thrown away here.
    Journal,
    /// Language, theme, storage, about.
    Settings,
    /// *Tabel hukum*: what of the law can be changed.
    Law,
    /// One entry of it: kind, definition, key.
    LawEntry(String, String, String),
    /// A page below the settings.
    Setting(Setting),
    /// One account of an officer.
    Account(AccountId),
    /// What everybody may read of a case.
    AsPublic(CaseId),
    /// What everybody could read of a case once a draft is recorded.
    DraftAsPublic(DraftId),
    /// Help for every screen.
    Help,
    /// What can be done in a track, act by act.
    HelpSteps(String),
    /// The words of the procedure.
    Glossary,
    /// *Kendala lapangan*: questions from the field.
    Questions,
    /// Begins a new one.
    NewQuestion,
    /// One of them.
    Question(CaseId),
    /// Notes on a case, who is responsible and who watches.
    Work(CaseId),
    /// *Ruang Latihan*: its scenarios.
    Training,
    /// A step of a scenario, from 1: everybody who opens it sees the same.
    Scenario(String, usize),
    /// What the trainer says, for a second window.
    Notes(String),
    /// What somebody has practised, to be printed; no official document.
    Certificate(String),
    /// The trainer's list of results.
    Trainer,
    /// The design system, for developers.
    StyleGuide,
    /// No such page.
    NotFound,
}

/// A part of a case that has a page of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CasePart {
    /// Who disputes with whom, and who speaks for them.
    Parties,
    /// The petition, the register of evidence, papers.
    Documents,
    /// Mediations, hearings and readings.
    Sessions,
    /// Everything that happened.
    Timeline,
    /// What was settled or decided.
    Decision,
}

impl CasePart {
    /// All of them in the order in which every page of a case names them, each with its name in the address.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Parties, "pihak"),
        (Self::Documents, "dokumen"),
        (Self::Sessions, "sidang"),
        (Self::Timeline, "linimasa"),
        (Self::Decision, "putusan"),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(part, _)| *part == self).map_or("", |(_, name)| name)
    }
}

/// The names of the public views in the app's addresses.
const VIEWS: [(PublicView, &str); 3] =
    [(PublicView::Petitions, "permohonan"), (PublicView::Hearings, "sidang"), (PublicView::Decisions, "putusan")];

/// A page below the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Accounts of the officers.
    Accounts,
    /// A new account.
    NewAccount,
    /// Many new accounts from a table.
    ImportAccounts,
    /// Devices and what each has not sent.
    Devices,
    /// The address of the server.
    Server,
    /// What helps somebody to find a fault.
    Diagnostics,
    /// Licences of what the app is made of.
    Licences,
    /// How accessible the app is.
    Accessibility,
    /// Keys.
    Shortcuts,
    /// What was to be erased and is not gone yet.
    Erasing,
}

impl Setting {
    /// All of them, each with its name in addresses.
    const ALL: [(Self, &'static str); 10] = [
        (Self::Accounts, "akun"),
        (Self::NewAccount, "akun-baru"),
        (Self::ImportAccounts, "akun-impor"),
        (Self::Devices, "perangkat"),
        (Self::Server, "server"),
        (Self::Diagnostics, "diagnostik"),
        (Self::Licences, "lisensi"),
        (Self::Accessibility, "aksesibilitas"),
        (Self::Shortcuts, "pintasan"),
        (Self::Erasing, "penghapusan"),
    ];

    /// Is it for somebody who is signed in?
    #[must_use]
    pub fn needs_account(self) -> bool {
        matches!(self, Self::Accounts | Self::NewAccount | Self::ImportAccounts | Self::Devices)
    }
}

/// The name of a page in a table of them.
fn name<T: PartialEq>(table: &[(T, &'static str)], page: &T) -> &'static str {
    table.iter().find(|(known, _)| known == page).map_or("", |(_, name)| name)
}

/// The page of a name.
fn named<T: Copy>(table: &[(T, &'static str)], name: &str) -> Option<T> {
    table.iter().find(|(_, known)| *known == name).map(|(page, _)| *page)
}

impl Route {
    /// Where a stream is shown.
    #[must_use]
    pub fn of_stream(kind: Stream, id: CaseId) -> Self {
        match kind {
            Stream::Case => Self::Case(id),
            Stream::Work => Self::Work(id.beside()),
            Stream::Question => Self::Question(id),
            Stream::Article => Self::Help,
        }
    }

    /// The case, or other stream, that the page is about, if it names one.
    #[must_use]
    pub fn case(&self) -> Option<CaseId> {
        match self {
            Self::Act(id, ..)
            | Self::Case(id)
            | Self::Part(id, _)
            | Self::File(id, _)
            | Self::Receipt(id)
            | Self::Paper(id, _)
            | Self::Bundle(id)
            | Self::AsPublic(id)
            | Self::Question(id)
            | Self::Work(id) => Some(*id),
            _ => None,
        }
    }

    /// The draft that it is about, if it names one.
    #[must_use]
    pub fn draft(&self) -> Option<DraftId> {
        match self {
            Self::Draft(id) | Self::Section(id, _) | Self::Check(id) | Self::History(id) | Self::DraftAsPublic(id) => Some(*id),
            _ => None,
        }
    }

    /// The address.
    #[must_use]
    pub fn path(&self) -> String {
        let path = self.own_path();
        if IN_TRAINING.load(Ordering::Relaxed) && !path.starts_with(TRAINING) {
            return [TRAINING, BELOW, path.as_str()].concat();
        }
        path
    }

    /// The address that the page has at work, also in training.
    #[must_use]
    pub fn work_path(&self) -> String {
        self.own_path()
    }

    /// Is it one of training's own pages?
    #[must_use]
    pub fn is_of_training(&self) -> bool {
        matches!(self, Self::Training | Self::Scenario(..) | Self::Notes(_) | Self::Certificate(_) | Self::Trainer)
    }

    /// Is it that page or one of those below it, by their addresses?
    #[must_use]
    pub fn is_below(&self, page: &Self) -> bool {
        let section = |route: &Self| route.own_path().split('/').nth(1).map(str::to_owned);
        section(self) == section(page)
    }

    fn own_path(&self) -> String {
        match self {
            Self::Home => "/".into(),
            Self::SignIn => "/masuk".into(),
            Self::NewPetition => "/permohonan/baru".into(),
            Self::Begin(track) => format!("/permohonan/baru/{track}"),
            Self::Act(case, act, None) => format!("/perkara/{case}/catat/{act}"),
            Self::Act(case, act, Some(strand)) => format!("/perkara/{case}/catat/{act}/{strand}"),
            Self::Draft(draft) => format!("/draf/{draft}"),
            Self::Section(draft, section) => format!("/draf/{draft}/{section}"),
            Self::Check(draft) => format!("/draf/{draft}/{CHECK}"),
            Self::Cases => "/perkara".into(),
            Self::History(draft) => format!("/draf/{draft}/{HISTORY}"),
            Self::Case(case) => format!("/perkara/{case}"),
            Self::Part(case, part) => format!("/perkara/{case}/{}", part.name()),
            Self::File(case, file) => format!("/perkara/{case}/{}/{file}", CasePart::Documents.name()),
            Self::Receipt(case) => format!("/perkara/{case}/tanda-terima"),
            Self::Paper(case, index) => format!("/perkara/{case}/berkas/{index}"),
            Self::Bundle(case) => format!("/perkara/{case}/berkas"),
            Self::Schedule => "/jadwal".into(),
            Self::Recap => "/rekap".into(),
            Self::Sheet => "/rekap/daftar".into(),
            Self::Public(view) => format!("/publik/{}", name(&VIEWS, view)),
            Self::Outbox => "/kirim".into(),
            Self::Kapsul(None) => format!("/kirim/{KAPSUL}"),
            Self::Kapsul(Some(command)) => format!("/kirim/{KAPSUL}/{command}"),
            Self::Journal => format!("/kirim/{JOURNAL}"),
            Self::Shared => "/bagikan".into(),
            Self::Settings => "/pengaturan".into(),
            Self::Law => "/pengaturan/tabel".into(),
            Self::LawEntry(kind, definition, key) => format!("/pengaturan/tabel/{kind}/{definition}/{key}"),
            Self::Setting(page) => format!("/pengaturan/{}", name(&Setting::ALL, page)),
            Self::Account(account) => format!("/pengaturan/akun/{account}"),
            Self::AsPublic(case) => format!("/perkara/{case}/{PUBLIC}"),
            Self::DraftAsPublic(draft) => format!("/draf/{draft}/{PUBLIC}"),
            Self::Help => "/bantuan".into(),
            Self::HelpSteps(track) => format!("/bantuan/langkah/{track}"),
            Self::Glossary => "/bantuan/istilah".into(),
            Self::Questions => "/kendala".into(),
            Self::NewQuestion => "/kendala/baru".into(),
            Self::Question(id) => format!("/kendala/{id}"),
            Self::Work(case) => format!("/perkara/{case}/catatan"),
            Self::Training => TRAINING.into(),
            Self::Scenario(key, step) => format!("{TRAINING}/{key}/{STEP}{step}"),
            Self::Notes(key) => format!("{TRAINING}/{key}/{NOTES}"),
            Self::Certificate(key) => format!("{TRAINING}/{key}/{CERTIFICATE}"),
            Self::Trainer => format!("{TRAINING}/{TRAINER}"),
            Self::StyleGuide => "/gaya".into(),
            Self::NotFound => "/tidak-ada".into(),
        }
    }

    /// Reads an address; anything that is none of ours is [`Route::NotFound`].
    #[must_use]
    pub fn parse(path: &str) -> Self {
        let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        // A page of the app as it is drawn in training.
        if let ["latihan", "app", ..] = parts[..] {
            parts.drain(..2);
        }
        let draft = |text: &str, route: fn(DraftId) -> Self| DraftId::parse(text).map_or(Self::NotFound, route);
        let case = |text: &str, route: fn(CaseId) -> Self| CaseId::parse(text).map_or(Self::NotFound, route);
        match parts[..] {
            [] => Self::Home,
            ["masuk"] => Self::SignIn,
            ["permohonan", "baru"] => Self::NewPetition,
            ["permohonan", "baru", track] if is_key(track) => Self::Begin(track.to_owned()),
            ["perkara", id, "catat", act] if is_key(act) => {
                CaseId::parse(id).map_or(Self::NotFound, |id| Self::Act(id, act.to_owned(), None))
            }
            ["perkara", id, "catat", act, strand] if is_key(act) && is_key(strand) => {
                CaseId::parse(id).map_or(Self::NotFound, |id| Self::Act(id, act.to_owned(), Some(strand.to_owned())))
            }
            ["draf", id] => draft(id, Self::Draft),
            ["draf", id, CHECK] => draft(id, Self::Check),
            ["draf", id, PUBLIC] => draft(id, Self::DraftAsPublic),
            ["draf", id, HISTORY] => draft(id, Self::History),
            ["draf", id, section] if is_key(section) => {
                DraftId::parse(id).map_or(Self::NotFound, |id| Self::Section(id, section.to_owned()))
            }
            ["perkara"] => Self::Cases,
            ["perkara", id] => case(id, Self::Case),
            ["perkara", id, PUBLIC] => case(id, Self::AsPublic),
            ["perkara", id, "tanda-terima"] => case(id, Self::Receipt),
            ["perkara", id, "berkas"] => case(id, Self::Bundle),
            ["perkara", id, "berkas", index] => {
                CaseId::parse(id).zip(place(index)).map_or(Self::NotFound, |(id, index)| Self::Paper(id, index))
            }
            ["perkara", id, "dokumen", file] => {
                CaseId::parse(id).zip(FileId::parse(file)).map_or(Self::NotFound, |(id, file)| Self::File(id, file))
            }
            ["jadwal"] => Self::Schedule,
            ["rekap"] => Self::Recap,
            ["rekap", "daftar"] => Self::Sheet,
            ["publik"] => Self::Public(PublicView::Petitions),
            ["publik", name] => named(&VIEWS, name).map_or(Self::NotFound, Self::Public),
            ["kirim"] => Self::Outbox,
            ["kirim", KAPSUL] => Self::Kapsul(None),
            ["kirim", KAPSUL, id] => CommandId::parse(id).map_or(Self::NotFound, |id| Self::Kapsul(Some(id))),
            ["kirim", JOURNAL] => Self::Journal,
            ["bagikan"] => Self::Shared,
            ["pengaturan"] => Self::Settings,
            ["pengaturan", "tabel"] => Self::Law,
            ["pengaturan", "tabel", kind, definition, key] if [kind, definition, key].into_iter().all(is_key) => {
                Self::LawEntry(kind.to_owned(), definition.to_owned(), key.to_owned())
            }
            ["pengaturan", "akun", id] => AccountId::parse(id).map_or(Self::NotFound, Self::Account),
            ["pengaturan", name] => named(&Setting::ALL, name).map_or(Self::NotFound, Self::Setting),
            ["bantuan"] => Self::Help,
            ["bantuan", "istilah"] => Self::Glossary,
            ["bantuan", "langkah", track] if is_key(track) => Self::HelpSteps(track.to_owned()),
            ["kendala"] => Self::Questions,
            ["kendala", "baru"] => Self::NewQuestion,
            ["kendala", id] => case(id, Self::Question),
            ["perkara", id, "catatan"] => case(id, Self::Work),
            ["latihan"] => Self::Training,
            ["latihan", TRAINER] => Self::Trainer,
            ["latihan", key] if is_key(key) => Self::Scenario(key.to_owned(), 1),
            ["latihan", key, NOTES] if is_key(key) => Self::Notes(key.to_owned()),
            ["latihan", key, CERTIFICATE] if is_key(key) => Self::Certificate(key.to_owned()),
            ["latihan", key, step] if is_key(key) => {
                // What names no step is one that the scenario does not have: training says so with its list.
                let step = place(step.strip_prefix(STEP).unwrap_or(step));
                Self::Scenario(key.to_owned(), step.unwrap_or(0))
            }
            ["gaya"] => Self::StyleGuide,
            // Behind all that are no part of it.
            ["perkara", id, name] => {
                let part = CasePart::ALL.iter().find(|(_, known)| *known == name).map(|(part, _)| *part);
                CaseId::parse(id).zip(part).map_or(Self::NotFound, |(id, part)| Self::Part(id, part))
            }
            _ => Self::NotFound,
        }
    }
}

const TRAINING: &str = "/latihan";
const BELOW: &str = "/app";
const STEP: &str = "langkah-";
const NOTES: &str = "catatan";
const CERTIFICATE: &str = "sertifikat";
const TRAINER: &str = "pelatih";
const CHECK: &str = "periksa";
const PUBLIC: &str = "publik";
const HISTORY: &str = "riwayat";
const KAPSUL: &str = "kapsul";
const JOURNAL: &str = "jurnal";

/// A place in a list, in digits alone.
fn place(text: &str) -> Option<usize> {
    (text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// Keys of rule files are ASCII words.
fn is_key(text: &str) -> bool {
    text.len() <= 40 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;

    #[test]
    fn the_navigation_knows_where_one_is() {
        let case = CaseId::new(Timestamp(1), [2; 10]);
        let below = |route: Route| [Route::Home, Route::NewPetition, Route::Cases, Route::Settings].map(|page| route.is_below(&page));
        assert_eq!(below(Route::Part(case, CasePart::Parties)), [false, false, true, false]);
        assert_eq!(below(Route::Begin("pemilu-penyelenggara".into())), [false, true, false, false]);
        assert_eq!(below(Route::Setting(Setting::Server)), [false, false, false, true]);
        assert_eq!(below(Route::Home), [true, false, false, false]);
        assert_eq!(below(Route::Schedule), [false; 4]);
    }

    #[test]
    fn every_address_leads_back_to_its_page() {
        let draft = DraftId::new(Timestamp(1), [1; 10]);
        let case = CaseId::new(Timestamp(1), [2; 10]);
        for route in [
            Route::Home,
            Route::SignIn,
            Route::NewPetition,
            Route::Begin("pemilu-penyelenggara".into()),
            Route::Act(case, "plenary".into(), None),
            Route::Act(case, "refuse".into(), Some(draft.to_string())),
            Route::Draft(draft),
            Route::Section(draft, "pemohon".into()),
            Route::Check(draft),
            Route::Cases,
            Route::History(draft),
            Route::Case(case),
            Route::Part(case, CasePart::Timeline),
            Route::Part(case, CasePart::Documents),
            Route::File(case, FileId::new(Timestamp(1), [3; 10])),
            Route::Receipt(case),
            Route::Paper(case, 12),
            Route::Bundle(case),
            Route::Kapsul(None),
            Route::Kapsul(CommandId::parse(&draft.to_string())),
            Route::Journal,
            Route::Shared,
            Route::Schedule,
            Route::Recap,
            Route::Sheet,
            Route::Public(PublicView::Decisions),
            Route::Outbox,
            Route::Settings,
            Route::Law,
            Route::LawEntry("paper".into(), "pemilu-penyelenggara".into(), "receipt".into()),
            Route::Setting(Setting::ImportAccounts),
            Route::Setting(Setting::Server),
            Route::Account(AccountId::new(Timestamp(1), [3; 10])),
            Route::AsPublic(case),
            Route::DraftAsPublic(draft),
            Route::Help,
            Route::HelpSteps("pemilu-penyelenggara".into()),
            Route::Glossary,
            Route::Questions,
            Route::NewQuestion,
            Route::Question(case),
            Route::Work(case),
            Route::Training,
            Route::Scenario("permohonan-pertama".into(), 3),
            Route::Notes("permohonan-pertama".into()),
            Route::Certificate("permohonan-pertama".into()),
            Route::Trainer,
            Route::StyleGuide,
        ] {
            assert_eq!(Route::parse(&route.path()), route);
        }
    }

    #[test]
    fn a_page_in_training_is_the_same_page() {
        assert_eq!(Route::parse("/latihan/app"), Route::Home);
        assert_eq!(Route::parse("/latihan/app/perkara"), Route::Cases);
        assert_eq!(Route::parse("/latihan/permohonan-pertama"), Route::Scenario("permohonan-pertama".into(), 1));
        assert_eq!(Route::parse("/latihan/x/2"), Route::Scenario("x".into(), 2));
        // What names no step leads to training all the same, which says so.
        for step in ["langkah-0", "langkah-1e9", "langkah-satu", "langkah-99999999999999999999"] {
            assert_eq!(Route::parse(&format!("/latihan/x/{step}")), Route::Scenario("x".into(), 0), "{step}");
        }
    }

    #[test]
    fn foreign_addresses_are_not_found() {
        for path in [
            "/latihan/<script>",
            "/latihan/a/b/c",
            "/latihan/app/tidak-ada",
            "/perkara/%E0%A4%A",
            "/%00",
            "/perkara/javascript:alert(1)",
            "/draf/x/y",
            "/draf/../..",
            &"/a".repeat(5_000),
            "/tidak-ada",
        ] {
            assert_eq!(Route::parse(path), Route::NotFound, "{path}");
        }
    }
}
