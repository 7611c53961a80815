/** The fault matrix: every fault, by every strategy, on top of a version that serves well and then of one that does not. */
import type { Deployment } from '../../../operator/api/generated/deployment.ts';
import {
  DELIVERY_FAULTS,
  type DeliveryFault,
  type Ending,
  type FaultPlace,
  PROMOTED,
  STRATEGIES,
  type StrategyType,
  stalled,
} from './delivery-faults.ts';
import type { PodFailure } from './manifests.ts';
import { TENANT_FAULTS } from './tenant-faults.ts';
import { WAY_BACK_DENIED } from './way-back-denied.ts';

/** How what serves breaks: its pods run and are not ready, or keep crashing. */
export const BREAKDOWNS = ['node-lost', 'crash-later'] as const satisfies readonly PodFailure[];
type Breakdown = (typeof BREAKDOWNS)[number];

export interface Cell {
  readonly fault: DeliveryFault;
  readonly strategy: StrategyType;
  readonly serving: 'good' | Breakdown;
}

/** A cell while it is delivered. */
export interface Run extends Cell {
  readonly place: FaultPlace;
  /** What is delivered, another one in each cell. */
  readonly version: string;
  appliedAt: number;
  end?: End;
  /** Told as over on the way there. */
  other?: End;
}

interface End {
  readonly deployment: Deployment;
  readonly at: number;
}

/** Beside a broken version this is its fix. */
const NONE: DeliveryFault = { name: 'no fault', ending: PROMOTED };
const FAULTS = [NONE, ...DELIVERY_FAULTS, ...TENANT_FAULTS, WAY_BACK_DENIED];

/** What becomes of foreign tools and people has nothing to do with pods. A server that hangs is not asked for a while. */
const ONCE: ReadonlySet<string> = new Set(
  [...TENANT_FAULTS, WAY_BACK_DENIED, { name: 'tool hangs' }].map(({ name }) => name),
);

const cells = (servingOf: (row: number) => Cell['serving']): readonly Cell[] =>
  FAULTS.flatMap((fault, row) => STRATEGIES.map((strategy) => ({ fault, strategy, serving: servingOf(row) })));

export const BESIDE_GOOD = cells(() => 'good');
export const BESIDE_BROKEN = cells((row) => BREAKDOWNS[row % 2] ?? 'node-lost').filter(
  ({ fault }) => !ONCE.has(fault.name),
);

/** Both halves meet in the same namespaces. */
export function run(cell: Cell, rig: Omit<FaultPlace, 'name'>): Run {
  const namespace = `fault-${FAULTS.indexOf(cell.fault)}-${cell.strategy.toLowerCase()}`;
  const version = cell.serving === 'good' ? 'two' : 'three';
  return { ...cell, version, place: { ...rig, name: { namespace, name: 'shop' } }, appliedAt: 0 };
}

export const namespaceOf = ({ place }: Run): string => place.name.namespace;

/** `image pull beside a crash-later version: Canary`. */
export const titleOf = ({ fault, serving, strategy }: Cell): string =>
  `${fault.name} beside a ${serving} version: ${strategy}`;

/**
 * Beside a broken version a failure goes back all the same, and then says that what it went back to will not stand either;
 * the way back has a deadline of its own.
 */
export function expectedOf({ fault: { ending }, strategy, serving }: Cell): Ending {
  const usual = 'ready' in ending ? ending : ending[strategy];
  if (serving === 'good' || usual.ready !== 'RolledBack') return usual;
  return stalled('RollbackIncomplete', new RegExp(`was rejected \\(${usual.cause}\\).*${usual.words.source}`));
}

export function told({ status }: Deployment): Pick<Ending, 'ready' | 'cause'> & { readonly message: string } {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const rejected = ready?.reason === 'RolledBack' ? status?.revisions?.rejected?.at(-1) : undefined;
  const reason = ready?.reason ?? '';
  return { ready: reason, cause: rejected?.reason ?? reason, message: status?.message ?? '' };
}

/** The longest of its deadlines, in seconds from where it counts - the newest start - to what ended it. */
export function late(one: Run): number {
  const { appliedAt, end } = one;
  const { status } = end?.deployment ?? {};
  const rollOut = status?.steps?.find(({ name }) => name === 'roll-out');
  const begun = Math.max(
    appliedAt,
    ...[status?.plan?.startedAt, rollOut?.startedAt, status?.step?.startedAt].map(timeOf),
  );
  const over = end?.at ?? 0;
  if (expectedOf(one).ready !== 'RollbackIncomplete') return seconds(over - begun);
  const rejected = timeOf(status?.revisions?.rejected?.at(-1)?.at);
  const wayBack = Math.max(rejected, timeOf(status?.plan?.progressedAt));
  return seconds(Math.max(rejected - begun, over - wayBack));
}

const timeOf = (time: string | undefined): number => Date.parse(time ?? '') || 0;
const seconds = (milliseconds: number): number => Math.round(milliseconds / 1_000);

export function toldEnds(runs: readonly Run[]): string {
  const ends = runs.filter(({ end }) => end !== undefined);
  const latest = Math.max(...ends.map(late));
  return `${ends.length} of ${runs.length} deliveries ended by themselves, the slowest ${latest} s after its last step began`;
}

export function toldRun(one: Run, now: Deployment | undefined): string {
  const { ready, cause, message } = told(one.end?.deployment ?? now ?? ({} as Deployment));
  const time = one.end === undefined ? 'never' : `${late(one)} s`;
  return `${titleOf(one).padEnd(70)} ${time.padStart(6)} ${ready.padEnd(18)} ${cause.padEnd(24)} ${message}`;
}
