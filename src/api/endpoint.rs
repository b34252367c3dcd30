//! Every address of the contract, made here and nowhere else. The backend registers the same constants as its routes.

use crate::domain::digest::Digest;
use crate::domain::id::{AccountId, CaseId, CommandId, DeviceId};

/// The header that every answer of a backend carries; an answer without it comes from somebody else.
pub const CONTRACT_HEADER: &str = "SIPS-Contract";
/// The version of the contract that this client speaks.
pub const CONTRACT_VERSION: &str = "1";
/// The most bytes of any JSON answer that are read (contract §2: a page has at most 1 MiB; a whole case may be larger).
pub const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// Discovery.
pub const DISCOVERY: &str = "/.well-known/sips";
/// What everybody may read; the name of the view follows.
pub const PUBLIC: &str = "/v1/public/";
/// Signing in (POST), refreshing (PUT) and signing out (DELETE).
pub const SESSION: &str = "/v1/session";
/// The account that is signed in.
pub const ME: &str = "/v1/me";
/// Sending commands.
pub const COMMANDS: &str = "/v1/commands";
/// Pulling changes.
pub const CHANGES: &str = "/v1/changes";
/// Definitions: the list, and below it each version.
pub const DEFINITIONS: &str = "/v1/definitions";

/// Receipts; the command follows.
pub const RECEIPTS: &str = "/v1/receipts";
/// Whole cases; the id follows.
pub const CASES: &str = "/v1/cases";
/// Accounts of the officers: the list, and changes of them.
pub const ACCOUNTS: &str = "/v1/accounts";
/// Devices and what each has not sent.
pub const DEVICES: &str = "/v1/devices";

/// Files: where an upload is begun, and below it each file by its digest.
pub const FILES: &str = "/v1/files";
/// The version of the tus protocol that files travel by.
pub const TUS_VERSION: &str = "1.0.0";

/// One file.
#[must_use]
pub fn file(sha256: &Digest) -> String {
    format!("{FILES}/{sha256}")
}

/// The receipt of one command.
#[must_use]
pub fn receipt(command: &CommandId) -> String {
    format!("{RECEIPTS}/{command}")
}

/// One case with its acts.
#[must_use]
pub fn case(case: &CaseId) -> String {
    format!("{CASES}/{case}")
}

/// A page of accounts, those after a name to sign in with.
#[must_use]
pub fn accounts(after: Option<&str>) -> String {
    after.map_or_else(|| ACCOUNTS.to_owned(), |after| format!("{ACCOUNTS}?after={}", escape(after)))
}

/// The history of one account.
#[must_use]
pub fn account(account: &AccountId) -> String {
    format!("{ACCOUNTS}/{account}")
}

/// One device.
#[must_use]
pub fn device(device: &DeviceId) -> String {
    format!("{DEVICES}/{device}")
}

/// A page of what everybody may read: a view, and what it is narrowed by, the empty ones left out.
#[must_use]
pub fn public(view: &str, narrowed: &[(&str, &str)]) -> String {
    let mut path = format!("{PUBLIC}{view}");
    for (name, value) in narrowed.iter().filter(|(_, value)| !value.is_empty()) {
        path.push(if path.contains('?') { '&' } else { '?' });
        path.push_str(&format!("{name}={}", escape(value)));
    }
    path
}

/// Changes after a cursor; from the start without one. Cursors are opaque and are escaped.
#[must_use]
pub fn changes(cursor: Option<&str>) -> String {
    match cursor {
        None => CHANGES.to_owned(),
        Some(cursor) => format!("{CHANGES}?cursor={}", escape(cursor)),
    }
}

/// Is it an address of the contract, and not a file of the app?
#[must_use]
pub fn is_of_contract(path: &str) -> bool {
    path.starts_with("/v1/") || path == DISCOVERY
}

/// Percent-encodes everything but the unreserved characters of RFC 3986 §2.3.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_cannot_leave_its_parameter() {
        assert_eq!(changes(Some("a&b=/ü")), "/v1/changes?cursor=a%26b%3D%2F%C3%BC");
        assert_eq!(changes(None), "/v1/changes");
        assert_eq!(
            public("petitions", &[("q", "partai & kawan"), ("area", ""), ("track", "x")]),
            "/v1/public/petitions?q=partai%20%26%20kawan&track=x"
        );
    }
}
