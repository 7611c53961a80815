import { reasons } from '../../../api/conditions.ts';
import { type Decision, type Milliseconds, stuck, wait } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import { reject } from '../delivery/reject.ts';
import { type DeploymentObserved, isRollingOut } from '../observed.ts';
import type { Place } from '../strategy/place.ts';
import { GROUP_INCOMPLETE, type StandingOf, standingOf } from './standing-of.ts';

interface Member extends StandingOf {
  readonly name: string;
}

/** May this member start? Once all of the group show its release and passed their review. */
export function waitToStart(observed: DeploymentObserved, laws: Laws, deadline: Milliseconds): Decision | undefined {
  const { group } = observed.object.spec;
  if (group === undefined) return undefined;
  const members = membersOf(observed);
  const here = members.length + 1;
  const late = members.filter(({ reviewed, promoted, failed }) => !(reviewed || promoted) || failed !== undefined);
  if (here >= group.size && late.length === 0) return undefined;
  const what = [
    ...(here < group.size ? [`${here} of ${group.size} members show release ${group.release}`] : []),
    ...late.map(({ name, failed }) => `${name} ${failed === undefined ? 'is not reviewed yet' : `failed (${failed})`}`),
  ].join('; ');
  const message = `group ${group.name}: ${what}`;
  if (laws.now < deadline) return wait(reasons.waitingForGroup, message, deadline);
  return stuck(GROUP_INCOMPLETE, `${message}; it goes on by itself once the group is whole`);
}

/**
 * The barrier after each step of the strategy: nobody enters the next one, nor is promoted after the last, before every
 * member has finished its own. Read from statuses alone, in which a member only ever moves forward: one that is seen late
 * holds this one back, and never lets it go too early.
 */
export function waitForGroup(observed: DeploymentObserved, place: Place, laws: Laws): Decision | undefined {
  const { group } = observed.object.spec;
  if (group === undefined) return undefined;
  const members = membersOf(observed);
  const late = members.filter((member) => !hasFinished(member, place));
  const missing = group.size - members.length - 1;
  if (late.length === 0 && missing <= 0) return undefined;
  const names = late.map(
    ({ name, step, of, suspended }) => `${name} (${suspended ? 'suspended, ' : ''}step ${step} of ${of})`,
  );
  const lost = missing > 0 ? [`${missing} of ${group.size} members that no longer show release ${group.release}`] : [];
  const message = `step ${place.index} of ${place.of} is done; group ${group.name} waits for ${[...names, ...lost].join(', ')}`;
  const deadline = (place.startedAt ?? laws.now) + observed.delivery.plan.progressDeadlineSeconds * 1000;
  // The others have deadlines, pauses and gates of their own; who has left the group has none.
  if (missing <= 0) return wait(reasons.waitingForGroup, message);
  return laws.now < deadline
    ? wait(reasons.waitingForGroup, message, deadline)
    : reject(observed, laws, { reason: GROUP_INCOMPLETE, message });
}

/** One failed: all go back, who depends on others before those it depends on. */
export function abortWithGroup(observed: DeploymentObserved, laws: Laws): Decision | undefined {
  const { group } = observed.object.spec;
  if (group === undefined || !isRollingOut(observed)) return undefined;
  const members = membersOf(observed);
  const failure = members.find(({ failed, promoted }) => failed !== undefined && !promoted);
  if (failure === undefined) return undefined;
  const cause = `${failure.name} of group ${group.name} failed (${failure.failed})`;
  const first = observed.order.members.filter(
    (other) =>
      other.spec.dependsOn?.some(({ name }) => name === observed.object.metadata.name) &&
      isStillThere(standingOf(other)),
  );
  const deadline = firstDeadline(observed, laws);
  if (first.length > 0 && laws.now < deadline) {
    const names = first.map(({ metadata }) => metadata.name).join(', ');
    const decision = wait(
      reasons.waitingForGroup,
      `${cause}; ${names}, which depends on this one, goes back first`,
      deadline,
    );
    return { ...decision, ready: 'False' };
  }
  return reject(observed, laws, { reason: 'GroupAborted', message: cause });
}

const isStillThere = ({ rollingOut, goingBack }: StandingOf): boolean => rollingOut || goingBack;

/** However long the others take, this one goes back by its own deadline. */
function firstDeadline({ memory, delivery }: DeploymentObserved, { now }: Laws): Milliseconds {
  const since = Date.parse(memory.plan?.progressedAt ?? '') || now;
  return since + delivery.plan.progressDeadlineSeconds * 1000;
}

/** At the last step of this one all have to be through; before it, each with the step of the same number, or its last. */
function hasFinished({ promoted, failed, rollingOut, step, of, waitsForGroup }: Member, place: Place): boolean {
  if (promoted) return true;
  if (failed !== undefined || !rollingOut) return false;
  const wanted = place.index >= place.of ? of : Math.min(place.index, of);
  return step > wanted || (step === wanted && waitsForGroup);
}

function membersOf({ order }: DeploymentObserved): readonly Member[] {
  return order.members.map((member) => ({ name: member.metadata.name, ...standingOf(member) }));
}
