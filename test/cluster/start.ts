/**
 * `npm start`: the one-minute story on a real control plane. It boots the plane, installs the operator, delivers the samples
 * and ends with what a user would look at. `--stay` keeps it all up until Ctrl-C, `--empty` skips the samples,
 * `--kubeconfig FILE [--context NAME]` uses a real cluster after asking (`--yes` skips the question).
 */
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { ensurePolicyBundle } from '../verbs/build-policy.ts';
import { ensureWasm } from '../verbs/build-wasm.ts';
import { show, tellStory } from './chapters.ts';
import { install } from './install.ts';
import { keepRunning } from './keep-running.ts';
import { realCluster } from './real-cluster.ts';
import { embeddedScene, type Scene } from './scene.ts';

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
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

try {
  await ensureWasm();
  await ensurePolicyBundle();
  const scene = values.kubeconfig === undefined ? await embedded() : await named(values.kubeconfig);
  if (scene !== undefined) await play(scene);
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
// What the story was waiting for when it was stopped does not matter any more.
process.exit();

async function embedded(): Promise<Scene> {
  say('Booting a control plane: etcd, kube-apiserver, controller manager, scheduler and three simulated nodes,');
  say('and a Prometheus that counts the requests to their pods.');
  return embeddedScene();
}

/** A real cluster is used only when it is named, and after its address was shown and a person agreed (D11). */
async function named(kubeconfig: string): Promise<Scene | undefined> {
  const cluster = await realCluster(kubeconfig, values.context);
  say(`Context ${cluster.context} of ${kubeconfig}, at ${cluster.server}.`);
  say('This installs the kinds, rights and admission policies of CODE there, and runs the operator from this machine.');
  if (values.yes || (await agreed('Go on? [y/N] '))) return { host: cluster, stop: () => cluster.stop() };
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

async function play(scene: Scene): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  const stop = (): void => {
    if (!values.stay) process.exitCode = INTERRUPTED;
    stopped.resolve();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    await Promise.race([run(scene, stopped.promise), stopped.promise]);
  } finally {
    await scene.stop();
  }
}

async function run({ host, auditLog, prometheus, releaseManager }: Scene, stopped: Promise<void>): Promise<void> {
  say('Installing the operator: three kinds, its rights, its admission policies.');
  await install(host);
  const metrics: Record<string, string> =
    prometheus === undefined ? {} : { CODE_METRICS_PROMETHEUS: `default=${prometheus}` };
  const operator = await keepRunning(host, say, metrics);
  if (!values.empty) {
    const approver = releaseManager === undefined ? {} : { releaseManager };
    const stage = { plane: host, say, measured: prometheus !== undefined, ...approver };
    await tellStory(stage);
    await show(stage);
  }
  if (!values.stay) return;
  const { kubeconfig } = host;
  say(`\nUse it from another terminal:  export KUBECONFIG=${kubeconfig}`);
  say(
    JSON.stringify({
      kubeconfig,
      auditLog,
      operatorPid: operator.pid(),
      metrics: `${operator.url()}/metrics`,
      prometheus,
      releaseManager,
    }),
  );
  say('Press Ctrl-C to stop everything.');
  // Waiting for a signal keeps no event loop alive.
  const awake = setInterval(() => undefined, 2 ** 30);
  await stopped;
  clearInterval(awake);
}
