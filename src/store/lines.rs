//! The docket as it is kept: lines of many cases in one record, so that a device with a hundred thousand of them reads a few hundred
//! records at its start. All of it is derived: a page says by what its lines were made, a line says which acts it was made from, and
//! what cannot be read or does not fit is made again from the acts.
//!
//! A record is text: the version of its shape, a colon, the sum of the rest, a colon, then numbers that end with a semicolon, and texts
//! behind their lengths. Nothing needs to be escaped, and lines are read a hundred thousand at a time.

use super::record::CaseRecord;
use crate::domain::digest::Digest;
use crate::domain::docket::{DueLine, Line, Move, Session};
use crate::domain::id::{AccountId, CaseId, CommandId};
use crate::domain::office::OfficeCode;
use crate::domain::rule_set::{DefinitionRef, Whose};
use crate::domain::search::Words;
use crate::domain::stream::Work;
use crate::domain::time::{LocalDate, MinuteOfDay, Timestamp};

/// The version of these shapes, and of what a line says: to be raised when `domain::docket` or `domain::search` says something else.
pub const FORMAT: u32 = 1;

/// The number of pages that a docket has. A case is on the page that its id names for ever, so that no list of places is kept.
pub const PAGES: usize = 256;

/// The key of the note that counts how often pages were written, for tabs that have read them before.
pub const PAGES_WRITTEN: &str = "docket";

/// The key of the note that has the beginning of the list: it was true when nothing was stale.
pub const HEAD: &str = "docket-head";

/// The page of a case.
#[must_use]
pub fn page_of(case: CaseId) -> u8 {
    case.0.as_bytes()[15]
}

/// Which acts something was made from: how many, and the command of the last one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Their number.
    pub acts: u32,
    /// The last one's command.
    pub last: Option<CommandId>,
}

impl CaseRecord {
    /// The mark of its acts.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark { acts: u32::try_from(self.acts.len()).unwrap_or(u32::MAX), last: self.acts.last().map(|act| act.command_id) }
    }
}

/// A page of lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// What they were made by, beside the acts.
    pub rests_on: String,
    /// The lines, each with the mark of its acts.
    pub lines: Vec<(Mark, Line)>,
}

/// The stored text of a page of lines.
#[must_use]
pub fn write_page<'a>(rests_on: &str, lines: impl ExactSizeIterator<Item = (Mark, &'a Line)>) -> String {
    let mut out = Out::default();
    out.text(rests_on);
    out.count(lines.len());
    for (mark, line) in lines {
        out.id(line.id.0);
        out.mark(mark);
        out.line(line);
    }
    out.sealed()
}

/// Reads a page; `None` where it is damaged or of another version.
#[must_use]
pub fn read_page(text: &str) -> Option<Page> {
    let mut from = In(opened(text)?);
    let mut page = Page { rests_on: from.text()?, lines: Vec::new() };
    for _ in 0..from.count()? {
        let id = CaseId(from.id()?);
        page.lines.push((from.mark()?, from.line(id)?));
    }
    from.0.is_empty().then_some(page)
}

/// What the list shows first: kept beside the notes, so that it is there before the pages are read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    /// How many lines the pages have.
    pub lines: usize,
    /// How many of them are of cases, not of other streams.
    pub cases: usize,
    /// The first cases of the list.
    pub first: Page,
}

/// The stored text of the beginning of the list.
#[must_use]
pub fn write_head(head: &Head) -> String {
    let first = write_page(&head.first.rests_on, head.first.lines.iter().map(|(mark, line)| (*mark, line)));
    format!("{} {} {first}", head.lines, head.cases)
}

/// Reads the beginning of the list; `None` where it is damaged or of another version.
#[must_use]
pub fn read_head(text: &str) -> Option<Head> {
    let mut parts = text.splitn(3, ' ');
    let mut number = || parts.next()?.parse().ok();
    let (lines, cases) = (number()?, number()?);
    Some(Head { lines, cases, first: read_page(parts.next()?)? })
}

