//! Makes the deployable app: Trunk builds it, then this file names every part by its content, takes the
//! inline script out, makes scripts small, writes the service worker with the list of files it keeps, and compresses.
//! The result, `dist/`, replaces the last one only when it is whole. It judges no sizes (see `sizes`).

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::shell::{self, Failure};
use crate::tools::{self, WasmTools};

mod minify;
mod names;
mod strings;

use minify::Minifier;

/// Never part of the app as it works offline: read by the browser, by people, or not at all.
const NOT_KEPT: [&str; 3] = ["/service-worker.js", "/release.json", "/robots.txt"];
/// Belong to the release but are fetched after the first screen is ready.
const LATER_PREFIXES: [&str; 6] = ["/document-worker", "/glossary", "/offices", "/style-guide", "/training", "/whole"];
/// Copied by Trunk as they are, under names without a hash.
const PLAIN_SCRIPTS: [&str; 2] = ["boot.js", "policies.js"];
const TEXT_ENDINGS: [&str; 10] = ["css", "csv", "html", "js", "json", "svg", "tsv", "txt", "wasm", "webmanifest"];

/// For a host that sends no headers; the reference backend's own policy is stricter in `connect-src`, and
/// only a header can hold `frame-ancestors`. Other https origins are let in because the backend may be one.
const META_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' blob: data:; connect-src 'self' https: http://localhost:* http://127.0.0.1:*; \
    worker-src 'self'; manifest-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; \
    require-trusted-types-for 'script'; trusted-types default";

/// `cargo xtask build`.
///
/// # Errors
/// A tool is missing and cannot be installed, or the build fails; `dist/` is then as it was.
pub fn build_alone() -> Result<(), Failure> {
    tools::check_rust()?;
    let tools = tools::wasm_tools()?;
    build(&tools)?;
    println!("{}", crate::sizes::table(&dist())?);
    println!("dist/ is ready: static files for any host that serves https and answers unknown paths with index.html");
    Ok(())
}

/// Where the finished app lies.
pub fn dist() -> PathBuf {
    shell::root().join("dist")
}

/// Builds the release app into `dist/`.
///
/// # Errors
/// Trunk fails, or its output is not what this file knows how to finish.
pub fn build(tools: &WasmTools) -> Result<(), Failure> {
    every_style_sheet_is_linked()?;
    let minifier = Minifier::ready()?;
    let stage = shell::root().join("dist.new");
    let commit = commit();
    let mut trunk = tools.trunk("build");
    trunk.args(["--release", "--dist"]).arg(&stage).envs(origin());
    shell::watch("release build", &mut trunk, "read the compiler's messages above")?;
    let whole = program(tools, "whole", "web", &["--features", "ui"])?;
    let worker = program(tools, "documents", "no-modules", &["--no-default-features", "--features", "documents"])?;
    Bundle { root: &stage, minifier }.finish(&commit, &whole, &worker)?;
    replace(&stage, &dist())
}

/// A WebAssembly and the script that loads it.
struct Program {
    wasm: Vec<u8>,
    glue: String,
}

/// Builds a program beside the app, which Trunk does not know.
fn program(tools: &WasmTools, bin: &str, target: &str, features: &[&str]) -> Result<Program, Failure> {
    let advice = "read the compiler's messages above";
    let wasm_target = "wasm32-unknown-unknown";
    let mut build = shell::cargo();
    build.args(["build", "--release", "--target", wasm_target, "--package", "sips-lapangan", "--bin", bin]).args(features).envs(origin());
    shell::watch(bin, &mut build, advice)?;
    let out = shell::scratch().join(bin);
    let mut bindgen = tools.bindgen();
    bindgen.args(["--target", target, "--no-typescript", "--out-name", bin, "--out-dir"]).arg(&out);
    bindgen.arg(shell::target_dir().join(wasm_target).join(format!("release/{bin}.wasm")));
    shell::watch(&format!("{bin}, glue"), &mut bindgen, advice)?;
    let (wasm, glue) = (out.join(format!("{bin}_bg.wasm")), out.join(format!("{bin}.js")));
    let bytes = fs::read(&wasm).map_err(|error| Failure::file(&wasm, &error))?;
    let text = fs::read_to_string(&glue).map_err(|error| Failure::file(&glue, &error))?;
    let (wasm, glue) = names::shorten(&bytes, &strings::encoded_at_once(&text)?)?;
    Ok(Program { wasm, glue })
}

