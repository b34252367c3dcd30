//! Fetching what everybody may read; nothing of it is kept.

pub use crate::api::wire::PublicEntry;

use super::AppState;
use crate::routes::PublicView;
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

/// Asks the server for a page, older than `before`.
pub async fn fetch(app: AppState, view: PublicView, before: Option<&str>) -> PublicAnswer {
    let answer = app.server().public(view.at_server(), before).await;
    match (answer.value, answer.reply.answer) {
        (Some(page), _) => PublicAnswer::Page(page.entries, page.next),
        (None, Answer::Http { status: 404, .. }) => PublicAnswer::NotOffered,
        _ => PublicAnswer::Failed,
    }
}
