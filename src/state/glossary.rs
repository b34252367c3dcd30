//! The words of the procedure, fetched once from beside the app; the browser keeps them with the release.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::AppState;
use crate::api::http::own_file;
use crate::domain::glossary::{Term, read};

const GLOSSARY: &str = "/glossary.tsv";

/// The terms that are known by now; none until they could be had. Reading them follows their coming.
#[must_use]
pub fn terms(app: AppState) -> Arc<Vec<Term>> {
    if app.glossary.with_untracked(Option::is_none) {
        app.glossary.update_untracked(|terms| *terms = Some(Arc::default()));
        spawn_local(async move {
            if let Some(table) = own_file(GLOSSARY).await {
                app.glossary.set(Some(Arc::new(read(&table))));
            }
        });
    }
    app.glossary.get().unwrap_or_default()
}
