//! *Hari ini*: what goes on with, what waits, and the cases that came last.

use crate::components::live::{each, entry, live};
use leptos::prelude::*;

use crate::components::empty_state::EmptyState;
use crate::components::icon::IconName;
use crate::components::link_button::LinkButton;
use crate::components::page_header::PageHeader;
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::domain::draft::Draft;
use crate::domain::rule_set::DefinitionRef;
use crate::i18n::format;
use crate::pages::cases::CaseRows;
use crate::pages::draft::page_title;
use crate::routes::Route;
use crate::state::AppState;
use crate::state::drafts::FIRST_ACT;
use crate::store::record::OutboxState;

/// Cases shown at home; the rest is one press away.
const NEWEST: usize = 5;

/// The page.
#[component]
pub fn Home(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = app.say(|words| words.nav_today);
    page_title(app, title);
    let caption = Signal::derive(move || Some(format::date(app.language.get(), app.now.get().in_zone(app.zone()).date)));
    let nothing = move || app.drafts.read().is_empty() && app.outbox.read().is_empty() && app.cases.read().is_empty();
    view! {
        <div class="page">
            <PageHeader title caption />
            {live(move || nothing().then(|| view! {
                <EmptyState text=app.words().nothing_here icon=IconName::Note>
                    <p class="muted">{app.words().nothing_here_help}</p>
                </EmptyState>
            }))}
            <Waiting app />
            {live(move || (!app.drafts.read().is_empty()).then(|| view! {
                <section class="section">
                    <h2 class="section__title">{app.words().continue_drafts}</h2>
                    <ul class="row-list">
                        {each(move || {
                            app.drafts.get().into_iter().rev().map(|draft| entry(format!("{} {}", draft.id, draft.version), move || draft_row(app, draft.clone()))).collect()
                        })}
                    </ul>
                </section>
            }))}
            {live(move || (!app.cases.read().is_empty() || !app.outbox.read().is_empty()).then(|| view! {
                <section class="section">
                    <h2 class="section__title">{app.words().newest_cases}</h2>
                    <CaseRows app limit=NEWEST />
                    <p><a href=Route::Cases.path()>{app.words().all_cases}</a></p>
                </section>
            }))}
            <div class="action-bar">
                <LinkButton label=app.say(|words| words.new_petition) href=Route::NewPetition.path() icon=IconName::Plus />
            </div>
        </div>
    }
}

/// What has not reached the server, in one line that leads to it.
#[component]
fn Waiting(app: AppState) -> impl IntoView {
    live(move || {
        let words = app.words();
        let outbox = app.outbox.read();
        let parked = outbox.iter().filter(|entry| entry.state != OutboxState::Waiting).count();
        let waiting = outbox.len() - parked;
        (!outbox.is_empty()).then(|| {
            view! {
                <section class="section">
                    <h2 class="section__title">{words.nav_outbox}</h2>
                    <ul class="row-list">
                        <li class="row">
                            <div class="row__body">
                                <a class="row__title row__link" href=Route::Outbox.path()>{words.not_yet_at_server}</a>
                            </div>
                            <div class="row__side">
                                {(waiting > 0).then(|| view! { <Tag label=format!("{waiting} {}", words.state_waiting) tone=Tone::Info icon=IconName::Outbox /> })}
                                {(parked > 0).then(|| view! { <Tag label=format!("{parked} {}", words.state_parked) tone=Tone::Danger icon=IconName::Alert /> })}
                            </div>
                        </li>
                    </ul>
                </section>
            }
        })
    })
}

fn draft_row(app: AppState, draft: Draft) -> impl IntoView {
    let petitioner = draft.answers.rows("petitioner").first().map(|row| row.fields.text("name").trim().to_owned()).unwrap_or_default();
    let object = draft.answers.text("object_number").trim().to_owned();
    let code = untrack(|| app.case(draft.case)).map_or_else(|| draft.case.provisional_code(), |case| case.name());
    // To the very field where the person stopped.
    let href = match &draft.focus {
        Some(focus) => Route::Section(draft.id, focus.group.clone()).path(),
        None => Route::Draft(draft.id).path(),
    };
    let changed = draft.changed_at;
    let (act, pin) = (draft.act.clone(), draft.rules.clone());
    let corrects = draft.corrects.is_some();
    view! {
        <li class="row">
            <div class="row__body">
                <a class="row__title row__link" href=href>
                    {live(move || match act_label(app, &act, &pin) {
                        Some(label) => label,
                        None if petitioner.is_empty() => app.words().petitioner_unnamed.to_owned(),
                        None => petitioner.clone(),
                    })}
                </a>
                <p class="row__line">{code} {(!object.is_empty()).then(|| format!(" · {object}"))}</p>
                <p class="row__line">
                    {app.say(|words| words.saved_on_device)} " " {live(move || format::ago(app.language.get(), changed, app.now.get()))}
                </p>
            </div>
            <div class="row__side">
                <Tag label=Signal::derive(move || (if corrects { app.words().correction } else { app.words().draft }).to_owned()) />
            </div>
        </li>
    }
}

/// The act of a draft, as its button says; `None` for the act that begins a case.
fn act_label(app: AppState, act: &str, pin: &DefinitionRef) -> Option<String> {
    let rule = app.book().set(pin)?.value.act.get(act).filter(|_| act != FIRST_ACT)?;
    Some(app.language.get().text(&rule.label).to_owned())
}
