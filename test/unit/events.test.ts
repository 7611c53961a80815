import { assert } from 'chai';
import { NotFound, Upstream } from '../../operator/api/errors.ts';
import type { KubeObject } from '../../operator/api/objects.ts';
import type { WriteOptions, Writer } from '../../operator/ports/kube.ts';
import { EventCorrelator } from '../../operator/runtime/event-correlator.ts';
import { EventRecorder } from '../../operator/runtime/events.ts';
import { RecordedMetrics } from '../support/recorded-metrics.ts';
import { settle, VirtualClock } from '../support/virtual-clock.ts';

const MINUTE = 60_000;

const deployment: KubeObject = {
  apiVersion: 'code-engine.dev/v1alpha1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', uid: 'uid-1', resourceVersion: '7' },
};

function setUp() {
  const clock = new VirtualClock();
  const metrics = new RecordedMetrics();
  const created: KubeObject[] = [];
  const patched: unknown[] = [];
  const fault: { next: Error | undefined; hang: boolean } = { next: undefined, hang: false };
  const reach = async (): Promise<void> => {
    if (fault.hang) await new Promise(() => {});
    const { next } = fault;
    fault.next = undefined;
    if (next !== undefined) throw next;
  };
  const writer: Pick<Writer, 'create' | 'mergePatch'> = {
    create: async <T extends KubeObject>(object: T, _options: WriteOptions) => {
      await reach();
      created.push(object);
      return object;
    },
    mergePatch: async (reference, patch) => {
      await reach();
      patched.push({ ...reference, patch });
      return deployment;
    },
  };
  const recorder = new EventRecorder({ writer, clock, metrics, component: 'code-operator', instance: 'pod-1' });
  const tell = async (message: string, reason = 'RolledOut', object = deployment): Promise<void> => {
    recorder.record(object, { type: 'Normal', reason, message });
    await settle();
  };
  const results = () =>
    Object.fromEntries([...metrics.counts].map(([name, count]) => [/=(\w+)/.exec(name)?.[1], count]));
  return { clock, created, patched, fault, recorder, tell, results };
}

