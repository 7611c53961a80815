//! How alike texts are: the similarity of every pair, groups that say the same, and the words most of them use.

use crate::cluster::{contradict, is_function_word, linked};
use crate::field::Fields;
use crate::fixed::fixed;
use crate::limits::{ANSWER_BYTES, TEXTS};
use crate::normal::normal_text;
use crate::refusal::Refusal;
use crate::request::Rules;
use serde_json::{Value, json};
use std::collections::BTreeMap;

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
    let opposed = |one: usize, other: usize| match (forms.get(one), forms.get(other)) {
        (Some(left), Some(right)) => contradict(left, right),
        _ => false,
    };
    let clusters = linked(texts.len(), &similar, threshold, opposed);
    let row = |row: usize| Value::Array((row..texts.len()).map(|column| fixed(similar.get(row, column))).collect());
    Ok(json!({
        "outcome": "comparison",
        "matrix": (0..texts.len()).map(row).collect::<Vec<_>>(),
        "clusters": clusters,
        "themes": themes(&forms),
    }))
}

/// The words that most texts use, then those used most often, then by their bytes.
fn themes(forms: &[String]) -> Vec<String> {
    let mut words: BTreeMap<&str, Use> = BTreeMap::new();
    for (text, form) in forms.iter().enumerate() {
        for word in form.split(|character: char| !character.is_alphanumeric()) {
            let usage = words.entry(word).or_default();
            usage.times = usage.times.saturating_add(1);
            if usage.last_text != Some(text) {
                usage.last_text = Some(text);
                usage.texts = usage.texts.saturating_add(1);
            }
        }
    }
    let tells = |word: &str| word.chars().count() >= THEME_CHARACTERS && !is_function_word(word);
    let mut first: Vec<(&str, Use)> = Vec::new();
    for (word, usage) in words.into_iter().filter(|(word, _)| tells(word)) {
        // Words come in the order of their bytes, so an equal one stays behind those before it.
        let place = first.partition_point(|(_, other)| (other.texts, other.times) >= (usage.texts, usage.times));
        first.insert(place, (word, usage));
        first.truncate(THEMES);
    }
    first.into_iter().map(|(word, _)| word.to_owned()).collect()
}

/// How a word is used.
#[derive(Clone, Copy, Default)]
struct Use {
    texts: usize,
    times: usize,
    last_text: Option<usize>,
}
