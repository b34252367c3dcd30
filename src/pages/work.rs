//! The work on a case: who is responsible, who watches, the office's internal notes, and beside them the notes that are part of the
//! file. The two look different wherever they stand together.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::back_link::BackLink;
use crate::components::banner::{Announce, Banner};
use crate::components::button::{Button, ButtonKind};
use crate::components::choice_group::Choice;
use crate::components::empty_state::EmptyState;
use crate::components::icon::{Icon, IconName};
use crate::components::link_button::LinkButton;
use crate::components::live::{Entry, each, entry, live};
use crate::components::page_header::PageHeader;
use crate::components::select_field::SelectField;
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::domain::answers::Answers;
use crate::domain::case::{Act, Case};
use crate::domain::id::{AccountId, CaseId};
use crate::domain::offers::{Standing, offers};
use crate::domain::stream::{Stream, Work, work};
use crate::i18n::help::HelpMessages;
use crate::i18n::{format, sentences};
use crate::pages::case::judged;
use crate::pages::draft::{draft_words, page_title};
use crate::pages::not_found::NotFoundBody;
use crate::routes::Route;
use crate::state::submit::SubmitError;
use crate::state::{AppState, streams};

/// Words of pages that few open.
pub fn words(app: AppState) -> &'static HelpMessages {
    HelpMessages::of(app.language.get())
}

/// One of them, following the language.
pub fn say(app: AppState, message: fn(&'static HelpMessages) -> &'static str) -> Signal<String> {
    Signal::derive(move || message(words(app)).to_owned())
}

/// The page.
#[component]
pub fn WorkPage(
    /// The app.
    app: AppState,
    /// The case.
    id: CaseId,
) -> impl IntoView {
    let known = Memo::new(move |_| app.case(id).is_some());
    live(move || match known.get() {
        false => view! { <div class="page"><NotFoundBody app /></div> }.into_any(),
        true => view! { <Body app id /> }.into_any(),
    })
}

#[component]
fn Body(app: AppState, id: CaseId) -> impl IntoView {
    let title = app.say(|words| words.work_on_case);
    page_title(app, title);
    let case = Memo::new(move |_| app.case(id));
    let of_case = move |part: fn(&Case) -> String| Signal::derive(move || case.with(|case| case.as_ref().map(part).unwrap_or_default()));
    let name = of_case(Case::name);
    let parties = of_case(|case| format!("{} – {}", case.petitioners().join(", "), case.form("petition").text("respondent_name")));
    // Only the case's own office divides its work; those above read.
    let own = Memo::new(move |_| {
        let office = app.account.read().as_ref().map(|me| me.office.code.clone());
        case.with(|case| case.as_ref().and_then(|case| case.office.clone()) == office)
    });
    let state = Memo::new(move |_| app.case(id.beside()).map(|stream| work(&stream)).unwrap_or_default());
    let failed = RwSignal::new(None::<SubmitError>);
    let record = move |act: &'static str, answers: Answers| {
        failed.set(None);
        spawn_local(async move {
            if let Err(error) = streams::record(app, Stream::Work, id.beside(), act, &answers).await {
                let _ = failed.try_set(Some(error));
            }
        });
    };
    view! {
        <div class="page">
            <BackLink label=app.say(|words| words.to_case) href=Route::Case(id).path() />
            <PageHeader title caption=Signal::derive(move || Some(name.get())) lead=Signal::derive(move || Some(parties.get())) />
            {live(move || (!own.get()).then(|| view! { <p class="muted">{words(app).other_office}</p> }))}
            {live(move || failed.get().map(|error| view! {
                <Banner title=say(app, |words| words.not_recorded) tone=Tone::Danger announce=Announce::AtOnce>{refusal(app, &error)}</Banner>
            }))}
            <Responsible app own state record=Callback::new(move |(act, answers)| record(act, answers)) />
            <Watching app state record=Callback::new(move |(act, answers)| record(act, answers)) own />
            <Internal app id own />
            <OfFile app id case />
        </div>
    }
}

