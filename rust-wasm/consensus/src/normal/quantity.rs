//! Kubernetes quantities in base units: `500m` is 0.5, `2Gi` is 2147483648.

use super::{Decimal, Invalid};

/// `<number><suffix>`, suffix one of `n u m "" k M G T P E`, `Ki Mi Gi Ti Pi Ei` or a decimal exponent. Digits finer than nano
/// are rounded away from zero, as the API server does.
pub fn form(answer: &str) -> Result<Decimal, Invalid> {
    let text = answer.trim();
    if text.is_empty() {
        return Err(Invalid::Empty);
    }
    parse(text).map(Decimal::round_up_to_nano).ok_or(Invalid::NotAQuantity)
}

fn parse(text: &str) -> Option<Decimal> {
    let binary = [("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40), ("Pi", 50), ("Ei", 60)];
    let decimal = [("n", -9), ("u", -6), ("m", -3), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];
    for (suffix, bits) in binary {
        if let Some(number) = text.strip_suffix(suffix) {
            return plain(number)?.shift_left(bits);
        }
    }
    for (suffix, exponent) in decimal {
        if let Some(number) = text.strip_suffix(suffix) {
            return plain(number)?.scale(exponent);
        }
    }
    Decimal::parse(text)
}

/// A number without an exponent: a suffix and an exponent exclude each other.
fn plain(number: &str) -> Option<Decimal> {
    if number.contains(['e', 'E']) { None } else { Decimal::parse(number) }
}
