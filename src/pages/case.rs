//! One case: where it stands, what is due, what was handed in, and who did what when.

use crate::components::live::live;
use leptos::prelude::*;

use crate::components::back_link::BackLink;
use crate::components::banner::Banner;
use crate::components::button::ButtonKind;
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
use crate::domain::calendar::Calendar;
use crate::domain::case::{Act, Case, Effect};
use crate::domain::command::Receipt;
use crate::domain::decide::Reason;
use crate::domain::facts::{Facts, deadlines_in};
use crate::domain::id::CaseId;
use crate::domain::offers::{Bar, Offer, Standing, Unblock, next, offers};
use crate::domain::office::Office;
use crate::domain::rule_set::{Guard, RuleSet};
use crate::i18n::{format, sentences};
use crate::pages::draft::page_title;
use crate::pages::due_dates::deadline_card;
use crate::pages::not_found::NotFoundBody;
use crate::pages::papers::PaperList;
use crate::pages::petition_summary::SectionSummary;
use crate::routes::Route;
use crate::rules::{self, Pinned};
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
    let calendar = acts.last().and_then(|(act, _)| rules::calendar(&act.calendar));
    let petition = case.form("petition").clone();
    let reception = case.reception_number().map(str::to_owned);
    let numbered = reception.is_some();
    let number = reception.unwrap_or_else(|| id.provisional_code());
    let register = case.register_number().map(|number| number.unwrap_or(words.number_follows).to_owned());
    let unsent = acts.iter().any(|(act, _)| act.recorded_at.is_none());
    let petitioners = format::list(language, &case.petitioners().iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
    let parties = format!("{} {}", words.against, petition.text("respondent_name"));
    let state = sentences::state(language, set, &case.state);
    let office = app.account.get().map(|me| me.office);
    page_title(app, Signal::stored(case.name()));
    let step =
        pinned.zip(calendar).zip(office.clone()).and_then(|((pinned, calendar), office)| next_step(app, &case, pinned, calendar, &office));
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
    let last_day = |deadline: &str| sentences::last_days(language, case.last_days(deadline));
    view! {
        <div class="page">
            <BackLink label=words.nav_cases href=Route::Cases.path() />
            <PageHeader
                title=register.clone().unwrap_or_else(|| number.clone())
                caption=Signal::stored(Some(match (&register, numbered) {
                    (Some(_), _) => format!("{} · {number}", words.register_number),
                    (None, true) => words.reception_number.to_owned(),
                    (None, false) => words.provisional_code.to_owned(),
                }))
            />
            <IdentityBar label=words.case_at_a_glance number=petitioners parties facts>
                <div class="cluster">
                    {step}
                    <LinkButton label=words.open_receipt href=Route::Receipt(id).path() kind=ButtonKind::Secondary icon=IconName::Print />
                </div>
            </IdentityBar>
            {pinned.is_none().then(|| view! {
                <Banner title=words.rules_unknown tone=Tone::Warning><p>{words.rules_unknown_help}</p></Banner>
            })}
            {pinned.zip(calendar).zip(office.clone()).map(|((pinned, calendar), office)| acts_to_do(app, &case, pinned, calendar, &office))}
            {set.zip(calendar).zip(office).map(|((set, calendar), office)| {
                let running = Facts::of(set, &calendar.value, &office, &case, app.now.get()).deadlines();
                let cards = running.iter().map(|running| deadline_card(app, set, calendar, &office, running, false)).collect_view();
                (!running.is_empty()).then(|| view! {
                    <section class="section">
                        <h2 class="section__title">{words.deadlines}</h2>
                        <div class="stack">{cards}</div>
                    </section>
                })
            })}
            <PaperList app id />
            {(!case.strands.is_empty()).then(|| {
                let rows = case.strands.values().map(|strand| {
                    let kind = set.and_then(|set| set.strand.get(&strand.kind)).map_or_else(|| strand.kind.clone(), |kind| language.text(&kind.label).to_owned());
                    view! { <SummaryRow name=kind value=Some(sentences::state(language, set, &strand.state)) /> }
                }).collect_view();
                view! {
                    <section class="section">
                        <h2 class="section__title">{words.side_strands}</h2>
                        <SummaryList>{rows}</SummaryList>
                    </section>
                }
            })}
            {(!case.late.is_empty()).then(|| {
                let items = case.late.iter().map(|late| {
                    let label = set.and_then(|set| set.deadline.get(late)).map_or_else(|| late.clone(), |rule| language.text(&rule.label).to_owned());
                    view! { <li>{label} {last_day(late).map(|date| format!(": {date}"))}</li> }
                }).collect_view();
                view! { <Banner title=words.late_title tone=Tone::Warning><ul>{items}</ul></Banner> }
            })}
            {(!case.flags.is_empty()).then(|| {
                let items = acts.iter().flat_map(|(act, _)| act.flags.iter().map(move |flag| (act, flag))).filter_map(|(act, flag)| {
                    let guard = set?.guard.get(flag)?;
                    let reason = act.rulings.get(flag).map(|ruling| ruling.reason.clone());
                    let text = sentences::guard(language, guard, last_day);
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

/// The one next act, as the page's primary button.
fn next_step(
    app: AppState,
    case: &Case,
    pinned: &'static Pinned<RuleSet>,
    calendar: &'static Pinned<Calendar>,
    office: &Office,
) -> Option<AnyView> {
    let actor = app.account.get()?.actor();
    let context = rules::context(pinned, calendar, office, &actor, app.now.get());
    let offers = offers(case, &context);
    let offer = next(&offers, case, &context)?;
    let label = sentences::act(app.language.get(), Some(&pinned.value), &offer.act);
    let href = Route::Act(case.id, offer.act.clone(), offer.strand.clone()).path();
    Some(view! { <LinkButton label href /> }.into_any())
}

/// What can be done where the case stands, and what cannot yet, each with its "Kenapa?".
fn acts_to_do(
    app: AppState,
    case: &Case,
    pinned: &'static Pinned<RuleSet>,
    calendar: &'static Pinned<Calendar>,
    office: &Office,
) -> Option<AnyView> {
    let me = app.account.get()?;
    let actor = me.actor();
    let (language, words) = (app.language.get(), app.words());
    let now = app.now.get();
    let set = &pinned.value;
    let context = rules::context(pinned, calendar, office, &actor, now);
    let (ready, barred): (Vec<Offer>, Vec<Offer>) = offers(case, &context).into_iter().partition(|offer| offer.standing == Standing::Ready);
    let id = case.id;
    let name = |offer: &Offer| {
        let rule = set.act.get(&offer.act)?;
        let strand = offer.strand.as_ref().and_then(|id| case.strands.get(id)).and_then(|strand| set.strand.get(&strand.kind));
        let prefix = strand.map(|strand| format!("{}: ", language.text(&strand.label))).unwrap_or_default();
        Some(format!("{prefix}{}", language.text(&rule.label)))
    };
    let rows = ready
        .iter()
        .filter_map(|offer| {
            let title = name(offer)?;
            let href = Route::Act(id, offer.act.clone(), offer.strand.clone()).path();
            let begun = app.drafts.read().iter().any(|draft| draft.case == id && draft.act == offer.act && draft.strand == offer.strand);
            let proposed = offer.proposed;
            Some(view! {
                <li class="row">
                    <div class="row__body"><a class="row__title row__link" href=href>{title}</a></div>
                    <div class="row__side">
                        {proposed.then(|| view! { <Tag label=words.proposed tone=Tone::Warning icon=IconName::Clock /> })}
                        {begun.then(|| view! { <Tag label=words.go_on_draft tone=Tone::Info /> })}
                    </div>
                </li>
            })
        })
        .collect::<Vec<_>>();
    let nothing = rows.is_empty();
    let bars = barred
        .iter()
        .filter_map(|offer| {
            let Standing::Barred(bars) = &offer.standing else { return None };
            let title = name(offer)?;
            let why = bars.iter().map(|bar| bar_view(app, case, set, bar)).collect_view();
            Some(view! {
                <li class="row">
                    <div class="row__body">
                        <p class="row__title">{title}</p>
                        <Details summary=words.why_barred open=false><ul class="plain-list">{why}</ul></Details>
                    </div>
                </li>
            })
        })
        .collect::<Vec<_>>();
    Some(
        view! {
            <section class="section">
                <h2 class="section__title">{words.next_acts}</h2>
                {nothing.then(|| view! { <p class="muted">{words.no_acts}</p> })}
                <ul class="row-list">{rows}</ul>
                {(!bars.is_empty()).then(|| view! {
                    <Details summary=format!("{} ({})", words.barred_acts, bars.len()) open=nothing><ul class="row-list">{bars}</ul></Details>
                })}
            </section>
        }
        .into_any(),
    )
}

/// Do the readings of a guard's deadline name several last days, and has nobody ruled between them?
fn is_disputed(case: &Case, guard: &Guard) -> bool {
    let mut deadlines = Vec::new();
    deadlines_in(&guard.when, &mut deadlines);
    deadlines.into_iter().any(|deadline| {
        let mut days = case.last_days(deadline);
        let first = days.next();
        !case.readings.contains_key(deadline) && days.any(|day| Some(day) != first)
    })
}

/// One thing that stands in the way: why, on which basis, and what opens it.
fn bar_view(app: AppState, case: &Case, rules: &'static RuleSet, bar: &Bar) -> AnyView {
    let (language, words) = (app.language.get(), app.words());
    let (text, basis) = match &bar.reason {
        Reason::Guard { guard } => {
            let guard = rules.guard.get(guard);
            let text =
                guard.map(|guard| sentences::guard(language, guard, |deadline| sentences::last_days(language, case.last_days(deadline))));
            (text.unwrap_or_default(), guard.map(|guard| sentences::guard_basis(language, guard, is_disputed(case, guard))))
        }
        other => (sentences::reason(language, Some(rules), "", other), None),
    };
    let opens: Vec<String> = bar
        .unblock
        .iter()
        .map(|unblock| match unblock {
            Unblock::Do { act, roles } => {
                let act = sentences::act(language, Some(rules), act);
                let roles: Vec<String> = roles.iter().map(|role| sentences::role(language, *role).to_owned()).collect();
                format!("{act} ({})", format::list(language, &roles))
            }
            Unblock::Wait(day) => format!("{} {}", words.from_day, format::date(language, *day)),
            Unblock::Ask(roles) => {
                format::list(language, &roles.iter().map(|role| sentences::role(language, *role).to_owned()).collect::<Vec<_>>())
            }
        })
        .collect();
    view! {
        <li>
            <p>{text}</p>
            {basis.map(|basis| view! { <p class="muted">{words.basis} ": " {basis}</p> })}
            {(!opens.is_empty()).then(|| view! { <p class="muted">{words.opened_by} ": " {format::list(language, &opens)}</p> })}
        </li>
    }
    .into_any()
}

/// The acts of a case, each with the proof that the server holds it, if this device got it.
fn acts(app: AppState, id: CaseId) -> Vec<(Act, Option<Receipt>)> {
    let receipts = app.receipts.read();
    app.case_acts(id)
        .into_iter()
        .map(|act| {
            let receipt = receipts.get(&act.command_id).cloned();
            (act, receipt)
        })
        .collect()
}

fn act_item(app: AppState, set: Option<&'static RuleSet>, act: Act, receipt: Option<Receipt>) -> impl IntoView {
    let language = app.language.get();
    let words = app.words();
    let zone = app.zone();
    let rule = set.and_then(|set| set.act.get(&act.act));
    let title = sentences::act(language, set, &act.act);
    let who = format!(
        "{} · {}",
        act.by.name,
        match act.recorded_at {
            Some(_) => words.at_server,
            None => words.not_at_server,
        }
    );
    let basis = rule.map(|rule| sentences::basis(language, &rule.src, rule.mark));
    // The petition stands above, section by section.
    let recorded_form = act.effects.iter().find_map(|effect| match effect {
        Effect::Set { form, answers } if form != "petition" => Some((form.clone(), answers.clone())),
        _ => None,
    });
    let recorded = act.recorded_at.map(|at| format::instant(language, at, zone));
    let made = format::instant(language, act.made_at.wall, zone);
    view! {
        <TimelineItem title when=format::instant(language, act.happened_at, zone) who icon=IconName::Note pending=act.recorded_at.is_none()>
            {act.effects.iter().any(|effect| matches!(effect, Effect::NotKnown(_))).then(|| view! { <p>{words.effect_unknown}</p> })}
            {set.zip(recorded_form).map(|(set, (form, answers))| {
                let sections = set.form.get(&form).map_or(&[][..], |form| form.groups.as_slice());
                let form: &'static str = set.form.get_key_value(&form).map_or("", |(key, _)| key.as_str());
                let answers = Signal::stored(answers);
                let facts = sections.iter().map(|group| view! { <SectionSummary app rules=set form group answers /> }).collect_view();
                view! { <Details summary=words.recorded_form open=false>{facts}</Details> }
            })}
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
