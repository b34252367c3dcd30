//! *Kendala lapangan*: questions from the field, their answers from above, and publishing an answer for everybody.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::back_link::BackLink;
use crate::components::banner::{Announce, Banner};
use crate::components::button::{Button, ButtonKind};
use crate::components::details::Details;
use crate::components::empty_state::EmptyState;
use crate::components::file_row::FileList;
use crate::components::icon::{Icon, IconName};
use crate::components::link_button::LinkButton;
use crate::components::live::{each, entry, live};
use crate::components::page_header::PageHeader;
use crate::components::skeleton::Skeleton;
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::domain::answers::Answers;
use crate::domain::case::{Act, Case};
use crate::domain::docket::Line;
use crate::domain::evidence::files_of;
use crate::domain::id::CaseId;
use crate::domain::offers::{Standing, offers};
use crate::domain::office::{Level, Role};
use crate::domain::query;
use crate::domain::rule_set::RuleSet;
use crate::domain::stream::Stream;
use crate::i18n::help::HelpMessages;
use crate::i18n::{format, sentences};
use crate::pages::case::judged;
use crate::pages::draft::page_title;
use crate::pages::evidence::evidence_row;
use crate::pages::help::screen_name;
use crate::pages::work::{by_line, say, words};
use crate::platform::{install, page};
use crate::routes::Route;
use crate::state::{AppState, docket, streams, submit};
use crate::store::StoreError;

fn rules() -> Option<&'static RuleSet> {
    crate::rules::stream(Stream::Question).map(|set| &set.value)
}

fn tone(state: &str) -> Tone {
    match state {
        "open" => Tone::Warning,
        "asked_back" => Tone::Danger,
        "answered" => Tone::Success,
        _ => Tone::Neutral,
    }
}

/// Does this person answer for others?
fn stands_above(app: AppState) -> bool {
    app.account.read().as_ref().is_some_and(|me| {
        matches!(me.office.level, Level::National | Level::Province)
            && me.roles.iter().any(|role| matches!(role, Role::NationalAdmin | Role::ProvinceAdmin))
    })
}

