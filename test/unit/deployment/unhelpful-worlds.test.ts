import { assert } from 'chai';
import { type CodeError, InvalidSpec, Upstream } from '../../../operator/api/errors.ts';
import type { Deployment } from '../../../operator/api/generated/deployment.ts';
import { annotations } from '../../../operator/api/names.ts';
import type { Action } from '../../../operator/core/action.ts';
import type { Turn } from '../../../operator/core/trail.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { aDeployment } from './builders.ts';
import { type Script, Simulation } from './simulation.ts';

const WORLDS = 300;
const SEED = 20_261_125;
/** Milliseconds, on a busy machine. */
const PATIENCE = 120_000;
const DEADLINE = 600_000;
/** What delivery.md section 11 allows beyond it. */
const GRACE = 5_000;
const CAUSES = {
  // The adapters name the server in what they say of a call.
  webhook: new Upstream('InternalError', 'failed calling webhook "security.example.com"'),
  refusal: new InvalidSpec('Invalid', 'security lets no more of these in'),
};
const DENIAL = 'no change on a Friday';

const strategies: readonly NonNullable<Deployment['spec']['strategy']>[] = [
  { type: 'Rolling' },
  {
    type: 'Canary',
    canary: {
      steps: [
        { weight: 25 },
        { pause: { duration: '5m' } },
        { call: { name: 'smoke', server: 'security', tool: 'scan_manifest' } },
        { approve: { panel: 'release-managers', expiresAfter: '10m' } },
        { weight: 60 },
      ],
    },
  },
  { type: 'BlueGreen', blueGreen: { activeService: 'shop', previewService: 'next', autoPromote: true } },
];

/** A Service is made of the port. */
const withImage =
  (image: string) =>
  (object: Deployment): Deployment => {
    const containers = [{ name: 'web', image, ports: [{ containerPort: 8080 }] }];
    return { ...object, spec: { ...object.spec, template: { ...object.spec.template, spec: { containers } } } };
  };

describe(`${WORLDS} random worlds that never help again (seed ${SEED})`, () => {
  it('have every delivery end, or ask a person, by its deadlines and 5 s', async () => {
    for (let number = 0; number < WORLDS; number += 1) await unhelped(number);
  }).timeout(PATIENCE);
});

async function unhelped(number: number): Promise<void> {
  const random = seededRandom(SEED + number);
  const strategy = strategies[Math.floor(random() * strategies.length)] ?? { type: 'Rolling' };
  const life = await new Simulation({}, withImage('shop:1')(aDeployment({ replicas: 4, strategy }))).run();
  assert.equal(life.status.phase, 'Serving');
  life.edit(withImage('shop:2'));
  await life.run(Math.floor(random() * 400_000));
  if (random() < 0.3) life.annotate(annotations.promote, '1');
  if (random() < 0.3) life.annotate(annotations.abort, '1');
  if (random() < 0.3) life.edit(withImage('shop:3'));
  const world = unhelpful(random);
  life.script = world.script;
  await settle(life, number, world);
}

/** Time passes; each step that is entered may take its deadline, and no longer. */
async function settle(life: Simulation, number: number, { cause, words }: World): Promise<void> {
  let since = life.now;
  let at = placeOf(life);
  const end = life.now + 20 * DEADLINE;
  while (life.now < end) {
    const story = () => `world ${number} (${cause}) stands at ${at}:\n${life.trace.slice(-30).join('\n')}`;
    const next = await life.step();
    if (isOver(life)) return assert.isTrue(isNamed(life, words), story());
    if (placeOf(life) !== at) [at, since] = [placeOf(life), life.now];
    assert.isAtMost(life.now - since, DEADLINE + GRACE, story());
    assert.isBelow(next, Number.POSITIVE_INFINITY, story());
    life.now = next;
  }
  assert.fail(`world ${number} (${cause}) never ends:\n${life.trace.slice(-30).join('\n')}`);
}

const placeOf = ({ status }: Simulation) => `${status.plan?.delivery} ${status.phase} ${status.progress}`;

/** In what status says now, where the world kept it from going on; a person who aborted is the cause of that. */
function isNamed({ status }: Simulation, words: string | undefined): boolean {
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  const aborted = status.revisions?.rejected?.some(({ reason }) => reason === 'Aborted') === true;
  if (words === undefined || aborted || ready?.status !== 'False') return true;
  return `${status.message} ${ready.message}`.includes(words);
}

const ASKS_A_PERSON: ReadonlySet<string> = new Set(['WaitingForApproval', 'WaitingForPromotion', 'WaitingForDecision']);

function isOver({ status }: Simulation): boolean {
  const [ready, stalled] = ['Ready', 'Stalled'].map((name) => status.conditions?.find(({ type }) => type === name));
  return ready?.status === 'True' || stalled?.status === 'True' || ASKS_A_PERSON.has(ready?.reason ?? '');
}

interface World {
  readonly script: Script;
  readonly cause: string;
  /** How status has to name it. */
  readonly words?: string;
}

/** Some action never works again, or some step is denied for ever, or nobody answers. */
function unhelpful(random: () => number): World {
  const kinds: readonly Action['type'][] = [
    'apply-object',
    'create-object',
    'patch-object',
    'dry-run-object',
    'call-tool',
  ];
  const steps = ['validate', 'review', 'roll-out', 'promote', 'roll-back', 'finish'];
  const kind = kinds[Math.floor(random() * kinds.length)];
  const step = steps[Math.floor(random() * steps.length)];
  const error: CodeError = random() < 0.6 ? CAUSES.webhook : CAUSES.refusal;
  const chance = random();
  if (chance < 0.3)
    return {
      script: { policy: (asked) => (asked === step ? denied(asked) : undefined) },
      cause: `${step} denied`,
      words: DENIAL,
    };
  if (chance < 0.4) return { script: { policy: denied }, cause: 'all denied', words: DENIAL };
  if (chance < 0.5) return { script: { verdict: 'never' }, cause: 'nobody answers' };
  if (chance < 0.6) return { script: { fate: () => 'never-ready' }, cause: 'no pod is ready' };
  const failure = (actions: readonly Action[]) => (actions.some(({ type }) => type === kind) ? error : undefined);
  return { script: { failure }, cause: `${kind} fails: ${error.message}`, words: error.message };
}

function denied(step: string): Turn['verdict'] {
  const reasons = [{ rule: 'change/freeze', message: DENIAL }];
  return { decisionId: 'd', allowed: false, outcome: 'deny', warnings: [], bundle: 'b', step, reasons };
}
