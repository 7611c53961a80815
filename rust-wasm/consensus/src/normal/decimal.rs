//! Exact decimals: 19 digits before the point and 18 after it, which holds every Kubernetes quantity.

use std::fmt;

const FRACTION_DIGITS: usize = 18;
const UNIT: i128 = 1_000_000_000_000_000_000;
const INTEGER_DIGITS: usize = 19;

/// A decimal number counted in units of 10^-18.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal {
    units: i128,
}

impl Decimal {
    /// Nothing.
    pub const ZERO: Self = Self { units: 0 };
    /// One.
    pub const ONE: Self = Self { units: UNIT };

    /// `[+-] digits [. digits] [e exponent]`; none when it is no such number or does not fit exactly.
    pub fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, digits) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all: String = [whole, fraction].concat();
        if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let significant = all.trim_start_matches('0');
        // How far the last digit of `significant` lies after the decimal point.
        let scale = i64::try_from(fraction.len()).ok()?.checked_sub(i64::from(exponent))?;
        let shifted = shift(significant, scale)?;
        Some(Self { units: if negative { shifted.checked_neg()? } else { shifted } })
    }

    /// This number times a factor of 2^`bits`, none when it does not fit.
    pub fn shift_left(self, bits: u32) -> Option<Self> {
        let units = self.units.checked_mul(1_i128.checked_shl(bits)?)?;
        fits(units).then_some(Self { units })
    }

    /// This number times 10^`exponent`, none when it does not fit exactly.
    pub fn scale(self, exponent: i32) -> Option<Self> {
        let power = 10_i128.checked_pow(exponent.unsigned_abs())?;
        let units = if exponent >= 0 {
            self.units.checked_mul(power)?
        } else {
            (self.units.checked_rem(power)? == 0).then_some(self.units.checked_div(power)?)?
        };
        fits(units).then_some(Self { units })
    }

    /// This number to nine digits after the point, away from zero, as Kubernetes rounds a quantity.
    pub fn round_up_to_nano(self) -> Self {
        let step = 1_000_000_000_i128;
        let rest = self.units.checked_rem(step).unwrap_or(0);
        if rest == 0 {
            return self;
        }
        let toward_zero = self.units.saturating_sub(rest);
        Self { units: toward_zero.saturating_add(rest.signum().saturating_mul(step)) }
    }

    /// Units of 10^-18.
    pub fn units(self) -> i128 {
        self.units
    }

    /// Whether two numbers are at most `absolute`, or `relative` of the larger, apart. Exact: the products are 256 bits wide.
    pub fn close(self, other: Self, absolute: Self, relative: Self) -> bool {
        let apart = self.units.abs_diff(other.units);
        let larger = self.units.unsigned_abs().max(other.units.unsigned_abs());
        apart <= absolute.units.unsigned_abs()
            || wide_product(apart, UNIT.unsigned_abs()) <= wide_product(larger, relative.units.unsigned_abs())
    }
}

impl fmt::Display for Decimal {
    /// Canonical text: no exponent, no trailing zeros, no minus before zero.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.units.unsigned_abs();
        let unit = UNIT.unsigned_abs();
        let whole = size.checked_div(unit).unwrap_or(0);
        let rest = size.checked_rem(unit).unwrap_or(0);
        let sign = if self.units < 0 { "-" } else { "" };
        let fraction = format!("{rest:0FRACTION_DIGITS$}");
        match fraction.trim_end_matches('0') {
            "" => write!(formatter, "{sign}{whole}"),
            digits => write!(formatter, "{sign}{whole}.{digits}"),
        }
    }
}

/// The digits as units of 10^-18, given how many of them stand after the point.
fn shift(digits: &str, scale: i64) -> Option<i128> {
    let trimmed = digits.trim_end_matches('0');
    if trimmed.is_empty() {
        return Some(0);
    }
    let dropped = i64::try_from(digits.len().checked_sub(trimmed.len())?).ok()?;
    let zeros = i64::try_from(FRACTION_DIGITS).ok()?.checked_sub(scale.checked_sub(dropped)?)?;
    let power = 10_i128.checked_pow(u32::try_from(zeros).ok()?)?;
    let units = trimmed.parse::<i128>().ok()?.checked_mul(power)?;
    fits(units).then_some(units)
}

fn fits(units: i128) -> bool {
    10_i128
        .checked_pow(u32::try_from(INTEGER_DIGITS).unwrap_or(0))
        .and_then(|most| most.checked_mul(UNIT))
        .is_some_and(|most| units.unsigned_abs() < most.unsigned_abs())
}

/// The product of two numbers as (upper 128 bits, lower 128 bits), so that tuples compare as the products do.
fn wide_product(left: u128, right: u128) -> (u128, u128) {
    const HALF: u32 = 64;
    let low = |number: u128| number & u128::from(u64::MAX);
    let high = |number: u128| number.wrapping_shr(HALF);
    let lows = low(left).wrapping_mul(low(right));
    let first = high(left).wrapping_mul(low(right)).wrapping_add(high(lows));
    let second = low(left).wrapping_mul(high(right)).wrapping_add(low(first));
    let upper = high(left).wrapping_mul(high(right)).wrapping_add(high(first)).wrapping_add(high(second));
    (upper, second.wrapping_shl(HALF) | low(lows))
}
