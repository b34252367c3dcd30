//! *Kotak Kirim*: what has not reached the server, why, and what can be done about it.

use crate::components::live::{each, entry, follow, live};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::banner::Banner;
use crate::components::breakable::Breakable;
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::empty_state::EmptyState;
use crate::components::file_row::FileList;
use crate::components::icon::IconName;
use crate::components::link_button::LinkButton;
use crate::components::page_header::PageHeader;
use crate::components::tag::Tag;
use crate::components::text_area::TextArea;
use crate::components::tone::Tone;
use crate::domain::answers::Answers;
use crate::domain::command::Receipt;
use crate::domain::id::CommandId;
use crate::domain::order::ascending;
use crate::domain::rule_set::DefinitionRef;
use crate::domain::stream::Stream;
use crate::domain::text::is_blank;
use crate::i18n::{format, sentences};
use crate::pages::case::incomplete;
use crate::pages::draft::page_title;
use crate::pages::evidence::evidence_row;
use crate::platform::file;
use crate::routes::Route;
use crate::state::{AppState, docket, kapsul, session, submit, sync_driver, upload_driver};
use crate::store::kapsul::{MEDIA_TYPE, file_name};
use crate::store::record::{FileRecord, OutboxEntry, OutboxState};
use crate::store::transaction::{self, CARRIED};
use crate::sync::answer::ParkReason;
use crate::sync::engine::{Input, Trouble};

/// Receipts shown; the rest is in the cases.
const RECEIPTS: usize = 10;

/// The page.
#[component]
pub fn OutboxPage(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = app.say(|words| words.nav_outbox);
    page_title(app, title);
    let lead = Signal::derive(move || Some(app.news()));
    let trouble = move || {
        let view = app.sync.get();
        view.trouble.map(|trouble| {
            let text = sentences::trouble(app.language.get(), trouble);
            let next = view.next_try.map(|at| format!("{} {}.", app.words().next_try, format::time(app.language.get(), at, app.zone())));
            let tone = if trouble == Trouble::Offline { Tone::Info } else { Tone::Warning };
            let title = match trouble {
                Trouble::Unreadable(count) => sentences::unreadable(app.language.get(), count),
                _ => app.words().waiting_for_network.to_owned(),
            };
            view! {
                <Banner
                    title
                    tone
                    actions=ViewFn::from(move || (trouble == Trouble::SignIn).then(|| view! { <LinkButton label=app.words().sign_in_again href=Route::SignIn.path() /> }))
                >
                    <p>{text} " " {next}</p>
                </Banner>
            }
        })
    };
    view! {
        <div class="page">
            <PageHeader title lead>
                <Button
                    label=app.say(|words| words.try_now)
                    kind=ButtonKind::Secondary
                    icon=IconName::Sync
                    busy=Signal::derive(move || app.sync.get().busy)
                    busy_label=app.say_some(|words| words.sending)
                    on_press=Callback::new(move |()| sync_driver::feed(app, Input::TryNow))
                />
            </PageHeader>
            {trouble}
            {incomplete(app, None)}
            {live(move || (app.unsent() == 0).then(|| view! {
                <EmptyState text=app.words().outbox_empty icon=IconName::CheckCircle />
            }))}
            <ul class="row-list">
                {each(move || {
                    app.outbox
                        .get()
                        .into_iter()
                        .map(|kept| entry(format!("{} {} {}", kept.envelope.command_id, kept.state != OutboxState::Waiting, kept.tries), move || item(app, kept.clone())))
                        .collect()
                })}
            </ul>
            <Files app />
            {live(move || {
                let (accounts, pieces) = session::work_of_others(app);
                (accounts > 0).then(|| view! { <p class="muted">{app.words().others_work} " " {pieces}</p> })
            })}
            <div class="cluster">
                <LinkButton label=app.say(|words| words.kapsul) href=Route::Kapsul(None).path() kind=ButtonKind::Secondary icon=IconName::Share />
                <LinkButton label=app.say(|words| words.journal) href=Route::Journal.path() kind=ButtonKind::Quiet icon=IconName::Clock />
            </div>
            <Receipts app />
        </div>
    }
}

