//! Things as small numbers, given in the order in which they are first met, so that each is read once and never compared again.

use super::hash::Seeded;
use std::collections::HashMap;
use std::hash::Hash;

/// The numbers of things. The table is only looked up, never walked through, so its order cannot be seen.
pub struct Numbers<Key> {
    known: HashMap<Key, u32, Seeded>,
}

impl<Key: Hash + Eq> Numbers<Key> {
    /// No numbers yet, for things found in these texts.
    pub fn of(texts: &[&str]) -> Self {
        Self { known: HashMap::with_hasher(Seeded::by(texts)) }
    }

    /// The number of a thing, a new one when it is met for the first time.
    pub fn number(&mut self, thing: Key) -> u32 {
        let next = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        *self.known.entry(thing).or_insert(next)
    }
}
