//! Changing the tables of the law: who may, what is sound, and that everybody decides by it afterwards.

use axum::http::StatusCode;
use serde_json::{Value, json};
use sips_lapangan::api::endpoint;
use sips_lapangan::api::wire::{Changes, Definitions, ResultKind, Session};
use sips_lapangan::domain::amendment::Amendment;
use sips_lapangan::domain::case::{Act, Effect};
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::rules::RuleBook;

use crate::support::{Answer, Backend, filed_at, kind, new_ids, petition, reception};

const PATH: &str = endpoint::DEFINITIONS;
const TRACK: &str = "pemilu-penyelenggara";

/// An amendment as the app sends it.
pub fn amendment(session: &Session, base: &impl serde::Serialize, change: Value) -> Value {
    json!({
        "id": new_ids().0,
        "base": base,
        "change": change,
        "source": "Surat Ketua Bawaslu 12/2026",
        "mark": "L",
        "reason": "Nomor formulir sudah terbit.",
        "by": { "account": session.me.account, "name": session.me.name },
        "office": session.me.office.code,
        "madeAt": "2026-07-08T03:20:00Z",
    })
}

async fn send(backend: &Backend, session: &Session, amendment: &Value) -> Answer {
    backend.post(PATH, Some(&session.access_token), amendment.to_string()).await
}

