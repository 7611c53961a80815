//! Decimals of a request.

use crate::field::Fields;
use crate::normal::Decimal;
use crate::refusal::Refusal;

/// A bound may be written as a quantity, since it bounds quantities too.
pub fn decimal(fields: &Fields<'_>, key: &str) -> Result<Option<Decimal>, Refusal> {
    fields
        .number(key)?
        .map(|text| crate::normal::quantity(&text).map_err(|_| fields.invalid(key, "must be a decimal number or a quantity")))
        .transpose()
}
