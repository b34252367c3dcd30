//! The parts of a case beside its first page: parties, documents with the register of evidence, sessions, decision. The timeline is in
//! `case_timeline`, a file to be looked at in `case_file`.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::case_timeline::TimelinePart;
use crate::components::breakable::Breakable;
use crate::components::button::ButtonKind;
use crate::components::details::Details;
use crate::components::empty_state::EmptyState;
use crate::components::file_row::FileList;
use crate::components::icon::IconName;
use crate::components::link_button::LinkButton;
use crate::components::live::live;
use crate::components::summary_card::SummaryCard;
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::domain::answers::Answers;
use crate::domain::case::{Act, Case};
use crate::domain::docket::{Session, sessions};
use crate::domain::evidence::{FileRef, MediaType, files_of};
use crate::domain::form::{fields_in_order, row_form};
use crate::domain::id::CaseId;
use crate::domain::offers::{Offer, Standing};
use crate::domain::rule_set::{Group, Kind, RuleSet};
use crate::domain::time::Zone;
use crate::i18n::messages::CaseMessages;
use crate::i18n::{format, sentences};
use crate::pages::case::{CaseHead, offered, part_name, rules_of};
use crate::pages::draft::page_title;
use crate::pages::evidence::{More, evidence_row};
use crate::pages::file_preview::bytes;
use crate::pages::not_found::NotFoundBody;
use crate::pages::papers::PaperList;
use crate::pages::petition_summary::{Audience, SectionSummary, fact};
use crate::papers::answers::{is_exhibit, shown};
use crate::papers::exhibits::{Exhibit, Version, exhibits};
use crate::platform::file::ObjectUrl;
use crate::platform::{documents, lock};
use crate::routes::{CasePart, Route};
use crate::state::AppState;
use crate::state::drafts::FIRST_ACT;

/// The words of these pages.
pub fn case_words(app: AppState) -> &'static CaseMessages {
    CaseMessages::of(app.language.get())
}

/// Likewise, as a signal.
pub fn say(app: AppState, message: fn(&'static CaseMessages) -> &'static str) -> Signal<String> {
    Signal::derive(move || message(case_words(app)).to_owned())
}

/// Sections of a petition that say who takes part.
const PARTY_SECTIONS: [&str; 4] = ["pemohon", "kuasa", "termohon", "saksi"];
/// Forms that say what became of a case, in the order of the procedure.
const RESULT_FORMS: [&str; 6] = ["mediation_result", "settlement", "decision", "lapse", "not_registered", "publication"];
/// Forms that name people of the office, and third parties.
const PEOPLE_FORMS: [&str; 2] = ["mediator", "panel"];
const THIRD_FORM: &str = "third_request";

/// PDFs above this size are not opened for a small picture, in bytes.
const SMALL_PICTURE_LIMIT: u64 = 12_000_000;
/// The lock of the one that is being made.
const SMALL_PICTURES: &str = "sips-small-pictures";
/// The width of a small picture of a page, in pixels.
const SMALL_PICTURE_WIDTH: u32 = 180;

/// The page of one part.
#[component]
pub fn CasePartPage(
    /// The app.
    app: AppState,
    /// The case.
    id: CaseId,
    /// Which part of it.
    part: CasePart,
) -> impl IntoView {
    let case = Memo::new(move |_| app.case(id));
    let known = Memo::new(move |_| case.with(Option::is_some));
    let offers = Memo::new(move |_| case.with(|case| offered(app, case.as_ref()?)));
    page_title(
        app,
        Signal::derive(move || {
            let name = case.with(|case| case.as_ref().map(Case::name).unwrap_or_default());
            format!("{} · {name}", part_name(app, part))
        }),
    );
    live(move || match known.get() {
        false => view! { <div class="page"><NotFoundBody app /></div> }.into_any(),
        true => view! {
            <div class="page">
                <CaseHead app id case offers part=Some(part) />
                {live(move || match part {
                    CasePart::Parties => case.with(|case| case.as_ref().map(|case| parties(app, case))),
                    CasePart::Documents => case.with(|case| case.as_ref().map(|case| documents_of(app, case, offers))),
                    CasePart::Sessions => case.with(|case| case.as_ref().map(|case| sessions_of(app, case))),
                    CasePart::Timeline => Some(view! { <TimelinePart app id /> }.into_any()),
                    CasePart::Decision => case.with(|case| case.as_ref().map(|case| decision(app, case))),
                })}
            </div>
        }
        .into_any(),
    })
}

/// The rules of a case, by reference for as long as the program runs.
fn rules(app: AppState, case: &Case) -> Option<&'static RuleSet> {
    rules_of(app, case).map(|pinned| &pinned.value)
}

