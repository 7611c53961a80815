//! Clusters of closed kinds: equal normal forms, and numbers within their tolerance.

use crate::normal::Form;
use crate::order::sorted;
use crate::request::{Answer, Bounds};
use std::collections::BTreeMap;

/// The members of each cluster, as indices in rising order; clusters by their first form.
pub fn closed(kind: &Answer, forms: &[&Form]) -> Vec<Vec<usize>> {
    match kind {
        Answer::Number(bounds) | Answer::Quantity(bounds) => near(bounds, forms),
        _ => equal(forms),
    }
}

fn equal(forms: &[&Form]) -> Vec<Vec<usize>> {
    let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, form) in forms.iter().enumerate() {
        members.entry(form.text.as_str()).or_default().push(index);
    }
    members.into_values().collect()
}

/// Sorted neighbours within the tolerance join, so a chain of close numbers is one cluster.
fn near(bounds: &Bounds, forms: &[&Form]) -> Vec<Vec<usize>> {
    let rising = sorted(forms.iter().copied().enumerate(), |(_, one), (_, other)| one.decimal.cmp(&other.decimal));
    let mut clusters: Vec<Vec<usize>> = Vec::new();
    let mut before: Option<&Form> = None;
    for (index, form) in rising {
        let joins = before.is_some_and(|last| close(bounds, last, form));
        match clusters.last_mut() {
            Some(cluster) if joins => cluster.push(index),
            _ => clusters.push(vec![index]),
        }
        before = Some(form);
    }
    clusters.into_iter().map(|members| sorted(members, usize::cmp)).collect()
}

/// Whether two forms are the same number within the tolerance.
fn close(bounds: &Bounds, left: &Form, right: &Form) -> bool {
    match (left.decimal, right.decimal) {
        (Some(one), Some(other)) => one.close(other, bounds.absolute, bounds.relative),
        _ => left.text == right.text,
    }
}
