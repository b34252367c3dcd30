//! *Tampilan untuk publik*: what everybody may read of a case, or could read once a draft is recorded. Made by the function by
//! which a server publishes (`papers::published`), so that what is shown here is what appears there.

use leptos::prelude::*;

use crate::components::back_link::BackLink;
use crate::components::banner::{Announce, Banner};
use crate::components::empty_state::EmptyState;
use crate::components::icon::IconName;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::domain::id::{CaseId, DraftId};
use crate::domain::public::PublicView;
use crate::i18n::admin::DeviceMessages;
use crate::i18n::messages::PublicMessages;
use crate::pages::device::{device_words, say};
use crate::pages::draft::page_title;
use crate::pages::not_found::NotFound;
use crate::pages::public::row;
use crate::papers::published::{Published, published};
use crate::routes::Route;
use crate::state::{AppState, submit};

/// Of a case as it is.
pub fn case_page(app: AppState, id: CaseId) -> AnyView {
    let title = say(app, |words| words.public_of_case);
    page_title(app, title);
    view! {
        <div class="page">
            <BackLink label=app.say(|words| words.previous) href=Route::Case(id).path() />
            <PageHeader title lead=Signal::derive(move || Some(device_words(app).public_lead.to_owned())) />
            {live(move || {
                let words = device_words(app);
                let Some(case) = app.case(id) else { return view! { <NotFound app /> }.into_any() };
                let office = case.office.as_ref().and_then(|code| app.office(code));
                let rules = case.rules.as_ref().and_then(|pin| app.book().set(pin));
                let all = rules.zip(office).map(|(rules, office)| published(&case, &rules.value, &office)).unwrap_or_default();
                let waits = app.outbox.read().iter().any(|entry| entry.is_of(id));
                view! {
                    {waits.then(|| view! { <Banner title=words.public_waits tone=Tone::Info announce=Announce::No><span></span></Banner> })}
                    {lists(app, &all, &[], words.public_nothing)}
                }.into_any()
            })}
        </div>
    }
    .into_any()
}

/// Of the case of a draft, once that is recorded.
pub fn draft_page(app: AppState, id: DraftId) -> AnyView {
    let title = say(app, |words| words.public_of_case);
    page_title(app, title);
    view! {
        <div class="page">
            <BackLink label=app.say(|words| words.check_answers) href=Route::Check(id).path() />
            <PageHeader title lead=Signal::derive(move || Some(device_words(app).public_lead.to_owned())) />
            {live(move || {
                let words = device_words(app);
                let draft = app.drafts.with(|drafts| drafts.iter().find(|draft| draft.id == id).cloned());
                let Some(draft) = draft else { return view! { <NotFound app /> }.into_any() };
                let Some(after) = submit::as_recorded(app, &draft) else { return view! { <p>{words.public_not_yet}</p> }.into_any() };
                let office = after.office.as_ref().and_then(|code| app.office(code));
                let rules = after.rules.as_ref().and_then(|pin| app.book().set(pin));
                let Some((rules, office)) = rules.zip(office) else { return view! { <p>{words.public_nothing_new}</p> }.into_any() };
                let before = app.case(draft.case).map(|case| published(&case, &rules.value, &office)).unwrap_or_default();
                let all = published(&after, &rules.value, &office);
                let nothing_new = all == before;
                view! {
                    <p>{words.public_if_recorded}</p>
                    {nothing_new.then(|| view! { <p class="muted">{words.public_nothing_new}</p> })}
                    {lists(app, &all, &before, words.public_nothing)}
                }.into_any()
            })}
        </div>
    }
    .into_any()
}

/// The entries by their lists; those that are not among `before` are marked, unless there is nothing to hold them against.
fn lists(app: AppState, all: &[Published], before: &[Published], nothing: &'static str) -> AnyView {
    if all.is_empty() {
        return view! { <EmptyState text=nothing icon=IconName::Lock /> }.into_any();
    }
    let titles = PublicMessages::of(app.language.get());
    let words: &'static DeviceMessages = device_words(app);
    PublicView::ALL
        .into_iter()
        .filter_map(|view| {
            let of_view: Vec<&Published> = all.iter().filter(|each| each.view == view).collect();
            if of_view.is_empty() {
                return None;
            }
            let title = match view {
                PublicView::Petitions => titles.petitions,
                PublicView::Hearings => titles.hearings,
                PublicView::Decisions => titles.decisions,
            };
            let marked = !before.is_empty() || all.len() > before.len();
            let rows: Vec<AnyView> = of_view
                .into_iter()
                .map(|each| {
                    let new = marked && !before.contains(each);
                    view! { {row(app, view, &each.entry)} {new.then(|| view! { <li class="row"><Tag label=words.public_new tone=Tone::Warning /></li> })} }.into_any()
                })
                .collect();
            Some(view! {
                <section class="section stack">
                    <h2 class="section__title">{title}</h2>
                    <ul class="row-list">{rows}</ul>
                </section>
            })
        })
        .collect_view()
        .into_any()
}
