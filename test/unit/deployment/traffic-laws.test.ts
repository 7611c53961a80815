import { assert } from 'chai';
import fc from 'fast-check';
import type { CanaryStrategy, Deployment } from '../../../operator/api/generated/deployment.ts';
import { annotations, labels } from '../../../operator/api/names.ts';
import type { KubeObject } from '../../../operator/api/objects.ts';
import type { HttpRoute, Service } from '../../../operator/controllers/deployment/cluster-objects.ts';
import { figure } from '../../support/figure.ts';
import { aDeployment } from './builders.ts';
import { type Fate, Simulation } from './simulation.ts';
import { TrafficJudge } from './traffic-judge.ts';

const SCENARIOS = 1_000;
const SEED = 20_261_125;

const withVersion =
  (version: string) =>
  (object: Deployment): Deployment => {
    const containers = [{ name: 'web', image: `shop:${version}`, ports: [{ name: 'http', containerPort: 8080 }] }];
    return { ...object, spec: { ...object.spec, template: { ...object.spec.template, spec: { containers } } } };
  };

const fates: readonly Record<string, Fate>[] = [{}, { 'shop:2': 'never-ready' }, { 'shop:1': 'never-ready' }];

const events: Readonly<Record<string, (life: Simulation, value: number) => void>> = {
  version: (life, value) => life.edit(withVersion(value < 0.15 ? 'missing' : String(1 + Math.floor(value * 3)))),
  replicas: (life, value) => life.edit((one) => ({ ...one, spec: { ...one.spec, replicas: Math.floor(value * 8) } })),
  abort: (life, value) => life.annotate(annotations.abort, `${value}`),
  retry: (life, value) => life.annotate(annotations.retry, `${value}`),
  promote: (life, value) => life.annotate(annotations.promote, `${value}`),
  autoscale: (life, value) => life.autoscale(1 + Math.floor(value * 6)),
  unscale: (life) => life.meddle('HorizontalPodAutoscaler', () => undefined),
  restart: (life, value) => {
    life.crashAt = life.effects + 1 + Math.floor(value * 4);
  },
  // A node goes, and every third pod with it; or pods that were ready are no longer.
  loss: (life, value) => {
    let count = Math.floor(value * 3);
    life.meddle('Pod', (one) => (count++ % 3 === 0 ? undefined : one));
  },
  ailing: (life, value) => {
    const ailing = fates[Math.floor(value * fates.length)] ?? {};
    life.script = { ...life.script, fate: (image) => ailing[image] ?? fateOf(image) };
  },
  gateway: (life, value) => {
    const answers = ['accepted', 'refused', 'silent'] as const;
    life.script = { ...life.script, routes: answers[Math.floor(value * answers.length)] ?? 'accepted' };
  },
  meddle: (life, value) => {
    if (value < 0.5) life.meddle('Service', (one) => (value < 0.2 ? undefined : one));
    else life.meddle('HTTPRoute', (one) => (value < 0.6 && one.metadata.ownerReferences ? undefined : one));
  },
  // Git applies its manifest, over ours or over what we hold.
  git: (life) => {
    life.meddle('HTTPRoute', (one) =>
      one.metadata.ownerReferences ? one : ({ ...one, spec: gitRoute.spec } as KubeObject),
    );
  },
  time: (life, value) => {
    life.now += Math.floor(value * 900_000);
  },
};

const gitRoute = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'shop', namespace: 'acme-prod' },
  spec: {
    parentRefs: [{ name: 'edge' }],
    rules: [
      {
        backendRefs: [
          { name: 'shop', port: 8080, weight: 1 },
          { name: 'shop-canary', port: 8080, weight: 0 },
        ],
      },
    ],
  },
};

/** Nobody answers it: its fresh baseline is what is looked at. */
const latency = {
  name: 'latency',
  provider: { prometheus: { query: 'latency{pod=~"{{pods}}"}' } },
  compare: { to: 'freshBaseline', maxIncrease: 1 },
} as const;

const fateOf = (image: string): Fate => (image.includes('missing') ? 'image-pull' : 'ready');

