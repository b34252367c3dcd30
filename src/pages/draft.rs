//! The pages of one draft: its sections as a task list, each section as a page, and the check before it is submitted.

pub mod check;
mod differences;
pub mod editor;
pub mod fields;

use crate::components::live::live;
use leptos::prelude::*;

use crate::components::back_link::BackLink;
use crate::components::banner::{Announce, Banner};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::icon::IconName;
use crate::components::link_button::LinkButton;
use crate::components::page_header::PageHeader;
use crate::components::save_state::{SaveKind, SaveState};
use crate::components::task_list::{TaskList, TaskRow};
use crate::components::tone::Tone;
use crate::domain::answers::Place;
use crate::domain::form::check;
use crate::domain::id::DraftId;
use crate::domain::rule_set::Group;
use crate::domain::stream::Stream;
use crate::i18n::messages::DraftMessages;
use crate::i18n::{format, sentences};
use crate::pages::due_dates::DraftDeadlines;
use crate::pages::terms::Terms;
use crate::platform::{file, focus, page};
use crate::routes::Route;
use crate::state::{AppState, drafts, shared};
use crate::store::record::encode;

use check::CheckPage;
use editor::{Editor, Save, SectionState, Writer};
use fields::{FormField, KnownNames, row_class};

/// What only the pages of drafts say, in the language of the screen.
pub fn draft_words(app: AppState) -> &'static DraftMessages {
    DraftMessages::of(app.language.get())
}

