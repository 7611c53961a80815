/**
 * Judges every write of a simulated delivery by the laws of delivery.md section 2, from the objects of the world alone: it
 * shares nothing with the planner but the limits.
 */
import { assert } from 'chai';
import { annotations, labels } from '../../../operator/api/names.ts';
import type {
  EndpointSlice,
  HttpRoute,
  Pod,
  ReplicaSet,
} from '../../../operator/controllers/deployment/cluster-objects.ts';
import { limits } from '../../../operator/controllers/deployment/rollout/limits.ts';
import type { Action } from '../../../operator/core/action.ts';
import type { Simulation } from './simulation.ts';

/** A fresh baseline is told from the revision that it runs, as what it is. */
const BASELINE = ' to compare with';
const keyOf = ({ metadata }: Pick<ReplicaSet, 'metadata'>): string => {
  const { [labels.revision]: revision = '', [labels.baseline]: delivery } = metadata.labels ?? {};
  return delivery === undefined ? revision : `${revision} of ${delivery}${BASELINE}`;
};

type Sizes = ReadonlyMap<string, { readonly size: number; readonly pods: number; readonly available: number }>;

export class TrafficJudge {
  readonly #life: Simulation;
  /** Percent for the canary Service that a Gateway may still go by: those it accepted last, and those it was given since. */
  #possible = new Set<number>();

  constructor(life: Simulation) {
    this.#life = life;
    life.guard = (action) => this.#judge(action);
  }

