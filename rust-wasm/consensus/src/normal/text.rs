//! Free text: folded, so that case, blanks, look-alike forms and invisible characters make no difference.

use super::{Form, Invalid};
use unicode_normalization::UnicodeNormalization;

/// The folded text, which must not be empty.
pub fn form(answer: &str) -> Result<Form, Invalid> {
    let text = normal_text(answer);
    if text.is_empty() { Err(Invalid::Empty) } else { Ok(Form::of_text(text)) }
}

/// NFKC, lower case, NFKC again (lower case may undo it), no invisible characters, every run of blanks one space.
pub fn normal_text(text: &str) -> String {
    if text.is_ascii() {
        return ascii(text); // the same, without the tables
    }
    let lower = text.nfkc().collect::<String>().to_lowercase();
    let visible: String = lower.nfkc().filter(|character| !invisible(*character)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn ascii(text: &str) -> String {
    let mut form: Vec<u8> = Vec::with_capacity(text.len());
    let mut blank = false;
    for byte in text.bytes() {
        // What `char::is_whitespace` says of ASCII, which counts the vertical tab too.
        if matches!(byte, b' ' | 0x09..=0x0D) {
            blank = true;
        } else if !byte.is_ascii_control() {
            if blank && !form.is_empty() {
                form.push(b' ');
            }
            blank = false;
            form.push(byte.to_ascii_lowercase());
        }
    }
    String::from_utf8(form).unwrap_or_default()
}

/// Control, format, variation selector and tag characters, which a reader does not see but a comparison would.
fn invisible(character: char) -> bool {
    (character.is_control() && !character.is_whitespace())
        || matches!(u32::from(character),
            0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F | 0x202A..=0x202E
            | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB | 0xE0000..=0xE0FFF)
}
