//! *Rekap*: how many cases came in and what became of them, as of a day, by any of the dimensions that Bawaslu publishes. Counted from
//! the docket alone, so that it can be said of any day that has passed.

use super::docket::Line;
use super::order::sorted;
use super::rule_set::RuleSet;
use super::table::Table;
use super::time::{LocalDate, MinuteOfDay, Timestamp, Zone};

/// What cases are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The office that handles them; with a row for each office, also without cases.
    Office,
    /// The province.
    Province,
    /// The track.
    Track,
    /// The stage of the election that the object belongs to.
    Stage,
    /// The kind of election.
    Kind,
    /// How they came in.
    Channel,
    /// The kind of object: SK or BA.
    Object,
    /// The month in which they came in.
    Month,
    /// How they were resolved: by mediation, by adjudication, in closed or open deliberation.
    Way,
}

impl By {
    /// Each of them with its name in an address.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::Office, "kantor"),
        (Self::Province, "provinsi"),
        (Self::Track, "jalur"),
        (Self::Stage, "tahapan"),
        (Self::Kind, "jenis"),
        (Self::Channel, "saluran"),
        (Self::Object, "objek"),
        (Self::Month, "bulan"),
        (Self::Way, "cara"),
    ];

    /// The key of a case's group as it stood at an instant, by its rules where they are known; empty where the case does not say.
    #[must_use]
    pub fn key(self, line: &Line, rules: Option<&RuleSet>, at: Timestamp, zone: Zone) -> String {
        let office = line.office.as_ref().map_or("", |office| office.0.as_str());
        match self {
            Self::Office => office.to_owned(),
            Self::Province => office.split('.').next().unwrap_or_default().to_owned(),
            Self::Track => line.rules.as_ref().map_or_else(String::new, |pin| pin.id.clone()),
            Self::Stage => line.choice("stage").to_owned(),
            Self::Kind => line.choice("election_kind").to_owned(),
            Self::Channel => line.choice("channel").to_owned(),
            Self::Object => line.choice("object_kind").to_owned(),
            Self::Month => line.filed_at.map_or_else(String::new, |at| {
                let date = at.in_zone(zone).date;
                format!("{:04}-{:02}", date.year(), date.month())
            }),
            Self::Way => way(line, rules, at).unwrap_or_default().to_owned(),
        }
    }
}

/// The state that says how a case was resolved that was decided by then: the last one it went through of those that are ways.
fn way<'a>(line: &'a Line, rules: Option<&RuleSet>, at: Timestamp) -> Option<&'a str> {
    let (rules, decided) = (rules?, line.decided_at.filter(|decided| *decided <= at)?);
    let is_way = |state: &str| rules.state.get(state).is_some_and(|state| state.way);
    line.moves.iter().rev().find(|entered| entered.at <= decided && is_way(&entered.state)).map(|entered| entered.state.as_str())
}

/// Counts of one group. Each case that came in is in exactly one of `not_registered`, `inadmissible`, `lapsed_early`, `referred`,
/// `verifying` and `registered`; each that was registered in exactly one of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Petitions that came in.
    pub received: u32,
    /// Declared not registered.
    pub not_registered: u32,
    /// Not accepted (*tidak dapat diterima*) before registration.
    pub inadmissible: u32,
    /// Lapsed before registration.
    pub lapsed_early: u32,
    /// No dispute of this kind: sent on.
    pub referred: u32,
    /// Still being checked.
    pub verifying: u32,
    /// Entered in the register or book.
    pub registered: u32,
    /// Ended by settlement.
    pub settled: u32,
    /// Granted in full.
    pub granted_full: u32,
    /// Granted in part.
    pub granted_partial: u32,
    /// Rejected.
    pub rejected: u32,
    /// Decided to be inadmissible.
    pub inadmissible_decided: u32,
    /// Lapsed (*gugur*) after registration.
    pub lapsed: u32,
    /// Goes on.
    pub in_process: u32,
    /// Registered and ended without a result that has a column.
    pub other: u32,
}

