//! From values to canonical text.

use serde::Serialize;
use serde::ser::{
    self, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct, SerializeTupleVariant,
    Serializer,
};
use std::fmt::{self, Write as _};

use super::FURTHER;
use super::tree::{self, Tree, plain};

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
    /// Members of all open objects, those of the innermost last.
    members: Vec<Member>,
    /// Of each open object the number of members before its own.
    open: Vec<usize>,
    /// Where members are brought into order, made once.
    spare: String,
}

/// A member of an object that is open.
struct Member {
    /// Where its key begins, with its quotation mark.
    start: usize,
    /// Where the key ends, likewise.
    key_end: usize,
    /// Where it ends; known once the object is closed.
    end: usize,
    /// The key, where it is written with escapes.
    escaped: Option<String>,
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
        if number < 0 {
            self.raw("-");
        }
        self.unsigned(number.unsigned_abs());
    }

    fn unsigned(&mut self, mut number: u64) {
        let mut digits = [b'0'; 20];
        let mut start = digits.len();
        while number > 0 || start == digits.len() {
            start -= 1;
            digits[start] += (number % 10) as u8;
            number /= 10;
        }
        self.raw(std::str::from_utf8(&digits[start..]).unwrap_or_default());
    }

    /// A text within quotation marks, escaped as RFC 8785 §3.2.2.2 has it.
    fn string(&mut self, text: &str) {
        self.text.push('"');
        // What needs no escape is copied in runs: nearly all of it.
        let mut written = 0;
        while let Some(length) = plain(&text.as_bytes()[written..]) {
            let at = written + length;
            self.raw(&text[written..at]);
            written = at + 1;
            let byte = text.as_bytes()[at];
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
        if !matches!(self.text.as_bytes().last(), Some(b'[' | b'{')) {
            self.text.push(',');
        }
    }

    fn open_object(&mut self) {
        self.text.push('{');
        self.open.push(self.members.len());
    }

    /// The key that was written from `start` on is one of the object.
    fn written_key(&mut self, start: usize, escaped: Option<String>) {
        self.members.push(Member { start, key_end: self.text.len(), end: 0, escaped });
        self.text.push(':');
    }

    /// One of the types' own keys, none of which has anything to escape.
    fn key(&mut self, key: &'static str) {
        self.comma();
        let start = self.text.len();
        self.text.push('"');
        self.raw(key);
        self.text.push('"');
        self.written_key(start, None);
    }

    fn key_of<'w>(&'w self, member: &'w Member) -> &'w str {
        member.escaped.as_deref().unwrap_or(&self.text[member.start + 1..member.key_end - 1])
    }

    /// Puts the members in the order of their keys. Most types have them in it; the objects of others are copied.
    fn close_object(&mut self) {
        let first = self.open.pop().unwrap_or_default();
        let members = &self.members[first..];
        if !members.is_sorted_by(|one, next| self.key_of(one) <= self.key_of(next)) {
            self.sort(first);
        }
        self.members.truncate(first);
        self.text.push('}');
    }

    fn sort(&mut self, first: usize) {
        let mut end = self.text.len();
        for member in self.members[first..].iter_mut().rev() {
            member.end = end;
            // What stands before it is a comma.
            end = member.start.saturating_sub(1);
        }
        let begin = self.members[first].start;
        // One after the other into its place among those before: objects are small.
        for next in first + 1..self.members.len() {
            let mut place = next;
            while place > first && self.key_of(&self.members[place - 1]) > self.key_of(&self.members[place]) {
                self.members.swap(place - 1, place);
                place -= 1;
            }
        }
        self.spare.clear();
        for member in &self.members[first..] {
            if !self.spare.is_empty() {
                self.spare.push(',');
            }
            self.spare.push_str(&self.text[member.start..member.end]);
        }
        self.text.truncate(begin);
        self.text.push_str(&self.spare);
    }

    /// A kind that carries something is an object of one member.
    fn open_variant(&mut self, name: &'static str) {
        self.open_object();
        self.key(name);
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
        self.key(key);
        value.serialize(self)
    }

    /// What was written from `start` on is the key of a map: it has to be a text, and known as it reads, to be sorted by.
    fn map_key(&mut self, start: usize) {
        if !self.text[start..].starts_with('"') {
            // A number, which as a key is a text.
            self.text.insert(start, '"');
            self.text.push('"');
        }
        let escaped = self.text[start..].contains('\\').then(|| match tree::parse(&self.text[start..]) {
            Ok(Tree::Text(text)) => text.into_owned(),
            _ => String::new(),
        });
        self.written_key(start, escaped);
    }

    /// A text that something has of itself.
    fn told(&mut self, what: fmt::Arguments<'_>) {
        let start = self.text.len();
        self.display(what);
        if plain(&self.text.as_bytes()[start..]).is_none() {
            // Nearly always.
            self.text.insert(start, '"');
            self.text.push('"');
        } else {
            let text = self.text.split_off(start);
            self.string(&text);
        }
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

    fn collect_str<T: fmt::Display + ?Sized>(self, what: &T) -> Done {
        self.told(format_args!("{what}"));
        Ok(())
    }

    fn serialize_char(self, letter: char) -> Done {
        self.string(letter.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Done {
        self.string(text);
        Ok(())
    }

    /// Only [`super::Raw`] has bytes: JSON as it came. Further fields of a structure go among its own.
    fn serialize_bytes(self, bytes: &[u8]) -> Done {
        let text = String::from_utf8_lossy(bytes);
        let in_field = self.members.last().filter(|field| field.key_end + 1 == self.text.len() && self.key_of(field) == FURTHER);
        if let (Some(start), Ok(Tree::Object(members))) = (in_field.map(|field| field.start), tree::parse(&text)) {
            self.members.pop();
            // Whatever stood before it, a comma stands before the next member.
            self.text.truncate(start);
            if self.text.ends_with(',') {
                self.text.pop();
            }
            return members.iter().try_for_each(|(key, value)| SerializeMap::serialize_entry(&mut &mut *self, key, value));
        }
        self.raw(&text);
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
            Tree::Raw(text) => serializer.serialize_bytes(text.as_bytes()),
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
        self.comma();
        let start = self.text.len();
        let Ok(()) = key.serialize(&mut **self);
        self.map_key(start);
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
