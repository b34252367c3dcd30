//! The direction of dependencies, the purity of the core, and a few habits, read from the sources themselves.

use std::fs;
use std::path::{Path, PathBuf};

use sips_lapangan::routes::Route;

/// Each room, what it may name of the others, and whether it is pure: no async, clock, randomness, browser or framework.
const ROOMS: &[(&str, &[&str], bool)] = &[
    ("domain", &[], true),
    ("rules", &["domain"], true),
    // The engine and the contract's JSON belong together: an answer is read where it is judged.
    ("sync", &["domain", "api::wire", "api::endpoint"], true),
    ("store", &["domain", "sync", "api::wire", "platform::timer", "platform::realm"], false),
    ("api", &["domain", "sync::answer", "sync::backoff", "platform::timer"], false),
    ("platform", &["domain", "store::CHUNK_BYTES"], false),
    ("i18n", &["domain", "rules", "sync", "store"], true),
    ("routes", &["domain"], true),
    ("papers", &["domain", "i18n"], true),
    // A server and a person at once, both made of the core.
    (
        "training",
        &["domain", "rules", "sync::upload", "store::transaction", "api::wire", "api::endpoint", "api::refusal", "papers::published"],
        true,
    ),
    // Drawn in a worker of its own, which knows papers and nothing of cases.
    ("pdf", &["papers::document"], true),
    ("state", &["domain", "rules", "sync", "store", "api", "platform", "i18n", "routes", "training"], false),
    ("components", &[], false),
    ("pages", &["domain", "rules", "sync", "store", "platform", "i18n", "routes", "papers", "state", "components", "training"], false),
    ("app", &["domain", "store", "sync", "platform", "i18n", "routes", "state", "components", "pages"], false),
];

/// What a pure room may not name.
const IMPURE: &[&str] = &[
    "leptos",
    "web_sys",
    "js_sys",
    "wasm_bindgen",
    "gloo",
    "async fn",
    "SystemTime",
    "Instant::now",
    "rand::",
    "thread_local",
    "static mut",
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of the sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    files(&root)
        .into_iter()
        .map(|path| (path.strip_prefix(&root).expect("below src").to_owned(), fs::read_to_string(&path).expect("UTF-8")))
        .collect()
}

