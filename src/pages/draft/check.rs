//! *Periksa jawaban*: what stands in the way, what the law misses, what looks odd, what the rules ask about, and every
//! answer once more, before the petition is received for good.

use super::{draft_words, say_draft, say_draft_some};
use crate::components::live::{each, entry, follow, live};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::differences::Differences;
use super::editor::Editor;
use super::{FROM_CHECK, Obstacles, SaveWords, page_title};
use crate::components::back_link::BackLink;
use crate::components::banner::{Announce, Banner};
use crate::components::button::Button;
use crate::components::choice_group::{Choice, ChoiceGroup};
use crate::components::details::Details;
use crate::components::page_header::PageHeader;
use crate::components::text_area::TextArea;
use crate::components::tone::Tone;
use crate::domain::answers::Place;
use crate::domain::decide::{Asked, DIFFERS, Reason};
use crate::domain::guard::Truth;
use crate::domain::rule_set::{Otherwise, See};
use crate::domain::stream::Stream;
use crate::domain::text::is_blank;
use crate::i18n::{Language, format, sentences};
use crate::pages::due_dates::DraftDeadlines;
use crate::pages::petition_summary::SectionSummary;
use crate::platform::{focus, page};
use crate::routes::Route;
use crate::state::submit::{self, SubmitError, Twin};

/// The id of the list of what is to be mended.
const TO_MEND: &str = "to-mend";

