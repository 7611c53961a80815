/**
 * A pure simulation for this room's tests: the engine's turns over a scripted world. Objects are plain data in one map, time
 * is a number, ReplicaSets get their pods as the script says. It is no fake of the API server: nothing is validated here.
 */
import { type CodeError, Conflict } from '../../../operator/api/errors.ts';
import type { Deployment } from '../../../operator/api/generated/deployment.ts';
import type { ExpertConsultation } from '../../../operator/api/generated/expert-consultation.ts';
import type { KubeObject } from '../../../operator/api/objects.ts';
import { identityBinding, workloadBinding } from '../../../operator/controllers/deployment/build/role-binding.ts';
import { serviceAccount } from '../../../operator/controllers/deployment/build/service-account.ts';
import type {
  EndpointSlice,
  HttpRoute,
  Job,
  Pod,
  ReplicaSet,
  Service,
} from '../../../operator/controllers/deployment/cluster-objects.ts';
import { deployment as room } from '../../../operator/controllers/deployment/index.ts';
import type { DeploymentObserved } from '../../../operator/controllers/deployment/observed.ts';
import type {
  Action,
  CallTool,
  CopyConfig,
  Effect,
  NotifySink,
  Outcomes,
  QueryMetric,
} from '../../../operator/core/action.ts';
import { caches } from '../../../operator/core/caches.ts';
import { brokenLaws, timestamp } from '../../../operator/core/conditions.ts';
import { type ConfigObject, configDigest, contentsOf, isLive } from '../../../operator/core/config-content.ts';
import { covers } from '../../../operator/core/covers.ts';
import type { Laws } from '../../../operator/core/laws.ts';
import { mergePatch } from '../../../operator/core/merge-patch.ts';
import { mustBeRemembered } from '../../../operator/core/must-be-remembered.ts';
import { overdue } from '../../../operator/core/overdue.ts';
import { plan } from '../../../operator/core/plan.ts';
import { report } from '../../../operator/core/report.ts';
import type { Judgement, Turn } from '../../../operator/core/trail.ts';
import type { ConfigReader, ConfigSight } from '../../../operator/ports/config.ts';
import type { Reader } from '../../../operator/ports/kube.ts';
import { aDeployment, START } from './builders.ts';

export interface Script {
  /** What becomes of a pod by the image of its first container, and by its ReplicaSet. */
  readonly fate?: (image: string, replicaSet: string) => Fate;
  /** The recommendation of the experts, at once. */
  readonly verdict?: 'approve' | 'reject' | 'needs-work' | 'QuorumMissing' | 'never';
  /** What people say at the gates of a strategy; `verdict` unless set. */
  readonly approval?: Script['verdict'];
  readonly dryRun?: (object: KubeObject) => Outcomes['dry-run-object'];
  readonly metric?: (query: QueryMetric) => Outcomes['query-metric'];
  /** What becomes of a Job a second after it was made, by its arguments; it is Complete unless said. */
  readonly job?: (words: readonly string[]) => 'Complete' | 'Failed' | 'runs';
  readonly tool?: (call: CallTool) => Outcomes['call-tool'];
  /** What becomes of a letter: `sending` is asked again when the next thing happens. */
  readonly notify?: (letter: NotifySink) => Outcomes['notify'];
  readonly settings?: Partial<Laws['settings']>;
  /** What policy says to a step, where it does not allow it. */
  readonly policy?: (step: string, now: number) => Turn['verdict'] | undefined;
  /** What becomes of actions that meet nobody who answers. */
  readonly failure?: (actions: readonly Action[], now: number) => CodeError | undefined;
  /** What policy says to telling anybody. */
  readonly tell?: () => Turn['verdict'];
  readonly tenant?: boolean;
  /** What the gateway's controller makes of routes; it accepts them unless set. */
  readonly routes?: 'accepted' | 'refused' | 'silent' | 'none';
  /** Name of a ConfigMap or Secret that RBAC does not let the tenant read. */
  readonly unreadable?: string;
}

export type Fate = 'ready' | 'image-pull' | 'crash' | 'never-ready' | 'gated';

