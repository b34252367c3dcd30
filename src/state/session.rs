//! Who works on this device: signing in with and without a network, opening the account's own store, signing out.
//! The session at the server and the right to work here are two things: the first may end, the second does not.

use futures_util::future::join;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use std::sync::Arc;

use super::settings::{key, prefix};
use super::{AppState, Boot, docket, drafts, sync_driver};
use crate::api::http::own_file;
use crate::api::outcome::SessionOutcome;
use crate::api::wire::{Me, Refresh, Session, SignIn};
use crate::domain::id::{AccountId, DraftId};
use crate::domain::json;
use crate::domain::office::{Level, Office};
use crate::platform::timer::painted;
use crate::platform::{clock, local, password, random};
use crate::rules::read_offices;
use crate::store::indexed_db::IndexedDbStore;
use crate::store::record::Note;
use crate::store::witness::{Finding, MARK, Witness};
use crate::store::{Change, DISCARDED, Durability, Loaded, LocalStore, StoreError};
use crate::sync::engine::Input;

/// Why nobody was signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInError {
    /// The name or the password is missing.
    Empty,
    /// The server says that they do not fit.
    WrongPassword,
    /// Too many attempts; seconds to wait, if the server names them.
    Limited(Option<i64>),
    /// There is no way to the server, and this device does not know the account.
    UnknownHere,
    /// There is no way to the server, and the password is not the one that this device saw last.
    WrongPasswordHere,
    /// Somebody else than a server answered, and this device does not know the account.
    Strange,
    /// The server has a fault, and this device does not know the account.
    ServerTrouble,
    /// The server refuses, with this status.
    Refused(u16),
    /// The device keeps nothing.
    Storage,
}

/// An account that has signed in on this device before, so that it can do so again without a network.
#[derive(Serialize, Deserialize)]
struct KnownAccount {
    me: Me,
    salt: Vec<u8>,
    verifier: Vec<u8>,
}

const CURRENT: &str = "current";
const KNOWN: &str = "known.";
const SESSION: &str = "session.";
const WITNESS: &str = "witness.";
const LOCKED: &str = "locked";

/// The database of the device itself. It is written strictly: a browser may keep local storage in memory for many seconds, and a
/// tablet that is put away right after a sign-in must still know its officer.
const DEVICE_STORE: &str = "sips-device";

/// The key of something of an account at the present server.
fn of(what: &str, account: AccountId) -> String {
    format!("{}{account}", key(what))
}

/// The name of an account's store.
#[must_use]
pub fn store_name(account: AccountId) -> String {
    format!("{}-{account}", prefix())
}

/// Takes away what this device remembers of an account beside its store.
pub async fn forget(app: AppState, account: AccountId) {
    for what in ["law.", "account."] {
        local::keys_with_prefix(&of(what, account)).iter().for_each(|key| local::remove(key));
    }
    local::remove(&of(WITNESS, account));
    let _ = note(app, vec![(of(KNOWN, account), None), (of(SESSION, account), None)]).await;
}

/// Lets go of what the device remembers of its officers, so that it can be deleted.
pub fn close_device_store(app: AppState) {
    app.inner.update_value(|inner| inner.device_store = None);
}

/// Opens the store of whoever worked here last, or asks for a sign-in.
pub async fn resume(app: AppState) {
    let current = || local::read(&key(CURRENT)).and_then(|text| AccountId::parse(&text));
    // Who it was is nearly always what local storage says: the two stores are opened at the same time.
    let expected = current();
    let own = async {
        match expected {
            Some(account) => Some(open_store(app, account).await),
            None => None,
        }
    };
    let ((), opened) = join(read_device_store(app), own).await;
    let account = current();
    match (account, account.and_then(known_account)) {
        (Some(account), Some(known)) => {
            app.locked.set(local::read(&key(LOCKED)).is_some());
            let session = read_json::<Session>(&of(SESSION, account));
            open(app, known.me, session, opened.filter(|_| expected == Some(account))).await;
        }
        _ => app.boot.set(Boot::SignedOut),
    }
}

