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
            aria-label=remove_label
            on:click=move |_| on_remove.run(())
        >
            <span>{label}</span>
            <Icon name=IconName::Close />
        </button>
    }
}
