import { assert } from 'chai';
import { Conflict, Denied, InvalidSpec, NotFound, Upstream } from '../../../operator/api/errors.ts';
import { refusalOf } from '../../../operator/cli/refusal.ts';

describe('a refusal', () => {
  it('of an admission policy is told in the words of the policy', () => {
    const message =
      'could not patch deployments.code-engine.dev acme/shop: deployments.code-engine.dev "shop" is forbidden: ' +
      "ValidatingAdmissionPolicy 'code-verbs' with binding 'code-verbs' denied request: code-verbs: setting annotation " +
      'code-engine.dev/retry needs the RBAC verb retry';
    assert.deepEqual(refusalOf(new Denied('Forbidden', message)), {
      message: 'the cluster refused it: code-verbs: setting annotation code-engine.dev/retry needs the RBAC verb retry',
      code: 1,
    });
  });

  it('for a missing right says who may not do what, and where', () => {
    const words = (rest: string) => `could not list pods: pods is forbidden: User "jane" cannot list resource ${rest}`;
    assert.deepEqual(
      [
        refusalOf(new Denied('Forbidden', words('"pods" in API group "" in the namespace "acme"'))).message,
        refusalOf(new Denied('Forbidden', words('"tenants" in API group "code-engine.dev" at the cluster scope')))
          .message,
      ],
      [
        'you (jane) may not list pods in namespace acme: ask for a role that grants it',
        'you (jane) may not list tenants.code-engine.dev in the cluster: ask for a role that grants it',
      ],
    );
  });

  it('ends with 1 where the cluster said no, with 4 where it could not be asked', () => {
    const codes = [
      new NotFound('NotFound', 'there is no shop'),
      new Conflict('TestFailed', 'it changed'),
      new InvalidSpec('Invalid', 'spec.replicas is negative'),
      new InvalidSpec('KubeconfigUnreadable', 'no file'),
      new Upstream('ConnectFailed', 'could not connect'),
      new Denied('Unauthorized', "the operator's credentials"),
    ].map((error) => refusalOf(error).code);
    assert.deepEqual(codes, [1, 1, 1, 4, 4, 4]);
  });
});
