//! Renders the fields of a form from the rule set: one designed component for each kind, wherever it stands.

use super::{draft_words, say_draft, say_draft_some};
use crate::components::live::{each, entry, live};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::editor::Editor;
use crate::components::button::{Button, ButtonKind};
use crate::components::check_row::{CheckGroup, CheckRow};
use crate::components::choice_group::{Choice, ChoiceGroup};
use crate::components::date_field::DateField;
use crate::components::field::FieldWidth;
use crate::components::file_picker::FilePicker;
use crate::components::file_row::{FileList, FileRow};
use crate::components::icon::IconName;
use crate::components::progress_bar::ProgressBar;
use crate::components::select_field::SelectField;
use crate::components::summary_card::SummaryCard;
use crate::components::text_area::TextArea;
use crate::components::text_field::TextField;
use crate::components::time_field::TimeField;
use crate::components::tone::Tone;
use crate::domain::answers::{Answer, Place};
use crate::domain::evidence::FileRef;
use crate::domain::form::{NO, YES, fields_in_order, is_shown, listed_rows, row_form};
use crate::domain::rule_set::{Field, Kind, ListRow, Need};
use crate::domain::text::read_date;
use crate::i18n::messages::DraftMessages;
use crate::i18n::{Language, format, sentences};
use crate::pages::file_preview::preview;
use crate::papers::answers::{Codes, is_exhibit, row_code};
use crate::platform::shared::{self as platform_shared, Shared};
use crate::platform::timer::painted;
use crate::state::drafts::{self, AttachError};
use crate::state::{docket, shared};

/// A choice with more options than this is a list that opens.
const RADIOS_AT_MOST: usize = 5;
/// Long texts show their length from here on, in characters.
const COUNT_FROM: usize = 1_000;
/// What the file pickers of phones and desktops are asked for.
const ACCEPT: &str = ".pdf,.docx,image/jpeg,image/png,image/webp,image/heic,image/heif";

/// The id of the names that this office has met, for fields of names.
pub const NAMES: &str = "names-known";
/// How many of them are offered.
const NAMES_AT_MOST: usize = 200;
/// How long after the fields they come at the latest, in milliseconds.
const NAMES_MS: i32 = 500;

/// Names that may be meant, so that nobody types them twice: of this draft, then of the parties of cases on this device.
#[component]
pub fn KnownNames(
    /// The draft.
    editor: Editor,
) -> impl IntoView {
    let names = RwSignal::new(Vec::<String>::new());
    spawn_local(async move {
        painted(NAMES_MS).await;
        let found = editor.draft.try_with_untracked(|draft| {
            let of_rows = draft.answers.0.values().filter_map(|answer| if let Answer::Rows(rows) = answer { Some(rows) } else { None });
            of_rows.flatten().map(|row| row.fields.text("name").trim().to_owned()).collect::<Vec<_>>()
        });
        let Some(own) = found else { return };
        let lines = untrack(|| docket::lines(editor.app));
        let parties = lines.iter().rev().flat_map(|line| line.petitioners.iter().chain(std::iter::once(&line.respondent)));
        let mut all: Vec<String> = Vec::new();
        for name in own.iter().chain(parties).filter(|name| !name.is_empty()) {
            if all.len() < NAMES_AT_MOST && !all.contains(name) {
                all.push(name.clone());
            }
        }
        let _ = names.try_set(all);
    });
    view! {
        <datalist id=NAMES>{live(move || names.get().into_iter().map(|name| view! { <option value=name /> }).collect_view())}</datalist>
    }
}

/// One field at its place.
#[component]
pub fn FormField(
    /// The draft.
    editor: Editor,
    /// Where it stands.
    place: Place,
    /// What it is.
    field: &'static Field,
) -> impl IntoView {
    let shown_at = place.clone();
    let shown = Memo::new(move |_| editor.with_around(&shown_at, |around| is_shown(field, around)));
    let place = StoredValue::new(place);
    move || shown.get().then(|| render(editor, place.get_value(), field))
}

/// The words around a field, following the language and what is wrong.
struct Around {
    label: Signal<String>,
    mark: Signal<Option<String>>,
    hint: Signal<Option<String>>,
    error: Signal<Option<String>>,
}

