//! From the tree to values. It gives references to its parts, so that no type's reader has to clean up after itself, and it hands
//! the fields of a structure over in the order of the type: both keep the code that serde makes for each type small. So does telling a
//! kind by its position in the list that serde makes of their names: each type is spared the code to compare them. Types with `alias`,
//! `other` or `flatten` are not for this reader (the project has none; [`super::Raw`] is for kinds and fields that only a newer version
//! knows), and `deny_unknown_fields` holds only where TOML is read.

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::slice::Iter;

use super::tree::Tree;
use super::{FURTHER, Unreadable};

impl Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }

    fn invalid_value(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn serde::de::Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

/// The kind, last of its type, that takes those which the type does not have.
const NOT_KNOWN: &str = "notKnown";

/// All types of whole numbers are read alike.
macro_rules! whole {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            match self {
                Tree::Whole(number) => visitor.visit_i64(*number),
                Tree::Large(number) => visitor.visit_u64(*number),
                _ => Err(Unreadable),
            }
        })*
    };
}

macro_rules! text {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            match self {
                Tree::Text(text) => visitor.visit_str(text),
                _ => Err(Unreadable),
            }
        })*
    };
}

/// What no type of this project asks for.
macro_rules! never {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unreadable> {
            Err(Unreadable)
        })*
    };
}

impl<'de> Deserializer<'de> for &Tree<'_> {
    type Error = Unreadable;

    whole!(deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64);
    text!(deserialize_char deserialize_str deserialize_string deserialize_identifier);
    never!(deserialize_f32 deserialize_f64 deserialize_bytes);

    /// Only [`super::Raw`] asks for it.
    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_str(&super::write(self))
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self {
            Tree::Null => visitor.visit_unit(),
            Tree::Bool(is) => visitor.visit_bool(*is),
            Tree::Whole(number) if *number < 0 => visitor.visit_i64(*number),
            Tree::Whole(number) => visitor.visit_u64(number.unsigned_abs()),
            Tree::Large(number) => visitor.visit_u64(*number),
            Tree::Fraction => Err(Unreadable),
            Tree::Text(text) => visitor.visit_str(text),
            Tree::Absent | Tree::Raw(_) => Err(Unreadable),
            Tree::List(_) => self.deserialize_seq(visitor),
            Tree::Object(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self {
            Tree::Bool(is) => visitor.visit_bool(*is),
            _ => Err(Unreadable),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self {
            Tree::Null | Tree::Absent => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self {
            Tree::Null => visitor.visit_unit(),
            _ => Err(Unreadable),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let Tree::List(items) = self else {
            return Err(Unreadable);
        };
        let mut items = Items(items.iter());
        let value = visitor.visit_seq(&mut items)?;
        if items.0.as_slice().is_empty() { Ok(value) } else { Err(Unreadable) }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self {
            Tree::Object(members) => visitor.visit_map(Pairs { rest: members.iter(), value: &Tree::Null }),
            _ => Err(Unreadable),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        match self {
            Tree::Object(members) => visitor.visit_seq(Fields { members, fields, at: 0, found: 0, further: Tree::Absent }),
            _ => Err(Unreadable),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        kinds: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let (name, value) = self.variant(kinds).ok_or(Unreadable)?;
        visitor.visit_enum(Variant { name: Name { text: name, known: kinds }, value })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }
}

impl<'t> Tree<'t> {
    /// A kind by its name alone, or an object of one member. One that the type does not have comes whole, if the type keeps such.
    fn variant(&self, kinds: &'static [&'static str]) -> Option<(&str, Option<&Self>)> {
        let (name, value) = match self {
            Tree::Text(name) => (name, None),
            Tree::Object(members) => match &members[..] {
                [(name, value)] => (name, Some(value)),
                _ => return None,
            },
            _ => return None,
        };
        match kinds.last() {
            Some(&NOT_KNOWN) if name == NOT_KNOWN => value?.variant(kinds),
            Some(&NOT_KNOWN) if !kinds.contains(&name.as_ref()) => Some((NOT_KNOWN, Some(self))),
            _ => Some((name, value)),
        }
    }
}

/// The items of a list that are still to be read.
struct Items<'a, 't>(Iter<'a, Tree<'t>>);

impl<'de> SeqAccess<'de> for &mut Items<'_, '_> {
    type Error = Unreadable;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Unreadable> {
        match self.0.next() {
            Some(item) => seed.deserialize(item).map(Some),
            None => Ok(None),
        }
    }
}

/// The fields of a structure in the order of the type, each looked up in an object.
struct Fields<'a, 't> {
    members: &'a [(Cow<'t, str>, Tree<'t>)],
    fields: &'static [&'static str],
    /// The place of the next field, and how many were found before it.
    at: usize,
    found: usize,
    /// Members that the type does not have, for a type that keeps them.
    further: Tree<'t>,
}

impl<'t> Fields<'_, 't> {
    /// What stands for the next field; none if it is left out.
    fn next(&mut self) -> Option<&Tree<'t>> {
        let name = *self.fields.get(self.at)?;
        self.at += 1;
        if name == FURTHER && self.at == self.fields.len() {
            // Most have none: they are counted, not looked at.
            if self.found == self.members.len() {
                return None;
            }
            self.further = Tree::Raw(super::write(&Others { members: self.members, known: &self.fields[..self.at - 1] }));
            return Some(&self.further);
        }
        let member = self.members.iter().find(|(key, _)| key == name);
        self.found += usize::from(member.is_some());
        member.map(|(_, value)| value)
    }
}

impl<'de> SeqAccess<'de> for Fields<'_, '_> {
    type Error = Unreadable;

    // A field that is left out is `None` where the type is an option; to all other types it is the end of the list, for which they
    // have a default or an error.
    #[inline(never)]
    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Unreadable> {
        let member = self.next();
        match (member.is_none(), seed.deserialize(member.unwrap_or(&Tree::Absent))) {
            (true, Err(Unreadable)) => Ok(None),
            (_, value) => value.map(Some),
        }
    }
}

/// The members of an object whose keys are not among these.
struct Others<'a, 't> {
    members: &'a [(Cow<'t, str>, Tree<'t>)],
    known: &'static [&'static str],
}

