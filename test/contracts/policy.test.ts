import { assert } from 'chai';
import { openPolicyEngine } from '../../operator/adapters/policy/open-policy-engine.ts';
import { threadTime } from '../../operator/adapters/policy/thread-time.ts';
import { ensurePolicyBundle } from '../verbs/build-policy.ts';

describe('the policy bundle in Node', () => {
  const pod = { containers: [{ name: 'app', image: 'nginx:1.29' }] };
  const input = (spec: { readonly [key: string]: import('../../operator/core/json.ts').Json }) => ({
    resource: { kind: 'Deployment', namespace: 'acme-prod', name: 'shop', uid: 'u-1' },
    step: { kind: 'deployment', name: 'roll-out', safety: false, teardown: false },
    actions: [
      {
        type: 'create-object',
        as: 'system:serviceaccount:acme-prod:code-tenant',
        object: {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          metadata: { name: 'shop-7f9c', namespace: 'acme-prod', ownerReferences: [{ uid: 'u-1' }] },
          spec: { template: { spec } },
        },
      },
    ],
  });

  it('allows the roll-out of an ordinary pod and denies that of a privileged one', async () => {
    const engine = await openPolicyEngine((await ensurePolicyBundle()).wasm, threadTime);
    const ask = (spec: typeof pod) => {
      const answer = engine.decide({ entryPoint: 'code/deployment/roll_out/decision', input: input(spec), now: 0 });
      return answer.ok ? answer.value : answer;
    };
    assert.nestedPropertyVal(ask(pod), 'allow', true);
    const privileged = [{ name: 'app', image: 'nginx:1.29', securityContext: { privileged: true } }];
    const refused = ask({ containers: privileged });
    assert.nestedPropertyVal(refused, 'allow', false);
    assert.nestedPropertyVal(refused, 'deny[0].rule', 'pod-security/privileged');
  });
});
