//! Cosine of the sets of words: |A∩B| / sqrt(|A||B|).

use super::float;
use super::set::Set;

/// 0 when a text has no words.
pub fn similarity(left: &Set, right: &Set) -> f64 {
    if left.size() == 0 || right.size() == 0 {
        return 0.0;
    }
    float(left.shared(right)) / (float(left.size()) * float(right.size())).sqrt()
}
