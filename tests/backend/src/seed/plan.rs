//! Which cases there are: each with its office, its story, how far that has gone, and when each of its acts took place. A pure function
//! of how many there shall be and what time it is.

use std::collections::BTreeMap;

use sips_lapangan::domain::calendar::{Calendar, DayKind};
use sips_lapangan::domain::office::{Level, Office, OfficeCode};
use sips_lapangan::domain::time::{LocalDate, MinuteOfDay, Timestamp, Zone};
use sips_lapangan::rules;

use super::chance::Chance;
use super::stories::{Step, Story, stories};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// The calendar is looked at for so many days before now: the oldest cases and their steps lie within.
const PAST_DAYS: i64 = 1_400;
/// And for so many after.
const COMING_DAYS: i64 = 200;
/// The oldest last act, in days.
const OLDEST_DAYS: i64 = 1_050;

/// Offices of the seeded accounts: code, share of a hundred, most cases. A device keeps all cases of its office.
const OFTEN: [(&str, usize, usize); 5] = [("16.07", 10, 400), ("33.24", 4, 150), ("52.71", 4, 150), ("16", 2, 100), ("00", 2, 150)];

/// A case to be made.
pub struct Plan {
    /// Its number, from 0.
    pub number: u32,
    /// Its story.
    pub story: &'static Story,
    /// Its office.
    pub office: &'static Office,
    /// Its acts: those that were performed, then those that are still to come.
    pub steps: Vec<Planned>,
    /// How many were performed.
    pub done: usize,
    /// Was it sent through SIPS because no counter was open?
    pub online: bool,
    /// Does it bring files?
    pub files: bool,
}

/// An act and its time.
pub struct Planned {
    /// What.
    pub step: Step,
    /// When it took place, or will.
    pub at: Timestamp,
    /// When the server took it.
    pub recorded: Timestamp,
}

/// Days of the calendar, counted from 1 January 1970.
struct Days {
    working: Vec<i64>,
}

fn epoch() -> LocalDate {
    LocalDate::new(1970, 1, 1).expect("a day")
}

fn day_number(date: LocalDate) -> i64 {
    date.days_since(epoch())
}

/// The date of a day by its number.
fn date(day: i64) -> LocalDate {
    // Seven in the morning, in the zone west of all others.
    Timestamp(day * DAY_MS).in_zone(Zone::Wib).date
}

/// The date that lies `days` after another, or before it.
#[must_use]
pub fn shifted(from: LocalDate, days: i64) -> LocalDate {
    date(day_number(from) + days)
}

impl Days {
    fn new(now: Timestamp, calendar: &Calendar) -> Self {
        let today = day_number(now.in_zone(Zone::Wib).date);
        let country = OfficeCode("00".into());
        let is_working = |day: &i64| match calendar.kind(date(*day), &country) {
            Ok(kind) => matches!(kind, DayKind::Working),
            // A year that nobody has entered: weekends at least are known.
            Err(_) => date(*day).weekday() < 5,
        };
        Self { working: (today - PAST_DAYS..today + COMING_DAYS).filter(is_working).collect() }
    }

    /// The last working day that is not after this one.
    fn at_most(&self, day: i64) -> i64 {
        let at = self.working.partition_point(|working| *working <= day);
        at.checked_sub(1).and_then(|at| self.working.get(at)).copied().unwrap_or(day)
    }

    /// The working day `by` working days after this one.
    fn shift(&self, day: i64, by: i64) -> i64 {
        let at = self.working.partition_point(|working| *working < day);
        let there = i64::try_from(at).unwrap_or(0) + by;
        usize::try_from(there).ok().and_then(|there| self.working.get(there)).copied().unwrap_or(day + by)
    }

    fn is_working(&self, day: i64) -> bool {
        self.working.binary_search(&day).is_ok()
    }
}

