//! Files that another app handed over (*Bagikan*): `public/service-worker.js` puts them aside in a cache of their own. Here they become somebody's,
//! are listed, read and let go of. Kept out: which draft they belong to (`state::shared`).

use js_sys::{Array, JsString};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, File, FilePropertyBag};

use super::{js, window};

/// The cache, and how its addresses begin; as in `public/service-worker.js`. Behind that stands whose the file is, nothing for nobody's.
const CACHE: &str = "sips-shared";
const PREFIX: &str = "/bagikan/";

/// A file that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// Its address in the cache, which no other has.
    pub address: String,
    /// Its name, as the other app told it.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
}

/// What waits for `owner`. What is nobody's yet becomes theirs: on a tablet that is shared, nobody else sees it from then on.
pub async fn list(owner: &str) -> Vec<Shared> {
    let Some(cache) = cache().await else { return Vec::new() };
    let own = [PREFIX, owner, "/"].concat();
    let mut all = Vec::new();
    for address in addresses(&cache).await {
        let (whose, rest) = parts(&address);
        if !whose.is_empty() && whose != owner {
            continue;
        }
        let Some(answer) = found(&cache, &address).await else { continue };
        let size = header(&answer, "X-Size").and_then(|size| size.parse().ok()).unwrap_or(0);
        let name = rest.split_once('/').map_or(rest, |(_, name)| name);
        let name = js_sys::decode_uri_component(name).map_or_else(|_| name.to_owned(), String::from);
        let mut here = address.clone();
        // Where there is no room for that it is shown all the same.
        if whose.is_empty() {
            let claimed = [&own, rest].concat();
            if js::call_and_wait(&cache, "put", &[claimed.as_str().into(), answer]).await.is_ok() {
                remove_from(&cache, &address).await;
                here = claimed;
            }
        }
        all.push(Shared { address: here, name, size });
    }
    all
}

/// How many are somebody else's than `owner`'s.
pub async fn of_others(owner: Option<&str>) -> usize {
    let Some(cache) = cache().await else { return 0 };
    let is_of_another = |address: &&String| {
        let (whose, _) = parts(address);
        !whose.is_empty() && Some(whose) != owner
    };
    addresses(&cache).await.iter().filter(is_of_another).count()
}

/// Whose it is, and what stands behind that.
fn parts(address: &str) -> (&str, &str) {
    address.strip_prefix(PREFIX).and_then(|rest| rest.split_once('/')).unwrap_or(("", address))
}

/// The file itself; `None` if it is gone, in another tab or by the browser.
pub async fn read(shared: &Shared) -> Option<File> {
    let answer = found(&cache().await?, &shared.address).await?;
    let blob: Blob = js::call_and_wait(&answer, "blob", &[]).await.ok()?.dyn_into().ok()?;
    let options = FilePropertyBag::new();
    options.set_type(&blob.type_());
    File::new_with_blob_sequence_and_options(&Array::of1(&blob), &shared.name, &options).ok()
}

/// Lets go of one that is kept elsewhere, or that nobody wants.
pub async fn remove(shared: &Shared) {
    if let Some(cache) = cache().await {
        remove_from(&cache, &shared.address).await;
    }
}

/// Lets go of all that is `owner`'s; of everything, also nobody's, where none is named. `false` if the browser refused.
pub async fn clear(owner: Option<&str>) -> bool {
    let Some(cache) = cache().await else { return true };
    let Some(owner) = owner else { return js::call_and_wait(&storage(), "delete", &[CACHE.into()]).await.is_ok() };
    let own = [PREFIX, owner, "/"].concat();
    for address in addresses(&cache).await {
        if address.starts_with(&own) {
            remove_from(&cache, &address).await;
        }
    }
    true
}

fn storage() -> JsValue {
    js::get(&window(), "caches").unwrap_or(JsValue::UNDEFINED)
}

/// Not opened where there is none, so that a device that never was handed a file has no empty one.
async fn cache() -> Option<JsValue> {
    let there = js::call_and_wait(&storage(), "has", &[CACHE.into()]).await.ok()?;
    if !there.is_truthy() {
        return None;
    }
    js::call_and_wait(&storage(), "open", &[CACHE.into()]).await.ok()
}

async fn found(cache: &JsValue, address: &str) -> Option<JsValue> {
    js::call_and_wait(cache, "match", &[address.into()]).await.ok().filter(|answer| !answer.is_undefined())
}

async fn remove_from(cache: &JsValue, address: &str) {
    // What cannot be taken away waits on, and can be looked at again.
    let _ = js::call_and_wait(cache, "delete", &[address.into()]).await;
}

/// The path of each entry, in the order in which they came.
async fn addresses(cache: &JsValue) -> Vec<String> {
    let Ok(keys) = js::call_and_wait(cache, "keys", &[]).await else { return Vec::new() };
    let path = |request: JsValue| {
        let url = js::get(&request, "url")?.as_string()?;
        url.split_once("//")?.1.split_once('/').map(|(_, path)| ["/", path].concat())
    };
    Array::from(&keys).iter().filter_map(path).collect()
}

fn header(answer: &JsValue, name: &str) -> Option<String> {
    let value = js::call(&js::get(answer, "headers")?, "get", &[name.into()]).ok()?;
    value.dyn_into::<JsString>().ok().map(String::from)
}
