//! Many new accounts from a table: what was read, row by row what is wrong with its line, and creating those that are ready one by one.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::fields::{self, Form};
use super::{admin_words, office_name, say, say_some, why_not};
use crate::components::back_link::BackLink;
use crate::components::banner::{Announce, Banner};
use crate::components::button::{Button, ButtonKind};
use crate::components::file_picker::FilePicker;
use crate::components::icon::IconName;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::tone::Tone;
use crate::domain::account::{AccountAct, AccountChange, AccountPart, Standing};
use crate::domain::account_import::{Column, ImportRow, Known, NewAccount, rows};
use crate::domain::csv::{self, Csv, CsvProblem, MAX_BYTES};
use crate::domain::id::{AccountChangeId, AccountId};
use crate::domain::office::{Office, Role};
use crate::domain::sheet::{Cell, Sheet};
use crate::i18n::admin::{AdminMessages, csv_problem, dialect, missing_columns, row_problem};
use crate::i18n::{Language, format, sentences};
use crate::pages::admin::accounts::role_key;
use crate::pages::draft::page_title;
use crate::platform::file;
use crate::routes::{Route, Setting};
use crate::rules;
use crate::state::AppState;
use crate::state::admin::{self, AskError};

const CSV: &str = "text/csv;charset=utf-8";
/// Rows of the preview that are drawn.
const DRAWN: usize = 100;

/// What was read.
#[derive(Clone, PartialEq)]
enum Table {
    None,
    Unreadable(CsvProblem),
    Read(Arc<Csv>),
}

/// A row under way: its ids are made once, so that a second try creates nothing twice.
#[derive(Clone, PartialEq)]
struct Creating {
    line: usize,
    account: NewAccount,
    change: AccountChangeId,
    id: AccountId,
    /// None while it has not been sent; then what came of it.
    outcome: Option<Result<(), AskError>>,
}

