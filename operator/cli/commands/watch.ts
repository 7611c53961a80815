import type { Deployment } from '../../api/generated/deployment.ts';
import type { ExpertConsultation } from '../../api/generated/expert-consultation.ts';
import type { Call, Command } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { lookAgain } from '../look-again.ts';
import { childrenOf, readDeployment } from '../read-delivery.ts';
import { plainly } from '../refusal.ts';
import { type DeliveryView, deliveryView, type Pods } from '../view/delivery-view.ts';
import type { Pod } from '../view/pod-view.ts';
import { watchOutput } from '../watch-output.ts';

/** Changes that come together are shown together. */
const GATHER = 100;
/** Durations on the screen go on, and troubles of a watch appear, without a change. */
const TICK = 1_000;

export const watch: Command = {
  name: 'watch',
  summary: 'follow a delivery until it is Ready or Stalled',
  parameters: ['NAME'],
  flags: { timeout: { value: 'DURATION', help: 'give up after so long, with exit code 3; never unless set' } },
  details: `In a terminal: one view that is drawn again as steps, pods and verdicts change. Elsewhere: a line for each thing that
happens. With -o json: one document a line for each change.

Ends with 0 when the newest spec is Ready, with 1 when it is Stalled, with 3 when --timeout passes.

  kubectl apply -f shop.yaml && kubectl code watch shop --timeout 10m`,
  async run(call) {
    const name = call.words[0] ?? '';
    const timeout = call.flags.duration('timeout');
    const first = await readDeployment(call.cluster, name);
    const ending = new AbortController();
    try {
      return await follow(call, first, timeout, AbortSignal.any([ending.signal, call.signal]));
    } finally {
      ending.abort();
    }
  },
};

async function follow(
  { cluster, clock, terminal, json, signal }: Call,
  first: Deployment,
  timeout: number | undefined,
  until: AbortSignal,
): Promise<ExitCode> {
  const { name } = first.metadata;
  const started = clock.monotonic();
  let wake = Promise.withResolvers<void>();
  const changed = (): void => wake.resolve();
  const { namespace } = cluster;
  const deployments = cluster.watch<Deployment>('Deployment', { namespace, name }, changed, until);
  const children = childrenOf(cluster, name);
  const pods = cluster.watch<Pod>('Pod', children, changed, until);
  const consultations = cluster.watch<ExpertConsultation>('ExpertConsultation', children, changed, until);
  const output = watchOutput(terminal, json, cluster, clock);
  try {
    for (;;) {
      wake = Promise.withResolvers<void>();
      const seen = deployments.all();
      const deployment = seen === undefined ? first : seen[0];
      if (deployment === undefined) {
        terminal.complain(`${name} was deleted\n`);
        return exitCodes.refused;
      }
      const view = deliveryView(deployment, podsSeen(pods.all(), pods.trouble()), consultations.all());
      // The pods come a moment later than the delivery: the last picture is to show them.
      const complete = pods.all() !== undefined || pods.trouble() !== undefined;
      if (complete || clock.monotonic() - started > TICK) output.show(view, deployments.trouble());
      const ended = complete ? codeOf(view) : undefined;
      if (ended !== undefined) return ended;
      const left = timeout === undefined ? TICK : started + timeout - clock.monotonic();
      if (left <= 0) {
        output.last(
          `not Ready within the ${timeout === undefined ? 0 : timeout / 1000} s of --timeout: ${view.message}`,
        );
        return exitCodes.timeUp;
      }
      await lookAgain(clock, wake.promise, Math.min(TICK, left), signal);
      await clock.sleep(GATHER, signal);
    }
  } finally {
    output.leave();
  }
}

function podsSeen(pods: readonly Pod[] | undefined, trouble: string | undefined): Pods {
  if (pods !== undefined) return { known: pods };
  return trouble === undefined ? { known: [] } : { unknown: plainly(trouble) };
}

function codeOf({ standing }: DeliveryView): ExitCode | undefined {
  if (standing === 'Ready') return exitCodes.done;
  return standing === 'Stalled' ? exitCodes.refused : undefined;
}
