/**
 * One pass of the sentence for one key: observe -> decide -> gate -> act -> report. A pass has turns: each turn asks all
 * steps, and the first that is not done decides. Turns go on while actions succeed, what they taught being folded into the
 * observation, until a step waits, is stuck, is denied or fails, or asks to be remembered; then status is written once.
 */
import { Aborted, asCodeError, Bug, type CodeError, Conflict } from '../api/errors.ts';
import { FINALIZER, fieldManagers } from '../api/names.ts';
import type { CodeObject } from '../api/objects.ts';
import type { Reference } from '../api/resources.ts';
import type { Milliseconds } from '../core/decision.ts';
import { deletionEnds, heldDeletion } from '../core/deletion.ts';
import type { Laws } from '../core/laws.ts';
import { mergePatch } from '../core/merge-patch.ts';
import { mustBeRemembered } from '../core/must-be-remembered.ts';
import { overdue } from '../core/overdue.ts';
import { plan } from '../core/plan.ts';
import { type ReportedStatus, report } from '../core/report.ts';
import type { Observed, Room } from '../core/room.ts';
import type { Judgement, Trail, Turn } from '../core/trail.ts';
import type { Access, Engine } from './engine.ts';
import { Hindrances } from './hindrances.ts';
import { invalidStatus } from './invalid-status.ts';
import { ObjectWrites } from './object-writes.ts';
import type { PassResult } from './pass-result.ts';
import { type PerformContext, perform } from './perform.ts';
import { Repeats } from './repeats.ts';
import { inTime, resultOf, sooner } from './result-of.ts';
import { unreadStatus } from './unread-status.ts';
import type { Pass } from './workers.ts';

/** More turns than any room has steps: the pass ends and the key runs again. */
const TURNS_AT_MOST = 16;
const USUAL_PATIENCE: Milliseconds = 600_000;

/** What one pass works with. */
interface PassOptions extends Access {
  readonly signal: AbortSignal;
  readonly lend: PerformContext['lend'];
}

