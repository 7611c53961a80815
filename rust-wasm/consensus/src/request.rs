//! A question, its panel and what the panel said, read from JSON; inside the engine nothing is checked again.

use crate::field::Fields;
use crate::limits::{EVIDENCE, EXPERTS, QUESTIONS, RATIONALE_CHARACTERS};
use crate::normal::Decimal;
use crate::order::distinct;
use crate::refusal::Refusal;
use crate::similarity::Metric;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What `decide` is asked.
#[derive(Clone, Debug)]
pub struct Request {
    pub(crate) answer: Answer,
    /// Least number of valid answers.
    pub(crate) quorum: usize,
    pub(crate) rules: Rules,
    /// Sorted by the bytes of their names, which are all different.
    pub(crate) experts: Vec<Expert>,
    pub(crate) history: Vec<Question>,
}

/// The kind of answer that is asked for.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Choice { options: Vec<String>, permits: Vec<String> },
    Number(Bounds),
    Quantity(Bounds),
    Yaml { defaults: Option<Value> },
    Text,
}

impl Answer {
    /// How many answers a guess could hit: the options, else the different forms given, at least four.
    pub fn choices<'a>(&self, forms: impl Iterator<Item = &'a str>) -> usize {
        match self {
            Self::Choice { options, .. } => options.len(),
            _ => distinct(forms).len().max(4),
        }
    }
}

/// What a number may be, and how far apart two may be and still agree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub min: Option<Decimal>,
    pub max: Option<Decimal>,
    pub absolute: Decimal,
    pub relative: Decimal,
}

/// When the leader is recommended.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// The share of the weight that must be exceeded.
    pub min_share: Decimal,
    pub similarity: Metric,
    /// The mean similarity from which two groups of texts say the same.
    pub threshold: f64,
    pub abstain_below: f64,
    /// The share of wrong recommendations that is accepted; none: no bound.
    pub risk: Option<f64>,
    /// Whether reliability is estimated from ungraded questions when nobody is graded.
    pub estimate: bool,
}

/// One member of the panel.
#[derive(Clone, Debug)]
pub(crate) struct Expert {
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
pub(crate) struct Graded {
    pub right: u32,
    pub of: u32,
}

/// What an expert said.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub answer: Value,
    pub risk: Option<Risk>,
    pub rationale: String,
    pub evidence: Vec<String>,
    pub stance: Stance,
}

/// How bad it may end, in rising order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Risk {
    Low,
    Medium,
    High,
    Critical,
}

/// Which side a text takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stance {
    For,
    Against,
    Neutral,
}

/// An earlier question: what each expert said and what was right, when that is known.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub gold: Option<Value>,
    pub answers: Map<String, Value>,
}

const MOST_GRADED: u64 = 1_000_000;
const WEIGHT: (f64, f64) = (0.1, 10.0);

impl Request {
    /// A request of known fields, each of its type and in its range.
    ///
    /// # Errors
    /// The first field that is not, by its dotted path.
    pub fn read(value: &Value) -> Result<Self, Refusal> {
        let fields = Fields::read(value, "", &["answer", "quorum", "rules", "experts", "history"])?;
        let answer = read_answer(fields.need("answer")?)?;
        let experts = read_experts(&fields)?;
        let majority = experts.len().div_ceil(2);
        let quorum = fields.count("quorum", 32)?.map_or(majority, |count| usize::try_from(count).unwrap_or(majority));
        let rules = match fields.get("rules") {
            Some(rules) => read_rules(rules)?,
            None => Rules::default(),
        };
        let history = read_history(&fields, &answer)?;
        Ok(Self { answer, quorum, rules, experts, history })
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            min_share: Decimal::parse("0.5").unwrap_or(Decimal::ZERO),
            similarity: Metric::Dice,
            threshold: 0.7,
            abstain_below: 0.6,
            risk: None,
            estimate: false,
        }
    }
}

pub(crate) fn read_answer(value: &Value) -> Result<Answer, Refusal> {
    let path = "answer";
    let known = ["kind", "options", "permits", "min", "max", "tolerance", "defaults"];
    let kind = Fields::read(value, path, &known)?.name("kind")?;
    let with = |more: &[&str]| Fields::read(value, path, &[&["kind"], more].concat());
    match kind {
        "choice" => read_choice(&with(&["options", "permits"])?),
        "number" => Ok(Answer::Number(read_bounds(&with(&["min", "max", "tolerance"])?)?)),
        "quantity" => Ok(Answer::Quantity(read_bounds(&with(&["min", "max", "tolerance"])?)?)),
        "yaml" => Ok(Answer::Yaml { defaults: with(&["defaults"])?.get("defaults").cloned() }),
        "text" => with(&[]).map(|_| Answer::Text),
        _ => Err(Refusal::invalid("answer.kind", "must be one of choice, number, quantity, yaml, text")),
    }
}

