//! Is a step done, or done wrongly? Asked of the acts that were made since it began and of the case as the core folds it.

use serde::Deserialize;

use super::server::Server;
use super::world::is_of_a_case;
use crate::domain::case::{Act, Case, fold};
use crate::domain::evidence::files_of;
use crate::domain::id::CaseId;
use crate::domain::table::Table;

/// What must be so. All that is said must hold; what is not said does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Check {
    /// An act of this key was made since the step began …
    pub act: String,
    /// … with these reasons given for guards that did not hold …
    pub flags: Vec<String>,
    /// … and these deadlines met too late.
    pub late: Vec<String>,
    /// … with no reason needed and no deadline missed.
    pub clean: bool,
    /// The act has not left the device.
    pub waiting: bool,
    /// The server holds the act, and nothing of the case waits on the device.
    pub sent: bool,
    /// At least so many acts of that key, all in all.
    pub count: usize,
    /// The case is in this state.
    pub state: String,
    /// The case has a side strand in this state.
    pub strand: String,
    /// The case has a number of this series.
    pub number: String,
    /// Answers that the case holds, as `form.field`.
    pub holds: Table<String, String>,
    /// Texts that an answer of the case contains, as `form.field`, in any case of letters.
    pub contains: Table<String, String>,
    /// The server holds every file that the case names, and it names one at least.
    pub files: bool,
}

/// What a check is asked of.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The server.
    pub server: &'a Server,
    /// Acts that have not left the device.
    pub waiting: &'a [Act],
    /// How many acts the server had when the step began.
    pub since: usize,
    /// The case that the step is about, where the script made it; else the one that was touched last.
    pub case: Option<CaseId>,
}

impl View<'_> {
    fn subject(&self) -> Option<Case> {
        let cases = |act: &&Act| is_of_a_case(act);
        let last = || self.waiting.iter().rev().find(cases).or_else(|| self.server.acts().rev().find(cases)).map(|act| act.case_id);
        let id = self.case.or_else(last)?;
        Some(fold(id, self.server.acts().chain(self.waiting).filter(|act| act.case_id == id)))
    }
}

impl Check {
    /// Does it hold?
    #[must_use]
    pub fn holds(&self, view: View<'_>) -> bool {
        let Some(case) = view.subject() else { return false };
        let fits = |act: &Act| {
            act.act == self.act
                && self.flags.iter().all(|flag| act.flags.contains(flag))
                && self.late.iter().all(|deadline| act.late.contains(deadline))
                && (!self.clean || (act.flags.is_empty() && act.late.is_empty()))
        };
        let fresh = |act: &&Act| act.case_id == case.id;
        let at_server = view.server.acts().skip(view.since).filter(fresh).any(fits);
        let here = view.waiting.iter().filter(fresh).any(fits);
        let acted = match (self.waiting, self.sent) {
            (true, _) => here,
            (_, true) => at_server,
            _ => at_server || here,
        };
        let named: Vec<_> = view.server.acts().filter(fresh).flat_map(files_of).collect();
        let text = |path: &str| path.split_once('.').map(|(form, field)| case.form(form).text(field)).unwrap_or_default();
        let counted = case.history.iter().filter(|past| past.act == self.act).count();
        (self.act.is_empty() || acted)
            && counted >= self.count
            && (!self.sent || !view.waiting.iter().any(|act| act.case_id == case.id))
            && (self.state.is_empty() || case.state == self.state)
            && (self.strand.is_empty() || case.strands.values().any(|strand| strand.state == self.strand))
            && (self.number.is_empty() || matches!(case.numbers.get(&self.number), Some(Some(_))))
            && self.holds.iter().all(|(path, expected)| text(path) == expected)
            && self.contains.iter().all(|(path, part)| text(path).to_ascii_lowercase().contains(&part.to_ascii_lowercase()))
            && (!self.files || (!named.is_empty() && named.iter().all(|file| view.server.holds_file(&file.sha256))))
    }
}
