import { traceIdOf } from '../../core/trace.ts';
import type { DeploymentObserved } from './observed.ts';

/** The trace of the delivery that stands. */
export function traceOf({ object, delivery }: Pick<DeploymentObserved, 'object' | 'delivery'>): string {
  return traceIdOf(object.metadata.uid ?? '', delivery.id);
}