async fn taken(backend: &Backend, session: &Session, amendment: &Value) -> Amendment {
    let answer = send(backend, session, amendment).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

async fn changes(backend: &Backend, session: &Session, cursor: Option<&str>) -> Changes {
    let answer = backend.get(&endpoint::changes(cursor), Some(&session.access_token)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

/// The book of a device that has pulled everything.
async fn pulled(backend: &Backend, session: &Session) -> RuleBook {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = changes(backend, session, cursor.as_deref()).await;
        all.extend(page.amendments);
        cursor = Some(page.next);
        if !page.more {
            return RuleBook::new(all);
        }
    }
}

fn codes(answer: &Answer) -> Vec<String> {
    answer.problem().fields.into_iter().map(|field| field.code).collect()
}

fn title() -> Value {
    json!({ "paper": { "paper": "receipt", "no": "PSPP-03", "title": { "id": "Tanda Terima Berkas", "en": "Receipt of Papers" } } })
}

/// 7 July 2026, a Tuesday, becomes a day of collective leave.
fn leave() -> Value {
    json!({ "year": { "year": 2026, "status": "expected", "decree": "", "day": [
        { "date": "2026-07-07", "kind": "cuti_bersama", "id": "Cuti bersama tambahan", "en": "Extra collective leave" },
    ] } })
}

fn due(act: &Act) -> Vec<String> {
    let due = |effect: &Effect| match effect {
        Effect::Due { deadline, last_day, .. } if deadline == "filing" => Some(serde_json::to_string(last_day).expect("a date")),
        _ => None,
    };
    act.effects.iter().filter_map(due).collect()
}

#[tokio::test]
async fn a_new_version_is_published_pulled_and_decided_by() {
    let backend = Backend::new();
    let (pusat, rina) = (backend.sign_in("pusat").await, backend.sign_in("rina").await);
    let before = changes(&backend, &rina, None).await;
    assert!(before.amendments.is_empty());
    let tag = backend.get(PATH, None).await.header("etag").to_owned();

    let shipped = RuleBook::default();
    let set = shipped.set_for(TRACK, None).expect("the track");
    let calendar = shipped.newest_calendar().expect("a calendar");
    let first = taken(&backend, &pusat, &amendment(&pusat, &set.pin, title())).await;
    let second = taken(&backend, &pusat, &amendment(&pusat, &calendar.pin, leave())).await;
    assert_eq!(first.recorded_at, Some(backend.now()));
    assert_eq!((first.by.name.as_str(), first.office.0.as_str()), (pusat.me.name.as_str(), "00"));

    // The feed, after what was pulled before.
    let page = changes(&backend, &rina, Some(&before.next)).await;
    assert_eq!(page.amendments, [first.clone(), second.clone()]);
    assert!(changes(&backend, &rina, Some(&page.next)).await.amendments.is_empty());

    // Device and server have the same digest of the same text.
    let book = pulled(&backend, &rina).await;
    let set = book.set_for(TRACK, None).expect("the new version");
    assert_eq!(Some(&set.pin), first.result.as_ref());
    let answer = backend.get(PATH, None).await;
    assert_ne!(answer.header("etag"), tag);
    let list: Definitions = answer.json();
    for pin in [&first.result, &second.result].into_iter().flatten() {
        let entry = list.definitions.iter().find(|entry| entry.id == pin.id && entry.version == pin.version).expect("it is listed");
        let text = backend.get(&format!("{PATH}/{}/{}@{}", entry.kind.key(), pin.id, pin.version), None).await;
        assert_eq!((Digest::of(&text.body), entry.digest), (pin.digest, pin.digest));
    }

    // A case under the new versions counts the new day; one under the old ones is decided as it was.
    let mut new = petition(&rina);
    (new["rules"], new["calendar"]) = (json!(set.pin), json!(book.newest_calendar().expect("a calendar").pin));
    let new = backend.push_one(&rina, &new).await.act.expect("it is taken");
    let old = backend.push_one(&rina, &petition(&rina)).await.act.expect("it is taken");
    assert_eq!((due(&new), due(&old)), (vec!["\"2026-07-10\"".to_owned()], vec!["\"2026-07-09\"".to_owned()]));
    assert_eq!((Some(&new.rules), Some(&new.calendar)), (first.result.as_ref(), second.result.as_ref()));
}

#[tokio::test]
async fn acts_never_come_before_the_law_that_they_rest_on() {
    let backend = Backend::new();
    let (pusat, rina) = (backend.sign_in("pusat").await, backend.sign_in("rina").await);
    backend.push_one(&rina, &petition(&rina)).await;
    let calendar = RuleBook::default().newest_calendar().expect("a calendar").pin.clone();
    taken(&backend, &pusat, &amendment(&pusat, &calendar, leave())).await;
    let page = changes(&backend, &rina, None).await;
    assert_eq!((page.amendments.len(), page.acts.len(), page.more), (1, 0, true));
    let page = changes(&backend, &rina, Some(&page.next)).await;
    assert_eq!((page.amendments.len(), page.acts.len(), page.more), (0, 1, false));
}

#[tokio::test]
async fn only_the_centre_changes_the_law_and_an_office_itself() {
    let backend = Backend::new();
    let set = RuleBook::default().set_for(TRACK, None).expect("the track").pin.clone();
    for (username, law, own) in [
        ("pusat", true, false),
        ("sumsel", false, false),
        ("rina", false, false),
        ("dewi", false, true),
        ("hendra", false, true),
        ("slamet", false, false),
    ] {
        let session = backend.sign_in(username).await;
        let book = pulled(&backend, &session).await;
        let base = book.set_for(TRACK, None).map_or(set.clone(), |set| set.pin.clone());
        let mut change = title();
        change["paper"]["no"] = format!("PSPP-{username}").into();
        let answer = send(&backend, &session, &amendment(&session, &base, change)).await;
        assert_eq!(answer.status == StatusCode::OK, law, "{username}: {}", answer.text());
        if !law {
            assert_eq!((answer.status, codes(&answer)), (StatusCode::FORBIDDEN, vec!["role".to_owned()]));
        }
        let row = sips_backend::accounts::office(&sips_lapangan::domain::office::OfficeCode("16.07".into())).expect("the office");
        let (settings, base) = book.office_settings(row);
        let change = json!({ "office": { "code": "16.07", "registerCode": format!("16.{username}"), "hours": settings.hours } });
        let answer = send(&backend, &session, &amendment(&session, &base, change)).await;
        assert_eq!(answer.status == StatusCode::OK, own || law, "{username}: {}", answer.text());
    }
    assert_eq!(backend.post(PATH, None, "{}").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_stale_base_is_a_conflict_and_the_same_twice_is_once() {
    let backend = Backend::new();
    let pusat = backend.sign_in("pusat").await;
    let set = RuleBook::default().set_for(TRACK, None).expect("the track").pin.clone();
    let first = amendment(&pusat, &set, title());
    let taken_first = taken(&backend, &pusat, &first).await;
    backend.wait_ms(60_000);
    assert_eq!(taken(&backend, &pusat, &first).await, taken_first, "as it was recorded then");
    let stale = send(&backend, &pusat, &amendment(&pusat, &set, title())).await;
    assert_eq!((stale.status, codes(&stale)), (StatusCode::CONFLICT, vec!["stale".to_owned()]));
    let mut other = first.clone();
    other["reason"] = "Lain.".into();
    let reused = send(&backend, &pusat, &other).await;
    assert_eq!((reused.status, reused.problem().kind.as_str()), (StatusCode::CONFLICT, "/problems/id-reused"));
    let mut foreign = amendment(&pusat, &taken_first.result, title());
    foreign["by"]["account"] = json!(backend.sign_in("rina").await.me.account);
    assert_eq!(send(&backend, &pusat, &foreign).await.status, StatusCode::FORBIDDEN);
    assert_eq!(pulled(&backend, &pusat).await.amendments().len(), 1);
}

#[tokio::test]
async fn what_is_not_sound_is_refused_and_changes_nothing() {
    let backend = Backend::new();
    let pusat = backend.sign_in("pusat").await;
    let book = RuleBook::default();
    let set = book.set_for(TRACK, None).expect("the track").pin.clone();
    let calendar = book.newest_calendar().expect("a calendar").pin.clone();
    let mut no_such_day = leave();
    no_such_day["year"]["day"][0]["date"] = "2026-02-30".into();
    let mut other_year = leave();
    other_year["year"]["day"][0]["date"] = "2027-07-07".into();
    let series = |template: &str| json!({ "series": { "series": "register", "template": template, "counter": "", "sips": "" } });
    let mut no_reason = amendment(&pusat, &set, title());
    no_reason["reason"] = " ".into();
    for (body, status) in [
        (amendment(&pusat, &calendar, no_such_day), StatusCode::BAD_REQUEST),
        (amendment(&pusat, &calendar, other_year), StatusCode::UNPROCESSABLE_ENTITY),
        (amendment(&pusat, &book.numbers().1, series("{seq:3}/{nomor}/{year}")), StatusCode::UNPROCESSABLE_ENTITY),
        (amendment(&pusat, &set, series("{seq:3}/{year}")), StatusCode::CONFLICT),
        (amendment(&pusat, &set, json!({ "switch": { "switch": "tidak_ada", "value": "x" } })), StatusCode::UNPROCESSABLE_ENTITY),
        (amendment(&pusat, &set, json!({ "kebijakan": {} })), StatusCode::BAD_REQUEST),
        (no_reason, StatusCode::UNPROCESSABLE_ENTITY),
        (json!([]), StatusCode::BAD_REQUEST),
    ] {
        let answer = send(&backend, &pusat, &body).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text());
        answer.problem();
    }
    let huge = format!("{{\"reason\":\"{}\"}}", "x".repeat(300_000));
    assert_eq!(backend.post(PATH, Some(&pusat.access_token), huge).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(pulled(&backend, &pusat).await, RuleBook::default());
}

#[tokio::test]
async fn an_offices_hours_bind_acts_that_name_them_and_its_numbers_at_once() {
    let mut backend = Backend::new();
    let hendra = backend.sign_in("hendra").await;
    let (settings, base) = RuleBook::default().office_settings(&hendra.me.office);
    let change = json!({ "office": {
        "code": settings.code,
        "registerCode": "16.07",
        "hours": { "counterCloses": 600, "onlineCloses": null },
        "template": { "reception": "{seq:3}/TT/{office.register_code}/{year}" },
    } });
    let made = taken(&backend, &hendra, &amendment(&hendra, &base, change)).await;
    backend.restart();
    assert_eq!(
        backend.sign_in("rina").await.me.office.hours,
        settings.hours,
        "the account has the row of the table; the rest comes with the changes"
    );

    // The last day, 9 July, after ten in the morning: late by the office's new hour, in time for who did not know it.
    backend.wait_ms(24 * 60 * 60 * 1_000);
    let rina = backend.sign_in("rina").await;
    let late = filed_at(petition(&rina), &rina, "2026-07-09", "10.20");
    let result = backend.push_one(&rina, &late).await;
    assert_eq!(result.result, ResultKind::Applied, "{:?}", result.problem);
    assert_eq!(reception(&result), "001/TT/16.07/2026");
    let mut known = filed_at(petition(&rina), &rina, "2026-07-09", "10.20");
    known["officeSettings"] = json!(made.result);
    let refused = backend.push_one(&rina, &known).await;
    assert_eq!((refused.result, kind(&refused)), (ResultKind::Rejected, "/problems/rejected"));
    known["rulings"] = json!({ "filed_in_time": { "reason": "Antrean di loket." } });
    known["commandId"] = json!(new_ids().0);
    let act = backend.push_one(&rina, &known).await.act.expect("it is taken with a reason");
    assert_eq!((act.late, act.office_settings), (vec!["filing".to_owned()], made.result.clone()));
    let mut unknown = petition(&rina);
    unknown["officeSettings"] = json!({ "id": "16.07", "version": 3, "digest": Digest::of(b"x") });
    assert_eq!(kind(&backend.push_one(&rina, &unknown).await), "/problems/version");
}
