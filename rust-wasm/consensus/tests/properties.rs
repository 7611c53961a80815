//! What must hold for every request: no panic, one answer, the same bytes in every order, and metrics that agree with plain ones.
//! Requests come from a seeded generator; `CONSENSUS_ROUNDS` asks for more of them than the default.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use serde_json::{Value, json};

const SEED: u64 = 0x00C0_DE20_2611_2500;

/// Xorshift: the same row of numbers for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).expect("below a bound")
    }

    fn pick<'a, Item>(&mut self, items: &'a [Item]) -> &'a Item {
        &items[self.below(items.len())]
    }
}

fn rounds() -> usize {
    std::env::var("CONSENSUS_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000)
}

fn decide(request: &Value) -> Value {
    serde_json::from_slice(&consensus::decide_json(request.to_string().as_bytes())).expect("an answer is JSON")
}

#[test]
fn every_request_gets_an_answer_and_its_order_does_not_matter() {
    let mut random = Random(SEED);
    for round in 0..rounds() {
        let request = request(&mut random);
        let first = consensus::decide_json(request.to_string().as_bytes());
        let mut turned = request.clone();
        let experts = turned["experts"].as_array_mut().expect("experts");
        let by = random.below(experts.len());
        experts.rotate_left(by);
        experts.reverse();
        let second = consensus::decide_json(turned.to_string().as_bytes());
        assert_eq!(String::from_utf8_lossy(&first), String::from_utf8_lossy(&second), "round {round} of seed {SEED}: {request}");
        let verdict = decide(&request);
        assert_eq!(verdict["outcome"], "verdict", "round {round}: {verdict} for {request}");
        assert_eq!(verdict["recommendation"].is_null(), !verdict["abstained"].is_null(), "round {round}: {verdict}");
        let counted = ["voters", "abstentions", "outliers"].iter().filter_map(|list| verdict[list].as_array()).map(Vec::len).sum::<usize>();
        assert_eq!(counted, request["experts"].as_array().expect("experts").len(), "round {round}: everybody is told of: {verdict}");
    }
}

#[test]
fn broken_bytes_are_refused() {
    let mut random = Random(SEED);
    for round in 0..rounds() {
        let mut bytes = request(&mut random).to_string().into_bytes();
        for _ in 0..=random.below(8) {
            let place = random.below(bytes.len());
            if bytes.is_empty() {
                break;
            }
            match random.below(3) {
                0 => bytes[place] = u8::try_from(random.below(256)).expect("a byte"),
                1 => drop(bytes.remove(place)),
                _ => bytes.truncate(place.max(1)),
            }
        }
        for answer in [consensus::decide_json(&bytes), consensus::calibrate_json(&bytes), consensus::compare_json(&bytes)] {
            let answer: Value = serde_json::from_slice(&answer).expect("an answer is JSON");
            assert!(answer["outcome"].is_string(), "round {round} of seed {SEED}: {answer}");
        }
    }
}

#[test]
fn limits_are_refusals_and_large_answers_abstain() {
    let panel = |count: usize| json!({"answer": {"kind": "text"}, "experts": (0..count).map(|index| json!({"name": format!("e{index}")})).collect::<Vec<_>>()});
    assert_eq!(decide(&panel(32))["outcome"], "verdict");
    assert_eq!(decide(&panel(33))["reason"], "TooLarge");
    let nested = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let deep: Value = serde_json::from_slice(&consensus::decide_json(nested.as_bytes())).expect("JSON");
    assert_eq!(deep["reason"], "TooLarge");
    let long = |metric: &str| json!({"answer": {"kind": "text"}, "rules": {"similarity": metric}, "experts": [{"name": "a", "reply": {"answer": "x".repeat(9_000)}}]});
    assert_eq!(decide(&long("levenshtein"))["reason"], "TooLargeForMetric");
    assert_eq!(decide(&long("dice"))["outcome"], "verdict");
    let huge = json!({"answer": {"kind": "text"}, "experts": [{"name": "a", "reply": {"answer": "x".repeat(70_000)}}]});
    assert_eq!(decide(&huge)["abstentions"], json!([{"name": "a", "reason": "AnswerTooLarge"}]));
}

#[test]
fn metrics_are_those_of_the_original() {
    let mut random = Random(SEED);
    for _ in 0..200 {
        let texts: Vec<String> = (0..2).map(|_| text(&mut random)).collect();
        for (metric, plain) in
            [("cosine", plain_cosine as fn(&str, &str) -> f64), ("jaccard", plain_jaccard), ("levenshtein", plain_levenshtein)]
        {
            let request = json!({"texts": texts, "similarity": metric}).to_string();
            let answer: Value = serde_json::from_slice(&consensus::compare_json(request.as_bytes())).expect("JSON");
            let ours: f64 = answer["matrix"][0][1].as_str().expect("a fraction").parse().expect("a number");
            let theirs = plain(&texts[0], &texts[1]);
            assert!((ours - theirs).abs() <= 1e-6, "{metric}: {ours} instead of {theirs} for {texts:?}");
        }
    }
}

fn words(text: &str) -> std::collections::HashSet<&str> {
    text.split_whitespace().collect()
}

fn plain_cosine(left: &str, right: &str) -> f64 {
    let (one, other) = (words(left), words(right));
    if one.is_empty() || other.is_empty() {
        0.0
    } else {
        one.intersection(&other).count() as f64 / ((one.len() * other.len()) as f64).sqrt()
    }
}

fn plain_jaccard(left: &str, right: &str) -> f64 {
    let (one, other) = (words(left), words(right));
    let either = one.union(&other).count();
    if either == 0 { 0.0 } else { one.intersection(&other).count() as f64 / either as f64 }
}

fn plain_levenshtein(left: &str, right: &str) -> f64 {
    let (one, other): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (up, character) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = up + 1;
        for place in 1..row.len() {
            let kept = diagonal + usize::from(*character != other[place - 1]);
            diagonal = row[place];
            row[place] = kept.min(row[place] + 1).min(row[place - 1] + 1);
        }
    }
    let longer = one.len().max(other.len());
    if longer == 0 { 1.0 } else { 1.0 - row[other.len()] as f64 / longer as f64 }
}

