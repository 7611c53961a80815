import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { assert } from 'chai';
import type { ExpertConsultation } from '../../operator/api/generated/expert-consultation.ts';
import { ask, goLive, inPhase } from '../support/consultations.ts';
import { apply, ended, list, readDeployment, sizes } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { tenantNamespace } from '../support/delivery/tenancy.ts';
import { operator, type SharedOperator } from '../support/operator.ts';
import { testNamespace } from '../support/plane.ts';
import { packCli } from '../verbs/pack-cli.ts';
import { nodeBinary } from '../verbs/project.ts';
import { runCommand } from '../verbs/run-command.ts';

describe('kubectl code, packed and installed', function () {
  this.timeout(90_000);
  let shared: SharedOperator;
  let prefix = '';

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    prefix = mkdtempSync(join(tmpdir(), 'kubectl-code-'));
    const tarball = await packCli();
    const install = ['install', '--global', '--offline', '--no-audit', '--no-fund', '--prefix', prefix, tarball];
    const env = { PATH: path(), npm_config_cache: join(prefix, 'empty-cache') };
    const { code, output } = await runCommand('npm', install, { output: 'collect', env });
    assert.equal(code, 0, output);
    shared = await operator();
  });

  after(() => {
    rmSync(prefix, { recursive: true, force: true });
  });

  it('is found by kubectl, and shows a delivery with its pods', async () => {
    const namespace = await testNamespace('cli');
    await apply(shared.cluster, shop({ namespace }));
    await ended(shared.cluster, { namespace, name: 'shop' }, 'Promoted');
    const { code, stdout, stderr } = await kubectlCode(['status', 'shop', '-n', namespace]);
    assert.equal(code, 0, stderr);
    assert.include(stdout, `${namespace}/shop  Ready: Serving`);
    assert.match(stdout, /desired, serving {2}3 pods: 3 Ready/);
    assert.include(stdout, `context plane, ${shared.cluster.endpoint.server}`);
    assert.notInclude(stdout, '\u001b');
  });

  it('follows a delivery line by line and ends with 0 when it is Ready, with 1 when it is Stalled', async () => {
    const namespace = await testNamespace('cli-watch');
    await apply(shared.cluster, shop({ namespace }));
    const good = await kubectlCode(['watch', 'shop', '-n', namespace, '--timeout', '60s']);
    assert.equal(good.code, 0, good.stderr);
    assert.match(good.stdout, /roll-out: revision \w+ runs with 3 of 3 pods available/);
    assert.match(good.stdout, /Ready: .*\n$/);

    await apply(shared.cluster, shop({ namespace, container: { securityContext: { privileged: true } } }));
    const bad = await kubectlCode(['watch', 'shop', '-n', namespace, '--timeout', '60s']);
    assert.equal(bad.code, 1, bad.stderr);
    assert.match(bad.stdout, /Stalled: .*privileged/);
    const { stdout } = await kubectlCode(['explain', 'shop', '-n', namespace]);
    assert.match(stdout, /privileged/);
  });

  it('retries in the name of who may, and tells who may not which right is missing', async () => {
    const namespace = await testNamespace('cli-retry');
    const name = { namespace, name: 'shop' };
    await apply(shared.cluster, shop({ namespace, fail: 'crash-loop', spec: { progressDeadlineSeconds: 15 } }));
    await ended(shared.cluster, name, 'FirstDeliveryFailed');
    const before = await readDeployment(shared.cluster, name);

    // A pipeline may apply, and neither retry, abort nor promote.
    const pipeline = await kubeconfigWith('code:ci', namespace);
    const refused = await kubectlCode(['retry', 'shop', '-n', namespace, '--kubeconfig', pipeline]);
    assert.equal(refused.code, 1);
    assert.include(
      refused.stderr,
      'the cluster refused it: code-verbs: setting annotation code-engine.dev/retry needs',
    );

    const { code, stdout, stderr } = await kubectlCode(['retry', 'shop', '-n', namespace]);
    assert.equal(code, 0, stderr);
    assert.include(stdout, 'retry: a new attempt begins');
    const after = await readDeployment(shared.cluster, name);
    assert.equal(after.status?.handled?.retry, after.metadata.annotations?.['code-engine.dev/retry']);
    assert.notEqual(after.status?.plan?.delivery, before.status?.plan?.delivery);
  });

  it('says that there was nothing to abort', async () => {
    const namespace = await testNamespace('cli-abort');
    await apply(shared.cluster, shop({ namespace }));
    await ended(shared.cluster, { namespace, name: 'shop' }, 'Promoted');
    const { code, stdout, stderr } = await kubectlCode(['abort', 'shop', '-n', namespace]);
    assert.equal(code, 0, stderr);
    assert.include(stdout, 'nothing to abort');
  });

  it('puts an earlier version back, which is delivered like any other', async () => {
    const namespace = await testNamespace('cli-rollback');
    const name = { namespace, name: 'shop' };
    await apply(shared.cluster, shop({ namespace, version: 'one' }));
    const first = await ended(shared.cluster, name, 'Promoted');
    await apply(shared.cluster, shop({ namespace, version: 'two' }));
    await ended(shared.cluster, name, 'Promoted');

    const asked = await kubectlCode(['rollback', 'shop', '-n', namespace]);
    assert.equal(asked.code, 2);
    const { code, stdout, stderr } = await kubectlCode(['rollback', 'shop', '-n', namespace, '--yes']);
    assert.equal(code, 0, stderr);
    assert.include(stdout, '- metadata.labels.version: "two"\n  + metadata.labels.version: "one"');
    await ended(shared.cluster, name, 'Promoted');
    assert.propertyVal(await sizes(shared.cluster, name), first.status?.revisions?.serving ?? '', 3);
  });

  it('does not pretend that a person may answer a panel of machines', async () => {
    const namespace = await testNamespace('cli-answer');
    await apply(shared.cluster, shop({ namespace }));
    await ended(shared.cluster, { namespace, name: 'shop' }, 'Promoted');
    const group = '/apis/code-engine.dev/v1alpha1';
    const [consultation] = await list<ExpertConsultation>(shared.cluster, group, namespace, 'expertconsultations');
    const review = consultation?.metadata.name ?? '';
    const { code, stderr } = await kubectlCode(['answer', review, '-n', namespace, '--answer', 'approve']);
    assert.equal(code, 1);
    assert.include(stderr, `no person sits on the panel of ${review}`);
  });

  it('answers in the name of the person whose kubeconfig it is', async () => {
    const namespace = await testNamespace('cli-approve');
    const name = { namespace, name: 'shop-go-live' };
    await ask(shared.cluster, goLive(name));
    await inPhase(shared.cluster, name, 'AwaitingHuman');
    const answer = ['answer', name.name, '-n', namespace, '--answer', 'approve', '--rationale', 'seen in staging'];
    const stranger = await kubectlCode([...answer, '--kubeconfig', await kubeconfigWith('code:viewer', namespace)]);
    assert.equal(stranger.code, 1);
    assert.match(stranger.stderr, /may not patch expertconsultations.code-engine.dev in namespace/);

    const approver = await kubeconfigWith('code:approver', namespace);
    const { code, stdout, stderr } = await kubectlCode([...answer, '--kubeconfig', approver]);
    assert.equal(code, 0, stderr);
    assert.include(stdout, `approver-of-${namespace} answered approve as `);
    const { spec } = await inPhase(shared.cluster, name, 'Agreed');
    assert.deepEqual(
      spec.answers?.map(({ by, rationale }) => [by, rationale]),
      [[`approver-of-${namespace}`, 'seen in staging']],
    );
  });

  it('follows a canary through its pause, which the verb promote ends', async () => {
    const name = { namespace: await testNamespace('cli-canary'), name: 'shop' };
    await apply(shared.cluster, shop(name));
    await ended(shared.cluster, name, 'Promoted');
    await apply(shared.cluster, shop({ ...name, sample: 'versions/shop-canary.yaml' }));
    const watching = kubectlCode(['watch', 'shop', '-n', name.namespace, '--timeout', '70s']);
    await ended(shared.cluster, name, 'WaitingForPromotion');
    const paused = await kubectlCode(['status', 'shop', '-n', name.namespace]);
    assert.match(paused.stdout, /pause 4\/\d, weight 67 %/);
    assert.include(paused.stdout, `go on with kubectl code promote shop -n ${name.namespace}`);
    const promoted = await kubectlCode(['promote', 'shop', '-n', name.namespace]);
    assert.equal(promoted.code, 0, promoted.stderr);
    const { code, stdout, stderr } = await watching;
    assert.equal(code, 0, stderr);
    assert.match(stdout, /pods: .* desired 2 Ready.* serving 1 Ready/);
  });

  it('lists tenants and shows one', async () => {
    const namespace = await tenantNamespace(shared.cluster, 'cli');
    const tenant = namespace.replace(/-prod$/, '');
    const all = await kubectlCode(['tenants', '-o', 'json']);
    const { tenants } = JSON.parse(all.stdout) as { tenants: { name: string; standing: string }[] }; // what it printed
    assert.equal(tenants.find(({ name }) => name === tenant)?.standing, 'Ready');
    const one = await kubectlCode(['tenant', tenant]);
    assert.match(one.stdout, new RegExp(`${namespace} +Ready +created`));
  });

  /** The plane's kubectl with the plugin on its PATH; neither the user's kubeconfig nor the user's home is looked at. */
  async function kubectlCode(parameters: readonly string[]) {
    const child = spawn(shared.cluster.kubectl, ['code', ...parameters], {
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: AbortSignal.timeout(80_000),
      env: { PATH: path(), HOME: shared.cluster.directory, KUBECONFIG: shared.cluster.kubeconfig },
    });
    const closed = once(child, 'close');
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
    return { code: child.exitCode, stdout, stderr };
  }

  function path(): string {
    return [join(prefix, 'bin'), dirname(nodeBinary), process.env['PATH'] ?? ''].join(delimiter);
  }

  /** Of a person who has one ClusterRole, in one namespace. */
  async function kubeconfigWith(role: string, namespace: string): Promise<string> {
    const user = `${role.replace('code:', '')}-of-${namespace}`;
    const api = 'rbac.authorization.k8s.io';
    await shared.cluster.expectSuccess({
      method: 'POST',
      path: `/apis/${api}/v1/namespaces/${namespace}/rolebindings`,
      body: {
        apiVersion: `${api}/v1`,
        kind: 'RoleBinding',
        metadata: { name: user, namespace },
        roleRef: { apiGroup: api, kind: 'ClusterRole', name: role },
        subjects: [{ apiGroup: api, kind: 'User', name: user }],
      },
    });
    return shared.cluster.writeKubeconfig(user, await shared.cluster.clientCertificateFor(user));
  }
});
