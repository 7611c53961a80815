//! Dice coefficient of the multisets of three characters: 2|A∩B| / (|A|+|B|).

use super::float;
use super::numbers::Numbers;
use super::set::Set;
use crate::normal::normal_text;

/// For each text its three neighbouring characters of the normal form. The second occurrence of three characters is a thing of its
/// own, and so on, which makes a multiset a set.
pub fn prepare(texts: &[&str]) -> Vec<Set> {
    let mut numbers = Numbers::of(texts);
    let prepared = texts.iter().map(|text| Set::of(occurrences(grams(&normal_text(text))).map(|gram| numbers.number(gram))));
    prepared.collect()
}

/// Every three neighbouring characters packed into one number, sorted; a shorter text is one gram of its own.
fn grams(form: &str) -> Vec<u64> {
    const BITS: u32 = 21; // a Unicode scalar value needs no more
    const THREE: u64 = 0x7FFF_FFFF_FFFF_FFFF;
    let mut grams = Vec::with_capacity(form.len());
    let mut window = 0_u64;
    for (place, character) in form.chars().enumerate() {
        window = (window.wrapping_shl(BITS) | u64::from(u32::from(character))) & THREE;
        if place >= 2 {
            grams.push(window);
        }
    }
    if grams.is_empty() && window != 0 {
        grams.push(window);
    }
    grams.sort_unstable();
    grams
}

/// Each gram with how often it came before.
fn occurrences(sorted: Vec<u64>) -> impl Iterator<Item = (u64, u32)> {
    let mut before: (u64, u32) = (0, 0);
    sorted.into_iter().map(move |gram| {
        before = if gram == before.0 { (gram, before.1.saturating_add(1)) } else { (gram, 0) };
        before
    })
}

/// 1 for two texts without any character.
pub fn similarity(left: &Set, right: &Set) -> f64 {
    let both = left.size().saturating_add(right.size());
    if both == 0 { 1.0 } else { 2.0 * float(left.shared(right)) / float(both) }
}
