//! From values to canonical text.

use serde::Serialize;
use serde::ser::{
    self, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct, SerializeTupleVariant,
    Serializer,
};
use std::borrow::Cow;
use std::fmt::{self, Write as _};

use super::tree::{self, Tree};
use crate::domain::order::sorted;

/// The error of something that cannot fail.
#[derive(Debug)]
pub(super) enum Never {}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    fn custom<T: fmt::Display>(_: T) -> Self {
        unreachable!("every type of this app has a JSON form")
    }
}

type Done = Result<(), Never>;

/// The text so far, and the objects that are open in it.
#[derive(Default)]
pub(super) struct Writer {
    text: String,
    open: Vec<Open>,
}

/// An object that is open: where its first member begins, and each key with the place of its member.
struct Open {
    start: usize,
    members: Vec<(Cow<'static, str>, usize)>,
}

impl Writer {
    pub(super) fn text(self) -> String {
        self.text
    }

    fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn display(&mut self, what: fmt::Arguments<'_>) {
        // A text takes whatever is written to it.
        let _ = self.text.write_fmt(what);
    }

    fn signed(&mut self, number: i64) {
        self.display(format_args!("{number}"));
    }

    fn unsigned(&mut self, number: u64) {
        self.display(format_args!("{number}"));
    }

    /// A text within quotation marks, escaped as RFC 8785 §3.2.2.2 has it.
    fn string(&mut self, text: &str) {
        self.text.push('"');
        // What needs no escape is copied in runs: nearly all of it.
        let mut written = 0;
        for (at, byte) in text.bytes().enumerate() {
            if byte >= b' ' && byte != b'"' && byte != b'\\' {
                continue;
            }
            self.raw(&text[written..at]);
            written = at + 1;
            let escape = match byte {
                b'"' => "\\\"",
                b'\\' => "\\\\",
                8 => "\\b",
                12 => "\\f",
                b'\n' => "\\n",
                b'\r' => "\\r",
                b'\t' => "\\t",
                _ => {
                    self.display(format_args!("\\u{byte:04x}"));
                    continue;
                }
            };
            self.raw(escape);
        }
        self.raw(&text[written..]);
        self.text.push('"');
    }

    /// A comma, if there is an item before. No item ends in an opening bracket.
    fn comma(&mut self) {
        if !self.text.ends_with(['[', '{']) {
            self.text.push(',');
        }
    }

    fn open_object(&mut self) {
        self.text.push('{');
        self.open.push(Open { start: self.text.len(), members: Vec::new() });
    }

    fn key(&mut self, key: Cow<'static, str>) {
        self.comma();
        let start = self.text.len();
        self.string(&key);
        if let Some(open) = self.open.last_mut() {
            open.members.push((key, start));
        }
        self.text.push(':');
    }

    /// Puts the members in the order of their keys. Most come in another one: that of the fields of a type.
    fn close_object(&mut self) {
        if let Some(Open { start, members }) = self.open.pop()
            && !members.windows(2).all(|pair| pair[0].0 <= pair[1].0)
        {
            let order = sorted(members.len(), &|first, second| members[first].0 < members[second].0);
            let mut ordered = String::new();
            for position in order {
                let end = members.get(position + 1).map_or(self.text.len(), |(_, next)| next - 1);
                if !ordered.is_empty() {
                    ordered.push(',');
                }
                ordered.push_str(&self.text[members[position].1..end]);
            }
            self.text.truncate(start);
            self.raw(&ordered);
        }
        self.text.push('}');
    }

    /// A kind that carries something is an object of one member.
    fn open_variant(&mut self, name: &'static str) {
        self.open_object();
        self.key(name.into());
    }

    fn open_list(&mut self) {
        self.text.push('[');
    }

    fn close_list(&mut self) {
        self.text.push(']');
    }

    fn item<T: Serialize + ?Sized>(&mut self, item: &T) -> Done {
        self.comma();
        item.serialize(self)
    }

    fn member<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Done {
        self.key(key.into());
        value.serialize(self)
    }

