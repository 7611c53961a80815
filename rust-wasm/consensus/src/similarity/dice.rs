//! Dice coefficient of the multisets of three characters: 2|A∩B| / (|A|+|B|).

use super::{float, words::shared};
use crate::normal::normal_text;

/// Every three neighbouring characters of the normal form, packed into one number and sorted.
pub fn prepare(text: &str) -> Vec<u64> {
    const BITS: u32 = 21; // a Unicode scalar value needs no more
    let packed = |window: &[u64]| window.iter().fold(0_u64, |sum, character| sum.wrapping_shl(BITS) | character);
    let characters: Vec<u64> = normal_text(text).chars().map(|character| u64::from(u32::from(character))).collect();
    let mut grams: Vec<u64> = match characters.len() {
        0 => Vec::new(),
        // A text too short for three characters is one gram of its own.
        1 | 2 => vec![packed(&characters)],
        _ => characters.windows(3).map(packed).collect(),
    };
    grams.sort_unstable();
    grams
}

/// 1 for two texts without any character.
pub fn similarity(left: &[u64], right: &[u64]) -> f64 {
    let both = left.len().saturating_add(right.len());
    if both == 0 { 1.0 } else { 2.0 * float(shared(left, right)) / float(both) }
}
