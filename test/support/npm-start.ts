import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { nodeBinary, projectRoot } from '../verbs/project.ts';
import { commandsMarked, processesMentioning } from './processes.ts';
import { until } from './until.ts';

const SIGNALS = 20_000;

/** `npm start` as a child process, with its input closed: there is no terminal. */
export class NpmStart {
  readonly #child: ChildProcess;
  readonly #mark = `CODE_NPM_START=${randomUUID()}`;
  readonly #ended: Promise<void>;
  #directory: string | undefined;
  /** What it wrote so far, both streams. */
  output = '';

  constructor(...parameters: readonly string[]) {
    const [name = '', value] = this.#mark.split('=');
    this.#child = spawn(nodeBinary, ['--disable-warning=ExperimentalWarning', 'test/cluster/start.ts', ...parameters], {
      cwd: projectRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, [name]: value },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString('utf8');
      });
    }
    this.#ended = new Promise((resolve) => this.#child.once('close', () => resolve()));
  }

  /** Resolves when it has written the text, and remembers where its plane lives. */
  async says(text: string, deadline: number): Promise<void> {
    await until(
      () => `npm start said "${text}"; it said:\n${this.output}`,
      deadline,
      () => {
        if (this.output.includes(text)) return true;
        if (this.#child.exitCode !== null) throw new Error(`npm start ended before it said "${text}":\n${this.output}`);
        return false;
      },
    );
    this.#directory ??= await this.#planeDirectory();
  }

  /** Resolves with the exit code. */
  async ended(deadline: number): Promise<number | null> {
    let over = false;
    void this.#ended.then(() => {
      over = true;
    });
    await until(
      () => `npm start ended; it said:\n${this.output}`,
      deadline,
      () => over,
    );
    return this.#child.exitCode;
  }

  /** As Ctrl-C would, and resolves with the exit code. */
  async interrupt(): Promise<number | null> {
    this.#child.kill('SIGINT');
    return this.ended(SIGNALS);
  }

  /** Commands and directories that outlive it; waits a little for those on their way out. */
  async leftovers(): Promise<readonly string[]> {
    const look = async (): Promise<readonly string[]> => {
      const directory = this.#directory;
      if (directory === undefined) return commandsMarked(this.#mark);
      const mentioning = (await processesMentioning(directory)).map((pid) => `process ${pid}`);
      const kept = existsSync(directory) ? [directory] : [];
      return [...(await commandsMarked(this.#mark)), ...mentioning, ...kept];
    };
    await until('nothing was left', SIGNALS, async () => (await look()).length === 0).catch(() => undefined);
    return look();
  }

  /** For after a test, however it ended. */
  async kill(): Promise<void> {
    if (this.#child.exitCode === null) this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** The supervisor is told its directory as an argument. */
  async #planeDirectory(): Promise<string | undefined> {
    const commands = await commandsMarked(this.#mark);
    return commands
      .map((command) => /supervisor-process\.ts (\S+)/.exec(command)?.[1])
      .find((path) => path !== undefined);
  }
}
