//! The words of the pages below the settings: accounts, devices, the server, this device. None of them is in the first program.

use super::messages::messages;
use super::{Language, sentences};
use crate::domain::account::{AccountAct, AccountObjection, AccountPart, MIN_PASSWORD};
use crate::domain::account_import::{Column, RowProblem};
use crate::domain::csv::{CsvProblem, Dialect, Encoding, MAX_COLUMNS, MAX_ROWS};

messages! { AdminMessages:
    accounts: "Akun petugas", "Officers' accounts";
    accounts_lead: "Siapa yang dapat masuk, di kantor mana, dengan peran apa. Yang mengubah: admin pusat Bawaslu RI. Setiap perubahan tercatat.", "Who can sign in, at which office, in which roles. Changed by the national admin of Bawaslu RI. Every change is on record.";
    new_account: "Akun baru", "New account";
    new_lead: "Kata sandi pertama dibuat di sini dan ditampilkan sekali. Serahkan langsung kepada orangnya.", "The first password is made here and shown once. Hand it to the person directly.";
    import: "Impor dari tabel", "Import from a table";
    import_lead: "Satu baris satu akun. Baris yang baik dapat dibuat sekarang; yang lain diperbaiki lalu diimpor lagi.", "One row, one account. Good rows can be created now; the others are put right and imported again.";
    search: "Cari nama, nama pengguna, atau kantor", "Search by name, user name or office";
    role: "Peran", "Role";
    any_role: "Semua peran", "All roles";
    status: "Status", "Status";
    any_status: "Semua", "All";
    active: "Aktif", "Active";
    locked: "Dikunci", "Locked";
    shown: "akun", "accounts";
    none: "Tidak ada akun yang cocok. Kosongkan pencarian untuk melihat semua.", "No account fits. Clear the search to see all.";
    loading: "Mengambil dari server", "Fetching from the server";
    not_offered: "Server ini tidak membuka pengelolaan akun. Hubungi pengelola server.", "This server offers no managing of accounts. Ask who runs the server.";
    devices_not_offered: "Server ini tidak mencatat keadaan perangkat.", "This server keeps no record of devices.";
    forbidden: "Akun Anda tidak berhak melihat ini.", "Your account may not see this.";
    again: "Coba lagi", "Try again";
    not_here: "Belum dapat diambil", "It could not be fetched";
    needs_network: "Perlu jaringan: perubahan ini dibuat langsung di server.", "Needs a network: this is changed at the server itself.";
    only_centre: "Hanya admin pusat yang dapat mengubah akun.", "Only the national admin can change accounts.";
    name: "Nama lengkap dengan gelar", "Full name with titles";
    username: "Nama pengguna", "User name";
    username_hint: "Huruf kecil, angka, titik, tanda hubung, atau garis bawah; 3 sampai 40.", "Small letters, digits, dots, hyphens or underscores; 3 to 40.";
    office: "Kantor", "Office";
    choose_office: "Pilih kantor", "Choose an office";
    roles: "Peran di kantor ini", "Roles at this office";
    roles_hint: "Daftar resmi peran SIPS belum ditemukan; tabel ini simpulan dari pembagian tugas (kemungkinan).", "No official list of SIPS roles was found; this table is inferred from who does what (likely).";
    source: "Sumber: surat tugas, keputusan, atau daftar (opsional)", "Source: letter of appointment, decision or list (optional)";
    reason: "Alasan", "Reason";
    why: "Sumber dan alasan", "Source and reason";
    why_lead: "Keduanya masuk riwayat akun, bersama nama Anda dan waktunya.", "Both go into the account's history, with your name and the time.";
    problems: "Belum dapat disimpan", "It cannot be saved yet";
    create: "Buat akun", "Create the account";
    save: "Simpan perubahan", "Save the changes";
    sending: "Mengirim…", "Sending…";
    lock: "Kunci akun", "Lock the account";
    unlock: "Buka kunci", "Unlock";
    lock_question: "Kunci akun ini?", "Lock this account?";
    lock_effect: "Orang ini langsung keluar dan tidak dapat masuk lagi. Yang belum terkirim di perangkatnya tetap di sana dan tidak terkirim sampai kunci dibuka.", "The person is signed out at once and cannot sign in again. What their devices have not sent stays there, and is not sent until it is unlocked.";
    new_password: "Buat kata sandi baru", "Make a new password";
    password_question: "Buat kata sandi baru?", "Make a new password?";
    password_effect: "Yang lama langsung tidak berlaku di server. Perangkat tanpa jaringan masih terbuka dengan yang lama sampai masuk lagi.", "The old one is no longer good at the server. A device without a network still opens by the old one until the next sign-in.";
    cancel: "Batal", "Cancel";
    close: "Tutup", "Close";
    password_title: "Kata sandi, ditampilkan sekali ini", "The password, shown this once";
    password_note: "Catat atau bacakan sekarang. Tidak disimpan di sini; bila hilang, buat yang baru.", "Write it down or read it out now. It is not kept here; if it is lost, make a new one.";
    copy: "Salin", "Copy";
    copied: "Tersalin", "Copied";
    created: "Akun dibuat", "The account was created";
    saved: "Perubahan tersimpan di server", "The change is kept at the server";
    another: "Buat akun lain", "Create another one";
    history: "Riwayat", "History";
    history_none: "Belum pernah diubah di sini; akun ini dari data awal server.", "Never changed here; the account is from the server's first data.";
    seen_other: "Akun berubah di tempat lain. Periksa keadaan sekarang, lalu kirim lagi.", "The account was changed elsewhere. Look at it as it is now, then send again.";
    choose_table: "Pilih berkas tabel", "Choose the file";
    table_file: "Tabel akun (CSV)", "Table of accounts (CSV)";
    table_hint: "Kolom: nama, nama pengguna, kantor (kode atau nama), peran (dipisah +), kata sandi (boleh kosong).", "Columns: nama, nama pengguna, kantor (code or name), peran (divided by +), kata sandi (may be empty).";
    example: "Unduh contoh tabel", "Download an example";
    preview: "Yang terbaca", "What was read";
    ready_rows: "baris siap dibuat", "rows are ready";
    bad_rows: "baris belum dapat dibuat", "rows cannot be created yet";
    line: "Baris", "Line";
    what_is_wrong: "Yang perlu diperbaiki", "What is to be mended";
    create_ready: "Buat akun dari baris yang siap", "Create accounts from the rows that are ready";
    nothing_ready: "Tidak ada baris yang siap.", "No row is ready.";
    import_done: "Selesai", "Done";
    accounts_created: "akun dibuat", "accounts created";
    refused_rows: "ditolak server", "refused by the server";
    save_passwords: "Simpan daftar kata sandi", "Save the list of passwords";
    passwords_note: "Daftar ini hanya ada di layar ini. Simpan sebelum meninggalkan halaman, serahkan per orang, lalu hapus berkasnya.", "This list is on this screen alone. Save it before you leave the page, hand it out one by one, then delete the file.";
    passwords_saved: "Daftar disimpan. Hapus berkasnya setelah diserahkan.", "The list was saved. Delete the file once it is handed out.";
    devices: "Perangkat", "Devices";
    devices_lead: "Apa yang terakhir dilaporkan tiap perangkat tentang pekerjaan yang belum terkirim: angka saja, bukan isinya.", "What each device last said about work it has not sent: numbers alone, nothing of what it is.";
    devices_none: "Belum ada perangkat yang melapor.", "No device has reported yet.";
    last_heard: "Terakhir terdengar", "Last heard of";
    unsent: "Belum terkirim", "Not sent";
    commands: "kiriman", "commands";
    files: "berkas", "files";
    drafts: "draf", "drafts";
    parked: "tertahan", "held back";
    waiting_since: "Menunggu sejak", "Waiting since";
    app_version: "Versi", "Version";
    silent: "Diam dengan pekerjaan belum terkirim", "Silent with unsent work";
    silent_help: "perangkat tidak terdengar lebih dari sehari dan masih memegang pekerjaan. Hubungi orangnya: buka aplikasi di tempat yang ada jaringan, atau bawa pekerjaannya dengan kapsul.", "devices were not heard of for more than a day and still hold work. Call the person: open the app where there is a network, or carry the work by kapsul.";
    all_sent: "Semua terkirim", "All sent";
    held_back: "Ada yang tertahan", "Something is held back";
}

