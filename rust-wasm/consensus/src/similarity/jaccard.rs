//! Jaccard index of the sets of words: |A∩B| / |A∪B|.

use super::{float, words::shared};

/// 0 for two texts without words, as the original has it.
pub fn similarity(left: &[u32], right: &[u32]) -> f64 {
    let both = shared(left, right);
    let either = left.len().saturating_add(right.len()).saturating_sub(both);
    if either == 0 { 0.0 } else { float(both) / float(either) }
}
