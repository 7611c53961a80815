//! From replies to a verdict: who votes, what each weighs, which answer leads, and whether it may be recommended.

use crate::cluster::{Claims, Statements, closed, linked};
use crate::confidence::Tally;
use crate::explain::{self, Verdict};
use crate::grade::{Knowledge, learn};
use crate::matrix::Symmetric;
use crate::normal::Decimal;
use crate::order::sorted;
use crate::panel::Panel;
use crate::refusal::Refusal;
use crate::request::{Request, Risk, Stance};
use crate::weigh::{Weights, weigh};
use serde_json::Value;

/// Why the leader is not recommended, in the order in which it is asked; written as its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withheld {
    /// Fewer valid answers than the quorum.
    QuorumMissing,
    /// A required expert gave no valid answer.
    RequiredExpertMissing,
    /// Nobody gave a valid answer.
    NoValidAnswer,
    /// Two answers weigh the same.
    Tied,
    /// The leader holds too little of the weight.
    ShareTooLow,
    /// An expert with a veto says otherwise, and the answer would permit something.
    Vetoed,
    /// The confidence is below `abstainBelow`.
    ConfidenceTooLow,
    /// The share of wrong recommendations would exceed `risk`.
    RiskTooHigh,
}

/// Those who gave one answer.
pub struct Cluster {
    /// Indices of voters, rising.
    pub members: Vec<usize>,
    /// The weight of all members.
    pub mass: u64,
    /// The weight of the strongest member, family aside.
    pub strongest: u64,
    /// The voter whose normal form stands for the cluster: for numbers the weighted median.
    pub spokesman: usize,
}

/// Whose answer leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The weight of the panel.
    Panel,
    /// One expert that is measurably better than the panel.
    BestExpert,
}

/// What the panel agrees on.
///
/// # Errors
/// A text too long for the metric.
pub fn decide(request: &Request) -> Result<Value, Refusal> {
    let panel = Panel::gather(request)?;
    let known = learn(request)?;
    let choices = request.answer.choices(panel.voters.iter().map(|voter| voter.form.text.as_str()));
    let standings: Vec<_> = panel.voters.iter().filter_map(|voter| known.standings.get(voter.place).copied()).collect();
    let weights = weigh(&standings, choices);
    let clusters = ranked(request, &panel, &weights);
    let tally = Tally::new(clusters.iter().map(|cluster| cluster.mass).collect(), weights.unit);
    let (lead, basis) = leader(&known, &panel, &clusters);
    let (rank, confidence) = confidence(&known, &panel, &weights, &tally, lead, basis);
    let mut verdict = Verdict { request, panel, known, weights, clusters, tally, lead, basis, rank, confidence, withheld: None };
    verdict.withheld = withheld(&verdict);
    explain::written(&verdict)
}

/// The clusters by mass, then by their strongest member, then by the bytes of their answer.
fn ranked(request: &Request, panel: &Panel<'_>, weights: &Weights) -> Vec<Cluster> {
    let forms: Vec<_> = panel.voters.iter().map(|voter| &voter.form).collect();
    let groups = match &panel.texts {
        Some(similar) => agreeing(similar, panel, request.rules.threshold),
        None => closed(&request.answer, &forms),
    };
    let clusters = groups.into_iter().map(|members| measured(members, panel, weights));
    let form = |cluster: &Cluster| panel.voters.get(cluster.spokesman).map(|voter| voter.form.text.as_str()).unwrap_or("");
    sorted(clusters, |one, other| (other.mass, other.strongest, form(one)).cmp(&(one.mass, one.strongest, form(other))))
}

/// Groups of texts that say the same, of the same stance and without a contradiction.
fn agreeing(similar: &Symmetric, panel: &Panel<'_>, threshold: f64) -> Vec<Vec<usize>> {
    let forms: Vec<&str> = panel.voters.iter().map(|voter| voter.form.text.as_str()).collect();
    let sides: Vec<(Stance, Claims)> = panel.voters.iter().map(|voter| voter.reply.stance).zip(Statements::of(&forms).claims()).collect();
    linked(sides.len(), similar, threshold, |one, other| match (sides.get(one), sides.get(other)) {
        (Some((stance, claims)), Some((other_stance, others))) => stance != other_stance || claims.contradict(others),
        _ => false,
    })
}

