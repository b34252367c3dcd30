//! Where the person is, and going elsewhere. The router's history and link handling are used as they are; its tables of
//! nested routes are not: `routes` reads every address, and leaving the tables out saves a tenth of the bundle.

use leptos::prelude::*;
use leptos_router::location::{BrowserUrl, LocationChange, LocationProvider, State};

use crate::platform::{focus, page};
use crate::routes::Route;

/// Where the person is.
#[derive(Clone, Copy)]
pub struct Navigation {
    browser: StoredValue<Option<BrowserUrl>>,
    /// The page on screen.
    pub route: Signal<Route>,
    /// What the address says after its question mark.
    pub query: Signal<String>,
    /// The window has room for a list and a case beside each other.
    pub wide: RwSignal<bool>,
}

impl Navigation {
    /// Follows the address bar, links and the back button from here on.
    #[must_use]
    pub fn new() -> Self {
        // A page always has an address; without one the app shows its home and links load the page anew.
        let browser = BrowserUrl::new().ok();
        let (route, query) = match &browser {
            None => (Signal::stored(Route::Home), Signal::stored(String::new())),
            Some(browser) => {
                browser.init(None);
                let url = browser.as_url().clone();
                let (for_effect, waiting) = (url.clone(), browser.clone());
                // A press on a link changes the signal first; the address bar follows when the new page is there.
                Effect::new(move |_| {
                    let has_target = !for_effect.read().hash().is_empty();
                    waiting.ready_to_complete();
                    // A link to a field moves the focus there, after the new page has given it to its title.
                    if has_target {
                        focus::after_paint(|| focus::after_paint(focus_target));
                    }
                });
                let of_query = url.clone();
                let query = Memo::new(move |_| of_query.read().search().to_owned());
                (Memo::new(move |_| Route::parse(url.read().path())).into(), query.into())
            }
        };
        Self { browser: StoredValue::new(browser), route, query, wide: RwSignal::new(false) }
    }

    /// Goes to a page.
    pub fn go(&self, route: &Route) {
        self.change(route.path(), false, true);
    }

    /// Goes to a page in place of the one on screen, so that "back" passes it over.
    pub fn replace(&self, route: &Route) {
        self.change(route.path(), true, true);
    }

    /// Says in the address what the page on screen shows, without leaving it.
    pub fn show(&self, query: &str) {
        self.change(format!("{}{query}", self.route.get_untracked().path()), true, false);
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

fn focus_target() {
    if let Some(target) = focus::fragment() {
        page::focus_by_id(&target, None);
    }
}
