import { timestamp } from '../../core/conditions.ts';
import { type Decision, wait } from '../../core/decision.ts';
import type { ObservedConsultation } from './observed.ts';

/** Waits for people, saying who is to answer what, until when and how. An approval is told apart: for GitOps tools a gate is no failure. */
export function awaiting(
  { object, people }: ObservedConsultation,
  experts: readonly { readonly name: string }[],
): Decision {
  const { options = [], permits = [] } = object.spec.answer;
  const { name, namespace } = object.metadata;
  const until = people.until === undefined ? '' : ` until ${timestamp(people.until)}`;
  const how = `kubectl code answer ${name} -n ${namespace ?? ''} --answer ${options.join('|')}`;
  const message = `waiting${until} for a person to answer as ${experts.map((expert) => expert.name).join(', ')}: ${how}`;
  return wait(permits.length > 0 ? 'WaitingForApproval' : 'AwaitingHuman', message, people.until);
}