fn item(app: AppState, entry: OutboxEntry) -> impl IntoView {
    let id = entry.envelope.command_id;
    let case = entry.envelope.case_id;
    let size = transaction::size(&entry) as u64;
    let title = StoredValue::new(entry.envelope.clone());
    let rule_set = app.book_untracked().set(&entry.envelope.rules).map(|pinned| &pinned.value);
    let form = rule_set.and_then(|set| set.act.get(&entry.envelope.payload.act)).map(|rule| rule.form.clone()).unwrap_or_default();
    let title =
        live(move || title.with_value(|envelope| act_title(app, &envelope.rules, &envelope.payload.act, &envelope.payload.answers)));
    let parked = match &entry.state {
        OutboxState::Waiting => None,
        OutboxState::Parked(reason) => Some(reason.clone()),
    };
    let (queued_at, tries) = (entry.queued_at, entry.tries);
    let correct = Callback::new(move |()| {
        spawn_local(async move {
            match submit::correct(app, id).await {
                Ok(draft) => app.navigation.go(&Route::Check(draft)),
                Err(error) => app.notify(sentences::store_error(app.language.get_untracked(), &error)),
            }
        });
    });
    let retry = Callback::new(move |()| {
        spawn_local(async move {
            if let Err(error) = submit::retry(app, id).await {
                app.notify(sentences::store_error(app.language.get_untracked(), &error));
            }
        });
    });
    let is_parked = parked.is_some();
    let is_held = parked == Some(ParkReason::Held);
    let hold = Callback::new(move |()| {
        spawn_local(async move {
            if let Err(error) = submit::hold(app, id).await {
                app.notify(sentences::store_error(app.language.get_untracked(), &error));
            }
        });
    });
    // What it cannot be asked of is told once it is tried.
    let packed = RwSignal::new(false);
    spawn_local(async move {
        let is_packed = !is_parked && submit::is_packed(app, id).await.unwrap_or(false);
        let _ = packed.try_set(is_packed);
    });
    let may_withdraw = Memo::new(move |_| {
        let outbox = app.outbox.read();
        !packed.get() && outbox.iter().any(|entry| entry.envelope.command_id == id && transaction::may_withdraw(entry, &outbox))
    });
    let (asking, why) = (RwSignal::new(false), RwSignal::new(String::new()));
    let withdraw = Callback::new(move |()| {
        asking.set(false);
        spawn_local(async move {
            match submit::withdraw(app, id, why.get_untracked().trim().to_owned()).await {
                Ok(()) => app.notify(app.words_untracked().withdrawn.to_owned()),
                Err(error) => app.notify(sentences::store_error(app.language.get_untracked(), &error)),
            }
        });
    });
    let page = Route::of_stream(Stream::of(Some(&entry.envelope.rules)), case).path();
    let carried = (!entry.is_of(case)).then(|| entry.act.by.name.clone());
    let is_own = carried.is_none();
    let differs = matches!(&entry.state, OutboxState::Parked(ParkReason::Conflict(problem)) if problem.kind != CARRIED);
    view! {
        <li class="row">
            <div class="row__body">
                {if is_own {
                    view! { <a class="row__title" href=page.clone()>{title}</a> }.into_any()
                } else {
                    // The case of a command that is carried is not shown here: it is its author's.
                    view! { <p class="row__title">{title}</p> }.into_any()
                }}
                {carried.map(|name| view! { <p class="row__line">{app.say(|words| words.carried_for)} " " {name}</p> })}
                <p class="row__line tabular">{case.provisional_code()} " · " {live(move || format::bytes(app.language.get(), size))} " · " {live(move || format::ago(app.language.get(), queued_at, app.now.get()))} {(tries > 0).then(|| live(move || format!(" · {tries} {}", app.words().tries)))}</p>
                {match parked {
                    None => view! { <p class="row__line">{live(move || {
                        // What was tried tells why it is still here.
                        let trouble = app.sync.get().trouble.filter(|_| tries > 0);
                        trouble.map_or(app.words().waits_for_server, |trouble| sentences::trouble(app.language.get(), trouble))
                    })}</p> }.into_any(),
                    Some(reason) => reason_view(app, rule_set, form.clone(), reason).into_any(),
                }}
                {live(move || packed.get().then(|| view! { <p class="row__line">{app.words().in_kapsul}</p> }))}
                <div class="cluster">
                    {(is_parked && is_own && !is_held).then(|| view! {
                        <Button
                            label=if differs { app.say(|words| words.compare_versions) } else { app.say(|words| words.correct_and_resend) }
                            kind=ButtonKind::Secondary
                            icon=IconName::Edit
                            on_press=correct
                        />
                    })}
                    {(is_parked || tries > 0).then(|| view! {
                        <Button
                            label=if is_held { app.say(|words| words.send_now) } else { app.say(|words| words.try_again) }
                            kind=ButtonKind::Quiet
                            icon=IconName::Sync
                            on_press=if is_parked { retry } else { Callback::new(move |()| sync_driver::feed(app, Input::TryNow)) }
                        />
                    })}
                    {(!is_parked && tries == 0).then(|| view! {
                        <Button label=app.say(|words| words.hold) kind=ButtonKind::Quiet icon=IconName::Clock on_press=hold />
                    })}
                    {live(move || may_withdraw.get().then(|| view! {
                        <Button label=app.say(|words| words.withdraw) kind=ButtonKind::Quiet icon=IconName::Trash on_press=Callback::new(move |()| asking.set(true)) />
                    }))}
                    <LinkButton label=app.say(|words| words.hand_over) href=Route::Kapsul(Some(id)).path() kind=ButtonKind::Quiet icon=IconName::Share />
                </div>
                {live(move || may_withdraw.get().then(|| view! {
                    <Dialog
                        open=asking
                        on_close=Callback::new(move |()| asking.set(false))
                        title=app.say(|words| words.withdraw_question)
                        close_label=app.say(|words| words.close)
                        actions=ViewFn::from(move || view! {
                            <Button
                                label=app.words().withdraw
                                kind=ButtonKind::Danger
                                disabled_reason=Signal::derive(move || why.with(|why| is_blank(why)).then(|| app.words().withdraw_needs_reason.to_owned()))
                                on_press=withdraw
                            />
                        })
                    >
                        <p>{if is_own { app.say(|words| words.withdraw_help) } else { app.say(|words| words.let_go_help) }}</p>
                        <TextArea id="withdraw-reason" label=app.say(|words| words.withdraw_reason) value=why on_input=Callback::new(move |text| why.set(text)) />
                    </Dialog>
                }))}
            </div>
            <div class="row__side">
                {live(move || {
                    let words = app.words();
                    if is_held {
                        view! { <Tag label=words.state_held icon=IconName::Clock /> }.into_any()
                    } else if differs {
                        view! { <Tag label=words.state_review tone=Tone::Danger icon=IconName::Alert /> }.into_any()
                    } else if is_parked {
                        view! { <Tag label=words.state_parked tone=Tone::Danger icon=IconName::Alert /> }.into_any()
                    } else if app.sync.get().busy {
                        view! { <Tag label=words.state_sending tone=Tone::Info icon=IconName::Sync /> }.into_any()
                    } else {
                        view! { <Tag label=words.state_waiting tone=Tone::Info icon=IconName::Outbox /> }.into_any()
                    }
                })}
            </div>
        </li>
    }
}

