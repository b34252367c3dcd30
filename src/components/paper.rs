//! A legal paper as an object: a sheet in the proportion of A4 on screen, the sheet itself in print.
//! The only place where a serif face is used.

use super::live::live;
use leptos::prelude::*;

/// A sheet. `label` names it for screen readers; `watermark` is laid across it ("LATIHAN"), on screen
/// and in print.
#[component]
pub fn Paper(
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] watermark: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    view! {
        <article class="sheet" aria-label=label>
            {live(move || {
                watermark.get().map(|text| view! { <p class="sheet__watermark" aria-hidden="true">{text}</p> })
            })}
            <div class="sheet__body">{children()}</div>
        </article>
    }
}