fn around(editor: Editor, place: &Place, field: &'static Field) -> Around {
    let app = editor.app;
    let (odd_at, wrong_at) = (place.clone(), place.clone());
    Around {
        label: Signal::derive(move || app.language.get().text(&field.label).to_owned()),
        mark: Signal::derive(move || {
            let words = draft_words(app);
            match field.need {
                Need::Must => None,
                Need::Law => Some(words.may_follow.to_owned()),
                Need::Optional => Some(words.optional.to_owned()),
            }
        }),
        hint: Signal::derive(move || {
            let language = app.language.get();
            let odd = editor.oddities.with(|oddities| oddities.get(&odd_at).map(|odd| sentences::oddity(language, *odd)));
            match (field.hint.as_ref().map(|hint| language.text(hint)), odd) {
                (Some(hint), Some(odd)) => Some(format!("{hint} {odd}")),
                (Some(text), None) | (None, Some(text)) => Some(text.to_owned()),
                (None, None) => None,
            }
        }),
        error: Signal::derive(move || {
            let language = app.language.get();
            editor.errors.with(|errors| {
                errors.get(&wrong_at).map(|code| format!("{} {}", language.text(&field.label), sentences::problem(language, code)))
            })
        }),
    }
}

fn render(editor: Editor, place: Place, field: &'static Field) -> AnyView {
    let Around { label, mark, hint, error } = around(editor, &place, field);
    let id = place.to_string();
    let at = StoredValue::new(place.clone());
    let value_at = place.clone();
    let value = Memo::new(move |_| editor.text(&value_at));
    let value = Signal::derive(move || value.get());
    let on_input = Callback::new(move |typed: String| at.with_value(|place| editor.type_text(place, field, typed)));
    let on_blur = Callback::new(move |()| at.with_value(|place| editor.leave(place, field)));
    let on_focus = Callback::new(move |()| editor.enter());
    let on_change = Callback::new(move |chosen: String| {
        at.with_value(|place| {
            editor.type_text(place, field, chosen);
            editor.leave(place, field);
        });
    });
    let read_only = editor.read_only();
    let app = editor.app;
    match field.kind {
        Kind::Text | Kind::Name | Kind::Email | Kind::Phone | Kind::Nik | Kind::Count => {
            let (input_type, input_mode, autocapitalize, width) = match field.kind {
                Kind::Email => ("text", Some("email"), Some("none"), FieldWidth::Full),
                Kind::Phone => ("tel", Some("tel"), None, FieldWidth::Full),
                Kind::Nik => ("text", Some("numeric"), None, FieldWidth::Nik),
                Kind::Count => ("text", Some("numeric"), None, FieldWidth::Short),
                Kind::Name => ("text", None, Some("words"), FieldWidth::Full),
                _ => ("text", None, Some("sentences"), FieldWidth::Full),
            };
            let (input_mode, autocapitalize) = (input_mode.unwrap_or("text"), autocapitalize.unwrap_or("off"));
            if field.kind == Kind::Name {
                return view! {
                    <TextField id label mark hint error value on_input on_blur on_focus read_only width input_type input_mode autocomplete="off" autocapitalize enter_key_hint="next" suggested_by=NAMES />
                }
                .into_any();
            }
            view! {
                <TextField id label mark hint error value on_input on_blur on_focus read_only width input_type input_mode autocomplete="off" autocapitalize enter_key_hint="next" />
            }
            .into_any()
        }
        Kind::LongText => {
            let max = field.max.unwrap_or(field.kind.max());
            let counter = Signal::derive(move || {
                let language = app.language.get();
                value.with(|text| {
                    let length = text.chars().count();
                    (length >= COUNT_FROM).then(|| sentences::characters(language, length, max))
                })
            });
            view! { <TextArea id label mark hint error value on_input on_blur on_focus read_only counter /> }.into_any()
        }
        Kind::Choice => {
            let choices = Signal::derive(move || {
                field
                    .options
                    .iter()
                    .map(|option| Choice::new(option.v.clone(), Signal::derive(move || app.language.get().choice(option).to_owned())))
                    .collect::<Vec<_>>()
            });
            if field.options.len() <= RADIOS_AT_MOST {
                view! { <ChoiceGroup id legend=label choices value on_change mark hint error disabled=read_only /> }.into_any()
            } else {
                let unchosen = say_draft_some(app, |words| words.choose_one);
                view! { <SelectField id label choices value on_change on_blur mark hint error unchosen disabled=read_only /> }.into_any()
            }
        }
        Kind::YesNo => {
            let choices =
                Signal::derive(move || vec![Choice::new(YES, app.say(|words| words.yes)), Choice::new(NO, app.say(|words| words.no))]);
            view! { <ChoiceGroup id legend=label choices value on_change mark hint error disabled=read_only /> }.into_any()
        }
        Kind::Date => {
            let echo = Signal::derive(move || {
                let language = app.language.get();
                value.with(|text| read_date(text).ok().map(|date| format::date(language, date)))
            });
            let picked = Signal::derive(move || value.with(|text| read_date(text).ok().map(|date| date.to_string())));
            let max = Signal::derive(move || field.not_future.then(|| editor.today().to_string()));
            let picker_label = app.say(|words| words.open_calendar);
            view! { <DateField id label value on_input on_blur on_focus picker_label echo picked max mark hint error disabled=read_only /> }
                .into_any()
        }
        Kind::Time => {
            let zone = Signal::derive(move || Some(app.zone().abbreviation().to_owned()));
            view! { <TimeField id label value on_input on_blur on_focus zone mark hint error disabled=read_only /> }.into_any()
        }
        Kind::Rows => rows(editor, place, field, label, mark, hint, error).into_any(),
        Kind::Checklist => checklist(editor, place, field, label, hint).into_any(),
        Kind::Files => view! { <Files editor place label mark hint error /> }.into_any(),
    }
}

