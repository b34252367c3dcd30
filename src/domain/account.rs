//! Accounts of officers and every change of one: who is created, which roles and which office, locked or not, a new password. The centre
//! alone changes them (domain notes §2.2, mark L), each change is kept with its author, time, source and reason, and the last account
//! of the centre is never locked out. Whoever offers a change and whoever takes it ask the same function.

use serde::{Deserialize, Serialize};

use super::case::Person;
use super::id::{AccountChangeId, AccountId, Entropy};
use super::office::{Actor, OfficeCode, Role};
use super::text::is_blank;
use super::time::Timestamp;

/// The fewest characters of a password that the centre hands out.
pub const MIN_PASSWORD: usize = 12;
/// The most characters of a password.
pub const MAX_PASSWORD: usize = 200;
/// The most characters of a name, a source or a reason.
pub const MAX_LINE: usize = 300;
/// The fewest and the most characters of a name to sign in with.
pub const USERNAME: (usize, usize) = (3, 40);

/// An account as whoever watches over it sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountEntry {
    /// Its id.
    pub account: AccountId,
    /// The name to sign in with.
    pub username: String,
    /// The person's name.
    pub name: String,
    /// The office.
    pub office: OfficeCode,
    /// Roles in it.
    pub roles: Vec<Role>,
    /// Since when it is locked; none: it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked_at: Option<Timestamp>,
}

/// One change of one account, with who made it, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountChange {
    /// Idempotency key.
    pub id: AccountChangeId,
    /// The account; made by whoever creates it.
    pub account: AccountId,
    /// What changes.
    pub change: AccountAct,
    /// Where it was read: the letter of appointment, the list. May be empty where nothing was written.
    #[serde(default)]
    pub source: String,
    /// Why.
    pub reason: String,
    /// Who; the server fills it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Person>,
    /// When the server took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_at: Option<Timestamp>,
}

/// What changes. A password travels to the server and is never kept in the history or given back: it is empty there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountAct {
    /// A new account.
    Create {
        /// The name to sign in with.
        username: String,
        /// The person's name.
        name: String,
        /// The office.
        office: OfficeCode,
        /// Roles in it.
        roles: Vec<Role>,
        /// The first password.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        password: String,
    },
    /// Another name, office or roles. Open sessions end, so that every device learns it at the next sign-in.
    Profile {
        /// The person's name.
        name: String,
        /// The office.
        office: OfficeCode,
        /// Roles in it.
        roles: Vec<Role>,
    },
    /// It can no longer sign in, and its sessions end. What its devices hold stays there.
    Lock {},
    /// It can sign in again.
    Unlock {},
    /// A new password; its sessions end.
    Password {
        /// The password.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        password: String,
    },
}

/// A part of a change, for pointing at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountPart {
    /// The name to sign in with.
    Username,
    /// The person's name.
    Name,
    /// The office.
    Office,
    /// The roles.
    Roles,
    /// The password.
    Password,
    /// The source.
    Source,
    /// The reason.
    Reason,
}

/// What stands against a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountObjection {
    /// The actor may not change accounts.
    Role,
    /// There is no such account, or its id belongs to another one already.
    UnknownAccount,
    /// Somebody else has this name to sign in with.
    UsernameTaken,
    /// A name to sign in with is made of small letters, digits, dots, hyphens and underscores.
    BadUsername,
    /// Something must be filled in.
    Missing(AccountPart),
    /// A part is too long.
    TooLong(AccountPart),
    /// A part has characters that it may not have, such as a line break.
    BadCharacter(AccountPart),
    /// The table of offices has no such office.
    UnknownOffice,
    /// The office's level has no such role.
    RoleNotThere(Role),
    /// Nobody of the centre could sign in any more.
    LastAdmin,
    /// Everything is as it was.
    NothingChanged,
    /// The password is shorter than [`MIN_PASSWORD`] or longer than [`MAX_PASSWORD`].
    PasswordLength,
}

/// What a change is judged against.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// The account as it is; none if there is none.
    pub entry: Option<&'a AccountEntry>,
    /// Does another account have the name that is asked for?
    pub username_taken: bool,
    /// The roles that the office that is asked for can give, by its level; none if there is no such office.
    pub roles: Option<&'a [Role]>,
    /// How many other accounts of the centre can sign in.
    pub other_admins: usize,
}

impl AccountPart {
    /// Its key in forms and in the contract's problems.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Name => "name",
            Self::Office => "office",
            Self::Roles => "roles",
            Self::Password => "password",
            Self::Source => "source",
            Self::Reason => "reason",
        }
    }
}

