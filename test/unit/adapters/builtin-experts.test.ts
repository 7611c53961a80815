import { assert } from 'chai';
import { expertProviders } from '../../../operator/adapters/experts/index.ts';
import type { Question } from '../../../operator/core/action.ts';
import type { Json } from '../../../operator/core/json.ts';
import { RULES_VERSION } from '../../../operator/core/pod-rules/index.ts';

const [builtin] = expertProviders;
const privileged = { containers: [{ name: 'app', image: 'app:1', securityContext: { privileged: true } }] };
const rootOnly = { containers: [{ name: 'app', image: 'app:1', securityContext: { runAsUser: 0 } }] };
const plain = { containers: [{ name: 'app', image: 'app:1' }] };

const question = (
  pod: Json | undefined,
  options: readonly string[] = ['approve', 'needs-work', 'reject'],
): Question => ({
  digest: 'd',
  title: 't',
  text: 'x',
  constraints: [],
  answerKind: 'choice',
  options,
  evidence: [
    ...(pod === undefined ? [] : [{ id: 'plan', content: { template: { spec: pod } } }]),
    { id: 'scale', content: { replicas: 2 } },
  ],
});

async function ask(provider: string, asked: Question) {
  const answer = await builtin?.ask({ name: 'e', provider }, asked, new AbortController().signal);
  if (answer === undefined) throw new Error('there is a built-in provider');
  return answer;
}

describe('the built-in reviewers', () => {
  it('are one provider of four, named in the list', () => {
    assert.deepEqual(
      expertProviders.map(({ name }) => name),
      ['builtin'],
    );
  });

  it('say who they are and by which rules, and are the same each time', async () => {
    const answer = await ask('builtin/security', question(plain));
    assert.deepInclude(answer, {
      expert: 'e',
      provider: 'builtin/security',
      kind: 'rules',
      state: 'Answered',
      version: `rules-${RULES_VERSION}`,
      latency: 0,
    });
    assert.deepEqual(await ask('builtin/security', question(plain)), answer);
  });

  it('reject what is critical, want work where it is high, approve the rest and tell what they saw', async () => {
    const told = async (pod: Json) => {
      const { answer, risk, findings } = await ask('builtin/security', question(pod));
      return [answer, risk, findings.length > 0];
    };
    assert.deepEqual(await told(privileged), ['reject', 'critical', true]);
    assert.deepEqual(await told(rootOnly), ['needs-work', 'high', true]);
    assert.deepEqual(await told(plain), ['approve', 'medium', true]);
  });

  it('answer with what the question offers, and never approve for want of another word', async () => {
    const answerOf = async (pod: Json, ...options: string[]) =>
      (await ask('builtin/security', question(pod, options))).answer;
    assert.equal(await answerOf(privileged, 'approve', 'needs-work'), 'needs-work');
    assert.equal(await answerOf(rootOnly, 'approve', 'reject'), 'reject');
    assert.isUndefined(await answerOf(privileged, 'approve'));
  });

  it('give their reasons in a sentence, three at most', async () => {
    const { rationale } = await ask('builtin/security', question(privileged));
    assert.match(
      rationale,
      /^rule-based review \(security\) found critical: container app is privileged.*; .*; .* \(and \d+ more\)$/,
    );
    const { rationale: clean } = await ask(
      'builtin/cost',
      question({ containers: [{ resources: { requests: { cpu: '1', memory: '1Gi' } } }] }),
    );
    assert.equal(clean, 'rule-based review (cost): 5 rules found nothing');
  });

  it('count replicas and limits of a roll-out as the plan states them', async () => {
    const plan = { template: { spec: plain }, maxSurge: 0, maxUnavailable: 1 };
    const asked = {
      ...question(undefined),
      evidence: [
        { id: 'plan', content: plan },
        { id: 'scale', content: { replicas: 1 } },
      ],
    };
    const { findings } = await ask('builtin/performance', asked);
    assert.include(
      findings.map(({ rule }) => rule),
      'performance/no-room-to-roll',
    );
    const { findings: two } = await ask('builtin/performance', question(plain));
    assert.notInclude(
      two.map(({ rule }) => rule),
      'performance/no-room-to-roll',
    );
  });

  it('abstain, and say why, where they cannot judge', async () => {
    const abstained = async (provider: string, asked: Question) => {
      const { state, answer, error } = await ask(provider, asked);
      assert.deepEqual([state, answer], ['Abstained', undefined]);
      return error;
    };
    assert.equal(await abstained('builtin/astrology', question(plain)), 'there is no built-in reviewer astrology');
    assert.equal(await abstained('builtin/toString', question(plain)), 'there is no built-in reviewer toString');
    assert.equal(await abstained('builtin', question(plain)), 'there is no built-in reviewer ');
    assert.include(await abstained('builtin/cost', question(undefined)), 'the question shows none');
    assert.include(await abstained('builtin/cost', question(plain, ['red', 'blue'])), 'offers neither');
  });
});