messages! { DeviceMessages:
    server: "Server", "Server";
    server_lead: "Ke mana pekerjaan di perangkat ini dikirim.", "Where the work on this device is sent.";
    server_now: "Dipakai sekarang", "In use now";
    own_server: "server asal aplikasi ini", "the server this app came from";
    address: "Alamat server", "Address of the server";
    address_hint: "Seperti sips.bawaslu.go.id, tanpa garis miring di belakangnya. Kosong: server asal aplikasi ini.", "Such as sips.bawaslu.go.id, nothing behind it. Empty: the server this app came from.";
    check: "Periksa", "Check";
    checking: "Memeriksa…", "Checking…";
    use_it: "Pakai server ini", "Use this server";
    in_use: "Server ini sudah dipakai.", "This server is in use already.";
    check_first: "Periksa dahulu", "Check it first";
    change_question: "Ganti server?", "Change the server?";
    change_effect: "Anda keluar dari server yang sekarang dan masuk di server yang baru. Pekerjaan yang dibuat untuk server yang sekarang tetap di perangkat ini, hanya untuk server itu, dan tidak terkirim ke server lain.", "You are signed out of the present server and sign in at the new one. Work made for the present server stays on this device, for that server alone, and is never sent to another.";
    change_unsent: "Belum terkirim ke server yang sekarang:", "Not sent to the present server:";
    stay: "Tetap di server ini", "Stay with this server";
    change: "Ganti", "Change";
    found: "Yang ditemukan", "What was found";
    found_good: "Server ini dapat dipakai.", "This server can be used.";
    found_bad: "Server ini belum dapat dipakai.", "This server cannot be used yet.";
    c_address: "Alamat terbaca", "The address can be read";
    c_https: "Memakai https", "It uses https";
    c_answers: "Ada yang menjawab", "Something answers";
    c_allowed: "Boleh dipanggil dari aplikasi ini", "This app may call it";
    c_contract: "Berbicara kontrak SIPS", "It speaks the SIPS contract";
    c_version: "Versi kontrak cocok", "The contract's version fits";
    c_real: "Untuk perkara sungguhan", "It is for real cases";
    c_clock: "Jam cocok", "The clocks agree";
    not_checked: "belum diperiksa", "not checked";
    passed: "baik", "good";
    failed: "gagal", "failed";
    noticed: "perhatikan", "take note";
    offers: "Yang dibuka", "What it offers";
    level: "tingkat", "level";
    server_name: "Nama", "Name";
    f_address: "Tulis nama server saja: tanpa jalur, tanda tanya, nama pengguna, atau spasi.", "Write the server's name alone: no path, question mark, user name or space.";
    f_https: "Hanya https, agar tidak ada yang ikut membaca. Tanpa https hanya untuk komputer ini sendiri.", "Only https, so that nobody reads along. Without it only for this very computer.";
    f_unreachable: "Tidak ada jawaban. Yang mungkin: tanpa jaringan, salah nama, server mati, sertifikatnya tidak sah atau kedaluwarsa, atau jam perangkat ini sangat salah sehingga sertifikat ditolak. Sertifikat yang ditolak tidak dapat dilewati.", "No answer. It may be: no network, a wrong name, a server that is down, a certificate that is invalid or has run out, or this device's clock so wrong that certificates are refused. A refused certificate cannot be passed over.";
    f_not_allowed: "Server ada, tetapi tidak mengizinkan aplikasi dari alamat ini membacanya (CORS). Pengelola server perlu menambahkan alamat ini:", "The server is there but does not let an app of this address read it (CORS). Who runs it has to add this address:";
    f_policy: "Halaman ini sendiri dilarang memanggil server lain (kebijakan isi). Pengelola server asal aplikasi perlu mengizinkan alamat itu (connect-src).", "This page itself may not call other servers (content security policy). Who runs the server this app came from has to allow that address (connect-src).";
    f_redirect: "Alamat ini mengalihkan ke tempat lain. Pengalihan tidak diikuti, karena bisa menyerahkan sandi ke pihak lain. Tulis alamat tujuannya sendiri.", "This address leads elsewhere. That is not followed, since it could hand the password to others. Write the address it leads to.";
    f_not_sips: "Yang menjawab bukan server SIPS: halaman web lain, atau halaman masuk Wi-Fi. Buka peramban dan periksa.", "What answers is no SIPS server: another web page, or a Wi-Fi sign-in page. Open the browser and look.";
    f_trouble: "Server SIPS, tetapi sedang bermasalah atau sibuk. Coba lagi nanti.", "A SIPS server that has a fault or is busy. Try again later.";
    f_version: "Server memakai versi kontrak lain:", "The server speaks another version of the contract:";
    f_training: "Ini server latihan. Perkara sungguhan tidak boleh ke sana, jadi tidak dapat dipilih di sini.", "This is a server for training. Real cases must not go there, so it cannot be chosen here.";
    f_sign_in: "Server memakai cara masuk yang belum didukung aplikasi ini:", "The server signs people in by a way this app does not support yet:";
    clock_off: "Jam perangkat ini berbeda dari jam server. Perbaiki di pengaturan perangkat.", "This device's clock differs from the server's. Put it right in the device's settings.";
    erase: "Hapus data perangkat", "Erase this device's data";
    erase_lead: "Yang tersimpan di perangkat ini untuk akun Anda. Yang sudah diterima server tetap ada di server.", "What this device keeps for your account. What the server received is still there.";
    erase_what: "Yang tersimpan di sini", "What is kept here";
    erase_own: "Hapus data akun saya", "Erase my account's data";
    erase_all: "Hapus data semua akun", "Erase all accounts' data";
    erase_question: "Hapus data dari perangkat ini?", "Erase data from this device?";
    erase_own_effect: "Draf, kiriman, berkas, dan salinan perkara akun Anda dihapus dari perangkat ini. Akun lain tidak tersentuh.", "Your account's drafts, unsent commands, files and copies of cases are erased from this device. Other accounts are not touched.";
    erase_all_effect: "Semua draf, kiriman, berkas, salinan perkara, dan setelan semua akun dihapus dari perangkat ini, untuk semua server. Aplikasinya sendiri tetap terpasang.", "All accounts' drafts, commands, files, copies of cases and settings are erased from this device, for all servers. The app itself stays.";
    erase_shared: "berkas dari aplikasi lain", "files from other apps";
    erase_loses: "Hilang untuk selamanya, karena belum terkirim:", "Gone for good, since it was not sent:";
    erase_understood: "Saya mengerti: yang belum terkirim hilang", "I understand: what is not sent will be gone";
    erase_confirm_first: "Centang dahulu pernyataan di atas.", "Tick the statement above first.";
    erase_now: "Hapus", "Erase";
    erase_keep: "Jangan hapus", "Do not erase";
    erase_others: "Akun lain di perangkat ini masih memegang pekerjaan yang belum terkirim. Minta mereka masuk dan mengirimnya dahulu.", "Other accounts on this device still hold work that was not sent. Ask them to sign in and send it first.";
    erase_failed: "Data belum terhapus", "The data is not erased yet";
    erase_failed_why: "Peramban menolak menghapus penyimpanan aplikasi, biasanya karena tab lain masih membukanya. Anda sudah keluar.", "The browser refused to delete the app's storage, mostly because another tab has it open. You are signed out.";
    erase_failed_safe: "Yang sudah diterima server tetap aman di sana. Yang belum terkirim masih ada di perangkat ini, sampai penghapusan selesai; itu dapat terjadi dengan sendirinya begitu tab lain ditutup.", "What the server received is safe there. What was not sent is still on this device until the erasing is done; that can happen by itself as soon as the other tab is closed.";
    erase_failed_do: "Tutup semua tab lain aplikasi ini, lalu tekan Coba lagi. Bila tetap ditolak, hapus data situs ini di setelan peramban.", "Close all other tabs of this app, then press Try again. If it is still refused, delete this site's data in the browser's settings.";
    erase_none: "Tidak ada penghapusan yang belum selesai.", "No erasing is unfinished.";
    erasing: "Menghapus…", "Erasing…";
    erased: "Data dihapus dari perangkat ini", "The data was erased from this device";
    export_first: "Simpan salinan dahulu", "Save a copy first";
    nothing_unsent: "Tidak ada yang belum terkirim.", "Nothing is unsent.";
    diagnostics: "Berkas diagnostik", "Diagnostic file";
    diagnostics_lead: "Untuk orang yang mencari kesalahan. Berisi versi, halaman, jumlah catatan, keadaan kirim, ruang penyimpanan, dan baris log terakhir. Tidak berisi nama, isi perkara, draf, atau sandi. Tidak dikirim ke mana pun; Anda yang menyerahkannya.", "For whoever looks for a fault. It holds versions, the page, counts of records, the state of sending, storage and the last lines of the log. No names, no case, draft or password. It is sent nowhere; you hand it over yourself.";
    diagnostics_save: "Simpan berkas diagnostik", "Save the diagnostic file";
    diagnostics_show: "Lihat isinya", "See what it holds";
    licences: "Lisensi", "Licences";
    licences_lead: "Aplikasi ini berlisensi MIT, dan dibuat di atas karya berikut.", "This app is under the MIT licence, and is made from the following works.";
    accessibility: "Pernyataan aksesibilitas", "Accessibility statement";
    shortcuts: "Pintasan papan ketik", "Keyboard shortcuts";
    shortcuts_lead: "Berlaku di semua halaman, kecuali saat mengetik di sebuah isian.", "They work on every page, but not while typing in a field.";
    shortcuts_on: "Pakai pintasan", "Use shortcuts";
    shortcuts_on_hint: "Matikan bila Anda memakai perintah suara atau sering menekan tombol tanpa sengaja.", "Switch them off if you use voice commands or often press keys by accident.";
    key: "Tombol", "Key";
    does: "Gunanya", "What it does";
    k_search: "Ke kotak cari halaman ini, atau ke daftar perkara", "To this page's search, or to the list of cases";
    k_new: "Permohonan baru", "New petition";
    k_help: "Daftar ini", "This list";
    k_home: "Hari ini", "Today";
    k_cases: "Daftar perkara", "List of cases";
    k_schedule: "Jadwal", "Schedule";
    k_outbox: "Kotak kirim", "Outbox";
    k_recap: "Rekap", "Recap";
    k_settings: "Setelan", "Settings";
    then: "lalu", "then";
    more: "Lain-lain", "More";
    public_of_case: "Tampilan untuk publik", "As the public sees it";
    public_lead: "Persis yang dapat dibaca siapa saja tanpa masuk. Selebihnya tidak keluar: NIK, alamat, telepon, kuasa, saksi, bukti, dan semua isi bebas.", "Exactly what everybody can read without signing in. Nothing else goes out: identity numbers, addresses, telephones, counsel, witnesses, evidence and all free text.";
    public_if_recorded: "Begini publik melihat perkara ini setelah tindakan ini dicatat dan diterima server.", "This is how the public sees the case once this act is recorded and the server has it.";
    public_nothing: "Tidak ada yang terbuka bagi publik dari perkara ini.", "Nothing of this case is open to the public.";
    public_nothing_new: "Tindakan ini tidak menambah apa pun bagi publik.", "This act adds nothing for the public.";
    public_not_yet: "Masih ada yang menghalangi tindakan ini. Perbaiki dahulu di halaman periksa jawaban; sesudah itu terlihat di sini.", "Something still stands in the way of this act. Mend it on the check page first; then it is shown here.";
    public_new: "Baru oleh tindakan ini", "New by this act";
    public_waits: "Muncul setelah server menerima tindakannya; yang belum terkirim belum terbuka bagi publik.", "It appears once the server has the act; what is not sent is not public yet.";
    moved: "Tenggat yang akan bergeser", "Deadlines that would move";
    moved_lead: "Perkara yang masih berjalan, dihitung dengan tabel baru. Berlaku sejak tindakan berikutnya dicatat; yang sudah diputus tetap.", "Cases that go on, counted by the new table. It holds from their next act; what was decided stays.";
    moved_none: "Tidak ada tenggat berjalan yang bergeser pada perkara di perangkat ini.", "No running deadline of the cases on this device moves.";
    moved_kept: "Perkara yang sudah berjalan memakai aturan saat masuk: perubahan ini hanya untuk perkara baru.", "Cases that go on keep the rules of their reception: this change is for new cases alone.";
    moved_preview: "Lihat tenggat yang bergeser", "See the deadlines that move";
    from: "dari", "from";
    to: "menjadi", "to";
    case: "Perkara", "Case";
    deadline: "Tenggat", "Deadline";
    now: "Sekarang", "Now";
    then_day: "Dengan tabel baru", "By the new table";
    days_later: "hari kemudian", "days later";
    days_earlier: "hari lebih awal", "days earlier";
    cases_looked_at: "perkara diperiksa", "cases looked at";
}

