//! Who gave the same answer.

mod closed;
mod linkage;
mod negation;

pub use closed::closed;
pub use linkage::linked;
pub use negation::{Claims, Statements};
