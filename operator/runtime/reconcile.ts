/**
 * One pass of the sentence for one key: observe -> decide -> gate -> act -> report. A pass has turns: each turn asks all
 * steps, and the first that is not done decides. Turns go on while actions succeed, what they taught being folded into the
 * observation, until a step waits, is stuck, is denied or fails, or asks to be remembered; then status is written once.
 */
import { reasons as engineReasons } from '../api/conditions.ts';
import { Conflict, Upstream } from '../api/errors.ts';
import { FINALIZER } from '../api/names.ts';
import type { CodeObject } from '../api/objects.ts';
import { keyOf, type Reference } from '../api/resources.ts';
import { digest } from '../core/hash.ts';
import { mergePatch } from '../core/merge-patch.ts';
import { plan } from '../core/plan.ts';
import { type ReportedStatus, report } from '../core/report.ts';
import type { Laws } from '../core/laws.ts';
import type { Observed, Room } from '../core/room.ts';
import type { Judgement, Trail, Turn } from '../core/trail.ts';
import type { PassResult } from './pass-result.ts';
import { type PerformContext, perform } from './perform.ts';
import type { Engine } from './engine.ts';
import { invalidStatus } from './invalid-status.ts';

/** More turns than any room has steps: the pass ends and the key runs again. */
const TURNS_AT_MOST = 16;
/** The same actions decided on the same observation this often in a row is a loop, not progress. */
const REPEATS_AT_MOST = 5;

export interface PassOptions {
  readonly signal: AbortSignal;
  readonly lend: PerformContext['lend'];
}

export type Reconcile = (key: Reference, options: PassOptions) => Promise<PassResult>;

