//! Case 1 of the worked cases as an envelope, for tests that need a petition.

use sips_lapangan::domain::answers::{Answer, Answers, Row};
use sips_lapangan::domain::command::{Base, Envelope, MadeAt, Payload, SCHEMA};
use sips_lapangan::domain::id::{AccountId, CaseId, CommandId, DeviceId};
use sips_lapangan::domain::office::{Actor, Office, OfficeCode, Role};
use sips_lapangan::domain::time::{Timestamp, Zone};
use sips_lapangan::rules;

/// The day and minute on which the officer in case 1 received the petition.
pub const FILED_AT: &str = "2026-07-08T10:20:00+07:00";

/// Reads an instant.
pub fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("a valid instant")
}

/// Bawaslu Kabupaten Banyuasin.
pub fn office() -> Office {
    rules::offices().iter().find(|office| office.code.0 == "16.07").expect("the office is in the table").clone()
}

/// A counter officer of that office.
pub fn officer() -> Actor {
    Actor {
        account: AccountId::new(Timestamp(1), [1; 10]),
        name: "Rina Marlina".into(),
        office: OfficeCode("16.07".into()),
        roles: vec![Role::Counter],
    }
}

/// The answers of case 1, as submitted; only what must be there and the object's dates.
pub fn answers() -> Answers {
    let mut petitioner = Answers::default();
    petitioner.set_text("kind", "party".into());
    petitioner.set_text("name", "Partai Lumbung Rakyat".into());
    petitioner.set_text("address", "Jalan Merdeka 1, Pangkalan Balai".into());
    let mut answers = Answers::default();
    for (field, text) in [
        ("channel", "counter"),
        ("filed_on", "2026-07-08"),
        ("filed_at", "10.20"),
        ("object_kind", "sk"),
        ("object_number", "123/PL.01.4-Kpt/1607/2026"),
        ("object_fixed_on", "2026-07-06"),
        ("stage", "dcs"),
        ("respondent_name", "KPU Kabupaten Banyuasin"),
        ("not_other_violation", "yes"),
    ] {
        answers.set_text(field, text.into());
    }
    answers.0.insert("petitioner".into(), Answer::Rows(vec![Row { id: "p1".into(), fields: petitioner }]));
    answers
}

/// The envelope of case 1.
pub fn envelope() -> Envelope {
    let set = rules::set_for("pemilu-penyelenggara", None).expect("the track ships");
    let calendar = rules::newest_calendar().expect("a calendar ships");
    Envelope {
        schema: SCHEMA,
        command_id: CommandId::new(Timestamp(2), [2; 10]),
        case_id: CaseId::new(Timestamp(3), [3; 10]),
        author: officer().account,
        office: OfficeCode("16.07".into()),
        device: DeviceId::new(Timestamp(4), [4; 10]),
        payload: Payload { act: "receive".into(), strand: None, answers: answers() },
        base: Base::at(0),
        rules: set.pin.clone(),
        calendar: calendar.pin.clone(),
        office_settings: None,
        rulings: Default::default(),
        depends_on: Vec::new(),
        corrects: Vec::new(),
        happened_at: at(FILED_AT),
        made_at: MadeAt { wall: at(FILED_AT), zone: Zone::Wib, offset_ms: None },
        carried_by: None,
        training: false,
    }
}
