import { assert } from 'chai';
import type { PolicyAnswer, PolicyQuestion } from '../../../operator/ports/policy.ts';
import { evaluate } from '../../../operator/servers/policy/evaluate.ts';
import { toolContext } from '../../support/tool-context.ts';
import { ALLOW } from '../../support/tool-service.ts';

describe('policy.evaluate', () => {
  const ask = async (answer: PolicyAnswer) => {
    const questions: PolicyQuestion[] = [];
    const decide = (question: PolicyQuestion): PolicyAnswer => {
      questions.push(question);
      return answer;
    };
    const input = { kind: 'deployment', step: 'roll-out', input: { actions: [] } };
    const result = await evaluate.run(input, toolContext({ policy: { bundle: 'b1', decide } }));
    return { result, questions };
  };
  const value = (decision: unknown): PolicyAnswer => ({ ok: true, value: decision, latencyMicroseconds: 1 });

  it('asks the entry point of the step, at the time of the call', async () => {
    const { questions, result } = await ask(ALLOW);
    assert.deepEqual(questions, [
      { entryPoint: 'code/deployment/roll_out/decision', input: { actions: [] }, now: Date.UTC(2026, 0, 1) },
    ]);
    assert.deepEqual(result, { content: { outcome: 'allow', deny: [], warn: [], bundle: 'b1' } });
  });

  it('tells the reasons of a denial and the warnings', async () => {
    const reason = { rule: 'pack/rule', message: 'because', remedy: 'do', until: 'dropped' };
    const { result } = await ask(value({ allow: true, deny: [reason], warn: [{ rule: 'w', message: 'mind' }] }));
    assert.deepEqual(result, {
      content: {
        outcome: 'deny',
        deny: [{ rule: 'pack/rule', message: 'because', remedy: 'do' }],
        warn: [{ rule: 'w', message: 'mind' }],
        bundle: 'b1',
      },
    });
  });

  it('never reads an answer without a shape as an allow', async () => {
    for (const decision of [undefined, {}, { allow: true }, { allow: 'yes', deny: [] }, { allow: true, deny: [7] }]) {
      const { result } = await ask(value(decision));
      assert.deepEqual(result, {
        content: {
          outcome: 'error',
          failure: 'bad-result: the policy did not answer {allow, deny, warn}',
          deny: [],
          warn: [],
          bundle: 'b1',
        },
      });
    }
  });

  it('tells an engine that cannot answer as an error', async () => {
    const { result } = await ask({ ok: false, failure: 'no-entry-point', message: 'no such policy' });
    assert.nestedInclude(result, { 'content.outcome': 'error', 'content.failure': 'no-entry-point: no such policy' });
  });
});