export const READY_AFTER = 400;
/** As seldom as the engine, or its longest back-off. */
const ASK_AGAIN = 600_000;

export class Simulation {
  now = START;
  epoch = 1;
  /** In sentences: what was done, and what status said of it. */
  readonly trace: string[] = [];
  readonly requests: string[] = [];
  readonly calls: CallTool[] = [];
  readonly letters: NotifySink[] = [];
  readonly objects = new Map<string, KubeObject>();
  script: Script;
  /** Called whenever the world has moved. */
  watch: (() => void) | undefined;
  /** Asked before each effect, with the world as it is. */
  guard: ((action: Action) => void) | undefined;
  /** Effects performed so far; the process dies after this one, before anything of its pass is remembered. */
  effects = 0;
  crashAt: number | undefined;
  /** The object is deleted after this effect; without a finalizer it is gone at once. */
  deleteAt: number | undefined;
  /** Somebody edits the spec once that many effects were performed, in the middle of a pass or between two. */
  supersede: { readonly after: number; readonly by: () => void } | undefined;
  /** The controllers of the cluster act between any two effects. */
  hasty = false;
  /** Pods that ever were, by ReplicaSet. */
  readonly podsMade = new Map<string, number>();
  #serial = 0;
  #held = false;
  /** Somebody else changed or deleted what a delivery made. */
  #meddled = false;

  constructor(script: Script = {}, manifest: Deployment = aDeployment()) {
    this.script = script;
    this.#put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'acme-prod' } });
    this.#put(manifest);
  }

  get deployment(): Deployment {
    return this.#all('Deployment')[0] as Deployment;
  }

  get status(): NonNullable<Deployment['status']> {
    return this.deployment.status ?? {};
  }

  get readyPods(): number {
    return (this.#all('Pod') as readonly Pod[]).filter(isReady).length;
  }

  get isDeleting(): boolean {
    return this.deployment.metadata.deletionTimestamp !== undefined;
  }

  /** The finalizer holds it. */
  get isHeld(): boolean {
    return this.#held;
  }

  get isGone(): boolean {
    return this.isDeleting && !this.#held;
  }

  chapter(title: string): void {
    this.trace.push('', `== ${title}`);
  }

  /** As if the namespace had been served before: its identity stands. */
  identify(): void {
    this.#put(serviceAccount('acme-prod'));
    this.#put(workloadBinding('acme-prod'));
    this.#put(identityBinding('acme-prod'));
    this.now += 10_000;
  }

  autoscale(minReplicas: number): void {
    const scaleTargetRef = { apiVersion: 'code-engine.dev/v1alpha1', kind: 'Deployment', name: 'shop' };
    const spec = { scaleTargetRef, minReplicas, maxReplicas: 9 };
    const metadata = { name: 'shop', namespace: 'acme-prod' };
    this.#put({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata, spec } as KubeObject);
  }

  /** Somebody else makes an object. */
  add(object: KubeObject): void {
    this.#put(object);
  }

  /** Somebody else changes or deletes the objects of a kind; the API server notes who, where the spec moved. */
  meddle(kind: string, change: (object: KubeObject) => KubeObject | undefined, manager = 'kubectl-edit'): void {
    for (const object of this.#all(kind)) {
      const changed = change(object);
      this.#meddled ||= DRIFTING.has(kind) && changed !== object;
      if (changed === undefined) {
        this.#serial += 1;
        this.objects.delete(`${kind}/${object.metadata.name}`);
      } else this.#put(managed(object, changed, manager));
    }
  }

  all(kind: string): readonly KubeObject[] {
    return this.#all(kind);
  }

  sizes(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      this.#all('ReplicaSet').map((one) => [one.metadata.name, (one as ReplicaSet).spec.replicas ?? 0]),
    );
  }

  /** The user's edit: the generation moves with the spec. */
  edit(change: (object: Deployment) => Deployment): void {
    const before = this.deployment;
    const after = change(before);
    const moved = mergePatch(before.spec, after.spec) === undefined ? 0 : 1;
    const generation = (before.metadata.generation ?? 0) + moved;
    this.#put({ ...after, metadata: { ...after.metadata, generation } });
  }

