//! The small picture of a file whose bytes are on this device.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::domain::evidence::{FileRef, MediaType, pixels};
use crate::platform::file::{ObjectUrl, small_picture};
use crate::state::AppState;
use crate::store::{LocalStore, StoreError, chunk_count};

/// Pictures above this size are not drawn small: decoding them may end the page on a cheap phone. In bytes.
const PREVIEW_LIMIT: u64 = 12_000_000;
/// Likewise in pixels: 40 megapixels are 160 MB once decoded.
const PIXEL_LIMIT: u64 = 40_000_000;

/// The height of a small picture, in pixels: twice that of its place.
const PREVIEW_HEIGHT: u32 = 240;

/// The address of a small picture of `file`, once its bytes are read; `None` for everything that is no picture.
#[must_use]
pub fn preview(app: AppState, file: &FileRef) -> Signal<Option<String>> {
    let address = RwSignal::new(None::<String>);
    let held = StoredValue::new_local(None::<ObjectUrl>);
    // HEIC is drawn by few browsers; its name says enough.
    if file.media.is_picture() && file.media != MediaType::Heic && file.size <= PREVIEW_LIMIT {
        let file = file.clone();
        spawn_local(async move {
            if let Ok(parts) = bytes(app, &file).await
                && parts.first().and_then(|head| pixels(head)).is_none_or(|pixels| pixels <= PIXEL_LIMIT)
                && let Some(url) = small_picture(&parts, file.media.as_str(), PREVIEW_HEIGHT).await
            {
                let _ = address.try_set(Some(url.as_str().to_owned()));
                let _ = held.try_set_value(Some(url));
            }
        });
    }
    address.into()
}

/// The bytes of a file in parts, from this device.
///
/// # Errors
/// A part is missing or the store does not answer.
pub async fn bytes(app: AppState, file: &FileRef) -> Result<Vec<Vec<u8>>, StoreError> {
    let Some(store) = app.store() else { return Err(StoreError::Failed("no store is open".into())) };
    let mut parts = Vec::new();
    for index in 0..chunk_count(file.size) {
        let part = store.chunk(file.id, index).await?;
        parts.push(part.ok_or_else(|| StoreError::Failed(format!("part {index} of a file is missing")))?);
    }
    Ok(parts)
}
