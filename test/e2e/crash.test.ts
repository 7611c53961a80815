import { assert } from 'chai';
import type { Deployment } from '../../operator/api/generated/deployment.ts';
import { bootCluster } from '../cluster/boot-cluster.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { FaultProxy } from '../cluster/fault-proxy.ts';
import { type ProxiedRequest, toldRequest } from '../cluster/fault-proxy-request.ts';
import { apply, ended, type Name, readDeployment, readyReason, seen } from '../support/delivery/delivery.ts';
import { differences, type EndState, endState } from '../support/delivery/end-state.ts';
import { shop } from '../support/delivery/manifests.ts';
import { tenantNamespace } from '../support/delivery/tenancy.ts';
import { operatorWrites } from '../support/delivery/writes.ts';
import { KillableOperator } from '../support/killable-operator.ts';
import { installBuilt } from '../support/operator.ts';
import { until } from '../support/until.ts';

/** More writes than any delivery has. */
const WRITES_AT_MOST = 24;
const PLENTY = { hard: { 'requests.cpu': '100', 'requests.memory': '100Gi', pods: '1000' } };
/** Asked by our own tool server about the tenant's call: in a quiet cluster they belong to the delivery too. */
const QUESTIONS: ReadonlySet<string> = new Set(['token', 'tokenreviews', 'subjectaccessreviews']);

