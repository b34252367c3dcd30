//! How strings go from JavaScript into WebAssembly. wasm-bindgen's glue copies the letters of plain ASCII one by one, which pays for short
//! names; a page of cases is a hundred thousand letters, and at a start nothing of the glue is compiled yet.

use crate::shell::Failure;

/// What the glue asks before it encodes a whole string at once.
const ASKED: &str = "if (realloc === undefined) {";
/// From this length a string is encoded at once, too.
const INSTEAD: &str = "if (realloc === undefined || arg.length > 64) {";

/// The glue that encodes long strings at once.
///
/// # Errors
/// The glue is not built as this module knows it.
pub fn encoded_at_once(glue: &str) -> Result<String, Failure> {
    match glue.matches(ASKED).count() {
        1 => Ok(glue.replace(ASKED, INSTEAD)),
        // No string that may grow comes in.
        0 if !glue.contains("passStringToWasm0(") => Ok(glue.to_owned()),
        _ => Err(Failure::new("the glue takes strings in another way", "compare wasm-bindgen's output with xtask/src/bundle/strings.rs")),
    }
}

#[cfg(test)]
mod tests {
    use super::encoded_at_once;

    #[test]
    fn long_strings_are_encoded_at_once() {
        let glue = "function passStringToWasm0(arg, malloc, realloc) {\n    if (realloc === undefined) {";
        assert!(encoded_at_once(glue).is_ok_and(|glue| glue.ends_with("if (realloc === undefined || arg.length > 64) {")));
        assert!(encoded_at_once("let a = 1;").is_ok_and(|glue| glue == "let a = 1;"));
        assert!(encoded_at_once("passStringToWasm0(arg)").is_err());
    }
}
