//! Why the engine does not look at a request at all.

use serde_json::{Value, json};

/// The closed set of causes; each is written as its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The bytes are no JSON, a field is missing, unknown, of another type or out of its range.
    RequestInvalid,
    /// More experts, texts, questions or nested values than `limits` allows.
    TooLarge,
    /// Levenshtein distance was asked of a text that is too long for it.
    TooLargeForMetric,
}

/// A request that was not answered: the cause, the field and a sentence that says what to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The cause.
    pub reason: Reason,
    /// The dotted path of the field, empty for the whole request.
    pub field: String,
    /// A lower-case sentence.
    pub message: String,
}

impl Refusal {
    /// A field that is not what it must be.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self { reason: Reason::RequestInvalid, field: field.to_owned(), message: message.into() }
    }

    /// A field that is larger than the engine takes.
    pub fn too_large(field: &str, message: impl Into<String>) -> Self {
        Self { reason: Reason::TooLarge, field: field.to_owned(), message: message.into() }
    }

    pub(crate) fn to_value(&self) -> Value {
        json!({
            "outcome": "refusal",
            "reason": format!("{:?}", self.reason),
            "field": self.field,
            "message": self.message,
        })
    }
}