/// The check page.
#[component]
pub fn CheckPage(
    /// The draft.
    editor: Editor,
) -> impl IntoView {
    let app = editor.app;
    let id = editor.id;
    let review = Memo::new(move |_| submit::review(app, &editor.draft.read()));
    // From here on every mistake is shown at its field, too.
    follow(move || {
        if let Some(review) = review.get() {
            editor.show_problems(&review.checked.problems);
        }
    });
    let begins = editor.begins_case();
    let kind = editor.draft.with_untracked(|draft| Stream::of(Some(&draft.rules)));
    let attempt = RwSignal::new(0_u32);
    let refused = RwSignal::new(None::<SubmitError>);
    let busy = RwSignal::new(false);

    let place_href = move |place: &Place| {
        let section = editor.section_of(place).unwrap_or_default().to_owned();
        format!("{}?{FROM_CHECK}#{place}", Route::Section(id, section).path())
    };
    let label = move |language: Language, place: &Place| {
        sentences::field_label(language, editor.rules, editor.form, place).unwrap_or_else(|| place.to_string())
    };

    let problems = Memo::new(move |_| {
        let language = app.language.get();
        review.with(|review| {
            review
                .iter()
                .flat_map(|review| &review.checked.problems)
                .map(|problem| {
                    (problem.place.clone(), format!("{} {}", label(language, &problem.place), sentences::problem(language, &problem.code)))
                })
                .collect::<Vec<_>>()
        })
    });
    let asked = Memo::new(move |_| {
        review.with(|review| {
            let Some(review) = review else { return Vec::new() };
            review
                .asked
                .iter()
                .map(|asked| AskedHere { open: review.open.contains(&asked.guard), ..AskedHere::from(asked) })
                .collect::<Vec<_>>()
        })
    });
    let blocking = Memo::new(move |_| {
        asked.with(|asked| asked.iter().filter(|asked| asked.blocks).map(|asked| asked.guard.clone()).collect::<Vec<_>>())
    });
    let differences = Memo::new(move |_| submit::differences(app, &editor.draft.read()));
    let is_disputed = move || differences.with(|found| found.as_ref().is_some_and(|found| !found.conflicts.is_empty()));
    let unanswered = Memo::new(move |_| {
        let draft = editor.draft.read();
        let no_reason = |guard: &str| is_blank(draft.reasons.get(guard).map_or("", String::as_str));
        asked.with(|asked| {
            let settled = is_disputed() && no_reason(DIFFERS);
            let asked = asked.iter().filter(|asked| !asked.blocks && no_reason(&asked.guard)).map(|asked| asked.guard.clone());
            settled.then(|| DIFFERS.to_owned()).into_iter().chain(asked).collect::<Vec<_>>()
        })
    });

    // Missing reasons are complained about once the person has tried; wrong fields always.
    let to_mend = Memo::new(move |_| {
        let language = app.language.get();
        let mut links: Vec<(String, String)> = problems.get().into_iter().map(|(place, message)| (place_href(&place), message)).collect();
        links.extend(blocking.get().into_iter().map(|guard| (format!("#guard-{guard}"), guard_words(editor, language, &guard))));
        if attempt.get() > 0 {
            links.extend(unanswered.get().into_iter().map(|guard| {
                (
                    format!("#{}", reason_id(&guard)),
                    format!("{}: {}", draft_words(app).reason_missing, guard_words(editor, language, &guard)),
                )
            }));
        }
        links
    });
    follow(move || {
        if attempt.get() > 0 && to_mend.with_untracked(|links| !links.is_empty()) {
            focus::after_paint(|| {
                page::focus_by_id(TO_MEND, None);
            });
        }
    });

    let on_press = Callback::new(move |()| {
        attempt.update(|attempt| *attempt += 1);
        refused.set(None);
        let clear =
            problems.with_untracked(Vec::is_empty) && blocking.with_untracked(Vec::is_empty) && unanswered.with_untracked(Vec::is_empty);
        if !clear || busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            // What is typed goes to the disk first, so that a refusal leaves the newest text behind.
            let outcome = match editor.settle().await {
                Ok(()) => submit::submit(app, id).await,
                Err(error) => Err(SubmitError::Store(error)),
            };
            match outcome {
                Ok(case) => {
                    drop(editor.forget());
                    app.navigation.replace(&if begins { Route::Receipt(case) } else { Route::of_stream(kind, case) });
                }
                Err(error) => {
                    refused.set(Some(error));
                    busy.set(false);
                }
            }
        });
    });

    let read_only = editor.read_only_reason();
    let title = app.say(|words| words.check_answers);
    page_title(
        app,
        Signal::derive(move || {
            let prefix = if to_mend.with(Vec::is_empty) { String::new() } else { format!("{}: ", draft_words(app).error_prefix) };
            format!("{prefix}{}", title.get())
        }),
    );
    let caption = Signal::derive(move || Some(super::case_name(editor)));
    // A reason that is being typed changes no answer: nothing that rests on them is looked for or drawn anew.
    let answers = Memo::new(move |_| editor.draft.with(|draft| draft.answers.clone()));
    // What an answer that the law misses may settle is asked after the list of those.
    let cards = move |open: bool| {
        each(move || {
            let asked = asked.get().into_iter().filter(|asked| asked.open == open);
            asked
                .map(|asked| {
                    entry(format!("{} {} {} {}", asked.guard, asked.unknown, asked.blocks, asked.readings.len()), move || {
                        guard_card(editor, asked.clone(), attempt)
                    })
                })
                .collect()
        })
    };
    let change = Callback::new(move |place: Place| place_href(&place));

    view! {
        <BackLink
            label=if begins { say_draft(app, |words| words.all_sections) } else { app.say(|words| words.previous) }
            href=submit::first_page(app, id).path()
        />
        <PageHeader title caption>
            <SaveWords editor />
        </PageHeader>
        <Obstacles editor />
        {live(move || to_mend.with(|links| (!links.is_empty()).then(|| {
            let items = links.iter().map(|(href, message)| view! { <li><a href=href.clone()>{message.clone()}</a></li> }).collect_view();
            view! {
                <div id=TO_MEND tabindex="-1">
                    <Banner title=draft_words(app).something_to_mend tone=Tone::Danger announce=Announce::AtOnce><ul>{items}</ul></Banner>
                </div>
            }
        })))}
        {live(move || refused.get().map(|error| view! {
            <Banner title=draft_words(app).not_received tone=Tone::Danger announce=Announce::AtOnce>
                {refusal(editor, app.language.get(), &error)}
            </Banner>
        }))}
        {live(move || {
            let language = app.language.get();
            let odd = review.with(|review| review.as_ref().map(|review| review.checked.oddities.clone()).unwrap_or_default());
            (!odd.is_empty()).then(|| {
                let items = odd.iter().map(|(place, odd)| view! {
                    <li><a href=place_href(place)>{label(language, place)}</a> ": " {sentences::oddity(language, *odd)}</li>
                }).collect_view();
                view! { <Banner title=draft_words(app).odd_title tone=Tone::Info><ul>{items}</ul></Banner> }
            })
        })}
        {live(move || {
            answers.track();
            let twin = editor.draft.with_untracked(|draft| submit::twin(app, draft))?;
            let (title, label, href) = match twin {
                Twin::Draft(id) => (draft_words(app).same_content, app.words().draft.to_owned(), Route::Draft(id).path()),
                Twin::Content(case, label) => (draft_words(app).same_content, label, Route::Case(case).path()),
                Twin::Object(case, label) => (draft_words(app).same_object, label, Route::Case(case).path()),
            };
            Some(view! {
                <Banner title tone=Tone::Warning>
                    <p><a href=href>{label}</a></p>
                </Banner>
            })
        })}
        <Differences editor found=differences attempt />
        {cards(false)}
        {live(move || {
            let language = app.language.get();
            let words = app.words();
            let gaps = review.with(|review| review.as_ref().map(|review| review.checked.gaps.clone()).unwrap_or_default());
            (!gaps.is_empty()).then(|| {
                let items = gaps.iter().map(|place| view! { <li><a href=place_href(place)>{label(language, place)}</a></li> }).collect_view();
                view! {
                    <Banner title=format!("{} ({})", words.gaps_title, gaps.len()) tone=Tone::Info>
                        <p>{if begins { draft_words(app).gaps_help } else { draft_words(app).gaps_help_act }}</p>
                        <Details summary=draft_words(app).show_gaps open=false><ul>{items}</ul></Details>
                    </Banner>
                }
            })
        })}
        {cards(true)}
        <DraftDeadlines editor />
        {editor.sections().iter().map(|group| {
            let heading = move || app.language.get().text(&group.title).to_owned();
            view! {
                <section class="section">
                    <h2 class="section__title">{heading}</h2>
                    <SectionSummary app rules=editor.rules form=editor.form group zone=app.zone() answers change />
                </section>
            }
        }).collect_view()}
        <div class="stack">
            {is_published(editor).then(|| view! { <p><a href=Route::DraftAsPublic(id).path()>{app.say(|words| words.as_public)}</a></p> })}
            <p>{if begins { say_draft(app, |words| words.receive_effect) } else { say_draft(app, |words| words.record_effect) }}</p>
            <div class="action-bar">
                <Button
                    label=if begins { say_draft(app, |words| words.receive_petition) } else { say_draft(app, |words| words.record_act) }
                    busy
                    busy_label=say_draft_some(app, |words| words.keeping)
                    disabled_reason=Signal::derive(move || {
                        // A file that was chosen belongs to it.
                        read_only.get().or_else(|| (editor.reading.get() > 0).then(|| draft_words(app).reading_file.to_owned()))
                    })
                    on_press
                />
            </div>
        </div>
    }
}

