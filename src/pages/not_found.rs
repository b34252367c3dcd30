//! No such page: says so and leads home. What only the server may have yet is waited for first.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::link_button::LinkButton;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::skeleton::Skeleton;
use crate::pages::draft::page_title;
use crate::platform::timer::sleep;
use crate::routes::Route;
use crate::state::AppState;

/// How long a tab that does not ask the server itself waits, in milliseconds.
const PATIENCE_MS: i32 = 2_000;

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
    // A tab that follows another one hears nothing of the server itself: it waits a moment for what the other one has.
    let late = RwSignal::new(false);
    spawn_local(async move {
        sleep(PATIENCE_MS).await;
        let _ = late.try_set(true);
    });
    let asking = move || app.sync.with(|view| view.last_pull.is_none() && view.trouble.is_none() && !(view.follower && late.get()));
    let awaited = Memo::new(move |_| asking());
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