/// The stored text of the words of a page's cases.
#[must_use]
pub fn write_words<'a>(words: impl ExactSizeIterator<Item = (CaseId, Mark, &'a Words)>) -> String {
    let mut out = Out::default();
    out.count(words.len());
    for (case, mark, words) in words {
        out.id(case.0);
        out.mark(mark);
        out.text(&words.head);
        out.text(&words.body);
    }
    out.sealed()
}

/// Reads the words of a page's cases; `None` where they are damaged or of another version.
#[must_use]
pub fn read_words(text: &str) -> Option<Vec<(CaseId, Mark, Words)>> {
    let mut from = In(opened(text)?);
    let mut all = Vec::new();
    for _ in 0..from.count()? {
        all.push((CaseId(from.id()?), from.mark()?, Words { head: from.text()?, body: from.text()? }));
    }
    from.0.is_empty().then_some(all)
}

/// The stored text of what a commit changed: cases with their marks; without acts, a case that went away.
pub(super) fn write_stale(cases: &[(CaseId, Mark)]) -> String {
    let mut out = Out::default();
    out.count(cases.len());
    for (case, mark) in cases {
        out.id(case.0);
        out.mark(*mark);
    }
    out.sealed()
}

/// Reads it; `None` where it is damaged.
pub(super) fn read_stale(text: &str) -> Option<Vec<(CaseId, Mark)>> {
    let mut from = In(opened(text)?);
    let mut all = Vec::new();
    for _ in 0..from.count()? {
        all.push((CaseId(from.id()?), from.mark()?));
    }
    Some(all)
}

/// The part of a record behind its version and its sum.
fn opened(text: &str) -> Option<&str> {
    let (format, rest) = text.split_once(':')?;
    let (told, body) = rest.split_once(':')?;
    (format.parse() == Ok(FORMAT) && told.parse() == Ok(sum(body))).then_some(body)
}

/// FNV-1a, eight bytes at a time: it tells damage, not intent.
fn sum(text: &str) -> u64 {
    let add = |sum: u64, word: u64| (sum ^ word).wrapping_mul(0x100_0000_01b3).rotate_left(23);
    let chunks = text.as_bytes().chunks_exact(8);
    let rest = chunks.remainder();
    let word = |bytes: &[u8]| bytes.iter().fold(0, |word, &byte| word << 8 | u64::from(byte));
    add(chunks.map(word).fold(0xcbf2_9ce4_8422_2325, add), word(rest))
}

#[derive(Default)]
struct Out {
    body: String,
}

impl Out {
    fn sealed(self) -> String {
        format!("{FORMAT}:{}:{}", sum(&self.body), self.body)
    }

    fn num(&mut self, number: i64) {
        if number < 0 {
            self.body.push('-');
        }
        let mut digits = [0_u8; 20];
        let (mut at, mut left) = (digits.len(), number.unsigned_abs());
        loop {
            at -= 1;
            digits[at] = b'0' + (left % 10) as u8;
            left /= 10;
            if left == 0 {
                break;
            }
        }
        self.body.push_str(std::str::from_utf8(&digits[at..]).unwrap_or_default());
        self.body.push(';');
    }

    fn count(&mut self, count: usize) {
        self.num(count as i64);
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.body.push_str(text);
    }

    fn texts(&mut self, texts: &[String]) {
        self.count(texts.len());
        texts.iter().for_each(|text| self.text(text));
    }

    fn some_text(&mut self, text: Option<&String>) {
        self.num(i64::from(text.is_some()));
        text.into_iter().for_each(|text| self.text(text));
    }

    fn some_num(&mut self, number: Option<i64>) {
        self.num(i64::from(number.is_some()));
        number.into_iter().for_each(|number| self.num(number));
    }

    fn id(&mut self, id: uuid::Uuid) {
        let (high, low) = id.as_u64_pair();
        self.num(high as i64);
        self.num(low as i64);
    }

    fn mark(&mut self, mark: Mark) {
        self.num(i64::from(mark.acts));
        self.num(i64::from(mark.last.is_some()));
        mark.last.into_iter().for_each(|last| self.id(last.0));
    }

