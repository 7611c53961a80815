//! How much each voter weighs: what the spec says, times what graded questions say, shared within a family.

use crate::order::distinct;
use crate::request::Graded;
use crate::similarity::float;
use std::collections::BTreeMap;

/// Graded questions from which the reliabilities are drawn together.
const SHRINK_FROM: u32 = 30;
/// The least an expert weighs, as log odds.
const LEAST_ODDS: f64 = 0.05;
const NANO: f64 = 1e9;

/// What is known of one voter.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// The number of its family.
    pub family: usize,
    /// The weight of the spec.
    pub weight: f64,
    /// Its grades, if any.
    pub graded: Option<Graded>,
    /// Its reliability estimated without grades; used when nobody is graded.
    pub estimate: Option<f64>,
}

/// The weights of the voters, in their order.
#[derive(Clone, Debug)]
pub struct Weights {
    /// Nano-units before a family shares them: how strong a voter is.
    pub strength: Vec<u64>,
    /// Whole parts of a nano-unit after sharing. Integer sums know no order, and a family's parts add up exactly.
    pub mass: Vec<u64>,
    /// Parts of one unit.
    pub unit: u64,
    /// The probability of being right; none when nobody is graded or estimated.
    pub reliability: Vec<Option<f64>>,
}

/// A number for each family, in the order of the families' bytes.
pub fn family_numbers(families: &[&str]) -> Vec<usize> {
    let known = distinct(families.iter().copied());
    families.iter().map(|family| known.binary_search(family).unwrap_or(0)).collect()
}

/// Weighs the voters of one question that has `choices` possible answers.
pub fn weigh(voters: &[Standing], choices: usize) -> Weights {
    let sizes = family_sizes(voters);
    let reliability = reliabilities(voters, &sizes);
    let strength: Vec<u64> = voters
        .iter()
        .zip(&reliability)
        .map(|(voter, right)| nano(voter.weight * right.map_or(1.0, |right| odds(right, choices))))
        .collect();
    let parts = sizes.iter().fold(1, |multiple, size| common_multiple(multiple, *size));
    let mass = strength.iter().zip(&sizes).map(|(strength, size)| strength.saturating_mul(parts.checked_div(*size).unwrap_or(1))).collect();
    Weights { strength, mass, unit: parts.saturating_mul(1_000_000_000), reliability }
}

/// For each voter how many voters its family has.
fn family_sizes(voters: &[Standing]) -> Vec<u64> {
    let mut sizes: BTreeMap<usize, u64> = BTreeMap::new();
    for voter in voters {
        let size = sizes.entry(voter.family).or_insert(0);
        *size = size.saturating_add(1);
    }
    voters.iter().map(|voter| sizes.get(&voter.family).copied().unwrap_or(1)).collect()
}

/// Log odds of being right against one of the other answers at random.
fn odds(right: f64, choices: usize) -> f64 {
    let others = float(choices.saturating_sub(1)).max(1.0);
    libm::log(right * others / (1.0 - right)).max(LEAST_ODDS)
}

fn reliabilities(voters: &[Standing], sizes: &[u64]) -> Vec<Option<f64>> {
    if voters.iter().all(|voter| voter.graded.is_none_or(|graded| graded.of == 0)) {
        return voters.iter().map(|voter| voter.estimate).collect();
    }
    let raw: Vec<(f64, f64)> = voters.iter().map(|voter| observed(voter.graded)).collect();
    let all_graded = voters.iter().all(|voter| voter.graded.is_some_and(|graded| graded.of >= SHRINK_FROM));
    let drawn = if all_graded { shrunk(&raw, sizes) } else { raw.iter().map(|(right, _)| *right).collect() };
    drawn.into_iter().map(Some).collect()
}

/// The mean and the variance of the reliability after k right of n, before which two of three were right.
fn observed(graded: Option<Graded>) -> (f64, f64) {
    let Graded { right, of } = graded.unwrap_or(Graded { right: 0, of: 0 });
    let all = f64::from(of) + 3.0;
    let mean = (f64::from(right) + 2.0) / all;
    (mean, mean * (1.0 - mean) / all)
}

/// Draws the reliabilities towards their mean by how much of their spread is chance (James and Stein's idea); a family counts once.
fn shrunk(raw: &[(f64, f64)], sizes: &[u64]) -> Vec<f64> {
    let part = |size: &u64| 1.0 / float(usize::try_from(*size).unwrap_or(1));
    let families: f64 = sizes.iter().map(part).sum();
    let over = |of: &dyn Fn(&(f64, f64)) -> f64| raw.iter().zip(sizes).map(|(voter, size)| of(voter) * part(size)).sum::<f64>();
    let mean = over(&|(right, _)| *right) / families;
    let chance = over(&|(_, variance)| *variance) / families;
    let spread = over(&|(right, _)| (right - mean) * (right - mean)) / (families - 1.0);
    let kept = if families > 1.5 && spread > 0.0 { (1.0 - chance / spread).max(0.0) } else { 0.0 };
    raw.iter().map(|(right, _)| mean + kept * (right - mean)).collect()
}

/// Nano-units, half to even.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the number is at least 0 and far below 2^53")]
fn nano(units: f64) -> u64 {
    (units * NANO).round_ties_even().max(0.0) as u64
}

/// The least common multiple; of at most 32 voters' family sizes it is at most 5,460.
fn common_multiple(left: u64, right: u64) -> u64 {
    let (mut divisor, mut rest) = (left, right);
    while rest != 0 {
        (divisor, rest) = (rest, divisor.checked_rem(rest).unwrap_or(0));
    }
    left.checked_div(divisor).unwrap_or(1).saturating_mul(right)
}
