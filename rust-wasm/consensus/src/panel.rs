//! Who takes part: experts whose reply is an answer vote, the others abstain and are listed with the reason.

use crate::limits::EXPERTS;
use crate::matrix::Symmetric;
use crate::normal::{Form, normal_form};
use crate::order::sorted;
use crate::refusal::Refusal;
use crate::request::{Answer, Expert, Reply, Request};
use crate::similarity::float;

/// Voters from which an outlier among texts can be told.
const OUTLIERS_FROM: usize = 5;

/// An expert with a valid answer.
#[derive(Clone)]
pub struct Voter<'a> {
    pub expert: &'a Expert,
    pub reply: &'a Reply,
    pub form: Form,
    /// The number of the expert among all experts.
    pub place: usize,
}

/// The experts of a question, sorted by name.
pub struct Panel<'a> {
    pub voters: Vec<Voter<'a>>,
    /// Names and reasons.
    pub abstained: Vec<(&'a str, String)>,
    /// Voters whose text is like nobody's; they have an answer but no weight.
    pub outliers: Vec<&'a str>,
    /// How alike the voters' texts are; none for closed kinds.
    pub texts: Option<Symmetric>,
}

impl<'a> Panel<'a> {
    /// Reads every reply once.
    pub fn gather(request: &'a Request) -> Result<Self, Refusal> {
        let mut panel = Self { voters: Vec::new(), abstained: Vec::new(), outliers: Vec::new(), texts: None };
        for (place, expert) in request.experts.iter().enumerate() {
            let Some(reply) = &expert.reply else {
                panel.abstained.push((&expert.name, expert.absent.clone().unwrap_or_else(|| "NoReply".to_owned())));
                continue;
            };
            match normal_form(&request.answer, &reply.answer) {
                Ok(form) => panel.voters.push(Voter { expert, reply, form, place }),
                Err(invalid) => panel.abstained.push((&expert.name, format!("{invalid:?}"))),
            }
        }
        if matches!(request.answer, Answer::Text) {
            panel.compare_texts(request)?;
        }
        Ok(panel)
    }

    /// Valid answers, outliers included.
    pub fn valid(&self) -> usize {
        self.voters.len().saturating_add(self.outliers.len())
    }

    /// Required experts that gave no valid answer.
    pub fn missing(&self, request: &'a Request) -> Vec<&'a str> {
        let abstained = |name: &str| self.abstained.iter().any(|(other, _)| *other == name);
        request.experts.iter().filter(|expert| expert.required && abstained(&expert.name)).map(|expert| expert.name.as_str()).collect()
    }

    fn compare_texts(&mut self, request: &Request) -> Result<(), Refusal> {
        let similar = self.similar(request)?;
        let odd = outliers(self.voters.len(), &similar);
        if odd.is_empty() {
            self.texts = Some(similar);
            return Ok(());
        }
        let mut index = 0_usize;
        let outliers = &mut self.outliers;
        self.voters.retain(|voter| {
            let is_odd = odd.contains(&index);
            index = index.saturating_add(1);
            if is_odd {
                outliers.push(&voter.expert.name);
            }
            !is_odd
        });
        self.texts = Some(self.similar(request)?);
        Ok(())
    }

    fn similar(&self, request: &Request) -> Result<Symmetric, Refusal> {
        let texts: Vec<&str> = self.voters.iter().map(|voter| voter.reply.answer.as_str().unwrap_or("")).collect();
        request.rules.similarity.matrix(&texts, "experts[].reply.answer")
    }
}

/// Texts whose mean similarity to the others lies more than 1.5 quartile distances below the first quartile.
fn outliers(size: usize, similar: &Symmetric) -> Vec<usize> {
    if !(OUTLIERS_FROM..=EXPERTS).contains(&size) {
        return Vec::new();
    }
    let others = float(size.saturating_sub(1));
    let mean = |row: usize| (0..size).filter(|column| *column != row).map(|column| similar.get(row, column)).sum::<f64>() / others;
    let means: Vec<f64> = (0..size).map(mean).collect();
    let rising = sorted(means.iter().copied(), f64::total_cmp);
    let (first, third) = (quartile(&rising, 1), quartile(&rising, 3));
    let least = first - 1.5 * (third - first);
    means.iter().enumerate().filter(|(_, mean)| **mean < least).map(|(index, _)| index).collect()
}

/// The quartile of sorted numbers, between neighbours by linear interpolation.
fn quartile(sorted: &[f64], quarter: usize) -> f64 {
    let steps = sorted.len().saturating_sub(1).saturating_mul(quarter);
    let (below, rest) = (steps / 4, steps % 4);
    let at = |index: usize| sorted.get(index).or(sorted.last()).copied().unwrap_or(0.0);
    at(below) + (at(below.saturating_add(1)) - at(below)) * float(rest) / 4.0
}
