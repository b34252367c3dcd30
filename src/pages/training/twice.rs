//! A button whose act asks to be pressed once more. Left alone, or left for another place, it is as before: the next press asks again.

use leptos::prelude::*;

use super::words;
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::IconName;
use crate::components::live::live;
use crate::i18n::messages::TrainingMessages;
use crate::platform::timer::Timeout;
use crate::state::AppState;

/// How long the second press may take, in milliseconds.
const SECOND_PRESS_MS: i32 = 6_000;

type Label = fn(&'static TrainingMessages) -> &'static str;

/// The button. `confirm` takes the place of `label` between the first press and the second.
#[component]
pub(super) fn TwiceButton(
    app: AppState,
    label: Label,
    confirm: Label,
    icon: IconName,
    kind: ButtonKind,
    on_confirmed: Callback<()>,
) -> impl IntoView {
    let asked = RwSignal::new(false);
    let timer = StoredValue::new_local(None::<Timeout>);
    let press = move |()| {
        let is_second = asked.get_untracked();
        asked.set(!is_second);
        let forget = move || {
            let _ = asked.try_set(false);
        };
        let later = (!is_second).then(|| Timeout::new(SECOND_PRESS_MS, forget));
        timer.set_value(later);
        if is_second {
            on_confirmed.run(());
        }
    };
    let text = Signal::derive(move || (if asked.get() { confirm } else { label })(words(app)).to_owned());
    view! {
        <span on:focusout=move |_| asked.set(false)>
            <Button label=text kind icon on_press=Callback::new(press) />
            // The button's new name alone is not read out.
            <span class="visually-hidden" role="status">{live(move || asked.get().then(|| confirm(words(app))))}</span>
        </span>
    }
}
