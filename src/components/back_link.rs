//! The way back up, above the title.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// A link to the page above, named for it ("Perkara", not "Kembali", where there is a name).
#[component]
pub fn BackLink(#[prop(into)] label: Signal<String>, #[prop(into)] href: Signal<String>) -> impl IntoView {
    view! {
        <a class="back-link" href=href>
            <Icon name=IconName::Back />
            <span>{label}</span>
        </a>
    }
}
