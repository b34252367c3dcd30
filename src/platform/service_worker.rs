//! The page's side of `public/service-worker.js`: registering it, hearing of a new release, and letting that one take over.
//! Kept out: when an officer agrees to it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_util::future::{Either, select};
use futures_util::pin_mut;
use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    MessageChannel, MessageEvent, RegistrationOptions, ServiceWorkerContainer, ServiceWorkerRegistration, ServiceWorkerState,
    ServiceWorkerUpdateViaCache,
};

use super::event::{Listener, Listeners};
use super::timer::sleep;
use super::{js, navigator};

const SCRIPT: &str = "/service-worker.js";
/// How long the worker may take to answer, in milliseconds.
const ANSWER_MS: i32 = 3_000;
/// How often a waiting release is asked to take over, and how many milliseconds apart.
const ACTIVATE_TRIES: u32 = 10;
const ACTIVATE_EVERY_MS: i32 = 2_000;
/// How long it may take to fetch what is needed later: a few hundred kilobytes on a slow line.
const FETCH_MS: i32 = 300_000;

/// No worker here: the page is not on https, the window is private, or its script did not arrive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no service worker: {0}")]
pub struct Unavailable(String);

/// The registered worker. The callbacks end when it is dropped; the worker stays.
#[must_use = "nothing is heard of updates once this is dropped"]
pub struct Registered {
    registration: ServiceWorkerRegistration,
    _listeners: Listeners,
}

/// Registers the worker. `on_ready` is called whenever a new release waits to take over, also if it did already;
/// `on_taken_over` when another release has taken over this page (not when the first one did).
///
/// # Errors
/// [`Unavailable`]: the app works on, but will not open without a network.
pub async fn register(on_ready: impl Fn() + 'static, on_taken_over: impl Fn() + 'static) -> Result<Registered, Unavailable> {
    let container = container().ok_or_else(|| Unavailable("the browser offers none".to_owned()))?;
    let options = RegistrationOptions::new();
    // A worker's script must never come from the HTTP cache, or a device could stay at an old release.
    options.set_update_via_cache(ServiceWorkerUpdateViaCache::None);
    let registration: ServiceWorkerRegistration = JsFuture::from(container.register_with_options(SCRIPT, &options))
        .await
        .map_err(|error| Unavailable(js::get(&error, "message").and_then(|text| text.as_string()).unwrap_or_default()))?
        .unchecked_into();

    let had_one = Cell::new(container.controller().is_some());
    let now = container.clone();
    let taken_over = Listener::new(&container, "controllerchange", move |_| {
        // Without any the browser has emptied the site's storage, and what is on screen may be all that is left.
        if now.controller().is_some() && had_one.replace(true) {
            on_taken_over();
        }
    });
    let on_ready: Rc<dyn Fn()> = Rc::new(on_ready);
    if is_update_ready(&registration) {
        on_ready();
    }
    // The worker that is being installed, if one is; it may have been found before anybody listened.
    let progress = RefCell::new(watch(&registration, &on_ready));
    let found = Listener::new(&registration, "updatefound", {
        let registration = registration.clone();
        move |_| drop(progress.replace(watch(&registration, &on_ready)))
    });
    Ok(Registered { registration, _listeners: Listeners::new([taken_over, found]) })
}

impl Registered {
    /// Does a new release wait to take over?
    #[must_use]
    pub fn is_update_ready(&self) -> bool {
        is_update_ready(&self.registration)
    }

    /// Lets the waiting release take over, in all tabs. Call it only when nothing is being saved. A browser that is busy with the
    /// running worker may pass a request over, so it is asked again for as long as the release still waits; `false` if it waits even then.
    pub async fn activate_waiting(&self) -> bool {
        for _ in 0..ACTIVATE_TRIES {
            let Some(worker) = self.registration.waiting() else { return true };
            // A message of plain text can always be cloned.
            let _ = worker.post_message(&js::object(&[("type", "ACTIVATE".into())]));
            sleep(ACTIVATE_EVERY_MS).await;
        }
        self.registration.waiting().is_none()
    }

    /// Looks for a new release; without a network nothing happens.
    pub async fn check_for_update(&self) {
        if let Ok(promise) = self.registration.update() {
            let _ = JsFuture::from(promise).await;
        }
    }
}

/// What the worker that serves this page has kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The release.
    pub release: String,
    /// Is also there what is fetched after the first screen: the program with all pages, and the document worker?
    pub later: bool,
}

/// What the worker that serves this page has kept; `None` if none does or it does not answer.
pub async fn kept() -> Option<Kept> {
    let answer = ask("VERSION", ANSWER_MS).await?;
    Some(Kept {
        release: js::get(&answer, "release")?.as_string()?,
        later: js::get(&answer, "later").is_some_and(|later| later.is_truthy()),
    })
}

/// Has the worker fetch what is needed later; `true` once all of it is there. Also where the officer saves data: forms are among it.
pub async fn fetch_later() -> bool {
    match kept().await {
        None => false,
        Some(Kept { later: true, .. }) => true,
        Some(_) => ask("FETCH_LATER", FETCH_MS).await.and_then(|answer| js::get(&answer, "later")).is_some_and(|later| later.is_truthy()),
    }
}

async fn ask(what: &str, patience_ms: i32) -> Option<JsValue> {
    let worker = container()?.controller()?;
    let channel = MessageChannel::new().ok()?;
    let mut answered: Option<Listener> = None;
    let answer = Promise::new(&mut |resolve, _| {
        answered = Some(Listener::new(&channel.port1(), "message", move |event| {
            let _ = resolve.call1(&JsValue::UNDEFINED, &event.unchecked_ref::<MessageEvent>().data());
        }));
    });
    channel.port1().start();
    worker.post_message_with_transferable(&js::object(&[("type", what.into())]), &Array::of1(&channel.port2())).ok()?;
    let answer = JsFuture::from(answer);
    let too_late = sleep(patience_ms);
    pin_mut!(too_late);
    let answer = match select(answer, too_late).await {
        Either::Left((answer, _)) => answer.ok(),
        Either::Right(_) => None,
    };
    channel.port1().close();
    answer
}

fn container() -> Option<ServiceWorkerContainer> {
    js::get(&navigator(), "serviceWorker").map(JsCast::unchecked_into)
}

/// A worker that waits beside one that serves: the very first one waits for nobody.
fn is_update_ready(registration: &ServiceWorkerRegistration) -> bool {
    registration.waiting().is_some() && registration.active().is_some()
}

fn watch(registration: &ServiceWorkerRegistration, on_ready: &Rc<dyn Fn()>) -> Option<Listener> {
    let worker = registration.installing()?;
    let (registration, on_ready) = (registration.clone(), Rc::clone(on_ready));
    Some(Listener::new(&worker.clone(), "statechange", move |_| {
        if worker.state() == ServiceWorkerState::Installed && registration.active().is_some() {
            on_ready();
        }
    }))
}
