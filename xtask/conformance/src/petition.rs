//! Valid commands, made with the project's own rules: what a backend refuses of them it refuses wrongly.

use serde_json::{Value, json};
use sips_lapangan::api::wire::Session;
use sips_lapangan::domain::case::{Act, fold};
use sips_lapangan::domain::command::{Envelope, SCHEMA};
use sips_lapangan::domain::decide::{Reason, decide};
use sips_lapangan::domain::id::{CaseId, CommandId};
use sips_lapangan::domain::office::Office;
use sips_lapangan::domain::stream::Stream;
use sips_lapangan::domain::time::Timestamp;
use sips_lapangan::rules;

use crate::{Fault, failed};

/// The track of the petitions: a participant against the organiser of the general election.
const TRACK: &str = "pemilu-penyelenggara";
/// The series that a received petition is numbered in.
pub const SERIES: &str = "reception";
/// How long before the server's clock an act is said to have happened, so that it is never in the future.
const BEFORE_MS: i64 = 60_000;
const MINUTE_MS: i64 = 60_000;

/// A command and a case that nobody has yet.
pub fn new_ids(now: Timestamp) -> Result<(CommandId, CaseId), Fault> {
    let mut entropy = [0; 20];
    if let Err(error) = getrandom::fill(&mut entropy) {
        return Err(Fault::Skipped(format!("this computer gives no random bytes: {error}")));
    }
    let (mut command, mut case) = ([0; 10], [0; 10]);
    command.copy_from_slice(&entropy[..10]);
    case.copy_from_slice(&entropy[10..]);
    Ok((CommandId::new(now, command), CaseId::new(now, case)))
}

/// The minute at which an act is said to have happened, and that minute as the office's clocks show it.
fn stated(now: Timestamp, office: &Office) -> (Timestamp, Value, String) {
    let instant = Timestamp((now.0 - BEFORE_MS).div_euclid(MINUTE_MS) * MINUTE_MS);
    let local = instant.in_zone(office.zone);
    let (hour, minute) = local.minute.hour_and_minute();
    (instant, json!(local.date), format!("{hour:02}.{minute:02}"))
}

fn envelope(session: &Session, device: &str, now: Timestamp, act: &str, answers: Value) -> Result<Value, Fault> {
    let office = &session.me.office;
    let (Some(set), Some(calendar)) = (rules::set_for(TRACK, None), rules::newest_calendar()) else {
        return Err(Fault::Skipped("the project has no rules".to_owned()));
    };
    let (command, case) = new_ids(now)?;
    Ok(json!({
        "schema": SCHEMA,
        "commandId": command,
        "caseId": case,
        "author": session.me.account,
        "office": office.code,
        "device": device,
        "payload": { "act": act, "answers": answers },
        "base": { "revision": 0 },
        "rules": set.pin,
        "calendar": calendar.pin,
        "rulings": {},
        "dependsOn": [],
        "happenedAt": stated(now, office).0,
        "madeAt": { "wall": now, "zone": office.zone, "offsetMs": 0 },
    }))
}

/// A petition that is complete, filed a minute ago against a decision of the same day.
pub fn petition(session: &Session, device: &str, now: Timestamp) -> Result<Value, Fault> {
    let (_, day, time) = stated(now, &session.me.office);
    let answers = json!({
        "channel": "counter",
        "filed_on": day,
        "filed_at": time,
        "object_kind": "sk",
        "object_number": "1/UJI/2026",
        "object_title": "Uji kesesuaian: bukan perkara",
        "object_fixed_on": day,
        "stage": "dcs",
        "election_kind": "dprd_kab",
        "petitioner": [{
            "id": "01980000-0000-7000-8000-0000000000a1",
            "fields": {
                "kind": "party",
                "name": "Partai Uji Kesesuaian",
                "org_level": "regency",
                "org_chair": "Ketua Uji",
                "org_secretary": "Sekretaris Uji",
                "address": "Jalan Uji 1",
                "nik": "1607081203800001",
                "phone": "0812-7000-1234",
            },
        }],
        "respondent_name": session.me.office.organiser,
        "direct_loss": "Uji kesesuaian.",
        "grounds": "Uji kesesuaian.",
        "petitum": [{ "id": "01980000-0000-7000-8000-0000000000b1", "fields": { "kind": "primary", "text": "Uji kesesuaian." } }],
        "papers": [
            { "id": "petition", "fields": { "present": "yes", "copies": "4" } },
            { "id": "object", "fields": { "present": "yes" } },
        ],
        "not_other_violation": "yes",
        "signed_by": "Ketua Uji",
        "signed_as": "ketua",
        "signed_on": day,
    });
    let mut command = envelope(session, device, now, "receive", answers)?;
    // Where a guard asks for a reason, such as in a year whose calendar nobody has yet, there is one.
    for _ in 0..2 {
        match decided(&command, &[], session, now)? {
            Ok(_) => return Ok(command),
            Err(reasons) => {
                for reason in reasons {
                    let Reason::NeedsReason { guard, .. } = reason else {
                        return Err(Fault::Skipped(format!(
                            "{} cannot receive petitions by the project's rules: {reason:?}",
                            session.me.username
                        )));
                    };
                    command["rulings"][guard] = json!({ "reason": "Uji kesesuaian." });
                }
            }
        }
    }
    failed("the project's rules ask for more reasons than they name")
}

/// A note in a case: valid in every state, so that it is a case's next act.
pub fn note(session: &Session, device: &str, now: Timestamp, case: &str, revision: u32) -> Result<Value, Fault> {
    let (_, day, time) = stated(now, &session.me.office);
    let answers = json!({ "on": day, "at": time, "kind": "other", "text": "Uji kesesuaian." });
    let mut command = envelope(session, device, now, "note", answers)?;
    command["caseId"] = case.into();
    command["base"]["revision"] = revision.into();
    Ok(command)
}

/// An act of a stream that is no case.
pub fn of_stream(
    session: &Session,
    device: &str,
    now: Timestamp,
    kind: Stream,
    (id, revision): (CaseId, u32),
    (act, answers): (&str, Value),
) -> Result<Value, Fault> {
    let Some(set) = rules::stream(kind) else {
        return Err(Fault::Skipped("the project has no rules".to_owned()));
    };
    let mut command = envelope(session, device, now, act, answers)?;
    command["rules"] = json!(set.pin);
    command["caseId"] = json!(id);
    command["base"]["revision"] = revision.into();
    Ok(command)
}

/// What the project's own rules make of a command after these acts of its case.
pub fn decided(command: &Value, before: &[Act], session: &Session, now: Timestamp) -> Result<Result<Act, Vec<Reason>>, Fault> {
    let envelope: Envelope = match serde_json::from_value(command.clone()) {
        Ok(envelope) => envelope,
        Err(error) => return failed(format!("a command of this kit cannot be read: {error}")),
    };
    let (Some(set), Some(calendar)) = (rules::set(&envelope.rules), rules::calendar(&envelope.calendar)) else {
        return Err(Fault::Skipped("the project has no rules".to_owned()));
    };
    let actor = session.me.actor();
    let context = rules::context(set, calendar, &session.me.office, &actor, now);
    Ok(decide(&fold(envelope.case_id, before), &envelope, &context))
}
