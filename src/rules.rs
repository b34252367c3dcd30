//! The law as it ships with this version: rule sets, calendars, number templates, offices and sources, read from the
//! tables under `src/rules`. Holds no rule itself. What was changed in the app comes after it in the [`RuleBook`]: whoever decides
//! or shows a case asks that.

use crate::domain::table::Table;
use serde::Deserialize;
use std::sync::OnceLock;

use crate::domain::amendment::NUMBERS as NUMBERS_ID;
use crate::domain::calendar::Calendar;
use crate::domain::decide::Context;
use crate::domain::digest::Digest;
use crate::domain::json;
use crate::domain::number::NumberSeries;
use crate::domain::office::{Actor, Level, Office, Role};
use crate::domain::order::ascending;
use crate::domain::rule_set::{DefinitionRef, Mark, RuleSet, Source};
use crate::domain::stream::Stream;
use crate::domain::time::{LocalDate, Timestamp};

mod offices;
// The app at work in the browser reads the table as a file, where it is needed: an officer's own office comes with the account.
pub use offices::read as read_offices;
pub use offices::{TABLE as OFFICES, offices};

mod book;
pub mod entries;
pub mod numbering;
pub use book::RuleBook;

mod texts {
    use super::Shipped;
    use crate::domain::calendar::Calendar;
    use crate::domain::rule_set::RuleSet;

    include!(concat!(env!("OUT_DIR"), "/rule_texts.rs"));
}

/// A definition with its pin and the canonical JSON it was read from.
#[derive(Debug)]
pub struct Pinned<T> {
    /// Id, version and digest.
    pub pin: DefinitionRef,
    /// The definition.
    pub value: T,
    /// Its canonical JSON, as a server publishes it.
    pub json: &'static str,
}

/// A definition that ships. It is read when somebody first asks for it: a device has cases of a few tracks, and reading all of them would
/// hold up every start.
struct Shipped<T> {
    id: &'static str,
    version: u32,
    digest: [u8; 32],
    json: &'static str,
    read: OnceLock<Pinned<T>>,
}

impl<T> Shipped<T> {
    const fn new(id: &'static str, version: u32, digest: [u8; 32], json: &'static str) -> Self {
        Self { id, version, digest, json, read: OnceLock::new() }
    }

    fn is(&self, pin: &DefinitionRef) -> bool {
        self.id == pin.id && self.version == pin.version && Digest::taken(self.digest) == pin.digest
    }
}

impl<T: serde::de::DeserializeOwned> Shipped<T> {
    fn get(&self) -> &Pinned<T> {
        self.read.get_or_init(|| Pinned {
            pin: DefinitionRef { id: self.id.to_owned(), version: self.version, digest: Digest::taken(self.digest) },
            value: parse(self.json),
            json: self.json,
        })
    }
}

/// Every version of every rule set of cases that ships; each is read when it is its turn.
pub fn sets() -> impl Iterator<Item = &'static Pinned<RuleSet>> {
    texts::SETS.iter().map(Shipped::get)
}

/// Every version of every rule set of the other streams: see [`Stream`].
pub fn streams() -> impl Iterator<Item = &'static Pinned<RuleSet>> {
    texts::STREAMS.iter().map(Shipped::get)
}

/// A sum over all rule sets and calendars that ship, for what was made by them and kept: another one means that it may have to be made again.
#[must_use]
pub fn shipped() -> u32 {
    texts::SUM
}

/// The rule set that a new stream of a kind begins under: the newest.
#[must_use]
pub fn stream(kind: Stream) -> Option<&'static Pinned<RuleSet>> {
    texts::STREAMS.iter().filter(|set| set.id == kind.rules()).max_by_key(|set| set.version).map(Shipped::get)
}

/// Every version of every calendar that ships.
pub fn calendars() -> impl Iterator<Item = &'static Pinned<Calendar>> {
    texts::CALENDARS.iter().map(Shipped::get)
}