    fn day(&mut self, day: LocalDate) {
        self.num((i64::from(day.year()) * 100 + i64::from(day.month())) * 100 + i64::from(day.day()));
    }

    fn line(&mut self, line: &Line) {
        self.some_text(line.office.as_ref().map(|code| &code.0));
        self.num(i64::from(line.rules.is_some()));
        if let Some(pin) = &line.rules {
            self.text(&pin.id);
            self.num(i64::from(pin.version));
            self.text(&pin.digest.to_string());
        }
        self.text(&line.name);
        self.texts(&line.petitioners);
        self.text(&line.respondent);
        self.text(&line.object);
        self.count(line.choices.len());
        for (field, value) in &line.choices {
            self.text(field);
            self.text(value);
        }
        self.text(&line.state);
        self.some_text(line.end.as_ref());
        self.some_text(line.outcome.as_ref());
        [line.filed_at, line.changed_at, line.registered_at, line.decided_at].into_iter().for_each(|at| self.some_num(at.map(|at| at.0)));
        self.count(line.moves.len());
        for entered in &line.moves {
            self.num(entered.at.0);
            self.text(&entered.state);
            self.some_text(entered.end.as_ref());
        }
        self.count(line.dues.len());
        for due in &line.dues {
            self.text(&due.deadline);
            self.day(due.last_day);
            self.num(due.closes_at.0);
            self.count(due.counted.len());
            due.counted.iter().for_each(|day| self.day(*day));
            self.num(i64::from(due.working));
            self.num(i64::from(due.disputed));
            self.num(match due.whose {
                Whose::Office => 0,
                Whose::Party => 1,
                Whose::Court => 2,
            });
        }
        self.count(line.sessions.len());
        for session in &line.sessions {
            self.text(&session.kind);
            self.day(session.on);
            self.some_num(session.at.map(|at| i64::from(at.0)));
            self.text(&session.place);
            self.texts(&session.people);
            self.num(i64::from(session.held));
        }
        self.num(i64::from(line.unsent));
        self.num(i64::from(line.work.responsible.is_some()));
        if let Some((account, name)) = &line.work.responsible {
            self.id(account.0);
            self.text(name);
        }
        self.count(line.work.watchers.len());
        line.work.watchers.iter().for_each(|account| self.id(account.0));
        self.text(&line.title);
    }
}

struct In<'a>(&'a str);

