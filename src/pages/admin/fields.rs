//! The fields of an account's form: who, where, in which roles, and why. What is typed is kept on the device until the server has it.

use leptos::prelude::*;

use super::accounts::role_key;
use super::{admin_words, say, say_some};
use crate::components::check_row::CheckRow;
use crate::components::choice_group::Choice;
use crate::components::error_summary::{ErrorSummary, Problem};
use crate::components::live::live;
use crate::components::select_field::SelectField;
use crate::components::text_field::TextField;
use crate::domain::account::{AccountChange, AccountObjection, AccountPart, Standing, objections};
use crate::domain::office::{OfficeCode, Role};
use crate::domain::table::Table;
use crate::i18n::admin::account_objection;
use crate::i18n::sentences;
use crate::rules;
use crate::state::AppState;
use crate::state::admin::{self, AskError};

/// Under this key stands what nothing in particular is wrong with.
const BUTTON: &str = "send";

/// What is typed, and what stands against it.
#[derive(Clone, Copy)]
pub struct Form {
    /// The app.
    pub app: AppState,
    /// Names what is typed on this device.
    name: StoredValue<String>,
    /// What is typed, by the part's key; roles one by one.
    pub typed: RwSignal<Table<String, String>>,
    problems: RwSignal<Vec<(String, String)>>,
    attempt: RwSignal<u32>,
}

impl Form {
    /// A form with what was typed on it before, or else with `first`.
    #[must_use]
    pub fn new(app: AppState, name: &str, first: &[(AccountPart, String)], roles: &[Role]) -> Self {
        let mut typed = admin::typed(app, name);
        if typed.is_empty() {
            typed.extend(first.iter().map(|(part, text)| (part.key().to_owned(), text.clone())));
            typed.extend(roles.iter().map(|role| (role_id(*role), "1".to_owned())));
        }
        Self {
            app,
            name: StoredValue::new(name.to_owned()),
            typed: RwSignal::new(typed),
            problems: RwSignal::new(Vec::new()),
            attempt: RwSignal::new(0),
        }
    }

    /// What stands in a field.
    #[must_use]
    pub fn text(&self, part: AccountPart) -> String {
        self.typed.with_untracked(|typed| typed.get(part.key()).map_or_else(String::new, |text| text.trim().to_owned()))
    }

    /// The office that is chosen.
    #[must_use]
    pub fn office(&self) -> OfficeCode {
        OfficeCode(self.text(AccountPart::Office))
    }

    /// The roles that are ticked and that the chosen office gives.
    #[must_use]
    pub fn roles(&self) -> Vec<Role> {
        let there = self.roles_there();
        self.typed.with_untracked(|typed| there.into_iter().filter(|role| typed.get(&role_id(*role)).is_some()).collect())
    }

    fn roles_there(&self) -> Vec<Role> {
        let level = untrack(|| self.app.office(&self.office())).map(|office| office.level);
        level.map_or_else(|| rules::roles().iter().map(|row| row.key).collect(), rules::roles_of)
    }

    /// Writes something down beside what is typed.
    pub fn note(&self, key: &str, value: &str) {
        self.typed.update(|typed| {
            typed.insert(key.to_owned(), value.to_owned());
        });
        self.keep();
    }

    fn set(&self, key: &str, value: Option<String>) {
        self.typed.update(|typed| {
            match value {
                Some(value) => drop(typed.insert(key.to_owned(), value)),
                None => drop(typed.remove(key)),
            }
            // Another text is another change.
            for key in [SENT, ACCOUNT] {
                typed.remove(key);
            }
        });
        self.keep();
    }

    fn keep(&self) {
        self.name.with_value(|name| self.typed.with_untracked(|typed| admin::keep(self.app, name, typed)));
    }

    /// What was typed has arrived.
    pub fn done(&self) {
        self.name.with_value(|name| admin::forget(self.app, name));
        self.problems.set(Vec::new());
    }

    /// What is wrong before anything is sent; nothing: it may go.
    #[must_use]
    pub fn holds(&self, change: &AccountChange, standing: &Standing<'_>) -> bool {
        let Some(me) = self.app.account.get_untracked() else { return false };
        let language = self.app.language.get_untracked();
        let found = objections(&me.actor(), change, standing);
        self.show(found.iter().map(|objection| (field_of(*objection), account_objection(language, *objection))).collect());
        found.is_empty()
    }

    /// What the server said.
    pub fn refused(&self, error: &AskError) {
        let (language, words) =
            (self.app.language.get_untracked(), crate::i18n::admin::AdminMessages::of(self.app.language.get_untracked()));
        let found = match error {
            AskError::Trouble(trouble) => vec![(BUTTON.to_owned(), sentences::trouble(language, *trouble).to_owned())],
            AskError::NotOffered => vec![(BUTTON.to_owned(), words.not_offered.to_owned())],
            AskError::Refused(problem) => {
                let named: Vec<(String, String)> = problem
                    .fields
                    .iter()
                    .map(|field| {
                        let part = field.pointer.rsplit('/').next().unwrap_or_default();
                        let objection = objection_of(&field.code, part);
                        let text = objection.map_or_else(
                            || format!("{} ({})", problem.title, field.code),
                            |objection| account_objection(language, objection),
                        );
                        (if part.is_empty() { BUTTON.to_owned() } else { id_of(part) }, text)
                    })
                    .collect();
                if named.is_empty() { vec![(BUTTON.to_owned(), format!("{} ({})", problem.title, problem.status))] } else { named }
            }
        };
        self.show(found);
    }

    fn show(&self, found: Vec<(String, String)>) {
        let any = !found.is_empty();
        let _ = self.problems.try_set(found);
        if any {
            let _ = self.attempt.try_update(|attempt| *attempt += 1);
        }
    }

