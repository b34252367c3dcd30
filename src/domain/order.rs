//! Sorting by numbers. One sort for the whole app: each further type that is sorted by itself costs the bundle kilobytes.

/// The positions of `keys` in ascending order; equal keys keep their order.
#[must_use]
pub fn ascending(keys: impl IntoIterator<Item = (i64, i64)>) -> Vec<usize> {
    let mut positions: Vec<(i64, i64, usize)> = Vec::new();
    for (position, (first, second)) in keys.into_iter().enumerate() {
        positions.push((first, second, position));
    }
    positions.sort_unstable();
    positions.into_iter().map(|(_, _, position)| position).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_keep_their_order() {
        assert_eq!(ascending([(2, 0), (1, 5), (2, 0), (1, 4)]), [3, 1, 0, 2]);
    }
}
