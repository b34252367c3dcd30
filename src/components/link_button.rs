//! A link that looks like a button: it goes somewhere, so it stays an anchor that can be opened in a
//! new tab, copied and read as a link.

use super::live::live;
use leptos::prelude::*;

use super::button::ButtonKind;
use super::icon::{Icon, IconName};

/// A link to a page of the app (the router picks up the press) or, with `download`, to a file.
#[component]
pub fn LinkButton(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] href: Signal<String>,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] icon: Option<IconName>,
    #[prop(optional, into)] context: Signal<Option<String>>,
    #[prop(optional, into)] id: Option<String>,
    /// The file name to save under; makes the link a download.
    #[prop(optional, into)]
    download: Option<String>,
) -> impl IntoView {
    view! {
        <a id=id class=kind.class() href=href download=download>
            {icon.map(|name| view! { <Icon name=name /> })}
            <span class="button__label">
                {label}
                {live(move || {
                    context
                        .get()
                        .map(|text| view! { <span class="visually-hidden">" "{text}</span> })
                })}
            </span>
        </a>
    }
}