fn measured(members: Vec<usize>, panel: &Panel<'_>, weights: &Weights) -> Cluster {
    let of = |list: &[u64], index: usize| list.get(index).copied().unwrap_or(0);
    let mass = members.iter().fold(0, |sum: u64, index| sum.saturating_add(of(&weights.mass, *index)));
    let strongest = members.iter().map(|index| of(&weights.strength, *index)).max().unwrap_or(0);
    let form = |index: &usize| panel.voters.get(*index).map(|voter| (voter.form.decimal, voter.form.text.as_str()));
    let rising = sorted(members.iter().copied(), |one, other| form(one).cmp(&form(other)));
    let mut passed: u64 = 0;
    let median = rising.iter().find(|index| {
        passed = passed.saturating_add(of(&weights.mass, **index));
        passed.saturating_mul(2) >= mass
    });
    let spokesman = median.copied().unwrap_or(0);
    Cluster { members, mass, strongest, spokesman }
}

/// The heaviest cluster, or the best expert's when it beat the panel on graded questions.
fn leader(known: &Knowledge, panel: &Panel<'_>, clusters: &[Cluster]) -> (usize, Basis) {
    let best = known.best.filter(|best| best.beats_panel);
    let voter = best.and_then(|best| panel.voters.iter().position(|voter| voter.place == best.place));
    let cluster = voter.and_then(|voter| clusters.iter().position(|cluster| cluster.members.contains(&voter)));
    cluster.map_or((0, Basis::Panel), |index| (index, Basis::BestExpert))
}

/// The rank that orders questions by how sure the panel is, and the confidence that is shown.
fn confidence(known: &Knowledge, panel: &Panel<'_>, weights: &Weights, tally: &Tally, lead: usize, basis: Basis) -> (f64, f64) {
    let voter = known.best.and_then(|best| panel.voters.iter().position(|voter| voter.place == best.place));
    match (basis, voter.and_then(|index| weights.reliability.get(index).copied().flatten())) {
        (Basis::BestExpert, Some(right)) => (right, right),
        _ => {
            let rank = tally.softmax(lead);
            (rank, known.calibration.as_ref().map_or(rank, |calibration| calibration.read(rank)))
        }
    }
}

/// The first rule that the leader fails.
fn withheld(verdict: &Verdict<'_>) -> Option<Withheld> {
    let Verdict { request, panel, tally, .. } = verdict;
    let rules = &request.rules;
    let by_panel = verdict.basis == Basis::Panel;
    if panel.valid() < request.quorum {
        return Some(Withheld::QuorumMissing);
    }
    if !panel.missing(request).is_empty() {
        return Some(Withheld::RequiredExpertMissing);
    }
    let Some(leader) = verdict.clusters.get(verdict.lead) else { return Some(Withheld::NoValidAnswer) };
    if by_panel && tally.tied() {
        return Some(Withheld::Tied);
    }
    if by_panel && !exceeds(leader.mass, tally.total(), rules.min_share) {
        return Some(Withheld::ShareTooLow);
    }
    if verdict.permits() {
        if !tally.at_least(leader.mass, 2, 3) {
            return Some(Withheld::ShareTooLow);
        }
        if !verdict.vetoes().is_empty() {
            return Some(Withheld::Vetoed);
        }
    }
    if verdict.confidence < rules.abstain_below {
        return Some(Withheld::ConfidenceTooLow);
    }
    match rules.risk {
        Some(risk) if !within_risk(verdict, risk) => Some(Withheld::RiskTooHigh),
        _ => None,
    }
}

fn within_risk(verdict: &Verdict<'_>, risk: f64) -> bool {
    match verdict.basis {
        Basis::BestExpert => verdict.rank >= 1.0 - risk,
        Basis::Panel => verdict.known.risk_bound.is_some_and(|bound| verdict.rank >= bound),
    }
}

/// Whether a mass is more than a part of the total, in whole numbers.
fn exceeds(mass: u64, total: u64, part: Decimal) -> bool {
    i128::from(mass).saturating_mul(Decimal::ONE.units()) > i128::from(total).saturating_mul(part.units())
}

/// The highest risk that voters with a third of the weight state or exceed.
pub fn panel_risk(panel: &Panel<'_>, weights: &Weights, tally: &Tally) -> Option<Risk> {
    [Risk::Critical, Risk::High, Risk::Medium, Risk::Low].into_iter().find(|level| {
        let voices = panel.voters.iter().zip(&weights.mass).filter(|(voter, _)| voter.reply.risk.is_some_and(|risk| risk >= *level));
        let mass = voices.fold(0, |sum: u64, (_, mass)| sum.saturating_add(*mass));
        mass > 0 && tally.at_least(mass, 1, 3)
    })
}
