import type { Cluster } from '../../cluster/cluster.ts';
import { masked } from '../masked.ts';
import { type Name, succeed } from './delivery.ts';

/** Lines of the story that a fast machine skips. */
const SKIPPED_WHEN_FAST =
  /^ +\d\d:\d\d:\d\d (roll-out: rolling out|claim-identity: .* is new;|review: the experts are asked;) .*\n/gm;

/** A delivery as `kubectl get` and `kubectl describe` show it, the same in every run. */
export async function told(cluster: Cluster, { namespace, name }: Name): Promise<string> {
  const where = ['-n', namespace];
  const description = await succeed(cluster, [
    ...['describe', 'deployments.code-engine.dev', name, ...where],
    '--show-events=false',
  ]);
  const delivery = await succeed(cluster, ['get', 'cdep', name, ...where]);
  const reviews = await succeed(cluster, ['get', 'consult', '--no-headers', ...where]);
  const story = `$ kubectl describe cdep ${name}\n${description}\n$ kubectl get cdep ${name}\n${delivery}\n$ kubectl get consult`;
  const text = masked(`${story}\n${reviews}`.replace(SKIPPED_WHEN_FAST, ''), namesIn(namespace));
  // Reviews are listed by names, and these are hashes: their order means nothing.
  const lines = text.trimEnd().split('\n');
  const first = lines.indexOf('$ kubectl get consult') + 1;
  return [...lines.slice(0, first), ...lines.slice(first).sort()].join('\n');
}

/** The namespace, and the Tenant it is named after where there is one (`tenancy.ts`): the longer name first. */
function namesIn(namespace: string): Readonly<Record<string, string>> {
  const tenant = /^(.+)-prod$/.exec(namespace)?.[1];
  return { [namespace]: '<namespace>', ...(tenant === undefined ? {} : { [tenant]: '<tenant>' }) };
}
