//! A file of a case, to be looked at: pictures as they are, PDFs page by page as pictures drawn on this device, also without a network.
//! Nothing in a file is run, followed or shown as a page of its own; what cannot be shown says why and can be saved.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::case_parts::{case_words, say};
use crate::components::back_link::BackLink;
use crate::components::banner::{Announce, Banner};
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::IconName;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::skeleton::Skeleton;
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::components::tone::Tone;
use crate::domain::case::Act;
use crate::domain::evidence::{FileRef, MediaType, files_of, pixels};
use crate::domain::id::{CaseId, FileId};
use crate::i18n::messages::CaseMessages;
use crate::i18n::{format, sentences};
use crate::pages::draft::page_title;
use crate::pages::evidence::{fetched, save};
use crate::pages::file_preview::bytes;
use crate::pages::not_found::NotFoundBody;
use crate::platform::documents::{self, DocumentError, Viewed};
use crate::platform::file::{ObjectUrl, address};
use crate::routes::{CasePart, Route};
use crate::state::{AppState, upload_driver};

/// The most pixels of a picture that is shown: 64 megapixels are 256 MB once decoded.
const PIXEL_LIMIT: u64 = 64_000_000;
/// The largest PDF that is opened here, in bytes.
const PDF_LIMIT: u64 = 60_000_000;
/// Pages that are shown; the worker draws no others.
const SHOWN_PAGES: usize = 50;
/// Steps of enlarging, in percent of the width there is.
const ZOOMS: [u32; 5] = [100, 150, 200, 300, 400];
/// The width in which a page is drawn at the first step, in pixels.
const PAGE_WIDTH: u32 = 1_240;