/// The page.
#[component]
pub fn ImportPage(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = say(app, |words| words.import);
    page_title(app, title);
    let form = Form::new(app, "import", &[], &[]);
    let table = RwSignal::new(Table::None);
    let creating = RwSignal::new(Vec::<Creating>::new());
    let (busy, saved) = (RwSignal::new(false), RwSignal::new(false));
    let taken = RwSignal::new(Arc::new(Vec::<String>::new()));
    spawn_local(async move {
        // Without the list the server says which names are taken.
        if let Ok(all) = admin::accounts(app).await {
            let _ = taken.try_set(Arc::new(all.into_iter().map(|entry| entry.username).collect()));
        }
    });
    let on_files = Callback::new(move |files: Vec<web_sys::File>| {
        let Some(chosen) = files.into_iter().next() else { return };
        spawn_local(async move {
            let size = chosen.size();
            let read = if size > MAX_BYTES as f64 {
                Err(CsvProblem::TooLarge)
            } else {
                file::read(&chosen, 0, size as u64).await.map_err(|_| CsvProblem::NotText).and_then(|bytes| csv::read(&bytes))
            };
            let _ = creating.try_set(Vec::new());
            let _ = table.try_set(read.map_or_else(Table::Unreadable, |csv| Table::Read(Arc::new(csv))));
        });
    });
    let read = Memo::new(move |_| match table.get() {
        Table::Read(csv) => Some(import_rows(app, &csv, &app.offices.get(), &taken.get())),
        Table::None | Table::Unreadable(_) => None,
    });
    let ready = Memo::new(move |_| {
        read.with(|read| {
            read.as_ref().and_then(|read| read.as_ref().ok()).map_or(0, |rows| rows.iter().filter(|row| row.account.is_ok()).count())
        })
    });
    let create = Callback::new(move |()| {
        let rows = read.with_untracked(|read| read.as_ref().and_then(|read| read.clone().ok()).unwrap_or_default());
        if creating.with_untracked(Vec::is_empty) {
            creating.set(
                rows.into_iter()
                    .filter_map(|row| {
                        let mut account = row.account.ok()?;
                        if account.password.is_empty() {
                            account.password = admin::new_password();
                        }
                        Some(Creating {
                            line: row.line,
                            account,
                            change: admin::new_change_id(),
                            id: admin::new_account_id(),
                            outcome: None,
                        })
                    })
                    .collect(),
            );
        }
        let Some(first) = creating.with_untracked(|all| all.first().cloned()) else { return };
        let known = untrack(|| app.office(&first.account.office)).map(|office| rules::roles_of(office.level));
        if !form.holds(&change_of(form, &first), &Standing { entry: None, username_taken: false, roles: known.as_deref(), other_admins: 1 })
        {
            creating.set(Vec::new());
            return;
        }
        busy.set(true);
        saved.set(false);
        // The passwords are on this screen alone: leaving it asks back.
        app.dirty.set(true);
        spawn_local(async move {
            let count = creating.with_untracked(Vec::len);
            for at in 0..count {
                let Some(row) = creating.try_get_untracked().and_then(|all| all.get(at).cloned()) else { return };
                if row.outcome == Some(Ok(())) {
                    continue;
                }
                let outcome = admin::change(app, &change_of(form, &row)).await;
                let stop = matches!(outcome, Err(AskError::Trouble(_)));
                let _ = creating.try_update(|all| {
                    if let Some(row) = all.get_mut(at) {
                        row.outcome = Some(outcome);
                    }
                });
                if stop {
                    // The line is gone: what is left is tried again by a press, under the same ids.
                    break;
                }
            }
            let _ = busy.try_set(false);
        });
    });
    let save = Callback::new(move |()| {
        let language = app.language.get_untracked();
        let rows = creating.with_untracked(|all| {
            let made = all.iter().filter(|row| row.outcome == Some(Ok(())));
            made.map(|row| {
                [&row.account.username, &row.account.name, &row.account.office.0, &row.account.password]
                    .map(|text| Cell::Text(text.clone()))
                    .to_vec()
            })
            .collect::<Vec<_>>()
        });
        let heads = [Column::Username, Column::Name, Column::Office, Column::Password].map(|column| column.heading().to_owned());
        let sheet = Sheet { header: heads.to_vec(), rows, ..Sheet::default() };
        if file::download("kata-sandi-akun-baru.csv", CSV, &[sheet.csv().into_bytes()]) {
            saved.set(true);
            app.dirty.set(false);
            form.done();
            app.notify(AdminMessages::of(language).passwords_saved.to_owned());
        }
    });
    let example = Callback::new(move |()| {
        let text = |text: &str| Cell::Text(text.to_owned());
        let sheet = Sheet {
            header: Column::ALL.iter().map(|column| column.heading().to_owned()).collect(),
            rows: vec![vec![
                text("Nama Lengkap, S.H."),
                text("nama.lengkap"),
                text("16.07"),
                text("petugas penerima + operator SIPS"),
                text(""),
            ]],
            ..Sheet::default()
        };
        file::download("contoh-akun.csv", CSV, &[sheet.csv().into_bytes()]);
    });
    let error = Signal::derive(move || {
        let language = app.language.get();
        match table.get() {
            Table::Unreadable(problem) => Some(csv_problem(language, problem)),
            _ => read.with(|read| read.as_ref().and_then(|read| read.as_ref().err()).map(|missing| missing_columns(language, missing))),
        }
    });
    let nothing =
        Signal::derive(move || why_not(app).get().or_else(|| (ready.get() == 0).then(|| admin_words(app).nothing_ready.to_owned())));
    view! {
        <div class="page page--wide">
            <BackLink label=say(app, |words| words.accounts) href=Route::Setting(Setting::Accounts).path() />
            <PageHeader title lead=say_some(app, |words| words.import_lead) />
            <section class="section stack">
                {fields::summary(form)}
                <FilePicker
                    id="table"
                    legend=say(app, |words| words.table_file)
                    choose_label=say(app, |words| words.choose_table)
                    hint=say_some(app, |words| words.table_hint)
                    accept=Signal::stored(".csv,.txt,.tsv,text/csv,text/plain".to_owned())
                    multiple=false
                    error
                    on_files
                />
                <div><Button label=say(app, |words| words.example) kind=ButtonKind::Quiet icon=IconName::File on_press=example /></div>
            </section>
            {live(move || table_of(app, table.get(), read.get()))}
            {live(move || matches!(table.get(), Table::Read(_)).then(|| view! {
                <section class="section stack">
                    {fields::why(form)}
                    <div class="action-bar">
                        <Button
                            id=fields::send_id()
                            label=Signal::derive(move || format!("{} ({})", admin_words(app).create_ready, ready.get()))
                            busy
                            busy_label=Signal::derive(move || creating.with(|all| {
                                let done = all.iter().filter(|row| row.outcome.is_some()).count();
                                Some(format!("{} {done}/{}", admin_words(app).sending, all.len()))
                            }))
                            disabled_reason=nothing
                            on_press=create
                        />
                    </div>
                </section>
            }))}
            {live(move || {
                let all = creating.get();
                (all.iter().any(|row| row.outcome.is_some())).then(|| outcome(app, &all, busy.get(), saved.get(), save))
            })}
        </div>
    }
}

fn change_of(form: Form, row: &Creating) -> AccountChange {
    let NewAccount { username, name, office, roles, password } = row.account.clone();
    AccountChange {
        id: row.change,
        account: row.id,
        change: AccountAct::Create { username, name, office, roles, password },
        source: form.text(AccountPart::Source),
        reason: form.text(AccountPart::Reason),
        by: None,
        recorded_at: None,
    }
}

fn import_rows(_app: AppState, csv: &Csv, offices: &[Office], taken: &[String]) -> Result<Vec<ImportRow>, Vec<Column>> {
    let keys: Vec<(String, Role)> = rules::roles().iter().map(|row| (role_key(row.key), row.key)).collect();
    let mut words: Vec<(&str, Role)> = keys.iter().map(|(key, role)| (key.as_str(), *role)).collect();
    for language in [Language::Id, Language::En] {
        words.extend(rules::roles().iter().map(|row| (sentences::role(language, row.key), row.key)));
    }
    let usernames: Vec<&str> = taken.iter().map(String::as_str).collect();
    let known = Known { offices, roles: &words, roles_of: &|office| rules::roles_of(office.level), usernames: &usernames };
    rows(csv, &known)
}

