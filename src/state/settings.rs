//! What a person sets on this device: language, theme, text size. Kept outside of the account's store, so that the sign-in
//! page has them, too.

use leptos::prelude::*;

use super::AppState;
use crate::domain::digest::Digest;
use crate::domain::id::DeviceId;
use crate::i18n::Language;
use crate::platform::timer::Timeout;
use crate::platform::{clock, local, page, random, realm, storage};

/// Light, dark or as the device has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device has it.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// How large text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextSize {
    /// As the browser has it.
    #[default]
    Normal,
    /// 125 %.
    Large,
    /// 150 %.
    Larger,
}

impl Theme {
    /// The value of the attribute `data-theme`; empty for the device's own.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::System => "",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads it back.
    #[must_use]
    pub fn parse(key: &str) -> Self {
        match key {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}

impl TextSize {
    /// The value of the attribute `data-text`; empty for the browser's own.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Normal => "",
            Self::Large => "large",
            Self::Larger => "larger",
        }
    }

    /// Reads it back.
    #[must_use]
    pub fn parse(key: &str) -> Self {
        match key {
            "large" => Self::Large,
            "larger" => Self::Larger,
            _ => Self::Normal,
        }
    }
}

/// The address of the server, if it is not the one that the app came from.
const SERVER: &str = "sips.server";

/// The address of the server that this device works with; empty for the one that the app came from.
#[must_use]
pub fn server() -> String {
    // Training has its backend within the page, and nothing of it ever leaves.
    if realm::is_training() { String::new() } else { local::read(SERVER).unwrap_or_default() }
}

/// Works with another server from the next start on.
pub fn set_server(address: &str) {
    if address.is_empty() {
        local::remove(SERVER);
    } else {
        // Refused where local storage is: the app then stays with the server it came from.
        let _ = local::write(SERVER, address);
    }
}

/// How what belongs to the present server is named on this device: what was made for one server never meets another.
#[must_use]
pub fn prefix() -> String {
    let server = server();
    if server.is_empty() { "sips".to_owned() } else { format!("sips@{}", Digest::of(server.as_bytes()).short()) }
}

/// The key of something that belongs to the present server.
#[must_use]
pub fn key(name: &str) -> String {
    format!("{}.{name}", prefix())
}

const DEVICE: &str = "sips.device";
const LANGUAGE: &str = "sips.language";
const THEME: &str = "sips.theme";
const TEXT: &str = "sips.text";
const LOCK: &str = "sips.lock";

/// Minutes without a touch after which the screen can lock; 0 is never.
pub const LOCK_MINUTES: [u32; 4] = [5, 15, 60, 0];
/// What holds while nobody has chosen.
const LOCK_DEFAULT: u32 = 15;

/// After how many minutes without a touch the screen locks; 0 is never.
#[must_use]
pub fn lock_after() -> u32 {
    local::read(LOCK).and_then(|text| text.parse().ok()).unwrap_or(LOCK_DEFAULT)
}

/// Keeps that choice.
pub fn set_lock_after(minutes: u32) {
    // Refused where local storage is; the choice then holds for this page only as the default.
    let _ = local::write(LOCK, &minutes.to_string());
}

/// Keys are shortcuts unless somebody has switched them off.
const SHORTCUTS: &str = "sips.shortcuts";
const OFF: &str = "off";
const ON: &str = "on";

/// Are single keys shortcuts?
#[must_use]
pub fn shortcuts() -> bool {
    local::read(SHORTCUTS).is_none_or(|text| text != OFF)
}

/// Keeps that choice.
pub fn set_shortcuts(on: bool) {
    if on {
        local::remove(SHORTCUTS);
    } else {
        let _ = local::write(SHORTCUTS, OFF);
    }
}

const INSTALL: &str = "sips.install";

/// Was somebody asked here whether the app shall be installed?
#[must_use]
pub fn asked_to_install() -> bool {
    local::read(INSTALL).is_some()
}

/// Keeps that somebody was.
pub fn set_asked_to_install() {
    // Where it cannot be kept, the next receipt asks again.
    let _ = local::write(INSTALL, ON);
}

const PAUSED: &str = "sips.paused";

/// Do files of this device wait until somebody lets them go on?
#[must_use]
pub fn files_paused() -> bool {
    local::read(PAUSED).is_some()
}

/// Keeps that choice, for all tabs and the next start.
///
/// # Errors
/// [`local::Refused`]: it stays as it was.
pub fn set_files_paused(on: bool) -> Result<(), local::Refused> {
    if on {
        return local::write(PAUSED, ON);
    }
    local::remove(PAUSED);
    Ok(())
}

/// What the browser answered when it was asked to keep what is stored here.
const PERSISTED: &str = "sips.persisted";

/// Has the browser been asked to keep what is stored here, and did it grant that? It may have changed its mind since.
#[must_use]
pub fn asked_to_persist() -> Option<bool> {
    local::read(PERSISTED).map(|text| text == ON)
}

/// Asks the browser to keep what is stored here, and remembers the answer. Where it has the officer decide, they read why.
pub async fn ask_to_persist(app: AppState) {
    // Before the answer, so that nobody is asked again while a question stands open.
    let _ = local::write(PERSISTED, OFF);
    let why = Timeout::new(PROMPT_MS, move || app.notify(app.words_untracked().persist_why.to_owned()));
    let granted = storage::persist().await;
    drop(why);
    if granted {
        let _ = local::write(PERSISTED, ON);
    }
}

/// A browser that has answered by then has asked nobody, in milliseconds.
const PROMPT_MS: i32 = 1_000;

/// The id of this installation; made at the first start.
#[must_use]
pub fn device_id() -> DeviceId {
    if let Some(id) = local::read(DEVICE).and_then(|text| DeviceId::parse(&text)) {
        return id;
    }
    let id = DeviceId::new(clock::now(), random::entropy());
    // Without local storage the store is refused, too, and says so; the id then lives as long as the page.
    let _ = local::write(DEVICE, &id.to_string());
    id
}

/// Reads the settings and follows every later change of them.
pub fn start(app: AppState) {
    if let Some(language) = local::read(LANGUAGE).and_then(|tag| Language::parse(&tag)) {
        app.language.set(language);
    }
    app.theme.set(Theme::parse(&local::read(THEME).unwrap_or_default()));
    app.text_size.set(TextSize::parse(&local::read(TEXT).unwrap_or_default()));
    Effect::new(move || {
        let language = app.language.get();
        page::set_language(language.tag());
        let _ = local::write(LANGUAGE, language.tag());
    });
    Effect::new(move || {
        let key = app.theme.get().key();
        page::set_attribute("data-theme", (!key.is_empty()).then_some(key));
        let _ = local::write(THEME, key);
    });
    Effect::new(move || {
        let key = app.text_size.get().key();
        page::set_attribute("data-text", (!key.is_empty()).then_some(key));
        let _ = local::write(TEXT, key);
    });
}