/// One of their messages, which follows the language.
pub fn say_draft(app: AppState, message: fn(&'static DraftMessages) -> &'static str) -> Signal<String> {
    Signal::derive(move || message(draft_words(app)).to_owned())
}

/// Likewise, for what may be missing.
pub fn say_draft_some(app: AppState, message: fn(&'static DraftMessages) -> &'static str) -> Signal<Option<String>> {
    Signal::derive(move || Some(message(draft_words(app)).to_owned()))
}

/// In the address of a section to which the check has led: its button leads back there.
const FROM_CHECK: &str = "dari=periksa";

/// All pages of one draft share one editor, so that nothing is read from the disk between two sections.
#[component]
pub fn DraftPages(
    /// The app.
    app: AppState,
    /// The draft.
    id: DraftId,
    /// Which of its pages is on screen.
    #[prop(into)]
    route: Signal<Route>,
) -> impl IntoView {
    let Some(editor) = Editor::open(app, id) else {
        return view! { <DraftGone app id /> }.into_any();
    };
    let hidden = page::on_visibility(move |visible| {
        if !visible {
            editor.keep_now();
        }
    });
    let leaving = page::on_leave(move || editor.keep_now());
    let guards = StoredValue::new_local((hidden, leaving));
    on_cleanup(move || {
        let _ = guards.try_update_value(|_| ());
        editor.close();
    });
    let shown = Memo::new(move |_| match route.get() {
        Route::Section(draft, section) if draft == id => Shown::Section(section),
        Route::Check(draft) if draft == id => Shown::Check,
        _ => Shown::Tasks,
    });
    view! {
        <div class="page">
            {live(move || match shown.get() {
                Shown::Tasks => view! { <Tasks editor /> }.into_any(),
                Shown::Check => view! { <CheckPage editor /> }.into_any(),
                Shown::Section(key) => match editor.sections().iter().position(|group| group.key == key) {
                    Some(index) => view! { <Section editor index /> }.into_any(),
                    None => view! { <super::not_found::NotFoundBody app /> }.into_any(),
                },
            })}
        </div>
    }
    .into_any()
}

#[derive(Clone, PartialEq, Eq)]
enum Shown {
    Tasks,
    Section(String),
    Check,
}

/// The draft was submitted, discarded, or never on this device.
#[component]
fn DraftGone(app: AppState, id: DraftId) -> impl IntoView {
    let unreadable = app.quarantine.with_untracked(|all| all.iter().any(|record| record.key == id.to_string()));
    view! {
        <div class="page">
            <PageHeader title=say_draft(app, |words| words.draft_gone) />
            <p>{live(move || if unreadable { draft_words(app).draft_unreadable } else { draft_words(app).draft_gone_help })}</p>
            <LinkButton label=app.say(|words| words.to_home) href=Route::Home.path() />
        </div>
    }
}

/// The words beside the title: is everything on screen safe?
#[component]
fn SaveWords(editor: Editor) -> impl IntoView {
    let app = editor.app;
    let text = Signal::derive(move || {
        let words = app.words();
        match editor.save.get() {
            Save::Untouched => {
                let changed = editor.draft.read_untracked().changed_at;
                format!("{} {}", words.saved_on_device, format::instant_short(app.language.get(), changed, app.zone()))
            }
            Save::Saving => draft_words(app).saving.to_owned(),
            Save::Saved(at) => sentences::saved_at(app.language.get(), at, app.zone()),
            Save::Failed(_) => draft_words(app).not_saved.to_owned(),
        }
    });
    let kind = Signal::derive(move || match editor.save.get() {
        Save::Untouched => SaveKind::Untouched,
        Save::Saving => SaveKind::Saving,
        Save::Saved(_) => SaveKind::Saved,
        Save::Failed(_) => SaveKind::Failed,
    });
    view! { <SaveState text kind /> }
}

/// What stands in the way of writing: the disk, or another tab.
#[component]
fn Obstacles(editor: Editor) -> impl IntoView {
    let app = editor.app;
    let failed = move || match editor.save.get() {
        Save::Failed(error) => Some(sentences::store_error(app.language.get(), &error)),
        _ => None,
    };
    let export = Callback::new(move |()| {
        let draft = editor.draft.get_untracked();
        let text = encode(&draft);
        if !file::download(&format!("draf-{}.txt", draft.case.provisional_code()), "text/plain", &[text.into_bytes()]) {
            app.notify(app.words_untracked().download_failed.to_owned());
        }
    });
    view! {
        {live(move || {
            failed()
                .map(|text| {
                    view! {
                        <Banner
                            title=draft_words(app).not_saved
                            tone=Tone::Danger
                            announce=Announce::AtOnce
                            actions=ViewFn::from(move || {
                                view! {
                                    <Button label=app.words().try_again kind=ButtonKind::Secondary on_press=Callback::new(move |()| editor.keep_again()) />
                                    <Button label=draft_words(app).save_copy kind=ButtonKind::Quiet on_press=export />
                                }
                            })
                        >
                            <p>{text}</p>
                        </Banner>
                    }
                })
        })}
        {live(move || {
            (editor.writer.get() == Writer::Elsewhere)
                .then(|| {
                    view! {
                        <Banner
                            title=draft_words(app).open_elsewhere
                            tone=Tone::Warning
                            announce=Announce::Politely
                            actions=ViewFn::from(move || {
                                view! {
                                    <Button label=draft_words(app).write_here kind=ButtonKind::Secondary on_press=Callback::new(move |()| editor.seize()) />
                                }
                            })
                        >
                            <p>{draft_words(app).open_elsewhere_help}</p>
                        </Banner>
                    }
                })
        })}
    }
}

/// The task list.
#[component]
fn Tasks(editor: Editor) -> impl IntoView {
    let app = editor.app;
    let id = editor.id;
    let checked = Memo::new(move |_| {
        let draft = editor.draft.read();
        let found = check(editor.rules, editor.form, &draft.answers, editor.today());
        (found.problems, found.gaps)
    });
    let state_of = move |key: &'static str| checked.with(|(problems, gaps)| editor.section_state(key, problems, gaps));
    let count = move |state: SectionState| editor.sections().iter().filter(|group| state_of(&group.key) == state).count();
    let title = Signal::derive(move || {
        let name = petitioner_name(editor);
        if editor.begins_case() && name.is_empty() {
            app.words().new_petition.to_owned()
        } else if name.is_empty() {
            act_label(editor)
        } else {
            name
        }
    });
    let begins = editor.begins_case();
    let case = editor.draft.with_untracked(|draft| draft.case);
    let caption = Signal::derive(move || {
        let of = if begins { format!("{} {}", app.words().draft, case.provisional_code()) } else { case_name(editor) };
        Some(editor.draft.with(|draft| if draft.name.is_empty() { of.clone() } else { format!("{} · {of}", draft.name) }))
    });
    let lead = Signal::derive(move || {
        Some({
            let (later, optional) = (count(SectionState::Gaps), count(SectionState::Optional));
            sentences::sections_done(app.language.get(), count(SectionState::Done), editor.sections().len(), later, optional)
        })
    });
    let asking = RwSignal::new(false);
    let discard = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            let draft = editor.draft.get_untracked();
            match drafts::discard(app, id).await {
                Ok(()) => {
                    let offered = drafts::Undo::offered(app, id, editor.forget());
                    let undo = move || {
                        let (draft, _) = (draft.clone(), &offered);
                        leptos::task::spawn_local(async move {
                            if let Err(error) = drafts::restore(app, draft).await {
                                app.notify(sentences::store_error(app.language.get_untracked(), &error));
                            }
                        });
                    };
                    app.notify_with_undo(DraftMessages::of(app.language.get_untracked()).draft_discarded.to_owned(), undo);
                    app.navigation.go(&Route::Home);
                }
                Err(error) => app.notify(sentences::store_error(app.language.get_untracked(), &error)),
            }
        });
    });
    page_title(app, title);
    view! {
        {if begins {
            view! { <BackLink label=app.say(|words| words.nav_today) href=Route::Home.path() /> }.into_any()
        } else {
            to_stream(editor)
        }}
        <PageHeader title caption lead>
            <SaveWords editor />
        </PageHeader>
        <Obstacles editor />
        <TaskList label=say_draft(app, |words| words.sections)>
            {editor
                .sections()
                .iter()
                .map(|group| {
                    let state = Signal::derive(move || state_of(&group.key));
                    view! {
                        <TaskRow
                            title=Signal::derive(move || app.language.get().text(&group.title).to_owned())
                            href=Route::Section(id, group.key.clone()).path()
                            status=Signal::derive(move || section_word(app, state.get()).to_owned())
                            tone=Signal::derive(move || match state.get() {
                                SectionState::Problems => Tone::Danger,
                                SectionState::Gaps => Tone::Warning,
                                SectionState::Empty => Tone::Info,
                                SectionState::Done | SectionState::Optional => Tone::Neutral,
                            })
                            done=Signal::derive(move || state.get() == SectionState::Done)
                        />
                    }
                })
                .collect_view()}
        </TaskList>
        <div class="action-bar">
            <LinkButton label=app.say(|words| words.check_answers) href=Route::Check(id).path() />
        </div>
        <div class="cluster">
            <LinkButton label=say_draft(app, |words| words.draft_history) href=Route::History(id).path() kind=ButtonKind::Quiet icon=IconName::Clock />
            <Button
                label=say_draft(app, |words| words.discard_draft)
                kind=ButtonKind::Quiet
                icon=IconName::Trash
                disabled_reason=editor.read_only_reason()
                on_press=Callback::new(move |()| asking.set(true))
            />
        </div>
        <Dialog
            open=asking
            on_close=Callback::new(move |()| asking.set(false))
            title=say_draft(app, |words| words.discard_draft_question)
            close_label=app.say(|words| words.close)
            actions=ViewFn::from(move || {
                view! {
                    <Button
                        label=draft_words(app).discard_draft
                        kind=ButtonKind::Danger
                        on_press=Callback::new(move |()| {
                            asking.set(false);
                            discard.run(());
                        })
                    />
                    <Button label=draft_words(app).keep_draft kind=ButtonKind::Secondary on_press=Callback::new(move |()| asking.set(false)) />
                }
            })
        >
            <p>{say_draft(app, |words| words.discard_draft_help)}</p>
        </Dialog>
    }
}

