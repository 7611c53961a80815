import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { NpmStart } from '../support/npm-start.ts';
import { until } from '../support/until.ts';

/** In the order in which they must be told; what stands between them is the timeline of the delivery. */
const STORY = [
  'Booting a control plane: etcd, kube-apiserver, controller manager, scheduler and three simulated nodes,',
  'and a Prometheus that counts the requests to their pods.',
  'Installing the operator: three kinds, its rights, its admission policies.',
  '1. A tenant: two namespaces behind one set of walls.',
  '  $ tenant.code-engine.dev/acme created',
  '2. A delivery: dry run, policy, review, scan, roll-out.',
  '  $ deployment.code-engine.dev/shop created',
  '3. A canary: a third of the pods, measured against those that serve; then a person is asked.',
  '  $ deployment.code-engine.dev/shop configured',
  '4. A bad version that looks well: its error rate gives it away, and it is rolled back by itself.',
  '  $ deployment.code-engine.dev/shop configured',
  '5. Blue-green: all pods of the next version stand behind a preview, then one write switches to them.',
  '  $ deployment.code-engine.dev/shop configured',
  '  $ kubectl code promote shop -n acme-prod',
  '6. A forbidden version: policy denies it before any workload object exists.',
  '  $ deployment.code-engine.dev/shop configured',
  '$ kubectl get ctenant',
  '$ kubectl get cdep,consult,replicasets,pods -n acme-prod',
  '$ kubectl describe deployments.code-engine.dev shop -n acme-prod',
] as const;

/** Building whatever this machine has not built yet; with a warm cache seconds. */
const FIRST_BUILD = 45 * 60_000;

describe('npm start', function () {
  this.timeout(FIRST_BUILD);
  let start: NpmStart;
  afterEach(() => start.kill());

  it('tells the story to its end, exits with 0 and leaves nothing behind', async () => {
    start = new NpmStart();
    await start.says('Installing the operator', FIRST_BUILD);
    const code = await start.ended(240_000);
    assert.equal(code, 0, start.output);
    const lines = start.output.split('\n');
    let from = 0;
    const missing = STORY.filter((line) => {
      const at = lines.indexOf(line, from);
      if (at >= 0) from = at + 1;
      return at < 0;
    });
    assert.deepEqual(missing, [], start.output);
    for (const sign of [
      /rhea answered approve as release-manager to plan \w+/,
      /AnalysisFailed\): Fail: error-rate worse/,
    ]) {
      assert.match(start.output, sign);
    }
    assert.deepEqual(await start.leftovers(), []);
  });

  it('stops at once on Ctrl-C in the middle of the story, with code 130 and nothing left', async () => {
    start = new NpmStart();
    await start.says('1. A tenant', FIRST_BUILD);
    assert.equal(await start.interrupt(), 130, start.output);
    assert.deepEqual(await start.leftovers(), []);
  });

  it('with --stay --empty tells where everything is, and brings the operator back when it dies', async () => {
    start = new NpmStart('--stay', '--empty');
    await start.says('Press Ctrl-C to stop everything.', FIRST_BUILD);
    const lines = start.output.trimEnd().split('\n');
    const told: unknown = JSON.parse(lines.at(-2) ?? '');
    assert.hasAllKeys(told, ['kubeconfig', 'auditLog', 'operatorPid', 'metrics', 'prometheus', 'releaseManager']);
    const { operatorPid, metrics } = told as { operatorPid: number; metrics: string }; // border: the keys were just checked
    assert.equal((await fetch(metrics)).status, 200);
    assert.notInclude(start.output, '1. A tenant');

    process.kill(operatorPid, 'SIGKILL');
    await start.says('the operator ended (SIGKILL); starting it again in 0.5 s. Its last words:', 20_000);
    await start.says('the operator runs again as process ', 20_000);
    const next = Number(/runs again as process (\d+)/.exec(start.output)?.[1]);
    assert.isTrue(process.kill(next, 0));
    await until('the new operator told its metrics where the old one did', 60_000, () =>
      fetch(metrics).then(
        ({ status }) => status === 200,
        () => false,
      ),
    );

    assert.equal(await start.interrupt(), 0, start.output);
    assert.deepEqual(await start.leftovers(), []);
  });

  it('changes nothing in a real cluster without --yes where nobody can be asked', async () => {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests += 1;
      response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const directory = await mkdtemp(join(tmpdir(), 'code-kubeconfig-'));
    try {
      const { port } = server.address() as AddressInfo; // border: a server that listens on a port
      const kubeconfig = join(directory, 'config');
      await writeFile(
        kubeconfig,
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Config',
          'current-context': 'prod',
          contexts: [{ name: 'prod', context: { cluster: 'prod', user: 'me' } }],
          clusters: [{ name: 'prod', cluster: { server: `http://127.0.0.1:${port}` } }],
          users: [{ name: 'me', user: { token: 'secret' } }],
        }),
      );
      start = new NpmStart('--kubeconfig', kubeconfig);
      assert.equal(await start.ended(FIRST_BUILD), 0, start.output);
      assert.include(start.output, `Context prod of ${kubeconfig}, at http://127.0.0.1:${port}.`);
      assert.include(start.output, 'There is no terminal to ask on: give --yes to go on without the question.');
      assert.include(start.output, 'Nothing was changed.');
      assert.equal(requests, 0);
      assert.deepEqual(await start.leftovers(), []);
    } finally {
      server.close();
      await rm(directory, { recursive: true });
    }
  });

  it('names a kubeconfig that cannot be used, and leaves nothing behind', async () => {
    start = new NpmStart('--kubeconfig', '/nowhere/config', '--yes');
    assert.equal(await start.ended(FIRST_BUILD), 1, start.output);
    assert.include(start.output, 'the kubeconfig /nowhere/config cannot be used: ');
    assert.deepEqual(await start.leftovers(), []);
  });
});
