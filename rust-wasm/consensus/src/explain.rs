//! A verdict as JSON: the numbers, who stands where, and one sentence for people.

use crate::confidence::Tally;
use crate::decide::{Basis, Cluster, Withheld, panel_risk};
use crate::fixed::fixed;
use crate::grade::Knowledge;
use crate::limits::MEDOID_CHARACTERS;
use crate::order::distinct;
use crate::panel::{Panel, Voter};
use crate::refusal::Refusal;
use crate::request::{Answer, Request, Risk};
use crate::weigh::Weights;
use serde_json::{Value, json};

/// Everything a decision found, before it is written.
pub struct Verdict<'a> {
    pub request: &'a Request,
    pub panel: Panel<'a>,
    pub known: Knowledge,
    pub weights: Weights,
    pub clusters: Vec<Cluster>,
    pub tally: Tally,
    /// The leading cluster.
    pub lead: usize,
    pub basis: Basis,
    pub rank: f64,
    pub confidence: f64,
    pub withheld: Option<Withheld>,
}

impl Verdict<'_> {
    fn leader(&self) -> Option<&Cluster> {
        self.clusters.get(self.lead)
    }

    fn voter(&self, index: usize) -> Option<&Voter<'_>> {
        self.panel.voters.get(index)
    }

    fn name(&self, index: usize) -> &str {
        self.voter(index).map_or("", |voter| voter.expert.name.as_str())
    }

    /// Whether the leading answer lets something happen.
    pub fn permits(&self) -> bool {
        match (&self.request.answer, self.leader()) {
            (Answer::Choice { permits, .. }, Some(leader)) => permits.contains(&self.answer(leader)),
            _ => false,
        }
    }

    /// Experts with a veto whose answer is not the leader's.
    pub fn vetoes(&self) -> Vec<&str> {
        let members = self.leader().map_or(&[][..], |leader| leader.members.as_slice());
        let differs = |(index, voter): &(usize, &Voter<'_>)| voter.expert.veto && !members.contains(index);
        self.panel.voters.iter().enumerate().filter(differs).map(|(_, voter)| voter.expert.name.as_str()).collect()
    }

    /// The normal form that stands for a cluster.
    fn answer(&self, cluster: &Cluster) -> String {
        self.voter(cluster.spokesman).map(|voter| voter.form.text.clone()).unwrap_or_default()
    }

    /// What is recommended: a normal form; of texts the medoid's own words.
    fn recommended(&self, cluster: &Cluster, medoid: usize) -> Value {
        match self.request.answer {
            Answer::Text => self.voter(medoid).map_or(Value::Null, |voter| voter.reply.answer.clone()),
            _ => Value::from(self.answer(cluster)),
        }
    }
}

