import { assert } from 'chai';
import { reasons } from '../../../../operator/api/conditions.ts';
import type { Deployment } from '../../../../operator/api/generated/deployment.ts';
import { figure } from '../../../support/figure.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { aDeployment, START, withImage } from '../builders.ts';
import { Simulation } from '../simulation.ts';

const SEED = 20_261_125;
const GROUPS = 40;
const SIZE = 5;
const ROUNDS = 800;
/** Milliseconds, on a busy machine. */
const PATIENCE = 300_000;

const strategies: readonly NonNullable<Deployment['spec']['strategy']>[] = [
  { type: 'Rolling' },
  { type: 'Canary', canary: { steps: [{ weight: 50 }, { pause: { duration: '3s' } }, { weight: 75 }] } },
  {
    type: 'Canary',
    canary: { steps: [{ weight: 25 }, { weight: 50 }, { weight: 75 }, { pause: { duration: '1s' } }] },
  },
];

/** A member in a world of its own, in which the others are seen as late as chance will have it. */
class Member {
  readonly life: Simulation;
  readonly name: string;

  constructor(name: string, strategy: NonNullable<Deployment['spec']['strategy']>, fails: boolean) {
    this.name = name;
    const base = aDeployment({
      replicas: 4,
      strategy,
      progressDeadlineSeconds: 30,
      group: { name: 'suite', size: SIZE, release: '1' },
    });
    const manifest = { ...base, metadata: { ...base.metadata, name, uid: `uid-${name}` } };
    this.life = new Simulation({ fate: (image) => (fails && image === 'shop:2' ? 'crash' : 'ready') }, manifest);
    this.life.identify();
  }

  get now(): Deployment {
    return this.life.deployment;
  }

  /** The user applies the next release. */
  release(): void {
    this.life.edit(withImage('shop:2'));
    this.life.edit((one) => ({ ...one, spec: { ...one.spec, group: { name: 'suite', size: SIZE, release: '2' } } }));
  }
}

/** The rule: who is at a step has seen all others finish the one before, whatever length their own strategies have. */
function skewOf(members: readonly Member[]): string | undefined {
  for (const { name, now } of members) {
    if (now.spec.group?.release !== '2' || !isRollingOut(now)) continue;
    const { index = 1, of = 1 } = now.status?.step ?? {};
    const behind = members.find((other) => other.name !== name && !hasFinished(other.now, Math.min(index - 1, of)));
    if (behind !== undefined)
      return `${name} is at step ${index} while ${behind.name} has not finished step ${index - 1}`;
  }
  const promoted = members.filter(({ now }) => isPromoted(now));
  const late = members.find(({ now }) => !isPromoted(now) && !hasFinished(now, Number.POSITIVE_INFINITY));
  return promoted.length > 0 && late !== undefined
    ? `${promoted[0]?.name} is promoted before ${late.name} is through`
    : undefined;
}

const attempts = ({ status }: Deployment): number =>
  status?.steps?.find(({ name }) => name === 'roll-out')?.attempt ?? 0;
const isPromoted = ({ status, spec }: Deployment): boolean =>
  spec.group?.release === '2' &&
  status?.observedGeneration !== undefined &&
  status.steps?.some(({ name, state }) => name === 'promote' && state === 'Done') === true &&
  status.revisions?.serving === status.plan?.revision &&
  status.observedGeneration >= 3;
const isRollingOut = (one: Deployment): boolean =>
  attempts(one) > 0 && !isPromoted(one) && one.status?.observedGeneration === 3;

function hasFinished(one: Deployment, step: number): boolean {
  if (step < 1 || isPromoted(one)) return true;
  const { index = 1, of = 1 } = one.status?.step ?? {};
  const wanted = Math.min(step, of);
  const ready = one.status?.conditions?.find(({ type }) => type === 'Ready');
  return isRollingOut(one) && (index > wanted || (index === wanted && ready?.reason === reasons.waitingForGroup));
}

/** Runs a group until it rests; resolves with the most members that had begun at once. */
async function play(seed: number, fails: boolean): Promise<readonly Member[]> {
  const random = seededRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item; // border: never empty
  const loser = Math.floor(random() * SIZE);
  const members = Array.from(
    { length: SIZE },
    (_, index) => new Member(`m${index}`, pick(strategies), fails && index === loser),
  );
  let now = START + 20_000;
  const released = new Set<Member>();
  for (let round = 0; round < ROUNDS; round++) {
    now += Math.floor(random() * 900);
    const member = pick(members);
    for (const other of members) if (other !== member && random() < 0.6) member.life.add(other.now);
    const settled = members.every(({ now: one }) =>
      one.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
    );
    if (released.size > 0 ? !released.has(member) && random() < 0.3 : settled) {
      member.release();
      released.add(member);
    }
    member.life.now = Math.max(member.life.now, now);
    await member.life.run(0);
    const skew = skewOf(members);
    if (skew !== undefined) throw new Error(`seed ${seed}, round ${round}: ${skew}`);
  }
  return members;
}

describe(`${GROUPS} groups of ${SIZE} in lockstep (seed ${SEED})`, function () {
  this.timeout(PATIENCE);

  it('never let one enter a step before all finished the one before, and promote all (B22)', async () => {
    for (let group = 0; group < GROUPS; group++) {
      const members = await play(SEED + group, false);
      assert.deepEqual(
        members.filter(({ now }) => !isPromoted(now)).map(({ name, now }) => `${group} ${name} ${now.status?.message}`),
        [],
      );
    }
    figure(22, `${GROUPS} groups of ${SIZE}, stale reads and random delays: step skew 0`);
  });

  it('bring all back when one fails (B22)', async () => {
    for (let group = 0; group < GROUPS; group++) {
      const members = await play(SEED - 1 - group, true);
      assert.deepEqual(
        members
          .filter(({ now }) => now.status?.conditions?.every(({ reason }) => reason !== 'RolledBack'))
          .map(({ name, now }) => `${group} ${name} ${now.status?.message}`),
        [],
      );
    }
    figure(22, `${GROUPS} groups of ${SIZE} in which one fails: all stable again`);
  });
});
