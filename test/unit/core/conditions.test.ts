import { assert } from 'chai';
import { MESSAGE_LIMIT } from '../../../operator/api/conditions.ts';
import type { Condition } from '../../../operator/api/objects.ts';
import { bounded, brokenLaws, type Claim, conditionsOf, timestamp } from '../../../operator/core/conditions.ts';

const NOON = Date.UTC(2026, 10, 25, 12, 0, 0, 987);

const claim = (over: Partial<Claim> = {}): Claim => ({
  type: 'Ready',
  status: 'True',
  reason: 'Promoted',
  message: 'it serves',
  ...over,
});

const condition = (over: Partial<Condition> = {}): Condition => ({
  ...claim(),
  lastTransitionTime: '2026-11-25T11:00:00Z',
  observedGeneration: 1,
  ...over,
});

describe('conditions (R32)', () => {
  it('are sorted by type, of the generation, at whole seconds', () => {
    assert.deepEqual(conditionsOf([], [claim(), claim({ type: 'Planned' })], 4, NOON), [
      condition({ type: 'Planned', lastTransitionTime: '2026-11-25T12:00:00Z', observedGeneration: 4 }),
      condition({ lastTransitionTime: '2026-11-25T12:00:00Z', observedGeneration: 4 }),
    ]);
    assert.equal(timestamp(NOON), '2026-11-25T12:00:00Z');
  });

  it('keep their transition time while status stays, whatever the words', () => {
    const [kept] = conditionsOf([condition()], [claim({ reason: 'Other', message: 'other' })], 2, NOON);
    assert.equal(kept?.lastTransitionTime, '2026-11-25T11:00:00Z');
    const [moved] = conditionsOf([condition()], [claim({ status: 'False' })], 2, NOON);
    assert.equal(moved?.lastTransitionTime, '2026-11-25T12:00:00Z');
  });

  it('are gone when nobody claims them', () => {
    assert.deepEqual(
      conditionsOf([condition({ type: 'Stalled' })], [claim()], 1, NOON).map(({ type }) => type),
      ['Ready'],
    );
  });

  it('cut their message on a whole character and say so', () => {
    assert.equal(bounded('abcdef', 6), 'abcdef');
    assert.equal(bounded('abcdefg', 6), 'abc...');
    assert.equal(bounded('😀😀😀😀😀😀😀', 6), '😀😀😀...');
  });

  it('are lawful however many bytes the characters of a message have', () => {
    const status = {
      observedGeneration: 1,
      conditions: conditionsOf([], [claim({ message: '😀'.repeat(2_000) })], 1, NOON),
    };
    assert.deepEqual(brokenLaws(status, 1), []);
    assert.lengthOf(Array.from(status.conditions[0]?.message ?? ''), MESSAGE_LIMIT);
  });

  it('make a reason of what the world called one: the API server takes CamelCase only', () => {
    const reasons = ['Forbidden', 'image is too old', 'no-go: 7', '', '7days', 'x'.repeat(200)];
    const made = reasons.map((reason) => conditionsOf([], [claim({ reason })], 1, NOON)[0]?.reason);
    assert.deepEqual(made, ['Forbidden', 'ImageIsTooOld', 'NoGo7', 'Unknown', 'Reason7days', `X${'x'.repeat(127)}`]);
  });
});

describe('the laws of conditions (R32)', () => {
  const broken = (conditions: readonly Condition[], observedGeneration = 1) =>
    brokenLaws({ observedGeneration, conditions }, 1);
  const of = (type: string, status: Condition['status'], over: Partial<Condition> = {}) =>
    condition({ type, status, reason: 'Why', ...over });

  it('hold for the four states of kstatus and for suspension', () => {
    assert.deepEqual(broken([of('Ready', 'True')]), []);
    assert.deepEqual(broken([of('Ready', 'Unknown'), of('Reconciling', 'True')]), []);
    assert.deepEqual(broken([of('Ready', 'False'), of('Reconciling', 'True')]), []);
    assert.deepEqual(broken([of('Ready', 'False'), of('Stalled', 'True')]), []);
    assert.deepEqual(broken([of('Ready', 'Unknown', { reason: 'Suspended' })]), []);
  });

  const cases: readonly (readonly [string, readonly Condition[], number?])[] = [
    ['Ready is present', []],
    [
      'Reconciling and Stalled are never both present',
      [of('Ready', 'False'), of('Reconciling', 'True'), of('Stalled', 'True')],
    ],
    ['Reconciling is removed rather than False', [of('Ready', 'Unknown'), of('Reconciling', 'False')]],
    ['Stalled is removed rather than False', [of('Ready', 'False'), of('Stalled', 'False')]],
    ['Stalled means Ready is False', [of('Ready', 'True'), of('Stalled', 'True')]],
    ['Reconciling means Ready is Unknown or False', [of('Ready', 'True'), of('Reconciling', 'True')]],
    ['Ready True forbids any lag of observedGeneration', [of('Ready', 'True')], 0],
    ['Ready True forbids any lag of observedGeneration', [of('Ready', 'True', { observedGeneration: 0 })]],
    ['observedGeneration is at most generation', [of('Ready', 'False'), of('Stalled', 'True')], 2],
    ['Ready Unknown needs Reconciling, unless suspended', [of('Ready', 'Unknown')]],
    ['Ready False needs Reconciling or Stalled', [of('Ready', 'False')]],
    ['conditions are sorted by type, each once', [of('Ready', 'True'), of('Planned', 'True')]],
    ['conditions are sorted by type, each once', [of('Ready', 'True'), of('Ready', 'True')]],
    ['reasons are CamelCase', [of('Ready', 'True', { reason: 'not so' })]],
    [`messages have at most ${MESSAGE_LIMIT} characters`, [of('Ready', 'True', { message: 'x'.repeat(1_025) })]],
  ];
  for (const [law, conditions, observed] of cases) {
    it(`tell a status that breaks: ${law}`, () => assert.deepEqual(broken(conditions, observed), [law]));
  }

  it('demand that Ready repeats the reason and message of what is worst', () => {
    const ready = of('Ready', 'False', { reason: 'A', message: 'a' });
    const stalled = of('Stalled', 'True', { reason: 'B', message: 'b' });
    assert.deepEqual(broken([ready, stalled]), ['Ready repeats reason and message of the worst condition']);
  });
});