fn rows(
    editor: Editor,
    place: Place,
    field: &'static Field,
    label: Signal<String>,
    mark: Signal<Option<String>>,
    hint: Signal<Option<String>>,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let app = editor.app;
    let list = StoredValue::new(place.field.clone());
    let ids = Memo::new(move |_| {
        editor.draft.with(|draft| list.with_value(|list| draft.answers.rows(list).iter().map(|row| row.id.clone()).collect::<Vec<_>>()))
    });
    let form = row_form(field).unwrap_or_default();
    let newest = RwSignal::new(None::<String>);
    let add = Callback::new(move |()| {
        let id = list.with_value(|list| editor.add_row(list));
        newest.set(Some(id));
    });
    let add_label = Signal::derive(move || field.add.as_ref().map(|add| app.language.get().text(add).to_owned()).unwrap_or_default());
    let full = Signal::derive(move || {
        let max = field.max.unwrap_or(field.kind.max()) as usize;
        (ids.with(Vec::len) >= max).then(|| draft_words(app).no_more_rows.to_owned()).or_else(|| editor.read_only_reason().get())
    });
    let button_id = place.to_string();
    // A new row is opened with the caret in its first field.
    Effect::new(move |_| {
        if let Some(row) = newest.get()
            && let Some((first, _)) = fields_in_order(editor.rules, form).next()
        {
            let target = Place::in_row(&list.get_value(), &row, first).to_string();
            crate::platform::page::focus_by_id(&target, None);
        }
    });
    view! {
        <section class="stack" aria-label=label>
            {live(move || error.get().map(|text| view! { <p class="field__error" role="alert">{text}</p> }))}
            {live(move || hint.get().map(|text| view! { <p class="field__hint">{text}</p> }))}
            {live(move || {
                ids.with(Vec::is_empty).then(|| view! { <p class="muted">{say_draft(app, |words| words.none_yet)} " " {mark}</p> })
            })}
            {each(move || ids.get().into_iter().map(|id| entry(id.clone(), move || row_card(editor, list, id.clone(), field, form, ids))).collect())}
            <Button id=button_id label=add_label kind=ButtonKind::Secondary icon=IconName::Plus disabled_reason=full on_press=add />
        </section>
    }
}