/// Does recording it make something that everybody may read?
fn is_published(editor: Editor) -> bool {
    let act = editor.draft.with_untracked(|draft| draft.act.clone());
    editor.rules.paper.iter().any(|(_, paper)| paper.see == See::Public && paper.of == act)
}

/// What the page needs of an asked guard, comparable so that a card is kept while the person types its reason.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct AskedHere {
    guard: String,
    unknown: bool,
    blocks: bool,
    /// Readings of a deadline that disagree: one of them is to be chosen.
    readings: Vec<String>,
    /// An answer that the law misses may settle it.
    open: bool,
}

impl From<&Asked> for AskedHere {
    fn from(asked: &Asked) -> Self {
        Self {
            guard: asked.guard.clone(),
            unknown: asked.truth == Truth::Unknown,
            blocks: asked.otherwise == Otherwise::Block && asked.truth == Truth::No,
            readings: asked.readings.clone(),
            open: false,
        }
    }
}

pub(super) fn reason_id(guard: &str) -> String {
    format!("reason-{guard}")
}

fn guard_words(editor: Editor, language: Language, key: &str) -> String {
    let app = editor.app;
    if key == DIFFERS {
        return draft_words(app).differs_reason_help.to_owned();
    }
    let Some(guard) = editor.rules.guard.get(key) else { return key.to_owned() };
    let office = app.account.get().map(|me| me.office);
    sentences::guard(language, guard, |deadline| {
        let days = submit::last_days(app, &editor.draft.read(), deadline, office.as_ref()?);
        sentences::last_days(language, days.into_iter().map(|(_, day)| day))
    })
}