    fn error(&self, id: String) -> Signal<Option<String>> {
        let problems = self.problems;
        Signal::derive(move || problems.with(|all| all.iter().find(|(field, _)| *field == id).map(|(_, text)| text.clone())))
    }
}

/// Beside what was typed: the id of the change while its outcome is not known.
pub const SENT: &str = "sent";
/// Likewise the id of the account that it creates.
pub const ACCOUNT: &str = "account";

fn role_id(role: Role) -> String {
    format!("role-{}", role_key(role))
}

/// The element of a part.
fn id_of(part: &str) -> String {
    if part == AccountPart::Roles.key() { role_id(Role::Counter) } else { part.to_owned() }
}

fn field_of(objection: AccountObjection) -> String {
    objection.part().map_or_else(|| BUTTON.to_owned(), |part| id_of(part.key()))
}

/// An objection by the contract's code and the part that it points at.
fn objection_of(code: &str, part: &str) -> Option<AccountObjection> {
    use AccountPart as Part;
    let part = [Part::Username, Part::Name, Part::Office, Part::Roles, Part::Password, Part::Source, Part::Reason]
        .into_iter()
        .find(|each| each.key() == part);
    let of_part = |make: fn(AccountPart) -> AccountObjection| part.map(make);
    match code {
        "role" => Some(AccountObjection::Role),
        "unknown_account" => Some(AccountObjection::UnknownAccount),
        "taken" => Some(AccountObjection::UsernameTaken),
        "username" => Some(AccountObjection::BadUsername),
        "required" => of_part(AccountObjection::Missing),
        "too_long" => of_part(AccountObjection::TooLong),
        "bad_character" => of_part(AccountObjection::BadCharacter),
        "unknown_office" => Some(AccountObjection::UnknownOffice),
        "last_admin" => Some(AccountObjection::LastAdmin),
        "nothing_changed" => Some(AccountObjection::NothingChanged),
        "password_length" => Some(AccountObjection::PasswordLength),
        _ => None,
    }
}

/// The summary of what is wrong.
pub fn summary(form: Form) -> AnyView {
    let problems = Signal::derive(move || {
        form.problems.with(|all| {
            all.iter().map(|(field_id, message)| Problem { field_id: field_id.clone(), message: message.clone() }).collect::<Vec<_>>()
        })
    });
    view! { <ErrorSummary title=say(form.app, |words| words.problems) problems attempt=form.attempt /> }.into_any()
}

/// One line of text.
pub fn line(form: Form, part: AccountPart, label: Signal<String>, hint: Signal<Option<String>>) -> AnyView {
    let value = Signal::derive(move || form.typed.with(|typed| typed.get(part.key()).cloned().unwrap_or_default()));
    let on_input = Callback::new(move |text: String| {
        // As it is kept at the server: nobody has to find out about capital letters at the sign-in.
        let text = if part == AccountPart::Username { text.to_ascii_lowercase() } else { text };
        form.set(part.key(), Some(text));
    });
    view! { <TextField id=part.key() label hint value error=form.error(part.key().to_owned()) on_input autocomplete="off" autocapitalize="none" /> }.into_any()
}

/// The office and the roles that it gives.
pub fn place(form: Form) -> AnyView {
    let app = form.app;
    let offices = Signal::derive(move || {
        app.offices.with(|offices| {
            offices
                .iter()
                .map(|office| Choice::new(office.code.0.clone(), format!("{} {}", office.code.0, office.name)))
                .collect::<Vec<_>>()
        })
    });
    let chosen = Signal::derive(move || form.typed.with(|typed| typed.get(AccountPart::Office.key()).cloned().unwrap_or_default()));
    // Drawn anew only when another office is chosen.
    let there = Memo::new(move |_| {
        chosen.track();
        form.roles_there()
    });
    view! {
        <SelectField
            id=AccountPart::Office.key()
            label=say(app, |words| words.office)
            choices=offices
            value=chosen
            unchosen=say_some(app, |words| words.choose_office)
            error=form.error(AccountPart::Office.key().to_owned())
            on_change=Callback::new(move |code: String| form.set(AccountPart::Office.key(), Some(code)))
        />
        <fieldset class="field choice-group">
            <legend class="field__label">{say(app, |words| words.roles)}</legend>
            <p class="field__hint">{say(app, |words| words.roles_hint)}</p>
            {live(move || there.get().into_iter().enumerate().map(|(at, role)| {
                let id = role_id(role);
                let (key, checked_key) = (id.clone(), id.clone());
                let label = Signal::derive(move || sentences::role(app.language.get(), role).to_owned());
                let checked = Signal::derive(move || form.typed.with(|typed| typed.get(&checked_key).is_some()));
                // What is wrong with the roles stands at the first of them.
                let error = if at == 0 { form.error(role_id(Role::Counter)) } else { Signal::default() };
                view! { <CheckRow id label checked error on_change=Callback::new(move |on: bool| form.set(&key, on.then(|| "1".to_owned()))) /> }
            }).collect_view())}
        </fieldset>
    }
    .into_any()
}

/// Source and reason.
pub fn why(form: Form) -> AnyView {
    let app = form.app;
    view! {
        <h2 class="section__title">{say(app, |words| words.why)}</h2>
        <p class="muted">{live(move || admin_words(app).why_lead)}</p>
        {line(form, AccountPart::Source, say(app, |words| words.source), Signal::default())}
        {line(form, AccountPart::Reason, say(app, |words| words.reason), Signal::default())}
    }
    .into_any()
}

/// The id of the button that sends.
#[must_use]
pub fn send_id() -> String {
    BUTTON.to_owned()
}