/// The verdict as JSON.
pub fn written(verdict: &Verdict<'_>) -> Result<Value, Refusal> {
    let medoids: Vec<usize> = verdict.clusters.iter().map(|cluster| medoid(verdict, cluster)).collect::<Result<_, _>>()?;
    let leader = verdict.leader().zip(medoids.get(verdict.lead).copied());
    let number = |number: f64| if leader.is_some() { fixed(number) } else { Value::Null };
    // Agreement on a text says nothing of its being right.
    let sure = |number_: f64| if matches!(verdict.request.answer, Answer::Text) { Value::Null } else { number(number_) };
    let risk = panel_risk(&verdict.panel, &verdict.weights, &verdict.tally);
    Ok(json!({
        "outcome": "verdict",
        "recommendation": leader.filter(|_| verdict.withheld.is_none()).map(|(cluster, medoid)| verdict.recommended(cluster, medoid)),
        "leader": leader.map(|(cluster, medoid)| verdict.recommended(cluster, medoid)),
        "abstained": verdict.withheld.map(|withheld| format!("{withheld:?}")),
        "message": message(verdict),
        "basis": match verdict.basis { Basis::Panel => "plurality", Basis::BestExpert => "bestExpert" },
        "level": leader.map(|_| verdict.tally.level()),
        "share": number(share(verdict)),
        "margin": number(verdict.tally.margin()),
        "entropy": number(verdict.tally.entropy(verdict.panel.voters.len())),
        "confidence": sure(verdict.confidence),
        "calibrated": verdict.known.calibration.is_some(),
        "rank": sure(verdict.rank),
        "risk": risk.map(Risk::name),
        "asked": verdict.request.experts.len(),
        "answered": verdict.panel.valid(),
        "quorum": verdict.request.quorum,
        "missing": verdict.panel.missing(verdict.request),
        "vetoedBy": if verdict.permits() { verdict.vetoes() } else { Vec::new() },
        "voters": verdict.panel.voters.iter().enumerate().map(|(index, voter)| written_voter(verdict, index, voter)).collect::<Vec<_>>(),
        "abstentions": verdict.panel.abstained.iter().map(|(name, reason)| json!({"name": name, "reason": reason})).collect::<Vec<_>>(),
        "outliers": verdict.panel.outliers,
        "clusters": clusters(verdict, &medoids),
        "dissent": dissent(verdict, &medoids),
        "riskBound": verdict.known.risk_bound.map(fixed),
        "effectiveExperts": verdict.known.effective_experts.map(fixed),
        "alpha": verdict.known.alpha.map(fixed),
        "engine": concat!("consensus/", env!("CARGO_PKG_VERSION")),
    }))
}

fn share(verdict: &Verdict<'_>) -> f64 {
    verdict.leader().map_or(0.0, |leader| verdict.tally.part(leader.mass))
}

fn written_voter(verdict: &Verdict<'_>, index: usize, voter: &Voter<'_>) -> Value {
    let mass = verdict.weights.mass.get(index).copied().unwrap_or(0);
    let reliability = verdict.weights.reliability.get(index).copied().flatten();
    json!({
        "name": voter.expert.name,
        "answer": voter.form.text,
        "weight": fixed(verdict.tally.part(mass)),
        "reliability": reliability.map(fixed),
    })
}

/// A cluster: who is in it, the rationale that speaks for it, and what evidence it cites beside the `elsewhere` cited.
fn cluster(verdict: &Verdict<'_>, index: usize, medoids: &[usize], elsewhere: &[&str]) -> Option<Value> {
    let cluster = verdict.clusters.get(index)?;
    let medoid = medoids.get(index).copied()?;
    Some(json!({
        "answer": verdict.recommended(cluster, medoid),
        "mass": fixed(verdict.tally.part(cluster.mass)),
        "members": cluster.members.iter().map(|member| verdict.name(*member)).collect::<Vec<_>>(),
        "medoid": rationale(verdict, medoid),
        "evidence": evidence(verdict, cluster).into_iter().filter(|id| !elsewhere.contains(id)).collect::<Vec<_>>(),
    }))
}

/// Every cluster, heaviest first, with the evidence that only it cites.
fn clusters(verdict: &Verdict<'_>, medoids: &[usize]) -> Vec<Value> {
    let write = |index: usize| {
        let others = verdict.clusters.iter().enumerate().filter(|(other, _)| *other != index);
        let elsewhere: Vec<&str> = others.flat_map(|(_, cluster)| evidence(verdict, cluster)).collect();
        cluster(verdict, index, medoids, &elsewhere)
    };
    (0..verdict.clusters.len()).filter_map(write).collect()
}

/// Every cluster but the leader, with the evidence that the leader does not cite.
fn dissent(verdict: &Verdict<'_>, medoids: &[usize]) -> Vec<Value> {
    let cited = verdict.leader().map(|leader| evidence(verdict, leader)).unwrap_or_default();
    (0..verdict.clusters.len())
        .filter(|index| *index != verdict.lead)
        .filter_map(|index| cluster(verdict, index, medoids, &cited))
        .collect()
}

