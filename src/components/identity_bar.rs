//! Which case this is, the same on each of its pages: number, parties, stage, next deadline, the one
//! next act.

use leptos::prelude::*;

use super::breakable::Breakable;

/// The head of a case page. `number` and `parties` are text of any length; `facts` holds tags and the
/// deadline's short form, children the one next act.
#[component]
pub fn IdentityBar(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] number: Signal<String>,
    #[prop(into)] parties: Signal<String>,
    #[prop(optional, into)] facts: ViewFn,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <section class="identity-bar" aria-label=label>
            <div class="identity-bar__words">
                <p class="identity-bar__number">
                    <Breakable text=number />
                </p>
                <p class="identity-bar__parties">{parties}</p>
                <div class="identity-bar__facts">{facts.run()}</div>
            </div>
            {children.map(|children| view! { <div class="identity-bar__act">{children()}</div> })}
        </section>
    }
}