  #judge(action: Action): void {
    this.#look();
    if (action.type === 'patch-object' && action.target.resource === 'ReplicaSet') {
      const { spec } = action.patch as { spec?: { replicas?: number } }; // border: patches of this room
      const set = this.#sets().find(({ metadata }) => metadata.name === action.target.name);
      if (spec?.replicas !== undefined && set !== undefined) this.#scaled(keyOf(set), spec.replicas);
    }
    if (action.type === 'create-object' && action.object.kind === 'ReplicaSet') {
      const set = action.object as ReplicaSet; // border: by its kind
      this.#scaled(keyOf(set), set.spec.replicas ?? 0);
    }
    if (action.type === 'patch-object' && action.target.resource === 'HTTPRoute') {
      const { spec } = action.patch as { spec?: HttpRoute['spec'] }; // border: as above
      if (spec?.rules !== undefined) this.#weighed(canaryShare(spec));
    }
    if (action.type === 'patch-object' && action.target.resource === 'Service') {
      const { spec } = action.patch as { spec?: { selector?: Record<string, string | null> } }; // border: as above
      const hash = spec?.selector?.[labels.revision];
      if (typeof hash === 'string') this.#pointed(action.target.name, hash);
    }
    if (action.type === 'record' && action.record['kind'] === 'promotion') {
      const { size = 0, available = 0 } = this.#sizes().get(String(action.record['revision'])) ?? {};
      this.#must(size >= this.#wanted && available >= this.#wanted, 'law 5: promoted without all of its pods');
    }
  }

  #scaled(hash: string, to: number): void {
    const { surge, unavailable } = limits(this.#wanted, '25%', '25%');
    const before = this.#sizes();
    const { size: from = 0, pods = 0, available = 0 } = before.get(hash) ?? {};
    const after = new Map(before).set(hash, { size: to, pods, available });
    const what = `${hash} ${from} -> ${to} of ${this.#wanted}`;
    if (to < from) {
      const floor = Math.min(this.#wanted - unavailable, ready(before));
      this.#must(ready(after) >= floor, `law 1: ${what} leaves ${ready(after)} of ${floor} available`);
      const needed = Math.min(from, this.#needed(hash, unavailable));
      this.#must(to >= needed, `law 4: ${what}, but its traffic needs ${needed}`);
    }
    if (to > from && hash.endsWith(BASELINE)) {
      const canary = before.get(this.#life.status.plan?.revision ?? '')?.size ?? 0;
      const fresh = total(only(after, true));
      this.#must(fresh <= Math.max(canary, total(only(before, true))), `law 2: ${what} beside ${canary} of the canary`);
    } else if (to > from) {
      const [had, has] = [total(only(before, false)), total(only(after, false))];
      const most = Math.max(had, this.#wanted + surge + this.#extra(hash, only(before, false)));
      this.#must(has <= most, `law 2: ${what} makes ${has} of ${most}`);
      this.#must(to <= this.#wanted, `law 5: ${what} is more than is wanted`);
      this.#must(!this.#isRejected(hash), `law 5: ${what} was rejected`);
    }
  }

  /** Beyond N + S: the pods of a canary, and what stands by or is on its way out, unless both revisions share N. */
  #extra(hash: string, before: Sizes): number {
    const { serving } = this.#life.status.revisions ?? {};
    const traffic = this.#traffic;
    if (traffic === undefined) return 0;
    if (this.#isShared) return 1;
    const others = [...before].filter(([other]) => other !== serving && other !== hash);
    return this.#wanted + others.reduce((sum, [, { size, pods }]) => sum + Math.max(size, pods), 0);
  }

  #weighed(share: number): void {
    const { stableService, canaryService } = this.#traffic ?? {};
    const given = this.#route === undefined ? 0 : canaryShare(this.#route.spec);
    const [stable, canary] = [this.#behind(stableService ?? ''), this.#behind(canaryService ?? '')];
    if (share > given) {
      // What N is shared by both moves as far as ready pods bear it; beside N all of the canary's pods stand first.
      const wanted = this.#isShared ? 1 : Math.ceil((share * this.#wanted) / 100);
      const pods = [...canary].map((hash) => this.#sizes().get(hash)?.available ?? 0);
      const ready = pods.reduce((sum, count) => sum + count, 0);
      this.#must(ready >= wanted, `law 3: weight ${given} -> ${share} for ${ready} ready pods`);
    }
    if (share < given) this.#must(stable.size > 0, `law 3: weight ${given} -> ${share}, but nobody serves`);
    this.#possible.add(share);
  }

  /** A Service goes over to a revision that can take its traffic, unless nobody can; the canary's only without weight. */
  #pointed(service: string, hash: string): void {
    const { stableService, canaryService, traffic } = this.#traffic ?? {};
    if (service !== stableService && service !== canaryService) return;
    const able = [...this.#sizes()].filter(([, { size, available }]) => Math.min(size, available) > 0);
    const can = able.length === 0 || able.some(([other]) => other === hash || other.startsWith(`${hash} of `));
    this.#must(can, `law 3: Service ${service} is to lead to ${hash}, which cannot take it`);
    const reached = traffic !== undefined && service === canaryService && Math.max(0, ...this.#possible) > 0;
    const [behind] = this.#behind(service);
    const broken = !this.#isShared && this.#behind(stableService ?? '').size === 0;
    this.#must(
      !reached || behind === undefined || behind === hash || broken,
      `law 4: Service ${service} jumps under traffic`,
    );
  }

  #needed(hash: string, unavailable: number): number {
    const { stableService, canaryService, traffic } = this.#traffic ?? {};
    if (stableService === undefined || canaryService === undefined || this.#wanted === 0) return 0;
    const [stable, canary] = [this.#behind(stableService), this.#behind(canaryService)];
    const routed = traffic !== undefined && this.#route !== undefined;
    const possible = routed ? [...this.#possible] : [0];
    const weights = possible.map((share) => (stable.has(hash) ? 100 - share : 0) + (canary.has(hash) ? share : 0));
    const weight = Math.max(0, ...weights);
    const whole = this.#isShared ? this.#wanted - unavailable : this.#wanted;
    return weight === 0 ? 0 : Math.max(1, Math.ceil((Math.min(100, weight) * whole) / 100));
  }

  /** What a Gateway may go by now. */
  #look(): void {
    const route = this.#route;
    if (route === undefined) {
      this.#possible = new Set([0]);
      return;
    }
    const share = canaryShare(route.spec);
    const conditions = (route.status?.parents ?? []).flatMap((one) => one.conditions ?? []);
    const seen = conditions.filter(
      ({ status, observedGeneration }) => status === 'True' && observedGeneration === route.metadata.generation,
    );
    if (seen.length === 2) this.#possible = new Set([share]);
    else this.#possible.add(share);
  }

  get #wanted(): number {
    const { replicas = 1 } = this.#life.deployment.spec;
    const least = this.#life.all('HorizontalPodAutoscaler').map((one) => Object(one).spec.minReplicas as number);
    return replicas === 0 ? 0 : Math.max(replicas, ...least);
  }

  /** What the plan in force says of traffic; the rules of these tests change with the template only. */
  get #traffic() {
    const { canary } = this.#life.deployment.spec.strategy ?? {};
    return canary?.stableService === undefined ? undefined : canary;
  }

  get #isShared(): boolean {
    const traffic = this.#traffic;
    if (traffic === undefined || traffic.traffic === undefined) return traffic === undefined;
    return traffic.capacity === undefined
      ? this.#life.all('HorizontalPodAutoscaler').length > 0
      : traffic.capacity === 'Shared';
  }

  get #route(): HttpRoute | undefined {
    return this.#life.all('HTTPRoute')[0] as HttpRoute | undefined;
  }

  #sets(): readonly ReplicaSet[] {
    return this.#life.all('ReplicaSet') as readonly ReplicaSet[];
  }

  #sizes(): Sizes {
    return new Map(
      this.#sets().map(({ metadata, spec, status }) => [
        keyOf({ metadata }),
        { size: spec.replicas ?? 0, pods: status?.replicas ?? 0, available: status?.availableReplicas ?? 0 },
      ]),
    );
  }

  #isRejected(hash: string): boolean {
    const { rejected = [], serving } = this.#life.status.revisions ?? {};
    const plan = this.#life.status.plan?.hash;
    // A token that status does not know yet asks for another attempt.
    const token = this.#life.deployment.metadata.annotations?.[annotations.retry];
    if (token !== this.#life.status.handled?.retry) return false;
    return hash !== serving && rejected.some((one) => one.hash === hash && one.plan === plan);
  }

  /** Revisions with ready endpoints behind a Service. */
  #behind(service: string): ReadonlySet<string> {
    const pods = this.#life.all('Pod') as readonly Pod[];
    const slices = this.#life.all('EndpointSlice') as readonly EndpointSlice[];
    const names = slices
      .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service)
      .flatMap(({ endpoints }) => endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .map(({ targetRef }) => targetRef?.name);
    const found = pods.filter(({ metadata }) => names.includes(metadata.name));
    return new Set(found.map(({ metadata }) => metadata.labels?.[labels.revision] ?? ''));
  }

  #must(holds: boolean, law: string): void {
    assert.isTrue(holds, `${law}\n${this.#life.trace.slice(-25).join('\n')}`);
  }
}

const only = (sizes: Sizes, fresh: boolean): Sizes =>
  new Map([...sizes].filter(([key]) => key.endsWith(BASELINE) === fresh));

const ready = (sizes: Sizes): number =>
  [...sizes.values()].reduce((sum, { size, available }) => sum + Math.min(size, available), 0);

const total = (sizes: Sizes): number =>
  [...sizes.values()].reduce((sum, { size, pods }) => sum + Math.max(size, pods), 0);

function canaryShare({ rules = [] }: HttpRoute['spec']): number {
  const [stable, canary] = rules[0]?.backendRefs ?? [];
  const [rest, share] = [stable?.weight ?? 1, canary?.weight ?? 1];
  return rest + share === 0 ? 0 : (100 * share) / (rest + share);
}