/// The number of columns.
pub const COLUMNS: usize = 15;

impl Counts {
    /// The columns in their order.
    #[must_use]
    pub fn columns(&self) -> [u32; COLUMNS] {
        [
            self.received,
            self.not_registered,
            self.inadmissible,
            self.lapsed_early,
            self.referred,
            self.verifying,
            self.registered,
            self.settled,
            self.granted_full,
            self.granted_partial,
            self.rejected,
            self.inadmissible_decided,
            self.lapsed,
            self.in_process,
            self.other,
        ]
    }

    fn columns_mut(&mut self) -> [&mut u32; COLUMNS] {
        [
            &mut self.received,
            &mut self.not_registered,
            &mut self.inadmissible,
            &mut self.lapsed_early,
            &mut self.referred,
            &mut self.verifying,
            &mut self.registered,
            &mut self.settled,
            &mut self.granted_full,
            &mut self.granted_partial,
            &mut self.rejected,
            &mut self.inadmissible_decided,
            &mut self.lapsed,
            &mut self.in_process,
            &mut self.other,
        ]
    }

    /// Adds the counts of another group.
    pub fn add(&mut self, other: &Self) {
        self.columns_mut().into_iter().zip(other.columns()).for_each(|(sum, more)| *sum += more);
    }

    /// Does what came in equal what became of it?
    #[must_use]
    pub fn received_adds_up(&self) -> bool {
        self.received == self.not_registered + self.inadmissible + self.lapsed_early + self.referred + self.verifying + self.registered
    }

    /// Does what was registered equal the results and what goes on? What ended without a result is not hidden: it breaks the sum.
    #[must_use]
    pub fn registered_adds_up(&self) -> bool {
        self.registered
            == self.settled
                + self.granted_full
                + self.granted_partial
                + self.rejected
                + self.inadmissible_decided
                + self.lapsed
                + self.in_process
    }

    fn count(&mut self, line: &Line, at: Timestamp) {
        self.received += 1;
        let end = line.stood_at(at).and_then(|stood| stood.end.as_deref());
        if line.registered_at.is_none_or(|registered| registered > at) {
            *match end {
                Some("not_registered") => &mut self.not_registered,
                Some("inadmissible") => &mut self.inadmissible,
                Some("lapsed") => &mut self.lapsed_early,
                Some("referred") => &mut self.referred,
                _ => &mut self.verifying,
            } += 1;
            return;
        }
        self.registered += 1;
        let outcome = line.outcome.as_deref().filter(|_| line.decided_at.is_some_and(|decided| decided <= at));
        *match (outcome, end) {
            (Some("settled"), _) => &mut self.settled,
            (Some("granted_full"), _) => &mut self.granted_full,
            (Some("granted_partial"), _) => &mut self.granted_partial,
            (Some("rejected"), _) => &mut self.rejected,
            (Some("inadmissible"), _) => &mut self.inadmissible_decided,
            (_, Some("lapsed")) => &mut self.lapsed,
            (None, None) => &mut self.in_process,
            _ => &mut self.other,
        } += 1;
    }
}

/// A recap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recap {
    /// The groups by their keys, in order.
    pub rows: Vec<(String, Counts)>,
    /// All of them together.
    pub total: Counts,
}