/// What stands against a change of an account.
#[must_use]
pub fn account_objection(language: Language, objection: AccountObjection) -> String {
    let text = match objection {
        AccountObjection::Role => {
            language.pick("Hanya admin pusat yang dapat mengubah akun.", "Only the national admin can change accounts.")
        }
        AccountObjection::UnknownAccount => language
            .pick("Akun ini tidak ada di server, atau sudah pernah dibuat.", "The server has no such account, or it was created already."),
        AccountObjection::UsernameTaken => language.pick(
            "Nama pengguna ini sudah dipakai. Tambahkan angka atau nama kantor.",
            "This user name is taken. Add a digit or the office's name.",
        ),
        AccountObjection::BadUsername => language.pick(
            "Nama pengguna: 3 sampai 40 huruf kecil, angka, titik, tanda hubung, atau garis bawah.",
            "User name: 3 to 40 small letters, digits, dots, hyphens or underscores.",
        ),
        AccountObjection::Missing(part) => {
            return format!("{}: {}", account_part(language, part), language.pick("wajib diisi", "must be filled in"));
        }
        AccountObjection::TooLong(part) => {
            return format!("{}: {}", account_part(language, part), language.pick("terlalu panjang", "too long"));
        }
        AccountObjection::BadCharacter(part) => {
            return format!(
                "{}: {}",
                account_part(language, part),
                language.pick("hanya satu baris, tanpa tanda khusus", "one line only, no control characters")
            );
        }
        AccountObjection::UnknownOffice => language.pick(
            "Kantor tidak ada di tabel. Pakai kode wilayah seperti 16.07, atau nama lengkapnya.",
            "No such office in the table. Use its area code such as 16.07, or its full name.",
        ),
        AccountObjection::RoleNotThere(role) => {
            return format!(
                "{}: {}",
                sentences::role(language, role),
                language.pick("tidak ada di kantor tingkat ini", "not at an office of this level")
            );
        }
        AccountObjection::LastAdmin => language.pick(
            "Ini admin pusat terakhir yang dapat masuk. Buat atau buka kunci admin pusat lain dahulu.",
            "This is the last national admin who can sign in. Create or unlock another one first.",
        ),
        AccountObjection::NothingChanged => language.pick("Tidak ada yang berubah.", "Nothing has changed."),
        AccountObjection::PasswordLength => {
            return match language {
                Language::Id => format!("Kata sandi: sedikitnya {MIN_PASSWORD} huruf."),
                Language::En => format!("Password: at least {MIN_PASSWORD} characters."),
            };
        }
    };
    text.to_owned()
}

