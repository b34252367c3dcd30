//! A date as the officer writes it – day, month, year, typed – with the device's calendar beside it and
//! the weekday spelled out below. The typed text is kept exactly; reading it is the caller's work.

use leptos::html;
use leptos::prelude::*;

use super::field::{Field, FieldWidth, described_by, follow_value};
use super::icon::IconName;
use super::icon_button::IconButton;
use super::{ignore, tell};

/// A typed date with a picker.
///
/// `value` is the text in the field; a date picked in the calendar arrives through `on_input` as
/// `8/7/2026`. `echo` is that date in full ("Rabu, 8 Juli 2026"), `None` while the text is not a
/// date. `picked`, `min` and `max` are ISO dates for the calendar only: a typed date outside is the
/// caller's to judge. The keyboard is the decimal one, because the plain numeric one of some phones
/// has no separator at all: accept spaces, `/`, `.`, `,` and `-`.
#[component]
pub fn DateField(
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    on_input: Callback<String>,
    #[prop(into)] picker_label: Signal<String>,
    #[prop(default = ignore())] on_blur: Callback<()>,
    #[prop(default = ignore())] on_focus: Callback<()>,
    #[prop(optional, into)] echo: Signal<Option<String>>,
    #[prop(optional, into)] picked: Signal<Option<String>>,
    #[prop(optional, into)] min: Signal<Option<String>>,
    #[prop(optional, into)] max: Signal<Option<String>>,
    #[prop(optional, into)] mark: Signal<Option<String>>,
    #[prop(optional, into)] hint: Signal<Option<String>>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    follow_value(input, value);

    let picker = NodeRef::<html::Input>::new();
    let open_picker = move |()| {
        let Some(picker) = picker.get_untracked() else {
            return;
        };
        if disabled.get_untracked() {
            return;
        }
        picker.set_value(&picked.get_untracked().unwrap_or_default());
        // Older WebKit has no `showPicker`; there a click on the input opens it.
        if picker.show_picker().is_err() {
            picker.click();
        }
    };
    let pick = move |event: web_sys::Event| {
        if let Some(text) = day_month_year(&event_target_value(&event)) {
            on_input.run(text);
            tell(on_blur);
        }
    };
    let echo_id = format!("{id}-echo");
    let describes = described_by(&id, hint, error, vec![echo_id.clone()]);

    view! {
        <Field id=id.clone() label=label mark=mark hint=hint error=error>
            <div class="field__row date-field">
                <input
                    node_ref=input
                    id=id
                    class=FieldWidth::Date.class()
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    disabled=disabled
                    aria-describedby=describes
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    on:input=move |event| on_input.run(event_target_value(&event))
                    on:blur=move |_| tell(on_blur)
                    on:focus=move |_| on_focus.run(())
                />
                <span class="date-field__picker">
                    <IconButton
                        label=picker_label
                        icon=IconName::Calendar
                        on_press=Callback::new(open_picker)
                    />
                    <input
                        node_ref=picker
                        class="date-field__native"
                        type="date"
                        tabindex="-1"
                        aria-hidden="true"
                        min=min
                        max=max
                        on:change=pick
                    />
                </span>
            </div>
            <p class="field__echo" id=echo_id>
                {echo}
            </p>
        </Field>
    }
}

/// `2026-07-08` as `8/7/2026`; `None` for the empty text of a cleared calendar.
fn day_month_year(iso: &str) -> Option<String> {
    let mut parts = iso.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    Some(format!("{}/{}/{year}", day.trim_start_matches('0'), month.trim_start_matches('0')))
}
