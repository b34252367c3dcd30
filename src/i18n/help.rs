//! Words of help, of questions from the field and of the work on a case: all of it pages that few open.

use super::Language;
use super::messages::{DraftMessages, KapsulMessages, Messages, PaperMessages, PlanMessages, SettingsMessages, messages};

messages! { HelpMessages:
    lead: "Semua di halaman ini dapat dibaca tanpa jaringan.", "All of this page can be read without a network.";
    search: "Cari di bantuan", "Search the help";
    search_hint: "Topik, langkah prosedur, istilah, dan jawaban provinsi dan pusat.", "Topics, steps of the procedure, terms, and answers of province and centre.";
    for_screen: "Untuk layar yang baru Anda buka", "For the screen you came from";
    topics: "Cara memakai", "How to use it";
    answers: "Jawaban provinsi dan pusat", "Answers of province and centre";
    answers_none: "Belum ada jawaban yang diterbitkan.", "No answer has been published yet.";
    steps: "Langkah prosedur", "Steps of the procedure";
    steps_lead: "Apa yang dapat dilakukan, oleh siapa, apa yang diperiksa, dan apa dasarnya: dari aturan yang memutus perkara di aplikasi ini.", "What can be done, by whom, what is looked at and on which basis: out of the rules that decide cases in this app.";
    glossary: "Istilah", "Terms";
    glossary_lead: "Kata hukum seperti dalam peraturan, dengan penjelasan sederhana.", "The words of the law as the rules write them, in plain words.";
    glossary_none: "Daftar istilah belum ada di perangkat ini. Buka halaman ini sekali dengan jaringan.", "The list of terms is not on this device yet. Open this page once with a network.";
    found: "ditemukan", "found";
    found_none: "Tidak ada yang cocok. Tulis kendala Anda: provinsi atau pusat menjawab, juga bila sekarang tidak ada jaringan.", "Nothing fits. Write your question: the province or the centre answers, also if there is no network now.";
    kind_topic: "Cara memakai", "How to use it";
    kind_answer: "Jawaban", "Answer";
    kind_step: "Langkah", "Step";
    kind_term: "Istilah", "Term";
    who: "Siapa", "Who";
    when: "Bila perkara", "When the case is";
    looks_at: "Diperiksa", "What is looked at";
    must: "wajib", "must hold";
    deadline: "Memenuhi tenggat", "Meets the deadline";
    paper: "Surat yang terbit", "Paper it makes";
    fill_in: "Yang diisi", "What is filled in";
    answered_by: "Diterbitkan", "Published by";
    questions: "Kendala lapangan", "Questions from the field";
    questions_lead: "Catat masalah atau pertanyaan, juga tanpa jaringan. Provinsi atau pusat menjawab; jawaban yang berguna bagi semua terbit di Bantuan.", "Note a problem or question, also without a network. The province or the centre answers; what helps everybody is published in Help.";
    questions_above: "Kendala dari kantor di wilayah Anda. Jawab, lalu terbitkan di Bantuan bila berguna bagi semua.", "Questions of the offices in your area. Answer, then publish in Help what is of use to all.";
    ask: "Tulis kendala", "Write a question";
    none: "Belum ada kendala.", "There are no questions yet.";
    none_help: "Yang Anda tulis di sini tersimpan di perangkat dan terkirim sendiri begitu server terjangkau.", "What you write here is kept on this device and goes out by itself once the server is reached.";
    none_of_kind: "Tidak ada kendala dalam keadaan ini.", "There is no question in this state.";
    all: "Semua", "All";
    which: "Kendala yang ditampilkan", "Questions shown";
    waiting: "Menunggu", "Waiting";
    answered: "Dijawab", "Answered";
    done: "Selesai", "Done";
    draft: "Draf kendala", "Draft of a question";
    unknown: "Kendala ini tidak ada di perangkat ini", "This question is not on this device";
    unknown_help: "Mungkin milik kantor lain, atau perangkat ini belum menerima kabar terbaru. Buka daftar kendala, atau coba lagi setelah ada jaringan.", "It may be another office's, or this device has not heard the latest news. Open the list of questions, or try again when there is a network.";
    thread: "Tanya jawab", "Question and answers";
    screen: "Layar", "Screen";
    state: "Keadaan aplikasi", "State of the app";
    basis: "Dasar", "Basis";
    add: "Tambah keterangan", "Add to it";
    answer: "Jawab", "Answer";
    close: "Tandai selesai", "Mark as done";
    publish: "Terbitkan di Bantuan", "Publish in Help";
    update: "Perbarui di Bantuan", "Update in Help";
    take_out: "Tarik dari Bantuan", "Take out of Help";
    published: "Terbit di Bantuan", "Published in Help";
    open_published: "Baca di Bantuan", "Read it in Help";
    not_published: "Hanya dibaca penanya, provinsi, dan pusat.", "Read by the asker, the province and the centre alone.";
    failed: "Tidak dapat dimulai", "It could not be begun";
    responsible_help: "Terlihat di daftar perkara dan di Hari ini. Pesan serah terima ditulis sebagai catatan internal.", "Shown in the list of cases and on Today. What the next one has to know is written as an internal note.";
    take: "Jadikan tugas saya", "Make it mine";
    give_to: "Serahkan kepada", "Hand over to";
    give: "Serahkan", "Hand over";
    give_whom: "Pilih rekan sekantor", "Choose a colleague";
    give_missing: "Pilih dahulu rekannya", "Choose the colleague first";
    colleagues_none: "Daftar rekan datang dari server saat Anda masuk dengan jaringan.", "The list of colleagues comes from the server when you sign in with a network.";
    release: "Kosongkan", "Leave it to nobody";
    watch: "Pantau perkara ini", "Watch this case";
    unwatch: "Berhenti memantau", "Stop watching";
    watching: "Memantau", "Watching";
    watch_help: "Perkara yang Anda pantau dapat disaring di Daftar perkara dengan «Saya pantau».", "Cases that you watch can be chosen in the list of cases by \"I watch\".";
    watchers_none: "Belum ada yang memantau.", "Nobody watches it.";
    internal: "Catatan internal", "Internal notes";
    internal_mark: "Internal, bukan bagian berkas", "Internal, no part of the file";
    internal_help: "Dibaca kantor ini dan kantor di atasnya. Tidak dicetak dan tidak diumumkan.", "Read by this office and those above it. Neither printed nor published.";
    internal_none: "Belum ada catatan internal.", "There is no internal note yet.";
    write_internal: "Tulis catatan internal", "Write an internal note";
    of_file: "Catatan dalam berkas", "Notes in the file";
    of_file_mark: "Bagian berkas perkara", "Part of the file";
    of_file_help: "Dicatat sebagai tindakan perkara, dengan pasal dan waktunya; ikut tercetak bersama berkas.", "Recorded as an act of the case, with article and time; printed with the file.";
    of_file_none: "Belum ada catatan dalam berkas.", "There is no note in the file yet.";
    write_of_file: "Tulis catatan dalam berkas", "Write a note in the file";
    other_office: "Perkara kantor lain. Kantor itu yang menugaskan dan mencatat; Anda membacanya.", "A case of another office. That office assigns and takes notes; you read them.";
    not_recorded: "Belum tercatat", "Not recorded";
    handed: "Penanggung jawab:", "Responsible:";
}

