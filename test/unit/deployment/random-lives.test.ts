import { assert } from 'chai';
import type { Deployment } from '../../../operator/api/generated/deployment.ts';
import { annotations } from '../../../operator/api/names.ts';
import type { Outcomes } from '../../../operator/core/action.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { aDeployment } from './builders.ts';
import { Simulation } from './simulation.ts';

const LIVES = 100;
const EVENTS = 12;
/** Milliseconds, on a busy machine. */
const PATIENCE = 120_000;
const SEED = 20_261_125;

/** The user applies another image; a Service is made of the port. */
const withImage =
  (image: string) =>
  (object: Deployment): Deployment => {
    const containers = [{ name: 'web', image, ports: [{ containerPort: 8080 }] }];
    return { ...object, spec: { ...object.spec, template: { ...object.spec.template, spec: { containers } } } };
  };

const tools = {
  before: [
    { name: 'scan', server: 'security', tool: 'scan_manifest' },
    { name: 'warm', server: 'ops', tool: 'warm', onFailure: 'Ask' },
  ],
  after: [
    { name: 'tell', server: 'notify', tool: 'broadcast_deployment' },
    { name: 'check', server: 'ops', tool: 'check', onFailure: 'Ask' },
  ],
  onRollback: [{ name: 'page', server: 'notify', tool: 'page_owner' }],
} as const satisfies Deployment['spec']['tools'];

/** Nobody answers it: its fresh baseline is what is looked at, where the strategy has one. */
const analysis = {
  metrics: [
    {
      name: 'latency',
      provider: { prometheus: { query: 'latency{pod=~"{{pods}}"}' } },
      compare: { to: 'freshBaseline', maxIncrease: 1 },
    },
  ],
} as const satisfies Deployment['spec']['analysis'];

const calling = (state: Outcomes['call-tool']['state']) => (): Outcomes['call-tool'] => ({
  state,
  message: state === 'succeeded' ? 'done' : 'no luck',
  content: { counts: { critical: 0, high: 0, medium: 0, low: 0 } },
});

const strategies: readonly NonNullable<Deployment['spec']['strategy']>[] = [
  { type: 'Rolling' },
  {
    type: 'Canary',
    canary: {
      steps: [
        { weight: 25 },
        { pause: { duration: '5m' } },
        { call: { name: 'smoke', server: 'security', tool: 'scan_manifest', onFailure: 'Ask' } },
        { weight: 60 },
        { approve: { panel: 'release-managers', expiresAfter: '10m' } },
      ],
    },
  },
  {
    type: 'Canary',
    canary: {
      stableService: 'shop',
      canaryService: 'next',
      traffic: { httpRoute: { generate: { parentRefs: [{ name: 'edge' }] } } },
      steps: [{ weight: 25 }, { pause: { duration: '5m' } }, { weight: 60 }],
    },
  },
  { type: 'BlueGreen', blueGreen: { activeService: 'shop', previewService: 'next', previewReplicas: 1 } },
];

/** What users, colleagues, nodes and the kernel do to a delivery. */
const events: readonly ((simulation: Simulation, random: () => number) => void)[] = [
  (life, random) => life.edit(withImage(`shop:${Math.floor(random() * 3)}`)),
  (life, random) => life.edit(withImage(random() < 0.5 ? 'shop:missing' : 'shop:crashing')),
  (life, random) => life.edit((one) => ({ ...one, spec: { ...one.spec, replicas: Math.floor(random() * 5) } })),
  (life) => life.edit((one) => ({ ...one, spec: { ...one.spec, suspend: one.spec.suspend !== true } })),
  (life, random) => life.edit((one) => ({ ...one, spec: { ...one.spec, minReadySeconds: Math.floor(random() * 3) } })),
  (life, random) => life.annotate(annotations.retry, `${random()}`),
  (life, random) => life.annotate(annotations.abort, `${random()}`),
  (life, random) => life.annotate(annotations.promote, `${random()}`),
  (life, random) => {
    const strategy = strategies[Math.floor(random() * strategies.length)] ?? { type: 'Rolling' };
    life.edit((one) => {
      // It compares canaries only.
      const { analysis: _none, ...spec } = one.spec;
      return { ...one, spec: { ...spec, strategy } };
    });
  },
  (life) =>
    life.edit((one) => {
      const { analysis: before, ...spec } = one.spec;
      const compares = before === undefined && spec.strategy?.type === 'Canary';
      return { ...one, spec: compares ? { ...spec, analysis } : spec };
    }),
  (life, random) => life.meddle('Service', (one) => (random() < 0.3 ? undefined : one)),
  (life) =>
    life.meddle('ReplicaSet', (one) => ({ ...one, spec: { ...('spec' in one ? Object(one.spec) : {}), replicas: 3 } })),
  (life, random) => life.meddle('ReplicaSet', (one) => (random() < 0.5 ? undefined : one)),
  (life, random) => life.meddle('Pod', (one) => (random() < 0.5 ? undefined : one)),
  (life, random) => life.meddle('ExpertConsultation', (one) => (random() < 0.5 ? undefined : one)),
  (life, random) => {
    life.crashAt = life.effects + 1 + Math.floor(random() * 4);
  },
  (life, random) => {
    life.now += Math.floor(random() * 1_200_000);
  },
  (life, random) => {
    const verdicts = ['approve', 'approve', 'reject', 'QuorumMissing', 'never'] as const;
    life.script = { ...life.script, verdict: verdicts[Math.floor(random() * verdicts.length)] ?? 'approve' };
  },
  (life, random) => {
    const states = ['succeeded', 'failed', 'unknown'] as const;
    life.script = { ...life.script, tool: calling(states[Math.floor(random() * states.length)] ?? 'succeeded') };
  },
];

