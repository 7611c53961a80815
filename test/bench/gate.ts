/** How fast the gate decides in this process: the question of a roll-out in a tenant's namespace, filled up to 3 KB. */
import { openPolicyEngine } from '../../operator/adapters/policy/open-policy-engine.ts';
import { threadTime } from '../../operator/adapters/policy/thread-time.ts';
import type { PolicyEngine } from '../../operator/ports/policy.ts';
import { type KnownQuestion, knownQuestions, type Question } from '../support/policy/questions.ts';
import { ensurePolicyBundle } from '../verbs/build-policy.ts';

const SIZE = 3 * 1024;
const WARM_UP = 1_000;
const DECISIONS = 10_000;
const GOAL = { perSecond: 3_000, p50: 0.25, p99: 1.5 };

/** Prints decisions a second on one core, p50 and p99; a goal that is missed is said, not thrown. */
export async function run(): Promise<void> {
  const engine = await openPolicyEngine((await ensurePolicyBundle()).wasm, threadTime);
  const questions = await knownQuestions();
  console.log(
    `gate: ${DECISIONS} decisions each over an input of ${SIZE} bytes (goal ${GOAL.perSecond} a second, p50 ${GOAL.p50} ms, p99 ${GOAL.p99} ms)`,
  );
  for (const title of [
    'deployment.roll-out.tenant.json',
    'deployment.validate.tenant.json',
    'deployment.roll-out.scale.json',
  ]) {
    const question = questions.find((known) => known.title === title);
    if (question !== undefined) time(engine, filled(question));
  }
}

function time(engine: PolicyEngine, { title, entryPoint, input }: KnownQuestion): void {
  const question = { entryPoint, input, now: 0 };
  for (let left = WARM_UP; left > 0; left -= 1) engine.decide(question);
  const times: number[] = [];
  for (let left = DECISIONS; left > 0; left -= 1) {
    const start = performance.now();
    const answer = engine.decide(question);
    times.push(performance.now() - start);
    if (!answer.ok) throw new Error(`the gate failed over ${title}: ${answer.message}`);
  }
  times.sort((one, other) => one - other);
  const total = times.reduce((sum, each) => sum + each, 0);
  const at = (part: number) => (times[Math.floor(part * (times.length - 1))] ?? 0).toFixed(3);
  const perSecond = Math.round((DECISIONS / total) * 1000);
  console.log(`${title.replace('.json', '')}: ${perSecond} a second, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
}

/** Labels make the difference: policies do not read them, but they must be parsed. */
function filled(question: KnownQuestion): KnownQuestion {
  const missing = SIZE - sizeOf(question);
  const labels = Object.fromEntries(
    Array.from({ length: Math.max(0, Math.floor(missing / 64)) }, (_, index) => [
      `example.org/${String(index).padStart(4, '0')}`,
      'x'.repeat(42),
    ]),
  );
  const resource = question.input['resource'];
  if (typeof resource !== 'object' || resource === null) return question;
  return { ...question, input: { ...question.input, resource: { ...resource, labels } } };
}

const sizeOf = ({ input }: Question): number => Buffer.byteLength(JSON.stringify(input));
