//! Turns the law's TOML files under `src/rules`, and the scenarios of training, into canonical JSON (keys sorted, no white space) for the library to embed.
//! The digests by which the law's texts are pinned are taken here, too. The files are only translated here; `src/rules.rs` and its tests say whether they make sense.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=src/rules");
    println!("cargo::rerun-if-changed=src/training");
    println!("cargo::rerun-if-env-changed=SIPS_COMMIT");
    println!("cargo::rerun-if-env-changed=SIPS_COMMIT_DATE");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        // What draws files of strangers ends when it asks for more, instead of taking the tablet's memory: 768 MB.
        println!("cargo::rustc-link-arg-bin=documents=--max-memory=805306368");
    }
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let mut code = String::new();
    for (constant, of, folder) in [
        ("SETS", "RuleSet", "src/rules/sets"),
        ("STREAMS", "RuleSet", "src/rules/streams"),
        ("CALENDARS", "Calendar", "src/rules/calendars"),
    ] {
        let files = toml_files(Path::new(folder))?;
        writeln!(code, "pub(super) static {constant}: [Shipped<{of}>; {}] = [", files.len())?;
        for file in files {
            let text = json(&file)?;
            let definition: serde_json::Value = text.parse()?;
            let pin = definition["id"].as_str().zip(definition["version"].as_u64());
            let (id, version) = pin.ok_or_else(|| format!("{}: no id and version", file.display()))?;
            let digest: [u8; 32] = Sha256::digest(&text).into();
            writeln!(code, "Shipped::new({id:?}, {version}, {digest:?}, {text:?}),")?;
        }
        writeln!(code, "];")?;
    }
    // FNV-1a over all of them: it tells versions apart, nothing else.
    let sum = code.bytes().fold(0x811c_9dc5_u32, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    writeln!(code, "pub(super) const SUM: u32 = {sum};")?;
    for (constant, file) in
        [("SOURCES", "src/rules/sources.toml"), ("NUMBERS", "src/rules/numbers.toml"), ("ROLES", "src/rules/roles.toml")]
    {
        writeln!(code, "pub(super) const {constant}: &str = {:?};", json(Path::new(file))?)?;
    }
    fs::write(out.join("rule_texts.rs"), code)?;
    let scenarios: Result<Vec<_>, _> = sorted(Path::new("src/training/scenarios"))?.iter().map(|file| json(file)).collect();
    let bases = json(Path::new("src/training/bases.toml"))?;
    let training = format!("pub const SCENARIOS: &[&str] = &{:?};\npub const BASES: &str = {bases:?};\n", scenarios?);
    fs::write(out.join("training_texts.rs"), training)?;
    Ok(())
}

/// All versions of all definitions below a folder, in a fixed order.
fn toml_files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        for version in fs::read_dir(entry?.path())? {
            files.push(version?.path());
        }
    }
    files.sort();
    Ok(files)
}

/// The TOML files of a folder, in the order of their names.
fn sorted(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        files.push(entry?.path());
    }
    files.retain(|file| file.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    Ok(files)
}

fn json(file: &Path) -> Result<String, Box<dyn Error>> {
    let text = fs::read_to_string(file)?;
    let table: toml::Table = text.parse().map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(value(&toml::Value::Table(table)).to_string())
}

fn value(from: &toml::Value) -> serde_json::Value {
    match from {
        toml::Value::String(text) => text.clone().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(is) => (*is).into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(items) => items.iter().map(value).collect(),
        toml::Value::Table(table) => table.iter().map(|(key, item)| (key.clone(), value(item))).collect::<serde_json::Map<_, _>>().into(),
    }
}
