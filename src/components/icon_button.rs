//! A square button that shows only an icon, for bars where words do not fit. Its name is still
//! required: it is what a screen reader says and what appears on hover.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::ignore;

/// An icon in a 48 px target. `pressed` is for a switch ("tampilkan"), `expanded` for what opens a
/// menu or panel; `None` leaves the state out.
#[component]
pub fn IconButton(
    #[prop(into)] label: Signal<String>,
    icon: IconName,
    #[prop(optional, into)] pressed: Signal<Option<bool>>,
    #[prop(optional, into)] expanded: Signal<Option<bool>>,
    #[prop(optional, into)] id: Option<String>,
    #[prop(default = ignore())] on_press: Callback<()>,
) -> impl IntoView {
    let spoken = |state: Option<bool>| state.map(|is| if is { "true" } else { "false" });
    view! {
        <button
            type="button"
            id=id
            class="icon-button"
            aria-label=label
            title=label
            aria-pressed=move || spoken(pressed.get())
            aria-expanded=move || spoken(expanded.get())
            on:click=move |_| on_press.run(())
        >
            <Icon name=icon />
        </button>
    }
}