async fn read_device_store(app: AppState) {
    if let Ok(store) = IndexedDbStore::open(DEVICE_STORE, || {}).await {
        if let Ok(loaded) = store.load().await {
            for note in loaded.notes {
                // The two agree but for what local storage had not written in time.
                let _ = local::write(&note.key, &note.text);
            }
        }
        app.inner.update_value(|inner| inner.device_store = Some(Rc::new(store)));
    }
}

/// The store of an account, and what it holds.
type Opened = Result<(Rc<IndexedDbStore>, Loaded), StoreError>;

async fn open_store(app: AppState, account: AccountId) -> Opened {
    let superseded = move || {
        sync_driver::stop(app);
        app.inner.update_value(|inner| inner.store = None);
        app.boot.set(Boot::Failed(StoreError::Superseded));
    };
    let store = IndexedDbStore::open(&store_name(account), superseded).await?;
    let loaded = store.load().await?;
    Ok((Rc::new(store), loaded))
}

/// Writes notes of the device, or takes those without text away; they are on the disk when this returns.
async fn note(app: AppState, notes: Vec<(String, Option<String>)>) -> Result<(), SignInError> {
    let mut changes = Vec::new();
    for (key, text) in notes {
        match text {
            Some(text) => {
                local::write(&key, &text).map_err(|_| SignInError::Storage)?;
                changes.push(Change::PutNote(Note { key, text }));
            }
            None => {
                local::remove(&key);
                changes.push(Change::DropNote(key));
            }
        }
    }
    match app.inner.with_value(|inner| inner.device_store.clone()) {
        Some(store) => store.commit(changes, Durability::Strict).await.map_err(|_| SignInError::Storage),
        // The account's own store is refused, too, then, and says why.
        None => Ok(()),
    }
}

/// Signs in at the server, or, where it cannot be reached, with what this device knows of the account.
///
/// # Errors
/// See [`SignInError`]; nothing changed.
pub async fn sign_in(app: AppState, username: &str, password: &str) -> Result<(), SignInError> {
    let username = username.trim().to_ascii_lowercase();
    if username.is_empty() || password.is_empty() {
        return Err(SignInError::Empty);
    }
    let http = app.server();
    let request = SignIn { username: username.clone(), password: password.to_owned(), device: app.device.get_value() };
    let offline = match http.sign_in(&request).await.outcome {
        SessionOutcome::Signed(session) => {
            remember(app, &session, password).await?;
            let me = session.me.clone();
            open(app, me, Some(*session), None).await;
            return Ok(());
        }
        SessionOutcome::WrongPassword => return Err(SignInError::WrongPassword),
        SessionOutcome::Limited { wait_ms } => return Err(SignInError::Limited(wait_ms.map(|wait| wait / 1_000))),
        SessionOutcome::Refused(status) => return Err(SignInError::Refused(status)),
        SessionOutcome::Unreachable => SignInError::UnknownHere,
        SessionOutcome::Strange => SignInError::Strange,
        SessionOutcome::ServerTrouble => SignInError::ServerTrouble,
    };
    let known = known_by_name(&username).ok_or(offline)?;
    if !fits(&known, password).await {
        return Err(SignInError::WrongPasswordHere);
    }
    let session = read_json::<Session>(&of(SESSION, known.me.account));
    app.inner.update_value(|inner| inner.credentials = Some((username, password.to_owned())));
    open(app, known.me, session, None).await;
    Ok(())
}

/// Takes the person out of the app. Drafts and unsent commands stay on the device, for this account alone.
pub async fn sign_out(app: AppState) {
    sync_driver::stop(app);
    let session = app.inner.try_update_value(|inner| {
        inner.store = None;
        inner.credentials = None;
        inner.cursor = None;
        inner.session.take()
    });
    local::remove(&key(LOCKED));
    app.locked.set(false);
    let mut gone = vec![(key(CURRENT), None)];
    if let Some(me) = app.account.get_untracked() {
        gone.push((of(SESSION, me.account), None));
    }
    // If the disk refuses, the next start still asks the store of an account that is signed out here: local storage has it right.
    let _ = note(app, gone).await;
    app.show(Loaded::default());
    docket::close(app);
    app.account.set(None);
    app.shared.set(Vec::new());
    app.mine.set(false);
    app.boot.set(Boot::SignedOut);
    if let Some(session) = session.flatten() {
        // Without a network the server ends the session by itself when its time is over.
        let http = app.server();
        http.sign_out(&session.access_token).await;
    }
}

