import type { Milliseconds } from '../core/decision.ts';
import type { ConfigReader } from './config.ts';
import type { Reader } from './kube.ts';

/** The doors an `observe` may use: reads only. */
export interface Doors {
  readonly reader: Reader;
  readonly config: ConfigReader;
  /** Unix time at the start of the pass, the same as the laws'. */
  readonly now: Milliseconds;
}
