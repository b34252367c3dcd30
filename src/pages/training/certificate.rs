//! What somebody has practised, to be printed, and the code by which a trainer hears of it. Plainly no official document.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{qr, say, words};
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::IconName;
use crate::components::link_button::LinkButton;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::text_field::TextField;
use crate::i18n::format;
use crate::pages::draft::page_title;
use crate::platform::page;
use crate::routes::Route;
use crate::state::AppState;
use crate::state::training::use_training;
use crate::training::code::{self, Outcome};
use crate::training::scenario;

/// The page.
#[component]
pub fn Certificate(
    /// The app.
    app: AppState,
    /// Key of the scenario.
    key: String,
) -> impl IntoView {
    let training = use_training();
    let title = say(app, |words| words.certificate);
    page_title(app, title);
    let name = RwSignal::new(String::new());
    let Some(scenario) = scenario::by_key(&key) else {
        return view! { <div class="page"><PageHeader title lead=Signal::derive(move || Some(words(app).no_scenario.to_owned())) /></div> }
            .into_any();
    };
    let record = Memo::new(move |_| training.progress.with(|progress| progress.of(&scenario.key)));
    let byte = |number: u32| u8::try_from(number).unwrap_or(u8::MAX);
    let code = Memo::new(move |_| {
        let record = record.get();
        let place = byte(scenario.place);
        code::write(&Outcome { name: name.get(), place, done: byte(record.of), of: byte(record.of), score: byte(record.best) })
    });
    let copy = move |()| {
        spawn_local(async move {
            let done = page::copy(&code.get_untracked()).await;
            let words = app.words_untracked();
            app.notify((if done { words.copied } else { words.copy_failed }).to_owned());
        });
    };
    let finished = Memo::new(move |_| record.get().finished);
    view! {
        <div class="page">
            <div class="no-print"><PageHeader title caption=Signal::derive(move || Some(app.language.get().text(&scenario.title).to_owned())) /></div>
            {live(move || if finished.get() {
                view! {
                    <div class="no-print stack">
                        <TextField id="name" label=say(app, |words| words.name) hint=Signal::derive(move || Some(words(app).name_help.to_owned())) value=name on_input=Callback::new(move |text| name.set(text)) autocomplete="off" />
                    </div>
                    <article class="training-certificate">
                        <p class="training-certificate__mark">"LATIHAN"</p>
                        <h2>{say(app, |words| words.certificate)}</h2>
                        <p class="training-certificate__name">{live(move || name.get())}</p>
                        <p><strong>{live(move || app.language.get().text(&scenario.title).to_owned())}</strong></p>
                        <p>{say(app, |words| words.score)} ": " {live(move || record.get().best.to_string())} " / 100 · " {live(move || format!("{} {}", record.get().of, words(app).steps))}</p>
                        <p>{live(move || format::date(app.language.get(), crate::platform::clock::device().in_zone(app.zone()).date))}</p>
                        <p class="training-certificate__not">{say(app, |words| words.certificate_not)}</p>
                        <p class="training-code">{code}</p>
                    </article>
                    <div class="no-print stack">
                        <h2>{say(app, |words| words.code)}</h2>
                        <p class="muted">{say(app, |words| words.code_help)}</p>
                        {live(move || qr(&format!("{}{}?kode={}", page::served_from(), Route::Trainer.path(), code.get()), words(app).code))}
                        <div class="cluster">
                            <Button label=say(app, |words| words.copy_code) icon=IconName::Copy on_press=Callback::new(copy) />
                            <Button label=say(app, |words| words.print) icon=IconName::Print kind=ButtonKind::Secondary on_press=Callback::new(move |()| page::print()) />
                            <LinkButton label=say(app, |words| words.to_list) href=Route::Training.path() kind=ButtonKind::Quiet />
                        </div>
                    </div>
                }.into_any()
            } else {
                view! { <p>{words(app).certificate_none}</p> <LinkButton label=say(app, |words| words.to_list) href=Route::Training.path() /> }.into_any()
            })}
        </div>
    }
    .into_any()
}