fn row_card(
    editor: Editor,
    list: StoredValue<String>,
    id: String,
    field: &'static Field,
    form: &'static str,
    ids: Memo<Vec<String>>,
) -> impl IntoView {
    let app = editor.app;
    let row = StoredValue::new(id);
    // Exhibits go on counting where those of the case end.
    let counts_on = is_exhibit(field) && !editor.begins_case();
    let case = counts_on.then(|| untrack(|| app.case(editor.draft.read_untracked().case))).flatten();
    let codes = StoredValue::new(case.map(|case| Codes::of(editor.rules, &case.history)).unwrap_or_default());
    let title = Memo::new(move |_| {
        let index = ids.with(|ids| ids.iter().position(|id| row.with_value(|row| id == row))).unwrap_or(0);
        editor.draft.with(|draft| {
            let row = list.with_value(|list| draft.answers.rows(list).get(index));
            row.map_or_else(|| row_code(field, index), |row| codes.with_value(|codes| codes.code(field, row, index)))
        })
    });
    let remove = Callback::new(move |()| {
        let name = list.get_value();
        if let Some((index, removed)) = row.with_value(|row| editor.remove_row(&name, row)) {
            let message = format!("{} {}", row_code(field, index), app.words_untracked().was_removed);
            app.notify_with_undo(message, move || editor.put_row_back(&name, index, removed.clone()));
        }
    });
    let read_only = editor.read_only();
    let removable = Signal::derive(move || ids.with(Vec::len) > field.min as usize && !read_only.get());
    let actions = ViewFn::from(move || {
        removable.get().then(|| {
            view! {
                <Button label=app.say(|words| words.remove) context=Signal::derive(move || Some(title.get())) kind=ButtonKind::Quiet icon=IconName::Trash on_press=remove />
            }
        })
    });
    let fields: Vec<_> = editor
        .rules
        .form
        .get(form)
        .into_iter()
        .flat_map(|form| form.groups.iter().flat_map(|group| &group.rows))
        .map(|keys| {
            let inside: Vec<_> = keys
                .iter()
                .filter_map(|key| {
                    let field = editor.rules.field(form, key)?;
                    let place = Place::in_row(&list.get_value(), &row.get_value(), key);
                    Some(view! { <FormField editor place field /> })
                })
                .collect();
            view! { <div class=row_class(keys)>{inside}</div> }
        })
        .collect();
    view! {
        <SummaryCard title level=2 actions>
            <div class="stack">{fields}</div>
        </SummaryCard>
    }
}

/// Two short fields stand beside each other where there is room.
#[must_use]
pub fn row_class(keys: &[String]) -> &'static str {
    if keys.len() > 1 { "columns" } else { "stack" }
}

fn checklist(editor: Editor, place: Place, field: &'static Field, label: Signal<String>, hint: Signal<Option<String>>) -> impl IntoView {
    let app = editor.app;
    let Some(list) = field.of.as_ref().and_then(|of| editor.rules.list.get(of)) else { return ().into_any() };
    // What is asked for depends on the petition, whichever form ticks it.
    let petition = if editor.begins_case() { None } else { untrack(|| app.case(editor.draft.read_untracked().case)) };
    let shown = Memo::new(move |_| {
        editor.draft.with(|draft| {
            let around = petition.as_ref().map_or(&draft.answers, |case| case.form("petition"));
            listed_rows(list, around).map(|row| row.v.clone()).collect::<Vec<_>>()
        })
    });
    let name = StoredValue::new(place.field.clone());
    let id = place.to_string();
    view! {
        <CheckGroup id=id legend=label hint=hint>
            {each(move || {
                let shown = shown.get();
                list.rows
                    .iter()
                    .filter(|row| shown.contains(&row.v))
                    .map(|row| entry(row.v.clone(), move || checklist_row(editor, name, row, app)))
                    .collect()
            })}
        </CheckGroup>
    }
    .into_any()
}

