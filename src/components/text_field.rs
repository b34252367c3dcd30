//! A single line of text, also for passwords and for numbers that identify a person (masked until the
//! reader asks to see them). It shows what was typed and judges nothing.

use super::live::live;
use leptos::html;
use leptos::prelude::*;

use super::field::{Field, FieldWidth, described_by, follow_value};
use super::icon::IconName;
use super::icon_button::IconButton;
use super::{ignore, tell};

/// One line of text.
///
/// With `reveal_label` the text is hidden behind dots and a switch of that name shows it: a real
/// password field where `input_type` is `"password"`, else only masked on screen, so that the
/// numeric keyboard stays and no password manager offers to keep a NIK.
#[component]
pub fn TextField(
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    on_input: Callback<String>,
    #[prop(default = ignore())] on_blur: Callback<()>,
    #[prop(default = ignore())] on_focus: Callback<()>,
    #[prop(optional, into)] mark: Signal<Option<String>>,
    #[prop(optional, into)] hint: Signal<Option<String>>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] width: FieldWidth,
    #[prop(default = "text")] input_type: &'static str,
    #[prop(optional)] input_mode: Option<&'static str>,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] autocapitalize: Option<&'static str>,
    #[prop(optional)] enter_key_hint: Option<&'static str>,
    /// The id of a `<datalist>` with what may be meant.
    #[prop(optional)]
    suggested_by: Option<&'static str>,
    #[prop(optional, into)] reveal_label: Signal<Option<String>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] read_only: Signal<bool>,
    /// Words beside the field that belong to it: a unit, a time zone.
    #[prop(optional, into)]
    suffix: Signal<Option<String>>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    follow_value(input, value);

    let revealed = RwSignal::new(false);
    let hidden = move || reveal_label.with(Option::is_some) && !revealed.get();
    let shown_type = move || {
        if input_type == "password" && !hidden() { "text" } else { input_type }
    };
    let describes = described_by(&id, hint, error, Vec::new());

    view! {
        <Field id=id.clone() label=label mark=mark hint=hint error=error>
            <div class="field__row">
                <input
                    node_ref=input
                    id=id
                    class=width.class()
                    class:input--masked=move || hidden() && input_type != "password"
                    type=shown_type
                    inputmode=input_mode
                    autocomplete=autocomplete
                    autocapitalize=autocapitalize
                    enterkeyhint=enter_key_hint
                    list=suggested_by
                    spellcheck=(input_type == "password").then_some("false")
                    disabled=disabled
                    readonly=read_only
                    aria-describedby=describes
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    on:input=move |event| on_input.run(event_target_value(&event))
                    on:blur=move |_| tell(on_blur)
                    on:focus=move |_| on_focus.run(())
                />
                {live(move || suffix.get().map(|text| view! { <span class="field__suffix">{text}</span> }))}
                {live(move || {
                    reveal_label
                        .get()
                        .map(|name| {
                            let shown = revealed.get();
                            view! {
                                <IconButton
                                    label=name
                                    icon=if shown { IconName::EyeOff } else { IconName::Eye }
                                    pressed=Some(shown)
                                    on_press=Callback::new(move |()| {
                                        revealed.update(|shown| *shown = !*shown);
                                    })
                                />
                            }
                        })
                })}
            </div>
        </Field>
    }
}
