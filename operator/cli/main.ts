/** `kubectl code`: deliveries at the keyboard. This is the one place of the plugin that touches the process. */
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { run } from './run.ts';
import type { Terminal } from './terminal.ts';

enableCompileCache();

const { stdout, stderr, stdin } = process;
const { KUBECONFIG, NO_COLOR, TERM } = process.env;
const interactive = stdout.isTTY === true;

const terminal: Terminal = {
  interactive,
  colours: interactive && !NO_COLOR && TERM !== 'dumb',
  size: () => ({ columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 }),
  write: (text) => {
    stdout.write(text);
  },
  complain: (text) => {
    stderr.write(text);
  },
  canAsk: stdin.isTTY === true,
  async ask(question, signal) {
    if (stdin.isTTY !== true) return undefined;
    const line = createInterface({ input: stdin, output: stderr });
    try {
      return await line.question(question, { signal });
    } finally {
      line.close();
    }
  },
};

// A reader that has seen enough, such as `head`, is no failure.
stdout.on('error', (error) => {
  if (!('code' in error) || error.code !== 'EPIPE') throw error;
});
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());

process.exitCode = await run(process.argv.slice(2), {
  terminal,
  kubeconfigs: KUBECONFIG?.split(process.platform === 'win32' ? ';' : ':').filter((path) => path !== '') ?? [],
  ownKubeconfig: join(homedir(), '.kube', 'config'),
  environment: process.env,
  signal: interrupted.signal,
});