impl AccountObjection {
    /// The part that it points at, if it points at one.
    #[must_use]
    pub fn part(self) -> Option<AccountPart> {
        match self {
            Self::Missing(part) | Self::TooLong(part) | Self::BadCharacter(part) => Some(part),
            Self::UsernameTaken | Self::BadUsername => Some(AccountPart::Username),
            Self::UnknownOffice => Some(AccountPart::Office),
            Self::RoleNotThere(_) => Some(AccountPart::Roles),
            Self::PasswordLength => Some(AccountPart::Password),
            Self::Role | Self::UnknownAccount | Self::LastAdmin | Self::NothingChanged => None,
        }
    }

    /// Its code in the contract's problems.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::UnknownAccount => "unknown_account",
            Self::UsernameTaken => "taken",
            Self::BadUsername => "username",
            Self::Missing(_) => "required",
            Self::TooLong(_) => "too_long",
            Self::BadCharacter(_) => "bad_character",
            Self::UnknownOffice => "unknown_office",
            Self::RoleNotThere(_) => "role_not_there",
            Self::LastAdmin => "last_admin",
            Self::NothingChanged => "nothing_changed",
            Self::PasswordLength => "password_length",
        }
    }
}

impl AccountAct {
    /// The same without its password, as it is kept.
    #[must_use]
    pub fn without_password(mut self) -> Self {
        match &mut self {
            Self::Create { password, .. } | Self::Password { password } => password.clear(),
            Self::Profile { .. } | Self::Lock {} | Self::Unlock {} => {}
        }
        self
    }

    /// The password that it brings.
    #[must_use]
    pub fn password(&self) -> Option<&str> {
        match self {
            Self::Create { password, .. } | Self::Password { password } => Some(password),
            Self::Profile { .. } | Self::Lock {} | Self::Unlock {} => None,
        }
    }

    /// The office that it names.
    #[must_use]
    pub fn office(&self) -> Option<&OfficeCode> {
        match self {
            Self::Create { office, .. } | Self::Profile { office, .. } => Some(office),
            Self::Lock {} | Self::Unlock {} | Self::Password { .. } => None,
        }
    }

    /// The account after it.
    #[must_use]
    pub fn applied(&self, account: AccountId, before: Option<&AccountEntry>, now: Timestamp) -> Option<AccountEntry> {
        let before = before.cloned();
        match self {
            Self::Create { username, name, office, roles, .. } => Some(AccountEntry {
                account,
                username: username.clone(),
                name: name.clone(),
                office: office.clone(),
                roles: roles.clone(),
                locked_at: None,
            }),
            Self::Profile { name, office, roles } => {
                before.map(|entry| AccountEntry { name: name.clone(), office: office.clone(), roles: roles.clone(), ..entry })
            }
            Self::Lock {} => before.map(|entry| AccountEntry { locked_at: entry.locked_at.or(Some(now)), ..entry }),
            Self::Unlock {} => before.map(|entry| AccountEntry { locked_at: None, ..entry }),
            Self::Password { .. } => before,
        }
    }
}

/// May this person see the accounts of their scope? Whoever watches over offices.
#[must_use]
pub fn may_list(roles: &[Role]) -> bool {
    roles.iter().any(|role| matches!(role, Role::ProvinceAdmin | Role::NationalAdmin))
}

/// May this person change accounts? The centre alone (domain notes §2.2, mark L).
#[must_use]
pub fn may_change(roles: &[Role]) -> bool {
    roles.contains(&Role::NationalAdmin)
}

