import { readFile } from 'node:fs/promises';

/** What a process has used so far. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly residentMegabytes: number;
}

/** The kernel counts in these on every platform of Linux that Node runs on. */
const TICKS_A_SECOND = 100;

/** User and system time of all its threads, as getrusage counts it, and the memory it holds; Linux only. */
export async function usageOf(pid: number): Promise<Usage> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ]);
  // The name of the program stands in parentheses and may hold spaces: fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]);
  return { cpuSeconds: ticks / TICKS_A_SECOND, residentMegabytes: kilobytes / 1024 };
}
