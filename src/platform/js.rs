//! Reaching members by name: for what web-sys keeps behind its unstable flag, and for what not every browser has.

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A member that is there; `None` for `undefined`, `null` and one that throws.
pub(super) fn get(target: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(target, &name.into()).ok().filter(|value| !value.is_undefined() && !value.is_null())
}

/// A method that is there.
pub(super) fn method(target: &JsValue, name: &str) -> Option<Function> {
    get(target, name)?.dyn_into().ok()
}

/// Calls a method.
///
/// # Errors
/// What it threw; `undefined` if there is no such method.
pub(super) fn call(target: &JsValue, name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let method = method(target, name).ok_or(JsValue::UNDEFINED)?;
    method.apply(target, &arguments.iter().cloned().collect::<Array>())
}

/// Calls a method and waits for the promise that it gives.
///
/// # Errors
/// What it threw, or what the promise was rejected with.
pub(super) async fn call_and_wait(target: &JsValue, name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let promise = call(target, name, arguments)?;
    JsFuture::from(Promise::resolve(&promise)).await
}

/// A new object of a class that the window has; `None` where it does not.
pub(super) fn construct(class: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let class = method(&super::window(), class)?;
    Reflect::construct(&class, &arguments.iter().cloned().collect::<Array>()).ok()
}

/// A plain object with these members.
pub(super) fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in members {
        // A plain object that was just made takes every member.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}
