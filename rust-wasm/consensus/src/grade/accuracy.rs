//! How reliable experts are when no answer was ever graded: who agrees with the others is taken to be right more often.

use super::ballot::Ballot;
use crate::similarity::float;

/// Ungraded questions that are needed.
const QUESTIONS: usize = 100;
const ROUNDS: usize = 50;
const START: f64 = 0.7;
const RANGE: (f64, f64) = (0.02, 0.98);

/// One-coin expectation maximisation, drawn half way to all being equal, since it hurts panels of peers. Too few questions: empty.
pub fn estimate(ballots: &[Ballot], experts: usize) -> Vec<f64> {
    let ungraded: Vec<&Ballot> = ballots.iter().filter(|ballot| ballot.gold.is_none()).collect();
    if ungraded.len() < QUESTIONS {
        return Vec::new();
    }
    let mut accuracies = vec![START; experts];
    for _ in 0..ROUNDS {
        accuracies = improved(&ungraded, &accuracies);
    }
    let mean = accuracies.iter().sum::<f64>() / float(experts);
    accuracies.into_iter().map(|accuracy| (accuracy + mean) / 2.0).collect()
}

/// One round: how probable each answer is, and how often each expert then gave the right one.
fn improved(ballots: &[&Ballot], accuracies: &[f64]) -> Vec<f64> {
    let mut sums = vec![(1.0, 2.0); accuracies.len()];
    for ballot in ballots {
        let probable = posterior(ballot, accuracies);
        for ((right, of), vote) in sums.iter_mut().zip(&ballot.votes) {
            if let Some(vote) = vote {
                *right += probable.get(*vote).copied().unwrap_or(0.0);
                *of += 1.0;
            }
        }
    }
    sums.into_iter().map(|(right, of): (f64, f64)| (right / of).clamp(RANGE.0, RANGE.1)).collect()
}

/// How probable each given answer is, beside all those that nobody gave.
fn posterior(ballot: &Ballot, accuracies: &[f64]) -> Vec<f64> {
    let others = float(ballot.choices.saturating_sub(1)).max(1.0);
    let mut gains = vec![0.0; ballot.answers];
    for (vote, accuracy) in ballot.votes.iter().zip(accuracies) {
        if let Some(gain) = vote.and_then(|vote| gains.get_mut(vote)) {
            *gain += libm::log(accuracy * others / (1.0 - accuracy));
        }
    }
    let most = gains.iter().copied().fold(0.0, f64::max);
    let unseen = float(ballot.choices.saturating_sub(ballot.answers)) * libm::exp(-most);
    let odds: Vec<f64> = gains.iter().map(|gain| libm::exp(gain - most)).collect();
    let all = unseen + odds.iter().sum::<f64>();
    odds.into_iter().map(|odd| odd / all).collect()
}
