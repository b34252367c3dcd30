//! *Tanda terima*: the receipt that the petitioner takes home, on screen and in print. Before the server has answered it
//! says so and carries the provisional code.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::back_link::BackLink;
use crate::components::banner::{Announce, Banner};
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::IconName;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::tone::Tone;
use crate::domain::case::Case;
use crate::domain::id::CaseId;
use crate::i18n::{format, sentences};
use crate::pages::draft::page_title;
use crate::pages::not_found::NotFoundBody;
use crate::pages::paper_sheet::PaperSheet;
use crate::pages::papers::{PaperActs, Which, paper, paper_say, paper_words};
use crate::pages::settings::settings_words;
use crate::platform::{install, page, realm};
use crate::routes::Route;
use crate::state::{AppState, settings};

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
    let issued = Memo::new(move |_| {
        case.with(|case| {
            let case = case.as_ref()?;
            case.reception_number().or_else(|| case.register_number().flatten()).map(str::to_owned)
        })
    });
    let has_plenary = Memo::new(move |_| {
        let pin = case.with(|case| case.as_ref()?.rules.clone());
        pin.and_then(|pin| app.book().set(&pin)).is_some_and(|set| set.value.act.contains_key("plenary"))
    });
    let number = Memo::new(move |_| issued.get().unwrap_or_else(|| id.provisional_code()));
    page_title(app, Signal::derive(move || format!("{} {}", app.words().receipt, number.get())));
    let copy = Callback::new(move |()| {
        let text = number.get_untracked();
        spawn_local(async move {
            let done = page::copy(&text).await;
            let words = app.words_untracked();
            app.notify((if done { words.copied } else { words.copy_failed }).to_owned());
        });
    });
    let copy_what = Signal::derive(move || {
        let words = paper_words(app);
        (if issued.with(Option::is_some) { words.copy_number } else { words.copy_code }).to_owned()
    });
    let document = Memo::new(move |_| paper(app, id, Which::Receipt));
    let last_day = move || case.with(|case| Some(view! { <p>{filed(app, case.as_ref()?)?}</p> }));
    view! {
        <div class="page">
            <div class="no-print stack">
                <BackLink label=app.say(|words| words.to_case) href=Route::Case(id).path() />
                <PageHeader title=paper_say(app, |words| words.petition_received) caption=Signal::derive(move || Some(number.get()))>
                    <Button label=copy_what kind=ButtonKind::Quiet icon=IconName::Copy on_press=copy />
                </PageHeader>
                {live(move || {
                    let words = paper_words(app);
                    if issued.with(Option::is_some) {
                        let at = app.with_acts(id, |acts| acts.first().and_then(|act| act.recorded_at));
                        let since = at.map(|at| format!("{} {}. ", app.words().received_by_server, format::instant(app.language.get(), at, app.zone())));
                        view! { <Banner title=words.receipt_confirmed tone=Tone::Success><p>{since} {words.receipt_confirmed_help}</p></Banner> }
                    } else {
                        view! { <Banner title=words.receipt_provisional tone=Tone::Warning><p>{words.receipt_provisional_help}</p></Banner> }
                    }
                })}
                {live(last_day)}
                <h2>{paper_say(app, |words| words.what_next)}</h2>
                <ol>
                    <li>{paper_say(app, |words| words.next_hand_over)}</li>
                    {live(move || has_plenary.get().then(|| view! { <li>{paper_words(app).next_plenary}</li> }))}
                </ol>
                <PaperActs app document />
                <InstallOffer app />
            </div>
            {live(move || document.get().map(|document| view! { <PaperSheet document /> }))}
        </div>
    }
}

/// The first receipt is the moment to ask whether the app shall stay here: something of the officer's lies on the device. Asked until answered.
#[component]
fn InstallOffer(app: AppState) -> impl IntoView {
    let asked = RwSignal::new(settings::asked_to_install() || install::is_standalone() || realm::is_training());
    let answer = move |yes: bool| {
        settings::set_asked_to_install();
        asked.set(true);
        if yes {
            app.offer_install();
        }
    };
    live(move || {
        (app.installable.get() && !asked.get()).then(|| {
            let words = settings_words(app);
            view! {
                <Banner
                    title=words.install_title
                    tone=Tone::Info
                    announce=Announce::No
                    actions=ViewFn::from(move || view! {
                        <Button label=settings_words(app).install_now kind=ButtonKind::Secondary icon=IconName::Install on_press=Callback::new(move |()| answer(true)) />
                        <Button label=app.words().later kind=ButtonKind::Quiet on_press=Callback::new(move |()| answer(false)) />
                    })
                >
                    <p>{words.install_why}</p>
                </Banner>
            }
        })
    })
}

/// Whether it came in the window to file in, as far as every reading that was counted agrees. Whether that is so is the plenary's to say.
fn filed(app: AppState, case: &Case) -> Option<String> {
    let at = case.history.iter().find(|past| past.form.as_ref().is_some_and(|(form, _)| form == "petition"))?.at;
    let (language, words) = (app.language.get(), paper_words(app));
    let days = sentences::last_days(language, case.last_days("filing"))?;
    let closes = || case.dues.iter().filter(|((deadline, _), _)| deadline == "filing").map(|(_, due)| *due);
    let on = at.in_zone(app.zone_of(case.office.as_ref())).date;
    Some(if closes().all(|(_, closes)| at < closes) {
        format!("{} {days}.", words.filed_in_time)
    } else if closes().all(|(day, _)| day < on) {
        format!("{} {days}; {}.", words.filed_late, words.plenary_rules)
    } else {
        format!("{}: {days}; {}.", words.next_last_day, words.plenary_rules)
    })
}
