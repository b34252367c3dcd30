//! Taking in files: by camera, from the device, or dropped on a desktop. It hands over what was chosen
//! and judges nothing; sizes, kinds and passwords are checked by the caller, who words the reason.

use super::live::live;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;

use super::button::{Button, ButtonKind};
use super::field::{FieldError, FieldHint, FieldMark, described_by};
use super::icon::IconName;
use super::ignore;

/// Buttons for the camera and for files, and a place to drop them.
///
/// `on_open` runs before the camera or the picker opens: Android may end the page behind it, so the
/// draft must be safe by then. `choose_label` names the button that errors link to (it has the id
/// `id`); leave `photo_label` empty where a photograph makes no sense.
#[component]
pub fn FilePicker(
    #[prop(into)] id: String,
    #[prop(into)] legend: Signal<String>,
    #[prop(into)] choose_label: Signal<String>,
    /// The files that were chosen; none where the picker was closed without a choice.
    on_files: Callback<Vec<web_sys::File>>,
    #[prop(default = ignore())] on_open: Callback<()>,
    #[prop(optional, into)] photo_label: Signal<Option<String>>,
    #[prop(optional, into)] drop_label: Signal<Option<String>>,
    /// The list for the input's `accept`, as in `application/pdf,image/*`; empty accepts all.
    #[prop(optional, into)]
    accept: Signal<String>,
    #[prop(default = true)] multiple: bool,
    #[prop(optional, into)] mark: Signal<Option<String>>,
    #[prop(optional, into)] hint: Signal<Option<String>>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] disabled_reason: Signal<Option<String>>,
) -> impl IntoView {
    let camera = NodeRef::<html::Input>::new();
    let files = NodeRef::<html::Input>::new();
    let dragged_over = RwSignal::new(false);
    let photographs = Memo::new(move |_| photo_label.with(Option::is_some));
    let describes = described_by(&id, hint, error, Vec::new());

    let open = move |input: NodeRef<html::Input>| {
        on_open.run(());
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let take = move |input: NodeRef<html::Input>| {
        let Some(input) = input.get_untracked() else {
            return;
        };
        let chosen = listed(input.files());
        // Emptied, so that choosing the same file again is noticed.
        input.set_value("");
        if !chosen.is_empty() {
            on_files.run(chosen);
        }
    };
    // Closed without a choice, which is no file that was lost.
    let closed = move |_: ev::Event| on_files.run(Vec::new());
    let drop_files = move |event: ev::DragEvent| {
        event.prevent_default();
        dragged_over.set(false);
        if disabled_reason.with_untracked(Option::is_some) {
            return;
        }
        let mut dropped = listed(event.data_transfer().and_then(|transfer| transfer.files()));
        if !multiple {
            dropped.truncate(1);
        }
        if !dropped.is_empty() {
            on_files.run(dropped);
        }
    };

    view! {
        <fieldset
            class="field file-picker"
            class:field--invalid=move || error.with(Option::is_some)
            class:file-picker--over=Signal::from(dragged_over)
            aria-describedby=describes
            on:dragover=move |event: ev::DragEvent| {
                event.prevent_default();
                dragged_over.set(true);
            }
            on:dragleave=move |_| dragged_over.set(false)
            on:drop=drop_files
        >
            <legend class="field__label">
                {legend}
                <FieldMark mark=mark />
            </legend>
            <FieldHint id=id.clone() hint=hint />
            <div class="file-picker__zone">
                {live(move || {
                    photographs.get().then(|| view! {
                        <Button
                            label=Signal::derive(move || photo_label.get().unwrap_or_default())
                            kind=ButtonKind::Secondary
                            icon=IconName::Camera
                            disabled_reason=disabled_reason
                            on_press=Callback::new(move |()| open(camera))
                        />
                    })
                })}
                <Button
                    id=id.clone()
                    label=choose_label
                    kind=ButtonKind::Secondary
                    icon=IconName::File
                    disabled_reason=disabled_reason
                    on_press=Callback::new(move |()| open(files))
                />
                {live(move || {
                    drop_label.get().map(|text| view! { <p class="file-picker__drop">{text}</p> })
                })}
                <input
                    node_ref=camera
                    type="file"
                    hidden=true
                    accept="image/*"
                    capture="environment"
                    on:change=move |_| take(camera)
                    on:cancel=closed
                />
                <input
                    node_ref=files
                    type="file"
                    hidden=true
                    accept=move || accept.with(|list| (!list.is_empty()).then(|| list.clone()))
                    multiple=multiple
                    on:change=move |_| take(files)
                    on:cancel=closed
                />
            </div>
            <FieldError id=id error=error />
        </fieldset>
    }
}

/// The files of a browser's list, in its order.
fn listed(files: Option<web_sys::FileList>) -> Vec<web_sys::File> {
    let Some(files) = files else {
        return Vec::new();
    };
    (0..files.length()).filter_map(|index| files.get(index)).collect()
}
