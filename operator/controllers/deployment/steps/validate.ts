import { act, done, type Milliseconds, stuck } from '../../../core/decision.ts';
import type { Step } from '../../../core/room.ts';
import { unsupportedFields } from '../../../core/unsupported-fields.ts';
import { analysisMistake } from '../analysis/analysis-mistake.ts';
import { freshPods } from '../analysis/fresh-pods.ts';
import { jobPods } from '../analysis/jobs/job-pods.ts';
import { probeMetrics } from '../analysis/probe-metrics.ts';
import { controllerRevision } from '../build/controller-revision.ts';
import { pod } from '../build/pod.ts';
import { replicaSet } from '../build/replica-set.ts';
import { waitForConfig } from '../config/wait-for-config.ts';
import { waitForTurn } from '../config/wait-for-turn.ts';
import {
  type DeploymentObserved,
  isServing,
  keptPlan,
  replicasWanted,
  stepState,
  tenantIdentity,
} from '../observed.ts';
import { repeatedCall } from '../strategy/repeated-call.ts';
import { canaryTrafficOf } from '../traffic/canary-traffic-of.ts';
import { trafficMistake } from '../traffic/traffic-mistake.ts';
import { unfitRoute } from '../traffic/unfit-route.ts';
import { unfitService } from '../traffic/unfit-service.ts';

/** No event tells that a kind was installed, or that Git brought a route that is not ours to watch. */
const LOOK_AGAIN: Milliseconds = 15_000;
const NO_ROUTES =
  'spec.strategy.canary.traffic needs HTTPRoute (gateway.networking.k8s.io/v1), which this cluster does not define; install the CRDs of the Gateway API (standard-install.yaml of kubernetes-sigs/gateway-api) and a controller of it, or remove canary.traffic';

/** Would the API server take what this plan brings about? If so the plan is frozen: its ControllerRevision is the proof. */
export const validate: Step<DeploymentObserved> = {
  name: 'validate',
  condition: 'Validated',
  decide(observed, laws) {
    const { object, delivery, dryRun, plans } = observed;
    const { plan } = delivery;
    const later = goesByItsPlan(observed);
    const mistaken = mistakeOfSpec(observed);
    if (mistaken?.reason === 'NotSupportedYet' && !later) return mistaken;
    const unfit = isServing(observed) ? undefined : unfitService(observed);
    if (unfit !== undefined) return stuck('ServiceUnfit', unfit);
    if (!isServing(observed) && canaryTrafficOf(observed)?.route !== undefined && !observed.servesRoutes) {
      return stuck('GatewayApiMissing', NO_ROUTES, laws.now + LOOK_AGAIN);
    }
    const unsplit = isServing(observed) ? undefined : unfitRoute(observed);
    if (unsplit !== undefined) return stuck('RouteUnfit', unsplit, laws.now + LOOK_AGAIN);
    const mistake = repeatedCall(plan) ?? analysisMistake(observed);
    if (mistake !== undefined) return stuck('InvalidSpec', mistake);
    if (mistaken !== undefined && !later) return mistaken;
    const turn = waitForTurn(observed, laws);
    if (turn !== undefined) return turn;
    if (keptPlan(plans, plan.hash) !== undefined) {
      const rules = delivery.rulesWait || mistaken !== undefined ? laterRules(mistaken) : '';
      return done('Validated', `plan ${plan.hash} of revision ${plan.revision} is frozen${rules}`);
    }
    const incomplete = waitForConfig(observed, laws);
    if (incomplete !== undefined) return incomplete;
    const as = tenantIdentity(observed);
    if (dryRun === undefined) {
      return act(
        'Validating',
        `asking the API server about revision ${plan.revision} by a dry run`,
        { type: 'dry-run-object', object: replicaSet(object, plan, replicasWanted(observed)), as },
        { type: 'dry-run-object', object: pod(object, plan), as },
        ...[...freshPods(observed), ...jobPods(observed)].map(
          (one) => ({ type: 'dry-run-object', object: one, as }) as const,
        ),
      );
    }
    if (!dryRun.accepted) {
      return stuck(
        'DryRunRefused',
        `the API server refuses revision ${plan.revision}; ${dryRun.message}; change the spec`,
      );
    }
    const unasked = probeMetrics(observed, laws);
    if (unasked !== undefined) return unasked;
    return act('Validating', `freezing plan ${plan.hash}`, {
      type: 'create-object',
      object: controllerRevision(object, plan),
      as,
    });
  },
};

/** What the spec as it is now asks for and cannot have. */
function mistakeOfSpec(observed: DeploymentObserved): ReturnType<typeof stuck> | undefined {
  const [unsupported, ...more] = unsupportedFields('Deployment', observed.object.spec);
  if (unsupported !== undefined) {
    const others = more.length === 0 ? '' : `; also ${more.map(({ path }) => path).join(', ')}`;
    return stuck('NotSupportedYet', `${unsupported.path} is not supported yet; ${unsupported.remedy}${others}`);
  }
  const mistake = trafficMistake(observed);
  return mistake === undefined ? undefined : stuck('InvalidSpec', mistake);
}

/** From when its plan was frozen to its end a delivery goes by that: what the spec has come to ask for stops nothing of it. */
function goesByItsPlan(observed: DeploymentObserved): boolean {
  const isOver = ['Done', 'Skipped'].includes(stepState(observed, 'finish') ?? '');
  return stepState(observed, 'validate') === 'Done' && !isOver;
}

function laterRules(mistaken: ReturnType<typeof mistakeOfSpec>): string {
  if (mistaken === undefined) return '; changed rules wait for the next delivery, the annotation retry starts one now';
  return `; changed rules wait for the next delivery, and would stop it: ${mistaken.message}`;
}
