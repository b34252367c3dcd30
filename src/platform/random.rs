//! Random bytes of the browser's cryptographic generator.

use super::window;
use crate::domain::id::Entropy;

/// Random bytes.
///
/// # Panics
/// If the browser has no generator: then no id could be trusted to be new. `public/boot.js` asks for it before.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let crypto = window().crypto().expect("the browser has a generator");
    crypto.get_random_values_with_u8_array(&mut bytes).expect("the generator gives up to 65,536 bytes at a time");
    bytes
}

/// Random bytes for an id.
#[must_use]
pub fn entropy() -> Entropy {
    bytes()
}

/// A random number, all of its range equally likely.
#[must_use]
pub fn random_u32() -> u32 {
    u32::from_le_bytes(bytes())
}
