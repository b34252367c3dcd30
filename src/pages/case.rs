//! One case: where it stands, what is due, what was handed in, and who did what when.

use crate::components::live::live;
use leptos::prelude::*;

use crate::components::back_link::BackLink;
use crate::components::banner::Banner;
use crate::components::details::Details;
use crate::components::icon::IconName;
use crate::components::identity_bar::IdentityBar;
use crate::components::link_button::LinkButton;
use crate::components::page_header::PageHeader;
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::components::tag::Tag;
use crate::components::timeline::{Timeline, TimelineItem};
use crate::components::tone::Tone;
use crate::domain::answers::Place;
use crate::domain::case::{Act, Case};
use crate::domain::command::Receipt;
use crate::domain::id::CaseId;
use crate::i18n::{format, sentences};
use crate::pages::draft::page_title;
use crate::pages::filing_window::FilingWindow;
use crate::pages::not_found::NotFoundBody;
use crate::pages::petition_summary::SectionSummary;
use crate::routes::Route;
use crate::rules;
use crate::state::AppState;

/// The page.
#[component]
pub fn CasePage(
    /// The app.
    app: AppState,
    /// The case.
    id: CaseId,
) -> impl IntoView {
    let case = Memo::new(move |_| app.case(id));
    live(move || match case.get() {
        None => view! { <div class="page"><NotFoundBody app /></div> }.into_any(),
        Some(case) => view! { <CaseBody app case /> }.into_any(),
    })
}