fn reason_view(app: AppState, set: Option<&'static crate::domain::rule_set::RuleSet>, form: String, reason: ParkReason) -> impl IntoView {
    let problem = match &reason {
        ParkReason::Rejected(problem) | ParkReason::Forbidden(problem) | ParkReason::Conflict(problem) => Some(problem.clone()),
        ParkReason::TooLarge | ParkReason::Unexpected(_) | ParkReason::Held => None,
    };
    view! {
        <p class="row__line">{live(move || sentences::parked(app.language.get(), &reason))}</p>
        {problem.map(|problem| {
            let reasons = problem.reasons.clone();
            // A server may send anything here: it is shown as plain text and cut for the eye.
            let detail: String = problem.detail.chars().take(300).collect();
            let fields = problem.fields.clone();
            let has_reasons = !reasons.is_empty();
            view! {
                <ul>
                    {live(move || reasons.iter().map(|reason| view! { <li>{sentences::reason(app.language.get(), set, &form, reason)}</li> }).collect_view())}
                    {(!has_reasons).then(|| fields.into_iter().take(20).map(|field| view! { <li>{field.pointer} ": " {field.code}</li> }).collect_view())}
                </ul>
                {(!has_reasons && !detail.is_empty()).then(|| view! { <p class="row__line muted">{detail}</p> })}
            }
        })}
    }
}

