//! The offices of training: those of the table, and sub-district offices, which exist only around an election and stand in none.

use crate::domain::office::{Level, Office, OfficeCode};
use crate::rules;

/// The table as the app's own file has it.
pub use crate::rules::OFFICES as TABLE;

/// The office of a code. One more part after a regency's code makes a sub-district office below it.
#[must_use]
pub fn office(code: &OfficeCode) -> Option<Office> {
    let listed = |code: &str| rules::offices().iter().find(|office| office.code.0 == code).cloned();
    listed(&code.0).or_else(|| {
        let (regency, part) = code.0.rsplit_once('.')?;
        let regency = listed(regency).filter(|office| office.level == Level::Regency)?;
        let parent = Some(regency.code.clone());
        Some(Office { code: code.clone(), level: Level::District, parent, name: format!("Panwaslu Kecamatan {part}"), ..regency })
    })
}