  annotate(name: string, value: string): void {
    this.edit((object) => ({
      ...object,
      metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [name]: value } },
    }));
  }

  /** Passes and world alternate until nothing is left to happen, or until the limit in simulated milliseconds. */
  async run(limit = 3_600_000): Promise<this> {
    const end = this.now + limit;
    for (let round = 0; round < 400; round += 1) {
      const next = await this.step();
      if (next > end || next === Number.POSITIVE_INFINITY) return this;
      this.now = next;
    }
    throw new Error(`not settled after 400 rounds:\n${this.trace.slice(-12).join('\n')}`);
  }

  /** One pass, and what the world makes of it; when the next thing happens. */
  async step(): Promise<number> {
    this.#tick();
    const { again, until } = await this.pass();
    if (again || this.#tick()) return this.now;
    return Math.max(this.now + 1, Math.min(until ?? Number.POSITIVE_INFINITY, this.#nextEvent()));
  }

  observe(): Promise<DeploymentObserved> {
    const doors = { reader: this.#reader(), config: this.#config(), now: this.now };
    return room.observe(this.deployment, doors, new AbortController().signal);
  }

  /** One pass of the sentence, without the gate. */
  async pass(): Promise<{ again: boolean; until?: number }> {
    if (this.deleteAt !== undefined && this.effects >= this.deleteAt) this.#delete(this.deleteAt);
    if (this.supersede !== undefined && this.effects >= this.supersede.after) this.#superseded(this.supersede.by);
    if (this.isDeleting && !this.#held) return { again: false };
    const laws = this.#laws();
    let observed = await this.observe();
    this.#held ||= !this.isDeleting && room.needsFinalizer(observed, laws);
    const turns: Turn[] = [];
    let standing: readonly Judgement[] = [];
    while (turns.length < 16) {
      standing = plan(this.isDeleting ? room.teardown : room.steps, observed, laws);
      const last = standing.at(-1);
      if (last?.decision.kind !== 'act') break;
      const verdict = this.script.policy?.(last.step, this.now) ?? allowed(last.step);
      const failure = this.script.failure?.(last.decision.actions, this.now);
      if (!verdict.allowed || failure !== undefined) {
        const failed =
          failure === undefined ? {} : { failure: overdue(failure, last.decision, observed.object, laws.now) };
        turns.push({ step: last.step, decision: last.decision, verdict, effects: [], ...failed });
        break;
      }
      const effects: Effect[] = [];
      for (const action of last.decision.actions) {
        const effect = this.#tried(last.step, action);
        // Decided on a state that is no more.
        if (effect === undefined) return { again: true };
        effects.push(effect);
        this.effects += 1;
        if (this.hasty) this.#tick();
        if (this.effects === this.crashAt) return this.#restarted();
      }
      turns.push({ step: last.step, decision: last.decision, verdict: allowed(last.step), effects });
      observed = room.absorb(observed, effects) as DeploymentObserved;
      if (mustBeRemembered(last.decision.actions)) break;
    }
    if (this.isDeleting && standing.every(({ decision }) => decision.kind === 'done')) return this.#gone();
    const aside = this.#aside(observed, laws);
    if (aside === 'crashed') return this.#restarted();
    const trail = { turns, standing, ...(aside === undefined ? {} : { aside }) };
    const status = report(room, observed, trail, laws);
    const wrote = this.#writeStatus(status);
    // Its own write wakes the object; elsewhere a pass more would find nothing to do.
    if (wrote && this.isDeleting) return { again: true };
    const last = standing.at(-1)?.decision;
    const met = turns.at(-1);
    const stopped = met?.verdict.allowed === false || met?.failure !== undefined;
    if (last?.kind === 'act' && stopped) {
      return { again: false, until: Math.min(this.now + ASK_AGAIN, last.until ?? Number.POSITIVE_INFINITY) };
    }
    if (last?.kind === 'act') return { again: true };
    const due = room.aside?.until(observed, status, trail, laws);
    if (due !== undefined && due <= this.now) return { again: true };
    const later = due === undefined ? [] : [due];
    const times = [
      ...later,
      ...standing.flatMap(({ decision }) => ('until' in decision ? (decision.until ?? []) : [])),
    ];
    return times.length > 0 ? { again: false, until: Math.min(...times) } : { again: false };
  }

  /** As `kubectl delete`: what the teardown has to do is done before the object goes. */
  #delete(effect: number): void {
    this.trace.push(`  deleted after effect ${effect}`);
    this.deleteAt = undefined;
    const { metadata } = this.deployment;
    this.#put({ ...this.deployment, metadata: { ...metadata, deletionTimestamp: timestamp(this.now) } } as Deployment);
  }

  /** The finalizer goes, and the object with it; for the tests it stays readable. */
  #gone(): { again: false } {
    this.#held = false;
    return { again: false };
  }

  #superseded(by: () => void): void {
    this.trace.push('  superseded');
    this.supersede = undefined;
    by();
  }

  /** The step beside the sentence, as the engine asks it. */
  #aside(observed: DeploymentObserved, laws: Laws): Turn | 'crashed' | undefined {
    const decision = room.aside?.decide(observed, laws);
    if (room.aside === undefined || decision?.kind !== 'act') return undefined;
    const { name } = room.aside;
    const effects: Effect[] = [];
    const verdict = this.script.tell?.() ?? allowed(name);
    for (const action of verdict.allowed ? decision.actions : []) {
      effects.push(this.#perform(name, action));
      this.effects += 1;
      if (this.effects === this.crashAt) return 'crashed';
    }
    return { step: name, decision, verdict, effects };
  }

  /** Another process takes over, under another epoch. */
  #restarted(): { again: true } {
    this.trace.push('  crash');
    this.epoch += 1;
    return { again: true };
  }

  #writeStatus(status: object): boolean {
    const before = this.deployment;
    if (mergePatch(before.status ?? {}, status) === undefined) return false;
    const after = { ...before, status } as Deployment;
    const broken = brokenLaws(after.status ?? {}, after.metadata.generation ?? 0);
    if (broken.length > 0) throw new Error(`conditions break their laws: ${broken.join('; ')}`);
    const { drift = [] } = after.status ?? {};
    if (drift.length > 0 && !this.#meddled) throw new Error(`repaired what nobody touched: ${JSON.stringify(drift)}`);
    this.#put(after);
    this.requests.push('patch status');
    this.trace.push(`  status ${after.status?.phase} [${after.status?.progress}] ${after.status?.message}`);
    return true;
  }

  /** `undefined` where somebody changed the object meanwhile. */
  #tried(step: string, action: Action): Effect | undefined {
    try {
      return this.#perform(step, action);
    } catch (thrown) {
      if (thrown instanceof Conflict) return undefined;
      throw thrown;
    }
  }

  #perform(step: string, action: Action): Effect {
    this.guard?.(action);
    const clock = timestamp(this.now).slice(11, 19);
    this.trace.push(`${clock} ${step}: ${inWords(action)}`);
    if (action.type !== 'record' && action.type !== 'call-tool') this.requests.push(inWords(action));
    return { action, outcome: this.#outcome(action) } as Effect;
  }

  #outcome(action: Action): Effect['outcome'] {
    switch (action.type) {
      case 'dry-run-object':
        return this.script.dryRun?.(action.object) ?? { accepted: true };
      case 'create-object': {
        const live = this.objects.get(`${action.object.kind}/${action.object.metadata.name}`);
        return live === undefined
          ? { object: this.#put(action.object), adopted: false }
          : { object: live, adopted: true };
      }
      case 'apply-object': {
        const live = this.objects.get(`${action.object.kind}/${action.object.metadata.name}`);
        if (live !== undefined && covers(live, action.object)) return { object: live, written: false };
        return { object: this.#put(action.object), written: true };
      }
      case 'copy-config':
        return this.#copy(action);
      case 'patch-object': {
        const key = `${action.target.resource}/${action.target.name}`;
        const live = this.objects.get(key);
        if (live === undefined || live.metadata.resourceVersion !== action.resourceVersion)
          throw new Conflict('Conflict', key);
        return { object: this.#put(unmanaged(merged(live, action.patch) as KubeObject)) };
      }
      case 'delete-object':
        this.objects.delete(`${action.target.resource}/${action.target.name}`);
        return {};
      case 'query-metric':
        return this.script.metric?.(action) ?? { kind: 'no-data', message: 'the script is silent' };
      case 'notify':
        this.letters.push(action);
        return this.script.notify?.(action) ?? { state: 'sent' };
      case 'call-tool':
        this.calls.push(action);
        return this.script.tool?.(action) ?? { state: 'succeeded', message: 'done', content: {} };
      default:
        return {};
    }
  }

  #put(object: KubeObject): KubeObject {
    const key = `${object.kind}/${object.metadata.name}`;
    this.#serial += 1;
    const before = this.objects.get(key);
    const metadata = {
      ...object.metadata,
      uid: before?.metadata.uid ?? object.metadata.uid ?? `uid-${this.#serial}`,
      creationTimestamp: before?.metadata.creationTimestamp ?? timestamp(this.now),
      resourceVersion: `${this.#serial}`,
      ...(object.kind === 'HTTPRoute' ? { generation: generationOf(before, object) } : {}),
    };
    const stored = { ...object, metadata };
    this.objects.set(key, stored);
    return stored;
  }

  #all(kind: string): readonly KubeObject[] {
    return [...this.objects.values()].filter((object) => object.kind === kind);
  }

  #laws(): Laws {
    return {
      now: this.now,
      epoch: this.epoch,
      settings: { untenanted: 'Serve', podSecurityVersion: 'v1.36', ...this.script.settings },
    };
  }

  #reader(): Reader {
    return {
      get: (reference) => this.objects.get(`${reference.resource}/${reference.name}`) as never, // border: the caller states the type
      by: (resource, index, value) => {
        const of = caches.find((cache) => cache.resource === resource)?.indexes[index];
        return this.#all(resource).filter((object) => of?.(object).includes(value)) as never; // border: as above
      },
      serves: () => this.script.routes !== 'none',
      read: async (reference) => this.objects.get(`${reference.resource}/${reference.name}`) as never, // border: as above
    };
  }

  #config(): ConfigReader {
    return {
      look: async (_namespace, questions) =>
        questions.map(({ kind, name, of = name }): ConfigSight => {
          if (this.script.unreadable === name) return { state: 'refused', message: `cannot get resource "${name}"` };
          const found = this.objects.get(`${kind}/${name}`) as ConfigObject | undefined; // border: kept under its kind
          if (found === undefined) return { state: 'absent' };
          return {
            state: 'present',
            digest: configDigest({ kind, name: of }, found),
            live: isLive(found),
            immutable: found.immutable === true,
            owners: (found.metadata.ownerReferences ?? []).map(({ uid }) => uid),
          };
        }),
    };
  }

  /** As the effect does it, without its refusals: those are tested on the effect. */
  #copy({ kind, namespace, source, digest, copy, owner }: CopyConfig): Outcomes['copy-config'] {
    const kept = this.objects.get(`${kind}/${copy}`);
    const from = this.objects.get(`${kind}/${source}`) as ConfigObject | undefined; // border: kept under its kind
    if (kept === undefined && (from === undefined || configDigest({ kind, name: source }, from) !== digest)) {
      throw new Error(`${kind} ${source} does not hold ${digest}`);
    }
    const owners = [...(kept?.metadata.ownerReferences ?? []), owner];
    const contents = from === undefined ? {} : contentsOf(kind, from);
    const made = { apiVersion: 'v1', kind, metadata: { name: copy, namespace }, ...contents };
    this.#put({ ...(kept ?? made), metadata: { ...(kept ?? made).metadata, ownerReferences: owners } } as KubeObject);
    return { owners: owners.map(({ uid }) => uid), written: true };
  }

  /** Garbage collection: what has owners and none of them left. */
  #collect(): void {
    const alive = new Set(this.#all('ReplicaSet').map(({ metadata }) => metadata.uid));
    for (const one of ['ConfigMap', 'Secret', 'Pod'].flatMap((kind) => this.#all(kind))) {
      const { ownerReferences = [], name } = one.metadata;
      const orphan = ownerReferences.length > 0 && !ownerReferences.some(({ uid }) => alive.has(uid));
      if (orphan) this.objects.delete(`${one.kind}/${name}`);
    }
  }

  /** The world moves: experts answer, ReplicaSets make pods, pods become what the script says. True when anything did. */
  #tick(): boolean {
    const before = this.#serial;
    this.#collect();
    for (const one of this.#all('ExpertConsultation')) this.#answer(one as ExpertConsultation);
    for (const one of this.#all('ReplicaSet')) this.#replicate(one as ReplicaSet);
    for (const one of this.#all('Job')) this.#measure(one as Job);
    for (const one of this.#all('Service')) this.#slice(one as Service);
    for (const one of this.#all('HTTPRoute')) this.#route(one as HttpRoute);
    this.watch?.();
    return this.#serial !== before;
  }

  #answer(asked: ExpertConsultation): void {
    const { verdict: reviewers = 'approve', approval: people = reviewers } = this.script;
    const asksExperts = asked.spec.subject?.step === 'review';
    const verdict = asksExperts ? reviewers : people;
    const { phase } = asked.status ?? {};
    if (phase === 'Agreed' || phase === 'Failed') return;
    const open = asked.spec.withdrawn === undefined ? 'AwaitingHuman' : 'Withdrawn';
    if (!asksExperts && phase !== open)
      this.#put({ ...asked, status: { ...asked.status, phase: open } } as ExpertConsultation);
    if (verdict === 'never' || open === 'Withdrawn') return;
    const consensus =
      verdict === 'QuorumMissing'
        ? { abstained: verdict }
        : { recommendation: verdict, confidence: '0.860000', risk: 'low' as const };
    const findings =
      verdict === 'reject'
        ? [
            {
              expert: 'security',
              rule: 'security/privileged',
              severity: 'critical' as const,
              object: 'plan',
              message: 'container web is privileged; drop it',
            },
          ]
        : [];
    const alice = {
      expert: 'release-manager',
      provider: 'human',
      kind: 'human',
      by: 'alice',
      state: 'Answered',
    } as const;
    const answers = asksExperts || verdict === 'QuorumMissing' ? [] : [{ ...alice, answer: verdict }];
    const status = {
      phase: verdict === 'QuorumMissing' ? 'Failed' : 'Agreed',
      message: `4 of 4 say ${verdict}`,
      consensus,
      findings,
      answers,
    } as const;
    this.#put({ ...asked, status } as ExpertConsultation);
  }

  #replicate(set: ReplicaSet): void {
    const own = () =>
      (this.#all('Pod') as readonly Pod[]).filter((pod) => pod.metadata.ownerReferences?.[0]?.uid === set.metadata.uid);
    const wanted = set.spec.replicas ?? 0;
    const image = String(set.spec.template.spec.containers[0]?.image);
    for (let index = own().length; index < wanted; index += 1) {
      this.podsMade.set(set.metadata.name, (this.podsMade.get(set.metadata.name) ?? 0) + 1);
      this.#put(newPod(set, ++this.#serial));
    }
    const doomed = [...own()]
      .sort((left, right) => Number(isReady(left)) - Number(isReady(right)))
      .slice(0, Math.max(0, own().length - wanted));
    for (const pod of doomed) this.objects.delete(`Pod/${pod.metadata.name}`);
    for (const pod of own()) {
      const next = fated(pod, this.script.fate?.(image, set.metadata.name) ?? 'ready', this.now);
      if (mergePatch(pod.status ?? {}, next.status ?? {}) !== undefined) this.#put(next);
    }
    const ready = own().filter(isReady).length;
    const status = { replicas: own().length, readyReplicas: ready, availableReplicas: ready };
    if (mergePatch(set.status ?? {}, status) !== undefined) this.#put({ ...set, status } as ReplicaSet);
  }

  /** The endpoints controller: the ready pods that the selector finds, under the labels of the Service. */
  #slice({ metadata, spec }: Service): void {
    const { selector } = spec;
    if (selector === undefined) return;
    const pods = (this.#all('Pod') as readonly Pod[]).filter((pod) =>
      Object.entries(selector).every(([name, value]) => pod.metadata.labels?.[name] === value),
    );
    const endpoints = pods.map((pod) => ({
      conditions: { ready: isReady(pod) },
      targetRef: { kind: 'Pod', name: pod.metadata.name },
    }));
    const name = `${metadata.name}-slice`;
    const before = this.objects.get(`EndpointSlice/${name}`);
    const labels = { ...metadata.labels, 'kubernetes.io/service-name': metadata.name };
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name, namespace: 'acme-prod', labels },
    };
    if (
      before === undefined ||
      mergePatch({ endpoints: (before as EndpointSlice).endpoints }, { endpoints }) !== undefined
    ) {
      this.#put({ ...slice, endpoints } as KubeObject);
    }
  }

  /** The gateway's controller: it answers for each parent, at the generation it saw. */
  #route(route: HttpRoute): void {
    const { routes = 'accepted' } = this.script;
    if (routes === 'silent' || routes === 'none') return;
    const { generation: observedGeneration = 0 } = route.metadata;
    const status = routes === 'accepted' ? 'True' : 'False';
    const reason = routes === 'accepted' ? 'Accepted' : 'NoMatchingParent';
    const conditions = ['Accepted', 'ResolvedRefs'].map((type) => ({ type, status, reason, observedGeneration }));
    const parents = (route.spec.parentRefs ?? []).map((parentRef) => ({ parentRef, conditions }));
    const wanted = { ...route, status: { parents } };
    if (mergePatch(route.status ?? {}, wanted.status) !== undefined) this.#put(wanted as HttpRoute);
  }

  /** The Job controller: a second after it was made, a Job is what the script says. */
  #measure(job: Job): void {
    if (job.status !== undefined || this.now < jobEnds(job)) return;
    const type = this.#jobFate(job);
    if (type === 'runs') return;
    this.#put({ ...job, status: { conditions: [{ type, status: 'True', reason: 'Scripted' }] } } as Job);
  }

  #jobFate(job: Job): 'Complete' | 'Failed' | 'runs' {
    const { containers } = job.spec.template.spec as { readonly containers: readonly { readonly args?: string[] }[] }; // border: as built
    return this.script.job?.(containers[0]?.args ?? []) ?? 'Complete';
  }

  #nextEvent(): number {
    const waiting = (this.#all('Pod') as readonly Pod[]).filter(
      (pod) => !isReady(pod) && this.#fateOf(pod) === 'ready',
    );
    const running = (this.#all('Job') as readonly Job[]).filter(
      (job) => job.status === undefined && this.#jobFate(job) !== 'runs',
    );
    return Math.min(
      ...running.map(jobEnds),
      ...waiting.map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? '') + 1_000 + READY_AFTER),
    );
  }

  #fateOf(pod: Pod): Fate {
    const image =
      (pod as unknown as { spec: { containers: readonly { image: string }[] } }).spec.containers[0]?.image ?? '';
    return this.script.fate?.(image, pod.metadata.ownerReferences?.[0]?.name ?? '') ?? 'ready';
  }
}

