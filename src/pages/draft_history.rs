//! *Nama dan riwayat draf*: what its author calls a draft, other drafts for the same act, and its earlier versions, any of which can be
//! brought back without losing the present one.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::case_parts::{case_words, say};
use crate::components::back_link::BackLink;
use crate::components::button::{Button, ButtonKind};
use crate::components::details::Details;
use crate::components::icon::IconName;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::text_field::TextField;
use crate::domain::changes::changes;
use crate::domain::draft::{Draft, MOST_KEPT};
use crate::domain::form::fields_in_order;
use crate::domain::id::DraftId;
use crate::domain::rule_set::RuleSet;
use crate::domain::text::clean;
use crate::i18n::{format, sentences};
use crate::pages::case_timeline::changed_view;
use crate::pages::draft::page_title;
use crate::pages::not_found::NotFoundBody;
use crate::pages::outbox::act_title;
use crate::routes::Route;
use crate::state::{AppState, drafts};
use crate::store::{LocalStore, StoreError};

/// The longest name that is taken, in characters.
const LONGEST_NAME: usize = 80;

/// The page.
#[component]
pub fn DraftHistoryPage(
    /// The app.
    app: AppState,
    /// The draft.
    id: DraftId,
) -> impl IntoView {
    let draft = Memo::new(move |_| app.drafts.with(|drafts| drafts.iter().find(|draft| draft.id == id).cloned()));
    let known = Memo::new(move |_| draft.with(Option::is_some));
    live(move || match known.get() {
        false => view! { <div class="page"><NotFoundBody app /></div> }.into_any(),
        true => view! { <Body app id draft /> }.into_any(),
    })
}

#[component]
fn Body(app: AppState, id: DraftId, draft: Memo<Option<Draft>>) -> impl IntoView {
    let title = say(app, |words| words.draft_page);
    page_title(app, title);
    let caption = Signal::derive(move || draft.get().map(|draft| draft_title(app, &draft)));
    let typed = RwSignal::new(draft.with_untracked(|draft| draft.as_ref().map(|draft| draft.name.clone()).unwrap_or_default()));
    let told = move |error: StoreError| {
        let words = case_words(app);
        app.notify(match error {
            StoreError::Overtaken => words.written_elsewhere.to_owned(),
            error => sentences::store_error(app.language.get_untracked(), &error),
        });
    };
    let rename = Callback::new(move |()| {
        let name: String = clean(typed.get_untracked().trim(), false).text.chars().take(LONGEST_NAME).collect();
        spawn_local(async move {
            match drafts::rename(app, id, name).await {
                Ok(()) => app.notify(untrack(|| case_words(app).name_saved.to_owned())),
                Err(error) => untrack(|| told(error)),
            }
        });
    });
    let another = move |copy: bool| {
        Callback::new(move |()| {
            let Some(draft) = draft.get_untracked() else { return };
            spawn_local(async move {
                match drafts::begin_another(app, &draft, copy).await {
                    Ok(id) => app.navigation.go(&Route::Draft(id)),
                    Err(error) => untrack(|| told(error)),
                }
            });
        })
    };
    let others = move || {
        let own = draft.get()?;
        let same = |other: &&Draft| other.id != id && other.act == own.act && (other.case == own.case || own.act == drafts::FIRST_ACT);
        let rows: Vec<AnyView> = app.drafts.with(|all| all.iter().filter(same).map(|draft| other_row(app, draft)).collect());
        Some(if rows.is_empty() {
            view! { <p class="muted">{case_words(app).no_other_drafts}</p> }.into_any()
        } else {
            view! { <ul class="row-list">{rows}</ul> }.into_any()
        })
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        rename.run(());
    };
    view! {
        <div class="page">
            <BackLink label=say(app, |words| words.open_draft) href=Route::Draft(id).path() />
            <PageHeader title caption lead=Signal::derive(move || Some(case_words(app).draft_page_lead.to_owned())) />
            <form class="stack" on:submit=submit>
                <TextField
                    id="draft-name"
                    label=say(app, |words| words.draft_name)
                    hint=Signal::derive(move || Some(case_words(app).draft_name_hint.to_owned()))
                    value=typed
                    on_input=Callback::new(move |text| typed.set(text))
                    autocomplete="off"
                />
                <Button label=say(app, |words| words.save_name) kind=ButtonKind::Secondary submit=true />
            </form>
            <section class="section">
                <h2 class="section__title">{say(app, |words| words.versions)}</h2>
                <p class="muted">{live(move || format!("{} {MOST_KEPT}.", case_words(app).versions_kept))}</p>
                <Versions app id draft told=Callback::new(told) />
            </section>
            <section class="section">
                <h2 class="section__title">{say(app, |words| words.other_drafts)}</h2>
                {live(others)}
                <div class="cluster">
                    <Button label=say(app, |words| words.another_draft) kind=ButtonKind::Secondary icon=IconName::Plus on_press=another(false) />
                    <Button label=say(app, |words| words.copy_draft) kind=ButtonKind::Secondary icon=IconName::Copy on_press=another(true) />
                </div>
            </section>
        </div>
    }
}

