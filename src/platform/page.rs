//! The page itself: its title, language and focus, whether it is seen, online and about to go, and handing things out.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    BeforeUnloadEvent, Element, FocusOptions, HtmlElement, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent, ScrollBehavior,
    ScrollIntoViewOptions, ScrollLogicalPosition, VisibilityState,
};

use super::event::{Listener, Listeners};
use super::timer::Timeout;
use super::{document, js, navigator, realm, window};

/// Does the device have a network? `false` can be believed; `true` proves nothing.
#[must_use]
pub fn online() -> bool {
    navigator().on_line() && !realm::is_cut()
}

/// Calls `callback` with [`online`] whenever it changes.
pub fn on_online_change(callback: impl Fn(bool) + Clone + 'static) -> Listeners {
    Listeners::new(["online", "offline"].map(|kind| {
        let callback = callback.clone();
        Listener::new(&window(), kind, move |_| callback(online()))
    }))
}

/// Is the page seen?
#[must_use]
pub fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// Calls `callback` with [`is_visible`] whenever it changes. Hidden is the last moment that a page can count on.
pub fn on_visibility(callback: impl Fn(bool) + 'static) -> Listeners {
    Listeners::new([Listener::new(&document(), "visibilitychange", move |_| callback(is_visible()))])
}

/// Calls `callback` when the page is frozen or left: locks are to be let go; nothing longer has the time to end.
pub fn on_leave(callback: impl Fn() + Clone + 'static) -> Listeners {
    let frozen = callback.clone();
    Listeners::new([Listener::new(&document(), "freeze", move |_| frozen()), Listener::new(&window(), "pagehide", move |_| callback())])
}

/// Calls `callback` when a page that was frozen or kept aside is used again.
pub fn on_return(callback: impl Fn() + Clone + 'static) -> Listeners {
    let resumed = callback.clone();
    Listeners::new([
        Listener::new(&document(), "resume", move |_| resumed()),
        Listener::new(&window(), "pageshow", move |event| {
            if js::get(&event, "persisted").is_some_and(|persisted| persisted.is_truthy()) {
                callback();
            }
        }),
    ])
}

/// A person touches the page: a pointer, a key, a wheel, or the press of a screen reader, which is none of these.
pub fn on_touch(callback: impl Fn() + Clone + 'static) -> Listeners {
    Listeners::new(["pointerdown", "keydown", "wheel", "click"].map(|kind| {
        let callback = callback.clone();
        Listener::new(&window(), kind, move |_| callback())
    }))
}

/// While it is held the browser asks before the page is left. Only while something is unsaved: it also keeps pages out of the back cache.
pub fn warn_before_leaving() -> Listeners {
    Listeners::new([Listener::new(&window(), "beforeunload", |event| {
        event.prevent_default();
        // Browsers before 2023 ask only if this is set.
        event.unchecked_ref::<BeforeUnloadEvent>().set_return_value("unsaved");
    })])
}

/// Width and height of what is seen of the page, in CSS pixels; 0 where the browser does not say.
#[must_use]
pub fn size() -> (u32, u32) {
    let pixels = |told: Result<JsValue, JsValue>| told.ok().and_then(|told| told.as_f64()).unwrap_or_default() as u32;
    (pixels(window().inner_width()), pixels(window().inner_height()))
}

/// Sets the title of the page.
pub fn set_title(title: &str) {
    document().set_title(title);
}

/// Sets the language of the page, as `id` or `en`.
pub fn set_language(language: &str) {
    set_attribute("lang", Some(language));
}

/// Sets or removes an attribute of the page's root, such as `data-theme`.
pub fn set_attribute(name: &str, value: Option<&str>) {
    let Some(root) = document().document_element() else {
        return;
    };
    // Only a name that is no name is refused.
    let _ = match value {
        Some(value) => root.set_attribute(name, value),
        None => root.remove_attribute(name),
    };
}

/// The path of the page's address.
#[must_use]
pub fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// Whence the page was served: scheme, host and port. Training is a place of its own, so that nothing made there passes for work.
#[must_use]
pub fn origin() -> String {
    if realm::is_training() { realm::name("") } else { served_from() }
}

/// Whence the page came, whatever it is for.
#[must_use]
pub fn served_from() -> String {
    // Only a page of no address has none.
    window().location().origin().unwrap_or_default()
}

/// Does the page's own policy refuse what it calls? Heard for as long as this is held.
pub struct PolicyWatch {
    refused: Rc<Cell<bool>>,
    _listener: Listener,
}

impl PolicyWatch {
    /// Was a call refused since?
    #[must_use]
    pub fn refused(&self) -> bool {
        self.refused.get()
    }
}

/// Begins to listen for calls that the page's policy refuses.
#[must_use]
pub fn watch_policy() -> PolicyWatch {
    let refused = Rc::new(Cell::new(false));
    let heard = Rc::clone(&refused);
    let listener = Listener::new(&document(), "securitypolicyviolation", move |event| {
        let directive = js::get(&event, "effectiveDirective").and_then(|directive| directive.as_string());
        if directive.is_some_and(|directive| directive == "connect-src") {
            heard.set(true);
        }
    });
    PolicyWatch { refused, _listener: listener }
}

