import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { assert } from 'chai';
import { bootCluster } from '../cluster/boot-cluster.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type Failure, failing } from '../cluster/failures.ts';
import { PlaneError } from '../cluster/plane-error.ts';
import { type AuditEvent, auditLogEnd, readAuditLog } from '../support/audit-log.ts';
import { kubectl } from '../support/kubectl.ts';
import { plane, testNamespace } from '../support/plane.ts';
import { servePodMetrics } from '../support/pod-metrics.ts';
import { processesMentioning } from '../support/processes.ts';
import { until } from '../support/until.ts';

type Pod = {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
    readonly containerStatuses?: readonly {
      readonly ready: boolean;
      readonly restartCount: number;
      readonly state: Readonly<Record<string, { readonly reason?: string; readonly exitCode?: number }>>;
      readonly lastState?: { readonly terminated?: { readonly exitCode: number } };
    }[];
  };
};

const container = { name: 'web', image: 'registry.example/web:1' };

describe('the throw-away plane', function () {
  this.timeout(120_000);
  let cluster: Cluster;

  before(async function () {
    // The first build of its programs takes minutes.
    this.timeout(45 * 60_000);
    cluster = await plane();
  });

  it('serves the pinned Kubernetes version', async () => {
    const version = (await cluster.expectSuccess({ path: '/version' })) as Record<string, string>;
    assert.deepEqual(
      { gitVersion: version['gitVersion'], major: version['major'], minor: version['minor'] },
      { gitVersion: 'v1.36.3', major: '1', minor: '36' },
    );
  });

  it('spreads its nodes over zones', async () => {
    const nodes = await kubectl(cluster, ['get', 'nodes', '-o', 'name', '-L', 'topology.kubernetes.io/zone']);
    assert.deepEqual(nodes, { code: 0, stdout: 'node/node-1\nnode/node-2\nnode/node-3\n', stderr: '' });
  });

  it('makes a built-in Deployment of 10 pods available, and takes them away with it', async () => {
    const namespace = await testNamespace('available');
    const name = 'web';
    const collection = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    const template = { metadata: { labels: { app: name } }, spec: { containers: [container] } };
    const spec = { replicas: 10, selector: { matchLabels: { app: name } }, template };
    const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec };
    await cluster.expectSuccess({ method: 'POST', path: collection, body });
    await until('10 pods were available', 30_000, async () => {
      const { status } = (await cluster.expectSuccess({ path: `${collection}/${name}` })) as {
        status: { availableReplicas?: number };
      };
      return status.availableReplicas === 10;
    });
    await cluster.expectSuccess({ method: 'DELETE', path: `${collection}/${name}` });
    await until('all pods were gone', 30_000, async () => (await pods(cluster, namespace)).length === 0);
  });

  it('completes the pods of a Job', async () => {
    assert.deepEqual(await jobConditions(cluster, 'job-completes', {}), ['SuccessCriteriaMet', 'Complete']);
  });

  it('fails the pods of a Job on request', async () => {
    const labels = failing('crash-loop').labels;
    assert.deepEqual(await jobConditions(cluster, 'job-fails', labels), ['FailureTarget', 'Failed']);
  });

  describe('makes a pod fail on request', () => {
    const unready = { Initialized: 'True', ContainersReady: 'False', Ready: 'False', PodScheduled: 'True' };
    const expectations: Readonly<Record<Failure, unknown>> = {
      'image-pull': {
        phase: 'Pending',
        conditions: unready,
        container: { ready: false, restarts: 0, waiting: 'ImagePullBackOff', lastExitCode: undefined },
      },
      'crash-loop': {
        phase: 'Running',
        conditions: unready,
        container: { ready: false, restarts: 3, waiting: 'CrashLoopBackOff', lastExitCode: 1 },
      },
      probe: {
        phase: 'Running',
        conditions: unready,
        container: { ready: false, restarts: 0, waiting: undefined, lastExitCode: undefined },
      },
      'never-scheduled': { phase: 'Pending', conditions: { PodScheduled: 'False' }, container: undefined },
    };
    for (const [failure, expected] of Object.entries(expectations) as [Failure, unknown][]) {
      it(failure, async () => {
        const namespace = await testNamespace(failure);
        const { labels, nodeSelector } = failing(failure);
        const spec = { containers: [container], nodeSelector };
        const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', labels }, spec };
        await cluster.expectSuccess({ method: 'POST', path: `/api/v1/namespaces/${namespace}/pods`, body });
        let seen: unknown;
        await until(
          () => `the pod failed as asked; it was ${JSON.stringify(seen)}`,
          20_000,
          async () => {
            const [pod] = await pods(cluster, namespace);
            seen = pod && summary(pod);
            return JSON.stringify(sorted(seen)) === JSON.stringify(sorted(expected));
          },
        );
        assert.deepEqual(seen, expected);
      });
    }
  });

  it('logs who asked, in whose name, for what, and the answer', async () => {
    const namespace = await testNamespace('audit');
    const from = auditLogEnd(cluster.auditLog);
    const answer = await cluster.request({
      method: 'DELETE',
      path: `/api/v1/namespaces/${namespace}/configmaps/absent`,
      headers: { 'impersonate-user': 'jane' },
    });
    const event = await until('the request was in the audit log', 10_000, async () => {
      for await (const each of readAuditLog(cluster.auditLog, from)) if (each.object?.name === 'absent') return each;
      return undefined;
    });
    const { verb, user, impersonatedUser, object, status, userAgent } = event;
    assert.strictEqual(answer.status, 403);
    assert.deepEqual({ verb, user, impersonatedUser, object, status, userAgent } satisfies Partial<AuditEvent>, {
      verb: 'delete',
      user: 'plane-administrator',
      impersonatedUser: 'jane',
      object: { group: '', resource: 'configmaps', subresource: undefined, namespace, name: 'absent' },
      status: 403,
      userAgent: 'code-operator-harness',
    });
  });

  it('knows a user by certificate and a ServiceAccount by token, with no more rights than RBAC gives', async () => {
    const namespace = await testNamespace('identity');
    const certificate = await cluster.clientCertificateFor('jane', ['team-a']);
    const token = { token: await cluster.tokenFor(namespace, 'default') };
    const who = async (name: string, credentials: typeof certificate | typeof token) => {
      const kubeconfig = cluster.writeKubeconfig(name, credentials);
      const review = await kubectl(cluster, ['auth', 'whoami', '-o', 'json'], { kubeconfig });
      const { username, groups } = JSON.parse(review.stdout).status.userInfo;
      const secrets = await kubectl(cluster, ['get', 'secrets', '-n', namespace], { kubeconfig });
      return { username, groups, mayReadSecrets: secrets.code === 0 };
    };
    assert.deepEqual(
      [await who(`${namespace}-jane`, certificate), await who(`${namespace}-robot`, token)],
      [
        { username: 'jane', groups: ['team-a', 'system:authenticated'], mayReadSecrets: false },
        {
          username: `system:serviceaccount:${namespace}:default`,
          groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
          mayReadSecrets: false,
        },
      ],
    );
  });
});

