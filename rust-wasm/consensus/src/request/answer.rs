//! The kind of answer that is asked for.

use super::decimal::decimal;
use crate::field::Fields;
use crate::normal::Decimal;
use crate::order::distinct;
use crate::refusal::Refusal;
use serde_json::Value;

/// The kind of answer that is asked for.
#[derive(Clone, Debug)]
pub enum Answer {
    Choice { options: Vec<String>, permits: Vec<String> },
    Number(Bounds),
    Quantity(Bounds),
    Yaml { defaults: Option<Value> },
    Text,
}

impl Answer {
    /// How many answers a guess could hit: the options, else the different forms given, at least four.
    pub fn choices<'a>(&self, forms: impl Iterator<Item = &'a str>) -> usize {
        match self {
            Self::Choice { options, .. } => options.len(),
            _ => distinct(forms).len().max(4),
        }
    }
}

/// What a number may be, and how far apart two may be and still agree.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub min: Option<Decimal>,
    pub max: Option<Decimal>,
    pub absolute: Decimal,
    pub relative: Decimal,
}

pub fn read_answer(value: &Value) -> Result<Answer, Refusal> {
    let path = "answer";
    let known = ["kind", "options", "permits", "min", "max", "tolerance", "defaults"];
    let kind = Fields::read(value, path, &known)?.name("kind")?;
    let with = |more: &[&str]| Fields::read(value, path, &[&["kind"], more].concat());
    match kind {
        "choice" => read_choice(&with(&["options", "permits"])?),
        "number" => Ok(Answer::Number(read_bounds(&with(&["min", "max", "tolerance"])?)?)),
        "quantity" => Ok(Answer::Quantity(read_bounds(&with(&["min", "max", "tolerance"])?)?)),
        "yaml" => Ok(Answer::Yaml { defaults: with(&["defaults"])?.get("defaults").cloned() }),
        "text" => with(&[]).map(|_| Answer::Text),
        _ => Err(Refusal::invalid("answer.kind", "must be one of choice, number, quantity, yaml, text")),
    }
}

fn read_choice(fields: &Fields<'_>) -> Result<Answer, Refusal> {
    let options = fields.texts("options", 16)?;
    let permits = fields.texts("permits", 16)?;
    if options.len() < 2 {
        return Err(fields.invalid("options", "must be at least two option ids"));
    }
    if distinct(options.iter().map(String::as_str)).len() != options.len() {
        return Err(fields.invalid("options", "must not name an option twice"));
    }
    if let Some(option) = options.iter().find(|option| !option_id(option)) {
        return Err(fields.invalid("options", format!("`{option}` is no option id: lower-case letters, digits and dashes, at most 63")));
    }
    if let Some(option) = permits.iter().find(|option| !options.contains(option)) {
        return Err(fields.invalid("permits", format!("`{option}` is not one of the options")));
    }
    Ok(Answer::Choice { options, permits })
}

fn option_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=63).contains(&text.len()) && text.bytes().next().is_some_and(plain) && text.bytes().all(|byte| plain(byte) || byte == b'-')
}

fn read_bounds(fields: &Fields<'_>) -> Result<Bounds, Refusal> {
    let (absolute, relative) = match fields.get("tolerance") {
        Some(value) => {
            let tolerance = Fields::read(value, "answer.tolerance", &["abs", "rel"])?;
            (distance(&tolerance, "abs")?, distance(&tolerance, "rel")?)
        }
        None => (Decimal::ZERO, Decimal::ZERO),
    };
    Ok(Bounds { min: decimal(fields, "min")?, max: decimal(fields, "max")?, absolute, relative })
}

fn distance(fields: &Fields<'_>, key: &str) -> Result<Decimal, Refusal> {
    let number = decimal(fields, key)?.unwrap_or(Decimal::ZERO);
    if number < Decimal::ZERO { Err(fields.invalid(key, "must not be negative")) } else { Ok(number) }
}
