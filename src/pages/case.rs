//! One case: where it stands, what is due, what was handed in, and who did what when.

use crate::components::live::{Entry, each, entry, live};
use leptos::prelude::*;

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
use crate::domain::command::Receipt;
use crate::domain::decide::{Context, DIFFERS, Reason};
use crate::domain::docket::{moves, sessions};
use crate::domain::facts::{Facts, deadlines_in};
use crate::domain::id::CaseId;
use crate::domain::offers::{Bar, Offer, RANKS, Standing, Unblock, next, offers, rank};
use crate::domain::rule_set::{Guard, RuleSet};
use crate::domain::stream::{Stream, work};
use crate::i18n::messages::Messages;
use crate::i18n::{format, sentences};
use crate::pages::draft::page_title;
use crate::pages::due_dates::deadline_card;
use crate::pages::not_found::NotFoundBody;
use crate::pages::papers::PaperList;
use crate::pages::petition_summary::SectionSummary;
use crate::pages::terms::Terms;
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
    // How many of its acts are looked at; none for all.
    let seen = RwSignal::new(None::<usize>);
    let case = Memo::new(move |_| match seen.get() {
        None => app.case(id),
        Some(count) => app.case(id).map(|_| fold(id, app.case_acts(id).iter().take(count))),
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

fn rules_of(app: AppState, case: &Case) -> Option<&'static Pinned<RuleSet>> {
    let book = app.book();
    case.rules.as_ref().and_then(|pin| book.set(pin))
}

/// Drawn once. An act that arrives draws again only what it changes, so that nobody who reads loses place, focus or what is open.
#[component]
fn CaseBody(app: AppState, id: CaseId, case: Memo<Option<Case>>, seen: RwSignal<Option<usize>>) -> impl IntoView {
    let back_then = Memo::new(move |_| seen.get().is_some());
    let told = move |part: fn(AppState, &Case) -> String| {
        Signal::derive(move || case.with(|case| case.as_ref().map(|case| part(app, case)).unwrap_or_default()))
    };
    let caption = told(caption);
    page_title(app, told(|_, case| case.name()));
    let facts = ViewFn::from(move || live(move || case.with(|case| case.as_ref().map(|case| facts(app, case)))));
    let answers = Memo::new(move |_| case.with(|case| case.as_ref().map(|case| case.form("petition").clone()).unwrap_or_default()));
    let set = case.with_untracked(|case| case.as_ref().and_then(|case| rules_of(app, case))).map(|pinned| &pinned.value);
    let sections = set.and_then(|set| set.form.get("petition")).map_or(&[][..], |form| form.groups.as_slice());
    view! {
        <div class="page">
            <BackLink label=app.say(|words| words.nav_cases) href=Route::Cases.path() />
            <PageHeader title=told(title) caption=Signal::derive(move || Some(caption.get())) />
            <IdentityBar
                label=app.say(|words| words.case_at_a_glance)
                number=told(|app, case| format::list(app.language.get(), &case.petitioners().iter().map(|&name| name.to_owned()).collect::<Vec<_>>()))
                parties=told(|app, case| format!("{} {}", app.words().against, case.form("petition").text("respondent_name")))
                facts
            >
                <div class="cluster">
                    {live(move || if back_then.get() { None } else { case.with(|case| next_step(app, case.as_ref()?)) })}
                    <LinkButton label=app.say(|words| words.open_receipt) href=Route::Receipt(id).path() kind=ButtonKind::Secondary icon=IconName::Print />
                </div>
            </IdentityBar>
            {set.is_none().then(|| view! {
                <Banner title=app.say(|words| words.rules_unknown) tone=Tone::Warning><p>{app.say(|words| words.rules_unknown_help)}</p></Banner>
            })}
            <Terms app text=told(terms_of) />
            <Parts app />
            <LookBack app id seen />
            {live(move || case.with(|case| Some(way(app, case.as_ref()?))))}
            {live(move || (!back_then.get()).then(|| view! { <ActsToDo app case /> }))}
            {live(move || case.with(|case| deadlines(app, case.as_ref()?)))}
            {live(move || case.with(|case| sessions_of(app, case.as_ref()?)))}
            <PaperList app id />
            {live(move || case.with(|case| case.as_ref().map(|case| standing(app, case))))}
            <div id="permohonan"></div>
            {set.map(|set| {
                sections.iter().map(|group| {
                    let heading = move || app.language.get().text(&group.title).to_owned();
                    view! {
                        <section class="section">
                            <h2 class="section__title">{heading}</h2>
                            <SectionSummary app rules=set form="petition" group answers />
                        </section>
                    }
                }).collect_view()
            })}
            <section class="section" id="linimasa">
                <h2 class="section__title">{app.say(|words| words.timeline)}</h2>
                <Timeline label=app.say(|words| words.timeline)>
                    {each(move || acts(app, id).into_iter().map(|(act, receipt)| {
                        let key = format!("{} {} {} {}", act.command_id, act.recorded_at.is_some(), receipt.is_some(), app.language.get().tag());
                        entry(key, move || act_item(app, set, act.clone(), receipt.clone()))
                    }).collect())}
                </Timeline>
            </section>
        </div>
    }
}

/// The parts of the page, in the order in which they stand on it.
#[component]
fn Parts(app: AppState) -> impl IntoView {
    let part = move |anchor: &'static str, label: fn(&'static Messages) -> &'static str| view! { <a href=anchor>{app.say(label)}</a> };
    view! {
        <nav class="parts" aria-label=app.say(|words| words.parts_of_case)>
            {part("#jalan", |words| words.way_of_case)}
            {part("#tindakan", |words| words.next_acts)}
            {part("#tenggat", |words| words.deadlines)}
            {part("#sidang", |words| words.sessions)}
            {part("#berkas", |words| words.papers)}
            {part("#permohonan", |words| words.petition)}
            {part("#linimasa", |words| words.timeline)}
        </nav>
    }
}

