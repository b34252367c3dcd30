//! *Linimasa*: everything that happened in a case, with who, when by which clock, on which article, and the earlier text of what was
//! changed; filtered by the address, and printed as it stands.

use leptos::prelude::*;

use super::case_parts::{case_words, say};
use crate::components::button::{Button, ButtonKind};
use crate::components::choice_group::Choice;
use crate::components::details::Details;
use crate::components::icon::IconName;
use crate::components::live::{each, entry, live};
use crate::components::select_field::SelectField;
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::components::timeline::{Timeline, TimelineItem};
use crate::domain::answers::Answers;
use crate::domain::case::{Act, Effect};
use crate::domain::changes::{Changed, changes};
use crate::domain::command::Receipt;
use crate::domain::decide::DIFFERS;
use crate::domain::form::{YES, fields_in_order, row_form};
use crate::domain::id::CaseId;
use crate::domain::query;
use crate::domain::rule_set::RuleSet;
use crate::domain::time::Zone;
use crate::i18n::{format, sentences};
use crate::pages::case::who;
use crate::pages::petition_summary::SectionSummary;
use crate::papers::answers::shown;
use crate::platform::page;
use crate::state::AppState;

/// From which difference on two clocks are told apart, in milliseconds.
const CLOCKS_DIFFER_MS: i64 = 120_000;

/// Names in the address.
const ACT: &str = "tindakan";
const BY: &str = "oleh";
// Not the name of the list's order: on a desk one address says both.
const ORDER: &str = "urutan";
const NEWEST_FIRST: &str = "terbaru";

/// An act with what the timeline says of it.
#[derive(Clone, PartialEq)]
struct Told {
    act: Act,
    receipt: Option<Receipt>,
    form: Option<(String, Answers)>,
    changed: Vec<Changed>,
}

/// The acts of a case in order, each with what it changed of the earlier record of the same form.
fn told(app: AppState, id: CaseId, set: Option<&RuleSet>) -> Vec<Told> {
    let receipts = app.receipts.read();
    let mut found: Vec<Told> = Vec::new();
    for act in app.case_acts(id) {
        let form = act.effects.iter().find_map(|effect| match effect {
            Effect::Set { form, answers } => Some((form.clone(), answers.clone())),
            _ => None,
        });
        let earlier = form.as_ref().and_then(|(form, _)| {
            let same = |told: &&Told| told.act.strand == act.strand && told.form.as_ref().is_some_and(|(known, _)| known == form);
            found.iter().rev().find(same).and_then(|told| told.form.as_ref())
        });
        let changed = match (earlier, &form) {
            (Some((_, was)), Some((key, is))) => {
                let order: Vec<&str> = set.map(|set| fields_in_order(set, key).map(|(field, _)| field).collect()).unwrap_or_default();
                // When it took place is told above.
                changes(was, is, order)
                    .into_iter()
                    .filter(|changed| changed.place.row.is_some() || !matches!(changed.place.field.as_str(), "on" | "at"))
                    .collect()
            }
            _ => Vec::new(),
        };
        let receipt = receipts.get(&act.command_id).cloned();
        found.push(Told { act, receipt, form, changed });
    }
    found
}

