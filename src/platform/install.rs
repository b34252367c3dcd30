//! Installing the app on the device's home screen, and what kind of window this is.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Event;

use super::event::{Listener, Listeners};
use super::{js, navigator, window};

/// Holds the browser's offer to install the app (Chromium only), so that it can be made when an officer asks for it.
#[must_use = "the offer is lost once this is dropped"]
pub struct Install {
    offer: Rc<RefCell<Option<Event>>>,
    on_change: Rc<dyn Fn()>,
    _listeners: Listeners,
}

impl Install {
    /// Begins to listen; to be called early, since the browser makes its offer once. `on_change` is called when
    /// [`Self::can_prompt`] changes.
    pub fn capture(on_change: impl Fn() + 'static) -> Self {
        let offer = Rc::new(RefCell::new(None));
        let on_change: Rc<dyn Fn()> = Rc::new(on_change);
        let offered = Listener::new(&window(), "beforeinstallprompt", {
            let (offer, on_change) = (Rc::clone(&offer), Rc::clone(&on_change));
            move |event| {
                event.prevent_default();
                offer.replace(Some(event));
                on_change();
            }
        });
        let installed = Listener::new(&window(), "appinstalled", {
            let (offer, on_change) = (Rc::clone(&offer), Rc::clone(&on_change));
            move |_| {
                offer.replace(None);
                on_change();
            }
        });
        Self { offer, on_change, _listeners: Listeners::new([offered, installed]) }
    }

    /// Can the browser's own question be shown?
    #[must_use]
    pub fn can_prompt(&self) -> bool {
        self.offer.borrow().is_some()
    }

    /// Shows the browser's own question, from a press of the officer; was it answered with yes? Each offer can be used once.
    pub async fn prompt(&self) -> bool {
        let Some(offer) = self.offer.take() else {
            return false;
        };
        (self.on_change)();
        if js::call_and_wait(&offer, "prompt", &[]).await.is_err() {
            return false;
        }
        let Some(choice) = js::get(&offer, "userChoice") else {
            return false;
        };
        let choice = JsFuture::from(choice.unchecked_into::<js_sys::Promise>()).await.unwrap_or(JsValue::UNDEFINED);
        js::get(&choice, "outcome").and_then(|outcome| outcome.as_string()).as_deref() == Some("accepted")
    }
}

/// Shows a count on the app's icon, or none for 0, where the system has room for one.
pub async fn badge(count: usize) {
    // Refused where the app is not installed; there is no icon then.
    let _ = js::call_and_wait(&navigator(), "setAppBadge", &[(count as u32).into()]).await;
}

/// Does the app run in a window of its own, from the home screen?
#[must_use]
pub fn is_standalone() -> bool {
    let by_media = ["standalone", "fullscreen", "minimal-ui"].iter().any(|mode| {
        let query = format!("(display-mode: {mode})");
        window().match_media(&query).ok().flatten().is_some_and(|list| list.matches())
    });
    // Older Safari says it in a member of its own.
    by_media || js::get(&navigator(), "standalone").is_some_and(|standalone| standalone.is_truthy())
}

/// Is this an iPhone or iPad, whatever browser it claims to be?
#[must_use]
pub fn is_ios() -> bool {
    is_ios_agent(&user_agent(), navigator().max_touch_points())
}

/// Is this the small browser inside of another app, whose storage is not the browser's and may be emptied at any time?
#[must_use]
pub fn is_in_app_browser() -> bool {
    is_in_app_agent(&user_agent())
}

/// What the browser says of itself.
#[must_use]
pub fn user_agent() -> String {
    navigator().user_agent().unwrap_or_default()
}

/// Tells iOS by a user agent; an iPad calls itself a Macintosh, but one that is touched.
#[must_use]
pub fn is_ios_agent(agent: &str, touch_points: i32) -> bool {
    ["iPhone", "iPad", "iPod"].iter().any(|name| agent.contains(name)) || (agent.contains("Macintosh") && touch_points > 1)
}

/// Tells the browsers inside of the apps that people get links in, and Android's WebView, by a user agent.
#[must_use]
pub fn is_in_app_agent(agent: &str) -> bool {
    ["WhatsApp", "FBAN", "FBAV", "FB_IAB", "Instagram", "Line/", "Telegram", "MicroMessenger", "musical_ly", "TikTok", "; wv)"]
        .iter()
        .any(|mark| agent.contains(mark))
}