fn account_part(language: Language, part: AccountPart) -> &'static str {
    match part {
        AccountPart::Username => language.pick("Nama pengguna", "User name"),
        AccountPart::Name => language.pick("Nama", "Name"),
        AccountPart::Office => language.pick("Kantor", "Office"),
        AccountPart::Roles => language.pick("Peran", "Roles"),
        AccountPart::Password => language.pick("Kata sandi", "Password"),
        AccountPart::Source => language.pick("Sumber", "Source"),
        AccountPart::Reason => language.pick("Alasan", "Reason"),
    }
}

/// What a change did, for the history.
#[must_use]
pub fn account_act(language: Language, act: &AccountAct) -> String {
    let roles = |roles: &[crate::domain::office::Role]| {
        super::format::list(language, &roles.iter().map(|role| sentences::role(language, *role).to_owned()).collect::<Vec<_>>())
    };
    match act {
        AccountAct::Create { office, roles: given, .. } => {
            format!("{}: {}, {}", language.pick("Dibuat", "Created"), office.0, roles(given))
        }
        AccountAct::Profile { name, office, roles: given } => {
            format!("{}: {name}, {}, {}", language.pick("Diubah", "Changed"), office.0, roles(given))
        }
        AccountAct::Lock {} => language.pick("Dikunci", "Locked").to_owned(),
        AccountAct::Unlock {} => language.pick("Kunci dibuka", "Unlocked").to_owned(),
        AccountAct::Password { .. } => language.pick("Kata sandi baru", "New password").to_owned(),
    }
}