/// Counts the cases that came in from the one day to the other and stood as they did at the end of the latter, in the dates of a zone.
/// Each case comes with its rules where they are known. `always` are groups that have a row without cases, too.
#[must_use]
pub fn recap<'a>(
    lines: impl IntoIterator<Item = (&'a Line, Option<&'a RuleSet>)>,
    by: By,
    from: Option<LocalDate>,
    as_of: LocalDate,
    zone: Zone,
    always: impl IntoIterator<Item = String>,
) -> Recap {
    let end = as_of.at(MinuteOfDay::END_OF_DAY, zone).plus(-1);
    let mut groups: Table<String, Counts> = Table::new();
    groups.extend(always.into_iter().map(|key| (key, Counts::default())));
    let mut total = Counts::default();
    for (line, rules) in lines {
        let Some(filed) = line.filed_at else { continue };
        if filed > end || from.is_some_and(|from| filed.in_zone(zone).date < from) {
            continue;
        }
        groups.get_or_insert_with(by.key(line, rules, end, zone), Counts::default).count(line, end);
        total.count(line, end);
    }
    Recap { rows: groups.into_iter().collect(), total }
}

impl Recap {
    /// The rows with the most cases first.
    #[must_use]
    pub fn most_first(&self) -> Vec<&(String, Counts)> {
        let order = sorted(self.rows.len(), &|first, second| self.rows[first].1.received > self.rows[second].1.received);
        order.into_iter().filter_map(|position| self.rows.get(position)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::docket::Move;
    use crate::domain::id::CaseId;
    use crate::domain::office::OfficeCode;
    use proptest::prelude::*;

    const DAY: i64 = 86_400_000;

    fn line(office: &str, filed: i64, registered: Option<i64>, decided: Option<(i64, &str)>, end: Option<(i64, &str)>) -> Line {
        let at = |day: i64| Timestamp(day * DAY + 1);
        let mut moves = vec![Move { at: at(filed), state: "filed".into(), end: None }];
        moves.extend(registered.map(|day| Move { at: at(day), state: "registered".into(), end: None }));
        moves.extend(end.map(|(day, end)| Move { at: at(day), state: end.into(), end: Some(end.into()) }));
        Line {
            id: CaseId::new(Timestamp(0), [0; 10]),
            office: Some(OfficeCode(office.into())),
            rules: None,
            name: String::new(),
            petitioners: Vec::new(),
            respondent: String::new(),
            object: String::new(),
            choices: vec![("channel".into(), "sips".into())],
            state: String::new(),
            end: end.map(|(_, end)| end.to_owned()),
            outcome: decided.map(|(_, outcome)| outcome.to_owned()),
            filed_at: Some(at(filed)),
            changed_at: None,
            registered_at: registered.map(at),
            decided_at: decided.map(|(day, _)| at(day)),
            moves,
            dues: Vec::new(),
            sessions: Vec::new(),
            unsent: false,
            work: Default::default(),
            title: String::new(),
        }
    }

    fn day(day: i64) -> LocalDate {
        Timestamp(day * DAY).in_zone(Zone::Wib).date
    }

    #[test]
    fn a_case_counts_where_it_stood_on_the_day() {
        let case = line("16.07", 10, Some(12), Some((20, "granted_partial")), Some((22, "closed")));
        let count = |as_of| recap([(&case, None)], By::Office, None, day(as_of), Zone::Wib, []).total;
        assert_eq!(count(9), Counts::default());
        assert_eq!(count(10), Counts { received: 1, verifying: 1, ..Counts::default() });
        assert_eq!(count(12), Counts { received: 1, registered: 1, in_process: 1, ..Counts::default() });
        assert_eq!(count(20), Counts { received: 1, registered: 1, granted_partial: 1, ..Counts::default() });
        assert_eq!(count(30), count(20));
    }

    #[test]
    fn what_ended_before_the_register_has_its_own_columns() {
        let cases = [
            line("16.07", 1, None, None, Some((3, "not_registered"))),
            line("16.07", 1, None, None, Some((3, "inadmissible"))),
            line("16.07", 1, None, None, Some((3, "lapsed"))),
            line("16.07", 1, Some(2), None, Some((3, "lapsed"))),
        ];
        let total = recap(cases.iter().map(|line| (line, None)), By::Office, None, day(5), Zone::Wib, []).total;
        let wanted =
            Counts { received: 4, not_registered: 1, inadmissible: 1, lapsed_early: 1, registered: 1, lapsed: 1, ..Counts::default() };
        assert_eq!(total, wanted);
        assert!(total.received_adds_up() && total.registered_adds_up());
    }

    #[test]
    fn an_office_without_cases_has_a_row_and_one_that_ended_without_a_result_breaks_the_sum() {
        let odd = line("16.07", 1, Some(2), None, Some((3, "closed")));
        let recap = recap([(&odd, None)], By::Office, None, day(5), Zone::Wib, ["16.07".to_owned(), "16.08".to_owned()]);
        assert_eq!(
            recap.rows.iter().map(|(key, counts)| (key.as_str(), counts.received)).collect::<Vec<_>>(),
            [("16.07", 1), ("16.08", 0)]
        );
        assert!(!recap.total.registered_adds_up());
    }

    #[test]
    fn a_case_was_resolved_in_the_last_way_before_its_decision() {
        let book = crate::rules::RuleBook::default();
        let rules = &book.set_for("pemilu-penyelenggara", None).expect("the rule set").value;
        let went = |states: &[(i64, &str)], decided: Option<i64>| {
            let mut case = line("16.07", 1, Some(2), decided.map(|day| (day, "rejected")), None);
            let moves = states.iter().map(|(day, state)| Move { at: Timestamp(day * DAY + 1), state: (*state).to_owned(), end: None });
            case.moves.extend(moves);
            case
        };
        let cases = [
            went(&[(3, "mediation")], Some(4)),
            went(&[(3, "mediation"), (5, "adjudication"), (7, "awaiting_decision")], Some(8)),
            went(&[(3, "mediation")], None),
            went(&[(3, "mediation"), (5, "adjudication")], Some(20)),
        ];
        let rows = recap(cases.iter().map(|line| (line, Some(rules))), By::Way, None, day(10), Zone::Wib, []).rows;
        let found: Vec<(&str, u32)> = rows.iter().map(|(key, counts)| (key.as_str(), counts.received)).collect();
        assert_eq!(found, [("", 2), ("adjudication", 1), ("mediation", 1)]);
    }

    #[test]
    fn the_period_counts_days_of_the_zone() {
        let late = line("16.07", 4, None, None, None);
        // Two milliseconds before midnight in WIB is the day before.
        let mut early = late.clone();
        early.filed_at = Some(day(4).at(MinuteOfDay(0), Zone::Wib).plus(-2));
        let counted = recap([(&late, None), (&early, None)], By::Office, Some(day(4)), day(4), Zone::Wib, []).total.received;
        assert_eq!(counted, 1);
    }

    proptest! {
        #[test]
        fn groups_add_up_to_the_total(cases in proptest::collection::vec((0_u8..4, 0_i64..20, proptest::option::of(0_i64..20), proptest::option::of(0_usize..6)), 0..40), as_of in 0_i64..25) {
            const OUTCOMES: [&str; 5] = ["settled", "granted_full", "granted_partial", "rejected", "inadmissible"];
            let lines: Vec<Line> = cases.iter().map(|&(office, filed, registered, outcome)| {
                let registered = registered.map(|after| filed + after);
                let decided = registered.zip(outcome).and_then(|(day, outcome)| Some((day + 2, *OUTCOMES.get(outcome)?)));
                line(&format!("16.0{office}"), filed, registered, decided, decided.map(|(day, _)| (day + 1, "closed")))
            }).collect();
            for (by, _) in By::ALL {
                let recap = recap(lines.iter().map(|line| (line, None)), by, None, day(as_of), Zone::Wib, []);
                let mut sum = Counts::default();
                recap.rows.iter().for_each(|(_, counts)| sum.add(counts));
                prop_assert_eq!(sum, recap.total);
                prop_assert!(recap.total.received_adds_up());
                prop_assert!(recap.total.registered_adds_up());
            }
        }
    }
}
