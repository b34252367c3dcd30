//! Files: who may send which, what becomes of their bytes, and when one is whole. A file follows its record: only the author of an
//! act that names a digest may send the bytes, and nothing but those bytes is ever given out under it.

use axum::http::StatusCode;
use sips_lapangan::api::wire::Retry;
use sips_lapangan::domain::digest::{Digest, Hasher};
use sips_lapangan::domain::evidence::{FILE_LIMIT, sniff};
use sips_lapangan::domain::time::Timestamp;

use crate::accounts::Account;
use crate::problem::Refusal;
use crate::store::{KeptFile, NamedFile, Store, StoreError};

/// The largest file, in bytes.
pub const LIMIT: u64 = FILE_LIMIT;
/// The length of the parts in which bytes are kept, in bytes: the most that a crash takes of what has come.
pub const PART_BYTES: usize = 64 * 1_024;
/// How long a file may wait for its next part, in milliseconds: 14 days (contract §2 asks for 7).
pub const INCOMPLETE_MS: i64 = 14 * 24 * 60 * 60 * 1_000;

/// Begins a file, or finds it as far as it has come. `length` is what the sender says.
///
/// # Errors
/// The store failed; inside: no act of this account names the digest, or another length than this, or it is too large.
pub fn begin(
    store: &Store,
    account: &Account,
    sha256: &Digest,
    length: u64,
    now: Timestamp,
) -> Result<Result<(KeptFile, bool), Refusal>, StoreError> {
    let done = store.write(|tx| {
        tx.forget_files(now.plus(-INCOMPLETE_MS))?;
        let Some(named) = tx.file_named_by(&account.id, sha256)? else { return Ok(Err(record_first())) };
        if named.size != length {
            return Ok(Err(another_length()));
        }
        if length > LIMIT {
            return Ok(Err(Refusal::too_large(format!("at most {LIMIT} bytes"))));
        }
        if let Some(known) = tx.file(&named.office, sha256)? {
            return Ok(Ok((known, false)));
        }
        tx.begin_file(&named.office, sha256, length, now)?;
        Ok(tx.file(&named.office, sha256)?.map(|file| (file, true)).ok_or_else(Refusal::later))
    })?;
    match done {
        Ok((file, begun)) => Ok(settle(store, file)?.map(|file| (file, begun))),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// The file of this digest that the account sends, as far as it has come; `None` if there is none, or it waited too long.
///
/// # Errors
/// The store failed.
pub fn of_sender(store: &Store, account: &Account, sha256: &Digest, now: Timestamp) -> Result<Option<(NamedFile, KeptFile)>, StoreError> {
    store.write(|tx| {
        tx.forget_files(now.plus(-INCOMPLETE_MS))?;
        let Some(named) = tx.file_named_by(&account.id, sha256)? else { return Ok(None) };
        Ok(tx.file(&named.office, sha256)?.map(|file| (named, file)))
    })
}

/// A whole file that the account sees, with what the acts of its office say of it.
///
/// # Errors
/// The store failed.
pub fn of_reader(store: &Store, account: &Account, sha256: &Digest) -> Result<Option<(NamedFile, KeptFile)>, StoreError> {
    store.read(|tx| {
        let Some((office, file)) = tx.whole_file(&account.scope(), sha256)? else { return Ok(None) };
        Ok(tx.file_named_in(&office, sha256)?.map(|named| (named, file)))
    })
}

/// Looks at a file whose last byte is here: whole if its digest is right, else it begins anew. Any other file is given back as it is.
///
/// # Errors
/// The store failed; inside: the bytes are not those of the digest, or not of the kind that the act names.
pub fn settle(store: &Store, file: KeptFile) -> Result<Result<KeptFile, Refusal>, StoreError> {
    if file.complete || file.received < file.size {
        return Ok(Ok(file));
    }
    // Outside of the transaction that changes: no byte of it can change any more, and others may write meanwhile.
    let mut hasher = Hasher::default();
    let mut head = Vec::new();
    let mut at = 0;
    while at < file.size {
        let Some((start, bytes)) = store.read(|tx| tx.part(file.id, at))?.filter(|(start, bytes)| *start == at && !bytes.is_empty()) else {
            break;
        };
        hasher.update(&bytes);
        if head.is_empty() {
            head = bytes.get(..64).unwrap_or(&bytes).to_vec();
        }
        at = start + bytes.len() as u64;
    }
    let right = hasher.finish() == file.sha256;
    store.write(|tx| {
        if !right {
            tx.empty_file(file.id)?;
            return Ok(Err(wrong_digest()));
        }
        let kinds = tx.file_kinds(file.id)?;
        if !kinds.iter().any(|(name, media)| sniff(name, file.size, LIMIT, &head) == Ok(*media)) {
            tx.empty_file(file.id)?;
            return Ok(Err(wrong_kind()));
        }
        tx.complete_file(file.id)?;
        Ok(Ok(KeptFile { complete: true, ..file }))
    })
}

/// Keeps a part; `false` if the file has not come to `at`, or is gone.
///
/// # Errors
/// The store failed.
pub fn keep(store: &Store, file: i64, at: u64, bytes: &[u8], now: Timestamp) -> Result<bool, StoreError> {
    store.write(|tx| tx.add_part(file, at, bytes, now))
}

/// Takes back a file that is not whole; what is whole is evidence and stays.
///
/// # Errors
/// The store failed; inside: it is whole.
pub fn terminate(store: &Store, file: &KeptFile) -> Result<Result<(), Refusal>, StoreError> {
    if file.complete {
        return Ok(Err(kept()));
    }
    store.write(|tx| tx.drop_file(file.id)).map(Ok)
}

fn refusal(status: StatusCode, kind: &str, title: &str, retry: Retry) -> Refusal {
    Refusal::new(status, kind, title, retry)
}

fn record_first() -> Refusal {
    refusal(StatusCode::FORBIDDEN, "/problems/record-first", "No act of yours names this file", Retry::Later)
        .detail("Send the command that names the file first")
}

fn another_length() -> Refusal {
    refusal(StatusCode::UNPROCESSABLE_ENTITY, "/problems/file-length", "The act names another length", Retry::Never)
}

fn wrong_digest() -> Refusal {
    refusal(StatusCode::UNPROCESSABLE_ENTITY, "/problems/digest", "The bytes have another digest", Retry::Later)
        .detail("Nothing of them was kept: send the file again from its start")
}

fn wrong_kind() -> Refusal {
    refusal(StatusCode::UNPROCESSABLE_ENTITY, "/problems/file-kind", "The bytes are of another kind than the act names", Retry::Never)
}

fn kept() -> Refusal {
    refusal(StatusCode::FORBIDDEN, "/problems/evidence-kept", "A file that is whole is kept", Retry::Never)
}

/// The file has not come to where the sender goes on.
#[must_use]
pub fn another_offset() -> Refusal {
    refusal(StatusCode::CONFLICT, "/problems/offset", "The file ends elsewhere", Retry::Later).detail("Ask for the offset with HEAD")
}
