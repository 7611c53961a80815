//! What the panel would have said to a graded question, had it not been graded.

use super::ballot::Ballot;
use crate::confidence::Tally;
use crate::order::sorted;
use crate::request::Graded;
use crate::weigh::{Standing, weigh};

/// One question asked again.
#[derive(Clone, Copy, Debug)]
pub struct Replay {
    /// The rank of the panel's answer.
    pub rank: f64,
    /// Whether it was the right one.
    pub right: bool,
}

/// Asks the panel again with the grade of this question taken away from everybody.
pub fn without(ballot: &Ballot, standings: &[Standing]) -> Replay {
    let (voters, votes): (Vec<Standing>, Vec<usize>) = standings
        .iter()
        .zip(&ballot.votes)
        .enumerate()
        .filter_map(|(place, (standing, vote))| vote.map(|vote| (ungraded(*standing, ballot.right(place)), vote)))
        .unzip();
    let weights = weigh(&voters, ballot.choices);
    let mut clusters: Vec<(u64, u64, usize)> = (0..ballot.answers).map(|answer| (0, 0, answer)).collect();
    for ((vote, mass), strength) in votes.iter().zip(&weights.mass).zip(&weights.strength) {
        if let Some((sum, strongest, _)) = clusters.get_mut(*vote) {
            *sum = sum.saturating_add(*mass);
            *strongest = (*strongest).max(*strength);
        }
    }
    // Answers are numbered in the order of their forms, so equal ones stay in that order.
    let given = clusters.into_iter().filter(|(mass, _, _)| *mass > 0);
    let clusters = sorted(given, |one, other| (other.0, other.1).cmp(&(one.0, one.1)));
    let tally = Tally::new(clusters.iter().map(|(mass, _, _)| *mass).collect(), weights.unit);
    Replay { rank: tally.softmax(0), right: clusters.first().map(|(_, _, answer)| *answer) == ballot.gold }
}

fn ungraded(standing: Standing, right: Option<bool>) -> Standing {
    let graded = match (standing.graded, right) {
        (Some(graded), Some(is_right)) => {
            let of = graded.of.saturating_sub(1);
            Some(Graded { right: graded.right.saturating_sub(u32::from(is_right)).min(of), of })
        }
        (graded, _) => graded,
    };
    Standing { graded, ..standing }
}
