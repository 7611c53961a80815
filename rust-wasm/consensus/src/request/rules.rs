//! When the leader is recommended.

use super::decimal::decimal;
use crate::field::Fields;
use crate::normal::Decimal;
use crate::refusal::Refusal;
use crate::similarity::Metric;
use serde_json::Value;

/// When the leader is recommended.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The share of the weight that must be exceeded.
    pub min_share: Decimal,
    pub similarity: Metric,
    /// The mean similarity from which two groups of texts say the same.
    pub threshold: f64,
    pub abstain_below: f64,
    /// The share of wrong recommendations that is accepted; none: no bound.
    pub risk: Option<f64>,
    /// Whether reliability is estimated from ungraded questions when nobody is graded.
    pub estimate: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            min_share: Decimal::parse("0.5").unwrap_or(Decimal::ZERO),
            similarity: Metric::Dice,
            threshold: 0.7,
            abstain_below: 0.6,
            risk: None,
            estimate: false,
        }
    }
}

impl Rules {
    /// The rules that say when two texts agree.
    pub fn of_texts(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let otherwise = Self::default();
        Ok(Self {
            similarity: match fields.text("similarity")? {
                Some(name) => Metric::named(name).ok_or_else(|| fields.invalid("similarity", Metric::ALL_NAMES))?,
                None => otherwise.similarity,
            },
            threshold: fields.ratio("threshold", 0.0, 1.0)?.unwrap_or(otherwise.threshold),
            ..otherwise
        })
    }
}

pub fn read_rules(value: &Value) -> Result<Rules, Refusal> {
    let known = ["minShare", "similarity", "threshold", "abstainBelow", "risk", "estimateAccuracy"];
    let fields = Fields::read(value, "rules", &known)?;
    let texts = Rules::of_texts(&fields)?;
    fields.ratio("minShare", 0.0, 1.0)?;
    Ok(Rules {
        min_share: decimal(&fields, "minShare")?.unwrap_or(texts.min_share),
        abstain_below: fields.ratio("abstainBelow", 0.0, 1.0)?.unwrap_or(texts.abstain_below),
        risk: fields.ratio("risk", 0.001, 1.0)?,
        estimate: fields.flag("estimateAccuracy")?,
        ..texts
    })
}
