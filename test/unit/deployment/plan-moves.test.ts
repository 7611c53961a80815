import { assert } from 'chai';
import fc from 'fast-check';
import { canaryPods } from '../../../operator/controllers/deployment/rollout/canary-pods.ts';
import { limits } from '../../../operator/controllers/deployment/rollout/limits.ts';
import { planMoves } from '../../../operator/controllers/deployment/rollout/plan-moves.ts';
import {
  available,
  bounded,
  type Intent,
  type RevisionState,
  type Role,
  total,
  type World,
} from '../../../operator/controllers/deployment/rollout/world.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const world = (change: Partial<World>): World => {
  const { replicas = 4, target = 'new' } = change;
  const goals = new Map([[target, replicas]]);
  return { replicas, surge: 1, unavailable: 0, target, goals, revisions: [], now: 0, ...change };
};

const state = (hash: string, role: Role, size: number, ready = size, pods = size): RevisionState => ({
  hash,
  role,
  size,
  pods,
  ready,
  available: ready,
});

const inShort = (intents: readonly Intent[]) =>
  intents.map((intent) => {
    if (intent.kind === 'create') return `create ${intent.revision} ${intent.size}`;
    return intent.kind === 'scale' ? `${intent.revision} ${intent.from}->${intent.to}` : intent.kind;
  });

describe('the limits of a roll-out', () => {
  for (const [replicas, maxSurge, maxUnavailable, surge, unavailable] of [
    [4, '25%', '25%', 1, 1],
    [2, '25%', '25%', 1, 0],
    [10, '25%', '25%', 3, 2],
    [10, 0, 0, 0, 1],
    [0, 0, 0, 0, 0],
    [3, 5, 9, 5, 3],
    [3, '100%', '100%', 3, 3],
  ] as const) {
    it(`are ${surge} above and ${unavailable} below ${replicas} for ${maxSurge} and ${maxUnavailable}`, () => {
      assert.deepEqual(limits(replicas, maxSurge, maxUnavailable), { surge, unavailable });
    });
  }
});

describe('the pods of a canary', () => {
  for (const [replicas, weight, canary, beside] of [
    [10, 20, 2, 8],
    [10, 25, 3, 7],
    [10, 24, 2, 8],
    [3, 1, 1, 2],
    [3, 99, 2, 1],
    [2, 50, 1, 1],
    [1, 50, 1, 1],
    [0, 50, 0, 0],
    [4, 0, 0, 4],
    [4, 100, 4, 0],
    [1, 100, 1, 0],
  ] as const) {
    it(`are ${canary} beside ${beside} at ${weight} percent of ${replicas}`, () => {
      assert.deepEqual(canaryPods(replicas, weight), { canary, beside });
    });
  }
});