const jobEnds = ({ metadata }: KubeObject): number => Date.parse(metadata.creationTimestamp ?? '') + 1_000;

/** What a delivery makes, and is put right. */
const DRIFTING: ReadonlySet<string> = new Set([
  ...['ReplicaSet', 'Service', 'HTTPRoute', 'ControllerRevision', 'ConfigMap', 'Secret'],
  ...['ServiceAccount', 'RoleBinding'],
]);

/** As the API server notes an update: the fields whose values moved are the writer's alone. */
function managed(before: KubeObject, after: KubeObject, manager: string): KubeObject {
  const content = ({ metadata: _metadata, ...rest }: KubeObject) => rest;
  const change = mergePatch(content(before), content(after));
  if (change === undefined) return after;
  const { managedFields = [] } = before.metadata;
  const entry = { manager, fieldsV1: fieldsOf(change) };
  return { ...after, metadata: { ...after.metadata, managedFields: [...managedFields, entry] } };
}

function fieldsOf(value: unknown): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [`f:${name}`, fieldsOf(member)]));
}

/** We wrote last. */
function unmanaged({ metadata: { managedFields: _others, ...metadata }, ...rest }: KubeObject): KubeObject {
  return { ...rest, metadata };
}

/** Moves with the spec, as the API server moves it. */
function generationOf(before: KubeObject | undefined, after: KubeObject): number {
  const spec = (object: KubeObject) => (object as HttpRoute).spec; // border: routes only
  const { generation = 0 } = before?.metadata ?? {};
  return before !== undefined && mergePatch(spec(before), spec(after)) === undefined ? generation : generation + 1;
}