fn sections(rules: &'static RuleSet, form: &str) -> &'static [Group] {
    rules.form.get(form).map_or(&[], |form| form.groups.as_slice())
}

/// A recorded form in full, under the title of the form or of each section.
fn recorded(app: AppState, rules: &'static RuleSet, case: &Case, form: &'static str, keep: &dyn Fn(&Group) -> bool) -> AnyView {
    let language = app.language.get();
    let zone = app.zone_of(case.office.as_ref());
    let answers = Signal::stored(case.form(form).clone());
    let groups: Vec<&'static Group> = sections(rules, form).iter().filter(|group| keep(group)).collect();
    groups
        .into_iter()
        .map(|group| {
            view! {
                <section class="section">
                    <h2 class="section__title">{language.text(&group.title).to_owned()}</h2>
                    <SectionSummary app rules form group zone answers />
                </section>
            }
        })
        .collect_view()
        .into_any()
}

fn parties(app: AppState, case: &Case) -> AnyView {
    let Some(rules) = rules(app, case) else { return ().into_any() };
    let words = case_words(app);
    let zone = app.zone_of(case.office.as_ref());
    let people = PEOPLE_FORMS
        .into_iter()
        .filter(|form| case.forms.contains_key(*form))
        .map(|form| one_form(app, rules, zone, form, case.form(form), 3));
    let people: Vec<AnyView> = people.collect();
    let third: Vec<AnyView> = case
        .history
        .iter()
        .filter_map(|past| past.form.as_ref())
        .filter(|(form, _)| form == THIRD_FORM)
        .map(|(_, answers)| one_form(app, rules, zone, THIRD_FORM, answers, 3))
        .collect();
    let part = |title: &'static str, forms: Vec<AnyView>| {
        (!forms.is_empty()).then(|| view! { <section class="section"><h2 class="section__title">{title}</h2>{forms}</section> })
    };
    view! {
        {recorded(app, rules, case, "petition", &|group| PARTY_SECTIONS.contains(&group.key.as_str()))}
        {part(words.third_parties, third)}
        {part(words.office_side, people)}
    }
    .into_any()
}

/// A form with all its answers as one card, under its title.
fn one_form(app: AppState, rules: &'static RuleSet, zone: Zone, form: &'static str, answers: &Answers, level: u8) -> AnyView {
    let language = app.language.get();
    let title = rules.form.get(form).map(|form| language.text(&form.title).to_owned()).unwrap_or_default();
    let answers = Signal::stored(answers.clone());
    let facts = sections(rules, form).iter().map(|group| view! { <SectionSummary app rules form group zone answers /> }).collect_view();
    view! { <SummaryCard title level>{facts}</SummaryCard> }.into_any()
}

fn sessions_of(app: AppState, case: &Case) -> AnyView {
    let words = case_words(app);
    let zone = app.zone_of(case.office.as_ref());
    let (held, coming): (Vec<Session>, Vec<Session>) = sessions(case).into_iter().partition(|session| session.held);
    if held.is_empty() && coming.is_empty() {
        return view! {
            <EmptyState text=words.no_sessions icon=IconName::Calendar>
                <p class="muted">{words.no_sessions_help}</p>
            </EmptyState>
        }
        .into_any();
    }
    let list = |title: &'static str, sessions: Vec<Session>| {
        (!sessions.is_empty()).then(|| {
            view! {
                <section class="section">
                    <h2 class="section__title">{title}</h2>
                    <ul class="row-list">{sessions.into_iter().map(|session| session_row(app, zone, &session)).collect_view()}</ul>
                </section>
            }
        })
    };
    view! {
        {list(words.sessions_to_come, coming)}
        {list(words.sessions_held, held)}
        <p class="no-print"><a href=Route::Schedule.path()>{words.to_schedule}</a></p>
    }
    .into_any()
}

