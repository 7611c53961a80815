import { labels } from '../../api/names.ts';
import type { KubeObject } from '../../api/objects.ts';
import type { Action } from '../../core/action.ts';
import { REVIEW_REQUEST } from './approval/review-request.ts';
import { consultationName } from './build/consultation.ts';
import type { ReplicaSet } from './cluster-objects.ts';
import { deleteChild } from './delete-child.ts';
import type { DeploymentObserved } from './observed.ts';
import { isBaseline } from './rollout/is-baseline.ts';
import { gateSteps } from './strategy/gate-request.ts';
import { callRequestSteps } from './tools/call-request.ts';

const HISTORY = 5;
/** So many deletions a pass: a lowered limit is worked off in steps, each judged by the gate. */
const AT_ONCE = 8;

/**
 * Deletions of what is beyond `revisionHistoryLimit`: empty ReplicaSets of revisions that neither serve nor are desired,
 * then plans and consultations whose revision has none left.
 */
export function superfluous(observed: DeploymentObserved): readonly Action[] {
  const { object, delivery, memory, plans, consultations } = observed;
  // The planner removes those of a baseline.
  const replicaSets = observed.replicaSets.filter((one) => !isBaseline(one));
  const limit = object.spec.revisionHistoryLimit ?? HISTORY;
  const inUse = new Set([delivery.plan.revision, memory.revisions?.serving]);
  const isOld = (one: KubeObject) => !inUse.has(one.metadata.labels?.[labels.revision]);
  const emptied = newestFirst(replicaSets.filter((one) => isOld(one) && isEmpty(one)));
  const gone = emptied.slice(limit);
  const kept = new Set([...inUse, ...replicaSets.filter((one) => !gone.includes(one)).map(revisionLabel)]);
  const oldPlans = newestFirst(plans.filter((plan) => plan.metadata.labels?.[labels.plan] !== delivery.plan.hash));
  const gonePlans = oldPlans.filter((plan, index) => !kept.has(revisionLabel(plan)) || hasNewer(oldPlans, plan, index));
  const current = new Set(
    ['review', REVIEW_REQUEST, ...gateSteps(delivery.plan), ...callRequestSteps(observed)].map((step) =>
      consultationName(object.metadata.name, delivery.id, step),
    ),
  );
  const oldReviews = newestFirst(consultations.filter(({ metadata }) => !current.has(metadata.name)));
  const goneReviews = oldReviews.filter((review, index) => index >= limit || !kept.has(revisionLabel(review)));
  return [
    ...gone.map((one) => deleteChild(observed, 'ReplicaSet', one)),
    ...gonePlans.map((one) => deleteChild(observed, 'ControllerRevision', one)),
    ...goneReviews.map((one) => deleteChild(observed, 'ExpertConsultation', one)),
  ].slice(0, AT_ONCE);
}

/** One plan says how to build a revision; older ones differ in rules that are over. */
function hasNewer(newest: readonly KubeObject[], plan: KubeObject, index: number): boolean {
  return newest.findIndex((other) => revisionLabel(other) === revisionLabel(plan)) < index;
}

const revisionLabel = ({ metadata }: KubeObject): string | undefined => metadata.labels?.[labels.revision];

const isEmpty = ({ spec, status }: ReplicaSet): boolean => (spec.replicas ?? 1) === 0 && (status?.replicas ?? 0) === 0;

function newestFirst<Kind extends KubeObject>(objects: readonly Kind[]): readonly Kind[] {
  const created = ({ metadata }: Kind) => metadata.creationTimestamp ?? '';
  return [...objects].sort((left, right) =>
    created(left) < created(right)
      ? 1
      : created(left) > created(right)
        ? -1
        : left.metadata.name < right.metadata.name
          ? -1
          : 1,
  );
}
