//! Several lines of text that grow with what is written, so that a long petition is never read through
//! a small window.

use leptos::html;
use leptos::prelude::*;

use super::field::{Field, described_by};
use super::{ignore, tell};

/// Text of any length. `rows` is the height while it is empty; `counter` is words about its length
/// ("412 kata"), read with the field's description.
#[component]
pub fn TextArea(
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    on_input: Callback<String>,
    #[prop(default = ignore())] on_blur: Callback<()>,
    #[prop(default = ignore())] on_focus: Callback<()>,
    #[prop(optional, into)] mark: Signal<Option<String>>,
    #[prop(optional, into)] hint: Signal<Option<String>>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] counter: Signal<Option<String>>,
    #[prop(default = 4)] rows: u32,
    #[prop(optional)] enter_key_hint: Option<&'static str>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] read_only: Signal<bool>,
) -> impl IntoView {
    let area = NodeRef::<html::Textarea>::new();
    Effect::new(move |_| {
        let text = value.get();
        if let Some(area) = area.get()
            && area.value() != text
        {
            area.set_value(&text);
        }
    });

    let counter_id = format!("{id}-counter");
    let describes = described_by(&id, hint, error, vec![counter_id.clone()]);

    view! {
        <Field id=id.clone() label=label mark=mark hint=hint error=error>
            // The copy in `data-text` gives the box its height where a browser has no `field-sizing`.
            <div class="text-area" data-text=value>
                <textarea
                    node_ref=area
                    id=id
                    class="input text-area__input"
                    rows=rows
                    enterkeyhint=enter_key_hint
                    disabled=disabled
                    readonly=read_only
                    aria-describedby=describes
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    on:input=move |event| on_input.run(event_target_value(&event))
                    on:blur=move |_| tell(on_blur)
                    on:focus=move |_| on_focus.run(())
                ></textarea>
            </div>
            <p class="field__counter" id=counter_id>
                {counter}
            </p>
        </Field>
    }
}
