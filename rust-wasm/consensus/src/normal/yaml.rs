//! YAML answers, which the border has parsed: the JSON value without its defaults, canonical as RFC 8785 says.

use super::{Form, Invalid};
use crate::limits::{ANSWER_BYTES, YAML_DEPTH, YAML_NODES, depth_within};
use crate::order::sorted;
use serde_json::{Map, Value};

/// The canonical bytes of the value.
pub fn form(answer: &Value, defaults: Option<&Value>) -> Result<Form, Invalid> {
    if answer.is_null() {
        return Err(Invalid::Empty);
    }
    if !depth_within(answer, YAML_DEPTH) || nodes(answer) > YAML_NODES {
        return Err(Invalid::AnswerTooLarge);
    }
    let text = match defaults {
        Some(defaults) => canonical(&without_defaults(answer, defaults)),
        None => canonical(answer),
    };
    if text.len() > ANSWER_BYTES { Err(Invalid::AnswerTooLarge) } else { Ok(Form::of_text(text)) }
}

fn nodes(value: &Value) -> usize {
    let below = match value {
        Value::Array(items) => items.iter().map(nodes).fold(0, usize::saturating_add),
        Value::Object(fields) => fields.values().map(nodes).fold(0, usize::saturating_add),
        _ => 0,
    };
    below.saturating_add(1)
}

/// The fields that say something else than their default; lists count as a whole.
fn without_defaults(value: &Value, defaults: &Value) -> Value {
    let (Value::Object(fields), Value::Object(known)) = (value, defaults) else { return value.clone() };
    let mut kept = Map::new();
    for (key, child) in fields {
        match known.get(key) {
            Some(default) if canonical(child) == canonical(default) => {}
            Some(default @ Value::Object(_)) if child.is_object() => {
                let inner = without_defaults(child, default);
                // An object that says only what its default says is the default.
                if inner.as_object().is_none_or(|object| !object.is_empty()) {
                    kept.insert(key.clone(), inner);
                }
            }
            _ => {
                kept.insert(key.clone(), child.clone());
            }
        }
    }
    Value::Object(kept)
}

/// RFC 8785: keys in UTF-16 order, numbers as ECMAScript writes them, no blanks.
fn canonical(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let parts: Vec<String> = items.iter().map(canonical).collect();
            format!("[{}]", parts.join(","))
        }
        Value::Object(fields) => {
            let ordered = sorted(fields.iter(), |(left, _), (right, _)| left.encode_utf16().cmp(right.encode_utf16()));
            let parts: Vec<String> =
                ordered.iter().map(|(key, child)| format!("{}:{}", Value::from(key.as_str()), canonical(child))).collect();
            format!("{{{}}}", parts.join(","))
        }
        Value::Number(number) => match number.to_string().parse::<f64>() {
            Ok(float) if float.is_finite() => ecmascript(float),
            _ => number.to_string(),
        },
        _ => value.to_string(),
    }
}

/// A finite number as ECMAScript writes it: the shortest digits that read back, with an exponent below 1e-6 and from 1e21 on.
fn ecmascript(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned(); // also for -0
    }
    if (1e-6..1e21).contains(&number.abs()) {
        return format!("{number}");
    }
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => text,
    }
}
