//! Chance that a seed determines: SplitMix64 (Steele, Lea and Flood 2014). The same parts give the same numbers everywhere.

use sips_lapangan::domain::id::Entropy;

/// A stream of numbers.
pub struct Chance(u64);

impl Chance {
    /// The stream that is named by these parts.
    #[must_use]
    pub fn of(parts: &[u64]) -> Self {
        let mut chance = Self(0x5151_7cc1_b727_220a);
        for part in parts {
            chance.0 ^= *part;
            chance.0 = chance.next();
        }
        chance
    }

    /// The stream of a text.
    #[must_use]
    pub fn of_text(text: &str, part: u64) -> Self {
        let bytes = text.bytes().map(u64::from);
        Self::of(&bytes.chain([part]).collect::<Vec<_>>())
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; 0 if that is 0.
    pub fn below(&mut self, limit: i64) -> i64 {
        let limit = u64::try_from(limit).unwrap_or(0).max(1);
        i64::try_from(self.next() % limit).unwrap_or(0)
    }

    /// A number from `least` to `most`.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        least + self.below(most - least + 1)
    }

    /// True in so many of a hundred cases.
    pub fn percent(&mut self, n: i64) -> bool {
        self.below(100) < n
    }

    /// One of several; none of none.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.index(from.len()))
    }

    /// A place in a list of this length.
    pub fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(i64::try_from(length).unwrap_or(0))).unwrap_or(0)
    }

    /// `n` of several, each once, in their order.
    pub fn some<'a, T>(&mut self, from: &'a [T], n: usize) -> Vec<&'a T> {
        let mut left = n.min(from.len());
        let mut chosen = Vec::with_capacity(left);
        for (at, one) in from.iter().enumerate() {
            if left > 0 && self.index(from.len() - at) < left {
                chosen.push(one);
                left -= 1;
            }
        }
        chosen
    }

    /// Puts a list into another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.index(at + 1));
        }
    }

    /// What an identifier is made of.
    pub fn entropy(&mut self) -> Entropy {
        let (one, other) = (self.next().to_le_bytes(), self.next().to_le_bytes());
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&one);
        bytes[8..].copy_from_slice(&other[..2]);
        bytes
    }
}
