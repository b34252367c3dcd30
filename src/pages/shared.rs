//! *Berkas dari aplikasi lain*: what was handed over by *Bagikan*, and the drafts that it can be added to.

use leptos::prelude::*;
use leptos::task::spawn_local;

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
use crate::i18n::format;
use crate::routes::Route;
use crate::state::{AppState, shared};

/// In the address where the device had no room for all of them; as in `public/service-worker.js`.
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
    let left = Memo::new(move |_| app.navigation.query.read().starts_with(LEFT));
    view! {
        <div class="page">
            <PageHeader title lead=Signal::derive(move || some.get().then(|| say_draft(app, |words| words.shared_lead).get())) />
            {live(move || left.get().then(|| view! {
                <Banner tone=Tone::Warning announce=Announce::AtOnce title=say_draft(app, |words| words.shared_left) />
            }))}
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
                let file = file.clone();
                spawn_local(async move { shared::let_go(app, &file).await });
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
