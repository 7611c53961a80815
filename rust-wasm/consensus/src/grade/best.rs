//! The expert that was right most often, and whether it beats the panel.

use super::ballot::Ballot;
use super::replay::Replay;
use crate::similarity::float;
use crate::weigh::{Standing, weigh};

/// An expert that was right most often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Best {
    /// Its number among the experts.
    pub place: usize,
    /// Whether it is better than the panel by more than one standard error.
    pub beats_panel: bool,
}

/// The most reliable expert, of equals the first by name, compared with the panel question by question.
pub fn find(standings: &[Standing], studied: &[&Ballot], replays: &[Replay]) -> Option<Best> {
    let reliability = weigh(standings, 2).reliability;
    let mut best: Option<(usize, f64)> = None;
    for (place, right) in reliability.iter().enumerate() {
        if let Some(right) = right
            && best.is_none_or(|(_, most)| *right > most)
        {
            best = Some((place, *right));
        }
    }
    let (place, _) = best?;
    let gains: Vec<f64> = studied
        .iter()
        .zip(replays)
        .map(|(ballot, replay)| f64::from(u8::from(ballot.right(place) == Some(true))) - f64::from(u8::from(replay.right)))
        .collect();
    Some(Best { place, beats_panel: significant(&gains) })
}

fn significant(gains: &[f64]) -> bool {
    let count = float(gains.len());
    let mean = gains.iter().sum::<f64>() / count;
    let spread = (gains.iter().map(|gain| (gain - mean) * (gain - mean)).sum::<f64>() / (count - 1.0)).sqrt();
    spread > 0.0 && mean * count.sqrt() > spread
}
