import type { AskExperts, ExpertAnswer, ExpertReference } from '../../core/action.ts';
import type { Milliseconds } from '../../core/decision.ts';
import type { ExpertProvider } from '../../ports/experts.ts';
import type { Performer } from '../perform.ts';

/** Asks every expert of the panel once, in parallel, under one deadline. An expert nobody provides, or who is late, says so. */
export function askExperts(providers: readonly ExpertProvider[]): Performer<'ask-experts'> {
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  return (action, { signal, lend }) =>
    lend(async () => {
      const deadline = AbortSignal.timeout(action.timeout);
      const answers = action.experts.map((expert) => {
        const provider = byName.get(expert.provider.split('/')[0] ?? '');
        if (provider === undefined) return failed(expert, `no provider ${expert.provider} is configured`, 0);
        return ask(provider, expert, action, { pass: signal, deadline });
      });
      return { answers: await Promise.all(answers) };
    });
}

/** Whoever does not listen to its signal is not waited for. */
async function ask(
  provider: ExpertProvider,
  expert: ExpertReference,
  { question, timeout }: AskExperts,
  { pass, deadline }: { readonly pass: AbortSignal; readonly deadline: AbortSignal },
): Promise<ExpertAnswer> {
  const signal = AbortSignal.any([pass, deadline]);
  try {
    signal.throwIfAborted();
    return await Promise.race([provider.ask(expert, question, signal), rejectionOf(signal)]);
  } catch (thrown) {
    if (pass.aborted || !deadline.aborted) throw thrown;
    return failed(expert, `gave no answer within ${timeout / 1_000} s`, timeout);
  }
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function failed({ name, provider }: ExpertReference, error: string, latency: Milliseconds): ExpertAnswer {
  const silent = { state: 'Failed', rationale: '', findings: [], version: '' } as const;
  return { expert: name, provider, kind: 'llm', ...silent, latency, error };
}
