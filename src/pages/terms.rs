//! The words of the law that stand in a part of a page, each explained where it stands. The whole glossary is a page of the help.

use leptos::prelude::*;

use crate::components::live::live;
use crate::components::term::Term;
use crate::domain::glossary::named;
use crate::i18n::Language;
use crate::routes::Route;
use crate::state::{AppState, glossary};

/// More terms than these make a list that nobody reads.
const MOST: usize = 8;

/// The terms that `text` names.
#[component]
pub fn Terms(
    /// The app.
    app: AppState,
    /// What stands there.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let found = Memo::new(move |_| {
        let language = usize::from(app.language.get() == Language::En);
        let terms = glossary::terms(app);
        let named = text.with(|text| named(&terms, text, language));
        let pick = |both: &[String; 2]| both.get(language).cloned().unwrap_or_default();
        let shown = named.into_iter().take(MOST).filter_map(|at| terms.get(at));
        shown.map(|term| (term.key.clone(), pick(&term.names), pick(&term.plain))).collect::<Vec<_>>()
    });
    live(move || {
        let terms = found.get();
        (!terms.is_empty()).then(|| {
            let words = app.words();
            let list = terms.into_iter().map(|(key, name, plain)| {
                let more = (format!("{}#{key}", Route::Glossary.path()), words.all_terms.to_owned());
                view! { <li><Term name plain more /></li> }
            });
            view! {
                <div class="terms">
                    <p class="terms__label" id="terms-here">{words.terms_here}</p>
                    <ul class="terms__list" aria-labelledby="terms-here">{list.collect_view()}</ul>
                </div>
            }
        })
    })
}
