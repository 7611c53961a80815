import { alphaOfLook } from '../statistics/samples.ts';
import type { Look } from './judgement.ts';

/** The probability that a whole delivery of a revision that is no worse is aborted, at most. */
const FALSE_ABORTS = 0.01;

/** The level of one of `tests` tests at this look; the levels of all looks, tests, metrics and steps sum up to 1 %. */
export function levelOf({ number, shares }: Look, tests: number): number {
  return number < 1 ? 0 : alphaOfLook(FALSE_ABORTS / (Math.max(1, shares) * tests), number);
}