fn section_word(app: AppState, state: SectionState) -> &'static str {
    let words = draft_words(app);
    match state {
        SectionState::Empty => words.section_empty,
        SectionState::Optional => words.section_optional,
        SectionState::Problems => words.section_problems,
        SectionState::Gaps => words.section_gaps,
        SectionState::Done => words.section_done,
    }
}

/// The act of a draft, as its button says.
fn act_label(editor: Editor) -> String {
    editor.draft.with(|draft| sentences::act(editor.app.language.get(), Some(editor.rules), &draft.act))
}

/// What the act belongs to: its case by the number, else what its rules are called.
fn case_name(editor: Editor) -> String {
    let (case, kind) = editor.draft.with(|draft| (draft.case, Stream::of(Some(&draft.rules))));
    if kind != Stream::Case {
        return editor.app.language.get().text(&editor.rules.title).to_owned();
    }
    editor.app.case(case).map_or_else(|| case.provisional_code(), |case| case.name())
}

/// The way back to what the act belongs to. A question that nobody has asked yet is not shown anywhere.
fn to_stream(editor: Editor) -> AnyView {
    let app = editor.app;
    let (case, kind) = editor.draft.with_untracked(|draft| (draft.case, Stream::of(Some(&draft.rules))));
    let known = untrack(|| app.case(case)).is_some();
    let route = if kind == Stream::Question && !known { Route::Questions } else { Route::of_stream(kind, case) };
    let label = Signal::derive(move || if kind == Stream::Case { app.words().to_case.to_owned() } else { case_name(editor) });
    view! { <BackLink label href=route.path() /> }.into_any()
}

