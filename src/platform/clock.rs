//! The device's clock. It may be wrong: what it says is evidence and never decides anything.

use crate::domain::time::Timestamp;

/// What the clock shows.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp(js_sys::Date::now() as i64)
}
