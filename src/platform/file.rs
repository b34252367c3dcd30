//! Files from the picker, read once into memory in parts, and files handed out: previews and downloads.
//! Kept out: which kinds are taken (`domain::evidence`) and where the bytes stay (`store`).

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, FilePropertyBag, HtmlAnchorElement, Url};

use super::timer::sleep;
use super::{document, js, navigator, realm, window};
use crate::domain::digest::Hasher;
use crate::domain::evidence::{FileProblem, FileRef, HEAD_LENGTH, MediaType, check_size, names_encryption, sniff};
use crate::domain::id::FileId;
use crate::store::CHUNK_BYTES;

/// How long a download may take to begin, in milliseconds, before its address is taken back.
const DOWNLOAD_MS: i32 = 60_000;

/// Reads a file whole: its description with the digest, and its bytes in parts of [`CHUNK_BYTES`]. `progress` hears the bytes read so far.
///
/// # Errors
/// See [`FileProblem`]: size and kind are judged before the rest is read; a file that goes away or changes meanwhile is unreadable.
pub async fn take(file: File, limit: u64, id: FileId, progress: impl Fn(u64)) -> Result<(FileRef, Vec<Vec<u8>>), FileProblem> {
    let name = file.name();
    let size = file.size() as u64;
    check_size(size, limit)?;
    let head = read(&file, 0, size.min(HEAD_LENGTH as u64)).await?;
    let media = sniff(&name, size, limit, &head)?;
    let mut hasher = Hasher::default();
    let mut chunks = Vec::new();
    let mut locked = false;
    let mut at = 0;
    while at < size {
        let end = size.min(at + CHUNK_BYTES as u64);
        let chunk = read(&file, at, end).await?;
        hasher.update(&chunk);
        locked |= media == MediaType::Pdf && names_encryption(&chunk);
        chunks.push(chunk);
        at = end;
        progress(at);
    }
    // Browsers refuse to read on in a file that has changed; where one does not, at least its kind must still be true.
    if !chunks.first().is_some_and(|first| first.starts_with(&head)) {
        return Err(FileProblem::Unreadable);
    }
    Ok((FileRef { id, name, size, sha256: hasher.finish(), media, locked }, chunks))
}

/// Exactly the bytes from `start` to `end`.
///
/// # Errors
/// The file is gone, in the cloud only, or has changed.
pub async fn read(file: &File, start: u64, end: u64) -> Result<Vec<u8>, FileProblem> {
    let part = file.slice_with_f64_and_f64(start as f64, end as f64).map_err(|_| FileProblem::Unreadable)?;
    let buffer = JsFuture::from(part.array_buffer()).await.map_err(|_| FileProblem::Unreadable)?;
    let bytes = Uint8Array::new(&buffer).to_vec();
    if bytes.len() as u64 == end - start { Ok(bytes) } else { Err(FileProblem::Unreadable) }
}

/// An address under which this page, and only it, can show bytes; taken back on drop.
#[must_use = "the address ends when this is dropped"]
pub struct ObjectUrl(String);

impl ObjectUrl {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        // Only a name that is no address at all is refused.
        let _ = Url::revoke_object_url(&self.0);
    }
}

/// An address for a picture of `height` pixels made from bytes: a dozen photographs drawn whole end the page on a cheap tablet. Where
/// the browser cannot make it, the address is that of the bytes themselves.
pub async fn small_picture(parts: &[Vec<u8>], media: &str, height: u32) -> Option<ObjectUrl> {
    let whole = blob(parts, media)?;
    let small = shrunk(&whole, height).await.unwrap_or(whole);
    Url::create_object_url_with_blob(&small).ok().map(ObjectUrl)
}

/// The picture drawn small; `None` also for one that cannot be drawn, which the page then tells.
async fn shrunk(picture: &Blob, height: u32) -> Option<Blob> {
    let options = js::object(&[("resizeHeight", height.into()), ("resizeQuality", "medium".into())]);
    let bitmap = js::call_and_wait(&window(), "createImageBitmap", &[picture.into(), options]).await.ok()?;
    let canvas = js::construct("OffscreenCanvas", &[js::get(&bitmap, "width")?, js::get(&bitmap, "height")?])?;
    let context = js::call(&canvas, "getContext", &["2d".into()]).ok()?;
    js::call(&context, "drawImage", &[bitmap.clone(), 0.into(), 0.into()]).ok()?;
    // Only a bitmap that is closed gives its memory back at once.
    let _ = js::call(&bitmap, "close", &[]);
    let kind = js::object(&[("type", "image/webp".into())]);
    js::call_and_wait(&canvas, "convertToBlob", &[kind]).await.ok()?.dyn_into().ok()
}

