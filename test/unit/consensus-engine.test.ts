import { assert } from 'chai';
import { consensusEngine } from '../../operator/adapters/consensus/consensus-engine.ts';
import type { Instance } from '../../operator/adapters/consensus/instance.ts';
import type { ConsensusRequest } from '../../operator/ports/consensus.ts';

const request: ConsensusRequest = { answer: { kind: 'text' }, experts: [] };

describe('the consensus adapter', () => {
  it('answers a trap with a refusal and the next request with a fresh instance', async () => {
    const engine = await consensusEngine(instances([trapping(), answering('second'), answering('third')]));
    assert.deepEqual(engine.decide(request), {
      outcome: 'refusal',
      reason: 'EngineFailed',
      field: '',
      message: 'could not judge the answers: the engine trapped: unreachable',
    });
    assert.deepEqual(JSON.stringify(engine.decide(request)), '{"engine":"second"}');
  });

  it('refuses while no instance is left and answers again once there is one', async () => {
    const engine = await consensusEngine(instances([trapping(), trapping(), answering('third')]));
    engine.decide(request);
    engine.decide(request);
    const refused = engine.decide(request);
    assert.equal(refused.outcome === 'refusal' && refused.message.includes('no instance is left'), true);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(JSON.stringify(engine.decide(request)), '{"engine":"third"}');
  });

  it('refuses rather than throws when instances can no longer be made', async () => {
    const engine = await consensusEngine(instances([trapping(), trapping()]));
    engine.decide(request);
    engine.decide(request);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(engine.decide(request).outcome, 'refusal');
  });

  it('takes an answer that is no JSON for a trap', async () => {
    const broken: Instance = { decide: () => new TextEncoder().encode('{') };
    const engine = await consensusEngine(instances([broken, answering('second')]));
    assert.equal(engine.decide(request).outcome, 'refusal');
    assert.deepEqual(JSON.stringify(engine.decide(request)), '{"engine":"second"}');
  });
});

/** Hands out the instances in order and then rejects. */
function instances(list: readonly Instance[]): () => Promise<Instance> {
  const left = [...list];
  return async () => {
    const next = left.shift();
    if (next === undefined) throw new Error('none left');
    return next;
  };
}

function trapping(): Instance {
  return {
    decide() {
      throw new Error('unreachable');
    },
  };
}

function answering(engine: string): Instance {
  return { decide: () => new TextEncoder().encode(JSON.stringify({ engine })) };
}