/// A message as it is asked for.
type Label = fn(&'static HelpMessages) -> &'static str;

/// What can be chosen of the list: value in the address, words, states.
type Kind = (&'static str, Label, &'static [&'static str]);

const KINDS: [Kind; 4] = [
    ("", |words| words.all, &[]),
    ("menunggu", |words| words.waiting, &["open", "asked_back"]),
    ("dijawab", |words| words.answered, &["answered"]),
    ("selesai", |words| words.done, &["closed"]),
];

/// The list.
#[component]
pub fn Questions(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = say(app, |words| words.questions);
    page_title(app, title);
    let above = Memo::new(move |_| stands_above(app));
    let lead = Signal::derive(move || {
        let words = words(app);
        Some((if above.get() { words.questions_above } else { words.questions_lead }).to_owned())
    });
    let here = app.navigation;
    let kind = RwSignal::new(here.query.with_untracked(|query| query::value(query, "keadaan")));
    let all = Memo::new(move |_| docket::others(app, Stream::Question));
    let shown = Memo::new(move |_| {
        let kind = kind.get();
        let states = KINDS.iter().find(|(value, ..)| *value == kind).map_or(&[][..], |(.., states)| states);
        all.with(|all| {
            let fits = |line: &&Arc<Line>| states.is_empty() || states.contains(&line.state.as_str());
            all.iter().filter(fits).cloned().collect::<Vec<_>>()
        })
    });
    let choose = move |value: &'static str| {
        kind.set(value.to_owned());
        here.show(&query::write([("keadaan", value)]));
    };
    let segment = move |(value, label, _): Kind| {
        view! {
            <button type="button" class="segment" aria-pressed=move || (kind.get() == value).to_string() on:click=move |_| choose(value)>{say(app, label)}</button>
        }
    };
    let drafts = Memo::new(move |_| {
        let pin = crate::rules::stream(Stream::Question).map(|set| set.pin.clone());
        app.drafts.read().iter().filter(|draft| draft.act == "ask" && Some(&draft.rules) == pin.as_ref()).cloned().collect::<Vec<_>>()
    });
    view! {
        <div class="page">
            <BackLink label=app.say(|words| words.nav_help) href=Route::Help.path() />
            <PageHeader title lead />
            <div class="cluster">
                <LinkButton label=say(app, |words| words.ask) href=ask_path(app) icon=IconName::Plus />
            </div>
            {live(move || drafts.with(|drafts| (!drafts.is_empty()).then(|| {
                let rows = drafts.iter().map(|draft| {
                    let name = Some(draft.answers.text("title").trim()).filter(|title| !title.is_empty()).unwrap_or(words(app).draft).to_owned();
                    let href = submit::first_page(app, draft.id).path();
                    view! {
                        <li class="row">
                            <div class="row__body"><a class="row__title row__link" href=href>{name}</a></div>
                            <div class="row__side"><Tag label=app.say(|words| words.draft) /></div>
                        </li>
                    }
                });
                view! { <ul class="row-list">{rows.collect_view()}</ul> }
            })))}
            <div class="segments" role="group" aria-label=say(app, |words| words.which)>{KINDS.map(segment).into_iter().collect_view()}</div>
            {live(move || shown.with(Vec::is_empty).then(|| if all.with(Vec::is_empty) {
                view! { <EmptyState text=say(app, |words| words.none) icon=IconName::Help><p class="muted">{say(app, |words| words.none_help)}</p></EmptyState> }.into_any()
            } else {
                view! { <EmptyState text=say(app, |words| words.none_of_kind) icon=IconName::Filter /> }.into_any()
            }))}
            <ul class="row-list">
                {each(move || shown.get().into_iter().map(|line| {
                    entry(format!("{} {} {} {}", line.id, line.state, line.unsent, line.title), move || row(app, &line))
                }).collect())}
            </ul>
        </div>
    }
}

/// Where a new question is begun: with the screen that the person came from, if that is known.
fn ask_path(app: AppState) -> String {
    let from = app.navigation.query.with_untracked(|query| query::value(query, "dari"));
    if from.is_empty() { Route::NewQuestion.path() } else { format!("{}?dari={from}", Route::NewQuestion.path()) }
}

fn row(app: AppState, line: &Line) -> AnyView {
    let state = line.state.clone();
    let office = line.office.clone();
    let changed = line.changed_at;
    let tone = tone(&state);
    view! {
        <li class="row">
            <div class="row__body">
                <a class="row__title row__link" href=Route::Question(line.id).path()>{line.title.clone()}</a>
                <p class="row__line">
                    {move || office.as_ref().map(|code| app.office(code).map_or_else(|| code.0.clone(), |office| office.name))}
                    {changed.map(|at| view! { " · " {move || format::ago(app.language.get(), at, app.now.get())} })}
                </p>
            </div>
            <div class="row__side">
                <Tag label=Signal::derive(move || sentences::state(app.language.get(), rules(), &state)) tone />
                {line.unsent.then(|| view! { <Tag label=app.say(|words| words.not_at_server) tone=Tone::Warning icon=IconName::Outbox /> })}
            </div>
        </li>
    }
    .into_any()
}

/// Begins a question and leads to its form.
#[component]
pub fn NewQuestion(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let failed = RwSignal::new(None::<StoreError>);
    let from = app.navigation.query.with_untracked(|query| query::value(query, "dari"));
    let mut answers = Answers::default();
    answers.set_text("screen", untrack(|| screen_name(app, &Route::parse(&from))));
    answers.set_text("state", untrack(|| state_of_app(app)));
    spawn_local(async move {
        match streams::begin(app, Stream::Question, streams::new_id(), "ask", &answers).await {
            Ok(draft) => app.navigation.replace(&submit::first_page(app, draft)),
            Err(error) => drop(failed.try_set(Some(error))),
        }
    });
    live(move || match failed.get() {
        None => view! { <div class="page"><Skeleton label=app.say(|words| words.opening) /></div> }.into_any(),
        Some(error) => view! {
            <div class="page">
                <BackLink label=say(app, |words| words.questions) href=Route::Questions.path() />
                <PageHeader title=say(app, |words| words.failed) />
                <p>{sentences::store_error(app.language.get(), &error)}</p>
            </div>
        }
        .into_any(),
    })
}

/// What helps whoever answers: versions, browser, counts. Nothing of a case and nobody's name.
fn state_of_app(app: AppState) -> String {
    let account = app.account.read();
    let roles = account.as_ref().map(|me| format!("{:?} {:?}", me.office.level, me.roles)).unwrap_or_default();
    let sync = app.sync.get();
    let (width, height) = page::size();
    [
        format!("SIPS Lapangan {} ({})", env!("CARGO_PKG_VERSION"), option_env!("SIPS_COMMIT").unwrap_or("-")),
        install::user_agent(),
        format!("{width}×{height}, {}", app.language.get().tag()),
        roles,
        format!("outbox {}, drafts {}, {:?}", app.outbox.read().len(), app.drafts.read().len(), sync.trouble),
    ]
    .join("\n")
}

/// One question.
#[component]
pub fn QuestionPage(
    /// The app.
    app: AppState,
    /// The question.
    id: CaseId,
) -> impl IntoView {
    let case = Memo::new(move |_| app.case(id).filter(|case| Stream::of(case.rules.as_ref()) == Stream::Question));
    let known = Memo::new(move |_| case.with(Option::is_some));
    live(move || match known.get() {
        true => view! { <QuestionBody app id case /> }.into_any(),
        false => view! {
            <div class="page">
                <BackLink label=say(app, |words| words.questions) href=Route::Questions.path() />
                <PageHeader title=say(app, |words| words.unknown) />
                <p class="prose">{say(app, |words| words.unknown_help)}</p>
            </div>
        }
        .into_any(),
    })
}

#[component]
fn QuestionBody(app: AppState, id: CaseId, case: Memo<Option<Case>>) -> impl IntoView {
    let of = move |part: fn(AppState, &Case) -> String| {
        Signal::derive(move || case.with(|case| case.as_ref().map(|case| part(app, case)).unwrap_or_default()))
    };
    let title = of(|_, case| case.form("question").text("title").to_owned());
    page_title(app, title);
    let caption = of(|app, case| {
        let topic = case.form("question").text("topic");
        let topic = rules().and_then(|rules| sentences::option(app.language.get(), rules, "question", "topic", topic)).unwrap_or_default();
        let office = case.office.as_ref().map(|code| app.office(code).map_or_else(|| code.0.clone(), |office| office.name));
        format!("{topic} · {}", office.unwrap_or_default())
    });
    let state = Memo::new(move |_| case.with(|case| case.as_ref().map(|case| case.state.clone()).unwrap_or_default()));
    let acts = Memo::new(move |_| app.case_acts(id));
    view! {
        <div class="page">
            <BackLink label=say(app, |words| words.questions) href=Route::Questions.path() />
            <PageHeader title caption=Signal::derive(move || Some(caption.get())) />
            <p role="status">{live(move || view! { <Tag label=sentences::state(app.language.get(), rules(), &state.get()) tone=tone(&state.get()) /> })}</p>
            <section class="section">
                <h2 class="section__title">{say(app, |words| words.thread)}</h2>
                <ul class="notes">
                    {each(move || acts.get().into_iter().map(|act| entry(format!("{} {}", act.command_id, act.recorded_at.is_some()), move || said(app, &act))).collect())}
                </ul>
            </section>
            <Acts app id case />
            {live(move || stands_above(app).then(|| view! { <Publish app id case /> }))}
        </div>
    }
}

/// One turn of the conversation.
fn said(app: AppState, act: &Act) -> AnyView {
    let Some(answers) = act.recorded() else { return ().into_any() };
    let text = |field: &str| Some(answers.text(field).to_owned()).filter(|text| !text.is_empty());
    let is_answer = act.act == "answer";
    let name = act.act.clone();
    let kind = answers.text("kind").to_owned();
    let label = Signal::derive(move || {
        let asked = (kind == "ask_back")
            .then(|| rules().and_then(|rules| sentences::option(app.language.get(), rules, "answer", "kind", &kind)))
            .flatten();
        asked.unwrap_or_else(|| sentences::act(app.language.get(), rules(), &name))
    });
    let more = |label: Label, text: Option<String>| text.map(|text| view! { <p class="note__meta">{say(app, label)} ": " {text}</p> });
    let files = files_of(act);
    view! {
        <li class=if is_answer { "note answer" } else { "note" }>
            <p class="note__mark"><Icon name=if is_answer { IconName::CheckCircle } else { IconName::Note } /> <span>{label}</span></p>
            {text("text").or_else(|| text("remark")).map(|text| view! { <p class="note__text">{text}</p> })}
            {more(|words| words.basis, text("basis"))}
            {more(|words| words.screen, text("screen"))}
            {text("state").map(|state| view! { <Details summary=say(app, |words| words.state)><p class="note__text">{state}</p></Details> })}
            {(!files.is_empty()).then(|| view! {
                <FileList label=app.say(|words| words.storage_files)>{files.into_iter().map(|file| evidence_row(app, file, None)).collect_view()}</FileList>
            })}
            {by_line(app, act)}
        </li>
    }
    .into_any()
}

/// What this person can do with it now.
#[component]
fn Acts(app: AppState, id: CaseId, case: Memo<Option<Case>>) -> impl IntoView {
    let ready = Memo::new(move |_| {
        case.with(|case| {
            let case = case.as_ref()?;
            judged(app, case, |context, _| {
                let ready = offers(case, context).into_iter().filter(|offer| offer.standing == Standing::Ready);
                ready.map(|offer| offer.act).collect::<Vec<_>>()
            })
        })
        .unwrap_or_default()
    });
    let button = move |(at, act): (usize, String)| {
        let kind = if at == 0 { ButtonKind::Primary } else { ButtonKind::Secondary };
        let label = sentences::act(app.language.get(), rules(), &act);
        view! { <LinkButton label href=Route::Act(id, act, None).path() kind /> }
    };
    // An answer comes first for whoever may give one.
    let in_order = move || {
        let mut all = ready.get();
        if let Some(at) = all.iter().position(|act| act == "answer") {
            let answer = all.remove(at);
            all.insert(0, answer);
        }
        all
    };
    live(move || {
        let all = in_order();
        (!all.is_empty()).then(|| view! { <div class="action-bar">{all.into_iter().enumerate().map(button).collect_view()}</div> })
    })
}

/// Publishing the answer, and where the page stands that came of it.
#[component]
fn Publish(app: AppState, id: CaseId, case: Memo<Option<Case>>) -> impl IntoView {
    let article = Memo::new(move |_| app.case(id.beside()));
    let failed = RwSignal::new(None::<String>);
    let begin = Callback::new(move |act: &'static str| {
        let given = case.with_untracked(|case| case.as_ref().map(answer_as_page).unwrap_or_default());
        let given = if article.with_untracked(Option::is_some) { Answers::default() } else { given };
        spawn_local(async move {
            match streams::begin(app, Stream::Article, id.beside(), act, &given).await {
                Ok(draft) => app.navigation.go(&submit::first_page(app, draft)),
                Err(error) => drop(failed.try_set(Some(sentences::store_error(app.language.get_untracked(), &error)))),
            }
        });
    });
    let is_answered = Memo::new(move |_| case.with(|case| case.as_ref().is_some_and(|case| !case.form("answer").text("text").is_empty())));
    let is_published = Memo::new(move |_| article.with(|article| article.as_ref().is_some_and(|article| article.state == "published")));
    live(move || {
        is_answered.get().then(|| {
            let (label, kind): (Label, _) =
                if is_published.get() { (|words| words.update, ButtonKind::Quiet) } else { (|words| words.publish, ButtonKind::Secondary) };
            view! {
                <section class="section">
                    <h2 class="section__title">{say(app, |words| words.published)}</h2>
                    {if is_published.get() {
                        view! { <p><a href=format!("{}#{}", Route::Help.path(), id.beside())>{say(app, |words| words.open_published)}</a></p> }.into_any()
                    } else {
                        view! { <p class="muted">{say(app, |words| words.not_published)}</p> }.into_any()
                    }}
                    {live(move || failed.get().map(|text| view! { <Banner title=say(app, |words| words.failed) tone=Tone::Danger announce=Announce::AtOnce><p>{text}</p></Banner> }))}
                    <div class="cluster">
                        <Button label=say(app, label) kind icon=IconName::Share on_press=Callback::new(move |()| begin.run("publish")) />
                        {is_published.get().then(|| view! {
                            <Button label=say(app, |words| words.take_out) kind=ButtonKind::Quiet icon=IconName::Trash on_press=Callback::new(move |()| begin.run("withdraw")) />
                        })}
                    </div>
                </section>
            }
        })
    })
}

/// The page of help as it is suggested: the question and its last answer, for the answerer to write anew.
fn answer_as_page(case: &Case) -> Answers {
    let (question, answer) = (case.form("question"), case.form("answer"));
    let mut page = Answers::default();
    page.set_text("topic", question.text("topic").to_owned());
    page.set_text("title", question.text("title").to_owned());
    page.set_text("text", answer.text("text").to_owned());
    page.set_text("basis", answer.text("basis").to_owned());
    page
}
