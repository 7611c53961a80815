//! Sorting of short lists. The standard library's sorts are fast on long ones and cost 5 kB of WebAssembly for every type.

use std::cmp::Ordering;

/// The items in order, equal ones as they came. Quadratic in moves: for thousands of items at most.
pub fn sorted<Item>(items: impl IntoIterator<Item = Item>, order: impl Fn(&Item, &Item) -> Ordering) -> Vec<Item> {
    let mut sorted: Vec<Item> = Vec::new();
    for item in items {
        let place = sorted.partition_point(|other| order(other, &item).is_le());
        sorted.insert(place, item);
    }
    sorted
}

/// The different texts in the order of their bytes.
pub fn distinct<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut sorted: Vec<&str> = Vec::new();
    for text in texts {
        if let Err(place) = sorted.binary_search(&text) {
            sorted.insert(place, text);
        }
    }
    sorted
}
