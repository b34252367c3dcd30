//! Files that another app handed over (*Bagikan*), until they are in a draft or sent away. They wait on the device, as the one's who first saw
//! them here, and are let go of only once a draft that names them is on the disk, or the officer says so.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{AppState, drafts};
use crate::domain::form::{fields_in_order, row_form};
use crate::domain::id::FileId;
use crate::domain::rule_set::{Field, Kind, RuleSet};
use crate::platform::realm;
use crate::platform::shared::{self, Shared};
use crate::platform::timer::sleep;

/// Looks anew at what waits for the account that works here. Nothing of it is seen in training.
pub fn look(app: AppState) {
    let Some(owner) = app.account.with_untracked(|me| me.as_ref().map(|me| me.account.to_string())) else { return };
    if realm::is_training() {
        return;
    }
    spawn_local(async move {
        let all = shared::list(&owner).await;
        // Somebody else may work here by now.
        if app.account.with_untracked(|me| me.as_ref().is_some_and(|me| me.account.to_string() == owner)) {
            app.shared.set(all);
        }
    });
}

/// How long one that was put away can be put back, in milliseconds: longer than the notice stays.
const UNDO_MS: i32 = 10_000;

/// One is kept elsewhere.
pub async fn let_go(app: AppState, file: &Shared) {
    shared::remove(file).await;
    app.shared.update(|all| all.retain(|other| other != file));
}

/// Lets go of it once a draft that names the file `kept` is on the disk; where that does not come, it waits on.
pub async fn let_go_when_kept(app: AppState, file: &Shared, kept: FileId) {
    if drafts::named_on_disk(app, kept).await {
        let_go(app, file).await;
    }
}

/// Takes one off the list and gives a way to put it back; what is not put back is let go of after a while.
pub fn put_away(app: AppState, file: Shared) -> impl Fn() {
    app.shared.update(|all| all.retain(|other| *other != file));
    let again = file.clone();
    spawn_local(async move {
        sleep(UNDO_MS).await;
        if app.shared.try_with_untracked(|all| all.contains(&file)) == Some(false) {
            shared::remove(&file).await;
        }
    });
    move || app.shared.update(|all| all.push(again.clone()))
}

/// How many wait for other accounts of this device.
pub async fn of_others(app: AppState) -> usize {
    let own = app.account.with_untracked(|me| me.as_ref().map(|me| me.account.to_string()));
    shared::of_others(own.as_deref()).await
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
