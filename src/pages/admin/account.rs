//! One account: a new one, or what it is, what was changed of it, and changing it. A password is made here and shown once.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::fields::{self, ACCOUNT, Form, SENT};
use super::{Fetched, accounts, admin_words, failed, office_name, say, say_some, why_not};
use crate::components::back_link::BackLink;
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::icon::IconName;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::skeleton::Skeleton;
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::domain::account::{AccountAct, AccountChange, AccountEntry, AccountPart, Standing};
use crate::domain::id::{AccountChangeId, AccountId};
use crate::i18n::admin::{AdminMessages, account_act};
use crate::i18n::{format, sentences};
use crate::pages::draft::page_title;
use crate::pages::not_found::NotFound;
use crate::platform::page;
use crate::routes::{Route, Setting};
use crate::rules;
use crate::state::AppState;
use crate::state::admin;

/// Under this name what is typed for a new account is kept.
const NEW: &str = "new";

/// A new account.
#[component]
pub fn NewAccountPage(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = say(app, |words| words.new_account);
    page_title(app, title);
    let form = Form::new(app, NEW, &[], &[]);
    let busy = RwSignal::new(false);
    let made = RwSignal::new(None::<(AccountId, String, String)>);
    let send = Callback::new(move |()| {
        let id = sent_id(form);
        let kept = form.typed.with_untracked(|typed| typed.get(ACCOUNT).and_then(|id| AccountId::parse(id)));
        let account = kept.unwrap_or_else(admin::new_account_id);
        let password = admin::new_password();
        let username = form.text(AccountPart::Username);
        let change = AccountChange {
            id,
            account,
            change: AccountAct::Create {
                username: username.clone(),
                name: form.text(AccountPart::Name),
                office: form.office(),
                roles: form.roles(),
                password: password.clone(),
            },
            source: form.text(AccountPart::Source),
            reason: form.text(AccountPart::Reason),
            by: None,
            recorded_at: None,
        };
        let known = office_roles(app, &change);
        if !form.holds(&change, &Standing { entry: None, username_taken: false, roles: known.as_deref(), other_admins: 1 }) {
            return;
        }
        let was_sent = kept.is_some();
        form.note(SENT, &id.to_string());
        form.note(ACCOUNT, &account.to_string());
        busy.set(true);
        spawn_local(async move {
            let outcome = admin::change(app, &change).await;
            // What came before may have arrived with another password, and its answer was lost: from here on this one holds.
            let outcome = match outcome {
                Ok(()) if was_sent => {
                    admin::change(
                        app,
                        &AccountChange {
                            id: admin::new_change_id(),
                            change: AccountAct::Password { password: password.clone() },
                            ..change
                        },
                    )
                    .await
                }
                other => other,
            };
            let _ = busy.try_set(false);
            match outcome {
                Ok(()) => {
                    form.done();
                    let _ = made.try_set(Some((account, username, password)));
                }
                Err(error) => form.refused(&error),
            }
        });
    });
    view! {
        <div class="page">
            <BackLink label=say(app, |words| words.accounts) href=Route::Setting(Setting::Accounts).path() />
            <PageHeader title lead=say_some(app, |words| words.new_lead) />
            {live(move || match made.get() {
                Some((account, username, password)) => created(app, account, username, password),
                None => view! {
                    <section class="section stack">
                        {fields::summary(form)}
                        {fields::line(form, AccountPart::Name, say(app, |words| words.name), Signal::default())}
                        {fields::line(form, AccountPart::Username, say(app, |words| words.username), say_some(app, |words| words.username_hint))}
                        {fields::place(form)}
                        {fields::why(form)}
                        <div class="action-bar">
                            <Button id=fields::send_id() label=say(app, |words| words.create) busy busy_label=say_some(app, |words| words.sending) disabled_reason=why_not(app) on_press=send />
                        </div>
                    </section>
                }.into_any(),
            })}
        </div>
    }
}

/// The id under which a change goes: the one of before, while nobody knows what became of it.
fn sent_id(form: Form) -> AccountChangeId {
    form.typed.with_untracked(|typed| typed.get(SENT).and_then(|id| AccountChangeId::parse(id))).unwrap_or_else(admin::new_change_id)
}

/// The roles that the office of a change gives.
fn office_roles(app: AppState, change: &AccountChange) -> Option<Vec<crate::domain::office::Role>> {
    let office = change.change.office().and_then(|code| untrack(|| app.office(code)))?;
    Some(rules::roles_of(office.level))
}

fn created(app: AppState, account: AccountId, username: String, password: String) -> AnyView {
    view! {
        <section class="section stack" role="status">
            <h2 class="section__title">{say(app, |words| words.created)}</h2>
            {handed_out(app, username, password)}
            <div class="cluster">
                <a class="button button--secondary" href=Route::Account(account).path()>{say(app, |words| words.history)}</a>
                <a class="button button--quiet" href=Route::Setting(Setting::Accounts).path()>{say(app, |words| words.accounts)}</a>
            </div>
        </section>
    }
    .into_any()
}

