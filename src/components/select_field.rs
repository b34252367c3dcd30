//! One answer out of many, where a list of radio buttons would be too long: the platform's own select.

use super::live::live;
use leptos::prelude::*;

use super::choice_group::Choice;
use super::field::{Field, described_by};
use super::icon::{Icon, IconName};
use super::{ignore, tell};

/// A native select. `unchosen` is the first entry, with the empty value ("Pilih kecamatan"); leave it
/// out where there is always an answer. Hints of the choices are not shown.
#[component]
pub fn SelectField(
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    #[prop(into)] value: Signal<String>,
    on_change: Callback<String>,
    #[prop(default = ignore())] on_blur: Callback<()>,
    #[prop(optional, into)] unchosen: Signal<Option<String>>,
    #[prop(optional, into)] mark: Signal<Option<String>>,
    #[prop(optional, into)] hint: Signal<Option<String>>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let describes = described_by(&id, hint, error, Vec::new());
    // There may be hundreds of options: none of them wakes for a value that is as it was.
    let value = Memo::new(move |_| value.get());
    let options = live(move || {
        choices
            .get()
            .into_iter()
            .map(|Choice { value: own, label, .. }| {
                let chosen = {
                    let own = own.clone();
                    move || value.with(|value| *value == own)
                };
                view! {
                    <option value=own prop:selected=chosen>
                        {label}
                    </option>
                }
            })
            .collect_view()
    });

    view! {
        <Field id=id.clone() label=label mark=mark hint=hint error=error>
            <div class="select">
                <select
                    id=id
                    class="input select__input"
                    disabled=disabled
                    aria-describedby=describes
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    on:change=move |event| on_change.run(event_target_value(&event))
                    on:blur=move |_| tell(on_blur)
                >
                    {live(move || {
                        unchosen
                            .get()
                            .map(|text| {
                                view! {
                                    <option value="" prop:selected=move || value.with(String::is_empty)>
                                        {text}
                                    </option>
                                }
                            })
                    })}
                    {options}
                </select>
                <Icon name=IconName::ChevronDown />
            </div>
        </Field>
    }
}
