//! A question, its panel and what the panel said, read from JSON; inside the engine nothing is checked again.

mod answer;
mod decimal;
mod expert;
mod rules;

pub(crate) use answer::{Answer, Bounds};
pub(crate) use expert::{Expert, Graded, Reply, Risk, Stance};
pub(crate) use rules::Rules;

use crate::field::Fields;
use crate::limits::{EXPERTS, QUESTIONS};
use crate::refusal::Refusal;
use answer::read_answer;
use expert::read_experts;
use rules::read_rules;
use serde_json::{Map, Value};

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

/// An earlier question: what each expert said and what was right, when that is known.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub gold: Option<Value>,
    pub answers: Map<String, Value>,
}

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

fn read_history(fields: &Fields<'_>, answer: &Answer) -> Result<Vec<Question>, Refusal> {
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
