//! A map of cases that may be a hundred thousand: one sorted list of them would be moved with each entry that comes between.

use super::lines::{PAGES, page_of};
use crate::domain::id::CaseId;
use crate::domain::table::Table;

/// Entries of cases by the page of the docket that a case is on; within a page in the order of their ids.
#[derive(Debug)]
pub struct Paged<V>(Vec<Table<CaseId, V>>);

impl<V> Paged<V> {
    /// The entries of a page.
    #[must_use]
    pub fn page(&self, page: u8) -> &Table<CaseId, V> {
        &self.0[usize::from(page)]
    }

    /// Likewise, to be changed.
    #[must_use]
    pub fn page_mut(&mut self, page: u8) -> &mut Table<CaseId, V> {
        &mut self.0[usize::from(page)]
    }

    /// The entry of a case.
    #[must_use]
    pub fn get(&self, case: CaseId) -> Option<&V> {
        self.page(page_of(case)).get(&case)
    }

    /// Likewise, to be changed.
    #[must_use]
    pub fn get_mut(&mut self, case: CaseId) -> Option<&mut V> {
        self.page_mut(page_of(case)).get_mut(&case)
    }

    /// Is there an entry of this case?
    #[must_use]
    pub fn has(&self, case: CaseId) -> bool {
        self.get(case).is_some()
    }

    /// Sets the entry of a case.
    pub fn insert(&mut self, case: CaseId, entry: V) {
        self.page_mut(page_of(case)).insert(case, entry);
    }

    /// Takes the entry of a case away and gives it.
    pub fn remove(&mut self, case: CaseId) -> Option<V> {
        self.page_mut(page_of(case)).remove(&case)
    }

    /// Takes every entry away for which `keep` is false.
    pub fn retain(&mut self, mut keep: impl FnMut(&CaseId, &mut V) -> bool) {
        self.0.iter_mut().for_each(|page| page.retain(&mut keep));
    }

    /// All entries, page by page.
    pub fn iter(&self) -> impl Iterator<Item = (CaseId, &V)> {
        self.0.iter().flat_map(|page| page.iter().map(|(case, entry)| (*case, entry)))
    }

    /// Number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.iter().map(Table::len).sum()
    }

    /// Has it no entries?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Table::is_empty)
    }
}

impl<V> Default for Paged<V> {
    fn default() -> Self {
        Self((0..PAGES).map(|_| Table::new()).collect())
    }
}

impl<V> Extend<(CaseId, V)> for Paged<V> {
    fn extend<I: IntoIterator<Item = (CaseId, V)>>(&mut self, entries: I) {
        entries.into_iter().for_each(|(case, entry)| self.insert(case, entry));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_a_map_whatever_page_a_case_is_on(steps in proptest::collection::vec((0_u8..40, any::<bool>(), any::<u16>()), 0..200)) {
            let mut plain = Table::new();
            let mut paged = Paged::default();
            for (of, put, entry) in steps {
                let case = CaseId::new(Timestamp(i64::from(of % 3)), [of; 10]);
                if put {
                    plain.insert(case, entry);
                    paged.insert(case, entry);
                } else {
                    prop_assert_eq!(paged.remove(case), plain.remove(&case));
                }
                prop_assert_eq!((paged.get(case), paged.len(), paged.is_empty()), (plain.get(&case), plain.len(), plain.is_empty()));
            }
            let all: Table<CaseId, u16> = paged.iter().map(|(case, entry)| (case, *entry)).collect();
            prop_assert_eq!(all, plain);
        }
    }

    #[test]
    fn cases_come_page_by_page_in_the_order_of_their_ids() {
        let mut paged = Paged::default();
        paged.extend([(2, 9), (1, 9), (3, 4)].map(|(at, of)| (CaseId::new(Timestamp(at), [of; 10]), at)));
        assert_eq!(paged.iter().map(|(_, at)| *at).collect::<Vec<_>>(), [3, 1, 2]);
        assert_eq!((paged.page(9).len(), paged.page(0).len()), (2, 0));
    }
}
