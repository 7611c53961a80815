//! The members of a panel and what they said.

use crate::field::Fields;
use crate::limits::{EVIDENCE, EXPERTS, RATIONALE_CHARACTERS};
use crate::refusal::Refusal;
use serde_json::Value;
use std::collections::BTreeMap;

/// One member of the panel.
#[derive(Clone, Debug)]
pub struct Expert {
    pub name: String,
    pub family: String,
    pub weight: f64,
    pub required: bool,
    pub veto: bool,
    pub graded: Option<Graded>,
    pub reply: Option<Reply>,
    /// Why there is no reply, in the words of the caller.
    pub absent: Option<String>,
}

/// How often an expert was right on graded questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Graded {
    pub right: u32,
    pub of: u32,
}

/// What an expert said.
#[derive(Clone, Debug)]
pub struct Reply {
    pub answer: Value,
    pub risk: Option<Risk>,
    pub rationale: String,
    pub evidence: Vec<String>,
    pub stance: Stance,
}

/// How bad it may end, in rising order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    Low,
    Medium,
    High,
    Critical,
}

/// Which side a text takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stance {
    For,
    Against,
    Neutral,
}

const MOST_GRADED: u64 = 1_000_000;
const WEIGHT: (f64, f64) = (0.1, 10.0);

pub fn read_experts(fields: &Fields<'_>) -> Result<Vec<Expert>, Refusal> {
    let mut experts = BTreeMap::new();
    for (index, value) in fields.list("experts", EXPERTS)?.iter().enumerate() {
        let expert = read_expert(value, &format!("experts[{index}]"))?;
        let name = expert.name.clone();
        if experts.insert(name.clone(), expert).is_some() {
            return Err(fields.invalid("experts", format!("names `{name}` twice")));
        }
    }
    Ok(experts.into_values().collect())
}

fn read_expert(value: &Value, path: &str) -> Result<Expert, Refusal> {
    let known = ["name", "family", "weight", "required", "veto", "graded", "reply", "absent"];
    let fields = Fields::read(value, path, &known)?;
    let name = fields.name("name")?.to_owned();
    let family = fields.text("family")?.filter(|family| !family.is_empty()).unwrap_or(&name).to_owned();
    let graded = fields.get("graded").map(|value| read_graded(value, &fields.path_of("graded"))).transpose()?;
    let reply = fields.get("reply").map(|value| read_reply(value, &fields.path_of("reply"))).transpose()?;
    Ok(Expert {
        family,
        weight: fields.ratio("weight", WEIGHT.0, WEIGHT.1)?.unwrap_or(1.0),
        required: fields.flag("required")?,
        veto: fields.flag("veto")?,
        graded,
        reply,
        absent: fields.text("absent")?.map(str::to_owned),
        name,
    })
}

fn read_graded(value: &Value, path: &str) -> Result<Graded, Refusal> {
    let fields = Fields::read(value, path, &["right", "of"])?;
    let count = |key: &str| -> Result<u32, Refusal> {
        let count = fields.count(key, MOST_GRADED)?.ok_or_else(|| fields.invalid(key, "is missing"))?;
        u32::try_from(count).map_err(|_| fields.invalid(key, "is too large"))
    };
    let graded = Graded { right: count("right")?, of: count("of")? };
    if graded.right > graded.of { Err(fields.invalid("right", "must not exceed `of`")) } else { Ok(graded) }
}

fn read_reply(value: &Value, path: &str) -> Result<Reply, Refusal> {
    let fields = Fields::read(value, path, &["answer", "risk", "rationale", "evidence", "stance"])?;
    let risk = match fields.text("risk")? {
        None => None,
        Some("low") => Some(Risk::Low),
        Some("medium") => Some(Risk::Medium),
        Some("high") => Some(Risk::High),
        Some("critical") => Some(Risk::Critical),
        Some(_) => return Err(fields.invalid("risk", "must be one of low, medium, high, critical")),
    };
    let stance = match fields.text("stance")? {
        None | Some("neutral") => Stance::Neutral,
        Some("for") => Stance::For,
        Some("against") => Stance::Against,
        Some(_) => return Err(fields.invalid("stance", "must be one of for, against, neutral")),
    };
    Ok(Reply {
        answer: fields.get("answer").cloned().unwrap_or(Value::Null),
        risk,
        rationale: fields.text("rationale")?.unwrap_or("").chars().take(RATIONALE_CHARACTERS).collect(),
        evidence: fields.texts("evidence", EVIDENCE)?,
        stance,
    })
}

impl Risk {
    /// The word that is read and written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}
