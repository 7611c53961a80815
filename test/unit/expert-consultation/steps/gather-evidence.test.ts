import { assert } from 'chai';
import { gatherEvidence } from '../../../../operator/controllers/expert-consultation/steps/gather-evidence.ts';
import { CREATED, laws, observed } from '../consultation.ts';

describe('gather-evidence', () => {
  it('is done with what was gathered', () => {
    const block = { id: 'plan', kind: 'plan', bytes: 2, digest: 'd', content: {} };
    const decision = gatherEvidence.decide(observed({ gathering: { state: 'gathered', blocks: [block] } }), laws);
    assert.deepEqual(decision, {
      kind: 'done',
      reason: 'EvidenceGathered',
      message: 'the experts are shown 1 block of evidence',
    });
  });

  it('tells the same once the experts have been asked', () => {
    const evidence = ['plan', 'scale'].map((id) => ({ id, kind: 'plan', bytes: 2, digest: 'd' }));
    const asked = observed({ gathering: { state: 'settled' }, memory: { evidence } });
    assert.deepEqual(gatherEvidence.decide(asked, laws), {
      kind: 'done',
      reason: 'EvidenceGathered',
      message: 'the experts are shown 2 blocks of evidence',
    });
  });

  it('waits for a missing object until the experts would have run out of time', () => {
    const missing = observed({ gathering: { state: 'missing', what: 'ConfigMap rates' } });
    const decision = gatherEvidence.decide(missing, laws);
    assert.deepEqual(decision, {
      kind: 'wait',
      reason: 'EvidenceMissing',
      message: 'ConfigMap rates cannot be read in this namespace; create it, or let ServiceAccount code-tenant read it',
      until: laws.now + 2_000,
    });
    assert.equal(gatherEvidence.decide(missing, { ...laws, now: CREATED + 120_000 }).kind, 'stuck');
  });

  it('tells what is forbidden like what is missing, but for the reason', () => {
    const forbidden = observed({ gathering: { state: 'forbidden', what: 'an object it references' } });
    const decision = gatherEvidence.decide(forbidden, { ...laws, now: CREATED + 120_000 });
    assert.deepEqual(decision, {
      kind: 'stuck',
      reason: 'EvidenceForbidden',
      message:
        'an object it references cannot be read in this namespace; create it, or let ServiceAccount code-tenant read it',
    });
  });
});