/// The first petitioner's name, for titles.
fn petitioner_name(editor: Editor) -> String {
    editor.draft.read().answers.rows("petitioner").first().map(|row| row.fields.text("name").trim().to_owned()).unwrap_or_default()
}

/// One section as a page.
#[component]
fn Section(editor: Editor, index: usize) -> impl IntoView {
    let app = editor.app;
    let id = editor.id;
    let sections = editor.sections();
    let group: &'static Group = &sections[index];
    editor.group.set(group.key.clone());
    // Who came from the check goes back to it.
    let from_check = app.navigation.query.get_untracked() == FROM_CHECK;
    let next = sections.get(index + 1).filter(|_| !from_check).map_or(Route::Check(id), |next| Route::Section(id, next.key.clone()));
    let previous = index.checked_sub(1).map(|index| Route::Section(id, sections[index].key.clone()));
    let alone = sections.len() == 1;
    let title = Signal::derive(move || if alone { act_label(editor) } else { app.language.get().text(&group.title).to_owned() });
    let caption = Signal::derive(move || {
        if alone { Some(case_name(editor)) } else { Some(sentences::section_of(app.language.get(), index + 1, sections.len())) }
    });
    let lead = Signal::derive(move || group.hint.as_ref().map(|hint| app.language.get().text(hint).to_owned()));
    let has_errors = Signal::derive(move || {
        editor.errors.with(|errors| errors.keys().any(|place| editor.section_of(place) == Some(group.key.as_str())))
    });
    page_title(
        app,
        Signal::derive(move || {
            let prefix = if has_errors.get() { format!("{}: ", draft_words(app).error_prefix) } else { String::new() };
            format!("{prefix}{}", title.get())
        }),
    );
    let continues = Signal::derive({
        let to_check = next == Route::Check(id);
        move || {
            let words = draft_words(app);
            match (from_check, to_check) {
                (true, _) => words.back_to_check,
                (false, true) => app.words().check_answers,
                (false, false) => words.save_and_continue,
            }
            .to_owned()
        }
    });
    restore_focus(editor, group);
    shared::look(app);
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        editor.keep_now();
        app.navigation.go(&next);
    };
    let show_window = counts(editor, group);
    let terms = Signal::derive(move || {
        let language = app.language.get();
        let fields = group.rows.iter().flatten().filter_map(|key| editor.rules.field(editor.form, key));
        let labels: Vec<&str> = fields.map(|field| language.text(&field.label)).collect();
        format!("{} · {} · {}", title.get(), lead.get().unwrap_or_default(), labels.join(" · "))
    });
    view! {
        {(!alone).then(|| view! { <SectionNav editor index /> })}
        {if sections.len() > 1 {
            view! { <BackLink label=say_draft(app, |words| words.all_sections) href=Route::Draft(id).path() /> }.into_any()
        } else {
            to_stream(editor)
        }}
        <PageHeader title caption lead>
            <SaveWords editor />
        </PageHeader>
        <Obstacles editor />
        <Terms app text=terms />
        <form class="stack stack--loose" on:submit=on_submit novalidate autocomplete="off">
            {group
                .rows
                .iter()
                .map(|keys| {
                    let fields = keys
                        .iter()
                        .filter_map(|key| {
                            let field = editor.rules.field(editor.form, key)?;
                            Some(view! { <FormField editor place=Place::of(key) field /> })
                        })
                        .collect_view();
                    view! { <div class=row_class(keys)>{fields}</div> }
                })
                .collect_view()}
            {show_window.then(|| view! { <DraftDeadlines editor /> })}
            <KnownNames editor />
            <div class="action-bar">
                <Button label=continues submit=true />
                {previous
                    .map(|previous| {
                        view! {
                            <LinkButton label=app.say(|words| words.previous) href=previous.path() kind=ButtonKind::Quiet />
                        }
                    })}
                {alone.then(|| view! {
                    <LinkButton label=say_draft(app, |words| words.draft_history) href=Route::History(id).path() kind=ButtonKind::Quiet icon=IconName::Clock />
                })}
            </div>
        </form>
    }
}