/// Why a row of a table is not taken.
#[must_use]
pub fn row_problem(language: Language, problem: &RowProblem) -> String {
    match (problem, language) {
        (RowProblem::Objection(objection), _) => account_objection(language, *objection),
        (RowProblem::UnknownRole(word), Language::Id) => format!("\u{201c}{word}\u{201d} bukan nama peran."),
        (RowProblem::UnknownRole(word), Language::En) => format!("\u{201c}{word}\u{201d} is no role."),
        (RowProblem::Twice(line), Language::Id) => format!("Nama pengguna ini juga ada di baris {line}."),
        (RowProblem::Twice(line), Language::En) => format!("This user name also stands on line {line}."),
        (RowProblem::Cells { found, expected }, Language::Id) => format!("Ada {found} kolom, seharusnya {expected}."),
        (RowProblem::Cells { found, expected }, Language::En) => format!("It has {found} columns where {expected} are expected."),
    }
}

/// Why a file is no table.
#[must_use]
pub fn csv_problem(language: Language, problem: CsvProblem) -> String {
    match (problem, language) {
        (CsvProblem::Empty, _) => language.pick("Berkas ini kosong.", "The file is empty.").to_owned(),
        (CsvProblem::TooLarge, _) => language.pick("Berkas ini lebih besar dari 2 MB.", "The file is larger than 2 MB.").to_owned(),
        (CsvProblem::NotText, _) => language
            .pick(
                "Ini bukan berkas teks. Di lembar kerja, pilih Simpan sebagai CSV.",
                "This is no text file. In the spreadsheet choose Save as CSV.",
            )
            .to_owned(),
        (CsvProblem::TooManyColumns(line), Language::Id) => format!("Baris {line}: lebih dari {MAX_COLUMNS} kolom."),
        (CsvProblem::TooManyColumns(line), Language::En) => format!("Line {line}: more than {MAX_COLUMNS} columns."),
        (CsvProblem::TooManyRows, Language::Id) => format!("Lebih dari {MAX_ROWS} baris. Bagi menjadi beberapa berkas."),
        (CsvProblem::TooManyRows, Language::En) => format!("More than {MAX_ROWS} rows. Divide it into several files."),
        (CsvProblem::OpenQuote(line), Language::Id) => format!("Baris {line}: tanda kutip dibuka dan tidak ditutup."),
        (CsvProblem::OpenQuote(line), Language::En) => format!("Line {line}: a quotation mark is opened and never closed."),
    }
}

/// How a file is written.
#[must_use]
pub fn dialect(language: Language, dialect: Dialect) -> String {
    let separator = match dialect.separator {
        Some(';') => language.pick("titik koma", "semicolon").to_owned(),
        Some(',') => language.pick("koma", "comma").to_owned(),
        Some('\t') => "tab".to_owned(),
        Some(other) => other.to_string(),
        None => language.pick("tidak ada", "none").to_owned(),
    };
    let encoding = match dialect.encoding {
        Encoding::Utf8 => "UTF-8",
        Encoding::Latin1 => "Latin-1",
    };
    format!("{}: {separator} · {encoding}", language.pick("Pemisah kolom", "Column separator"))
}

/// Columns that a table lacks.
#[must_use]
pub fn missing_columns(language: Language, missing: &[Column]) -> String {
    let names: Vec<String> = missing.iter().map(|column| format!("\u{201c}{}\u{201d}", column.heading())).collect();
    let names = super::format::list(language, &names);
    match language {
        Language::Id => format!("Baris pertama harus berisi nama kolom. Belum ada: {names}."),
        Language::En => format!("The first line has to name the columns. Missing: {names}."),
    }
}
