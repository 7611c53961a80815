import { assert } from 'chai';
import type { Deployment, DeploymentStatus } from '../../../operator/api/generated/deployment.ts';
import { type Span, toldAgain, toldSpans } from '../../../operator/core/told-spans.ts';
import { ROOT, spanIdOf, traceIdOf, traceparent } from '../../../operator/core/trace.ts';

const TRACE = traceIdOf('uid', 'delivery');
const at = (seconds: number) => `2026-01-01T00:00:${String(seconds).padStart(2, '0')}Z`;
const time = (seconds: number) => Date.parse(at(seconds));
const attributes = {
  'k8s.namespace.name': 'acme',
  'code.deployment': 'shop',
  'code.revision': 'rev',
  'code.plan': 'plan',
};
const validate = { name: 'validate', state: 'Done', startedAt: at(0), finishedAt: at(1) } as const;

function aDeployment(status?: DeploymentStatus): Deployment {
  return {
    apiVersion: 'code-engine.dev/v1alpha1',
    kind: 'Deployment',
    metadata: { name: 'shop', namespace: 'acme', uid: 'uid' },
    spec: {} as Deployment['spec'], // border: no span is told of a spec
    ...(status === undefined ? {} : { status }),
  };
}

const aStatus = (change: DeploymentStatus): DeploymentStatus => ({
  traceId: TRACE,
  plan: { hash: 'plan', revision: 'rev', delivery: 'delivery', startedAt: at(0) },
  ...change,
});
const ready = (status: 'True' | 'Unknown', seconds: number) => ({
  type: 'Ready',
  status,
  reason: status === 'True' ? 'Promoted' : 'Progressing',
  message: '',
  lastTransitionTime: at(seconds),
  observedGeneration: 1,
});
const names = (spans: readonly Span[]) => spans.map(({ name }) => name);

describe('the spans of a delivery', () => {
  it('are named by its content, as W3C Trace Context spells them', () => {
    assert.match(TRACE, /^[0-9a-f]{32}$/);
    assert.equal(TRACE, traceIdOf('uid', 'delivery'));
    assert.notEqual(TRACE, traceIdOf('uid', 'another'));
    assert.match(traceparent(TRACE, spanIdOf(TRACE, 'validate')), /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it('tell a step once it is over, below the delivery', () => {
    const before = aStatus({ steps: [{ name: 'validate', state: 'Running', startedAt: at(0) }] });
    assert.deepEqual(toldSpans(aDeployment(), before, aStatus({ steps: [validate] })), [
      {
        traceId: TRACE,
        spanId: spanIdOf(TRACE, 'validate'),
        parentId: spanIdOf(TRACE, ROOT),
        name: 'validate',
        start: time(0),
        end: time(1),
        attributes: { ...attributes, 'code.step.state': 'Done' },
      },
    ]);
  });

  it('tell nothing that was told, and nothing of what goes on', () => {
    const status = aStatus({ steps: [validate, { name: 'review', state: 'Waiting', startedAt: at(1) }] });
    assert.deepEqual(toldSpans(aDeployment(), status, status), []);
    assert.deepEqual(names(toldSpans(aDeployment(), undefined, status)), ['validate']);
  });

  it('tell a call below its step, with what became of it, and no call of a delivery before', () => {
    const call = { server: 'security', tool: 'scan', attempt: 1, epoch: 1 } as const;
    const mine = { ...call, name: 'scan', step: 'prepare', key: 'k1', startedAt: at(2), finishedAt: at(3) };
    const earlier = { ...mine, key: 'k0', startedAt: '2025-12-31T23:00:00Z', finishedAt: '2025-12-31T23:00:01Z' };
    const tools = [
      { ...earlier, outcome: 'Succeeded' as const },
      { ...mine, outcome: 'Failed' as const, message: 'three critical findings' },
    ];
    const [span, ...others] = toldSpans(aDeployment(), aStatus({}), aStatus({ tools }));
    assert.deepEqual(others, []);
    assert.deepInclude(span, {
      name: 'call scan',
      parentId: spanIdOf(TRACE, 'prepare'),
      failure: 'three critical findings',
    });
  });

  it('end with the delivery itself, when it serves or when only somebody helps', () => {
    const good = aStatus({ conditions: [ready('True', 9)] });
    assert.deepInclude(toldSpans(aDeployment(), aStatus({ conditions: [ready('Unknown', 0)] }), good)[0], {
      name: ROOT,
      spanId: spanIdOf(TRACE, ROOT),
      start: time(0),
      end: time(9),
    });
    const stalled = { ...ready('True', 8), type: 'Stalled', reason: 'RolledBack' };
    const [root] = toldSpans(aDeployment(), aStatus({}), aStatus({ conditions: [stalled] }));
    assert.equal(root?.failure, 'RolledBack');
    assert.notProperty(root, 'parentId');
  });

  it('are told again by the next process while they are fresh, under the same names', () => {
    const status = aStatus({ steps: [validate], conditions: [ready('True', 9)] });
    const again = toldAgain(aDeployment(status), time(30));
    assert.deepEqual(again, toldSpans(aDeployment(), undefined, status));
    assert.deepEqual(toldAgain(aDeployment(status), time(59) + 60_000), []);
  });

  it('are none for an object without a trace', () => {
    assert.deepEqual(toldSpans(aDeployment(), undefined, { steps: [validate] }), []);
  });
});
