/**
 * `npm start`: the one-minute story on a real control plane. It boots the plane, installs the operator, delivers the samples
 * and ends with what a user would look at. `--stay` keeps it all up until Ctrl-C, `--empty` skips the samples,
 * `--kubeconfig FILE [--context NAME]` uses a real cluster after asking (`--yes` skips the question).
 */
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { kubectl } from '../support/kubectl.ts';
import { until } from '../support/until.ts';
import { ensurePolicyBundle } from '../verbs/build-policy.ts';
import { ensureWasm } from '../verbs/build-wasm.ts';
import { projectRoot } from '../verbs/project.ts';
import { bootCluster } from './boot-cluster.ts';
import { install } from './install.ts';
import { keepRunning } from './keep-running.ts';
import type { OperatorHost } from './operator.ts';
import { realCluster } from './real-cluster.ts';
import { apply, follow } from './story.ts';

const { values } = parseArgs({
  options: {
    stay: { type: 'boolean', default: false },
    empty: { type: 'boolean', default: false },
    kubeconfig: { type: 'string' },
    context: { type: 'string' },
    yes: { type: 'boolean', default: false },
  },
});
/** As shells tell a Ctrl-C. */
const INTERRUPTED = 130;
const shop = { namespace: 'acme-prod', name: 'shop' };
const samples = (name: string) => join(projectRoot, 'config', 'samples', name);
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

try {
  await ensureWasm();
  await ensurePolicyBundle();
  const host = values.kubeconfig === undefined ? await embedded() : await named(values.kubeconfig);
  if (host !== undefined) await onHost(host);
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
// What the story was waiting for when it was stopped does not matter any more.
process.exit();

type Host = OperatorHost & { stop(): Promise<void>; readonly auditLog?: string };

async function embedded(): Promise<Host> {
  say('Booting a control plane: etcd, kube-apiserver, controller manager, scheduler and three simulated nodes.');
  return bootCluster();
}

/** A real cluster is used only when it is named, and after its address was shown and a person agreed (D11). */
async function named(kubeconfig: string): Promise<Host | undefined> {
  const cluster = await realCluster(kubeconfig, values.context);
  say(`Context ${cluster.context} of ${kubeconfig}, at ${cluster.server}.`);
  say('This installs the kinds, rights and admission policies of CODE there, and runs the operator from this machine.');
  if (values.yes || (await agreed('Go on? [y/N] '))) return cluster;
  say('Nothing was changed.');
  await cluster.stop();
  return undefined;
}

async function agreed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    say('There is no terminal to ask on: give --yes to go on without the question.');
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(question);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

async function onHost(host: Host): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  const stop = (): void => {
    if (!values.stay) process.exitCode = INTERRUPTED;
    stopped.resolve();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    await Promise.race([run(host, stopped.promise), stopped.promise]);
  } finally {
    await host.stop();
  }
}

async function run(host: Host, stopped: Promise<void>): Promise<void> {
  say('Installing the operator: three kinds, its rights, its admission policies.');
  await install(host);
  const operator = await keepRunning(host, say);
  if (!values.empty) {
    await tellStory(host);
    await show(host);
  }
  if (!values.stay) return;
  const { kubeconfig, auditLog } = host;
  say(`\nUse it from another terminal:  export KUBECONFIG=${kubeconfig}`);
  say(JSON.stringify({ kubeconfig, auditLog, operatorPid: operator.pid(), metrics: `${operator.url()}/metrics` }));
  say('Press Ctrl-C to stop everything.');
  // Waiting for a signal keeps no event loop alive.
  const awake = setInterval(() => undefined, 2 ** 30);
  await stopped;
  clearInterval(awake);
}

async function tellStory(host: OperatorHost): Promise<void> {
  const told = new Set<string>();
  say('\n1. A tenant: two namespaces behind one set of walls.');
  await apply(host, samples('tenant.yaml'), say);
  await until('Tenant acme was ready', 60_000, () => hasCondition(host, 'ctenant/acme', 'Ready'));

  say('\n2. A delivery: dry run, policy, review, scan, roll-out.');
  await apply(host, samples('shop.yaml'), say);
  await follow(host, shop, { status: 'True', reason: 'Promoted' }, told, say);

  say('\n3. A bad version: it crashes, so it is rolled back by itself.');
  await apply(host, samples('versions/shop-bad.yaml'), say);
  await follow(host, shop, { status: 'False', reason: 'RolledBack' }, told, say);

  say('\n4. A forbidden version: policy denies it before any workload object exists.');
  await apply(host, samples('versions/shop-denied.yaml'), say);
  await follow(host, shop, { status: 'False', reason: 'PolicyDenied' }, told, say);
}

async function show(host: OperatorHost): Promise<void> {
  for (const command of [
    ['get', 'ctenant'],
    ['get', 'cdep,consult,replicasets,pods', '-n', shop.namespace],
    ['describe', 'deployments.code-engine.dev', shop.name, '-n', shop.namespace],
  ]) {
    say(`\n$ kubectl ${command.join(' ')}`);
    const { stdout, stderr } = await kubectl(host, command);
    say((stdout + stderr).trimEnd());
  }
}

async function hasCondition(host: OperatorHost, target: string, type: string): Promise<boolean> {
  const path = `{.status.conditions[?(@.type=="${type}")].status}`;
  const { stdout } = await kubectl(host, ['get', target, '-o', `jsonpath=${path}`]);
  return stdout === 'True';
}
