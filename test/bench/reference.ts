/**
 * Our engine beside a Go controller on controller-runtime that does the same work (reference/): for each Deployment one
 * ServiceAccount by server-side apply and one status write. By turns on one plane; medians of the rounds, and the spread.
 */
import { join } from 'node:path';
import { bootCluster } from '../cluster/boot-cluster.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { freePort } from '../cluster/free-port.ts';
import { auditLogEnd } from '../support/audit-log.ts';
import { kubectl } from '../support/kubectl.ts';
import { until } from '../support/until.ts';
import { nodeBinary, projectRoot } from '../verbs/project.ts';
import { ours } from './fleet/workload.ts';
import { inParallel } from './in-parallel.ts';
import { percentile } from './percentile.ts';
import { ensureReference } from './reference-binary.ts';
import { requestsSince } from './requests.ts';
import { bounded, compared, type Row } from './table.ts';
import { usageOf } from './usage.ts';

export interface ReferenceOptions {
  /** Objects that are applied at once; 2,000. */
  readonly count?: number;
  readonly rounds?: number;
}

type Side = 'go' | 'typescript';

interface Measured {
  readonly appliesASecond: number;
  readonly cpuMillisecondsAnApply: number;
  readonly noopsASecond: number;
  readonly growth: number;
  readonly base: number;
  readonly requests: number;
  readonly writesSettled: number;
}

const RESYNCS = 10;
const REST = 10_000;
const NAMESPACE = 'bench';

/** Boots a plane of its own; rounds are Go, TypeScript, Go, TypeScript. */
export async function run({ count = 2_000, rounds = 3 }: ReferenceOptions = {}): Promise<readonly Row[]> {
  const binary = await ensureReference();
  const cluster = await bootCluster({ throughput: true });
  try {
    await prepare(cluster);
    const measured: Record<Side, Measured[]> = { go: [], typescript: [] };
    for (let round = 1; round <= rounds; round++) {
      for (const side of ['go', 'typescript'] as const) {
        const one = await measure(cluster, side, binary, round, count);
        measured[side].push(one);
        console.log(`reference, round ${round}, ${side}: ${JSON.stringify(one)}`);
      }
    }
    return rowsOf(measured, count);
  } finally {
    await cluster.stop();
  }
}

async function prepare(cluster: Cluster): Promise<void> {
  const crds = join(projectRoot, 'config', 'crd');
  for (const parameters of [
    ['apply', '--server-side', '-k', crds],
    ['wait', '--for=condition=Established', '--timeout=60s', 'crd/deployments.code-engine.dev'],
    ['create', 'namespace', NAMESPACE],
    [
      'create',
      'clusterrolebinding',
      'bench',
      '--clusterrole=cluster-admin',
      '--user=bench-go',
      '--user=bench-typescript',
    ],
  ]) {
    const { code, stderr } = await kubectl(cluster, parameters);
    if (code !== 0) throw new Error(`kubectl ${parameters.join(' ')} failed: ${stderr}`);
  }
}