/// The file as it stood after any of its acts: what the page says of the case goes back with it; papers and timeline stay whole, so that
/// one sees what came later.
#[component]
fn LookBack(app: AppState, id: CaseId, seen: RwSignal<Option<usize>>) -> impl IntoView {
    let count = Memo::new(move |_| app.case_acts(id).len());
    let at = Signal::derive(move || seen.get().unwrap_or_else(|| count.get()));
    let told = Signal::derive(move || {
        let acts = app.case_acts(id);
        let act = acts.get(at.get().saturating_sub(1))?;
        let set = app.book().set(&act.rules).map(|pinned| &pinned.value);
        let language = app.language.get();
        Some(format!(
            "{} {}/{}: {}, {}",
            app.words().act_number,
            at.get(),
            count.get(),
            sentences::act(language, set, &act.act),
            format::instant(language, act.happened_at, app.zone())
        ))
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
    let language = app.language.get();
    let moves = moves(app.case_acts(case.id).iter().take(case.history.len()), None);
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
                    {at.map(|at| view! { <span class="way__when">{format::date_short(language, at.in_zone(app.zone()).date)}</span> })}
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

/// Mediations, hearings and readings of the case.
fn sessions_of(app: AppState, case: &Case) -> Option<AnyView> {
    let (language, words) = (app.language.get(), app.words());
    let sessions = sessions(case);
    let rows = sessions
        .iter()
        .map(|session| {
            let hour = session.at.map_or_else(|| words.hour_not_told.to_owned(), |at| format!("{} {}", format::minute(language, at), app.zone().abbreviation()));
            view! {
                <li class="row">
                    <div class="row__body">
                        <p class="row__title">{sentences::session(language, &session.kind)} ", " {format::date(language, session.on)} ", " {hour}</p>
                        {(!session.place.is_empty()).then(|| view! { <p class="row__line">{session.place.clone()}</p> })}
                        {(!session.people.is_empty()).then(|| view! { <p class="row__line">{format::list(language, &session.people)}</p> })}
                    </div>
                    <div class="row__side">{session.held.then(|| view! { <Tag label=words.session_held tone=Tone::Success icon=IconName::Check /> })}</div>
                </li>
            }
        })
        .collect_view();
    (!sessions.is_empty()).then(|| {
        view! {
            <section class="section" id="sidang">
                <h2 class="section__title">{words.sessions}</h2>
                <ul class="row-list">{rows}</ul>
            </section>
        }
        .into_any()
    })
}

fn title(app: AppState, case: &Case) -> String {
    match case.register_number() {
        Some(number) => number.unwrap_or(app.words().number_follows).to_owned(),
        None => case.name(),
    }
}

/// What the title is, and the number that the case had before.
fn caption(app: AppState, case: &Case) -> String {
    let words = app.words();
    let reception = case.reception_number();
    match (case.register_number(), reception) {
        (Some(_), _) => format!("{} · {}", words.register_number, reception.map_or_else(|| case.id.provisional_code(), str::to_owned)),
        (None, Some(_)) => words.reception_number.to_owned(),
        (None, None) => words.provisional_code.to_owned(),
    }
}

fn facts(app: AppState, case: &Case) -> AnyView {
    let state = sentences::state(app.language.get(), rules_of(app, case).map(|pinned| &pinned.value), &case.state);
    let unsent = app.case_acts(case.id).iter().any(|act| act.recorded_at.is_none());
    view! {
        <Tag label=state tone=Tone::Info />
        {responsible(app, case.id)}
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
    let (pinned, calendar, office) = app.tables(case, app.case_acts(case.id).last())?;
    let running = Facts::of(&pinned.value, &calendar.value, &office, case, app.now.get()).deadlines();
    let cards = running.iter().map(|running| deadline_card(app, &pinned.value, calendar, &office, running, false)).collect_view();
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
    let acts = app.case_acts(case.id);
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
    let (pinned, calendar, office) = app.tables(case, app.case_acts(case.id).last())?;
    let actor = app.account.get()?.actor();
    Some(ask(&rules::context(pinned, calendar, &office, &actor, app.now.get()), &pinned.value))
}

/// What a reader meets on the page: the words of the law in it are explained.
fn terms_of(app: AppState, case: &Case) -> String {
    let (language, set) = (app.language.get(), rules_of(app, case).map(|pinned| &pinned.value));
    let acts = offered(app, case)
        .map(|(offers, set)| offers.iter().map(|offer| sentences::act(language, Some(set), &offer.act)).collect::<Vec<_>>());
    format!("{} · {}", sentences::state(language, set, &case.state), acts.unwrap_or_default().join(" · "))
}

/// The acts as they stand for this person, now.
fn offered(app: AppState, case: &Case) -> Option<(Vec<Offer>, &'static RuleSet)> {
    judged(app, case, |context, rules| (offers(case, context), rules))
}

/// What an act is called on its button, and where it is begun.
pub fn act_link(app: AppState, case: CaseId, rules: &RuleSet, offer: &Offer) -> (String, String) {
    let label = sentences::act(app.language.get(), Some(rules), &offer.act);
    (label, Route::Act(case, offer.act.clone(), offer.strand.clone()).path())
}

/// The one next act, as the page's primary button.
fn next_step(app: AppState, case: &Case) -> Option<AnyView> {
    let (label, href) =
        judged(app, case, |context, rules| next(&offers(case, context), case, context).map(|offer| act_link(app, case.id, rules, offer)))??;
    Some(view! { <LinkButton label href /> }.into_any())
}

/// What an act is called, with the side strand that it moves.
fn offer_name(app: AppState, case: &Case, set: &RuleSet, offer: &Offer) -> String {
    let language = app.language.get();
    let strand = offer.strand.as_ref().and_then(|id| case.strands.get(id)).and_then(|strand| set.strand.get(&strand.kind));
    let prefix = strand.map(|strand| format!("{}: ", language.text(&strand.label))).unwrap_or_default();
    format!("{prefix}{}", sentences::act(language, Some(set), &offer.act))
}

fn ready_rows(app: AppState, case: &Case) -> Vec<Entry> {
    let Some((offers, set)) = offered(app, case) else { return Vec::new() };
    let row = |offer: &Offer| {
        let title = offer_name(app, case, set, offer);
        let begun = app.drafts.read().iter().any(|draft| draft.case == case.id && draft.act == offer.act && draft.strand == offer.strand);
        let proposed = offer.proposed;
        let href = Route::Act(case.id, offer.act.clone(), offer.strand.clone()).path();
        entry(format!("{href} {proposed} {begun} {title}"), move || {
            let words = app.words();
            view! {
                <li class="row">
                    <div class="row__body"><a class="row__title row__link" href=href.clone()>{title.clone()}</a></div>
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

fn barred_rows(app: AppState, case: &Case) -> Vec<Entry> {
    let Some((offers, set)) = offered(app, case) else { return Vec::new() };
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
fn ActsToDo(app: AppState, case: Memo<Option<Case>>) -> impl IntoView {
    let rows =
        move |rows: fn(AppState, &Case) -> Vec<Entry>| case.with(|case| case.as_ref().map(|case| rows(app, case)).unwrap_or_default());
    let counts = Memo::new(move |_| {
        let (offers, _) = case.with(|case| offered(app, case.as_ref()?))?;
        let ready = offers.iter().filter(|offer| offer.standing == Standing::Ready).count();
        Some((ready, offers.len() - ready))
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
            {act.rulings.get(DIFFERS).map(|ruling| view! { <p>{words.differs_reason} ": " {ruling.reason.clone()}</p> })}
            {act.carried_by.is_some().then(|| view! { <p class="muted">{words.came_in_kapsul}</p> })}
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
