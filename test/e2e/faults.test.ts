import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { assert } from 'chai';
import type { Deployment } from '../../operator/api/generated/deployment.ts';
import type { KubeObject } from '../../operator/api/objects.ts';
import { bootCluster } from '../cluster/boot-cluster.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { FaultProxy } from '../cluster/fault-proxy.ts';
import type { Rule } from '../cluster/fault-proxy-rules.ts';
import { kubeconfig } from '../cluster/kubeconfig.ts';
import { type OperatorProcess, PATIENT_LEASE, runOperator } from '../cluster/operator.ts';
import { auditLogEnd } from '../support/audit-log.ts';
import { allEnded } from '../support/delivery/all-ended.ts';
import { apply, ended, list, type Name, readDeployment, readyReason, sizes } from '../support/delivery/delivery.ts';
import { STRATEGIES, type StrategyType, strategyOf } from '../support/delivery/delivery-faults.ts';
import { shop } from '../support/delivery/manifests.ts';
import { allOperatorWrites, podsCreated } from '../support/delivery/writes.ts';
import { installBuilt } from '../support/operator.ts';
import { pausedFor } from '../support/paused.ts';
import { testSeed } from '../support/test-seed.ts';
import { until } from '../support/until.ts';

/** What the oracle allows: so long until all is as the spec says, and so long nothing must be written then. */
const SETTLES_WITHIN = 30_000;
const QUIET_FOR = 10_000;
/** A fault ends when the work is done in spite of it, or after so many milliseconds. */
const FAULT_LASTS = 30_000;
/** Seconds the bad version is given, where the fault leaves the operator able to see what becomes of it. */
const DEADLINE = 3;
const COPIES = 4;
/** Of `strategyOf`. */
const SURGE = 1;
const SYSTEM = '/api/v1/namespaces/code-system';

