//! How long to wait after a failure: full jitter, as contract §3 asks, with a floor so that attempts keep their distance.

/// The shortest wait after a failure, in milliseconds: at most sixty attempts a minute follow one.
pub const FLOOR_MS: i64 = 1_000;
/// The longest wait between attempts, in milliseconds.
pub const CEILING_MS: i64 = 300_000;
/// The range of `Retry-After` that is believed, in milliseconds.
pub const RETRY_AFTER_MS: std::ops::RangeInclusive<i64> = 1_000..=600_000;

/// The wait after the `failures`th failure in a row (from 1): `random` of a range that doubles from two seconds.
#[must_use]
pub fn delay_ms(failures: u32, random: u32) -> i64 {
    let range = 1_000_i64.checked_shl(failures.clamp(1, 20)).map_or(CEILING_MS, |range| range.min(CEILING_MS));
    FLOOR_MS + i64::from(random) * (range - FLOOR_MS) / i64::from(u32::MAX)
}

/// Reads `Retry-After` (RFC 9110 §10.2.3) in seconds and clamps it. A date is not read: the wait is then our own.
#[must_use]
pub fn retry_after_ms(header: &str) -> Option<i64> {
    let seconds: i64 = header.trim().parse().ok()?;
    Some(seconds.saturating_mul(1_000).clamp(*RETRY_AFTER_MS.start(), *RETRY_AFTER_MS.end()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn waits_double_up_to_the_ceiling() {
        let longest: Vec<i64> = (1..12).map(|failures| delay_ms(failures, u32::MAX)).collect();
        assert_eq!(longest, [2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000, 300_000, 300_000]);
    }

    #[test]
    fn absurd_headers_are_clamped_or_passed_over() {
        for (header, wait) in [
            ("-1", Some(1_000)),
            ("5", Some(5_000)),
            ("1000000000", Some(600_000)),
            ("soon", None),
            ("Mon, 01 Jan 1990 00:00:00 GMT", None),
        ] {
            assert_eq!(retry_after_ms(header), wait, "{header}");
        }
    }

    proptest! {
        #[test]
        fn every_wait_lies_between_floor_and_ceiling(failures in any::<u32>(), random in any::<u32>()) {
            prop_assert!((FLOOR_MS..=CEILING_MS).contains(&delay_ms(failures, random)));
        }
    }
}