/// A forgotten link is seen by nobody until the one screen that needs it is opened.
fn every_style_sheet_is_linked() -> Result<(), Failure> {
    let page = shell::root().join("public/index.html");
    let text = fs::read_to_string(&page).map_err(|error| Failure::file(&page, &error))?;
    let sheets = files_in(&shell::root().join("style"))?;
    let forgotten: Vec<String> =
        sheets.into_iter().filter(|sheet| sheet.ends_with(".css") && !text.contains(&format!("\"../style/{sheet}\""))).collect();
    if forgotten.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        format!("public/index.html does not link {}", forgotten.join(", ")),
        "add a <link data-trunk rel=\"css\"> for each, in the order of the layers",
    ))
}

fn replace(stage: &Path, dist: &Path) -> Result<(), Failure> {
    let old = shell::root().join("dist.old");
    let _ = fs::remove_dir_all(&old);
    if dist.exists() {
        fs::rename(dist, &old).map_err(|error| Failure::file(dist, &error))?;
    }
    fs::rename(stage, dist).map_err(|error| Failure::file(stage, &error))?;
    let _ = fs::remove_dir_all(&old);
    Ok(())
}

/// The staged output of Trunk, on its way to a release.
struct Bundle<'a> {
    root: &'a Path,
    minifier: Minifier,
}

