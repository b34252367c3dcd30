//! The frame of what is still being read, so that the page does not jump when it arrives.

use leptos::prelude::*;

/// Grey lines in place of text. `label` is what screen readers are told ("Memuat daftar perkara").
/// It appears only after 300 ms (in its style): what comes sooner needs no placeholder.
#[component]
pub fn Skeleton(#[prop(into)] label: Signal<String>, #[prop(default = 3)] lines: u8) -> impl IntoView {
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">{label}</span>
            {(0..lines).map(|_| view! { <span class="skeleton__line"></span> }).collect_view()}
        </div>
    }
}