fn text(random: &mut Random) -> String {
    let words = ["use", "never", "the", "Cache", "don't", "rollout", "é", "ﬁne", "canary,", "🙂", "\n", "no"];
    (0..random.below(60)).map(|_| *random.pick(&words)).collect::<Vec<_>>().join(" ")
}

/// A lawful request of any kind.
fn request(random: &mut Random) -> Value {
    let kind = *random.pick(&["choice", "number", "quantity", "yaml", "text"]);
    let answer = match kind {
        "choice" => json!({"kind": kind, "options": ["a", "b", "c"], "permits": ["a"]}),
        "number" | "quantity" => json!({"kind": kind, "tolerance": {"abs": random.below(3), "rel": "0.01"}}),
        _ => json!({"kind": kind}),
    };
    let count = 1 + random.below(9);
    let experts: Vec<Value> = (0..count).map(|index| expert(random, kind, index)).collect();
    let past = if kind == "text" { 0 } else { *random.pick(&[0, 0, 5, 40]) };
    let history: Vec<Value> = (0..past).map(|_| question(random, kind, count)).collect();
    let rules = match random.below(4) {
        0 => json!({"risk": "0.2", "abstainBelow": 0}),
        1 => json!({"similarity": *random.pick(&["dice", "cosine", "jaccard", "levenshtein", "tfidf"]), "minShare": "0.6"}),
        _ => json!({"estimateAccuracy": true}),
    };
    json!({"answer": answer, "experts": experts, "history": history, "rules": rules})
}

fn expert(random: &mut Random, kind: &str, index: usize) -> Value {
    let of = random.below(80);
    let mut expert = json!({
        "name": format!("e{index}"),
        "family": format!("f{}", random.below(6)),
        "weight": format!("{}.{}", 1 + random.below(9), random.below(10)),
        "veto": random.below(5) == 0,
        "reply": {
            "answer": answer(random, kind), "rationale": text(random), "risk": *random.pick(&["low", "medium", "high", "critical"]),
            "evidence": [format!("b{}", random.below(4))], "stance": *random.pick(&["for", "neutral", "neutral"]),
        },
    });
    if random.below(2) == 0 {
        expert["graded"] = json!({"right": random.below(of + 1), "of": of});
    }
    if random.below(6) == 0 {
        expert["reply"] = Value::Null;
    }
    expert
}

fn question(random: &mut Random, kind: &str, experts: usize) -> Value {
    let gold = match kind {
        "choice" => json!("a"),
        "yaml" => json!({"a": 1}),
        _ => json!("1"),
    };
    let answers: serde_json::Map<String, Value> = (0..experts)
        .map(|index| {
            let said = if random.below(3) > 0 { gold.clone() } else { answer(random, kind) };
            (format!("e{index}"), said)
        })
        .collect();
    json!({"gold": if random.below(5) == 0 { Value::Null } else { gold }, "answers": answers})
}

fn answer(random: &mut Random, kind: &str) -> Value {
    match kind {
        "choice" => json!(random.pick(&["a", "b", " A ", "c", "none", ""])),
        "number" => json!(random.pick(&["1", "1.0", "2", "$3", "1,000", "x", "-0", "1e3", "999999999999999999.999999999999999999"])),
        "quantity" => json!(random.pick(&["1", "1000m", "1Gi", "2Ki", "1E", "x", "0.1n", "9Ei"])),
        "yaml" => json!({"a": random.below(3), "b": [random.below(2)]}),
        _ => json!(text(random)),
    }
}
