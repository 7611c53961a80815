//! A quick hash for tables that are only looked up. It is not random: its seed comes from all texts, so that who writes one of them
//! cannot choose words that collide, and the same texts take the same time.

use std::hash::{BuildHasher, Hasher};

const FIRST: u64 = 0x9E37_79B9_7F4A_7C15;
const LAST: u64 = 0xD6E8_FEB8_6659_FD93;
const HALF: u32 = 32;

/// Makes hashers that begin with the same state.
#[derive(Clone, Copy)]
pub struct Seeded(u64);

impl Seeded {
    /// A seed that depends on every byte of every text.
    pub fn by(texts: &[&str]) -> Self {
        let mut folded = Folded(FIRST);
        for text in texts {
            folded.write(text.as_bytes());
        }
        Self(folded.finish())
    }
}

impl BuildHasher for Seeded {
    type Hasher = Folded;

    fn build_hasher(&self) -> Folded {
        Folded(self.0)
    }
}

/// Multiplies, and folds the upper half of the product into the lower one.
pub struct Folded(u64);

impl Hasher for Folded {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.write_u64(u64::from_le_bytes(*word));
        }
        let last = rest.iter().fold(bytes.len() as u64, |word, byte| word.wrapping_shl(8) | u64::from(*byte));
        self.write_u64(last);
    }

    fn write_u8(&mut self, _terminator: u8) {}

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        let product = (self.0 ^ number).wrapping_mul(FIRST);
        self.0 = product ^ product.wrapping_shr(HALF);
    }

    fn finish(&self) -> u64 {
        self.0.wrapping_mul(LAST)
    }
}
