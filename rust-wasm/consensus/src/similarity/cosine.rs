//! Cosine of the sets of words: |A∩B| / sqrt(|A||B|).

use super::{float, words::shared};

/// 0 when a text has no words.
pub fn similarity(left: &[u32], right: &[u32]) -> f64 {
    if left.is_empty() || right.is_empty() {
        return 0.0;
    }
    float(shared(left, right)) / (float(left.len()) * float(right.len())).sqrt()
}
