//! Identifiers. Each is its own type, so that a case can never be passed where a draft is meant.
//! All are UUIDs of version 7 (RFC 9562 §5.7), made from a time and random bytes that the caller hands in.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

use super::time::Timestamp;

/// Ten random bytes, drawn outside of this room.
pub type Entropy = [u8; 10];

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new identifier; later `now` sorts later.
            #[must_use]
            pub fn new(now: Timestamp, entropy: Entropy) -> Self {
                let millis = u64::try_from(now.0).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &entropy).into_uuid())
            }

            /// Reads the hyphenated form; `None` for anything else.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                (text.len() == 36).then(|| Uuid::parse_str(text).ok().map(Self)).flatten()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }
    };
}

uuid_id! {
    /// A case, from its draft to the archive. Made on the device.
    CaseId
}
uuid_id! {
    /// A draft on one device.
    DraftId
}
uuid_id! {
    /// A command, and at the same time its idempotency key.
    CommandId
}
uuid_id! {
    /// A file attached on a device.
    FileId
}
uuid_id! {
    /// An installation of the app.
    DeviceId
}
uuid_id! {
    /// An account of the backend.
    AccountId
}
uuid_id! {
    /// A change of a table of the law, and at the same time its idempotency key.
    AmendmentId
}
uuid_id! {
    /// A change of an account, and at the same time its idempotency key.
    AccountChangeId
}
uuid_id! {
    /// One row of a repeated field; stays with the row when it moves.
    RowId
}

impl DraftId {
    /// The draft that corrects a command: always the same one, however often and in however many tabs it is asked for.
    #[must_use]
    pub fn correcting(command: CommandId) -> Self {
        Self(command.0)
    }

    /// What commands name that came of this draft, where it may be on several devices: as if the draft had been one that they correct.
    #[must_use]
    pub fn as_command(self) -> CommandId {
        CommandId(self.0)
    }
}

impl CommandId {
    /// An identifier that sorts behind `earlier` even where the clock was set back: commands of a lane are kept in this order.
    #[must_use]
    pub fn after(earlier: Option<Self>, now: Timestamp, entropy: Entropy) -> Self {
        let behind = earlier.and_then(|id| i64::try_from(id.0.as_u128() >> 80).ok()).map_or(0, |millis| millis + 1);
        Self::new(Timestamp(now.0.max(behind)), entropy)
    }
}

impl CaseId {
    /// The code under which the case goes until the server issues a number, such as `SMT-4K7Q-92XH`
    /// (`SMT` for *sementara*): 40 of the identifier's random bits in Crockford's alphabet, which has no I, L, O or U.
    #[must_use]
    pub fn provisional_code(&self) -> String {
        const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let mut bits = self.0.as_u128() & ((1 << 40) - 1);
        let mut letters = [0_u8; 8];
        for letter in letters.iter_mut().rev() {
            *letter = ALPHABET[(bits & 31) as usize];
            bits >>= 5;
        }
        let text = String::from_utf8_lossy(&letters);
        format!("SMT-{}-{}", &text[..4], &text[4..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_identifiers_sort_later() {
        let early = CommandId::new(Timestamp(1_000), [0xff; 10]);
        let late = CommandId::new(Timestamp(1_001), [0; 10]);
        assert!(early < late);
        assert!(early.to_string() < late.to_string());
    }

    #[test]
    fn an_identifier_sorts_behind_an_earlier_one_whatever_the_clock_says() {
        let early = CommandId::new(Timestamp(5_000), [0xff; 10]);
        assert!(CommandId::after(Some(early), Timestamp(10), [0; 10]) > early);
        assert_eq!(CommandId::after(Some(early), Timestamp(6_000), [1; 10]), CommandId::new(Timestamp(6_000), [1; 10]));
        assert_eq!(CommandId::after(None, Timestamp(10), [1; 10]), CommandId::new(Timestamp(10), [1; 10]));
    }

    #[test]
    fn a_provisional_code_has_no_ambiguous_letters() {
        let case = CaseId::new(Timestamp(1_783_480_800_000), [0xab; 10]);
        let code = case.provisional_code();
        assert_eq!(code.len(), 13);
        assert!(!code[4..].contains(['I', 'L', 'O', 'U']), "{code}");
    }

    #[test]
    fn only_the_hyphenated_form_is_read() {
        let case = CaseId::new(Timestamp(5), [7; 10]);
        assert_eq!(CaseId::parse(&case.to_string()), Some(case));
        for wrong in ["", "x", "%00", "00000000000000000000000000000000"] {
            assert_eq!(CaseId::parse(wrong), None, "{wrong}");
        }
    }
}
