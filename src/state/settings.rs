//! What a person sets on this device: language, theme, text size. Kept outside of the account's store, so that the sign-in
//! page has them, too.

use leptos::prelude::*;

use super::AppState;
use crate::domain::id::DeviceId;
use crate::i18n::Language;
use crate::platform::{clock, local, page, random};

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
