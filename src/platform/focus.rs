//! Where the caret stands, and what a link's fragment points at. Moving the focus is in `page`.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};

/// The id of the text field that has the focus, and its caret in UTF-16 units (0 for other controls).
#[must_use]
pub fn active_field() -> Option<(String, u32)> {
    let element = web_sys::window()?.document()?.active_element()?;
    let id = element.id();
    if id.is_empty() {
        return None;
    }
    let caret = if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
        area.selection_start().ok().flatten()
    } else {
        // Radio buttons and date pickers have no caret and say so by an error.
        element.dyn_ref::<HtmlInputElement>().and_then(|input| input.selection_start().ok().flatten())
    };
    Some((id, caret.unwrap_or(0)))
}

/// Has nothing on the page the focus, or only its title, which has it after every change of page?
#[must_use]
pub fn is_idle() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.and_then(|document| document.active_element()).is_none_or(|element| matches!(element.tag_name().as_str(), "BODY" | "H1"))
}

/// Runs after the page has been drawn, when new elements can take the focus.
pub fn after_paint(act: impl FnOnce() + 'static) {
    let callback = Closure::once_into_js(act);
    if let Some(window) = web_sys::window() {
        let _ = window.request_animation_frame(callback.unchecked_ref());
    }
}

/// The fragment of the address, decoded; `None` if there is none.
#[must_use]
pub fn fragment() -> Option<String> {
    let hash = web_sys::window()?.location().hash().ok()?;
    let fragment = hash.strip_prefix('#')?;
    js_sys::decode_uri_component(fragment).ok().map(String::from).filter(|text| !text.is_empty())
}