/// Everything that stands against a change; nothing: it holds.
#[must_use]
pub fn objections(actor: &Actor, asked: &AccountChange, standing: &Standing<'_>) -> Vec<AccountObjection> {
    if !may_change(&actor.roles) {
        return vec![AccountObjection::Role];
    }
    let creates = matches!(asked.change, AccountAct::Create { .. });
    if creates == standing.entry.is_some() {
        return vec![AccountObjection::UnknownAccount];
    }
    let mut found = Vec::new();
    if let AccountAct::Create { username, .. } = &asked.change {
        found.extend(username_problem(username));
        if standing.username_taken {
            found.push(AccountObjection::UsernameTaken);
        }
    }
    if let AccountAct::Create { name, roles, .. } | AccountAct::Profile { name, roles, .. } = &asked.change {
        found.extend(line_problem(AccountPart::Name, name, true));
        match standing.roles {
            None => found.push(AccountObjection::UnknownOffice),
            Some(_) if roles.is_empty() => found.push(AccountObjection::Missing(AccountPart::Roles)),
            Some(known) => {
                found.extend(roles.iter().filter(|role| !known.contains(role)).map(|role| AccountObjection::RoleNotThere(*role)))
            }
        }
    }
    if let Some(password) = asked.change.password()
        && !(MIN_PASSWORD..=MAX_PASSWORD).contains(&password.chars().count())
    {
        found.push(AccountObjection::PasswordLength);
    }
    found.extend(line_problem(AccountPart::Source, &asked.source, false));
    found.extend(line_problem(AccountPart::Reason, &asked.reason, true));
    if let Some(before) = standing.entry {
        let after = asked.change.applied(asked.account, Some(before), Timestamp(0));
        let same = |after: &AccountEntry| {
            (&after.name, &after.office, &after.roles, after.locked_at.is_some())
                == (&before.name, &before.office, &before.roles, before.locked_at.is_some())
        };
        if asked.change.password().is_none() && after.as_ref().is_some_and(same) {
            found.push(AccountObjection::NothingChanged);
        }
        if is_admin(before) && !after.as_ref().is_some_and(is_admin) && standing.other_admins == 0 {
            found.push(AccountObjection::LastAdmin);
        }
    }
    found
}

/// Can it sign in and change accounts?
#[must_use]
pub fn is_admin(entry: &AccountEntry) -> bool {
    entry.locked_at.is_none() && may_change(&entry.roles)
}

/// What is wrong with a name to sign in with.
#[must_use]
pub fn username_problem(username: &str) -> Option<AccountObjection> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
    let (shortest, longest) = USERNAME;
    if username.is_empty() {
        Some(AccountObjection::Missing(AccountPart::Username))
    } else if !(shortest..=longest).contains(&username.len()) || !username.bytes().all(fits) {
        Some(AccountObjection::BadUsername)
    } else {
        None
    }
}

/// What is wrong with a line of text.
#[must_use]
pub fn line_problem(part: AccountPart, text: &str, needed: bool) -> Option<AccountObjection> {
    if needed && is_blank(text) {
        Some(AccountObjection::Missing(part))
    } else if text.chars().count() > MAX_LINE {
        Some(AccountObjection::TooLong(part))
    } else if text.chars().any(char::is_control) {
        Some(AccountObjection::BadCharacter(part))
    } else {
        None
    }
}