/// The cases, by number.
#[must_use]
pub fn plans(count: u32, now: Timestamp, calendar: &Calendar) -> Vec<Plan> {
    let days = Days::new(now, calendar);
    let total = usize::try_from(count).unwrap_or(0);
    let offices = offices(total);
    let fresh = (total / 60).clamp(4.min(total), 40);
    let running = (total * 45 / 100).min(450 + total.saturating_sub(1_000) / 25);
    let beginnings = beginnings();
    // Of many cases only the first bring files: what is tried with them needs no more.
    let with_files = total.min(6_000);
    (0..total)
        .map(|at| {
            let number = u32::try_from(at).unwrap_or(u32::MAX);
            let mut chance = Chance::of(&[1, u64::from(number)]);
            let age = match at {
                at if at < fresh => Age::Fresh,
                at if at < fresh + running => Age::Running,
                _ => Age::Old,
            };
            let (mut story, mut done) = match age {
                Age::Fresh => (by_weight(at, true), 1),
                Age::Running => {
                    // Every place in turn, by whichever way.
                    let ways = &beginnings[(at - fresh) % beginnings.len()];
                    ways[chance.index(ways.len())]
                }
                Age::Old => {
                    // Each story once, so that also a few cases show the rare ones.
                    let story = stories().get(at - fresh - running).unwrap_or_else(|| by_weight(at, false));
                    (story, story.steps.len())
                }
            };
            let mut office = offices[at];
            if !allows(office, story) {
                // The national office and Jakarta's cities hold no such election: another story of the office, or another office.
                let others: Vec<&Story> = stories().iter().filter(|other| allows(office, other)).collect();
                match chance.pick(&others) {
                    Some(other) => {
                        done = done.min(other.steps.len());
                        story = other;
                    }
                    None => office = offices[0],
                }
            }
            lay_out(number, story, office, done, age, now, &days, &mut chance, at < with_files)
        })
        .collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Age {
    /// Filed within the last hour.
    Fresh,
    /// Stands somewhere within its story.
    Running,
    /// Went through its story, at any time of the last years.
    Old,
}

/// Where a story stands after so many acts, short of its end: the beginnings that lead to one place of the procedure stand together, so
/// that as many cases wait at one place as at another.
fn beginnings() -> Vec<Vec<(&'static Story, usize)>> {
    let mut places: BTreeMap<(&str, String), Vec<(&Story, usize)>> = BTreeMap::new();
    for story in stories() {
        let Some(set) = rules::set_for(&story.track, None) else { continue };
        let mut state = String::new();
        for (step, done) in story.steps.iter().zip(1..story.steps.len()) {
            let Some(rule) = set.value.act.get(&step.act) else { continue };
            let option = rule.to_by.as_ref().and_then(|path| step.says(path.rsplit('.').next().unwrap_or_default()));
            let to = rule.to.as_ref().or_else(|| rule.branch.get(option.unwrap_or("dispute")));
            let aside = set.value.strand_of(rule).is_some();
            let place =
                if aside { format!("{state} {}", to.map_or("", String::as_str)) } else { to.cloned().unwrap_or_else(|| state.clone()) };
            if !aside {
                state.clone_from(&place);
            }
            // A day that is set and still to come is a place of its own.
            let place = if rule.form == "announcement" { format!("{place} announced") } else { place };
            places.entry((&story.track, place)).or_default().push((story, done));
        }
    }
    let mut places: Vec<_> = places.into_values().collect();
    Chance::of(&[8]).shuffle(&mut places);
    places
}

/// A story by its weight, spread evenly.
fn by_weight(at: usize, with_reception: bool) -> &'static Story {
    let known = || stories().iter().filter(|story| !with_reception || story.steps.first().is_some_and(|step| step.act == "receive"));
    let total: u64 = known().map(|story| u64::from(story.weight)).sum();
    // The places of the golden ratio: however many are taken, they lie evenly.
    let golden = (at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut place = u64::try_from((u128::from(golden) * u128::from(total)) >> 64).unwrap_or(0);
    for story in known() {
        let weight = u64::from(story.weight);
        if place < weight {
            return story;
        }
        place -= weight;
    }
    &stories()[0]
}

/// Can the office hold such a case? Jakarta's cities and the national office elect no heads, nor does Yogyakarta a governor.
fn allows(office: &Office, story: &Story) -> bool {
    let elects = !story.track.starts_with("pemilihan")
        || match office.level {
            Level::National => false,
            Level::Province => office.code.0 != "34",
            _ => !office.code.0.starts_with("31."),
        };
    let district = story.steps[0].says("handled_by") == Some("panwascam");
    let Some(set) = rules::set_for(&story.track, None) else { return false };
    let levels = |step: &Step| set.value.act.get(&step.act).is_some_and(|rule| set.value.levels_of(rule).contains(&office.level));
    elects && story.steps.iter().all(levels) && (!district || office.level == Level::Regency)
}

/// The office of each case. Some have many, many none.
fn offices(total: usize) -> Vec<&'static Office> {
    let all = rules::offices();
    let often = |code: &str| OFTEN.iter().any(|(known, ..)| *known == code);
    let mut chosen = Vec::with_capacity(total);
    for (code, share, most) in OFTEN {
        let quota = (total * share).div_ceil(100).min(most);
        chosen.extend(all.iter().find(|office| office.code.0 == code).into_iter().flat_map(|office| std::iter::repeat_n(office, quota)));
    }
    // Those that have any, the busiest first.
    let mut busy: Vec<(u64, &Office)> =
        all.iter().filter(|office| !often(&office.code.0)).map(|office| (Chance::of_text(&office.code.0, 7).next(), office)).collect();
    busy.sort_by_key(|(order, _)| *order);
    busy.truncate(busy.len() * 11 / 20);
    let weights: Vec<i64> = (0..busy.len()).map(|rank| 100_000 / (i64::try_from(rank).unwrap_or(0) + 3)).collect();
    let sum: i64 = weights.iter().sum();
    let mut chance = Chance::of(&[2]);
    while chosen.len() < total {
        let mut place = chance.below(sum);
        let at = weights.iter().position(|weight| {
            place -= weight;
            place < 0
        });
        chosen.push(busy[at.unwrap_or(0)].1);
    }
    chosen.truncate(total);
    chance.shuffle(&mut chosen);
    chosen
}

