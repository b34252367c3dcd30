//! A time of day, typed ("14.05"), with the office's zone beside it, since no time is shown without one.

use leptos::prelude::*;

use super::field::FieldWidth;
use super::ignore;
use super::text_field::TextField;

/// A typed time. `zone` is the words after the field ("WITA").
#[component]
pub fn TimeField(
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    on_input: Callback<String>,
    #[prop(into)] zone: Signal<Option<String>>,
    #[prop(default = ignore())] on_blur: Callback<()>,
    #[prop(default = ignore())] on_focus: Callback<()>,
    #[prop(optional, into)] mark: Signal<Option<String>>,
    #[prop(optional, into)] hint: Signal<Option<String>>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <TextField
            id=id
            label=label
            value=value
            on_input=on_input
            on_blur=on_blur
            on_focus=on_focus
            mark=mark
            hint=hint
            error=error
            disabled=disabled
            width=FieldWidth::Short
            input_mode="decimal"
            autocomplete="off"
            suffix=zone
        />
    }
}
