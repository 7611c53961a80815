//! Sets of small numbers, 64 to a block: what two sets share is counted a block at a time.

/// A set of numbers.
pub struct Set {
    /// Which 64 numbers, and which of them, sorted.
    blocks: Vec<(u32, u64)>,
    size: usize,
}

impl Set {
    /// The set of these numbers, which are small: they are counted up from zero.
    pub fn of(numbers: impl Iterator<Item = u32>) -> Self {
        let mut dense: Vec<u64> = Vec::new();
        for number in numbers {
            let block = usize::try_from(number.wrapping_shr(6)).unwrap_or(0);
            if block >= dense.len() {
                dense.resize(block.saturating_add(1), 0);
            }
            if let Some(bits) = dense.get_mut(block) {
                *bits |= 1_u64.wrapping_shl(number & 63);
            }
        }
        let blocks: Vec<(u32, u64)> = (0..).zip(dense).filter(|(_, bits)| *bits != 0).collect();
        let size = blocks.iter().fold(0, |sum, (_, bits)| plus(sum, *bits));
        Self { blocks, size }
    }

    /// How many numbers.
    pub fn size(&self) -> usize {
        self.size
    }

    /// How many numbers two sets share.
    pub fn shared(&self, other: &Self) -> usize {
        let (mut left, mut right) = (self.blocks.as_slice(), other.blocks.as_slice());
        let mut count = 0;
        while let ([(one, bits), left_rest @ ..], [(two, other_bits), right_rest @ ..]) = (left, right) {
            if one == two {
                count = plus(count, bits & other_bits);
            }
            if one <= two {
                left = left_rest;
            }
            if two <= one {
                right = right_rest;
            }
        }
        count
    }
}

fn plus(count: usize, bits: u64) -> usize {
    count.saturating_add(usize::try_from(bits.count_ones()).unwrap_or(0))
}
