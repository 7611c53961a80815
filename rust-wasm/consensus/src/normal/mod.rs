//! One form an answer: two answers are the same answer when their forms are the same bytes.

mod choice;
mod decimal;
mod number;
mod quantity;
mod text;
mod yaml;

pub use quantity::form as quantity;

pub use decimal::Decimal;
pub use text::normal_text;

use crate::limits::ANSWER_BYTES;
use crate::request::{Answer, Bounds};
use serde_json::Value;

/// An answer in its normal form; numbers and quantities also as an exact decimal, for tolerances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The bytes that are compared.
    pub text: String,
    /// The value of a number or a quantity in base units.
    pub decimal: Option<Decimal>,
}

impl Form {
    fn of_text(text: String) -> Self {
        Self { text, decimal: None }
    }
}

/// Why a reply is no answer to the question; written as its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// Nothing, or only blanks.
    Empty,
    /// More bytes, levels or values than an answer may have.
    AnswerTooLarge,
    /// Not one of the options.
    NotAnOption,
    /// Not a decimal number.
    NotANumber,
    /// Not a quantity of Kubernetes' grammar.
    NotAQuantity,
    /// Not a text.
    NotAText,
    /// Below `min` or above `max`.
    OutOfRange,
}

/// The normal form of an answer, or why it has none.
pub fn normal_form(kind: &Answer, answer: &Value) -> Result<Form, Invalid> {
    match kind {
        Answer::Choice { options, .. } => choice::form(options, written(answer, Invalid::NotAnOption)?),
        Answer::Number(bounds) => within(bounds, number::form(&numeral(answer, Invalid::NotANumber)?)?),
        Answer::Quantity(bounds) => within(bounds, quantity::form(&numeral(answer, Invalid::NotAQuantity)?)?),
        Answer::Yaml { defaults } => yaml::form(answer, defaults.as_ref()),
        Answer::Text => text::form(written(answer, Invalid::NotAText)?),
    }
}

fn written(answer: &Value, otherwise: Invalid) -> Result<&str, Invalid> {
    match answer {
        Value::String(text) if text.len() > ANSWER_BYTES => Err(Invalid::AnswerTooLarge),
        Value::String(text) => Ok(text),
        Value::Null => Err(Invalid::Empty),
        _ => Err(otherwise),
    }
}

fn numeral(answer: &Value, otherwise: Invalid) -> Result<String, Invalid> {
    match answer {
        Value::Number(number) => Ok(number.to_string()),
        _ => written(answer, otherwise).map(str::to_owned),
    }
}

fn within(bounds: &Bounds, decimal: Decimal) -> Result<Form, Invalid> {
    let low = bounds.min.is_some_and(|least| decimal < least);
    let high = bounds.max.is_some_and(|most| decimal > most);
    if low || high { Err(Invalid::OutOfRange) } else { Ok(Form { text: decimal.to_string(), decimal: Some(decimal) }) }
}
