//! What stands behind the question mark of an address.

/// The value of a parameter, decoded; none where it is missing, empty or broken.
#[must_use]
pub fn value(query: Option<&str>, name: &str) -> Option<String> {
    let pairs = query?.split('&').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find(|(key, _)| *key == name).and_then(|(_, value)| decoded(value)).filter(|value| !value.is_empty())
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                bytes.push(u8::try_from(digit(rest.next())? * 16 + digit(rest.next())?).ok()?);
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn a_value_is_decoded_and_a_broken_one_is_none() {
        let query = Some("q=kab.+banyuasin%20%C3%A9&x=&y=%zz&z=%ff");
        assert_eq!(value(query, "q").as_deref(), Some("kab. banyuasin é"));
        for name in ["x", "y", "z", "none"] {
            assert_eq!(value(query, name), None, "{name}");
        }
        assert_eq!(value(None, "q"), None);
    }
}
