//! Where the page stands below others, for screens with room; a phone has the back link instead.

use leptos::prelude::*;

/// One page above the current one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// The page's short name.
    pub label: String,
    /// Its address.
    pub href: String,
}

/// The pages above, outermost first. The current page is not repeated: its title stands below.
#[component]
pub fn Breadcrumb(#[prop(into)] label: Signal<String>, #[prop(into)] crumbs: Signal<Vec<Crumb>>) -> impl IntoView {
    let links = move || {
        crumbs
            .get()
            .into_iter()
            .map(|Crumb { label, href }| {
                view! {
                    <li class="breadcrumb__item">
                        <a class="breadcrumb__link" href=href>
                            {label}
                        </a>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <nav class="breadcrumb" aria-label=label>
            <ol class="breadcrumb__list">{links}</ol>
        </nav>
    }
}
