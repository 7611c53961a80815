/**
 * How often the engine is right, on stored answers of real models: panels of 5, random or of peers, 100 graded questions each,
 * tested on others. Beside it the plurality of the same panel and the model that was best on the graded questions.
 * `CODE_PANELS` and `CODE_QUESTIONS` change how much is tested.
 */
import { fileURLToPath } from 'node:url';
import { loadConsensusEngine } from '../../operator/adapters/consensus/index.ts';
import type { ConsensusEngine, ConsensusRequest, PastQuestion } from '../../operator/ports/consensus.ts';
import type { Random } from '../../operator/ports/random.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { ensureWasm } from '../verbs/build-wasm.ts';
import { auroc, brier, calibrationError, type Judged, mean } from './consensus/scores.ts';
import { readTask, type Task } from './consensus/zeroeval.ts';

const SEED = 7;
const SIZE = 5;
const GRADED = 100;
const RISK = 0.1;
/** Peers are at most so far apart. */
const PEERS = 0.05;
const PANELS = Number(process.env['CODE_PANELS'] ?? 60);
const QUESTIONS = Number(process.env['CODE_QUESTIONS'] ?? 150);

interface Outcome {
  readonly plurality: boolean;
  readonly best: boolean;
  readonly members: readonly boolean[];
  readonly ours: Judged;
  readonly recommended: boolean;
}

/** Prints the table; says so where there is no data. */
export async function run(): Promise<void> {
  const engine = await loadConsensusEngine((await ensureWasm()).directory);
  console.log(
    `consensus quality: ${PANELS} panels of ${SIZE}, ${GRADED} graded, ${QUESTIONS} tested each, seed ${SEED}`,
  );
  const heads = [
    'mean',
    'best after',
    'plurality',
    'best by 100',
    'ours',
    '95 %',
    'AUROC',
    'ECE',
    'Brier',
    'coverage',
    'risk',
  ];
  console.log(`${'task, panels'.padEnd(14)}${heads.map((head) => head.padStart(12)).join('')}`);
  for (const name of ['gsm', 'crux'] as const) {
    const task = await readTask(name);
    if (task === undefined) {
      console.log(`${name}: data not found, not measured`);
      continue;
    }
    const forms = normalForms(engine, task);
    for (const kind of ['random', 'peer'] as const) measure(engine, task, forms, kind);
  }
}

function measure(engine: ConsensusEngine, task: Task, forms: Forms, kind: 'random' | 'peer'): void {
  const random = seededRandom(SEED);
  const panels = Array.from({ length: PANELS }, () => choosePanel(task, forms, kind, random));
  const tested = panels.map((panel) => testPanel(engine, task, forms, panel, random));
  const all = tested.flat();
  const accuracy = (of: (outcome: Outcome) => boolean) => mean(all.map((outcome) => Number(of(outcome))));
  const members = tested.map((outcomes) => memberAccuracies(outcomes));
  const recommended = all.filter((outcome) => outcome.recommended);
  const judged = all.map((outcome) => outcome.ours);
  const numbers = [
    mean(members.flat()),
    mean(members.map((list) => Math.max(...list))),
    accuracy((outcome) => outcome.plurality),
    accuracy((outcome) => outcome.best),
    accuracy((outcome) => outcome.ours.right),
    halfInterval(tested, random),
    auroc(judged),
    calibrationError(judged),
    brier(judged),
    recommended.length / all.length,
    mean(recommended.map((outcome) => Number(!outcome.ours.right))),
  ];
  const cells = numbers.map((number, index) => `${index === 5 ? '+-' : ''}${number.toFixed(3)}`.padStart(12));
  console.log(`${`${task.name} ${kind}`.padEnd(14)}${cells.join('')}`);
}

/** Answers as the engine compares them; null: no valid answer. */
interface Forms {
  readonly gold: readonly (string | null)[];
  readonly answers: readonly (readonly (string | null)[])[];
}