/// What can be had for a request without a person.
pub enum Access {
    /// A bearer token that is good now.
    Token(String),
    /// Nothing yet: there is no way to the server.
    NotNow,
    /// The person has to sign in.
    SignIn,
}

/// The token for a request now.
pub async fn access(app: AppState, force_refresh: bool) -> Access {
    const MARGIN_MS: i64 = 30_000;
    let session = app.inner.with_value(|inner| inner.session.clone());
    if let Some(session) = &session
        && !force_refresh
        && session.access_expires_at > app.clock().plus(MARGIN_MS)
    {
        return Access::Token(session.access_token.clone());
    }
    let http = app.server();
    let device = app.device.get_value();
    let renewed = match session {
        Some(session) => match http.refresh(&Refresh { refresh_token: session.refresh_token.clone(), device }).await.outcome {
            SessionOutcome::Signed(session) => Some(*session),
            // No way to the server is no reason to forget a session: the old token may still be good.
            SessionOutcome::Unreachable | SessionOutcome::Strange | SessionOutcome::ServerTrouble => {
                return Access::Token(session.access_token);
            }
            _ => None,
        },
        None => None,
    };
    let renewed = match (renewed, app.inner.with_value(|inner| inner.credentials.clone())) {
        (Some(session), _) => session,
        (None, Some((username, password))) => match http.sign_in(&SignIn { username, password, device }).await.outcome {
            SessionOutcome::Signed(session) => *session,
            SessionOutcome::WrongPassword | SessionOutcome::Refused(_) => {
                // The password has changed since: this one is of no use any more.
                app.inner.update_value(|inner| inner.credentials = None);
                return Access::SignIn;
            }
            _ => return Access::NotNow,
        },
        (None, None) => return Access::SignIn,
    };
    // The same person, or nobody: another account's commands never travel with this token.
    if app.account.get_untracked().is_none_or(|me| me.account != renewed.me.account) {
        return Access::SignIn;
    }
    let token = renewed.access_token.clone();
    keep_session(app, renewed);
    Access::Token(token)
}

/// Is there a session, or the means to get one without a person?
#[must_use]
pub fn may_send(app: AppState) -> bool {
    app.inner.with_value(|inner| inner.session.is_some() || inner.credentials.is_some())
}

/// Signs the same person in again after the session has ended; the work on screen goes on.
///
/// # Errors
/// See [`SignInError`].
pub async fn sign_in_again(app: AppState, password: &str) -> Result<(), SignInError> {
    let Some(me) = app.account.get_untracked() else { return Err(SignInError::Empty) };
    if password.is_empty() {
        return Err(SignInError::Empty);
    }
    let http = app.server();
    match http
        .sign_in(&SignIn { username: me.username.clone(), password: password.to_owned(), device: app.device.get_value() })
        .await
        .outcome
    {
        SessionOutcome::Signed(session) => {
            remember(app, &session, password).await?;
            app.account.set(Some(session.me.clone()));
            app.set_book(app.book_untracked().clone());
            keep_session(app, *session);
            sync_driver::feed(app, Input::SignedInChanged(true));
            Ok(())
        }
        SessionOutcome::WrongPassword => Err(SignInError::WrongPassword),
        SessionOutcome::Limited { wait_ms } => Err(SignInError::Limited(wait_ms.map(|wait| wait / 1_000))),
        SessionOutcome::Refused(status) => Err(SignInError::Refused(status)),
        SessionOutcome::Strange => Err(SignInError::Strange),
        SessionOutcome::Unreachable | SessionOutcome::ServerTrouble => Err(SignInError::ServerTrouble),
    }
}

/// What is written down of a lock that the person asked for; any other text is a lock by the clock.
const BY_HAND: &str = "hand";

/// Hides the work behind the password. Nothing is closed or encrypted, and sending goes on.
pub fn lock(app: AppState, by_hand: bool) {
    if app.boot.get_untracked() == Boot::Ready && !app.locked.get_untracked() {
        // Where it cannot be written down, a reload opens the screen again: the lock hides, it does not protect.
        let _ = local::write(&key(LOCKED), if by_hand { BY_HAND } else { "idle" });
        app.locked.set(true);
    }
}

