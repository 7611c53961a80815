//! What graded questions teach: how reliable each expert is, how far to trust the panel's own confidence, and who is better than it.
//!
//! A question is studied as if it had not been graded: the panel answers it with the weights it would have without it.

mod accuracy;
mod agreement;
mod ballot;
mod best;
mod calibration;
mod replay;
mod risk;

pub use best::Best;
pub use calibration::Calibration;

use crate::refusal::Refusal;
use crate::request::{Graded, Request};
use crate::weigh::{Standing, family_numbers};
use ballot::Ballot;

/// Graded questions from which the panel's confidence is corrected and its best expert compared with it.
const LEARN_FROM: usize = 30;

/// What is known before the question is looked at.
pub struct Knowledge {
    /// One for each expert, in their order.
    pub standings: Vec<Standing>,
    /// None before enough questions are graded.
    pub calibration: Option<Calibration>,
    /// The least rank for the accepted risk; none: no rank is enough.
    pub risk_bound: Option<f64>,
    /// The expert that was right most often, once enough questions are graded.
    pub best: Option<Best>,
    /// How many independent experts the panel amounts to.
    pub effective_experts: Option<f64>,
    /// Krippendorff's alpha of the history.
    pub alpha: Option<f64>,
}

/// Studies the panel's history.
///
/// # Errors
/// A graded question whose right answer is no answer of its kind.
pub fn learn(request: &Request) -> Result<Knowledge, Refusal> {
    let ballots = ballot::read(request)?;
    let standings = standings(request, &ballots);
    let alpha = agreement::alpha(&ballots);
    let studied: Vec<&Ballot> = ballots.iter().filter(|ballot| ballot.studied()).collect();
    if studied.len() < LEARN_FROM {
        return Ok(Knowledge { standings, calibration: None, risk_bound: None, best: None, effective_experts: None, alpha });
    }
    let replays: Vec<_> = studied.iter().map(|ballot| replay::without(ballot, &standings)).collect();
    Ok(Knowledge {
        calibration: Some(Calibration::fit(&replays)),
        risk_bound: request.rules.risk.and_then(|risk| risk::bound(&replays, risk)),
        best: best::find(&standings, &studied, &replays),
        effective_experts: agreement::effective_experts(&studied, standings.len()),
        alpha,
        standings,
    })
}

/// What each expert is known for: the grades of the request, else those of the history, else an estimate when it is asked for.
fn standings(request: &Request, ballots: &[Ballot]) -> Vec<Standing> {
    let families: Vec<&str> = request.experts.iter().map(|expert| expert.family.as_str()).collect();
    let mut standings: Vec<Standing> = request
        .experts
        .iter()
        .zip(family_numbers(&families))
        .enumerate()
        .map(|(place, (expert, family))| Standing {
            family,
            weight: expert.weight,
            graded: expert.graded.or_else(|| counted(place, ballots)),
            estimate: None,
        })
        .collect();
    if request.rules.estimate && standings.iter().all(|standing| standing.graded.is_none()) {
        for (standing, estimate) in standings.iter_mut().zip(accuracy::estimate(ballots, request.experts.len())) {
            standing.estimate = Some(estimate);
        }
    }
    standings
}

fn counted(place: usize, ballots: &[Ballot]) -> Option<Graded> {
    let graded = ballots.iter().filter_map(|ballot| ballot.right(place));
    let (right, of) =
        graded.fold((0_u32, 0_u32), |(right, of), is_right| (right.saturating_add(u32::from(is_right)), of.saturating_add(1)));
    (of > 0).then_some(Graded { right, of })
}
