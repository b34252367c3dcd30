//! How firmly the browser keeps what is stored. WebKitGTK has none of this, so that every part may be missing.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::event::{Listener, Listeners};
use super::timer::Timeout;
use super::{js, navigator, realm};

fn manager() -> Option<JsValue> {
    js::get(&navigator(), "storage")
}

/// Asks that nothing be evicted; was it granted? A browser may ask the officer: only after they did something.
pub async fn persist() -> bool {
    ask("persist").await
}

/// Is nothing evicted without the officer?
pub async fn persisted() -> bool {
    ask("persisted").await
}

async fn ask(method: &str) -> bool {
    let Some(manager) = manager() else {
        return false;
    };
    js::call_and_wait(&manager, method, &[]).await.is_ok_and(|granted| granted.is_truthy())
}

/// Bytes in use and the most that may be, both as the browser estimates them.
pub async fn estimate() -> Option<(u64, u64)> {
    let estimate = js::call_and_wait(&manager()?, "estimate", &[]).await.ok()?;
    let bytes = |name| js::get(&estimate, name)?.as_f64().map(|bytes| bytes as u64);
    let (used, quota) = (bytes("usage")?, bytes("quota")?);
    Some((if realm::is_full() { quota } else { used }, quota))
}

/// The names of the databases of this realm that begin so; none where the browser does not tell.
pub async fn databases(prefix: &str) -> Vec<String> {
    let Some(factory) = js::get(&super::window(), "indexedDB") else { return Vec::new() };
    let Ok(list) = js::call_and_wait(&factory, "databases", &[]).await else { return Vec::new() };
    let names = js_sys::Array::from(&list).iter().filter_map(|database| js::get(&database, "name")?.as_string()).collect::<Vec<_>>();
    let realm = realm::name("");
    names.iter().filter_map(|name| name.strip_prefix(&realm)).filter(|name| name.starts_with(prefix)).map(str::to_owned).collect()
}

/// How long a deletion may take, in milliseconds: another tab that holds the database open lets go within a moment, or not at all.
const DELETE_MS: i32 = 5_000;

/// Deletes a database of this realm; `false` if somebody keeps it open or the browser refuses.
pub async fn delete_database(name: &str) -> bool {
    let Some(factory) = js::get(&super::window(), "indexedDB") else { return false };
    let Ok(request) = js::call(&factory, "deleteDatabase", &[realm::name(name).into()]) else { return false };
    let (done, told) = oneshot();
    let (failed, done_too) = (done.clone(), done.clone());
    let _listeners = Listeners::new([
        Listener::new(&request, "success", move |_| done_too(true)),
        Listener::new(&request, "error", move |_| failed(false)),
    ]);
    let too_late = Timeout::new(DELETE_MS, move || done(false));
    let deleted = JsFuture::from(told).await.is_ok_and(|deleted| deleted.is_truthy());
    drop(too_late);
    deleted
}

/// A promise, and what keeps it.
fn oneshot() -> (impl Fn(bool) + Clone + 'static, Promise) {
    let keep = Rc::new(RefCell::new(None::<Function>));
    let promise = Promise::new(&mut |resolve, _| {
        keep.borrow_mut().replace(resolve);
    });
    let resolve = move |value: bool| {
        if let Some(resolve) = keep.borrow().as_ref() {
            let _ = resolve.call1(&JsValue::NULL, &value.into());
        }
    };
    (resolve, promise)
}