/// Files of commands that the server holds: they go out after all text.
#[component]
fn Files(app: AppState) -> impl IntoView {
    view! {
        <section class="section">
            {live(move || app.files.read().values().any(FileRecord::is_due).then(|| {
                let (words, paused) = (app.words(), app.files_paused.get());
                let (label, icon) = if paused { (words.go_on, IconName::Upload) } else { (words.pause, IconName::Clock) };
                view! {
                    <h2 class="section__title">{words.storage_files}</h2>
                    <p class="muted">{words.files_partly}</p>
                    <Button label kind=ButtonKind::Secondary icon on_press=Callback::new(move |()| {
                        if !upload_driver::pause(app, !paused) {
                            app.notify(app.words_untracked().not_kept.to_owned());
                        }
                    }) />
                }
            }))}
            <FileList label=app.say(|words| words.storage_files)>
                {each(move || {
                    let files = app.files.read();
                    let due = files.values().filter(|record| record.is_due());
                    due.map(|record| {
                        let file = record.file.clone();
                        entry(file.id.to_string(), move || evidence_row(app, file.clone(), None))
                    })
                    .collect()
                })}
            </FileList>
        </section>
    }
}

/// The newest proofs that the server holds something.
#[component]
fn Receipts(app: AppState) -> impl IntoView {
    let newest = Memo::new(move |_| {
        let all: Vec<Receipt> = app.receipts.read().values().cloned().collect();
        let newest_first = ascending(all.iter().map(|receipt| (-receipt.server_time.0, 0)));
        newest_first.into_iter().take(RECEIPTS).filter_map(|position| all.get(position).cloned()).collect::<Vec<_>>()
    });
    let act_of =
        move |command: CommandId| app.cases.read().values().flat_map(|record| &record.acts).find(|act| act.command_id == command).cloned();
    // The cases that they are about need not be at hand.
    follow(move || {
        let known = |command: CommandId| untrack(|| act_of(command)).is_some();
        let commands: Vec<String> = newest.with(|newest| {
            newest.iter().filter(|receipt| !known(receipt.command_id)).map(|receipt| receipt.command_id.to_string()).collect()
        });
        spawn_local(async move {
            if let Ok(found) = docket::find(app, &commands, true).await {
                docket::show(app, found);
            }
        });
    });
    live(move || {
        newest.with(|newest| {
            (!newest.is_empty()).then(|| {
                let words = app.words();
                let language = app.language.get();
                let rows = newest
                    .iter()
                    .map(|receipt| {
                        let number = receipt.numbers.values().next().cloned();
                        let line = format!("{} {}", words.received_by_server, format::instant(language, receipt.server_time, app.zone()));
                        let title = match (act_of(receipt.command_id), number) {
                            (Some(act), Some(number)) => {
                                view! { <a class="row__title row__link tabular" href=Route::Receipt(act.case_id).path()><Breakable text=number /></a> }.into_any()
                            }
                            // An act without a number of its own: by its name and its case.
                            (Some(act), None) => {
                                let label = sentences::act(language, app.book().set(&act.rules).map(|pinned| &pinned.value), &act.act);
                                let case = app.case(act.case_id).map(|case| case.name()).unwrap_or_default();
                                view! {
                                    <a class="row__title row__link" href=Route::of_stream(Stream::of(Some(&act.rules)), act.case_id).path()>{label}</a>
                                    <p class="row__line tabular">{case}</p>
                                }.into_any()
                            }
                            (None, number) => view! { <span class="row__title tabular">{number.unwrap_or_else(|| receipt.command_id.to_string())}</span> }.into_any(),
                        };
                        view! {
                            <li class="row">
                                <div class="row__body">{title} <p class="row__line">{line}</p></div>
                                <div class="row__side"><Tag label=words.state_sent tone=Tone::Success icon=IconName::Check /></div>
                            </li>
                        }
                    })
                    .collect_view();
                view! {
                    <section class="section">
                        <h2 class="section__title">{words.receipts}</h2>
                        <ul class="row-list">{rows}</ul>
                    </section>
                }
            })
        })
    })
}

/// The texts that only this device holds, as a kapsul for safekeeping: from memory, also where the store no longer answers.
pub fn export_all(app: AppState) {
    let day = crate::platform::clock::now().in_zone(app.zone()).date.to_string();
    if !kapsul::texts(app).is_some_and(|bodies| file::download(&file_name(&day), MEDIA_TYPE, &bodies)) {
        app.notify(app.words_untracked().download_failed.to_owned());
    }
}

/// What an act is called in a list: its name, and who asks.
#[must_use]
pub fn act_title(app: AppState, rules: &DefinitionRef, act: &str, answers: &Answers) -> String {
    let name = sentences::act(app.language.get(), app.book().set(rules).map(|pinned| &pinned.value), act);
    let parties: Vec<String> =
        answers.rows("petitioner").iter().map(|row| row.fields.text("name").to_owned()).filter(|name| !name.is_empty()).collect();
    if parties.is_empty() { name } else { format!("{name}: {}", parties.join(", ")) }
}