describe('the planner of a roll-out', () => {
  for (const [what, given, moves] of [
    ['creates all pods of a first revision at once', world({}), ['create new 4']],
    ['creates a revision of no pods where none are wanted', world({ replicas: 0 }), ['create new 0']],
    ['surges first where none may be missing', world({ revisions: [state('old', 'serving', 4)] }), ['create new 1']],
    [
      'shrinks first where no surge is allowed',
      world({ surge: 0, unavailable: 1, revisions: [state('old', 'serving', 4)] }),
      ['old 4->3'],
    ],
    [
      'counts pods that are leaving against the surge',
      world({ revisions: [state('old', 'serving', 3, 3, 4), state('new', 'target', 1)] }),
      ['wait'],
    ],
    [
      'waits for a pod that is not available yet',
      world({ revisions: [state('old', 'serving', 4), state('new', 'target', 1, 0)] }),
      ['wait'],
    ],
    [
      'lets no broken serving revision block its fix',
      world({ revisions: [state('old', 'serving', 4, 0), state('new', 'target', 1, 1)] }),
      ['old 4->3'],
    ],
    [
      'shrinks rejected before old before serving, unavailable pods first',
      world({
        unavailable: 2,
        surge: 3,
        revisions: [
          state('serving', 'serving', 2, 1),
          state('old', 'old', 1),
          state('bad', 'rejected', 2, 1),
          state('new', 'target', 2),
        ],
      }),
      ['bad 2->0', 'old 1->0', 'serving 2->0'],
    ],
    ['follows N down', world({ replicas: 2, revisions: [state('new', 'target', 4)] }), ['new 4->2']],
    ['follows N up', world({ replicas: 6, revisions: [state('new', 'target', 4)] }), ['new 4->6']],
    [
      'never grows a rejected revision',
      world({ replicas: 9, target: 'old', revisions: [state('bad', 'rejected', 0), state('old', 'target', 9)] }),
      [],
    ],
    ['has nothing to do when the target stands alone', world({ revisions: [state('new', 'target', 4)] }), []],
  ] as const satisfies readonly (readonly [string, World, readonly string[]])[]) {
    it(what, () => {
      assert.deepEqual(inShort(planMoves(given)), [...moves]);
    });
  }

  const half = {
    goals: new Map([
      ['old', 2],
      ['new', 2],
    ]),
  };
  for (const [what, given, moves] of [
    [
      'takes no more from what serves than the canary gets, and surges for it',
      world({ ...half, revisions: [state('old', 'serving', 4)] }),
      ['create new 1'],
    ],
    [
      'lets what serves go down to its share once the canary is available',
      world({ ...half, revisions: [state('old', 'serving', 3), state('new', 'target', 2)] }),
      ['old 3->2'],
    ],
    ['rests at the shares', world({ ...half, revisions: [state('old', 'serving', 2), state('new', 'target', 2)] }), []],
    [
      'takes weight back: what serves grows before the canary shrinks',
      world({ ...half, revisions: [state('old', 'serving', 1), state('new', 'target', 3)] }),
      ['old 1->2'],
    ],
    [
      'shrinks the canary to its share once what serves is available',
      world({ ...half, revisions: [state('old', 'serving', 2), state('new', 'target', 3)] }),
      ['new 3->2'],
    ],
    [
      'takes what is broken from a revision that keeps others, whatever else is missing',
      world({ ...half, revisions: [state('old', 'serving', 4, 1), state('new', 'target', 0)] }),
      ['old 4->2', 'new 0->1'],
    ],
    [
      'waits for no pod of what serves: a broken one must not block its fix',
      world({ ...half, revisions: [state('old', 'serving', 2, 0), state('new', 'target', 2)] }),
      [],
    ],
    [
      'keeps what serves though none of it is available, where nobody stands in for it: it may come back',
      world({ revisions: [state('old', 'serving', 4, 0), state('new', 'target', 1, 0)] }),
      ['wait'],
    ],
    [
      'takes broken pods of what serves where others, which stand in for it, leave the canary no room',
      world({ ...half, revisions: [state('older', 'old', 4), state('old', 'serving', 2, 0)] }),
      ['old 2->0'],
    ],
    [
      'gives the room to the canary, not to what serves and is broken',
      world({ ...half, revisions: [state('older', 'old', 4), state('old', 'serving', 0)] }),
      ['create new 1'],
    ],
    [
      'waits for nobody who stands in for what serves and is broken, nor for more of that',
      world({
        ...half,
        revisions: [state('older', 'old', 2), state('old', 'serving', 1, 0), state('new', 'target', 2)],
      }),
      [],
    ],
    [
      'makes what serves anew where it is gone',
      world({ ...half, revisions: [state('new', 'target', 2)] }),
      ['create old 2'],
    ],
  ] as const satisfies readonly (readonly [string, World, readonly string[]])[]) {
    it(what, () => {
      assert.deepEqual(inShort(planMoves(given)), [...moves]);
    });
  }

  const compared = {
    baseline: 'fresh',
    goals: new Map([
      ['old', 2],
      ['new', 2],
      ['fresh', 2],
    ]),
  };
  const fresh = (size: number, ready = size, pods = size) => state('fresh', 'baseline', size, ready, pods);
  const shared = [state('old', 'serving', 2), state('new', 'target', 2)];
  for (const [what, given, moves] of [
    [
      'makes no more fresh pods of what serves than the canary has',
      world({ ...compared, revisions: [state('old', 'serving', 4)] }),
      ['create new 1', 'create fresh 1'],
    ],
    [
      'grows them with the canary, in a room of their own',
      world({ ...compared, revisions: [state('old', 'serving', 3), state('new', 'target', 1), fresh(1)] }),
      ['new 1->2', 'fresh 1->2'],
    ],
    ['waits for all of them', world({ ...compared, revisions: [...shared, fresh(2, 1)] }), ['wait']],
    ['rests once they stand', world({ ...compared, revisions: [...shared, fresh(2)] }), []],
    [
      'waits for none of them where what serves is broken itself: it must not block its fix',
      world({
        ...compared,
        revisions: [state('old', 'serving', 2, 0), state('new', 'target', 2), fresh(2, 0)],
      }),
      [],
    ],
    [
      'does not let them stand in for pods of what serves that may not be missing',
      world({ ...compared, revisions: [state('old', 'serving', 3), state('new', 'target', 2, 1), fresh(2)] }),
      ['wait'],
    ],
    [
      'lets those of an earlier delivery go before it makes others',
      world({ ...compared, revisions: [...shared, state('stale', 'baseline', 2)] }),
      ['stale 2->0'],
    ],
    [
      'waits for those of an earlier delivery that are leaving',
      world({ ...compared, revisions: [...shared, state('stale', 'baseline', 0, 0, 2)] }),
      ['wait'],
    ],
    [
      'takes all of them away where they are not wanted, and what is empty at once',
      world({ revisions: [state('new', 'target', 4), fresh(2), state('stale', 'baseline', 0)] }),
      ['fresh 2->0', 'remove'],
    ],
    [
      'keeps them while what serves cannot do without',
      world({ target: 'old', revisions: [state('old', 'target', 4, 1), fresh(2)] }),
      ['wait'],
    ],
  ] as const satisfies readonly (readonly [string, World, readonly string[]])[]) {
    it(what, () => {
      assert.deepEqual(inShort(planMoves(given)), [...moves]);
    });
  }

  it('gives every intent a reason', () => {
    const given = world({ unavailable: 1, revisions: [state('old', 'serving', 4, 2), state('new', 'target', 1)] });
    assert.deepEqual(planMoves(given), [
      {
        kind: 'scale',
        revision: 'old',
        from: 4,
        to: 2,
        why: 'another revision takes over; these pods are not available',
      },
    ]);
  });
});