/// What a draft is called: its name, else what it is of.
fn draft_title(app: AppState, draft: &Draft) -> String {
    let title = act_title(app, &draft.rules, &draft.act, &draft.answers);
    if draft.name.is_empty() { title } else { format!("{} · {title}", draft.name) }
}

fn other_row(app: AppState, draft: &Draft) -> AnyView {
    let changed = format::instant_short(app.language.get(), draft.changed_at, app.zone());
    view! {
        <li class="row">
            <div class="row__body">
                <a class="row__title row__link" href=Route::Draft(draft.id).path()>{draft_title(app, draft)}</a>
                <p class="row__line">{app.words().saved_on_device} " " {changed}</p>
            </div>
        </li>
    }
    .into_any()
}

/// The versions, the newest first, each with what of it differs from the present one.
#[component]
fn Versions(app: AppState, id: DraftId, draft: Memo<Option<Draft>>, told: Callback<StoreError>) -> impl IntoView {
    let read = RwSignal::new(None::<Vec<Draft>>);
    let numbers = Memo::new(move |_| {
        draft.with(|draft| draft.as_ref().map(|draft| draft.kept.iter().map(|kept| kept.version).collect::<Vec<_>>()).unwrap_or_default())
    });
    Effect::new(move |_| {
        let numbers = numbers.get();
        spawn_local(async move {
            let Some(store) = app.store() else { return };
            let mut found = Vec::new();
            for number in numbers.into_iter().rev() {
                match store.version(id, number).await {
                    Ok(version) => found.extend(version),
                    Err(error) => told.run(error),
                }
            }
            let _ = read.try_set(Some(found));
        });
    });
    live(move || {
        let (Some(found), Some(present)) = (read.get(), draft.get()) else {
            return view! { <p class="muted">{app.words().opening}</p> }.into_any();
        };
        if found.is_empty() {
            return view! { <p class="muted">{case_words(app).no_versions}</p> }.into_any();
        }
        let set = app.book().set(&present.rules).map(|pinned| &pinned.value);
        let rows = found.into_iter().map(|version| version_row(app, set, version, &present, told)).collect_view();
        view! { <ul class="row-list">{rows}</ul> }.into_any()
    })
}

fn version_row(app: AppState, set: Option<&'static RuleSet>, version: Draft, present: &Draft, told: Callback<StoreError>) -> AnyView {
    let (language, words) = (app.language.get(), case_words(app));
    let form = set.and_then(|set| set.act.get(&version.act)).map(|act| act.form.as_str()).unwrap_or_default();
    let order: Vec<&str> = set.map(|set| fields_in_order(set, form).map(|(field, _)| field).collect()).unwrap_or_default();
    // From the present one back to it: what would be gone, and what would come.
    let changed = changes(&version.answers, &present.answers, order);
    let at = format::instant(language, version.changed_at, app.zone());
    let differs = if changed.is_empty() { words.same_as_now.to_owned() } else { format!("{} {}", changed.len(), words.differs_by) };
    let can = !changed.is_empty();
    let shown = set.filter(|_| can).map(|set| {
        let summary = differs.clone();
        view! { <Details summary open=false>{changed_view(app, app.zone(), set, form, &changed)}</Details> }
    });
    let plain = (!can).then(|| view! { <p class="row__line">{differs}</p> });
    let context = at.clone();
    let version = StoredValue::new(version);
    let bring_back = Callback::new(move |()| {
        let version = version.get_value();
        spawn_local(async move {
            match drafts::bring_back(app, version.id, &version).await {
                Ok(()) => app.notify(untrack(|| case_words(app).brought_back.to_owned())),
                Err(error) => told.run(error),
            }
        });
    });
    view! {
        <li class="row">
            <div class="row__body">
                <p class="row__title">{at}</p>
                {plain} {shown}
            </div>
            <div class="row__side">
                {can.then(|| view! { <Button label=words.bring_back context=Some(context) kind=ButtonKind::Secondary icon=IconName::Clock on_press=bring_back /> })}
            </div>
        </li>
    }
    .into_any()
}
