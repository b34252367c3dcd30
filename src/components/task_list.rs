//! The parts of a long petition, in any order: each row is the link, with its state in words.

use super::live::live;
use leptos::prelude::*;

use super::tag::Tag;
use super::tone::Tone;
use super::unique_id;

/// The list around [`TaskRow`]s.
#[component]
pub fn TaskList(#[prop(into)] label: Signal<String>, children: Children) -> impl IntoView {
    view! {
        <ul class="task-list" aria-label=label>
            {children()}
        </ul>
    }
}

/// One part. An empty `href` means that it cannot be started yet, which `status` says in words.
/// A part that is done says so plainly: give it [`Tone::Neutral`] and `done`.
#[component]
pub fn TaskRow(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] href: Signal<String>,
    #[prop(into)] status: Signal<String>,
    #[prop(optional, into)] tone: Signal<Tone>,
    /// Shows the status as plain words instead of a tag, so that what is left stands out.
    #[prop(optional, into)]
    done: Signal<bool>,
    #[prop(optional, into)] hint: Signal<Option<String>>,
) -> impl IntoView {
    let status_id = unique_id("task-status");
    let hint_id = unique_id("task-hint");
    let describes = {
        let (status_id, hint_id) = (status_id.clone(), hint_id.clone());
        move || {
            if hint.with(Option::is_some) { format!("{hint_id} {status_id}") } else { status_id.clone() }
        }
    };
    let name = live(move || {
        let address = href.get();
        if address.is_empty() {
            view! { <span class="task-list__title">{title}</span> }.into_any()
        } else {
            view! {
                <a
                    class="task-list__title task-list__link"
                    href=address
                    aria-describedby=describes.clone()
                >
                    {title}
                </a>
            }
            .into_any()
        }
    });

    view! {
        <li class="task-list__row">
            <div class="task-list__words">
                {name}
                {live(move || {
                    hint.get()
                        .map(|text| {
                            view! {
                                <p class="task-list__hint" id=hint_id.clone()>
                                    {text}
                                </p>
                            }
                        })
                })}
            </div>
            <span class="task-list__status" id=status_id>
                {live(move || {
                    if done.get() {
                        view! { <span class="task-list__done">{status}</span> }.into_any()
                    } else {
                        view! { <Tag label=status tone=tone /> }.into_any()
                    }
                })}
            </span>
        </li>
    }
}