async function measure(cluster: Cluster, side: Side, binary: string, round: number, count: number): Promise<Measured> {
  const user = `bench-${side}`;
  const credentials = await cluster.clientCertificateFor(user);
  const kubeconfig = cluster.writeKubeconfig(`${user}-${round}`, credentials);
  const port = await freePort();
  const room = join(projectRoot, 'test', 'bench', 'reference-room.ts');
  const typescript = ['--disable-warning=ExperimentalWarning', room, kubeconfig, String(port)];
  const { pid, exit } = await cluster.run({
    name: `${user}-${round}`,
    program: side === 'go' ? binary : nodeBinary,
    parameters: side === 'go' ? [`--kubeconfig=${kubeconfig}`, `--listen=127.0.0.1:${port}`] : typescript,
    directory: projectRoot,
  });
  let ended = false;
  void exit.then(() => {
    ended = true;
  });
  const ask = async (path: string): Promise<{ known: number; seconds: number }> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(280_000) });
    return (await response.json()) as { known: number; seconds: number }; // border: our own two processes
  };
  await until(`${user} answered`, 60_000, () => ask('/known').catch(() => undefined));
  await rest();
  const base = (await usageOf(pid)).residentMegabytes;

  const names = Array.from({ length: count }, (_, index) => `bench-${index}`);
  await inParallel(names, 50, async (name) => {
    await cluster.expectSuccess({ method: 'POST', path: ours.path(NAMESPACE), body: ours.manifest(name) });
  });
  await until(`${user} knew all`, 60_000, async () => (await ask('/known')).known === count);
  const from = auditLogEnd(cluster.auditLog);
  const before = await usageOf(pid);
  const applied = await ask(`/start?count=${count}`);
  const { cpuSeconds } = await usageOf(pid);
  await rest();
  const isOwn = ({ user: who }: { readonly user: string }) => who === user;
  const requests = await requestsSince(cluster.auditLog, from, isOwn);

  const settledFrom = auditLogEnd(cluster.auditLog);
  const noops: number[] = [];
  for (let left = RESYNCS; left > 0; left--) noops.push(count / (await ask(`/resync?count=${count}`)).seconds);
  await rest();
  const settled = await requestsSince(cluster.auditLog, settledFrom, isOwn);
  const { residentMegabytes } = await usageOf(pid);
  process.kill(pid, 'SIGKILL');
  await until(`${user} was gone`, 30_000, () => ended);
  await clear(cluster);
  return {
    appliesASecond: count / applied.seconds,
    cpuMillisecondsAnApply: (1000 * (cpuSeconds - before.cpuSeconds)) / count,
    noopsASecond: percentile(noops, 0.5),
    growth: residentMegabytes - base,
    base,
    requests: requests.total / count,
    writesSettled: settled.writes,
  };
}

/** The next round begins with nothing. */
async function clear(cluster: Cluster): Promise<void> {
  const collections = [ours.path(NAMESPACE), `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`];
  for (const path of collections) {
    await until(`${path} was empty`, 280_000, async () => {
      const { items } = (await cluster.expectSuccess({ path: `${path}?limit=500` })) as {
        items: readonly { readonly metadata: { readonly name: string } }[]; // border: a list of the API server
      };
      const left = items.map(({ metadata }) => metadata.name).filter((name) => name !== 'default');
      await inParallel(left, 50, async (name) => {
        await cluster.request({ method: 'DELETE', path: `${path}/${name}` });
      });
      return left.length === 0;
    });
  }
}

async function rest(): Promise<void> {
  const start = performance.now();
  await until('the rest was over', 2 * REST, () => performance.now() - start >= REST);
}

function rowsOf(measured: Readonly<Record<Side, readonly Measured[]>>, count: number): readonly Row[] {
  const median = (side: Side, of: keyof Measured) =>
    percentile(
      measured[side].map((one) => one[of]),
      0.5,
    );
  const both = (of: keyof Measured) => [median('typescript', of), median('go', of)] as const;
  const named = (metric: string, of: keyof Measured) => `${metric} (spread ${spread(measured, of)})`;
  return [
    compared(named(`P1 no-op reconciles, resync of ${count}`, 'noopsASecond'), both('noopsASecond'), '/s', {
      atLeast: 0.5,
    }),
    compared(named(`P2 apply reconciles, burst of ${count}`, 'appliesASecond'), both('appliesASecond'), '/s', {
      atLeast: 0.7,
    }),
    compared(named('P3 CPU an apply', 'cpuMillisecondsAnApply'), both('cpuMillisecondsAnApply'), 'ms', { atMost: 3.5 }),
    compared(named(`P6 RSS growth, ${count} objects`, 'growth'), both('growth'), 'MB', { atMost: 2 }),
    { ...compared('P6 base RSS', both('base'), 'MB', { atMost: Number.POSITIVE_INFINITY }), goal: '', met: true },
    compared('P8 requests an object to converge', both('requests'), '', { atMost: 1 }),
    bounded('P8 writes when settled', median('typescript', 'writesSettled'), '', 0, median('go', 'writesSettled')),
  ];
}

/** How far the rounds lie apart, of each side's median: TypeScript, Go. */
function spread(measured: Readonly<Record<Side, readonly Measured[]>>, of: keyof Measured): string {
  const apart = (['typescript', 'go'] as const).map((side) => {
    const values = measured[side].map((one) => one[of]);
    return `${Math.round((100 * (Math.max(...values) - Math.min(...values))) / percentile(values, 0.5))} %`;
  });
  return apart.join(', ');
}
