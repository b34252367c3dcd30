//! Accounts of the officers: who may see and change them, what each change does at once, and that none is forgotten.

use axum::http::StatusCode;
use serde_json::{Value, json};
use sips_lapangan::api::wire::{AccountHistory, AccountPage, Session};
use sips_lapangan::domain::account::{AccountAct, AccountChange};

use crate::support::{Answer, Backend, new_ids, petition};

const PASSWORD: &str = "bace-difu-wuba-hegi";

/// A change with an id of its own.
pub fn change(account: &str, act: Value) -> Value {
    let (id, _) = new_ids();
    json!({ "id": id, "account": account, "change": act, "source": "Surat tugas 12/2026", "reason": "Petugas baru" })
}

pub fn created(username: &str) -> Value {
    let (_, account) = new_ids();
    let roles = json!(["counter"]);
    let act =
        json!({ "create": { "username": username, "name": "Budi Santoso", "office": "16.07", "roles": roles, "password": PASSWORD } });
    change(&account.to_string(), act)
}

async fn send(backend: &Backend, session: &Session, change: &Value) -> Answer {
    backend.post("/v1/accounts", Some(&session.access_token), change.to_string()).await
}

async fn taken(backend: &Backend, session: &Session, change: &Value) -> AccountChange {
    let answer = send(backend, session, change).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

fn codes(answer: &Answer) -> Vec<String> {
    answer.problem().fields.into_iter().map(|field| format!("{} {}", field.pointer, field.code)).collect()
}

#[tokio::test]
async fn an_account_lives_from_its_creation_to_its_lock() {
    let backend = Backend::new();
    let pusat = backend.sign_in("pusat").await;
    let new = created("budi.santoso");
    let kept = taken(&backend, &pusat, &new).await;
    assert_eq!(kept.by.as_ref().map(|by| by.account), Some(pusat.me.account));
    assert_eq!(kept.recorded_at, Some(backend.now()));

    // The new person works at once.
    let first = backend.try_sign_in("budi.santoso", PASSWORD).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    let budi: Session = first.json();
    assert_eq!(budi.me.office.code.0, "16.07");
    backend.push_one(&budi, &petition(&budi)).await;

    // The answer was lost: sent again it changes nothing. Another change under the same id is none.
    assert_eq!(taken(&backend, &pusat, &new).await, kept);
    let mut other = new.clone();
    other["reason"] = json!("Lain");
    assert_eq!(send(&backend, &pusat, &other).await.problem().kind, "/problems/id-reused");

    // Locked, its sessions have ended, and whoever knows the password is told why.
    let account = new["account"].as_str().expect("an id");
    taken(&backend, &pusat, &change(account, json!({ "lock": {} }))).await;
    assert_eq!(backend.get("/v1/me", Some(&budi.access_token)).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(backend.refresh(&budi.refresh_token).await.status, StatusCode::UNAUTHORIZED);
    let locked = backend.try_sign_in("budi.santoso", PASSWORD).await;
    assert_eq!((locked.status, locked.problem().kind.as_str()), (StatusCode::FORBIDDEN, "/problems/account-locked"));
    assert_eq!(backend.try_sign_in("budi.santoso", "salah").await.status, StatusCode::UNAUTHORIZED);

    taken(&backend, &pusat, &change(account, json!({ "unlock": {} }))).await;
    let next = "tewu-hiba-nuge-kapi";
    taken(&backend, &pusat, &change(account, json!({ "password": { "password": next } }))).await;
    assert_eq!(backend.try_sign_in("budi.santoso", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    let again: Session = backend.try_sign_in("budi.santoso", next).await.json();
    let moved = json!({ "profile": { "name": "Budi Santoso, S.H.", "office": "16.08", "roles": ["operator"] } });
    taken(&backend, &pusat, &change(account, moved)).await;
    assert_eq!(backend.get("/v1/me", Some(&again.access_token)).await.status, StatusCode::UNAUTHORIZED, "it learns at the next sign-in");
    let again: Session = backend.try_sign_in("budi.santoso", next).await.json();
    assert_eq!((again.me.office.code.0.as_str(), again.me.name.as_str()), ("16.08", "Budi Santoso, S.H."));

    // Every change is there with its author, and no password is anywhere.
    let history = backend.get(&format!("/v1/accounts/{account}"), Some(&pusat.access_token)).await;
    assert!(!history.text().contains(PASSWORD) && !history.text().contains(next) && !backend.log().contains(PASSWORD));
    let history: AccountHistory = history.json();
    let kinds: Vec<bool> = history.changes.iter().map(|change| matches!(change.change, AccountAct::Profile { .. })).collect();
    assert_eq!(kinds, [true, false, false, false, false], "the last one first");
    assert!(history.changes.iter().all(|change| change.reason == "Petugas baru" && change.by.is_some()));
    assert!(backend.database().run("DELETE FROM account_changes").is_err(), "append-only");
}

#[tokio::test]
async fn who_watches_over_offices_sees_their_accounts_and_the_centre_alone_changes_them() {
    let backend = Backend::new();
    let list = async |username: &str| {
        let session = backend.sign_in(username).await;
        backend.get("/v1/accounts", Some(&session.access_token)).await
    };
    assert_eq!(list("rina").await.problem().status, 403);
    let names =
        |answer: Answer| -> Vec<String> { answer.json::<AccountPage>().accounts.into_iter().map(|account| account.username).collect() };
    let of_province = names(list("sumsel").await);
    assert!(of_province.contains(&"rina".to_owned()) && !of_province.contains(&"slamet".to_owned()), "{of_province:?}");
    let all = names(list("pusat").await);
    assert!(all.is_sorted() && all.contains(&"slamet".to_owned()));
    let pusat = backend.sign_in("pusat").await;
    let after: AccountPage = backend.get("/v1/accounts?after=rina", Some(&pusat.access_token)).await.json();
    assert!(after.accounts.iter().all(|account| account.username.as_str() > "rina") && !after.accounts.is_empty());

    for username in ["rina", "sumsel"] {
        let session = backend.sign_in(username).await;
        let refused = send(&backend, &session, &created("budi")).await;
        assert_eq!((refused.status, codes(&refused)), (StatusCode::FORBIDDEN, vec![" role".to_owned()]), "{username}");
    }
    let slamet = backend.sign_in("slamet").await.me.account;
    let sumsel = backend.sign_in("sumsel").await;
    let history = format!("/v1/accounts/{slamet}");
    assert_eq!(backend.get(&history, Some(&sumsel.access_token)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(backend.get("/v1/accounts/x", Some(&sumsel.access_token)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_change_that_is_not_sound_says_where() {
    let backend = Backend::new();
    let pusat = backend.sign_in("pusat").await;
    for (field, value, found) in [
        ("username", json!("rina"), "/change/username taken"),
        ("username", json!("Budi S"), "/change/username username"),
        ("name", json!(" "), "/change/name required"),
        ("office", json!("99.99"), "/change/office unknown_office"),
        ("roles", json!([]), "/change/roles required"),
        ("roles", json!(["national_admin"]), "/change/roles role_not_there"),
        ("password", json!("pendek"), "/change/password password_length"),
    ] {
        let mut wrong = created("budi");
        wrong["change"]["create"][field] = value;
        let answer = send(&backend, &pusat, &wrong).await;
        assert_eq!((answer.status, codes(&answer)), (StatusCode::UNPROCESSABLE_ENTITY, vec![found.to_owned()]));
    }
    // The last of the centre is never locked out, by nobody and in no way.
    let me = pusat.me.account.to_string();
    let demoted = json!({ "profile": { "name": "Pusat", "office": "00", "roles": ["member"] } });
    for act in [json!({ "lock": {} }), demoted] {
        let answer = send(&backend, &pusat, &change(&me, act)).await;
        assert_eq!((answer.status, codes(&answer)), (StatusCode::CONFLICT, vec![" last_admin".to_owned()]));
    }
    let (_, second) = new_ids();
    let act =
        json!({ "create": { "username": "pusat2", "name": "Sari", "office": "00", "roles": ["national_admin"], "password": PASSWORD } });
    taken(&backend, &pusat, &change(&second.to_string(), act)).await;
    taken(&backend, &pusat, &change(&me, json!({ "lock": {} }))).await;
    let other: Session = backend.try_sign_in("pusat2", PASSWORD).await.json();
    let answer = send(&backend, &other, &change(&second.to_string(), json!({ "lock": {} }))).await;
    assert_eq!(codes(&answer), [" last_admin"], "a locked one does not count");
}