fn session_row(app: AppState, zone: Zone, session: &Session) -> AnyView {
    let (language, words) = (app.language.get(), app.words());
    let hour =
        session.at.map_or_else(|| words.hour_not_told.to_owned(), |at| format!("{} {}", format::minute(language, at), zone.abbreviation()));
    view! {
        <li class="row">
            <div class="row__body">
                <p class="row__title">{sentences::session(language, &session.kind)} ", " {format::date(language, session.on)} ", " {hour}</p>
                {(!session.place.is_empty()).then(|| view! { <p class="row__line">{session.place.clone()}</p> })}
                {(!session.people.is_empty()).then(|| view! { <p class="row__line">{format::list(language, &session.people)}</p> })}
            </div>
            <div class="row__side">{session.held.then(|| view! { <Tag label=case_words(app).session_held tone=Tone::Success icon=IconName::Check /> })}</div>
        </li>
    }
    .into_any()
}

fn decision(app: AppState, case: &Case) -> AnyView {
    let Some(rules) = rules(app, case) else { return ().into_any() };
    let words = case_words(app);
    let zone = app.zone_of(case.office.as_ref());
    let results: Vec<AnyView> = RESULT_FORMS
        .into_iter()
        .filter(|form| case.forms.contains_key(*form))
        .map(|form| view! { <section class="section">{one_form(app, rules, zone, form, case.form(form), 2)}</section> }.into_any())
        .collect();
    // What runs after a decision has strands of its own: follow-up, correction, suits.
    let language = app.language.get();
    let strands: Vec<AnyView> = case
        .strands
        .values()
        .map(|strand| {
            let kind = rules.strand.get(&strand.kind).map_or_else(|| strand.kind.clone(), |kind| language.text(&kind.label).to_owned());
            view! { <SummaryRow name=kind value=Some(sentences::state(language, Some(rules), &strand.state)) /> }.into_any()
        })
        .collect();
    if results.is_empty() {
        return view! {
            <EmptyState text=words.no_decision icon=IconName::File>
                <p class="muted">{words.no_decision_help}</p>
            </EmptyState>
        }
        .into_any();
    }
    view! {
        {results}
        {(!strands.is_empty()).then(|| view! {
            <section class="section">
                <h2 class="section__title">{app.words().side_strands}</h2>
                <SummaryList>{strands}</SummaryList>
            </section>
        })}
    }
    .into_any()
}