type Record = Callback<(&'static str, Answers)>;

fn assigned_to(account: AccountId, name: &str) -> Answers {
    let mut answers = Answers::default();
    answers.set_text("to", account.to_string());
    answers.set_text("name", name.to_owned());
    answers
}

/// Who is responsible, and handing the case over.
#[component]
fn Responsible(app: AppState, own: Memo<bool>, state: Memo<Work>, record: Record) -> impl IntoView {
    let chosen = RwSignal::new(String::new());
    let me = move || app.account.read().as_ref().map(|me| (me.account, me.name.clone()));
    let responsible = Memo::new(move |_| state.with(|work| work.responsible.clone()));
    let colleagues = Memo::new(move |_| app.account.read().as_ref().map(|me| me.colleagues.clone()).unwrap_or_default());
    let choices = Signal::derive(move || {
        let language = app.language.get();
        let all = colleagues.get().into_iter().map(|colleague| {
            let roles: Vec<String> = colleague.roles.iter().map(|role| sentences::role(language, *role).to_owned()).collect();
            Choice::new(colleague.account.to_string(), format!("{} ({})", colleague.name, format::list(language, &roles)))
        });
        all.collect()
    });
    let give = Callback::new(move |()| {
        let found = colleagues.with_untracked(|all| all.iter().find(|one| one.account.to_string() == chosen.get_untracked()).cloned());
        if let Some(colleague) = found {
            record.run(("assign", assigned_to(colleague.account, &colleague.name)));
            chosen.set(String::new());
        }
    });
    view! {
        <section class="section">
            <h2 class="section__title">{app.say(|words| words.responsible)}</h2>
            <p role="status">{live(move || match responsible.get() {
                Some((_, name)) => view! { <Tag label=name tone=Tone::Info icon=IconName::User /> }.into_any(),
                None => view! { <span class="muted">{app.words().nobody_responsible}</span> }.into_any(),
            })}</p>
            <p class="muted">{say(app, |words| words.responsible_help)}</p>
            {live(move || own.get().then(|| view! {
                <div class="stack">
                    <div class="cluster">
                        {live(move || (responsible.get().map(|(account, _)| account) != me().map(|(account, _)| account)).then(|| view! {
                            <Button label=say(app, |words| words.take) kind=ButtonKind::Secondary icon=IconName::User on_press=Callback::new(move |()| {
                                if let Some((account, name)) = untrack(me) {
                                    record.run(("assign", assigned_to(account, &name)));
                                }
                            }) />
                        }))}
                        {live(move || responsible.get().is_some().then(|| view! {
                            <Button label=say(app, |words| words.release) kind=ButtonKind::Quiet on_press=Callback::new(move |()| record.run(("release", Answers::default()))) />
                        }))}
                    </div>
                    {live(move || if colleagues.with(Vec::is_empty) {
                        view! { <p class="muted">{words(app).colleagues_none}</p> }.into_any()
                    } else {
                        view! {
                            <SelectField
                                id="give-to"
                                label=say(app, |words| words.give_to)
                                unchosen=Signal::derive(move || Some(words(app).give_whom.to_owned()))
                                choices
                                value=chosen
                                on_change=Callback::new(move |account| chosen.set(account))
                            />
                            <Button
                                label=say(app, |words| words.give)
                                kind=ButtonKind::Secondary
                                icon=IconName::Share
                                disabled_reason=Signal::derive(move || chosen.with(String::is_empty).then(|| words(app).give_missing.to_owned()))
                                on_press=give
                            />
                        }.into_any()
                    })}
                </div>
            }))}
        </section>
    }
}

/// Who watches, and watching.
#[component]
fn Watching(app: AppState, own: Memo<bool>, state: Memo<Work>, record: Record) -> impl IntoView {
    let watches = Memo::new(move |_| {
        let me = app.account.read().as_ref().map(|me| me.account);
        state.with(|work| me.is_some_and(|me| work.watchers.contains(&me)))
    });
    let names = move || {
        let account = app.account.read();
        let name = |id: &AccountId| {
            let me = account.as_ref()?;
            let of_other = || me.colleagues.iter().find(|colleague| colleague.account == *id).map(|colleague| colleague.name.clone());
            if me.account == *id { Some(me.name.clone()) } else { of_other() }
        };
        state.with(|work| work.watchers.iter().filter_map(name).collect::<Vec<_>>())
    };
    view! {
        <section class="section">
            <h2 class="section__title">{say(app, |words| words.watching)}</h2>
            <p role="status">{move || {
                let names = names();
                if names.is_empty() { words(app).watchers_none.to_owned() } else { format::list(app.language.get(), &names) }
            }}</p>
            <p class="muted">{say(app, |words| words.watch_help)}</p>
            {live(move || own.get().then(|| {
                let (label, act): (fn(&'static HelpMessages) -> &'static str, _) =
                    if watches.get() { (|words| words.unwatch, "unwatch") } else { (|words| words.watch, "watch") };
                let icon = if watches.get() { IconName::EyeOff } else { IconName::Eye };
                view! { <Button label=say(app, label) kind=ButtonKind::Secondary icon on_press=Callback::new(move |()| record.run((act, Answers::default()))) /> }
            }))}
        </section>
    }
}

/// The notes that stay in the office.
#[component]
fn Internal(app: AppState, id: CaseId, own: Memo<bool>) -> impl IntoView {
    let notes = Memo::new(move |_| acts_of(app, id.beside(), &["note"]));
    let failed = RwSignal::new(None::<String>);
    let write = Callback::new(move |()| {
        spawn_local(async move {
            match streams::begin(app, Stream::Work, id.beside(), "note", &Answers::default()).await {
                Ok(draft) => app.navigation.go(&crate::state::submit::first_page(app, draft)),
                Err(error) => drop(failed.try_set(Some(sentences::store_error(app.language.get_untracked(), &error)))),
            }
        });
    });
    view! {
        <section class="section" id="internal">
            <h2 class="section__title">{say(app, |words| words.internal)}</h2>
            <p class="muted">{say(app, |words| words.internal_help)}</p>
            {live(move || notes.with(Vec::is_empty).then(|| view! { <EmptyState text=say(app, |words| words.internal_none) icon=IconName::Note /> }))}
            <ul class="notes">{each(move || notes.get().into_iter().rev().map(|act| note_entry(app, act, true)).collect())}</ul>
            {live(move || failed.get().map(|text| view! { <Banner title=say(app, |words| words.failed) tone=Tone::Danger announce=Announce::AtOnce><p>{text}</p></Banner> }))}
            {live(move || own.get().then(|| view! { <Button label=say(app, |words| words.write_internal) icon=IconName::Note on_press=write /> }))}
        </section>
    }
}

/// The notes that are part of the file: acts of the case itself.
#[component]
fn OfFile(app: AppState, id: CaseId, case: Memo<Option<Case>>) -> impl IntoView {
    let notes = Memo::new(move |_| acts_of(app, id, &["note"]));
    let may = Memo::new(move |_| {
        case.with(|case| {
            judged(app, case.as_ref()?, |context, _| {
                offers(case.as_ref()?, context)
                    .into_iter()
                    .find(|offer| offer.act == "note" && offer.standing == Standing::Ready)
                    .map(|_| ())
            })?
        })
        .is_some()
    });
    view! {
        <section class="section">
            <h2 class="section__title">{say(app, |words| words.of_file)}</h2>
            <p class="muted">{say(app, |words| words.of_file_help)}</p>
            {live(move || notes.with(Vec::is_empty).then(|| view! { <EmptyState text=say(app, |words| words.of_file_none) icon=IconName::File /> }))}
            <ul class="notes">{each(move || notes.get().into_iter().rev().map(|act| note_entry(app, act, false)).collect())}</ul>
            {live(move || may.get().then(|| view! {
                <LinkButton label=say(app, |words| words.write_of_file) href=Route::Act(id, "note".to_owned(), None).path() kind=ButtonKind::Secondary icon=IconName::File />
            }))}
        </section>
    }
}

/// The acts of these names in a stream, in order.
pub fn acts_of(app: AppState, id: CaseId, names: &[&str]) -> Vec<Act> {
    app.case_acts(id).into_iter().filter(|act| names.contains(&act.act.as_str())).collect()
}

fn note_entry(app: AppState, act: Act, internal: bool) -> Entry {
    entry(format!("{} {}", act.command_id, act.recorded_at.is_some()), move || {
        let text = act.recorded().map(|answers| answers.text("text").to_owned()).unwrap_or_default();
        let class = if internal { "note note--internal" } else { "note note--file" };
        let icon = if internal { IconName::Lock } else { IconName::File };
        let mark = if internal { say(app, |words| words.internal_mark) } else { say(app, |words| words.of_file_mark) };
        view! {
            <li class=class>
                <p class="note__mark"><Icon name=icon /> <span>{mark}</span></p>
                <p class="note__text">{text}</p>
                {by_line(app, &act)}
            </li>
        }
    })
}

/// Who wrote something, when, and whether the server has it.
pub fn by_line(app: AppState, act: &Act) -> AnyView {
    let (name, at, sent) = (act.by.name.clone(), act.happened_at, act.recorded_at.is_some());
    view! {
        <p class="note__meta">
            {name} " · " {move || format::instant(app.language.get(), at, app.zone())}
            {(!sent).then(|| view! { " " <Tag label=app.say(|words| words.not_at_server) tone=Tone::Warning icon=IconName::Outbox /> })}
        </p>
    }
    .into_any()
}

/// Why an act without a form was not recorded.
fn refusal(app: AppState, error: &SubmitError) -> AnyView {
    let language = app.language.get();
    let rules = crate::rules::stream(Stream::Work).map(|set| &set.value);
    match error {
        SubmitError::Store(error) => view! { <p>{sentences::store_error(language, error)}</p> }.into_any(),
        SubmitError::Refused(reasons) => {
            let items = reasons.iter().map(|reason| view! { <li>{sentences::reason(language, rules, "", reason)}</li> });
            view! { <ul>{items.collect_view()}</ul> }.into_any()
        }
        SubmitError::RulesMissing => view! { <p>{draft_words(app).rules_missing}</p> }.into_any(),
        SubmitError::Gone => view! { <p>{draft_words(app).draft_gone_help}</p> }.into_any(),
    }
}