/** @returns the pass over one key (`namespace/name`, or `name`) of this room */
export function reconciler<O extends Observed>(room: Room<O>, engine: Engine): Pass {
  const repeats = new Repeats();
  const writes = new ObjectWrites(room, engine);
  const hindrances = new Hindrances(engine.metrics, room.name);
  const patienceFor = (object: CodeObject) => room.patience?.(object) ?? USUAL_PATIENCE;

  const referenceOf = (key: string): Reference => {
    const [first = '', second] = key.split('/');
    return second === undefined
      ? { resource: room.resource, name: first }
      : { resource: room.resource, namespace: first, name: second };
  };

  return async (key, signal, lend) => {
    const access = await engine.access(`${room.name}/${key}`, signal);
    const options = { ...access, signal, lend };
    const stored = access.reader.get<CodeObject>(referenceOf(key));
    if (stored === undefined) {
      if (access.behind !== undefined) throw access.behind;
      forget(key);
      return { kind: 'done' };
    }
    const parsed = engine.parse(room.name, stored);
    const laws = engine.laws();
    if (!parsed.ok) {
      const late = heldDeletion(stored, USUAL_PATIENCE, laws.now);
      await writes.status(stored, invalidStatus(stored, parsed.errors, laws.now, late), options);
      return inTime({ kind: 'stuck', denied: false }, deletionEnds(stored, USUAL_PATIENCE), laws);
    }
    const object = parsed.value;
    const deleting = object.metadata.deletionTimestamp !== undefined;
    const held = object.metadata.finalizers?.includes(FINALIZER) === true;
    if (deleting && !held) return { kind: 'done' };

    let doing = 'cannot be looked at';
    let observed: O;
    try {
      if (access.behind !== undefined) throw access.behind;
      observed = await room.observe(object, { reader: access.reader, config: engine.config, now: laws.now }, signal);
      if (!deleting && !held && room.needsFinalizer(observed, laws)) {
        doing = 'cannot be marked with the finalizer that its work needs';
        await writes.addFinalizer(object, options);
        return { kind: 'again' };
      }
    } catch (thrown) {
      return hindered(key, object, doing, asCodeError(thrown), options);
    }
    let taken: Awaited<ReturnType<typeof takeTurns>>;
    try {
      taken = await takeTurns(observed, laws, options, deleting);
    } catch (thrown) {
      return hindered(key, object, 'meets a fault of the operator', asCodeError(thrown), options);
    }
    hindrances.over(key);
    const { trail, known } = taken;
    const failure = trail.turns.at(-1)?.failure;
    // Stopped on purpose, or decided on a state that is no more: there is nothing true to report, and nothing is settled.
    if (signal.aborted) return { kind: 'failed', error: asCodeError(signal.reason) };
    if (failure instanceof Conflict) return resultOf(trail);

    const finished = trail.standing.every(({ decision }) => decision.kind === 'done');
    if (deleting && finished) {
      try {
        await writes.removeFinalizer(object, options);
      } catch (thrown) {
        return hindered(key, object, 'has nothing left to do, but cannot be let go', asCodeError(thrown), options);
      }
      forget(key);
      return { kind: 'done' };
    }
    const late = deleting ? heldDeletion(object, patienceFor(object), laws.now) : undefined;
    const spoken = await takeAside(known, trail, laws, options, deleting);
    const told = late === undefined ? spoken : { ...spoken, held: late };
    const status = report(room, known, told, laws);
    const later = await tell(key, object, status, told, options);
    const result = repeats.broken(key, trail, resultOf(trail));
    if (result.kind === 'wait' && later !== undefined)
      return { kind: 'wait', until: Math.min(later, result.until ?? later) };
    if (result.kind === 'done' || result.kind === 'stuck') engine.pace?.forget(`${room.name}/${key}`);
    const ends = deletionEnds(object, patienceFor(object));
    const beside = room.aside?.until(known, status, told, laws);
    return sooner(deleting ? inTime(result, ends, laws) : result, beside, laws);
  };

  function forget(key: string): void {
    repeats.forget(key);
    hindrances.over(key);
    engine.pace?.forget(`${room.name}/${key}`);
  }

  /** The engine cannot get at the object: that is told, after a while as a failure, and tried again all the same. */
  async function hindered(
    key: string,
    object: CodeObject,
    doing: string,
    error: CodeError,
    options: PassOptions,
  ): Promise<PassResult> {
    if (options.signal.aborted || error instanceof Aborted || error instanceof Conflict)
      return { kind: 'failed', error };
    const { now } = engine.laws();
    const patience = patienceFor(object);
    const since = hindrances.since(key, object, now);
    const [deletion, end] = [deletionEnds(object, patience), since + patience];
    const held = heldDeletion(object, patience, now);
    const late = held !== undefined || now >= end;
    const hindrance = { error, doing, late, remedy: held ?? remedyOf(error) };
    const status = unreadStatus(object, hindrance, now);
    if (status !== undefined) await writes.status(object, status, options);
    const failed: PassResult = { kind: 'failed', error, ...(end > now ? { until: end } : {}) };
    return inTime(failed, deletion, { now });
  }

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
      if (mustBeRemembered(turn.decision.actions)) break;
    }
    return { trail: { turns, standing }, known };
  }

  /** Once a pass; what it taught is in the trail for the room's report. */
  async function takeAside(
    known: O,
    trail: Trail,
    laws: Laws,
    options: PassOptions,
    teardown: boolean,
  ): Promise<Trail> {
    const decision = room.aside?.decide(known, laws);
    if (room.aside === undefined || decision?.kind !== 'act') return trail;
    return { ...trail, aside: await takeTurn(known, room.aside.name, decision, laws, options, teardown) };
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
    const traceId = room.traceId?.(observed);
    const { verdict, permit } = await engine.gate({
      kind: room.name,
      step,
      safety,
      teardown,
      subject: room.subject(observed),
      object: observed.object,
      actions: decision.actions,
      facts: room.gateFacts(observed, laws),
      ...(traceId === undefined ? {} : { traceId }),
    });
    if (permit === undefined) return { step, decision, verdict, effects: [] };
    const context = {
      room: room.name,
      fieldManager: fieldManagers[room.name],
      signal: options.signal,
      lend: options.lend,
    };
    const { effects, failure } = await perform(permit, options.performers, context);
    if (failure === undefined) return { step, decision, verdict, effects };
    return { step, decision, verdict, effects, failure: overdue(failure, decision, observed.object, laws.now) };
  }

  /** Writes the status, unless it may wait: then until when. */
  async function tell(
    key: string,
    object: CodeObject,
    status: ReportedStatus,
    trail: Trail,
    options: PassOptions,
  ): Promise<Milliseconds | undefined> {
    if (mergePatch(object.status ?? {}, status) === undefined) return undefined;
    const until = engine.pace?.heldUntil(`${room.name}/${key}`, object, status, trail);
    if (until !== undefined) return until;
    await writes.status(object, status, options);
    engine.pace?.wrote(`${room.name}/${key}`, object);
    return undefined;
  }
}

function remedyOf(error: CodeError): string {
  return error instanceof Bug ? "report it with the operator's log" : 'mend the cause, it recovers by itself';
}
