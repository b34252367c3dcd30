//! The docket: of each case what lists, the day's work, the calendar and the recap need, worked out once when the case changes.
//! It follows from the acts alone, so that it holds whatever the time is; what depends on the time is asked of a line.

use super::answers::{Answer, Answers};
use super::calendar::Calendar;
use super::case::{Act, Case, Effect, RECEPTION};
use super::deadline::Count;
use super::facts::{Facts, Running};
use super::id::CaseId;
use super::office::{Office, OfficeCode};
use super::order::ascending;
use super::rule_set::{DayUnit, DefinitionRef, RuleSet, Whose};
use super::stream::{Stream, Work, work};
use super::text::{folded, read_date, read_time};
use super::time::{LocalDate, MinuteOfDay, Timestamp, Zone};

/// One case of the docket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The case.
    pub id: CaseId,
    /// The office that handles it.
    pub office: Option<OfficeCode>,
    /// Its rule set; the track is the id of it.
    pub rules: Option<DefinitionRef>,
    /// What it is called: the number in the register, else that of its reception, else the provisional code.
    pub name: String,
    /// Names of the petitioners, in order.
    pub petitioners: Vec<String>,
    /// The respondent.
    pub respondent: String,
    /// Number of the disputed object.
    pub object: String,
    /// What was chosen on the petition (channel, stage, kind of election …), as `(field, value)`.
    pub choices: Vec<(String, String)>,
    /// Where it stands.
    pub state: String,
    /// The recap's column that it ended in; `None` while it goes on.
    pub end: Option<String>,
    /// What was decided, once a decision was read.
    pub outcome: Option<String>,
    /// When the petition came in.
    pub filed_at: Option<Timestamp>,
    /// When something last happened.
    pub changed_at: Option<Timestamp>,
    /// When it was entered in the register, or in the book.
    pub registered_at: Option<Timestamp>,
    /// When the decision was read that holds now.
    pub decided_at: Option<Timestamp>,
    /// The states it went through, in the order of entering them.
    pub moves: Vec<Move>,
    /// Deadlines that run and are not met, the earliest first; of a disputed one the safe reading.
    pub dues: Vec<DueLine>,
    /// Mediations, hearings and readings that took place or are to.
    pub sessions: Vec<Session>,
    /// Something of it has not reached the server.
    pub unsent: bool,
    /// How the work on it stands: what its stream beside says, where this device knows that.
    pub work: Work,
    /// What a question from the field or a page of help is called; empty for a case.
    pub title: String,
}

/// The entering of a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// When it happened.
    pub at: Timestamp,
    /// The state.
    pub state: String,
    /// The recap's column that a case ends in with it.
    pub end: Option<String>,
}

/// A deadline that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueLine {
    /// Key in the rule set.
    pub deadline: String,
    /// The last day, in the office's dates.
    pub last_day: LocalDate,
    /// The first instant that is too late.
    pub closes_at: Timestamp,
    /// The days that count, in order.
    pub counted: Vec<LocalDate>,
    /// Are they working days? Otherwise they follow the calendar.
    pub working: bool,
    /// Another reading of the law names a later day.
    pub disputed: bool,
    /// Whom it binds.
    pub whose: Whose,
}

/// What happens on a day that somebody has to be there for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// `mediation`, `hearing` or `reading`.
    pub kind: String,
    /// The day.
    pub on: LocalDate,
    /// The hour, if told.
    pub at: Option<MinuteOfDay>,
    /// Room or link.
    pub place: String,
    /// Who sits, by name.
    pub people: Vec<String>,
    /// It took place; otherwise it is announced.
    pub held: bool,
}

/// How pressing a deadline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Press {
    /// Its end has passed.
    Overdue,
    /// It ends today.
    Today,
    /// It ends tomorrow.
    Tomorrow,
    /// It ends within a week.
    Week,
    /// Later.
    Later,
}

impl DueLine {
    /// What kind of days it counts.
    #[must_use]
    pub fn unit(&self) -> DayUnit {
        if self.working { DayUnit::Working } else { DayUnit::Calendar }
    }

