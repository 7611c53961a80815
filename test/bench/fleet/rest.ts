import type { Cluster } from '../../cluster/cluster.ts';
import { auditLogEnd } from '../../support/audit-log.ts';
import { until } from '../../support/until.ts';
import { requestsSince } from '../requests.ts';
import { usageOf } from '../usage.ts';
import type { Controller } from './phase.ts';

/** What the controller does in so many seconds in which nobody changes anything; leases are not counted. */
export async function measureRest(
  cluster: Cluster,
  { pid, isOwn }: Controller,
  seconds: number,
): Promise<{ readonly writes: number; readonly reads: number /** Percent of a core. */; readonly share: number }> {
  const from = auditLogEnd(cluster.auditLog);
  const before = await usageOf(pid);
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  await until('the rest was over', 2_000 * seconds, () => elapsed() >= seconds);
  const share = (100 * ((await usageOf(pid)).cpuSeconds - before.cpuSeconds)) / elapsed();
  const { writes, total } = await requestsSince(cluster.auditLog, from, isOwn);
  return { writes, reads: total - writes, share };
}
