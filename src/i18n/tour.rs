//! What the guided tour of training shows on each page, in both languages.

use super::Language;

/// A place on a page, and what to know about it.
#[derive(Debug, PartialEq, Eq)]
pub struct Stop {
    /// Where it is, as a style sheet would say it; a stop that is not on the screen is left out.
    pub at: &'static str,
    text: [&'static str; 2],
}

impl Stop {
    /// What to know about it.
    #[must_use]
    pub fn text(&self, language: Language) -> &'static str {
        let [id, en] = self.text;
        language.pick(id, en)
    }
}

const fn stop(at: &'static str, id: &'static str, en: &'static str) -> Stop {
    Stop { at, text: [id, en] }
}

/// The frame, shown once by itself.
pub const FRAME: &[Stop] = &[
    stop(
        ".training-bar__body",
        "Bilah ungu ini memandu latihan: cerita, yang dikerjakan, petunjuk, dan apakah langkah sudah benar.",
        "This violet bar leads the training: the story, what to do, hints, and whether the step is right.",
    ),
    stop(
        "#main",
        "Di bawahnya aplikasi yang sesungguhnya. Semua yang Anda isi tersimpan sendiri di perangkat ini, juga tanpa sinyal.",
        "Below it is the real app. All that you fill in is kept on this device by itself, also without a signal.",
    ),
    stop(
        ".nav",
        "Dengan navigasi ini Anda berpindah: Hari ini, Perkara, permohonan baru, dan Kotak Kirim.",
        "With this navigation you move about: Today, Cases, a new petition, and the Outbox.",
    ),
    stop(
        ".top-bar__state",
        "Di sini terlihat apakah semua sudah terkirim. Di latihan, server itu ada di halaman ini sendiri.",
        "This tells whether everything has been sent. In training that server is in this very page.",
    ),
];

const HOME: &[Stop] = &[
    stop(
        "main .section",
        "Hari ini mengumpulkan yang harus dikerjakan, yang paling mendesak lebih dahulu.",
        "Today gathers what is to be done, the most pressing first.",
    ),
    stop(
        "main .row-list .row",
        "Setiap baris menyebut perkaranya, apa yang ditunggu, dan sampai kapan. Tekan untuk membukanya.",
        "Each line names the case, what is awaited, and until when. Press it to open the case.",
    ),
    stop(
        "main .columns__side",
        "Di sisi ini ada draf yang belum selesai dan jadwal terdekat.",
        "This side has unfinished drafts and what is next on the schedule.",
    ),
];

const NEW: &[Stop] = &[stop(
    "main .row-list",
    "Pilih jalur menurut siapa melawan siapa: peserta melawan penyelenggara, atau antarpeserta, pada Pemilu atau Pemilihan.",
    "Choose the track by who is against whom: participant against organiser, or between participants, at Pemilu or Pemilihan.",
)];

const FORM: &[Stop] = &[
    stop(
        "main .task-list",
        "Bagian-bagian dapat diisi dalam urutan apa pun; di kanan terlihat mana yang sudah lengkap.",
        "Sections can be filled in any order; the right side tells which are complete.",
    ),
    stop(
        "main .field, main fieldset",
        "Yang bertanda boleh menyusul dapat dikosongkan sekarang; yang lain wajib diisi.",
        "What is marked as may follow can be left for later; the rest must be answered.",
    ),
    stop(
        "main .field__echo",
        "Tanggal boleh diketik sesukanya, misalnya 8 7 2026. Harinya dibacakan kembali di sini.",
        "Type a date as you like, such as 8 7 2026. The weekday is read back here.",
    ),
    stop(
        ".save-state",
        "Keterangan ini muncul setelah perangkat benar-benar menyimpan. Tidak ada tombol simpan.",
        "This appears once the device has really kept it. There is no save button.",
    ),
    stop(
        "main .action-bar",
        "Bila siap, lanjutkan lewat tombol ini. Sebelum dicatat, semua jawaban diperiksa dahulu.",
        "When you are ready, go on with this button. Before anything is recorded all answers are checked.",
    ),
];

const CASES: &[Stop] = &[
    stop(
        "#search",
        "Cari nama, nomor, atau objek. Salah ketik dan ejaan lama tetap ditemukan.",
        "Search for a name, number or object. Slips and old spellings are found all the same.",
    ),
    stop(
        "main .chips, main .filters",
        "Saring menurut tahap dan tenggat; saringan ikut dalam alamat dan dapat dibagikan.",
        "Narrow by stage and deadline; the filter is part of the address and can be shared.",
    ),
    stop(
        "main .docket__row",
        "Satu baris satu perkara: nomor, para pihak, tahap, dan tenggat terdekat.",
        "One line for each case: number, parties, stage, and the next deadline.",
    ),
];

