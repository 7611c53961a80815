import { assert } from 'chai';
import { abortReasons } from '../../operator/api/abort-reasons.ts';
import { Aborted, Upstream } from '../../operator/api/errors.ts';
import { OPERATOR } from '../../operator/core/action.ts';
import type { Writer } from '../../operator/ports/kube.ts';
import { Fence } from '../../operator/runtime/fence.ts';
import { fenced } from '../../operator/runtime/fenced.ts';
import { settle, VirtualClock } from '../support/virtual-clock.ts';

const reasonOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof Aborted || thrown instanceof Upstream) return thrown.reason;
    throw thrown;
  }
  return 'none';
};

/** A writer whose every method notes its name and does not return before its signal aborts. */
function hangingWriter() {
  const started: string[] = [];
  const hang =
    (name: string) =>
    (...parameters: readonly unknown[]): Promise<never> => {
      started.push(name);
      const { signal } = parameters.at(-1) as { signal: AbortSignal }; // every method's last parameter is WriteOptions
      return new Promise((_resolve, reject) => {
        const cut = () => reject(new Upstream('ConnectionLost', 'the call was cut'));
        if (signal.aborted) cut();
        signal.addEventListener('abort', cut);
      });
    };
  const writer: Writer = {
    apply: hang('apply'),
    create: hang('create'),
    mergePatch: hang('mergePatch'),
    jsonPatch: hang('jsonPatch'),
    patchStatus: hang('patchStatus'),
    delete: hang('delete'),
  };
  return { writer, started };
}

function everyWrite(writer: Writer, signal: AbortSignal): readonly Promise<unknown>[] {
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } };
  const target = { resource: 'Namespace', name: 'a' } as const;
  const options = { as: OPERATOR, fieldManager: 'test', signal };
  return [
    writer.apply(object, options),
    writer.create(object, options),
    writer.mergePatch(target, {}, options),
    writer.jsonPatch(target, [], options),
    writer.patchStatus(target, {}, options),
    writer.delete(target, { uid: 'u' }, 'Background', options),
  ];
}

describe('fence', () => {
  it('R35: lets work through until its deadline and not from then on', async () => {
    const clock = new VirtualClock();
    const fence = new Fence(3, 10_000, clock);
    await clock.advance(9_999);
    fence.check();
    await clock.advance(1);
    assert.equal(await reasonOf(fence.guard(async () => 1)), abortReasons.leaseLost);
    assert.isTrue(fence.signal.aborted);
  });

  it('R35: is shut for a process that wakes after the deadline, before any timer rings', () => {
    let now = 0;
    const clock = { now: () => now, monotonic: () => now, sleep: () => Promise.resolve(), after: () => () => {} };
    const fence = new Fence(3, 10_000, clock);
    now = 60_000;
    assert.throws(() => fence.check(), Aborted);
    assert.isTrue(fence.signal.aborted);
  });

  it('stays open as long as it is extended, and is never opened again', async () => {
    const clock = new VirtualClock();
    const fence = new Fence(3, 10_000, clock);
    await clock.advance(9_000);
    fence.extend(19_000);
    await clock.advance(9_999);
    fence.check();
    await clock.advance(1);
    fence.extend(100_000);
    assert.throws(() => fence.check(), Aborted);
    assert.deepEqual(clock.waiting, []);
  });

  it('R35: every method of a fenced writer is aborted when the fence shuts', async () => {
    const { writer, started } = hangingWriter();
    const fence = new Fence(3, 10_000, new VirtualClock());
    const writes = everyWrite(fenced(writer, fence), new AbortController().signal).map(reasonOf);
    assert.deepEqual(started, ['apply', 'create', 'mergePatch', 'jsonPatch', 'patchStatus', 'delete']);
    fence.shut(new Aborted(abortReasons.leaseLost, 'lost'));
    assert.deepEqual(await Promise.all(writes), Array(6).fill(abortReasons.leaseLost));
  });

  it('R35: no method of a fenced writer reaches the writer once the fence is shut', async () => {
    const { writer, started } = hangingWriter();
    const fence = new Fence(3, 10_000, new VirtualClock());
    fence.shut(new Aborted(abortReasons.leaseLost, 'lost'));
    const writes = everyWrite(fenced(writer, fence), new AbortController().signal).map(reasonOf);
    assert.deepEqual(await Promise.all(writes), Array(6).fill(abortReasons.leaseLost));
    assert.deepEqual(started, []);
  });

  it('R27: every method of a fenced writer is aborted by its caller too', async () => {
    const { writer } = hangingWriter();
    const controller = new AbortController();
    const fence = new Fence(3, 10_000, new VirtualClock());
    const writes = everyWrite(fenced(writer, fence), controller.signal).map(reasonOf);
    await settle();
    controller.abort();
    assert.deepEqual(await Promise.all(writes), Array(6).fill('ConnectionLost'));
    const late = everyWrite(fenced(writer, fence), controller.signal).map(reasonOf);
    assert.deepEqual(await Promise.all(late), Array(6).fill('ConnectionLost'));
  });
});
