//! Long numbers and file names that may break after a stroke or an underscore, and so never in the middle
//! of a year. Copied text keeps its characters: the break is markup, not a character.

use leptos::prelude::*;

use super::live::live;

/// `text` with a place to break after each `/` and `_`.
#[component]
pub fn Breakable(#[prop(into)] text: Signal<String>) -> impl IntoView {
    live(move || text.with(|text| breakable(text)))
}

/// The same of a text that stays as it is.
pub fn breakable(text: &str) -> AnyView {
    text.split_inclusive(['/', '_']).map(|part| view! { {part.to_owned()} <wbr /> }).collect_view().into_any()
}
