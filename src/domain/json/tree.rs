//! A document in memory, and the one parser that makes it. Texts without escapes stay where they are.

use std::borrow::Cow;

use super::Unreadable;
use crate::domain::order::sorted;

/// Of lists and objects in each other, one less than this: enough for every shape, and the stack cannot be made to overflow.
const LEVELS: u8 = 128;

/// So many values a document may have: several times as many as the largest answer or kapsul, and none can fill the memory by many small ones.
const VALUES: u32 = 500_000;

/// Any JSON.
pub(super) enum Tree<'t> {
    Null,
    Bool(bool),
    /// A whole number.
    Whole(i64),
    /// One that only the unsigned type holds.
    Large(u64),
    /// A field that an object leaves out; no part of any document.
    Absent,
    /// A fraction, or a number that is out of range: no type of this project has one.
    Fraction,
    Text(Cow<'t, str>),
    List(Vec<Tree<'t>>),
    Object(Vec<(Cow<'t, str>, Tree<'t>)>),
    /// Canonical text of what is not looked into; no part of any document.
    Raw(String),
}

impl<'t> Tree<'t> {
    /// The member at the end of these keys, added as `null` if only it is not there.
    pub(super) fn place(&mut self, path: &[&'t str]) -> Option<&mut Self> {
        let mut place = self;
        for (depth, key) in path.iter().enumerate() {
            let Tree::Object(members) = place else { return None };
            let found = members.iter().position(|(known, _)| known == key);
            let position = match found {
                Some(position) => position,
                None if depth + 1 == path.len() => {
                    members.push((Cow::Borrowed(*key), Tree::Null));
                    members.len() - 1
                }
                None => return None,
            };
            place = &mut members[position].1;
        }
        Some(place)
    }

    /// Does a number stand in it that is not written?
    pub(super) fn has_fraction(&self) -> bool {
        match self {
            Tree::Fraction => true,
            Tree::List(items) => items.iter().any(Tree::has_fraction),
            Tree::Object(members) => members.iter().any(|(_, item)| item.has_fraction()),
            _ => false,
        }
    }
}

/// The whole text as one value.
pub(super) fn parse(text: &str) -> Result<Tree<'_>, Unreadable> {
    let mut parser = Parser { members: Vec::new(), items: Vec::new(), text, at: 0, levels: LEVELS, values: VALUES };
    let tree = parser.value()?;
    if parser.next_token() == 0 && parser.at == text.len() { Ok(tree) } else { Err(Unreadable) }
}

/// Where members and items of what is still open are gathered: each list is made once, as long as it is.
struct Parser<'t> {
    members: Vec<(Cow<'t, str>, Tree<'t>)>,
    items: Vec<Tree<'t>>,
    text: &'t str,
    at: usize,
    levels: u8,
    /// How many more there may be.
    values: u32,
}

impl<'t> Parser<'t> {
    /// The next byte; zero, which no JSON has, at the end.
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// The first byte after white space.
    fn next_token(&mut self) -> u8 {
        while matches!(self.peek(), b' ' | b'\t' | b'\r' | b'\n') {
            self.at += 1;
        }
        self.peek()
    }

