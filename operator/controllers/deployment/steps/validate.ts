import { act, done, stuck } from '../../../core/decision.ts';
import type { Step } from '../../../core/room.ts';
import { unsupportedFields } from '../../../core/unsupported-fields.ts';
import { analysisMistake } from '../analysis/analysis-mistake.ts';
import { controllerRevision } from '../build/controller-revision.ts';
import { pod } from '../build/pod.ts';
import { replicaSet } from '../build/replica-set.ts';
import { type DeploymentObserved, isServing, keptPlan, replicasWanted, tenantIdentity } from '../observed.ts';
import { repeatedCall } from '../strategy/repeated-call.ts';
import { unfitService } from '../traffic/unfit-service.ts';

/** Would the API server take what this plan brings about? If so the plan is frozen: its ControllerRevision is the proof. */
export const validate: Step<DeploymentObserved> = {
  name: 'validate',
  condition: 'Validated',
  decide(observed) {
    const { object, delivery, dryRun, plans } = observed;
    const [unsupported, ...more] = unsupportedFields('Deployment', object.spec);
    if (unsupported !== undefined) {
      const others = more.length === 0 ? '' : `; also ${more.map(({ path }) => path).join(', ')}`;
      return stuck('NotSupportedYet', `${unsupported.path} is not supported yet; ${unsupported.remedy}${others}`);
    }
    const { plan } = delivery;
    const unfit = isServing(observed) ? undefined : unfitService(observed);
    if (unfit !== undefined) return stuck('ServiceUnfit', unfit);
    const mistake = repeatedCall(plan) ?? analysisMistake(observed);
    if (mistake !== undefined) return stuck('InvalidSpec', mistake);
    if (keptPlan(plans, plan.hash) !== undefined) {
      const later = delivery.rulesWait
        ? '; changed rules wait for the next delivery, the annotation retry starts one now'
        : '';
      return done('Validated', `plan ${plan.hash} of revision ${plan.revision} is frozen${later}`);
    }
    const as = tenantIdentity(observed);
    if (dryRun === undefined) {
      return act(
        'Validating',
        `asking the API server about revision ${plan.revision} by a dry run`,
        { type: 'dry-run-object', object: replicaSet(object, plan, replicasWanted(observed)), as },
        { type: 'dry-run-object', object: pod(object, plan), as },
      );
    }
    if (!dryRun.accepted) {
      return stuck(
        'DryRunRefused',
        `the API server refuses revision ${plan.revision}; ${dryRun.message}; change the spec`,
      );
    }
    return act('Validating', `freezing plan ${plan.hash}`, {
      type: 'create-object',
      object: controllerRevision(object, plan),
      as,
    });
  },
};
