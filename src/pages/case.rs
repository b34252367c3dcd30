//! One case: where it stands, what is due and what can be done; the head that every page of a case has. The other parts are in
//! `case_parts`.

use crate::components::live::{Entry, each, entry, live};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::back_link::BackLink;
use crate::components::banner::Banner;
use crate::components::button::{Button, ButtonKind};
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
use crate::domain::case::{Act, Case, Effect, fold};
use crate::domain::decide::{Context, Reason};
use crate::domain::docket::moves;
use crate::domain::draft::Draft;
use crate::domain::facts::{Facts, deadlines_in};
use crate::domain::id::CaseId;
use crate::domain::offers::{Bar, Offer, RANKS, Standing, Unblock, next, offers, rank};
use crate::domain::rule_set::{Guard, RuleSet};
use crate::domain::stream::{Stream, work};
use crate::i18n::{format, sentences};
use crate::pages::cases::{due_words, list_query};
use crate::pages::draft::page_title;
use crate::pages::due_dates::deadline_card;
use crate::pages::not_found::NotFoundBody;
use crate::pages::terms::Terms;
use crate::platform::timer::painted;
use crate::routes::{CasePart, Route};
use crate::rules::{self, Pinned};
use crate::state::{AppState, docket};

/// The page.
#[component]
pub fn CasePage(
    /// The app.
    app: AppState,
    /// The case.
    id: CaseId,
) -> impl IntoView {
    // How many of its acts are looked at; none for all.
    let seen = RwSignal::new(None::<usize>);
    let case = Memo::new(move |_| match seen.get() {
        None => app.case(id),
        Some(count) => app.case(id).map(|_| app.with_acts(id, |acts| fold(id, acts.iter().copied().take(count)))),
    });
    let kind = Memo::new(move |_| case.with(|case| case.as_ref().map(|case| Stream::of(case.rules.as_ref()))));
    live(move || match kind.get() {
        None => view! { <div class="page"><NotFoundBody app /></div> }.into_any(),
        Some(Stream::Case) => view! { <CaseBody app id case seen /> }.into_any(),
        Some(other) => {
            // Wherever a stream is told by its id alone, it leads here and from here to where it is shown.
            app.navigation.replace(&Route::of_stream(other, id));
            ().into_any()
        }
    })
}

/// The rules of a case; `None` where this version does not have them.
pub fn rules_of(app: AppState, case: &Case) -> Option<&'static Pinned<RuleSet>> {
    let book = app.book();
    case.rules.as_ref().and_then(|pin| book.set(pin))
}

/// Drawn once. An act that arrives draws again only what it changes, so that nobody who reads loses place, focus or what is open.
#[component]
fn CaseBody(app: AppState, id: CaseId, case: Memo<Option<Case>>, seen: RwSignal<Option<usize>>) -> impl IntoView {
    let back_then = Memo::new(move |_| seen.get().is_some());
    page_title(app, Signal::derive(move || case.with(|case| case.as_ref().map(Case::name).unwrap_or_default())));
    let set = case.with_untracked(|case| case.as_ref().and_then(|case| rules_of(app, case))).map(|pinned| &pinned.value);
    let offers = Memo::new(move |_| case.with(|case| offered(app, case.as_ref()?)));
    // The head says at once which case it is; the rest comes right behind its picture.
    let is_whole = RwSignal::new(false);
    spawn_local(async move {
        painted(REST_MS).await;
        let _ = is_whole.try_set(true);
    });
    view! {
        <div class="page">
            <CaseHead app id case offers part=None back_then />
            {set.is_none().then(|| view! {
                <Banner title=app.say(|words| words.rules_unknown) tone=Tone::Warning><p>{app.say(|words| words.rules_unknown_help)}</p></Banner>
            })}
            {live(move || is_whole.get().then(|| rest(app, id, case, offers, seen, set)))}
        </div>
    }
}

