import type { Clock } from '../ports/clock.ts';
import type { Cluster } from './cluster/cluster.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Flags, FlagValues } from './flags.ts';
import type { Terminal } from './terminal.ts';

/** One word after `kubectl code`: what it takes and what it does. */
export interface Command {
  readonly name: string;
  /** One lower-case sentence, for the list of commands. */
  readonly summary: string;
  /** Names of the words it takes, all of them needed: `NAME`. */
  readonly parameters: readonly string[];
  readonly flags: Flags;
  /** What a user should know before calling it, and what it may end with. */
  readonly details: string;
  run(call: Call): Promise<ExitCode>;
}

/** Everything a command may touch. */
export interface Call {
  /** As many as the command's `parameters`. */
  readonly words: readonly string[];
  readonly flags: FlagValues;
  /** True with `-o json`. */
  readonly json: boolean;
  readonly terminal: Terminal;
  readonly cluster: Cluster;
  readonly clock: Clock;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}
