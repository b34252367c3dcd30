//! Short names for what WebAssembly and JavaScript share. wasm-bindgen ends each with sixteen digits of a hash, which no
//! compression makes smaller, once in each of the two files: together they are a fiftieth of the first visit.

use std::collections::HashMap;

use crate::shell::Failure;

const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;
const FUNCTION: u8 = 0;
/// What wasm-bindgen calls its own; everything else, such as `memory`, keeps its name.
const GENERATED: [&str; 2] = ["__wb", "wasm_bindgen"];

/// The WebAssembly and its glue with the names of wasm-bindgen made short: `$0`, `$1` and so on.
///
/// # Errors
/// The file is not built as this module knows it, or the glue has such names already.
pub fn shorten(wasm: &[u8], glue: &str) -> Result<(Vec<u8>, String), Failure> {
    let mut short = ShortNames::default();
    let wasm = with_names(wasm, &mut short).ok_or_else(|| {
        Failure::new("the WebAssembly is not built as expected", "compare wasm-bindgen's output with xtask/src/bundle/names.rs")
    })?;
    let glue = short.renamed(glue)?;
    Ok((wasm, glue))
}

#[derive(Default)]
struct ShortNames(HashMap<String, String>);

impl ShortNames {
    fn of(&mut self, name: &str) -> String {
        if !GENERATED.iter().any(|prefix| name.starts_with(prefix)) {
            return name.to_owned();
        }
        let next = format!("${}", self.0.len());
        self.0.entry(name.to_owned()).or_insert(next).clone()
    }

    /// The script with every word that has a short name replaced.
    fn renamed(&self, script: &str) -> Result<String, Failure> {
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '$';
        let mut text = String::with_capacity(script.len());
        let mut rest = script;
        while let Some(start) = rest.find(is_part) {
            let (before, after) = rest.split_at(start);
            let (word, after) = after.split_at(after.find(|letter| !is_part(letter)).unwrap_or(after.len()));
            if word.strip_prefix('$').is_some_and(|number| number.parse::<u32>().is_ok()) {
                return Err(Failure::new(
                    format!("the glue has the name {word} already"),
                    "choose other short names in xtask/src/bundle/names.rs",
                ));
            }
            text.push_str(before);
            text.push_str(self.0.get(word).map_or(word, String::as_str));
            rest = after;
        }
        text.push_str(rest);
        Ok(text)
    }
}

/// Copies the module and renames its imports and exports. `None` for anything that does not follow the
/// WebAssembly core specification 2.0, §5.5, or imports something else than functions.
fn with_names(wasm: &[u8], short: &mut ShortNames) -> Option<Vec<u8>> {
    let mut input = Input(wasm);
    let mut output = input.bytes(8)?.to_vec();
    while !input.0.is_empty() {
        let id = input.byte()?;
        let size = input.number()?;
        let section = input.bytes(size)?;
        let section = match id {
            IMPORTS => imports(Input(section), short)?,
            EXPORTS => exports(Input(section), short)?,
            _ => section.to_vec(),
        };
        output.push(id);
        put_number(&mut output, section.len());
        output.extend(section);
    }
    Some(output)
}

fn imports(mut input: Input<'_>, short: &mut ShortNames) -> Option<Vec<u8>> {
    let count = input.number()?;
    let mut output = Vec::new();
    put_number(&mut output, count);
    for _ in 0..count {
        put_name(&mut output, input.name()?);
        put_name(&mut output, &short.of(input.name()?));
        let kind = input.byte()?;
        if kind != FUNCTION {
            return None;
        }
        output.push(kind);
        put_number(&mut output, input.number()?);
    }
    input.0.is_empty().then_some(output)
}

fn exports(mut input: Input<'_>, short: &mut ShortNames) -> Option<Vec<u8>> {
    let count = input.number()?;
    let mut output = Vec::new();
    put_number(&mut output, count);
    for _ in 0..count {
        put_name(&mut output, &short.of(input.name()?));
        output.push(input.byte()?);
        put_number(&mut output, input.number()?);
    }
    input.0.is_empty().then_some(output)
}

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        Some(self.bytes(1)?[0])
    }

    /// LEB128, §5.2.2.
    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn name(&mut self) -> Option<&'a str> {
        let length = self.number()?;
        std::str::from_utf8(self.bytes(length)?).ok()
    }
}

fn put_number(output: &mut Vec<u8>, mut number: usize) {
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            return output.push(low);
        }
        output.push(low | 0x80);
    }
}

fn put_name(output: &mut Vec<u8>, name: &str) {
    put_number(output, name.len());
    output.extend(name.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::shorten;

    fn module(import: &str, export: &str) -> Vec<u8> {
        let name = |text: &str| [&[text.len() as u8], text.as_bytes()].concat();
        let section = |id: u8, body: Vec<u8>| [vec![id, body.len() as u8], body].concat();
        let imports = [vec![1], name("./app_bg.js"), name(import), vec![0, 0]].concat();
        let exports = [vec![2], name("memory"), vec![2, 0], name(export), vec![0, 0x81, 0x01]].concat();
        [b"\0asm\x01\0\0\0".to_vec(), section(1, vec![1, 0x60, 0, 0]), section(2, imports), section(7, exports)].concat()
    }

    #[test]
    fn both_files_get_the_same_short_names() {
        let wasm = module("__wbg_now_0123456789abcdef", "__wbindgen_malloc");
        let glue = "x = { __wbg_now_0123456789abcdef: f, __wbg_now_: g, n: '$' }; w.__wbindgen_malloc(w.memory)";
        let (wasm, glue) = shorten(&wasm, glue).expect("it is a module");
        assert_eq!(wasm, module("$0", "$1"));
        assert_eq!(glue, "x = { $0: f, __wbg_now_: g, n: '$' }; w.$1(w.memory)");
    }

    #[test]
    fn a_name_that_is_taken_or_a_broken_file_stops_the_build() {
        assert!(shorten(&module("__wbg_a", "b"), "let $7 = 1;").is_err());
        let whole = module("__wbg_a", "b");
        assert!(shorten(&whole[..whole.len() - 1], "").is_err());
    }
}
