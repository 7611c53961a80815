import { builtin } from '../../../operator/adapters/experts/builtin.ts';
import type { ObservedConsultation } from '../../../operator/controllers/expert-consultation/observed.ts';
import type { Effect } from '../../../operator/core/action.ts';
import type { Laws } from '../../../operator/core/laws.ts';
import { plan } from '../../../operator/core/plan.ts';
import type { Room } from '../../../operator/core/room.ts';
import type { ConsensusEngine } from '../../../operator/ports/consensus.ts';

/** Turn after turn as a pass takes them, on the real reviewers and the real engine, until a step does not act. */
export async function takeTurns(
  room: Room<ObservedConsultation>,
  start: ObservedConsultation,
  laws: Laws,
  engine: ConsensusEngine,
): Promise<ObservedConsultation> {
  const decision = plan(room.steps, start, laws).at(-1)?.decision;
  if (decision?.kind !== 'act') return start;
  const effects = await Promise.all(decision.actions.map((action) => perform(action, engine)));
  return takeTurns(room, room.absorb(start, effects), laws, engine);
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
