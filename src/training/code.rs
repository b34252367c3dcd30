//! The code by which a trainee tells the trainer a result: short enough to be dictated, with a check so that a slip of the hand is
//! found, and nothing in it that a chat would change. It proves nothing: whoever can read this can make one.

use crate::domain::digest::Digest;

/// What a trainee tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Who; as typed.
    pub name: String,
    /// Place of the scenario in the list.
    pub place: u8,
    /// Steps done.
    pub done: u8,
    /// Steps there are.
    pub of: u8,
    /// The score, 0 to 100.
    pub score: u8,
}

/// Why a text is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotACode {
    /// Something else.
    #[error("not a code of training")]
    Foreign,
    /// A letter is missing or wrong.
    #[error("a mistyped code")]
    Mistyped,
    /// Made by a newer version.
    #[error("a code of a newer version")]
    Newer,
}

const WORD: &str = "LATIHAN";
const FORM: u8 = 1;
/// Bytes of the check at the end.
const CHECK: usize = 3;
/// The most bytes of a name.
pub const MAX_NAME: usize = 60;
/// Crockford's digits: no letter that is taken for another.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Writes the code.
#[must_use]
pub fn write(outcome: &Outcome) -> String {
    let mut name = outcome.name.trim();
    while name.len() > MAX_NAME {
        name = name.char_indices().next_back().map_or("", |(at, _)| &name[..at]);
    }
    let mut bytes = vec![FORM, outcome.place, outcome.done, outcome.of, outcome.score];
    bytes.extend(name.as_bytes());
    bytes.extend(check(&bytes));
    let mut text = WORD.to_owned();
    let (mut bits, mut held) = (0_u32, 0);
    let mut count = 0;
    let mut push = |digit: usize| {
        if count % 5 == 0 {
            text.push('-');
        }
        count += 1;
        text.push(char::from(DIGITS[digit & 31]));
    };
    for byte in bytes {
        bits = (bits << 8 | u32::from(byte)) & 0xFFFF;
        held += 8;
        while held >= 5 {
            held -= 5;
            push((bits >> held) as usize);
        }
    }
    if held > 0 {
        push((bits << (5 - held)) as usize);
    }
    text
}

/// Reads a code as it was pasted or typed: in any case of letters, with or without its dashes.
///
/// # Errors
/// See [`NotACode`].
pub fn read(text: &str) -> Result<Outcome, NotACode> {
    let plain: String = text.chars().filter(|letter| letter.is_ascii_alphanumeric()).map(|letter| letter.to_ascii_uppercase()).collect();
    let digits = plain.strip_prefix(WORD).filter(|digits| !digits.is_empty()).ok_or(NotACode::Foreign)?;
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0);
    for letter in digits.bytes() {
        let letter = match letter {
            b'O' => b'0',
            b'I' | b'L' => b'1',
            other => other,
        };
        let digit = DIGITS.iter().position(|known| *known == letter).ok_or(NotACode::Mistyped)?;
        bits = (bits << 5 | digit as u32) & 0xFFFF;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xFF) as u8);
        }
    }
    let split = bytes.len().checked_sub(CHECK).ok_or(NotACode::Mistyped)?;
    let (said, told) = bytes.split_at(split);
    if check(said) != *told {
        return Err(NotACode::Mistyped);
    }
    let [form, place, done, of, score, name @ ..] = said else { return Err(NotACode::Mistyped) };
    if *form != FORM {
        return Err(NotACode::Newer);
    }
    let name = String::from_utf8(name.to_vec()).map_err(|_| NotACode::Mistyped)?;
    Ok(Outcome { name, place: *place, done: *done, of: *of, score: *score })
}

fn check(bytes: &[u8]) -> [u8; CHECK] {
    let digits = Digest::of(bytes).to_string();
    std::array::from_fn(|at| digits.get(2 * at..2 * at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_slip_of_the_hand_is_found() {
        let code = write(&Outcome { name: "Siti Rahma".into(), place: 3, done: 7, of: 7, score: 92 });
        assert_eq!(read(&code.to_lowercase().replace('-', " ")).map(|outcome| outcome.score), Ok(92));
        for (at, letter) in code.char_indices().skip(WORD.len()).filter(|(_, letter)| *letter != '-') {
            let other = if letter == '7' { '8' } else { '7' };
            let wrong = format!("{}{other}{}", &code[..at], &code[at + 1..]);
            assert_eq!(read(&wrong), Err(NotACode::Mistyped), "{wrong}");
        }
        assert_eq!(read(&code[..code.len() - 4]), Err(NotACode::Mistyped));
        for foreign in ["", "LATIHAN", "halo", "https://sips.example"] {
            assert_eq!(read(foreign), Err(NotACode::Foreign), "{foreign}");
        }
    }

    #[test]
    fn a_newer_code_is_told_apart() {
        let code = write(&Outcome { name: String::new(), place: 1, done: 1, of: 1, score: 1 });
        // The same with another form: built from its own bytes, so that the check fits.
        let mut bytes = vec![FORM + 1, 1, 1, 1, 1];
        bytes.extend(check(&bytes));
        assert!(read(&code).is_ok());
        let digits = bytes.iter().fold(String::new(), |bits, byte| bits + &format!("{byte:08b}"));
        let text: String = digits
            .as_bytes()
            .chunks(5)
            .map(|part| {
                let part = format!("{:0<5}", String::from_utf8_lossy(part));
                char::from(DIGITS[usize::from_str_radix(&part, 2).expect("bits")])
            })
            .collect();
        assert_eq!(read(&format!("{WORD}{text}")), Err(NotACode::Newer));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(name in "\\PC{0,40}", place: u8, done: u8, of: u8, score: u8) {
            let outcome = Outcome { name, place, done, of, score };
            let back = read(&write(&outcome)).expect("a code");
            prop_assert_eq!((back.place, back.done, back.of, back.score), (place, done, of, score));
            prop_assert!(outcome.name.trim().starts_with(&back.name));
        }
    }
}
