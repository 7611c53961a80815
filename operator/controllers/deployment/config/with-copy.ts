import type { Effect } from '../../../core/action.ts';
import { copyName } from '../delivery/frozen-config.ts';
import type { ObservedConfig } from './observed-config.ts';

type Copied = Extract<Effect, { readonly action: { readonly type: 'copy-config' } }>;

/** A copy that was made or shared, as the next turn sees it. */
export function withCopy(config: ObservedConfig, { action, outcome }: Copied): ObservedConfig {
  const { kind, source: name, digest, copy } = action;
  const { owners } = outcome;
  const sight = { state: 'present', digest, live: false, immutable: true, owners } as const;
  const others = config.copies.filter((one) => one.kind !== kind || copyName(one) !== copy);
  return { ...config, copies: [...others, { kind, name, digest, sight, renewable: true }] };
}
