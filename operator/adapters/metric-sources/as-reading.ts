import { Aborted, asCodeError, Bug, Upstream } from '../../api/errors.ts';
import type { MetricContext, MetricReading } from '../../ports/metric-source.ts';

/**
 * Runs one exchange under the question's deadline and makes a reading of what goes wrong with the provider. Only the stop of
 * the pass and our own faults are thrown.
 */
export async function asReading(
  provider: string,
  { signal, timeout }: MetricContext,
  exchange: (signal: AbortSignal) => Promise<MetricReading>,
): Promise<MetricReading> {
  const deadline = AbortSignal.timeout(timeout);
  const both = AbortSignal.any([signal, deadline]);
  try {
    return await exchange(both);
  } catch (thrown) {
    if (signal.aborted) throw new Aborted('Aborted', `the query to ${provider} was stopped`, thrown);
    if (deadline.aborted) {
      const message = `${provider} did not answer within ${timeout / 1000} s`;
      return { kind: 'error', message, cause: 'unreachable' };
    }
    const failure = asCodeError(thrown);
    if (failure instanceof Bug) throw failure;
    return { kind: 'error', message: failure.message, ...CAUSES[failure.reason] };
  }
}

/** By the reason of an error; the others say nothing for certain. */
const CAUSES: Readonly<Record<string, Pick<Extract<MetricReading, { kind: 'error' }>, 'cause'>>> = {
  AddressNotAllowed: { cause: 'question' },
  ProviderUnreachable: { cause: 'unreachable' },
};

/** What `fetch` throws where a connection fails, said of the provider; an error of ours stays what it is. */
export function unreachable(provider: string, thrown: unknown): unknown {
  // undici throws TypeError and keeps what happened in its cause
  if (!(thrown instanceof TypeError)) return thrown;
  const cause = thrown.cause instanceof Error ? thrown.cause.message || thrown.cause.name : thrown.message;
  return new Upstream('ProviderUnreachable', `could not reach ${provider}: ${cause.slice(0, 256)}`, { cause: thrown });
}