fn checklist_row(editor: Editor, list: StoredValue<String>, row: &'static ListRow, app: crate::state::AppState) -> impl IntoView {
    let read = move |name: &'static str| {
        editor.draft.with(|draft| {
            list.with_value(|list| {
                draft
                    .answers
                    .rows(list)
                    .iter()
                    .find(|candidate| candidate.id == row.v)
                    .map(|row| row.fields.text(name).to_owned())
                    .unwrap_or_default()
            })
        })
    };
    let write = move |name: &'static str, text: String| {
        editor.change(|answers| {
            let rows = list.with_value(|list| answers.rows_mut(list));
            let index = rows.iter().position(|candidate| candidate.id == row.v).unwrap_or_else(|| {
                rows.push(crate::domain::answers::Row { id: row.v.clone(), fields: Default::default() });
                rows.len() - 1
            });
            rows[index].fields.set_text(name, text);
        });
    };
    let present = Memo::new(move |_| read("present") == YES);
    let id = move |name: &str| Place::in_row(&list.get_value(), &row.v, name);
    let wrong_at = id("copies");
    let copies_error = Signal::derive(move || {
        let language = app.language.get();
        editor.errors.with(|errors| errors.get(&wrong_at).map(|code| sentences::problem(language, code)))
    });
    let asked = Signal::derive(move || (row.copies > 1).then(|| format!("{} {}", row.copies, draft_words(app).copies_asked)));
    view! {
        <div class="stack stack--tight">
            <CheckRow
                id=id("present").to_string()
                label=Signal::derive(move || app.language.get().row(row).to_owned())
                hint=asked
                checked=Signal::derive(move || present.get())
                disabled=editor.read_only()
                on_change=Callback::new(move |checked: bool| {
                    write("present", if checked { YES.to_owned() } else { String::new() });
                    editor.keep_now();
                })
            />
            {live(move || {
                present
                    .get()
                    .then(|| {
                        view! {
                            <div class="columns">
                                {(row.copies > 1)
                                    .then(|| {
                                        view! {
                                            <TextField
                                                id=id("copies").to_string()
                                                label=app.say(|words| words.copies)
                                                value=Signal::derive(move || read("copies"))
                                                error=copies_error
                                                width=FieldWidth::Short
                                                input_mode="numeric"
                                                autocomplete="off"
                                                read_only=editor.read_only()
                                                on_input=Callback::new(move |text| write("copies", text))
                                                on_blur=Callback::new(move |()| editor.keep_now())
                                            />
                                        }
                                    })}
                                <TextField
                                    id=id("remark").to_string()
                                    label=app.say(|words| words.remark)
                                    mark=say_draft_some(app, |words| words.optional)
                                    value=Signal::derive(move || read("remark"))
                                    autocomplete="off"
                                    read_only=editor.read_only()
                                    on_input=Callback::new(move |text| write("remark", text))
                                    on_blur=Callback::new(move |()| editor.keep_now())
                                />
                            </div>
                        }
                    })
            })}
        </div>
    }
}

/// A file that is being read, or that was not taken.
#[derive(Clone)]
struct Incoming {
    key: u32,
    name: String,
    size: u64,
    read: RwSignal<u64>,
    error: RwSignal<Option<AttachError>>,
}

