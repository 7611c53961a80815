import type { Tenant } from '../../../api/generated/tenant.ts';
import { labels } from '../../../api/names.ts';
import type { KubeObject } from '../../../api/objects.ts';
import { guardrailMeta } from './guardrail-meta.ts';

type Peer =
  | {
      readonly namespaceSelector: { readonly matchLabels: Readonly<Record<string, string>> };
      readonly podSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
    }
  | { readonly ipBlock: { readonly cidr: string } };

interface Port {
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
}

export interface NetworkPolicy extends KubeObject {
  readonly spec: {
    readonly podSelector: Record<string, never>;
    readonly policyTypes: readonly ['Ingress', 'Egress'];
    readonly ingress: readonly { readonly from: readonly Peer[]; readonly ports?: readonly Port[] }[];
    readonly egress: readonly { readonly to: readonly Peer[]; readonly ports?: readonly Port[] }[];
  };
}

const CLUSTER_DNS: Peer = {
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
  podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
};
const DNS_PORTS: readonly Port[] = [
  { protocol: 'UDP', port: 53 },
  { protocol: 'TCP', port: 53 },
];

/** Denies both ways but the Tenant's own namespaces, the cluster's DNS and the peers that the Tenant allows. */
export function networkPolicy(tenant: Tenant, namespace: string): NetworkPolicy {
  const own = namespacesOf(tenant.metadata.name);
  const allowed = (tenant.spec.network?.allow ?? []).map(({ tenant: other, cidr, ports = [] }) => ({
    peers: [
      ...(other === undefined ? [] : [namespacesOf(other)]),
      ...(cidr === undefined ? [] : [{ ipBlock: { cidr } }]),
    ],
    ports: ports.length === 0 ? {} : { ports: ports.map((port) => ({ protocol: 'TCP', port }) as const) },
  }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: guardrailMeta(tenant.metadata.name, namespace, 'code-network', 'wall'),
    spec: {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [own] }, ...allowed.map(({ peers, ports }) => ({ from: peers, ...ports }))],
      egress: [
        { to: [own] },
        { to: [CLUSTER_DNS], ports: DNS_PORTS },
        ...allowed.map(({ peers, ports }) => ({ to: peers, ...ports })),
      ],
    },
  };
}

const namespacesOf = (tenant: string): Peer => ({ namespaceSelector: { matchLabels: { [labels.tenant]: tenant } } });