impl In<'_> {
    fn num(&mut self) -> Option<i64> {
        let bytes = self.0.as_bytes();
        let minus = usize::from(bytes.first() == Some(&b'-'));
        let (mut at, mut number) = (minus, 0_u64);
        while let Some(digit) = bytes.get(at).filter(|byte| byte.is_ascii_digit()) {
            number = number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
            at += 1;
        }
        if at == minus || bytes.get(at) != Some(&b';') {
            return None;
        }
        self.0 = self.0.get(at + 1..)?;
        if minus == 1 { 0_i64.checked_sub_unsigned(number) } else { i64::try_from(number).ok() }
    }

    /// A number of things that follow: never more than there are letters left.
    fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.num()?).ok()?;
        (count <= self.0.len()).then_some(count)
    }

    fn flag(&mut self) -> Option<bool> {
        self.num().map(|flag| flag != 0)
    }

    fn text(&mut self) -> Option<String> {
        let length = self.count()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(text.to_owned())
    }

    fn some<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.flag()? { read(self).map(Some) } else { Some(None) }
    }

    fn many<T>(&mut self, mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.count()?;
        let mut all = Vec::with_capacity(count);
        for _ in 0..count {
            all.push(read(self)?);
        }
        Some(all)
    }

    fn id(&mut self) -> Option<uuid::Uuid> {
        Some(uuid::Uuid::from_u64_pair(self.num()? as u64, self.num()? as u64))
    }

    fn mark(&mut self) -> Option<Mark> {
        Some(Mark { acts: u32::try_from(self.num()?).ok()?, last: self.some(Self::id)?.map(CommandId) })
    }

    fn at(&mut self) -> Option<Timestamp> {
        self.num().map(Timestamp)
    }

    fn day(&mut self) -> Option<LocalDate> {
        let number = self.num()?;
        LocalDate::new(i16::try_from(number / 10_000).ok()?, (number / 100 % 100) as i8, (number % 100) as i8)
    }

    fn line(&mut self, id: CaseId) -> Option<Line> {
        Some(Line {
            id,
            office: self.some(Self::text)?.map(OfficeCode),
            rules: self.some(|from| {
                Some(DefinitionRef { id: from.text()?, version: u32::try_from(from.num()?).ok()?, digest: Digest::parse(&from.text()?)? })
            })?,
            name: self.text()?,
            petitioners: self.many(Self::text)?,
            respondent: self.text()?,
            object: self.text()?,
            choices: self.many(|from| Some((from.text()?, from.text()?)))?,
            state: self.text()?,
            end: self.some(Self::text)?,
            outcome: self.some(Self::text)?,
            filed_at: self.some(Self::at)?,
            changed_at: self.some(Self::at)?,
            registered_at: self.some(Self::at)?,
            decided_at: self.some(Self::at)?,
            moves: self.many(|from| Some(Move { at: from.at()?, state: from.text()?, end: from.some(Self::text)? }))?,
            dues: self.many(Self::due)?,
            sessions: self.many(Self::session)?,
            unsent: self.flag()?,
            work: Work {
                responsible: self.some(|from| Some((AccountId(from.id()?), from.text()?)))?,
                watchers: self.many(|from| from.id().map(AccountId))?,
            },
            title: self.text()?,
        })
    }

    fn due(&mut self) -> Option<DueLine> {
        Some(DueLine {
            deadline: self.text()?,
            last_day: self.day()?,
            closes_at: self.at()?,
            counted: self.many(Self::day)?,
            working: self.flag()?,
            disputed: self.flag()?,
            whose: match self.num()? {
                0 => Whose::Office,
                1 => Whose::Party,
                2 => Whose::Court,
                _ => return None,
            },
        })
    }

    fn session(&mut self) -> Option<Session> {
        Some(Session {
            kind: self.text()?,
            on: self.day()?,
            at: self.some(Self::num)?.and_then(|at| u16::try_from(at).ok()).map(MinuteOfDay),
            place: self.text()?,
            people: self.many(Self::text)?,
            held: self.flag()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(n: u8) -> CaseId {
        CaseId::new(Timestamp(1_783_480_800_000), [n; 10])
    }

    fn some_text() -> impl Strategy<Value = Option<String>> {
        proptest::option::of(any::<String>())
    }

    fn day() -> impl Strategy<Value = LocalDate> {
        (2000_i16..2100, 1_i8..13, 1_i8..29).prop_map(|(year, month, day)| LocalDate::new(year, month, day).expect("a day"))
    }

    prop_compose! {
        fn due()(deadline in any::<String>(), last_day in day(), at in any::<i64>(), counted in proptest::collection::vec(day(), 0..4),
                 working in any::<bool>(), disputed in any::<bool>(), whose in 0..3) -> DueLine {
            let whose = [Whose::Office, Whose::Party, Whose::Court][whose as usize];
            DueLine { deadline, last_day, closes_at: Timestamp(at), counted, working, disputed, whose }
        }
    }

    prop_compose! {
        fn session()(kind in any::<String>(), on in day(), at in proptest::option::of(0_u16..1441), place in any::<String>(),
                     people in proptest::collection::vec(any::<String>(), 0..3), held in any::<bool>()) -> Session {
            Session { kind, on, at: at.map(MinuteOfDay), place, people, held }
        }
    }

    prop_compose! {
        fn line()(n in any::<u8>(), office in some_text(), pin in proptest::option::of((any::<String>(), any::<u32>())),
                  names in (any::<String>(), any::<String>(), any::<String>(), any::<String>(), any::<String>()),
                  petitioners in proptest::collection::vec(any::<String>(), 0..3),
                  choices in proptest::collection::vec((any::<String>(), any::<String>()), 0..3),
                  ends in (some_text(), some_text()), times in any::<[Option<i64>; 4]>(),
                  moves in proptest::collection::vec((any::<i64>(), any::<String>(), some_text()), 0..3),
                  dues in proptest::collection::vec(due(), 0..3), sessions in proptest::collection::vec(session(), 0..3),
                  unsent in any::<bool>(), responsible in some_text(), watchers in 0_u8..3) -> Line {
            let (name, respondent, object, state, title) = names;
            let [filed_at, changed_at, registered_at, decided_at] = times.map(|at| at.map(Timestamp));
            let account = |n: u8| AccountId::new(Timestamp(1), [n; 10]);
            Line {
                id: id(n), office: office.map(OfficeCode), name, petitioners, respondent, object, choices, state, title, unsent, dues, sessions,
                rules: pin.map(|(id, version)| DefinitionRef { digest: Digest::of(id.as_bytes()), id, version }),
                end: ends.0, outcome: ends.1, filed_at, changed_at, registered_at, decided_at,
                moves: moves.into_iter().map(|(at, state, end)| Move { at: Timestamp(at), state, end }).collect(),
                work: Work { responsible: responsible.map(|name| (account(1), name)), watchers: (0..watchers).map(account).collect() },
            }
        }
    }

    proptest! {
        #[test]
        fn a_page_comes_back_as_it_was_written(rests_on in any::<String>(), lines in proptest::collection::vec(line(), 0..4), acts in any::<u32>()) {
            let mark = Mark { acts, last: (acts % 2 == 0).then(|| CommandId(id(acts as u8).0)) };
            let text = write_page(&rests_on, lines.iter().map(|line| (mark, line)));
            let page = Page { rests_on, lines: lines.into_iter().map(|line| (mark, line)).collect() };
            prop_assert_eq!(read_page(&text), Some(page.clone()));
            let head = Head { lines: acts as usize, cases: 7, first: page };
            prop_assert_eq!(read_head(&write_head(&head)), Some(head));
        }

        #[test]
        fn a_damaged_page_is_not_read(line in line(), at in any::<prop::sample::Index>(), with in any::<char>()) {
            let text = write_page("x", [(Mark::default(), &line)].into_iter());
            let mut letters: Vec<char> = text.chars().collect();
            let at = at.index(letters.len());
            letters[at] = with;
            let damaged: String = letters.into_iter().collect();
            prop_assert!(damaged == text || read_page(&damaged).is_none());
            let cut = text.char_indices().nth(at).map_or(0, |(at, _)| at);
            prop_assert_eq!(read_page(&text[..cut]), None);
        }

        #[test]
        fn words_come_back(head in any::<String>(), body in any::<String>()) {
            let words = Words { head, body };
            let mark = Mark { acts: 3, last: None };
            let text = write_words([(id(1), mark, &words)].into_iter());
            prop_assert_eq!(read_words(&text), Some(vec![(id(1), mark, words)]));
        }
    }

    #[test]
    fn numbers_of_every_size_come_back() {
        for number in [0, 1, -1, 9, 10, i64::MAX, i64::MIN, 1_783_480_800_000] {
            let mut out = Out::default();
            out.num(number);
            assert_eq!(In(&out.body).num(), Some(number), "{}", out.body);
        }
        for wrong in ["", ";", "-;", "1", "9223372036854775808;", "-9223372036854775809;", "1x;"] {
            assert_eq!(In(wrong).num(), None, "{wrong}");
        }
    }

    #[test]
    fn another_version_is_not_read() {
        let text = write_stale(&[(id(1), Mark::default())]);
        assert_eq!(read_stale(&text), Some(vec![(id(1), Mark::default())]));
        assert_eq!(read_stale(&text.replacen(&FORMAT.to_string(), &(FORMAT + 1).to_string(), 1)), None);
    }
}
