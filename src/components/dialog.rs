//! A question that must be answered before going on, in the browser's own modal dialog, which keeps the
//! focus inside, closes by Esc and gives the focus back to where it came from.

use leptos::html;
use leptos::prelude::*;

use super::icon::IconName;
use super::icon_button::IconButton;
use super::live::live;
use super::unique_id;

/// A modal dialog, shown while `open` is true. `on_close` runs when the reader closes it (Esc, the
/// close button, Android's back gesture) and must set `open` to false. Children and `actions` are
/// made anew each time it opens. The focus starts on the title, so that Enter confirms nothing
/// unread.
#[component]
pub fn Dialog(
    #[prop(into)] open: Signal<bool>,
    on_close: Callback<()>,
    #[prop(into)] title: Signal<String>,
    #[prop(into)] close_label: Signal<String>,
    #[prop(optional, into)] actions: ViewFn,
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let wanted = open.get();
        let Some(dialog) = dialog.get() else { return };
        if wanted && !dialog.open() {
            // Fails only for a dialog that is not in the page; there is nothing to show then.
            let _ = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    // A page left by the router takes its dialog away while it is open: closing it first is what
    // gives the focus back and lifts the inertness of the rest.
    on_cleanup(move || {
        if let Some(dialog) = dialog.try_get_untracked().flatten()
            && dialog.open()
        {
            dialog.close();
        }
    });
    let closed = move |_| {
        if open.get_untracked() {
            on_close.run(());
        }
    };
    let title_id = unique_id("dialog");
    let labelled_by = title_id.clone();
    // Setting `open` to what it is already makes nothing anew.
    let shown = Memo::new(move |_| open.get());

    view! {
        <dialog node_ref=dialog class="dialog" aria-labelledby=labelled_by on:close=closed>
            <div class="dialog__head">
                <h2 class="dialog__title" id=title_id tabindex="-1" autofocus>
                    {title}
                </h2>
                <IconButton label=close_label icon=IconName::Close on_press=on_close />
            </div>
            {live(move || {
                shown.get().then(|| view! {
                    <div class="dialog__body">{children()}</div>
                    <div class="dialog__acts">{actions.run()}</div>
                })
            })}
        </dialog>
    }
}
