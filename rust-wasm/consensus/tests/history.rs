//! What a long history changes; too long for a case file.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use serde_json::{Value, json};

fn answered(answer: fn(&[u8]) -> Vec<u8>, request: &Value) -> Value {
    serde_json::from_slice(&answer(request.to_string().as_bytes())).expect("an answer is JSON")
}

/// Each answer of a text of letters, one an expert: `aab` is a by one, a by two, b by three.
fn answers(text: &str) -> Value {
    text.chars()
        .zip(["one", "two", "three"])
        .map(|(answer, name)| (name.to_owned(), json!(answer.to_string())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn request(now: &str, history: &[Value], rules: &Value) -> Value {
    let experts: Vec<Value> = answers(now)
        .as_object()
        .expect("answers")
        .iter()
        .map(|(name, answer)| json!({"name": name, "reply": {"answer": answer}}))
        .collect();
    json!({"answer": {"kind": "choice", "options": ["a", "b", "c", "d"]}, "experts": experts, "history": history, "rules": rules})
}

fn repeated(parts: &[(usize, &str)]) -> Vec<Value> {
    parts.iter().flat_map(|(times, text)| vec![json!({"gold": "a", "answers": answers(text)}); *times]).collect()
}

#[test]
fn confidence_is_how_often_the_panel_was_right_at_that_rank() {
    // All three agree and are right in 50 of 50; two of three agree and are right in 25 of 50.
    let history = repeated(&[(50, "aaa"), (25, "aab"), (25, "bba")]);
    let sure = answered(consensus::decide_json, &request("aaa", &history, &json!({})));
    assert_eq!(sure["confidence"], json!("0.990385"), "(50 + 2 * 0.75) / (50 + 2)");
    assert_eq!(sure["calibrated"], json!(true));
    let unsure = answered(consensus::decide_json, &request("aab", &history, &json!({"abstainBelow": "0.6"})));
    assert_eq!(unsure["abstained"], json!("ConfidenceTooLow"), "{unsure}");
}

#[test]
fn the_risk_bound_lets_only_ranks_pass_that_were_right_often_enough() {
    let history = repeated(&[(50, "aaa"), (25, "aab"), (25, "bba")]);
    let rules = json!({"risk": "0.1", "abstainBelow": 0, "minShare": 0});
    assert_eq!(answered(consensus::decide_json, &request("aaa", &history, &rules))["recommendation"], json!("a"));
    let risky = answered(consensus::decide_json, &request("aab", &history, &rules));
    assert_eq!((&risky["recommendation"], &risky["abstained"]), (&Value::Null, &json!("RiskTooHigh")));
    let rank = |verdict: &Value, field: &str| verdict[field].as_str().and_then(|text| text.parse::<f64>().ok()).expect("a fraction");
    assert!(rank(&risky, "rank") < rank(&risky, "riskBound"), "{risky}");
}

#[test]
fn without_grades_who_agrees_with_the_others_weighs_more() {
    let mut history = repeated(&[(60, "aaa"), (50, "aab")]);
    for question in &mut history {
        question["gold"] = Value::Null;
    }
    let equal = answered(consensus::decide_json, &request("abc", &history, &json!({})));
    assert_eq!(equal["abstained"], json!("Tied"));
    let estimated = answered(consensus::decide_json, &request("abc", &history, &json!({"estimateAccuracy": true})));
    let weights: Vec<&str> = ["one", "three", "two"]
        .iter()
        .filter_map(|name| estimated["voters"].as_array()?.iter().find(|voter| voter["name"] == *name)?["weight"].as_str())
        .collect();
    assert!(weights[0] > weights[1] && weights[2] > weights[1], "{weights:?}");
    let few = answered(consensus::decide_json, &request("abc", &history[..99], &json!({"estimateAccuracy": true})));
    assert_eq!(few["abstained"], json!("Tied"), "fewer than a hundred questions estimate nothing");
}

#[test]
fn a_history_can_be_studied_without_a_question() {
    let history = repeated(&[(50, "aaa"), (25, "aab"), (25, "bba")]);
    let mut studied = answered(consensus::calibrate_json, &request("aaa", &history, &json!({"risk": "0.1"})));
    assert_eq!(studied["experts"][0], json!({"name": "one", "graded": {"right": 75, "of": 100}, "reliability": "0.747573"}));
    assert_eq!(studied["best"], json!({"name": "one", "beatsPanel": false}));
    assert_eq!(studied["steps"].as_array().map(Vec::len), Some(2));
    assert_eq!(studied["outcome"].take(), json!("calibration"));
}

#[test]
fn texts_are_compared_in_the_order_they_are_given() {
    let texts =
        json!({"texts": ["restart the database now", "never restart the database now", "Restart  the database NOW"], "threshold": "0.6"});
    let compared = answered(consensus::compare_json, &texts);
    assert_eq!(compared["matrix"][0], json!(["1.000000", "0.880000", "1.000000"]));
    assert_eq!(compared["clusters"], json!([[0, 2], [1]]));
    assert_eq!(compared["themes"], json!(["database", "restart"]));
}