#[expect(clippy::too_many_arguments, reason = "everything that a case is laid out by")]
fn lay_out(
    number: u32,
    story: &'static Story,
    office: &'static Office,
    done: usize,
    age: Age,
    now: Timestamp,
    days: &Days,
    chance: &mut Chance,
    may_have_files: bool,
) -> Plan {
    let mut steps = story.steps.clone();
    let mut done = done;
    // Now and then a note or a letter in between.
    if age != Age::Fresh && done > 1 && chance.percent(35) {
        let received = steps.iter().position(|step| step.act == "receive").unwrap_or(0);
        if done > received {
            let at = received + 1 + chance.index(done - received);
            steps.insert(at, Step::aside(if chance.percent(60) { "note" } else { "document" }));
            done += 1;
        }
    }
    let local = now.in_zone(office.zone);
    let today = day_number(local.date);
    let minute = i64::from(local.minute.0);
    let offsets: Vec<i64> = steps
        .iter()
        .scan(0, |sum, step| {
            *sum += i64::from(step.wait);
            Some(*sum)
        })
        .collect();
    let last = done - 1;
    let next_wait = offsets.get(done).map_or(0, |offset| offset - offsets[last]);
    let ago = match age {
        Age::Fresh => 0,
        // Mostly the next act is not overdue yet; sometimes it is.
        Age::Running if chance.percent(75) => chance.below(next_wait + 1),
        Age::Running => next_wait + chance.between(1, 4),
        Age::Old => chance.below(60) + chance.below(OLDEST_DAYS - 60) * chance.below(100) / 100,
    };
    let on_last_day = offsets.iter().take(done).filter(|offset| **offset == offsets[last]).count();
    let room = 4 * i64::try_from(on_last_day).unwrap_or(1) + 20;
    let mut target = match age {
        Age::Old => today - 1 - ago,
        _ if story.working => days.shift(days.at_most(today), -ago),
        _ => today - ago,
    };
    // Not before the office opens, and with room for all acts of the day.
    if age != Age::Fresh && target == today && minute < 8 * 60 + room {
        target -= 1;
    }
    if story.working && age != Age::Fresh {
        target = days.at_most(target);
    }
    let day_of = |at: usize| {
        let by = offsets[at] - offsets[last];
        if story.working && by != 0 { days.shift(target, by) } else { target + by }
    };
    let mut planned: Vec<Planned> = Vec::with_capacity(steps.len());
    let mut at = 0;
    while at < steps.len() {
        let day = day_of(at);
        // Acts of one day, of which those that were performed come first.
        let end = (at..steps.len()).find(|other| day_of(*other) != day).unwrap_or(steps.len());
        let end = if at < done { end.min(done) } else { end };
        let acts = i64::try_from(end - at).unwrap_or(1);
        let performed = at < done;
        let (begin, close) = if performed && day == today { (8 * 60, minute - 6) } else { (8 * 60 + 20, 17 * 60) };
        let first = begin + chance.below(((close - begin) / (acts + 1)).clamp(1, if story.working { 120 } else { 420 }));
        let gap = ((close - first) / acts).clamp(1, 55);
        let mut minutes = first;
        for step in &steps[at..end] {
            let time = if age == Age::Fresh && performed {
                // To the minute, as the officer states it.
                let there = now.plus(-chance.between(4, 55) * MINUTE_MS).0;
                Timestamp(there - there.rem_euclid(MINUTE_MS))
            } else {
                date(day).at(MinuteOfDay(u16::try_from(minutes.clamp(0, 1_439)).unwrap_or(0)), office.zone)
            };
            planned.push(Planned { step: step.clone(), at: time, recorded: time });
            minutes += chance.between((gap / 2).max(1), gap);
        }
        at = end;
    }
    let mut before = Timestamp(i64::MIN);
    for planned in &mut planned[..done] {
        // Now and then the tablet had no network.
        let delay = if chance.percent(8) { chance.between(40, 1_600) } else { chance.between(1, 6) } * MINUTE_MS + chance.below(60) * 1_000;
        planned.recorded = planned.at.plus(delay).max(before.plus(1_000)).min(now).max(before);
        before = planned.recorded;
    }
    let filed = planned[0].at.in_zone(office.zone);
    let open = days.is_working(day_number(filed.date)) && (8 * 60..16 * 60).contains(&i64::from(filed.minute.0));
    let files = may_have_files && chance.percent(35);
    Plan { number, story, office, steps: planned, done, online: story.working && !open, files }
}

