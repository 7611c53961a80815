//! The least rank from which few enough answers were wrong, tested from strict to loose.

use super::replay::Replay;
use crate::order::sorted;
use crate::similarity::float;

/// The loosest rank t, going down from the highest, such that (1 + errors) / (1 + count) of the questions of rank t and above
/// stays within the risk; the search ends at the first failure. Counts too small to pass at all are skipped. None: no rank passes.
pub fn bound(replays: &[Replay], risk: f64) -> Option<f64> {
    let falling = sorted(replays.iter().copied(), |one, other| other.rank.total_cmp(&one.rank));
    let least_count = (1.0 / risk).ceil() - 1.0;
    let (mut errors, mut count) = (0_usize, 0_usize);
    let mut last = None;
    let mut left = falling.iter().peekable();
    while let Some(replay) = left.next() {
        errors = errors.saturating_add(usize::from(!replay.right));
        count = count.saturating_add(1);
        let more_of_this_rank = left.peek().is_some_and(|next| next.rank.total_cmp(&replay.rank).is_eq());
        if more_of_this_rank || float(count) < least_count {
            continue;
        }
        if (1.0 + float(errors)) / (1.0 + float(count)) > risk {
            break;
        }
        last = Some(replay.rank);
    }
    last
}
