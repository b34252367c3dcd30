//! What each number checks, and why some of the 44 have less to do, or nothing, in this format.

use std::fmt::Write as _;

/// Number, Indonesian, English, and where the check does not apply or only in part: why.
pub type Explained = (u8, &'static str, &'static str, Option<(&'static str, &'static str)>);

/// All checks in order.
pub const EXPLAINED: [Explained; 44] = [
    (
        1,
        "berkas terbaca, format dikenal, ukuran dan kedalaman dibatasi",
        "the file parses, its format is known, size and depth have caps",
        None,
    ),
    (2, "tidak ada kunci asing, berulang, atau berjenis salah", "no unknown or duplicate key, none of the wrong type", None),
    (
        3,
        "kunci snake_case, berkas di tempat yang sesuai id dan versinya",
        "keys in snake_case, the file where its id and version say",
        Some((
            "kunci yang hilang tidak perlu pemindahan: perkara berjalan tetap memakai versinya",
            "a dropped key needs no migration: running cases keep their version",
        )),
    ),
    (4, "kedua bahasa terisi, isian sama dan bermakna", "both languages filled, placeholders alike and meaningful", None),
    (5, "tiap entri punya sumber di sources.toml", "every entry has sources in sources.toml", None),
    (
        6,
        "tanda C hanya dari naskah atau dua sumber; aturan lama paling tinggi L",
        "mark C only from the text or two sources; older rules at most L",
        None,
    ),
    (
        7,
        "sumber ditinjau dalam setahun",
        "sources looked at within a year",
        Some(("tidak berlaku: sources.toml tidak mencatat tanggal baca", "does not apply: sources.toml keeps no date of reading")),
    ),
    (
        8,
        "JSON kanonis dapat diulang, versi terbit tidak berubah",
        "the canonical JSON can be made again, published versions stay",
        Some((
            "digest hanya dibandingkan bila ada lock.toml; belum ada versi terbit",
            "digests are compared only with a lock.toml; nothing is published yet",
        )),
    ),
    (9, "satu status awal; sesudah akhir hanya catatan dan upaya hukum", "one start; after an end only notes and remedies", None),
    (10, "tiap status tercapai", "each state is reached", None),
    (11, "dari tiap status ada jalan ke akhir", "from each state a way leads to an end", None),
    (12, "asal, tujuan, cabang ada dan tetap di jalurnya", "from, to and branches exist and stay in their strand", None),
    (13, "cabang sama dengan pilihan isian yang selalu wajib", "branches are the options of a field that is always needed", None),
    (
        14,
        "tiap akhir punya satu kolom rekap",
        "each end has one column of the recap",
        Some((
            "jumlah kolom dengan sendirinya benar: satu perkara hanya di satu akhir",
            "the columns add up by themselves: a case is in one end alone",
        )),
    ),
    (
        15,
        "jalur samping punya awal dan batas, dan ditanya apakah selesai",
        "a strand has a beginning and a maximum, and is asked whether it rests",
        None,
    ),
    (
        16,
        "di tiap tingkat ada yang dapat melakukan tiap tindakannya dan meninggalkan tiap status yang dimasukinya",
        "at each level somebody can perform each of its acts and leave each state that it enters",
        None,
    ),
    (17, "yang disebut itu ada, yang ada itu dipakai", "what is named exists, what exists is used", None),
    (18, "syarat cocok dengan jenis isian", "conditions fit the kinds of fields", None),
    (19, "tidak ada dua syarat yang sama", "no two guards with the same condition", None),
    (20, "tanda U tidak menghalangi", "mark U never blocks", None),
    (
        21,
        "open dan over hanya untuk tindakan yang memenuhi atau diusulkan tenggat",
        "open and over only for acts that meet a deadline or are proposed by it",
        None,
    ),
    (
        22,
        "di mana isian kosong membuat orang ditanya",
        "where an empty field makes a person be asked",
        Some((
            "hanya catatan (--notes): format ini tidak mempunyai tempat untuk menyatakannya",
            "a note only (--notes): this format has no place to say so",
        )),
    ),
    (23, "kedalaman syarat, all/any berisi dua, tanpa not berganda", "depth of conditions, two parts in all and any, no double not", None),
    (24, "syarat yang selalu atau tidak pernah terpenuhi, dari penjelajahan", "guards that always or never hold, by exploration", None),
    (
        25,
        "penghitung hanya membaca formulirnya dan ditanya dari 1",
        "a counter reads its own form alone and is asked from 1",
        Some((
            "tanpa `max`: penjelajahan menghitung sampai n terbesar yang ditanyakan",
            "there is no `max`: exploration counts to the largest n that is asked",
        )),
    ),
    (26, "tenggat punya satu awal yang dapat mendahului pemenuhannya", "a deadline has one start, which can precede what meets it", None),
    (27, "ada yang memenuhinya", "something meets it", None),
    (28, "beberapa bacaan: satu bawaan, masing-masing bercatatan", "several readings: one default, a note for each", None),
    (
        29,
        "jumlah hari masuk akal; 0 hanya hari kalender",
        "a number of days that makes sense; 0 in calendar days only",
        Some(("satuan, jam tutup dan arah dijamin oleh bentuk berkas", "unit, closing and direction are seen to by the shape of the file")),
    ),
    (30, "tindakan yang diusulkan menanyakan apakah tenggat lewat", "a proposed act asks whether the deadline is over", None),
    (31, "tenggat yang hanya menandai tidak menghalangi", "a deadline that only flags blocks nothing", None),
    (
        32,
        "tiap isian di satu baris, paling banyak dua sebaris, waktu tindakan ada",
        "each field in one row, two at most in a row, the time of the act is there",
        None,
    ),
    (33, "pilihan, daftar dan bagian berulang lengkap", "choices, lists and repeated parts are complete", None),
    (34, "`if` hanya melihat ke belakang; formulir tidak memuat dirinya", "`if` looks only backwards; no form contains itself", None),
    (
        35,
        "batas yang masuk akal",
        "limits that make sense",
        Some(("teks tanpa `max` dibatasi oleh jenisnya", "a text without `max` is bounded by its kind")),
    ),
    (
        36,
        "surat milik tindakan yang ada, nomor lazim atau kosong",
        "papers belong to acts, their number is usual or empty",
        Some(("templat surat belum menjadi data", "templates of papers are not data yet")),
    ),
    (
        37,
        "surat mediasi tidak terbuka",
        "papers of mediation are not public",
        Some((
            "surat putusan lahir dari tindakan pembacaannya, jadi tidak ada sebelum dibacakan",
            "a decision's paper is made by the act of reading it, so that it is not there before",
        )),
    ),
    (
        38,
        "tidak ada daftar, formulir atau sumber yang menganggur",
        "no list, form or source that nothing uses",
        Some((
            "tiap isian tampil dan tercetak dengan sendirinya; cabang dilihat L44, syarat dan sumber lain L17",
            "every field is shown and printed by itself; branches are L44's to say, guards and the like L17's",
        )),
    ),
    (
        39,
        "hari kalender urut, tunggal, bernama, dengan keputusan",
        "days of calendars in order, once, named, with their decree",
        Some(("hari pekan dan wilayah tidak ditulis dalam kalender ini", "weekdays and scopes are not written in these calendars")),
    ),
    (
        40,
        "kantor: kode tunggal, atasan, zona, jam",
        "offices: unique codes, office above, zone, hours",
        Some((
            "jumlah kantor per tingkat tidak diperiksa: tabel boleh belum lengkap",
            "offices per level are not counted: the table may be incomplete",
        )),
    ),
    (
        41,
        "templat nomor: token dikenal, urutan dan tahun tercetak",
        "number templates: known tokens, sequence and year are printed",
        Some((
            "nomor tidak pernah dibaca kembali: server menyimpan urutannya sendiri",
            "a number is never read back: the server keeps its own sequence",
        )),
    ),
    (
        42,
        "sakelar: jawaban awal ada, dua jawaban atau lebih",
        "switches: the default exists, two answers or more",
        Some(("tiap jawaban dijelajahi dalam uji", "each answer is walked through in the tests")),
    ),
    (
        43,
        "versi berurutan, mulai berlaku makin kemudian",
        "versions follow each other and come into force later",
        Some(("tanpa pemindahan: perkara berjalan tetap pada versinya", "no migrations: running cases keep their version")),
    ),
    (
        44,
        "tiap tindakan dan cabang terjadi",
        "each act and branch occurs",
        Some(("dilihat dari penjelajahan; skenario bertanggal ada di uji", "seen by exploration; dated scenarios are in the tests")),
    ),
];

/// The list for `--explain`.
#[must_use]
pub fn explain() -> String {
    let mut text = String::new();
    for (code, id, en, but) in EXPLAINED {
        let _ = writeln!(text, "L{code:02} {id} / {en}");
        if let Some((id, en)) = but {
            let _ = writeln!(text, "    {id} / {en}");
        }
    }
    text
}