    /// The days that still count after `today`.
    #[must_use]
    pub fn left(&self, today: LocalDate) -> usize {
        self.counted.iter().filter(|&&day| day > today).count()
    }

    /// How pressing it is at a moment that is the day `today` at the office.
    #[must_use]
    pub fn press(&self, now: Timestamp, today: LocalDate) -> Press {
        match self.last_day.days_since(today) {
            _ if self.closes_at <= now => Press::Overdue,
            ..=0 => Press::Today,
            1 => Press::Tomorrow,
            2..=7 => Press::Week,
            _ => Press::Later,
        }
    }
}

impl Line {
    /// What it is a line of.
    #[must_use]
    pub fn stream(&self) -> Stream {
        Stream::of(self.rules.as_ref())
    }

    /// The most pressing deadline that asks something of the office.
    #[must_use]
    pub fn next_due(&self) -> Option<&DueLine> {
        self.dues.iter().find(|due| due.whose == Whose::Office)
    }

    /// Where it stood at an instant; `None` before it came in. Acts count from when they happened, not from when they were told.
    #[must_use]
    pub fn stood_at(&self, at: Timestamp) -> Option<&Move> {
        self.moves.iter().rev().find(|entered| entered.at <= at)
    }

    /// A choice of the petition.
    #[must_use]
    pub fn choice(&self, field: &str) -> &str {
        self.choices.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value)
    }
}

/// The tables that a case is judged by; where one is missing, what depends on it is left out.
#[derive(Clone, Copy)]
pub struct Tables<'a> {
    /// Its rule set.
    pub rules: &'a RuleSet,
    /// The calendar of its last act.
    pub calendar: &'a Calendar,
    /// Its office.
    pub office: &'a Office,
}

/// The line of a case.
#[must_use]
pub fn line<'a>(case: &Case, acts: impl IntoIterator<Item = &'a Act>, tables: Option<Tables<'_>>, unsent: bool) -> Line {
    let petition = case.form("petition");
    let acts: Vec<&Act> = acts.into_iter().collect();
    let (mut registered_at, mut decided_at) = (None, None);
    for act in &acts {
        for effect in &act.effects {
            match effect {
                Effect::Number(series) | Effect::Numbered { series, .. } if series != RECEPTION => {
                    registered_at.get_or_insert(act.happened_at);
                }
                Effect::Set { form, .. } if form == "decision" => decided_at = Some(act.happened_at),
                _ => {}
            }
        }
    }
    let outcome = case.form("decision").text("outcome");
    let kind = Stream::of(case.rules.as_ref());
    Line {
        id: case.id,
        office: case.office.clone(),
        rules: case.rules.clone(),
        name: case.name(),
        petitioners: case.petitioners().iter().map(|&name| name.to_owned()).collect(),
        respondent: petition.text("respondent_name").to_owned(),
        object: petition.text("object_number").to_owned(),
        choices: ["channel", "stage", "election_kind", "object_kind"]
            .iter()
            .map(|&field| (field.to_owned(), petition.text(field).to_owned()))
            .filter(|(_, value)| !value.is_empty())
            .collect(),
        state: case.state.clone(),
        end: tables.and_then(|tables| tables.rules.state.get(&case.state)?.end.clone()),
        outcome: (!outcome.is_empty()).then(|| outcome.to_owned()),
        filed_at: case.history.first().map(|past| past.at),
        changed_at: case.history.last().map(|past| past.at),
        registered_at,
        decided_at,
        moves: moves(acts, tables.map(|tables| tables.rules)),
        dues: tables.map(|tables| dues(case, tables)).unwrap_or_default(),
        sessions: sessions(case),
        unsent,
        work: if kind == Stream::Work { work(case) } else { Work::default() },
        title: match kind {
            Stream::Question => case.form("question").text("title").to_owned(),
            Stream::Article => case.form("article").text("title").to_owned(),
            Stream::Case | Stream::Work => String::new(),
        },
    }
}