/// What stands below the head.
fn rest(
    app: AppState,
    id: CaseId,
    case: Memo<Option<Case>>,
    offers: Memo<Option<Vec<Offer>>>,
    seen: RwSignal<Option<usize>>,
    set: Option<&'static RuleSet>,
) -> AnyView {
    let back_then = Memo::new(move |_| seen.get().is_some());
    let terms = Signal::derive(move || case.with(|case| case.as_ref().map(|case| terms_of(app, case, offers)).unwrap_or_default()));
    view! {
        <Terms app text=terms />
        <LookBack app id seen />
        {live(move || case.with(|case| deadlines(app, case.as_ref()?)))}
        {live(move || (!back_then.get()).then(|| view! { <ActsToDo app case offers /> }))}
        {live(move || case.with(|case| Some(way(app, case.as_ref()?))))}
        {live(move || case.with(|case| case.as_ref().map(|case| standing(app, case))))}
        <section class="section">
            <h2 class="section__title">{app.say(|words| words.newest_acts)}</h2>
            <Timeline label=app.say(|words| words.timeline)>
                {each(move || newest(app, id).into_iter().map(|act| {
                    let (language, zone) = (app.language.get().tag(), app.zone_of(Some(&act.office)).abbreviation());
                    let key = format!("{} {} {language} {zone}", act.command_id, act.recorded_at.is_some());
                    entry(key, move || newest_act(app, set, act.clone()))
                }).collect())}
            </Timeline>
            <p><a href=Route::Part(id, CasePart::Timeline).path()>{app.say(|words| words.whole_timeline)}</a></p>
        </section>
    }
    .into_any()
}

/// How long after the head the rest comes at the latest, in milliseconds.
const REST_MS: i32 = 300;

/// Acts that the first page shows.
const NEWEST: usize = 3;

fn newest(app: AppState, id: CaseId) -> Vec<Act> {
    app.with_acts(id, |acts| acts.iter().rev().take(NEWEST).map(|&act| act.clone()).collect())
}

fn newest_act(app: AppState, set: Option<&'static RuleSet>, act: Act) -> impl IntoView {
    let language = app.language.get();
    let when = format::instant(language, act.happened_at, app.zone_of(Some(&act.office)));
    let title = sentences::act(language, set, &act.act);
    // The detail hangs on the list by its own name.
    let unknown =
        act.effects.iter().any(|effect| matches!(effect, Effect::NotKnown(_))).then(|| view! { <p>{app.words().effect_unknown}</p> });
    view! { <TimelineItem title when who=who(app, &act) icon=IconName::Note pending=act.recorded_at.is_none()>{unknown}</TimelineItem> }
}

/// Who did it, and whether the server holds it.
pub fn who(app: AppState, act: &Act) -> String {
    let words = app.words();
    format!("{} · {}", act.by.name, if act.recorded_at.is_some() { words.at_server } else { words.not_at_server })
}

