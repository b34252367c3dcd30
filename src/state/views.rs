//! Views of the list of cases that an officer has named: kept on the device, for each account its own.

use leptos::prelude::*;

use super::AppState;
use crate::domain::query;
use crate::platform::local;

/// The views of this account, in the order in which they were named: name and query.
#[must_use]
pub fn read(app: AppState) -> Vec<(String, String)> {
    key(app).and_then(|key| local::read(&key)).map(|text| query::read(&text)).unwrap_or_default()
}

/// Keeps a view under a name, in place of the one that had it; without a query it is taken away. Gives the views as they are then, or
/// nothing where the browser refused.
#[must_use]
pub fn put(app: AppState, name: &str, wanted: &str) -> Option<Vec<(String, String)>> {
    let mut views = read(app);
    views.retain(|(known, _)| known != name);
    if !wanted.is_empty() {
        views.push((name.to_owned(), wanted.to_owned()));
    }
    local::write(&key(app)?, &query::write(views.iter().map(|(name, query)| (name.as_str(), query.as_str())))).ok()?;
    Some(views)
}

fn key(app: AppState) -> Option<String> {
    app.account.with_untracked(|account| account.as_ref().map(|me| format!("sips.views.{}", me.account)))
}
