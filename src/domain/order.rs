//! One sort for the whole app: each further type that is sorted by the standard library's costs the bundle kilobytes.

/// The positions of `keys` in ascending order; equal keys keep their order.
#[must_use]
pub fn ascending(keys: impl IntoIterator<Item = (i64, i64)>) -> Vec<usize> {
    let keys: Vec<(i64, i64)> = keys.into_iter().collect();
    sorted(keys.len(), &|first, second| keys[first] < keys[second])
}

/// The positions of `count` things in order, given which of two is before the other; equal things keep their order.
#[must_use]
pub fn sorted(count: usize, before: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    // Merging pairs of runs of 1, 2, 4 ... positions.
    let mut from: Vec<usize> = (0..count).collect();
    let mut to = from.clone();
    let mut run = 1;
    while run < count {
        for (pair, merged) in to.chunks_mut(2 * run).enumerate() {
            let start = pair * 2 * run;
            let (middle, end) = ((start + run).min(count), start + merged.len());
            let (mut left, mut right) = (start, middle);
            for slot in merged {
                let side = if left < middle && (right == end || !before(from[right], from[left])) { &mut left } else { &mut right };
                *slot = from[*side];
                *side += 1;
            }
        }
        std::mem::swap(&mut from, &mut to);
        run *= 2;
    }
    from
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_standard_librarys_stable_sort(keys in proptest::collection::vec((-3_i64..3, 0_i64..3), 0..40)) {
            let mut expected: Vec<usize> = (0..keys.len()).collect();
            expected.sort_by_key(|position| keys[*position]);
            prop_assert_eq!(ascending(keys), expected);
        }
    }

    #[test]
    fn equal_keys_keep_their_order() {
        assert_eq!(ascending([(2, 0), (1, 5), (2, 0), (1, 4)]), [3, 1, 0, 2]);
    }
}
