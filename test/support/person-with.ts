import type { Cluster } from '../cluster/cluster.ts';
import { Impersonation, RBAC } from './impersonation.ts';
import { kubectl } from './kubectl.ts';
import { until } from './until.ts';

const RBAC_GROUP = 'rbac.authorization.k8s.io';
/** How to see that a role is in force; the others let somebody patch consultations too. */
const TELLING: Readonly<Record<string, string>> = {
  'code:approver': 'answer expertconsultations',
  'code:operator': 'update deployments',
};
let people = 0;

/** A new user with roles that come with the operator; returns the name to impersonate, which begins as given. */
export async function personWith(cluster: Cluster, name: string, ...roles: readonly string[]): Promise<string> {
  const user = `${name}-${++people}`;
  const who = new Impersonation(cluster, user);
  for (const role of roles) {
    await who.admin({
      path: `${RBAC}/clusterrolebindings`,
      body: {
        apiVersion: `${RBAC_GROUP}/v1`,
        kind: 'ClusterRoleBinding',
        metadata: { name: `${user}-${role.replace(':', '-')}` },
        roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name: role },
        subjects: [{ apiGroup: RBAC_GROUP, kind: 'User', name: user }],
      },
    });
    const right = TELLING[role] ?? 'patch expertconsultations';
    await until(`${user} had the right to ${right}`, 10_000, async () => {
      const may = ['auth', 'can-i', ...`${right}.code-engine.dev`.split(' '), `--as=${user}`];
      return (await kubectl(cluster, may)).stdout.trim() === 'yes';
    });
  }
  return user;
}
