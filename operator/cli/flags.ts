import { type ParseArgsConfig, parseArgs } from 'node:util';
import { parseDuration } from '../core/duration.ts';
import { nearest } from './nearest.ts';
import { UsageError } from './usage-error.ts';

export interface Flag {
  readonly short?: string;
  /** What stands behind it in the help, for example `DURATION`; absent for a switch. */
  readonly value?: string;
  readonly help: string;
}

export type Flags = Readonly<Record<string, Flag>>;

/** Taken by every command, as kubectl takes them. */
export const commonFlags = {
  kubeconfig: { value: 'FILE', help: 'the kubeconfig to use instead of $KUBECONFIG or ~/.kube/config' },
  context: { value: 'NAME', help: 'the context of the kubeconfig to use instead of its current one' },
  namespace: { short: 'n', value: 'NAME', help: 'the namespace to use instead of that of the context' },
  output: { short: 'o', value: 'json', help: 'json: the same as data, one document (watch: one a change)' },
  help: { short: 'h', help: 'show this help' },
} as const satisfies Flags;

export interface FlagValues {
  text(name: string): string | undefined;
  has(name: string): boolean;
  /** Milliseconds. @throws UsageError for what is no duration. */
  duration(name: string): number | undefined;
}

/** Takes the words apart. @throws UsageError for a flag nobody knows, with the one that was probably meant. */
export function parseFlags(
  parameters: readonly string[],
  known: Flags,
): { readonly words: readonly string[]; readonly flags: FlagValues } {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const [name, { short, value }] of Object.entries(known)) {
    options[name] = { type: value === undefined ? 'boolean' : 'string', ...(short === undefined ? {} : { short }) };
  }
  const { tokens, positionals } = parseArgs({
    args: [...parameters],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const flag = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (flag === undefined) throw unknownFlag(token.rawName, known);
    // `--to --yes` is a value that was forgotten, not a value.
    if (
      flag.value !== undefined &&
      (token.value === undefined || (!token.inlineValue && token.value.startsWith('-')))
    ) {
      throw new UsageError(`${token.rawName} needs a value: ${token.rawName} ${flag.value}`);
    }
    if (flag.value === undefined && token.value !== undefined) {
      throw new UsageError(`${token.rawName} takes no value: leave out =${token.value}`);
    }
    values.set(token.name, token.value ?? '');
  }
  return { words: positionals, flags: valuesOf(values) };
}

function unknownFlag(raw: string, known: Flags): UsageError {
  const meant = nearest(raw.replace(/^-+/, ''), Object.keys(known));
  return new UsageError(`there is no flag ${raw}: ${meant === undefined ? 'see --help' : `did you mean --${meant}?`}`);
}

function valuesOf(values: ReadonlyMap<string, string>): FlagValues {
  return {
    text: (name) => values.get(name),
    has: (name) => values.has(name),
    duration: (name) => {
      const text = values.get(name);
      if (text === undefined) return undefined;
      const parsed = parseDuration(text);
      if (parsed === undefined) throw new UsageError(`--${name} ${text} is no duration: write 90s, 5m or 1h30m`);
      return parsed;
    },
  };
}