/// The rule set with this pin, if this version has it.
#[must_use]
pub fn set(pin: &DefinitionRef) -> Option<&'static Pinned<RuleSet>> {
    texts::SETS.iter().chain(&texts::STREAMS).find(|set| set.is(pin)).map(Shipped::get)
}

/// The calendar with this pin, if this version has it.
#[must_use]
pub fn calendar(pin: &DefinitionRef) -> Option<&'static Pinned<Calendar>> {
    texts::CALENDARS.iter().find(|calendar| calendar.is(pin)).map(Shipped::get)
}

/// The rule set of a track that applies to a date, or the newest one where no date is known yet.
#[must_use]
pub fn set_for(track: &str, date: Option<LocalDate>) -> Option<&'static Pinned<RuleSet>> {
    let versions = texts::SETS.iter().filter(|set| set.id == track).map(Shipped::get);
    versions
        .filter(|set| date.is_none_or(|date| set.value.applies.from <= date))
        .max_by_key(|set| (set.value.applies.from, set.pin.version))
}

/// The newest version of each track, in the order in which tracks are listed.
pub fn tracks() -> impl Iterator<Item = &'static Pinned<RuleSet>> {
    let by_place = ascending(sets().map(|set| (i64::from(set.value.place), 0)));
    let newest = |set: &&Pinned<RuleSet>| set_for(&set.pin.id, None).is_some_and(|newest| newest.pin == set.pin);
    by_place.into_iter().filter_map(|at| texts::SETS.get(at)).map(Shipped::get).filter(newest)
}

/// The newest national calendar.
#[must_use]
pub fn newest_calendar() -> Option<&'static Pinned<Calendar>> {
    texts::CALENDARS.iter().max_by_key(|calendar| calendar.version).map(Shipped::get)
}

/// What a decision under this rule set and calendar rests on.
#[must_use]
pub fn context<'a>(
    set: &'a Pinned<RuleSet>,
    calendar: &'a Pinned<Calendar>,
    office: &'a Office,
    actor: &'a Actor,
    now: Timestamp,
) -> Context<'a> {
    Context { rules: &set.value, rules_ref: &set.pin, calendar: &calendar.value, calendar_ref: &calendar.pin, office, actor, now }
}

/// Where the law was read, by key.
pub fn sources() -> &'static Table<String, Source> {
    static SOURCES: OnceLock<Table<String, Source>> = OnceLock::new();
    SOURCES.get_or_init(|| parse(texts::SOURCES))
}

/// Number series by key, as they ship.
pub fn numbers() -> &'static Table<String, NumberSeries> {
    static NUMBERS: OnceLock<Table<String, NumberSeries>> = OnceLock::new();
    NUMBERS.get_or_init(|| parse(texts::NUMBERS))
}

/// Where a role exists: the keys are the contract's, the levels a table, since no official list was found.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct RoleRow {
    /// The role.
    pub key: Role,
    /// The levels of office that give it.
    pub levels: Vec<Level>,
    /// Where that was read.
    pub src: Vec<String>,
    /// How sure it is.
    pub mark: Mark,
}

/// The table of roles.
pub fn roles() -> &'static [RoleRow] {
    #[derive(Deserialize)]
    struct Roles {
        role: Vec<RoleRow>,
    }
    static ROLES: OnceLock<Vec<RoleRow>> = OnceLock::new();
    ROLES.get_or_init(|| parse::<Roles>(texts::ROLES).role)
}

/// The roles that an office of this level gives.
#[must_use]
pub fn roles_of(level: Level) -> Vec<Role> {
    roles().iter().filter(|row| row.levels.contains(&level)).map(|row| row.key).collect()
}

/// Their JSON, and the pin that amendments begin from. The table does not say its version itself.
fn numbers_text() -> (DefinitionRef, &'static str) {
    (DefinitionRef { id: NUMBERS_ID.to_owned(), version: 1, digest: Digest::of(texts::NUMBERS.as_bytes()) }, texts::NUMBERS)
}