/// Everything in writing: the register of evidence, other files, papers, and what the petition says.
fn documents_of(app: AppState, case: &Case, offers: Memo<Option<Vec<Offer>>>) -> AnyView {
    let (id, words, zone) = (case.id, case_words(app), app.zone_of(case.office.as_ref()));
    let Some(rules) = rules(app, case) else { return ().into_any() };
    let acts = app.case_acts(id);
    let found = exhibits(rules, &case.history);
    let in_register: Vec<FileRef> = found.iter().flat_map(|exhibit| &exhibit.versions).flat_map(Version::files).collect();
    let groups = [("P", words.of_petitioner), ("T", words.of_respondent), ("PT", words.of_third_party)].map(|(letters, title)| {
        let of_party: Vec<AnyView> = found
            .iter()
            .filter(|exhibit| exhibit.letters() == letters)
            .map(|exhibit| exhibit_card(app, id, rules, &acts, exhibit))
            .collect();
        (!of_party.is_empty()).then(|| view! { <h3 class="register__party">{title}</h3><ol class="register">{of_party}</ol> })
    });
    let take = offers.get().and_then(|offers| {
        let has_exhibits = |form: &str| fields_in_order(rules, form).any(|(_, field)| is_exhibit(field));
        let takes = |act: &str| act != FIRST_ACT && rules.act.get(act).is_some_and(|act| has_exhibits(&act.form));
        offers.into_iter().find(|offer| offer.standing == Standing::Ready && takes(&offer.act))
    });
    let others: Vec<AnyView> = acts
        .iter()
        .filter_map(|act| {
            let files: Vec<FileRef> =
                files_of(act).into_iter().filter(|file| in_register.iter().all(|known| known.id != file.id)).collect();
            (!files.is_empty()).then(|| {
                let language = app.language.get();
                let title = sentences::act(language, Some(rules), &act.act);
                let line = format!("{title}, {}, {}", format::instant_short(language, act.happened_at, zone), act.by.name);
                view! { <li class="register__item"><p class="row__line">{line}</p>{file_list(app, id, &title, files)}</li> }.into_any()
            })
        })
        .collect();
    view! {
        <section class="section" id="bukti">
            <h2 class="section__title">{words.register}</h2>
            {found.is_empty().then(|| view! { <p class="muted">{words.register_empty}</p> })}
            {groups.into_iter().collect_view()}
            {take.map(|offer| view! {
                <p class="no-print">
                    <LinkButton label=words.take_evidence href=Route::Act(id, offer.act, offer.strand).path() kind=ButtonKind::Secondary icon=IconName::Camera />
                </p>
            })}
        </section>
        {(!others.is_empty()).then(|| view! {
            <section class="section">
                <h2 class="section__title">{words.other_files}</h2>
                <ul class="register">{others}</ul>
            </section>
        })}
        <PaperList app id />
        <p><a href=Route::AsPublic(id).path()>{app.say(|words| words.as_public)}</a></p>
        <section class="section" id="permohonan">
            <h2 class="section__title">{case_words(app).petition_part}</h2>
            {petition(app, rules, zone, case.form("petition"))}
        </section>
    }
    .into_any()
}

/// The sections of the petition that say what it is about; parties have a page of their own, evidence the register.
fn petition(app: AppState, rules: &'static RuleSet, zone: Zone, answers: &Answers) -> AnyView {
    let language = app.language.get();
    sections(rules, "petition")
        .iter()
        .filter(|group| !PARTY_SECTIONS.contains(&group.key.as_str()))
        .map(|group| {
            let facts: Vec<AnyView> = group
                .rows
                .iter()
                .flatten()
                .filter_map(|key| Some((key, rules.field("petition", key)?)))
                .filter(|(_, field)| !is_exhibit(field) && field.kind != Kind::Files && crate::domain::form::is_shown(field, answers))
                .map(|(key, field)| {
                    fact(app, language, rules, zone, crate::domain::answers::Place::of(key), field, answers, Audience::LooksOn)
                })
                .collect();
            (!facts.is_empty()).then(|| {
                view! {
                    <h3 class="register__party">{language.text(&group.title).to_owned()}</h3>
                    <SummaryList>{facts}</SummaryList>
                }
            })
        })
        .collect_view()
        .into_any()
}

fn exhibit_card(app: AppState, id: CaseId, rules: &'static RuleSet, acts: &[Act], exhibit: &Exhibit) -> AnyView {
    let (language, words) = (app.language.get(), case_words(app));
    let newest = exhibit.newest();
    let title = newest.row.fields.text("title").to_owned();
    let was_handed_in = rules.field(&newest.form, "files").is_some();
    let admitted = exhibit.admitted.and_then(|place| acts.get(place));
    let earlier: Vec<AnyView> = exhibit
        .versions
        .iter()
        .rev()
        .skip(1)
        .map(|version| view! { <li class="register__item">{version_view(app, id, rules, acts, version, &exhibit.code)}</li> }.into_any())
        .collect();
    view! {
        <li class="register__item">
            <p class="register__head">
                <span class="register__code">{exhibit.code.clone()}</span>
                <span class="register__title"><Breakable text=if title.is_empty() { exhibit.code.clone() } else { title } /></span>
            </p>
            {match admitted {
                Some(act) => {
                    let day = format::date_short(language, act.happened_at.in_zone(app.zone_of(Some(&act.office))).date);
                    view! { <Tag label=format!("{}, {day}", words.admitted) tone=Tone::Success icon=IconName::Check /> }.into_any()
                }
                None => view! { <Tag label=words.not_admitted /> }.into_any(),
            }}
            {if was_handed_in {
                version_view(app, id, rules, acts, newest, &exhibit.code)
            } else {
                view! { <p class="muted">{words.only_in_hearing}</p> }.into_any()
            }}
            {(!earlier.is_empty()).then(|| view! {
                <Details summary=format!("{} ({})", words.earlier_versions, earlier.len()) open=false><ul class="register">{earlier}</ul></Details>
            })}
        </li>
    }
    .into_any()
}