describe('a plane of its own', function () {
  this.timeout(120_000);

  it('lets a test stop, kill and restart its programs without losing data', async () => {
    const cluster = await bootCluster({ nodes: 1 });
    try {
      const { apiServer, etcd } = cluster.components;
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kept' } };
      await cluster.expectSuccess({ method: 'POST', path: '/api/v1/namespaces/default/configmaps', body });
      const second = await cluster.addApiServer('kube-apiserver-second');
      apiServer.pause();
      const throughSecond = cluster.writeKubeconfig(
        'second',
        await cluster.clientCertificateFor('second', ['system:masters']),
        second.endpoint,
      );
      const read = ['get', 'configmap', 'kept', '-o', 'name'];
      const whilePaused = await kubectl(cluster, read, { kubeconfig: throughSecond });
      apiServer.resume();
      await etcd.kill();
      await etcd.restart();
      await apiServer.restart();
      const afterRestart = await kubectl(cluster, read);
      assert.deepEqual([whilePaused.stdout, afterRestart.stdout], ['configmap/kept\n', 'configmap/kept\n']);
    } finally {
      await cluster.stop();
    }
  });

  it('forgets old revisions early when asked, so that a slow reader gets a real 410', async () => {
    const cluster = await bootCluster({
      nodes: 1,
      etcdCompactionInterval: '1s',
      minRequestTimeout: 20,
      eventTtl: '10m',
    });
    try {
      const path = '/api/v1/namespaces/default/configmaps';
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'old' } };
      const created = (await cluster.expectSuccess({ method: 'POST', path, body })) as typeof body & {
        metadata: { resourceVersion: string };
      };
      await cluster.expectSuccess({ method: 'DELETE', path: `${path}/old` });
      const then = `${path}?resourceVersionMatch=Exact&resourceVersion=${created.metadata.resourceVersion}`;
      const gone = await until('the revision was forgotten', 40_000, async () => {
        const answer = await cluster.request({ path: then });
        return answer.status !== 200 && answer;
      });
      assert.deepInclude(gone.body, { reason: 'Expired', code: 410 });
    } finally {
      await cluster.stop();
    }
  });

  it('scales by a real HorizontalPodAutoscaler on the load that a test gives', async () => {
    const cluster = await bootCluster({ nodes: 1, horizontalPodAutoscaler: true, throughput: true });
    try {
      const metrics = await servePodMetrics(cluster);
      const image = ['--image=registry.example/web:1'];
      await succeeds(cluster, ['create', 'deployment', 'web', ...image, '--replicas=2']);
      await succeeds(cluster, ['set', 'resources', 'deployment', 'web', '--requests=cpu=100m']);
      await succeeds(cluster, ['autoscale', 'deployment', 'web', '--min=1', '--max=6', '--cpu=50%']);
      const replicas = async () => {
        const scale = await cluster.expectSuccess({ path: '/apis/apps/v1/namespaces/default/deployments/web/scale' });
        return (scale as { spec: { replicas: number } }).spec.replicas;
      };
      metrics.use(200);
      await until('it grew to its maximum', 30_000, async () => (await replicas()) === 6);
      metrics.use(1);
      await until('it shrank to its minimum', 30_000, async () => (await replicas()) === 1);
      await metrics.stop();
      assert.strictEqual(await replicas(), 1);
    } finally {
      await cluster.stop();
    }
  });

  it('that cannot boot names the program that failed, with the end of its log, and leaves nothing', async () => {
    const absent = '/absent/stages.yaml';
    const failure = await bootCluster({ nodes: 1, stages: absent }).catch((error: unknown) => error);
    assert.instanceOf(failure, PlaneError);
    assert.match(failure.message, /^kwok ended with code 1 before it was ready; the end of its log:\n/);
    assert.include(failure.message, absent);
    assert.deepEqual(await processesMentioning(`--config=${absent}`), []);
  });

  for (const signal of ['SIGKILL', 'SIGINT'] as const) {
    it(`leaves no process and no file when the process that booted it gets ${signal}`, async () => {
      const { parent, directory } = await bootInAnotherProcess();
      const before = await processesMentioning(directory);
      parent.kill(signal);
      await until('every process and the directory were gone', 20_000, async () => {
        return (await processesMentioning(directory)).length === 0 && !existsSync(directory);
      });
      // etcd, the API server, the controller manager, the scheduler, kwok and their supervisor.
      assert.strictEqual(before.length, 6);
    });
  }
});

