import { assert } from 'chai';
import { combine, type JudgedMetric } from '../../../operator/core/analysis/combine.ts';
import type { MetricVerdict } from '../../../operator/core/analysis/judgement.ts';

const metric = (
  verdict: MetricVerdict,
  more: { readonly muted?: boolean; readonly final?: boolean } = {},
): JudgedMetric => ({
  name: verdict.toLowerCase(),
  muted: more.muted ?? false,
  judgement: { verdict, final: more.final ?? true, message: 'is so', samples: 10 },
});

describe("the delivery's verdict", () => {
  it('is the first of any Fail, any Error, any Inconclusive, any undecided, a Pass, all Skipped', () => {
    const order: readonly MetricVerdict[] = ['Fail', 'Error', 'Inconclusive', 'Undecided', 'Pass', 'Skipped'];
    for (const [place, verdict] of order.entries()) {
      const behind = order.slice(place).map((other) => metric(other));
      assert.equal(combine(behind.reverse(), {}).verdict, verdict);
    }
  });

  it('goes back, holds or goes on', () => {
    const next = (verdict: MetricVerdict, final = true) => combine([metric(verdict, { final })], {}).next;
    assert.deepEqual(
      {
        fail: next('Fail'),
        pass: next('Pass', false),
        skipped: next('Skipped'),
        undecided: next('Undecided', false),
        outOfReach: next('Error', false),
        outOfReachToTheDeadline: next('Error'),
        inconclusive: next('Inconclusive'),
      },
      {
        fail: 'roll-back',
        pass: 'go-on',
        skipped: 'go-on',
        undecided: 'hold',
        outOfReach: 'hold',
        outOfReachToTheDeadline: 'roll-back',
        inconclusive: 'ask',
      },
    );
  });

  it('follows the modes of the spec', () => {
    const modes = (mode: 'Ask' | 'Fail' | 'Pass') =>
      (['Error', 'Inconclusive'] as const).map(
        (verdict) => combine([metric(verdict)], { onInconclusive: mode, onError: mode }).next,
      );
    assert.deepEqual(
      [modes('Ask'), modes('Fail'), modes('Pass')],
      [
        ['ask', 'ask'],
        ['roll-back', 'roll-back'],
        ['go-on', 'go-on'],
      ],
    );
  });

  it('shows muted metrics and does not count them', () => {
    const combined = combine([metric('Pass'), metric('Fail', { muted: true })], {});
    assert.deepEqual(combined, {
      verdict: 'Pass',
      next: 'go-on',
      final: true,
      message: 'Pass: pass is so; fail (muted) would be Fail',
    });
    assert.equal(combine([metric('Fail', { muted: true })], {}).verdict, 'Skipped');
  });

  it('is final when every metric is, and at once with a Fail', () => {
    assert.isFalse(combine([metric('Pass'), metric('Pass', { final: false })], {}).final);
    assert.isTrue(combine([metric('Fail'), metric('Undecided', { final: false })], {}).final);
  });
});
