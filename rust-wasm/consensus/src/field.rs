//! Reading one object of a request: every complaint names the field by its dotted path.

use crate::refusal::Refusal;
use serde_json::{Map, Value};

/// An object of the request and where it stands.
pub struct Fields<'a> {
    object: &'a Map<String, Value>,
    path: String,
}

impl<'a> Fields<'a> {
    /// An object that has no field beside `known`; an unknown one is refused, so that a misspelt rule is not silently ignored.
    pub fn read(value: &'a Value, path: &str, known: &[&str]) -> Result<Self, Refusal> {
        let object = value.as_object().ok_or_else(|| Refusal::invalid(path, "must be an object"))?;
        let fields = Self { object, path: path.to_owned() };
        match object.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => Err(Refusal::invalid(&fields.path_of(key), "is not a field of the request")),
            None => Ok(fields),
        }
    }

    /// The dotted path of a field of this object.
    pub fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// A field that is there and not null.
    pub fn get(&self, key: &str) -> Option<&'a Value> {
        self.object.get(key).filter(|value| !value.is_null())
    }

    /// A field that must be there.
    pub fn need(&self, key: &str) -> Result<&'a Value, Refusal> {
        self.get(key).ok_or_else(|| self.invalid(key, "is missing"))
    }

    /// A complaint about a field of this object.
    pub fn invalid(&self, key: &str, message: impl Into<String>) -> Refusal {
        Refusal::invalid(&self.path_of(key), message)
    }

    /// A text, or none.
    pub fn text(&self, key: &str) -> Result<Option<&'a str>, Refusal> {
        self.get(key).map(|value| value.as_str().ok_or_else(|| self.invalid(key, "must be a text"))).transpose()
    }

    /// A text that must be there and not be empty.
    pub fn name(&self, key: &str) -> Result<&'a str, Refusal> {
        match self.text(key)? {
            Some(text) if !text.is_empty() => Ok(text),
            Some(_) => Err(self.invalid(key, "must not be empty")),
            None => Err(self.invalid(key, "is missing")),
        }
    }

    /// True or false, false when absent.
    pub fn flag(&self, key: &str) -> Result<bool, Refusal> {
        self.get(key).map_or(Ok(false), |value| value.as_bool().ok_or_else(|| self.invalid(key, "must be true or false")))
    }

    /// A whole number of at most `most`, or none.
    pub fn count(&self, key: &str, most: u64) -> Result<Option<u64>, Refusal> {
        self.get(key)
            .map(|value| {
                value
                    .as_u64()
                    .filter(|count| *count <= most)
                    .ok_or_else(|| self.invalid(key, format!("must be a whole number from 0 to {most}")))
            })
            .transpose()
    }

    /// Decimal text or a JSON number, as it was written, or none.
    pub fn number(&self, key: &str) -> Result<Option<String>, Refusal> {
        self.get(key)
            .map(|value| match value {
                Value::String(text) => Ok(text.clone()),
                Value::Number(number) => Ok(number.to_string()),
                _ => Err(self.invalid(key, "must be a number or decimal text")),
            })
            .transpose()
    }

    /// A number between two bounds, both allowed, or none.
    pub fn ratio(&self, key: &str, least: f64, most: f64) -> Result<Option<f64>, Refusal> {
        self.number(key)?
            .map(|text| {
                text.parse::<f64>()
                    .ok()
                    .filter(|number| (least..=most).contains(number))
                    .ok_or_else(|| self.invalid(key, format!("must be a number from {least} to {most}")))
            })
            .transpose()
    }

    /// A list of at most `most` items, empty when absent.
    pub fn list(&self, key: &str, most: usize) -> Result<&'a [Value], Refusal> {
        let Some(value) = self.get(key) else { return Ok(&[]) };
        let items = value.as_array().ok_or_else(|| self.invalid(key, "must be a list"))?;
        if items.len() > most {
            return Err(Refusal::too_large(&self.path_of(key), format!("has {} items; at most {most} are taken", items.len())));
        }
        Ok(items)
    }

    /// A list of texts.
    pub fn texts(&self, key: &str, most: usize) -> Result<Vec<String>, Refusal> {
        self.list(key, most)?
            .iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or_else(|| self.invalid(key, "must be a list of texts")))
            .collect()
    }
}