#[component]
fn Files(
    editor: Editor,
    place: Place,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] mark: Signal<Option<String>>,
    #[prop(into)] hint: Signal<Option<String>>,
    #[prop(into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let app = editor.app;
    let id = place.to_string();
    let at = StoredValue::new(place);
    let kept = Memo::new(move |_| {
        at.with_value(|place| {
            editor.with_around(place, |around| around.rows(&place.field).iter().filter_map(FileRef::from_row).collect::<Vec<_>>())
        })
    });
    let incoming = RwSignal::new(Vec::<Incoming>::new());
    let counter = StoredValue::new(0_u32);

    let on_open = Callback::new(move |()| {
        // Phones end the page while the camera is open: what is typed, and that a photo was wanted, is on the disk by then.
        editor.change_draft(|draft| draft.capture = Some(at.get_value()));
        editor.keep_now();
    });
    // With each what it waited as, where another app handed it over.
    let take_in = move |files: Vec<(web_sys::File, Option<Shared>)>| {
        for (file, handed_over) in files {
            counter.update_value(|count| *count += 1);
            let entry = Incoming {
                key: counter.get_value(),
                name: file.name(),
                size: file.size() as u64,
                read: RwSignal::new(0),
                error: RwSignal::new(None),
            };
            incoming.update(|all| all.push(entry.clone()));
            editor.reading.update(|count| *count += 1);
            let place = at.get_value();
            spawn_local(async move {
                let read = entry.read;
                let outcome = drafts::attach(app, file, move |bytes| {
                    let _ = read.try_set(bytes);
                })
                .await;
                // Its section may have been left meanwhile, and the draft with it.
                let _ = editor.reading.try_update(|count| *count -= 1);
                let words = DraftMessages::of(app.language.get_untracked());
                match outcome {
                    Ok(reference) => {
                        let taken = editor.take_file(&place, &reference);
                        match taken {
                            Some(true) => {}
                            Some(false) => app.notify(words.same_file_twice.to_owned()),
                            None => app.notify(words.save_failed_on_leaving.to_owned()),
                        }
                        if let Some(handed_over) = handed_over.filter(|_| taken.is_some()) {
                            shared::let_go_when_kept(app, &handed_over, reference.id).await;
                        }
                        let _ = incoming.try_update(|all| all.retain(|other| other.key != entry.key));
                    }
                    Err(problem) => {
                        if incoming.is_disposed() {
                            app.notify(format!("{}: {}", entry.name, attach_problem(app.language.get_untracked(), &problem)));
                        }
                        drop(entry.error.try_set(Some(problem)));
                    }
                }
            });
        }
        editor.change_draft(|draft| draft.capture = None);
    };
    let on_files = Callback::new(move |files: Vec<web_sys::File>| take_in(files.into_iter().map(|file| (file, None)).collect()));
    let from_others = move |files: Vec<Shared>| {
        spawn_local(async move {
            let mut read = Vec::new();
            for file in files {
                match platform_shared::read(&file).await {
                    Some(picked) => read.push((picked, Some(file))),
                    None => {
                        app.notify(DraftMessages::of(app.language.get_untracked()).shared_gone.to_owned());
                        shared::look(app);
                    }
                }
            }
            // Its section may have been left meanwhile: the files wait on.
            if !incoming.is_disposed() {
                take_in(read);
            }
        });
    };
    let lost_capture = Memo::new(move |_| at.with_value(|place| editor.draft.with(|draft| draft.capture.as_ref() == Some(place))));
    // Only at the opening of the page: while the picker is open this very page set the mark.
    let was_lost = lost_capture.get_untracked();
    let picker_error = Signal::derive(move || {
        let lost = was_lost && lost_capture.get() && kept.with(Vec::is_empty);
        error.get().or_else(|| lost.then(|| draft_words(app).capture_lost.to_owned()))
    });

    view! {
        <div class="stack stack--tight">
            <FilePicker
                id
                legend=label
                mark
                hint
                error=picker_error
                choose_label=say_draft(app, |words| words.choose_files)
                photo_label=say_draft_some(app, |words| words.take_photo)
                drop_label=say_draft_some(app, |words| words.drop_files)
                accept=ACCEPT
                multiple=true
                disabled_reason=editor.read_only_reason()
                on_open
                on_files
            />
            {live(move || (!app.shared.read().is_empty()).then(|| view! { <HandedOver editor on_take=Callback::new(from_others) /> }))}
            <FileList label>
                {each(move || kept.get().into_iter().map(|file| entry(file.id, move || kept_file(editor, at, file.clone()))).collect())}
                {each(move || incoming.get().into_iter().map(|arriving| entry(arriving.key, move || incoming_file(app, incoming, arriving.clone()))).collect())}
            </FileList>
        </div>
    }
}

