//! What helps somebody to find a fault, as one file that the officer hands over: versions, counts, the state of sending, the last lines
//! of the log. Numbers and keys alone: no name, no text of a case or a draft, no token. It is sent nowhere.

use leptos::prelude::*;
use serde::Serialize;

use super::{AppState, docket, settings};
use crate::domain::id::DeviceId;
use crate::domain::json;
use crate::domain::office::{OfficeCode, Role};
use crate::domain::time::Timestamp;
use crate::platform::{clock, install, log, page, service_worker, storage};
use crate::routes::Route;
use crate::store::record::OutboxState;

/// The file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Diagnostics {
    sips_diagnostics: u32,
    made_at: Timestamp,
    version: &'static str,
    build: Option<&'static str>,
    release: Option<String>,
    documents_here: Option<bool>,
    rules: Vec<String>,
    page: String,
    device: DeviceId,
    browser: String,
    screen: String,
    installed: bool,
    language: &'static str,
    theme: &'static str,
    text_size: &'static str,
    server: String,
    office: Option<OfficeCode>,
    roles: Vec<Role>,
    boot: &'static str,
    counts: Counts,
    sending: Sending,
    clock_offset_ms: Option<i64>,
    storage_persisted: bool,
    storage_used: Option<u64>,
    storage_quota: Option<u64>,
    log: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    drafts: usize,
    outbox: usize,
    parked: usize,
    cases: usize,
    files: usize,
    file_bytes: u64,
    receipts: usize,
    quarantine: usize,
    incomplete: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sending {
    online: bool,
    trouble: Option<&'static str>,
    files_trouble: Option<&'static str>,
    fresh: bool,
    follower: bool,
    busy: bool,
    last_pull: Option<Timestamp>,
    next_try: Option<Timestamp>,
    waiting_since: Option<Timestamp>,
}

/// Makes the file, and its name. `asked_from` is the page from which somebody came to ask for it.
pub async fn make(app: AppState, asked_from: &Route) -> (String, String) {
    use crate::sync::engine::Trouble;
    let trouble = |trouble: Trouble| match trouble {
        Trouble::Offline => "offline",
        Trouble::Unreachable => "unreachable",
        Trouble::ServerTrouble => "server",
        Trouble::Strange => "strange",
        Trouble::SignIn => "sign-in",
        Trouble::Update => "update",
        Trouble::Unreadable(_) => "unreadable",
    };
    let kept = service_worker::kept().await;
    let estimate = storage::estimate().await;
    let (view, me) = (app.sync.get_untracked(), app.account.get_untracked());
    let outbox = app.outbox.read_untracked();
    let made = Diagnostics {
        sips_diagnostics: 1,
        made_at: clock::now(),
        version: env!("CARGO_PKG_VERSION"),
        build: option_env!("SIPS_COMMIT"),
        documents_here: kept.as_ref().map(|kept| kept.later),
        release: kept.map(|kept| kept.release),
        rules: app
            .book_untracked()
            .tracks()
            .iter()
            .map(|set| format!("{}@{} {}", set.pin.id, set.pin.version, set.pin.digest.short()))
            .collect(),
        // Without its query, in which searched words may stand.
        page: asked_from.path(),
        device: app.device.get_value(),
        browser: install::user_agent(),
        screen: page::screen(),
        installed: install::is_standalone(),
        language: app.language.get_untracked().tag(),
        theme: app.theme.get_untracked().key(),
        text_size: app.text_size.get_untracked().key(),
        server: settings::server(),
        office: me.as_ref().map(|me| me.office.code.clone()),
        roles: me.map(|me| me.roles).unwrap_or_default(),
        boot: match app.boot.get_untracked() {
            super::Boot::Starting => "starting",
            super::Boot::SignedOut => "signed-out",
            super::Boot::Opening => "opening",
            super::Boot::Ready => "ready",
            super::Boot::Failed(_) => "failed",
            super::Boot::Lost(_) => "lost",
        },
        counts: Counts {
            drafts: app.drafts.read_untracked().len(),
            outbox: outbox.len(),
            parked: outbox.iter().filter(|entry| matches!(entry.state, OutboxState::Parked(_))).count(),
            cases: untrack(|| docket::count(app)),
            files: app.files.read_untracked().len(),
            file_bytes: app.files.read_untracked().values().map(|record| record.file.size).sum(),
            receipts: app.receipts.read_untracked().len(),
            quarantine: app.quarantine.read_untracked().len(),
            incomplete: app.aside.read_untracked().len(),
        },
        sending: Sending {
            online: page::online(),
            trouble: view.trouble.map(trouble),
            files_trouble: view.uploads.trouble.map(trouble),
            fresh: view.fresh,
            follower: view.follower,
            busy: view.busy,
            last_pull: app.last_news.get_untracked(),
            next_try: view.next_try,
            waiting_since: untrack(|| app.unsent_since()),
        },
        clock_offset_ms: app.clock_offset.get_untracked(),
        storage_persisted: storage::persisted().await,
        storage_used: estimate.map(|(used, _)| used),
        storage_quota: estimate.map(|(_, quota)| quota),
        log: log::lines(),
    };
    let day = clock::now().in_zone(app.zone()).date;
    (format!("sips-diagnostik-{day}.json"), json::write(&made))
}
