import { assert } from 'chai';
import { claimIdentity } from '../../../operator/controllers/deployment/steps/claim-identity.ts';
import { START } from './builders.ts';
import { anObservation, laws } from './observed-builders.ts';
import { inWords } from './simulation.ts';

const without = ({ serviceAccount: _account, ...rest }: ReturnType<typeof anObservation>) => ({
  ...rest,
  roleBindings: [],
});

describe('step claim-identity', () => {
  it('is done where ServiceAccount and bindings have stood for a while', () => {
    assert.deepEqual(claimIdentity.decide(anObservation(), laws()), {
      kind: 'done',
      reason: 'IdentityClaimed',
      message: 'the work is written as ServiceAccount code-tenant of namespace acme-prod',
    });
  });

  it('waits until fresh bindings are in force', () => {
    const decision = claimIdentity.decide(anObservation(), laws({ now: START - 59_000 }));
    assert.deepInclude(decision, { kind: 'wait', reason: 'IdentityForming', until: START - 58_000 });
  });

  it('sets them up as the operator where no Tenant does', () => {
    const decision = claimIdentity.decide(without(anObservation()), laws());
    assert.equal(decision.kind, 'act');
    if (decision.kind !== 'act') return;
    assert.deepEqual(decision.actions.map(inWords), [
      'apply ServiceAccount code-tenant',
      'apply RoleBinding code-tenant-workload',
      'apply RoleBinding code-tenant-identity',
    ]);
    assert.isTrue(decision.actions.every((action) => 'as' in action && action.as.kind === 'operator'));
  });

  it('waits for the Tenant in its namespace, and never does its work', () => {
    const decision = claimIdentity.decide({ ...without(anObservation()), tenantName: 'acme' }, laws());
    assert.deepEqual(decision, {
      kind: 'wait',
      reason: 'TenantNotReady',
      message:
        'namespace acme-prod belongs to Tenant acme, which has not set up ServiceAccount code-tenant there yet; kubectl describe ctenant acme says why',
      until: START + 5_000,
    });
  });

  it('refuses a namespace without a Tenant where the settings say so, and names the way out', () => {
    const settings = { ...laws().settings, untenanted: 'Refuse' } as const;
    const decision = claimIdentity.decide(without(anObservation()), laws({ settings }));
    assert.deepEqual(decision, {
      kind: 'stuck',
      reason: 'TenantRequired',
      message:
        "namespace acme-prod belongs to no Tenant, and the operator's setting untenanted is Refuse; create this object in a namespace of a Tenant, or set untenanted to Serve",
    });
  });
});
