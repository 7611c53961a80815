//! Fractions as text: six decimals, so that no reader meets the last bit of a float.

use serde_json::Value;

/// Six decimals; what rounds to zero has no sign.
pub fn fixed(number: f64) -> Value {
    let text = format!("{number:.6}");
    Value::String(if text == "-0.000000" { "0.000000".to_owned() } else { text })
}
