import { assert } from 'chai';
import { isRbacRefusal } from '../../../operator/core/rbac-refusal.ts';

/** Both are 403: words of a real API server. */
const BY_RBAC = [
  'pods is forbidden: User "system:serviceaccount:acme:code-tenant" cannot create resource "pods" in API group "" in the namespace "acme"',
  'serviceaccounts "code-tenant" is forbidden: User "code" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "acme"',
  'replicasets.apps "x" is forbidden: User "code" cannot patch resource "replicasets" in API group "apps" in the namespace "acme"',
];
const BY_ADMISSION = [
  'pods "x" is forbidden: exceeded quota: code-quota, requested: pods=1, used: pods=2, limited: pods=2',
  'pods "x" is forbidden: violates PodSecurity "restricted:v1.36": privileged (container "a" must not set securityContext.privileged=true)',
  "ValidatingAdmissionPolicy 'code-tenant' with binding 'code-tenant' denied request: a namespace cannot change its tenant",
  'namespaces "acme" is forbidden: unable to create new content because it is being terminated',
];

describe('a refusal with status 403', () => {
  for (const message of BY_RBAC) it(`is of RBAC: ${message}`, () => assert.isTrue(isRbacRefusal(message)));
  for (const message of BY_ADMISSION) it(`is of admission: ${message}`, () => assert.isFalse(isRbacRefusal(message)));
});
