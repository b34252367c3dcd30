//! Pulling: pages of the history for what an account sees, and the cursors between them.

use sips_lapangan::api::wire::Changes;
use sips_lapangan::domain::digest::Digest;

use crate::accounts::Scope;
use crate::store::{Meta, Store, StoreError};

/// The most acts in a page (contract §2).
pub const PAGE_ACTS: usize = 500;
/// The most bytes of acts in a page: 1 MiB (contract §2) with room for what stands around them.
const PAGE_BYTES: usize = 1_040_000;
/// The most files in a page: 66 bytes each, within the room that the bytes of acts leave.
const PAGE_FILES: usize = 100;
/// Digits of a cursor's check.
const CHECK_DIGITS: usize = 16;
/// Digits of each number of a cursor's position.
const POSITION_DIGITS: usize = 16;

/// The page after a cursor; the first one without. `None` if the cursor is not one of this history and scope.
///
/// # Errors
/// The store failed.
pub fn page(store: &Store, scope: &Scope, cursor: Option<&str>) -> Result<Option<Changes>, StoreError> {
    let meta = store.meta();
    let at = match cursor.map(|cursor| read_cursor(meta, scope, cursor)) {
        None => Position { acts: 0, amendments: 0, files: 0 },
        Some(Some(at)) => at,
        Some(None) => return Ok(None),
    };
    store.read(|tx| {
        if at.acts > tx.last_position()? || at.amendments > tx.last_amendment()? || at.files > tx.last_file()? {
            // An older copy of the database took its place: what the client has is not all here.
            return Ok(None);
        }
        // The law first: no act comes before the version that it was decided by.
        let amendments = tx.amendments_after(at.amendments, PAGE_BYTES)?;
        let most = if amendments.is_empty() { PAGE_ACTS } else { 0 };
        let mut acts = tx.acts_after(at.acts, scope, most, PAGE_BYTES)?;
        let mut last = Position {
            acts: acts.last().map_or(at.acts, |(position, _)| *position),
            amendments: amendments.last().map_or(at.amendments, |(position, _)| *position),
            files: at.files,
        };
        let more_before = last.amendments < tx.last_amendment()? || !tx.acts_after(last.acts, scope, 1, 0)?.is_empty();
        // Files come after all acts: whoever hears of one knows the case that names it.
        let most = if more_before || !amendments.is_empty() { 0 } else { PAGE_FILES.min(PAGE_ACTS - acts.len()) };
        let mut files = tx.files_after(at.files, scope, most)?;
        last.files = files.last().map_or(at.files, |(position, _)| *position);
        let more = more_before || !tx.files_after(last.files, scope, 1)?.is_empty();
        Ok(Some(Changes {
            epoch: meta.epoch.clone(),
            from: cursor.unwrap_or_default().to_owned(),
            next: write_cursor(meta, scope, &last),
            more,
            acts: acts.drain(..).map(|(_, act)| act).collect(),
            amendments: amendments.into_iter().map(|(_, amendment)| amendment).collect(),
            files: files.drain(..).map(|(_, digest)| digest).collect(),
            hidden: Vec::new(),
        }))
    })
}

/// How far a client has read: acts, changes of the law, and files that became whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Position {
    acts: i64,
    amendments: i64,
    files: i64,
}

/// A cursor: a position and a check over it, the epoch and the scope, so that a cursor of another history, or of an
/// account that saw other cases, is told from one of this.
fn write_cursor(meta: &Meta, scope: &Scope, position: &Position) -> String {
    let position = format!("{:016x}{:016x}{:016x}", position.acts, position.amendments, position.files);
    let check = check(meta, scope, &position);
    position + &check
}

fn read_cursor(meta: &Meta, scope: &Scope, cursor: &str) -> Option<Position> {
    let (position, told) = cursor.split_at_checked(3 * POSITION_DIGITS)?;
    // Only the form that is written here is read: the digits are compared as they stand.
    if told != check(meta, scope, position) {
        return None;
    }
    let (acts, rest) = position.split_at_checked(POSITION_DIGITS)?;
    let (amendments, files) = rest.split_at_checked(POSITION_DIGITS)?;
    let number = |digits| i64::from_str_radix(digits, 16).ok();
    Some(Position { acts: number(acts)?, amendments: number(amendments)?, files: number(files)? })
}

fn check(meta: &Meta, scope: &Scope, position: &str) -> String {
    let offices = match scope {
        Scope::All => "*".to_owned(),
        Scope::Offices(offices) => {
            let codes: Vec<&str> = offices.iter().map(|office| office.0.as_str()).collect();
            codes.join(",")
        }
    };
    let text = format!("{}\n{}\n{offices}\n{position}", meta.cursor_key, meta.epoch);
    let mut digest = Digest::of(text.as_bytes()).to_string();
    digest.truncate(CHECK_DIGITS);
    digest
}

#[cfg(test)]
mod tests {
    use super::*;
    use sips_lapangan::domain::office::OfficeCode;

    fn meta(epoch: &str) -> Meta {
        Meta { epoch: epoch.into(), cursor_key: "key".into() }
    }

    #[test]
    fn only_own_cursors_are_read() {
        let banyuasin = Scope::Offices(vec![OfficeCode("16.07".into())]);
        let cursor = write_cursor(&meta("a"), &banyuasin, &Position { acts: 4_711, amendments: 12, files: 3 });
        assert_eq!(read_cursor(&meta("a"), &banyuasin, &cursor), Some(Position { acts: 4_711, amendments: 12, files: 3 }));
        assert_eq!(read_cursor(&meta("b"), &banyuasin, &cursor), None);
        assert_eq!(read_cursor(&meta("a"), &Scope::All, &cursor), None);
        let longer = format!("{cursor}0");
        let upper = cursor.to_uppercase();
        for wrong in ["", "0", "é", "ééééééééé", &cursor[1..], &longer, &upper] {
            assert_eq!(read_cursor(&meta("a"), &banyuasin, wrong), None, "{wrong}");
        }
    }
}
