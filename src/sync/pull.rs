//! Applying a pulled page: only at its own cursor and epoch; revisions never go back (contract §4).

use crate::domain::table::Table;

use crate::api::wire::Changes;
use crate::domain::case::Act;
use crate::domain::id::CaseId;

/// How far this device has read the server's history.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Cursor {
    /// The history it belongs to.
    pub epoch: String,
    /// The server's opaque mark.
    pub at: String,
}

/// What a page means for this device.
#[derive(Clone, Debug, PartialEq)]
pub enum Application {
    /// These cases have more acts now; store them and the cursor in one transaction.
    Apply {
        /// The acts of each touched case that come after those already held, in order.
        acts: Table<CaseId, Vec<Act>>,
        /// Cases this account no longer sees.
        hidden: Vec<CaseId>,
        /// The cursor after the page.
        cursor: Cursor,
    },
    /// A late page for an old cursor: pass it over.
    Stale,
    /// Another history: pull anew from the start.
    NewEpoch,
    /// The page contradicts itself: no progress, or a gap in a case.
    Inconsistent,
}

/// Fits a page to what is held: `revision` gives the number of acts held of a case.
pub fn fit(page: Changes, held: Option<&Cursor>, revision: impl Fn(&CaseId) -> u32) -> Application {
    if let Some(held) = held {
        if held.epoch != page.epoch {
            return Application::NewEpoch;
        }
        if held.at != page.from {
            return Application::Stale;
        }
    } else if !page.from.is_empty() {
        return Application::Stale;
    }
    if page.more && page.next == page.from {
        return Application::Inconsistent;
    }
    let mut acts: Table<CaseId, Vec<Act>> = Table::new();
    for act in page.acts {
        let after = acts.get_or_insert_with(act.case_id, Vec::new);
        let next = revision(&act.case_id) + 1 + u32::try_from(after.len()).unwrap_or(u32::MAX);
        match act.revision {
            // Held already: a receipt brought it before.
            known if known < next => {}
            fresh if fresh == next => after.push(act),
            _ => return Application::Inconsistent,
        }
    }
    acts.retain(|_, after| !after.is_empty());
    Application::Apply { acts, hidden: page.hidden, cursor: Cursor { epoch: page.epoch, at: page.next } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::MadeAt;
    use crate::domain::digest::Digest;
    use crate::domain::id::{AccountId, CommandId};
    use crate::domain::office::OfficeCode;
    use crate::domain::rule_set::DefinitionRef;
    use crate::domain::time::{Timestamp, Zone};

    fn case(n: u8) -> CaseId {
        CaseId::new(Timestamp(1), [n; 10])
    }

    fn act(of: u8, revision: u32) -> Act {
        let pin = DefinitionRef { id: "x".into(), version: 1, digest: Digest::of(b"") };
        Act {
            command_id: CommandId::new(Timestamp(1), [revision as u8; 10]),
            case_id: case(of),
            act: "receive".into(),
            by: crate::domain::case::Person { account: AccountId::new(Timestamp(1), [9; 10]), name: "Rina".into(), roles: Vec::new() },
            office: OfficeCode("16.07".into()),
            happened_at: Timestamp(1),
            made_at: MadeAt { wall: Timestamp(1), zone: Zone::Wib, offset_ms: None },
            recorded_at: Some(Timestamp(2)),
            revision,
            rules: pin.clone(),
            calendar: pin,
            strand: None,
            effects: vec![],
            late: vec![],
            flags: vec![],
            rulings: Table::new(),
        }
    }

    fn page(from: &str, next: &str, acts: Vec<Act>) -> Changes {
        Changes { epoch: "e1".into(), from: from.into(), next: next.into(), more: false, acts, files: vec![], hidden: vec![] }
    }

    fn held(at: &str) -> Cursor {
        Cursor { epoch: "e1".into(), at: at.into() }
    }

    #[test]
    fn acts_after_those_held_are_applied_in_order() {
        let fitted = fit(page("a", "b", vec![act(1, 2), act(2, 1), act(1, 3)]), Some(&held("a")), |id| u32::from(*id == case(1)));
        let Application::Apply { acts, cursor, .. } = fitted else { panic!("{fitted:?}") };
        assert_eq!(acts.get(&case(1)).map(|acts| acts.iter().map(|act| act.revision).collect::<Vec<_>>()), Some(vec![2, 3]));
        assert_eq!(acts.get(&case(2)).map(Vec::len), Some(1));
        assert_eq!(cursor, held("b"));
    }

    #[test]
    fn an_act_that_a_receipt_brought_before_is_passed_over() {
        let fitted = fit(page("a", "b", vec![act(1, 1)]), Some(&held("a")), |_| 1);
        assert!(matches!(fitted, Application::Apply { acts, .. } if acts.is_empty()));
    }

    #[test]
    fn a_late_page_is_passed_over_and_another_history_is_told() {
        assert_eq!(fit(page("a", "b", vec![]), Some(&held("b")), |_| 0), Application::Stale);
        assert_eq!(fit(page("a", "b", vec![]), None, |_| 0), Application::Stale);
        let other = Changes { epoch: "e2".into(), ..page("a", "b", vec![]) };
        assert_eq!(fit(other, Some(&held("a")), |_| 0), Application::NewEpoch);
    }

    #[test]
    fn a_page_that_contradicts_itself_is_not_applied() {
        assert_eq!(fit(page("a", "b", vec![act(1, 3)]), Some(&held("a")), |_| 1), Application::Inconsistent, "a gap");
        let endless = Changes { more: true, ..page("a", "a", vec![]) };
        assert_eq!(fit(endless, Some(&held("a")), |_| 0), Application::Inconsistent, "no progress");
    }
}
