import { join } from 'node:path';
import { assert } from 'chai';
import { loadConsensusEngine } from '../../../operator/adapters/consensus/index.ts';
import { builtin } from '../../../operator/adapters/experts/builtin.ts';
import { expertConsultation as room } from '../../../operator/controllers/expert-consultation/index.ts';
import type { ObservedConsultation } from '../../../operator/controllers/expert-consultation/observed.ts';
import type { Effect } from '../../../operator/core/action.ts';
import type { Json } from '../../../operator/core/json.ts';
import { plan } from '../../../operator/core/plan.ts';
import type { ConsensusEngine } from '../../../operator/ports/consensus.ts';
import { projectRoot } from '../../verbs/project.ts';
import { consultation, laws, observed } from './consultation.ts';

/** The whole room on the real reviewers and the real engine, without a cluster: turn after turn, as a pass does it. */
describe('a review by the built-in experts', () => {
  let engine: ConsensusEngine;
  before(async () => {
    engine = await loadConsensusEngine(join(projectRoot, 'build', 'wasm'));
  });

  it('approves careful pods and says what could still be better', async () => {
    const end = await review(shown({ containers: [careful] }));
    const status = room.report(end, { turns: [], standing: plan(room.steps, end, laws) }, laws);
    assert.equal(status.phase, 'Agreed');
    assert.equal(end.memory.answers?.filter(({ state }) => state === 'Answered').length, 4);
    assert.equal(end.memory.consensus?.recommendation, 'approve');
    assert.deepEqual(
      end.memory.findings?.map(({ severity }) => severity).filter((s) => s !== 'low'),
      [],
    );
  });

  it('rejects a privileged container whatever the others say, and names it', async () => {
    const end = await review(shown({ containers: [{ ...careful, securityContext: { privileged: true } }] }));
    assert.equal(end.memory.consensus?.recommendation, undefined);
    assert.equal(end.memory.consensus?.abstained, 'Vetoed');
    assert.match(end.memory.verdictMessage ?? '', /privileged and so owns its node.*\[security\/privileged\]/);
  });

  it('has no verdict without a plan: every reviewer abstains and the quorum is missing', async () => {
    const end = await review(observed());
    assert.deepEqual(
      end.memory.answers?.map(({ state }) => state),
      ['Abstained', 'Abstained', 'Abstained', 'Abstained'],
    );
    assert.equal(end.memory.consensus?.abstained, 'QuorumMissing');
  });

  it('answers the same question with the same bytes', async () => {
    const [first, second] = [
      await review(shown({ containers: [careful] })),
      await review(shown({ containers: [careful] })),
    ];
    assert.deepEqual(first.memory, second.memory);
  });

  async function review(start: ObservedConsultation): Promise<ObservedConsultation> {
    const decision = plan(room.steps, start, laws).at(-1)?.decision;
    if (decision?.kind !== 'act') return start;
    const effects = await Promise.all(decision.actions.map(perform));
    return review(room.absorb(start, effects));
  }

  async function perform(action: Effect['action']): Promise<Effect> {
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
});

const careful = {
  name: 'web',
  image: 'registry.example/web:1.2',
  resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
  readinessProbe: { periodSeconds: 5 },
  securityContext: { runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};

function shown(pod: Json): ObservedConsultation {
  const block = (id: string, content: Json) => ({ id, kind: id, bytes: 1, digest: id, content });
  const blocks = [block('plan', { template: { spec: pod } }), block('scale', { replicas: 2 })];
  return observed({ object: consultation(), gathering: { state: 'gathered', blocks } });
}
