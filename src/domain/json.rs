//! The app's one door for JSON (RFC 8259). Reading goes by way of one small tree and writing by way of one text, so that each type
//! is compiled for one reader and one writer of little code: serde_json's own, made for speed, cost the bundle 40 KB more.
//!
//! All that is written is canonical: keys sorted, no white space. All numbers in this project's documents are integers, so that
//! it equals RFC 8785 for them. A document with two equal keys, with more than 127 levels, more than half a million values or half a
//! letter is refused as a whole; what an integer is, `83.0` says as well as `83`.

mod reader;
mod tree;
mod writer;

use serde::de::{self, DeserializeOwned};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Not JSON, or not of the type that was asked for. It does not say where: the app only asks whether it can read something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unreadable JSON")
    }
}

impl std::error::Error for Unreadable {}

/// Reads a value.
///
/// # Errors
/// The text is no JSON, or that of something else.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    T::deserialize(&tree::parse(text)?)
}

/// The canonical JSON of a value.
#[must_use]
pub fn write<T: Serialize + ?Sized>(value: &T) -> String {
    let mut writer = writer::Writer::default();
    // The error has no value: nothing that this app keeps or sends refuses to be written.
    let Ok(()) = value.serialize(&mut writer);
    writer.text()
}

/// What came, as its own canonical text (a fraction in it becomes `null`). The reader gives it to a kind named `NotKnown`, the last
/// one of its type, in place of a kind that the type does not have, and to a field named `further`, the last one of its type, as an
/// object of the members that the type does not have. What was kept so is that kind, or that field, again for a version that knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw(pub String);

/// The field, last of its structure and an `Option` of [`Raw`], that takes the members which the structure does not have.
const FURTHER: &str = "further";

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0.as_bytes())
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Whole;
        impl de::Visitor<'_> for Whole {
            type Value = Raw;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any JSON")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Raw, E> {
                Ok(Raw(text.to_owned()))
            }
        }
        deserializer.deserialize_byte_buf(Whole)
    }
}

/// The canonical JSON of a document in which members are replaced, or added where they were not: each change names the keys that lead
/// to the member, and its JSON. What else stands there stays as it is, also what this version's types do not know.
///
/// # Errors
/// A text is no JSON, has a fraction, or a key before the last one leads to no object.
pub fn edited(text: &str, changes: &[(&[&str], String)]) -> Result<String, Unreadable> {
    let mut document = tree::parse(text)?;
    for (path, member) in changes {
        *document.place(path).ok_or(Unreadable)? = tree::parse(member)?;
    }
    if document.has_fraction() { Err(Unreadable) } else { Ok(write(&document)) }
}

