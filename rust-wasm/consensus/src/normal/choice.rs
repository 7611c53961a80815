//! The id of an option.

use super::{Form, Invalid};
use unicode_normalization::UnicodeNormalization;

/// NFKC, lower case, no blanks around; only an option's id is an answer, so a sentence that names one is not.
pub fn form(options: &[String], answer: &str) -> Result<Form, Invalid> {
    let folded: String = answer.nfkc().collect::<String>().to_lowercase();
    let id = folded.trim();
    match options.iter().find(|option| option.as_str() == id) {
        Some(option) => Ok(Form::of_text(option.clone())),
        None if id.is_empty() => Err(Invalid::Empty),
        None => Err(Invalid::NotAnOption),
    }
}
