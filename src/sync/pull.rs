//! Applying a pulled page: only at its own cursor and epoch; revisions never go back (contract §4). What this version cannot read of a
//! page keeps the cursor where it is, so that the page comes again; what has a gap before it is kept aside by `store::transaction`.

use crate::domain::table::Table;

use super::answer::PullOutcome;
use super::engine::Pulled;
use crate::api::wire::{Changes, MaybeAct};
use crate::domain::amendment::Amendment;
use crate::domain::case::Act;
use crate::domain::id::CaseId;

/// How far this device has read the server's history.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Cursor {
    /// The history it belongs to.
    pub epoch: String,
    /// The server's opaque mark.
    pub at: String,
}

/// What a page means for this device.
#[derive(Clone, Debug, PartialEq)]
pub enum Application {
    /// These cases have more acts now; store them and the cursor in one transaction.
    Apply {
        /// The acts of each touched case that come after those already held, as they came.
        acts: Table<CaseId, Vec<Act>>,
        /// So many more could not be read. Then the cursor stays, and nothing is here that has a gap before it.
        unreadable: u32,
        /// Changes of the tables of the law.
        amendments: Vec<Amendment>,
        /// Cases this account no longer sees.
        hidden: Vec<CaseId>,
        /// The cursor after the page.
        cursor: Cursor,
    },
    /// A late page for an old cursor: pass it over.
    Stale,
    /// Another history: pull anew from the start.
    NewEpoch,
    /// The page contradicts itself: it promises more and makes no progress.
    Inconsistent,
}

/// Fits a page to what is held: `revision` gives the number of acts held of a case.
pub fn fit(page: Changes<MaybeAct>, held: Option<&Cursor>, revision: &dyn Fn(&CaseId) -> u32) -> Application {
    if let Some(held) = held {
        if held.epoch != page.epoch {
            return Application::NewEpoch;
        }
        if held.at != page.from {
            return Application::Stale;
        }
    } else if !page.from.is_empty() {
        return Application::Stale;
    }
    if page.more && page.next == page.from {
        return Application::Inconsistent;
    }
    let mut unreadable = 0;
    let mut acts: Table<CaseId, Vec<Act>> = Table::new();
    for act in page.acts {
        match act.0 {
            // The others were brought before by a receipt.
            Some(act) if act.revision > revision(&act.case_id) => acts.get_or_insert_with(act.case_id, Vec::new).push(act),
            Some(_) => {}
            None => unreadable += 1,
        }
    }
    if unreadable > 0 {
        // It may be the one that is missing: what comes behind a gap comes again with the page.
        acts.retain(|case, acts| {
            let mut last = revision(case);
            acts.retain(|act| {
                let follows = act.revision - 1 == last;
                last += u32::from(follows);
                follows
            });
            !acts.is_empty()
        });
    }
    let at = if unreadable > 0 { page.from } else { page.next };
    Application::Apply { acts, unreadable, amendments: page.amendments, hidden: page.hidden, cursor: Cursor { epoch: page.epoch, at } }
}

/// Pulling page by page. After a change of epoch a new snapshot grows here beside the old one, and takes its place when it is whole.
#[derive(Clone, Debug, Default)]
pub struct Puller {
    staged: Option<Staged>,
    /// Cursors that were left behind since the last page that was not followed by another.
    passed: Vec<String>,
    /// Pages in a row that brought nothing and promised more.
    empty: u32,
}

/// So many pages may bring nothing and promise more; whoever goes on like that is asked again later, from there.
const EMPTY_PAGES: u32 = 3;

#[derive(Clone, Debug, Default)]
struct Staged {
    acts: Table<CaseId, Vec<Act>>,
    amendments: Vec<Amendment>,
    cursor: Option<Cursor>,
}

/// What is to be done with what came.
#[derive(Clone, Debug, PartialEq)]
pub enum Taken {
    /// Something to be kept, in one commit.
    News(Page),
    /// Nothing is to be stored; for the engine.
    Nothing(Pulled),
}

/// A page of the server's history, or a whole new snapshot.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Acts that come behind those held, by case, also those with a gap before them; of a snapshot all of them.
    pub acts: Table<CaseId, Vec<Act>>,
    /// Changes of the tables of the law; of a snapshot all of them.
    pub amendments: Vec<Amendment>,
    /// Cases this account no longer sees.
    pub hidden: Vec<CaseId>,
    /// The cursor after it.
    pub cursor: Cursor,
    /// Is there more, to be asked for at once?
    pub more: bool,
    /// So many acts of it could not be read: the cursor stays before them.
    pub unreadable: u32,
    /// It takes the place of the snapshot held.
    pub whole: bool,
}

