//! Health of devices: how much each has not sent yet, so that whoever watches over an office sees work that waits on a tablet in a drawer.

use serde::{Deserialize, Serialize};
use sips_lapangan::domain::id::{AccountId, DeviceId};
use sips_lapangan::domain::office::{OfficeCode, Role};
use sips_lapangan::domain::time::Timestamp;

use crate::accounts::Account;
use crate::problem::Refusal;
use crate::store::{Store, StoreError};

/// The largest body, in bytes.
pub const HEALTH_BYTES: usize = 4 * 1_024;
/// The longest name of a version.
const MAX_APP: usize = 100;
/// The most devices of an account.
const DEVICES: i64 = 20;
/// The most devices in a list.
const LISTED: usize = 1_000;

/// What a device says of itself: numbers, and no word of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Health {
    /// Version of the app.
    pub app: String,
    /// Commands that wait to be sent.
    pub commands: u32,
    /// Files that wait to be sent.
    pub files: u32,
    /// Drafts.
    pub drafts: u32,
    /// Commands that were refused and wait for a person.
    pub parked: u32,
    /// Since when the oldest of what waits has waited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<Timestamp>,
}

/// A device as it was last heard of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeenDevice {
    /// The device.
    pub device: DeviceId,
    /// Whose report it is.
    pub account: AccountId,
    /// The account's office.
    pub office: OfficeCode,
    /// What it said.
    pub health: Health,
    /// When.
    pub seen_at: Timestamp,
}

/// `GET /v1/devices`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Devices {
    /// Those in the caller's scope, the last heard of first.
    pub devices: Vec<SeenDevice>,
}

/// Keeps what a device of this account says.
///
/// # Errors
/// The store failed; inside: it says too much, or the account has too many devices.
pub fn keep(store: &Store, account: &Account, id: &DeviceId, health: &Health, now: Timestamp) -> Result<Result<(), Refusal>, StoreError> {
    if health.app.is_empty() || health.app.len() > MAX_APP || health.app.contains(char::is_control) {
        return Ok(Err(Refusal::unreadable("app is no name of a version")));
    }
    store.write(|tx| {
        if tx.other_devices(&account.id, id)? >= DEVICES {
            return Ok(Err(Refusal::too_large(format!("at most {DEVICES} devices of an account"))));
        }
        tx.keep_device(&account.id, id, &account.office, health, now).map(Ok)
    })
}

/// The devices that an account watches over.
///
/// # Errors
/// The store failed; inside: it watches over none.
pub fn list(store: &Store, account: &Account) -> Result<Result<Devices, Refusal>, StoreError> {
    let watches = account.roles.iter().any(|role| matches!(role, Role::ProvinceAdmin | Role::NationalAdmin));
    if !watches {
        return Ok(Err(Refusal::forbidden("Only who watches over offices sees their devices")));
    }
    Ok(Ok(Devices { devices: store.read(|tx| tx.devices(&account.scope(), LISTED))? }))
}
