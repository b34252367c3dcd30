//! The frame every field stands in – label, hint, the field, error, in that order – and the two
//! things that all text inputs share: what describes them, and following a signal.

use leptos::html;
use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::live::live;

/// How wide a field is drawn: its width tells how much is expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldWidth {
    /// As wide as the column of text.
    #[default]
    Full,
    /// Sixteen digits in groups.
    Nik,
    /// A typed date.
    Date,
    /// A time, a count, a short code.
    Short,
}

impl FieldWidth {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Full => "input",
            Self::Nik => "input input--nik",
            Self::Date => "input input--date",
            Self::Short => "input input--short",
        }
    }
}

/// The value for `aria-describedby` of the field `id`: its hint and error where they are shown, then
/// the ids in `also`.
pub fn described_by(id: &str, hint: Signal<Option<String>>, error: Signal<Option<String>>, also: Vec<String>) -> Signal<Option<String>> {
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    Signal::derive(move || {
        let hint_id = hint.with(Option::is_some).then(|| hint_id.clone());
        let error_id = error.with(Option::is_some).then(|| error_id.clone());
        let ids: Vec<String> = hint_id.into_iter().chain(error_id).chain(also.clone()).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    })
}

/// Keeps an input showing `value`. It writes only where the text differs, because writing the same
/// text again moves the caret in some browsers and breaks a word being composed on a phone keyboard.
pub(crate) fn follow_value(input: NodeRef<html::Input>, value: Signal<String>) {
    Effect::new(move |_| {
        let text = value.get();
        if let Some(input) = input.get()
            && input.value() != text
        {
            input.set_value(&text);
        }
    });
}

/// One field with the words around it. `id` is the id of the control inside; `mark` is the word
/// after the label ("(opsional)"). The control sets its own `aria-describedby` from
/// [`described_by`].
#[component]
pub fn Field(
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] mark: Signal<Option<String>>,
    #[prop(optional, into)] hint: Signal<Option<String>>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="field" class:field--invalid=move || error.with(Option::is_some)>
            <label class="field__label" for=id.clone()>
                {label}
                <FieldMark mark=mark />
            </label>
            <FieldHint id=id.clone() hint=hint />
            {children()}
            <FieldError id=id error=error />
        </div>
    }
}

/// The word after a label that marks the exception ("(opsional)").
#[component]
pub fn FieldMark(mark: Signal<Option<String>>) -> impl IntoView {
    live(move || mark.get().map(|text| view! { <span class="field__mark">" "{text}</span> }))
}

/// The hint of the field `id`, under its label.
#[component]
pub fn FieldHint(#[prop(into)] id: String, hint: Signal<Option<String>>) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    live(move || {
        hint.get().map(|text| {
            view! {
                <p class="field__hint" id=hint_id.clone()>
                    {text}
                </p>
            }
        })
    })
}

/// The error of the field `id`, under the control, in the same words as in the summary.
#[component]
pub fn FieldError(#[prop(into)] id: String, error: Signal<Option<String>>) -> impl IntoView {
    let error_id = format!("{id}-error");
    live(move || {
        error.get().map(|text| {
            view! {
                <p class="field__error" id=error_id.clone()>
                    <Icon name=IconName::Alert />
                    <span>{text}</span>
                </p>
            }
        })
    })
}
