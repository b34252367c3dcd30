//! One answer out of a few, all of them visible: native radio buttons in a fieldset.

use super::live::live;
use leptos::prelude::*;

use super::field::{FieldError, FieldHint, FieldMark, described_by};
use super::{ignore, tell};

/// One answer that can be chosen.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What `on_change` is given. Never shown.
    pub value: String,
    /// The words of the answer.
    pub label: Signal<String>,
    /// What choosing it means, where the label does not say it.
    pub hint: Signal<Option<String>>,
}

impl Choice {
    /// An answer without a hint.
    pub fn new(value: impl Into<String>, label: impl Into<Signal<String>>) -> Self {
        Self { value: value.into(), label: label.into(), hint: Signal::default() }
    }

    /// The same answer with a hint under it.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<Signal<Option<String>>>) -> Self {
        Self { hint: hint.into(), ..self }
    }
}

/// A question with its answers. The first radio button has the id `id`, so that an error can link to
/// it; the others `id-1`, `id-2`, …. A `value` that no choice has leaves all of them unchosen.
#[component]
pub fn ChoiceGroup(
    #[prop(into)] id: String,
    #[prop(into)] legend: Signal<String>,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    #[prop(into)] value: Signal<String>,
    on_change: Callback<String>,
    #[prop(default = ignore())] on_blur: Callback<()>,
    #[prop(optional, into)] mark: Signal<Option<String>>,
    #[prop(optional, into)] hint: Signal<Option<String>>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let describes = described_by(&id, hint, error, Vec::new());
    let group = id.clone();
    let radios = live(move || {
        let group = group.clone();
        choices
            .get()
            .into_iter()
            .enumerate()
            .map(|(index, choice)| {
                let radio_id = if index == 0 { group.clone() } else { format!("{group}-{index}") };
                view! {
                    <ChoiceRow
                        radio_id=radio_id
                        group=group.clone()
                        choice=choice
                        value=value
                        on_change=on_change
                    />
                }
            })
            .collect_view()
    });

    view! {
        <fieldset
            class="field choice-group"
            class:field--invalid=move || error.with(Option::is_some)
            disabled=disabled
            aria-describedby=describes
            on:focusout=move |_| tell(on_blur)
        >
            <legend class="field__label">
                {legend}
                <FieldMark mark=mark />
            </legend>
            <FieldHint id=id.clone() hint=hint />
            <div class="choice-group__rows">{radios}</div>
            <FieldError id=id error=error />
        </fieldset>
    }
}

#[component]
fn ChoiceRow(radio_id: String, group: String, choice: Choice, value: Signal<String>, on_change: Callback<String>) -> impl IntoView {
    let Choice { value: own, label, hint } = choice;
    let hint_id = format!("{radio_id}-choice-hint");
    let chosen = {
        let own = own.clone();
        move || value.with(|value| *value == own)
    };
    let describes = {
        let hint_id = hint_id.clone();
        move || hint.with(Option::is_some).then(|| hint_id.clone())
    };

    view! {
        <div class="choice">
            <input
                type="radio"
                class="choice__input"
                id=radio_id.clone()
                name=group
                value=own.clone()
                prop:checked=chosen
                aria-describedby=describes
                on:change=move |_| on_change.run(own.clone())
            />
            <label class="choice__label" for=radio_id>
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
        </div>
    }
}