/** A revision with its pods one by one: true is available. */
interface Living {
  readonly hash: string;
  size: number;
  pods: boolean[];
}

describe('the laws of delivery.md section 2 in 1,000 random worlds', () => {
  it('hold for every intent of steps, aborts, retries, sizes and losses, and every world comes to its goals (B2)', () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.integer(),
          replicas: fc.integer({ min: 0, max: 12 }),
          weight: fc.constantFrom(0, 1, 20, 50, 99, 100),
          maxSurge: fc.constantFrom<number | string>(0, 1, 3, '25%', '100%'),
          maxUnavailable: fc.constantFrom<number | string>(0, 1, 2, '25%', '100%'),
          serving: fc.boolean(),
          compares: fc.boolean(),
          others: fc.array(
            fc.record({ size: fc.integer({ min: 0, max: 12 }), ready: fc.float({ min: 0, max: 1, noNaN: true }) }),
            { maxLength: 4 },
          ),
        }),
        simulate,
      ),
      { numRuns: 1_000 },
    );
  }).timeout(60_000);
});

function simulate(given: {
  readonly seed: number;
  readonly replicas: number;
  readonly weight: number;
  readonly maxSurge: number | string;
  readonly maxUnavailable: number | string;
  readonly serving: boolean;
  readonly compares: boolean;
  readonly others: readonly { readonly size: number; readonly ready: number }[];
}): void {
  const random = seededRandom(given.seed);
  let { replicas, weight } = given;
  let aborted = false;
  const living: Living[] = given.others.map(({ size, ready }, index) => ({
    hash: `revision-${index}`,
    size,
    pods: Array.from({ length: size }, () => random() < ready),
  }));
  // What serves may have been deleted by somebody: its plan is known, so it is made anew.
  const serving = given.serving ? 'revision-0' : undefined;
  const roleOf = (hash: string, target: string): Role => {
    if (hash === target) return 'target';
    if (hash === serving) return 'serving';
    if (hash === 'fresh' || hash.endsWith('3')) return 'baseline';
    return hash === 'target' ? 'rejected' : hash.endsWith('2') ? 'rejected' : 'old';
  };
  const look = (): World => {
    const target = aborted ? (serving ?? 'target') : 'target';
    const bounds = limits(replicas, given.maxSurge, given.maxUnavailable);
    // Where no pod may be above N, the only pod cannot have another beside it.
    const asked = replicas === 1 && bounds.surge === 0 ? 100 : weight;
    const { canary, beside } = canaryPods(replicas, target === 'target' && serving !== undefined ? asked : 100);
    const compared = given.compares && target === 'target' && serving !== undefined && beside > 0 && canary > 0;
    return {
      replicas,
      ...bounds,
      target,
      ...(compared ? { baseline: 'fresh' } : {}),
      goals: new Map([
        ...(beside > 0 && serving !== undefined ? [[serving, beside] as const] : []),
        [target, canary],
        ...(compared ? [['fresh', canary] as const] : []),
      ]),
      revisions: living.map(({ hash, size, pods }) => {
        const ready = pods.filter(Boolean).length;
        return { hash, role: roleOf(hash, target), size, pods: pods.length, ready, available: ready };
      }),
      now: 0,
    };
  };
  const heals = random() < 0.5;
  const disturbed = 40;
  for (let round = 0; round < 300; round += 1) {
    const calm = round >= disturbed;
    if (!calm && random() < 0.1) replicas = Math.floor(random() * 12);
    if (!calm && random() < 0.1) weight = Math.floor(random() * 101);
    if (!calm && random() < 0.05) aborted = !aborted;
    // What serves may be broken for good: its fix must go through all the same.
    if (calm && !heals) weight = 100;
    const intents = planMoves(look());
    if (calm && intents.length === 0) break;
    for (const intent of intents) applied(intent, living, look);
    const { target } = look();
    for (const revision of living) live(revision, random, calm, heals || revision.hash === target);
  }
  const { goals } = look();
  assert.deepEqual(planMoves(look()), [], 'the world did not come to an end');
  for (const { hash, size, pods } of living) {
    const goal = goals.get(hash) ?? 0;
    if (roleOf(hash, look().target) === 'baseline') assert.isAbove(goal, 0, `${hash} was left behind`);
    // What is broken for good may be left over while nothing replaces it yet.
    const ends = (goals.get(look().target) ?? 0) >= replicas;
    if (ends || pods.some(Boolean)) assert.equal(size, goal, `pods of ${hash}`);
    else assert.isAtLeast(size, goal);
    // What serves may be broken beyond repair: nobody waits for its pods.
    assert.isAtMost(pods.length, size);
  }
}

