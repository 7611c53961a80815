import type { Threshold } from '../../api/generated/deployment.ts';
import { binomialUpperBound, binomialUpperTail } from '../statistics/binomial.ts';
import type { Share } from '../statistics/fisher.ts';
import { decimal, percent } from './decimal.ts';
import type { Look, Weighed } from './judgement.ts';
import { levelOf } from './level-of.ts';

const CONFIDENCE = 0.05;

/** How many measurements were within a threshold and how many were not. */
export interface Tally {
  readonly good: number;
  readonly bad: number;
}

export interface ThresholdRule {
  readonly minSamples: number;
  readonly failureLimit: number;
}

export function isWithin(value: number, { min = -Infinity, max = Infinity }: Threshold): boolean {
  return value >= min && value <= max;
}

/** Single values against an objective: more bad ones than the limit fail, enough good ones pass. */
export function weighTally({ good, bad }: Tally, what: string, { minSamples, failureLimit }: ThresholdRule): Weighed {
  const samples = good + bad;
  const numbers = `${what}${bad} bad of ${failureLimit} allowed, ${good} of ${minSamples} good samples`;
  if (bad > failureLimit) return { state: 'worse', message: `outside the threshold: ${numbers}`, samples };
  if (good >= minSamples) return { state: 'within', message: `within the threshold: ${numbers}`, samples };
  return { state: 'open', message: `too few good samples: ${numbers}`, samples };
}

/** A ratio as counts against an objective: exact binomial, so few requests neither fail nor pass by chance. */
export function weighCounts(
  { events, total }: Share,
  threshold: Threshold,
  { minSamples, look }: { readonly minSamples: number; readonly look: Look },
): Weighed {
  const sides = [
    ...(threshold.max === undefined ? [] : [{ events, limit: threshold.max }]),
    ...(threshold.min === undefined ? [] : [{ events: total - events, limit: 1 - threshold.min }]),
  ];
  const level = levelOf(look, sides.length);
  const p = Math.min(...sides.map((side) => binomialUpperTail(side.events, total, side.limit)));
  const numbers =
    `${events} of ${total} (${percent(events / total)}) against ${toldThreshold(threshold)}, ` +
    `${total} of ${minSamples} counted, p ${decimal(p)}`;
  const atLook = `at level ${decimal(level)} of look ${look.number}`;
  if (total < minSamples) return { state: 'open', message: `too few counted: ${numbers}`, samples: total };
  if (p < level) return { state: 'worse', message: `outside the threshold: ${numbers} ${atLook}`, samples: total };
  if (sides.every((side) => binomialUpperBound(side.events, total, CONFIDENCE) <= side.limit)) {
    return { state: 'within', message: `within the threshold: ${numbers}`, samples: total };
  }
  return {
    state: 'open',
    message: `neither outside nor shown within the threshold: ${numbers} ${atLook}`,
    samples: total,
  };
}

export function toldThreshold({ min, max }: Threshold): string {
  if (min === undefined) return `at most ${decimal(max ?? 0)}`;
  return max === undefined ? `at least ${decimal(min)}` : `${decimal(min)} to ${decimal(max)}`;
}
