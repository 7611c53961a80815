//! How much the engine takes, so that every call ends soon and fits in memory.

use crate::refusal::Refusal;
use serde_json::Value;

/// Experts of one panel.
pub const EXPERTS: usize = 32;
/// Bytes of one answer; an expert that says more abstains.
pub const ANSWER_BYTES: usize = 65_536;
/// Characters of a rationale that are compared; the rest is cut.
pub const RATIONALE_CHARACTERS: usize = 4_000;
/// Evidence blocks one reply cites.
pub const EVIDENCE: usize = 64;
/// Graded questions of a history.
pub const QUESTIONS: usize = 1_000;
/// Texts of one comparison.
pub const TEXTS: usize = 64;
/// Nested lists and objects of a request.
pub const DEPTH: usize = 64;
/// Nested lists and objects of a YAML answer.
pub const YAML_DEPTH: usize = 32;
/// Values of a YAML answer.
pub const YAML_NODES: usize = 10_000;
/// Characters of a text whose edit distance is computed.
pub const LEVENSHTEIN_CHARACTERS: usize = 8_192;
/// Characters of a medoid's text that a verdict shows.
pub const MEDOID_CHARACTERS: usize = 512;

/// JSON bytes as a value of bounded depth.
///
/// # Errors
/// Bytes that are no JSON, or nested deeper than [`DEPTH`].
pub fn parse(bytes: &[u8]) -> Result<Value, Refusal> {
    let value = serde_json::from_slice(bytes).map_err(|error| Refusal::invalid("", format!("the request is no JSON: {error}")))?;
    if depth_within(&value, DEPTH) {
        Ok(value)
    } else {
        Err(Refusal::too_large("", format!("the request is nested deeper than {DEPTH} levels")))
    }
}

/// Whether lists and objects nest at most `levels` deep.
pub(crate) fn depth_within(value: &Value, levels: usize) -> bool {
    match (value, levels.checked_sub(1)) {
        (Value::Array(_) | Value::Object(_), None) => false,
        (Value::Array(items), Some(left)) => items.iter().all(|item| depth_within(item, left)),
        (Value::Object(fields), Some(left)) => fields.values().all(|child| depth_within(child, left)),
        _ => true,
    }
}
