import type { Command } from './command.ts';
import { commonFlags, type Flags } from './flags.ts';

const EXIT_CODES = `Exit codes:
  0    done; watch: the delivery is Ready
  1    the delivery is Stalled, the object does not exist, or the cluster refused
  2    the command was written wrongly
  3    --timeout passed
  4    the cluster could not be reached
  130  Ctrl-C
`;

/** What `kubectl code` alone prints. */
export function overview(commands: readonly Command[]): string {
  const rows = commands.map(({ name, parameters, summary }) => [`${name} ${parameters.join(' ')}`.trimEnd(), summary]);
  return `kubectl code: deliveries at the keyboard.

Usage: kubectl code COMMAND [NAME] [flags]

Commands:
${table(rows)}
Flags of every command:
${table(flagRows(commonFlags))}
${EXIT_CODES}
\`kubectl code COMMAND --help\` tells more.
`;
}

export function helpOf({ name, parameters, summary, flags, details }: Command): string {
  const own = Object.keys(flags).length === 0 ? '' : `Flags:\n${table(flagRows(flags))}\n`;
  const usage = ['kubectl code', name, ...parameters, '[flags]'].join(' ');
  return `${summary}\n\nUsage: ${usage}\n\n${details.trim()}\n\n${own}Flags of every command:\n${table(flagRows(commonFlags))}\n${EXIT_CODES}`;
}

function flagRows(flags: Flags): readonly (readonly string[])[] {
  return Object.entries(flags).map(([name, { short, value, help }]) => [
    `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
    help,
  ]);
}

function table(rows: readonly (readonly string[])[]): string {
  const width = Math.max(...rows.map(([first = '']) => first.length));
  return rows.map(([first = '', second = '']) => `  ${first.padEnd(width)}  ${second}\n`).join('');
}
