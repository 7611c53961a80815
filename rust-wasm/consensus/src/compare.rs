//! How alike texts are: the similarity of every pair, groups that say the same, and the words most of them use.

use crate::cluster::{Statements, linked};
use crate::field::Fields;
use crate::fixed::fixed;
use crate::limits::{ANSWER_BYTES, TEXTS};
use crate::normal::normal_text;
use crate::refusal::Refusal;
use crate::request::Rules;
use serde_json::{Value, json};

/// Words that describe all texts.
const THEMES: usize = 5;
/// Shorter words describe nothing.
const THEME_CHARACTERS: usize = 4;

/// Compares the texts of a request `{texts, similarity, threshold}`. The matrix is given as its rows from the diagonal on.
///
/// # Errors
/// A field that is not what it must be, or a text that is too long.
pub fn compare(request: &Value) -> Result<Value, Refusal> {
    let fields = Fields::read(request, "", &["texts", "similarity", "threshold"])?;
    let texts = fields.texts("texts", TEXTS)?;
    if let Some(index) = texts.iter().position(|text| text.len() > ANSWER_BYTES) {
        return Err(Refusal::too_large(&format!("texts[{index}]"), format!("has more than {ANSWER_BYTES} bytes")));
    }
    let Rules { similarity, threshold, .. } = Rules::of_texts(&fields)?;
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let similar = similarity.matrix(&texts, "texts")?;
    let forms: Vec<String> = texts.iter().map(|text| normal_text(text)).collect();
    let forms: Vec<&str> = forms.iter().map(String::as_str).collect();
    let statements = Statements::of(&forms);
    let claims = statements.claims();
    let opposed = |one: usize, other: usize| match (claims.get(one), claims.get(other)) {
        (Some(left), Some(right)) => left.contradict(right),
        _ => false,
    };
    let clusters = linked(texts.len(), &similar, threshold, opposed);
    let row = |row: usize| Value::Array((row..texts.len()).map(|column| fixed(similar.get(row, column))).collect());
    Ok(json!({
        "outcome": "comparison",
        "matrix": (0..texts.len()).map(row).collect::<Vec<_>>(),
        "clusters": clusters,
        "themes": themes(&statements),
    }))
}

/// The content words that most texts use, then those used most often, then by their bytes.
fn themes(statements: &Statements<'_>) -> Vec<String> {
    let mut words: Vec<Word<'_>> = statements.words().map(|word| Word { word, texts: 0, times: 0, last_text: None }).collect();
    for (text, content) in statements.content().enumerate() {
        for number in content {
            if let Some(word) = usize::try_from(number).ok().and_then(|place| words.get_mut(place)) {
                word.times = word.times.saturating_add(1);
                word.texts = word.texts.saturating_add(usize::from(word.last_text != Some(text)));
                word.last_text = Some(text);
            }
        }
    }
    let mut first: Vec<Word<'_>> = Vec::new();
    for word in words.into_iter().filter(|word| word.times > 0 && word.word.chars().count() >= THEME_CHARACTERS) {
        let place = first.partition_point(|other| (other.texts, other.times, word.word) > (word.texts, word.times, other.word));
        first.insert(place, word);
        first.truncate(THEMES);
    }
    first.into_iter().map(|word| word.word.to_owned()).collect()
}

/// How a word is used.
#[derive(Clone, Copy)]
struct Word<'a> {
    word: &'a str,
    texts: usize,
    times: usize,
    last_text: Option<usize>,
}
