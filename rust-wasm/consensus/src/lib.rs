//! What a panel of experts agrees on, how sure that is, who dissents and why, or that it does not know.
//!
//! Lives here: normal forms, similarity, clusters, weights, confidence, grading. May import: `libm`, `serde_json`, Unicode and
//! number formatting. Its one law: the same request gives the same bytes on every machine and in every order of the experts,
//! so there is no clock, no randomness, no platform `ln` or `exp`, no hash map, and sums are integers.
#![forbid(unsafe_code)]

mod calibrate;
mod cluster;
mod compare;
mod confidence;
mod decide;
mod explain;
mod field;
mod fixed;
mod grade;
pub mod limits;
mod matrix;
mod normal;
mod order;
mod panel;
mod refusal;
mod request;
mod similarity;
mod weigh;

pub use calibrate::calibrate;
pub use compare::compare;
pub use decide::decide;
pub use refusal::{Reason, Refusal};
pub use request::Request;

use serde_json::Value;

/// What a panel agrees on, JSON to JSON with sorted keys. It never fails: a refusal is an answer.
#[must_use]
pub fn decide_json(request: &[u8]) -> Vec<u8> {
    answered(request, |value| decide(&Request::read(value)?))
}

/// What a panel's history says of it, JSON to JSON.
#[must_use]
pub fn calibrate_json(request: &[u8]) -> Vec<u8> {
    answered(request, |value| calibrate(&Request::read(value)?))
}

/// How alike texts are, JSON to JSON.
#[must_use]
pub fn compare_json(request: &[u8]) -> Vec<u8> {
    answered(request, compare)
}

fn answered(request: &[u8], answer: impl Fn(&Value) -> Result<Value, Refusal>) -> Vec<u8> {
    let written = match limits::parse(request).and_then(|value| answer(&value)) {
        Ok(value) => value,
        Err(refusal) => refusal.to_value(),
    };
    written.to_string().into_bytes()
}
