//! Web Locks: one tab among several leads, or writes a draft. A lock ends with its page, also when that crashes; a page that is
//! only frozen keeps it, hence [`steal`].

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{js, navigator, realm};

/// A lock that is held; released on drop.
#[must_use = "a lock that is dropped is released"]
pub struct Held {
    release: Function,
    fate: Rc<Fate>,
}

#[derive(Default)]
struct Fate {
    released: Cell<bool>,
    lost: Cell<bool>,
    on_lost: RefCell<Option<Box<dyn FnOnce()>>>,
}

/// Does this browser have locks? Without them two tabs cannot be kept apart.
#[must_use]
pub fn available() -> bool {
    manager().is_some()
}

/// Takes the lock if nobody holds it.
pub async fn try_hold(name: &str) -> Option<Held> {
    request(name, &[("ifAvailable", JsValue::TRUE)]).await
}

/// Takes the lock as soon as nobody holds it; `None` only without [`available`] locks. Dropping the future gives up the place in the queue.
pub async fn wait_hold(name: &str) -> Option<Held> {
    request(name, &[]).await
}

/// Takes the lock from whoever holds it; that one hears of it through [`Held::on_lost`]. `None` only without [`available`] locks.
pub async fn steal(name: &str) -> Option<Held> {
    request(name, &[("steal", JsValue::TRUE)]).await
}

impl Held {
    /// Calls `callback` once if the lock is stolen; at once if it was already.
    pub fn on_lost(&self, callback: impl FnOnce() + 'static) {
        if self.fate.lost.get() {
            callback();
        } else {
            *self.fate.on_lost.borrow_mut() = Some(Box::new(callback));
        }
    }

    /// Has it been stolen?
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.fate.lost.get()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.fate.released.set(true);
        // A function that resolves a promise does not throw.
        let _ = self.release.call0(&JsValue::UNDEFINED);
    }
}

fn manager() -> Option<JsValue> {
    js::get(&navigator(), "locks")
}

async fn request(name: &str, options: &[(&str, JsValue)]) -> Option<Held> {
    let manager = manager()?;
    let (until_released, release) = promise();
    let (granted, grant) = promise();
    // Made before the lock is granted: should this future be dropped meanwhile, the lock is let go the moment it comes.
    let held = Held { release, fate: Rc::default() };
    let on_grant = Closure::once_into_js({
        let grant = grant.clone();
        move |lock: JsValue| {
            let is_granted = !lock.is_null() && !lock.is_undefined();
            let _ = grant.call1(&JsValue::UNDEFINED, &is_granted.into());
            // What the lock is held until.
            if is_granted { JsValue::from(until_released) } else { JsValue::UNDEFINED }
        }
    });
    let outcome = js::call(&manager, "request", &[realm::name(name).into(), js::object(options), on_grant]).ok()?;
    let fate = Rc::clone(&held.fate);
    spawn_local(async move {
        if JsFuture::from(Promise::resolve(&outcome)).await.is_err() {
            // Refused before it was granted, or stolen after.
            let _ = grant.call1(&JsValue::UNDEFINED, &JsValue::FALSE);
            if !fate.released.get() {
                fate.lost.set(true);
                let callback = fate.on_lost.borrow_mut().take();
                if let Some(callback) = callback {
                    callback();
                }
            }
        }
    });
    let is_granted = JsFuture::from(granted).await.is_ok_and(|granted| granted.is_truthy());
    is_granted.then_some(held)
}

/// A promise and the function that resolves it.
fn promise() -> (Promise, Function) {
    let mut resolve = None;
    let promise = Promise::new(&mut |function, _| resolve = Some(function));
    // The executor of a promise is run before its constructor returns.
    (promise, resolve.expect("a promise hands out its function at once").unchecked_into())
}