    /// Takes the key back that was written after `start` and writes it as one: it has to be known plain, to be sorted by.
    fn written_key(&mut self, start: usize) {
        let written = self.text.split_off(start);
        let key = match tree::parse(&written) {
            Ok(Tree::Text(text)) => text.into_owned(),
            // A number, which as a key is a text.
            _ => written,
        };
        self.key(key.into());
    }
}

macro_rules! numbers {
    ($($method:ident $type:ty => $write:ident;)*) => {
        $(fn $method(self, number: $type) -> Done {
            self.$write(number.into());
            Ok(())
        })*
    };
}

impl Serializer for &mut Writer {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    numbers! {
        serialize_i8 i8 => signed;
        serialize_i16 i16 => signed;
        serialize_i32 i32 => signed;
        serialize_i64 i64 => signed;
        serialize_u8 u8 => unsigned;
        serialize_u16 u16 => unsigned;
        serialize_u32 u32 => unsigned;
        serialize_u64 u64 => unsigned;
    }

    fn serialize_bool(self, is: bool) -> Done {
        self.raw(if is { "true" } else { "false" });
        Ok(())
    }

    /// No document has a fraction: what none can be read from is not written either.
    fn serialize_f32(self, _: f32) -> Done {
        unreachable!("no type of this app has fractions")
    }

    /// Likewise.
    fn serialize_f64(self, _: f64) -> Done {
        unreachable!("no type of this app has fractions")
    }

    fn serialize_char(self, letter: char) -> Done {
        self.string(letter.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Done {
        self.string(text);
        Ok(())
    }

    /// Only [`super::Raw`] has bytes: JSON as it came.
    fn serialize_bytes(self, bytes: &[u8]) -> Done {
        self.raw(&String::from_utf8_lossy(bytes));
        Ok(())
    }

    fn serialize_none(self) -> Done {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        self.raw("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Done {
        self.string(variant);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(self, _: &'static str, _: u32, variant: &'static str, value: &T) -> Done {
        self.open_variant(variant);
        let Ok(()) = value.serialize(&mut *self);
        self.close_object();
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Never> {
        self.open_list();
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Never> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Never> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Self, Never> {
        self.open_variant(variant);
        self.serialize_seq(None)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Never> {
        self.open_object();
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Never> {
        self.serialize_map(None)
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Self, Never> {
        self.open_variant(variant);
        self.serialize_map(None)
    }
}

impl Serialize for Tree<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Tree::Null | Tree::Absent | Tree::Fraction => serializer.serialize_unit(),
            Tree::Bool(is) => serializer.serialize_bool(*is),
            Tree::Whole(number) => serializer.serialize_i64(*number),
            Tree::Large(number) => serializer.serialize_u64(*number),
            Tree::Text(text) => serializer.serialize_str(text),
            Tree::List(items) => serializer.collect_seq(items),
            Tree::Object(members) => serializer.collect_map(members.iter().map(|(key, value)| (key, value))),
        }
    }
}

macro_rules! list {
    ($trait:ident, $method:ident) => {
        impl $trait for &mut Writer {
            type Ok = ();
            type Error = Never;

            fn $method<T: Serialize + ?Sized>(&mut self, item: &T) -> Done {
                self.item(item)
            }

            fn end(self) -> Done {
                self.close_list();
                Ok(())
            }
        }
    };
}
list!(SerializeSeq, serialize_element);
list!(SerializeTuple, serialize_element);
list!(SerializeTupleStruct, serialize_field);

impl SerializeTupleVariant for &mut Writer {
    type Ok = ();
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, item: &T) -> Done {
        self.item(item)
    }

    fn end(self) -> Done {
        self.close_list();
        self.close_object();
        Ok(())
    }
}

impl SerializeMap for &mut Writer {
    type Ok = ();
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        let start = self.text.len();
        let Ok(()) = key.serialize(&mut **self);
        self.written_key(start);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(&mut **self)
    }

    fn end(self) -> Done {
        self.close_object();
        Ok(())
    }
}

impl SerializeStruct for &mut Writer {
    type Ok = ();
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Done {
        self.member(key, value)
    }

    fn end(self) -> Done {
        self.close_object();
        Ok(())
    }
}

impl SerializeStructVariant for &mut Writer {
    type Ok = ();
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Done {
        self.member(key, value)
    }

    fn end(self) -> Done {
        self.close_object();
        self.close_object();
        Ok(())
    }
}
