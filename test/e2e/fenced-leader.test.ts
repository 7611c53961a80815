import { assert } from 'chai';
import { bootCluster } from '../cluster/boot-cluster.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { FaultProxy } from '../cluster/fault-proxy.ts';
import { type OperatorProcess, runOperator } from '../cluster/operator.ts';
import { allEnded } from '../support/delivery/all-ended.ts';
import { apply, type Name } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { figure } from '../support/figure.ts';
import { auditTrail } from '../support/killable-operator.ts';
import { installBuilt } from '../support/operator.ts';
import { stoppedFor } from '../support/paused.ts';
import { until } from '../support/until.ts';

const STOPPED_FOR = 60_000;
/** Milliseconds: the lease of `runOperator`, and what delivery.md section 11 allows beyond it. */
const TAKEOVER_WITHIN = 3_000 + 3_000;
const DELIVERIES = 6;

describe('a leader that stands still while another takes over (B5)', function () {
  this.timeout(4 * 60_000);
  let cluster: Cluster;
  let proxies: readonly FaultProxy[] = [];
  let operators: readonly OperatorProcess[] = [];

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    cluster = await bootCluster();
    await installBuilt(cluster);
    for (const seed of [1, 2]) {
      const proxy = await FaultProxy.before(cluster, seed);
      proxies = [...proxies, proxy];
      const operator = await runOperator(cluster, { server: proxy.url });
      operators = [...operators, operator];
      await operator.ready();
    }
  });

  after(async () => {
    for (const operator of operators) await operator.stop();
    for (const proxy of proxies) await proxy.close();
    await cluster?.stop();
  });

  it('writes nothing and calls no tool when it goes on, in the middle of deliveries', async () => {
    const [oldProxy, newProxy] = proxies;
    const [oldLeader] = operators;
    assert(oldProxy !== undefined && newProxy !== undefined && oldLeader !== undefined);
    const [byOld, byNew] = [writesThrough(oldProxy), writesThrough(newProxy)];
    const names: readonly Name[] = Array.from({ length: DELIVERIES }, (_, number) => ({
      namespace: `fenced-${number}`,
      name: 'shop',
    }));
    await apply(
      cluster,
      ...names.map(({ namespace }) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })),
    );
    await apply(cluster, ...names.map((name) => shop(name)));
    await until('its first tool was called', 60_000, () => toolsCalled(oldLeader) > 0);

    const stoppedAt = performance.now();
    const stopped = stoppedFor(oldLeader.pid, STOPPED_FOR);
    await allEnded(cluster, names, 'Promoted', STOPPED_FOR);
    const takeover = Math.round((byNew[0] ?? Number.POSITIVE_INFINITY) - stoppedAt);
    const [writes, calls] = [byOld.length, toolsCalled(oldLeader)];
    await stopped;
    assert.deepEqual(await oldLeader.exit, { code: 1, signal: null });

    console.log(
      `takeover ${takeover} ms; ${byOld.length - writes} writes, ${toolsCalled(oldLeader) - calls} calls since`,
    );
    figure(
      5,
      `takeover ${takeover} ms; ${byOld.length - writes} old writes, ${toolsCalled(oldLeader) - calls} old calls`,
    );
    assert.isAtMost(takeover, TAKEOVER_WITHIN, 'milliseconds until the other one wrote');
    assert.equal(byOld.length - writes, 0, 'writes of the old leader');
    assert.equal(toolsCalled(oldLeader) - calls, 0, 'tools that the old leader called');
  });
});

/** When each write came by, attempts too; leases are renewed all the time and left out, and so is what asks or tries. */
function writesThrough(proxy: FaultProxy): readonly number[] {
  const writes: number[] = [];
  proxy.add({
    match: ({ lane, resource, subresource, dryRun }) => {
      const asks = subresource === 'token' || resource.endsWith('reviews');
      if (lane === 'write' && resource !== 'leases' && !dryRun && !asks) writes.push(performance.now());
      return false;
    },
    fault: { kind: 'delay', milliseconds: 0 },
  });
  return writes;
}

/** How many calls of tools it began. */
function toolsCalled(operator: OperatorProcess): number {
  return auditTrail(operator).filter(({ room, stage }) => room === 'tool' && stage === 'intent').length;
}
