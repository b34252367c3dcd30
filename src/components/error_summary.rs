//! What stands between the officer and the next step, at the top of the form: each problem in the words
//! shown at its field, and a way to get there.

use super::live::live;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::icon::{Icon, IconName};
use super::unique_id;

/// One problem and the field that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The id of the field's control.
    pub field_id: String,
    /// The same words as at the field.
    pub message: String,
}

/// The list of problems; nothing while `problems` is empty. It takes the focus when it appears and
/// whenever `attempt` changes, so that pressing the button again with other mistakes is answered too.
#[component]
pub fn ErrorSummary(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] problems: Signal<Vec<Problem>>,
    #[prop(optional, into)] attempt: Signal<u32>,
) -> impl IntoView {
    let summary = NodeRef::<html::Section>::new();
    Effect::new(move |_| {
        attempt.track();
        if let Some(summary) = summary.get() {
            // Refused only by an element that has left the page, where there is nothing to show.
            let _ = summary.focus();
        }
    });

    let heading_id = unique_id("error-summary");
    let any = Memo::new(move |_| problems.with(|problems| !problems.is_empty()));

    view! {
        {live(move || {
            let heading_id = heading_id.clone();
            any.get().then(|| view! {
                <section
                    node_ref=summary
                    class="error-summary"
                    tabindex="-1"
                    aria-labelledby=heading_id.clone()
                >
                    <h2 class="error-summary__title" id=heading_id.clone()>
                        <Icon name=IconName::Alert />
                        <span>{title}</span>
                    </h2>
                    <ul class="error-summary__list">
                        {live(move || {
                            problems
                                .get()
                                .into_iter()
                                .map(|problem| {
                                    let Problem { field_id, message } = problem;
                                    let href = format!("#{field_id}");
                                    view! {
                                        <li>
                                            <a
                                                class="error-summary__link"
                                                href=href
                                                on:click=move |event| {
                                                    // The router would take the press for a change of page.
                                                    event.prevent_default();
                                                    go_to_field(&field_id);
                                                }
                                            >
                                                {message}
                                            </a>
                                        </li>
                                    }
                                })
                                .collect_view()
                        })}
                    </ul>
                </section>
            })
        })}
    }
}

/// Focuses the control `field_id` and brings it into view with its label, clear of the sticky bars
/// (`scroll-padding` in `style/base.css` keeps that room).
pub fn go_to_field(field_id: &str) {
    let Some(control) = document().get_element_by_id(field_id) else {
        return;
    };
    if let Some(control) = control.dyn_ref::<web_sys::HtmlElement>() {
        // Refused only by an element that cannot take focus; it is still brought into view below.
        let _ = control.focus();
    }
    let frame = control.closest(".field").ok().flatten().unwrap_or(control);
    frame.scroll_into_view();
}
