//! What crosses the border to JavaScript: each export takes JSON bytes, calls one pure function and returns JSON bytes.
//! Its one law: no arithmetic here, no export that can fail; a refusal is an answer too.

use wasm_bindgen::prelude::wasm_bindgen;

/// What the panel agrees on: see `consensus::decide`.
#[wasm_bindgen]
#[must_use]
pub fn decide(request: &[u8]) -> Vec<u8> {
    consensus::decide_json(request)
}

/// What a panel's graded history says of it: see `consensus::calibrate`.
#[wasm_bindgen]
#[must_use]
pub fn calibrate(request: &[u8]) -> Vec<u8> {
    consensus::calibrate_json(request)
}

/// How alike texts are: see `consensus::compare`.
#[wasm_bindgen]
#[must_use]
pub fn compare(request: &[u8]) -> Vec<u8> {
    consensus::compare_json(request)
}