/// Calls back with a key that is pressed alone while nobody types or answers a dialog, until the callback says that it took it.
pub fn on_key(callback: impl Fn(&str) -> bool + 'static) -> Listener {
    Listener::new(&window(), "keydown", move |event| {
        let Some(pressed) = event.dyn_ref::<KeyboardEvent>() else { return };
        let alone = !(pressed.ctrl_key() || pressed.meta_key() || pressed.alt_key() || pressed.repeat() || pressed.is_composing());
        let typing = pressed
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|target| target.closest(TYPED_IN).ok().flatten());
        let asked = document().query_selector("dialog[open]").ok().flatten();
        if alone && typing.is_none() && asked.is_none() && callback(&pressed.key()) {
            pressed.prevent_default();
        }
    })
}

/// Where keys are letters.
const TYPED_IN: &str = "input,textarea,select,[contenteditable]";

/// How large the window is, and how dense, such as `360x740@3`.
#[must_use]
pub fn screen() -> String {
    let side = |side: Result<JsValue, JsValue>| side.ok().and_then(|side| side.as_f64()).unwrap_or_default();
    format!("{}x{}@{}", side(window().inner_width()), side(window().inner_height()), window().device_pixel_ratio())
}

/// Loads the page anew.
pub fn reload() {
    // Refused only while the page is being left.
    let _ = window().location().reload();
}

/// Under this key of the session's storage stands that the page was left for one that another program draws.
const GONE_ON: &str = "sips.gone-on";

/// Loads another page of this site: one that another program draws. The address bar shows it already, so that "back" leads to where
/// the person came from.
pub fn load(path: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        // Without it the focus stays at the top of the new page, where the browser puts it.
        let _ = storage.set_item(GONE_ON, "1");
    }
    // Refused only while the page is being left.
    let _ = window().location().replace(path);
}

/// Was this page loaded by another program of the app, as a change of page? Asked once.
#[must_use]
pub fn came_from_another_program() -> bool {
    let Ok(Some(storage)) = window().session_storage() else { return false };
    let came = storage.get_item(GONE_ON).ok().flatten().is_some();
    let _ = storage.remove_item(GONE_ON);
    came
}

/// Under this name the history's entry of a page keeps how far it was scrolled.
const SCROLLED: &str = "scrolled";

/// Keeps in the history how far the page is scrolled, for as long as the guard is held: "back" and a reload find the place again, a new
/// visit begins at the top.
pub fn remember_scroll() -> Listeners {
    let timer = Cell::new(None::<Timeout>);
    Listeners::new([Listener::new(&window(), "scroll", move |_| {
        // A browser takes no more than a few changes of the history a second.
        timer.set(Some(Timeout::new(SCROLL_MS, || {
            let state = js::object(&[(SCROLLED, window().scroll_y().unwrap_or_default().into())]);
            if let Ok(history) = window().history() {
                let _ = history.replace_state(&state, "");
            }
        })));
    })])
}

/// How long a page has to stand still before its place is kept, in milliseconds.
const SCROLL_MS: i32 = 150;

/// Scrolls to where this entry of the history was left, if it was.
pub fn scroll_back() {
    let state = window().history().and_then(|history| history.state()).unwrap_or_default();
    if let Some(place) = js::get(&state, SCROLLED).and_then(|place| place.as_f64()) {
        window().scroll_to_with_x_and_y(0.0, place);
    }
}

/// Calls `callback` with whether the window is as wide as the style's two panes need, now and whenever that changes.
pub fn on_wide(callback: impl Fn(bool) + 'static) -> Option<Listeners> {
    let query = window().match_media("(min-width: 75em)").ok().flatten()?;
    callback(query.matches());
    let wide = query.clone();
    Some(Listeners::new([Listener::new(&query, "change", move |_| callback(wide.matches()))]))
}

/// Opens the browser's print dialogue.
pub fn print() {
    // Refused only in frames that may not.
    let _ = window().print();
}

/// Puts a text on the clipboard, from a press of the officer.
pub async fn copy(text: &str) -> bool {
    let Some(clipboard) = js::get(&navigator(), "clipboard") else {
        return false;
    };
    js::call_and_wait(&clipboard, "writeText", &[text.into()]).await.is_ok()
}

/// Can the device pass a text on to another app?
#[must_use]
pub fn can_share() -> bool {
    js::method(&navigator(), "share").is_some()
}

/// Passes a text on to another app, from a press of the officer; `false` also if that one changed their mind.
pub async fn share(title: &str, text: &str, url: Option<&str>) -> bool {
    let mut members = vec![("title", JsValue::from(title)), ("text", text.into())];
    members.extend(url.map(|url| ("url", url.into())));
    js::call_and_wait(&navigator(), "share", &[js::object(&members)]).await.is_ok()
}

/// Moves the focus to an element, the caret to its place in the text (in UTF-16 units), and the element to the middle of
/// the screen, at once; `false` if there is no such element.
pub fn focus_by_id(id: &str, caret: Option<u32>) -> bool {
    let Some(element) = document().get_element_by_id(id) else {
        return false;
    };
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus_with_options(&options);
    }
    if let Some(caret) = caret {
        // Inputs without a text caret, such as dates, refuse; the focus is then all there is.
        if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
            let _ = input.set_selection_range(caret, caret);
        } else if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
            let _ = area.set_selection_range(caret, caret);
        }
    }
    let options = ScrollIntoViewOptions::new();
    options.set_behavior(ScrollBehavior::Instant);
    options.set_block(ScrollLogicalPosition::Center);
    element.scroll_into_view_with_scroll_into_view_options(&options);
    true
}
