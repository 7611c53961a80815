import { assert } from 'chai';
import { claimNamespaces } from '../../../operator/controllers/tenant/steps/claim-namespaces.ts';
import { OPERATOR } from '../../../operator/core/action.ts';
import { acme, laws, namespaceNamed, observed, pass, told } from './world.ts';

describe('claiming namespaces', () => {
  it('creates what the spec asks for, labelled and with pinned Pod Security, and never by force', () => {
    const world = observed(acme({ namespaces: { create: ['acme-a', 'acme-b'] }, podSecurity: 'baseline' }));
    const decision = claimNamespaces.decide(world, laws);
    if (decision.kind !== 'act') assert.fail(decision.message);
    assert.deepEqual(decision.actions[0], {
      type: 'create-object',
      object: {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: {
          name: 'acme-a',
          labels: {
            'code-engine.dev/tenant': 'acme',
            'pod-security.kubernetes.io/enforce': 'baseline',
            'pod-security.kubernetes.io/enforce-version': 'v1.36',
            'pod-security.kubernetes.io/audit': 'baseline',
            'pod-security.kubernetes.io/audit-version': 'v1.36',
            'pod-security.kubernetes.io/warn': 'baseline',
            'pod-security.kubernetes.io/warn-version': 'v1.36',
          },
          annotations: {
            'code-engine.dev/network': 'Strict',
            'code-engine.dev/origin': 'created',
            'code-engine.dev/tenant-namespaces': 'acme-a,acme-b',
          },
        },
      },
      as: OPERATOR,
    });
    assert.deepEqual(told(decision.actions), ['create-object Namespace acme-a', 'create-object Namespace acme-b']);
  });

  it('labels one that came by itself, as the very object that was read, and says of none that it made it', () => {
    const world = observed(acme({ namespaces: { prefix: 'acme-' } }), [namespaceNamed('acme-x', 'acme')]);
    const decision = claimNamespaces.decide(world, laws);
    if (decision.kind !== 'act' || decision.actions[0].type !== 'apply-object') assert.fail(decision.message);
    const { uid, annotations } = decision.actions[0].object.metadata;
    assert.deepEqual(
      { uid, annotations },
      {
        uid: 'uid-acme-x',
        annotations: { 'code-engine.dev/network': 'Strict', 'code-engine.dev/tenant-namespaces': 'acme-x' },
      },
    );
  });

  it('touches none that is refused, and goes on with the others', () => {
    const namespaces = { prefix: 'acme-', create: ['acme-a'], adopt: { names: ['legacy'] } };
    const world = observed(acme({ namespaces }), [
      namespaceNamed('shop', 'acme'),
      namespaceNamed('legacy', undefined),
      namespaceNamed('kube-system', 'acme'),
    ]);
    const decision = claimNamespaces.decide(world, laws);
    assert.deepEqual(decision.kind === 'act' ? told(decision.actions) : decision, ['create-object Namespace acme-a']);
  });

  it('puts changed labels back, and does nothing where nothing changed', () => {
    const settled = pass(observed(acme({ namespaces: { create: ['acme-a'] } }))).known;
    assert.equal(claimNamespaces.decide(settled, laws).kind, 'done');
    const [namespace] = settled.namespaces;
    if (namespace === undefined) assert.fail('no namespace');
    const labels = { ...namespace.metadata.labels, 'pod-security.kubernetes.io/enforce': 'privileged' };
    const drifted = { ...settled, namespaces: [{ ...namespace, metadata: { ...namespace.metadata, labels } }] };
    const decision = claimNamespaces.decide(drifted, laws);
    assert.deepEqual(decision.kind === 'act' ? told(decision.actions) : decision, ['apply-object Namespace acme-a']);
  });

  it('stops at a field whose behaviour is not built, and names it', () => {
    const decision = claimNamespaces.decide(observed(acme({ cordon: true, namespaces: { create: ['acme-a'] } })), laws);
    assert.deepEqual(decision, {
      kind: 'stuck',
      reason: 'NotSupportedYet',
      message: 'spec.cordon: remove cordon; suspend stops the deliveries',
    });
  });

  it('decides a bounded number of actions in one turn', () => {
    const create = Array.from({ length: 40 }, (_, index) => `acme-${index}`);
    const world = observed(acme({ namespaces: { create, max: 64 } }));
    const decision = claimNamespaces.decide(world, laws);
    assert.equal(decision.kind === 'act' ? decision.actions.length : 0, 16);
    assert.equal(pass(world).known.namespaces.length, 40);
  });
});
