//! localStorage: small settings and the witness that this device had a store. Never drafts: it has no transactions. Keys are those of the
//! realm: training has its own.

use web_sys::Storage;

use super::event::Listener;
use super::{realm, window};
use crate::domain::order::sorted;

/// Nothing was written: storage is switched off, or full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the browser's small storage refused")]
pub struct Refused;

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// The text under a key.
#[must_use]
pub fn read(key: &str) -> Option<String> {
    storage()?.get_item(&realm::name(key)).ok().flatten()
}

/// Puts a text under a key.
///
/// # Errors
/// [`Refused`]: what stood there before still stands there.
pub fn write(key: &str, text: &str) -> Result<(), Refused> {
    storage().ok_or(Refused)?.set_item(&realm::name(key), text).map_err(|_| Refused)
}

/// Calls `callback` after another tab has written, for as long as what it gives is held.
pub fn on_written(callback: impl Fn() + 'static) -> Listener {
    Listener::new(&window(), "storage", move |_| callback())
}

/// Takes a key away.
pub fn remove(key: &str) {
    if let Some(storage) = storage() {
        // Removing fails only where nothing can be stored in the first place.
        let _ = storage.remove_item(&realm::name(key));
    }
}

/// All keys that begin so, in order: browsers give them in one of their own.
#[must_use]
pub fn keys_with_prefix(prefix: &str) -> Vec<String> {
    let Some(storage) = storage() else {
        return Vec::new();
    };
    let count = storage.length().unwrap_or(0);
    let keys = (0..count).filter_map(|index| storage.key(index).ok().flatten());
    let own = realm::name("");
    let keys: Vec<String> =
        keys.filter_map(|key| key.strip_prefix(own.as_str()).filter(|key| key.starts_with(prefix)).map(str::to_owned)).collect();
    let order = sorted(keys.len(), &|first, second| keys[first] < keys[second]);
    order.into_iter().map(|position| keys[position].clone()).collect()
}
