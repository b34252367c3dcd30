//! Pieces of screen that know no case, no language and no server. Every word arrives as a prop, as a
//! signal where the language may change under it; what a press means is the caller's callback. Each
//! file has its style in `style/components/` under the same name.

#![expect(missing_docs, reason = "each prop is explained where the component is; the macro repeats it as a field of its own")]

use std::cell::Cell;

use leptos::prelude::*;

pub mod back_link;
pub mod banner;
pub mod breakable;
pub mod button;
pub mod check_row;
pub mod choice_group;
pub mod date_field;
pub mod day_strip;
pub mod deadline;
pub mod details;
pub mod dialog;
pub mod empty_state;
pub mod error_summary;
pub mod field;
pub mod file_picker;
pub mod file_row;
pub mod icon;
pub mod icon_button;
pub mod identity_bar;
pub mod link_button;
pub mod live;
pub mod mark;
pub mod page_header;
pub mod paper;
pub mod progress_bar;
pub mod save_state;
pub mod select_field;
pub mod skeleton;
pub mod summary_card;
pub mod summary_list;
pub mod tag;
pub mod task_list;
pub mod term;
pub mod text_area;
pub mod text_field;
pub mod time_field;
pub mod timeline;
pub mod toast;
pub mod tone;

/// Tells the owner of a field that it was left. A browser also says so of a focused field that is taken away with its page, when
/// nobody listens any more.
pub(crate) fn tell(callback: Callback<()>) {
    let _ = callback.try_run(());
}

/// A callback that does nothing: the default of every optional `on_…` prop, so that one component can
/// hand its callbacks on to another without unwrapping them.
pub fn ignore<T: 'static>() -> Callback<T> {
    Callback::new(|_| ())
}

/// An element id that no other element of this page load has. For what only the component itself
/// refers to (`aria-describedby`); what an error links to is named by the caller.
pub(crate) fn unique_id(prefix: &str) -> String {
    thread_local! {
        static NEXT: Cell<u32> = const { Cell::new(0) };
    }
    let number = NEXT.get();
    NEXT.set(number.wrapping_add(1));
    format!("{prefix}-{number}")
}
