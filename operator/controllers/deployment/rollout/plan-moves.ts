import { growFresh, lateFresh, removeFresh } from './plan-fresh.ts';
import { planTraffic, waitingForTraffic } from './plan-traffic.ts';
import { available, bounded, type Intent, type RevisionState, sum, total, type World } from './world.ts';

/**
 * The moves that this look at the world allows, in order: each keeps the laws of delivery.md section 2 by itself. No move
 * and no wait: every revision has its share, and the target's pods are all available.
 */
export function planMoves(world: World): readonly Intent[] {
  const traffic = planTraffic(world);
  if (traffic.length > 0) return traffic;
  const moves = [...shrink(world), ...grow(world), ...removeFresh(world)];
  if (moves.length > 0) return moves;
  const why = waitingFor(world);
  if (why !== undefined) return [{ kind: 'wait', why }];
  const late = waitingForTraffic(world);
  return late === undefined ? [] : [{ kind: 'wait', why: late, reason: 'ShiftingTraffic' }];
}

/**
 * Grow towards the goals while N + S allows: what is leaving still counts until its pods are gone. What serves comes first,
 * unless others stand in for it.
 */
function grow(world: World): readonly Intent[] {
  const { revisions, goals, target, replicas, surge } = world;
  let room = Math.max(0, replicas + surge - total(bounded(revisions)));
  const why = `${replicas} wanted, ${replicas + surge} may exist`;
  const broken = stoodInFor(world)?.hash;
  const rank = (hash: string) => (hash === broken ? 2 : Number(hash === target));
  const grown = [...goals]
    .filter(([hash]) => hash !== world.baseline)
    .sort(([left], [right]) => rank(left) - rank(right))
    .flatMap(([hash, goal]): Intent[] => {
      const state = revisions.find((revision) => revision.hash === hash);
      const size = state?.size ?? 0;
      const by = Math.max(0, Math.min(goal - size, room));
      room -= by;
      // Where no pods are wanted at all, the revision still has to exist.
      if (state === undefined)
        return by > 0 || replicas === 0 ? [{ kind: 'create', revision: hash, size: by, why }] : [];
      return by > 0 ? [{ kind: 'scale', revision: hash, from: size, to: size + by, why }] : [];
    });
  return [...grown, ...growFresh(world, grown)];
}

/** A revision while its new size is being found. */
interface Shrinking {
  readonly state: RevisionState;
  readonly goal: number;
  /** Available pods that it keeps. */
  readonly serving: number;
  size: number;
}

/**
 * Shrink what is above its goal while enough stays that serves or can. Pods that are not available go first: freely where
 * the revision keeps others, else as far as N - U allows, then available ones down to N - U; rejected before old before serving.
 */
function shrink(world: World): readonly Intent[] {
  const floor = world.replicas - world.unavailable;
  const revisions = shrinkOrder(world.revisions).map((state): Shrinking => {
    const goal = world.goals.get(state.hash) ?? 0;
    const serving = Math.min(state.size, state.available);
    const size = goal > 0 ? Math.min(state.size, Math.max(goal, serving)) : state.size;
    return { state, goal, serving, size };
  });
  // The floor does not rely on pods that are there to be compared with.
  const kept = sum(revisions, ({ state, goal, serving }) => (state.role === 'baseline' ? 0 : Math.min(goal, serving)));
  let spare = Math.max(0, sum(revisions, ({ goal, size }) => Math.max(0, size - goal)) + kept - floor);
  for (const availableToo of [false, true]) {
    for (const revision of revisions) {
      const least = availableToo ? revision.goal : Math.max(revision.goal, revision.serving);
      const cut = Math.min(spare, Math.max(0, revision.size - least));
      revision.size -= cut;
      spare -= cut;
    }
  }
  makeRoom(world, revisions);
  return revisions.flatMap(({ state, goal, size }): Intent[] =>
    size === state.size ? [] : [scaled(state, size, goal > 0 ? `${goal} wanted` : reasonToShrink(state, size, floor))],
  );
}

/**
 * What serves by its record, while none of its pods does and others, which should be gone, stand in for it: a broken one must not
 * block its fix.
 */
function stoodInFor({ revisions, goals }: World): RevisionState | undefined {
  const others = available(revisions.filter(({ hash }) => !goals.has(hash)));
  return others === 0 ? undefined : revisions.find((one) => one.role === 'serving' && one.available === 0);
}

/** Where the target needs a pod and nothing else makes room for it, what others stand in for gives its way. */
function makeRoom(world: World, revisions: readonly Shrinking[]): void {
  const { goals, target, replicas, surge, revisions: all } = world;
  const has = all.find(({ hash }) => hash === target)?.size ?? 0;
  const moved = revisions.some(({ state, size }) => size < state.size);
  const over = total(bounded(all)) - (replicas + surge);
  if (moved || has >= (goals.get(target) ?? 0) || over < 0) return;
  const state = stoodInFor(world);
  const broken = revisions.find((revision) => revision.state === state);
  if (broken !== undefined) broken.size = Math.max(0, broken.size - (over + 1));
}

const scaled = ({ hash, size }: RevisionState, to: number, why: string): Intent => ({
  kind: 'scale',
  revision: hash,
  from: size,
  to,
  why,
});

function reasonToShrink({ role, size, available: ready }: RevisionState, to: number, floor: number): string {
  if (role === 'baseline') return 'nothing is compared with it any more';
  const whose = role === 'rejected' ? 'the revision was rejected' : 'another revision takes over';
  return to >= Math.min(size, ready) ? `${whose}; these pods are not available` : `${whose}; ${floor} available stay`;
}

function shrinkOrder(revisions: readonly RevisionState[]): readonly RevisionState[] {
  const rank = { rejected: 0, baseline: 1, old: 2, serving: 3, target: 4 } as const;
  return [...revisions].sort((left, right) => rank[left.role] - rank[right.role] || (left.hash < right.hash ? -1 : 1));
}

/**
 * Pods of the target have to be available; those of others only have to be as many: a broken one must not block its fix. On
 * the way, what is left over of older ones only counts where it carries traffic; at the end the target stands alone.
 */
function waitingFor(world: World): string | undefined {
  const { revisions, goals, target, replicas, unavailable } = world;
  const goal = goals.get(target) ?? 0;
  const ready = available(revisions.filter(({ hash }) => hash === target));
  if (ready < goal) return `${ready} of ${goal} pods available`;
  const broken = stoodInFor(world);
  const standsIn = broken !== undefined && available(revisions) <= replicas - unavailable;
  const left = ({ hash, pods, size, available: carrying }: RevisionState) => {
    if (hash === target) return size;
    if (goal === replicas || goals.has(hash)) return Math.max(size, pods);
    // What stands in for a broken one cannot leave yet.
    return standsIn ? 0 : Math.min(size, carrying);
  };
  const tooMany = (revision: RevisionState) => left(revision) > (goals.get(revision.hash) ?? 0);
  const leaving = revisions.find(tooMany);
  if (leaving?.role === 'baseline') return 'pods of the fresh baseline are leaving';
  if (leaving !== undefined) return `pods of revision ${leaving.hash} are leaving`;
  const late = lateFresh(world);
  if (late !== undefined) return late;
  const lacking = revisions.find((one) => one.size < (goals.get(one.hash) ?? 0) && one !== broken);
  return lacking === undefined ? undefined : `revision ${lacking.hash} has no room for its pods yet`;
}
