//! How far the experts of a panel say the same thing for the same reasons.

use super::ballot::Ballot;
use crate::similarity::float;
use std::collections::BTreeMap;

/// Krippendorff's alpha for nominal answers: 1 all agree, 0 as by chance. None when nobody could have disagreed.
pub fn alpha(ballots: &[Ballot]) -> Option<f64> {
    let mut totals: BTreeMap<usize, f64> = BTreeMap::new();
    let mut disagreement = 0.0;
    for ballot in ballots {
        let mut counts: BTreeMap<usize, f64> = BTreeMap::new();
        for label in ballot.labels.iter().flatten() {
            *counts.entry(*label).or_insert(0.0) += 1.0;
        }
        let values: f64 = counts.values().sum();
        if values < 2.0 {
            continue; // an answer without a second one says nothing
        }
        for (label, count) in counts {
            disagreement += count * (values - count) / (values - 1.0);
            *totals.entry(label).or_insert(0.0) += count;
        }
    }
    let all: f64 = totals.values().sum();
    let by_chance: f64 = totals.values().map(|count| count * (all - count)).sum();
    (by_chance > 0.0).then(|| 1.0 - (all - 1.0) * disagreement / by_chance)
}

/// The number of independent experts that would err together as rarely: K / (1 + (K-1) max(0, rho)), rho the mean pairwise
/// correlation of errors. None when no pair's errors vary.
pub fn effective_experts(studied: &[&Ballot], experts: usize) -> Option<f64> {
    let mut correlations = Vec::new();
    for one in 0..experts {
        for other in one.saturating_add(1)..experts {
            let pairs: Vec<(bool, bool)> = studied.iter().filter_map(|ballot| Some((ballot.right(one)?, ballot.right(other)?))).collect();
            correlations.extend(correlation(&pairs));
        }
    }
    if correlations.is_empty() {
        return None;
    }
    let mean = correlations.iter().sum::<f64>() / float(correlations.len());
    let count = float(experts);
    Some(count / (1.0 + (count - 1.0) * mean.max(0.0)))
}

/// The correlation of two rows of yes and no; none when one of them never changes.
fn correlation(pairs: &[(bool, bool)]) -> Option<f64> {
    let all = float(pairs.len());
    let part = |of: &dyn Fn(&(bool, bool)) -> bool| float(pairs.iter().filter(|pair| of(pair)).count()) / all;
    let (one, other, both) = (part(&|pair| pair.0), part(&|pair| pair.1), part(&|pair| pair.0 && pair.1));
    let spread = (one * (1.0 - one) * other * (1.0 - other)).sqrt();
    (spread > 0.0).then(|| (both - one * other) / spread)
}
