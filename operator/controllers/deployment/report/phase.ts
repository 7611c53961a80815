import { reasons } from '../../../api/conditions.ts';
import type { DeploymentStatus } from '../../../api/generated/deployment.ts';
import { REJECTING } from '../records.ts';
import { type Standing, WAITING } from './step-states.ts';

export type Phase = NonNullable<DeploymentStatus['phase']>;

const PHASES: Readonly<Record<string, Phase>> = {
  'roll-back': 'RollingBack',
  'claim-identity': 'Pending',
  validate: 'Validating',
  review: 'Reviewing',
  prepare: 'Preparing',
  'roll-out': 'Progressing',
  promote: 'Promoting',
  analyse: 'Analysing',
  finish: 'Finishing',
};

/** Derived from where the object stands, never stored; for people. */
export function phaseOf(last: Standing | undefined, deleting: boolean): Phase {
  if (deleting) return 'Deleting';
  if (last?.reason === reasons.dryRunPassed) return 'DryRun';
  if (last === undefined || last.judgement.decision.kind === 'done') return 'Serving';
  if (last.reason === 'RolledBack') return 'RolledBack';
  if (last.reason === REJECTING) return 'RollingBack';
  if (last.terminal) return 'Failed';
  if (last.reason === reasons.suspended) return 'Suspended';
  if (last.reason === 'Restoring') return 'Progressing';
  if (last.judgement.step === 'roll-out' && last.reason.startsWith(WAITING)) return 'Paused';
  if (last.reason === 'Analysing') return 'Analysing';
  return PHASES[last.judgement.step] ?? 'Pending';
}
