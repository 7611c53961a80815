//! Judges requests natively: one request a line on standard input, one answer a line on standard output. The tests compare these
//! bytes with those of the WebAssembly.

use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        output.write_all(&consensus::decide_json(line?.as_bytes()))?;
        output.write_all(b"\n")?;
    }
    Ok(())
}
