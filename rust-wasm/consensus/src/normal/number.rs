//! Decimal numbers as people and models write them.

use super::{Decimal, Invalid};
use unicode_normalization::UnicodeNormalization;

const CURRENCY: [char; 11] = ['$', '€', '£', '¥', '₹', '₩', '₽', '₺', '₴', '₫', '₪'];
const SEPARATORS: [char; 3] = [',', '_', ' '];

/// The number without a currency sign and without separators between groups of three digits. Anything else around it, a unit or
/// a word, makes it no number: guessing which of several numbers was meant is not ours.
pub fn form(answer: &str) -> Result<Decimal, Invalid> {
    let folded: String = answer.nfkc().collect();
    let text = folded.trim();
    if text.is_empty() {
        return Err(Invalid::Empty);
    }
    let bare = without_currency(text);
    ungrouped(&bare).and_then(|digits| Decimal::parse(&digits)).ok_or(Invalid::NotANumber)
}

fn without_currency(text: &str) -> String {
    let (sign, rest) = match text.strip_prefix(['-', '−', '+']) {
        Some(rest) if text.starts_with('+') => ("+", rest.trim_start()),
        Some(rest) => ("-", rest.trim_start()),
        None => ("", text),
    };
    let bare = match rest.strip_prefix(CURRENCY).or_else(|| rest.strip_suffix(CURRENCY)) {
        Some(bare) => bare.trim(),
        None => rest,
    };
    // The sign may also stand behind the currency sign, but not twice.
    if sign.is_empty() { bare.replace('−', "-") } else { [sign, bare].concat() }
}

/// The text without its separators when they are all the same one and stand between groups of three digits.
fn ungrouped(text: &str) -> Option<String> {
    let Some(separator) = text.chars().find(|character| SEPARATORS.contains(character)) else {
        return Some(text.to_owned());
    };
    let (whole, rest) = match text.find(['.', 'e', 'E']) {
        Some(point) => text.split_at_checked(point)?,
        None => (text, ""),
    };
    let mut groups = whole.split(separator);
    let first = groups.next()?;
    let lead = first.trim_start_matches(['-', '+']);
    let three_digits = |group: &str| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
    let fine = (1..=3).contains(&lead.len()) && groups.all(three_digits);
    fine.then(|| [&whole.replace(separator, ""), rest].concat())
}
