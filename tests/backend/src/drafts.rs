//! Sealed copies of drafts: what an officer has not submitted, kept for the officer's other devices as bytes that the server cannot read.
//! Nobody but the account sees that there are any.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use sips_lapangan::api::wire::Retry;
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::id::{AccountId, DraftId};
use sips_lapangan::domain::time::Timestamp;

use crate::problem::Refusal;
use crate::store::{Store, StoreError};

/// The largest copy, in bytes.
pub const DRAFT_BYTES: usize = 1_024 * 1_024;
/// The most copies of an account.
pub const DRAFTS: usize = 200;
/// The most bytes of an account's copies together.
pub const ALL_DRAFT_BYTES: u64 = 32 * 1_024 * 1_024;

/// A copy without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedDraft {
    /// The draft.
    pub id: DraftId,
    /// Of its bytes; in quotation marks it is the `ETag`.
    pub sha256: Digest,
    /// How many.
    pub bytes: u64,
    /// When they came.
    pub changed_at: Timestamp,
}

/// `GET /v1/drafts`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedDrafts {
    /// All copies of the account.
    pub drafts: Vec<SealedDraft>,
}

/// What the sender says it replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaces {
    /// `If-None-Match: *`: nothing.
    Nothing,
    /// `If-Match`: the copy with this digest.
    This(Digest),
}

/// Keeps a copy; tells whether it is the first of its draft.
///
/// # Errors
/// The store failed; inside: something else is there, or there is no room.
pub fn keep(
    store: &Store,
    account: &AccountId,
    id: &DraftId,
    sealed: &[u8],
    replaces: Replaces,
    now: Timestamp,
) -> Result<Result<bool, Refusal>, StoreError> {
    let tag = Digest::of(sealed);
    store.write(|tx| {
        let kept = tx.drafts(account)?;
        let before = kept.iter().find(|draft| draft.id == *id);
        match (before, replaces) {
            (None, Replaces::Nothing) => {}
            (Some(before), Replaces::This(digest)) if before.sha256 == digest => {}
            // The answer to the same request was lost on its way.
            (Some(before), _) if before.sha256 == tag => return Ok(Ok(false)),
            _ => return Ok(Err(another_copy())),
        }
        let others = kept.iter().filter(|draft| draft.id != *id);
        let (count, bytes) = others.fold((0, 0), |(count, bytes), draft| (count + 1, bytes + draft.bytes));
        if count >= DRAFTS || bytes + sealed.len() as u64 > ALL_DRAFT_BYTES {
            let told = format!("at most {DRAFTS} copies and {ALL_DRAFT_BYTES} bytes together");
            return Ok(Err(Refusal::too_large(told)));
        }
        let first = before.is_none();
        tx.keep_draft(account, id, sealed, &tag, now)?;
        Ok(Ok(first))
    })
}

/// Takes a copy away.
///
/// # Errors
/// The store failed; inside: there is none, or another one.
pub fn forget(store: &Store, account: &AccountId, id: &DraftId, tag: Digest) -> Result<Result<(), Refusal>, StoreError> {
    store.write(|tx| {
        let Some((kept, _)) = tx.draft(account, id)? else {
            return Ok(Err(Refusal::not_found()));
        };
        if kept != tag {
            return Ok(Err(another_copy()));
        }
        tx.drop_draft(account, id).map(Ok)
    })
}

fn another_copy() -> Refusal {
    Refusal::new(StatusCode::PRECONDITION_FAILED, "/problems/another-copy", "Another copy is there", Retry::Never)
        .detail("Read it, put the two together, and send again with its ETag")
}

/// The request does not say what it replaces.
#[must_use]
pub fn unconditional() -> Refusal {
    Refusal::new(StatusCode::PRECONDITION_REQUIRED, "/problems/unconditional", "Say what this replaces", Retry::AfterUpdate)
        .detail("If-None-Match: * for the first copy, If-Match with the ETag of the one before")
}
