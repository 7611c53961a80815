import { assert } from 'chai';
import type { Deployment } from '../../operator/api/generated/deployment.ts';
import { bootCluster } from '../cluster/boot-cluster.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { FaultProxy } from '../cluster/fault-proxy.ts';
import { type OperatorProcess, PATIENT_LEASE, runOperator } from '../cluster/operator.ts';
import { allEnded } from '../support/delivery/all-ended.ts';
import { apply, type Name, readDeployment, sizes } from '../support/delivery/delivery.ts';
import { STRATEGIES, type StrategyType, serving } from '../support/delivery/delivery-faults.ts';
import { figure } from '../support/figure.ts';
import { installBuilt } from '../support/operator.ts';
import { testSeed } from '../support/test-seed.ts';
import { until } from '../support/until.ts';

/** Of the events, and how long a watch lasts until it says that it has lost some. */
const LOSSY = { kind: 'events', share: 0.1, forgets: 3_000 } as const;
/** Of each strategy so many deliveries, half of them bad. */
const EACH = 4;
const ENDS_WITHIN = 120_000;
const LEFT_WITHIN = 15_000;

describe('an operator whose watches lose, delay, double and reorder a tenth of their events (B4)', function () {
  this.timeout(6 * 60_000);
  const seed = testSeed();
  let cluster: Cluster;
  let proxy: FaultProxy;
  let operator: OperatorProcess;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    cluster = await bootCluster();
    await installBuilt(cluster);
    proxy = await FaultProxy.before(cluster, seed);
    proxy.add({ match: { lane: 'watch' }, fault: LOSSY });
    operator = await runOperator(cluster, { server: proxy.url, environment: PATIENT_LEASE });
    await operator.ready();
  });

  after(async () => {
    await operator?.stop();
    await proxy?.close();
    await cluster?.stop();
  });

  it(`brings every delivery of every strategy to its end, without a restart (seed ${seed})`, async () => {
    let restarted = false;
    void operator.exit.then(() => {
      restarted = true;
    });
    const deliveries = STRATEGIES.flatMap((strategy) =>
      Array.from({ length: EACH }, (_, number) => {
        const name = { namespace: `lossy-${strategy.toLowerCase()}-${number}`, name: 'shop' };
        return { name, strategy, bad: number % 2 === 1 };
      }),
    );
    const names = deliveries.map(({ name }) => name);
    await apply(
      cluster,
      ...names.map(({ namespace }) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })),
    );
    await apply(cluster, ...deliveries.map(({ name, strategy }) => patient(name, strategy)));
    await allEnded(cluster, names, 'Promoted', ENDS_WITHIN);
    await apply(cluster, ...deliveries.map(({ name, strategy, bad }) => next(patient(name, strategy), bad)));
    const ending = (bad: boolean) => deliveries.filter((one) => one.bad === bad).map(({ name }) => name);
    await allEnded(cluster, ending(false), 'Promoted', ENDS_WITHIN);
    await allEnded(cluster, ending(true), 'RolledBack', ENDS_WITHIN);

    console.log(`events struck: ${JSON.stringify(proxy.events)}`);
    figure(4, `${names.length} deliveries converged; events struck: ${JSON.stringify(proxy.events)}`);
    assert.sameMembers(Object.keys(proxy.events), ['drop', 'duplicate', 'hold', 'reorder']);
    assert.isFalse(restarted);
    for (const name of names) {
      const { status } = await readDeployment(cluster, name);
      const serving = status?.revisions?.serving ?? '';
      assert.isUndefined(status?.drift, 'what a watch did not tell is nothing that somebody deleted');
      // What a switch replaced stands by for a second after the promotion, which may be just now.
      await until(`${name.namespace} served with two pods and had no others`, LEFT_WITHIN, async () => {
        const { [serving]: serves, ...rest } = await sizes(cluster, name);
        return serves === 2 && Object.values(rest).every((size) => size === 0);
      });
    }
  });
});

/** A watch that lost what happened tells it seconds later. */
function patient(name: Name, strategy: StrategyType): Deployment {
  const deployment = serving(name, strategy);
  return { ...deployment, spec: { ...deployment.spec, progressDeadlineSeconds: 30 } };
}

function next(deployment: Deployment, bad: boolean): Deployment {
  const { template } = deployment.spec;
  const labels = {
    ...template.metadata.labels,
    version: 'two',
    ...(bad ? { 'kwok.code-engine.dev/fail': 'crash-loop' } : {}),
  };
  return {
    ...deployment,
    spec: {
      ...deployment.spec,
      progressDeadlineSeconds: bad ? 5 : 30,
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}