/// What another app handed over, to be added here.
#[component]
fn HandedOver(editor: Editor, on_take: Callback<Vec<Shared>>) -> impl IntoView {
    let app = editor.app;
    let one = move |file: Shared| {
        let (name, size) = (file.name.clone(), file.size);
        let file = StoredValue::new(file);
        view! {
            <FileRow name=name.clone() detail=Signal::derive(move || Some(format::bytes(app.language.get(), size)))>
                <Button
                    label=say_draft(app, |words| words.shared_add)
                    context=Signal::stored(Some(name))
                    kind=ButtonKind::Quiet
                    icon=IconName::Plus
                    disabled_reason=editor.read_only_reason()
                    on_press=Callback::new(move |()| on_take.run(vec![file.get_value()]))
                />
            </FileRow>
        }
    };
    view! {
        <section class="stack stack--tight">
            <p class="field__label">{say_draft(app, |words| words.shared_title)}</p>
            <FileList label=say_draft(app, |words| words.shared_title)>
                {each(move || app.shared.get().into_iter().map(|file| entry(file.address.clone(), move || one(file.clone()))).collect())}
            </FileList>
            {live(move || (app.shared.read().len() > 1).then(|| view! {
                <Button
                    label=say_draft(app, |words| words.shared_add_all)
                    kind=ButtonKind::Quiet
                    icon=IconName::Plus
                    disabled_reason=editor.read_only_reason()
                    on_press=Callback::new(move |()| on_take.run(app.shared.get_untracked()))
                />
            }))}
        </section>
    }
}

fn kept_file(editor: Editor, at: StoredValue<Place>, file: FileRef) -> impl IntoView {
    let app = editor.app;
    let (size, id, name, locked) = (file.size, file.id, file.name.clone(), file.locked);
    let remove = Callback::new(move |()| {
        let text = id.to_string();
        let mut removed = None;
        at.with_value(|place| {
            editor.change_files(place, |rows| {
                if let Some(index) = rows.iter().position(|row| row.id == text) {
                    removed = Some((index, rows.remove(index)));
                }
            });
        });
        if let Some((index, row)) = removed {
            // The bytes stay until the draft is gone and nothing else names them, so that the undo can always keep its word.
            let message = format!("{} {}", row.fields.text("name"), app.words_untracked().was_removed);
            let place = at.get_value();
            app.notify_with_undo(message, move || editor.change_files(&place, |rows| rows.insert(index.min(rows.len()), row.clone())));
        }
    });
    view! {
        <FileRow
            broken_label=app.say(|words| words.picture_broken)
            name=name.clone()
            detail=Signal::derive(move || {
                let size = format::bytes(app.language.get(), size);
                Some(if locked { format!("{size} · {}", app.words().file_locked) } else { size })
            })
            status=app.say_some(|words| words.file_on_device)
            preview=preview(app, &file)
            icon=if file.media.is_picture() { IconName::Image } else { IconName::File }
        >
            <Button
                label=app.say(|words| words.remove)
                context=Signal::stored(Some(name))
                kind=ButtonKind::Quiet
                icon=IconName::Trash
                disabled_reason=editor.read_only_reason()
                on_press=remove
            />
        </FileRow>
    }
}

fn attach_problem(language: Language, problem: &AttachError) -> String {
    match problem {
        AttachError::File(problem) => sentences::file_problem(language, problem),
        AttachError::Store(problem) => sentences::store_error(language, problem),
    }
}

fn incoming_file(app: crate::state::AppState, incoming: RwSignal<Vec<Incoming>>, entry: Incoming) -> impl IntoView {
    let Incoming { key, name, size, read, error } = entry;
    let message = Signal::derive(move || {
        let language = app.language.get();
        error.get().map(|problem| attach_problem(language, &problem))
    });
    let progress = ViewFn::from(move || {
        error.with(Option::is_none).then(|| {
            view! {
                <ProgressBar
                    label=say_draft(app, |words| words.reading_file)
                    value=Signal::derive(move || Some(u32::try_from(read.get() * 100 / size.max(1)).unwrap_or(100)))
                />
            }
        })
    });
    let dismiss = Callback::new(move |()| incoming.update(|all| all.retain(|other| other.key != key)));
    view! {
        <FileRow name=name.clone() detail=Signal::derive(move || Some(format::bytes(app.language.get(), size))) error=message tone=Tone::Danger progress>
            {live(move || {
                let name = name.clone();
                error
                    .with(Option::is_some)
                    .then(|| {
                        view! { <Button label=say_draft(app, |words| words.dismiss) context=Signal::stored(Some(name)) kind=ButtonKind::Quiet on_press=dismiss /> }
                    })
            })}
        </FileRow>
    }
}