function newPod(set: ReplicaSet, serial: number): Pod {
  const { namespace = '', name, uid = '' } = set.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-${serial}`,
      namespace,
      labels: set.spec.template.metadata.labels,
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid, controller: true }],
    },
    spec: set.spec.template.spec as never, // border: pods are read without their containers
    status: { phase: 'Pending' },
  };
}

/** RFC 7396. */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const before = typeof target === 'object' && target !== null ? { ...target } : {};
  const after = new Map<string, unknown>(Object.entries(before));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) after.delete(name);
    else after.set(name, merged(after.get(name), value));
  }
  return Object.fromEntries(after);
}

const isReady = (pod: Pod): boolean =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;

/** Creation times are whole seconds, so is everything that follows from them. */
function fated(pod: Pod, fate: Fate, now: number): Pod {
  if (fate === 'gated') {
    const scheduled = { type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' };
    return { ...pod, status: { phase: 'Pending', conditions: [scheduled] } };
  }
  const due = now >= Date.parse(pod.metadata.creationTimestamp ?? '') + 1_000 + READY_AFTER;
  const ready = fate === 'ready' && due;
  const since = pod.status?.conditions?.find(({ type }) => type === 'Ready');
  const status = ready ? 'True' : 'False';
  const lastTransitionTime = since?.status === status ? (since.lastTransitionTime ?? '') : timestamp(now);
  const waiting = {
    'image-pull': { reason: 'ImagePullBackOff', message: 'Back-off pulling image' },
    crash: { reason: 'CrashLoopBackOff' },
  } as const;
  const state = fate === 'image-pull' || fate === 'crash' ? { waiting: waiting[fate] } : { running: {} };
  const lastState = fate === 'crash' ? { lastState: { terminated: { exitCode: 1, reason: 'Error' } } } : {};
  return {
    ...pod,
    status: {
      phase: ready ? 'Running' : 'Pending',
      conditions: [{ type: 'Ready', status, lastTransitionTime }],
      containerStatuses: [{ name: 'web', image: 'shop:bad', ready, started: ready, state, ...lastState }],
    },
  };
}

export function inWords(action: Action): string {
  switch (action.type) {
    case 'apply-object':
    case 'create-object':
    case 'dry-run-object': {
      const size = action.object.kind === 'ReplicaSet' ? ` of ${(action.object as ReplicaSet).spec.replicas}` : '';
      return `${action.type.replace('-object', '')} ${action.object.kind} ${action.object.metadata.name}${size}`;
    }
    case 'patch-object':
      return `patch ${action.target.resource} ${action.target.name} ${JSON.stringify(action.patch)}`;
    case 'delete-object':
      return `delete ${action.target.resource} ${action.target.name}`;
    case 'copy-config':
      return `copy ${action.kind} ${action.source} to ${action.copy} for ${action.owner.name}`;
    case 'call-tool':
      return `call ${action.server}.${action.tool} (${action.name})${action.repeated === true ? ' again' : ''}`;
    case 'query-metric':
      return `read ${action.metric} of ${action.side}`;
    case 'notify':
      return `tell ${action.sink} of ${action.notice.type} at ${action.notice.step}`;
    case 'record':
      return `record ${action.record.kind}`;
    default:
      return action.type;
  }
}

function allowed(step: string): Turn['verdict'] {
  return { decisionId: 'd', allowed: true, outcome: 'allow', reasons: [], warnings: [], bundle: 'b', step };
}
