//! Texts that look alike and say the opposite: "use a cache" and "never use a cache".

use std::collections::BTreeMap;

/// Words that carry no statement of their own; negating them says nothing.
const FUNCTION_WORDS: [&str; 88] = [
    "a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be", "because", "been", "before", "being", "both", "but",
    "by", "can", "could", "did", "do", "does", "each", "for", "from", "had", "has", "have", "he", "her", "his", "i", "if", "in", "into",
    "is", "it", "its", "just", "may", "might", "more", "most", "must", "my", "of", "on", "only", "or", "other", "our", "over", "shall",
    "she", "should", "so", "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "to",
    "under", "until", "up", "very", "was", "we", "were", "what", "when", "which", "while", "who", "will", "with", "would", "you",
];
const NEGATORS: [&str; 6] = ["not", "never", "no", "avoid", "without", "cannot"];

/// Whether a word only holds a sentence together. The list is sorted.
pub fn is_function_word(word: &str) -> bool {
    FUNCTION_WORDS.binary_search(&word).is_ok()
}

/// Where a word stands in a text.
#[derive(Clone, Copy, Default)]
struct Standing {
    affirmed: bool,
    negated: bool,
}

/// Whether some content word is only negated in one of two normal forms and only affirmed in the other.
pub fn contradict(left: &str, right: &str) -> bool {
    let (one, other) = (standings(left), standings(right));
    one.iter().any(|(word, here)| {
        other.get(word).is_some_and(|there| {
            let opposed = |first: &Standing, second: &Standing| first.negated && !first.affirmed && second.affirmed && !second.negated;
            opposed(here, there) || opposed(there, here)
        })
    })
}

/// Every content word, and whether it is affirmed, negated (between a negator and the next punctuation) or both.
fn standings(text: &str) -> BTreeMap<String, Standing> {
    let mut words: BTreeMap<String, Standing> = BTreeMap::new();
    let mut negated = false;
    for token in text.split(' ') {
        let word = token.trim_matches(|character: char| !character.is_alphanumeric());
        if token.starts_with(ends_clause) {
            negated = false;
        }
        if NEGATORS.contains(&word) || word.ends_with("n't") || word.ends_with("n’t") {
            negated = true;
        } else if !word.is_empty() && !is_function_word(word) {
            let standing = words.entry(word.to_owned()).or_default();
            if negated { standing.negated = true } else { standing.affirmed = true }
        }
        if token.ends_with(ends_clause) {
            negated = false;
        }
    }
    words
}

fn ends_clause(character: char) -> bool {
    matches!(character, '.' | ',' | ';' | ':' | '!' | '?' | '(' | ')' | '[' | ']' | '—' | '–' | '"')
}