/// The part of the page.
#[component]
pub fn TimelinePart(
    /// The app.
    app: AppState,
    /// The case.
    id: CaseId,
) -> impl IntoView {
    let set = Memo::new(move |_| {
        let case = app.case(id)?;
        Some(&app.book().set(case.rules.as_ref()?)?.value)
    });
    let asked = move |name: &'static str| app.navigation.query.with(|asked| query::value(asked, name));
    let ask = move |name: &'static str, value: String| {
        let mut parts = app.navigation.query.with_untracked(|asked| query::read(asked));
        parts.retain(|(known, _)| known != name);
        parts.push((name.to_owned(), value));
        app.navigation.show(&query::write(parts.iter().map(|(name, value)| (name.as_str(), value.as_str()))));
    };
    let all = Memo::new(move |_| told(app, id, set.get()));
    let shown = Memo::new(move |_| {
        let (act, by, order) = (asked(ACT), asked(BY), asked(ORDER));
        let mut shown = all.get();
        shown.retain(|told| (act.is_empty() || told.act.act == act) && (by.is_empty() || told.act.by.account.to_string() == by));
        if order == NEWEST_FIRST {
            shown.reverse();
        }
        shown
    });
    let acts = Signal::derive(move || {
        let mut choices: Vec<Choice> = Vec::new();
        all.with(|all| {
            for told in all {
                if choices.iter().all(|known| known.value != told.act.act) {
                    choices.push(Choice::new(
                        told.act.act.clone(),
                        Signal::stored(sentences::act(app.language.get(), set.get(), &told.act.act)),
                    ));
                }
            }
        });
        choices
    });
    let people = Signal::derive(move || {
        let mut choices: Vec<Choice> = Vec::new();
        all.with(|all| {
            for told in all {
                let account = told.act.by.account.to_string();
                if choices.iter().all(|known| known.value != account) {
                    choices.push(Choice::new(account, Signal::stored(told.act.by.name.clone())));
                }
            }
        });
        choices
    });
    let orders = Signal::derive(move || {
        vec![Choice::new("", say(app, |words| words.oldest_first)), Choice::new(NEWEST_FIRST, say(app, |words| words.newest_first))]
    });
    let count = Signal::derive(move || {
        let (shown, all) = (shown.with(Vec::len), all.with(Vec::len));
        let words = case_words(app);
        if shown == all {
            format!("{all} {}", if all == 1 { words.act_shown } else { words.acts_shown })
        } else {
            format!("{shown} {} {all} {}", app.words().of_them, words.acts_shown)
        }
    });
    let none = Memo::new(move |_| shown.with(Vec::is_empty));
    view! {
        <div class="filters no-print">
            <SelectField
                id="timeline-act"
                label=say(app, |words| words.only_act)
                unchosen=Signal::derive(move || Some(case_words(app).everything.to_owned()))
                choices=acts
                value=Signal::derive(move || asked(ACT))
                on_change=Callback::new(move |value| ask(ACT, value))
            />
            <SelectField
                id="timeline-by"
                label=say(app, |words| words.only_by)
                unchosen=Signal::derive(move || Some(case_words(app).everybody.to_owned()))
                choices=people
                value=Signal::derive(move || asked(BY))
                on_change=Callback::new(move |value| ask(BY, value))
            />
            <SelectField
                id="timeline-order"
                label=say(app, |words| words.order)
                choices=orders
                value=Signal::derive(move || asked(ORDER))
                on_change=Callback::new(move |value| ask(ORDER, value))
            />
        </div>
        <div class="cluster cluster--apart">
            <p class="muted" role="status">{count}</p>
            <Button label=say(app, |words| words.print) kind=ButtonKind::Secondary icon=IconName::Print on_press=Callback::new(move |()| page::print()) />
        </div>
        <p class="print-only">
            {live(move || format!("{} {}", case_words(app).printed, format::instant(app.language.get(), app.now.get(), app.zone())))}
        </p>
        {live(move || none.get().then(|| view! { <p class="muted">{case_words(app).no_acts}</p> }))}
        <Timeline label=app.say(|words| words.timeline)>
            {each(move || shown.get().into_iter().map(|told| {
                let (language, zone) = (app.language.get().tag(), app.zone_of(Some(&told.act.office)).abbreviation());
                let key = format!("{} {} {} {language} {zone}", told.act.command_id, told.act.recorded_at.is_some(), told.receipt.is_some());
                entry(key, move || item(app, set.get_untracked(), told.clone()))
            }).collect())}
        </Timeline>
    }
}

fn item(app: AppState, set: Option<&'static RuleSet>, told: Told) -> impl IntoView {
    let Told { act, receipt, form, changed } = told;
    let (language, words) = (app.language.get(), app.words());
    // Hours that were typed are those of the office that acted; all others stand beside them in the same zone.
    let own = case_words(app);
    let zone = app.zone_of(Some(&act.office));
    let rule = set.and_then(|set| set.act.get(&act.act));
    let title = sentences::act(language, set, &act.act);
    let basis = rule.map(|rule| sentences::basis(language, &rule.src, rule.mark));
    let recorded = act.recorded_at.map(|at| format::instant(language, at, zone));
    let made = format::instant(language, act.made_at.wall, zone);
    let pending = act.recorded_at.is_none();
    view! {
        <TimelineItem title when=format::instant(language, act.happened_at, zone) who=who(app, &act) icon=IconName::Note pending>
            {clocks(app, zone, &act).map(|line| view! { <p class="muted">{line}</p> })}
            {basis.clone().map(|basis| view! { <p class="muted">{words.basis} ": " {basis}</p> })}
            {act.effects.iter().any(|effect| matches!(effect, Effect::NotKnown(_))).then(|| view! { <p>{words.effect_unknown}</p> })}
            {act.rulings.get(DIFFERS).map(|ruling| view! { <p>{words.differs_reason} ": " {ruling.reason.clone()}</p> })}
            {act.carried_by.is_some().then(|| view! { <p class="muted">{own.came_in_kapsul}</p> })}
            {set.zip(form.as_ref()).filter(|_| !changed.is_empty()).map(|(set, (form, _))| changed_view(app, zone, set, form, &changed))}
            {set.zip(form).map(|(set, (form, answers))| {
                let sections = set.form.get(&form).map_or(&[][..], |form| form.groups.as_slice());
                let form: &'static str = set.form.get_key_value(&form).map_or("", |(key, _)| key.as_str());
                let answers = Signal::stored(answers);
                let facts = sections.iter().map(|group| view! { <SectionSummary app rules=set form group zone answers /> }).collect_view();
                view! { <Details summary=own.recorded_form open=false>{facts}</Details> }
            })}
            <Details summary=own.proof open=false>
                <SummaryList>
                    <SummaryRow name=own.stated_time value=Some(format::instant(language, act.happened_at, zone)) />
                    <SummaryRow name=own.device_time value=Some(made) />
                    <SummaryRow name=own.server_time value=recorded missing=words.not_yet />
                    <SummaryRow name=words.basis value=basis missing=words.not_available />
                    <SummaryRow name=own.command_id value=Some(act.command_id.to_string()) />
                    {receipt.map(|receipt| view! { <SummaryRow name=own.payload_digest value=Some(receipt.payload_sha256.to_string()) /> })}
                    <SummaryRow name=words.rules_used value=Some(format!("{} v{} ({})", act.rules.id, act.rules.version, act.rules.digest.short())) />
                </SummaryList>
            </Details>
        </TimelineItem>
    }
}

