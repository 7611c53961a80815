//! What a panel of experts agrees on, how sure that is, who dissents and why, or that it does not know.
//!
//! Lives here: normal forms, similarity, clusters, weights, confidence, grading. May import: `libm`, `serde_json`, Unicode and
//! number formatting. Its one law: the same request gives the same bytes on every machine and in every order of the experts,
//! so there is no clock, no randomness, no platform `ln` or `exp`, no hash map, and sums are integers.
#![forbid(unsafe_code)]

mod cluster;
mod confidence;
mod decide;
mod explain;
mod field;
mod fixed;
mod grade;
pub mod limits;
mod matrix;
mod normal;
mod panel;
mod refusal;
mod request;
mod similarity;
mod weigh;

pub use decide::decide;
pub use refusal::{Reason, Refusal};
pub use request::Request;

use serde_json::Value;

/// Answers a request given as JSON with a verdict or a refusal, as JSON with sorted keys. It never fails: a refusal is an answer.
#[must_use]
pub fn decide_json(request: &[u8]) -> Vec<u8> {
    bytes(&limits::parse(request).and_then(|value| Request::read(&value)).and_then(|request| decide(&request)))
}

fn bytes(answer: &Result<Value, Refusal>) -> Vec<u8> {
    match answer {
        Ok(value) => value.to_string().into_bytes(),
        Err(refusal) => refusal.to_value().to_string().into_bytes(),
    }
}