describe('an operator that is killed after any of its writes (B1)', function () {
  this.timeout(8 * 60_000);
  let cluster: Cluster;
  let proxy: FaultProxy;
  let operator: KillableOperator;
  let namespace: string;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    cluster = await bootCluster();
    await installBuilt(cluster);
    proxy = await FaultProxy.before(cluster, 1);
    operator = new KillableOperator(cluster, proxy);
    await operator.ready();
    namespace = await tenantNamespace(cluster, 'crash', { quota: PLENTY });
  });

  after(async () => {
    await operator?.stop();
    await proxy?.close();
    await cluster?.stop();
  });

  it('carries a delivery to the same end, with one review and one scan', async () => {
    const reference = named('good', 0);
    const names = Array.from({ length: WRITES_AT_MOST + 1 }, (_, index) => named('good', index));
    await apply(cluster, ...names.flatMap(configOf));
    const manifest = (name: Name) => readsConfig(name, shop(name));
    await apply(cluster, manifest(reference));
    await ended(cluster, reference, 'Promoted');
    const kills = await killAfterEachWrite('good', manifest, 'Promoted', await endState(cluster, reference));
    assert.isAtLeast(kills, 13, 'the sample delivery has at least so many writes');
  });

  it('brings back what serves when the new version is bad, with one review and one scan', async () => {
    const names = Array.from({ length: WRITES_AT_MOST + 1 }, (_, index) => named('bad', index));
    // Without scans: a tenant may have 30 of them a minute.
    await apply(cluster, ...names.map((name) => shop({ ...name, spec: { replicas: 2, tools: {} } })));
    for (const name of names) await ended(cluster, name, 'Promoted');
    const manifest = (name: Name): Deployment =>
      shop({ ...name, fail: 'crash-loop', spec: { replicas: 2, progressDeadlineSeconds: 6 } });
    const [reference = { namespace, name: '' }] = names;
    await apply(cluster, manifest(reference));
    await ended(cluster, reference, 'RolledBack');
    const kills = await killAfterEachWrite('bad', manifest, 'RolledBack', await endState(cluster, reference));
    assert.isAtLeast(kills, 10, 'going back takes at least so many writes');
  });

  /** All names are of one length: it shows in what is counted in bytes. */
  const named = (prefix: string, number: number): Name => ({
    namespace,
    name: `${prefix}-${String(number).padStart(2, '0')}`,
  });

  /**
   * Applies one delivery after the other and kills the operator at its first, second, third ... write, before its reply
   * (odd) or after it (even), until one ends before it had so many. How often it was killed.
   */
  async function killAfterEachWrite(
    prefix: string,
    manifest: (name: Name) => Deployment,
    ending: string,
    expected: EndState,
  ): Promise<number> {
    for (let write = 1; write <= WRITES_AT_MOST; write++) {
      const name = named(prefix, write);
      const struck = await killAtWrite(write, name, () => apply(cluster, manifest(name)), ending);
      if (struck === undefined) return write - 1;
      const after = `${prefix}: killed at write ${write}, ${toldRequest(struck)}`;
      await ended(cluster, name, ending).catch((error: unknown) => {
        throw new Error(
          `${after}\n${proxy.trace
            .filter((line) => !line.includes(' leases '))
            .slice(-50)
            .join('\n')}`,
          { cause: error },
        );
      });
      assert.deepEqual(differences(expected, await endState(cluster, name)), [], after);
      await assertOnce(name, after);
    }
    throw new Error(`${prefix}: after ${WRITES_AT_MOST} writes it has not ended`);
  }

  /** The request at which the operator was killed, another one leading now; `undefined` when all was done before. */
  async function killAtWrite(
    write: number,
    name: Name,
    start: () => Promise<void>,
    ending: string,
  ): Promise<ProxiedRequest | undefined> {
    await operator.ready();
    const leader = await operator.leader();
    let struck: ProxiedRequest | undefined;
    const rule = proxy.add({
      match: (request) => request.lane === 'write' && concerns(request, name),
      when: { skip: write - 1, times: 1 },
      fault: {
        kind: 'call',
        when: write % 2 === 1 ? 'before-reply' : 'after-reply',
        run: (request) => {
          struck = request;
          void leader.kill();
        },
      },
    });
    await start();
    await until(`${name.name} ended or its operator was killed`, 60_000, async () => {
      const deployment = await readDeployment(cluster, name);
      const isCurrent = deployment.status?.observedGeneration === deployment.metadata.generation;
      return struck !== undefined || (isCurrent && readyReason(deployment) === ending);
    });
    rule.remove();
    if (struck !== undefined) await operator.takeOver();
    return struck;
  }

  async function assertOnce({ name }: Name, after: string): Promise<void> {
    const deployment = await seen(cluster, { namespace, name }, 'readable', () => true);
    const created = (await operatorWrites(cluster, namespace))
      .filter(
        ({ verb, object }) => verb === 'create' && object?.name?.startsWith(`${name}-`) && object.resource !== 'events',
      )
      .map(({ object }) => `${object?.resource} ${object?.name}`);
    assert.deepEqual(created, [...new Set(created)], `${after}: an object was created twice`);
    const keys = deployment.status?.tools?.map(({ key }) => key) ?? [];
    const outcomes = operator.trail().filter(({ room, stage }) => room === 'tool' && stage === 'outcome');
    const made = outcomes.filter(({ key = '' }) => keys.includes(key)).map(({ key, outcome }) => `${key} ${outcome}`);
    assert.deepEqual(
      made,
      keys.map((key) => `${key} Succeeded`),
      `${after}: each scan that status remembers was made once`,
    );
  }
});

/** What the delivery's pods read: the copies of it are among the writes that the operator is killed at. */
function configOf({ namespace, name }: Name): readonly object[] {
  const metadata = { namespace, name: `${name}-config` };
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { color: 'blue' } },
    { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { key: 'k' } },
  ];
}

function readsConfig({ name }: Name, manifest: Deployment): Deployment {
  const { template } = manifest.spec;
  const named = `${name}-config`;
  const envFrom = [{ configMapRef: { name: named } }, { secretRef: { name: named } }];
  const containers = template.spec.containers.map((container) => ({ ...container, envFrom }));
  return { ...manifest, spec: { ...manifest.spec, template: { ...template, spec: { ...template.spec, containers } } } };
}

function concerns({ resource, subresource, name }: ProxiedRequest, delivery: Name): boolean {
  if (QUESTIONS.has(resource) || QUESTIONS.has(subresource)) return true;
  return resource !== 'events' && (name === delivery.name || name.startsWith(`${delivery.name}-`));
}
