//! Texts that look alike and say the opposite: "use a cache" and "never use a cache".

use crate::similarity::Numbers;

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

/// What a text says yes and no to: its content words that are only affirmed and only negated, each list sorted.
#[derive(Default)]
pub struct Claims {
    affirmed: Vec<u32>,
    negated: Vec<u32>,
}

impl Claims {
    /// The claims of every normal form; words are told apart by number.
    pub fn of(forms: &[&str]) -> Vec<Self> {
        let mut numbers = Numbers::of(forms);
        forms.iter().map(|form| Self::read(form, &mut numbers)).collect()
    }

    fn read<'a>(form: &'a str, numbers: &mut Numbers<&'a str>) -> Self {
        let mut words: Vec<(u32, bool)> = Vec::new();
        statements(form, |word, negated| {
            if !is_function_word(word) {
                words.push((numbers.number(word), negated));
            }
        });
        let only = |wanted: bool| {
            let mut with: Vec<u32> = words.iter().filter(|(_, negated)| *negated == wanted).map(|(word, _)| *word).collect();
            with.sort_unstable();
            with.dedup();
            with
        };
        let (affirmed, negated) = (only(false), only(true));
        let without = |list: &[u32], other: &[u32]| list.iter().copied().filter(|word| other.binary_search(word).is_err()).collect();
        Self { affirmed: without(&affirmed, &negated), negated: without(&negated, &affirmed) }
    }

    /// Whether one text denies what the other says.
    pub fn contradict(&self, other: &Self) -> bool {
        self.deny(other) || other.deny(self)
    }

    fn deny(&self, other: &Self) -> bool {
        self.negated.iter().any(|word| other.affirmed.binary_search(word).is_ok())
    }
}

/// Tells of every word whether it is negated, which it is between a negator and the next punctuation.
fn statements<'a>(form: &'a str, mut tell: impl FnMut(&'a str, bool)) {
    let mut negated = false;
    for token in form.split(' ') {
        let word = token.trim_matches(|character: char| !character.is_alphanumeric());
        if token.starts_with(ends_clause) {
            negated = false;
        }
        if NEGATORS.contains(&word) || word.ends_with("n't") || word.ends_with("n’t") {
            negated = true;
        } else if !word.is_empty() {
            tell(word, negated);
        }
        if token.ends_with(ends_clause) {
            negated = false;
        }
    }
}

fn ends_clause(character: char) -> bool {
    matches!(character, '.' | ',' | ';' | ':' | '!' | '?' | '(' | ')' | '[' | ']' | '—' | '–' | '"')
}
