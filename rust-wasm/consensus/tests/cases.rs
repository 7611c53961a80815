//! Every case of `cases/*.yaml`; mocha runs the same files through the WebAssembly.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_case_gets_its_verdict() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cases");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).expect("cases").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    let mut failures = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a readable case file");
        let cases: Vec<Value> = serde_saphyr::from_str(&text).expect("a list of cases");
        failures.extend(cases.iter().filter_map(failure));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What differs from the case's verdict; a case lists the fields it is about.
fn failure(case: &Value) -> Option<String> {
    let request = case.get("request").expect("a request").to_string();
    let verdict: Value = serde_json::from_slice(&consensus::decide_json(request.as_bytes())).expect("JSON");
    let wanted = case.get("verdict").and_then(Value::as_object).expect("a verdict");
    let different = |(key, value): &(&String, &Value)| verdict.get(key.as_str()) != Some(value);
    let fields: Vec<String> = wanted
        .iter()
        .filter(different)
        .map(|(key, value)| format!("  {key}: {} instead of {value}", verdict.get(key).unwrap_or(&Value::Null)))
        .collect();
    (!fields.is_empty()).then(|| format!("{}\n{}", case.get("name").unwrap_or(&Value::Null), fields.join("\n")))
}
