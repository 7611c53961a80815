//! Jaccard index of the sets of words: |A∩B| / |A∪B|.

use super::float;
use super::set::Set;

/// 0 for two texts without words, as the original has it.
pub fn similarity(left: &Set, right: &Set) -> f64 {
    let both = left.shared(right);
    let either = left.size().saturating_add(right.size()).saturating_sub(both);
    if either == 0 { 0.0 } else { float(both) / float(either) }
}
