//! The page `/gaya`: every component in every state, with the tokens and the type scale, for whoever
//! builds or checks a screen. Its words are samples and belong to no language table; nothing here
//! reads a case or is sent anywhere.

use crate::components::live::{each, entry};
use leptos::prelude::*;

use crate::components::back_link::BackLink;
use crate::components::banner::{Announce, Banner};
use crate::components::breakable::Breakable;
use crate::components::button::{Button, ButtonKind};
use crate::components::check_row::{CheckGroup, CheckRow};
use crate::components::choice_group::{Choice, ChoiceGroup};
use crate::components::date_field::DateField;
use crate::components::day_strip::{DayCell, DayKind, DayStrip};
use crate::components::deadline::Deadline;
use crate::components::details::Details;
use crate::components::dialog::Dialog;
use crate::components::empty_state::EmptyState;
use crate::components::error_summary::{ErrorSummary, Problem};
use crate::components::field::FieldWidth;
use crate::components::file_picker::FilePicker;
use crate::components::file_row::{FileList, FileRow};
use crate::components::icon::{Icon, IconName};
use crate::components::icon_button::IconButton;
use crate::components::identity_bar::IdentityBar;
use crate::components::link_button::LinkButton;
use crate::components::mark::Mark;
use crate::components::page_header::PageHeader;
use crate::components::paper::Paper;
use crate::components::progress_bar::ProgressBar;
use crate::components::save_state::{SaveKind, SaveState};
use crate::components::select_field::SelectField;
use crate::components::skeleton::Skeleton;
use crate::components::summary_card::SummaryCard;
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::components::tag::Tag;
use crate::components::task_list::{TaskList, TaskRow};
use crate::components::text_area::TextArea;
use crate::components::text_field::TextField;
use crate::components::time_field::TimeField;
use crate::components::timeline::{Timeline, TimelineItem};
use crate::components::toast::ToastRegion;
use crate::components::tone::Tone;

const LONG_NAME: &str = "Partai Persatuan Pembaruan Kesejahteraan Masyarakat Kepulauan dan Pesisir Nusantara Raya";
const LONG_NUMBER: &str = "003/PS.REG/71.7107/VII/2026";
const PETITION: &str = "Bahwa Termohon menerbitkan Berita Acara tentang Penetapan Hasil Perbaikan \
    Persyaratan pada 3 Juli 2026 pukul 22.10 WITA, dan Pemohon menerimanya pada hari yang sama.\n\n\
    Bahwa Pemohon telah menyerahkan dokumen perbaikan lengkap sebelum batas waktu, dibuktikan dengan \
    tanda terima bernomor 117 yang ditandatangani petugas Termohon.";

/// A colour token: its name, what it is for, the class of its swatch.
const COLOURS: [(&str, &str, &str); 14] = [
    ("ink", "teks", "swatch--ink"),
    ("ink-secondary", "teks kedua", "swatch--ink-secondary"),
    ("control", "tepi isian", "swatch--control"),
    ("hairline", "garis", "swatch--hairline"),
    ("hover", "sentuh", "swatch--hover"),
    ("sunken", "latar dalam", "swatch--sunken"),
    ("surface", "latar", "swatch--surface"),
    ("brand", "tindakan, tempat sekarang", "swatch--brand"),
    ("brand-soft", "tempat sekarang, latar", "swatch--brand-soft"),
    ("danger", "lewat, ditolak", "swatch--danger"),
    ("warning", "hari ini, meragukan", "swatch--warning"),
    ("success", "tanda terima ada", "swatch--success"),
    ("info", "sedang berjalan", "swatch--info"),
    ("training", "latihan saja", "swatch--training"),
];

/// A titled part of the guide.
#[component]
fn Part(title: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class="section">
            <h2 class="section__title">{title}</h2>
            {children()}
        </section>
    }
}

/// The whole guide.
#[component]
pub fn StyleGuide() -> impl IntoView {
    view! {
        <div class="page page--wide">
            <link rel="stylesheet" href="/style-guide.css" />
            <PageHeader
                title="Gaya"
                caption="Halaman pengembang"
                lead="Setiap komponen dalam setiap keadaan. Periksa pada 320 piksel, teks 200 %, terang dan gelap."
            />
            <Tokens />
            <Buttons />
            <Fields />
            <Choices />
            <Problems />
            <Files />
            <Messages />
            <Deadlines />
            <CaseParts />
            <Facts />
            <Lists />
            <Overlays />
            <Waiting />
            <Paperwork />
        </div>
    }
}

