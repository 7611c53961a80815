import { assert } from 'chai';
import fc from 'fast-check';
import { entryPointOf } from '../../../operator/core/entry-point-of.ts';
import { verdictOf } from '../../../operator/core/verdict-of.ts';

const judge = (value: unknown) => verdictOf({ ok: true, value, latencyMicroseconds: 1 });
const reason = { rule: 'pack/rule', message: 'because' };

describe('the verdict of an answer', () => {
  it('allows on a clear allow only, and keeps its warnings', () => {
    assert.deepEqual(judge({ allow: true, deny: [], warn: [reason] }), {
      allowed: true,
      outcome: 'allow',
      reasons: [],
      warnings: [reason],
    });
  });

  it('denies with the reasons of the policy, sorted, whatever else it says', () => {
    const second = { rule: 'pack/a', message: 'first', remedy: 'do', until: '2026-11-25T12:00:00Z', more: 1 };
    const { more: _dropped, ...told } = second;
    assert.deepEqual(judge({ allow: true, deny: [reason, second], warn: [] }), {
      allowed: false,
      outcome: 'deny',
      reasons: [told, reason],
      warnings: [],
    });
  });

  it('denies by default, and says so', () => {
    assert.deepEqual(judge({ allow: false, deny: [], warn: [] }).reasons, [
      {
        rule: 'code/default-deny',
        message: 'no policy rule allows these actions',
        remedy: 'ask the policy owner to allow this step, or change what it would write',
      },
    ]);
  });

  it('denies in the words of an engine that could not answer', () => {
    assert.deepEqual(verdictOf({ ok: false, failure: 'no-bundle', message: 'build it' }), {
      allowed: false,
      outcome: 'error',
      reasons: [{ rule: 'code/no-bundle', message: 'build it' }],
      warnings: [],
    });
  });

  it('never allows an answer without the shape of a decision, and never throws', () => {
    const parts = fc.oneof(fc.anything(), fc.constantFrom(true, [], [reason], [{ ...reason, remedy: null }]));
    const answers = fc.oneof(fc.anything(), fc.record({ allow: parts, deny: parts, warn: parts }));
    fc.assert(
      fc.property(answers, (value) => {
        const { allowed, outcome, reasons } = judge(value);
        const clear =
          typeof value === 'object' && value !== null && 'allow' in value && value.allow === true && 'deny' in value;
        if (allowed) assert.isTrue(clear && Array.isArray(value.deny) && value.deny.length === 0);
        assert.equal(allowed, outcome === 'allow');
        assert.equal(allowed, reasons.length === 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps 50 reasons of 512 characters each: they go into status', () => {
    const many = Array.from({ length: 60 }, (_, index) => ({ rule: `p/${index}`, message: 'x'.repeat(600) }));
    const { reasons } = judge({ allow: false, deny: many, warn: [] });
    assert.lengthOf(reasons, 50);
    assert.isTrue(reasons.every(({ message }) => message.length === 512));
  });

  it('is asked for by kind and step', () => {
    assert.equal(entryPointOf('expert-consultation', 'ask-experts'), 'code/expert_consultation/ask_experts/decision');
  });
});
