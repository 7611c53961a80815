import type { Deployment } from '../../../api/generated/deployment.ts';
import { labels } from '../../../api/names.ts';
import type { Service } from '../cluster-objects.ts';
import type { FrozenPlan } from '../delivery/frozen-plan.ts';
import { ownerReference } from './owner-reference.ts';
import { podLabels } from './pod-template.ts';

interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol?: string;
}

/** A Service of ours: the ports of the containers, the pods of one revision. */
export function service(owner: Deployment, plan: FrozenPlan, name: string, revision: string): Service {
  const { namespace } = owner.metadata;
  const selector = podLabels(owner.metadata.name, revision);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { [labels.deployment]: selector[labels.deployment] },
      ownerReferences: [ownerReference(owner)],
    },
    spec: { selector, ports: servicePorts(plan) },
  };
}

/** Every port of the containers under its own number, which is what a Service of ours offers. */
export function servicePorts({ template }: FrozenPlan): NonNullable<Service['spec']['ports']> {
  return template.spec.containers.flatMap(({ ports }) => {
    const listed = (Array.isArray(ports) ? ports : []) as readonly ContainerPort[]; // border: judged by the dry run of the pod
    return listed.map(({ name, containerPort, protocol }) => ({
      name: name ?? `port-${containerPort}`,
      port: containerPort,
      targetPort: containerPort,
      ...(protocol === undefined ? {} : { protocol }),
    }));
  });
}
