//! The procedure of election-process disputes, as pure functions over data: no clock, no randomness, no browser, no async.
//!
//! # Glossary
//! Law: UU 7/2017 (Pemilu), UU 10/2016 (Pemilihan); rules: Perbawaslu 9/2022 and 2/2020. *Pemilu* and *Pemilihan* stay
//! Indonesian in code, since both would be "election" and yet have other clocks and courts.
//!
//! - **Petition** (*permohonan*): what a petitioner (*pemohon*) hands in against a respondent (*termohon*), UU 7/2017 Ps 467.
//! - **Object** (*objek sengketa*): the disputed decision of the organiser, an *SK* (decision letter) or a *BA* (minutes).
//! - **Petitum**: what is asked for; **posita** (*pokok permohonan*): its facts and reasons.
//! - **Plenary** (*rapat pleno*): the members' meeting that rules whether a petition is complete, Perbawaslu 9/2022 Ps 33.
//! - **Draft**: unfinished work on one device, not submitted. **Command**: what an officer submitted, in its **envelope**.
//! - **Act**: a command that the server accepted into a **case**; a case is the fold of its acts, its **revision** their number.
//! - **Receipt**: the server's proof that it holds a command. **Reception number**, **register number**: issued by the server alone.
//! - **Ruling**: a person's answer, with a reason, where the law or the facts are unclear.
//! - **Amendment**: a change of a table of the law, made in the app by a person with source and reason; it makes a new version.
//! - **Mark**: how sure a legal fact is: `C` confirmed, `L` likely, `U` unknown.

pub mod account;
pub mod account_import;
pub mod amendment;
pub mod answers;
pub mod calendar;
pub mod case;
pub mod changes;
pub mod command;
pub mod csv;
pub mod deadline;
pub mod decide;
pub mod digest;
pub mod docket;
pub mod draft;
pub mod evidence;
pub mod facts;
pub mod filter;
pub mod form;
pub mod glossary;
pub mod guard;
pub mod icalendar;
pub mod id;
pub mod json;
pub mod number;
pub mod offers;
pub mod office;
pub mod order;
pub mod public;
pub mod query;
pub mod recap;
pub mod rule_set;
pub mod search;
pub mod sheet;
pub mod stream;
pub mod table;
pub mod text;
pub mod time;
