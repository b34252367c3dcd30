//! Fetching what everybody may read; nothing of it is kept.

use super::AppState;
use crate::domain::public::{PublicEntry, PublicView};
use crate::sync::answer::Answer;

/// What came of asking for a page of a public list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicAnswer {
    /// Its entries, and where the page after it begins, if there is one.
    Page(Vec<PublicEntry>, Option<String>),
    /// The server offers no such list.
    NotOffered,
    /// There is no way to the server, or it has a fault.
    Failed,
}

/// Asks the server for a page of what fits, older than `before`. `narrowed` are the contract's names of what it is searched by.
pub async fn fetch(app: AppState, view: PublicView, before: Option<&str>, narrowed: &[(&str, &str)]) -> PublicAnswer {
    let all: Vec<(&str, &str)> = narrowed.iter().copied().chain(before.map(|before| ("before", before))).collect();
    let answer = app.server().public(view.key(), &all).await;
    match (answer.value, answer.reply.answer) {
        (Some(page), _) => PublicAnswer::Page(page.entries, page.next),
        (None, Answer::Http { status: 404, .. }) => PublicAnswer::NotOffered,
        _ => PublicAnswer::Failed,
    }
}

/// Does the server search by itself? A server of before passes the words over, and what is fetched is searched here.
pub async fn searches(app: AppState) -> bool {
    app.server().discovery().await.value.is_some_and(|discovery| discovery.features.iter().any(|feature| feature == "public-search"))
}
