//! What the masses of the clusters say: share, margin, entropy, level, confidence.

use crate::similarity::float;

/// The masses of clusters, heaviest first, in parts of which `unit` make one.
#[derive(Clone, Debug)]
pub struct Tally {
    masses: Vec<u64>,
    total: u64,
    unit: u64,
}

impl Tally {
    /// Masses, heaviest first.
    pub fn new(masses: Vec<u64>, unit: u64) -> Self {
        let total = masses.iter().fold(0, |sum: u64, mass| sum.saturating_add(*mass));
        Self { masses, total, unit }
    }

    fn place(&self, index: usize) -> u64 {
        self.masses.get(index).copied().unwrap_or(0)
    }

    /// All the weight.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The part of all weight that a mass is.
    pub fn part(&self, mass: u64) -> f64 {
        if self.total == 0 { 0.0 } else { wide(mass) / wide(self.total) }
    }

    /// How far the leader is ahead of the second, as a part of all weight.
    pub fn margin(&self) -> f64 {
        self.part(self.place(0).saturating_sub(self.place(1)))
    }

    /// Whether no single cluster is heaviest.
    pub fn tied(&self) -> bool {
        self.place(0) == self.place(1)
    }

    /// 0 when all agree, 1 when every voter says something else with the same weight.
    pub fn entropy(&self, voters: usize) -> f64 {
        if voters < 2 {
            return 0.0;
        }
        let parts = self.masses.iter().map(|mass| self.part(*mass)).filter(|part| *part > 0.0);
        let sum: f64 = parts.map(|part| -part * libm::log(part)).sum();
        (sum / libm::log(float(voters))).max(0.0)
    }

    /// high: two thirds of the weight and a third ahead; medium: more than half; else low.
    pub fn level(&self) -> &'static str {
        let ahead = self.place(0).saturating_sub(self.place(1));
        if self.at_least(self.place(0), 2, 3) && self.at_least(ahead, 1, 3) {
            "high"
        } else if self.place(0).saturating_mul(2) > self.total {
            "medium"
        } else {
            "low"
        }
    }

    /// Whether a mass is at least a fraction of all weight, in whole numbers.
    pub fn at_least(&self, mass: u64, numerator: u64, denominator: u64) -> bool {
        mass.saturating_mul(denominator) >= self.total.saturating_mul(numerator)
    }

    /// The softmax of a cluster over all clusters and a "none of these" of weight 0: e^s / (1 + sum of e^s).
    pub fn softmax(&self, index: usize) -> f64 {
        let units = |mass: u64| wide(mass) / wide(self.unit);
        let shift = units(self.place(0));
        let sum: f64 = self.masses.iter().map(|mass| libm::exp(units(*mass) - shift)).sum();
        libm::exp(units(self.place(index)) - shift) / (libm::exp(-shift) + sum)
    }
}

/// A mass as a float: at most a rounding of the last bit, the same everywhere.
#[allow(clippy::cast_precision_loss, reason = "one correctly rounded conversion is deterministic")]
fn wide(mass: u64) -> f64 {
    mass as f64
}
