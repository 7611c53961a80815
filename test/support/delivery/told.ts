import type { Cluster } from '../../cluster/cluster.ts';
import { masked } from '../masked.ts';
import { type Name, succeed } from './delivery.ts';

/** Lines of the story that a fast machine skips. */
const SKIPPED_WHEN_FAST = /^ +\d\d:\d\d:\d\d (roll-out: rolling out|claim-identity: .* is new;) .*\n/gm;

/** A delivery as `kubectl get` and `kubectl describe` show it, the same in every run. */
export async function told(cluster: Cluster, { namespace, name }: Name): Promise<string> {
  const columns = await succeed(cluster, ['get', 'cdep,consult', '-n', namespace]);
  const description = await succeed(cluster, [
    ...['describe', 'deployments.code-engine.dev', name],
    ...['-n', namespace, '--show-events=false'],
  ]);
  const text = `$ kubectl get cdep,consult\n${columns}\n$ kubectl describe cdep ${name}\n${description}`;
  return masked(text.replace(SKIPPED_WHEN_FAST, ''), { [namespace]: '<namespace>' });
}