fn evidence<'a>(verdict: &'a Verdict<'_>, cluster: &Cluster) -> Vec<&'a str> {
    let voters = cluster.members.iter().filter_map(|member| verdict.panel.voters.get(*member));
    distinct(voters.flat_map(|voter| voter.reply.evidence.iter().map(String::as_str)))
}

fn rationale(verdict: &Verdict<'_>, index: usize) -> String {
    verdict.voter(index).map(|voter| voter.reply.rationale.chars().take(MEDOID_CHARACTERS).collect()).unwrap_or_default()
}

/// The member whose rationale is most like those of the others, each counted by its weight; of equals the first by name.
fn medoid(verdict: &Verdict<'_>, cluster: &Cluster) -> Result<usize, Refusal> {
    if let [only] = cluster.members.as_slice() {
        return Ok(*only);
    }
    let rationale = |member: &usize| verdict.voter(*member).map_or("", |voter| voter.reply.rationale.as_str());
    let texts: Vec<&str> = cluster.members.iter().map(rationale).collect();
    let likeness = verdict.request.rules.similarity.matrix(&texts, "experts[].reply.rationale")?;
    let mut best = (f64::NEG_INFINITY, 0);
    for (row, member) in cluster.members.iter().enumerate() {
        let near = |(column, other): (usize, &usize)| {
            let mass = verdict.weights.mass.get(*other).copied().unwrap_or(0);
            verdict.tally.part(mass) * likeness.get(row, column)
        };
        let sum: f64 = cluster.members.iter().enumerate().map(near).sum();
        if sum > best.0 {
            best = (sum, *member);
        }
    }
    Ok(best.1)
}

fn message(verdict: &Verdict<'_>) -> String {
    let valid = verdict.panel.valid();
    let Verdict { request, .. } = verdict;
    let answer = verdict.leader().map(|leader| shortened(&verdict.answer(leader))).unwrap_or_default();
    let members = verdict.leader().map_or(0, |leader| leader.members.len());
    let share = share(verdict);
    match verdict.withheld {
        None if verdict.basis == Basis::BestExpert => {
            format!("the best expert answers {answer}, and on graded questions it is right more often than the panel")
        }
        None => format!("{members} of {valid} valid answers are {answer}, with {share:.2} of the weight"),
        Some(Withheld::QuorumMissing) => {
            format!("{valid} of {} experts gave a valid answer, and the quorum is {}", request.experts.len(), request.quorum)
        }
        Some(Withheld::RequiredExpertMissing) => format!("no valid answer from the required {}", verdict.panel.missing(request).join(", ")),
        Some(Withheld::NoValidAnswer) => "nobody gave a valid answer".to_owned(),
        Some(Withheld::Tied) => format!("no answer leads: {} answers have {share:.2} of the weight each", tied(verdict)),
        Some(Withheld::ShareTooLow) => {
            let needed = if verdict.permits() { "two thirds are needed for an answer that permits something" } else { "more is needed" };
            format!("{answer} has only {share:.2} of the weight; {needed}")
        }
        Some(Withheld::Vetoed) => format!("{answer} leads with {share:.2} of the weight, but {} objects", verdict.vetoes().join(", ")),
        Some(Withheld::ConfidenceTooLow) => {
            format!("the confidence in {answer} is {:.2}, below {}", verdict.confidence, request.rules.abstain_below)
        }
        Some(Withheld::RiskTooHigh) => {
            format!(
                "on graded questions too many answers of this confidence were wrong for a risk of {}",
                request.rules.risk.unwrap_or(0.0)
            )
        }
    }
}

fn tied(verdict: &Verdict<'_>) -> usize {
    let first = verdict.clusters.first().map(|cluster| cluster.mass);
    verdict.clusters.iter().filter(|cluster| Some(cluster.mass) == first).count()
}

fn shortened(answer: &str) -> String {
    const MOST: usize = 64;
    if answer.chars().count() <= MOST {
        return format!("\"{answer}\"");
    }
    format!("\"{}…\"", answer.chars().take(MOST).collect::<String>())
}
