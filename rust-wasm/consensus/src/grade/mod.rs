//! What graded questions teach: how reliable each expert is, how far to trust the panel's own confidence, and who is better than it.

use crate::request::Request;
use crate::weigh::{Standing, family_numbers};

/// What is known before the question is looked at.
pub struct Knowledge {
    /// One for each expert, in their order.
    pub standings: Vec<Standing>,
    pub calibration: Option<Calibration>,
    pub risk_bound: Option<f64>,
    pub best: Option<Best>,
    pub effective_experts: Option<f64>,
    pub alpha: Option<f64>,
}
pub struct Calibration;
impl Calibration {
    pub fn read(&self, r: f64) -> f64 {
        r
    }
}
#[derive(Clone, Copy)]
pub struct Best {
    pub place: usize,
    pub beats_panel: bool,
}
/// Studies the panel's history.
pub fn learn(request: &Request) -> Knowledge {
    let families: Vec<&str> = request.experts.iter().map(|expert| expert.family.as_str()).collect();
    let standings = request
        .experts
        .iter()
        .zip(family_numbers(&families))
        .map(|(expert, family)| Standing { family, weight: expert.weight, graded: expert.graded, estimate: None })
        .collect();
    Knowledge { standings, calibration: None, risk_bound: None, best: None, effective_experts: None, alpha: None }
}
