//! What conditions see of an abstract case: the same questions as of a real one, answered from bytes.

use sips_lapangan::domain::guard::{Truth, View, eval};
use sips_lapangan::domain::rule_set::DayUnit;
use sips_lapangan::domain::time::LocalDate;

use super::model::{Config, Filled, Met, Model, Phase, Value, lead, same_day};

/// An abstract case with the act at hand.
#[derive(Clone, Copy)]
pub(super) struct Seen<'m, 'a> {
    pub(super) model: &'m Model<'a>,
    pub(super) config: &'m Config,
    pub(super) hand: Option<(usize, &'m Filled)>,
}

impl<'m> Seen<'m, '_> {
    fn value(&self, key: &str) -> Option<&'m Value> {
        let model = self.model;
        let variable = model.variable(key)?;
        match self.hand.and_then(|(_, form)| form.get(&variable)) {
            Some(value) => model.variables[variable].values.get(usize::from(*value)),
            None => Some(model.answer(self.config, variable)),
        }
    }

    fn truth(&self, key: &str) -> Truth {
        self.value(key).map_or(Truth::Unknown, |value| value.truth)
    }

    /// What all readings that apply agree on.
    fn agreed(&self, deadline: &str, holds: impl Fn(usize) -> Truth) -> Truth {
        let mut truths = self.model.readings_of(deadline).filter_map(|reading| {
            match self.model.readings[reading].rule.when.as_ref().map_or(Truth::Yes, |when| eval(when, self)) {
                Truth::No => None,
                Truth::Unknown => Some(Truth::Unknown),
                Truth::Yes => Some(holds(reading)),
            }
        });
        let Some(first) = truths.next() else { return Truth::Unknown };
        if truths.all(|truth| truth == first) { first } else { Truth::Unknown }
    }

    fn by_phase(&self, reading: usize) -> Truth {
        match self.model.phase(self.config, reading) {
            Phase::Open => Truth::Yes,
            Phase::Over => Truth::No,
            Phase::Off | Phase::Spent => Truth::Unknown,
        }
    }
}

impl View for Seen<'_, '_> {
    fn texts(&self, path: &str) -> Vec<&str> {
        self.value(path).map(|value| vec![value.text.as_str()]).unwrap_or_default()
    }

    fn act_date(&self) -> Option<LocalDate> {
        // Between the two days that a compared date may have.
        LocalDate::new(2026, 6, 15)
    }

    fn count_of(&self, path: &str) -> Option<u32> {
        self.value(path).map(|value| value.count)
    }

    fn all_of(&self, path: &str) -> Truth {
        self.truth(path)
    }

    fn leads(&self, field: &str, n: u16, unit: DayUnit) -> Truth {
        self.truth(&lead(field, n, unit))
    }

    fn is_done(&self, act: &str) -> bool {
        self.model.is_done(self.config, act)
    }

    fn same_day(&self, one: &str, other: &str) -> Truth {
        self.truth(&same_day(one, other))
    }

    fn counted(&self, counter: &str) -> u32 {
        self.model.counter(self.config, counter)
    }

    fn states(&self, strand: &str) -> Vec<&str> {
        if strand == "main" {
            return vec![self.model.main_state(self.config)];
        }
        let number = self.model.strands.iter().position(|known| *known == strand);
        number.and_then(|number| self.model.strand_state(self.config, number)).into_iter().collect()
    }

    fn is_end(&self, state: &str) -> bool {
        self.model.is_end(state)
    }

    fn switch(&self, switch: &str) -> Option<&str> {
        let answer = self.model.switches.get(switch).map(String::as_str);
        answer.or_else(|| self.model.set.switch.get(switch).map(|switch| switch.default.as_str()))
    }

    fn is_numbered(&self, series: &str) -> bool {
        self.model.is_numbered(self.config, series)
    }

    fn is_open(&self, deadline: &str) -> Truth {
        self.agreed(deadline, |reading| self.by_phase(reading))
    }

    fn is_kept(&self, deadline: &str) -> Truth {
        let met = self.model.readings_of(deadline).any(|reading| self.model.met(self.config, reading) != Met::Not);
        if met {
            return self.agreed(deadline, |reading| match self.model.met(self.config, reading) {
                Met::InTime => Truth::Yes,
                Met::Late => Truth::No,
                Met::Early | Met::Not => Truth::Unknown,
            });
        }
        let at_hand = self.hand.is_some_and(|(act, _)| {
            let met_by = self.model.set.deadline.get(deadline).map(|rule| rule.met_by.as_slice()).unwrap_or_default();
            met_by.iter().any(|met| met == self.model.acts[act].key)
        });
        match self.is_open(deadline) {
            Truth::No => Truth::No,
            Truth::Yes if at_hand => Truth::Yes,
            Truth::Yes | Truth::Unknown => Truth::Unknown,
        }
    }
}

/// A condition over one act's own answers: it sees texts and nothing else, as in the dated case.
pub(super) struct OwnForm<'m, 'a> {
    pub(super) seen: Seen<'m, 'a>,
}

impl View for OwnForm<'_, '_> {
    fn texts(&self, path: &str) -> Vec<&str> {
        self.seen.value(path).map(|value| vec![value.text.as_str()]).unwrap_or_default()
    }
    fn act_date(&self) -> Option<LocalDate> {
        None
    }
}

/// A condition inside a form.
pub(super) struct Around<'m, 'a> {
    pub(super) model: &'m Model<'a>,
    pub(super) form: &'m str,
    pub(super) filled: &'m Filled,
}

impl View for Around<'_, '_> {
    fn texts(&self, path: &str) -> Vec<&str> {
        let variable = self.model.variable(&format!("{}.{path}", self.form));
        let value = variable.and_then(|variable| self.model.variables[variable].values.get(usize::from(*self.filled.get(&variable)?)));
        value.map(|value| vec![value.text.as_str()]).unwrap_or_default()
    }
    fn act_date(&self) -> Option<LocalDate> {
        None
    }
}
