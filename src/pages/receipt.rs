//! *Tanda terima*: the receipt that the petitioner takes home, on screen and in print. Before the server has answered it
//! says so and carries the provisional code.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::back_link::BackLink;
use crate::components::banner::Banner;
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::IconName;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::paper::Paper;
use crate::components::tone::Tone;
use crate::domain::answers::Place;
use crate::domain::case::{Act, Case};
use crate::domain::evidence::FileRef;
use crate::domain::form::{YES, listed_rows};
use crate::domain::id::CaseId;
use crate::domain::time::{LocalDate, Timestamp};
use crate::i18n::{Language, format, sentences};
use crate::pages::draft::page_title;
use crate::pages::not_found::NotFoundBody;
use crate::pages::petition_summary::shown_text;
use crate::platform::page;
use crate::routes::Route;
use crate::rules;
use crate::state::AppState;

/// The page.
#[component]
pub fn ReceiptPage(
    /// The app.
    app: AppState,
    /// The case.
    id: CaseId,
) -> impl IntoView {
    let case = Memo::new(move |_| app.case(id));
    let known = Memo::new(move |_| case.with(Option::is_some));
    live(move || match known.get() {
        false => view! { <div class="page"><NotFoundBody app /></div> }.into_any(),
        true => view! { <ReceiptBody app id case /> }.into_any(),
    })
}

/// Drawn once; what the arriving number changes is drawn again by itself, so that the focus stays where it is.
#[component]
fn ReceiptBody(app: AppState, id: CaseId, case: Memo<Option<Case>>) -> impl IntoView {
    let number = Memo::new(move |_| case.with(|case| case.as_ref().map(|case| case.number_or_code("reception")).unwrap_or_default()));
    let numbered =
        Memo::new(move |_| case.with(|case| case.as_ref().is_some_and(|case| case.numbers.get("reception").is_some_and(Option::is_some))));
    page_title(app, Signal::derive(move || format!("{} {}", app.words().receipt, number.get())));
    let copy = Callback::new(move |()| {
        let text = number.get_untracked();
        spawn_local(async move {
            let done = page::copy(&text).await;
            let words = app.words_untracked();
            app.notify((if done { words.copied } else { words.copy_failed }).to_owned());
        });
    });
    let last_day = move || {
        let (day, _) = case.with(|case| filing_due(case.as_ref()?))?;
        Some(view! { <li>{app.words().next_last_day} ": " {format::date(app.language.get(), day)}</li> })
    };
    view! {
        <div class="page">
            <div class="no-print stack">
                <BackLink label=app.say(|words| words.to_case) href=Route::Case(id).path() />
                <PageHeader title=app.say(|words| words.petition_received) caption=Signal::derive(move || Some(number.get())) />
                {live(move || {
                    let words = app.words();
                    if numbered.get() {
                        view! { <Banner title=words.receipt_confirmed tone=Tone::Success><p>{words.receipt_confirmed_help}</p></Banner> }
                    } else {
                        view! { <Banner title=words.receipt_provisional tone=Tone::Warning><p>{words.receipt_provisional_help}</p></Banner> }
                    }
                })}
                <h2>{app.say(|words| words.what_next)}</h2>
                <ol>
                    <li>{app.say(|words| words.next_hand_over)}</li>
                    <li>{app.say(|words| words.next_plenary)}</li>
                    {live(last_day)}
                </ol>
                <div class="action-bar">
                    <Button label=app.say(|words| words.print_receipt) icon=IconName::Print on_press=Callback::new(move |()| page::print()) />
                    <Button label=app.say(|words| words.copy_number) kind=ButtonKind::Secondary icon=IconName::Copy on_press=copy />
                </div>
            </div>
            {live(move || case.get().map(|case| view! { <Sheet app case /> }))}
        </div>
    }
}

/// The last day of the window to file in, and when it closes.
fn filing_due(case: &Case) -> Option<(LocalDate, Timestamp)> {
    case.dues.iter().find(|((deadline, _), _)| deadline == "filing").map(|(_, due)| *due)
}