const scenario = fc.record({
  mode: fc.constantFrom('replicas', 'services', 'route', 'route-shared', 'route-extra', 'git-route'),
  replicas: fc.integer({ min: 0, max: 7 }),
  weights: fc.array(fc.constantFrom(0, 1, 5, 20, 25, 50, 67, 90, 99, 100), { minLength: 1, maxLength: 4 }),
  waits: fc.boolean(),
  compares: fc.boolean(),
  events: fc.array(
    fc.record({
      what: fc.constantFrom(...Object.keys(events)),
      value: fc.double({ min: 0, max: 0.999, noNaN: true }),
      for: fc.integer({ min: 0, max: 60_000 }),
    }),
    { minLength: 2, maxLength: 14 },
  ),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;

describe(`${SCENARIOS} random canaries by replicas, by Services and by route (seed ${SEED})`, () => {
  it('keep every law at every write, and end with all traffic on what serves once they are let (B2)', async () => {
    await fc.assert(fc.asyncProperty(scenario, play), { numRuns: SCENARIOS, seed: SEED });
    figure(2, `${SCENARIOS} random canaries, seed ${SEED}: 0 violations at any write`);
  }).timeout(300_000);
});

async function play({ mode, replicas, weights, waits, compares, events: chosen }: Scenario): Promise<void> {
  const life = new Simulation({ fate: fateOf }, manifest(mode, replicas, weights, waits, compares));
  if (mode === 'git-route') life.add(gitRoute);
  new TrafficJudge(life);
  await life.run(30_000);
  for (const { what, value, for: length } of chosen) {
    events[what]?.(life, value);
    await life.run(length);
  }
  await letGo(life);
  const told = () => `${mode}: ${life.status.message}\n${life.trace.slice(-30).join('\n')}`;
  assert.equal(life.status.phase, 'Serving', told());
  const { revision } = life.status.plan ?? { revision: '' };
  for (const [name, size] of Object.entries(life.sizes())) {
    assert.equal(size, name.endsWith(revision) ? 3 : 0, `${name}; ${told()}`);
  }
  const left = life.all('ReplicaSet').filter(({ metadata }) => metadata.labels?.[labels.baseline] !== undefined);
  assert.deepEqual(left, [], told());
  if (mode === 'replicas') return;
  for (const name of ['shop', 'shop-canary']) {
    const service = life.objects.get(`Service/${name}`) as Service | undefined; // border: by its key
    assert.equal(service?.spec.selector?.[labels.revision], revision, `Service ${name}; ${told()}`);
  }
  if (mode === 'services') return;
  const route = life.objects.get('HTTPRoute/shop') as HttpRoute | undefined; // border: as above
  if (mode === 'git-route') {
    assert.deepEqual(
      [route?.spec, route?.metadata.labels ?? {}, route?.metadata.annotations ?? {}],
      [gitRoute.spec, {}, {}],
      told(),
    );
    return;
  }
  const shares = route?.spec.rules?.[0]?.backendRefs?.map(({ weight }) => weight);
  assert.deepEqual(shares, [100, 0], told());
}

/** Nothing is in the way any more: a good version of three pods, a Gateway that answers, and somebody who promotes. */
async function letGo(life: Simulation): Promise<void> {
  life.crashAt = undefined;
  life.script = { fate: fateOf };
  life.meddle('HorizontalPodAutoscaler', () => undefined);
  life.edit((one) => ({ ...withVersion('good')(one), spec: { ...withVersion('good')(one).spec, replicas: 3 } }));
  life.annotate(annotations.retry, 'the last');
  await life.run(120_000);
  for (let token = 0; token < 6 && life.status.phase !== 'Serving'; token += 1) {
    life.annotate(annotations.promote, `last-${token}`);
    await life.run(120_000);
  }
  await life.run();
}

function manifest(
  mode: Scenario['mode'],
  replicas: number,
  weights: readonly number[],
  waits: boolean,
  compares: boolean,
): Deployment {
  const steps = weights.flatMap((weight) => [{ weight }, ...(waits ? [{ pause: {} }] : [])]);
  const services = mode === 'replicas' ? {} : { stableService: 'shop', canaryService: 'shop-canary' };
  const generate = { traffic: { httpRoute: { generate: { parentRefs: [{ name: 'edge' }] } } } };
  const named = { traffic: { httpRoute: { name: 'shop' } } };
  const traffic = mode === 'git-route' ? named : mode.startsWith('route') ? generate : {};
  const capacity = mode === 'route-shared' ? 'Shared' : mode === 'route-extra' ? 'Extra' : undefined;
  const canary: CanaryStrategy = {
    ...services,
    ...traffic,
    ...(capacity === undefined ? {} : { capacity }),
    steps,
  };
  const analysis = compares ? { analysis: { metrics: [latency] } } : {};
  return withVersion('1')(aDeployment({ replicas, strategy: { type: 'Canary', canary }, ...analysis }));
}
