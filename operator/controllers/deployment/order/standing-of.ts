import { conditionTypes, reasons } from '../../../api/conditions.ts';
import type { Deployment } from '../../../api/generated/deployment.ts';
import { annotations } from '../../../api/names.ts';

/** Of a member whose group did not come together in time. */
export const GROUP_INCOMPLETE = 'GroupIncomplete';

/** Where another Deployment stands, by what its status tells. */
export interface StandingOf {
  /** Its status speaks of the spec and of the retry that it has now. */
  readonly current: boolean;
  readonly ready: boolean;
  /** Its roll-out has made its first move, and neither succeeded nor failed. */
  readonly rollingOut: boolean;
  /** The revision that its spec asks for serves. */
  readonly promoted: boolean;
  /** The reason, where its delivery was refused or only somebody helps. */
  readonly failed?: string;
  /** Its pods and its traffic go back, or have to. */
  readonly goingBack: boolean;
  readonly reviewed: boolean;
  readonly suspended: boolean;
  /** Of its strategy, from 1; of a Rolling one it is the only one. */
  readonly step: number;
  readonly of: number;
  /** It has done all that its step asks for, and waits for the others. */
  readonly waitsForGroup: boolean;
}

export function standingOf({ metadata, spec, status = {} }: Deployment): StandingOf {
  const { steps = [], revisions = {}, plan, conditions = [] } = status;
  const condition = (type: string) => conditions.find((one) => one.type === type);
  const state = (name: string) => steps.find((step) => step.name === name);
  const ready = condition(conditionTypes.ready);
  const retry = metadata.annotations?.[annotations.retry];
  const retried = retry !== undefined && retry !== status.handled?.retry;
  const current = status.observedGeneration === metadata.generation && !retried;
  const refused = revisions.rejected?.find((one) => one.plan === plan?.hash);
  const stalled = condition(conditionTypes.stalled);
  // Who waited in vain for the others to start has not failed: it goes on when they come.
  const gaveUp = stalled?.status === 'True' && stalled.reason !== GROUP_INCOMPLETE;
  const failed = refused?.reason ?? (gaveUp ? stalled.reason : undefined);
  const promoted = current && revisions.serving !== undefined && revisions.serving === plan?.revision;
  return {
    current,
    ready: current && ready?.status === 'True' && ready.reason !== reasons.dryRunPassed,
    rollingOut: (state('roll-out')?.attempt ?? 0) > 0 && !promoted && refused === undefined,
    promoted,
    ...(current && failed !== undefined ? { failed } : {}),
    goingBack: refused !== undefined && stalled?.status !== 'True',
    reviewed: current && spec.dryRun !== true && ['Done', 'Skipped'].includes(state('review')?.state ?? ''),
    suspended: spec.suspend === true || ready?.reason === reasons.suspended,
    // What begins anew stands at its first step: the one that its status tells of is over.
    step: (current ? status.step?.index : undefined) ?? 1,
    of: status.step?.of ?? 1,
    waitsForGroup: current && ready?.reason === reasons.waitingForGroup,
  };
}
