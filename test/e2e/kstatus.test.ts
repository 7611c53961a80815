import { assert } from 'chai';
import { Agent, request } from 'undici';
import type { Deployment } from '../../operator/api/generated/deployment.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { apply, ended } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { judge } from '../support/judges.ts';
import { operator } from '../support/operator.ts';
import { testNamespace } from '../support/plane.ts';

describe('kstatus, asked about every stored version of a Deployment', function () {
  this.timeout(90_000);
  let cluster: Cluster;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    ({ cluster } = await operator());
  });

  it('is never Current before the promotion, and Failed only when a bad version is rolled back', async () => {
    const namespace = await testNamespace('kstatus');
    const name = { namespace, name: 'shop' };
    const path = `/apis/code-engine.dev/v1alpha1/namespaces/${namespace}/deployments`;
    const { metadata } = (await cluster.expectSuccess({ path })) as { metadata: { resourceVersion: string } }; // border: a list
    await apply(cluster, shop({ namespace, version: 'good' }));
    await ended(cluster, name, 'Promoted');
    await apply(cluster, shop({ namespace, version: 'bad', fail: 'crash-loop', spec: { progressDeadlineSeconds: 5 } }));
    await ended(cluster, name, 'RolledBack');

    const versions = await versionsSince(cluster, path, metadata.resourceVersion);
    const answers = await judge(versions.map((object) => ({ judge: 'kstatus', object })));
    const expected = versions.map(({ metadata: { generation }, status }) => {
      if (status?.observedGeneration !== generation) return { status: 'InProgress' };
      if (status?.phase === 'Serving') return { status: 'Current' };
      return { status: status?.phase === 'RolledBack' ? 'Failed' : 'InProgress' };
    });
    assert.deepEqual(answers, expected);
    assert.includeDeepMembers([...answers], [{ status: 'InProgress' }, { status: 'Current' }, { status: 'Failed' }]);
    assert.isAbove(versions.length, 6);
  });
});

/** What the API server stored since then: its watch tells the past first, and ends after the second it is given. */
async function versionsSince(cluster: Cluster, path: string, since: string): Promise<readonly Deployment[]> {
  const { certificate, key } = await cluster.clientCertificateFor('version-watch', ['system:masters']);
  const agent = new Agent({ connect: { ca: cluster.endpoint.authority, cert: certificate, key } });
  const watch = `${cluster.endpoint.server}${path}?watch=true&timeoutSeconds=1&resourceVersion=${since}`;
  const { body } = await request(watch, { dispatcher: agent });
  const lines = (await body.text()).split('\n').filter((line) => line !== '');
  await agent.destroy();
  return lines.map((line) => (JSON.parse(line) as { object: Deployment }).object); // border: an event of the API server
}
