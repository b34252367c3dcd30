//! One file of a list: what it is called, how large it is, where it stands, and what can be done.

use super::live::live;
use leptos::prelude::*;

use super::breakable::Breakable;
use super::icon::{Icon, IconName};
use super::tag::Tag;
use super::tone::Tone;

/// The list around [`FileRow`]s.
#[component]
pub fn FileList(#[prop(into)] label: Signal<String>, children: Children) -> impl IntoView {
    view! {
        <ul class="file-list" aria-label=label>
            {children()}
        </ul>
    }
}

/// One file. `detail` is its size and pages in words; `preview` the address of a small picture;
/// children are the acts (buttons) at its end; `progress` stands under the name.
#[component]
pub fn FileRow(
    #[prop(into)] name: Signal<String>,
    #[prop(optional, into)] detail: Signal<Option<String>>,
    #[prop(optional, into)] status: Signal<Option<String>>,
    #[prop(optional, into)] tone: Signal<Tone>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] preview: Signal<Option<String>>,
    /// What is told where the browser cannot draw the picture.
    #[prop(optional, into)]
    broken_label: Signal<String>,
    #[prop(default = IconName::File)] icon: IconName,
    #[prop(optional, into)] progress: ViewFn,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let broken = RwSignal::new(false);
    view! {
        <li class="file-row" class:file-row--failed=move || error.with(Option::is_some)>
            <span class="file-row__picture">
                {live(move || match preview.get() {
                    Some(address) if !broken.get() => view! { <img src=address alt="" on:error=move |_| broken.set(true) /> }.into_any(),
                    _ => view! { <Icon name=icon /> }.into_any(),
                })}
            </span>
            <div class="file-row__body">
                <span class="file-row__name">
                    <Breakable text=name />
                </span>
                <span class="file-row__facts">
                    {live(move || detail.get().map(|text| view! { <span>{text}</span> }))}
                    {live(move || status.get().map(|text| view! { <Tag label=text tone=tone /> }))}
                </span>
                {live(move || broken.get().then(|| view! { <p class="file-row__error">{broken_label}</p> }))}
                {live(move || error.get().map(|text| view! { <p class="file-row__error">{text}</p> }))}
                {progress.run()}
            </div>
            {children.map(|children| view! { <div class="file-row__acts">{children()}</div> })}
        </li>
    }
}
