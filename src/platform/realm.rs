//! At work or in training: the one switch that keeps both apart on a device, thrown once by the program of training before anything is
//! opened. What training keeps stands under names of its own, its clock may run ahead, and its network and room may fail on purpose.
//! Kept out: what training is about.

use std::cell::Cell;

thread_local! {
    static TRAINING: Cell<bool> = const { Cell::new(false) };
    static AHEAD_MS: Cell<i64> = const { Cell::new(0) };
    static CUT: Cell<bool> = const { Cell::new(false) };
    static FULL: Cell<bool> = const { Cell::new(false) };
}

/// Before every name that training keeps anything under.
const PREFIX: &str = "latihan-";

/// From here on this page is for training, for as long as it lives.
pub fn begin_training() {
    TRAINING.set(true);
}

/// Is this page for training?
#[must_use]
pub fn is_training() -> bool {
    TRAINING.get()
}

/// A name on the device, such as that of a database, a key or a lock.
#[must_use]
pub fn name(name: &str) -> String {
    let prefix = if is_training() { PREFIX } else { "" };
    [prefix, name].concat()
}

/// What stands across everything that leaves training for people to read; empty at work.
#[must_use]
pub fn watermark() -> &'static str {
    if is_training() { "LATIHAN" } else { "" }
}

/// The name of a file that is handed out.
#[must_use]
pub fn file_name(name: &str) -> String {
    if is_training() { [watermark(), "-", name].concat() } else { name.to_owned() }
}

/// How far training's clock runs ahead of the device's, in milliseconds; 0 at work.
#[must_use]
pub fn ahead_ms() -> i64 {
    AHEAD_MS.get()
}

/// Sets how far training's clock runs ahead.
pub fn set_ahead_ms(millis: i64) {
    AHEAD_MS.set(millis);
}

/// Is the network taken away for training?
#[must_use]
pub fn is_cut() -> bool {
    CUT.get()
}

/// Takes the network away, or gives it back.
pub fn set_cut(cut: bool) {
    CUT.set(cut);
}

/// Is the device nearly full, for training?
#[must_use]
pub fn is_full() -> bool {
    FULL.get()
}

/// Lets the device be nearly full, or no longer.
pub fn set_full(full: bool) {
    FULL.set(full);
}
