//! The auditors' tools: counting deadlines from tables, replaying cases, printing and checking the law as data.
//! Everything is decided by the core of the app itself; nothing here knows a legal number.

pub mod due;
pub mod replay;
