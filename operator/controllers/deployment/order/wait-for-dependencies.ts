import { type Decision, type Milliseconds, stuck, wait } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import type { DeploymentObserved } from '../observed.ts';
import { standingOf } from './standing-of.ts';

/**
 * Are all that this one depends on Ready at their generation? Members of its own group are not waited for: they start
 * together. Asked until the delivery begins; what becomes of a dependency afterwards is its own story.
 */
export function waitForDependencies(
  observed: DeploymentObserved,
  laws: Laws,
  deadline: Milliseconds,
): Decision | undefined {
  const { dependencies, cycle, members } = observed.order;
  if (cycle !== undefined) {
    return stuck('DependencyCycle', `spec.dependsOn leads round: ${cycle.join(' -> ')}; remove one of them`);
  }
  const together = new Set(members.map(({ metadata }) => metadata.name));
  const others = dependencies.filter(({ name }) => !together.has(name));
  const missing = others.filter(({ found }) => found === undefined).map(({ name }) => name);
  const late = others.filter(({ found }) => found !== undefined && !standingOf(found).ready);
  if (missing.length + late.length === 0) return undefined;
  const what = [
    ...missing.map((name) => `Deployment ${name} does not exist`),
    ...late.map(
      ({ name, found }) => `Deployment ${name} is not Ready at its generation${saying(found?.status?.message)}`,
    ),
  ].join('; ');
  if (laws.now < deadline) return wait('WaitingForDependency', `spec.dependsOn: ${what}`, deadline);
  const reason = missing.length > 0 ? 'DependencyMissing' : 'DependencyNotReady';
  return stuck(reason, `spec.dependsOn: ${what}; it goes on by itself once they are Ready`);
}

const saying = (message: string | undefined): string => (message === undefined ? '' : `: ${message.slice(0, 200)}`);
