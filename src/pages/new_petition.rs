//! *Permohonan baru*: which of the four tracks a petition follows.

use leptos::prelude::*;

use crate::components::page_header::PageHeader;
use crate::i18n::sentences;
use crate::pages::draft::{page_title, say_draft_some};
use crate::routes::Route;
use crate::state::AppState;

/// The page.
#[component]
pub fn ChooseTrack(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = app.say(|words| words.new_petition);
    page_title(app, title);
    view! {
        <div class="page">
            <PageHeader title lead=say_draft_some(app, |words| words.choose_track) />
            <ul class="row-list">
                {app.book().tracks()
                    .into_iter()
                    .map(|set| {
                        let title = Signal::derive(move || app.language.get().text(&set.value.title).to_owned());
                        let begins = Signal::derive(move || sentences::track_begins(app.language.get(), &set.pin.id));
                        view! {
                            <li class="row">
                                <div class="row__body">
                                    <a class="row__title row__link" href=Route::Begin(set.pin.id.clone()).path()>{title}</a>
                                    <p class="row__line">{begins}</p>
                                </div>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </div>
    }
}