export function reconciler<O extends Observed>(room: Room<O>, engine: Engine): Reconcile {
  const repeats = new Map<string, { readonly digest: string; readonly times: number }>();

  return async (reference, options) => {
    const key = keyOf(reference);
    const stored = engine.reader.get<CodeObject>(reference);
    if (stored === undefined) {
      repeats.delete(key);
      return { kind: 'done' };
    }
    const parsed = engine.parse(room.name, stored);
    const laws = engine.laws();
    if (!parsed.ok) {
      await writeStatus(stored, invalidStatus(stored, parsed.errors, laws.now), options.signal);
      return { kind: 'stuck', denied: false };
    }
    const object = parsed.value;
    const deleting = object.metadata.deletionTimestamp !== undefined;
    const held = object.metadata.finalizers?.includes(FINALIZER) === true;
    if (deleting && !held) return { kind: 'done' };

    const observed = await room.observe(object, { reader: engine.reader, now: laws.now }, options.signal);
    if (!deleting && !held && room.needsFinalizer(observed)) {
      await addFinalizer(object, options.signal);
      return { kind: 'again' };
    }
    const { trail, known } = await takeTurns(observed, laws, options, deleting);
    const failure = trail.turns.at(-1)?.failure;
    // Decided on a state that is no more, or stopped on purpose: there is nothing true to report.
    if (failure instanceof Conflict || options.signal.aborted) return resultOf(trail);

    const finished = trail.standing.every(({ decision }) => decision.kind === 'done');
    if (deleting && finished) {
      await removeFinalizer(object, options.signal);
      repeats.delete(key);
      return { kind: 'done' };
    }
    await writeStatus(object, report(room, known, trail, laws), options.signal);
    return withoutLoop(key, trail, resultOf(trail));
  };

  async function takeTurns(
    observed: O,
    laws: Laws,
    options: PassOptions,
    deleting: boolean,
  ): Promise<{ readonly trail: Trail; readonly known: O }> {
    const turns: Turn[] = [];
    let known = observed;
    let standing: readonly Judgement[] = [];
    while (turns.length < TURNS_AT_MOST) {
      standing = plan(deleting ? room.teardown : room.steps, known, laws);
      const last = standing.at(-1);
      if (last?.decision.kind !== 'act') break;
      const turn = await takeTurn(known, last.step, last.decision, laws, options, deleting);
      turns.push(turn);
      known = room.absorb(known, turn.effects);
      if (!turn.verdict.allowed || turn.failure !== undefined) break;
      if (turn.decision.actions.some(({ type }) => type === 'record')) break;
    }
    return { trail: { turns, standing }, known };
  }

  async function takeTurn(
    observed: O,
    step: string,
    decision: Turn['decision'],
    laws: Laws,
    options: PassOptions,
    teardown: boolean,
  ): Promise<Turn> {
    const safety = [...room.steps, ...room.teardown].find(({ name }) => name === step)?.safety === true;
    const { verdict, permit } = await engine.gate({
      kind: room.name,
      step,
      safety,
      teardown,
      subject: room.subject(observed),
      object: observed.object,
      actions: decision.actions,
      facts: room.gateFacts(observed, laws),
    });
    if (permit === undefined) return { step, decision, verdict, effects: [] };
    const context = { room: room.name, fieldManager: engine.fieldManager(room.name), ...options };
    const performed = await perform(permit, engine.performers, context);
    return { step, decision, verdict, ...performed };
  }

  async function writeStatus(object: CodeObject, status: ReportedStatus, signal: AbortSignal): Promise<void> {
    const change = mergePatch(object.status ?? {}, status);
    if (change === undefined) return;
    const reference = referenceTo(object);
    const patch = { metadata: { resourceVersion: object.metadata.resourceVersion ?? '' }, status: change };
    await engine.writer.patchStatus(reference, patch, operatorWrite(signal));
    engine.events(object, status);
  }

  async function addFinalizer(object: CodeObject, signal: AbortSignal): Promise<void> {
    const finalizers = object.metadata.finalizers;
    const add =
      finalizers === undefined
        ? { op: 'add', path: '/metadata/finalizers', value: [FINALIZER] }
        : { op: 'add', path: '/metadata/finalizers/-', value: FINALIZER };
    await engine.writer.jsonPatch(referenceTo(object), [...sameObject(object), add], operatorWrite(signal));
  }

  async function removeFinalizer(object: CodeObject, signal: AbortSignal): Promise<void> {
    const path = `/metadata/finalizers/${object.metadata.finalizers?.indexOf(FINALIZER) ?? 0}`;
    const patch = [...sameObject(object), { op: 'test', path, value: FINALIZER }, { op: 'remove', path }];
    await engine.writer.jsonPatch(referenceTo(object), patch, operatorWrite(signal));
  }

  function referenceTo(object: CodeObject): Reference {
    const { name, namespace } = object.metadata;
    return { resource: room.resource, name, ...(namespace === undefined ? {} : { namespace }) };
  }

  function operatorWrite(signal: AbortSignal) {
    return { as: { kind: 'operator' }, fieldManager: engine.fieldManager(room.name), signal } as const;
  }

  /** A room that decides the same actions again and again on an unchanged object would loop hot: it is backed off and told. */
  function withoutLoop(key: string, trail: Trail, result: PassResult): PassResult {
    const turn = trail.turns.at(-1);
    if (result.kind !== 'again' || turn === undefined) {
      repeats.delete(key);
      return result;
    }
    const seen = digest(turn.decision.actions);
    const before = repeats.get(key);
    const times = before?.digest === seen ? before.times + 1 : 1;
    repeats.set(key, { digest: seen, times });
    if (times < REPEATS_AT_MOST) return result;
    const message = `step ${turn.step} decided the same ${times} times in a row and nothing changed`;
    return { kind: 'failed', error: new Upstream(engineReasons.noProgress, message) };
  }
}

function resultOf(trail: Trail): PassResult {
  const turn = trail.turns.at(-1);
  const last = trail.standing.at(-1)?.decision;
  if (turn?.failure !== undefined) return { kind: 'failed', error: turn.failure };
  if (last === undefined || last.kind === 'done') return { kind: 'done' };
  if (last.kind === 'act') return turn?.verdict.allowed === false ? { kind: 'stuck', denied: true } : { kind: 'again' };
  if (last.kind === 'stuck') return { kind: 'stuck', denied: false };
  return { kind: 'wait', ...(last.until === undefined ? {} : { until: last.until }) };
}

function sameObject(object: CodeObject) {
  return [
    { op: 'test', path: '/metadata/uid', value: object.metadata.uid ?? '' },
    { op: 'test', path: '/metadata/resourceVersion', value: object.metadata.resourceVersion ?? '' },
  ];
}
