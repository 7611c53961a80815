import { until } from '../support/until.ts';
import type { Cluster } from './cluster.ts';
import { logTail } from './log-tail.ts';
import { PlaneError } from './plane-error.ts';
import type { Command, Exit } from './supervisor.ts';

const START_DEADLINE = 60_000;

/** Ends the program; resolves when it is gone. */
export type Stop = () => Promise<void>;

/** Runs a program of others on the plane and waits until it is ready; says why when it ends before. It goes with the plane at the latest. */
export async function runPeer(
  cluster: Cluster,
  command: Omit<Command, 'log'>,
  ready: () => Promise<boolean>,
): Promise<Stop> {
  const { pid, exit, log } = await cluster.run(command);
  let ended: Exit | undefined;
  void exit.then((how) => {
    ended = how;
  });
  const what = () => `${command.name} was ready; the end of its log ${log}:\n${logTail(log)}`;
  await until(what, START_DEADLINE, () => {
    if (ended !== undefined) throw new PlaneError(`${command.name} ended; the end of its log:\n${logTail(log)}`);
    return ready();
  });
  return async () => {
    if (ended === undefined) process.kill(pid, 'SIGKILL');
    await exit;
  };
}
