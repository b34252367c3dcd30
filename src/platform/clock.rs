//! The device's clock, or training's. It may be wrong: what it says is evidence and never decides anything.

use super::realm;
use crate::domain::time::Timestamp;

/// What the clock shows.
#[must_use]
pub fn now() -> Timestamp {
    device().plus(realm::ahead_ms())
}

/// What the device's own clock shows, also in training.
#[must_use]
pub fn device() -> Timestamp {
    Timestamp(js_sys::Date::now() as i64)
}

/// A clock that nobody sets: it begins with what the device's clock showed when the page was loaded, and runs evenly from there.
/// Waits are measured by it.
#[must_use]
pub fn steady() -> Timestamp {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or_else(device, |performance| Timestamp((performance.time_origin() + performance.now()) as i64))
}
