import { writeFileSync } from 'node:fs';
import { assert } from 'chai';
import type { KubeObject } from '../../operator/api/objects.ts';
import type { Reference } from '../../operator/api/resources.ts';
import { type Identity, OPERATOR } from '../../operator/core/action.ts';
import type { WriteOptions } from '../../operator/ports/kube.ts';
import type { Client } from '../../operator/runtime/client.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { kubeconfig } from '../cluster/kubeconfig.ts';
import { type AuditEvent, auditLogEnd, readAuditLog } from '../support/audit-log.ts';
import { OperatorClient } from '../support/operator-client.ts';
import { plane, testNamespace } from '../support/plane.ts';
import { thrownBy } from '../support/thrown-by.ts';
import { until } from '../support/until.ts';

const MANAGER = 'code-test';

describe('the client on a real API server', function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let namespace: string;
  let operator: OperatorClient;
  let client: Client;
  const tenant = (): Identity => ({ kind: 'service-account', namespace, name: 'default' });
  const write = (as: Identity = OPERATOR): WriteOptions => ({ as, fieldManager: MANAGER, signal: operator.signal });

  before(async function () {
    this.timeout(45 * 60_000);
    cluster = await plane();
    namespace = await testNamespace('client');
    operator = await OperatorClient.start(cluster, namespace);
    client = operator.client;
  });

  after(() => operator?.stop());

  const account = (name: string, labels: Record<string, string> = {}): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { namespace, name, labels },
  });
  const accountReference = (name: string): Reference => ({ resource: 'ServiceAccount', namespace, name });
  const scaler = (name: string, maxReplicas: number): KubeObject & { spec: object } => ({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { namespace, name },
    spec: { maxReplicas, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name } },
  });

  it('applies the full intent under its field manager, and again without a change', async () => {
    const first = await client.apply(account('applied', { a: '1', b: '2' }), write());
    const again = await client.apply(account('applied', { a: '1', b: '2' }), write());
    const less = await client.apply(account('applied', { a: '1' }), write());
    assert.equal(again.metadata.resourceVersion, first.metadata.resourceVersion);
    assert.deepEqual(less.metadata.labels, { a: '1' });
  });

  it('reads what exists and finds undefined for what does not', async () => {
    await client.apply(account('read'), write());
    const found = await client.read(accountReference('read'), OPERATOR, operator.signal);
    assert.equal(found?.metadata.name, 'read');
    assert.equal(found?.kind, 'ServiceAccount');
    assert.isUndefined(await client.read(accountReference('absent'), OPERATOR, operator.signal));
  });

  it('writes nothing in a dry run', async () => {
    const planned = await client.apply(account('dry'), { ...write(), dryRun: true });
    assert.isString(planned.metadata.uid);
    assert.isUndefined(await client.read(accountReference('dry'), OPERATOR, operator.signal));
  });

  it('says AlreadyExists for a taken name and Conflict for a version that is old', async () => {
    const created = await client.create(account('taken'), write());
    assert.deepEqual(await failure(client.create(account('taken'), write())), ['Conflict', 'AlreadyExists']);
    await client.apply(account('taken', { changed: 'yes' }), write());
    const patch = { metadata: { resourceVersion: created.metadata.resourceVersion ?? '', labels: { late: 'yes' } } };
    assert.deepEqual(await failure(client.mergePatch(accountReference('taken'), patch, write())), [
      'Conflict',
      'Conflict',
    ]);
  });

  it('says TestFailed for a JSON patch whose test does not hold', async () => {
    await client.create(account('tested'), write());
    const patch = [
      { op: 'test', path: '/metadata/name', value: 'another' },
      { op: 'add', path: '/metadata/labels', value: { never: 'written' } },
    ];
    assert.deepEqual(await failure(client.jsonPatch(accountReference('tested'), patch, write())), [
      'Conflict',
      'TestFailed',
    ]);
  });

  it('writes status through /status only, guarded by the version it was decided on', async () => {
    const created = await client.create(scaler('status', 3), write());
    const reference: Reference = { resource: 'HorizontalPodAutoscaler', namespace, name: 'status' };
    const status = { currentReplicas: 1, desiredReplicas: 2 };
    const patch = {
      metadata: { resourceVersion: created.metadata.resourceVersion ?? '' },
      spec: { maxReplicas: 9 },
      status,
    };
    const written = await client.patchStatus(reference, patch, write());
    const { spec, status: stored } = written as KubeObject & { spec: { maxReplicas: number }; status: object };
    assert.equal(spec.maxReplicas, 3);
    assert.deepEqual(stored, { ...status, currentMetrics: null });
    assert.deepEqual(await failure(client.patchStatus(reference, patch, write())), ['Conflict', 'Conflict']);
  });

  it('refuses to create an object with a field that does not exist, in the words of the server', async () => {
    const wrong = { ...scaler('wrong', 1), spec: { ...scaler('wrong', 1).spec, maxReplica: 2 } };
    const error = await thrownBy(client.create(wrong, write()));
    assert.equal(error.name, 'InvalidSpec');
    assert.include(error.message, 'unknown field "spec.maxReplica"');
  });

  it('refuses to apply an object with a field that does not exist, in the words of the server', async () => {
    const wrong = { ...scaler('wrong', 1), spec: { ...scaler('wrong', 1).spec, maxReplica: 2 } };
    const error = await thrownBy(client.apply(wrong, write()));
    assert.equal(error.name, 'InvalidSpec');
    assert.include(error.message, 'maxReplica');
  });

  it('names verb and resource when a right is missing', async () => {
    const error = await thrownBy(client.create(account('forbidden'), write(tenant())));
    assert.deepEqual([error.name, error.reason], ['Denied', 'Forbidden']);
    assert.match(error.message, /^could not create serviceaccounts client-\d+\/forbidden: .*system:serviceaccount/);
  });

  it('deletes only the object it means', async () => {
    const created = await client.create(account('deleted'), write());
    const other = { uid: '00000000-0000-0000-0000-000000000000' };
    const reference = accountReference('deleted');
    assert.deepEqual(await failure(client.delete(reference, other, 'Background', write())), ['Conflict', 'Conflict']);
    await client.delete(reference, { uid: created.metadata.uid ?? '' }, 'Background', write());
    assert.isUndefined(await client.read(reference, OPERATOR, operator.signal));
    assert.deepEqual(await failure(client.delete(reference, other, 'Background', write())), ['NotFound', 'NotFound']);
  });

  it('reads its credentials anew when the API server does not accept them', async () => {
    const path = cluster.writeKubeconfig(`expired-${namespace}`, { token: 'expired' });
    const expired = new OperatorClient(path);
    const before = await thrownBy(expired.client.read(accountReference('default'), OPERATOR, operator.signal));
    writeFileSync(path, kubeconfig(cluster.endpoint, { token: await cluster.tokenFor(namespace, 'operator') }));
    const after = await expired.client.read(accountReference('default'), OPERATOR, operator.signal);
    await expired.stop();
    assert.deepEqual([before.name, before.reason, after?.metadata.name], ['Upstream', 'Unauthorized', 'default']);
  });

  it('R41 writes as the identity given, under a user agent that names the controller', async () => {
    const from = auditLogEnd(cluster.auditLog);
    await failure(client.apply(account('impersonated'), write(tenant())));
    const event = await until('the audit log told of the write', 20_000, () =>
      found(cluster.auditLog, from, ({ object }) => object?.name === 'impersonated'),
    );
    assert.deepEqual(
      { user: event.user, as: event.impersonatedUser, agent: event.userAgent, verb: event.verb },
      {
        user: `system:serviceaccount:${namespace}:operator`,
        as: `system:serviceaccount:${namespace}:default`,
        agent: `code-operator/0.0.0-test (${MANAGER})`,
        verb: 'patch',
      },
    );
  });
});

async function failure(promise: Promise<unknown>): Promise<readonly string[]> {
  const { name, reason } = await thrownBy(promise);
  return [name, reason];
}

async function found(log: string, from: number, fits: (event: AuditEvent) => boolean): Promise<AuditEvent | undefined> {
  for await (const event of readAuditLog(log, from)) if (fits(event)) return event;
  return undefined;
}
