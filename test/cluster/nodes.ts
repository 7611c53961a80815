import { until } from '../support/until.ts';
import type { ApiClient } from './api-client.ts';
import { PlaneError } from './plane-error.ts';

type Node = {
  readonly spec?: { readonly taints?: readonly unknown[] };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
};

/** Creates the nodes `node-1..n`, one in each of three zones by turns, and waits until pods can be scheduled on them. */
export async function createNodes(client: ApiClient, count: number, deadline: number): Promise<void> {
  for (let number = 1; number <= count; number++) {
    const answer = await client.request({ method: 'POST', path: '/api/v1/nodes', body: node(number) });
    if (answer.status !== 201) throw new PlaneError(`could not create node-${number}: ${JSON.stringify(answer.body)}`);
  }
  await until(`${count} nodes were ready and without taints`, deadline, async () => {
    const answer = await client.request({ path: '/api/v1/nodes' });
    // The border: a NodeList of the API server, of which only these fields are read.
    const { items } = answer.body as { items: readonly Node[] };
    return items.filter(isUsable).length === count;
  });
}

function node(number: number): unknown {
  const name = `node-${number}`;
  const resources = { cpu: '1000', memory: '4Ti', pods: '10000', 'ephemeral-storage': '10Ti' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        type: 'kwok',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/region': 'plane',
        'topology.kubernetes.io/zone': `plane-${'abc'[(number - 1) % 3]}`,
      },
    },
    status: { capacity: resources, allocatable: resources },
  };
}

function isUsable(candidate: Node): boolean {
  const ready =
    candidate.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
  return ready && (candidate.spec?.taints ?? []).length === 0;
}