fn table_of(app: AppState, table: Table, read: Option<Result<Vec<ImportRow>, Vec<Column>>>) -> Option<AnyView> {
    let (language, words) = (app.language.get(), admin_words(app));
    let Table::Read(csv) = table else { return None };
    let rows = read?.ok()?;
    let good = rows.iter().filter(|row| row.account.is_ok()).count();
    let bad = rows.len() - good;
    let count = |count: usize| format::count(language, u64::try_from(count).unwrap_or_default());
    let wrong = rows.iter().filter_map(|row| Some((row, row.account.as_ref().err()?))).take(DRAWN);
    let wrong = wrong.map(|(row, problems)| {
        let texts: Vec<String> = problems.iter().map(|problem| row_problem(language, problem)).collect();
        view! { <tr><th scope="row">{words.line} " " {row.line}</th><td>{row.name.clone()}</td><td>{texts.join(" ")}</td></tr> }
    });
    let wrong: Vec<_> = wrong.collect();
    let right = rows.iter().filter_map(|row| Some((row.line, row.account.as_ref().ok()?))).take(DRAWN).map(|(line, account)| {
        let roles: Vec<String> = account.roles.iter().map(|role| sentences::role(language, *role).to_owned()).collect();
        view! {
            <tr>
                <th scope="row">{words.line} " " {line}</th>
                <td>{account.name.clone()}</td>
                <td>{account.username.clone()}</td>
                <td>{office_name(app, &account.office)}</td>
                <td>{format::list(language, &roles)}</td>
            </tr>
        }
    });
    let right: Vec<_> = right.collect();
    Some(
        view! {
            <section class="section stack">
                <h2 class="section__title">{words.preview}</h2>
                <p>{dialect(language, csv.dialect)}</p>
                <p role="status">{count(good)} " " {words.ready_rows} ". " {count(bad)} " " {words.bad_rows} "."</p>
                {(!wrong.is_empty()).then(|| view! {
                    <div class="scroll" tabindex="0" role="region" aria-label=words.what_is_wrong>
                        <table class="table">
                            <caption>{words.what_is_wrong}</caption>
                            <thead><tr><th scope="col">{words.line}</th><th scope="col">{words.name}</th><th scope="col">{words.what_is_wrong}</th></tr></thead>
                            <tbody>{wrong}</tbody>
                        </table>
                    </div>
                })}
                {(!right.is_empty()).then(|| view! {
                    <div class="scroll" tabindex="0" role="region" aria-label=words.ready_rows>
                        <table class="table">
                            <caption>{count(good)} " " {words.ready_rows}</caption>
                            <thead><tr><th scope="col">{words.line}</th><th scope="col">{words.name}</th><th scope="col">{words.username}</th><th scope="col">{words.office}</th><th scope="col">{words.roles}</th></tr></thead>
                            <tbody>{right}</tbody>
                        </table>
                    </div>
                })}
            </section>
        }
        .into_any(),
    )
}

/// What came of it so far.
fn outcome(app: AppState, all: &[Creating], busy: bool, saved: bool, save: Callback<()>) -> AnyView {
    let (language, words) = (app.language.get(), admin_words(app));
    let made = all.iter().filter(|row| row.outcome == Some(Ok(()))).count();
    let refused: Vec<_> = all
        .iter()
        .filter_map(|row| match &row.outcome {
            Some(Err(error)) => {
                let why = match error {
                    AskError::Trouble(trouble) => sentences::trouble(language, *trouble).to_owned(),
                    AskError::NotOffered => words.not_offered.to_owned(),
                    AskError::Refused(problem) => {
                        let codes: Vec<&str> = problem.fields.iter().map(|field| field.code.as_str()).collect();
                        format!("{} {}", problem.title, codes.join(", "))
                    }
                };
                Some(view! { <li>{words.line} " " {row.line} ", " {row.account.name.clone()} ": " {why}</li> })
            }
            _ => None,
        })
        .collect();
    let count = refused.len();
    view! {
        <section class="section stack" role="status">
            <h2 class="section__title">{if busy { words.sending } else { words.import_done }}</h2>
            <p>{made} " " {words.accounts_created} {(count > 0).then(|| format!(", {count} {}", words.refused_rows))} "."</p>
            {(count > 0).then(|| view! { <ul>{refused}</ul> })}
        </section>
        {(made > 0 && !saved).then(|| view! {
            <Banner
                title=words.save_passwords
                tone=Tone::Warning
                announce=Announce::Politely
                actions=ViewFn::from(move || view! { <Button label=say(app, |words| words.save_passwords) icon=IconName::File on_press=save /> })
            >
                <p>{words.passwords_note}</p>
            </Banner>
        })}
    }
    .into_any()
}
