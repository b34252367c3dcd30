//! Applying a pulled page: only at its own cursor and epoch; revisions never go back (contract §4).

use std::collections::{BTreeMap, BTreeSet};

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
        acts: BTreeMap<CaseId, Vec<Act>>,
        /// Cases this account no longer sees.
        hidden: BTreeSet<CaseId>,
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
    let mut acts: BTreeMap<CaseId, Vec<Act>> = BTreeMap::new();
    for act in page.acts {
        let after = acts.entry(act.case_id).or_default();
        let next = revision(&act.case_id) + 1 + u32::try_from(after.len()).unwrap_or(u32::MAX);
        match act.revision {
            // Held already: a receipt brought it before.
            known if known < next => {}
            fresh if fresh == next => after.push(act),
            _ => return Application::Inconsistent,
        }
    }
    acts.retain(|_, after| !after.is_empty());
    Application::Apply { acts, hidden: page.hidden.into_iter().collect(), cursor: Cursor { epoch: page.epoch, at: page.next } }
}