function applied(intent: Intent, living: Living[], look: () => World): void {
  if (intent.kind === 'remove') {
    const [gone] = living.splice(
      living.findIndex(({ hash }) => hash === intent.revision),
      1,
    );
    assert.deepEqual(gone, { hash: intent.revision, size: 0, pods: [] });
  }
  if (intent.kind !== 'create' && intent.kind !== 'scale') return;
  const before = look();
  const goal = before.goals.get(intent.revision) ?? 0;
  if (intent.kind === 'create') {
    assert.isAtMost(intent.size, goal, `law 5: ${JSON.stringify(intent)}`);
    living.push({ hash: intent.revision, size: intent.size, pods: [] });
  } else {
    const revision = living.find(({ hash }) => hash === intent.revision);
    assert.isDefined(revision);
    if (revision === undefined) return;
    assert.equal(revision.size, intent.from);
    if (intent.to > intent.from) assert.isAtMost(intent.to, goal, `law 5: ${JSON.stringify(intent)}`);
    revision.size = intent.to;
    // As the ReplicaSet controller: pods that are not available go first.
    revision.pods = revision.pods.sort((left, right) => Number(right) - Number(left)).slice(0, intent.to);
  }
  const after = look();
  const floor = Math.min(before.replicas - before.unavailable, available(before.revisions));
  assert.isAtLeast(available(after.revisions), floor, `law 1: ${JSON.stringify(intent)}`);
  // What is leaving may stand in meanwhile for what serves, as any old revision may.
  const isWanted = before.revisions.every(
    ({ role, hash, size }) => role !== 'baseline' || size <= (before.goals.get(hash) ?? 0),
  );
  const alone = Math.min(before.replicas - before.unavailable, available(bounded(before.revisions)));
  if (isWanted) {
    assert.isAtLeast(available(bounded(after.revisions)), alone, `law 1 without a baseline: ${JSON.stringify(intent)}`);
  }
  const most = Math.max(before.replicas + before.surge, total(bounded(before.revisions)));
  assert.isAtMost(total(bounded(after.revisions)), most, `law 2: ${JSON.stringify(intent)}`);
  const fresh = Math.max(before.goals.get(before.baseline ?? '') ?? 0, freshOf(before));
  assert.isAtMost(freshOf(after), fresh, `law 2 of a fresh baseline: ${JSON.stringify(intent)}`);
}

const freshOf = ({ revisions }: World): number => total(revisions.filter(({ role }) => role === 'baseline'));

/** The ReplicaSet controller and the nodes: pods come, become available, and in a disturbed world are lost. */
function live(revision: Living, random: () => number, calm: boolean, heals: boolean): void {
  while (revision.pods.length < revision.size && random() < 0.9) revision.pods.push(false);
  revision.pods = revision.pods.map((ready) => {
    if (ready) return calm || random() > 0.1;
    return (heals || !calm) && random() < 0.5;
  });
}
