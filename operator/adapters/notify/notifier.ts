import { Aborted, asCodeError } from '../../api/errors.ts';
import type { Sink, WireKind } from '../../api/notices.ts';
import type { Milliseconds } from '../../core/decision.ts';
import type { Clock } from '../../ports/clock.ts';
import { NOTICE_DEADLINE, type Notice, type NoticeOutcome, type Notifier } from '../../ports/notifier.ts';
import { retryAfterOf } from '../../runtime/retry-after.ts';
import { fetchFrom } from '../fetch-from.ts';
import { cloudEvents } from './cloud-events.ts';
import { readKeys, signingKey } from './read-keys.ts';
import { signatureHeaders } from './signature.ts';
import { slack } from './slack.ts';
import { webhook } from './webhook.ts';
import type { Wire } from './wire.ts';

const WIRES: Readonly<Record<WireKind, Wire>> = { webhook, cloudevents: cloudEvents, slack };

/**
 * What a sink says of the letter itself, so that the same again does not help. What it says of the address or the key
 * (401, 403, 404) may be mended meanwhile, as may what it says of itself.
 */
const REFUSALS: ReadonlySet<number> = new Set([400, 410, 413, 415, 422]);
/** However long a sink asks to be left alone. */
const LONGEST_PAUSE: Milliseconds = 3_600_000;

export function notifier(
  sinks: Readonly<Record<string, Sink>>,
  clock: Clock,
  deadline: Milliseconds = NOTICE_DEADLINE,
): Notifier {
  return {
    send: async (name, notice, signal) => {
      const sink = Object.hasOwn(sinks, name) ? sinks[name] : undefined;
      if (sink === undefined) return { state: 'refused', message: `no sink ${name} is configured` };
      const late = AbortSignal.timeout(deadline);
      try {
        return await post(name, sink, notice, clock, AbortSignal.any([signal, late]));
      } catch (thrown) {
        if (signal.aborted) throw new Aborted('Aborted', `telling ${name} was stopped`, thrown);
        return { state: 'failed', message: late.aborted ? silence(name, deadline) : causeOf(name, thrown) };
      }
    },
  };
}

async function post(
  name: string,
  sink: Sink,
  notice: Notice,
  clock: Clock,
  signal: AbortSignal,
): Promise<NoticeOutcome> {
  const wire = WIRES[sink.kind];
  const keys = await readKeys(sink.keyFile);
  const { url, contentType, body } = wire.letter(notice, sink.url, keys);
  const seconds = Math.floor(clock.now() / 1_000);
  const signature = wire.signed ? signatureHeaders(notice.id, seconds, body, keys.map(signingKey)) : {};
  const headers = { 'content-type': contentType, 'user-agent': 'code-operator', ...signature };
  const fetch = fetchFrom([new URL(sink.url).origin]);
  const response = await fetch(url, { method: 'POST', headers, body, signal });
  // Nothing in an answer is of use, and it may be without end.
  await response.body?.cancel();
  return outcomeOf(name, response, clock.now());
}

function outcomeOf(name: string, { ok, status, headers }: Response, now: Milliseconds): NoticeOutcome {
  if (ok) return { state: 'sent' };
  const message = `${name} answered ${status}`;
  if (REFUSALS.has(status)) return { state: 'refused', message };
  const after = retryAfterOf({ 'retry-after': headers.get('retry-after') ?? '' }, now);
  return { state: 'failed', message, ...(after === undefined ? {} : { after: Math.min(after, LONGEST_PAUSE) }) };
}

const silence = (name: string, deadline: Milliseconds) => `${name} did not answer within ${deadline / 1_000} s`;

/** Never the address: that of a slack sink is its key. */
function causeOf(name: string, thrown: unknown): string {
  // undici throws TypeError and keeps what happened in its cause
  if (!(thrown instanceof TypeError)) return asCodeError(thrown).message;
  const { cause } = thrown;
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return `could not reach ${name}${code}`;
}
