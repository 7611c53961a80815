//! A question of the history, with answers as numbers.

use crate::cluster::closed;
use crate::normal::{Form, normal_form};
use crate::refusal::Refusal;
use crate::request::{Question, Request};
use std::collections::BTreeMap;

/// Who gave which answer.
pub struct Ballot {
    /// For each expert the answer it gave, none when it gave no valid one.
    pub votes: Vec<Option<usize>>,
    /// For each expert its answer among all answers of the history.
    pub labels: Vec<Option<usize>>,
    /// How many different answers there are, the right one included.
    pub answers: usize,
    /// How many answers a guess could hit.
    pub choices: usize,
    /// The right answer, when it is known.
    pub gold: Option<usize>,
    /// Whether every expert of the panel was asked.
    whole: bool,
}

impl Ballot {
    /// Whether an expert was right; none when that is not known or it did not answer.
    pub fn right(&self, place: usize) -> Option<bool> {
        let gold = self.gold?;
        self.votes.get(place).copied().flatten().map(|vote| vote == gold)
    }

    /// Whether the panel as a whole can be judged by this question.
    pub fn studied(&self) -> bool {
        self.whole && self.gold.is_some() && self.votes.iter().any(Option::is_some)
    }
}

/// The history as ballots of the panel's experts.
pub fn read(request: &Request) -> Result<Vec<Ballot>, Refusal> {
    let mut labels = BTreeMap::new();
    request.history.iter().enumerate().map(|(index, question)| ballot(request, index, question, &mut labels)).collect()
}

fn ballot(request: &Request, index: usize, question: &Question, labels: &mut BTreeMap<String, usize>) -> Result<Ballot, Refusal> {
    let answers: Vec<_> = request.experts.iter().map(|expert| question.answers.get(&expert.name)).collect();
    let forms: Vec<Option<Form>> =
        answers.iter().map(|answer| answer.and_then(|answer| normal_form(&request.answer, answer).ok())).collect();
    let gold = question.gold.as_ref().map(|gold| {
        let field = format!("history[{index}].gold");
        normal_form(&request.answer, gold).map_err(|invalid| Refusal::invalid(&field, format!("is no answer of this kind: {invalid:?}")))
    });
    let gold = gold.transpose()?;
    // The right answer takes part as if somebody had given it, so it meets those within the tolerance.
    let present: Vec<&Form> = forms.iter().flatten().chain(gold.as_ref()).collect();
    let clusters = closed(&request.answer, &present);
    let mut numbers: Vec<usize> = vec![0; present.len()];
    for (number, members) in clusters.iter().enumerate() {
        for member in members {
            if let Some(place) = numbers.get_mut(*member) {
                *place = number;
            }
        }
    }
    let mut left = numbers.into_iter();
    let votes = forms.iter().map(|form| form.as_ref().and_then(|_| left.next())).collect();
    Ok(Ballot {
        votes,
        labels: forms.iter().map(|form| form.as_ref().map(|form| label(form, labels))).collect(),
        answers: clusters.len(),
        choices: request.answer.choices(forms.iter().flatten().map(|form| form.text.as_str())),
        gold: gold.and_then(|_| left.next()),
        whole: answers.iter().all(Option::is_some),
    })
}

fn label(form: &Form, labels: &mut BTreeMap<String, usize>) -> usize {
    let next = labels.len();
    *labels.entry(form.text.clone()).or_insert(next)
}