describe('an operator behind a bad connection', function () {
  this.timeout(3 * 60_000);
  const seed = testSeed();
  let cluster: Cluster;
  let proxy: FaultProxy;
  let operator: OperatorProcess;
  let credentials: string;
  let namespaces = 0;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    cluster = await bootCluster();
    await installBuilt(cluster);
    proxy = await FaultProxy.before(cluster, seed);
    credentials = cluster.writeKubeconfig('bound-operator', { token: await boundToken('first') }, endpoint());
    operator = await runOperator(cluster, { environment: { ...PATIENT_LEASE, CODE_KUBECONFIG: credentials } });
    await operator.ready();
  });

  after(async () => {
    await operator?.stop();
    await proxy?.close();
    await cluster?.stop();
  });

  afterEach(function () {
    if (this.currentTest?.state === 'failed') console.error(`seed ${seed}\n${proxy.trace.slice(-50).join('\n')}`);
  });

  const faults: readonly { told: string; rule: Rule; deadline?: number }[] = [
    { told: 'answers every tenth request with 500', rule: { match: {}, when: { every: 10 }, fault: status(500) } },
    {
      told: 'answers every fifth write with 409',
      rule: { match: { lane: 'write' }, when: { every: 5 }, fault: status(409) },
      // Each costs it 5 s: it waits for the other version of the object that such an answer speaks of, and there is none.
      deadline: 25,
    },
    {
      told: 'loses its answer to every fifth write',
      rule: { match: { lane: 'write' }, when: { every: 5 }, fault: { kind: 'reset', when: 'after' } },
    },
    {
      told: 'ends every watch after 300 ms',
      rule: { match: { lane: 'watch' }, fault: { kind: 'cut', milliseconds: 300 } },
      // It is blind for up to 10 s at a time: with less it gives up before it has rolled out anything.
      deadline: 25,
    },
    { told: 'takes 300 ms for every request', rule: { match: {}, fault: { kind: 'delay', milliseconds: 300 } } },
  ];

  for (const { told, rule, deadline } of faults) {
    it(`does its work when the API server ${told}, and comes to rest`, async () => {
      const bad = await served();
      const from = auditLogEnd(cluster.auditLog);
      const added = proxy.add(rule);
      const begun = performance.now();
      const good = await change(bad, deadline);
      await until(
        'the fault lasted',
        2 * FAULT_LASTS,
        async () => (await atEnd(good, bad)) || performance.now() - begun > FAULT_LASTS,
      );
      added.remove();
      assert.isAtLeast(added.hits, 2, 'the fault struck');
      await comesToRest(good, bad, from);
    });
  }

  it('does its work after the API server stood still for 10 s, and comes to rest', async () => {
    const bad = await served();
    const from = auditLogEnd(cluster.auditLog);
    const good = await change(bad);
    await pausedFor(cluster.components.apiServer, 10_000);
    await comesToRest(good, bad, from);
  });

  for (const { told, strike } of [
    {
      told: 'restarts',
      strike: async () => {
        await cluster.components.apiServer.restart();
        const path = '/apis/code-engine.dev/v1alpha1/deployments';
        // A custom resource is back a moment after the server is.
        await until(
          'it serves its custom resources',
          10_000,
          async () => (await cluster.request({ path })).status === 200,
        );
      },
    },
    {
      told: 'ends every watch at once for 3 s',
      strike: async () => {
        const added = proxy.add({ match: { lane: 'watch' }, fault: { kind: 'cut', milliseconds: 0 } });
        await delay(3_000);
        added.remove();
      },
    },
  ]) {
    it(`promotes by every strategy when the API server ${told} in the middle (B3)`, async () => {
      const deliveries = STRATEGIES.map((strategy) => {
        const name = { namespace: `faults-${++namespaces}-${strategy.toLowerCase()}`, name: 'shop' };
        return { name, strategy };
      });
      const names = deliveries.map(({ name }) => name);
      await apply(
        cluster,
        ...names.map(({ namespace }) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })),
      );
      await apply(cluster, ...deliveries.map(({ name, strategy }) => staged(name, strategy, 'one')));
      await allEnded(cluster, names, 'Promoted', 2 * SETTLES_WITHIN);
      const from = auditLogEnd(cluster.auditLog);
      await apply(cluster, ...deliveries.map(({ name, strategy }) => staged(name, strategy, 'two')));
      // The controller manager makes a pod anew whose first making it got no answer to: none is to be in the making.
      await until('all were under way', SETTLES_WITHIN, async () => {
        const all = await Promise.all(names.map(({ namespace }) => replicaSets(cluster, namespace)));
        return all.every(
          (sets) => sets.length === 2 && sets.every(({ spec, status }) => status?.replicas === spec.replicas),
        );
      });
      await strike();
      const struckAt = Date.now();
      await allEnded(cluster, names, 'Promoted', 2 * SETTLES_WITHIN);
      for (const { name } of deliveries) {
        const { status } = await readDeployment(cluster, name);
        const promoted = Date.parse(status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '');
        assert.isAbove(promoted, struckAt - 1_000, `${name.namespace} was under way`);
        const made = await podsCreated(cluster, name.namespace, from);
        assert.isAtMost(made, COPIES + SURGE, `pods made in ${name.namespace}`);
      }
    });
  }

  it('goes on with a new token when its own is refused', async () => {
    const from = auditLogEnd(cluster.auditLog);
    const bad = await served();
    await cluster.expectSuccess({ method: 'DELETE', path: `${SYSTEM}/secrets/first` });
    const good = await change(bad);
    await until('the API server refused the token', SETTLES_WITHIN, () =>
      proxy.trace.some((line) => line.endsWith('-> 401')),
    );
    writeFileSync(credentials, kubeconfig(endpoint(), { token: await boundToken('second') }));
    await comesToRest(good, bad, from);
  });

  const endpoint = () => ({ ...cluster.endpoint, server: proxy.url });

  /** A token that is good for as long as the Secret it is bound to exists. */
  async function boundToken(secret: string): Promise<string> {
    const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name: secret } };
    const made = await cluster.expectSuccess({ method: 'POST', path: `${SYSTEM}/secrets`, body });
    const { uid } = (made as { metadata: { uid: string } }).metadata; // border: the object that was made
    const boundObjectRef = { apiVersion: 'v1', kind: 'Secret', name: secret, uid };
    const answer = await cluster.expectSuccess({
      method: 'POST',
      path: `${SYSTEM}/serviceaccounts/code-operator/token`,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { boundObjectRef } },
    });
    return (answer as { status: { token: string } }).status.token; // border: a TokenRequest comes back with its status
  }

  /** A delivery that serves, in a namespace of its own. */
  async function served(): Promise<Name> {
    const namespace = `faults-${++namespaces}`;
    await apply(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const name = { namespace, name: 'bad' };
    await apply(cluster, shop(name));
    await ended(cluster, name, 'Promoted');
    return name;
  }

  /** Asks for a bad version of what serves, and for a new delivery beside it, which is returned. */
  async function change(bad: Name, progressDeadlineSeconds = DEADLINE): Promise<Name> {
    const good = { ...bad, name: 'good' };
    await apply(cluster, shop(good), shop({ ...bad, fail: 'crash-loop', spec: { progressDeadlineSeconds } }));
    return good;
  }

  async function atEnd(good: Name, bad: Name): Promise<boolean> {
    const reasons = await Promise.all(
      [good, bad].map(async (name) => readyReason(await readDeployment(cluster, name))),
    );
    return reasons[0] === 'Promoted' && reasons[1] === 'RolledBack';
  }

  /** The oracle: as the spec says soon after the last fault, which was just now, and then nothing is written. */
  async function comesToRest(good: Name, bad: Name, fromByte: number): Promise<void> {
    const faultEnded = Date.now();
    await until('everything was as the spec says', SETTLES_WITHIN, () => atEnd(good, bad));
    let last = 0;
    await until(`nothing was written for ${QUIET_FOR} ms`, SETTLES_WITHIN + QUIET_FOR, async () => {
      const writes = await allOperatorWrites(cluster, fromByte);
      last = Math.max(0, ...writes.map(({ receivedAt }) => receivedAt));
      return Date.now() - Math.max(last, faultEnded) >= QUIET_FOR;
    });
    assert.isBelow(last - faultEnded, SETTLES_WITHIN, 'milliseconds until the last write');
    const { status } = await ended(cluster, good, 'Promoted');
    assert.deepEqual(await sizes(cluster, good), { [status?.revisions?.serving ?? '']: 3 });
    const { status: back } = await ended(cluster, bad, 'RolledBack');
    const revisions = { [back?.revisions?.serving ?? '']: 3, [back?.revisions?.desired ?? '']: 0 };
    assert.deepEqual(await sizes(cluster, bad), revisions);
  }
});

interface ReplicaSet extends KubeObject {
  readonly spec: { readonly replicas: number };
  readonly status?: { readonly replicas: number };
}

const replicaSets = (cluster: Cluster, namespace: string): Promise<readonly ReplicaSet[]> =>
  list<ReplicaSet>(cluster, '/apis/apps/v1', namespace, 'replicasets');

/** Takes some seconds by any strategy: its pods count once they were ready for a while. */
function staged(name: Name, strategy: StrategyType, version: string): Deployment {
  const spec = { replicas: COPIES, minReadySeconds: 3, tools: {}, strategy: strategyOf(strategy, name) };
  return shop({ ...name, version, spec });
}

function status(code: number) {
  return { kind: 'status', code } as const;
}
