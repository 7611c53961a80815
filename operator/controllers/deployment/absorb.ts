import type { ExpertConsultation } from '../../api/generated/expert-consultation.ts';
import type { KubeObject } from '../../api/objects.ts';
import type { Effect } from '../../core/action.ts';
import { withJobNews } from './analysis/jobs/with-job-news.ts';
import { withReadings } from './analysis/with-readings.ts';
import type { ControllerRevision, HttpRoute, Job, ReplicaSet, RoleBinding, Service } from './cluster-objects.ts';
import { withCopy } from './config/with-copy.ts';
import { withRepairs } from './drift/with-repairs.ts';
import type { DeploymentObserved } from './observed.ts';
import { remember } from './records.ts';
import { withOutcome } from './tools/with-outcome.ts';

/** What was performed, folded into what was observed: the next turn decides on it without reading again. */
export function absorb(observed: DeploymentObserved, effects: readonly Effect[]): DeploymentObserved {
  const measured = { ...observed, memory: withReadings(observed, effects) };
  const told = { ...measured, memory: withJobNews(measured, effects) };
  return effects.reduce(absorbOne, { ...told, memory: withRepairs(told, effects) });
}

function absorbOne(observed: DeploymentObserved, effect: Effect): DeploymentObserved {
  switch (effect.action.type) {
    case 'record':
      return { ...observed, memory: remember(observed.memory, effect.action.record) };
    case 'call-tool':
      return {
        ...observed,
        memory: withOutcome(observed, effect as Extract<Effect, { action: { type: 'call-tool' } }>),
      }; // border: a union of pairs is not narrowed by one half
    case 'dry-run-object':
      return {
        ...observed,
        dryRun: dryRunOf(observed, effect as Extract<Effect, { action: { type: 'dry-run-object' } }>),
      }; // border: as above
    case 'query-metric': {
      const { action, outcome } = effect as Extract<Effect, { action: { type: 'query-metric' } }>; // border: as above
      return { ...observed, probes: [...(observed.probes ?? []), { metric: action.metric, reading: outcome }] };
    }
    case 'apply-object':
    case 'create-object':
    case 'patch-object': {
      const { object } = effect.outcome as { readonly object: KubeObject }; // border: as above
      return withObject(observed, object);
    }
    case 'copy-config': {
      const copied = effect as Extract<Effect, { action: { type: 'copy-config' } }>; // border: as above
      return { ...observed, config: withCopy(observed.config, copied) };
    }
    case 'delete-object':
      return withoutObject(observed, effect.action.uid);
    default:
      return observed;
  }
}

function dryRunOf(
  { dryRun }: DeploymentObserved,
  { action, outcome }: Extract<Effect, { action: { type: 'dry-run-object' } }>,
): NonNullable<DeploymentObserved['dryRun']> {
  if (dryRun?.accepted === false) return dryRun;
  if (outcome.accepted) return { accepted: true, message: 'accepted' };
  return { accepted: false, message: `${action.object.kind}: ${outcome.message}` };
}

// border: objects come back from the server as the kind that was sent
function withObject(observed: DeploymentObserved, object: KubeObject): DeploymentObserved {
  switch (object.kind) {
    case 'ReplicaSet': {
      const { orphan: _adopted, ...rest } = observed;
      return { ...rest, replicaSets: replaced(observed.replicaSets, object as ReplicaSet) };
    }
    case 'ControllerRevision':
      return { ...observed, plans: replaced(observed.plans, object as ControllerRevision) };
    case 'Job':
      return { ...observed, jobs: replaced(observed.jobs, object as Job) };
    case 'ExpertConsultation':
      return { ...observed, consultations: replaced(observed.consultations, object as ExpertConsultation) };
    case 'Service':
      return { ...observed, services: replaced(observed.services, object as Service) };
    case 'HTTPRoute':
      return { ...observed, routes: replaced(observed.routes, object as HttpRoute) };
    case 'RoleBinding':
      return { ...observed, roleBindings: replaced(observed.roleBindings, object as RoleBinding) };
    case 'ServiceAccount':
      return { ...observed, serviceAccount: object };
    default:
      return observed;
  }
}

function replaced<Kind extends KubeObject>(objects: readonly Kind[], object: Kind): readonly Kind[] {
  return [...objects.filter(({ metadata }) => metadata.name !== object.metadata.name), object];
}

function withoutObject(observed: DeploymentObserved, uid: string): DeploymentObserved {
  const left = ({ metadata }: KubeObject) => metadata.uid !== uid;
  return {
    ...observed,
    replicaSets: observed.replicaSets.filter(left),
    plans: observed.plans.filter(left),
    jobs: observed.jobs.filter(left),
    routes: observed.routes.filter(left),
    consultations: observed.consultations.filter(left),
  };
}
