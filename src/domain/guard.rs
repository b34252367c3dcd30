//! Conditions and their three truth values. One evaluator serves the button, the refusal and the server.

use super::rule_set::{DayUnit, When};
use super::text::read_date;
use super::time::LocalDate;

/// Kleene's truth values: *all* is the least, *any* the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    /// It does not hold.
    No,
    /// The facts do not say: a person has to.
    Unknown,
    /// It holds.
    Yes,
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// What a condition may look at.
pub trait View {
    /// The texts at a path: one for a field, one for each row where the path leads through a list.
    fn texts(&self, path: &str) -> Vec<&str>;
    /// The date of the act itself, in the office's zone, for the path `act.date`.
    fn act_date(&self) -> Option<LocalDate>;
    // What follows is of a case. Conditions inside a form see only the form, where none of it is known.
    /// Rows of a field, or the number in it.
    fn count_of(&self, _path: &str) -> Option<u32> {
        None
    }
    /// Is every row of a checklist there that is asked for?
    fn all_of(&self, _path: &str) -> Truth {
        Truth::Unknown
    }
    /// Does the act lie `n` days or more before the day in a field?
    fn leads(&self, _field: &str, _n: u16, _unit: DayUnit) -> Truth {
        Truth::Unknown
    }
    /// Was the act performed before?
    fn is_done(&self, _act: &str) -> bool {
        false
    }
    /// Did both acts fall on one day?
    fn same_day(&self, _one: &str, _other: &str) -> Truth {
        Truth::Unknown
    }
    /// Where does the counter stand?
    fn counted(&self, _counter: &str) -> u32 {
        0
    }
    /// The states of the instances of a strand; `main` is the case itself.
    fn states(&self, _strand: &str) -> Vec<&str> {
        Vec::new()
    }
    /// Does a strand end in this state?
    fn is_end(&self, _state: &str) -> bool {
        false
    }
    /// The answer of a switch.
    fn switch(&self, _switch: &str) -> Option<&str> {
        None
    }
    /// Was a number of the series issued, or is it to be?
    fn is_numbered(&self, _series: &str) -> bool {
        false
    }
    /// Is the deadline still open at the time of the act?
    fn is_open(&self, _deadline: &str) -> Truth {
        Truth::Unknown
    }
    /// Was the deadline met in time?
    fn is_kept(&self, _deadline: &str) -> Truth {
        Truth::Unknown
    }
}

/// Does the condition hold?
#[must_use]
pub fn eval(when: &When, view: &dyn View) -> Truth {
    match when {
        When::Is(path_and_options) => {
            let Some((path, options)) = path_and_options.split_first() else { return Truth::Unknown };
            match view.texts(path).first().map(|text| text.trim()) {
                None | Some("" | "unknown") => Truth::Unknown,
                Some(text) => options.iter().any(|option| option == text).into(),
            }
        }
        When::Filled(path) => view.texts(path).iter().any(|text| !super::text::is_blank(text)).into(),
        When::Ordered(earlier, later) => match (date(earlier, view), date(later, view)) {
            (Some(earlier), Some(later)) => (earlier <= later).into(),
            _ => Truth::Unknown,
        },
        When::Differs(one, other) => {
            let (ones, others) = (folded(&view.texts(one)), folded(&view.texts(other)));
            if ones.is_empty() || others.is_empty() { Truth::Unknown } else { (!ones.iter().any(|text| others.contains(text))).into() }
        }
        When::AtLeast(path, n) => view.count_of(path).map_or(Truth::Unknown, |count| (count >= u32::from(*n)).into()),
        When::AllOf(path) => view.all_of(path),
        When::Lead { field, n, unit } => view.leads(field, *n, *unit),
        When::Done(act) => view.is_done(act).into(),
        When::Never(act) => (!view.is_done(act)).into(),
        When::SameDay(one, other) => view.same_day(one, other),
        When::Counted(counter, n) => (view.counted(counter) >= u32::from(*n)).into(),
        When::At(strand_and_states) => {
            let Some((strand, states)) = strand_and_states.split_first() else { return Truth::Unknown };
            view.states(strand).iter().any(|at| states.iter().any(|state| state == at)).into()
        }
        When::Rests(strand) => view.states(strand).iter().all(|state| view.is_end(state)).into(),
        When::Switch(switch, value) => view.switch(switch).map_or(Truth::Unknown, |answer| (answer == value).into()),
        When::Numbered(series) => view.is_numbered(series).into(),
        When::Open(deadline) => view.is_open(deadline),
        When::Over(deadline) => not(view.is_open(deadline)),
        When::Kept(deadline) => view.is_kept(deadline),
        When::All(all) => all.iter().map(|when| eval(when, view)).min().unwrap_or(Truth::Yes),
        When::Any(any) => any.iter().map(|when| eval(when, view)).max().unwrap_or(Truth::No),
        When::Not(inner) => not(eval(inner, view)),
    }
}

fn not(truth: Truth) -> Truth {
    match truth {
        Truth::No => Truth::Yes,
        Truth::Unknown => Truth::Unknown,
        Truth::Yes => Truth::No,
    }
}

fn date(path: &str, view: &dyn View) -> Option<LocalDate> {
    if path == "act.date" {
        return view.act_date();
    }
    view.texts(path).first().and_then(|text| read_date(text).ok())
}

/// Names compared without white space and punctuation, and without the case of the letters from A to Z.
fn folded(texts: &[&str]) -> Vec<String> {
    texts
        .iter()
        .map(|text| text.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect::<String>())
        .filter(|text| !text.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Facts;
    impl View for Facts {
        fn texts(&self, path: &str) -> Vec<&str> {
            match path {
                "f.kind" => vec!["sk"],
                "f.doubt" => vec!["unknown"],
                "f.day" => vec!["8 Juli 2026"],
                "f.names" => vec!["Partai Lumbung Rakyat", "Siti"],
                "f.other" => vec!["PARTAI  LUMBUNG-RAKYAT"],
                _ => vec![""],
            }
        }
        fn act_date(&self) -> Option<LocalDate> {
            LocalDate::parse("2026-07-07")
        }
    }

    fn truth(json: &str) -> Truth {
        eval(&serde_json::from_str(json).expect("a condition"), &Facts)
    }

    #[test]
    fn conditions_hold_fail_or_ask() {
        for (json, expected) in [
            (r#"{"is":["f.kind","sk","ba"]}"#, Truth::Yes),
            (r#"{"is":["f.kind","ba"]}"#, Truth::No),
            (r#"{"is":["f.doubt","sk"]}"#, Truth::Unknown),
            (r#"{"is":["f.empty","sk"]}"#, Truth::Unknown),
            (r#"{"filled":"f.empty"}"#, Truth::No),
            (r#"{"ordered":["f.day","act.date"]}"#, Truth::No),
            (r#"{"ordered":["act.date","f.day"]}"#, Truth::Yes),
            (r#"{"ordered":["f.empty","f.day"]}"#, Truth::Unknown),
            (r#"{"differs":["f.names","f.other"]}"#, Truth::No),
            (r#"{"differs":["f.names","f.kind"]}"#, Truth::Yes),
            (r#"{"all":[{"open":"x"},{"is":["f.kind","ba"]}]}"#, Truth::No),
            (r#"{"any":[{"open":"x"},{"is":["f.kind","sk"]}]}"#, Truth::Yes),
            (r#"{"not":{"open":"x"}}"#, Truth::Unknown),
        ] {
            assert_eq!(truth(json), expected, "{json}");
        }
    }
}
