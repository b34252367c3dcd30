//! Pages of this device and of the app itself: the server it works with, the diagnostic file, licences, the accessibility statement, keys.
//! None of them needs an account.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::back_link::BackLink;
use crate::components::banner::{Announce, Banner};
use crate::components::button::{Button, ButtonKind};
use crate::components::check_row::CheckRow;
use crate::components::details::Details;
use crate::components::dialog::Dialog;
use crate::components::icon::IconName;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::components::text_field::TextField;
use crate::components::tone::Tone;
use crate::domain::query;
use crate::i18n::admin::DeviceMessages;
use crate::i18n::{Language, sentences};
use crate::pages::draft::page_title;
use crate::pages::outbox::export_all;
use crate::platform::{file, page};
use crate::routes::{Route, Setting};
use crate::state::server::{self, Found, ProbeFailure, Unfit};
use crate::state::{AppState, Boot, diagnostics, settings, shared};

/// The words of these pages.
#[must_use]
pub fn device_words(app: AppState) -> &'static DeviceMessages {
    DeviceMessages::of(app.language.get())
}

/// A fixed message that follows the language.
#[must_use]
pub fn say(app: AppState, message: fn(&'static DeviceMessages) -> &'static str) -> Signal<String> {
    Signal::derive(move || message(device_words(app)).to_owned())
}

fn say_some(app: AppState, message: fn(&'static DeviceMessages) -> &'static str) -> Signal<Option<String>> {
    Signal::derive(move || Some(message(device_words(app)).to_owned()))
}

/// The page that somebody who is signed out goes back to is the sign-in.
fn back(app: AppState) -> AnyView {
    live(move || {
        let (label, to) =
            if app.boot.get() == Boot::Ready { (app.words().nav_settings, Route::Settings) } else { (app.words().sign_in, Route::SignIn) };
        view! { <BackLink label href=to.path() /> }
    })
    .into_any()
}

/// A page below the settings that needs no account.
pub fn device_page(app: AppState, which: Setting) -> AnyView {
    match which {
        Setting::Server => server_page(app),
        Setting::Diagnostics => diagnostics_page(app),
        Setting::Licences => licences_page(app),
        Setting::Accessibility => accessibility_page(app),
        Setting::Erasing => erasing_page(app),
        _ => shortcuts_page(app),
    }
}

/// A check of a server, and what came of it: none where an earlier one failed.
type Checked = (fn(&'static DeviceMessages) -> &'static str, Option<bool>);

/// The checks in their order, as far as they were made.
fn checks(found: &Found) -> Vec<Checked> {
    let names: [fn(&'static DeviceMessages) -> &'static str; 7] = [
        |words| words.c_address,
        |words| words.c_https,
        |words| words.c_answers,
        |words| words.c_allowed,
        |words| words.c_contract,
        |words| words.c_version,
        |words| words.c_real,
    ];
    let failed = match &found.server {
        Ok(_) => names.len(),
        Err(Unfit::Probe(ProbeFailure::BadAddress)) => 0,
        Err(Unfit::Probe(ProbeFailure::NotHttps)) => 1,
        Err(Unfit::Probe(ProbeFailure::Unreachable)) => 2,
        Err(Unfit::Policy | Unfit::Probe(ProbeFailure::NotAllowed)) => 3,
        Err(Unfit::Probe(ProbeFailure::Redirected | ProbeFailure::NotSips | ProbeFailure::ServerTrouble(_))) => 4,
        Err(Unfit::Probe(ProbeFailure::OtherVersion(_))) => 5,
        Err(Unfit::Training | Unfit::SignIn(_)) => 6,
    };
    let outcome = |at: usize| if at < failed { Some(true) } else { (at == failed).then_some(false) };
    names.into_iter().enumerate().map(|(at, name)| (name, outcome(at))).collect()
}

/// What is wrong and what to do.
fn unfit(words: &'static DeviceMessages, unfit: &Unfit) -> String {
    match unfit {
        Unfit::Probe(ProbeFailure::BadAddress) => words.f_address.to_owned(),
        Unfit::Probe(ProbeFailure::NotHttps) => words.f_https.to_owned(),
        Unfit::Probe(ProbeFailure::Unreachable) => words.f_unreachable.to_owned(),
        Unfit::Probe(ProbeFailure::NotAllowed) => format!("{} {}", words.f_not_allowed, page::origin()),
        Unfit::Probe(ProbeFailure::Redirected) => words.f_redirect.to_owned(),
        Unfit::Probe(ProbeFailure::NotSips) => words.f_not_sips.to_owned(),
        Unfit::Probe(ProbeFailure::ServerTrouble(status)) => format!("{} ({status})", words.f_trouble),
        Unfit::Probe(ProbeFailure::OtherVersion(versions)) => format!("{} {}", words.f_version, versions.join(", ")),
        Unfit::Policy => words.f_policy.to_owned(),
        Unfit::Training => words.f_training.to_owned(),
        Unfit::SignIn(kind) => format!("{} {kind}", words.f_sign_in),
    }
}

fn server_page(app: AppState) -> AnyView {
    let title = say(app, |words| words.server);
    page_title(app, title);
    let typed = RwSignal::new(settings::server());
    let (busy, asking) = (RwSignal::new(false), RwSignal::new(false));
    let found = RwSignal::new(None::<Found>);
    let check = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let looked = server::look(&typed.get_untracked()).await;
            let _ = found.try_set(Some(looked));
            let _ = busy.try_set(false);
        });
    };
    let change = Callback::new(move |()| {
        let address = found.with_untracked(|found| found.as_ref().and_then(|found| found.address.clone()));
        if let Some(address) = address {
            spawn_local(async move { server::change(app, &address).await });
        }
    });
    view! {
        <div class="page">
            {back(app)}
            <PageHeader title lead=say_some(app, |words| words.server_lead) />
            {live(move || {
                let words = device_words(app);
                let own = if settings::server().is_empty() { format!(" ({})", words.own_server) } else { String::new() };
                view! { <SummaryList><SummaryRow name=words.server_now value=Some(format!("{}{own}", server::shown())) /></SummaryList> }
            })}
            <form class="section stack" novalidate on:submit=move |event| { event.prevent_default(); check(); }>
                <TextField
                    id="server"
                    label=say(app, |words| words.address)
                    hint=say_some(app, |words| words.address_hint)
                    value=typed
                    on_input=Callback::new(move |text| { typed.set(text); found.set(None); })
                    input_mode="url"
                    autocomplete="off"
                    autocapitalize="none"
                    enter_key_hint="go"
                />
                <div><Button label=say(app, |words| words.check) submit=true busy busy_label=say_some(app, |words| words.checking) kind=ButtonKind::Secondary icon=IconName::Search /></div>
            </form>
            {live(move || found.get().map(|found| found_view(app, &found, asking)))}
            <Dialog
                open=asking
                on_close=Callback::new(move |()| asking.set(false))
                title=say(app, |words| words.change_question)
                close_label=app.say(|words| words.close)
                actions=ViewFn::from(move || view! {
                    <Button label=say(app, |words| words.stay) on_press=Callback::new(move |()| asking.set(false)) />
                    {(app.only_here() > 0).then(|| view! { <Button label=app.say(|words| words.export_unsent) kind=ButtonKind::Secondary on_press=Callback::new(move |()| export_all(app)) /> })}
                    <Button label=say(app, |words| words.change) kind=ButtonKind::Danger on_press=change />
                })
            >
                <p>{say(app, |words| words.change_effect)}</p>
                {live(move || (app.only_here() > 0).then(|| view! { <p><strong>{device_words(app).change_unsent} " " {app.only_here()}</strong></p> }))}
            </Dialog>
        </div>
    }
    .into_any()
}

fn found_view(app: AppState, found: &Found, asking: RwSignal<bool>) -> AnyView {
    let words = device_words(app);
    let rows = checks(found).into_iter().map(|(name, outcome)| {
        let (text, tone) = match outcome {
            Some(true) => (words.passed, "✓"),
            Some(false) => (words.failed, "✗"),
            None => (words.not_checked, "–"),
        };
        view! { <li><span aria-hidden="true">{tone} " "</span>{name(words)} ": " {text}</li> }
    });
    let rows: Vec<_> = rows.collect();
    let clock = found.clock_off.then(|| view! { <p>{words.c_clock} ": " {words.noticed} ". " {words.clock_off}</p> });
    let verdict = match &found.server {
        Ok(discovery) => {
            let name = discovery.name.clone();
            let offers = format!("{} {}; {}", words.level, discovery.level, discovery.features.join(", "));
            let in_use = found.address.as_deref() == Some(settings::server().as_str());
            view! {
                <Banner title=words.found_good tone=Tone::Success announce=Announce::Politely>
                    <SummaryList>
                        <SummaryRow name=words.server_name value=Some(name.clone()) />
                        <SummaryRow name=words.offers value=Some(offers.clone()) />
                    </SummaryList>
                </Banner>
                {if in_use {
                    view! { <p>{words.in_use}</p> }.into_any()
                } else {
                    view! { <div><Button label=say(app, |words| words.use_it) on_press=Callback::new(move |()| asking.set(true)) /></div> }.into_any()
                }}
            }
            .into_any()
        }
        Err(why) => {
            let why = unfit(words, why);
            view! { <Banner title=words.found_bad tone=Tone::Danger announce=Announce::AtOnce><p>{why.clone()}</p></Banner> }.into_any()
        }
    };
    view! {
        <section class="section stack">
            <h2 class="section__title">{words.found}</h2>
            {verdict}
            <ul>{rows}</ul>
            {clock}
        </section>
    }
    .into_any()
}

fn diagnostics_page(app: AppState) -> AnyView {
    let title = say(app, |words| words.diagnostics);
    page_title(app, title);
    let from = app.navigation.query.with_untracked(|query| query::value(query, "dari"));
    let from = if from.is_empty() { Route::Setting(Setting::Diagnostics) } else { Route::parse(&from) };
    let made = RwSignal::new(None::<(String, String)>);
    // A page that waits for its account may be gone before its first task runs: that has what it needs with it.
    let at_first = from.clone();
    spawn_local(async move {
        let file = diagnostics::make(app, &at_first).await;
        let _ = made.try_set(Some(file));
    });
    let save = Callback::new(move |()| {
        let from = from.clone();
        spawn_local(async move {
            // As it is now, not as it was when the page was opened.
            let (name, text) = diagnostics::make(app, &from).await;
            if !file::download(&name, "application/json", &[text.clone().into_bytes()]) {
                app.notify(app.words_untracked().download_failed.to_owned());
            }
            let _ = made.try_set(Some((name, text)));
        });
    });
    view! {
        <div class="page">
            {back(app)}
            <PageHeader title lead=say_some(app, |words| words.diagnostics_lead) />
            <div><Button label=say(app, |words| words.diagnostics_save) icon=IconName::File on_press=save /></div>
            <Details summary=say(app, |words| words.diagnostics_show)>
                <pre tabindex="0">{live(move || made.get().map(|(_, text)| text))}</pre>
            </Details>
        </div>
    }
    .into_any()
}

fn licences_page(app: AppState) -> AnyView {
    let title = say(app, |words| words.licences);
    page_title(app, title);
    // The notices are in English, as their authors wrote them.
    let texts = [
        ("MIT", include_str!("../../LICENSE")),
        ("Third-party notices", include_str!("../../THIRD-PARTY.md")),
        ("Gelasio, SIL Open Font License 1.1", include_str!("../pdf/fonts/OFL.txt")),
        ("Open Database License: offices", include_str!("../rules/offices.LICENSE.md")),
    ];
    view! {
        <div class="page">
            {back(app)}
            <PageHeader title lead=say_some(app, |words| words.licences_lead) />
            <div lang="en">
                {texts.map(|(name, text)| view! { <Details summary=Signal::stored(name.to_owned())><pre tabindex="0">{text}</pre></Details> }).collect_view()}
            </div>
        </div>
    }
    .into_any()
}

/// What was tested, what is known to fall short, and where to say that something is in the way.
const STATEMENT: [(&str, &str, &str, &str); 5] = [
    (
        "Sejauh mana",
        "How far",
        "SIPS Lapangan dibuat menurut WCAG 2.2 tingkat AA. Sejauh yang diperiksa sendiri oleh pembuatnya, aplikasi ini sesuai sebagian: kekurangan yang diketahui ada di bawah. Belum ada pemeriksaan oleh pihak luar.",
        "SIPS Lapangan is made to WCAG 2.2 level AA. As far as its makers have tested it themselves it conforms in part: what is known to fall short stands below. Nobody outside has audited it.",
    ),
    (
        "Yang diperiksa pada setiap perubahan",
        "What is tested with every change",
        "Pemeriksaan otomatis di halaman-halaman utama, dalam dua bahasa, terang dan gelap; pekerjaan utama hanya dengan papan ketik; teks 200 persen; lebar 320 piksel tanpa geser ke samping; gerak dikurangi; nama untuk pembaca layar.",
        "Automatic checks on the main pages in both languages, light and dark; the main work by keyboard alone; text at 200 percent; a width of 320 pixels without sideways scrolling; reduced motion; names for screen readers.",
    ),
    (
        "Kekurangan yang diketahui",
        "What is known to fall short",
        "Berkas PDF belum bertanda struktur untuk pembaca layar; isinya dapat dibaca di layar aplikasi. Aplikasi belum diuji bersama pengguna pembaca layar. Gambar bukti tidak punya teks pengganti selain nama berkasnya.",
        "PDF files carry no structure for screen readers yet; what they say can be read on the app's own pages. The app was not tested with people who use screen readers. Pictures of evidence have no text but their file names.",
    ),
    (
        "Yang dapat Anda atur",
        "What you can set",
        "Ukuran teks, tema, waktu kunci layar, dan pintasan papan ketik ada di Setelan. Aplikasi mengikuti pilihan gerak dan kontras dari perangkat.",
        "Text size, theme, the time until the screen locks and keyboard shortcuts are in Settings. The app follows the device's choice of motion and contrast.",
    ),
    (
        "Ada yang menghalangi?",
        "Is something in the way?",
        "Sampaikan kepada admin kantor Anda halaman mana dan apa yang menghalangi. Bila bisa, sertakan berkas diagnostik dari Setelan.",
        "Tell your office's admin which page it is and what is in the way. If you can, add the diagnostic file from Settings.",
    ),
];

fn accessibility_page(app: AppState) -> AnyView {
    let title = say(app, |words| words.accessibility);
    page_title(app, title);
    view! {
        <div class="page">
            {back(app)}
            <PageHeader title />
            {live(move || {
                let language: Language = app.language.get();
                STATEMENT.map(|(head_id, head_en, id, en)| view! {
                    <section class="section">
                        <h2 class="section__title">{language.pick(head_id, head_en)}</h2>
                        <p class="prose">{language.pick(id, en)}</p>
                    </section>
                }).collect_view()
            })}
        </div>
    }
    .into_any()
}

fn shortcuts_page(app: AppState) -> AnyView {
    let title = say(app, |words| words.shortcuts);
    page_title(app, title);
    let on = RwSignal::new(settings::shortcuts());
    view! {
        <div class="page">
            {back(app)}
            <PageHeader title lead=say_some(app, |words| words.shortcuts_lead) />
            <CheckRow
                id="shortcuts"
                label=say(app, |words| words.shortcuts_on)
                hint=say_some(app, |words| words.shortcuts_on_hint)
                checked=on
                on_change=Callback::new(move |wanted: bool| { settings::set_shortcuts(wanted); on.set(wanted); })
            />
            {live(move || {
                let words = device_words(app);
                let rows = [
                    ("/", "", words.k_search), ("n", "", words.k_new), ("?", "", words.k_help), ("g", "h", words.k_home), ("g", "p", words.k_cases),
                    ("g", "j", words.k_schedule), ("g", "k", words.k_outbox), ("g", "r", words.k_recap), ("g", "s", words.k_settings),
                ];
                let rows = rows.map(|(first, second, does)| view! {
                    <tr>
                        <th scope="row"><kbd>{first}</kbd> {(!second.is_empty()).then(|| view! { " " {words.then} " " <kbd>{second}</kbd> })}</th>
                        <td>{does}</td>
                    </tr>
                });
                view! {
                    <table class="table">
                        <caption class="visually-hidden">{words.shortcuts}</caption>
                        <thead><tr><th scope="col">{words.key}</th><th scope="col">{words.does}</th></tr></thead>
                        <tbody>{rows.collect_view()}</tbody>
                    </table>
                }
            })}
        </div>
    }
    .into_any()
}

/// Erases what was agreed to. Where that is refused: what happened, what is safe, what to do.
fn erasing_page(app: AppState) -> AnyView {
    use crate::state::owned::{self, EraseError};
    let title = say(app, |words| words.erase);
    page_title(app, title);
    let busy = RwSignal::new(false);
    let others = RwSignal::new(false);
    let ended = move |outcome: Result<(), EraseError>| {
        if outcome.is_ok() {
            page::load(&Route::SignIn.path());
        }
        let _ = others.try_set(outcome == Err(EraseError::Others));
        let _ = busy.try_set(false);
    };
    if let Some(extent) = owned::agreed() {
        busy.set(true);
        spawn_local(async move { ended(owned::erase(app, extent).await) });
    }
    let again = Callback::new(move |()| {
        busy.set(true);
        spawn_local(async move { ended(owned::finish(app).await) });
    });
    view! {
        <div class="page">
            {back(app)}
            <PageHeader title />
            {live(move || {
                let words = device_words(app);
                if busy.get() {
                    view! { <p role="status">{words.erasing}</p> }.into_any()
                } else if others.get() {
                    view! { <Banner title=words.erase tone=Tone::Danger announce=Announce::AtOnce><p>{words.erase_others}</p></Banner> }.into_any()
                } else if owned::is_unfinished(app) {
                    view! {
                        <Banner title=words.erase_failed tone=Tone::Danger announce=Announce::AtOnce>
                            <p>{words.erase_failed_why}</p>
                            <p>{words.erase_failed_safe}</p>
                            <p>{words.erase_failed_do}</p>
                        </Banner>
                        <div><Button label=app.words().try_again icon=IconName::Trash on_press=again /></div>
                    }
                    .into_any()
                } else {
                    view! { <p>{words.erase_none}</p> }.into_any()
                }
            })}
        </div>
    }
    .into_any()
}

/// What stands in the way of erasing, or what it does away with, and the press that does it.
#[component]
pub fn Erasing(
    /// The app.
    app: AppState,
) -> impl IntoView {
    use crate::state::owned::{self, Extent};
    use crate::state::session;
    let asking = RwSignal::new(None::<Extent>);
    let understood = RwSignal::new(false);
    // Files that other apps handed over are here alone, too.
    shared::look(app);
    let shared_with_others = RwSignal::new(0);
    spawn_local(async move {
        let count = shared::of_others(app).await;
        let _ = shared_with_others.try_set(count);
    });
    let others = move || session::work_of_others(app).1 + shared_with_others.get();
    let only_here = move || app.only_here() + app.shared.read().len();
    let ask = move |extent: Extent| {
        Callback::new(move |()| {
            understood.set(false);
            asking.set(Some(extent));
        })
    };
    let erase = Callback::new(move |()| {
        if let Some(extent) = asking.get_untracked() {
            asking.set(None);
            owned::agree(extent);
            // This page needs the account that goes: another one does it, and tells.
            app.navigation.replace(&Route::Setting(Setting::Erasing));
        }
    });
    let blocked = Signal::derive(move || {
        let loses = only_here() > 0 && !understood.get();
        loses.then(|| device_words(app).erase_confirm_first.to_owned())
    });
    let others_hold = Signal::derive(move || (others() > 0).then(|| device_words(app).erase_others.to_owned()));
    view! {
        <section class="section stack">
            <h2 class="section__title">{say(app, |words| words.erase)}</h2>
            <p>{say(app, |words| words.erase_lead)}</p>
            <div class="cluster">
                <Button label=say(app, |words| words.erase_own) kind=ButtonKind::Secondary icon=IconName::Trash on_press=ask(Extent::Own) />
                <Button label=say(app, |words| words.erase_all) kind=ButtonKind::Secondary icon=IconName::Trash disabled_reason=others_hold on_press=ask(Extent::All) />
            </div>
            <Dialog
                open=Signal::derive(move || asking.get().is_some())
                on_close=Callback::new(move |()| asking.set(None))
                title=say(app, |words| words.erase_question)
                close_label=app.say(|words| words.close)
                actions=ViewFn::from(move || view! {
                    <Button label=say(app, |words| words.erase_keep) on_press=Callback::new(move |()| asking.set(None)) />
                    {(app.only_here() > 0).then(|| view! { <Button label=say(app, |words| words.export_first) kind=ButtonKind::Secondary on_press=Callback::new(move |()| export_all(app)) /> })}
                    <Button label=say(app, |words| words.erase_now) kind=ButtonKind::Danger disabled_reason=blocked on_press=erase />
                })
            >
                {live(move || {
                    let words = device_words(app);
                    let effect = if asking.get() == Some(Extent::All) { words.erase_all_effect } else { words.erase_own_effect };
                    view! { <p>{effect}</p> }
                })}
                {live(move || {
                    let (language, words) = (app.language.get(), device_words(app));
                    if only_here() == 0 {
                        return view! { <p>{words.nothing_unsent}</p> }.into_any();
                    }
                    view! {
                        <p><strong>{words.erase_loses} " " {sentences::unsent(language, app.unsent())} ", " {app.drafts.read().len()} " " {app.words().drafts_word} ", " {app.shared.read().len()} " " {words.erase_shared} "."</strong></p>
                        <CheckRow id="understood" label=say(app, |words| words.erase_understood) checked=understood on_change=Callback::new(move |on| understood.set(on)) />
                    }.into_any()
                })}
            </Dialog>
        </section>
    }
}