/// When it was recorded and received, where that is another time than the stated one; and how far the device's clock was off.
fn clocks(app: AppState, zone: Zone, act: &Act) -> Option<String> {
    let (language, words) = (app.language.get(), case_words(app));
    let differs = |at: crate::domain::time::Timestamp| at.since(act.happened_at).abs() >= CLOCKS_DIFFER_MS;
    let mut parts = Vec::new();
    if differs(act.made_at.wall) || act.recorded_at.is_some_and(differs) {
        parts.push(format!("{} {}", words.recorded_later, format::instant(language, act.made_at.wall, zone)));
        parts.extend(act.recorded_at.map(|at| format!("{} {}", words.at_server_since, format::instant(language, at, zone))));
    }
    let offset = act.made_at.offset_ms.filter(|offset| offset.abs() >= CLOCKS_DIFFER_MS);
    parts.extend(offset.map(|offset| format!("{} {}", words.clock_off, sentences::duration(language, offset.abs()))));
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What was changed, each with what it said before.
pub fn changed_view(app: AppState, zone: Zone, set: &'static RuleSet, form: &str, changed: &[Changed]) -> AnyView {
    let (language, words) = (app.language.get(), case_words(app));
    let rows: Vec<AnyView> = changed
        .iter()
        .map(|change| {
            let place = &change.place;
            let within = place.row.as_ref().and_then(|(list, _)| row_form(set.field(form, list)?));
            let field = within.map_or_else(|| set.field(form, &place.field), |within| set.field(within, &place.field));
            let ticked = place.row.as_ref().and_then(|(list, row)| {
                let list = set.list.get(set.field(form, list)?.of.as_ref()?)?;
                list.rows.iter().find(|listed| listed.v == *row)
            });
            let name = match ticked {
                Some(listed) => {
                    let of = match place.field.as_str() {
                        "copies" => format!(" ({})", app.words().copies),
                        "remark" => format!(" ({})", app.words().remark),
                        _ => String::new(),
                    };
                    format!("{}{of}", language.row(listed))
                }
                None => sentences::field_label(language, set, form, place).unwrap_or_else(|| place.to_string()),
            };
            let text = |text: &str| match (ticked, place.field.as_str()) {
                (Some(_), "present") => (if text == YES { app.words().handed_in } else { app.words().not_handed_in }).to_owned(),
                _ => field.and_then(|field| shown(language, field, text, zone)).unwrap_or_else(|| text.to_owned()),
            };
            let or_nothing = |text: String| if text.trim().is_empty() { words.nothing_before.to_owned() } else { text };
            view! {
                <div class="change">
                    <p class="change__name">{name}</p>
                    <p class="change__was"><span class="change__label">{words.was} ": "</span> <del>{or_nothing(text(&change.before))}</del></p>
                    <p class="change__is"><span class="change__label">{words.is} ": "</span> <ins>{or_nothing(text(&change.after))}</ins></p>
                </div>
            }
            .into_any()
        })
        .collect();
    view! { <section class="changes" aria-label=words.changed><p class="changes__title">{words.changed}</p>{rows}</section> }.into_any()
}