/// What every page of a case begins with: where one is, the case in a few words, its next act, and the way to its other parts.
#[component]
pub fn CaseHead(
    /// The app.
    app: AppState,
    /// The case.
    id: CaseId,
    /// The case as it is shown.
    case: Memo<Option<Case>>,
    /// Its acts as [`offered`] has them.
    offers: Memo<Option<Vec<Offer>>>,
    /// Which page of it this is; none for the first.
    part: Option<CasePart>,
    /// It is shown as it stood once: then there is no next act.
    #[prop(optional, into)]
    back_then: Signal<bool>,
) -> impl IntoView {
    let told = move |part: fn(AppState, &Case) -> String| {
        Signal::derive(move || case.with(|case| case.as_ref().map(|case| part(app, case)).unwrap_or_default()))
    };
    let (name, caption) = (told(title), told(caption));
    let title = Signal::derive(move || part.map_or_else(|| name.get(), |part| part_name(app, part).to_owned()));
    let caption = Signal::derive(move || Some(if part.is_some() { name.get() } else { caption.get() }));
    // Until a line is there for what the case is now, it tells of where the case stood.
    let of_line = move || {
        // Lines of what is at hand are made at once: what came a moment later would move the page from under a finger that is just pressing.
        let _ = docket::lines(app);
        let line = docket::line(app, id).filter(|_| !back_then.get())?;
        let is_told = case.with(|case| case.as_ref().is_some_and(|case| case.state == line.state));
        line.next_due().filter(|_| is_told).map(|due| due_words(app, &line, due))
    };
    let facts = ViewFn::from(move || {
        view! {
            {live(of_line)}
            {live(move || case.with(|case| case.as_ref().map(|case| facts(app, case))))}
            {part.is_none().then(|| live(move || responsible(app, id)))}
        }
    });
    // Drawn anew only when it says something else: what comes from the server must not take it from under a finger.
    let next = Memo::new(move |_| if back_then.get() { None } else { case.with(|case| next_step(app, case.as_ref()?, offers)) });
    // Beside the list, its choice goes along.
    let query = Memo::new(move |_| list_query(app));
    let to = move |route: Route| move || query.with(|query| format!("{}{query}", route.path()));
    let link = move |at: Option<CasePart>| {
        let href = to(at.map_or(Route::Case(id), |part| Route::Part(id, part)));
        let label = move || at.map_or(app.words().case_summary, |part| part_name(app, part));
        view! { <li><a class="case-nav__link" href=href aria-current=(at == part).then_some("page")>{live(label)}</a></li> }
    };
    view! {
        {match part {
            None => view! { <BackLink label=app.say(|words| words.nav_cases) href=Signal::derive(to(Route::Cases)) /> },
            Some(_) => view! { <BackLink label=app.say(|words| words.to_case) href=Signal::derive(to(Route::Case(id))) /> },
        }}
        <PageHeader title caption />
        {incomplete(app, Some(id))}
        <IdentityBar
            label=app.say(|words| words.case_at_a_glance)
            number=told(|app, case| format::list(app.language.get(), &case.petitioners().iter().map(|&name| name.to_owned()).collect::<Vec<_>>()))
            parties=told(|app, case| format!("{} {}", app.words().against, case.form("petition").text("respondent_name")))
            facts
        >
            // A phone shows what a part is about, not the same head again.
            <div class="cluster" class:wide-only=part.is_some()>
                {live(move || next.get().map(|(label, href)| view! { <LinkButton label href /> }))}
                {part.is_none().then(|| view! {
                    <LinkButton label=app.say(|words| words.open_receipt) href=Route::Receipt(id).path() kind=ButtonKind::Secondary icon=IconName::Print />
                })}
            </div>
        </IdentityBar>
        <nav class="case-nav" aria-label=app.say(|words| words.parts_of_case)>
            <ul class="case-nav__list">{link(None)} {CasePart::ALL.map(|(part, _)| link(Some(part))).collect_view()}</ul>
        </nav>
    }
}

/// That acts are missing, of one case or of any: which ones, what is safe, and what can be done.
pub fn incomplete(app: AppState, only: Option<CaseId>) -> impl IntoView {
    let told = Memo::new(move |_| {
        let aside = app.aside.read();
        let told = aside.values().filter(|aside| aside.is_told() && only.is_none_or(|only| only == aside.case));
        told.map(|aside| (aside.case, aside.missing())).collect::<Vec<_>>()
    });
    let line = move |(case, missing): &(CaseId, Vec<(u32, u32)>)| {
        let name = only.is_none().then(|| view! { <a href=Route::Case(*case).path()>{docket::name(app, *case)}</a> ": " });
        view! { <p>{name} {sentences::missing(app.language.get(), missing)}</p> }
    };
    live(move || {
        let lines = told.with(|told| told.iter().map(line).collect_view());
        (!lines.is_empty()).then(|| {
            view! {
                <Banner title=app.words().incomplete tone=Tone::Warning>
                    {lines}
                    <p>{app.words().incomplete_help}</p>
                </Banner>
            }
        })
    })
}

