//! How often the panel was right at each rank: isotonic regression by pooling adjacent violators.

use super::replay::Replay;
use crate::fixed::fixed;
use crate::order::sorted;
use crate::similarity::float;
use serde_json::{Value, json};

/// Ranks and what they are worth, rising in both.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// The least rank of each block and the part that was right from there on.
    steps: Vec<(f64, f64)>,
}

/// Questions of neighbouring ranks.
#[derive(Clone, Copy)]
struct Block {
    least: f64,
    right: usize,
    of: usize,
}

impl Calibration {
    /// The rising steps that fit best; a block of few questions is drawn to the mean by two questions of it.
    pub fn fit(replays: &[Replay]) -> Self {
        let rising = sorted(replays.iter().copied(), |one, other| one.rank.total_cmp(&other.rank));
        let right = rising.iter().filter(|replay| replay.right).count();
        let mean = if rising.is_empty() { 0.0 } else { float(right) / float(rising.len()) };
        let mut worth = 0.0_f64;
        let steps = pooled(&rising)
            .into_iter()
            .map(|block| {
                worth = worth.max((float(block.right) + 2.0 * mean) / (float(block.of) + 2.0));
                (block.least, worth)
            })
            .collect();
        Self { steps }
    }

    /// The steps as JSON: from which rank on which confidence.
    pub fn written(&self) -> Value {
        self.steps.iter().map(|(rank, worth)| json!({"rank": fixed(*rank), "confidence": fixed(*worth)})).collect()
    }

    /// The confidence of a rank.
    pub fn read(&self, rank: f64) -> f64 {
        let reached = self.steps.iter().rev().find(|(least, _)| *least <= rank);
        reached.or(self.steps.first()).map_or(rank, |(_, worth)| *worth)
    }
}

fn pooled(rising: &[Replay]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for replay in rising {
        let mut block = Block { least: replay.rank, right: usize::from(replay.right), of: 1 };
        while let Some(before) = blocks.pop_if(|before| before.least >= block.least || !rises(before, &block)) {
            block.least = before.least;
            block.right = block.right.saturating_add(before.right);
            block.of = block.of.saturating_add(before.of);
        }
        blocks.push(block);
    }
    blocks
}

/// Whether the later block was right more often, in whole numbers.
fn rises(before: &Block, later: &Block) -> bool {
    before.right.saturating_mul(later.of) < later.right.saturating_mul(before.of)
}
