import type { Action } from '../../../core/action.ts';
import { baselineSet } from '../build/baseline-set.ts';
import { replicaSet } from '../build/replica-set.ts';
import { configOf, copyActions } from '../config/copy-actions.ts';
import { deleteChild } from '../delete-child.ts';
import { type DeploymentObserved, planOfRevision, tenantIdentity } from '../observed.ts';
import { pointService } from '../traffic/point-service.ts';
import { restoreRoute } from '../traffic/restore-route.ts';
import { weighRoute } from '../traffic/weigh-route.ts';
import { freshBaseline } from './fresh-baseline.ts';
import { revisionOf } from './revision-of.ts';
import type { Intent } from './world.ts';

/** Intents as writes, after the copies of config that pods need: a creation is safe by its name, a scale by the version that was read. */
export function actionsOf(intents: readonly Intent[], observed: DeploymentObserved): readonly Action[] {
  return [...copyActions(observed), ...intents.flatMap((intent) => actionsOfOne(intent, observed))];
}

function actionsOfOne(intent: Intent, observed: DeploymentObserved): readonly Action[] {
  switch (intent.kind) {
    case 'create': {
      const desired = observed.delivery.plan;
      const fresh = freshBaseline(observed, desired.revision);
      if (fresh?.key === intent.revision) {
        const object = baselineSet(observed.object, fresh.serving, observed.delivery.id, intent.size);
        return [{ type: 'create-object', object, as: tenantIdentity(observed) }];
      }
      const plan = intent.revision === desired.revision ? desired : planOfRevision(observed.plans, intent.revision);
      if (plan === undefined) return [];
      // Copies belong to the ReplicaSet: it comes first and without pods, which follow once its copies stand.
      const size = configOf(observed, plan.revision).length === 0 ? intent.size : 0;
      const object = replicaSet(observed.object, plan, size);
      return [{ type: 'create-object', object, as: tenantIdentity(observed) }];
    }
    case 'scale':
      return scale(observed, intent.revision, intent.to);
    case 'remove':
      return observed.replicaSets
        .filter((one) => revisionOf(one) === intent.revision && one.metadata.deletionTimestamp === undefined)
        .map((one) => deleteChild(observed, 'ReplicaSet', one));
    case 'point':
      return pointService(observed, intent.service, intent.revision);
    case 'weigh':
      return weighRoute(observed, intent.canary, intent.at);
    case 'restore':
      return observed.routes
        .filter(({ metadata }) => metadata.name === intent.route)
        .flatMap((one) => restoreRoute(observed, one));
    case 'wait':
      return [];
  }
}

function scale(observed: DeploymentObserved, revision: string, replicas: number): Action[] {
  const found = observed.replicaSets.find((candidate) => revisionOf(candidate) === revision);
  if (found === undefined) return [];
  const { name, resourceVersion = '' } = found.metadata;
  return [
    {
      type: 'patch-object',
      target: { resource: 'ReplicaSet', namespace: observed.namespace, name },
      resourceVersion,
      patch: { spec: { replicas } },
      as: tenantIdentity(observed),
    },
  ];
}
