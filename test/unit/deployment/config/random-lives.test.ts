import { assert } from 'chai';
import type { Deployment } from '../../../../operator/api/generated/deployment.ts';
import { annotations, labels } from '../../../../operator/api/names.ts';
import type { KubeObject } from '../../../../operator/api/objects.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { aDeployment } from '../builders.ts';
import { Simulation } from '../simulation.ts';

const LIVES = 100;
const EVENTS = 12;
/** Milliseconds, on a busy machine. */
const PATIENCE = 120_000;
const SEED = 20_261_125;
const COPY = /(?:env|keys)-[0-9a-f]{10}/g;

const template = (image: string): Deployment['spec']['template'] => ({
  metadata: { labels: { app: 'shop' } },
  spec: {
    containers: [{ name: 'web', image, envFrom: [{ configMapRef: { name: 'env' } }] }],
    volumes: [{ name: 'keys', secret: { secretName: 'keys' } }],
  },
});
const edit = (life: Simulation, image: string) =>
  life.edit((one) => ({ ...one, spec: { ...one.spec, template: template(image) } }));
const metadata = { namespace: 'acme-prod' };
const env = (color: number) =>
  ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...metadata, name: 'env' },
    data: { color: `${color}` },
  }) as KubeObject;
const keys = (key: number) =>
  ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...metadata, name: 'keys' },
    data: { key: `${key}` },
  }) as KubeObject;
const some = (random: () => number, count: number) => Math.floor(random() * count);
const isCopy = ({ kind, metadata: { ownerReferences } }: KubeObject) =>
  (kind === 'ConfigMap' || kind === 'Secret') && ownerReferences !== undefined;

type Event = (life: Simulation, random: () => number) => void;

/** What users and the kernel do. */
const usual: readonly Event[] = [
  (life, random) => life.add(env(some(random, 3))),
  (life, random) => life.add(keys(some(random, 3))),
  (life, random) => {
    life.add(env(some(random, 3)));
    life.add(keys(some(random, 3)));
    edit(life, random() < 0.3 ? 'shop:missing' : `shop:${some(random, 3)}`);
  },
  (life, random) => edit(life, random() < 0.3 ? 'shop:missing' : `shop:${some(random, 3)}`),
  (life, random) => life.edit((one) => ({ ...one, spec: { ...one.spec, replicas: some(random, 5) } })),
  (life, random) => life.annotate(annotations.retry, `${random()}`),
  (life, random) => life.annotate(annotations.abort, `${random()}`),
  (life, random) => {
    life.crashAt = life.effects + 1 + some(random, 6);
  },
  (life, random) => {
    life.now += some(random, 1_200_000);
  },
];

/** What should not happen, and does. */
const unusual: readonly Event[] = [
  (life, random) => life.meddle('ConfigMap', (one) => (isCopy(one) && random() < 0.5 ? undefined : one)),
  (life, random) => life.meddle('Secret', (one) => (isCopy(one) && random() < 0.5 ? undefined : one)),
  (life) => life.meddle('ConfigMap', (one) => (isCopy(one) ? one : undefined)),
  (life, random) => life.meddle('ReplicaSet', (one) => (random() < 0.5 ? undefined : one)),
  (life, random) => life.meddle('Pod', (one) => (random() < 0.5 ? undefined : one)),
];

const objectsOf = (life: Simulation, kind: string) => [...life.objects.values()].filter((one) => one.kind === kind);
const isServing = (life: Simulation) => (one: KubeObject) =>
  one.metadata.labels?.[labels.revision] === life.status.revisions?.serving;
const lacking = (life: Simulation, of: readonly KubeObject[]): readonly string[] =>
  [...new Set(JSON.stringify(of).match(COPY) ?? [])].filter(
    (name) => !life.objects.has(`ConfigMap/${name}`) && !life.objects.has(`Secret/${name}`),
  );

function begin(number: number): {
  readonly life: Simulation;
  readonly random: () => number;
  readonly told: () => string;
} {
  const random = seededRandom(SEED + number);
  const life = new Simulation(
    { fate: (image) => (image.includes('missing') ? 'image-pull' : 'ready') },
    aDeployment({ template: template('shop:1'), revisionHistoryLimit: 2 }),
  );
  life.identify();
  life.add(env(0));
  life.add(keys(0));
  return { life, random, told: () => `life ${number}:\n${life.trace.slice(-30).join('\n')}` };
}

async function happen(life: Simulation, events: readonly Event[], random: () => number): Promise<void> {
  for (let event = 0; event < EVENTS; event += 1) {
    events[some(random, events.length)]?.(life, random);
    await life.run(some(random, 60_000));
  }
  life.crashAt = undefined;
}

/** A last good version: it serves, its pods have what they read, nothing is left over, and it is quiet. */
async function comesToRest(life: Simulation, told: () => string): Promise<void> {
  life.add(env(9));
  life.add(keys(9));
  edit(life, 'shop:good');
  life.edit((one) => ({ ...one, spec: { ...one.spec, replicas: 3 } }));
  life.annotate(annotations.retry, 'the last');
  await life.run();
  assert.equal(life.status.phase, 'Serving', told());
  assert.deepEqual(lacking(life, objectsOf(life, 'ReplicaSet').filter(isServing(life))), [], told());
  const alive = new Set(objectsOf(life, 'ReplicaSet').map(({ metadata: { uid } }) => uid));
  const orphans = [...life.objects.values()]
    .filter(isCopy)
    .filter(({ metadata: { ownerReferences = [] } }) => !ownerReferences.some(({ uid }) => alive.has(uid)));
  assert.deepEqual(orphans, [], told());
  const { length } = life.requests;
  life.now += 86_400_000;
  await life.run();
  assert.equal(life.requests.length, length, `not quiet; ${told()}`);
}

describe(`${LIVES} random lives of a Deployment with config (seed ${SEED})`, () => {
  it('never have a pod without its copies, and come to rest', async () => {
    for (let number = 0; number < LIVES; number += 1) {
      const { life, random, told } = begin(number);
      life.watch = () => assert.deepEqual(lacking(life, objectsOf(life, 'Pod')), [], told());
      await happen(life, usual, random);
      await comesToRest(life, told);
    }
  }).timeout(PATIENCE);

  it('come to rest whatever somebody deletes', async () => {
    for (let number = 0; number < LIVES; number += 1) {
      const { life, random, told } = begin(number);
      await happen(life, [...usual, ...unusual], random);
      await comesToRest(life, told);
    }
  }).timeout(PATIENCE);
});