/// A name and its password, to be handed out.
fn handed_out(app: AppState, username: String, password: String) -> AnyView {
    let text = StoredValue::new(password.clone());
    let copy = Callback::new(move |()| {
        spawn_local(async move {
            if page::copy(&text.get_value()).await {
                app.notify(AdminMessages::of(app.language.get_untracked()).copied.to_owned());
            }
        });
    });
    view! {
        <SummaryList>
            <SummaryRow name=say(app, |words| words.username) value=Some(username) />
            <SummaryRow name=say(app, |words| words.password_title) value=Some(password) />
        </SummaryList>
        <p class="muted">{say(app, |words| words.password_note)}</p>
        <div><Button label=say(app, |words| words.copy) kind=ButtonKind::Secondary on_press=copy /></div>
    }
    .into_any()
}

/// What is about to be done with one press.
#[derive(Clone, Copy, PartialEq)]
enum Asking {
    Lock,
    Password,
}

/// An account that is there.
#[component]
pub fn AccountPage(
    /// The app.
    app: AppState,
    /// Which.
    id: AccountId,
) -> impl IntoView {
    let fetched = RwSignal::new(Fetched::<Option<AccountEntry>>::Fetching);
    let changes = RwSignal::new(Vec::<AccountChange>::new());
    let fetch = Callback::new(move |()| {
        spawn_local(async move {
            let found = accounts::one(app, id).await;
            if let Ok(history) = admin::history(app, id).await {
                let _ = changes.try_set(history);
            }
            let _ = fetched.try_set(found.map_or_else(Fetched::Failed, Fetched::Here));
        });
    });
    fetch.run(());
    let title = Signal::derive(move || match fetched.get() {
        Fetched::Here(Some(entry)) => entry.name,
        _ => admin_words(app).accounts.to_owned(),
    });
    page_title(app, title);
    view! {
        <div class="page">
            <BackLink label=say(app, |words| words.accounts) href=Route::Setting(Setting::Accounts).path() />
            {live(move || match fetched.get() {
                Fetched::Fetching => view! { <PageHeader title /> <Skeleton label=say(app, |words| words.loading) /> }.into_any(),
                Fetched::Failed(error) => view! { <PageHeader title /> {failed(app, &error, admin_words(app).not_offered, fetch)} }.into_any(),
                Fetched::Here(None) => view! { <NotFound app /> }.into_any(),
                Fetched::Here(Some(entry)) => view! {
                    <PageHeader title caption=Signal::stored(Some(entry.username.clone())) />
                    {facts(app, &entry)}
                    {change_form(app, entry, fetch)}
                    {history(app, changes)}
                }.into_any(),
            })}
        </div>
    }
}

fn facts(app: AppState, entry: &AccountEntry) -> AnyView {
    let (username, office, locked) = (entry.username.clone(), office_name(app, &entry.office), entry.locked_at.is_some());
    let (language, words) = (app.language.get(), admin_words(app));
    let roles: Vec<String> = entry.roles.iter().map(|role| sentences::role(language, *role).to_owned()).collect();
    let since = entry.locked_at.map(|at| format!("{}, {}", words.locked, format::instant(language, at, app.zone())));
    view! {
        <SummaryList>
            <SummaryRow name=words.username value=Some(username) />
            <SummaryRow name=words.office value=Some(office) />
            <SummaryRow name=words.roles value=Some(format::list(language, &roles)) />
            <SummaryRow name=words.status value=Some(since.unwrap_or_else(|| words.active.to_owned())) />
        </SummaryList>
        {locked.then(|| view! { <p><Tag label=words.locked tone=Tone::Warning icon=IconName::Lock /></p> })}
    }
    .into_any()
}

