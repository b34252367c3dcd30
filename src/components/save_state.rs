//! Where the words just typed are, said beside the title: quiet while all is well.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::live::live;

/// How far keeping what was typed has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SaveKind {
    /// Nothing was typed yet.
    #[default]
    Untouched,
    /// Being written to the device.
    Saving,
    /// Safe on the device.
    Saved,
    /// Not kept: the words say why and what to do.
    Failed,
}

/// The save state in words ("Tersimpan di perangkat 14.05").
#[component]
pub fn SaveState(#[prop(into)] text: Signal<String>, #[prop(optional, into)] kind: Signal<SaveKind>) -> impl IntoView {
    let icon = live(move || {
        let name = match kind.get() {
            SaveKind::Untouched => return None,
            SaveKind::Saving => IconName::Sync,
            SaveKind::Saved => IconName::Check,
            SaveKind::Failed => IconName::Alert,
        };
        Some(view! { <Icon name=name /> })
    });
    view! {
        <p
            class="save-state"
            class:save-state--failed=move || kind.get() == SaveKind::Failed
            role="status"
        >
            {icon}
            <span>{text}</span>
        </p>
    }
}