async function bootInAnotherProcess() {
  const script = fileURLToPath(new URL('../cluster/up.ts', import.meta.url));
  const parent = spawn(process.execPath, [script, '--nodes=1'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface(parent.stdout), 'line');
  const { auditLog } = JSON.parse(line) as { auditLog: string };
  return { parent, directory: dirname(dirname(auditLog)) };
}

async function succeeds(cluster: Cluster, parameters: readonly string[]): Promise<void> {
  const { code, stderr } = await kubectl(cluster, parameters);
  assert.strictEqual(code, 0, stderr);
}

async function pods(cluster: Cluster, namespace: string): Promise<readonly Pod[]> {
  const list = await cluster.expectSuccess({ path: `/api/v1/namespaces/${namespace}/pods` });
  return (list as { items: readonly Pod[] }).items;
}

function summary({ status }: Pod): unknown {
  const [first] = status.containerStatuses ?? [];
  return {
    phase: status.phase,
    conditions: Object.fromEntries((status.conditions ?? []).map((condition) => [condition.type, condition.status])),
    container: first && {
      ready: first.ready,
      restarts: first.restartCount,
      waiting: first.state['waiting']?.reason,
      lastExitCode: first.lastState?.terminated?.exitCode,
    },
  };
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

async function jobConditions(cluster: Cluster, purpose: string, labels: Readonly<Record<string, string>>) {
  const namespace = await testNamespace(purpose);
  const path = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  const template = { metadata: { labels }, spec: { containers: [container], restartPolicy: 'Never' } };
  const body = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'work' }, spec: { template, backoffLimit: 0 } };
  await cluster.expectSuccess({ method: 'POST', path, body });
  return until('the Job ended', 30_000, async () => {
    const job = (await cluster.expectSuccess({ path: `${path}/work` })) as {
      status: { conditions?: readonly { type: string }[] };
    };
    const types = (job.status.conditions ?? []).map(({ type }) => type);
    return types.length === 2 && types;
  });
}
