//! Words between the tabs of one browser (BroadcastChannel). A tab does not hear itself; nothing is kept for tabs that open later.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

use super::event::Listener;
use super::realm;

/// A channel; closed on drop.
#[must_use = "a channel that is dropped is closed"]
pub struct Channel {
    channel: BroadcastChannel,
    _listener: Listener,
}

impl Channel {
    /// Opens the channel of this name and calls `on_message` with every text that another tab sends; `None` if the browser has none.
    pub fn open(name: &str, mut on_message: impl FnMut(String) + 'static) -> Option<Self> {
        let channel = BroadcastChannel::new(&realm::name(name)).ok()?;
        let listener = Listener::new(&channel, "message", move |event| {
            if let Some(text) = event.unchecked_ref::<MessageEvent>().data().as_string() {
                on_message(text);
            }
        });
        Some(Self { channel, _listener: listener })
    }

    /// Sends a text to the other tabs.
    pub fn send(&self, text: &str) {
        // Only a closed channel refuses a text, and this one is open.
        let _ = self.channel.post_message(&JsValue::from_str(text));
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.close();
    }
}
