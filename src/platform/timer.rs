//! Waiting, and doing something later or again and again. Hidden pages are slowed down by the browser, to a minute at worst.

use js_sys::{Function, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::window;

/// Waits. The timer ends with the future, also when that is dropped before.
pub async fn sleep(ms: i32) {
    let mut timer = None;
    let promise = Promise::new(&mut |resolve, _| {
        let id = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
        // A page that no longer sets timers is being torn down, and this future with it.
        timer = Some(Timer { id: id.unwrap_or(0), resolve });
    });
    let _ = JsFuture::from(promise).await;
    drop(timer);
}

/// Waits until what was drawn is on the screen; a page that nobody sees draws nothing and waits `most_ms` instead, in milliseconds.
pub async fn painted(most_ms: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        let _ = window().request_animation_frame(&resolve);
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, most_ms);
    });
    let _ = JsFuture::from(promise).await;
    sleep(0).await;
}

/// A timer that somebody may stop waiting for.
struct Timer {
    id: i32,
    resolve: Function,
}

impl Drop for Timer {
    fn drop(&mut self) {
        window().clear_timeout_with_handle(self.id);
        // A promise that is never settled would keep its callbacks for ever.
        let _ = self.resolve.call0(&JsValue::UNDEFINED);
    }
}

/// Does something once, later; never if it is dropped before.
#[must_use = "a time-out that is dropped never runs"]
pub struct Timeout {
    id: i32,
    _callback: Closure<dyn FnMut()>,
}

impl Timeout {
    /// Calls `callback` after `ms` milliseconds.
    pub fn new(ms: i32, callback: impl FnOnce() + 'static) -> Self {
        let callback = Closure::once(callback);
        let id = window().set_timeout_with_callback_and_timeout_and_arguments_0(callback.as_ref().unchecked_ref(), ms).unwrap_or(0);
        Self { id, _callback: callback }
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        window().clear_timeout_with_handle(self.id);
    }
}

/// Does something again and again until it is dropped.
#[must_use = "an interval that is dropped runs no more"]
pub struct Interval {
    id: i32,
    _callback: Closure<dyn FnMut()>,
}

impl Interval {
    /// Calls `callback` every `ms` milliseconds, for the first time after the first of them.
    pub fn new(ms: i32, callback: impl FnMut() + 'static) -> Self {
        let callback = Closure::<dyn FnMut()>::new(callback);
        let id = window().set_interval_with_callback_and_timeout_and_arguments_0(callback.as_ref().unchecked_ref(), ms).unwrap_or(0);
        Self { id, _callback: callback }
    }
}

impl Drop for Interval {
    fn drop(&mut self) {
        window().clear_interval_with_handle(self.id);
    }
}
