import { randomBytes } from 'node:crypto';
import type { Deployment } from '../api/generated/deployment.ts';
import { annotations } from '../api/names.ts';
import type { Call, Command } from './command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Flags } from './flags.ts';
import { lookAgain } from './look-again.ts';
import { printJson } from './print.ts';
import { readDeployment } from './read-delivery.ts';
import { type DeliveryView, deliveryView } from './view/delivery-view.ts';
import { where } from './where.ts';

/** The verbs that are annotation tokens: each needs the RBAC verb of its name, which the admission policy code-verbs asks for. */
export type Verb = 'promote' | 'abort' | 'retry';

const USUAL_TIMEOUT = 30_000;
/** Between two looks where nothing woke us. */
const TICK = 1_000;

const flags: Flags = {
  'no-wait': { help: 'do not wait until the operator has acted on it' },
  timeout: { value: 'DURATION', help: 'how long to wait for the operator; 30s unless set' },
};

/** A command that sets one of the tokens and says what came of it. */
export function steering(verb: Verb, texts: Pick<Command, 'summary' | 'details'>): Command {
  return { name: verb, parameters: ['NAME'], flags, ...texts, run: (call) => steer(verb, call) };
}

async function steer(verb: Verb, call: Call): Promise<ExitCode> {
  const { words, flags, json, terminal, cluster, clock } = call;
  const name = words[0] ?? '';
  const timeout = flags.duration('timeout') ?? USUAL_TIMEOUT;
  const before = await readDeployment(cluster, name);
  // Another value each time: that is what starts the work. People read when it was asked for.
  const token = `${new Date(clock.now()).toISOString()}-${randomBytes(2).toString('hex')}`;
  await cluster.mergePatch(
    { resource: 'Deployment', namespace: cluster.namespace, name },
    { metadata: { annotations: { [annotations[verb]]: token } } },
  );
  if (!json) terminal.complain(`${verb} asked for of ${cluster.namespace}/${name} (${where(cluster)})\n`);
  if (flags.has('no-wait')) {
    if (json) printJson(terminal, { verb, token, handled: false });
    return exitCodes.done;
  }
  const after = await handled(call, verb, token, before, timeout);
  if (after === undefined) {
    const sentence = `the operator has not acted on it within ${timeout / 1000} s: is it running? see kubectl -n code-system get pods`;
    terminal.complain(`${sentence}\n`);
    if (json) printJson(terminal, { verb, token, handled: false });
    return exitCodes.timeUp;
  }
  tell(call, verb, token, before, deliveryView(after, { known: [] }));
  return exitCodes.done;
}

/** Waits for the echo of the token in status; `undefined` when time is over. */
async function handled(
  { cluster, clock, signal }: Call,
  verb: Verb,
  token: string,
  { metadata: { name } }: Deployment,
  timeout: number,
): Promise<Deployment | undefined> {
  const ending = new AbortController();
  const until = AbortSignal.any([ending.signal, signal]);
  const end = clock.monotonic() + timeout;
  let wake = Promise.withResolvers<void>();
  const { namespace } = cluster;
  const seen = cluster.watch<Deployment>('Deployment', { namespace, name }, () => wake.resolve(), until);
  try {
    for (;;) {
      wake = Promise.withResolvers<void>();
      const deployment = seen.all()?.[0];
      if (deployment?.status?.handled?.[verb] === token) return deployment;
      const left = end - clock.monotonic();
      if (left <= 0) return undefined;
      await lookAgain(clock, wake.promise, Math.min(TICK, left), until);
    }
  } finally {
    ending.abort();
  }
}

function tell({ json, terminal }: Call, verb: Verb, token: string, before: Deployment, view: DeliveryView): void {
  const { phase, message, next } = view;
  const known = before.status?.timeline ?? [];
  const timeline = view.timeline.filter((line) => !known.includes(line));
  if (json) {
    printJson(terminal, { verb, token, handled: true, phase, message, timeline, next });
    return;
  }
  terminal.write('the operator has acted on it:\n');
  for (const line of timeline) terminal.write(`  ${line}\n`);
  terminal.write(`${phase}: ${message}\nNext  ${next}\n`);
}