/// What a part of a case is called.
pub fn part_name(app: AppState, part: CasePart) -> &'static str {
    let words = app.words();
    match part {
        CasePart::Parties => words.case_parties,
        CasePart::Documents => words.case_documents,
        CasePart::Sessions => words.case_sessions,
        CasePart::Timeline => words.timeline,
        CasePart::Decision => words.case_decision,
    }
}

/// The file as it stood after any of its acts: what the page says of the case goes back with it; papers and timeline stay whole, so that
/// one sees what came later.
#[component]
fn LookBack(app: AppState, id: CaseId, seen: RwSignal<Option<usize>>) -> impl IntoView {
    let count = Memo::new(move |_| app.with_acts(id, |acts| acts.len()));
    let at = Signal::derive(move || seen.get().unwrap_or_else(|| count.get()));
    let told = Signal::derive(move || {
        app.with_acts(id, |acts| {
            let act = acts.get(at.get().saturating_sub(1))?;
            let set = app.book().set(&act.rules).map(|pinned| &pinned.value);
            let language = app.language.get();
            Some(format!(
                "{} {}/{}: {}, {}",
                app.words().act_number,
                at.get(),
                count.get(),
                sentences::act(language, set, &act.act),
                format::instant(language, act.happened_at, app.zone_of(Some(&act.office)))
            ))
        })
    });
    let turn = move |event: web_sys::Event| {
        let chosen = event_target_value(&event).parse().unwrap_or(usize::MAX);
        seen.set((chosen < count.get_untracked()).then_some(chosen.max(1)));
    };
    live(move || {
        (count.get() > 1).then(|| {
            view! {
                <Details summary=app.say(|words| words.look_back) open=seen.get_untracked().is_some()>
                    <label class="look-back" for="look-back">
                        <span role="status">{told}</span>
                        <input
                            id="look-back"
                            type="range"
                            min="1"
                            max=count.get_untracked().to_string()
                            prop:value=move || at.get().to_string()
                            aria-valuetext=move || told.get()
                            on:input=turn
                        />
                    </label>
                </Details>
                {live(move || seen.get().map(|_| view! {
                    <Banner
                        title=app.say(|words| words.looking_back)
                        tone=Tone::Info
                        actions=ViewFn::from(move || view! { <Button label=app.say(|words| words.back_to_now) kind=ButtonKind::Secondary on_press=Callback::new(move |()| seen.set(None)) /> })
                    >
                        <p>{told}</p>
                    </Banner>
                }))}
            }
        })
    })
}

/// The way of the case through the procedure: where it has been and when, where it is, and what lies ahead if it goes on.
fn way(app: AppState, case: &Case) -> Option<AnyView> {
    let set = rules_of(app, case).map(|pinned| &pinned.value)?;
    let (language, zone) = (app.language.get(), app.zone_of(case.office.as_ref()));
    let moves = app.with_acts(case.id, |acts| moves(acts.iter().copied().take(case.history.len()), None));
    let been = |state: &str| moves.iter().find(|entered| entered.state == state).map(|entered| entered.at);
    let steps: Vec<_> = set
        .way(&case.state, &|state| been(state).is_some())
        .into_iter()
        .map(|state| {
            let rule = set.state.get(state);
            let label = rule.map_or_else(|| state.to_owned(), |rule| language.text(&rule.label).to_owned());
            let at = been(state);
            let (class, word) = if state == case.state {
                ("way__step way__step--now", app.words().step_now)
            } else if at.is_some() {
                ("way__step way__step--done", app.words().step_done)
            } else {
                ("way__step", app.words().step_ahead)
            };
            view! {
                <li class=class aria-current=(state == case.state).then_some("step")>
                    <span class="way__label">{label}</span>
                    <span class="visually-hidden">", " {word}</span>
                    {at.map(|at| view! { <span class="way__when">{format::date_short(language, at.in_zone(zone).date)}</span> })}
                </li>
            }
        })
        .collect();
    Some(
        view! {
            <section class="section" id="jalan">
                <h2 class="section__title">{app.words().way_of_case}</h2>
                <ol class="way">{steps}</ol>
            </section>
        }
        .into_any(),
    )
}