/// A word as the screen has it, by the language.
pub type Word = fn(Language) -> &'static str;

/// A part of a picture: what one finds on screen, drawn as it is drawn there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Words beside an icon, by its name in the sprite: a place of the navigation, or what the screen says.
    At(&'static str),
    /// A button.
    Press,
    /// A link, or what opens.
    Open,
    /// A label: done.
    Well,
    /// A label: on its way.
    Waits,
    /// A label: held back.
    Held,
}

/// A topic of help: the pages that it belongs to, and its question and answer in both languages.
#[derive(Debug)]
pub struct Topic {
    /// Keys of pages, as in the rule set of help pages; none for what belongs everywhere.
    pub pages: &'static [&'static str],
    /// What one meets on the way, in its order; none where there is nothing to be found.
    pub picture: &'static [(Sign, Word)],
    /// The question, Indonesian and English.
    pub title: [&'static str; 2],
    /// The answer, a paragraph each line.
    pub text: [&'static str; 2],
}

/// The topics, the most asked first.
pub const TOPICS: &[Topic] = &[
    Topic {
        pages: &["home", "new", "form"],
        picture: &[
            (Sign::At("plus"), |language| Messages::of(language).nav_new),
            (Sign::Press, |language| Messages::of(language).check_answers),
            (Sign::Press, |language| DraftMessages::of(language).receive_petition),
        ],
        title: ["Bagaimana menerima permohonan?", "How do I receive a petition?"],
        text: [
            "Tekan Baru, isi bagian demi bagian dalam urutan apa pun, lalu Periksa jawaban. Yang bertanda \"boleh menyusul\" tidak menghalangi penerimaan; kekurangannya tercetak di tanda terima.",
            "Press New, fill in the sections in any order, then Check the answers. What is marked \"may follow\" does not keep it from being received; the gaps are printed on the receipt.",
        ],
    },
    Topic {
        pages: &["outbox", "home"],
        picture: &[
            (Sign::Waits, |language| Messages::of(language).state_waiting),
            (Sign::Waits, |language| Messages::of(language).state_sending),
            (Sign::Well, |language| Messages::of(language).state_sent),
        ],
        title: ["Bagaimana bila tidak ada jaringan?", "What if there is no network?"],
        text: [
            "Bekerja seperti biasa. Permohonan mendapat kode sementara, tanda terima dapat dicetak, dan kiriman keluar sendiri begitu server terjangkau. Nomor resmi hanya diberikan server.",
            "Work as usual. The petition gets a provisional code, the receipt can be printed, and everything goes out by itself as soon as the server is reached. Only the server issues official numbers.",
        ],
    },
    Topic {
        pages: &["form"],
        picture: &[(Sign::At("check"), |language| Messages::of(language).saved_on_device)],
        title: ["Kapan tulisan saya tersimpan?", "When is my text saved?"],
        text: [
            "Paling lambat satu detik setelah ketikan terakhir, dan segera saat Anda meninggalkan isian. Keterangan \"Tersimpan di perangkat\" muncul setelah perangkat benar-benar menyimpannya.",
            "Within a second of the last key, and at once when you leave a field. \"Saved on this device\" appears only after the device has really kept it.",
        ],
    },
    Topic {
        pages: &["form", "papers"],
        picture: &[
            (Sign::Press, |language| DraftMessages::of(language).take_photo),
            (Sign::Press, |language| DraftMessages::of(language).choose_files),
            (Sign::Well, |language| Messages::of(language).file_on_device),
        ],
        title: ["Berkas apa yang dapat dilampirkan?", "Which files can be attached?"],
        text: [
            "PDF, foto (JPG, PNG, WebP, HEIC), dan DOCX sampai 50 MB. Berkas disimpan di perangkat ini dan terkirim sendiri setelah permohonannya; sampai itu selesai, petugas lain melihat \"berkas belum terkirim\".",
            "PDF, photos (JPG, PNG, WebP, HEIC) and DOCX up to 50 MB. Files are kept on this device and go out by themselves after their petition; until then, other officers see \"file not sent yet\".",
        ],
    },
    Topic {
        pages: &["form"],
        picture: &[
            (Sign::At("share"), |language| language.pick("Bagikan", "Share")),
            (Sign::At("cases"), |language| Messages::of(language).app_name),
            (Sign::Press, |language| DraftMessages::of(language).shared_add),
        ],
        title: ["Bagaimana melampirkan foto dari WhatsApp?", "How do I attach a photo from WhatsApp?"],
        text: [
            "Pasang aplikasi ini lewat Setelan. Di WhatsApp atau galeri pilih foto, lalu Bagikan, lalu SIPS Lapangan. Pilih drafnya dan tekan Tambahkan; juga tanpa jaringan.",
            "Install this app in the settings. In WhatsApp or the gallery choose the photo, Share, and SIPS Lapangan. Choose the draft and press Add; it works without a network.",
        ],
    },
    Topic {
        pages: &["form", "case", "schedule"],
        picture: &[(Sign::Open, |language| Messages::of(language).why_this_date)],
        title: ["Bagaimana batas pengajuan dihitung?", "How is the last day to file counted?"],
        text: [
            "Hari penetapan objek adalah hari ke-0. Hari kerja adalah Senin sampai Jumat tanpa hari libur dan cuti bersama. Buka \"Kenapa tanggal ini?\" untuk melihat setiap hari dan dasarnya.",
            "The day the object was fixed is day 0. Working days are Monday to Friday without holidays and collective leave. Open \"Why this date?\" to see each day and its basis.",
        ],
    },
    Topic {
        pages: &["outbox"],
        picture: &[
            (Sign::At("outbox"), |language| Messages::of(language).nav_outbox_short),
            (Sign::Held, |language| Messages::of(language).state_parked),
            (Sign::Press, |language| Messages::of(language).correct_and_resend),
        ],
        title: ["Kiriman tertahan. Apa yang harus saya lakukan?", "Something is held back. What should I do?"],
        text: [
            "Buka Kotak Kirim, baca alasannya, lalu Perbaiki dan kirim lagi. Kiriman lama tetap ada sampai perbaikannya Anda kirim.",
            "Open the Outbox, read the reason, then correct and send again. The old one stays until you have sent its correction.",
        ],
    },
    Topic {
        pages: &["outbox", "form"],
        picture: &[
            (Sign::At("outbox"), |language| Messages::of(language).nav_outbox_short),
            (Sign::Held, |language| Messages::of(language).state_review),
            (Sign::Press, |language| Messages::of(language).compare_versions),
        ],
        title: ["Rekan saya mencatat hal yang sama. Mana yang berlaku?", "A colleague recorded the same. Which holds?"],
        text: [
            "Aplikasi menunjukkan kedua versi berdampingan. Pilih yang benar untuk tiap isian, atau tulis yang ketiga, dan berikan alasannya; versi yang tidak dipilih tetap ada di Jurnal perangkat.",
            "The app shows both versions side by side. Choose what is right for each field, or write a third, and give the reason; the version that is not chosen stays in the Journal of the device.",
        ],
    },
    Topic {
        pages: &["case"],
        picture: &[(Sign::Open, |language| Messages::of(language).why_barred)],
        title: ["Mengapa suatu tindakan belum dapat dilakukan?", "Why can an act not be done yet?"],
        text: [
            "Di halaman perkara, buka \"Belum dapat dilakukan\" lalu \"Kenapa?\". Di sana tertulis alasannya, pasalnya, dan siapa atau apa yang membukanya.",
            "On the page of the case open \"Not possible yet\", then \"Why?\". It tells the reason, the article, and who or what opens it.",
        ],
    },
    Topic {
        pages: &["case"],
        picture: &[
            (Sign::At("cases"), |language| Messages::of(language).nav_cases),
            (Sign::Open, |language| Messages::of(language).look_back),
        ],
        title: ["Bagaimana melihat perkara seperti pada hari tertentu?", "How do I see a case as it stood on a day?"],
        text: [
            "Di halaman perkara, buka \"Lihat berkas seperti saat itu\" dan geser ke tindakan yang dimaksud. Kembali ke sekarang dengan tombol di atasnya.",
            "On the page of the case open \"See the file as it stood then\" and slide to the act. Return to now with the button above it.",
        ],
    },
    Topic {
        pages: &["case", "cases", "home"],
        picture: &[
            (Sign::At("cases"), |language| Messages::of(language).nav_cases),
            (Sign::Press, |language| HelpMessages::of(language).take),
        ],
        title: ["Bagaimana menugaskan dan menyerahkan perkara?", "How do I assign and hand over a case?"],
        text: [
            "Buka perkara, lalu Catatan dan penugasan. Jadikan tugas Anda atau serahkan kepada rekan sekantor; namanya tampil di Daftar perkara dan di Hari ini. Dengan saringan \"Tugas saya\" hanya perkara Anda yang tampil.",
            "Open the case, then Notes and assignment. Make it yours or hand it to a colleague; the name is shown in the list of cases and on Today. The filter \"Mine\" shows your cases alone.",
        ],
    },
    Topic {
        pages: &["case"],
        picture: &[
            (Sign::At("cases"), |language| Messages::of(language).nav_cases),
            (Sign::Press, |language| HelpMessages::of(language).write_internal),
        ],
        title: [
            "Apa beda catatan internal dan catatan dalam berkas?",
            "What is the difference between an internal note and one in the file?",
        ],
        text: [
            "Catatan internal hanya dibaca kantor Anda dan kantor di atasnya; ia bergaris putus-putus, tidak dicetak, dan bukan bagian perkara. Catatan dalam berkas adalah tindakan perkara: ada waktunya, dasarnya, dan ikut tercetak.",
            "An internal note is read by your office and those above it alone; it has a dashed frame, is not printed and is no part of the case. A note in the file is an act of the case: it has its time and basis and is printed with it.",
        ],
    },
    Topic {
        pages: &["cases"],
        picture: &[
            (Sign::At("cases"), |language| Messages::of(language).nav_cases),
            (Sign::At("search"), |language| Messages::of(language).search),
        ],
        title: ["Bagaimana mencari perkara?", "How do I find a case?"],
        text: [
            "Ketik nomor, nama, objek, atau wilayah; salah ketik dan ejaan lama tetap ditemukan. Saringan tersimpan di alamat halaman, sehingga dapat dibagikan dan kembali dengan tombol kembali.",
            "Type a number, name, object or region; slips and old spellings are found. Filters stand in the address, so that a list can be shared and comes back with the back button.",
        ],
    },
    Topic {
        pages: &["schedule"],
        picture: &[
            (Sign::At("calendar"), |language| Messages::of(language).nav_schedule),
            (Sign::Press, |language| PlanMessages::of(language).all_to_calendar),
        ],
        title: ["Bagaimana membawa jadwal ke kalender saya?", "How do I take the schedule into my calendar?"],
        text: [
            "Di Jadwal, simpan satu sidang atau semuanya sebagai berkas kalender (.ics), lalu buka dengan aplikasi kalender Anda. Jadwal juga dapat dicetak untuk papan pengumuman.",
            "In Schedule, save one hearing or all of them as a calendar file (.ics) and open it with your calendar. It can be printed for the notice board, too.",
        ],
    },
    Topic {
        pages: &["recap"],
        picture: &[(Sign::At("scale"), |language| Messages::of(language).nav_recap)],
        title: ["Dari mana angka rekap?", "Where do the figures of the recap come from?"],
        text: [
            "Dari perkara di perangkat ini, per hari yang Anda pilih. Umur datanya tertulis di atas; jumlah pemeriksa menunjukkan bila ada yang tidak terhitung. Simpan sebagai CSV atau XLSX.",
            "From the cases on this device, as of the day you choose. How fresh they are is told above; the check sums show if something is not counted. Save them as CSV or XLSX.",
        ],
    },
    Topic {
        pages: &["papers"],
        picture: &[
            (Sign::At("cases"), |language| Messages::of(language).nav_cases),
            (Sign::Open, |language| Messages::of(language).case_documents),
            (Sign::Press, |language| PaperMessages::of(language).print_receipt),
        ],
        title: ["Bagaimana mencetak tanda terima dan surat?", "How do I print the receipt and papers?"],
        text: [
            "Buka perkara, pilih suratnya di bagian Dokumen, lalu Cetak atau Simpan PDF; keduanya tanpa jaringan. Nomor yang belum diberikan server tertulis \"nomor menyusul\"; cetak ulang setelah nomornya ada.",
            "Open the case, choose the paper under Documents, then Print or Save as PDF; both without a network. A number the server has not issued reads \"number follows\"; print again once it is there.",
        ],
    },
    Topic {
        pages: &["outbox"],
        picture: &[
            (Sign::At("outbox"), |language| Messages::of(language).nav_outbox_short),
            (Sign::Press, |language| Messages::of(language).kapsul),
            (Sign::Press, |language| KapsulMessages::of(language).hand_out),
        ],
        title: ["Bagaimana membawa pekerjaan tanpa jaringan sama sekali?", "How do I carry work where there is no network at all?"],
        text: [
            "Di Kotak Kirim buat kapsul: satu berkas berisi draf, kiriman, dan lampirannya. Rekan yang punya jaringan membukanya dan mengirimkannya atas nama Anda; tiap kiriman hanya berlaku sekali.",
            "In the Outbox make a kapsul: one file with drafts, commands and evidence. A colleague with a network opens it and sends it in your name; each command has one effect.",
        ],
    },
    Topic {
        pages: &["sign_in", "settings"],
        picture: &[],
        title: ["Saya lupa kata sandi", "I forgot my password"],
        text: [
            "Hubungi admin kantor Anda untuk kata sandi baru. Draf tetap aman di perangkat. Dengan jaringan, kata sandi baru langsung berlaku di sini.",
            "Ask your office's admin for a new one. Drafts stay safe on the device. With a network the new password works here at once.",
        ],
    },
    Topic {
        pages: &["form"],
        picture: &[(Sign::Press, |language| DraftMessages::of(language).write_here)],
        title: ["Draf terbuka di dua tab", "The draft is open in two tabs"],
        text: [
            "Hanya satu tab yang dapat menulis. Tab lain dapat mengambil alih dengan \"Tulis di sini saja\".",
            "Only one tab can write. The other can take over by \"Write here instead\".",
        ],
    },
    Topic {
        pages: &["settings", "form"],
        picture: &[
            (Sign::At("settings"), |language| Messages::of(language).nav_settings),
            (Sign::Press, |language| SettingsMessages::of(language).storage_free),
        ],
        title: ["Penyimpanan penuh", "The storage is full"],
        text: [
            "Teks di layar tetap ada. Kosongkan ruang di perangkat atau hapus lampiran besar, lalu Coba lagi. Sebagai cadangan, simpan salinan draf ke berkas.",
            "The text on screen stays. Free space on the device or remove large attachments, then try again. As a fallback, save a copy of the draft to a file.",
        ],
    },
    Topic {
        pages: &["settings"],
        picture: &[
            (Sign::At("settings"), |language| Messages::of(language).nav_settings),
            (Sign::Open, |language| SettingsMessages::of(language).display),
        ],
        title: ["Bahasa, tema, dan ukuran teks", "Language, theme and text size"],
        text: [
            "Atur di Setelan; berlaku segera dan hanya di perangkat ini. Tema mengikuti perangkat bila tidak Anda pilih.",
            "Set them in Settings; they hold at once and on this device alone. The theme follows the device unless you choose one.",
        ],
    },
    Topic {
        pages: &["questions"],
        picture: &[],
        title: ["Siapa membaca kendala saya?", "Who reads my question?"],
        text: [
            "Kantor Anda, provinsi di atasnya, dan pusat. Yang terbit di Bantuan ditulis ulang oleh penjawab tanpa nama dan nomor perkara, lalu dibaca semua kantor.",
            "Your office, the province above it and the centre. What is published in Help is written anew by whoever answers, without names and case numbers, and then read by all offices.",
        ],
    },
    Topic {
        pages: &[],
        picture: &[],
        title: ["Apa yang tidak keluar dari perangkat ini?", "What never leaves this device?"],
        text: [
            "Draf yang belum dikirim dan jurnal perangkat. Data di perangkat belum disandikan: kunci layar perangkat Anda.",
            "Drafts that were not sent, and the journal of the device. Data on the device is not encrypted yet: lock your device's screen.",
        ],
    },
];

impl Topic {
    /// Its question in a language.
    #[must_use]
    pub fn title(&self, language: Language) -> &'static str {
        let [id, en] = self.title;
        language.pick(id, en)
    }

    /// Its answer in a language.
    #[must_use]
    pub fn text(&self, language: Language) -> &'static str {
        let [id, en] = self.text;
        language.pick(id, en)
    }
}
