//! Conditions and their three truth values. One evaluator serves the button, the refusal and the server.

use super::rule_set::When;
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
    /// Is the deadline still open at the time of the act?
    fn is_open(&self, deadline: &str) -> Truth;
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
        When::Open(deadline) => view.is_open(deadline),
        When::All(all) => all.iter().map(|when| eval(when, view)).min().unwrap_or(Truth::Yes),
        When::Any(any) => any.iter().map(|when| eval(when, view)).max().unwrap_or(Truth::No),
        When::Not(inner) => match eval(inner, view) {
            Truth::No => Truth::Yes,
            Truth::Unknown => Truth::Unknown,
            Truth::Yes => Truth::No,
        },
    }
}

fn date(path: &str, view: &dyn View) -> Option<LocalDate> {
    if path == "act.date" {
        return view.act_date();
    }
    view.texts(path).first().and_then(|text| read_date(text).ok())
}

/// Names compared without case, white space and punctuation.
fn folded(texts: &[&str]) -> Vec<String> {
    texts
        .iter()
        .map(|text| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>())
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
        fn is_open(&self, _: &str) -> Truth {
            Truth::Unknown
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
