import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** `inherit` shows the output as it comes; `collect` returns it; a prefix shows it line by line, each after the prefix. */
  readonly output?: 'inherit' | 'collect' | { readonly prefix: string };
}

export interface CommandResult {
  readonly code: number;
  /** Both streams in the order they came, when collected. */
  readonly output: string;
}

/** Runs a program without a shell and resolves with its exit code; a program that cannot start rejects, naming it. */
export function runCommand(
  program: string,
  parameters: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const { output = 'inherit' } = options;
    const stream = output === 'inherit' ? 'inherit' : 'pipe';
    const child = spawn(program, parameters, {
      stdio: ['ignore', stream, stream],
      env: { ...process.env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    const chunks: Buffer[] = [];
    for (const from of [child.stdout, child.stderr]) {
      if (from === null) continue;
      if (output === 'collect') from.on('data', (chunk: Buffer) => chunks.push(chunk));
      else if (output !== 'inherit') createInterface(from).on('line', (line) => console.log(output.prefix + line));
    }
    child.on('error', (cause) => reject(new Error(`${program} could not be started: ${cause.message}`, { cause })));
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }));
  });
}
