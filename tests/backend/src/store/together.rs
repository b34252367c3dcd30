//! Writers that share a transaction. One works at a time, in the order in which they came; whoever has to wait writes into the transaction
//! of those before, behind a point to go back to, and the last of them keeps it for all. So that many at once wait for the disk once,
//! and one alone no longer than before.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, Thread};

use super::{StoreError, Tx, lock};

/// The most that share one transaction: the first of them waits for all others.
const MOST: u32 = 32;

/// What writers share.
pub(super) trait Session {
    /// Begins a transaction.
    fn begin(&mut self) -> Result<(), StoreError>;
    /// Sets the point that [`Session::undo`] goes back to.
    fn mark(&mut self) -> Result<(), StoreError>;
    /// Undoes what was done since the last mark.
    fn undo(&mut self) -> Result<(), StoreError>;
    /// Ends the transaction; all of it is kept, or nothing.
    fn end(&mut self, keep: bool) -> Result<(), StoreError>;
    /// Works within the transaction.
    fn work<T>(&mut self, work: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError>;
}

/// A session and those who write in it.
pub(super) struct Together<S> {
    line: Line,
    writer: Mutex<Writer<S>>,
}

struct Writer<S> {
    session: S,
    /// The transaction that is open.
    open: Option<Arc<Ending>>,
    works: u32,
}

impl<S: Session> Together<S> {
    pub(super) fn new(session: S) -> Self {
        Self { line: Line::default(), writer: Mutex::new(Writer { session, open: None, works: 0 }) }
    }

    /// Works in a transaction, of which nothing is kept if the work fails.
    pub(super) fn write<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let place = self.line.enter();
        let mut writer = lock(&self.writer);
        let ending = writer.enter()?;
        let Writer { session, .. } = &mut *writer;
        let done = catch_unwind(AssertUnwindSafe(|| session.work(work)));
        writer.leave(matches!(done, Ok(Ok(_))), self.line.waiting() > 0);
        drop(writer);
        drop(place);
        match done {
            Err(panic) => resume_unwind(panic),
            // What it was told may rest on what others wrote before it in the same transaction: an error waits for their end, too.
            Ok(done) => ending.wait().and(done),
        }
    }
}

#[cfg(test)]
impl<S> Together<S> {
    /// How many wait for their turn.
    pub(super) fn waiting(&self) -> usize {
        self.line.waiting()
    }
}

impl<S: Session> Writer<S> {
    fn enter(&mut self) -> Result<Arc<Ending>, StoreError> {
        if let Some(ending) = &self.open {
            let ending = Arc::clone(ending);
            if let Err(error) = self.session.mark() {
                self.give_up();
                return Err(error);
            }
            return Ok(ending);
        }
        self.session.begin()?;
        self.works = 0;
        Ok(Arc::clone(self.open.insert(Arc::default())))
    }

    fn leave(&mut self, done: bool, is_waited_for: bool) {
        self.works += 1;
        if done || self.works > 1 && self.session.undo().is_ok() {
            if !is_waited_for || self.works == MOST {
                let ended = self.session.end(true);
                self.tell(ended);
            }
        } else if self.works == 1 {
            // With the only one all goes that there is.
            let ended = self.session.end(false);
            self.tell(ended);
        } else {
            self.give_up();
        }
    }

    /// Nothing is known of the transaction any more: what was written in it is lost.
    fn give_up(&mut self) {
        let why = self.session.end(false).err().unwrap_or(StoreError::Busy);
        self.tell(Err(why));
    }

    /// The transaction has ended: all who wrote in it are told how.
    fn tell(&mut self, ended: Result<(), StoreError>) {
        if let Some(ending) = self.open.take() {
            ending.tell(ended);
        }
    }
}

/// How a transaction ended, for all who wrote in it.
#[derive(Default)]
struct Ending {
    /// The words of the error; none if it was kept.
    ended: Mutex<Option<Option<String>>>,
    told: Condvar,
}

impl Ending {
    fn tell(&self, ended: Result<(), StoreError>) {
        *lock(&self.ended) = Some(ended.err().map(|error| error.to_string()));
        self.told.notify_all();
    }

    fn wait(&self) -> Result<(), StoreError> {
        let ended = self.told.wait_while(lock(&self.ended), |ended| ended.is_none()).unwrap_or_else(PoisonError::into_inner);
        ended.clone().flatten().map_or(Ok(()), |why| Err(StoreError::Lost(why)))
    }
}

/// Whose turn it is: those who wait get it in the order in which they came, which a lock alone does not promise.
#[derive(Default)]
struct Line(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    is_taken: bool,
    waiting: VecDeque<Arc<Waiting>>,
}

struct Waiting {
    thread: Thread,
    is_called: AtomicBool,
}

