//! The title of a page, and the focus after a change of page: a reader who cannot see the screen change
//! hears the new title.

use std::cell::RefCell;

use super::breakable::Breakable;
use super::live::live;
use leptos::html;
use leptos::prelude::*;

/// The page's one `<h1>`. `caption` is the small line above it (a register number, a step count),
/// `lead` one sentence below it, children what stands beside or under it (save state, acts).
#[component]
pub fn PageHeader(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] caption: Signal<Option<String>>,
    #[prop(optional, into)] lead: Signal<Option<String>>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            // The address bar follows a press on a link a moment after the page.
            request_animation_frame(move || {
                if is_change_of_page() {
                    // "Back" has put the page where it was: the title takes the focus without being scrolled to.
                    let options = web_sys::FocusOptions::new();
                    options.set_prevent_scroll(true);
                    // Refused only by an element that has left the page again.
                    let _ = heading.focus_with_options(&options);
                }
            });
        }
    });

    view! {
        <header class="page-header">
            <div class="page-header__words">
                {live(move || caption.get().map(|text| view! { <p class="page-header__caption">{text}</p> }))}
                <h1 node_ref=heading class="page-header__title" tabindex="-1">
                    {live(move || view! { <Breakable text=title.get() /> })}
                </h1>
                {live(move || lead.get().map(|text| view! { <p class="page-header__lead">{text}</p> }))}
            </div>
            {children.map(|children| view! { <div class="page-header__side">{children()}</div> })}
        </header>
    }
}

/// Whether this is the first title under the page's path, and not the first of the page load: a title
/// that is drawn again under the same path must not take the focus from a field, and after a load that the
/// person asked for the browser has put the reader at the top already.
fn is_change_of_page() -> bool {
    let path = window().location().pathname().unwrap_or_default();
    LAST_PATH.with_borrow_mut(|last| {
        let changed = last.as_ref().is_some_and(|last| *last != path);
        *last = Some(path);
        changed
    })
}

thread_local! {
    static LAST_PATH: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The first title counts as a change of page: another program of the app was left for this one.
pub fn begin_with_a_change() {
    LAST_PATH.set(Some(String::new()));
}
