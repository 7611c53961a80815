import { assert } from 'chai';
import { builtin } from '../../../operator/adapters/experts/builtin.ts';
import type { ExpertConsultation } from '../../../operator/api/generated/expert-consultation.ts';
import { expertConsultation as room } from '../../../operator/controllers/expert-consultation/index.ts';
import type { ObservedConsultation } from '../../../operator/controllers/expert-consultation/observed.ts';
import type { Effect } from '../../../operator/core/action.ts';
import { brokenLaws } from '../../../operator/core/conditions.ts';
import type { Milliseconds } from '../../../operator/core/decision.ts';
import type { Json } from '../../../operator/core/json.ts';
import type { Laws } from '../../../operator/core/laws.ts';
import { plan } from '../../../operator/core/plan.ts';
import { report } from '../../../operator/core/report.ts';
import type { ConsensusEngine } from '../../../operator/ports/consensus.ts';
import { carefulPod, laws, observedAt } from './consultation.ts';

/** Turn after turn as a pass takes them, on the real reviewers and the real engine, until a step does not act. */
export async function takeTurns(
  start: ObservedConsultation,
  then: Laws,
  engine: ConsensusEngine,
): Promise<ObservedConsultation> {
  const decision = plan(room.steps, start, then).at(-1)?.decision;
  if (decision?.kind !== 'act') return start;
  const effects = await Promise.all(decision.actions.map((action) => perform(action, engine)));
  return takeTurns(room.absorb(start, effects), then, engine);
}

/** One whole pass over the object as it is stored; returns it with the status that the pass would write, which is lawful. */
export async function passOver(
  object: ExpertConsultation,
  now: Milliseconds,
  engine: ConsensusEngine,
  pod: Json = carefulPod,
): Promise<ExpertConsultation> {
  const then = { ...laws, now };
  const end = await takeTurns(observedAt(object, now, pod), then, engine);
  const status = report(room, end, { turns: [], standing: plan(room.steps, end, then) }, then);
  assert.isEmpty(brokenLaws(status, object.metadata.generation ?? 0));
  return { ...object, status: status as NonNullable<ExpertConsultation['status']> }; // border: the room's own fields
}

async function perform(action: Effect['action'], engine: ConsensusEngine): Promise<Effect> {
  if (action.type === 'record') return { action, outcome: {} };
  if (action.type === 'ask-experts') {
    const { experts, question } = action;
    const answers = await Promise.all(
      experts.map((expert) => builtin.ask(expert, question, AbortSignal.timeout(1_000))),
    );
    return { action, outcome: { answers } };
  }
  if (action.type === 'weigh-answers') {
    const verdict = engine.decide(action.request);
    if (verdict.outcome === 'verdict') return { action, outcome: { verdict } };
  }
  throw new Error(`the room decided something else: ${JSON.stringify(action)}`);
}
