import { readFileSync } from 'node:fs';
import { assert } from 'chai';
import type { ExpertConsultation } from '../../operator/api/generated/expert-consultation.ts';
import type { AuditRecord } from '../../operator/ports/audit.ts';
import { apply, ended, list, seen, sizes, succeed } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { tenantNamespace } from '../support/delivery/tenancy.ts';
import { told } from '../support/delivery/told.ts';
import { kindsOfWrites, operatorWrites } from '../support/delivery/writes.ts';
import { assertGolden } from '../support/golden.ts';
import { operator, type SharedOperator } from '../support/operator.ts';
import { testNamespace } from '../support/plane.ts';

/** Every kind of write of the sample delivery, with whose rights it was made: the work is the tenant's. */
const WRITES = [
  'create controllerrevisions as code-tenant',
  'create events as the operator',
  'create expertconsultations as code-tenant',
  'create replicasets as code-tenant',
  'create serviceaccounts/token as the operator',
  'patch deployments as the operator',
  'patch deployments/status as the operator',
  'patch expertconsultations/status as the operator',
  'patch rolebindings as the operator',
  'patch serviceaccounts as the operator',
];
/** A Tenant's namespace is also guarded. */
const WALLS = ['limitranges', 'namespaces', 'networkpolicies', 'resourcequotas'].map(
  (wall) => `patch ${wall} as the operator`,
);

describe('a delivery on a real control plane', function () {
  this.timeout(90_000);
  let shared: SharedOperator;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    shared = await operator();
  });

  for (const where of ['a namespace without a Tenant', 'a Tenant']) {
    const tenanted = where === 'a Tenant';

    it(`is reviewed, scanned, rolled out and promoted in ${where}, and written as its ServiceAccount`, async () => {
      const { cluster } = shared;
      const namespace = tenanted ? await tenantNamespace(cluster, 'delivery') : await testNamespace('delivery');
      const name = { namespace, name: 'shop' };
      await apply(cluster, shop({ namespace }));
      const { status } = await ended(cluster, name, 'Promoted');

      assert.deepEqual(await sizes(cluster, name), { [status?.revisions?.serving ?? '']: 3 });
      const [consultation, ...more] = await list<ExpertConsultation>(
        cluster,
        '/apis/code-engine.dev/v1alpha1',
        namespace,
        'expertconsultations',
      );
      assert.isEmpty(more);
      assert.deepEqual(
        consultation?.status?.answers?.map(({ expert, provider, kind, answer }) => [expert, provider, kind, answer]),
        ['security', 'reliability', 'cost', 'performance'].map((one) => [one, `builtin/${one}`, 'rules', 'approve']),
      );
      assert.sameMembers(
        [...kindsOfWrites(await operatorWrites(cluster, namespace))],
        tenanted ? [...WRITES, ...WALLS] : WRITES,
      );
      assertGolden(tenanted ? 'promoted-in-a-tenant' : 'promoted', await told(shared.cluster, name));
    });
  }

  it('scans once before the roll-out, under one key, and remembers what came of it', async () => {
    const { cluster } = shared;
    const namespace = await testNamespace('scanned');
    await apply(cluster, shop({ namespace }));
    const { status } = await ended(cluster, { namespace, name: 'shop' }, 'Promoted');
    const [call, ...more] = status?.tools ?? [];
    assert.isEmpty(more);
    assert.deepInclude(call, {
      name: 'scan',
      step: 'prepare',
      server: 'security',
      tool: 'scan_manifest',
      outcome: 'Succeeded',
      message: 'security.scan_manifest succeeded',
    });
    const records = auditTrail().filter(({ room, object }) => room === 'tool' && object.namespace === namespace);
    assert.deepEqual(
      records.map(({ stage, key, actor, outcome }) => ({ stage, key, actor, outcome })),
      [
        {
          stage: 'intent',
          key: call?.key,
          actor: `system:serviceaccount:${namespace}:code-tenant`,
          outcome: undefined,
        },
        {
          stage: 'outcome',
          key: call?.key,
          actor: `system:serviceaccount:${namespace}:code-tenant`,
          outcome: 'Succeeded',
        },
      ],
    );
  });

  it('creates no workload object for a privileged pod, and says which rule denies it (B14)', async () => {
    const { cluster } = shared;
    const namespace = await testNamespace('privileged');
    const name = { namespace, name: 'shop' };
    await apply(cluster, shop({ namespace, container: { securityContext: { privileged: true } } }));
    const { status } = await ended(cluster, name, 'PolicyDenied');
    assert.isFalse(status?.gate?.allowed);
    assert.deepEqual(kindsOfWrites(await operatorWrites(cluster, namespace)), [
      'create events as the operator',
      'patch deployments as the operator',
      'patch deployments/status as the operator',
      'patch rolebindings as the operator',
      'patch serviceaccounts as the operator',
    ]);
    assertGolden('denied', await told(shared.cluster, name));
  });

  it('tells at once, while it goes on, why its pods do not become ready', async () => {
    const { cluster } = shared;
    const namespace = await testNamespace('waiting');
    const name = { namespace, name: 'shop' };
    await apply(cluster, shop({ namespace, fail: 'image-pull' }));
    await seen(
      cluster,
      name,
      'told why',
      ({ status }) => status?.updatedReplicas === 3 && status.message?.includes('cannot be pulled') === true,
    );
    assertGolden('rolling-out', await told(shared.cluster, name));
  });

  it('gives way to a template that changes while it is under way', async () => {
    const { cluster } = shared;
    const namespace = await testNamespace('superseded');
    const name = { namespace, name: 'shop' };
    await apply(cluster, shop({ namespace, version: 'one' }));
    const one = (await ended(cluster, name, 'Promoted')).status?.revisions?.serving ?? '';
    await apply(cluster, shop({ namespace, version: 'two', fail: 'probe' }));
    const isUnderWay = (revision?: string) => revision !== undefined && revision !== one;
    const half = await seen(
      cluster,
      name,
      'half rolled out',
      ({ status }) => isUnderWay(status?.revisions?.desired) && (status?.updatedReplicas ?? 0) > 0,
    );
    const two = half.status?.revisions?.desired ?? '';
    await apply(cluster, shop({ namespace, version: 'three' }));
    const after = await ended(cluster, name, 'Promoted');
    const three = after.status?.revisions?.serving ?? '';
    assert.deepEqual(await sizes(cluster, name), { [one]: 0, [two]: 0, [three]: 3 });
    assert.isUndefined(after.status?.revisions?.rejected, 'what is superseded is not refused');
  });

  it('tells its story in events too', async () => {
    const { cluster } = shared;
    const namespace = await testNamespace('told');
    const name = { namespace, name: 'shop' };
    await apply(cluster, shop({ namespace }));
    await ended(cluster, name, 'Promoted');
    const reasons = ['IdentityForming', 'CallingTool', 'RollingOut', 'Promoted'];
    for (const reason of reasons) {
      await succeed(cluster, [
        ...['wait', 'event', '-n', namespace, '--timeout=20s', `--for=jsonpath={.reason}=${reason}`],
        `--field-selector=reason=${reason},involvedObject.name=shop`,
      ]);
    }
  });

  function auditTrail(): readonly AuditRecord[] {
    const lines = readFileSync(shared.auditTrail, 'utf8').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as AuditRecord); // border: the operator's own lines
  }
});