    fn value(&mut self) -> Result<Tree<'t>, Unreadable> {
        self.values = self.values.checked_sub(1).ok_or(Unreadable)?;
        match self.next_token() {
            b'{' => self.object(),
            b'[' => self.list(),
            b'"' => self.string().map(Tree::Text),
            b'-' | b'0'..=b'9' => self.number(),
            _ => {
                for (word, tree) in [("null", Tree::Null), ("true", Tree::Bool(true)), ("false", Tree::Bool(false))] {
                    if self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
                        self.at += word.len();
                        return Ok(tree);
                    }
                }
                Err(Unreadable)
            }
        }
    }

    /// Passes the opening bracket. Is the matching one next?
    fn opens(&mut self, close: u8) -> Result<bool, Unreadable> {
        self.levels -= 1;
        if self.levels == 0 {
            return Err(Unreadable);
        }
        self.at += 1;
        if self.next_token() == close { self.ends(close) } else { Ok(false) }
    }

    /// Passes what stands after an item. Was it the closing bracket?
    fn ends(&mut self, close: u8) -> Result<bool, Unreadable> {
        let token = self.next_token();
        self.at += 1;
        if token == close {
            self.levels += 1;
            return Ok(true);
        }
        if token == b',' { Ok(false) } else { Err(Unreadable) }
    }

    fn list(&mut self) -> Result<Tree<'t>, Unreadable> {
        let first = self.items.len();
        let mut ended = self.opens(b']')?;
        while !ended {
            let item = self.value()?;
            self.items.push(item);
            ended = self.ends(b']')?;
        }
        Ok(Tree::List(self.items.drain(first..).collect()))
    }

    fn object(&mut self) -> Result<Tree<'t>, Unreadable> {
        let first = self.members.len();
        let mut ended = self.opens(b'}')?;
        while !ended {
            if self.next_token() != b'"' {
                return Err(Unreadable);
            }
            let key = self.string()?;
            if self.next_token() != b':' {
                return Err(Unreadable);
            }
            self.at += 1;
            let value = self.value()?;
            self.members.push((key, value));
            ended = self.ends(b'}')?;
        }
        if has_twins(&self.members[first..]) { Err(Unreadable) } else { Ok(Tree::Object(self.members.drain(first..).collect())) }
    }

    /// A text, from its opening quotation mark on.
    fn string(&mut self) -> Result<Cow<'t, str>, Unreadable> {
        self.at += 1;
        let mut start = self.at;
        let mut escaped = String::new();
        loop {
            self.at += plain(&self.text.as_bytes()[self.at..]).ok_or(Unreadable)?;
            let letter = self.peek();
            if letter < 0x20 {
                return Err(Unreadable);
            }
            // Quotation mark and backslash stand for themselves in UTF-8, so that the text is cut between letters.
            let part = &self.text[start..self.at];
            self.at += 1;
            if letter == b'"' && escaped.is_empty() {
                return Ok(Cow::Borrowed(part));
            }
            escaped.push_str(part);
            if letter == b'"' {
                return Ok(Cow::Owned(escaped));
            }
            escaped.push(self.escape()?);
            start = self.at;
        }
    }

    fn escape(&mut self) -> Result<char, Unreadable> {
        let letter = self.peek();
        self.at += 1;
        Ok(match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut unit = self.unit()?;
                if (0xd800..0xdc00).contains(&unit) && self.text.as_bytes()[self.at..].starts_with(b"\\u") {
                    self.at += 2;
                    let low = self.unit()?;
                    // A second half that is none leaves the first one alone, which is no letter.
                    if (0xdc00..0xe000).contains(&low) {
                        unit = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                    }
                }
                return char::from_u32(unit).ok_or(Unreadable);
            }
            _ => return Err(Unreadable),
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, Unreadable> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit * 16 + char::from(self.peek()).to_digit(16).ok_or(Unreadable)?;
            self.at += 1;
        }
        Ok(unit)
    }

    /// Passes digits and gives their number. Zeros count for `scale` until another digit comes: what ends in them stays small.
    fn digits(&mut self, number: &mut Option<u64>, scale: &mut i32) -> usize {
        let start = self.at;
        while let digit @ b'0'..=b'9' = self.peek() {
            self.at += 1;
            *scale = scale.saturating_add(1);
            if digit != b'0' {
                *number = scaled(*number, *scale).and_then(|number| number.checked_add(u64::from(digit - b'0')));
                *scale = 0;
            }
        }
        self.at - start
    }

    fn number(&mut self) -> Result<Tree<'t>, Unreadable> {
        let negative = self.peek() == b'-';
        self.at += usize::from(negative);
        let (mut number, mut scale) = (Some(0), 0);
        let starts_with_zero = self.peek() == b'0';
        let digits = self.digits(&mut number, &mut scale);
        if digits == 0 || (starts_with_zero && digits > 1) {
            return Err(Unreadable);
        }
        if self.peek() == b'.' {
            self.at += 1;
            let digits = self.digits(&mut number, &mut scale);
            if digits == 0 {
                return Err(Unreadable);
            }
            scale = scale.saturating_sub(i32::try_from(digits).unwrap_or(i32::MAX));
        }
        if let b'e' | b'E' = self.peek() {
            self.at += 1;
            let down = self.peek() == b'-';
            self.at += usize::from(down || self.peek() == b'+');
            let (mut exponent, mut zeros) = (Some(0), 0);
            if self.digits(&mut exponent, &mut zeros) == 0 {
                return Err(Unreadable);
            }
            let exponent = scaled(exponent, zeros).and_then(|exponent| i32::try_from(exponent).ok()).unwrap_or(i32::MAX);
            scale = scale.saturating_add(if down { -exponent } else { exponent });
        }
        Ok(match (scaled(number, scale), negative) {
            (Some(number), false) => i64::try_from(number).map_or(Tree::Large(number), Tree::Whole),
            (Some(number), true) => 0_i64.checked_sub_unsigned(number).map_or(Tree::Fraction, Tree::Whole),
            (None, _) => Tree::Fraction,
        })
    }
}

/// Where the first byte stands that ends a text, or has to be escaped in one.
pub(super) fn plain(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    const HIGHS: u64 = ONES << 7;
    let (eights, _) = bytes.as_chunks::<8>();
    // Eight at a time: the high bit of each that is a zero after its subtraction, or below a space. A false alarm is looked at below.
    let is_plain = |eight: &&[u8; 8]| {
        let eight = u64::from_le_bytes(**eight);
        let zero = |of: u64| of.wrapping_sub(ONES) & !of;
        let control = eight.wrapping_sub(ONES * 0x20) & !eight;
        (control | zero(eight ^ (ONES * u64::from(b'"'))) | zero(eight ^ (ONES * u64::from(b'\\')))) & HIGHS == 0
    };
    let mut start = 0;
    loop {
        start += 8 * eights[start / 8..].iter().take_while(is_plain).count();
        let end = (start + 8).min(bytes.len());
        let found = bytes[start..end].iter().position(|byte| matches!(byte, 0..0x20 | b'"' | b'\\'));
        match found {
            Some(at) => return Some(start + at),
            None if end == bytes.len() => return None,
            None => start = end,
        }
    }
}

/// A number with so many zeros added at its end; none if it becomes a fraction or too large.
fn scaled(number: Option<u64>, zeros: i32) -> Option<u64> {
    let mut number = number?;
    if number == 0 {
        return Some(0);
    }
    if zeros < 0 {
        return None;
    }
    for _ in 0..zeros {
        number = number.checked_mul(10)?;
    }
    Some(number)
}

/// Are two keys the same? Keys that come sorted, as this project writes them, are told by one look each.
fn has_twins(members: &[(Cow<'_, str>, Tree<'_>)]) -> bool {
    if members.windows(2).all(|pair| pair[0].0 < pair[1].0) {
        return false;
    }
    let order = sorted(members.len(), &|first, second| members[first].0 < members[second].0);
    order.windows(2).any(|pair| members[pair[0]].0 == members[pair[1]].0)
}
