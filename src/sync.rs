//! What to send and when, what to do with each answer, and how a pulled page is applied: plain values, fed one input at
//! a time. No clock, randomness, network or storage is touched here.

pub mod answer;
pub mod backoff;
pub mod engine;
pub mod merge;
pub mod pull;
pub mod upload;

#[cfg(test)]
pub(crate) mod fixtures {
    use crate::domain::case::{Act, Person};
    use crate::domain::command::MadeAt;
    use crate::domain::digest::Digest;
    use crate::domain::id::{AccountId, CaseId, CommandId};
    use crate::domain::office::OfficeCode;
    use crate::domain::rule_set::DefinitionRef;
    use crate::domain::table::Table;
    use crate::domain::time::{Timestamp, Zone};

    /// An act of a case that says nothing.
    pub fn act(case: CaseId, command: CommandId, revision: u32) -> Act {
        let pin = DefinitionRef { id: "x".into(), version: 1, digest: Digest::of(b"") };
        Act {
            command_id: command,
            case_id: case,
            act: "receive".into(),
            by: Person { account: AccountId::new(Timestamp(1), [9; 10]), name: "Rina".into(), roles: Vec::new() },
            office: OfficeCode("16.07".into()),
            happened_at: Timestamp(1),
            made_at: MadeAt { wall: Timestamp(1), zone: Zone::Wib, offset_ms: None },
            recorded_at: Some(Timestamp(2)),
            revision,
            rules: pin.clone(),
            calendar: pin,
            office_settings: None,
            strand: None,
            effects: vec![],
            late: vec![],
            flags: vec![],
            rulings: Table::new(),
            carried_by: None,
            corrects: Vec::new(),
            further: None,
        }
    }
}