impl Bundle<'_> {
    fn finish(&self, commit: &str, whole: &Program, worker: &Program) -> Result<(), Failure> {
        let page = self.read("index.html")?;
        let page = self.one_style_sheet(&without_comments(&page))?;
        let page = self.start_script(&page, whole)?;
        let page = page.replacen(
            "<meta charset=\"utf-8\" />",
            &format!("<meta charset=\"utf-8\" />\n<meta http-equiv=\"Content-Security-Policy\" content=\"{META_POLICY}\" />"),
            1,
        );
        let page = tidy_lines(&page);
        refuse_inline(&page)?;
        self.write("index.html", page.as_bytes())?;
        for script in PLAIN_SCRIPTS {
            let small = self.minifier.script(script, &self.read(script)?)?;
            self.write(script, small.as_bytes())?;
        }
        self.document_worker(worker)?;
        self.service_worker(commit)?;
        self.compress()
    }

    /// Joins the style sheets in the order of the page: one request instead of twenty.
    fn one_style_sheet(&self, page: &str) -> Result<String, Failure> {
        let mut sheet = String::new();
        let mut rest = String::new();
        let mut place = None;
        for line in page.lines() {
            let Some(file) = line.contains("rel=\"stylesheet\"").then(|| between(line, "href=\"/", "\"")).flatten() else {
                rest.push_str(line);
                rest.push('\n');
                continue;
            };
            let text = self.read(file)?;
            if text.contains("@import") {
                return Err(Failure::new(format!("{file} has an @import"), "link the file in public/index.html instead"));
            }
            sheet.push_str(&tidy_lines(&without_css_comments(&text)));
            self.remove(file)?;
            place.get_or_insert(rest.len());
        }
        let Some(place) = place else { return Ok(rest) };
        let name = self.write_hashed("style", "css", sheet.as_bytes())?;
        rest.insert_str(place, &format!("<link rel=\"stylesheet\" href=\"/{name}\" />\n"));
        Ok(rest)
    }

    /// Renames the app's two files by their content and starts them from a file, since the page's policy
    /// refuses inline scripts. Trunk names both after the WebAssembly alone.
    fn start_script(&self, page: &str, whole: &Program) -> Result<String, Failure> {
        let broken = || Failure::new("Trunk's start script is not where it was", "compare its index.html with xtask/src/bundle.rs");
        let inline = between(page, "<script type=\"module\">", "</script>").ok_or_else(broken)?;
        let glue = between(inline, "from '/", "'").ok_or_else(broken)?;
        let wasm = between(inline, "module_or_path: '/", "'").ok_or_else(broken)?;

        let (wasm_bytes, glue_text) = names::shorten(&self.read_bytes(wasm)?, &strings::encoded_at_once(&self.read(glue)?)?)?;
        let new_wasm = self.write_hashed("sips-lapangan", "wasm", &wasm_bytes)?;
        let glue_text = self.minifier.script("sips-lapangan.js", &glue_text.replace(wasm, &new_wasm))?;
        let new_glue = self.write_hashed("sips-lapangan", "js", glue_text.as_bytes())?;
        self.remove(wasm)?;
        self.remove(glue)?;

        let template = shell::root().join("public/start.js");
        let start = fs::read_to_string(&template).map_err(|error| Failure::file(&template, &error))?;
        let whole_wasm = self.write_hashed("whole", "wasm", &whole.wasm)?;
        let whole_glue = self.minifier.script("whole.js", &whole.glue.replace("whole_bg.wasm", &whole_wasm))?;
        let whole_glue = self.write_hashed("whole", "js", whole_glue.as_bytes())?;
        let start = start
            .replace("__WHOLE_GLUE__", &format!("/{whole_glue}"))
            .replace("__WHOLE_WASM__", &format!("/{whole_wasm}"))
            .replace("__WHOLE_BYTES__", &whole.wasm.len().to_string())
            .replace("__GLUE__", &format!("/{new_glue}"))
            .replace("__WASM_BYTES__", &wasm_bytes.len().to_string())
            .replace("__WASM__", &format!("/{new_wasm}"));
        let start = self.minifier.script("start.js", &start)?;
        let start = self.write_hashed("start", "js", start.as_bytes())?;

        Ok(page
            .replacen(
                &format!("<script type=\"module\">{inline}</script>"),
                &format!("<script type=\"module\" src=\"/{start}\"></script>"),
                1,
            )
            .replace(glue, &new_glue)
            .replace(wasm, &new_wasm))
    }

    /// The worker that makes files of papers: one script under a name that the app knows, and its WebAssembly.
    fn document_worker(&self, Program { wasm, glue }: &Program) -> Result<(), Failure> {
        let name = self.write_hashed("document-worker", "wasm", wasm)?;
        let template = shell::root().join("public/document-worker.js");
        let text = fs::read_to_string(&template).map_err(|error| Failure::file(&template, &error))?;
        let script = format!("{glue}\n{}", text.replace("__WASM__", &format!("/{name}")));
        let script = self.minifier.script("document-worker.js", &script)?;
        self.write("document-worker.js", script.as_bytes())
    }

    /// The service worker with its lists, and the note that says which release this is.
    fn service_worker(&self, commit: &str) -> Result<(), Failure> {
        let mut needed = Vec::new();
        let mut later = Vec::new();
        for file in self.files()? {
            if file.ends_with(".br") || !is_kept(&format!("/{file}")) {
                continue;
            }
            let bytes = self.read_bytes(&file)?;
            // Hosts differ in what they do with /index.html; every one of them serves the page at /.
            let url = if file == "index.html" { "/".to_owned() } else { format!("/{file}") };
            let list = if is_later(&url) { &mut later } else { &mut needed };
            list.push(json!({ "url": url, "sha256": tools::hex(&Sha256::digest(&bytes)), "bytes": bytes.len() }));
        }
        let (needed, later) = (Value::from(needed), Value::from(later));
        let release = short_hash(format!("{needed}{later}").as_bytes());

        let template = shell::root().join("public/service-worker.js");
        let worker = fs::read_to_string(&template)
            .map_err(|error| Failure::file(&template, &error))?
            .replace("__RELEASE__", &release)
            .replace("\"__FILES__\"", &needed.to_string())
            .replace("\"__LATER__\"", &later.to_string());
        let worker = self.minifier.script("service-worker.js", &worker)?;
        self.write("service-worker.js", worker.as_bytes())?;
        let note = json!({ "release": release, "version": app_version()?, "commit": commit, "built_at": now() });
        self.write("release.json", format!("{note}\n").as_bytes())
    }

    /// Puts a `.br` beside every text that is worth it, for hosts that serve what is already compressed.
    fn compress(&self) -> Result<(), Failure> {
        for file in self.files()? {
            let ending = file.rsplit('.').next().unwrap_or_default();
            if !TEXT_ENDINGS.contains(&ending) || file == "release.json" {
                continue;
            }
            let bytes = self.read_bytes(&file)?;
            let packed_name = format!("{file}.br");
            // A name with the hash of the content: the work of the last build is still right.
            let last = dist().join(&packed_name);
            let packed = if is_hashed(&file, &bytes) && last.is_file() {
                fs::read(&last).map_err(|error| Failure::file(&last, &error))?
            } else {
                brotli(&bytes).map_err(|error| Failure::file(&self.root.join(&file), &error))?
            };
            if packed.len() < bytes.len() {
                self.write(&packed_name, &packed)?;
            }
        }
        Ok(())
    }

    /// Paths relative to the bundle, sorted.
    fn files(&self) -> Result<Vec<String>, Failure> {
        files_in(self.root)
    }

    fn read_bytes(&self, file: &str) -> Result<Vec<u8>, Failure> {
        let path = self.root.join(file);
        fs::read(&path).map_err(|error| Failure::file(&path, &error))
    }

    fn read(&self, file: &str) -> Result<String, Failure> {
        String::from_utf8(self.read_bytes(file)?).map_err(|_| Failure::new(format!("{file} is not UTF-8"), "save it as UTF-8"))
    }

    fn write(&self, file: &str, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.root.join(file);
        fs::write(&path, bytes).map_err(|error| Failure::file(&path, &error))
    }

    fn write_hashed(&self, stem: &str, ending: &str, bytes: &[u8]) -> Result<String, Failure> {
        let name = format!("{stem}-{}.{ending}", short_hash(bytes));
        self.write(&name, bytes)?;
        Ok(name)
    }

    fn remove(&self, file: &str) -> Result<(), Failure> {
        let path = self.root.join(file);
        fs::remove_file(&path).map_err(|error| Failure::file(&path, &error))
    }
}

