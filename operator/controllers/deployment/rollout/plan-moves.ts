import { available, type Intent, type RevisionState, sum, total, type World } from './world.ts';

/**
 * The moves that this look at the world allows, in order: each keeps the laws of delivery.md section 2 by itself. No move
 * and no wait: the target stands alone with N pods, all available.
 */
export function planMoves(world: World): readonly Intent[] {
  const shrinks = shrink(world);
  const grown = grow(world);
  const moves = [...shrinks, ...(grown === undefined ? [] : [grown])];
  if (moves.length > 0) return moves;
  const why = waitingFor(world);
  return why === undefined ? [] : [{ kind: 'wait', why }];
}

/** Grow by min(target - size, N + S - total): what is leaving still counts until its pods are gone. */
function grow({ revisions, target, replicas, surge }: World): Intent | undefined {
  const state = revisions.find(({ hash }) => hash === target);
  const size = state?.size ?? 0;
  const room = Math.max(0, replicas + surge - total(revisions));
  const by = Math.min(replicas - size, room);
  const why = `${replicas} wanted, ${replicas + surge} may exist`;
  if (state === undefined) {
    return by > 0 || replicas === 0 ? { kind: 'create', revision: target, size: Math.max(0, by), why } : undefined;
  }
  return by > 0 ? { kind: 'scale', revision: target, from: size, to: size + by, why } : undefined;
}

/**
 * Shrink the others while enough stays that serves or can: pods without availability first in every revision, then
 * available ones down to N - U; rejected before old before serving. The target itself shrinks to N where N fell.
 */
function shrink({ revisions, target, replicas, unavailable }: World): readonly Intent[] {
  const floor = replicas - unavailable;
  const others = shrinkOrder(revisions.filter(({ hash }) => hash !== target));
  const state = revisions.find(({ hash }) => hash === target);
  const kept = state === undefined ? 0 : available([{ ...state, size: Math.min(state.size, replicas) }]);
  let spare = Math.max(0, sum(others, ({ size }) => size) + kept - floor);
  const sizes = new Map(others.map(({ hash, size }) => [hash, size]));
  for (const keep of [(other: RevisionState) => Math.min(other.size, other.available), () => 0]) {
    for (const other of others) {
      const size = sizes.get(other.hash) ?? 0;
      const cut = Math.min(spare, Math.max(0, size - keep(other)));
      sizes.set(other.hash, size - cut);
      spare -= cut;
    }
  }
  const shrunk = others.flatMap((other): Intent[] => {
    const to = sizes.get(other.hash) ?? other.size;
    return to === other.size ? [] : [scaled(other, to, reasonToShrink(other, to, floor))];
  });
  const excess = state !== undefined && state.size > replicas;
  return excess ? [...shrunk, scaled(state, replicas, `${replicas} wanted`)] : shrunk;
}

const scaled = ({ hash, size }: RevisionState, to: number, why: string): Intent => ({
  kind: 'scale',
  revision: hash,
  from: size,
  to,
  why,
});

function reasonToShrink({ role, size, available: ready }: RevisionState, to: number, floor: number): string {
  const whose = role === 'rejected' ? 'the revision was rejected' : 'another revision takes over';
  return to >= Math.min(size, ready) ? `${whose}; these pods are not available` : `${whose}; ${floor} available stay`;
}

function shrinkOrder(revisions: readonly RevisionState[]): readonly RevisionState[] {
  const rank = { rejected: 0, old: 1, serving: 2, target: 3 } as const;
  return [...revisions].sort((left, right) => rank[left.role] - rank[right.role] || (left.hash < right.hash ? -1 : 1));
}

function waitingFor({ revisions, target, replicas }: World): string | undefined {
  const state = revisions.find(({ hash }) => hash === target);
  const ready = state === undefined ? 0 : Math.min(state.size, state.available);
  if (ready < replicas) return `${ready} of ${replicas} pods available`;
  const leaving = revisions.find(({ hash, pods, size }) => hash !== target && Math.max(size, pods) > 0);
  return leaving === undefined ? undefined : `pods of revision ${leaving.hash} are leaving`;
}
