/** The moves of a fresh baseline, beside those of the revisions: it has a room of its own. */
import { available, type Intent, total, type World } from './world.ts';

/** A fresh baseline grows with the canary that it is compared with, never before it: pods of one age. What an earlier one has counts. */
export function growFresh({ revisions, goals, target, baseline }: World, grown: readonly Intent[]): readonly Intent[] {
  if (baseline === undefined) return [];
  const canary = grown.map((one) => {
    if (one.kind === 'create' && one.revision === target) return one.size;
    return one.kind === 'scale' && one.revision === target ? one.to : 0;
  });
  const has = revisions.find(({ hash }) => hash === target)?.size ?? 0;
  const beside = Math.max(has, ...canary);
  const goal = Math.min(goals.get(baseline) ?? 0, beside);
  const state = revisions.find(({ hash }) => hash === baseline);
  const from = state?.size ?? 0;
  const to = from + goal - total(revisions.filter(({ role }) => role === 'baseline'));
  if (to <= from) return [];
  const why = 'as many of what serves as of the canary, to compare with';
  if (state === undefined) return [{ kind: 'create', revision: baseline, size: to, why }];
  return [{ kind: 'scale', revision: baseline, from, to, why }];
}

/** A baseline is never wanted again once its delivery does not want it. */
export function removeFresh({ revisions, goals }: World): readonly Intent[] {
  return revisions
    .filter(({ role, hash, size, pods }) => role === 'baseline' && !goals.has(hash) && size + pods === 0)
    .map(({ hash }) => ({ kind: 'remove', revision: hash, why: 'nothing is compared with it any more' }));
}

/** What the canary is compared with has to stand, unless what serves is broken itself: it must not block its fix. */
export function lateFresh({ revisions, goals, baseline = '' }: World): string | undefined {
  const goal = goals.get(baseline) ?? 0;
  const ready = available(revisions.filter(({ hash }) => hash === baseline));
  const works = available(revisions.filter(({ role }) => role === 'serving')) > 0;
  return ready < goal && works ? `${ready} of ${goal} pods of the fresh baseline available` : undefined;
}
