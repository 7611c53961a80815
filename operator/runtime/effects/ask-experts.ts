import type { AskExperts, ExpertAnswer, ExpertReference } from '../../core/action.ts';
import type { ExpertProvider } from '../../ports/experts.ts';
import type { Performer } from '../perform.ts';

/** Asks every expert of the panel once, in parallel, under one deadline. An expert nobody provides says so. */
export function askExperts(providers: readonly ExpertProvider[]): Performer<'ask-experts'> {
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  return (action, { signal, lend }) =>
    lend(async () => {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(action.timeout)]);
      const answers = await Promise.all(action.experts.map((expert) => ask(byName, expert, action, deadline)));
      return { answers };
    });
}

function ask(
  providers: ReadonlyMap<string, ExpertProvider>,
  expert: ExpertReference,
  action: AskExperts,
  signal: AbortSignal,
): Promise<ExpertAnswer> {
  const provider = providers.get(expert.provider.split('/')[0] ?? '');
  return provider === undefined ? Promise.resolve(unavailable(expert)) : provider.ask(expert, action.question, signal);
}

function unavailable(expert: ExpertReference): ExpertAnswer {
  return {
    expert: expert.name,
    provider: expert.provider,
    kind: 'llm',
    state: 'Failed',
    rationale: '',
    findings: [],
    version: '',
    latency: 0,
    error: `no provider ${expert.provider} is configured`,
  };
}