fn change_form(app: AppState, entry: AccountEntry, fetch: Callback<()>) -> AnyView {
    let first = [(AccountPart::Name, entry.name.clone()), (AccountPart::Office, entry.office.0.clone())];
    let form = Form::new(app, &entry.account.to_string(), &first, &entry.roles);
    let (busy, asking) = (RwSignal::new(false), RwSignal::new(None::<Asking>));
    let password = RwSignal::new(None::<String>);
    let locked = entry.locked_at.is_some();
    let username = entry.username.clone();
    let entry = StoredValue::new(entry);
    let send = Callback::new(move |act: AccountAct| {
        let made = act.password().map(str::to_owned);
        let change = AccountChange {
            id: admin::new_change_id(),
            account: entry.with_value(|entry| entry.account),
            change: act,
            source: form.text(AccountPart::Source),
            reason: form.text(AccountPart::Reason),
            by: None,
            recorded_at: None,
        };
        let known = office_roles(app, &change);
        // Whether it is the last of the centre only the server knows.
        let holds = entry.with_value(|entry| {
            form.holds(&change, &Standing { entry: Some(entry), username_taken: false, roles: known.as_deref(), other_admins: 1 })
        });
        if !holds {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let outcome = admin::change(app, &change).await;
            let _ = busy.try_set(false);
            match outcome {
                Ok(()) => {
                    form.done();
                    app.notify(AdminMessages::of(app.language.get_untracked()).saved.to_owned());
                    match made {
                        Some(made) => drop(password.try_set(Some(made))),
                        None => fetch.run(()),
                    }
                }
                Err(error) => form.refused(&error),
            }
        });
    });
    let save = Callback::new(move |()| {
        send.run(AccountAct::Profile { name: form.text(AccountPart::Name), office: form.office(), roles: form.roles() })
    });
    let yes = Callback::new(move |()| {
        let asked = asking.get_untracked();
        asking.set(None);
        match asked {
            Some(Asking::Lock) => send.run(AccountAct::Lock {}),
            Some(Asking::Password) => send.run(AccountAct::Password { password: admin::new_password() }),
            None => {}
        }
    });
    let reason = why_not(app);
    let asks = move |what: Asking| move || asking.get() == Some(what);
    view! {
        <section class="section stack">
            {fields::summary(form)}
            {fields::line(form, AccountPart::Name, say(app, |words| words.name), Signal::default())}
            {fields::place(form)}
            {fields::why(form)}
            <div class="cluster">
                <Button id=fields::send_id() label=say(app, |words| words.save) busy busy_label=say_some(app, |words| words.sending) disabled_reason=reason on_press=save />
                <Button label=say(app, |words| words.new_password) kind=ButtonKind::Secondary busy disabled_reason=reason on_press=Callback::new(move |()| asking.set(Some(Asking::Password))) />
                {if locked {
                    view! { <Button label=say(app, |words| words.unlock) kind=ButtonKind::Secondary busy disabled_reason=reason on_press=Callback::new(move |()| send.run(AccountAct::Unlock {})) /> }.into_any()
                } else {
                    view! { <Button label=say(app, |words| words.lock) kind=ButtonKind::Danger busy disabled_reason=reason on_press=Callback::new(move |()| asking.set(Some(Asking::Lock))) /> }.into_any()
                }}
            </div>
            {[
                (Asking::Lock, (|words: &'static AdminMessages| words.lock_question) as fn(&'static AdminMessages) -> &'static str, (|words: &'static AdminMessages| words.lock_effect) as fn(&'static AdminMessages) -> &'static str, (|words: &'static AdminMessages| words.lock) as fn(&'static AdminMessages) -> &'static str),
                (Asking::Password, |words| words.password_question, |words| words.password_effect, |words| words.new_password),
            ].map(|(what, question, effect, act)| view! {
                <Dialog
                    open=Signal::derive(asks(what))
                    on_close=Callback::new(move |()| asking.set(None))
                    title=say(app, question)
                    close_label=say(app, |words| words.close)
                    actions=ViewFn::from(move || view! {
                        <Button label=say(app, |words| words.cancel) kind=ButtonKind::Secondary on_press=Callback::new(move |()| asking.set(None)) />
                        <Button label=say(app, act) kind=ButtonKind::Danger on_press=yes />
                    })
                >
                    <p>{say(app, effect)}</p>
                </Dialog>
            }).collect_view()}
            <Dialog
                open=Signal::derive(move || password.with(Option::is_some))
                on_close=Callback::new(move |()| { password.set(None); fetch.run(()); })
                title=say(app, |words| words.password_title)
                close_label=say(app, |words| words.close)
            >
                {password.get_untracked().map(|made| handed_out(app, username.clone(), made))}
            </Dialog>
        </section>
    }
    .into_any()
}

fn history(app: AppState, changes: RwSignal<Vec<AccountChange>>) -> AnyView {
    view! {
        <section class="section stack">
            <h2 class="section__title">{say(app, |words| words.history)}</h2>
            {live(move || {
                let (language, words) = (app.language.get(), admin_words(app));
                let rows = changes.get();
                if rows.is_empty() {
                    return view! { <p class="muted">{words.history_none}</p> }.into_any();
                }
                let rows = rows.into_iter().map(|change| {
                    let at = change.recorded_at.map(|at| format::instant(language, at, app.zone())).unwrap_or_default();
                    let by = change.by.map(|by| by.name).unwrap_or_default();
                    let why = if change.source.is_empty() { change.reason } else { format!("{} ({})", change.reason, change.source) };
                    view! {
                        <li class="row">
                            <div class="row__body">
                                <p class="row__title">{account_act(language, &change.change)}</p>
                                <p class="row__line">{at} ", " {by}</p>
                                <p class="row__line">{why}</p>
                            </div>
                        </li>
                    }
                });
                view! { <ul class="row-list">{rows.collect_view()}</ul> }.into_any()
            })}
        </section>
    }
    .into_any()
}
