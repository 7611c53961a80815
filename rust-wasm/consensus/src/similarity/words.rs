//! What stands between blanks.

use super::numbers::Numbers;
use super::set::Set;

/// For each text the set of its words.
pub fn sets(texts: &[&str]) -> Vec<Set> {
    let mut numbers = Numbers::of(texts);
    texts.iter().map(|text| Set::of(text.split_whitespace().map(|word| numbers.number(word)))).collect()
}

/// For each text its different words, sorted by number, with how often each occurs.
pub fn bags(texts: &[&str]) -> Vec<Vec<(u32, u32)>> {
    let mut numbers = Numbers::of(texts);
    texts.iter().map(|text| counted(text.split_whitespace().map(|word| numbers.number(word)).collect())).collect()
}

fn counted(mut words: Vec<u32>) -> Vec<(u32, u32)> {
    words.sort_unstable();
    let mut counts: Vec<(u32, u32)> = Vec::new();
    for word in words {
        match counts.last_mut() {
            Some((last, count)) if *last == word => *count = count.saturating_add(1),
            _ => counts.push((word, 1)),
        }
    }
    counts
}