/// The code of a file without its tests and comments.
fn code(text: &str) -> String {
    let without_tests = text.split("#[cfg(test)]").next().unwrap_or_default();
    without_tests.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn room_of(path: &Path) -> String {
    let first = path.components().next().expect("a part").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn arrows_point_inward() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let room = room_of(&path);
        let Some((_, allowed, _)) = ROOMS.iter().find(|(name, ..)| *name == room) else {
            assert!(["lib", "main", "documents", "whole"].contains(&room.as_str()), "{} belongs to no room", path.display());
            continue;
        };
        for part in code(&text).split("crate::").skip(1) {
            let named: String = part.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':')).collect();
            let inside = named.split("::").next() == Some(room.as_str());
            let permitted = allowed.iter().any(|allowed| named == *allowed || named.starts_with(&format!("{allowed}::")));
            if !inside && !permitted {
                wrong.push(format!("{} names crate::{named}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pure_rooms_are_pure() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let room = room_of(&path);
        if ROOMS.iter().any(|(name, _, pure)| *name == room && *pure) {
            let code = code(&text);
            wrong.extend(IMPURE.iter().filter(|word| code.contains(**word)).map(|word| format!("{} names {word}", path.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<_> = sources().into_iter().filter(|(_, text)| !text.starts_with("//!")).map(|(path, _)| path).collect();
    assert!(silent.is_empty(), "no `//!` at the top of {silent:?}");
}

#[test]
fn nothing_is_unwrapped_outside_of_tests() {
    let careless: Vec<_> = sources().into_iter().filter(|(_, text)| code(text).contains(".unwrap()")).map(|(path, _)| path).collect();
    assert!(careless.is_empty(), "{careless:?}");
}

#[test]
fn addresses_are_made_in_one_place() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        if room_of(&path) == "routes" || path.ends_with("api/endpoint.rs") {
            continue;
        }
        let code = code(&text);
        for address in ["\"/v1", "\"/perkara", "\"/draf", "\"/kirim", "\"/masuk", "\"/pengaturan"] {
            if code.contains(address) {
                wrong.push(format!("{} writes {address}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The Indonesian halves of what the app says, a line of a table of messages each.
fn indonesian() -> Vec<String> {
    let tables = ["messages.rs", "admin.rs", "help.rs", "tour.rs"].map(|name| Path::new("src/i18n").join(name));
    let texts = tables.iter().map(|path| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("UTF-8"));
    texts
        .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .filter(|line| line.contains(": \"") || line.trim_start().starts_with('"'))
        .collect()
}

/// Formal but short: the reader is *Anda*, and nothing that went wrong is their fault or is left without words.
#[test]
fn nobody_is_addressed_carelessly_or_blamed() {
    let careless = [
        " kamu",
        "Kamu ",
        " kau ",
        " lu ",
        "silahkan",
        "Silahkan",
        "di mohon",
        "Kesalahan Anda",
        "kesalahan Anda",
        "Anda salah",
        "Anda gagal",
        "Anda lupa",
        "Oops",
        "Ups",
        "!!",
        "error",
        "Error ",
        "klik di sini",
        "invalid",
    ];
    let wrong: Vec<String> = indonesian()
        .into_iter()
        .filter_map(|line| {
            // Between the key and the English half.
            let text = line.split_once('"').and_then(|(_, text)| text.split("\", \"").next()).unwrap_or_default().to_owned();
            careless.iter().find(|word| text.contains(**word)).map(|word| format!("“{word}” in {text}"))
        })
        .collect();
    assert!(indonesian().len() > 800, "the tables are read");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whatever is dragged can be done by presses as well: files may be dropped where a button opens the picker, and nothing else is dragged.
#[test]
fn what_can_be_dragged_can_be_pressed() {
    let dragged = |text: &str| ["on:drag", "on:drop", "on:pointermove", "on:touchmove", "draggable"].iter().any(|word| text.contains(word));
    let found: Vec<PathBuf> = sources().into_iter().filter(|(_, text)| dragged(&code(text))).map(|(path, _)| path).collect();
    assert_eq!(found, [Path::new("components/file_picker.rs")]);
    let picker = sources().into_iter().find(|(path, _)| *path == found[0]).expect("it is there").1;
    assert!(picker.contains("on_press=Callback::new(move |()| open(files))") && picker.contains("type=\"file\""));
}

/// A reader who does not see a table hears what it is about and what each cell belongs to.
#[test]
fn every_table_has_a_caption_and_headers() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let code = code(&text);
        for table in code.split("<table").skip(1) {
            let table = table.split("</table>").next().unwrap_or_default();
            let captioned = table.contains("<caption") || table.contains("{caption()}");
            if !captioned || !code.contains("<caption") || !code.contains("scope=\"row\"") && !table.contains("class=class") {
                wrong.push(format!("{}: <table{}", path.display(), table.lines().next().unwrap_or_default()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_sprite_has_every_icon_and_no_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &str| fs::read_to_string(root.join(file)).expect("a file of the app");
    let (icons, sprite) = (read("src/components/icon.rs"), read("public/sprite.svg"));
    let mut named: Vec<&str> = icons.split("=> \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    named.push("mark");
    named.sort_unstable();
    let mut drawn: Vec<&str> = sprite.split("<symbol id=\"icon-").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    drawn.sort_unstable();
    assert_eq!(named, drawn);
}

/// What `cargo tree` says is compiled of the core on the host.
#[test]
fn the_core_is_built_without_wasm_browser_or_ui_crates() {
    let tree = std::process::Command::new(env!("CARGO"))
        .args(["tree", "--package", "sips-lapangan", "--edges", "normal", "--prefix", "none", "--format", "{p}", "--locked", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let tree = String::from_utf8(tree.stdout).expect("UTF-8");
    let crates: Vec<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(crates.contains(&"serde") && crates.contains(&"jiff"), "{tree}");
    let foreign = ["wasm", "web-sys", "js-sys", "gloo", "leptos", "reactive_graph", "tachys", "indexed_db", "tokio", "hyper", "reqwest"];
    let found: Vec<&&str> = crates.iter().filter(|name| foreign.iter().any(|word| name.starts_with(word))).collect();
    assert!(found.is_empty(), "{found:?}");
}

/// A page that is left sends nothing more: `keepalive` and beacons end at 64 KiB, and what they carried would count as sent. Commands wait in the outbox.
#[test]
fn nothing_is_sent_while_the_page_is_left() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scripts = ["boot.js", "start.js", "service-worker.js"].map(|name| root.join("public").join(name));
    let scripts = scripts.into_iter().map(|path| (path.clone(), fs::read_to_string(path).expect("a script")));
    for (path, text) in sources().into_iter().chain(scripts) {
        for word in ["keepalive", "sendBeacon", "send_beacon"] {
            assert!(!code(&text).contains(word), "{} names {word}", path.display());
        }
    }
}

/// A table that names tests which are gone would comfort without a reason.
#[test]
fn every_test_of_the_table_of_hazards_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = fs::read_to_string(root.join("tests/HAZARDS.md")).expect("the table");
    let mut named = 0;
    for span in table.split('`').skip(1).step_by(2) {
        let (path, words) = if let Some((path, function)) = span.split_once("::") {
            (path.to_owned(), format!("fn {function}("))
        } else if let Some((spec, title)) = span.strip_prefix("e2e/").and_then(|journey| journey.split_once(": ")) {
            (format!("tests/e2e/specs/{spec}.spec.mjs"), title.to_owned())
        } else {
            continue;
        };
        let text = fs::read_to_string(root.join(&path)).unwrap_or_else(|error| panic!("{span}: {error}"));
        assert!(text.contains(&words), "{span} is not there");
        named += 1;
    }
    assert!(named > 100, "{named}: the table is read");
}

/// The screens must not be compiled natively: a test of the core after a change takes seconds.
#[test]
fn the_framework_is_a_dependency_for_the_browser_only() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).expect("a manifest");
    let native = manifest.split("[target.").next().expect("a part before the targets");
    for crate_name in ["leptos", "web-sys", "gloo-net", "indexed_db_futures", "wasm-bindgen"] {
        assert!(!native.lines().any(|line| line.starts_with(&format!("{crate_name} ="))), "{crate_name} is compiled natively");
    }
}

/// What a phone reads before it installs the app: pictures of the stated size, shortcuts and share target that lead to pages of the app.
#[test]
fn the_manifest_names_what_is_there() {
    let public = Path::new(env!("CARGO_MANIFEST_DIR")).join("public");
    let text = fs::read_to_string(public.join("manifest.webmanifest")).expect("the manifest");
    let manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let list = |of: &serde_json::Value, name: &str| of[name].as_array().cloned().unwrap_or_default();
    let word = |of: &serde_json::Value, name: &str| of[name].as_str().unwrap_or_default().to_owned();
    let (icons, screenshots, shortcuts) = (list(&manifest, "icons"), list(&manifest, "screenshots"), list(&manifest, "shortcuts"));
    let of_shortcuts = shortcuts.iter().flat_map(|shortcut| list(shortcut, "icons"));
    for picture in icons.iter().chain(&screenshots).cloned().chain(of_shortcuts) {
        let source = word(&picture, "src");
        let bytes = fs::read(public.join(source.trim_start_matches('/'))).expect("a picture of the manifest");
        let side = |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        assert_eq!(word(&picture, "sizes"), format!("{}x{}", side(16), side(20)), "{source}");
    }
    let all = |pictures: &[serde_json::Value], name: &str| pictures.iter().map(|picture| word(picture, name)).collect::<Vec<_>>();
    assert_eq!(all(&icons, "purpose"), ["any", "any", "maskable", "monochrome"]);
    assert_eq!(all(&screenshots, "form_factor"), ["narrow", "wide"]);
    assert!(screenshots.iter().all(|picture| !word(picture, "label").is_empty()));
    assert_eq!(all(&shortcuts, "url"), ["/permohonan/baru", "/perkara", "/kirim", "/latihan"]);
    let share = &manifest["share_target"];
    for address in all(&shortcuts, "url").into_iter().chain([word(share, "action"), word(&manifest, "start_url")]) {
        assert_ne!(Route::parse(&address), Route::NotFound, "{address}");
    }
    // The window that is open is used. Were it only focused, the browser would drop what another app shares into it.
    assert_eq!(manifest["launch_handler"]["client_mode"][0], "navigate-existing");
    let worker = fs::read_to_string(public.join("service-worker.js")).expect("the service worker");
    assert!(worker.contains(&format!("const SHARED = \"{}\";", word(share, "action"))));
    assert_eq!((word(share, "method"), word(share, "enctype")), ("POST".into(), "multipart/form-data".into()));
}
