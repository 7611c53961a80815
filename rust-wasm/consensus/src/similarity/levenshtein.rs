//! 1 - d / longer, d the Levenshtein distance of the raw characters.

use super::float;
use crate::limits::LEVENSHTEIN_CHARACTERS;
use crate::refusal::{Reason, Refusal};
use std::collections::BTreeMap;

/// A text as characters, and for each character the places where it stands, 64 to a block.
pub struct Text {
    characters: Vec<char>,
    places: BTreeMap<char, Vec<u64>>,
}

/// Every text, refused when one is too long.
pub fn prepare(texts: &[&str], field: &str) -> Result<Vec<Text>, Refusal> {
    texts.iter().map(|text| read(text, field)).collect()
}

fn read(text: &str, field: &str) -> Result<Text, Refusal> {
    let characters: Vec<char> = text.chars().take(LEVENSHTEIN_CHARACTERS.saturating_add(1)).collect();
    if characters.len() > LEVENSHTEIN_CHARACTERS {
        let message = format!("is longer than {LEVENSHTEIN_CHARACTERS} characters; choose the metric dice for long texts");
        return Err(Refusal { reason: Reason::TooLargeForMetric, field: field.to_owned(), message });
    }
    let blocks = characters.len().div_ceil(64);
    let mut places: BTreeMap<char, Vec<u64>> = BTreeMap::new();
    for (block, part) in characters.chunks(64).enumerate() {
        for (bit, character) in (0_u32..).zip(part) {
            let words = places.entry(*character).or_insert_with(|| vec![0; blocks]);
            if let Some(word) = words.get_mut(block) {
                *word |= 1_u64.wrapping_shl(bit);
            }
        }
    }
    Ok(Text { characters, places })
}

/// 1 for two empty texts.
pub fn similarity(left: &Text, right: &Text) -> f64 {
    let longer = left.characters.len().max(right.characters.len());
    if longer == 0 { 1.0 } else { 1.0 - float(distance(left, right)) / float(longer) }
}

/// One column of the matrix, as the bits where a cell is one more or one less than the cell above it.
#[derive(Clone, Copy)]
struct Column {
    more: u64,
    less: u64,
}

/// Myers' bit-parallel distance, 64 rows a word (Hyyrö 2003): the carry between words is the step of the row they share.
fn distance(pattern: &Text, text: &Text) -> usize {
    let rows = pattern.characters.len();
    if rows == 0 {
        return text.characters.len();
    }
    let mut columns = vec![Column { more: u64::MAX, less: 0 }; rows.div_ceil(64)];
    let last_bit = u32::try_from(rows.saturating_sub(1) % 64).unwrap_or(0);
    let mut score = rows;
    let nowhere: &[u64] = &[];
    for character in &text.characters {
        let places = pattern.places.get(character).map_or(nowhere, Vec::as_slice);
        let mut step = Step::More; // the top row counts the characters of the text
        let last = columns.len().saturating_sub(1);
        for (block, column) in columns.iter_mut().enumerate() {
            let bit = if block == last { last_bit } else { 63 };
            step = advance(column, places.get(block).copied().unwrap_or(0), step, bit);
        }
        score = match step {
            Step::More => score.saturating_add(1),
            Step::Less => score.saturating_sub(1),
            Step::Same => score,
        };
    }
    score
}

/// How a row changes from one column to the next.
#[derive(Clone, Copy, PartialEq)]
enum Step {
    More,
    Less,
    Same,
}

fn advance(column: &mut Column, places: u64, above: Step, bit: u32) -> Step {
    let Column { more, less } = *column;
    let vertical = places | less;
    let equal = places | u64::from(above == Step::Less);
    let diagonal = ((equal & more).wrapping_add(more) ^ more) | equal;
    let row_more = less | !(diagonal | more);
    let row_less = more & diagonal;
    let step = if row_more.wrapping_shr(bit) & 1 == 1 {
        Step::More
    } else if row_less.wrapping_shr(bit) & 1 == 1 {
        Step::Less
    } else {
        Step::Same
    };
    let shifted_more = row_more.wrapping_shl(1) | u64::from(above == Step::More);
    let shifted_less = row_less.wrapping_shl(1) | u64::from(above == Step::Less);
    column.more = shifted_less | !(vertical | shifted_more);
    column.less = shifted_more & vertical;
    step
}