fn title(app: AppState, case: &Case) -> String {
    match case.register_number() {
        Some(number) => number.unwrap_or(app.words().number_follows).to_owned(),
        None => case.name(),
    }
}

/// The number that the case had before, and what the title is.
fn caption(app: AppState, case: &Case) -> String {
    let words = app.words();
    let (kind, before) = match case.reception_number() {
        Some(number) => (words.reception_number, number.to_owned()),
        None => (words.provisional_code, case.id.provisional_code()),
    };
    match case.register_number() {
        // What stands last belongs to the title below it.
        Some(_) => format!("{kind} {before} · {}", words.register_number),
        None => kind.to_owned(),
    }
}

fn facts(app: AppState, case: &Case) -> AnyView {
    let state = sentences::state(app.language.get(), rules_of(app, case).map(|pinned| &pinned.value), &case.state);
    let unsent = app.with_acts(case.id, |acts| acts.iter().any(|act| act.recorded_at.is_none()));
    view! {
        <Tag label=state tone=Tone::Info />
        {unsent.then(|| view! { <Tag label=app.words().not_at_server tone=Tone::Warning icon=IconName::Outbox /> })}
    }
    .into_any()
}

/// Who is responsible, as a link to where that is changed and to the notes.
fn responsible(app: AppState, id: CaseId) -> AnyView {
    let name = app.case(id.beside()).and_then(|stream| work(&stream).responsible);
    let label = name.map_or_else(|| app.words().nobody_responsible.to_owned(), |(_, name)| format!("{}: {name}", app.words().responsible));
    view! { <Tag label icon=IconName::User /> <a href=Route::Work(id).path()>{app.words().work_on_case}</a> }.into_any()
}

fn deadlines(app: AppState, case: &Case) -> Option<AnyView> {
    let (pinned, calendar, office) = app.tables_of(case)?;
    let running = Facts::of(&pinned.value, &calendar.value, &office, case, app.now.get()).deadlines();
    let ended = pinned.value.is_end(&case.state);
    let cards = running.iter().map(|running| deadline_card(app, &pinned.value, calendar, &office, running, ended, false)).collect_view();
    (!running.is_empty()).then(|| {
        view! {
            <section class="section" id="tenggat">
                <h2 class="section__title">{app.words().deadlines}</h2>
                <div class="stack">{cards}</div>
            </section>
        }
        .into_any()
    })
}

