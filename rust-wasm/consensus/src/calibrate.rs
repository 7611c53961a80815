//! What a panel's graded history says of it, for people who choose panels.

use crate::fixed::fixed;
use crate::grade::learn;
use crate::refusal::Refusal;
use crate::request::{Answer, Request};
use crate::weigh::weigh;
use serde_json::{Value, json};

/// Studies the history of a request of `decide`; replies are not looked at.
///
/// # Errors
/// A graded question whose right answer is no answer of its kind.
pub fn calibrate(request: &Request) -> Result<Value, Refusal> {
    let known = learn(request)?;
    let choices = match &request.answer {
        Answer::Choice { options, .. } => options.len(),
        _ => 4,
    };
    let weights = weigh(&known.standings, choices);
    let experts: Vec<Value> = request
        .experts
        .iter()
        .zip(&known.standings)
        .zip(&weights.reliability)
        .map(|((expert, standing), reliability)| {
            let graded = standing.graded.map(|graded| json!({"right": graded.right, "of": graded.of}));
            json!({"name": expert.name, "graded": graded, "reliability": reliability.map(fixed)})
        })
        .collect();
    let best = known.best.and_then(|best| {
        let expert = request.experts.get(best.place)?;
        Some(json!({"name": expert.name, "beatsPanel": best.beats_panel}))
    });
    Ok(json!({
        "outcome": "calibration",
        "questions": request.history.len(),
        "experts": experts,
        "best": best,
        "steps": known.calibration.map(|calibration| calibration.written()),
        "riskBound": known.risk_bound.map(fixed),
        "effectiveExperts": known.effective_experts.map(fixed),
        "alpha": known.alpha.map(fixed),
    }))
}