/// A first password that can be read out over a telephone: ten syllables, some 60 bits.
#[must_use]
pub fn readable_password(entropy: Entropy) -> String {
    const CONSONANTS: &[u8; 16] = b"bcdfghjklmnprstw";
    const VOWELS: &[u8; 4] = b"aeiu";
    let mut password = String::with_capacity(24);
    for (place, byte) in entropy.into_iter().enumerate() {
        if place > 0 && place % 2 == 0 {
            password.push('-');
        }
        password.push(char::from(CONSONANTS[usize::from(byte >> 4)]));
        password.push(char::from(VOWELS[usize::from(byte & 3)]));
    }
    password
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> AccountId {
        AccountId::new(Timestamp(1), [n; 10])
    }

    fn actor(roles: &[Role]) -> Actor {
        Actor { account: id(9), name: "Sari".into(), office: OfficeCode("00".into()), roles: roles.to_vec() }
    }

    fn entry(roles: &[Role]) -> AccountEntry {
        AccountEntry {
            account: id(1),
            username: "budi".into(),
            name: "Budi".into(),
            office: OfficeCode("16.07".into()),
            roles: roles.to_vec(),
            locked_at: None,
        }
    }

    fn asked(change: AccountAct) -> AccountChange {
        AccountChange {
            id: AccountChangeId::new(Timestamp(1), [1; 10]),
            account: id(1),
            change,
            source: "Surat tugas 12/2026".into(),
            reason: "Petugas baru".into(),
            by: None,
            recorded_at: None,
        }
    }

    fn create(username: &str, name: &str, roles: &[Role], password: &str) -> AccountAct {
        AccountAct::Create {
            username: username.into(),
            name: name.into(),
            office: OfficeCode("16.07".into()),
            roles: roles.to_vec(),
            password: password.into(),
        }
    }

    const LEVEL: &[Role] = &[Role::Counter, Role::Operator, Role::NationalAdmin];

    fn judged(change: AccountAct, before: Option<&AccountEntry>, other_admins: usize) -> Vec<AccountObjection> {
        let standing = Standing { entry: before, username_taken: false, roles: Some(LEVEL), other_admins };
        objections(&actor(&[Role::NationalAdmin]), &asked(change), &standing)
    }

    #[test]
    fn a_new_account_is_held_against_the_tables() {
        let good = "tujuh-kali-lima";
        assert_eq!(judged(create("budi.s", "Budi", &[Role::Counter], good), None, 1), []);
        for (change, expected) in [
            (create("", "Budi", &[Role::Counter], good), AccountObjection::Missing(AccountPart::Username)),
            (create("Budi", "Budi", &[Role::Counter], good), AccountObjection::BadUsername),
            (create("bu di", "Budi", &[Role::Counter], good), AccountObjection::BadUsername),
            (create("budi", " \u{a0}", &[Role::Counter], good), AccountObjection::Missing(AccountPart::Name)),
            (create("budi", "Budi\nSari", &[Role::Counter], good), AccountObjection::BadCharacter(AccountPart::Name)),
            (create("budi", &"b".repeat(301), &[Role::Counter], good), AccountObjection::TooLong(AccountPart::Name)),
            (create("budi", "Budi", &[], good), AccountObjection::Missing(AccountPart::Roles)),
            (create("budi", "Budi", &[Role::ProvinceAdmin], good), AccountObjection::RoleNotThere(Role::ProvinceAdmin)),
            (create("budi", "Budi", &[Role::Counter], "pendek"), AccountObjection::PasswordLength),
        ] {
            assert_eq!(judged(change, None, 1), [expected]);
        }
        let mut silent = asked(create("budi", "Budi", &[Role::Counter], good));
        silent.reason.clear();
        let standing = Standing { entry: None, username_taken: true, roles: None, other_admins: 0 };
        assert_eq!(
            objections(&actor(&[Role::NationalAdmin]), &silent, &standing),
            [AccountObjection::UsernameTaken, AccountObjection::UnknownOffice, AccountObjection::Missing(AccountPart::Reason)]
        );
        assert_eq!(objections(&actor(&[Role::ProvinceAdmin]), &silent, &standing), [AccountObjection::Role]);
    }

    #[test]
    fn an_account_is_created_once_and_changed_only_where_it_is() {
        let budi = entry(&[Role::Counter]);
        assert_eq!(judged(create("budi", "Budi", &[Role::Counter], "tujuh-kali-lima"), Some(&budi), 1), [AccountObjection::UnknownAccount]);
        assert_eq!(judged(AccountAct::Lock {}, None, 1), [AccountObjection::UnknownAccount]);
        assert_eq!(judged(AccountAct::Lock {}, Some(&budi), 1), []);
        assert_eq!(judged(AccountAct::Unlock {}, Some(&budi), 1), [AccountObjection::NothingChanged]);
        let same = AccountAct::Profile { name: budi.name.clone(), office: budi.office.clone(), roles: budi.roles.clone() };
        assert_eq!(judged(same, Some(&budi), 1), [AccountObjection::NothingChanged]);
    }

    #[test]
    fn the_last_of_the_centre_is_never_locked_out() {
        let admin = entry(&[Role::NationalAdmin]);
        let demoted = AccountAct::Profile { name: "Budi".into(), office: admin.office.clone(), roles: vec![Role::Counter] };
        for change in [AccountAct::Lock {}, demoted] {
            assert_eq!(judged(change.clone(), Some(&admin), 0), [AccountObjection::LastAdmin]);
            assert_eq!(judged(change, Some(&admin), 1), []);
        }
        assert_eq!(judged(AccountAct::Password { password: "tujuh-kali-lima".into() }, Some(&admin), 0), []);
    }

    #[test]
    fn a_password_is_never_kept() {
        let change = asked(create("budi", "Budi", &[Role::Counter], "tujuh-kali-lima"));
        let kept = AccountChange { change: change.change.without_password(), ..change };
        let json = crate::domain::json::write(&kept);
        assert!(!json.contains("tujuh") && !json.contains("password"), "{json}");
        assert_eq!(crate::domain::json::read::<AccountChange>(&json), Ok(kept));
    }

    #[test]
    fn a_readable_password_is_long_enough_for_the_server() {
        let password = readable_password([0x00, 0x11, 0x22, 0x33, 0xf3, 0x44, 0x55, 0x66, 0x77, 0xff]);
        assert_eq!(password, "bace-difu-wuga-heji-kuwu");
        assert!(password.len() >= MIN_PASSWORD);
    }
}
