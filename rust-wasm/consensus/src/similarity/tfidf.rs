//! Cosine of (1 + ln tf)(ln((N+1)/(df+1)) + 1), tf how often a word occurs in a text, df in how many of the N texts it occurs.

use super::{float, words::bags};
use std::collections::BTreeMap;

/// The weights of a text's words, sorted by word, and their length as a vector.
pub struct Weighed {
    weights: Vec<(u32, f64)>,
    length: f64,
}

/// Weighs the words of every text.
pub fn prepare(texts: &[&str]) -> Vec<Weighed> {
    let bags = bags(texts);
    let mut texts_with: BTreeMap<u32, usize> = BTreeMap::new();
    for (word, _) in bags.iter().flatten() {
        let count = texts_with.entry(*word).or_insert(0);
        *count = count.saturating_add(1);
    }
    let rarity = |word: u32| {
        let with = texts_with.get(&word).copied().unwrap_or(0);
        libm::log((float(bags.len()) + 1.0) / (float(with) + 1.0)) + 1.0
    };
    bags.iter()
        .map(|bag| weighed(bag.iter().map(|(word, times)| (*word, (1.0 + libm::log(f64::from(*times))) * rarity(*word))).collect()))
        .collect()
}

fn weighed(weights: Vec<(u32, f64)>) -> Weighed {
    let length = weights.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
    Weighed { weights, length }
}

/// 0 when a text has no words.
pub fn similarity(left: &Weighed, right: &Weighed) -> f64 {
    let mut sum = 0.0;
    let mut others = right.weights.iter().peekable();
    for (word, weight) in &left.weights {
        while others.next_if(|(other, _)| other < word).is_some() {}
        if let Some((_, other)) = others.next_if(|(other, _)| other == word) {
            sum += weight * other;
        }
    }
    let lengths = left.length * right.length;
    if lengths > 0.0 { (sum / lengths).clamp(0.0, 1.0) } else { 0.0 }
}
