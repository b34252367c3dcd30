//! The auditors' tools: counting deadlines from tables, replaying cases, printing and checking the law as data.
//! Everything is decided by the core of the app itself; nothing here knows a legal number.

pub mod book;
pub mod due;
pub mod explore;
pub mod lint;
pub mod replay;
pub mod tree;