describe('events', () => {
  it('R34: are core/v1 events about the object, with its UID', async () => {
    const { created, tell } = setUp();
    await tell('revision 5f is serving');
    const [event] = created;
    assert.isDefined(event);
    const { metadata, ...rest } = event ?? deployment;
    assert.match(metadata.name, /^web-[0-9a-f]{16}$/);
    assert.equal(metadata.namespace, 'shop');
    assert.deepEqual(rest as object, {
      apiVersion: 'v1',
      kind: 'Event',
      involvedObject: {
        apiVersion: 'code-engine.dev/v1alpha1',
        kind: 'Deployment',
        name: 'web',
        namespace: 'shop',
        uid: 'uid-1',
        resourceVersion: '7',
      },
      type: 'Normal',
      reason: 'RolledOut',
      message: 'revision 5f is serving',
      count: 1,
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
      source: { component: 'code-operator' },
      reportingComponent: 'code-operator',
      reportingInstance: 'pod-1',
    });
  });

  it('of an object without a namespace go where the API server wants them', async () => {
    const { created, tell } = setUp();
    await tell('walls stand', 'Ready', { ...deployment, kind: 'Tenant', metadata: { name: 'shop', uid: 'uid-2' } });
    assert.equal(created[0]?.metadata.namespace, 'default');
  });

  it('R34: that repeat are one event with a count', async () => {
    const { clock, created, patched, tell } = setUp();
    await tell('waiting for pods');
    await clock.advance(MINUTE);
    await tell('waiting for pods');
    await tell('waiting for pods');
    assert.equal(created.length, 1);
    const target = { resource: 'Event', namespace: 'shop', name: created[0]?.metadata.name };
    const patch = { message: 'waiting for pods', lastTimestamp: '2026-01-01T00:01:00Z' };
    assert.deepEqual(patched, [
      { ...target, patch: { ...patch, count: 2 } },
      { ...target, patch: { ...patch, count: 3 } },
    ]);
  });

  it('R34: more than 10 alike in 10 minutes become one counted event', async () => {
    const { created, patched, tell } = setUp();
    for (let pod = 0; pod < 14; pod++) await tell(`pod ${pod} failed`);
    assert.equal(created.length, 11);
    assert.equal(patched.length, 3);
    assert.propertyVal(created[10], 'message', '(combined from alike events) pod 10 failed');
    assert.nestedPropertyVal(patched[2], 'patch.message', '(combined from alike events) pod 13 failed');
    assert.nestedPropertyVal(patched[2], 'patch.count', 4);
  });

  it('R34: are told one by one again when none came for 10 minutes', () => {
    const correlator = new EventCorrelator();
    const tell = (message: string, at: number) =>
      correlator.correlate(deployment.metadata, { type: 'Normal', reason: 'Failed', message }, at)?.message;
    for (let pod = 0; pod < 10; pod++) tell(`pod ${pod}`, 0);
    assert.equal(tell('pod 10', 0), '(combined from alike events) pod 10');
    assert.equal(tell('pod 11', 10 * MINUTE + 1), 'pod 11');
  });

  it('R34: of one object are at most 25 at once, then one each 300 s; others are not held up', async () => {
    const { clock, tell, results } = setUp();
    for (let count = 0; count < 40; count++) await tell('a', `Reason${count}`);
    assert.deepEqual(results(), { sent: 25, filtered: 15 });
    await tell('a', 'Reason', { ...deployment, metadata: { ...deployment.metadata, uid: 'uid-2' } });
    assert.deepEqual(results(), { sent: 26, filtered: 15 });
    await clock.advance(5 * MINUTE);
    await tell('a', 'Late1');
    await tell('a', 'Late2');
    assert.deepEqual(results(), { sent: 27, filtered: 16 });
  });

  it('R34: that cannot be written are counted and hurt nobody', async () => {
    const { created, fault, tell, results } = setUp();
    fault.next = new Upstream('Unavailable', 'down');
    await tell('waiting for pods');
    await tell('waiting for pods');
    assert.deepEqual(results(), { failed: 1, sent: 1 });
    assert.propertyVal(created[0], 'count', 1);
  });

  it('begin anew when the API server has dropped the old one', async () => {
    const { clock, created, fault, tell, results } = setUp();
    await tell('waiting for pods');
    await clock.advance(61 * MINUTE);
    fault.next = new NotFound('NotFound', 'gone');
    await tell('waiting for pods');
    assert.deepEqual(results(), { sent: 2 });
    assert.propertyVal(created[1], 'count', 1);
    assert.propertyVal(created[1], 'firstTimestamp', '2026-01-01T01:01:00Z');
    assert.notEqual(created[0]?.metadata.name, created[1]?.metadata.name);
  });

  it('R34, R42: wait in a queue of 1,000; what comes on top is dropped, and nobody waits', async () => {
    const { fault, recorder, results } = setUp();
    fault.hang = true;
    for (let count = 0; count < 1_500; count++) {
      recorder.record(deployment, { type: 'Normal', reason: 'Flood', message: `${count}` });
    }
    assert.deepEqual(results(), { dropped: 500 });
  });

  it('R42: are remembered for 4,096 keys at most', () => {
    const correlator = new EventCorrelator();
    for (let count = 0; count < 20_000; count++) {
      const event = { type: 'Normal', reason: 'Any', message: `${count}` } as const;
      const correlated = correlator.correlate({ name: `n${count}` }, event, count);
      if (correlated) correlator.written(correlated, `e${count}`);
    }
    assert.equal(correlator.size, 3 * 4_096);
  });

  it('R37: that wait are told before the recorder stops, and none after', async () => {
    const { created, recorder, results } = setUp();
    for (let count = 0; count < 5; count++)
      recorder.record(deployment, { type: 'Normal', reason: `R${count}`, message: '' });
    await recorder.stop();
    assert.equal(created.length, 5);
    recorder.record(deployment, { type: 'Normal', reason: 'Late', message: '' });
    assert.deepEqual(results(), { sent: 5, dropped: 1 });
  });

  it('have messages the API server takes', async () => {
    const { created, tell } = setUp();
    await tell('x'.repeat(5_000));
    assert.propertyVal(created[0], 'message', `${'x'.repeat(1_021)}...`);
  });
});