fn read_choice(fields: &Fields<'_>) -> Result<Answer, Refusal> {
    let options = fields.texts("options", 16)?;
    let permits = fields.texts("permits", 16)?;
    if options.len() < 2 {
        return Err(fields.invalid("options", "must be at least two option ids"));
    }
    if distinct(options.iter().map(String::as_str)).len() != options.len() {
        return Err(fields.invalid("options", "must not name an option twice"));
    }
    if let Some(option) = options.iter().find(|option| !option_id(option)) {
        return Err(fields.invalid("options", format!("`{option}` is no option id: lower-case letters, digits and dashes, at most 63")));
    }
    if let Some(option) = permits.iter().find(|option| !options.contains(option)) {
        return Err(fields.invalid("permits", format!("`{option}` is not one of the options")));
    }
    Ok(Answer::Choice { options, permits })
}

fn option_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=63).contains(&text.len()) && text.bytes().next().is_some_and(plain) && text.bytes().all(|byte| plain(byte) || byte == b'-')
}

fn read_bounds(fields: &Fields<'_>) -> Result<Bounds, Refusal> {
    let (absolute, relative) = match fields.get("tolerance") {
        Some(value) => {
            let tolerance = Fields::read(value, "answer.tolerance", &["abs", "rel"])?;
            (distance(&tolerance, "abs")?, distance(&tolerance, "rel")?)
        }
        None => (Decimal::ZERO, Decimal::ZERO),
    };
    Ok(Bounds { min: decimal(fields, "min")?, max: decimal(fields, "max")?, absolute, relative })
}

fn distance(fields: &Fields<'_>, key: &str) -> Result<Decimal, Refusal> {
    let number = decimal(fields, key)?.unwrap_or(Decimal::ZERO);
    if number < Decimal::ZERO { Err(fields.invalid(key, "must not be negative")) } else { Ok(number) }
}

/// A bound may be written as a quantity, since it bounds quantities too.
fn decimal(fields: &Fields<'_>, key: &str) -> Result<Option<Decimal>, Refusal> {
    fields
        .number(key)?
        .map(|text| crate::normal::quantity(&text).map_err(|_| fields.invalid(key, "must be a decimal number or a quantity")))
        .transpose()
}

impl Rules {
    /// The rules that say when two texts agree.
    pub(crate) fn of_texts(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let otherwise = Self::default();
        Ok(Self {
            similarity: match fields.text("similarity")? {
                Some(name) => Metric::named(name).ok_or_else(|| fields.invalid("similarity", Metric::ALL_NAMES))?,
                None => otherwise.similarity,
            },
            threshold: fields.ratio("threshold", 0.0, 1.0)?.unwrap_or(otherwise.threshold),
            ..otherwise
        })
    }
}

fn read_rules(value: &Value) -> Result<Rules, Refusal> {
    let known = ["minShare", "similarity", "threshold", "abstainBelow", "risk", "estimateAccuracy"];
    let fields = Fields::read(value, "rules", &known)?;
    let texts = Rules::of_texts(&fields)?;
    fields.ratio("minShare", 0.0, 1.0)?;
    Ok(Rules {
        min_share: decimal(&fields, "minShare")?.unwrap_or(texts.min_share),
        abstain_below: fields.ratio("abstainBelow", 0.0, 1.0)?.unwrap_or(texts.abstain_below),
        risk: fields.ratio("risk", 0.001, 1.0)?,
        estimate: fields.flag("estimateAccuracy")?,
        ..texts
    })
}

pub(crate) fn read_experts(fields: &Fields<'_>) -> Result<Vec<Expert>, Refusal> {
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

pub(crate) fn read_history(fields: &Fields<'_>, answer: &Answer) -> Result<Vec<Question>, Refusal> {
    let list = fields.list("history", QUESTIONS)?;
    if matches!(answer, Answer::Text) && !list.is_empty() {
        return Err(fields.invalid("history", "must be absent for a text: agreement on text is no correctness"));
    }
    list.iter().enumerate().map(|(index, value)| read_question(value, &format!("history[{index}]"))).collect()
}

fn read_question(value: &Value, path: &str) -> Result<Question, Refusal> {
    let fields = Fields::read(value, path, &["gold", "answers"])?;
    let answers = fields.need("answers")?;
    let answers = answers.as_object().ok_or_else(|| fields.invalid("answers", "must map names of experts to answers"))?;
    if answers.len() > EXPERTS {
        return Err(Refusal::too_large(&fields.path_of("answers"), format!("has more than {EXPERTS} answers")));
    }
    Ok(Question { gold: fields.get("gold").cloned(), answers: answers.clone() })
}

impl Risk {
    /// The word that is read and written.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}
