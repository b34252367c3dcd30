//! How far something long has come, in words and as the platform's own bar.

use super::live::live;
use leptos::prelude::*;

use super::unique_id;

/// A bar with its words. `value` counts to `max`; `None` means that how far is not known.
/// `detail` is the numbers in words ("1,2 dari 3,4 MB").
#[component]
pub fn ProgressBar(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<Option<u32>>,
    #[prop(default = 100)] max: u32,
    #[prop(optional, into)] detail: Signal<Option<String>>,
) -> impl IntoView {
    let label_id = unique_id("progress");
    view! {
        <div class="progress">
            <div class="progress__words">
                <span id=label_id.clone()>{label}</span>
                {live(move || {
                    detail.get().map(|text| view! { <span class="progress__detail">{text}</span> })
                })}
            </div>
            <progress
                class="progress__bar"
                aria-labelledby=label_id
                max=max
                value=value
            ></progress>
        </div>
    }
}