impl Plan {
    /// The case's own chance; `part` names what for.
    #[must_use]
    pub fn chance(&self, part: u64) -> Chance {
        Chance::of(&[3, u64::from(self.number), part])
    }

    /// The day in the office on which a step takes place.
    #[must_use]
    pub fn day(&self, at: usize) -> Option<LocalDate> {
        self.steps.get(at).map(|planned| planned.at.in_zone(self.office.zone).date)
    }

    /// The act of reception.
    #[must_use]
    pub fn reception(&self) -> usize {
        self.steps.iter().position(|planned| planned.step.act == "receive").unwrap_or(0)
    }

    /// The next step after `at` that is one of these acts; where none follows, `at` itself.
    #[must_use]
    pub fn following(&self, at: usize, acts: &[&str]) -> usize {
        (at + 1..self.steps.len()).find(|later| acts.contains(&self.steps[*later].step.act.as_str())).unwrap_or(at)
    }

    /// How many working days the decision of KPU was old when the petition came.
    #[must_use]
    pub fn fixed_on(&self, calendar: &Calendar) -> LocalDate {
        let reception = &self.steps[self.reception()];
        let told = reception.step.says("fixed").and_then(|days| days.parse().ok());
        let mut left = told.unwrap_or_else(|| self.chance(11).between(1, 3));
        let mut date = reception.at.in_zone(self.office.zone).date;
        while left > 0 {
            date = shifted(date, -1);
            let works = calendar.kind(date, &self.office.code).map_or(date.weekday() < 5, |kind| matches!(kind, DayKind::Working));
            left -= i64::from(works);
        }
        date
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).expect("an instant")
    }

    fn made(count: u32, now: Timestamp) -> Vec<Plan> {
        plans(count, now, &rules::newest_calendar().expect("a calendar").value)
    }

    /// Whatever the clock says: a working morning, a Sunday night, the last minute of a year, a year that no calendar knows.
    #[test]
    fn nothing_lies_after_now_or_out_of_order() {
        for now in ["2026-07-08T03:25:00Z", "2026-07-11T19:04:00Z", "2026-12-31T16:59:00Z", "2031-03-03T01:30:00Z"].map(at) {
            for plan in made(700, now) {
                let done = &plan.steps[..plan.done];
                assert!(done.iter().all(|act| act.at <= act.recorded && act.recorded <= now), "{} {}", plan.story.track, plan.story.name);
                assert!(done.is_sorted_by_key(|act| act.at) && done.is_sorted_by_key(|act| act.recorded), "{}", plan.story.name);
                assert!(done.iter().all(|act| act.at.0 % MINUTE_MS == 0));
                assert!(allows(plan.office, plan.story));
            }
        }
    }

    #[test]
    fn offices_have_many_cases_or_none() {
        let plans = made(500, at("2026-07-08T03:25:00Z"));
        let of = |code: &str| plans.iter().filter(|plan| plan.office.code.0 == code).count();
        assert!(of("16.07") >= 40 && of("33.24") >= 15 && of("52.71") >= 15 && of("16") >= 5, "{}", of("16.07"));
        let busy: BTreeSet<&str> = plans.iter().map(|plan| plan.office.code.0.as_str()).collect();
        assert!(busy.len() > 80 && busy.len() < rules::offices().len() / 2, "{}", busy.len());
        assert!(made(5_000, at("2026-07-08T03:25:00Z")).iter().filter(|plan| plan.office.code.0 == "16.07").count() <= 400);
    }

    #[test]
    fn some_came_within_the_hour_and_some_sessions_are_to_come() {
        let now = at("2026-07-08T03:25:00Z");
        let plans = made(500, now);
        let fresh = plans.iter().filter(|plan| plan.steps[plan.reception()].at > now.plus(-60 * MINUTE_MS)).count();
        assert!(fresh >= 8, "{fresh}");
        let sessions = ["mediation_day", "hearing", "read_decision"];
        let today = now.in_zone(Zone::Wib).date;
        let coming = plans.iter().filter(|plan| {
            let next = plan.following(plan.done - 1, &sessions);
            next >= plan.done && plan.day(next).is_some_and(|day| (1..=5).contains(&day.days_since(today)))
        });
        let coming = coming.count();
        assert!(coming >= 20, "{coming}");
    }
}
