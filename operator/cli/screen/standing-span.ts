import type { DeliveryView, Standing } from '../view/delivery-view.ts';
import { type Span, type Tone, tone } from './line.ts';

const TONES: Readonly<Record<Standing, Tone>> = { Ready: 'good', Stalled: 'bad', Working: 'busy', Suspended: 'faint' };

/** `Stalled: Failed (PolicyDenied)`; what only repeats is left out. */
export function standingSpan({ standing, phase, reason }: Pick<DeliveryView, 'standing' | 'phase' | 'reason'>): Span {
  const told = phase === standing ? standing : `${standing}: ${phase}`;
  return tone(TONES[standing], reason === phase || reason === standing ? told : `${told} (${reason})`);
}