/// A guard that asks: what the rules say, on what basis, and room for the reason.
fn guard_card(editor: Editor, asked: AskedHere, attempt: RwSignal<u32>) -> impl IntoView {
    let app = editor.app;
    let key = StoredValue::new(asked.guard.clone());
    let anchor = format!("guard-{}", asked.guard);
    let text = Signal::derive(move || guard_words(editor, app.language.get(), &key.get_value()));
    let disputed = !asked.readings.is_empty();
    let basis = Signal::derive(move || {
        let guard = editor.rules.guard.get(&key.get_value());
        guard.map(|guard| sentences::guard_basis(app.language.get(), guard, disputed)).unwrap_or_default()
    });
    let value =
        Signal::derive(move || editor.draft.with(|draft| key.with_value(|key| draft.reasons.get(key).cloned().unwrap_or_default())));
    let error = Signal::derive(move || {
        (attempt.get() > 0 && value.with(|text| is_blank(text))).then(|| draft_words(app).reason_missing.to_owned())
    });
    let (blocks, unknown) = (asked.blocks, asked.unknown);
    let title = Signal::derive(move || {
        let words = draft_words(app);
        (if blocks {
            words.blocked_by_rule
        } else if unknown {
            words.question_to_you
        } else {
            words.flagged_by_rule
        })
        .to_owned()
    });
    view! {
        <div id=anchor tabindex="-1">
            <Banner title tone=if blocks { Tone::Danger } else { Tone::Warning }>
                <p>{text}</p>
                <p class="muted">{app.say(|words| words.basis)} ": " {basis}</p>
                {(!asked.readings.is_empty()).then(|| reading_choice(editor, &asked))}
                {(!blocks || !asked.readings.is_empty()).then(|| view! {
                    <TextArea
                        id=reason_id(&asked.guard)
                        label=say_draft(app, |words| words.your_reason)
                        hint=say_draft_some(app, |words| words.your_reason_help)
                        rows=2
                        value
                        error
                        read_only=editor.read_only()
                        on_input=Callback::new(move |typed: String| {
                            let text = crate::domain::text::clean(&typed, true).text;
                            key.with_value(|key| editor.change_draft(|draft| drop(draft.reasons.insert(key.clone(), text))));
                        })
                        on_blur=Callback::new(move |()| editor.keep_now())
                    />
                })}
            </Banner>
        </div>
    }
}

/// Which of the readings that disagree is followed in this case.
fn reading_choice(editor: Editor, asked: &AskedHere) -> impl IntoView {
    let app = editor.app;
    let guard = asked.guard.clone();
    let key = StoredValue::new(guard.clone());
    let office = app.account.get_untracked().map(|me| me.office);
    let choices: Vec<Choice> = asked
        .readings
        .iter()
        .filter_map(|id| {
            let (deadline, reading) = editor.rules.deadline.iter().find_map(|(key, deadline)| {
                deadline.readings.iter().find(|reading| reading.id == *id).map(|reading| (key.clone(), reading))
            })?;
            let day = submit::last_days(app, &editor.draft.get_untracked(), &deadline, office.as_ref()?)
                .into_iter()
                .find(|(reading, _)| reading == id)
                .map(|(_, day)| day);
            let label = Signal::derive(move || {
                let language = app.language.get();
                let note = reading.note.as_ref().map(|note| language.text(note).to_owned()).unwrap_or_default();
                let day = day.map(|day| format!("{}: ", format::date(language, day))).unwrap_or_default();
                format!("{day}{note}")
            });
            let hint = Signal::derive(move || Some(sentences::basis(app.language.get(), &reading.src, reading.mark)));
            Some(Choice::new(id.clone(), label).with_hint(hint))
        })
        .collect();
    view! {
        <ChoiceGroup
            id=format!("reading-{guard}")
            legend=say_draft(app, |words| words.which_reading)
            choices=Signal::stored(choices)
            value=Signal::derive(move || editor.draft.with(|draft| key.with_value(|key| draft.readings.get(key).cloned().unwrap_or_default())))
            on_change=Callback::new(move |reading: String| {
                key.with_value(|key| editor.change_draft(|draft| drop(draft.readings.insert(key.clone(), reading))));
            })
            on_blur=Callback::new(move |()| editor.keep_now())
            disabled=editor.read_only()
        />
    }
}

fn refusal(editor: Editor, language: Language, error: &SubmitError) -> AnyView {
    match error {
        SubmitError::Refused(reasons) => {
            let items = reasons
                .iter()
                .map(|reason| match reason {
                    Reason::Guard { guard } | Reason::NeedsReason { guard, .. } => guard_words(editor, language, guard),
                    other => sentences::reason(language, Some(editor.rules), editor.form, other),
                })
                .map(|text| view! { <li>{text}</li> })
                .collect_view();
            view! { <p>{draft_words(editor.app).draft_is_safe}</p><ul>{items}</ul> }.into_any()
        }
        SubmitError::Store(error) => view! { <p>{sentences::store_error(language, error)}</p> }.into_any(),
        SubmitError::RulesMissing => view! { <p>{draft_words(editor.app).rules_missing}</p> }.into_any(),
        SubmitError::Gone => view! { <p>{draft_words(editor.app).draft_gone_help}</p> }.into_any(),
    }
}