/// The whole number that lies under these keys of a document, one within the other; for a document of which nothing else is read.
#[must_use]
pub fn number_at(text: &str, keys: &[&str]) -> Option<u64> {
    let mut tree = tree::parse(text).ok()?;
    for key in keys {
        let tree::Tree::Object(fields) = tree else { return None };
        tree = fields.into_iter().find(|(name, _)| name == key)?.1;
    }
    if let tree::Tree::Whole(number) = tree { u64::try_from(number).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;
    use std::collections::BTreeMap;

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Whole {
        text: String,
        small: u8,
        signed: i64,
        large: u64,
        yes: bool,
        letter: Option<char>,
        #[serde(default)]
        list: Vec<Kind>,
        pair: (i32, String),
        nothing: (),
        named: BTreeMap<String, Option<Whole>>,
        numbered: BTreeMap<u16, u8>,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Plain,
        One(i16),
        Two(u32, String),
        Fields { last: u8, first: Option<String> },
        Inner(Box<Kind>),
    }

    fn text() -> impl Strategy<Value = String> {
        proptest::collection::vec(
            prop_oneof![any::<char>(), "[\u{0}-\u{1f}\"\\\\/\u{7f}a-c]".prop_map(|s| s.chars().next().unwrap_or('a'))],
            0..8,
        )
        .prop_map(|letters| letters.into_iter().collect())
    }

    fn kind() -> impl Strategy<Value = Kind> {
        let leaf = prop_oneof![
            Just(Kind::Plain),
            any::<i16>().prop_map(Kind::One),
            (any::<u32>(), text()).prop_map(|(number, text)| Kind::Two(number, text)),
            (any::<u8>(), proptest::option::of(text())).prop_map(|(last, first)| Kind::Fields { last, first }),
        ];
        leaf.prop_recursive(3, 6, 1, |inner| inner.prop_map(|kind| Kind::Inner(Box::new(kind))))
    }

    fn whole() -> impl Strategy<Value = Whole> {
        let part = (text(), any::<(u8, i64, u64, bool)>(), any::<Option<char>>(), proptest::collection::vec(kind(), 0..3), any::<i32>())
            .prop_map(|(text, (small, signed, large, yes), letter, list, number)| Whole {
                pair: (number, text.clone()),
                text,
                small,
                signed,
                large,
                yes,
                letter,
                list,
                ..Whole::default()
            });
        part.prop_recursive(3, 12, 3, |inner| {
            (inner.clone(), proptest::collection::btree_map(text(), proptest::option::of(inner), 0..3))
                .prop_map(|(whole, named)| Whole { named, ..whole })
        })
    }

    /// Any JSON without fractions, as white space and order may vary it.
    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            text().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 20, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::vec((text(), inner), 0..4)
                    .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
            ]
        })
    }

    fn canonical(value: &impl Serialize) -> String {
        serde_json::to_value(value).expect("a JSON value").to_string()
    }

    proptest! {
        #[test]
        fn what_is_written_is_canonical_and_read_back(mut whole in whole(), keys in proptest::collection::btree_map(any::<u16>(), any::<u8>(), 0..3)) {
            prop_assert_eq!(write(&whole), canonical(&whole));
            prop_assert_eq!(read::<Whole>(&write(&whole)), Ok(whole.clone()));
            // No type of the app has numbers for keys; they are written all the same.
            whole.numbered = keys;
            prop_assert_eq!(write(&whole), canonical(&whole));
        }

        #[test]
        fn any_json_is_read_as_it_stands(value in json()) {
            for text in [value.to_string(), serde_json::to_string_pretty(&value).expect("JSON")] {
                prop_assert_eq!(read::<Value>(&text), Ok(value.clone()));
            }
            prop_assert_eq!(write(&value), value.to_string());
        }

        #[test]
        fn noise_is_judged_as_by_others(text in "[\\[\\]{}\",:\\\\u0-9dDeE+.nultrfasx \\n\u{1}é-]{0,12}") {
            let others = serde_json::from_str::<Value>(&text);
            match read::<Value>(&text) {
                Ok(value) => prop_assert!(others.is_ok_and(|other| whole_numbers(other) == value), "{text}"),
                // Two equal keys and fractions are not taken here.
                Err(Unreadable) => prop_assert!(others.is_err() || text.contains('{') || text.contains(['.', 'e', 'E', '-']) || text.len() > 9, "{text}"),
            }
        }
    }

    /// `83.0` as `83`, as this module reads it.
    fn whole_numbers(value: Value) -> Value {
        match value {
            Value::Number(number) if number.is_f64() => match number.as_f64() {
                #[expect(clippy::cast_possible_truncation, reason = "a test's numbers are small")]
                Some(float) => Value::from(float as i64),
                None => Value::Null,
            },
            Value::Array(items) => items.into_iter().map(whole_numbers).collect(),
            Value::Object(members) => {
                members.into_iter().map(|(key, item)| (key, whole_numbers(item))).collect::<serde_json::Map<_, _>>().into()
            }
            other => other,
        }
    }

    #[test]
    fn whole_numbers_may_be_written_as_fractions() {
        for (text, number) in [
            ("83", 83),
            ("83.0", 83),
            ("8.3e1", 83),
            ("8300E-2", 83),
            ("-83.000", -83),
            ("0.0", 0),
            ("-0", 0),
            ("0e999999999999", 0),
            ("1.0000000000000000000000000000000000", 1),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert_eq!(read::<i64>(text), Ok(number), "{text}");
        }
        assert_eq!(read::<u64>("18446744073709551615"), Ok(u64::MAX));
        for wrong in [
            "83.5",
            "1e-1",
            "18446744073709551616",
            "1e400",
            "1e99999999999",
            "-9223372036854775809",
            "\"83\"",
            "083",
            "83.",
            ".5",
            "+1",
            "1e",
            "--1",
            "0x1",
        ] {
            assert_eq!(read::<i64>(wrong), Err(Unreadable), "{wrong}");
            assert_eq!(read::<u8>(wrong), Err(Unreadable), "{wrong}");
        }
        assert_eq!(read::<u8>("256"), Err(Unreadable));
        assert_eq!(read::<u64>("-1"), Err(Unreadable));
        // Where nobody asks for it, a fraction does not stand in the way.
        assert_eq!(read::<Discarding>(r#"{"unknown":[0.5,1e400,{"a":-1.5e-7}],"known":1.0}"#), Ok(Discarding { known: 1 }));
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Discarding {
        known: u8,
    }

    #[test]
    fn two_equal_keys_are_refused() {
        for wrong in
            [r#"{"known":1,"known":1}"#, r#"{"known":1,"other":{"b":1,"a":2,"b":3}}"#, "{\"known\":1,\"a\":[{\"x\":1,\"\\u0078\":2}]}"]
        {
            assert_eq!(read::<Discarding>(wrong), Err(Unreadable), "{wrong}");
        }
    }

    #[test]
    fn a_member_is_replaced_or_added_and_the_rest_stays() {
        let text = r#" {"b": {"y": [1, "é"], "x": null}, "a": 83.0, "of a newer version": true} "#;
        let edit = |path: &[&str], member: &str| edited(text, &[(path, member.to_owned())]);
        assert_eq!(
            edit(&["b", "x"], r#"{"id": 1}"#).as_deref(),
            Ok(r#"{"a":83,"b":{"x":{"id":1},"y":[1,"é"]},"of a newer version":true}"#)
        );
        assert_eq!(edit(&["b", "new"], "2").as_deref(), Ok(r#"{"a":83,"b":{"new":2,"x":null,"y":[1,"é"]},"of a newer version":true}"#));
        for (path, member) in [(&["a", "x"][..], "1"), (&["none", "x"], "1"), (&["a"], "1.5"), (&["a"], "{")] {
            assert_eq!(edit(path, member), Err(Unreadable), "{path:?} {member}");
        }
    }

    proptest! {
        #[test]
        fn without_a_change_any_document_becomes_canonical(value in json()) {
            prop_assert_eq!(edited(&serde_json::to_string_pretty(&value).expect("JSON"), &[]), Ok(value.to_string()));
        }
    }

    #[test]
    fn depth_is_limited_as_by_others() {
        for depth in [1, 126, 127, 128, 129, 100_000] {
            for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
                let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
                assert_eq!(read::<de::IgnoredAny>(&text).is_ok(), depth < 128, "{depth}");
                assert_eq!(serde_json::from_str::<Value>(&text).is_ok(), depth < 128, "{depth}");
            }
        }
    }

    #[test]
    fn a_million_small_values_are_refused_before_they_fill_the_memory() {
        let many = |count: usize| format!("[0{}]", ",0".repeat(count - 1));
        assert!(read::<de::IgnoredAny>(&many(499_999)).is_ok());
        assert_eq!(read::<de::IgnoredAny>(&many(1_000_000)).err(), Some(Unreadable));
        let members = (0..600_000).map(|n| format!("\"{n}\":{{}}")).collect::<Vec<_>>().join(",");
        assert_eq!(read::<de::IgnoredAny>(&format!("{{{members}}}")).err(), Some(Unreadable));
    }

    #[test]
    fn a_text_that_is_cut_off_or_goes_on_is_refused() {
        let whole = write(&Whole { list: vec![Kind::Plain, Kind::Fields { last: 1, first: None }], ..Whole::default() });
        assert!(read::<Whole>(&whole).is_ok());
        for length in 0..whole.len() {
            assert_eq!(read::<Whole>(&whole[..length]), Err(Unreadable), "{length}");
        }
        for more in ["}", ",", "x", " 1", "\u{feff}"] {
            assert_eq!(read::<Whole>(&format!("{whole}{more}")), Err(Unreadable), "{more}");
        }
        assert!(read::<Whole>(&format!(" \t\r\n{whole}\n ")).is_ok());
    }

    #[test]
    fn escapes_are_read_and_half_letters_are_not() {
        assert_eq!(read::<String>(r#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#).as_deref(), Ok("\"\\/\u{8}\u{c}\n\r\té😀"));
        for wrong in [
            r#""\ud83d""#,
            r#""\ud83dx""#,
            r#""\ud83d\u0041""#,
            r#""\ude00""#,
            r#""\x41""#,
            r#""\u12g4""#,
            r#""\u+123""#,
            "\"a\nb\"",
            "\"",
            "\"\\\"",
        ] {
            assert_eq!(read::<String>(wrong), Err(Unreadable), "{wrong}");
        }
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum Open {
        Plain,
        One(i16),
        NotKnown(Raw),
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum Newer {
        Plain,
        One(i16),
        More { b: Vec<bool>, a: Option<String> },
        Bare,
        NotKnown(Raw),
    }

    #[test]
    fn a_kind_that_is_not_known_is_kept_whole_until_it_is() {
        let newer = vec![Newer::Plain, Newer::More { b: vec![true], a: Some("\"é".into()) }, Newer::Bare, Newer::One(-1)];
        let older: Vec<Open> = read(&write(&newer)).expect("readable");
        let kept = |text: &str| Open::NotKnown(Raw(text.into()));
        assert_eq!(older, [Open::Plain, kept(r#"{"more":{"a":"\"é","b":[true]}}"#), kept(r#""bare""#), Open::One(-1)]);
        assert_eq!(read::<Vec<Open>>(&write(&older)).as_ref(), Ok(&older));
        assert_eq!(read::<Vec<Newer>>(&write(&older)), Ok(newer));
        for wrong in ["1", "{}", r#"{"a":1,"b":2}"#, r#""notKnown""#, r#"{"one":"a"}"#] {
            assert_eq!(read::<Open>(wrong), Err(Unreadable), "{wrong}");
        }
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Kept {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        left_out: Option<u8>,
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        further: Option<Raw>,
    }

    #[test]
    fn fields_that_are_not_known_are_kept_among_the_others() {
        for text in [
            r#"{"text":"a"}"#,
            r#"{"a":[1,{"b":null}],"leftOut":1,"m":"\"é","text":"a","é":{"further":1}}"#,
            r#"{"text":"a","z":0}"#,
            // Names that the reader and the writer have a use for.
            r#"{"further":{"x":1},"notKnown":2,"text":"further"}"#,
        ] {
            let kept: Kept = read(text).expect("readable");
            assert_eq!(write(&kept), text);
            assert_eq!(write(&[Some(&kept), None, Some(&kept)]), format!("[{text},null,{text}]"));
            assert_eq!(kept.further.is_none(), text == r#"{"text":"a"}"#);
        }
        // As always: an order of their own, a fraction, and two equal keys.
        let odd: Kept = read(r#"{"z":0.5,"text":"a","b":{"d":1,"c":2}}"#).expect("readable");
        assert_eq!(write(&odd), r#"{"b":{"c":2,"d":1},"text":"a","z":null}"#);
        for wrong in [r#"{"z":1}"#, r#"{"text":"a","z":1,"z":1}"#, r#"{"text":1,"z":1}"#] {
            assert_eq!(read::<Kept>(wrong), Err(Unreadable), "{wrong}");
        }
    }

    #[test]
    fn kinds_have_one_form_each() {
        assert_eq!(read::<Kind>(r#""plain""#), Ok(Kind::Plain));
        for wrong in [
            r#""one""#,
            r#"{"plain":1}"#,
            "{}",
            r#"{"one":1,"plain":null}"#,
            r#"{"two":[1]}"#,
            r#"{"two":[1,"a",2]}"#,
            r#""moon""#,
            "1",
            "null",
        ] {
            assert_eq!(read::<Kind>(wrong), Err(Unreadable), "{wrong}");
        }
    }
}
