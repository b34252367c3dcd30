//! The list of accounts.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Fetched, admin_words, failed, office_name, say, say_some};
use crate::components::back_link::BackLink;
use crate::components::button::ButtonKind;
use crate::components::choice_group::Choice;
use crate::components::empty_state::EmptyState;
use crate::components::icon::IconName;
use crate::components::link_button::LinkButton;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::select_field::SelectField;
use crate::components::skeleton::Skeleton;
use crate::components::tag::Tag;
use crate::components::text_field::TextField;
use crate::components::tone::Tone;
use crate::domain::account::{AccountEntry, may_change};
use crate::domain::office::Role;
use crate::domain::search::Index;
use crate::i18n::{format, sentences};
use crate::pages::draft::page_title;
use crate::routes::{Route, Setting};
use crate::rules;
use crate::state::AppState;
use crate::state::admin::{self, AskError};

/// Rows that are drawn at once; more are found by searching.
const DRAWN: usize = 200;

/// The page.
#[component]
pub fn AccountsPage(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = say(app, |words| words.accounts);
    page_title(app, title);
    let fetched = RwSignal::new(Fetched::<Vec<AccountEntry>>::Fetching);
    let fetch = Callback::new(move |()| {
        fetched.set(Fetched::Fetching);
        spawn_local(async move {
            let found = admin::accounts(app).await;
            // The page may have been left meanwhile.
            let _ = fetched.try_set(found.map_or_else(Fetched::Failed, Fetched::Here));
        });
    });
    fetch.run(());
    let (typed, role, status) = (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let index = Memo::new_with_compare(
        move |_| {
            let mut index = Index::new();
            fetched.with(|fetched| {
                for entry in here(fetched) {
                    let office = office_name(app, &entry.office);
                    index.add(&[(entry.name.as_str(), true), (entry.username.as_str(), true), (office.as_str(), false)]);
                }
            });
            index
        },
        |_, _| true,
    );
    let shown = Memo::new(move |_| {
        let found = index.with(|index| index.find(&typed.get()));
        let (role, status) = (role.get(), status.get());
        let wanted = rules::roles().iter().map(|row| row.key).find(|known| role_key(*known) == role);
        fetched.with(|fetched| {
            let fits = |place: u32, entry: &AccountEntry| {
                found.as_ref().is_none_or(|found| found.iter().any(|(at, _)| *at == place))
                    && wanted.is_none_or(|role| entry.roles.contains(&role))
                    && (status.is_empty() || (status == LOCKED) == entry.locked_at.is_some())
            };
            (0..).zip(here(fetched)).filter(|(place, entry)| fits(*place, entry)).map(|(_, entry)| entry.clone()).collect::<Vec<_>>()
        })
    });
    let may = move || app.account.with(|me| me.as_ref().is_some_and(|me| may_change(&me.roles)));
    let roles = Signal::derive(move || {
        let language = app.language.get();
        rules::roles().iter().map(|row| Choice::new(role_key(row.key), sentences::role(language, row.key).to_owned())).collect::<Vec<_>>()
    });
    let states = Signal::derive(move || {
        vec![Choice::new("active", say(app, |words| words.active)), Choice::new(LOCKED, say(app, |words| words.locked))]
    });
    view! {
        <div class="page page--wide">
            <BackLink label=app.say(|words| words.nav_settings) href=Route::Settings.path() />
            <PageHeader title lead=say_some(app, |words| words.accounts_lead) />
            {live(move || may().then(|| view! {
                <div class="cluster">
                    <LinkButton label=say(app, |words| words.new_account) href=Route::Setting(Setting::NewAccount).path() icon=IconName::Plus />
                    <LinkButton label=say(app, |words| words.import) href=Route::Setting(Setting::ImportAccounts).path() kind=ButtonKind::Secondary />
                </div>
            }))}
            <div class="columns">
                <TextField id="search" label=say(app, |words| words.search) value=typed on_input=Callback::new(move |text| typed.set(text)) input_type="search" autocomplete="off" />
                <SelectField id="role" label=say(app, |words| words.role) choices=roles value=role unchosen=say_some(app, |words| words.any_role) on_change=Callback::new(move |key| role.set(key)) />
                <SelectField id="status" label=say(app, |words| words.status) choices=states value=status unchosen=say_some(app, |words| words.any_status) on_change=Callback::new(move |key| status.set(key)) />
            </div>
            <p class="docket-count" role="status">
                {live(move || fetched.with(|fetched| matches!(fetched, Fetched::Here(_))).then(|| {
                    format!("{} {}", format::count(app.language.get(), u64::try_from(shown.with(Vec::len)).unwrap_or_default()), admin_words(app).shown)
                }))}
            </p>
            {live(move || {
                let words = admin_words(app);
                match fetched.get() {
                    Fetched::Fetching => view! { <Skeleton label=words.loading /> }.into_any(),
                    Fetched::Failed(error) => failed(app, &error, words.not_offered, fetch),
                    Fetched::Here(_) if shown.with(Vec::is_empty) => view! { <EmptyState text=words.none icon=IconName::Search /> }.into_any(),
                    Fetched::Here(_) => view! { <ul class="row-list">{shown.get().iter().take(DRAWN).map(|entry| row(app, entry)).collect_view()}</ul> }.into_any(),
                }
            })}
        </div>
    }
}

const LOCKED: &str = "locked";

fn here(fetched: &Fetched<Vec<AccountEntry>>) -> &[AccountEntry] {
    match fetched {
        Fetched::Here(entries) => entries,
        Fetched::Fetching | Fetched::Failed(_) => &[],
    }
}

/// A role as a value of a field.
#[must_use]
pub fn role_key(role: Role) -> String {
    crate::domain::json::write(&role).trim_matches('"').to_owned()
}

fn row(app: AppState, entry: &AccountEntry) -> AnyView {
    let (language, words) = (app.language.get(), admin_words(app));
    let roles: Vec<String> = entry.roles.iter().map(|role| sentences::role(language, *role).to_owned()).collect();
    view! {
        <li class="row">
            <div class="row__body">
                <p><a class="row__title row__link" href=Route::Account(entry.account).path()>{entry.name.clone()}</a></p>
                <p class="row__line">{entry.username.clone()} " · " {office_name(app, &entry.office)}</p>
                <p class="row__line">{format::list(language, &roles)}</p>
            </div>
            {entry.locked_at.map(|_| view! { <Tag label=words.locked tone=Tone::Warning icon=IconName::Lock /> })}
        </li>
    }
    .into_any()
}

/// One account of the list, fetched with it.
///
/// # Errors
/// See [`AskError`].
pub async fn one(app: AppState, id: crate::domain::id::AccountId) -> Result<Option<AccountEntry>, AskError> {
    Ok(admin::accounts(app).await?.into_iter().find(|entry| entry.account == id))
}
