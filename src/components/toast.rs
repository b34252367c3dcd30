//! A short word after an act, with its undo. One at a time: a new one takes the old one's place. How
//! long it stays is the caller's clock.

use super::live::live;
use leptos::prelude::*;

use super::icon::IconName;
use super::icon_button::IconButton;
use super::ignore;

/// The place where toasts appear; put once in the app's frame, so that screen readers know the region
/// before its first message.
#[component]
pub fn ToastRegion(
    #[prop(into)] message: Signal<Option<String>>,
    #[prop(into)] close_label: Signal<String>,
    on_close: Callback<()>,
    #[prop(optional, into)] action_label: Signal<Option<String>>,
    #[prop(default = ignore())] on_action: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="toast-region" role="status">
            {live(move || {
                message
                    .get()
                    .map(|text| {
                        view! {
                            <div class="toast">
                                <p class="toast__text">{text}</p>
                                {live(move || {
                                    action_label
                                        .get()
                                        .map(|label| {
                                            view! {
                                                <button
                                                    type="button"
                                                    class="toast__action"
                                                    on:click=move |_| on_action.run(())
                                                >
                                                    {label}
                                                </button>
                                            }
                                        })
                                })}
                                <IconButton
                                    label=close_label
                                    icon=IconName::Close
                                    on_press=on_close
                                />
                            </div>
                        }
                    })
            })}
        </div>
    }
}