/// The address of a picture given pixel by pixel, as bytes of red, green, blue and opacity.
pub(super) async fn picture_of(width: &JsValue, height: &JsValue, pixels: &JsValue) -> Option<ObjectUrl> {
    let pixels = pixels.dyn_ref::<Uint8Array>()?;
    let clamped = js_sys::Uint8ClampedArray::new(&pixels.buffer());
    let data = js::construct("ImageData", &[clamped.into(), width.clone(), height.clone()])?;
    let canvas = js::construct("OffscreenCanvas", &[width.clone(), height.clone()])?;
    let context = js::call(&canvas, "getContext", &["2d".into()]).ok()?;
    js::call(&context, "putImageData", &[data, 0.into(), 0.into()]).ok()?;
    let blob: Blob = js::call_and_wait(&canvas, "convertToBlob", &[]).await.ok()?.dyn_into().ok()?;
    Url::create_object_url_with_blob(&blob).ok().map(ObjectUrl)
}

/// The address of bytes as they are.
#[must_use]
pub fn address(parts: &[Vec<u8>], media: &str) -> Option<ObjectUrl> {
    Url::create_object_url_with_blob(&blob(parts, media)?).ok().map(ObjectUrl)
}

/// Bytes in the browser's keeping, which may be the disk; `None` if it has no room left for them.
#[must_use]
pub fn blob(parts: &[Vec<u8>], media: &str) -> Option<Blob> {
    let parts: Array = parts.iter().map(|part| Uint8Array::from(part.as_slice())).collect();
    joined(&parts, media)
}

/// Likewise of several, one behind the other.
#[must_use]
pub fn joined(parts: &Array, media: &str) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type(media);
    Blob::new_with_blob_sequence_and_options(parts, &options).ok()
}

/// Hands a file to the browser's downloads under this name; `false` if it could not begin.
pub fn download(name: &str, media: &str, parts: &[Vec<u8>]) -> bool {
    blob(parts, media).is_some_and(|blob| save(name, &blob))
}

fn save(name: &str, blob: &Blob) -> bool {
    let Ok(url) = Url::create_object_url_with_blob(blob).map(ObjectUrl) else {
        return false;
    };
    let Ok(anchor) = document().create_element("a") else {
        return false;
    };
    let anchor: HtmlAnchorElement = anchor.unchecked_into();
    anchor.set_href(url.as_str());
    anchor.set_download(&realm::file_name(name));
    // Firefox follows only an anchor that is in the page.
    let Some(body) = document().body() else {
        return false;
    };
    let begun = body.append_child(&anchor).is_ok() && js::call(&anchor, "click", &[]).is_ok();
    anchor.remove();
    wasm_bindgen_futures::spawn_local(async move {
        sleep(DOWNLOAD_MS).await;
        drop(url);
    });
    begun
}

/// What became of a file that was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandedOver {
    /// The browser saves it.
    Saved,
    /// Another app has it.
    Shared,
    /// The officer closed the device's offer.
    Cancelled,
    /// Neither was possible.
    Refused,
}

/// Hands a file on to another app where the device is held in the hand and can do that; else to the browser's downloads.
pub async fn hand_over(name: &str, media: &str, blob: Option<Blob>) -> HandedOver {
    let Some(blob) = blob else { return HandedOver::Refused };
    if is_held_in_the_hand()
        && let Some(shareable) = shareable(name, media, &blob)
    {
        match js::call_and_wait(&navigator(), "share", &[shareable]).await {
            Ok(_) => return HandedOver::Shared,
            Err(error) if js::get(&error, "name").and_then(|name| name.as_string()).as_deref() == Some("AbortError") => {
                return HandedOver::Cancelled;
            }
            // The press that asked for it is too long ago, or the device has nothing to share with.
            Err(_) => {}
        }
    }
    if save(name, &blob) { HandedOver::Saved } else { HandedOver::Refused }
}

fn is_held_in_the_hand() -> bool {
    window().match_media("(pointer: coarse)").ok().flatten().is_some_and(|query| query.matches())
}

/// What the device is asked to share, if it can.
fn shareable(name: &str, media: &str, blob: &Blob) -> Option<JsValue> {
    let options = FilePropertyBag::new();
    options.set_type(media);
    let file = File::new_with_blob_sequence_and_options(&Array::of1(blob), &realm::file_name(name), &options).ok()?;
    let data = js::object(&[("files", Array::of1(&file).into())]);
    js::call(&navigator(), "canShare", std::slice::from_ref(&data)).is_ok_and(|can| can.is_truthy()).then_some(data)
}
