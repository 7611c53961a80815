import { assert } from 'chai';
import type { Cluster } from '../cluster/cluster.ts';
import { apply, ended } from '../support/delivery/delivery.ts';
import { gitHistory, type Strategy } from '../support/delivery/git-history.ts';
import { storedVersions } from '../support/delivery/stored-versions.ts';
import { figure } from '../support/figure.ts';
import { judge } from '../support/judges.ts';
import { operator } from '../support/operator.ts';
import { testNamespace } from '../support/plane.ts';

describe('kstatus, asked about every stored version of a Deployment (B7)', function () {
  this.timeout(120_000);
  let cluster: Cluster;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    ({ cluster } = await operator());
  });

  for (const strategy of ['Rolling', 'Canary', 'BlueGreen'] as const) {
    it(`is never Current before the promotion, and Failed only when a bad version is rolled back: ${strategy}`, async () => {
      const versions = await delivered(strategy);
      const answers = await judge(versions.map((object) => ({ judge: 'kstatus', object })));
      const expected = versions.map(({ metadata: { generation }, status }) => {
        if (status?.observedGeneration !== generation) return { status: 'InProgress' };
        if (status?.phase === 'Serving') return { status: 'Current' };
        return { status: status?.phase === 'RolledBack' ? 'Failed' : 'InProgress' };
      });
      assert.deepEqual(answers, expected);
      assert.includeDeepMembers([...answers], [{ status: 'InProgress' }, { status: 'Current' }, { status: 'Failed' }]);
      assert.isAbove(versions.length, 10);
      figure(7, `${strategy}: kstatus right on each of ${versions.length} stored versions of three deliveries`);
    });
  }

  async function delivered(strategy: Strategy) {
    const name = { namespace: await testNamespace('kstatus'), name: 'shop' };
    const versions = await storedVersions(cluster, name.namespace);
    for (const { manifest, ends } of gitHistory(name, strategy)) {
      await apply(cluster, manifest);
      await ended(cluster, name, ends);
    }
    return versions.all();
  }
});
