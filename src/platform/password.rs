//! Telling, without a network, whether a password is the one that the server took: PBKDF2 (RFC 8018) with HMAC-SHA-256.
//! Kept out: signing in at a server, and encryption.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, Pbkdf2Params};

use super::window;

/// Rounds, as OWASP's password storage guidance asks for this function.
const ROUNDS: u32 = 600_000;

/// The browser has no SubtleCrypto: the page is not on https.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the browser derives no keys here")]
pub struct NoCrypto;

/// What is kept of a password, with its salt; from it nobody gets the password back without trying each one at this price.
///
/// # Errors
/// [`NoCrypto`].
pub async fn verifier(password: &str, salt: &[u8; 16]) -> Result<[u8; 32], NoCrypto> {
    derive(password, salt).await.map_err(|_| NoCrypto)
}

async fn derive(password: &str, salt: &[u8; 16]) -> Result<[u8; 32], JsValue> {
    let subtle = window().crypto()?.subtle();
    let bytes = Uint8Array::from(password.as_bytes());
    let usages = Array::of1(&"deriveBits".into());
    let key = JsFuture::from(subtle.import_key_with_str("raw", &bytes, "PBKDF2", false, &usages)?).await?;
    let parameters = Pbkdf2Params::new_with_str("PBKDF2", "SHA-256", ROUNDS, &Uint8Array::from(salt.as_slice()));
    let bits = JsFuture::from(subtle.derive_bits_with_object(&parameters, key.unchecked_ref::<CryptoKey>(), 256)?).await?;
    Uint8Array::new(&bits).to_vec().try_into().map_err(|_| JsValue::UNDEFINED)
}

/// Are they the same? Takes equally long wherever they differ.
#[must_use]
pub fn same(left: &[u8; 32], right: &[u8; 32]) -> bool {
    left.iter().zip(right).fold(0, |difference, (left, right)| difference | (left ^ right)) == 0
}