function normalForms(engine: ConsensusEngine, task: Task): Forms {
  const known = new Map<string, string | null>();
  const form = (answer: string | null) => {
    if (answer === null) return null;
    let normal = known.get(answer);
    if (normal === undefined) {
      const verdict = engine.decide({ answer: { kind: task.kind }, experts: [{ name: 'one', reply: { answer } }] });
      normal = verdict.outcome === 'verdict' ? verdict.leader : null;
      known.set(answer, normal);
    }
    return normal;
  };
  return { gold: task.gold.map(form), answers: task.answers.map((row) => row.map(form)) };
}

function choosePanel(task: Task, forms: Forms, kind: 'random' | 'peer', random: Random): readonly number[] {
  const accuracy = forms.answers.map((row) =>
    mean(row.map((answer, question) => Number(answer === forms.gold[question]))),
  );
  const every = task.models.map((_, model) => model);
  for (;;) {
    const first = every[Math.floor(random() * every.length)] ?? 0;
    const near = (model: number) => Math.abs((accuracy[model] ?? 0) - (accuracy[first] ?? 0)) <= PEERS / 2;
    const candidates = kind === 'random' ? every : every.filter(near);
    if (candidates.length >= SIZE) return shuffled(candidates, random).slice(0, SIZE);
  }
}

function testPanel(
  engine: ConsensusEngine,
  task: Task,
  forms: Forms,
  panel: readonly number[],
  random: Random,
): readonly Outcome[] {
  const questions = shuffled(
    task.gold.flatMap((_, question) => (forms.gold[question] === null ? [] : [question])),
    random,
  );
  const graded = questions.slice(0, GRADED);
  const answer = (model: number, question: number) => task.answers[model]?.[question] ?? null;
  const right = (model: number, question: number) => forms.answers[model]?.[question] === forms.gold[question];
  const history = graded.map((question): PastQuestion => {
    const answers = Object.fromEntries(panel.map((model) => [`m${model}`, answer(model, question)]));
    return { gold: task.gold[question] ?? null, answers };
  });
  const score = (model: number) => graded.filter((question) => right(model, question)).length;
  const best = panel.reduce((most, model) => (score(model) > score(most) ? model : most));
  return questions.slice(GRADED, GRADED + QUESTIONS).map((question) => {
    const request: ConsensusRequest = {
      answer: { kind: task.kind },
      rules: { minShare: 0, abstainBelow: 0, risk: RISK },
      quorum: 1,
      experts: panel.map((model) => ({ name: `m${model}`, reply: { answer: answer(model, question) } })),
      history,
    };
    const verdict = engine.decide(request);
    if (verdict.outcome === 'refusal') throw new Error(`${verdict.field}: ${verdict.message}`);
    return {
      plurality: plurality(panel.map((model) => forms.answers[model]?.[question] ?? null)) === forms.gold[question],
      best: right(best, question),
      members: panel.map((model) => right(model, question)),
      ours: {
        right: verdict.leader === forms.gold[question],
        confidence: Number(verdict.confidence ?? 0),
        rank: Number(verdict.rank ?? 0),
      },
      recommended: verdict.recommendation !== null,
    };
  });
}

/** The answer given most often, of equals the one given first. */
function plurality(answers: readonly (string | null)[]): string | null {
  const counts = new Map<string, number>();
  for (const answer of answers) if (answer !== null) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  let most: [string | null, number] = [null, 0];
  for (const [answer, count] of counts) if (count > most[1]) most = [answer, count];
  return most[0];
}

function memberAccuracies(outcomes: readonly Outcome[]): number[] {
  return Array.from({ length: SIZE }, (_, member) => mean(outcomes.map((outcome) => Number(outcome.members[member]))));
}

/** Half of the 95 % interval of the accuracy, by drawing panels again. */
function halfInterval(tested: readonly (readonly Outcome[])[], random: Random): number {
  const accuracies = tested.map((outcomes) => mean(outcomes.map((outcome) => Number(outcome.ours.right))));
  const drawn = Array.from({ length: 1_000 }, () =>
    mean(accuracies.map(() => accuracies[Math.floor(random() * accuracies.length)] ?? 0)),
  ).sort((one, other) => one - other);
  return ((drawn[974] ?? 0) - (drawn[24] ?? 0)) / 2;
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run();
