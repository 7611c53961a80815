//! How alike two texts are, from 0 to 1: each metric prepares every text once and then compares prepared texts.

mod cosine;
mod dice;
mod hash;
mod jaccard;
mod levenshtein;
mod numbers;
mod set;
mod tfidf;
mod words;

pub use numbers::Numbers;

use crate::matrix::Symmetric;
use crate::refusal::Refusal;

/// The closed set of metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Multisets of three characters of the normal form; the default.
    Dice,
    /// Sets of words of the raw text.
    Cosine,
    /// Sets of words of the raw text.
    Jaccard,
    /// Edit distance of the raw text.
    Levenshtein,
    /// Words weighed by how rare they are among the texts.
    Tfidf,
}

impl Metric {
    /// What to say about another name.
    pub const ALL_NAMES: &'static str = "must be one of dice, cosine, jaccard, levenshtein, tfidf";

    /// The metric of a name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "dice" => Some(Self::Dice),
            "cosine" => Some(Self::Cosine),
            "jaccard" => Some(Self::Jaccard),
            "levenshtein" => Some(Self::Levenshtein),
            "tfidf" => Some(Self::Tfidf),
            _ => None,
        }
    }

    /// The similarity of every pair of texts.
    ///
    /// # Errors
    /// A text that is too long for the Levenshtein distance; `field` says where the texts came from.
    pub fn matrix(self, texts: &[&str], field: &str) -> Result<Symmetric, Refusal> {
        match self {
            Self::Dice => Ok(pairwise(&dice::prepare(texts), dice::similarity)),
            Self::Cosine => Ok(pairwise(&words::sets(texts), cosine::similarity)),
            Self::Jaccard => Ok(pairwise(&words::sets(texts), jaccard::similarity)),
            Self::Levenshtein => Ok(pairwise(&levenshtein::prepare(texts, field)?, levenshtein::similarity)),
            Self::Tfidf => Ok(pairwise(&tfidf::prepare(texts), tfidf::similarity)),
        }
    }
}

fn pairwise<Prepared>(prepared: &[Prepared], similarity: impl Fn(&Prepared, &Prepared) -> f64) -> Symmetric {
    Symmetric::build(prepared.len(), |row, column| match (prepared.get(row), prepared.get(column)) {
        (Some(left), Some(right)) if row != column => similarity(left, right),
        _ => 1.0,
    })
}

/// A count as a float, exact below 2^53.
#[allow(clippy::cast_precision_loss, reason = "counts of characters and words lie far below 2^53")]
pub fn float(count: usize) -> f64 {
    count as f64
}
