//! One file of a case or of the outbox: where it stands, how far it has come, what it waits for, and opening it, wherever its bytes are.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::file_preview::{bytes, preview};
use crate::components::button::{Button, ButtonKind};
use crate::components::file_row::FileRow;
use crate::components::icon::IconName;
use crate::components::live::live;
use crate::components::progress_bar::ProgressBar;
use crate::components::tone::Tone;
use crate::domain::evidence::FileRef;
use crate::domain::id::FileId;
use crate::i18n::{format, sentences};
use crate::platform::file;
use crate::state::AppState;
use crate::state::upload_driver::{self, FetchError};
use crate::store::record::FileState;
use crate::sync::engine::Trouble;
use crate::sync::upload::Progress;

/// What a page knows of a file beyond its state.
pub struct More {
    /// Its pages, its day.
    pub detail: Signal<Option<String>>,
    /// The address of a small picture of it, where it is no picture itself.
    pub picture: Signal<Option<String>>,
    /// What can be done with it.
    pub acts: ViewFn,
}

/// The file with its state.
pub fn evidence_row(app: AppState, file: FileRef, more: Option<More>) -> AnyView {
    let (more_detail, more_picture, acts) =
        more.map_or((Signal::stored(None), Signal::stored(None), ViewFn::default()), |more| (more.detail, more.picture, more.acts));
    let (id, size, sha256, locked) = (file.id, file.size, file.sha256, file.locked);
    let state = move || app.files.read().get(&id).map(|record| record.state);
    let standing = move || {
        let words = app.words();
        match state() {
            Some(FileState::Kept) => (words.file_on_device, Tone::Neutral),
            Some(FileState::Waiting) if under_way(app, id).is_some() => (words.state_sending, Tone::Info),
            Some(FileState::Waiting) => (words.state_waiting, Tone::Info),
            Some(FileState::Sent) => (words.file_sent, Tone::Success),
            Some(_) => (words.state_parked, Tone::Danger),
            None => match upload_driver::is_held(app, &sha256) {
                Some(true) => (words.file_at_server, Tone::Neutral),
                Some(false) => (words.file_not_sent, Tone::Warning),
                None => ("…", Tone::Neutral),
            },
        }
    };
    let detail = Signal::derive(move || {
        let language = app.language.get();
        let mut text = format::bytes(language, size);
        if locked {
            text = format!("{text} · {}", app.words().file_locked);
        }
        if let Some(more) = more_detail.get() {
            text = format!("{text} · {more}");
        }
        text = format!("{text} · SHA-256 {}", sha256.short());
        if state() == Some(FileState::Waiting)
            && let Some(why) = waits_for(app, id)
        {
            text = format!("{text} · {why}");
        }
        Some(text)
    });
    let error = Signal::derive(move || sentences::file_parked(app.language.get(), state()?).map(str::to_owned));
    let progress = ViewFn::from(move || {
        let part = under_way(app, id).filter(|_| state() == Some(FileState::Waiting));
        part.map(|part| {
            let value = u32::try_from(part.sent * 100 / size.max(1)).unwrap_or(100);
            let words = sentences::upload(app.language.get(), part.sent, size, part.seconds);
            view! { <ProgressBar label=app.say(|words| words.state_sending) value=Signal::stored(Some(value)) detail=Signal::stored(Some(words)) /> }
        })
    });
    let name = file.name.clone();
    let again = Callback::new(move |()| {
        spawn_local(async move {
            if let Err(error) = upload_driver::retry(app, id).await {
                app.notify(sentences::store_error(app.language.get_untracked(), &error));
            }
        });
    });
    let opening = RwSignal::new(false);
    let open = Callback::new({
        let file = file.clone();
        move |()| {
            let file = file.clone();
            opening.set(true);
            spawn_local(async move {
                save(app, file).await;
                let _ = opening.try_set(false);
            });
        }
    });
    // Seen before it is pressed: bytes that lie at the server alone need a way to it.
    let away = Signal::derive(move || {
        let offline = || matches!(app.sync.get().trouble, Some(Trouble::Offline | Trouble::Unreachable));
        let at_server = state().is_none() && upload_driver::is_held(app, &sha256) == Some(true);
        (at_server && offline()).then(|| app.words().file_needs_network.to_owned())
    });
    let own = if untrack(state).is_some() { preview(app, &file) } else { Signal::stored(None) };
    let picture = Signal::derive(move || own.get().or_else(|| more_picture.get()));
    view! {
        <FileRow
            name=file.name.clone()
            detail
            status=Signal::derive(move || Some(standing().0.to_owned()))
            tone=Signal::derive(move || standing().1)
            error
            preview=picture
            broken_label=app.say(|words| words.picture_broken)
            icon=if file.media.is_picture() { IconName::Image } else { IconName::File }
            progress=ViewFn::from(move || live({
                let progress = progress.clone();
                move || progress.run()
            }))
        >
            {live({
                let name = name.clone();
                move || state().is_some_and(FileState::is_parked).then(|| view! {
                    <Button label=app.say(|words| words.try_again) context=Signal::stored(Some(name.clone())) kind=ButtonKind::Quiet icon=IconName::Sync on_press=again />
                })
            })}
            {acts.run()}
            <Button
                label=app.say(|words| words.file_save)
                context=Signal::stored(Some(name))
                kind=ButtonKind::Quiet
                icon=IconName::Install
                busy=opening
                disabled_reason=away
                on_press=open
            />
        </FileRow>
    }
    .into_any()
}

/// How far a file has come that is being sent right now.
fn under_way(app: AppState, id: FileId) -> Option<Progress> {
    let view = app.sync.get().uploads;
    let paused = app.files_paused.get();
    view.progress.filter(|part| !paused && part.file == id && view.trouble.is_none() && (view.busy || part.sent > 0))
}

/// What a file waits for; nothing while it is being sent.
fn waits_for(app: AppState, id: FileId) -> Option<&'static str> {
    let words = app.words();
    let sync = app.sync.get();
    let view = sync.uploads;
    if sync.follower {
        Some(words.file_follower)
    } else if view.refused {
        Some(words.file_refused)
    } else if app.files_paused.get() {
        Some(words.file_paused)
    } else if let Some(trouble) = view.trouble.or(sync.trouble) {
        Some(sentences::trouble(app.language.get(), trouble))
    } else {
        under_way(app, id).is_none().then_some(words.file_waits)
    }
}

/// The bytes of a file: from this device, or else from the server, which may keep them here; or why there are none, in words.
///
/// # Errors
/// The words.
pub async fn fetched(app: AppState, reference: &FileRef) -> Result<Vec<Vec<u8>>, String> {
    let words = app.words_untracked();
    if app.files.read_untracked().contains_key(&reference.id) {
        bytes(app, reference).await.map_err(|error| sentences::store_error(app.language.get_untracked(), &error))
    } else if upload_driver::holds(app, &reference.sha256).await {
        upload_driver::fetch(app, reference).await.map_err(|error| {
            match error {
                FetchError::NotNow => words.file_needs_network,
                FetchError::Refused => words.file_not_given,
                FetchError::Damaged => words.file_damaged,
            }
            .to_owned()
        })
    } else {
        Err(words.file_gone.to_owned())
    }
}

/// Hands a file to the browser's downloads.
pub async fn save(app: AppState, reference: FileRef) {
    match fetched(app, &reference).await {
        Ok(parts) if file::download(&reference.name, reference.media.as_str(), &parts) => {}
        Ok(_) => app.notify(app.words_untracked().download_failed.to_owned()),
        Err(told) => app.notify(told),
    }
}
