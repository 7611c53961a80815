import { labels } from '../../../api/names.ts';
import { servicePorts } from '../build/service.ts';
import type { DeploymentObserved } from '../observed.ts';
import { namedServices } from './named-services.ts';

/** Why a named Service cannot be switched, with what to change; `undefined` where every one is absent or leaves its selector to us. */
export function unfitService(observed: DeploymentObserved): string | undefined {
  for (const name of namedServices(observed)) {
    const found = observed.services.find(({ metadata }) => metadata.name === name);
    if (found === undefined && servicePorts(observed.delivery.plan).length === 0) {
      return `Service ${name} does not exist and the template names no port for it; add containers[].ports, or create the Service without spec.selector`;
    }
    // One of ours declares nothing: somebody edited it, and it is put right.
    if (found?.metadata.ownerReferences?.some(({ uid }) => uid === observed.object.metadata.uid)) continue;
    const declared = Object.keys(found?.spec.selector ?? {}).filter(
      (key) => key !== labels.deployment && key !== labels.revision,
    );
    if (declared.length > 0) {
      return `Service ${name} declares spec.selector (${declared.join(', ')}), which a switch has to own; remove spec.selector from its manifest and set it to null once: kubectl patch service ${name} --type=merge -p '{"spec":{"selector":null}}'`;
    }
  }
  return undefined;
}