impl Puller {
    /// Before a request: a fresh snapshot is begun, or the one that grows is continued. Cases without a cursor came with receipts
    /// before the first pull; the history that begins now may lack them, so that they are looked through like any old snapshot.
    pub fn begin(&mut self, fresh: bool, held: Option<&Cursor>, has_cases: bool) {
        if (fresh || (held.is_none() && has_cases)) && self.staged.is_none() {
            self.staged = Some(Staged::default());
        }
    }

    /// The cursor to ask for, given that of the snapshot held. One that has not left the beginning yet is none to a server.
    #[must_use]
    pub fn cursor<'a>(&'a self, held: Option<&'a Cursor>) -> Option<&'a Cursor> {
        self.staged.as_ref().map_or(held, |staged| staged.cursor.as_ref()).filter(|cursor| !cursor.at.is_empty())
    }

    /// After a request: what to do with what came. `held` and `revision` are those of the snapshot as it is now.
    pub fn take(&mut self, outcome: PullOutcome, held: Option<&Cursor>, revision: &dyn Fn(&CaseId) -> u32) -> Taken {
        let page = match outcome {
            PullOutcome::Page(page) => *page,
            failed => {
                if failed == PullOutcome::CursorGone {
                    // What has grown so far belongs to a history that the server no longer knows.
                    *self = Self::default();
                }
                return Taken::Nothing(Pulled::Failed(failed));
            }
        };
        let (more, from, files) = (page.more, page.from.clone(), !page.files.is_empty());
        let fitted = match &self.staged {
            Some(staged) => fit(page, staged.cursor.as_ref(), &|_| 0),
            None => fit(page, held, revision),
        };
        let mut page = match fitted {
            // Half a snapshot takes no snapshot's place.
            Application::Apply { unreadable: unreadable @ 1.., .. } if self.staged.is_some() => {
                return Taken::Nothing(Pulled::Partly(unreadable));
            }
            Application::Apply { acts, unreadable, amendments, hidden, cursor } => {
                Page { acts, amendments, hidden, cursor, more: more && unreadable == 0, unreadable, whole: false }
            }
            Application::Stale => return Taken::Nothing(Pulled::Failed(PullOutcome::Strange)),
            Application::NewEpoch | Application::Inconsistent => {
                *self = Self::default();
                return Taken::Nothing(Pulled::Restart);
            }
        };
        if self.leads_nowhere(&page, from, files) {
            return Taken::Nothing(Pulled::Failed(PullOutcome::Strange));
        }
        let Some(mut staged) = self.staged.take() else { return Taken::News(page) };
        for (case, acts) in page.acts {
            staged.acts.get_or_insert_with(case, Vec::new).extend(acts);
        }
        staged.acts.retain(|case, _| !page.hidden.contains(case));
        staged.amendments.append(&mut page.amendments);
        if !more {
            return Taken::News(Page { acts: staged.acts, amendments: staged.amendments, hidden: Vec::new(), whole: true, ..page });
        }
        staged.cursor = Some(page.cursor);
        self.staged = Some(staged);
        Taken::Nothing(Pulled::Applied { more })
    }

