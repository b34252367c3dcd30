//! Checkboxes: one statement that is true or not, alone or several under one question.

use super::live::live;
use leptos::prelude::*;

use super::field::{FieldError, FieldHint, FieldMark, described_by};

/// A checkbox with its label, the whole row a target.
#[component]
pub fn CheckRow(
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] checked: Signal<bool>,
    on_change: Callback<bool>,
    #[prop(optional, into)] hint: Signal<Option<String>>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let describes = described_by(&id, hint, error, Vec::new());
    let hint_id = format!("{id}-hint");

    view! {
        <div class="choice" class:choice--invalid=move || error.with(Option::is_some)>
            <input
                type="checkbox"
                class="choice__input"
                id=id.clone()
                prop:checked=checked
                disabled=disabled
                aria-describedby=describes
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                on:change=move |event| on_change.run(event_target_checked(&event))
            />
            <label class="choice__label" for=id.clone()>
                {label}
            </label>
            {live(move || {
                hint.get()
                    .map(|text| {
                        view! {
                            <p class="choice__hint" id=hint_id.clone()>
                                {text}
                            </p>
                        }
                    })
            })}
            <FieldError id=id error=error />
        </div>
    }
}

/// A question answered by any number of [`CheckRow`]s, given as children. An error links to the id of
/// the first row.
#[component]
pub fn CheckGroup(
    #[prop(into)] id: String,
    #[prop(into)] legend: Signal<String>,
    #[prop(optional, into)] mark: Signal<Option<String>>,
    #[prop(optional, into)] hint: Signal<Option<String>>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    let describes = described_by(&id, hint, error, Vec::new());
    view! {
        <fieldset
            class="field choice-group"
            class:field--invalid=move || error.with(Option::is_some)
            aria-describedby=describes
        >
            <legend class="field__label">
                {legend}
                <FieldMark mark=mark />
            </legend>
            <FieldHint id=id.clone() hint=hint />
            <div class="choice-group__rows">{children()}</div>
            <FieldError id=id error=error />
        </fieldset>
    }
}