/// The canonical JSON of a rule set or calendar that ships, which need not be read for it.
fn text(pin: &DefinitionRef) -> Option<&'static str> {
    let sets = texts::SETS.iter().chain(&texts::STREAMS).find(|set| set.is(pin)).map(|set| set.json);
    sets.or_else(|| texts::CALENDARS.iter().find(|calendar| calendar.is(pin)).map(|calendar| calendar.json))
}

fn parse<T: serde::de::DeserializeOwned>(json: &str) -> T {
    // The text is part of this program and the tests below read all of it.
    json::read(json).expect("the tables of src/rules fit their types")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_of_a_case_follows_the_procedure() {
        let set = |track: &str| &set_for(track, None).expect("the track is there").value;
        let never = |_: &str| false;
        assert_eq!(
            set("pemilu-penyelenggara").way("filed", &|state| state == "filed"),
            [
                "filed",
                "under_verification",
                "complete",
                "registered",
                "mediation",
                "adjudication",
                "awaiting_decision",
                "decided",
                "closed"
            ]
        );
        assert_eq!(
            set("pemilihan-penyelenggara").way("registered", &never),
            ["registered", "closed_deliberation", "open_deliberation", "awaiting_decision", "decided", "closed"]
        );
        // A case that went through a detour, and one that ended on the way.
        let been = |state: &str| ["filed", "under_verification", "incomplete"].contains(&state);
        assert!(set("pemilu-penyelenggara").way("incomplete", &been).contains(&"incomplete"));
        assert_eq!(set("pemilu-penyelenggara").way("lapsed", &been), ["filed", "under_verification", "incomplete", "lapsed"]);
        for track in ["pemilu-antarpeserta", "pemilihan-antarpeserta"] {
            assert_eq!(
                set(track).way("reported", &never),
                ["reported", "on_the_spot", "awaiting_decision", "decided", "closed"],
                "{track}"
            );
        }
    }
    use crate::domain::form::fields_in_order;
    use crate::domain::rule_set::{DayUnit, Kind, Mark, Otherwise, When};
    use std::collections::BTreeSet;

    #[test]
    fn every_table_is_read_and_canonical() {
        assert!(!texts::SETS.is_empty() && !texts::CALENDARS.is_empty() && numbers().contains_key("reception"));
        for json in sets().chain(streams()).map(|set| set.json).chain(calendars().map(|calendar| calendar.json)) {
            let value: serde_json::Value = serde_json::from_str(json).expect("valid JSON");
            assert_eq!(json::write(&value), json);
        }
        for (pin, json) in sets().chain(streams()).map(|set| (&set.pin, set.json)).chain(calendars().map(|it| (&it.pin, it.json))) {
            assert_eq!(pin.digest, Digest::of(json.as_bytes()), "{}", pin.id);
        }
    }

    #[test]
    fn every_role_stands_once_in_the_table() {
        let keys: BTreeSet<Role> = roles().iter().map(|row| row.key).collect();
        assert_eq!((keys.len(), roles().len()), (8, 8));
        assert!(roles_of(Level::National).contains(&Role::NationalAdmin) && !roles_of(Level::Regency).contains(&Role::NationalAdmin));
    }

    #[test]
    fn every_source_that_is_named_is_listed() {
        let mut named = BTreeSet::new();
        for set in sets().chain(streams()) {
            collect_sources(&serde_json::from_str(set.json).expect("valid JSON"), &mut named);
        }
        for calendar in calendars() {
            collect_sources(&serde_json::from_str(calendar.json).expect("valid JSON"), &mut named);
        }
        named.extend(numbers().values().flat_map(|series| series.src.clone()));
        named.extend(roles().iter().flat_map(|row| row.src.clone()));
        let missing: Vec<_> = named.iter().filter(|key| !sources().contains_key(*key)).collect();
        assert!(missing.is_empty(), "not in sources.toml: {missing:?}");
    }

    fn collect_sources(value: &serde_json::Value, named: &mut BTreeSet<String>) {
        match value {
            serde_json::Value::Object(map) => {
                for (key, item) in map {
                    match (key.as_str(), item.as_array()) {
                        ("src", Some(keys)) => named.extend(keys.iter().filter_map(|key| key.as_str().map(str::to_owned))),
                        _ => collect_sources(item, named),
                    }
                }
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| collect_sources(item, named)),
            _ => {}
        }
    }

    #[test]
    fn every_key_that_a_rule_set_names_exists_in_it() {
        for Pinned { value: set, .. } in sets().chain(streams()) {
            for (key, act) in set.act.iter() {
                for state in act.from.iter().chain(&act.to).chain(act.branch.values()) {
                    assert!(set.state.contains_key(state), "act {key}: state {state}");
                }
                assert!(set.form.contains_key(&act.form), "act {key}: form {}", act.form);
                assert!(act.guards.iter().all(|guard| set.guard.contains_key(guard)), "act {key}: guards {:?}", act.guards);
                assert!(act.number.as_ref().is_none_or(|series| numbers().contains_key(series)), "act {key}: number {:?}", act.number);
            }
            for (key, deadline) in set.deadline.iter() {
                assert!(deadline.met_by.iter().all(|act| set.act.contains_key(act)), "deadline {key}");
                assert!(
                    deadline.readings.iter().all(|reading| reading.start_date.as_ref().is_none_or(|path| field_exists(set, path))),
                    "deadline {key}"
                );
            }
            for guard in set.guard.values() {
                check_paths(set, &guard.when);
            }
            for paper in set.paper.values() {
                assert!(set.act.contains_key(&paper.of));
            }
        }
    }

    fn check_paths(set: &RuleSet, when: &When) {
        match when {
            When::Is(path) => assert!(path.first().is_some_and(|path| field_exists(set, path)), "{path:?}"),
            When::Filled(path) | When::AllOf(path) | When::AtLeast(path, _) | When::Lead { field: path, .. } => {
                assert!(field_exists(set, path), "{path}");
            }
            When::Ordered(a, b) | When::Differs(a, b) => assert!([a, b].into_iter().all(|path| field_exists(set, path)), "{a} {b}"),
            When::Open(deadline) | When::Over(deadline) | When::Kept(deadline) => {
                assert!(set.deadline.contains_key(deadline), "{deadline}")
            }
            When::Done(act) | When::Never(act) => assert!(set.act.contains_key(act), "{act}"),
            When::SameDay(one, other) => assert!(set.act.contains_key(one) && set.act.contains_key(other), "{one} {other}"),
            When::Counted(counter, _) => assert!(set.counter.contains_key(counter), "{counter}"),
            When::At(at) => assert!(at.iter().skip(1).all(|state| set.state.contains_key(state)), "{at:?}"),
            When::Rests(strand) => assert!(set.strand.contains_key(strand), "{strand}"),
            When::Switch(switch, _) => assert!(set.switch.contains_key(switch), "{switch}"),
            When::Numbered(series) => assert!(numbers().contains_key(series), "{series}"),
            When::All(all) | When::Any(all) => all.iter().for_each(|when| check_paths(set, when)),
            When::Not(inner) => check_paths(set, inner),
        }
    }

    fn field_exists(set: &RuleSet, path: &str) -> bool {
        let parts: Vec<&str> = path.split('.').collect();
        match parts[..] {
            ["act", "date"] => true,
            [form, field] => set.field(form, field).is_some(),
            [form, list, field] => {
                set.field(form, list).and_then(|list| list.of.as_deref()).is_some_and(|of| set.field(of, field).is_some())
            }
            _ => false,
        }
    }

    #[test]
    fn each_field_stands_in_one_row_of_its_form_and_has_what_its_kind_needs() {
        for Pinned { value: set, .. } in sets().chain(streams()) {
            for (form, fields) in set.field.iter() {
                let placed: Vec<&str> = fields_in_order(set, form).map(|(key, _)| key).collect();
                let unique: BTreeSet<_> = placed.iter().collect();
                assert_eq!(placed.len(), unique.len(), "{form}: a field stands twice");
                assert_eq!(unique.len(), fields.len(), "{form}: a field stands nowhere, or a row names none");
                for (key, field) in fields.iter() {
                    let of = field.of.as_deref().unwrap_or_default();
                    match field.kind {
                        Kind::Choice => assert!(field.options.len() >= 2, "{form}.{key}"),
                        Kind::Rows => assert!(set.form.contains_key(of) && field.add.is_some() && field.code.is_some(), "{form}.{key}"),
                        Kind::Checklist => assert!(set.list.contains_key(of), "{form}.{key}"),
                        _ => assert!(of.is_empty() && field.options.is_empty(), "{form}.{key}"),
                    }
                }
            }
            for form in set.form.values() {
                assert!(form.groups.iter().flat_map(|group| &group.rows).all(|row| (1..=2).contains(&row.len())));
            }
        }
    }

    #[test]
    fn tracks_and_acts_come_in_the_order_of_the_procedure() {
        let listed: Vec<&str> = tracks().map(|set| set.pin.id.as_str()).collect();
        assert_eq!(listed, ["pemilu-penyelenggara", "pemilihan-penyelenggara", "pemilu-antarpeserta", "pemilihan-antarpeserta"]);
        for Pinned { value: set, pin, .. } in sets() {
            let acts: Vec<&String> = set.acts_in_order().map(|(key, _)| key).collect();
            assert_eq!(acts, set.order.iter().collect::<Vec<_>>(), "{}: the order names each act once", pin.id);
            let place = |act: &str| acts.iter().position(|key| *key == act);
            assert_eq!(place("receive"), Some(0), "{}", pin.id);
            assert!(place("plenary") < place("lapse") && place("register") < place("read_decision"), "{}: {acts:?}", pin.id);
            assert!(place("read_decision") < place("close") && place("lapse") < place("close"), "{}: {acts:?}", pin.id);
        }
    }

    #[test]
    fn what_is_no_case_is_no_track_and_asks_nothing_of_the_law() {
        assert!(tracks().all(|set| Stream::of(Some(&set.pin)) == Stream::Case));
        for Pinned { value: set, pin, .. } in streams() {
            assert_eq!(stream(Stream::of(Some(pin))).map(|newest| &newest.pin), Some(pin));
            assert_eq!(set.acts_in_order().map(|(key, _)| key).collect::<Vec<_>>(), set.order.iter().collect::<Vec<_>>());
            // Nothing of it is counted, numbered or printed, so that no register, schedule or public view can hold it.
            assert!(set.deadline.is_empty() && set.paper.is_empty() && set.guard.is_empty() && set.strand.is_empty(), "{}", pin.id);
            assert!(set.act.values().all(|act| act.number.is_none()), "{}", pin.id);
            let start = set.start().expect("a start");
            let reached: BTreeSet<&str> = set.act.values().flat_map(|act| act.targets()).collect();
            for key in set.state.keys() {
                assert!(key == start || reached.contains(key.as_str()), "{}: nothing leads to {key}", pin.id);
                assert!(set.act.values().any(|act| act.from.contains(key)), "{}: nothing leads on from {key}", pin.id);
            }
        }
    }

    #[test]
    fn an_act_that_the_order_leaves_out_comes_last() {
        let mut set = sets().next().expect("a rule set").value.clone();
        let left_out = set.order.remove(0);
        set.order.push("nowhere".into());
        let acts: Vec<&String> = set.acts_in_order().map(|(key, _)| key).collect();
        assert_eq!(acts.len(), set.act.len());
        assert_eq!(acts.last(), Some(&&left_out));
    }

    /// What a lawyer cannot see at a glance: loose ends of the procedure itself.
    #[test]
    fn each_procedure_holds_together() {
        for Pinned { value: set, pin, .. } in sets() {
            let acts: Vec<_> = set.act.values().collect();
            if acts.len() == 1 {
                // Only reception is written so far.
                continue;
            }
            let reached: BTreeSet<&String> = acts.iter().flat_map(|act| act.to.iter().chain(act.branch.values())).collect();
            for (key, state) in set.state.iter() {
                assert!(state.start || reached.contains(key), "{}: nothing leads to {key}", pin.id);
                assert!(state.end.is_some() || acts.iter().any(|act| act.from.contains(key)), "{}: nothing leads on from {key}", pin.id);
                assert!(state.strand.as_ref().is_none_or(|strand| set.strand.contains_key(strand)), "{}: {key}", pin.id);
            }
            for (key, act) in set.act.iter() {
                assert!(act.to.is_none() || act.to_by.is_none(), "{}: {key} leads to one state or to several", pin.id);
                let options: BTreeSet<&str> = act
                    .to_by
                    .iter()
                    .filter_map(|path| path.split_once('.'))
                    .filter_map(|(form, field)| set.field(form, field))
                    .flat_map(|field| field.options.iter().map(|option| option.v.as_str()))
                    .collect();
                assert_eq!(options, act.branch.keys().map(String::as_str).collect(), "{}: branches of {key}", pin.id);
                let states = |one, other| set.field(&act.form, one).is_some() && set.field(&act.form, other).is_some();
                assert!(states("on", "at") || states("filed_on", "filed_at"), "{}: {key} does not say when", pin.id);
                let strand = set.strand_of(act);
                for state in act.to.iter().chain(act.branch.values()) {
                    assert_eq!(set.state[state].strand.as_deref(), strand, "{}: {key} stays in its strand", pin.id);
                }
            }
            for (key, guard) in set.guard.iter() {
                assert!(acts.iter().any(|act| act.guards.contains(key)), "{}: guard {key} guards nothing", pin.id);
                let is_block = guard.otherwise == Otherwise::Block;
                assert!(!(is_block && guard.mark == Mark::Unknown), "{}: the unknown blocks nobody: {key}", pin.id);
            }
            for (key, deadline) in set.deadline.iter() {
                let named = deadline.readings.iter().flat_map(|reading| &reading.start_act).chain(&deadline.propose);
                named.for_each(|act| assert!(set.act.contains_key(act), "{}: deadline {key}: {act}", pin.id));
                let defaults = deadline.readings.iter().filter(|reading| reading.default).count();
                assert_eq!(defaults, usize::from(deadline.readings.len() > 1), "{}: deadline {key} has one default", pin.id);
                for reading in &deadline.readings {
                    assert!(reading.start_date.is_some() == reading.start_act.is_empty(), "{}: deadline {key} begins once", pin.id);
                    assert!(reading.n > 0 || reading.unit == DayUnit::Calendar, "{}: deadline {key}", pin.id);
                    reading.when.iter().chain(&reading.start_if).for_each(|when| check_paths(set, when));
                }
            }
            for (key, counter) in set.counter.iter() {
                assert!(set.act.contains_key(&counter.of), "{}: counter {key}", pin.id);
                check_paths(set, &counter.plus);
            }
            set.paper.values().filter_map(|paper| paper.only_if.as_ref()).for_each(|when| check_paths(set, when));
            let rows: BTreeSet<&String> = set.field.values().flat_map(Table::values).filter_map(|field| field.of.as_ref()).collect();
            for form in set.form.keys() {
                assert!(rows.contains(form) || acts.iter().any(|act| act.form == *form), "{}: form {form} is used by nothing", pin.id);
            }
        }
    }

    #[test]
    fn the_version_is_chosen_by_date() {
        let first = LocalDate::new(2022, 12, 31);
        assert!(set_for("pemilu-penyelenggara", first).is_none());
        assert!(set_for("pemilu-penyelenggara", LocalDate::new(2026, 7, 6)).is_some());
        assert!(set_for("pemilu-penyelenggara", None).is_some());
        assert!(set_for("tidak-ada", None).is_none());
    }
}