/// A message as it is asked for.
type Word = fn(&'static CaseMessages) -> &'static str;

/// What is on screen.
#[derive(Clone)]
enum Shown {
    Reading,
    /// The bytes are at the server alone.
    Elsewhere,
    Picture(Rc<ObjectUrl>),
    Pages(Rc<Viewed>),
    Not(Word),
    Failed(String),
}

/// The page.
#[component]
pub fn FilePage(
    /// The app.
    app: AppState,
    /// The case.
    id: CaseId,
    /// The file.
    file: FileId,
) -> impl IntoView {
    let found = Memo::new(move |_| {
        let acts = app.case_acts(id);
        acts.into_iter().find_map(|act| files_of(&act).into_iter().find(|known| known.id == file).map(|known| (known, act)))
    });
    let known = Memo::new(move |_| found.with(Option::is_some));
    live(move || match (known.get(), found.get_untracked()) {
        (true, Some((file, act))) => view! { <FileBody app id file act /> }.into_any(),
        _ => view! { <div class="page"><NotFoundBody app /></div> }.into_any(),
    })
}

#[component]
fn FileBody(app: AppState, id: CaseId, file: FileRef, act: Act) -> impl IntoView {
    let name = file.name.clone();
    page_title(app, Signal::stored(name.clone()));
    let shown = RwSignal::new_local(Shown::Reading);
    let open = Callback::new({
        let file = file.clone();
        move |()| {
            let file = file.clone();
            shown.set(Shown::Reading);
            spawn_local(async move {
                let opened = open(app, &file).await;
                let _ = shown.try_set(opened);
            });
        }
    });
    open.run(());
    let pages = Memo::new(move |_| match shown.get() {
        Shown::Pages(viewed) => Some(viewed.pages),
        _ => None,
    });
    let fetching = RwSignal::new(false);
    let fetch = Callback::new({
        let file = file.clone();
        move |()| {
            let file = file.clone();
            fetching.set(true);
            spawn_local(async move {
                match fetched(app, &file).await {
                    Ok(parts) => drop(shown.try_set(show(&file, parts).await)),
                    Err(told) => app.notify(told),
                }
                let _ = fetching.try_set(false);
            });
        }
    });
    let saving = RwSignal::new(false);
    let save = Callback::new({
        let file = file.clone();
        move |()| {
            let file = file.clone();
            saving.set(true);
            spawn_local(async move {
                save(app, file).await;
                let _ = saving.try_set(false);
            });
        }
    });
    let of_act = act.rules.clone();
    let came_with = Signal::derive(move || {
        let set = app.book().set(&of_act).map(|pinned| &pinned.value);
        let language = app.language.get();
        Some(format!(
            "{}, {}, {}",
            sentences::act(language, set, &act.act),
            format::instant(language, act.happened_at, app.zone_of(Some(&act.office))),
            act.by.name
        ))
    });
    let (size, media, sha256) = (file.size, file.media, file.sha256);
    let label = name.clone();
    view! {
        <div class="page page--wide">
            <BackLink label=app.say(|words| words.case_documents) href=Route::Part(id, CasePart::Documents).path() />
            <PageHeader title=name.clone() caption=came_with />
            <div class="cluster no-print">
                <Button label=app.say(|words| words.file_save) kind=ButtonKind::Secondary icon=IconName::Install busy=saving on_press=save />
            </div>
            {live(move || match shown.get() {
                Shown::Reading => view! { <Skeleton label=say(app, |words| words.opening_file) /> }.into_any(),
                Shown::Elsewhere => view! {
                    <p>{case_words(app).fetch_help} " " {format::bytes(app.language.get(), size)} "."</p>
                    <Button label=say(app, |words| words.fetch) icon=IconName::Sync busy=fetching on_press=fetch />
                }
                .into_any(),
                Shown::Picture(url) => view! { <Picture app url label=label.clone() broken=Callback::new(move |()| shown.set(Shown::Not(|words| words.file_broken))) /> }.into_any(),
                Shown::Pages(viewed) => view! { <Pages app viewed label=label.clone() /> }.into_any(),
                Shown::Not(why) => view! { <Banner title=why(case_words(app)) tone=Tone::Warning announce=Announce::Politely><p>{case_words(app).file_kept}</p></Banner> }.into_any(),
                Shown::Failed(told) => view! { <Banner title=told tone=Tone::Danger announce=Announce::Politely><p>{case_words(app).file_kept}</p></Banner> }.into_any(),
            })}
            <section class="section">
                <h2 class="section__title">{say(app, |words| words.file_facts)}</h2>
                <SummaryList>
                    <SummaryRow name=say(app, |words| words.file_name) value=Some(name) />
                    <SummaryRow name=say(app, |words| words.file_size) value=Signal::derive(move || Some(format::bytes(app.language.get(), size))) />
                    <SummaryRow name=say(app, |words| words.file_kind) value=Some(media.as_str().to_owned()) />
                    {live(move || pages.get().map(|pages| view! { <SummaryRow name=say(app, |words| words.file_pages) value=Some(pages.to_string()) /> }))}
                    <SummaryRow name=say(app, |words| words.came_with) value=came_with />
                    <SummaryRow name=say(app, |words| words.file_sha)><span class="digest">{sha256.to_string()}</span></SummaryRow>
                </SummaryList>
            </section>
        </div>
    }
}

/// Reads the bytes from this device and makes of them what can be shown.
async fn open(app: AppState, file: &FileRef) -> Shown {
    if !app.files.read_untracked().contains_key(&file.id) {
        return if upload_driver::holds(app, &file.sha256).await {
            Shown::Elsewhere
        } else {
            Shown::Failed(app.words_untracked().file_gone.to_owned())
        };
    }
    match bytes(app, file).await {
        Ok(parts) => show(file, parts).await,
        Err(error) => Shown::Failed(sentences::store_error(app.language.get_untracked(), &error)),
    }
}

async fn show(file: &FileRef, parts: Vec<Vec<u8>>) -> Shown {
    match file.media {
        MediaType::Pdf if file.size > PDF_LIMIT => Shown::Not(|words| words.file_slow),
        MediaType::Pdf => match documents::view(&parts).await {
            Ok(viewed) => Shown::Pages(Rc::new(viewed)),
            Err(error) => Shown::Not(why(error)),
        },
        media if media.is_picture() => {
            if parts.first().and_then(|head| pixels(head)).is_some_and(|pixels| pixels > PIXEL_LIMIT) {
                return Shown::Not(|words| words.file_too_large);
            }
            address(&parts, media.as_str()).map_or(Shown::Not(|words| words.file_broken), |url| Shown::Picture(Rc::new(url)))
        }
        _ => Shown::Not(|words| words.no_picture),
    }
}

fn why(error: DocumentError) -> Word {
    match error {
        DocumentError::NotHere => |words| words.viewer_missing,
        DocumentError::TooSlow => |words| words.file_slow,
        DocumentError::Locked => |words| words.file_locked,
        DocumentError::Failed => |words| words.file_broken,
    }
}

/// The buttons that enlarge, and how far.
#[component]
fn Zoom(app: AppState, step: RwSignal<usize>) -> impl IntoView {
    let at_most = ZOOMS.len() - 1;
    view! {
        <Button label=say(app, |words| words.zoom_out) kind=ButtonKind::Quiet on_press=Callback::new(move |()| step.update(|step| *step = step.saturating_sub(1))) />
        <span role="status" class="viewer__zoom">{live(move || format!("{} %", ZOOMS[step.get().min(at_most)]))}</span>
        <Button label=say(app, |words| words.zoom_in) kind=ButtonKind::Quiet on_press=Callback::new(move |()| step.update(|step| *step = (*step + 1).min(at_most))) />
    }
}

#[component]
fn Picture(app: AppState, url: Rc<ObjectUrl>, label: String, broken: Callback<()>) -> impl IntoView {
    let step = RwSignal::new(0);
    let source = url.as_str().to_owned();
    let region = label.clone();
    // The address lives as long as what shows it.
    let _held = StoredValue::new_local(url);
    view! {
        <div class="viewer">
            <div class="viewer__bar no-print"><Zoom app step /></div>
            <div class="viewer__ground" tabindex="0" role="region" aria-label=region data-zoom=move || step.get().to_string()>
                <img class="viewer__picture" src=source alt=label on:error=move |_| broken.run(()) />
            </div>
        </div>
    }
}

#[component]
fn Pages(app: AppState, viewed: Rc<Viewed>, label: String) -> impl IntoView {
    let count = viewed.pages;
    let most = count.min(SHOWN_PAGES);
    let (page, step) = (RwSignal::new(0_usize), RwSignal::new(0_usize));
    let drawn = RwSignal::new_local(None::<Result<Rc<ObjectUrl>, DocumentError>>);
    let told: [(bool, Word); 3] = [
        (viewed.scripts, |words| words.carries_scripts),
        (viewed.launches, |words| words.carries_launches),
        (viewed.files, |words| words.carries_files),
    ];
    let carried: Vec<Word> = told.into_iter().filter_map(|(is_there, word)| is_there.then_some(word)).collect();
    // A page that was turned over before it was drawn is not shown.
    let wanted = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let (page, width) = (page.get(), PAGE_WIDTH * ZOOMS[step.get()].min(200) / 100);
        let viewed = Rc::clone(&viewed);
        wanted.update_value(|wanted| *wanted += 1);
        let this = wanted.get_value();
        spawn_local(async move {
            let picture = viewed.picture(page, width).await;
            if wanted.try_get_value() == Some(this) {
                let _ = drawn.try_set(Some(picture.map(Rc::new)));
            }
        });
    });
    let turn = move |by: isize| {
        let to = page.get_untracked().saturating_add_signed(by).min(most.saturating_sub(1));
        if to != page.get_untracked() {
            page.set(to);
        }
    };
    let words_of_page = Signal::derive(move || {
        let words = case_words(app);
        format!("{} {} {} {count}", words.page, page.get() + 1, words.page_of)
    });
    let has_carried = !carried.is_empty();
    let region = label.clone();
    view! {
        {live(move || has_carried.then(|| {
            let words = case_words(app);
            let items = carried.iter().map(|word| view! { <li>{word(words)}</li> }).collect_view();
            view! { <Banner title=words.carries tone=Tone::Warning><ul>{items}</ul><p>{words.carries_help}</p></Banner> }
        }))}
        <div class="viewer">
            <div class="viewer__bar no-print">
                {(most > 1).then(|| view! {
                    <Button label=say(app, |words| words.previous_page) icon=IconName::Back kind=ButtonKind::Quiet on_press=Callback::new(move |()| turn(-1)) />
                })}
                <span role="status">{words_of_page}</span>
                {(most > 1).then(|| view! {
                    <Button label=say(app, |words| words.next_page) icon=IconName::Next kind=ButtonKind::Quiet on_press=Callback::new(move |()| turn(1)) />
                })}
                <Zoom app step />
            </div>
            <div
                class="viewer__ground"
                tabindex="0"
                role="region"
                aria-label=region
                data-zoom=move || step.get().to_string()
                on:keydown=move |event| match event.key().as_str() {
                    "PageDown" | "ArrowRight" if step.get_untracked() == 0 => { event.prevent_default(); turn(1) }
                    "PageUp" | "ArrowLeft" if step.get_untracked() == 0 => { event.prevent_default(); turn(-1) }
                    _ => {}
                }
            >
                {live(move || match drawn.get() {
                    None => view! { <Skeleton label=say(app, |words| words.opening_file) /> }.into_any(),
                    Some(Err(error)) => view! { <p>{why(error)(case_words(app))}</p> }.into_any(),
                    Some(Ok(url)) => view! { <img class="viewer__page" src=url.as_str().to_owned() alt=format!("{label}, {}", words_of_page.get_untracked()) /> }.into_any(),
                })}
            </div>
        </div>
        {(count > most).then(|| view! { <p class="muted">{say(app, |words| words.first_pages)}</p> })}
    }
}
