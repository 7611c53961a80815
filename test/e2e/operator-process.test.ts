import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import type { Tenant } from '../../operator/api/generated/tenant.ts';
import { bootCluster } from '../cluster/boot-cluster.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { install } from '../cluster/install.ts';
import { type OperatorProcess, runOperator } from '../cluster/operator.ts';
import { kubectl } from '../support/kubectl.ts';
import { until } from '../support/until.ts';
import { ensurePolicyBundle } from '../verbs/build-policy.ts';
import { ensureWasm } from '../verbs/build-wasm.ts';
import { projectRoot } from '../verbs/project.ts';

const TENANTS = '/apis/code-engine.dev/v1alpha1/tenants';
const LEASE = '/apis/coordination.k8s.io/v1/namespaces/code-system/leases/code-operator';

const aTenant = (name: string) => ({
  apiVersion: 'code-engine.dev/v1alpha1',
  kind: 'Tenant',
  metadata: { name },
  spec: { owners: [{ kind: 'User', name: 'alice', role: 'Owner' }], namespaces: { create: [`${name}-dev`] } },
});

/** A plane of its own: these operators start before their kinds exist, are stopped, and lack what they need. */
describe('the process of the operator', function () {
  this.timeout(120_000);
  let cluster: Cluster;
  const running: OperatorProcess[] = [];

  before(async function () {
    this.timeout(45 * 60_000);
    await ensureWasm();
    await ensurePolicyBundle();
    cluster = await bootCluster();
    for (const base of ['config/namespace', 'config/rbac']) {
      const { code, stderr } = await kubectl(cluster, ['apply', '--server-side', '-k', join(projectRoot, base)]);
      assert.equal(code, 0, stderr);
    }
  });
  afterEach(async () => {
    for (const operator of running.splice(0)) await operator.kill();
  });
  after(() => cluster.stop());

  const run = async (environment: Readonly<Record<string, string>> = {}): Promise<OperatorProcess> => {
    const operator = await runOperator(cluster, { environment });
    running.push(operator);
    return operator;
  };
  const readiness = (operator: OperatorProcess) =>
    fetch(`${operator.url}/readyz`).then(
      async (answer) => ({ status: answer.status, text: await answer.text() }),
      () => undefined,
    );
  const holder = async (): Promise<unknown> => {
    const { body } = await cluster.request({ path: LEASE });
    const { spec } = body as { spec?: { holderIdentity?: unknown } }; // border: a Lease, or a Status without spec
    return spec?.holderIdentity ?? '';
  };
  /** Its own word, since the lease may still name an operator that was killed; the name it leads under. */
  const leads = (operator: OperatorProcess) =>
    until(`operator ${operator.pid} led`, 30_000, async () => {
      if (!(await readFile(operator.log, 'utf8')).includes('this replica leads now')) return undefined;
      const name = await holder();
      return typeof name === 'string' && name !== '' ? name : undefined;
    });

  it('is alive and unready without its kinds, says which, and gets to work once they exist (R21)', async () => {
    const operator = await run();
    const unready = await until('the probes told that a kind is missing', 60_000, async () => {
      const answer = await readiness(operator);
      return answer?.text.includes('Tenant') ? answer : undefined;
    });
    assert.equal(unready.status, 503);
    assert.match(unready.text, /not synced: Tenant/);
    assert.equal((await fetch(`${operator.url}/healthz`)).status, 200);

    await install(cluster);
    await operator.ready();
    await leads(operator);
    await cluster.expectSuccess({ method: 'POST', path: TENANTS, body: aTenant('late') });
    await until('the Tenant that came late was ready', 60_000, async () => {
      const tenant = (await cluster.request({ path: `${TENANTS}/late` })).body as Tenant; // border: what the API server keeps
      return tenant.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    });
  });

  describe('with its kinds', () => {
    before(() => install(cluster));

    it('ends with 0 on SIGTERM, and gives the lease back (R36)', async () => {
      const operator = await run();
      await operator.ready();
      await leads(operator);
      assert.deepEqual(await operator.stop(), { code: 0, signal: null });
      assert.equal(await holder(), '');
      assert.include(await readFile(operator.log, 'utf8'), 'stopping');
    });

    it('ends with 0 on SIGTERM while it waits for the lease, which it leaves to whoever leads (R37)', async () => {
      const leader = await run();
      await leader.ready();
      const name = await leads(leader);
      const standby = await run();
      await standby.ready();
      assert.deepEqual(await standby.stop(), { code: 0, signal: null });
      assert.equal(await holder(), name);
    });

    it('ends with 2 on a setting that is not allowed, and names it', async () => {
      const operator = await run({ CODE_WORKERS: 'many', CODE_LOG_LEVEL: 'loud' });
      assert.deepEqual(await operator.exit, { code: 2, signal: null });
      assert.equal(
        await readFile(operator.log, 'utf8'),
        'the operator cannot start: workers: "many" is not allowed; give a whole number from 1 to 200; ' +
          'log.level: "loud" is not allowed; give one of debug, info, warn, error\n',
      );
    });

    it('ends with 2 on a settings file that cannot be read', async () => {
      const operator = await run({ CODE_SETTINGS: '/nowhere/settings.yaml' });
      assert.deepEqual(await operator.exit, { code: 2, signal: null });
      assert.include(
        await readFile(operator.log, 'utf8'),
        'the settings file /nowhere/settings.yaml cannot be read: ENOENT',
      );
    });

    it('denies every effect without a policy bundle, and says so at start and in each status', async () => {
      const operator = await run({ CODE_POLICY_BUNDLE: '/nowhere/policy.wasm' });
      await operator.ready();
      await cluster.expectSuccess({ method: 'POST', path: TENANTS, body: aTenant('unpoliced') });
      const stalled = await until('the Tenant was told that nothing is allowed', 60_000, async () => {
        const tenant = (await cluster.request({ path: `${TENANTS}/unpoliced` })).body as Tenant; // border: as above
        return tenant.status?.conditions?.find(({ type }) => type === 'Stalled');
      });
      assert.equal(stalled.reason, 'PolicyError');
      assert.include(stalled.message, '[code/no-bundle]');
      assert.equal((await cluster.request({ path: '/api/v1/namespaces/unpoliced-dev' })).status, 404);
      assert.include(
        await readFile(operator.log, 'utf8'),
        'the policy bundle cannot be used, so every step with effects is denied',
      );
    });

    it('ends with 1 when it cannot listen, and says what to change', async () => {
      const first = await run();
      await first.ready();
      const { port } = new URL(first.url);
      const second = await run({ CODE_HTTP_PORT: port });
      assert.deepEqual(await second.exit, { code: 1, signal: null });
      assert.include(
        await readFile(second.log, 'utf8'),
        `could not listen on 127.0.0.1:${port} for probes and metrics`,
      );
    });
  });
});
