//! What the browser offers beside the store and the network: thin covers over web-sys, so that nothing else calls it.
//! Kept out: every decision about cases, drafts and sending. Whatever listens stops when its guard is dropped.

pub mod channel;
pub mod clock;
pub mod documents;
pub mod event;
pub mod file;
pub mod focus;
pub mod install;
mod js;
pub mod local;
pub mod lock;
pub mod log;
pub mod page;
pub mod password;
pub mod random;
pub mod realm;
pub mod service_worker;
pub mod shared;
pub mod storage;
pub mod timer;
pub mod training;

use web_sys::{Document, Navigator, Window};

fn window() -> Window {
    // The app is started by a page and never in a worker.
    web_sys::window().expect("the app runs in a page")
}

fn document() -> Document {
    // Every page has one.
    window().document().expect("a page has a document")
}

fn navigator() -> Navigator {
    window().navigator()
}
