//! How far a case has come through the stages the law fixes; what exactly happened is the timeline's.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// Where a stage stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageState {
    /// Passed through.
    Done,
    /// Where the case is now.
    Current,
    /// Still to come.
    Ahead,
    /// Passed over, or ended there.
    Left,
}

/// One stage in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Where it stands.
    pub state: StageState,
    /// Its name in the law's words.
    pub label: String,
    /// The state in words ("selesai"), since a mark alone is not read.
    pub state_label: String,
    /// A date or a count of days; empty where there is none.
    pub note: String,
}

/// The stages in order.
#[component]
pub fn StageTrack(#[prop(into)] label: Signal<String>, #[prop(into)] stages: Signal<Vec<Stage>>) -> impl IntoView {
    let items = move || {
        stages
            .get()
            .into_iter()
            .map(|Stage { state, label, state_label, note }| {
                let class = match state {
                    StageState::Done => "stage-track__stage stage-track__stage--done",
                    StageState::Current => "stage-track__stage stage-track__stage--current",
                    StageState::Ahead => "stage-track__stage stage-track__stage--ahead",
                    StageState::Left => "stage-track__stage stage-track__stage--left",
                };
                let mark = match state {
                    StageState::Done => Some(view! { <Icon name=IconName::Check /> }),
                    StageState::Left => Some(view! { <Icon name=IconName::Close /> }),
                    StageState::Current | StageState::Ahead => None,
                };
                view! {
                    <li
                        class=class
                        aria-current=(state == StageState::Current).then_some("step")
                    >
                        <span class="stage-track__mark">{mark}</span>
                        <span class="stage-track__label">{label}</span>
                        <span class="stage-track__note">
                            <span class="stage-track__state">{state_label}</span>
                            {(!note.is_empty()).then(|| view! { <span>{note}</span> })}
                        </span>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <ol class="stage-track" aria-label=label>
            {items}
        </ol>
    }
}
