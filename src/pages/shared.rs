//! *Berkas dari aplikasi lain*: what was handed over by *Bagikan*, and the drafts that it can be added to.

use leptos::prelude::*;

use super::draft::{page_title, say_draft};
use super::home::draft_row;
use crate::components::banner::{Announce, Banner};
use crate::components::button::{Button, ButtonKind};
use crate::components::empty_state::EmptyState;
use crate::components::file_row::{FileList, FileRow};
use crate::components::icon::IconName;
use crate::components::link_button::LinkButton;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::tone::Tone;
use crate::domain::query;
use crate::i18n::format;
use crate::i18n::messages::DraftMessages;
use crate::routes::Route;
use crate::state::{AppState, shared};

/// In the address where not all of them could be taken in, with the name of the reason; as in `public/service-worker.js`.
const LEFT: &str = "left";

/// The page.
#[component]
pub fn SharedPage(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = say_draft(app, |words| words.shared_title);
    page_title(app, title);
    shared::look(app);
    let some = Memo::new(move |_| !app.shared.read().is_empty());
    // Told once: the address of a page that is loaded again says nothing of it any more.
    let left = app.navigation.query.with_untracked(|query| query::value(query, LEFT));
    if !left.is_empty() {
        app.navigation.show("");
    }
    let why: Option<fn(&'static DraftMessages) -> &'static str> = match left.as_str() {
        "" => None,
        "QuotaExceededError" => Some(|words| words.shared_left),
        _ => Some(|words| words.shared_refused),
    };
    view! {
        <div class="page">
            <PageHeader title lead=Signal::derive(move || some.get().then(|| say_draft(app, |words| words.shared_lead).get())) />
            {why.map(|why| view! { <Banner tone=Tone::Warning announce=Announce::AtOnce title=say_draft(app, why) /> })}
            {live(move || if some.get() {
                view! { <Waiting app /> }.into_any()
            } else {
                view! { <EmptyState text=say_draft(app, |words| words.shared_none) icon=IconName::File /> }.into_any()
            })}
        </div>
    }
}

#[component]
fn Waiting(app: AppState) -> impl IntoView {
    let rows = move || {
        app.shared.get().into_iter().map(move |file| {
            let (name, size) = (file.name.clone(), file.size);
            let remove = Callback::new(move |()| {
                let message = format!("{} {}", file.name, app.words_untracked().was_removed);
                app.notify_with_undo(message, shared::put_away(app, file.clone()));
            });
            view! {
                <FileRow
                    name=name.clone()
                    detail=Signal::derive(move || Some(format::bytes(app.language.get(), size)))
                    status=app.say_some(|words| words.file_on_device)
                    icon=IconName::File
                >
                    <Button
                        label=app.say(|words| words.remove)
                        context=Signal::stored(Some(name))
                        kind=ButtonKind::Quiet
                        icon=IconName::Trash
                        on_press=remove
                    />
                </FileRow>
            }
        })
    };
    let drafts = move || {
        app.drafts.get().into_iter().rev().filter_map(move |draft| {
            let set = app.book().set(&draft.rules)?;
            let section = shared::section_for_files(&set.value, &set.value.act.get(&draft.act)?.form)?.to_owned();
            let to = Route::Section(draft.id, section);
            Some(view! { {draft_row(app, draft, Some(to))} })
        })
    };
    view! {
        <section class="section">
            <FileList label=say_draft(app, |words| words.shared_title)>{live(move || rows().collect_view())}</FileList>
        </section>
        <section class="section stack">
            <h2 class="section__title">{say_draft(app, |words| words.shared_where)}</h2>
            {live(move || (!app.drafts.read().is_empty()).then(|| view! { <ul class="row-list">{drafts().collect_view()}</ul> }))}
            <LinkButton label=app.say(|words| words.new_petition) href=Route::NewPetition.path() />
        </section>
    }
}
