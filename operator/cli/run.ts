import { clock } from '../adapters/clock.ts';
import { asCodeError } from '../api/errors.ts';
import type { Cluster } from './cluster/cluster.ts';
import type { Command } from './command.ts';
import { commands } from './commands/index.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { commonFlags, type FlagValues, parseFlags } from './flags.ts';
import { helpOf, overview } from './help.ts';
import { nearest } from './nearest.ts';
import { refusalOf } from './refusal.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export interface Surroundings {
  readonly terminal: Terminal;
  /** Of $KUBECONFIG, in order. */
  readonly kubeconfigs: readonly string[];
  /** Used when nothing else names one. */
  readonly ownKubeconfig: string;
  /** For credential plugins. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** From the words after `kubectl code` to an exit code; every error becomes a sentence here, and only here. */
export async function run(parameters: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { terminal, signal } = surroundings;
  try {
    const [word, ...rest] = parameters;
    if (word === undefined || word === 'help' || word === '--help' || word === '-h') {
      const about = word === 'help' ? rest[0] : undefined;
      terminal.write(about === undefined ? overview(commands) : helpOf(commandOf(about)));
      return exitCodes.done;
    }
    return await call(commandOf(word), rest, surroundings);
  } catch (thrown) {
    if (signal.aborted) return exitCodes.interrupted;
    if (thrown instanceof UsageError) {
      terminal.complain(`error: ${thrown.message}\n`);
      return exitCodes.usage;
    }
    const { message, code } = refusalOf(asCodeError(thrown));
    terminal.complain(`error: ${message}\n`);
    return code;
  }
}

function commandOf(word: string): Command {
  const found = commands.find(({ name }) => name === word);
  if (found !== undefined) return found;
  const names = commands.map(({ name }) => name);
  if (word.startsWith('-')) throw new UsageError(`write the command first: kubectl code ${names.join('|')}`);
  const meant = nearest(word, names);
  throw new UsageError(
    `there is no command ${word}: ${meant === undefined ? `use one of ${names.join(', ')}` : `did you mean ${meant}?`}`,
  );
}

async function call(command: Command, rest: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { terminal, signal } = surroundings;
  const { words, flags } = parseFlags(rest, { ...commonFlags, ...command.flags });
  if (flags.has('help')) {
    terminal.write(helpOf(command));
    return exitCodes.done;
  }
  const json = wantsJson(flags);
  checkWords(command, words);
  const cluster = await connect(flags, surroundings);
  try {
    return await command.run({ words, flags, json, terminal, cluster, clock, signal });
  } finally {
    await cluster.close();
  }
}

function wantsJson(flags: FlagValues): boolean {
  const output = flags.text('output');
  if (output !== undefined && output !== 'json') throw new UsageError(`there is no output ${output}: write -o json`);
  return output === 'json';
}

function checkWords(command: Command, words: readonly string[]): void {
  const { name, parameters } = command;
  const missing = parameters[words.length];
  if (missing !== undefined)
    throw new UsageError(`${missing} is missing: kubectl code ${name} ${parameters.join(' ')}`);
  const extra = words[parameters.length];
  if (extra !== undefined) throw new UsageError(`${extra} is one word too many: see kubectl code ${name} --help`);
}

/** What it takes to talk to a cluster is loaded here, so that help and mistakes are answered at once. */
async function connect(flags: FlagValues, surroundings: Surroundings): Promise<Cluster> {
  const [{ userAccess }, { kubeCluster }] = await Promise.all([
    import('../adapters/kube/user-access.ts'),
    import('./cluster/kube-cluster.ts'),
  ]);
  const { kubeconfigs, ownKubeconfig, environment, terminal, signal } = surroundings;
  const named = flags.text('kubeconfig');
  const ambient = kubeconfigs.length > 0 ? kubeconfigs : [ownKubeconfig];
  const access = await userAccess(named === undefined ? ambient : [named], flags.text('context'), {
    environment,
    interactive: terminal.canAsk,
  });
  return kubeCluster(access, flags.text('namespace'), signal);
}
