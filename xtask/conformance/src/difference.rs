//! What differs between two documents, by the places where it does: a report names those instead of printing both.

use serde::Serialize;
use serde_json::Value;

/// The most places that are named.
const MOST: usize = 3;
/// The most characters of a value that are shown.
const SHOWN: usize = 80;

/// Where two values differ, such as `/effects/2/due/last_day: "2026-07-13", then "2026-07-12"`; nothing if they do not.
pub fn difference<T: Serialize>(first: &T, second: &T) -> Option<String> {
    let (first, second) = (serde_json::to_value(first).ok()?, serde_json::to_value(second).ok()?);
    let mut places = Vec::new();
    compare("", Some(&first), Some(&second), &mut places);
    let more = places.len().saturating_sub(MOST);
    places.truncate(MOST);
    let told = places.join("; ");
    match (places.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(told),
        (false, more) => Some(format!("{told}; and {more} more")),
    }
}

fn compare(place: &str, first: Option<&Value>, second: Option<&Value>, places: &mut Vec<String>) {
    match (first, second) {
        (Some(Value::Object(one)), Some(Value::Object(two))) => {
            for key in one.keys().chain(two.keys().filter(|key| !one.contains_key(*key))) {
                compare(&format!("{place}/{key}"), one.get(key), two.get(key), places);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(two))) => {
            for index in 0..one.len().max(two.len()) {
                compare(&format!("{place}/{index}"), one.get(index), two.get(index), places);
            }
        }
        _ if first == second => {}
        _ => {
            let place = if place.is_empty() { "" } else { &format!("{place}: ") };
            places.push(format!("{place}{}, then {}", shown(first), shown(second)));
        }
    }
}

fn shown(value: Option<&Value>) -> String {
    let Some(value) = value else {
        return "nothing".to_owned();
    };
    let text = value.to_string();
    let short: String = text.chars().take(SHOWN).collect();
    if short.len() < text.len() { short + "…" } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_differs_is_named() {
        let first = json!({ "a": 1, "b": [{ "c": "x" }, 2], "d": null });
        assert_eq!(difference(&first, &first), None);
        let second = json!({ "a": 1, "b": [{ "c": "y" }], "e": true });
        let told = difference(&first, &second).expect("a difference");
        assert_eq!(told, "/b/0/c: \"x\", then \"y\"; /b/1: 2, then nothing; /d: null, then nothing; and 1 more");
        assert_eq!(difference(&json!(1), &json!(2)).as_deref(), Some("1, then 2"));
    }
}