/// One version of an exhibit: what was written of it, who brought it when, and its files.
fn version_view(app: AppState, id: CaseId, rules: &'static RuleSet, acts: &[Act], version: &Version, code: &str) -> AnyView {
    let (language, words) = (app.language.get(), case_words(app));
    let zone = app.zone_of(acts.first().map(|act| &act.office));
    let told = |name: &str| shown(language, rules.field(&version.form, name)?, version.row.fields.text(name), zone);
    let facts: Vec<AnyView> = fields_in_order(rules, &version.form)
        .filter(|(key, field)| *key != "title" && field.kind != Kind::Files && row_form(field).is_none())
        .filter_map(|(key, field)| Some((language.text(&field.label).to_owned(), told(key)?)))
        .map(|(name, value)| view! { <SummaryRow name value=Some(value) /> }.into_any())
        .collect();
    let brought = acts.get(version.act).map(|act| {
        let value = format!("{}, {}", format::instant_short(language, act.happened_at, zone), act.by.name);
        view! { <SummaryRow name=words.handed_in value=Some(value) /> }
    });
    let files = version.files();
    view! {
        <SummaryList>{brought} {facts}</SummaryList>
        {if files.is_empty() { view! { <p class="muted">{words.no_files}</p> }.into_any() } else { file_list(app, id, code, files) }}
    }
    .into_any()
}

/// Files that can be looked at, each with its pages and day where this device has it.
fn file_list(app: AppState, id: CaseId, label: &str, files: Vec<FileRef>) -> AnyView {
    let label = label.to_owned();
    view! { <FileList label>{files.into_iter().map(|file| file_row(app, id, file)).collect_view()}</FileList> }.into_any()
}

fn file_row(app: AppState, id: CaseId, file: FileRef) -> AnyView {
    let (pages, picture) = (RwSignal::new(None::<usize>), RwSignal::new(None::<String>));
    let held = StoredValue::new_local(None::<ObjectUrl>);
    let is_here = app.files.with_untracked(|files| files.contains_key(&file.id));
    if is_here && file.media == MediaType::Pdf && file.size <= SMALL_PICTURE_LIMIT && !file.locked {
        let file = file.clone();
        spawn_local(async move {
            // One after the other: each takes a worker with its memory.
            let turn = lock::wait_hold(SMALL_PICTURES).await;
            let Ok(parts) = bytes(app, &file).await else { return };
            // A file that cannot be opened says so where it is looked at.
            let Ok(viewed) = documents::view(&parts).await else { return };
            let _ = pages.try_set(Some(viewed.pages));
            if let Ok(url) = viewed.picture(0, SMALL_PICTURE_WIDTH).await
                && picture.try_set(Some(url.as_str().to_owned())).is_none()
            {
                let _ = held.try_set_value(Some(url));
            }
            drop(turn);
        });
    }
    let captured = app.files.with_untracked(|files| files.get(&file.id).map(|record| record.captured_at));
    let detail = Signal::derive(move || {
        let language = app.language.get();
        let mut parts: Vec<String> = pages.get().map(|count| format!("{count} {}", case_words(app).pages)).into_iter().collect();
        parts.extend(captured.map(|at| format::instant_short(language, at, app.zone())));
        (!parts.is_empty()).then(|| parts.join(" · "))
    });
    let href = Route::File(id, file.id).path();
    let name = file.name.clone();
    let open = ViewFn::from(move || {
        let label = say(app, |words| words.open_file);
        view! { <LinkButton label href=href.clone() context=Signal::stored(Some(name.clone())) kind=ButtonKind::Quiet icon=IconName::Eye /> }
    });
    evidence_row(app, file, Some(More { detail, picture: picture.into(), acts: open }))
}
