import { TENANT_SERVICE_ACCOUNT, TENANT_WORKLOAD_ROLE } from '../../../api/names.ts';
import { type Decision, type Milliseconds, stuck, wait } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import { startDeadline } from '../delivery/start-deadline.ts';
import type { DeploymentObserved } from '../observed.ts';
import { type ConfigSource, isUnresolved } from './config-source.ts';

/** Of a right that comes back nobody tells. */
const LOOK_AGAIN: Milliseconds = 10_000;
const TOLD_AT_MOST = 5;

/** Is all there that the template names? What is not is told at once, and waited for: Git may bring it yet. */
export function waitForConfig(observed: DeploymentObserved, laws: Laws): Decision | undefined {
  const { plan } = observed.delivery;
  const unresolved = observed.config.sources.filter(isUnresolved);
  if (unresolved.length === 0) return undefined;
  const refused = unresolved.find(({ sight }) => sight.state === 'refused');
  const reason = refused === undefined ? 'ReferenceMissing' : 'ReferenceRefused';
  const told = refused === undefined ? missing(unresolved, observed.namespace) : refusal(refused, observed.namespace);
  const deadline = startDeadline(observed, laws.now);
  if (laws.now >= deadline) {
    const later = 'then set the annotation code-engine.dev/retry to a new value';
    return stuck(
      reason,
      `${told}; it was waited for ${plan.progressDeadlineSeconds} s${refused === undefined ? '' : `: ${later}`}`,
    );
  }
  return wait(reason, told, refused === undefined ? deadline : Math.min(deadline, laws.now + LOOK_AGAIN));
}

function missing(absent: readonly ConfigSource[], namespace: string): string {
  const shown = absent.slice(0, TOLD_AT_MOST).map(({ kind, name }) => `${kind} ${name}`);
  const more = absent.length > TOLD_AT_MOST ? ` and ${absent.length - TOLD_AT_MOST} more` : '';
  const [are, them] = absent.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return `${shown.join(', ')}${more}, which the template names, ${are} not in namespace ${namespace}; create ${them}, or say optional: true where the template names ${them}`;
}

function refusal({ kind, name, sight }: ConfigSource, namespace: string): string {
  const words = sight.state === 'refused' ? sight.message : '';
  const account = `ServiceAccount ${TENANT_SERVICE_ACCOUNT} of namespace ${namespace}`;
  return `${kind} ${name}, which the template names, cannot be read: ${words}; an admin of the cluster grants get, list and watch of ${kind === 'Secret' ? 'secrets' : 'configmaps'} to ${account}, as ClusterRole ${TENANT_WORKLOAD_ROLE} does`;
}
