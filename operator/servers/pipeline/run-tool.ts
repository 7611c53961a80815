import { Aborted } from '../../api/errors.ts';
import type { JsonObject, ToolResult } from '../tool.ts';
import type { InvokeDoors } from './doors.ts';
import type { UnderWay } from './under-way.ts';

/** Runs the tool as its caller, within its time limit. @throws whatever it throws; Aborted `ToolTimeout`, `Cancelled`. */
export async function runTool(
  { entry, call, scope }: UnderWay,
  input: JsonObject,
  doors: InvokeDoors,
): Promise<ToolResult> {
  const { tool, name } = entry;
  const { caller } = call;
  const deadline = new AbortController();
  const cancel = doors.clock.after(tool.limits.timeout, () =>
    deadline.abort(new Aborted('ToolTimeout', `${name} took longer than ${tool.limits.timeout / 1000} s`)),
  );
  const signal = AbortSignal.any([call.signal, deadline.signal]);
  try {
    return await untilAborted(signal, () =>
      tool.run(input, {
        caller,
        namespace: scope.namespace,
        now: doors.clock.now(),
        api: (request) => doors.api({ ...request, as: caller, signal }),
        policy: doors.policy,
        check: (schema, value) => doors.schemas.compile(schema)(value),
        signal,
      }),
    );
  } finally {
    cancel();
  }
}

/** A tool that does not listen to its signal is left behind: its caller is answered in time all the same. */
async function untilAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => {
    const { reason } = signal;
    reject(reason instanceof Aborted ? reason : new Aborted('Cancelled', 'the call was cancelled'));
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work(), promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