#[component]
fn Tokens() -> impl IntoView {
    let swatches = COLOURS
        .into_iter()
        .map(|(name, purpose, class)| {
            view! {
                <li class="style-guide__colour">
                    <span class=format!("swatch {class}")></span>
                    <span>
                        <strong>{name}</strong>
                        <br />
                        <span class="muted small">{purpose}</span>
                    </span>
                </li>
            }
        })
        .collect_view();
    let icons = IconName::ALL
        .into_iter()
        .map(|name| {
            view! {
                <li class="style-guide__icon">
                    <Icon name=name />
                    <span class="small">{name.symbol()}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <Part title="Tanda, warna, huruf">
            <div class="cluster style-guide__marks">
                <span class="style-guide__mark style-guide__mark--16">
                    <Mark />
                </span>
                <span class="style-guide__mark style-guide__mark--28">
                    <Mark />
                </span>
                <span class="style-guide__mark style-guide__mark--64">
                    <Mark />
                </span>
            </div>
            <ul class="style-guide__colours">{swatches}</ul>
            <p class="style-guide__title-sample">"Judul halaman 1,95 / 1,56 rem"</p>
            <p class="style-guide__large-sample">"Judul bagian 1,25 rem"</p>
            <p>
                "Isi 1 rem. Permohonan diregister paling lama pada hari yang sama dengan pemberitahuan lengkap, "
                <strong>"tebal sebelum besar"</strong> "."
            </p>
            <p class="small muted">"Keterangan 0,875 rem, angka sejajar 1.234.567,89"</p>
            <ul class="style-guide__icons">{icons}</ul>
        </Part>
    }
}

#[component]
fn Buttons() -> impl IntoView {
    let busy = RwSignal::new(true);
    view! {
        <Part title="Tombol">
            <div class="cluster">
                {button(["Catat hasil pleno", "", ""], ButtonKind::Primary, None)}
                {button(["Simpan draf", "", ""], ButtonKind::Secondary, Some(IconName::Check))}
                {button(["Ubah", "nama pemohon", ""], ButtonKind::Quiet, Some(IconName::Edit))}
                {button(["Hapus bukti", "", ""], ButtonKind::Danger, Some(IconName::Trash))}
                <LinkButton label="Lihat perkara" href="/gaya" kind=ButtonKind::Secondary icon=IconName::Next />
            </div>
            <div class="cluster">
                <Button
                    label="Kirim permohonan"
                    busy=busy
                    busy_label="Mengirim…"
                    icon=IconName::Upload
                />
                <Button label="Memeriksa" kind=ButtonKind::Secondary busy=busy />
                {button(["Terbitkan putusan", "", "Hanya anggota majelis yang dapat menerbitkan putusan perkara ini."], ButtonKind::Primary, None)}
                {button(["Sinkronkan sekarang", "", "Tidak ada jaringan. Dikirim sendiri saat tersambung."], ButtonKind::Secondary, Some(IconName::Sync))}
            </div>
            <div class="cluster">
                {button(["Pemberitahuan ketidaklengkapan dokumen permohonan penyelesaian sengketa proses", "", ""], ButtonKind::Primary, None)}
                <IconButton label="Bantuan" icon=IconName::Help />
                <IconButton label="Tampilkan saringan" icon=IconName::Filter pressed=Some(true) />
                <IconButton label="Menu" icon=IconName::More expanded=Some(false) />
            </div>
        </Part>
    }
}

/// A button with what a sample of it says; empty words are left out.
fn button([label, context, reason]: [&'static str; 3], kind: ButtonKind, icon: Option<IconName>) -> AnyView {
    view! { <Button label=label context=maybe(context) disabled_reason=maybe(reason) kind=kind nostrip:icon=icon /> }.into_any()
}

fn tag(label: &'static str, tone: Tone, icon: Option<IconName>) -> AnyView {
    view! { <Tag label=label tone=tone nostrip:icon=icon /> }.into_any()
}

fn save_state(text: &'static str, kind: SaveKind) -> AnyView {
    view! { <SaveState text=text kind=kind /> }.into_any()
}

fn banner(title: &'static str, tone: Tone, text: &'static str, actions: ViewFn) -> AnyView {
    view! { <Banner title=title tone=tone announce=Announce::No actions=actions>{text}</Banner> }.into_any()
}

fn deadline([what, when, left]: [&'static str; 3], tone: Tone) -> AnyView {
    view! { <Deadline what=what when=when left=left tone=tone /> }.into_any()
}

/// A fact; without a value it is missing.
fn fact(name: &'static str, value: &'static str, can_change: bool) -> AnyView {
    let link = if can_change { "/gaya" } else { "" };
    view! { <SummaryRow name=name value=maybe(value) missing="Tidak diisi" change_href=maybe(link) change_label="Ubah" /> }.into_any()
}

fn task([title, href, hint, status]: [&'static str; 4], tone: Tone, done: bool) -> AnyView {
    view! { <TaskRow title=title href=href hint=maybe(hint) status=status tone=tone done=done /> }.into_any()
}

/// Words that may be missing.
fn maybe(text: &'static str) -> Signal<Option<String>> {
    Signal::stored((!text.is_empty()).then(|| text.to_owned()))
}

/// A text field in one of its states; empty words are left out.
fn text_field(
    id: &'static str,
    [label, mark, hint, error, reveal]: [&'static str; 5],
    value: &str,
    input_type: &'static str,
    read_only: bool,
) -> AnyView {
    let typed = RwSignal::new(value.to_owned());
    let width = if id == "gaya-nik" { FieldWidth::Nik } else { FieldWidth::Full };
    view! {
        <TextField
            id=id
            label=label
            mark=maybe(mark)
            hint=maybe(hint)
            error=maybe(error)
            reveal_label=maybe(reveal)
            value=typed
            on_input=Callback::new(move |text| typed.set(text))
            width=width
            input_type=input_type
            autocomplete="off"
            read_only=read_only
        />
    }
    .into_any()
}

fn date_field(id: &'static str, [label, hint, error, echo]: [&'static str; 4], value: &str) -> AnyView {
    let typed = RwSignal::new(value.to_owned());
    view! {
        <DateField
            id=id
            label=label
            hint=maybe(hint)
            error=maybe(error)
            echo=maybe(echo)
            value=typed
            on_input=Callback::new(move |text| typed.set(text))
            picker_label="Buka kalender"
        />
    }
    .into_any()
}

fn text_area(id: &'static str, [label, hint, error]: [&'static str; 3], value: &str) -> AnyView {
    let typed = RwSignal::new(value.to_owned());
    let words = Signal::derive(move || Some(format!("{} kata", typed.with(|text| text.split_whitespace().count()))));
    view! {
        <TextArea
            id=id
            label=label
            hint=maybe(hint)
            error=maybe(error)
            value=typed
            on_input=Callback::new(move |text| typed.set(text))
            counter=words
            rows=2
        />
    }
    .into_any()
}

#[component]
fn Fields() -> impl IntoView {
    let time = RwSignal::new("14.05".to_owned());
    view! {
        <Part title="Isian">
            <div class="columns">
                <div class="stack">
                    {text_field("gaya-nama", ["Nama lengkap", "", "Seperti pada KTP, beserta gelar.", "", ""], "", "text", false)}
                    {text_field("gaya-partai", ["Nama partai politik atau gabungan partai politik peserta Pemilu", "(opsional)", "", "", ""], LONG_NAME, "text", false)}
                    {text_field("gaya-nik", ["NIK", "", "16 angka. Boleh ditempel dengan spasi.", "", "Tampilkan NIK"], "7107 0412 0385 0002", "text", false)}
                    {text_field("gaya-sandi", ["Kata sandi", "", "", "", "Tampilkan kata sandi"], "rahasia", "password", false)}
                    {text_field("gaya-galat", ["Nomor telepon", "", "Agar kantor dapat menghubungi pemohon.", "Tulis nomor telepon, misalnya 0812 3456 7890.", ""], "0812", "tel", false)}
                    {text_field("gaya-baca", ["Kantor", "", "Mengikuti akun Anda.", "", ""], "Bawaslu Kabupaten Bolaang Mongondow Utara", "text", true)}
                </div>
                <div class="stack">
                    {date_field("gaya-tanggal", ["Tanggal keputusan diterima", "Misalnya 27 3 2027", "", "Rabu, 8 Juli 2026"], "8 7 2026")}
                    {date_field("gaya-tanggal-galat", ["Tanggal berita acara", "", "Juni hanya sampai tanggal 30. Periksa tanggalnya.", ""], "31/6/2026")}
                    <TimeField
                        id="gaya-jam"
                        label="Pukul"
                        hint="Misalnya 14.05"
                        value=time
                        on_input=Callback::new(move |text| time.set(text))
                        zone="WITA"
                    />
                    {text_area("gaya-alasan", ["Alasan permohonan", "Kotak ini memanjang mengikuti tulisan Anda.", ""], PETITION)}
                    {text_area("gaya-petitum", ["Petitum", "", "Tulis apa yang diminta pemohon."], "")}
                </div>
            </div>
        </Part>
    }
}

#[component]
fn Choices() -> impl IntoView {
    let channel = RwSignal::new("langsung".to_owned());
    let side = RwSignal::new(String::new());
    let district = RwSignal::new(String::new());
    let complete = RwSignal::new(true);
    let copies = RwSignal::new(false);
    let channels = vec![
        Choice::new("langsung", "Langsung di kantor").with_hint("Jam layanan sampai 16.00 waktu setempat."),
        Choice::new("sips", "Melalui SIPS").with_hint("Diterima sampai 23.59 pada hari terakhir."),
    ];
    let sides = vec![
        Choice::new("partai", "Partai politik peserta Pemilu"),
        Choice::new("calon", "Bakal calon anggota DPRD yang didaftarkan oleh partai politik peserta Pemilu di daerah pemilihan ini"),
    ];
    let districts =
        vec![Choice::new("71.07.01", "Bolangitang Barat"), Choice::new("71.07.02", "Kaidipang"), Choice::new("71.07.03", "Pinogaluman")];
    view! {
        <Part title="Pilihan">
            <div class="columns">
                <div class="stack">
                    <ChoiceGroup
                        id="gaya-cara"
                        legend="Bagaimana permohonan disampaikan?"
                        choices=channels
                        value=channel
                        on_change=Callback::new(move |value| channel.set(value))
                    />
                    <ChoiceGroup
                        id="gaya-pemohon"
                        legend="Siapa pemohonnya?"
                        hint="Menentukan surat yang harus dilampirkan."
                        error="Pilih siapa pemohonnya."
                        choices=sides
                        value=side
                        on_change=Callback::new(move |value| side.set(value))
                    />
                </div>
                <div class="stack">
                    <CheckGroup id="gaya-berkas" legend="Berkas yang dibawa" hint="Centang yang ada di tangan Anda.">
                        <CheckRow
                            id="gaya-berkas"
                            label="Formulir permohonan bermeterai"
                            checked=complete
                            on_change=Callback::new(move |checked| complete.set(checked))
                        />
                        <CheckRow
                            id="gaya-salinan"
                            label="Salinan objek sengketa, rangkap tiga"
                            hint="Surat keputusan atau berita acara KPU."
                            checked=copies
                            on_change=Callback::new(move |checked| copies.set(checked))
                        />
                        <CheckRow
                            id="gaya-mati"
                            label="Surat kuasa khusus"
                            hint="Pemohon hadir sendiri."
                            checked=false
                            on_change=Callback::new(|_| ())
                            disabled=true
                        />
                    </CheckGroup>
                    <SelectField
                        id="gaya-kecamatan"
                        label="Kecamatan"
                        choices=districts
                        value=district
                        unchosen="Pilih kecamatan"
                        on_change=Callback::new(move |value| district.set(value))
                    />
                    <SelectField
                        id="gaya-kecamatan-galat"
                        label="Kecamatan tempat kejadian"
                        choices=Vec::new()
                        value=""
                        unchosen="Pilih kecamatan"
                        error="Pilih kecamatan tempat kejadian."
                        on_change=Callback::new(|_| ())
                    />
                </div>
            </div>
        </Part>
    }
}

#[component]
fn Problems() -> impl IntoView {
    let attempt = RwSignal::new(0);
    // Hidden at first: it takes the focus when it appears, which would scroll the page on arrival.
    let shown = RwSignal::new(false);
    let problems = Signal::derive(move || {
        if !shown.get() {
            return Vec::new();
        }
        [
            ("gaya-galat", "Tulis nomor telepon, misalnya 0812 3456 7890."),
            ("gaya-tanggal-galat", "Juni hanya sampai tanggal 30. Periksa tanggalnya."),
            ("gaya-pemohon", "Pilih siapa pemohonnya."),
        ]
        .into_iter()
        .map(|(field_id, message)| Problem { field_id: field_id.into(), message: message.into() })
        .collect()
    });
    view! {
        <Part title="Ringkasan galat">
            <ErrorSummary title="Ada yang perlu diperbaiki" problems=problems attempt=attempt />
            <div class="cluster">
                <Button
                    id="gaya-periksa"
                    label="Periksa"
                    kind=ButtonKind::Secondary
                    on_press=Callback::new(move |()| {
                        shown.set(true);
                        attempt.update(|count| *count += 1);
                    })
                />
                <Button
                    label="Sembunyikan"
                    kind=ButtonKind::Quiet
                    on_press=Callback::new(move |()| shown.set(false))
                />
            </div>
        </Part>
    }
}

#[component]
fn Files() -> impl IntoView {
    let taken = RwSignal::new(Vec::<String>::new());
    let take = Callback::new(move |files: Vec<web_sys::File>| {
        taken.update(|names| names.extend(files.iter().map(web_sys::File::name)));
    });
    view! {
        <Part title="Berkas">
            <div class="columns">
                <div class="stack">
                    <FilePicker
                        id="gaya-bukti"
                        legend="Bukti"
                        hint="PDF atau gambar, paling besar 20 MB."
                        choose_label="Pilih berkas"
                        photo_label="Ambil foto"
                        drop_label="atau seret berkas ke sini"
                        accept="application/pdf,image/*"
                        on_files=take
                    />
                    <FilePicker
                        id="gaya-bukti-galat"
                        legend="Surat kuasa"
                        choose_label="Pilih berkas"
                        error="Lampirkan surat kuasa yang ditandatangani."
                        on_files=take
                    />
                    <FilePicker
                        id="gaya-bukti-mati"
                        legend="Salinan putusan"
                        choose_label="Pilih berkas"
                        disabled_reason="Ruang di perangkat habis. Hapus berkas yang sudah terkirim lebih dulu."
                        on_files=take
                    />
                </div>
                <FileList label="Berkas yang dilampirkan">
                    <FileRow
                        name="P-1 Tanda terima dokumen perbaikan.pdf"
                        detail="1,2 MB · 4 halaman"
                        status="Diterima"
                        tone=Tone::Success
                    >
                        {button(["Ganti", "P-1", ""], ButtonKind::Quiet, None)}
                        {button(["Hapus", "P-1", ""], ButtonKind::Quiet, None)}
                    </FileRow>
                    <FileRow
                        name="IMG_20260708_140512_foto_berita_acara_penetapan_hasil_perbaikan_persyaratan_final.jpg"
                        detail="3,4 MB"
                        icon=IconName::Image
                        progress=move || {
                            view! {
                                <ProgressBar label="Mengirim" value=Some(35) detail="1,2 dari 3,4 MB · 35 %" />
                            }
                        }
                    >
                        {button(["Tunda", "foto berita acara", ""], ButtonKind::Quiet, None)}
                    </FileRow>
                    <FileRow
                        name="P-3 Rekaman.pdf"
                        detail="42 MB"
                        status="Tertahan"
                        tone=Tone::Danger
                        error="Lebih besar dari 20 MB. Bagi menjadi dua berkas."
                    >
                        {button(["Hapus", "P-3", ""], ButtonKind::Quiet, None)}
                    </FileRow>
                    {each(move || {
                        taken
                            .get()
                            .into_iter()
                            .map(|name| entry(name.clone(), move || view! { <FileRow name=name.clone() status="Menunggu kirim" tone=Tone::Info /> }))
                            .collect()
                    })}
                </FileList>
            </div>
        </Part>
    }
}

#[component]
fn Messages() -> impl IntoView {
    let tags = [
        ("Draf", Tone::Neutral),
        ("Menunggu kirim", Tone::Info),
        ("Terkirim", Tone::Success),
        ("Hari ini", Tone::Warning),
        ("Lewat 1 hari kerja", Tone::Danger),
        ("Latihan", Tone::Training),
    ];
    view! {
        <Part title="Pesan dan keadaan">
            <div class="cluster">
                {tags.map(|(label, tone)| tag(label, tone, None)).collect_view()} {tag("Perlu ditinjau", Tone::Warning, Some(IconName::Eye))}
            </div>
            <div class="cluster">
                {save_state("Belum ada perubahan", SaveKind::Untouched)}
                {save_state("Menyimpan…", SaveKind::Saving)}
                {save_state("Tersimpan di perangkat 14.05", SaveKind::Saved)}
                {save_state("Belum tersimpan: ruang di perangkat habis", SaveKind::Failed)}
            </div>
            <div class="stack">
                {banner("Tidak ada jaringan", Tone::Neutral, "Yang Anda catat tersimpan di perangkat ini dan dikirim sendiri nanti.", ViewFn::default())}
                {banner("Versi baru tersedia", Tone::Info, "Isian Anda tidak hilang.", ViewFn::from(move || {
                        view! {
                            {button(["Perbarui sekarang", "", ""], ButtonKind::Secondary, None)}
                            {button(["Nanti", "", ""], ButtonKind::Quiet, None)}
                        }
                    }))}
                {banner("Diterima dengan nomor 003", Tone::Success, "Rabu, 8 Juli 2026 pukul 14.05 WITA.", ViewFn::default())}
                {banner("Ruang di perangkat hampir habis", Tone::Warning, "Sisa 40 MB. Berkas yang sudah terkirim dapat dihapus dari perangkat.", ViewFn::default())}
                {banner("Permohonan tertahan", Tone::Danger, "Perkara ini sudah berubah di server. Catatan Anda utuh di perangkat.", ViewFn::from(move || view! { {button(["Tinjau", "", ""], ButtonKind::Secondary, None)} }))}
                {banner("Mode latihan", Tone::Training, "Semua nama dan perkara di sini rekaan.", ViewFn::default())}
            </div>
        </Part>
    }
}

#[component]
fn Deadlines() -> impl IntoView {
    let day = |kind, weekday: &str, day: &str, number: Option<&str>, note: &str| DayCell {
        kind,
        weekday: weekday.to_owned(),
        day: day.to_owned(),
        month: "Juli".to_owned(),
        number: number.map(str::to_owned),
        note: note.to_owned(),
    };
    let days = vec![
        day(DayKind::Start, "Jumat", "3", None, "Objek sengketa terbit: hari 0"),
        day(DayKind::Skipped, "Sabtu", "4", None, "Akhir pekan"),
        day(DayKind::Skipped, "Minggu", "5", None, "Akhir pekan"),
        day(DayKind::Counted, "Senin", "6", Some("ke-1"), ""),
        day(DayKind::Skipped, "Selasa", "7", None, "Cuti bersama (contoh)"),
        day(DayKind::Counted, "Rabu", "8", Some("ke-2"), ""),
        day(DayKind::Last, "Kamis", "9", Some("ke-3"), "Batas 23.59 WITA"),
    ];
    view! {
        <Part title="Tenggat">
            <div class="columns">
                {deadline(["Pleno verifikasi", "Rabu, 8 Juli 2026 pukul 23.59 WITA", "Hari ini, 5 jam lagi"], Tone::Warning)}
                {deadline(["Pemberitahuan register kepada pemohon dan termohon", "Selasa, 7 Juli 2026 pukul 16.00 WITA", "Lewat 1 hari kerja"], Tone::Danger)}
                {deadline(["Putusan", "Jumat, 24 Juli 2026 pukul 23.59 WITA", "12 hari kerja lagi"], Tone::Neutral)}
            </div>
            <Details summary="Kenapa tanggal ini?" open=true>
                <p>"Tiga hari kerja sejak objek sengketa diterbitkan; hari terbit tidak dihitung."</p>
                <DayStrip label="Hitungan hari, 3 sampai 9 Juli 2026" days=days />
                <p class="small muted">"Perbawaslu 9/2022 Pasal 13 ayat (1)."</p>
            </Details>
        </Part>
    }
}

#[component]
fn CaseParts() -> impl IntoView {
    view! {
        <Part title="Kepala perkara dan linimasa">
            <BackLink label="Perkara" href="/gaya" />
            <IdentityBar
                label="Perkara"
                number=LONG_NUMBER
                parties=format!("{LONG_NAME} melawan KPU Kabupaten Bolaang Mongondow Utara")
                facts=move || {
                    view! {
                        {tag("Mediasi", Tone::Info, None)}
                        {tag("Hari ini, 5 jam lagi", Tone::Warning, Some(IconName::Clock))}
                    }
                }
            >
                {button(["Catat hasil mediasi", "", ""], ButtonKind::Primary, None)}
            </IdentityBar>
            <Timeline label="Linimasa perkara">
                <TimelineItem
                    title="Mediasi hari pertama ditutup tanpa kesepakatan"
                    when="Kamis, 9 Juli 2026 pukul 15.40 WITA"
                    who="Belum diterima server"
                    icon=IconName::Users
                    pending=true
                />
                <TimelineItem
                    title="Permohonan diregister"
                    when="Rabu, 8 Juli 2026 pukul 14.05 WITA"
                    who="Rahmawati Tungkagi, S.H. · Pasal 33"
                    icon=IconName::Note
                >
                    <a href="/gaya">"Akta register " {LONG_NUMBER}</a>
                </TimelineItem>
                <TimelineItem
                    title="Permohonan diterima"
                    when="Jumat, 3 Juli 2026 pukul 23.41 WITA"
                    who="Melalui SIPS"
                    icon=IconName::File
                />
            </Timeline>
        </Part>
    }
}

#[component]
fn Facts() -> impl IntoView {
    view! {
        <Part title="Ringkasan fakta">
            <SummaryList>
                {fact("Pemohon", LONG_NAME, true)}
                {fact("Alasan", PETITION, true)}
                {fact("Kuasa hukum", "", true)}
                <SummaryRow name="Objek sengketa">
                    <a href="/gaya">"Lengkapi objek sengketa"</a>
                </SummaryRow>
            </SummaryList>
            <SummaryCard
                title="Bukti P-1: Tanda terima dokumen perbaikan"
                actions=move || {
                    view! {
                        {button(["Ubah", "bukti P-1", ""], ButtonKind::Quiet, None)}
                        {button(["Hapus", "bukti P-1", ""], ButtonKind::Quiet, None)}
                    }
                }
            >
                <SummaryList>
                    {fact("Yang dibuktikan", "Dokumen diserahkan sebelum batas waktu.", false)}
                    {fact("Berkas", "1,2 MB · 4 halaman", false)}
                </SummaryList>
            </SummaryCard>
        </Part>
    }
}

#[component]
fn Lists() -> impl IntoView {
    view! {
        <Part title="Daftar">
            <div class="columns">
                <div class="stack">
                    <h3>"Bagian permohonan"</h3>
                    <TaskList label="Bagian permohonan">
                        {task(["Pemohon", "/gaya", "", "Selesai"], Tone::Neutral, true)}
                        {task(["Objek sengketa", "/gaya", "Surat keputusan atau berita acara KPU", "Sebagian"], Tone::Info, false)}
                        {task(["Alasan dan petitum", "/gaya", "", "Ada galat"], Tone::Danger, false)}
                        {task(["Periksa dan kirim", "", "", "Belum bisa dimulai"], Tone::Neutral, false)}
                    </TaskList>
                </div>
                <div class="stack">
                    <h3>"Perkara"</h3>
                    <ul class="row-list">
                        <li class="row">
                            <div class="row__body">
                                <a class="row__title row__link" href="/gaya">
                                    <Breakable text=LONG_NUMBER />
                                </a>
                                <p class="row__line">{LONG_NAME} " melawan KPU Kabupaten Bolaang Mongondow Utara"</p>
                            </div>
                            <div class="row__side">
                                {tag("Hari ini, 5 jam lagi", Tone::Warning, None)}
                            </div>
                        </li>
                        <li class="row row--current">
                            <div class="row__body">
                                <a class="row__title row__link" href="/gaya" aria-current="true">
                                    <Breakable text="001/PS.REG/71.7107/VII/2026" />
                                </a>
                                <p class="row__line">"Karel Mokodompit · Verifikasi"</p>
                            </div>
                            <div class="row__side">
                                {tag("2 hari kerja lagi", Tone::Neutral, None)}
                            </div>
                        </li>
                        <li class="row">
                            <Icon name=IconName::Outbox />
                            <div class="row__body">
                                <p class="row__title">"Hasil pleno 003"</p>
                                <p class="row__line">"Tertahan: perkara sudah berubah di server"</p>
                            </div>
                            <div class="row__side">
                                {button(["Tinjau", "hasil pleno 003", ""], ButtonKind::Secondary, None)}
                            </div>
                        </li>
                    </ul>
                </div>
            </div>
            <EmptyState
                text="Belum ada perkara yang ditugaskan kepada Anda di kantor ini."
                icon=IconName::Cases
            >
                {button(["Catat permohonan", "", ""], ButtonKind::Secondary, Some(IconName::Plus))}
            </EmptyState>
        </Part>
    }
}

#[component]
fn Overlays() -> impl IntoView {
    let open = RwSignal::new(false);
    let close = Callback::new(move |()| open.set(false));
    let toast = RwSignal::new(None::<String>);
    view! {
        <Part title="Di atas halaman">
            <div class="cluster">
                <Button
                    id="gaya-buka-dialog"
                    label="Cabut permohonan"
                    kind=ButtonKind::Danger
                    on_press=Callback::new(move |()| open.set(true))
                />
                <Button
                    label="Hapus bukti P-1"
                    kind=ButtonKind::Secondary
                    on_press=Callback::new(move |()| toast.set(Some("Bukti P-1 dihapus".to_owned())))
                />
            </div>
            <Dialog
                open=open
                on_close=close
                title="Cabut permohonan 003?"
                close_label="Tutup"
                actions=move || {
                    view! {
                        <Button label="Cabut permohonan" kind=ButtonKind::Danger on_press=close />
                        <Button label="Batal" kind=ButtonKind::Secondary on_press=close />
                    }
                }
            >
                <p>
                    "Perkara berakhir dan tidak dapat dibuka lagi. Pemohon dan termohon diberi tahu. Berkas tetap tersimpan."
                </p>
            </Dialog>
            <ToastRegion
                message=toast
                close_label="Tutup pesan"
                on_close=Callback::new(move |()| toast.set(None))
                action_label="Urungkan"
                on_action=Callback::new(move |()| toast.set(None))
            />
        </Part>
    }
}

#[component]
fn Waiting() -> impl IntoView {
    view! {
        <Part title="Menunggu">
            <ProgressBar label="Mengunduh perkara kantor" value=Some(62) detail="62 dari 100 perkara" />
            <ProgressBar label="Menyambungkan" value=None />
            <Skeleton label="Memuat daftar perkara" lines=4 />
        </Part>
    }
}

#[component]
fn Paperwork() -> impl IntoView {
    view! {
        <Part title="Surat">
            <Paper label="Akta register (contoh)" watermark="LATIHAN">
                <h3>"BADAN PENGAWAS PEMILIHAN UMUM" <br /> "KABUPATEN BOLAANG MONGONDOW UTARA"</h3>
                <h3>"AKTA REGISTER PERMOHONAN" <br /> "Nomor " {LONG_NUMBER}</h3>
                <p>
                    "Pada hari ini, Rabu tanggal delapan bulan Juli tahun dua ribu dua puluh enam, permohonan penyelesaian sengketa proses Pemilu yang diajukan oleh "
                    {LONG_NAME} " telah dicatat dalam Buku Register Perkara."
                </p>
                <p>{PETITION}</p>
            </Paper>
        </Part>
    }
}
