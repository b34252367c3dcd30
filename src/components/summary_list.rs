//! Facts as pairs of name and value, with a way to change each: the check page and the case's summary.

use super::live::live;
use leptos::prelude::*;

/// The list around [`SummaryRow`]s. Below a section's title that names its cards already, they are not named again.
#[component]
pub fn SummaryList(#[prop(optional)] is_titled: bool, children: Children) -> impl IntoView {
    view! { <dl class=if is_titled { "summary-list summary-list--titled" } else { "summary-list" }>{children()}</dl> }
}

/// One fact. `value` is its text (line breaks are kept); children, where given, follow it and hold
/// what is not plain text. `missing` stands where there is no value: "Tidak diisi". With
/// `change_href` a link follows, named `change_label` and, for screen readers, `change_context`.
#[component]
pub fn SummaryRow(
    #[prop(into)] name: Signal<String>,
    #[prop(optional, into)] value: Signal<Option<String>>,
    #[prop(optional, into)] missing: Signal<Option<String>>,
    #[prop(optional, into)] change_href: Signal<Option<String>>,
    #[prop(optional, into)] change_label: Signal<String>,
    #[prop(optional, into)] change_context: Signal<Option<String>>,
    /// What is missing must be there: its words are the link.
    #[prop(optional)]
    must: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let has_children = children.is_some();
    let words = live(move || {
        match (value.get(), missing.get()) {
        (Some(text), _) => Some(view! { <span class="summary-list__text">{text}</span> }.into_any()),
        (None, Some(text)) if must && !has_children => {
            Some(view! { <a class="summary-list__missing summary-list__link" href=change_href.get()>{text} <span class="visually-hidden">": " {name}</span></a> }.into_any())
        }
        (None, Some(text)) if !has_children => Some(view! { <span class="summary-list__missing">{text}</span> }.into_any()),
        _ => None,
    }
    });

    view! {
        <div class="summary-list__row">
            <dt class="summary-list__name">{name}</dt>
            <dd class="summary-list__value">{words} {children.map(|children| children())}</dd>
            {live(move || {
                change_href
                    .get()
                    .map(|address| {
                        view! {
                            <dd class="summary-list__change">
                                <a class="summary-list__link" href=address>
                                    {change_label}
                                    <span class="visually-hidden">
                                        " "{live(move || change_context.get().unwrap_or_else(|| name.get()))}
                                    </span>
                                </a>
                            </dd>
                        }
                    })
            })}
        </div>
    }
}