/// The sheet itself. Papers of the procedure are in Indonesian, whatever the language of the screen.
#[component]
fn Sheet(app: AppState, case: Case) -> impl IntoView {
    let language = Language::Id;
    let office = app.account.get().map(|me| me.office)?;
    let set = case.rules.as_ref().and_then(rules::set).map(|pinned| &pinned.value)?;
    let act: Act = newest_act(app, case.id)?;
    let petition = case.form("petition").clone();
    let zone = office.zone;
    let number = case.numbers.get("reception").cloned().flatten();
    let title = set.paper.get("receipt").map(|paper| language.text(&paper.title).to_owned()).unwrap_or_default();
    let facts: Vec<(&str, Option<String>)> = ["channel", "e_receipt", "object_kind", "object_fixed_on"]
        .into_iter()
        .map(|field| (field, set.field("petition", field).and_then(|schema| shown_text(app, language, schema, petition.text(field)))))
        .collect();
    let fact = move |field: &str| facts.iter().find(|(name, _)| *name == field).and_then(|(_, text)| text.clone());
    let papers = set.field("petition", "papers").and_then(|field| field.of.as_ref()).and_then(|of| set.list.get(of));
    let rows = papers
        .map(|list| {
            listed_rows(list, &petition)
                .map(|listed| {
                    let row = petition.rows("papers").iter().find(|row| row.id == listed.v);
                    let text = |name: &str| row.map(|row| row.fields.text(name).to_owned()).unwrap_or_default();
                    let present = text("present") == YES;
                    view! {
                        <tr>
                            <th scope="row">{listed.id.clone()}</th>
                            <td>{if present { "Ada" } else { "Belum ada" }}</td>
                            <td>{if present { text("copies") } else { String::new() }} {(listed.copies > 1).then(|| format!(" dari {}", listed.copies))}</td>
                            <td>{text("remark")}</td>
                        </tr>
                    }
                })
                .collect_view()
        });
    let files: Vec<FileRef> = all_files(&petition);
    let gaps: Vec<String> = case
        .gaps
        .iter()
        .filter_map(|place| Place::parse(place))
        .map(|place| sentences::field_label(language, set, "petition", &place).unwrap_or_else(|| place.to_string()))
        .collect();
    let due = filing_due(&case);
    let petitioners = petition
        .rows("petitioner")
        .iter()
        .map(|row| {
            let second = row.fields.text("second_name");
            let name = row.fields.text("name").to_owned();
            if second.is_empty() { name } else { format!("{name} dan {second}") }
        })
        .collect::<Vec<_>>();
    Some(view! {
        <Paper label=title.clone()>
            <div lang="id">
                <header class="paper__head">
                    <p class="paper__office">{office.name.clone()}</p>
                    <h2 class="paper__title">{title}</h2>
                    <p class="paper__number">
                        {match &number {
                            Some(number) => format!("Nomor: {number}"),
                            None => format!("Kode sementara: {} (nomor menyusul)", case.id.provisional_code()),
                        }}
                    </p>
                </header>
                <table class="paper__facts">
                    <tbody>
                        <tr><th scope="row">Diterima</th><td>{format::instant(language, act.happened_at, zone)}</td></tr>
                        <tr><th scope="row">Cara masuk</th><td>{fact("channel")}</td></tr>
                        {fact("e_receipt").map(|text| view! { <tr><th scope="row">Tanda terima SIPS</th><td>{text}</td></tr> })}
                        <tr><th scope="row">Pemohon</th><td>{format::list(language, &petitioners)}</td></tr>
                        <tr><th scope="row">Termohon</th><td>{petition.text("respondent_name").to_owned()}</td></tr>
                        <tr><th scope="row">Objek sengketa</th><td>{fact("object_kind")} " " {petition.text("object_number").to_owned()}</td></tr>
                        <tr><th scope="row">Ditetapkan</th><td>{fact("object_fixed_on")}</td></tr>
                        {due.map(|(day, closes_at)| view! {
                            <tr><th scope="row">Batas pengajuan</th><td>{format!("{}, {}", format::date(language, day), format::closing(language, closes_at, zone))}</td></tr>
                        })}
                    </tbody>
                </table>
                <h3>Berkas yang diserahkan</h3>
                <table class="paper__table">
                    <thead><tr><th scope="col">Berkas</th><th scope="col">Keadaan</th><th scope="col">Rangkap</th><th scope="col">Catatan</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
                {(!files.is_empty()).then(|| view! {
                    <h3>Berkas digital</h3>
                    <table class="paper__table">
                        <thead><tr><th scope="col">Nama</th><th scope="col">Ukuran</th><th scope="col">Sidik SHA-256</th></tr></thead>
                        <tbody>{files.iter().map(|file| view! {
                            <tr><th scope="row">{file.name.clone()}</th><td>{format::bytes(language, file.size)}</td><td class="paper__digest">{file.sha256.to_string()}</td></tr>
                        }).collect_view()}</tbody>
                    </table>
                })}
                {(!gaps.is_empty()).then(|| view! { <p>"Belum diisi atau belum diserahkan: " {format::list(language, &gaps)} "."</p> })}
                <p class="paper__note">"Tanda terima ini mencatat penerimaan, bukan penilaian atas kelengkapan atau tenggang waktu; keduanya dinilai rapat pleno."</p>
                <div class="paper__signatures">
                    <div><p>Yang menyerahkan,</p><p class="paper__sign">{petition.text("signed_by").to_owned()}</p></div>
                    <div><p>Petugas penerima,</p><p class="paper__sign">{act.by.name.clone()}</p></div>
                </div>
                <footer class="paper__foot">
                    {format!("{} · {}", number.unwrap_or_else(|| case.id.provisional_code()), act.command_id)}
                </footer>
            </div>
        </Paper>
    })
}

fn newest_act(app: AppState, id: CaseId) -> Option<Act> {
    let waiting =
        app.outbox.read().iter().find(|entry| entry.envelope.case_id == id && entry.act.act == "receive").map(|entry| entry.act.clone());
    waiting.or_else(|| app.cases.read().get(&id)?.acts.iter().find(|act| act.act == "receive").cloned())
}

fn all_files(petition: &crate::domain::answers::Answers) -> Vec<FileRef> {
    use crate::domain::answers::Answer;
    fn collect(answers: &crate::domain::answers::Answers, files: &mut Vec<FileRef>) {
        for answer in answers.0.values() {
            if let Answer::Rows(rows) = answer {
                for row in rows {
                    match FileRef::from_row(row) {
                        Some(file) => files.push(file),
                        None => collect(&row.fields, files),
                    }
                }
            }
        }
    }
    let mut files = Vec::new();
    collect(petition, &mut files);
    files
}