    /// Does a page that promises more lead back to where we were, or on and on through nothing? It would be followed at full speed, for ever.
    fn leads_nowhere(&mut self, page: &Page, from: String, files: bool) -> bool {
        let brings = files || !(page.acts.is_empty() && page.amendments.is_empty() && page.hidden.is_empty());
        if !page.more {
            self.passed.clear();
        }
        self.empty = if brings || !page.more { 0 } else { self.empty + 1 };
        let nowhere = page.more && (self.empty > EMPTY_PAGES || self.passed.contains(&page.cursor.at));
        if nowhere {
            self.empty = 0;
        } else if page.more {
            self.passed.push(from);
        }
        nowhere
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::digest::Digest;
    use crate::domain::id::{AccountId, CommandId};
    use crate::domain::office::OfficeCode;
    use crate::domain::rule_set::DefinitionRef;
    use crate::domain::time::Timestamp;
    use crate::sync::fixtures;

    fn case(n: u8) -> CaseId {
        CaseId::new(Timestamp(1), [n; 10])
    }

    fn act(of: u8, revision: u32) -> Act {
        fixtures::act(case(of), CommandId::new(Timestamp(1), [revision as u8; 10]), revision)
    }

    type Told = Changes<MaybeAct>;

    fn page(from: &str, next: &str, acts: Vec<Act>) -> Told {
        Changes {
            epoch: "e1".into(),
            from: from.into(),
            next: next.into(),
            more: false,
            acts: acts.into_iter().map(Some).map(MaybeAct).collect(),
            amendments: vec![],
            files: vec![],
            hidden: vec![],
        }
    }

    fn held(at: &str) -> Cursor {
        Cursor { epoch: "e1".into(), at: at.into() }
    }

    #[test]
    fn acts_after_those_held_are_applied_in_order() {
        let fitted = fit(page("a", "b", vec![act(1, 2), act(2, 1), act(1, 3)]), Some(&held("a")), &|id| u32::from(*id == case(1)));
        let Application::Apply { acts, cursor, .. } = fitted else { panic!("{fitted:?}") };
        assert_eq!(acts.get(&case(1)).map(|acts| acts.iter().map(|act| act.revision).collect::<Vec<_>>()), Some(vec![2, 3]));
        assert_eq!(acts.get(&case(2)).map(Vec::len), Some(1));
        assert_eq!(cursor, held("b"));
    }

    #[test]
    fn an_act_that_a_receipt_brought_before_is_passed_over() {
        let fitted = fit(page("a", "b", vec![act(1, 1)]), Some(&held("a")), &|_| 1);
        assert!(matches!(fitted, Application::Apply { acts, .. } if acts.is_empty()));
    }

    #[test]
    fn a_late_page_is_passed_over_and_another_history_is_told() {
        assert_eq!(fit(page("a", "b", vec![]), Some(&held("b")), &|_| 0), Application::Stale);
        assert_eq!(fit(page("a", "b", vec![]), None, &|_| 0), Application::Stale);
        let other = Changes { epoch: "e2".into(), ..page("a", "b", vec![]) };
        assert_eq!(fit(other, Some(&held("a")), &|_| 0), Application::NewEpoch);
    }

    #[test]
    fn a_page_that_makes_no_progress_is_not_applied() {
        let endless = Changes { more: true, ..page("a", "a", vec![]) };
        assert_eq!(fit(endless, Some(&held("a")), &|_| 0), Application::Inconsistent);
    }

    /// Of each case the revisions that a page brings.
    fn revisions(acts: &Table<CaseId, Vec<Act>>) -> Vec<(CaseId, Vec<u32>)> {
        acts.iter().map(|(case, acts)| (*case, acts.iter().map(|act| act.revision).collect())).collect()
    }

    #[test]
    fn acts_with_a_gap_before_them_come_with_the_others() {
        let fitted = fit(page("a", "b", vec![act(1, 3), act(2, 1), act(1, 5)]), Some(&held("a")), &|id| u32::from(*id == case(1)));
        let Application::Apply { acts, unreadable: 0, cursor, .. } = fitted else { panic!("{fitted:?}") };
        assert_eq!((revisions(&acts), cursor), (vec![(case(1), vec![3, 5]), (case(2), vec![1])], held("b")));
    }

    /// A page with an act that nobody can read between those of two cases.
    fn partly(from: &str, next: &str) -> Told {
        let mut partly = page(from, next, vec![act(1, 2), act(1, 4), act(2, 1)]);
        partly.acts.insert(1, MaybeAct(None));
        Changes { more: true, ..partly }
    }

    #[test]
    fn what_can_be_read_of_a_page_is_taken_and_the_cursor_stays_before_the_rest() {
        let mut puller = Puller::default();
        let revision = |id: &CaseId| u32::from(*id == case(1));
        for _ in 0..5 {
            puller.begin(false, Some(&held("a")), true);
            let taken = puller.take(answer(partly("a", "b")), Some(&held("a")), &revision);
            let Taken::News(page) = taken else { panic!("{taken:?}") };
            assert_eq!(revisions(&page.acts), [(case(1), vec![2]), (case(2), vec![1])], "not what comes behind it");
            assert_eq!((page.cursor, page.unreadable, page.more), (held("a"), 1, false));
        }
        // It can be read at last; what was taken before is passed over.
        let revision = |id: &CaseId| if *id == case(1) { 2 } else { 1 };
        let whole = page("a", "b", vec![act(1, 2), act(1, 3), act(1, 4), act(2, 1)]);
        let Taken::News(page) = puller.take(answer(whole), Some(&held("a")), &revision) else { panic!("news") };
        assert_eq!((revisions(&page.acts), page.cursor, page.unreadable), (vec![(case(1), vec![3, 4])], held("b"), 0));
    }

    #[test]
    fn the_first_page_is_asked_for_again_from_the_beginning() {
        let mut puller = Puller::default();
        puller.begin(false, None, false);
        let Taken::News(page) = puller.take(answer(partly("", "a")), None, &|_| 1) else { panic!("news") };
        assert_eq!(page.cursor, held(""));
        // What it brought is no old snapshot, which another one would have to replace.
        puller.begin(false, Some(&page.cursor), true);
        assert_eq!(puller.cursor(Some(&page.cursor)), None);
        assert!(matches!(puller.take(answer(partly("", "a")), Some(&page.cursor), &|_| 1), Taken::News(Page { whole: false, .. })));
    }

    #[test]
    fn half_a_snapshot_takes_no_snapshots_place() {
        let mut puller = Puller::default();
        puller.begin(true, Some(&held("x")), true);
        puller.take(answer(more("", "a", vec![act(1, 1)])), Some(&held("x")), &|_| 7);
        for _ in 0..2 {
            let taken = puller.take(answer(partly("a", "b")), Some(&held("x")), &|_| 7);
            assert_eq!(taken, Taken::Nothing(Pulled::Partly(1)));
            assert_eq!(puller.cursor(Some(&held("x"))), Some(&held("a")));
        }
        let taken = puller.take(answer(page("a", "b", vec![act(1, 3), act(1, 2)])), Some(&held("x")), &|_| 7);
        let Taken::News(Page { acts, whole: true, .. }) = taken else { panic!("{taken:?}") };
        assert_eq!(revisions(&acts), [(case(1), vec![1, 3, 2])]);
    }

    fn answer(page: Told) -> PullOutcome {
        PullOutcome::Page(Box::new(page))
    }

    #[test]
    fn a_new_snapshot_grows_beside_the_old_one_until_it_is_whole() {
        let mut puller = Puller::default();
        puller.begin(true, Some(&held("x")), true);
        assert_eq!(puller.cursor(Some(&held("x"))), None);
        let first = Changes { more: true, ..page("", "a", vec![act(1, 1)]) };
        let taken = puller.take(answer(first), Some(&held("x")), &|_| 7);
        assert_eq!(taken, Taken::Nothing(Pulled::Applied { more: true }));
        puller.begin(true, Some(&held("x")), true);
        assert_eq!(puller.cursor(Some(&held("x"))), Some(&held("a")));
        let taken = puller.take(answer(page("a", "b", vec![act(1, 2)])), Some(&held("x")), &|_| 7);
        let Taken::News(Page { acts, cursor, whole: true, .. }) = taken else { panic!("{taken:?}") };
        assert_eq!((acts.get(&case(1)).map(Vec::len), cursor), (Some(2), held("b")));
        assert_eq!(puller.cursor(Some(&held("b"))), Some(&held("b")), "pages follow the new one from here");
    }

    /// What a puller does with pages that follow each other, each held as it is applied; counts those that were.
    fn follow(puller: &mut Puller, begin: Option<Cursor>, pages: impl IntoIterator<Item = Told>) -> usize {
        let mut held = begin;
        let mut applied = 0;
        for page in pages {
            puller.begin(false, held.as_ref(), false);
            match puller.take(answer(page), held.as_ref(), &|_| 0) {
                Taken::News(page) => held = Some(page.cursor),
                Taken::Nothing(Pulled::Applied { .. }) => {}
                Taken::Nothing(Pulled::Failed(PullOutcome::Strange)) => return applied,
                other => panic!("{other:?}"),
            }
            applied += 1;
        }
        applied
    }

    fn more(from: &str, next: &str, acts: Vec<Act>) -> Told {
        Changes { more: true, ..page(from, next, acts) }
    }

    #[test]
    fn a_server_that_leads_in_circles_is_not_followed() {
        // Also where each page brings something.
        let circle = [more("a", "b", vec![act(1, 1)]), more("b", "c", vec![act(2, 1)]), more("c", "a", vec![act(3, 1)])];
        assert_eq!(follow(&mut Puller::default(), Some(held("a")), circle.clone()), 2);
        // A snapshot that grows goes in no circle either.
        let mut puller = Puller::default();
        puller.begin(true, None, false);
        let [first, rest @ ..] = circle;
        let first = Changes { from: String::new(), ..first };
        assert_eq!(follow(&mut puller, None, [first, rest[0].clone(), more("c", "b", vec![act(3, 1)])]), 2);
        // What it says once it has mended its ways is taken, and the same way may be gone again later.
        let mut puller = Puller::default();
        let way = [more("a", "b", vec![act(1, 1)]), more("b", "a", vec![])];
        assert_eq!(follow(&mut puller, Some(held("a")), way), 1);
        assert_eq!(follow(&mut puller, Some(held("b")), [page("b", "c", vec![act(2, 1)])]), 1);
        assert_eq!(follow(&mut puller, Some(held("c")), [more("c", "b", vec![act(3, 1)]), page("b", "d", vec![])]), 2);
    }

    #[test]
    fn pages_without_anything_are_followed_for_a_while() {
        let mut puller = Puller::default();
        let nothing = |range: std::ops::Range<u32>| range.map(|n| more(&n.to_string(), &(n + 1).to_string(), vec![]));
        assert_eq!(follow(&mut puller, Some(held("0")), nothing(0..100)), EMPTY_PAGES as usize);
        // Later it goes on from there.
        assert_eq!(follow(&mut puller, Some(held("3")), nothing(3..100)), EMPTY_PAGES as usize);
        let some = (0..100_u8).map(|n| {
            let brings = if n % 3 == 0 { vec![act(n, 1)] } else { vec![] };
            more(&n.to_string(), &(n + 1).to_string(), brings)
        });
        assert_eq!(follow(&mut Puller::default(), Some(held("0")), some), 100);
    }

    #[test]
    fn changes_of_the_law_come_with_every_page_of_a_new_snapshot() {
        let made = |n: u8| -> Vec<Amendment> {
            let by = act(1, 1).by;
            let pin = DefinitionRef { id: "id".into(), version: 1, digest: Digest::of(b"") };
            vec![Amendment {
                id: crate::domain::id::AmendmentId::new(Timestamp(1), [n; 10]),
                base: pin.clone(),
                change: crate::domain::amendment::Change::CutiBersamaWorking(true),
                source: "SKB".into(),
                mark: crate::domain::rule_set::Mark::Likely,
                reason: "alasan".into(),
                by,
                office: OfficeCode("00".into()),
                made_at: Timestamp(1),
                result: Some(pin),
                recorded_at: Some(Timestamp(2)),
            }]
        };
        let mut puller = Puller::default();
        puller.begin(true, None, false);
        puller.take(answer(Changes { more: true, amendments: made(1), ..page("", "a", vec![]) }), None, &|_| 0);
        let taken = puller.take(answer(Changes { amendments: made(2), ..page("a", "b", vec![]) }), None, &|_| 0);
        let Taken::News(mut page) = taken else { panic!("{taken:?}") };
        assert_eq!(page.amendments, [made(1), made(2)].concat());
        let maker = crate::store::transaction::Maker {
            account: AccountId::new(Timestamp(1), [9; 10]),
            device: crate::domain::id::DeviceId::new(Timestamp(1), [9; 10]),
        };
        let news = crate::store::transaction::news(&Table::new(), &Table::new(), &[], &mut page, maker, Timestamp(1));
        let kept = |change: &crate::store::Change| matches!(change, crate::store::Change::PutAmendment(_));
        assert_eq!(news.changes.iter().filter(|change| kept(change)).count(), 2);
    }

    #[test]
    fn cases_without_a_cursor_are_an_old_snapshot() {
        let mut puller = Puller::default();
        puller.begin(false, None, false);
        assert!(matches!(puller.take(answer(page("", "a", vec![])), None, &|_| 0), Taken::News(Page { whole: false, .. })));
        puller.begin(false, None, true);
        assert!(matches!(puller.take(answer(page("", "a", vec![])), None, &|_| 1), Taken::News(Page { whole: true, .. })));
    }

    #[test]
    fn a_cursor_that_is_gone_takes_the_growing_snapshot_along() {
        let mut puller = Puller::default();
        puller.begin(true, Some(&held("x")), true);
        puller.take(answer(Changes { more: true, ..page("", "a", vec![act(1, 1)]) }), None, &|_| 0);
        let gone = puller.take(PullOutcome::CursorGone, None, &|_| 0);
        assert_eq!(gone, Taken::Nothing(Pulled::Failed(PullOutcome::CursorGone)));
        puller.begin(true, Some(&held("x")), true);
        assert_eq!(puller.cursor(None), None, "from the start");
    }
}
