//! No such page: says so and leads home.

use leptos::prelude::*;

use crate::components::link_button::LinkButton;
use crate::components::page_header::PageHeader;
use crate::pages::draft::page_title;
use crate::routes::Route;
use crate::state::AppState;

/// The page.
#[component]
pub fn NotFound(
    /// The app.
    app: AppState,
) -> impl IntoView {
    view! { <div class="page"><NotFoundBody app /></div> }
}

/// What stands on it.
#[component]
pub fn NotFoundBody(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = Signal::derive(move || app.words().not_found.to_owned());
    page_title(app, title);
    view! {
        <PageHeader title />
        <p>{move || app.words().not_found_help}</p>
        <LinkButton label=Signal::derive(move || app.words().to_home.to_owned()) href=Route::Home.path() />
    }
}