/// The states that a case went through, by its acts in order.
pub fn moves<'a>(acts: impl IntoIterator<Item = &'a Act>, rules: Option<&RuleSet>) -> Vec<Move> {
    let mut moves = Vec::new();
    for act in acts {
        moves.extend(act.effects.iter().filter_map(|effect| match effect {
            Effect::Enter(state) => {
                let end = rules.and_then(|rules| rules.state.get(state)?.end.clone());
                Some(Move { at: act.happened_at, state: state.clone(), end })
            }
            _ => None,
        }));
    }
    moves
}

fn dues(case: &Case, tables: Tables<'_>) -> Vec<DueLine> {
    let ended = tables.rules.is_end(&case.state);
    // What happens after the last act does not change what runs: any instant does.
    let at = case.history.last().map_or(Timestamp(0), |past| past.at);
    let facts = Facts::of(tables.rules, tables.calendar, tables.office, case, at);
    let line = |running: Running| {
        let rule = tables.rules.deadline.get(&running.deadline)?;
        let first = running.readings.iter().find_map(|counted| counted.due.as_ref().ok())?;
        let reading = rule.readings.iter().find(|reading| reading.id == first.reading)?;
        let counted = first.days.iter().filter(|day| matches!(day.count, Count::Counted(_))).map(|day| day.date).collect();
        let later = running.readings.iter().filter_map(|counted| counted.due.as_ref().ok()).any(|due| due.last_day != first.last_day);
        Some(DueLine {
            deadline: running.deadline,
            last_day: first.last_day,
            closes_at: first.closes_at,
            counted,
            working: reading.unit == DayUnit::Working,
            disputed: later,
            whose: rule.whose,
        })
    };
    match ended {
        true => Vec::new(),
        false => facts.deadlines().into_iter().filter(|running| running.met.is_none()).filter_map(line).collect(),
    }
}

/// A running deadline that other tables count otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// As it is.
    pub from: DueLine,
    /// As the other tables count it.
    pub to: DueLine,
}

/// The running deadlines of a case that other tables would move, the most pressing first.
#[must_use]
pub fn moved(case: &Case, running: &[DueLine], tables: Tables<'_>) -> Vec<Moved> {
    let after = dues(case, tables);
    let pairs = running.iter().filter_map(|from| Some((from, after.iter().find(|to| to.deadline == from.deadline)?)));
    pairs.filter(|(from, to)| from.closes_at != to.closes_at).map(|(from, to)| Moved { from: from.clone(), to: to.clone() }).collect()
}

/// The sessions of a case in the order of their days: announced or summoned for, told at a hearing, and held.
#[must_use]
pub fn sessions(case: &Case) -> Vec<Session> {
    let mut found: Vec<Session> = Vec::new();
    let mut panel: Vec<String> = Vec::new();
    for past in &case.history {
        let Some((form, answers)) = &past.form else { continue };
        if form == "panel" {
            panel = names(answers, "people");
        }
        let place = answers.text("place").trim().to_owned();
        if let Ok(on) = read_date(answers.text("session_on")) {
            let told = Session {
                kind: answers.text("session").to_owned(),
                on,
                at: read_time(answers.text("session_at")),
                place,
                people: panel.clone(),
                held: false,
            };
            add(&mut found, told);
            continue;
        }
        let kind = match form.as_str() {
            "mediation_day" => "mediation",
            "hearing" => "hearing",
            "decision" => "reading",
            _ => continue,
        };
        if let Ok(on) = read_date(answers.text("on")) {
            let mut people = names(answers, if kind == "mediation" { "staff" } else { "panel" });
            if people.is_empty() {
                people.clone_from(&panel);
            }
            add(&mut found, Session { kind: kind.to_owned(), on, at: read_time(answers.text("at")), place, people, held: true });
        }
        if let Ok(on) = read_date(answers.text("next_on")) {
            let next = Session {
                kind: kind.to_owned(),
                on,
                at: read_time(answers.text("next_at")),
                place: String::new(),
                people: panel.clone(),
                held: false,
            };
            add(&mut found, next);
        }
    }
    let by_day =
        ascending(found.iter().map(|session| (session.on.at(MinuteOfDay(0), Zone::Wib).0, session.at.map_or(-1, |at| i64::from(at.0)))));
    by_day.into_iter().filter_map(|position| found.get(position).cloned()).collect()
}