const CASE: &[Stop] = &[
    stop(
        ".identity-bar",
        "Kepala perkara sama di setiap halaman: nomor, para pihak, tahap, dan tindakan berikutnya.",
        "The head of the case is the same on every page: number, parties, stage, and the next act.",
    ),
    stop(
        ".case-nav",
        "Bagian lain dari perkara: para pihak, dokumen, sidang, linimasa, putusan.",
        "The other parts of the case: parties, documents, sessions, timeline, decision.",
    ),
    stop("#jalan", "Jalan perkara ini, dari penerimaan sampai akhir.", "The way of this case, from its reception to its end."),
    stop(
        "#tindakan",
        "Yang dapat dilakukan sekarang, dan mengapa yang lain belum.",
        "What can be done now, and why other acts cannot yet.",
    ),
    stop(
        "#tenggat",
        "Setiap tenggat menjelaskan hitungannya hari demi hari di bawah Kenapa?",
        "Each deadline explains its count day by day under Why?",
    ),
    stop(
        "main .timeline",
        "Semua yang terjadi, siapa yang mencatat, dan apakah server sudah memegangnya.",
        "All that happened, who recorded it, and whether the server holds it.",
    ),
];

const PAPERS: &[Stop] = &[
    stop(
        ".sheet, .paper",
        "Surat seperti akan dicetak. Dalam latihan setiap lembar bertanda LATIHAN.",
        "The paper as it will be printed. In training every sheet is marked LATIHAN.",
    ),
    stop("main .action-bar, main .no-print .cluster", "Cetak, atau simpan sebagai PDF.", "Print it, or save it as a PDF."),
];

const SCHEDULE: &[Stop] = &[
    stop(".schedule__bar", "Pindah hari, minggu, atau bulan.", "Move by day, week or month."),
    stop("main .segments", "Jadwal dapat dilihat per hari, minggu, atau bulan.", "The schedule can be seen by day, week or month."),
    stop(
        "main .event, main .day",
        "Sidang dan hari menurut hukum; bentrok waktu dan ruang diberi tanda.",
        "Sessions and legal days; clashes of time and room are marked.",
    ),
];

const RECAP: &[Stop] = &[
    stop("main .details", "Rekap dihitung untuk hari mana pun yang sudah lewat.", "The recap is counted for any day that has passed."),
    stop(
        "main .figures, main .bars, main table",
        "Setiap perkara ada di tepat satu kolom, sehingga jumlahnya cocok.",
        "Each case is in exactly one column, so that the sums agree.",
    ),
];

const OUTBOX: &[Stop] = &[
    stop(
        "main .page-header",
        "Kotak Kirim memegang semua yang belum sampai di server, menurut urutan dibuat.",
        "The Outbox holds what has not reached the server, in the order in which it was made.",
    ),
    stop(
        "main .banner",
        "Bila ada yang menahan, sebabnya dan yang dapat Anda lakukan tertulis di sini.",
        "If something holds it back, the reason and what you can do stand here.",
    ),
    stop(
        "main .row-list",
        "Setiap kiriman menyebut keadaannya. Yang sudah diterima server meninggalkan tanda terima.",
        "Each item tells its state. What the server has taken leaves a receipt.",
    ),
];

const SETTINGS: &[Stop] = &[
    stop("#language", "Bahasa, tema, dan ukuran huruf berlaku untuk perangkat ini.", "Language, theme and text size are of this device."),
    stop(
        "main .row-list",
        "Tabel hukum, akun, perangkat, dan diagnostik ada di halaman berikutnya.",
        "The tables of the law, accounts, devices and diagnostics are on the next pages.",
    ),
];

const QUESTIONS: &[Stop] = &[
    stop(
        "main .page-header",
        "Kendala ditulis juga tanpa sinyal; provinsi atau pusat menjawab.",
        "Questions are written also without a signal; the province or the centre answers.",
    ),
    stop("main .action-bar, main .cluster", "Mulai dari sini.", "Begin here."),
];

const PUBLIC: &[Stop] = &[
    stop(
        "#search",
        "Yang dibaca siapa pun tanpa akun, hanya bagian yang terbuka.",
        "What anybody reads without an account, the open parts alone.",
    ),
    stop("main .row-list", "Catatan mediasi dan data pribadi tidak ada di sini.", "Notes of mediation and personal data are not here."),
];

const HELP: &[Stop] = &[
    stop(
        "#help-search",
        "Cari topik, langkah prosedur, dan istilah; semuanya terbaca tanpa jaringan.",
        "Search topics, steps of the procedure and terms; all of it can be read without a network.",
    ),
    stop("#layar", "Yang cocok dengan halaman asal Anda ditaruh paling atas.", "What fits the page that you came from stands first."),
];

/// The pages by their keys in the help, each with its stops.
const PAGES: [(&str, &[Stop]); 13] = [
    ("home", HOME),
    ("new", NEW),
    ("form", FORM),
    ("cases", CASES),
    ("case", CASE),
    ("papers", PAPERS),
    ("schedule", SCHEDULE),
    ("recap", RECAP),
    ("outbox", OUTBOX),
    ("settings", SETTINGS),
    ("questions", QUESTIONS),
    ("public", PUBLIC),
    ("help", HELP),
];

/// The tour of a page; none for one that has nothing to show.
#[must_use]
pub fn of_page(key: &str) -> &'static [Stop] {
    PAGES.iter().find(|(page, _)| *page == key).map_or(&[], |(_, stops)| stops)
}
