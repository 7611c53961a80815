import type { Comparison } from '../../api/generated/deployment.ts';
import { binomialUpperBound } from '../statistics/binomial.ts';
import { fisherGreater, type Share } from '../statistics/fisher.ts';
import { decimal, percent, signed } from './decimal.ts';
import type { Look, Weighed } from './judgement.ts';
import { levelOf } from './level-of.ts';
import { badDirection, marginOf } from './margin-of.ts';

const CONFIDENCE = 0.05;
const TESTS = 1;
const RARE = 0.05;

/**
 * Ratios as counts, by Fisher's exact test: the margin is given to the baseline as events it might have had, so a ratio
 * that is worse by exactly the margin is no worse.
 */
export function compareCounts(
  desired: Share,
  baseline: Share,
  compare: Comparison,
  { minSamples, look }: { readonly minSamples: number; readonly look: Look },
): Weighed {
  const samples = Math.min(desired.total, baseline.total);
  const counted = `${samples} of ${minSamples} counted a side`;
  if (samples < minSamples || samples === 0) return { state: 'open', message: `too few counted: ${counted}`, samples };

  const sign = badDirection(compare);
  const margin = marginOf(compare, ratio(baseline));
  const [bad, usual] = [inDirection(desired, sign), withMargin(inDirection(baseline, sign), margin)];
  const worse = fisherGreater(bad, usual);
  const level = levelOf(look, TESTS);
  const numbers =
    `${told(desired)} against ${told(baseline)}, ${signed(ratio(desired) - ratio(baseline))} ` +
    `of ${signed(sign * margin)} allowed, ${counted}, p ${decimal(worse)}`;
  const atLook = `at level ${decimal(level)} of look ${look.number}`;
  if (worse < level) return { state: 'worse', message: `worse by more than the margin: ${numbers} ${atLook}`, samples };
  if (fisherGreater(usual, bad) <= CONFIDENCE || neverSeen(bad, usual)) {
    return { state: 'within', message: `within the margin: ${numbers}`, samples };
  }
  return { state: 'open', message: `neither worse nor shown within the margin: ${numbers} ${atLook}`, samples };
}

/**
 * No event on either side and none allowed: no test can show that, so it is enough that desired has fewer than 5 % at the
 * same confidence (59 counted).
 */
const neverSeen = (bad: Share, usual: Share): boolean =>
  usual.events === 0 && bad.events === 0 && binomialUpperBound(0, bad.total, CONFIDENCE) <= RARE;

const ratio = ({ events, total }: Share): number => events / total;

const inDirection = ({ events, total }: Share, sign: 1 | -1): Share =>
  sign === 1 ? { events, total } : { events: total - events, total };

const withMargin = ({ events, total }: Share, margin: number): Share => ({
  events: Math.min(total, events + Math.ceil(margin * total)),
  total,
});

const told = (share: Share): string => `${share.events} of ${share.total} (${percent(ratio(share))})`;