/// Every file below a folder, as sorted paths relative to it with `/` between.
pub fn files_in(root: &Path) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| Failure::file(&folder, &error))? {
            let path = entry.map_err(|error| Failure::file(&folder, &error))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(relative) = path.strip_prefix(root) {
                let words: Vec<_> = relative.iter().map(|word| word.to_string_lossy()).collect();
                found.push(words.join("/"));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// What the app needs without a network. Of the files of icons, the page itself asks only for the one of its tab; the others
/// are the system's, which fetches them when the app is installed.
pub fn is_kept(url: &str) -> bool {
    let icon_of_the_system = url.starts_with("/icons/") && (!url.ends_with(".svg") || url == "/icons/mark.svg");
    !NOT_KEPT.contains(&url) && !url.starts_with("/screenshots/") && !icon_of_the_system
}

/// Whether a kept file is fetched only after the first screen is ready.
pub fn is_later(url: &str) -> bool {
    LATER_PREFIXES.iter().any(|prefix| url.starts_with(prefix))
}

fn is_hashed(file: &str, bytes: &[u8]) -> bool {
    file.contains(&format!("-{}.", short_hash(bytes)))
}

/// Sixteen digits: the length that service worker and backend know a hashed name by.
fn short_hash(bytes: &[u8]) -> String {
    tools::hex(&Sha256::digest(bytes)[..8])
}

fn brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let settings = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &settings)?;
    Ok(packed)
}

/// A page that breaks its own policy would be blank on every host: better no build.
fn refuse_inline(page: &str) -> Result<(), Failure> {
    let inline_script = page.split("<script").skip(1).any(|script| !script.split('>').next().unwrap_or_default().contains(" src="));
    if inline_script || page.contains("<style") || page.contains(" style=\"") {
        return Err(Failure::new("index.html has an inline script or style", "move it to a file: the content security policy refuses it"));
    }
    Ok(())
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let start = text.find(before)? + before.len();
    let length = text[start..].find(after)?;
    Some(&text[start..start + length])
}

fn without_comments(page: &str) -> String {
    let mut kept = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    kept + rest
}

