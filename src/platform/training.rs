//! What only training does to its page: the barrier that no request passes, its style, and what a presenter's screen follows.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use super::event::{Listener, Listeners};
use super::{document, js, window};

/// The policy of the page from here on; nothing takes it back.
const BARRIER: &str = "connect-src 'none'";
/// Its style, beside the app's.
const STYLE: &str = "/training.css";

/// Closes the page off: the browser itself refuses whatever would leave it, whoever asks. `false` if the page cannot be closed.
#[must_use]
pub fn close_off() -> bool {
    let Some(head) = document().head() else { return false };
    let put = |name: &str, attributes: &[(&str, &str)]| {
        let element = document().create_element(name).ok()?;
        for (name, value) in attributes {
            element.set_attribute(name, value).ok()?;
        }
        head.append_child(&element).ok()
    };
    let barrier = put("meta", &[("http-equiv", "Content-Security-Policy"), ("content", BARRIER)]);
    barrier.is_some() && put("link", &[("rel", "stylesheet"), ("href", STYLE)]).is_some()
}

/// Tells the page that the network went or came, as the browser does.
pub fn tell_network(online: bool) {
    if let Ok(event) = web_sys::Event::new(if online { "online" } else { "offline" }) {
        let _ = window().dispatch_event(&event);
    }
}

/// Opens an address in a window of its own.
pub fn open_window(path: &str) {
    let _ = window().open_with_url_and_target_and_features(path, "_blank", "popup,width=720,height=540");
}

/// A key as a presenter shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name, as the browser has it.
    pub name: String,
    /// With Shift.
    pub shift: bool,
    /// With Ctrl, Alt or the system's key: a shortcut of the browser, not of training.
    pub modified: bool,
    /// It goes into a field.
    pub typing: bool,
    /// It goes into a field that hides what is typed.
    pub secret: bool,
}

/// Calls `callback` with every key that goes down.
pub fn on_key(callback: impl Fn(Key) + 'static) -> Listeners {
    Listeners::new([Listener::new(&window(), "keydown", move |event| {
        let Some(pressed) = event.dyn_ref::<web_sys::KeyboardEvent>() else { return };
        let target = event.target();
        let input = target.as_ref().and_then(|target| target.dyn_ref::<web_sys::HtmlInputElement>());
        let is = |tag: &str| {
            let element = target.as_ref().and_then(|target| target.dyn_ref::<web_sys::Element>());
            element.is_some_and(|element| element.tag_name().eq_ignore_ascii_case(tag))
        };
        callback(Key {
            name: pressed.key(),
            shift: pressed.shift_key(),
            modified: pressed.ctrl_key() || pressed.alt_key() || pressed.meta_key(),
            typing: is("textarea")
                || is("select")
                || input.is_some_and(|input| !matches!(input.type_().as_str(), "radio" | "checkbox" | "button")),
            secret: input.is_some_and(|input| input.type_() == "password"),
        });
    })])
}

/// Calls `callback` with where the pointer is on the screen, and whether it was just pressed.
pub fn on_pointer(callback: impl Fn(i32, i32, bool) + Clone + 'static) -> Listeners {
    Listeners::new([("pointermove", false), ("pointerdown", true)].map(|(kind, pressed)| {
        let callback = callback.clone();
        Listener::new(&window(), kind, move |event| {
            if let Some(pointer) = event.dyn_ref::<web_sys::PointerEvent>() {
                callback(pointer.client_x(), pointer.client_y(), pressed);
            }
        })
    }))
}

/// The area around a point that belongs together: left, top, width and height on the page.
#[must_use]
pub fn area_at(x: i32, y: i32) -> Option<[i32; 4]> {
    let found = document().element_from_point(x as f32, y as f32)?;
    let area = found
        .closest("fieldset, .field, section, table, li, .banner, form, .page-header, .paper, nav, main")
        .ok()
        .flatten()
        .unwrap_or(found);
    Some(on_page(&area))
}

/// The name under which the style masks what stands in running text (CSS Custom Highlight API).
const MASK: &str = "names";

/// Parts of the page's running text that are masked, until it is dropped. The page itself stays as it is.
#[must_use = "nothing is masked any more once it is dropped"]
pub struct Mask {
    observer: JsValue,
    _seen: Closure<dyn FnMut()>,
}