/// Did the person lock the screen, and not the clock?
#[must_use]
pub fn locked_by_hand() -> bool {
    local::read(&key(LOCKED)).is_some_and(|how| how == BY_HAND)
}

/// Opens the lock with the password that this device saw last, or with one that the server takes.
///
/// # Errors
/// See [`SignInError`]; it stays locked.
pub async fn unlock(app: AppState, password: &str) -> Result<(), SignInError> {
    let known = app.account.get_untracked().and_then(|me| known_account(me.account));
    let here = match &known {
        Some(known) if !password.is_empty() => fits(known, password).await,
        _ => false,
    };
    if !here {
        sign_in_again(app, password).await.map_err(|error| match error {
            SignInError::ServerTrouble | SignInError::Strange => SignInError::WrongPasswordHere,
            other => other,
        })?;
    }
    local::remove(&key(LOCKED));
    app.locked.set(false);
    Ok(())
}

/// Work of other accounts that only this device holds: how many accounts, and how many pieces of work. Not what it is.
#[must_use]
pub fn work_of_others(app: AppState) -> (usize, usize) {
    let own = app.account.get().map(|me| of(WITNESS, me.account));
    let counts = local::keys_with_prefix(&key(WITNESS)).into_iter().filter(|key| Some(key) != own.as_ref());
    let counts: Vec<usize> = counts.map(|key| Witness::read(local::read(&key).as_deref()).only_here).filter(|count| *count > 0).collect();
    (counts.len(), counts.iter().sum())
}

/// Writes down outside of the database how much only this device holds, so that a database that comes up empty is told
/// from a first run.
pub fn witness(app: AppState) {
    if let Some(me) = app.account.get_untracked() {
        let witness = Witness { only_here: app.only_here(), ..witness_of(me.account) };
        write_witness(me.account, witness);
    }
}

/// How much only this device holds of the account that works here; as it was noted outside of the store, where that cannot be read.
#[must_use]
pub fn only_here(app: AppState) -> usize {
    match app.boot.get_untracked() {
        Boot::Failed(_) => app.account.get_untracked().map_or(0, |me| witness_of(me.account).only_here).max(app.only_here()),
        _ => app.only_here(),
    }
}

fn witness_of(account: AccountId) -> Witness {
    Witness::read(local::read(&witness_key(account)).as_deref())
}

fn write_witness(account: AccountId, witness: Witness) {
    let _ = local::write(&witness_key(account), &witness.write());
}

fn witness_key(account: AccountId) -> String {
    of(WITNESS, account)
}

/// The mark that the next strict commit of the open account gives its store.
#[must_use]
pub fn next_mark(app: AppState) -> Option<u32> {
    app.account.get_untracked().map(|me| witness_of(me.account).mark + 1)
}

/// The store has this mark now.
pub fn marked(app: AppState, mark: u32) {
    if let Some(me) = app.account.get_untracked() {
        let before = witness_of(me.account);
        write_witness(me.account, Witness { mark: mark.max(before.mark), ..before });
    }
}

/// The person has read that the work kept here is gone.
pub fn accept_loss(app: AppState) {
    if let Some(me) = app.account.get_untracked() {
        // From here on this is the store; its marks begin anew.
        write_witness(me.account, Witness { only_here: app.only_here(), mark: 0 });
    }
    app.boot.set(Boot::Ready);
    sync_driver::start(app);
}

/// The table of offices, beside the app.
const OFFICES: &str = "/offices.csv";

/// How long the first screen has the processor for itself at most, in milliseconds.
const FIRST_SCREEN_MS: i32 = 500;

