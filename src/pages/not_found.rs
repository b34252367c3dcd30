//! No such page: says so and leads home. What only the server may have yet is waited for first.

use leptos::prelude::*;

use crate::components::link_button::LinkButton;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::skeleton::Skeleton;
use crate::pages::draft::page_title;
use crate::routes::Route;
use crate::state::AppState;

/// The page.
#[component]
pub fn NotFound(
    /// The app.
    app: AppState,
) -> impl IntoView {
    view! { <div class="page">{nothing(app)}</div> }
}

/// What stands where something was looked for: the frame of it until the server was asked for news once, then that it is not there.
#[component]
pub fn NotFoundBody(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let awaited = Memo::new(move |_| app.sync.with(|view| view.last_pull.is_none() && view.trouble.is_none() && !view.follower));
    live(move || match awaited.get() {
        true => view! { <Skeleton label=app.say(|words| words.opening) /> }.into_any(),
        false => nothing(app),
    })
}

fn nothing(app: AppState) -> AnyView {
    let title = app.say(|words| words.not_found);
    page_title(app, title);
    view! {
        <PageHeader title />
        <p>{app.say(|words| words.not_found_help)}</p>
        <LinkButton label=app.say(|words| words.to_home) href=Route::Home.path() />
    }
    .into_any()
}
