import { openRequest } from '../approval/open-request.ts';
import type { DeploymentObserved } from '../observed.ts';
import { callInQuestion } from '../tools/call-in-question.ts';
import { stageOf } from './stage-of.ts';

/** The stage at which people are asked: with what they are asked about, since a step may ask more than once. */
export function askingStage(observed: DeploymentObserved, step: string): string {
  const stage = stageOf(observed, step);
  if (step === 'review') return openRequest(observed, step) === undefined ? stage : `${stage}/ask`;
  if (step !== 'prepare' && step !== 'finish') return stage;
  const call = callInQuestion(observed, step)?.name;
  return call === undefined ? stage : `${stage}/${call}`.slice(0, STAGE_LENGTH);
}

/** What the schema allows. */
const STAGE_LENGTH = 63;
