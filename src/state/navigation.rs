//! Where the person is, and going elsewhere. The router's history and link handling are used as they are; its tables of
//! nested routes are not: `routes` reads every address, and leaving the tables out saves a tenth of the bundle.

use leptos::prelude::*;
use leptos_router::location::{BrowserUrl, LocationChange, LocationProvider, State, Url};

use crate::platform::timer::Timeout;
use crate::platform::{focus, page};
use crate::routes::Route;

/// Where the person is.
#[derive(Clone, Copy)]
pub struct Navigation {
    browser: StoredValue<Option<BrowserUrl>>,
    waits: StoredValue<Option<Waits>>,
    /// The page on screen.
    pub route: Signal<Route>,
    /// What the address says after its question mark.
    pub query: Signal<String>,
    /// The window has room for a list and a case beside each other.
    pub wide: RwSignal<bool>,
}

/// Is what a page is about still being read?
type Waits = Box<dyn Fn(&Route) -> bool + Send + Sync>;

/// How long the page before stays while the next one is being read, in milliseconds: a case comes from the device's store within two
/// pictures, and a skeleton between them would only flicker.
const PATIENCE_MS: i32 = 100;

impl Navigation {
    /// Follows the address bar, links and the back button from here on.
    #[must_use]
    pub fn new() -> Self {
        let waits = StoredValue::new(None::<Waits>);
        // A page always has an address; without one the app shows its home and links load the page anew.
        let browser = BrowserUrl::new().ok();
        let (route, query) = match &browser {
            None => (Signal::stored(Route::Home), Signal::stored(String::new())),
            Some(browser) => {
                browser.init(None);
                let url = browser.as_url().clone();
                let (of_route, of_wait, of_query, waiting) = (url.clone(), url.clone(), url.clone(), browser.clone());
                let is_late = RwSignal::new(false);
                let route = Memo::new(move |before: Option<&Route>| {
                    let asked = named(&of_route.read());
                    let waits = || waits.with_value(|waits| waits.as_ref().is_some_and(|waits| waits(&asked)));
                    before.filter(|&before| *before != asked && !is_late.get() && waits()).cloned().unwrap_or(asked)
                });
                let is_there = Memo::new(move |_| named(&of_wait.read()) == route.get());
                let query = Memo::new(move |before: Option<&String>| {
                    before.filter(|_| !is_there.get()).cloned().unwrap_or_else(|| of_query.read().search().to_owned())
                });
                let patience = StoredValue::new_local(None::<Timeout>);
                // A press on a link changes the signal first; the address bar follows when the new page is there.
                Effect::new(move |_| {
                    let has_target = !url.read().hash().is_empty();
                    let is_there = is_there.get();
                    patience.set_value((!is_there).then(|| Timeout::new(PATIENCE_MS, move || is_late.set(true))));
                    if !is_there {
                        return;
                    }
                    is_late.set(false);
                    waiting.ready_to_complete();
                    // A link to a field moves the focus there, after the new page has given it to its title.
                    if has_target {
                        focus::after_paint(|| focus::after_paint(focus_target));
                    }
                });
                (route.into(), query.into())
            }
        };
        Self { browser: StoredValue::new(browser), waits, route, query, wide: RwSignal::new(false) }
    }

    /// Asked of the next page, which takes the place of the one on screen when it no longer waits, or at last after [`PATIENCE_MS`].
    pub fn wait_while(&self, waits: impl Fn(&Route) -> bool + Send + Sync + 'static) {
        self.waits.set_value(Some(Box::new(waits)));
    }

    /// Goes to a page.
    pub fn go(&self, route: &Route) {
        self.change(route.path(), false, true);
    }

    /// Goes to a page in place of the one on screen, so that "back" passes it over.
    pub fn replace(&self, route: &Route) {
        self.change(route.path(), true, true);
    }

    /// Says in the address what the page on screen shows, without leaving it. Not on the way to another page, which the address names already.
    pub fn show(&self, query: &str) {
        let route = self.route.get_untracked();
        let asked = self.browser.with_value(|browser| browser.as_ref().map(|browser| named(&browser.as_url().read_untracked())));
        if asked.is_none_or(|asked| asked == route) {
            self.change(format!("{}{query}", route.path()), true, false);
        }
    }

    fn change(&self, path: String, replace: bool, scroll: bool) {
        if let (Some(browser), Ok(url)) = (self.browser.get_value(), BrowserUrl::parse(&path)) {
            browser.complete_navigation(&LocationChange { value: path, replace, scroll, state: State::new(None) });
            browser.as_url().set(url);
        }
    }
}

impl Default for Navigation {
    fn default() -> Self {
        Self::new()
    }
}

/// The page that an address names.
fn named(url: &Url) -> Route {
    Route::parse(url.path())
}

fn focus_target() {
    if let Some(target) = focus::fragment() {
        page::focus_by_id(&target, None);
    }
}
