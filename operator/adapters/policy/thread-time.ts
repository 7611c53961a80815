import type { Milliseconds } from '../../core/decision.ts';

const MICROSECONDS = 1000;

/** Processor time of this thread: unlike a clock it stands still while the machine or a quota makes the process wait. */
export function threadTime(): Milliseconds {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / MICROSECONDS;
}