/// A session that is told of twice, by a summons to each party and by the announcement, is one: of the same kind on the same day,
/// at the same hour or at none that both name. What is told later holds, and fills in.
fn add(found: &mut Vec<Session>, told: Session) {
    let same = |known: &&mut Session| {
        let hours = known.at.zip(told.at);
        known.kind == told.kind && known.on == told.on && !known.held && (told.held || hours.is_none_or(|(first, second)| first == second))
    };
    match found.iter_mut().find(same) {
        Some(known) => {
            known.at = told.at.or(known.at);
            known.held |= told.held;
            if !told.place.is_empty() {
                known.place = told.place;
            }
            if !told.people.is_empty() {
                known.people = told.people;
            }
        }
        None => found.push(told),
    }
}

fn names(answers: &Answers, field: &str) -> Vec<String> {
    answers.rows(field).iter().map(|row| row.fields.text("name").trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// Two sessions that cannot both be: at the same hour of the same day, in the same room or with the same person.
#[must_use]
pub fn clash<'a>(first: &'a Session, second: &'a Session) -> Option<Clash<'a>> {
    let (one, other) = (first.at?, second.at?);
    // Nobody says how long a session takes: within the hour counts as the same time.
    if first.on != second.on || one.0.abs_diff(other.0) >= 60 {
        return None;
    }
    if let Some(person) = first.people.iter().find(|name| second.people.iter().any(|other| folded(other) == folded(name))) {
        return Some(Clash::Person(person));
    }
    let (room, other) = (folded(&first.place), folded(&second.place));
    (!room.trim().is_empty() && room == other).then_some(Clash::Room(&first.place))
}

/// Why two sessions clash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clash<'a> {
    /// The room, or the link.
    Room(&'a str),
    /// Somebody who sits in both.
    Person(&'a str),
}

/// The texts that a case is found by: first what it is called, each with `true`, then all that was written in any form.
#[must_use]
pub fn texts(case: &Case) -> Vec<(&str, bool)> {
    let mut texts: Vec<(&str, bool)> = case.numbers.values().flatten().map(|number| (number.as_str(), true)).collect();
    texts.push((case.form("petition").text("respondent_name"), true));
    texts.extend(case.petitioners().into_iter().map(|name| (name, true)));
    case.forms.values().for_each(|answers| add_texts(answers, &mut texts));
    texts
}

fn add_texts<'a>(answers: &'a Answers, texts: &mut Vec<(&'a str, bool)>) {
    for answer in answers.0.values() {
        match answer {
            Answer::Text(text) => texts.push((text, false)),
            Answer::Rows(rows) => rows.iter().for_each(|row| add_texts(&row.fields, texts)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::Past;
    use crate::domain::id::{AccountId, CommandId};

    fn past(form: &str, answers: &[(&str, &str)], people: &[&str]) -> Past {
        let mut filled = Answers::default();
        for (field, text) in answers {
            filled.set_text(field, (*text).to_owned());
        }
        let field = match form {
            "panel" => "people",
            "mediation_day" => "staff",
            _ => "panel",
        };
        for (row, name) in people.iter().enumerate() {
            let mut fields = Answers::default();
            fields.set_text("name", (*name).to_owned());
            filled.rows_mut(field).push(crate::domain::answers::Row { id: row.to_string(), fields });
        }
        Past {
            command: CommandId::new(Timestamp(0), [0; 10]),
            by: AccountId::new(Timestamp(0), [0; 10]),
            corrects: Vec::new(),
            act: String::new(),
            at: Timestamp(0),
            strand: None,
            form: Some((form.to_owned(), filled)),
        }
    }

    fn told(pasts: Vec<Past>) -> Vec<Session> {
        let mut case = Case::new(CaseId::new(Timestamp(0), [0; 10]));
        case.history = pasts;
        sessions(&case)
    }

    #[test]
    fn a_session_that_is_told_of_often_is_one() {
        let hearing = [("session", "hearing"), ("session_on", "26-11-2026"), ("session_at", "09.00")];
        let found = told(vec![
            past("panel", &[], &["Ahmad Fauzi"]),
            past("summons", &[&hearing[..], &[("party", "petitioner")]].concat(), &[]),
            past("summons", &[&hearing[..], &[("party", "respondent")]].concat(), &[]),
            past("announcement", &[&hearing[..], &[("place", "Ruang sidang")]].concat(), &[]),
        ]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            (found[0].place.as_str(), found[0].people.as_slice(), found[0].held),
            ("Ruang sidang", &["Ahmad Fauzi".to_owned()][..], false)
        );
    }

    #[test]
    fn what_took_place_takes_the_place_of_what_was_announced() {
        let found = told(vec![
            past("announcement", &[("session", "mediation"), ("session_on", "26-11-2026"), ("session_at", "09.00")], &[]),
            past("mediation_day", &[("on", "26-11-2026"), ("at", "09.20"), ("place", "Aula")], &["Siti"]),
            past("announcement", &[("session", "mediation"), ("session_on", "27-11-2026")], &[]),
        ]);
        assert_eq!(found.iter().map(|session| (session.on.day(), session.held)).collect::<Vec<_>>(), [(26, true), (27, false)]);
        assert_eq!(found[0].at, Some(MinuteOfDay(9 * 60 + 20)));
    }

    #[test]
    fn the_next_day_told_in_a_hearing_is_a_session() {
        let found = told(vec![past(
            "hearing",
            &[("on", "26-11-2026"), ("at", "09.00"), ("next_on", "30-11-2026"), ("next_at", "10.00")],
            &["Budi"],
        )]);
        assert_eq!(found.iter().map(|session| (session.on.day(), session.held)).collect::<Vec<_>>(), [(26, true), (30, false)]);
    }

    #[test]
    fn two_sessions_clash_by_person_or_room_within_the_hour() {
        let session = |hour: u16, place: &str, people: &[&str]| Session {
            kind: "hearing".into(),
            on: LocalDate::new(2026, 11, 26).expect("a day"),
            at: Some(MinuteOfDay(hour)),
            place: place.into(),
            people: people.iter().map(|&name| name.to_owned()).collect(),
            held: false,
        };
        let first = session(540, "Ruang Sidang 1", &["Ahmad Fauzi, S.H."]);
        assert_eq!(clash(&first, &session(599, "ruang sidang 1", &[])), Some(Clash::Room("Ruang Sidang 1")));
        assert_eq!(clash(&first, &session(560, "Aula", &["ahmad fauzi, S.H."])), Some(Clash::Person("Ahmad Fauzi, S.H.")));
        assert_eq!(clash(&first, &session(600, "Ruang Sidang 1", &[])), None);
        assert_eq!(clash(&first, &session(540, "", &[])), None);
    }

    #[test]
    fn a_deadline_is_pressing_by_the_day_and_over_by_the_hour() {
        let day = |day| LocalDate::new(2026, 11, day).expect("a day");
        let due = DueLine {
            deadline: "plenary".into(),
            last_day: day(26),
            closes_at: day(26).at(MinuteOfDay(16 * 60), Zone::Wib),
            counted: vec![day(24), day(25), day(26)],
            working: true,
            disputed: false,
            whose: Whose::Office,
        };
        let press = |at: LocalDate, minute| due.press(at.at(MinuteOfDay(minute), Zone::Wib), at);
        assert_eq!(press(day(26), 959), Press::Today);
        assert_eq!(press(day(26), 960), Press::Overdue);
        assert_eq!(press(day(25), 0), Press::Tomorrow);
        assert_eq!(press(day(19), 0), Press::Week);
        assert_eq!(press(day(18), 0), Press::Later);
        assert_eq!(due.left(day(24)), 2);
    }
}
