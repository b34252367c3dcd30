//! What to send and when, what to do with each answer, and how a pulled page is applied: plain values, fed one input at
//! a time. No clock, randomness, network or storage is touched here.

pub mod answer;
pub mod backoff;
pub mod engine;
pub mod merge;
pub mod pull;
pub mod upload;