#[component]
fn CaseBody(app: AppState, case: Case) -> impl IntoView {
    let id = case.id;
    let language = app.language.get();
    let words = app.words();
    let pinned = case.rules.as_ref().and_then(rules::set);
    let set = pinned.map(|pinned| &pinned.value);
    let acts = acts(app, id);
    let calendar = acts.first().and_then(|(act, _)| rules::calendar(&act.calendar));
    let petition = case.form("petition").clone();
    let number = case.number_or_code("reception");
    let numbered = case.numbers.get("reception").is_some_and(Option::is_some);
    let unsent = acts.iter().any(|(act, _)| act.recorded_at.is_none());
    let petitioners = format::list(language, &case.petitioners().iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
    let parties = format!("{} {}", words.against, petition.text("respondent_name"));
    let state =
        set.and_then(|set| set.state.get(&case.state)).map_or_else(|| case.state.clone(), |state| language.text(&state.label).to_owned());
    page_title(app, Signal::stored(number.clone()));
    let facts = ViewFn::from({
        let state = state.clone();
        move || {
            view! {
                <Tag label=state.clone() tone=Tone::Info />
                {unsent.then(|| view! { <Tag label=app.words().not_at_server tone=Tone::Warning icon=IconName::Outbox /> })}
            }
        }
    });
    let answers = Signal::stored(petition.clone());
    view! {
        <div class="page">
            <BackLink label=words.nav_cases href=Route::Cases.path() />
            <PageHeader title=number.clone() caption=Signal::stored(Some((if numbered { words.reception_number } else { words.provisional_code }).to_owned())) />
            <IdentityBar label=words.case_at_a_glance number=petitioners parties facts>
                <LinkButton label=words.open_receipt href=Route::Receipt(id).path() icon=IconName::Print />
            </IdentityBar>
            {pinned.is_none().then(|| view! {
                <Banner title=words.rules_unknown tone=Tone::Warning><p>{words.rules_unknown_help}</p></Banner>
            })}
            {set.zip(calendar).map(|(set, calendar)| view! {
                <section class="section">
                    <h2 class="section__title">{words.deadlines}</h2>
                    <FilingWindow app rules=set calendar answers />
                </section>
            })}
            {(!case.flags.is_empty()).then(|| {
                let items = acts.iter().flat_map(|(act, _)| &act.flags).filter_map(|flag| {
                    let guard = set?.guard.get(flag)?;
                    let reason = acts.iter().find_map(|(act, _)| act.rulings.get(flag)).map(|ruling| ruling.reason.clone());
                    let text = sentences::guard(language, guard, |deadline| {
                        case.dues.iter().find(|((key, _), _)| key == deadline).map(|(_, (day, _))| format::date(language, *day))
                    });
                    Some(view! { <li>{text} {reason.map(|reason| view! { <br /> {words.reason_given} ": " {reason} })}</li> })
                }).collect_view();
                view! { <Banner title=words.flags_title tone=Tone::Warning><ul>{items}</ul></Banner> }
            })}
            {(!case.gaps.is_empty()).then(|| {
                let items = case.gaps.iter().filter_map(|place| {
                    let place = Place::parse(place)?;
                    Some(view! { <li>{set.and_then(|set| sentences::field_label(language, set, "petition", &place)).unwrap_or_else(|| place.to_string())}</li> })
                }).collect_view();
                view! {
                    <Details summary=words.gaps_title open=false>
                        <ul>{items}</ul>
                    </Details>
                }
            })}
            {set.map(|set| {
                let sections = set.form.get("petition").map_or(&[][..], |form| form.groups.as_slice());
                sections.iter().map(|group| view! {
                    <section class="section">
                        <h2 class="section__title">{language.text(&group.title).to_owned()}</h2>
                        <SectionSummary app rules=set form="petition" group answers />
                    </section>
                }).collect_view()
            })}
            <section class="section">
                <h2 class="section__title">{words.timeline}</h2>
                <Timeline label=words.timeline>
                    {acts.into_iter().map(|(act, receipt)| act_item(app, set, act, receipt)).collect_view()}
                </Timeline>
            </section>
        </div>
    }
}

/// The acts of a case, each with the proof that the server holds it, if this device got it.
fn acts(app: AppState, id: CaseId) -> Vec<(Act, Option<Receipt>)> {
    let receipts = app.receipts.read();
    let cases = app.cases.read();
    let outbox = app.outbox.read();
    cases
        .get(&id)
        .iter()
        .flat_map(|record| record.acts.clone())
        .chain(outbox.iter().filter(|entry| entry.envelope.case_id == id).map(|entry| entry.act.clone()))
        .map(|act| {
            let receipt = receipts.get(&act.command_id).cloned();
            (act, receipt)
        })
        .collect()
}

fn act_item(app: AppState, set: Option<&'static crate::domain::rule_set::RuleSet>, act: Act, receipt: Option<Receipt>) -> impl IntoView {
    let language = app.language.get();
    let words = app.words();
    let zone = app.zone();
    let rule = set.and_then(|set| set.act.get(&act.act));
    let title = rule.map_or_else(|| act.act.clone(), |rule| language.text(&rule.label).to_owned());
    let who = format!(
        "{} · {}",
        act.by.name,
        match act.recorded_at {
            Some(_) => words.at_server,
            None => words.not_at_server,
        }
    );
    let basis = rule.map(|rule| sentences::basis(language, &rule.src, rule.mark));
    let recorded = act.recorded_at.map(|at| format::instant(language, at, zone));
    let made = format::instant(language, act.made_at.wall, zone);
    view! {
        <TimelineItem title when=format::instant(language, act.happened_at, zone) who icon=IconName::Note pending=act.recorded_at.is_none()>
            <Details summary=words.proof open=false>
                <SummaryList>
                    <SummaryRow name=words.stated_time value=Some(format::instant(language, act.happened_at, zone)) />
                    <SummaryRow name=words.device_time value=Some(made) />
                    <SummaryRow name=words.server_time value=recorded missing=words.not_yet />
                    <SummaryRow name=words.basis value=basis missing=words.not_available />
                    <SummaryRow name=words.command_id value=Some(act.command_id.to_string()) />
                    {receipt.map(|receipt| view! { <SummaryRow name=words.payload_digest value=Some(receipt.payload_sha256.to_string()) /> })}
                    <SummaryRow name=words.rules_used value=Some(format!("{} v{} ({})", act.rules.id, act.rules.version, act.rules.digest.short())) />
                </SummaryList>
            </Details>
        </TimelineItem>
    }
}
