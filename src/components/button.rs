//! The button. It is never simply dead: when an act may not be done it can still be reached and says
//! why, and while an act is under way a second press does nothing.

use super::live::live;
use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::{ignore, unique_id};

/// How much a button asks for attention. A screen has at most one primary act.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one next act of the screen.
    #[default]
    Primary,
    /// An act beside the primary one.
    Secondary,
    /// An act that is rarely wanted, or stands in a row with many like it.
    Quiet,
    /// An act that removes something or cannot be undone.
    Danger,
}

impl ButtonKind {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button--primary",
            Self::Secondary => "button button--secondary",
            Self::Quiet => "button button--quiet",
            Self::Danger => "button button--danger",
        }
    }
}

/// A button named by a verb of the act.
///
/// `disabled_reason` shows the reason under the button and ignores presses; `busy` ignores them too
/// and, where given, swaps in `busy_label`. `context` is read by screen readers after the label, for
/// rows of buttons with the same word ("Ubah" – "nama pemohon").
#[component]
pub fn Button(
    #[prop(into)] label: Signal<String>,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] icon: Option<IconName>,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] busy_label: Signal<Option<String>>,
    #[prop(optional, into)] disabled_reason: Signal<Option<String>>,
    #[prop(optional, into)] context: Signal<Option<String>>,
    #[prop(optional, into)] id: Option<String>,
    /// Submits the form around it; `on_press` still runs first.
    #[prop(optional)]
    submit: bool,
    #[prop(default = ignore())] on_press: Callback<()>,
) -> impl IntoView {
    let reason_id = unique_id("reason");
    let described_by = {
        let reason_id = reason_id.clone();
        move || disabled_reason.with(Option::is_some).then(|| reason_id.clone())
    };
    let inert = move || busy.get() || disabled_reason.with(Option::is_some);
    // Stopping the click here also stops a submit, since Enter in a field clicks the submit button.
    let press = move |event: web_sys::MouseEvent| {
        if busy.get_untracked() || disabled_reason.with_untracked(Option::is_some) {
            event.prevent_default();
            event.stop_propagation();
            return;
        }
        on_press.run(());
    };
    let words = live(move || busy.get().then(|| busy_label.get()).flatten().unwrap_or_else(|| label.get()));

    view! {
        <span class="act">
            <button
                type=if submit { "submit" } else { "button" }
                id=id
                class=kind.class()
                class:button--busy=busy
                aria-disabled=move || inert().then_some("true")
                aria-describedby=described_by
                on:click=press
            >
                {icon.map(|name| view! { <Icon name=name /> })}
                <span class="button__label">
                    {words}
                    {live(move || {
                        context
                            .get()
                            .map(|text| view! { <span class="visually-hidden">" "{text}</span> })
                    })}
                </span>
            </button>
            {live(move || {
                disabled_reason
                    .get()
                    .map(|text| {
                        view! {
                            <span class="act__reason" id=reason_id.clone()>
                                {text}
                            </span>
                        }
                    })
            })}
        </span>
    }
}
