//! Words as small numbers, so that a word is read once and never compared as text again.

use std::collections::BTreeMap;

/// For each text the sorted ids of its words with how often each occurs. Words are what stands between blanks; ids are given in
/// the order of the words' bytes, so they do not depend on the order of the texts.
pub fn bags(texts: &[&str]) -> Vec<Vec<(u32, u32)>> {
    let mut ids: BTreeMap<&str, u32> = BTreeMap::new();
    for word in texts.iter().flat_map(|text| text.split_whitespace()) {
        ids.insert(word, 0);
    }
    for (id, place) in (0_u32..).zip(ids.values_mut()) {
        *place = id;
    }
    texts.iter().map(|text| bag(text, &ids)).collect()
}

/// For each text the sorted ids of its different words.
pub fn sets(texts: &[&str]) -> Vec<Vec<u32>> {
    bags(texts).into_iter().map(|bag| bag.into_iter().map(|(id, _)| id).collect()).collect()
}

fn bag(text: &str, ids: &BTreeMap<&str, u32>) -> Vec<(u32, u32)> {
    let mut all: Vec<u32> = text.split_whitespace().filter_map(|word| ids.get(word).copied()).collect();
    all.sort_unstable();
    let mut counted: Vec<(u32, u32)> = Vec::new();
    for id in all {
        match counted.last_mut() {
            Some((last, count)) if *last == id => *count = count.saturating_add(1),
            _ => counted.push((id, 1)),
        }
    }
    counted
}

/// How many items two sorted lists share, each as often as both have it.
pub fn shared<Item: Ord>(left: &[Item], right: &[Item]) -> usize {
    let (mut first, mut second) = (left.iter().peekable(), right.iter().peekable());
    let mut count: usize = 0;
    while let (Some(one), Some(other)) = (first.peek(), second.peek()) {
        match one.cmp(other) {
            std::cmp::Ordering::Less => drop(first.next()),
            std::cmp::Ordering::Greater => drop(second.next()),
            std::cmp::Ordering::Equal => {
                count = count.saturating_add(1);
                first.next();
                second.next();
            }
        }
    }
    count
}
