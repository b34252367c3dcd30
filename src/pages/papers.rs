//! The papers of a case: the list of them, each as a sheet, all in one bundle; printing them and saving them as PDF.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::back_link::BackLink;
use crate::components::banner::{Announce, Banner};
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::IconName;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::task_list::{TaskList, TaskRow};
use crate::components::tone::Tone;
use crate::domain::case::fold;
use crate::domain::id::CaseId;
use crate::domain::json;
use crate::i18n::messages::PaperMessages;
use crate::pages::draft::page_title;
use crate::pages::not_found::NotFoundBody;
use crate::pages::paper_sheet::PaperSheet;
use crate::papers::code::code;
use crate::papers::document::Document;
use crate::papers::{PaperRef, Source, papers_of};
use crate::platform::documents::{self, DocumentError};
use crate::platform::file::{self, HandedOver, hand_over};
use crate::platform::{page, realm};
use crate::routes::Route;
use crate::state::AppState;

/// The media type of a paper that is saved.
const PDF: &str = "application/pdf";

/// Which paper of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The receipt.
    Receipt,
    /// The paper at this place of the list.
    One(usize),
    /// All papers in one.
    Bundle,
}

/// A paper as the case has it now; `None` where there is none. Follows the case.
#[must_use]
pub fn paper(app: AppState, id: CaseId, which: Which) -> Option<Document> {
    let acts = app.case_acts(id);
    let case = fold(id, &acts);
    let own = app.account.get()?.office;
    // As the office that has the case says it, whoever prints it.
    let office = case.office.as_ref().and_then(|code| app.office(code)).unwrap_or(own);
    let rules = case.rules.as_ref().and_then(|pin| app.book().set(pin)).map(|pinned| &pinned.value)?;
    let source = Source { case: &case, acts: &acts, rules, office: &office };
    let document = match which {
        Which::Bundle => Some(source.bundle()),
        Which::One(index) => source.paper(index),
        Which::Receipt => papers_of(&case, rules).iter().find(|paper| paper.key == "receipt").map(|paper| source.document(paper)),
    };
    let address = format!("{}{}", page::origin(), Route::Case(id).path());
    // A receipt has one page, and its number in large letters.
    let code = if which == Which::Receipt { None } else { code(&address) };
    Some(Document { watermark: realm::watermark().to_owned(), code, ..document? })
}

/// The page of one paper, or of the bundle.
#[component]
pub fn PaperPage(
    /// The app.
    app: AppState,
    /// The case.
    id: CaseId,
    /// Which of its papers.
    which: Which,
) -> impl IntoView {
    let document = Memo::new(move |_| paper(app, id, which));
    let known = Memo::new(move |_| document.with(Option::is_some));
    live(move || match known.get() {
        false => view! { <div class="page"><NotFoundBody app /></div> }.into_any(),
        true => view! { <PaperBody app id document /> }.into_any(),
    })
}

#[component]
fn PaperBody(app: AppState, id: CaseId, document: Memo<Option<Document>>) -> impl IntoView {
    let told = move |part: fn(&Document) -> String| document.with(|document| document.as_ref().map(part).unwrap_or_default());
    let title = Signal::derive(move || told(|document| document.head.title.clone()));
    let number = Signal::derive(move || Some(told(|document| document.case.clone())));
    page_title(app, title);
    view! {
        <div class="page">
            <div class="no-print stack">
                <BackLink label=app.say(|words| words.to_case) href=Route::Case(id).path() />
                <PageHeader title caption=number />
                <PaperActs app document />
            </div>
            {live(move || document.get().map(|document| view! { <PaperSheet document /> }))}
        </div>
    }
}

/// Printing a paper and saving it as a file, with what went wrong.
#[component]
pub fn PaperActs(
    /// The app.
    app: AppState,
    /// The paper.
    document: Memo<Option<Document>>,
) -> impl IntoView {
    let saving = RwSignal::new(false);
    let problem = RwSignal::new(None::<DocumentError>);
    let save = Callback::new(move |()| {
        let Some(document) = document.get_untracked() else { return };
        saving.set(true);
        problem.set(None);
        spawn_local(async move {
            let failed = save_pdf(app, &document).await.err();
            // The page may have been left meanwhile.
            let _ = saving.try_set(false);
            let _ = problem.try_set(failed);
        });
    });
    view! {
        <div class="action-bar">
            <Button label=paper_say(app, |words| words.print_receipt) icon=IconName::Print on_press=Callback::new(move |()| page::print()) />
            <Button
                label=paper_say(app, |words| words.save_pdf)
                kind=ButtonKind::Secondary
                icon=IconName::File
                busy=saving
                busy_label=Signal::derive(move || Some(paper_words(app).making_pdf.to_owned()))
                on_press=save
            />
        </div>
        {live(move || problem.get().map(|problem| {
            let words = paper_words(app);
            let (title, help) = match problem {
                DocumentError::NotHere => (words.pdf_not_here, words.pdf_not_here_help),
                DocumentError::TooSlow => (words.pdf_too_slow, words.pdf_print_instead),
                DocumentError::Failed | DocumentError::Locked => (words.pdf_failed, words.pdf_print_instead),
            };
            view! { <Banner title tone=Tone::Warning announce=Announce::AtOnce><p>{help}</p></Banner> }
        }))}
    }
}

async fn save_pdf(app: AppState, document: &Document) -> Result<(), DocumentError> {
    let bytes = documents::pdf(&json::write(document)).await?;
    let words = PaperMessages::of(app.language.get_untracked());
    match hand_over(&document.file_name(), PDF, file::blob(&[bytes], PDF)).await {
        HandedOver::Saved => app.notify(words.pdf_saved.to_owned()),
        // Shared, or the officer changed their mind: they saw what happened.
        HandedOver::Shared | HandedOver::Cancelled => {}
        HandedOver::Refused => return Err(DocumentError::Failed),
    }
    Ok(())
}

/// The words of papers and receipts.
pub fn paper_words(app: AppState) -> &'static PaperMessages {
    PaperMessages::of(app.language.get())
}

/// Likewise, as a signal.
pub fn paper_say(app: AppState, message: fn(&'static PaperMessages) -> &'static str) -> Signal<String> {
    Signal::derive(move || message(paper_words(app)).to_owned())
}

/// The papers of a case as links, for the page of the case.
#[component]
pub fn PaperList(
    /// The app.
    app: AppState,
    /// The case.
    id: CaseId,
) -> impl IntoView {
    live(move || {
        let acts = app.case_acts(id);
        let case = fold(id, &acts);
        let rules = case.rules.as_ref().and_then(|pin| app.book().set(pin)).map(|pinned| &pinned.value)?;
        let papers = papers_of(&case, rules);
        let language = app.language.get();
        let row =
            |title: String, route: Route, form: String| view! { <TaskRow title href=route.path() status=form done=true /> }.into_any();
        let mut rows: Vec<AnyView> = papers
            .into_iter()
            .enumerate()
            .map(|(index, PaperRef { title, form, .. })| row(language.text(&title).to_owned(), Route::Paper(id, index), form))
            .collect();
        rows.push(row(paper_words(app).bundle.to_owned(), Route::Bundle(id), String::new()));
        Some(view! {
            <section class="section stack" id="berkas">
                <h2 class="section__title">{paper_words(app).papers_of_case}</h2>
                <TaskList label=paper_words(app).papers_of_case.to_owned()>{rows}</TaskList>
            </section>
        })
    })
}
