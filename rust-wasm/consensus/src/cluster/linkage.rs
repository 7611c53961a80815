//! Clusters of texts by average linkage.

use crate::matrix::Symmetric;
use crate::order::sorted;
use crate::similarity::float;

/// One group while groups are merged, and where its sums stand in the matrix.
struct Group {
    members: Vec<usize>,
    place: usize,
}

/// Merges the two groups of the highest mean similarity while it is at least `threshold`; of equal pairs the one with the
/// smallest members. Two groups of which some pair is `apart` never merge.
pub fn linked(size: usize, similar: &Symmetric, threshold: f64, apart: impl Fn(usize, usize) -> bool) -> Vec<Vec<usize>> {
    let mut sums = similar.clone();
    let mut barred = Symmetric::build(size, |row, column| if row != column && apart(row, column) { 1.0 } else { 0.0 });
    let mut groups: Vec<Group> = (0..size).map(|index| Group { members: vec![index], place: index }).collect();
    while let Some((first, second)) = closest(&groups, &sums, &barred, threshold) {
        let absorbed = groups.remove(second);
        let Some(grown) = groups.get_mut(first) else { break };
        grown.members = sorted(grown.members.iter().copied().chain(absorbed.members), usize::cmp);
        let place = grown.place;
        for other in groups.iter().map(|group| group.place).filter(|other| *other != place) {
            sums.set(place, other, sums.get(place, other) + sums.get(absorbed.place, other));
            barred.set(place, other, barred.get(place, other).max(barred.get(absorbed.place, other)));
        }
    }
    groups.into_iter().map(|group| group.members).collect()
}

/// The positions of the two groups to merge next, the smaller first.
fn closest(groups: &[Group], sums: &Symmetric, barred: &Symmetric, threshold: f64) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize)> = None;
    let mut highest = threshold;
    for (first, one) in groups.iter().enumerate() {
        for (second, other) in groups.iter().enumerate().skip(first.saturating_add(1)) {
            if barred.get(one.place, other.place) > 0.0 {
                continue;
            }
            let mean = sums.get(one.place, other.place) / (float(one.members.len()) * float(other.members.len()));
            if mean > highest || (best.is_none() && mean >= threshold) {
                best = Some((first, second));
                highest = mean;
            }
        }
    }
    best
}