describe(`${LIVES} random lives of a Deployment (seed ${SEED})`, () => {
  it('keep the laws of conditions, come to rest, and serve once they are let', async () => {
    for (let number = 0; number < LIVES; number += 1) await live(number);
  }).timeout(PATIENCE);
});

describe(`${LIVES} random rows of versions (seed ${SEED})`, () => {
  it('never take more pods from what serves than maxUnavailable', async () => {
    for (let number = 0; number < LIVES; number += 1) await available(number);
  }).timeout(PATIENCE);
});

/** Users, tokens, crashes and time; nobody else touches the pods. */
async function available(number: number): Promise<void> {
  const random = seededRandom(SEED + number);
  const fate = (image: string) => (image.includes('missing') ? 'image-pull' : 'ready');
  const [maxSurge, maxUnavailable] = random() < 0.5 ? [1, 0] : [0, 1];
  const strategy = { type: 'Rolling', rolling: { maxSurge, maxUnavailable } } as const;
  const life = await new Simulation({ fate }, aDeployment({ replicas: 4, strategy })).run();
  const least = 4 - Math.max(maxUnavailable, maxSurge === 0 ? 1 : 0);
  life.watch = () => assert.isAtLeast(life.readyPods, least, `life ${number}:\n${life.trace.slice(-30).join('\n')}`);
  for (let event = 0; event < EVENTS; event += 1) {
    const chance = random();
    if (chance < 0.6) life.edit(withImage(random() < 0.4 ? 'shop:missing' : `shop:${Math.floor(random() * 3)}`));
    else if (chance < 0.7) life.annotate(annotations.abort, `${random()}`);
    else if (chance < 0.8) life.annotate(annotations.retry, `${random()}`);
    else life.crashAt = life.effects + 1 + Math.floor(random() * 4);
    await life.run(Math.floor(random() * 5_000));
  }
}

async function live(number: number): Promise<void> {
  const random = seededRandom(SEED + number);
  const fate = (image: string) =>
    image.includes('missing') ? 'image-pull' : image.includes('crashing') ? 'crash' : 'ready';
  const life = new Simulation(
    { fate, tool: calling('succeeded') },
    withImage('shop:1')(
      aDeployment({
        ...(random() < 0.5 ? {} : { tools }),
        strategy: strategies[Math.floor(random() * strategies.length)] ?? { type: 'Rolling' },
      }),
    ),
  );
  for (let event = 0; event < EVENTS; event += 1) {
    events[Math.floor(random() * events.length)]?.(life, random);
    await life.run(Math.floor(random() * 900_000));
  }
  const told = () => `life ${number}:\n${life.trace.slice(-30).join('\n')}`;
  life.crashAt = undefined;
  life.script = { ...life.script, verdict: 'approve', tool: calling('succeeded') };
  life.edit((one) => ({
    ...withImage('shop:good')(one),
    spec: { ...withImage('shop:good')(one).spec, suspend: false, replicas: 3 },
  }));
  life.annotate(annotations.retry, 'the last');
  await life.run();
  assert.equal(life.status.phase, 'Serving', told());
  const { revision } = life.status.plan ?? { revision: '' };
  for (const [name, size] of Object.entries(life.sizes())) {
    assert.equal(size, name.endsWith(revision) ? 3 : 0, `${name}; ${told()}`);
  }
  const firsts = life.calls.filter(({ repeated }) => repeated !== true).map(({ key }) => key);
  assert.equal(new Set(firsts).size, firsts.length, `a call was made twice unknowingly; ${told()}`);
  const { length } = life.requests;
  life.now += 86_400_000;
  await life.run();
  assert.equal(life.requests.length, length, `not quiet; ${told()}`);
}
