import { setTimeout as delay } from 'node:timers/promises';
import { logTail } from './log-tail.ts';
import { type OperatorHost, type OperatorProcess, runOperator } from './operator.ts';

const FIRST_BACKOFF = 500;
const LONGEST_BACKOFF = 30_000;
/** After so long a life the next death starts the back-off anew. */
const HEALTHY_AFTER = 60_000;

/** The operator that runs now: another process after each death. */
export interface KeptOperator {
  pid(): number;
  url(): string;
}

/** Runs the operator and brings it back where it was when it dies, with back-off and a word about it, as a cluster would. */
export async function keepRunning(
  host: OperatorHost,
  say: (line: string) => void,
  environment: Readonly<Record<string, string>>,
): Promise<KeptOperator> {
  let operator: OperatorProcess = await runOperator(host, { environment });
  await operator.ready();
  const httpPort = Number(new URL(operator.url).port);

  async function bringBack(): Promise<void> {
    for (let backoff = FIRST_BACKOFF; ; backoff = Math.min(backoff * 2, LONGEST_BACKOFF)) {
      const since = performance.now();
      const how = await operator.exit;
      if (host.stopped) return;
      const cause = how.signal ?? `exit code ${how.code}`;
      if (performance.now() - since > HEALTHY_AFTER) backoff = FIRST_BACKOFF;
      say(`the operator ended (${cause}); starting it again in ${backoff / 1000} s. Its last words:`);
      say(logTail(operator.log, 3));
      await delay(backoff);
      if (host.stopped) return;
      operator = await runOperator(host, { httpPort, environment });
      say(`the operator runs again as process ${operator.pid}`);
    }
  }

  void bringBack().catch((error: unknown) => {
    if (!host.stopped) say(`the operator cannot be started again: ${String(error)}`);
  });
  return { pid: () => operator.pid, url: () => operator.url };
}
