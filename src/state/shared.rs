//! Files that another app handed over (*Bagikan*), until they are in a draft or sent away. They wait on the device, as the one's who first saw
//! them here, and are let go of only once a draft that names them is on the disk, or the officer says so.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{AppState, drafts};
use crate::domain::form::{fields_in_order, row_form};
use crate::domain::rule_set::{Field, Kind, RuleSet};
use crate::platform::realm;
use crate::platform::shared::{self, Shared};

/// Looks anew at what waits for the account that works here. Nothing of it is seen in training.
pub fn look(app: AppState) {
    let Some(owner) = app.account.with_untracked(|me| me.as_ref().map(|me| me.account.to_string())) else { return };
    if realm::is_training() {
        return;
    }
    spawn_local(async move {
        let all = shared::list(&owner).await;
        app.shared.set(all);
    });
}

/// One is not wanted, or is kept elsewhere.
pub async fn let_go(app: AppState, file: &Shared) {
    shared::remove(file).await;
    app.shared.update(|all| all.retain(|other| other != file));
}

/// Lets go of it once every draft is on the disk as it stands on screen; where that fails it waits on.
pub async fn let_go_when_kept(app: AppState, file: &Shared) {
    if drafts::all_kept(app).await {
        let_go(app, file).await;
    }
}

/// The first section of a form in which files are taken in.
#[must_use]
pub fn section_for_files<'a>(rules: &'a RuleSet, form: &str) -> Option<&'a str> {
    let takes = |field: &Field| {
        field.kind == Kind::Files
            || row_form(field).is_some_and(|rows| fields_in_order(rules, rows).any(|(_, field)| field.kind == Kind::Files))
    };
    let fields = rules.field.get(form)?;
    let groups = &rules.form.get(form)?.groups;
    groups.iter().find(|group| group.rows.iter().flatten().any(|key| fields.get(key).is_some_and(takes))).map(|group| group.key.as_str())
}