fn without_css_comments(sheet: &str) -> String {
    let mut kept = String::new();
    let mut letters = sheet.chars().peekable();
    let mut quote = None;
    while let Some(letter) = letters.next() {
        if quote.is_none() && letter == '/' && letters.peek() == Some(&'*') {
            letters.next();
            let mut last = ' ';
            for inside in letters.by_ref() {
                if last == '*' && inside == '/' {
                    break;
                }
                last = inside;
            }
            continue;
        }
        kept.push(letter);
        match quote {
            Some(_) if letter == '\\' => kept.extend(letters.next()),
            Some(open) if open == letter => quote = None,
            None if letter == '"' || letter == '\'' => quote = Some(letter),
            _ => {}
        }
    }
    kept
}

/// No indentation and no empty lines; line ends stay, so that nothing changes its meaning.
fn tidy_lines(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).flat_map(|line| [line, "\n"]).collect()
}

/// What every program says of where it came from: the commit and its day. The day of the build would make every build a new one.
fn origin() -> [(&'static str, String); 2] {
    let day = shell::answer(shell::program("git").args(["show", "--no-patch", "--format=%cs", "HEAD"])).unwrap_or_default();
    [("SIPS_COMMIT", commit()), ("SIPS_COMMIT_DATE", day)]
}

fn commit() -> String {
    shell::answer(shell::program("git").args(["rev-parse", "--short=12", "HEAD"])).unwrap_or_else(|| "none".to_owned())
}

fn app_version() -> Result<String, Failure> {
    let manifest = shell::root().join("Cargo.toml");
    let text = fs::read_to_string(&manifest).map_err(|error| Failure::file(&manifest, &error))?;
    let line = text.lines().find_map(|line| line.strip_prefix("version = \""));
    line.and_then(|rest| rest.split('"').next()).map(str::to_owned).ok_or_else(|| Failure::new("Cargo.toml states no version", "add it"))
}

/// Now in UTC, or the moment in SOURCE_DATE_EPOCH, where a build has to give the same bytes twice.
fn now() -> String {
    let given = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse().ok());
    let seconds = given.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()));
    iso_utc(seconds)
}

/// Source of the calendar arithmetic: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
fn iso_utc(seconds: u64) -> String {
    let days = seconds / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::{is_kept, iso_utc, refuse_inline, tidy_lines, without_comments, without_css_comments};

    #[test]
    fn css_comments_go_and_strings_stay() {
        assert_eq!(without_css_comments("a{/* x */b:c}/**/"), "a{b:c}");
        assert_eq!(without_css_comments(r#"a::before{content:"/* kept */"}"#), r#"a::before{content:"/* kept */"}"#);
        assert_eq!(without_css_comments(r#"a{content:"\"/*"}/*gone*/b{}"#), r#"a{content:"\"/*"}b{}"#);
    }

    #[test]
    fn html_comments_and_indentation_go() {
        assert_eq!(tidy_lines(&without_comments("<a>\n  <!-- x\n y -->\n  <b>\n")), "<a>\n<b>\n");
    }

    #[test]
    fn a_page_with_anything_inline_is_refused() {
        assert!(refuse_inline("<script src=\"/a.js\"></script>").is_ok());
        assert!(refuse_inline("<script>1</script>").is_err());
        assert!(refuse_inline("<p style=\"color:red\">").is_err());
    }

    #[test]
    fn the_service_worker_keeps_what_the_page_draws() {
        for kept in ["/icons/icon.svg", "/boot.js", "/manifest.webmanifest"] {
            assert!(is_kept(kept), "{kept}");
        }
        for left in ["/icons/maskable-512.png", "/icons/icon-192.png", "/screenshots/phone.png", "/service-worker.js", "/release.json"] {
            assert!(!is_kept(left), "{left}");
        }
    }

    #[test]
    fn seconds_become_a_date() {
        assert_eq!(iso_utc(0), "1970-01-01T00:00:00Z");
        assert_eq!(iso_utc(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(iso_utc(1_709_164_800), "2024-02-29T00:00:00Z");
        assert_eq!(iso_utc(1_795_478_400), "2026-11-24T00:00:00Z");
    }
}
