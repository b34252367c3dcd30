//! Listening to events for as long as a guard is held.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventTarget};

/// Listens until it is dropped.
#[must_use = "nothing is heard any more once the guard is dropped"]
pub struct Listener {
    target: EventTarget,
    kind: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

/// Several listeners that end together.
#[must_use = "nothing is heard any more once the guard is dropped"]
pub struct Listeners(#[expect(dead_code, reason = "held for what it does when it is dropped")] Vec<Listener>);

impl Listener {
    /// Calls `callback` with every event of this kind.
    pub fn new(target: &JsValue, kind: &'static str, callback: impl FnMut(Event) + 'static) -> Self {
        let target: EventTarget = target.clone().unchecked_into();
        let closure = Closure::<dyn FnMut(Event)>::new(callback);
        // Only a target that is no EventTarget refuses a listener.
        let _ = target.add_event_listener_with_callback(kind, closure.as_ref().unchecked_ref());
        Self { target, kind, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(self.kind, self.closure.as_ref().unchecked_ref());
    }
}

impl Listeners {
    /// Holds these.
    pub fn new(listeners: impl IntoIterator<Item = Listener>) -> Self {
        Self(listeners.into_iter().collect())
    }
}
