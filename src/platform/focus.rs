//! Where the caret stands, and what a link's fragment points at. Moving the focus is in `page`.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, HtmlInputElement, HtmlTextAreaElement};

/// What has the focus, to be given it back; none where nothing in particular has it.
#[must_use]
pub fn holder() -> Option<HtmlElement> {
    let element: HtmlElement = web_sys::window()?.document()?.active_element()?.dyn_into().ok()?;
    (element.tag_name() != "BODY").then_some(element)
}

/// The id of the control that has the focus, and its caret.
#[must_use]
pub fn active_field() -> Option<(String, u32)> {
    let id = web_sys::window()?.document()?.active_element()?.id();
    let caret = caret_of(&id);
    (!id.is_empty()).then_some((id, caret))
}

/// The caret of a text field in UTF-16 units; 0 for other controls, and where there is none.
#[must_use]
pub fn caret_of(id: &str) -> u32 {
    let Some(element) = web_sys::window().and_then(|window| window.document()?.get_element_by_id(id)) else { return 0 };
    let caret = if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
        area.selection_start().ok().flatten()
    } else {
        // Radio buttons and date pickers have no caret and say so by an error.
        element.dyn_ref::<HtmlInputElement>().and_then(|input| input.selection_start().ok().flatten())
    };
    caret.unwrap_or(0)
}

/// Takes the focus from the page that stands before another one takes its place. Where the element that has it is removed instead, Chromium
/// lays out the whole document, both pages, before it goes on.
pub fn leave_page() {
    let active = web_sys::window().and_then(|window| window.document()?.active_element());
    let inside = active.filter(|element| element.closest("main *").is_ok_and(|found| found.is_some()));
    if let Some(element) = inside.as_ref().and_then(|element| element.dyn_ref::<HtmlElement>()) {
        let _ = element.blur();
    }
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