/// Side strands, and what is remarkable about the case: late acts, flags, gaps.
fn standing(app: AppState, case: &Case) -> AnyView {
    let (language, words) = (app.language.get(), app.words());
    let set = rules_of(app, case).map(|pinned| &pinned.value);
    let last_day = |deadline: &str| sentences::last_days(language, case.last_days(deadline));
    view! {
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
                let label = sentences::deadline(language, set, late);
                view! { <li>{label} {last_day(late).map(|date| format!(": {date}"))}</li> }
            }).collect_view();
            view! { <Banner title=words.late_title tone=Tone::Warning><ul>{items}</ul></Banner> }
        })}
        {(!case.flags.is_empty()).then(|| {
            let acts = app.case_acts(case.id);
            let items = acts.iter().flat_map(|act| act.flags.iter().map(move |flag| (act, flag))).filter_map(|(act, flag)| {
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
    }
    .into_any()
}

/// Asks something of a case as this person may act in it now; `None` where a table is missing.
pub fn judged<T>(app: AppState, case: &Case, ask: impl FnOnce(&Context<'_>, &'static RuleSet) -> T) -> Option<T> {
    let (pinned, calendar, _) = app.tables_of(case)?;
    // As the server will judge it: by the office of whoever acts, which may stand above the case's.
    let me = app.account.get()?;
    Some(ask(&rules::context(pinned, calendar, &me.office, &me.actor(), app.now.get()), &pinned.value))
}

/// What a reader meets on the page: the words of the law in it are explained.
fn terms_of(app: AppState, case: &Case, offers: Memo<Option<Vec<Offer>>>) -> String {
    let (language, set) = (app.language.get(), rules_of(app, case).map(|pinned| &pinned.value));
    let mut text = sentences::state(language, set, &case.state);
    offers.with(|offers| {
        for offer in offers.iter().flatten() {
            text.push_str(" · ");
            text.push_str(&sentences::act(language, set, &offer.act));
        }
    });
    text
}

/// The acts as they stand for this person, now. Each asks for days to be counted: a page asks once, in a memo.
pub fn offered(app: AppState, case: &Case) -> Option<Vec<Offer>> {
    judged(app, case, |context, _| offers(case, context))
}

/// What an act is called on its button, and where it is begun.
pub fn act_link(app: AppState, case: CaseId, rules: &RuleSet, offer: &Offer) -> (String, String) {
    let label = sentences::act(app.language.get(), Some(rules), &offer.act);
    (label, Route::Act(case, offer.act.clone(), offer.strand.clone()).path())
}

/// The one next act, as label and address of the page's primary button.
fn next_step(app: AppState, case: &Case, offers: Memo<Option<Vec<Offer>>>) -> Option<(String, String)> {
    offers.with(|offers| {
        let offers = offers.as_ref()?;
        judged(app, case, |context, rules| next(offers, case, context).map(|offer| act_link(app, case.id, rules, offer)))?
    })
}

/// What an act is called, with the side strand that it moves.
fn offer_name(app: AppState, case: &Case, set: &RuleSet, offer: &Offer) -> String {
    let language = app.language.get();
    let strand = offer.strand.as_ref().and_then(|id| case.strands.get(id)).and_then(|strand| set.strand.get(&strand.kind));
    let prefix = strand.map(|strand| format!("{}: ", language.text(&strand.label))).unwrap_or_default();
    format!("{prefix}{}", sentences::act(language, Some(set), &offer.act))
}

fn ready_rows(app: AppState, case: &Case, offers: &[Offer]) -> Vec<Entry> {
    let Some(set) = rules_of(app, case).map(|pinned| &pinned.value) else { return Vec::new() };
    let row = |offer: &Offer| {
        let title = offer_name(app, case, set, offer);
        let of_act = |draft: &&Draft| draft.case == case.id && draft.act == offer.act && draft.strand == offer.strand;
        let drafts: Vec<(String, String)> =
            app.drafts.read().iter().filter(of_act).map(|draft| (Route::Draft(draft.id).path(), draft.name.clone())).collect();
        let begun = !drafts.is_empty();
        let proposed = offer.proposed;
        let href = Route::Act(case.id, offer.act.clone(), offer.strand.clone()).path();
        entry(format!("{href} {proposed} {drafts:?} {title}"), move || {
            let words = app.words();
            // Of several drafts each has its own way in.
            let each_draft = drafts
                .iter()
                .filter(|_| drafts.len() > 1)
                .zip(1..)
                .map(|((href, name), number)| {
                    let name = if name.is_empty() { format!("{} {number}", words.draft) } else { name.clone() };
                    view! { <a class="row__draft" href=href.clone()>{name}</a> }
                })
                .collect_view();
            view! {
                <li class="row">
                    <div class="row__body"><a class="row__title row__link" href=href.clone()>{title.clone()}</a>{each_draft}</div>
                    <div class="row__side">
                        {proposed.then(|| view! { <Tag label=words.proposed tone=Tone::Warning icon=IconName::Clock /> })}
                        {begun.then(|| view! { <Tag label=words.go_on_draft tone=Tone::Info /> })}
                    </div>
                </li>
            }
        })
    };
    let ready = |place: u8| offers.iter().filter(move |offer| offer.standing == Standing::Ready && rank(offer, case, set) == place);
    (0..RANKS).flat_map(ready).map(row).collect()
}

fn barred_rows(app: AppState, case: &Case, offers: &[Offer]) -> Vec<Entry> {
    let Some(set) = rules_of(app, case).map(|pinned| &pinned.value) else { return Vec::new() };
    let row = |offer: &Offer| {
        let Standing::Barred(bars) = &offer.standing else { return None };
        let title = offer_name(app, case, set, offer);
        let why: Vec<BarText> = bars.iter().map(|bar| bar_text(app, case, set, bar)).collect();
        Some(entry(format!("{title} {why:?}"), move || {
            let why = why.iter().map(|why| bar_view(app, why)).collect_view();
            view! {
                <li class="row">
                    <div class="row__body">
                        <p class="row__title">{title.clone()}</p>
                        <Details summary=app.say(|words| words.why_barred) open=false><ul class="plain-list">{why}</ul></Details>
                    </div>
                </li>
            }
        }))
    };
    offers.iter().filter_map(row).collect()
}

/// What can be done where the case stands, and what cannot yet, each with its "Kenapa?". Rows go by their keys, so that an act
/// that arrives moves neither the focus nor what is open to another one.
#[component]
fn ActsToDo(app: AppState, case: Memo<Option<Case>>, offers: Memo<Option<Vec<Offer>>>) -> impl IntoView {
    let rows = move |rows: fn(AppState, &Case, &[Offer]) -> Vec<Entry>| {
        case.with(|case| offers.with(|offers| Some(rows(app, case.as_ref()?, offers.as_ref()?)))).unwrap_or_default()
    };
    let counts = Memo::new(move |_| {
        offers.with(|offers| {
            let offers = offers.as_ref()?;
            let ready = offers.iter().filter(|offer| offer.standing == Standing::Ready).count();
            Some((ready, offers.len() - ready))
        })
    });
    let known = Memo::new(move |_| counts.with(Option::is_some));
    let nothing = Memo::new(move |_| counts.get().is_some_and(|(ready, _)| ready == 0));
    let barred = Memo::new(move |_| counts.get().map_or(0, |(_, barred)| barred));
    let some_barred = Memo::new(move |_| barred.get() > 0);
    let summary = Signal::derive(move || format!("{} ({})", app.words().barred_acts, barred.get()));
    live(move || {
        known.get().then(|| {
            view! {
                <section class="section" id="tindakan">
                    <h2 class="section__title">{app.say(|words| words.next_acts)}</h2>
                    {live(move || nothing.get().then(|| view! { <p class="muted">{app.words().no_acts}</p> }))}
                    <ul class="row-list">{each(move || rows(ready_rows))}</ul>
                    {live(move || some_barred.get().then(|| view! {
                        <Details summary open=nothing.get_untracked()><ul class="row-list">{each(move || rows(barred_rows))}</ul></Details>
                    }))}
                </section>
            }
        })
    })
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

/// One thing that stands in the way, in words: why, on which basis, and what opens it.
#[derive(Debug)]
struct BarText {
    why: String,
    basis: Option<String>,
    opens: Option<String>,
}

fn bar_text(app: AppState, case: &Case, rules: &'static RuleSet, bar: &Bar) -> BarText {
    let (language, words) = (app.language.get(), app.words());
    let (why, basis) = match &bar.reason {
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
    BarText { why, basis, opens: (!opens.is_empty()).then(|| format::list(language, &opens)) }
}

fn bar_view(app: AppState, bar: &BarText) -> AnyView {
    let words = app.words();
    view! {
        <li>
            <p>{bar.why.clone()}</p>
            {bar.basis.clone().map(|basis| view! { <p class="muted">{words.basis} ": " {basis}</p> })}
            {bar.opens.clone().map(|opens| view! { <p class="muted">{words.opened_by} ": " {opens}</p> })}
        </li>
    }
    .into_any()
}