impl Serialize for Others<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let others = self.members.iter().filter(|(key, _)| !self.known.contains(&&**key));
        serializer.collect_map(others.map(|(key, value)| (key, value)))
    }
}

/// The members of an object that are still to be read, and the value of the last key.
struct Pairs<'a, 't> {
    rest: Iter<'a, (Cow<'t, str>, Tree<'t>)>,
    value: &'a Tree<'t>,
}

impl<'de> MapAccess<'de> for Pairs<'_, '_> {
    type Error = Unreadable;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Unreadable> {
        let Some((key, value)) = self.rest.next() else {
            return Ok(None);
        };
        self.value = value;
        seed.deserialize(Name { text: key, known: &[] }).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Unreadable> {
        seed.deserialize(self.value)
    }
}

/// A key, or the name of a kind: always a text, and where a type asks for it the position among those that the type has.
#[derive(Clone, Copy)]
struct Name<'a> {
    text: &'a str,
    known: &'static [&'static str],
}

impl Name<'_> {
    /// Behind all of them, if it is none.
    fn position(self) -> u64 {
        let position = self.known.iter().position(|known| *known == self.text).unwrap_or(self.known.len());
        u64::try_from(position).unwrap_or(u64::MAX)
    }
}

impl<'de> Deserializer<'de> for Name<'_> {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_str(self.text)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_u64(self.position())
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple tuple_struct
        map struct enum ignored_any
    }
}

/// A kind: its name, and what comes with it.
struct Variant<'a, 't> {
    name: Name<'a>,
    value: Option<&'a Tree<'t>>,
}

impl<'a, 't> Variant<'a, 't> {
    fn content(self) -> Result<&'a Tree<'t>, Unreadable> {
        self.value.ok_or(Unreadable)
    }
}

impl<'de> EnumAccess<'de> for Variant<'_, '_> {
    type Error = Unreadable;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Unreadable> {
        Ok((seed.deserialize(self.name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_> {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        match self.value {
            None | Some(Tree::Null) => Ok(()),
            Some(_) => Err(Unreadable),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Unreadable> {
        seed.deserialize(self.content()?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.content()?.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Unreadable> {
        self.content()?.deserialize_struct("", fields, visitor)
    }
}
