/**
 * The room of Deployment: a new version goes live in steps, or goes back by itself and says why. May import api, core and
 * ports. Its one law: every step is asked again in every pass, so that what was observed decides, never what was planned.
 */
import type { Deployment } from '../../api/generated/deployment.ts';
import type { Room } from '../../core/room.ts';
import { absorb } from './absorb.ts';
import { contested } from './drift/contested.ts';
import { steady } from './drift/steady.ts';
import { isTriedOnly } from './is-tried-only.ts';
import { needsFinalizer } from './needs-finalizer.ts';
import { observe } from './observe.ts';
import type { DeploymentObserved } from './observed.ts';
import { report } from './report/report.ts';
import { servingStable } from './report/serving-stable.ts';
import { analyse } from './steps/analyse.ts';
import { claimIdentity } from './steps/claim-identity.ts';
import { dryRun } from './steps/dry-run.ts';
import { finish } from './steps/finish.ts';
import { prepare } from './steps/prepare.ts';
import { promote } from './steps/promote.ts';
import { review } from './steps/review.ts';
import { rollBack } from './steps/roll-back.ts';
import { rollOut } from './steps/roll-out.ts';
import { tell } from './steps/tell.ts';
import { validate } from './steps/validate.ts';
import { gateFacts, subject } from './subject.ts';
import { suspendable } from './suspendable.ts';
import { farewell } from './teardown/farewell.ts';
import { release } from './teardown/release.ts';
import { withdraw } from './teardown/withdraw.ts';
import { timely } from './timely.ts';
import { traceOf } from './trace-of.ts';
import { triggers } from './triggers.ts';

/** What a delivery that is tried only is never asked about. */
const delivering = [prepare, rollOut, promote, analyse, finish].map((step) => ({
  ...step,
  when: (observed: DeploymentObserved) => !isTriedOnly(observed),
}));

export const deployment: Room<DeploymentObserved> = {
  name: 'deployment',
  resource: 'Deployment',
  steps: [rollBack, claimIdentity, validate, review, dryRun, ...delivering].map(steady).map(timely).map(suspendable),
  teardown: [withdraw, release, farewell],
  aside: tell,
  triggers,
  observe,
  absorb,
  needsFinalizer,
  patience: ({ spec }) => ((spec as Deployment['spec']).progressDeadlineSeconds ?? 600) * 1000, // border: parsed by the engine
  subject,
  gateFacts,
  claims: (observed, trail) => [...contested(observed), ...servingStable(observed, trail)],
  traceId: traceOf,
  report,
};