/// Somebody's turn; it ends on drop.
struct Turn<'a>(&'a Line);

impl Line {
    fn enter(&self) -> Turn<'_> {
        let waiting = {
            let mut queue = lock(&self.0);
            if !queue.is_taken {
                queue.is_taken = true;
                return Turn(self);
            }
            let waiting = Arc::new(Waiting { thread: thread::current(), is_called: AtomicBool::new(false) });
            queue.waiting.push_back(Arc::clone(&waiting));
            waiting
        };
        while !waiting.is_called.load(Ordering::Acquire) {
            thread::park();
        }
        Turn(self)
    }

    fn waiting(&self) -> usize {
        lock(&self.0).waiting.len()
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut queue = lock(&self.0.0);
        match queue.waiting.pop_front() {
            Some(next) => {
                next.is_called.store(true, Ordering::Release);
                next.thread.unpark();
            }
            None => queue.is_taken = false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::super::sql::values;
    use super::super::{Engine, Store};
    use super::*;

    fn note(tx: &Tx<'_>, key: &str) -> Result<(), StoreError> {
        tx.execute("INSERT INTO meta (key, value) VALUES (?1, '')", values![key]).map(drop)
    }

    fn kept(store: &Store) -> i64 {
        store.read(|tx| tx.number("SELECT COUNT(*) FROM meta WHERE key LIKE 'own-%'", &[])).expect("a count")
    }

    type Work<'a> = &'a (dyn Fn(&Tx<'_>) -> Result<(), StoreError> + Sync);

    fn waiting(store: &Store) -> usize {
        match &store.engine {
            Engine::Sqlite(database) => database.writers.waiting(),
            Engine::Postgres(_) => unreachable!("the test opens a file"),
        }
    }

    /// Lets `works` write while another one is at work, so that all of them share its transaction, and gives how each ended.
    fn together(store: &Store, works: &[Work<'_>]) -> Vec<thread::Result<Result<(), StoreError>>> {
        let (at_work, is_at_work) = channel();
        let (go_on, may_go_on) = channel::<()>();
        thread::scope(|threads| {
            let first = threads.spawn(move || {
                store.write(|tx| {
                    at_work.send(()).expect("the test waits");
                    may_go_on.recv().expect("the test lets it go on");
                    note(tx, "own-first")
                })
            });
            is_at_work.recv().expect("it began");
            let mut others = Vec::new();
            for (work, count) in works.iter().zip(1..) {
                others.push(threads.spawn(move || store.write(|tx| work(tx))));
                while waiting(store) < count {
                    thread::yield_now();
                }
            }
            assert_eq!(kept(store), 0, "nothing is kept yet");
            go_on.send(()).expect("it waits");
            let mut ended = vec![first.join()];
            ended.extend(others.into_iter().map(thread::ScopedJoinHandle::join));
            ended
        })
    }

    #[test]
    fn whoever_fails_takes_nobody_else_along() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path(), false).expect("a store");
        let ended = together(
            &store,
            &[
                &|tx| note(tx, "own-second"),
                &|tx| note(tx, "own-third").and(Err(StoreError::Busy)),
                &|tx| {
                    note(tx, "own-fourth")?;
                    panic!("on purpose")
                },
                &|tx| note(tx, "own-second"),
                &|tx| note(tx, "own-last"),
            ],
        );
        let told: Vec<&str> = ended
            .iter()
            .map(|one| match one {
                Ok(Ok(())) => "kept",
                Ok(Err(_)) => "failed",
                Err(_) => "panicked",
            })
            .collect();
        assert_eq!(told, ["kept", "kept", "failed", "panicked", "failed", "kept"]);
        assert_eq!(kept(&store), 3);
        store.write(|tx| note(tx, "own-alone")).expect("it goes on");
        assert_eq!(kept(&store), 4);
    }

    #[test]
    fn what_could_not_be_kept_is_told_to_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path(), false).expect("a store");
        // A foreign key that is looked at when all is kept.
        let stray = "INSERT INTO carriers (command_id, account) SELECT '', '' WHERE 0";
        let deferred =
            "INSERT INTO numbers (office, series, year, sequence, number, case_id, command_id) VALUES ('', '', 1, 1, '', '', 'nowhere')";
        let ended = together(&store, &[&|tx| tx.execute(deferred, &[]).map(drop), &|tx| tx.execute(stray, &[]).map(drop)]);
        assert!(ended.iter().all(|one| matches!(one, Ok(Err(StoreError::Lost(_))))), "{ended:?}");
        assert_eq!(kept(&store), 0);
        store.write(|tx| note(tx, "own-alone")).expect("it goes on");
        assert_eq!(kept(&store), 1);
    }
}
