//! Texts that look alike and say the opposite: "use a cache" and "never use a cache".

use crate::similarity::Numbers;

/// Words that carry no statement of their own; negating them says nothing. Sorted.
const FUNCTION_WORDS: [&str; 88] = [
    "a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be", "because", "been", "before", "being", "both", "but",
    "by", "can", "could", "did", "do", "does", "each", "for", "from", "had", "has", "have", "he", "her", "his", "i", "if", "in", "into",
    "is", "it", "its", "just", "may", "might", "more", "most", "must", "my", "of", "on", "only", "or", "other", "our", "over", "shall",
    "she", "should", "so", "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "to",
    "under", "until", "up", "very", "was", "we", "were", "what", "when", "which", "while", "who", "will", "with", "would", "you",
];
const NEGATORS: [&str; 6] = ["not", "never", "no", "avoid", "without", "cannot"];

/// The content words of texts, and where each is negated.
pub struct Statements<'a> {
    /// Every different word, content or not, by its number.
    words: Vec<(&'a str, Role)>,
    /// For each text the numbers of its content words as they come, and whether each is negated.
    texts: Vec<Vec<(u32, bool)>>,
}

/// What a word does in a sentence.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    Content,
    Function,
    Negator,
}

impl<'a> Statements<'a> {
    /// The statements of every normal form.
    pub fn of(forms: &[&'a str]) -> Self {
        let mut numbers = Numbers::of(forms);
        let mut statements = Self { words: Vec::new(), texts: Vec::new() };
        for form in forms {
            let text = statements.read(form, &mut numbers);
            statements.texts.push(text);
        }
        statements
    }

    /// A word is negated between a negator and the next punctuation.
    fn read(&mut self, form: &'a str, numbers: &mut Numbers<&'a str>) -> Vec<(u32, bool)> {
        let mut said = Vec::new();
        let mut negated = false;
        for token in form.split(' ') {
            let word = token.trim_matches(|character: char| !character.is_alphanumeric());
            if word.len() < token.len() && token.starts_with(ends_clause) {
                negated = false;
            }
            let number = numbers.number(word);
            match self.role(number, word) {
                Role::Negator => negated = true,
                Role::Content => said.push((number, negated)),
                Role::Function => {}
            }
            if word.len() < token.len() && token.ends_with(ends_clause) {
                negated = false;
            }
        }
        said
    }

    fn role(&mut self, number: u32, word: &'a str) -> Role {
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        match self.words.get(place) {
            Some((_, role)) => *role,
            None => {
                self.words.push((word, role(word)));
                role(word)
            }
        }
    }

    /// What each text says yes and no to.
    pub fn claims(&self) -> Vec<Claims> {
        self.texts.iter().map(|said| Claims::of(said)).collect()
    }

    /// For each text its content words as they come.
    pub fn content(&self) -> impl Iterator<Item = impl Iterator<Item = u32>> {
        self.texts.iter().map(|said| said.iter().map(|(number, _)| *number))
    }

    /// Every different word by its number.
    pub fn words(&self) -> impl Iterator<Item = &'a str> {
        self.words.iter().map(|(word, _)| *word)
    }
}

fn role(word: &str) -> Role {
    if NEGATORS.contains(&word) || word.ends_with("n't") || word.ends_with("n’t") {
        Role::Negator
    } else if word.is_empty() || FUNCTION_WORDS.binary_search(&word).is_ok() {
        Role::Function
    } else {
        Role::Content
    }
}

/// The content words that a text only affirms and those that it only negates, each list sorted.
pub struct Claims {
    affirmed: Vec<u32>,
    negated: Vec<u32>,
}

impl Claims {
    fn of(said: &[(u32, bool)]) -> Self {
        let only = |wanted: bool| {
            let mut words: Vec<u32> = said.iter().filter(|(_, negated)| *negated == wanted).map(|(word, _)| *word).collect();
            words.sort_unstable();
            words.dedup();
            words
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

fn ends_clause(character: char) -> bool {
    matches!(character, '.' | ',' | ';' | ':' | '!' | '?' | '(' | ')' | '[' | ']' | '—' | '–' | '"')
}
