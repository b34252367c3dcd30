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
