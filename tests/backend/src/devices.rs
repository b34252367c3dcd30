//! Health of devices: how much each has not sent yet, so that whoever watches over an office sees work that waits on a tablet in a drawer.

use sips_lapangan::api::wire::{Devices, Health};
use sips_lapangan::domain::id::DeviceId;
use sips_lapangan::domain::office::Role;
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

/// The devices that an account watches over: those of its scope, and for officials and operators those of their office.
///
/// # Errors
/// The store failed; inside: it watches over none.
pub fn list(store: &Store, account: &Account) -> Result<Result<Devices, Refusal>, StoreError> {
    let watching = [Role::ProvinceAdmin, Role::NationalAdmin, Role::Official, Role::Operator];
    if !account.roles.iter().any(|role| watching.contains(role)) {
        return Ok(Err(Refusal::forbidden("Only who watches over an office sees its devices")));
    }
    Ok(Ok(Devices { devices: store.read(|tx| tx.devices(&account.scope(), LISTED))? }))
}
