//! Beginning and recording acts of streams that are no cases.

use leptos::prelude::*;

use super::submit::{self, SubmitError};
use super::{AppState, docket, drafts};
use crate::domain::answers::Answers;
use crate::domain::draft::Draft;
use crate::domain::id::{CaseId, DraftId};
use crate::domain::stream::Stream;
use crate::platform::{clock, random};
use crate::rules;
use crate::store::StoreError;

/// An id for a new stream.
#[must_use]
pub fn new_id() -> CaseId {
    CaseId::new(clock::now(), random::entropy())
}

/// Begins a draft of an act, or goes on with the one that was begun before; `given` stands in a new one.
///
/// # Errors
/// See [`StoreError`]; nothing was begun.
pub async fn begin(app: AppState, kind: Stream, id: CaseId, act: &str, given: &Answers) -> Result<DraftId, StoreError> {
    let same = |draft: &&Draft| draft.case == id && draft.act == act && draft.corrects.is_none();
    if let Some(draft) = app.drafts.read_untracked().iter().find(same) {
        return Ok(draft.id);
    }
    start(app, kind, id, act, given).await
}

async fn start(app: AppState, kind: Stream, id: CaseId, act: &str, given: &Answers) -> Result<DraftId, StoreError> {
    docket::need(app, &[id]).await?;
    let known = untrack(|| app.case(id));
    let newest = rules::stream(kind).map(|set| &set.pin);
    let pin = known.as_ref().and_then(|case| case.rules.as_ref()).or(newest);
    drafts::begin(app, id, known.as_ref(), pin, act, None, given).await
}

/// Records an act that needs no form to be filled in.
///
/// # Errors
/// See [`SubmitError`]; nothing was recorded and no draft stays behind.
pub async fn record(app: AppState, kind: Stream, id: CaseId, act: &str, given: &Answers) -> Result<(), SubmitError> {
    let draft = start(app, kind, id, act, given).await.map_err(SubmitError::Store)?;
    let outcome = submit::submit(app, draft).await;
    if outcome.is_err() {
        // Nothing of it was typed by a person.
        let _ = drafts::discard(app, draft).await;
    }
    outcome.map(drop)
}