/// Opens the work of an account; `opened` is its store where that is open already.
async fn open(app: AppState, me: Me, session: Option<Session>, opened: Option<Opened>) {
    sync_driver::stop(app);
    app.boot.set(Boot::Opening);
    let account = me.account;
    let stands_above = matches!(me.office.level, Level::National | Level::Province);
    app.account.set(Some(me));
    if stands_above && app.offices.read_untracked().is_empty() {
        spawn_local(async move {
            // Without the table, offices go by their codes until it can be had.
            if let Some(table) = own_file(OFFICES).await {
                app.offices.set(Arc::new(read_offices(&table)));
            }
        });
    }
    app.inner.update_value(|inner| inner.session = session);
    let opened = match opened {
        Some(opened) => opened,
        None => open_store(app, account).await,
    };
    let (store, loaded) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            app.boot.set(Boot::Failed(error));
            return;
        }
    };
    let before = witness_of(account);
    let mark = loaded.notes.iter().find(|note| note.key == MARK).and_then(|note| note.text.parse().ok()).unwrap_or(0);
    let empty = loaded.drafts.is_empty() && loaded.outbox.is_empty() && loaded.quarantine.is_empty() && loaded.cursor.is_none();
    app.inner.update_value(|inner| inner.store = Some(Rc::clone(&store)));
    let of_docket = Loaded { notes: loaded.notes.clone(), stale: loaded.stale.clone(), outbox: loaded.outbox.clone(), ..Loaded::default() };
    let discarded = of_docket.notes.iter().filter_map(|note| DraftId::parse(note.key.strip_prefix(DISCARDED)?)).collect();
    app.show(loaded);
    docket::open(app, &of_docket);
    if local::read(&key(CURRENT)) != Some(account.to_string()) {
        let _ = note(app, vec![(key(CURRENT), Some(account.to_string()))]).await;
    }
    if before.finds(mark) != Finding::Same || (empty && before.only_here > 0) {
        docket::read_all(app, &store, &of_docket).await;
        app.boot.set(Boot::Lost(before.only_here));
        return;
    }
    app.boot.set(Boot::Ready);
    // The first screen is not to wait for what it does not show.
    painted(FIRST_SCREEN_MS).await;
    docket::read_all(app, &store, &of_docket).await;
    if app.store().is_none_or(|open| !Rc::ptr_eq(&open, &store)) {
        return;
    }
    sync_driver::start(app);
    drafts::sweep(app, discarded).await;
}

fn keep_session(app: AppState, session: Session) {
    let key = of(SESSION, session.me.account);
    let text = json::write(&session);
    // A token that is not kept costs a sign-in, nothing else.
    spawn_local(async move {
        let _ = note(app, vec![(key, Some(text))]).await;
    });
    app.inner.update_value(|inner| inner.session = Some(session));
}

async fn remember(app: AppState, session: &Session, typed: &str) -> Result<(), SignInError> {
    let salt = random::bytes::<16>();
    let verifier = password::verifier(typed, &salt).await.map_err(|_| SignInError::Storage)?;
    let known = KnownAccount { me: session.me.clone(), salt: salt.to_vec(), verifier: verifier.to_vec() };
    let account = session.me.account;
    note(app, vec![(of(KNOWN, account), Some(json::write(&known))), (of(SESSION, account), Some(json::write(session)))]).await
}

async fn fits(known: &KnownAccount, typed: &str) -> bool {
    let (Ok(salt), Ok(expected)) = (<[u8; 16]>::try_from(known.salt.as_slice()), <[u8; 32]>::try_from(known.verifier.as_slice())) else {
        return false;
    };
    password::verifier(typed, &salt).await.is_ok_and(|verifier| password::same(&verifier, &expected))
}

fn known_account(account: AccountId) -> Option<KnownAccount> {
    read_json(&of(KNOWN, account))
}

/// The office as the table of offices has it, before anybody changed what it says of itself.
#[must_use]
pub fn office_row(account: AccountId) -> Option<Office> {
    known_account(account).map(|known| known.me.office)
}

fn known_by_name(username: &str) -> Option<KnownAccount> {
    local::keys_with_prefix(&key(KNOWN)).iter().filter_map(|key| read_json::<KnownAccount>(key)).find(|known| known.me.username == username)
}

fn read_json<T: serde::de::DeserializeOwned>(key: &str) -> Option<T> {
    json::read(&local::read(key)?).ok()
}

/// Is the device's clock so far off that times on screen cannot be trusted?
#[must_use]
pub fn device_clock_is_wrong(app: AppState) -> bool {
    const TOLERATED_MS: i64 = 5 * 60 * 1_000;
    app.clock_offset.get().is_some_and(|offset| offset.abs() > TOLERATED_MS) || !clock::now().can_be_now()
}
