import { assert } from 'chai';
import { openPolicyEngine } from '../../operator/adapters/policy/open-policy-engine.ts';
import { threadTime } from '../../operator/adapters/policy/thread-time.ts';
import type { PolicyEngine } from '../../operator/ports/policy.ts';
import { comparable } from '../support/policy/comparable.ts';
import { decideNatively } from '../support/policy/decide-natively.ts';
import { pathsOf, pointerOf, replaced } from '../support/policy/json-nodes.ts';
import { mutatedQuestions, SHAPELESS } from '../support/policy/mutated-questions.ts';
import { type JsonObject, type KnownQuestion, knownQuestions, type Question } from '../support/policy/questions.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { ensurePolicyBundle } from '../verbs/build-policy.ts';

const GENERATED = 2_000;
const SEED = Number(process.env['CODE_SEED'] ?? Date.now() % 1_000_000);

describe('the policies of the platform, in WebAssembly', function () {
  this.timeout(120_000);
  let engine: PolicyEngine;
  let questions: readonly KnownQuestion[];

  before(async () => {
    engine = await openPolicyEngine((await ensurePolicyBundle()).wasm, threadTime);
    questions = await knownQuestions();
  });

  const decide = ({ entryPoint, input }: Question): unknown => {
    const answer = engine.decide({ entryPoint, input, now: 0 });
    return answer.ok ? answer.value : answer;
  };

  it('answer every known question as its fixture says, by the rules it names', () => {
    for (const { title, allow, rules, ...question } of questions) {
      const answer = decide(question);
      assert.propertyVal(answer, 'allow', allow, title);
      // border: the engine has checked the shape of a decision
      const { deny } = answer as { readonly deny: readonly { readonly rule: string }[] };
      assert.deepEqual([...new Set(deny.map(({ rule }) => rule))].sort(), [...rules], title);
    }
  });

  it('know a question for every step that they decide', async () => {
    const asked = new Set(questions.filter(({ allow }) => allow).map(({ entryPoint }) => entryPoint));
    const { entryPoints } = await ensurePolicyBundle();
    assert.deepEqual([...asked].sort(), [...entryPoints].sort());
  });

  it('deny a bad question whatever else in it is missing or has no shape', () => {
    const flipped = broken(questions).filter((question) => {
      const answer = engine.decide({ ...question, now: 0 });
      return !answer.ok || (answer.value as { readonly allow: boolean }).allow; // border: a checked decision
    });
    assert.deepEqual(
      flipped.map(({ title }) => title),
      [],
    );
  });

  it(`decide as opa itself does, over all fixtures and ${GENERATED} generated questions`, async () => {
    const all = [...questions, ...mutatedQuestions(questions, GENERATED, seededRandom(SEED))];
    const native = await decideNatively(all);
    assert.lengthOf(native, all.length);
    all.forEach((question, index) => {
      const context = `seed ${SEED}, question ${index}: ${JSON.stringify(question)}`;
      assert.deepEqual([comparable(decide(question))], (native[index] ?? []).map(comparable), context);
    });
  });
});

/** Every bad question with one node, not of its badness, taken away or made shapeless. */
function broken(questions: readonly KnownQuestion[]): readonly (Question & { readonly title: string })[] {
  return questions
    .filter(({ allow }) => !allow)
    .flatMap(({ title, entryPoint, input, spared }) =>
      pathsOf(input)
        .map((path) => ({ path, pointer: pointerOf(path) }))
        .filter(({ pointer }) => !spared.some((part) => pointer === part || pointer.startsWith(`${part}/`)))
        .flatMap(({ path, pointer }) =>
          [undefined, ...SHAPELESS].map((value) => ({
            title: `${title} with ${pointer} = ${value === undefined ? 'nothing' : JSON.stringify(value)}`,
            entryPoint,
            input: replaced(input, path, value) as JsonObject, // border: only nodes below the root change
          })),
        ),
    );
}
