//! Where somebody else was quicker: what happened in the case meanwhile, and of each answer that they gave otherwise what stood there
//! before, what each of the two wrote, and which holds.

use leptos::prelude::*;

use super::editor::Editor;
use super::{draft_words, say_draft, say_draft_some};
use crate::components::banner::Banner;
use crate::components::choice_group::{Choice, ChoiceGroup};
use crate::components::live::{each, entry, live};
use crate::components::summary_card::SummaryCard;
use crate::components::summary_list::SummaryList;
use crate::components::text_area::TextArea;
use crate::components::tone::Tone;
use crate::domain::answers::{Answer, Answers, Place};
use crate::domain::decide::DIFFERS;
use crate::domain::text::{clean, is_blank};
use crate::i18n::{format, sentences};
use crate::pages::petition_summary::{Audience, fact};
use crate::routes::Route;
use crate::store::transaction;
use crate::sync::merge::Conflict;

const MINE: &str = "mine";
const THEIRS: &str = "theirs";
const THIRD: &str = "third";

/// The differences that are still to be settled, or were in this draft.
#[component]
pub fn Differences(
    /// The draft.
    editor: Editor,
    /// What stands against it.
    found: Memo<Option<transaction::Differences>>,
    /// How often the person has tried to submit.
    attempt: RwSignal<u32>,
) -> impl IntoView {
    let app = editor.app;
    let reason = Signal::derive(move || editor.draft.with(|draft| draft.reasons.get(DIFFERS).cloned().unwrap_or_default()));
    let error = Signal::derive(move || {
        (attempt.get() > 0 && reason.with(|text| is_blank(text))).then(|| draft_words(app).reason_missing.to_owned())
    });
    let is_there = Memo::new(move |_| found.with(Option::is_some));
    let is_disputed = Memo::new(move |_| found.with(|found| found.as_ref().is_some_and(|found| !found.conflicts.is_empty())));
    live(move || {
        is_there.get().then(|| view! {
            <section class="section" id="differences" tabindex="-1">
                <Banner title=say_draft(app, |words| words.differs_title) tone=Tone::Warning>
                    <p>{say_draft(app, |words| words.differs_help)}</p>
                    {live(move || found.with(|found| {
                        let language = app.language.get();
                        let acts = found.iter().flat_map(|found| &found.since).map(|act| {
                            let name = sentences::act(language, Some(editor.rules), &act.act);
                            let at = format::instant(language, act.happened_at, app.zone());
                            view! { <li>{name} ": " {act.by.name.clone()} ", " {at}</li> }
                        });
                        view! { <ul>{acts.collect_view()}</ul> }
                    }))}
                </Banner>
                {each(move || found.with(|found| {
                    let conflicts = found.iter().flat_map(|found| found.conflicts.clone());
                    conflicts.map(|conflict| entry(format!("{} {:?}", conflict.field, conflict.theirs), move || versions(editor, conflict.clone()))).collect()
                }))}
                {live(move || is_disputed.get().then(|| view! {
                    <TextArea
                        id=super::check::reason_id(DIFFERS)
                        label=app.say(|words| words.differs_reason)
                        hint=say_draft_some(app, |words| words.differs_reason_help)
                        rows=2
                        value=reason
                        error
                        read_only=editor.read_only()
                        on_input=Callback::new(move |typed: String| {
                            let text = clean(&typed, true).text;
                            editor.change_draft(|draft| drop(draft.reasons.insert(DIFFERS.to_owned(), text)));
                        })
                        on_blur=Callback::new(move |()| editor.keep_now())
                    />
                }))}
            </section>
        })
    })
}

/// One answer in its three versions.
fn versions(editor: Editor, conflict: Conflict) -> AnyView {
    let app = editor.app;
    let Some(field) = editor.rules.field(editor.form, &conflict.field) else { return ().into_any() };
    let key = conflict.field.clone();
    let place = Place::of(&key);
    let heading = move || app.language.get().text(&field.label).to_owned();
    let section = editor.section_of(&place).unwrap_or_default().to_owned();
    let write_own = format!("{}#{place}", Route::Section(editor.id, section).path());
    let (name, at) = (conflict.by.name.clone(), conflict.at);
    let theirs_label =
        Signal::derive(move || format!("{} {name}, {}", draft_words(app).version_of, format::instant(app.language.get(), at, app.zone())));
    let yours_label = say_draft(app, |words| words.your_version);
    let version = move |title: Signal<String>, answer: &Option<Answer>| {
        let mut answers = Answers::default();
        answers.0.extend(answer.iter().cloned().map(|answer| (key.clone(), answer)));
        let place = place.clone();
        view! {
            <SummaryCard title>
                {live(move || {
                    let row = fact(app, app.language.get(), editor.rules, app.zone(), place.clone(), field, &answers, Audience::Compares);
                    view! { <SummaryList>{row}</SummaryList> }
                })}
            </SummaryCard>
        }
    };
    let cards = [
        version(say_draft(app, |words| words.base_version), &conflict.base),
        version(yours_label, &conflict.mine),
        version(theirs_label, &conflict.theirs),
    ];
    let (mine, theirs, now) = (conflict.mine.clone(), conflict.theirs.clone(), conflict.field.clone());
    let value = Signal::derive(move || {
        let holds = editor.draft.with(|draft| draft.answers.0.get(&now).cloned());
        (if holds == mine {
            MINE
        } else if holds == theirs {
            THEIRS
        } else {
            THIRD
        })
        .to_owned()
    });
    let choices = Signal::derive(move || {
        let mut choices = vec![Choice::new(MINE.to_owned(), yours_label), Choice::new(THEIRS.to_owned(), theirs_label)];
        if value.get() == THIRD {
            choices.push(Choice::new(THIRD.to_owned(), say_draft(app, |words| words.third_version)));
        }
        choices
    });
    let id = format!("versions-{}", conflict.field);
    let choose = Callback::new(move |which: String| {
        let answer = match which.as_str() {
            MINE => conflict.mine.clone(),
            THEIRS => conflict.theirs.clone(),
            // What the form says stays as it is.
            _ => return,
        };
        editor.change(|answers| match answer {
            Some(answer) => drop(answers.0.insert(conflict.field.clone(), answer)),
            None => drop(answers.0.remove(&conflict.field)),
        });
        editor.keep_now();
    });
    view! {
        <div class="stack">
            <h2 class="section__title">{heading}</h2>
            <div class="versions">{cards}</div>
            <ChoiceGroup id legend=say_draft(app, |words| words.which_holds) choices value on_change=choose disabled=editor.read_only() />
            <p><a href=write_own>{say_draft(app, |words| words.write_third)}</a></p>
        </div>
    }
    .into_any()
}
