import { assert } from 'chai';
import type { CodeObject } from '../../operator/api/objects.ts';
import { OPERATOR } from '../../operator/core/action.ts';
import { buildGateInput } from '../../operator/core/build-gate-input.ts';
import type { GateQuestion } from '../../operator/core/gate-input.ts';

const tenant = { kind: 'service-account', namespace: 'acme-prod', name: 'code-tenant' } as const;

const object: CodeObject = {
  apiVersion: 'code-engine.dev/v1alpha1',
  kind: 'Deployment',
  metadata: { name: 'shop', namespace: 'acme-prod', uid: 'u-1', generation: 3, resourceVersion: '17' },
  spec: { replicas: 2 },
};

const question = (over: Partial<GateQuestion>): GateQuestion => ({
  kind: 'deployment',
  step: 'roll-out',
  safety: false,
  teardown: false,
  subject: tenant,
  object,
  actions: [{ type: 'record', record: { kind: 'plan', hash: 'abc' } }],
  facts: {},
  ...over,
});

describe('the input of a policy', () => {
  it('holds subject, resource, step, actions and a calendar in UTC, and no fact that was not given', () => {
    assert.deepEqual(buildGateInput(question({}), Date.UTC(2026, 2, 2, 15, 5, 7, 9)), {
      subject: { user: 'system:serviceaccount:acme-prod:code-tenant' },
      resource: {
        kind: 'Deployment',
        namespace: 'acme-prod',
        name: 'shop',
        uid: 'u-1',
        generation: 3,
        labels: {},
        spec: { replicas: 2 },
      },
      step: { kind: 'deployment', name: 'roll-out', safety: false, teardown: false },
      actions: [{ type: 'record', record: { kind: 'plan', hash: 'abc' } }],
      time: { now: '2026-03-02T15:05:07Z', weekday: 'Mon', minute: 905, date: '2026-03-02' },
    });
  });

  it('carries the facts of the room, which can never stand in for the question itself', () => {
    const facts = { tenant: { name: 'acme' }, subject: { user: 'system:admin' } };
    const input = buildGateInput(question({ facts }), 0);
    assert.deepEqual(input['tenant'], { name: 'acme' });
    assert.deepEqual(input['subject'], { user: 'system:serviceaccount:acme-prod:code-tenant' });
  });

  it('names every identity as the API server does', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } };
    const input = buildGateInput(
      question({
        subject: OPERATOR,
        actions: [
          { type: 'dry-run-object', object: pod, as: tenant },
          { type: 'dry-run-object', object: pod, as: OPERATOR },
        ],
      }),
      0,
    );
    assert.deepEqual(input['subject'], { user: 'system:serviceaccount:code-system:code-operator' });
    assert.deepEqual(input['actions'], [
      { type: 'dry-run-object', object: pod, as: 'system:serviceaccount:acme-prod:code-tenant' },
      { type: 'dry-run-object', object: pod, as: 'system:serviceaccount:code-system:code-operator' },
    ]);
  });

  it('never holds the contents of a Secret', () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'token' },
      type: 'Opaque',
      data: { key: 'Y2FuYXJ5' },
      stringData: { key: 'canary' },
    };
    const actions = [{ type: 'create-object', object: secret, as: tenant }] as const;
    assert.deepEqual(buildGateInput(question({ actions }), 0)['actions'], [
      {
        type: 'create-object',
        object: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token' }, type: 'Opaque' },
        as: 'system:serviceaccount:acme-prod:code-tenant',
      },
    ]);
  });
});
