import { assert } from 'chai';
import type { DriftStatus } from '../../../operator/api/generated/deployment.ts';
import { type Drift, withRepair } from '../../../operator/core/repairs.ts';
import { toldDrift } from '../../../operator/core/told-drift.ts';
import { smallObject } from '../../support/small-room.ts';

const START = Date.parse('2026-11-02T12:00:00Z');
const selector: Drift = { kind: 'Service', name: 'shop', field: 'spec.selector', manager: 'istio-pilot' };
const gone: Drift = { kind: 'ReplicaSet', name: 'shop-1' };

const repaired = (drift: Drift, ...times: readonly number[]) =>
  times.reduce<readonly DriftStatus[]>((ledger, time) => withRepair(ledger, drift, START + time), []);
const events = (before: readonly DriftStatus[], now: readonly DriftStatus[]) =>
  toldDrift(smallObject({}, { status: { drift: before } as object }), { drift: now } as object);

describe('the events of drift', () => {
  it('are one a repair, which names the child, the field and who changed it', () => {
    assert.deepEqual(events([], repaired(selector, 0)), [
      {
        type: 'Normal',
        reason: 'DriftRepaired',
        message: 'Service shop was put right: istio-pilot had changed spec.selector',
      },
    ]);
    assert.deepEqual(
      events([], repaired(gone, 0)).map(({ message }) => message),
      ['ReplicaSet shop-1 was made again: it had been deleted'],
    );
  });

  it('warn once that a child is contested', () => {
    const [second, third, fourth] = [
      [0, 1],
      [0, 1, 2],
      [0, 1, 2, 70_000],
    ].map((times) => repaired(selector, ...times));
    assert.deepEqual(
      events(second ?? [], third ?? []).map(({ type, reason }) => `${type} ${reason}`),
      ['Normal DriftRepaired', 'Warning Contested'],
    );
    assert.deepEqual(
      events(third ?? [], fourth ?? []).map(({ reason }) => reason),
      ['DriftRepaired'],
    );
  });

  it('are none where nothing was repaired since', () => {
    const ledger = repaired(selector, 0);
    assert.deepEqual(events(ledger, ledger), []);
    assert.deepEqual(events(ledger, []), []);
  });
});

describe('the ledger of repairs', () => {
  it('counts what is ten minutes old no more', () => {
    assert.deepEqual(repaired(selector, 0, 300_000, 700_000)[0]?.repairs, [
      '2026-11-02T12:05:00Z',
      '2026-11-02T12:11:40Z',
    ]);
  });

  it('is bounded however many children are edited', () => {
    const many = Array.from({ length: 50 }, (_, index) => ({ ...gone, name: `shop-${index}` }));
    const ledger = many.reduce<readonly DriftStatus[]>((known, drift) => withRepair(known, drift, START), []);
    assert.lengthOf(ledger, 8);
    assert.equal(ledger.at(-1)?.name, 'shop-49');
  });
});
