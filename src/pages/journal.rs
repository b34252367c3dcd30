//! *Jurnal perangkat*: what was taken back or thrown away on this device, and bringing it back.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::kapsul::{kapsul_words, say};
use crate::components::back_link::BackLink;
use crate::components::button::{Button, ButtonKind};
use crate::components::empty_state::EmptyState;
use crate::components::icon::IconName;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::domain::command::Envelope;
use crate::domain::draft::Draft;
use crate::i18n::{format, sentences};
use crate::pages::draft::page_title;
use crate::pages::outbox::act_title;
use crate::routes::Route;
use crate::state::{AppState, drafts, submit};
use crate::store::record::{JournalEntry, JournalEvent, decode};
use crate::store::{LocalStore, StoreError};

/// The page.
#[component]
pub fn JournalPage(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = say(app, |words| words.journal);
    page_title(app, title);
    let read = RwSignal::new(None::<Result<Vec<JournalEntry>, StoreError>>);
    spawn_local(async move {
        let journal = match app.store() {
            Some(store) => store.journal(usize::MAX).await,
            None => Ok(Vec::new()),
        };
        let kept = |entry: &JournalEntry| matches!(entry.event, JournalEvent::Withdrawn { .. } | JournalEvent::Discarded { .. });
        read.set(Some(journal.map(|journal| journal.into_iter().filter(kept).collect())));
    });
    view! {
        <div class="page">
            <BackLink label=app.say(|words| words.nav_outbox) href=Route::Outbox.path() />
            <PageHeader title lead=Signal::derive(move || Some(kapsul_words(app).journal_lead.to_owned())) />
            {live(move || match read.get() {
                None => view! { <p class="muted">{app.words().opening}</p> }.into_any(),
                Some(Err(error)) => view! { <p>{sentences::store_error(app.language.get(), &error)}</p> }.into_any(),
                Some(Ok(entries)) if entries.is_empty() => {
                    view! { <EmptyState text=kapsul_words(app).journal_empty icon=IconName::CheckCircle /> }.into_any()
                }
                Some(Ok(entries)) => view! { <ul class="row-list">{entries.into_iter().map(|entry| row(app, entry)).collect_view()}</ul> }.into_any(),
            })}
        </div>
    }
}

/// What can be brought back: the draft as it was, or the draft that the command was.
enum Kept {
    Draft(Draft),
    Command(Envelope),
}

fn row(app: AppState, journal: JournalEntry) -> AnyView {
    let words = kapsul_words(app);
    let (what, reason, kept) = match journal.event {
        JournalEvent::Discarded { draft } => (words.was_discarded, None, decode(&draft).map(Kept::Draft).ok()),
        JournalEvent::Withdrawn { envelope, reason } => {
            let what = if reason.is_some() { words.was_withdrawn } else { words.was_corrected };
            (what, reason, decode(&envelope).map(Kept::Command).ok())
        }
        _ => return ().into_any(),
    };
    let title = match &kept {
        Some(Kept::Draft(draft)) => act_title(app, &draft.rules, &draft.act, &draft.answers),
        Some(Kept::Command(envelope)) => act_title(app, &envelope.rules, &envelope.payload.act, &envelope.payload.answers),
        None => words.no_longer_read.to_owned(),
    };
    // A draft comes back under its own id, and once.
    let is_here = match &kept {
        Some(Kept::Draft(draft)) => app.drafts.read().iter().any(|known| known.id == draft.id),
        _ => false,
    };
    let at = format::instant(app.language.get(), journal.at, app.zone());
    let kept = StoredValue::new_local(kept);
    let bring_back = Callback::new(move |()| {
        let draft = kept.try_update_value(|kept| match kept {
            Some(Kept::Draft(draft)) => Some(Draft { corrects: None, capture: None, ..draft.clone() }),
            Some(Kept::Command(envelope)) => Some(submit::draft_from(envelope.clone())),
            None => None,
        });
        let Some(draft) = draft.flatten() else { return };
        spawn_local(async move {
            let id = draft.id;
            match drafts::keep(app, draft).await {
                Ok(()) => app.navigation.go(&Route::Draft(id)),
                Err(error) => app.notify(sentences::store_error(app.language.get_untracked(), &error)),
            }
        });
    });
    let can = kept.with_value(Option::is_some) && !is_here;
    view! {
        <li class="row">
            <div class="row__body">
                <p class="row__title">{title}</p>
                <p class="row__line">{what} " · " {at}</p>
                {reason.map(|reason| view! { <p class="row__line">{app.words().withdraw_reason} ": " {reason}</p> })}
            </div>
            <div class="row__side">
                {can.then(|| view! { <Button label=say(app, |words| words.bring_back) kind=ButtonKind::Secondary icon=IconName::Edit on_press=bring_back /> })}
                {is_here.then(|| view! { <span class="muted">{words.is_here}</span> })}
            </div>
        </li>
    }
    .into_any()
}
