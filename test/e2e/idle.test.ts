/** What a settled fleet costs, and how soon a newcomer beside it is answered: the CI share of `npm run bench -- fleet`. */
import { assert } from 'chai';
import { type Controller, measurePhase, quiet } from '../bench/fleet/phase.ts';
import { measureRest } from '../bench/fleet/rest.ts';
import { ours } from '../bench/fleet/workload.ts';
import { percentile } from '../bench/percentile.ts';
import { isOperator } from '../bench/requests.ts';
import { bootCluster } from '../cluster/boot-cluster.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { runOperator } from '../cluster/operator.ts';
import { figure } from '../support/figure.ts';
import { installBuilt } from '../support/operator.ts';

const FLEET = 200;
const NEWCOMERS = 20;
const WINDOWS = 3;
const namespace = 'idle';

describe('an operator with 200 settled Deployments', function () {
  this.timeout(10 * 60_000);
  let cluster: Cluster;
  let controller: Controller;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    cluster = await bootCluster({ throughput: true });
    await installBuilt(cluster);
    // A fleet of this size is work enough for the machine: the lease is as long as in a real cluster.
    const lease = { CODE_LEASE_DURATION_SECONDS: '15', CODE_LEASE_RENEW_DEADLINE_SECONDS: '10' };
    const operator = await runOperator(cluster, { environment: lease });
    await operator.ready();
    controller = { pid: operator.pid, isOwn: isOperator };
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
    await cluster.expectSuccess({ method: 'POST', path: '/api/v1/namespaces', body });
    await create('first', 1);
    await create('fleet', FLEET);
    await quiet(cluster, controller, 5_000);
  });

  after(async () => {
    await cluster?.stop();
  });

  it('writes nothing and hardly works while nothing changes (R33, B18)', async () => {
    const rests = [];
    for (let nth = 0; nth < WINDOWS; nth++) rests.push(await measureRest(cluster, controller, 10));
    const writes = rests.reduce((sum, rest) => sum + rest.writes, 0);
    // A collection of garbage fills one window; what it does again and again is in the one between.
    const share = percentile(
      rests.map((rest) => rest.share),
      0.5,
    );
    figure(18, `${FLEET} at rest for ${WINDOWS} x 10 s: ${writes} writes, ${share.toFixed(2)} % of a core`);
    assert.equal(writes, 0);
    assert.isBelow(share, 2, 'percent of a core');
  });

  it('answers a newcomer with a first status within a second (B17)', async () => {
    const { firstStatus } = await create('newcomer', NEWCOMERS, 'one by one');
    assert.lengthOf(firstStatus, NEWCOMERS);
    figure(17, `beside ${FLEET}: first status p95 ${percentile(firstStatus, 0.95).toFixed(2)} s`);
    assert.isBelow(percentile(firstStatus, 0.95), 1, 'seconds');
  });

  function create(stem: string, count: number, pace?: 'one by one') {
    const names = Array.from({ length: count }, (_, index) => `${stem}-${index}`);
    return measurePhase(cluster, controller, ours, namespace, names, 'create', pace);
  }
});
