import { assert } from 'chai';
import type { ExpertConsultation } from '../../operator/api/generated/expert-consultation.ts';
import type { KubeObject } from '../../operator/api/objects.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { auditLogEnd } from '../support/audit-log.ts';
import { apply, ended, list, type Name, seen, sizes, succeed } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { tenantNamespace } from '../support/delivery/tenancy.ts';
import { kindsOfWrites, operatorWrites, untilLogged } from '../support/delivery/writes.ts';
import { figure } from '../support/figure.ts';
import { operator } from '../support/operator.ts';
import { until } from '../support/until.ts';

interface CoreEvent extends KubeObject {
  readonly involvedObject: { readonly name: string };
  readonly reason: string;
}

/** All that a dry run may write. */
const WRITES = [
  'create controllerrevisions as code-tenant',
  'create events as the operator',
  'create expertconsultations as code-tenant',
  'patch deployments/status as the operator',
  'patch expertconsultations/status as the operator',
];

describe('a delivery that is tried only, on a real control plane', function () {
  this.timeout(120_000);
  let cluster: Cluster;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    ({ cluster } = await operator());
  });

  it('writes nothing but its status, its plan and the question, and then goes on with both (B23)', async () => {
    const name = { namespace: await tenantNamespace(cluster, 'tried'), name: 'shop' };
    await apply(cluster, shop({ ...name, version: 'one' }));
    const before = await ended(cluster, name, 'Promoted');
    const one = before.status?.revisions?.serving ?? '';
    const from = auditLogEnd(cluster.auditLog);
    await apply(cluster, shop({ ...name, version: 'two', spec: { dryRun: true } }));
    const tried = await ended(cluster, name, 'DryRunPassed');
    const last = await eventOf(name, 'DryRunPassed');
    await untilLogged(cluster, name.namespace, `the event ${last} was made`, ({ object }) => object?.name === last);
    const writes = await operatorWrites(cluster, name.namespace, from);
    assert.deepEqual(kindsOfWrites(writes), WRITES);
    assert.deepEqual(await sizes(cluster, name), { [one]: 3 });
    const planned = tried.status?.plan;
    assert.include(
      tried.status?.conditions?.find(({ type }) => type === 'DryRun')?.message,
      `the dry run of plan ${planned?.hash}, revision ${planned?.revision}, passed; revision ${one} serves on`,
    );

    await succeed(cluster, ['scale', 'deployments.code-engine.dev', name.name, '-n', name.namespace, '--replicas=4']);
    await seen(cluster, name, 'serving with 4 pods', ({ status }) => status?.ready === '4/4');
    assert.deepEqual(await sizes(cluster, name), { [one]: 4 });

    await apply(cluster, shop({ ...name, version: 'two', spec: { dryRun: false, replicas: 4 } }));
    const { status } = await ended(cluster, name, 'Promoted');
    assert.deepEqual(
      [status?.plan?.hash, status?.plan?.delivery, status?.revisions?.serving, status?.review?.consultation],
      [planned?.hash, planned?.delivery, planned?.revision, tried.status?.review?.consultation],
    );
    assert.lengthOf(await questions(name, planned?.revision), 1);
    figure(
      23,
      `${writes.length} writes in a dry run, 0 of them outside status, events, plan and question; the real run had plan ${planned?.hash} too`,
    );
  });

  it('tells what is refused, and by which rule', async () => {
    const name = { namespace: await tenantNamespace(cluster, 'tried'), name: 'shop' };
    const container = { securityContext: { privileged: true } };
    await apply(cluster, shop({ ...name, container, spec: { dryRun: true } }));
    const { status } = await seen(cluster, name, 'refused', (deployment) =>
      (deployment.status?.conditions ?? []).some(({ type }) => type === 'Stalled'),
    );
    const of = (type: string) => status?.conditions?.find((condition) => condition.type === type);
    const [told, ready] = [of('DryRun'), of('Ready')];
    assert.equal(told?.status, 'False');
    assert.equal(told?.reason, 'PolicyDenied');
    assert.deepEqual([told?.reason, told?.message], [ready?.reason, ready?.message]);
    assert.deepEqual(await sizes(cluster, name), {});
  });

  async function questions({ namespace }: Name, revision = ''): Promise<readonly ExpertConsultation[]> {
    const selector = `code-engine.dev/revision=${revision}`;
    return list(cluster, '/apis/code-engine.dev/v1alpha1', namespace, 'expertconsultations', selector);
  }

  /** The last write of a dry run by name: it is sent once the status that it tells of is stored. */
  function eventOf({ namespace, name }: Name, reason: string): Promise<string> {
    return until(`the event ${reason} of ${name} was made`, 20_000, async () => {
      const events = await list<CoreEvent>(cluster, '/api/v1', namespace, 'events');
      return events.find((event) => event.involvedObject.name === name && event.reason === reason)?.metadata.name;
    });
  }
});