impl Drop for Mask {
    fn drop(&mut self) {
        let _ = js::call(&self.observer, "disconnect", &[]);
        highlight(&[]);
    }
}

/// Masks what `find` finds in each text of the page, as start and end in bytes, now and after every change. `None` where the browser has
/// no highlights: what the style blurs is all there is then.
pub fn mask(find: impl Fn(&str) -> Vec<(usize, usize)> + 'static) -> Option<Mask> {
    let lay = move || {
        let mut ranges = Vec::new();
        let body: Option<JsValue> = document().body().map(Into::into);
        body.into_iter().for_each(|body| in_texts(&body, &find, &mut ranges));
        highlight(&ranges);
    };
    lay();
    let seen = Closure::<dyn FnMut()>::new(lay);
    let observer = js::construct("MutationObserver", &[seen.as_ref().clone()])?;
    let what = js::object(&[("subtree", true.into()), ("childList", true.into()), ("characterData", true.into())]);
    js::call(&observer, "observe", &[document().body()?.into(), what]).ok()?;
    Some(Mask { observer, _seen: seen })
}

fn in_texts(node: &JsValue, find: &dyn Fn(&str) -> Vec<(usize, usize)>, ranges: &mut Vec<JsValue>) {
    let Some(node) = node.dyn_ref::<web_sys::Node>() else { return };
    if node.node_type() == web_sys::Node::TEXT_NODE {
        let text = node.node_value().unwrap_or_default();
        // Ranges count in the units of UTF-16.
        let units = |end: usize| JsValue::from(text[..end].encode_utf16().count() as u32);
        for (from, to) in find(&text) {
            let range = js::construct("Range", &[]);
            ranges.extend(range.filter(|range| {
                let set = |name: &str, at: usize| js::call(range, name, &[node.into(), units(at)]).is_ok();
                set("setStart", from) && set("setEnd", to)
            }));
        }
        return;
    }
    let mut child = node.first_child();
    while let Some(inner) = child {
        in_texts(&inner, find, ranges);
        child = inner.next_sibling();
    }
}

fn highlight(ranges: &[JsValue]) {
    let Some(registry) = js::get(&window(), "CSS").and_then(|css| js::get(&css, "highlights")) else { return };
    if let Some(highlight) = js::construct("Highlight", ranges) {
        let _ = js::call(&registry, "set", &[MASK.into(), highlight]);
    }
}

/// How far the page is scrolled down.
#[must_use]
pub fn scrolled() -> f64 {
    window().scroll_y().unwrap_or_default()
}

/// Scrolls the page so far down.
pub fn scroll_to(top: f64) {
    window().scroll_to_with_x_and_y(0.0, top);
}

/// Scrolls to a part of the page.
pub fn go_to_part(selector: &str) {
    if let Ok(Some(part)) = document().query_selector(selector) {
        part.scroll_into_view();
    }
}

/// Is a part of the page that a selector names on the screen, or would be after scrolling?
#[must_use]
pub fn is_there(selector: &str) -> bool {
    visible(selector).is_some()
}

fn visible(selector: &str) -> Option<web_sys::Element> {
    let found = document().query_selector_all(selector).ok()?;
    let mut parts = (0..found.length()).filter_map(|at| found.get(at)?.dyn_into::<web_sys::Element>().ok());
    parts.find(|part| part.get_bounding_client_rect().height() > 0.0)
}

/// Brings the first visible part of the page that a selector names onto the screen: where it is on the page, and whether that is the lower
/// half of the screen.
#[must_use]
pub fn bring(selector: &str) -> Option<([i32; 4], bool)> {
    let part = visible(selector)?;
    part.scroll_into_view_with_bool(true);
    let shown = part.get_bounding_client_rect();
    let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    // What stays at the edges of the screen would lie over it.
    window().scroll_by_with_x_and_y(0.0, if shown.top() < height / 4.0 { shown.top() - height / 4.0 } else { 0.0 });
    let shown = part.get_bounding_client_rect();
    let middle = (shown.top() + shown.bottom().min(height)) / 2.0;
    Some((on_page(&part), middle > height / 2.0))
}

fn on_page(part: &web_sys::Element) -> [i32; 4] {
    let place = part.get_bounding_client_rect();
    let (left, top) = (place.left() + window().scroll_x().unwrap_or_default(), place.top() + scrolled());
    [left, top, place.width(), place.height()].map(|length| length as i32)
}
