//! The server's clock. It is passed in, so that a test can place the server on any day of the calendar.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sips_lapangan::domain::time::Timestamp;

/// Tells what time it is.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The clock of this computer.
    #[must_use]
    pub fn system() -> Self {
        Self::from_fn(|| {
            // A clock before 1970 is wrong anyway; the core refuses nothing because of it.
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
        })
    }

    /// A clock that asks `tell` each time.
    pub fn from_fn(tell: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

/// The time as an HTTP date (RFC 9110 §5.6.7), to the second.
#[must_use]
pub fn http_date(time: Timestamp) -> String {
    // HTTP dates exist from 1970 to 9999; a clock outside of that is shown at the nearer end.
    const LAST_SECOND: u64 = 253_402_300_799;
    let seconds = u64::try_from(time.0.div_euclid(1_000)).unwrap_or(0);
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds.min(LAST_SECOND)))
}

#[cfg(test)]
mod tests {
    use super::http_date;
    use sips_lapangan::domain::time::Timestamp;

    #[test]
    fn dates_have_the_form_of_http() {
        let filed = Timestamp::parse("2026-07-08T03:20:00.999Z").expect("a valid instant");
        assert_eq!(http_date(filed), "Wed, 08 Jul 2026 03:20:00 GMT");
        for extreme in [i64::MIN, -1, i64::MAX] {
            assert!(http_date(Timestamp(extreme)).ends_with("GMT"));
        }
    }
}