/// Where there is room beside the form: all sections, each with how far it is.
#[component]
fn SectionNav(editor: Editor, index: usize) -> impl IntoView {
    let app = editor.app;
    // What is typed is looked at once it is kept, not with every key.
    let checked = Memo::new(move |_| {
        editor.save.track();
        let draft = editor.draft.read_untracked();
        let found = check(editor.rules, editor.form, &draft.answers, editor.today());
        (found.problems, found.gaps)
    });
    let link = move |(place, group): (usize, &'static Group)| {
        let state = move || untrack_state(editor, &group.key, &checked.get());
        view! {
            <li>
                <a class="form-nav__link" href=Route::Section(editor.id, group.key.clone()).path() aria-current=(place == index).then_some("page")>
                    <span>{live(move || app.language.get().text(&group.title).to_owned())}</span>
                    <span class="form-nav__state">{live(move || section_word(app, state()))}</span>
                </a>
            </li>
        }
    };
    view! {
        <nav class="form-nav" aria-label=say_draft(app, |words| words.sections)>
            <ol class="form-nav__list">{editor.sections().iter().enumerate().map(link).collect_view()}</ol>
        </nav>
    }
}

/// How far a section is by what was found last; it does not follow the keys.
fn untrack_state(editor: Editor, key: &str, (problems, gaps): &(Vec<crate::domain::form::Problem>, Vec<Place>)) -> SectionState {
    untrack(|| editor.section_state(key, problems, gaps))
}

/// Does the section hold a date or a time that a deadline of this act is counted from or held against?
fn counts(editor: Editor, group: &Group) -> bool {
    let act = editor.draft.with_untracked(|draft| draft.act.clone());
    let met = editor.rules.deadline.values().filter(|deadline| deadline.met_by.contains(&act));
    let mut starts = met.flat_map(|deadline| &deadline.readings).peekable();
    starts.peek().is_some()
        && (group.rows.iter().flatten().any(|field| field == "on" || field == "filed_on")
            || starts
                .filter_map(|reading| reading.start_date.as_ref())
                .filter_map(|path| path.split_once('.'))
                .any(|(form, start)| form == editor.form && group.rows.iter().flatten().any(|field| field == start)))
}

/// After a reload, a crash or a new sign-in the person finds the caret where it stood, in view. A link to a field wins.
fn restore_focus(editor: Editor, group: &'static Group) {
    let focus = editor.draft.with_untracked(|draft| draft.focus.clone()).filter(|focus| focus.group == group.key);
    let Some(focus) = focus.filter(|_| editor.save.get_untracked() == Save::Untouched) else { return };
    // The second frame: the page's title takes the focus in the first.
    focus::after_paint(move || {
        focus::after_paint(move || {
            if focus::fragment().is_none() {
                page::focus_by_id(&focus.place.to_string(), Some(focus.caret));
            }
        });
    });
}

/// The title of the window follows the page and the language.
pub fn page_title(app: AppState, title: Signal<String>) {
    Effect::new(move |_| page::set_title(&format!("{} · {}", title.get(), app.words().app_name)));
}
