//! A filter in force, with the way to take it off.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// A removable filter. `remove_label` is the button's whole name ("Hapus saringan: Tahap Mediasi").
#[component]
pub fn Chip(#[prop(into)] label: Signal<String>, #[prop(into)] remove_label: Signal<String>, on_remove: Callback<()>) -> impl IntoView {
    view! {
        <button
            type="button"
            class="chip"
            aria-label=move || remove_label.get()
            on:click=move |_| on_remove.run(())
        >
            <span>{move || label.get()}</span>
            <Icon name=IconName::Close />
        </button>
    }
}
