import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PlaneError } from './plane-error.ts';
import type { FromSupervisor, ToSupervisor } from './supervisor-messages.ts';

/** One program to run; its output is appended to the file `log`. */
export type Command = {
  readonly name: string;
  readonly program: string;
  readonly parameters: readonly string[];
  readonly log: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly directory?: string;
};

/** How a program ended: by itself with a code, or by a signal. */
export type Exit = { readonly code: number | null; readonly signal: string | null };

/** A running program; `exit` settles when it ended. */
export type Child = { readonly pid: number; readonly exit: Promise<Exit> };

type Waiting = {
  readonly started: PromiseWithResolvers<number>;
  readonly exited: PromiseWithResolvers<Exit>;
};

/**
 * Starts programs that cannot outlive this process, however it dies (see supervisor-process.ts).
 * Does not keep the event loop alive: a caller that forgets `stop` still ends, and everything with it.
 */
export class Supervisor {
  readonly #process: ChildProcess;
  readonly #gone: Promise<unknown>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #pids = new Set<number>();
  #starting = 0;
  #nextId = 1;

  /** @param directory removed with everything in it when the supervisor ends */
  constructor(directory?: string) {
    const script = fileURLToPath(new URL('./supervisor-process.ts', import.meta.url));
    this.#process = fork(script, directory === undefined ? [] : [directory], {
      detached: true,
      stdio: 'ignore',
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#gone = once(this.#process, 'exit');
    // The border to another process: it runs our own supervisor-process.ts, which sends nothing else.
    this.#process.on('message', (message) => this.#hear(message as FromSupervisor));
    this.#process.once('exit', () => this.#lost(directory));
    this.#process.unref();
    this.#process.channel?.unref();
  }

  /** Starts a program; rejects with PlaneError when it cannot be run at all. */
  async start(command: Command): Promise<Child> {
    const id = this.#nextId++;
    const waiting: Waiting = { started: Promise.withResolvers(), exited: Promise.withResolvers() };
    // A caller that never looks at the exit is not in error when the supervisor goes first.
    waiting.exited.promise.catch(() => undefined);
    this.#waiting.set(id, waiting);
    this.#hold(1);
    try {
      this.#tell({
        type: 'start',
        id,
        program: command.program,
        parameters: command.parameters,
        environment: command.environment ?? process.env,
        directory: command.directory ?? process.cwd(),
        log: command.log,
      });
      return { pid: await waiting.started.promise, exit: waiting.exited.promise };
    } catch (error) {
      this.#waiting.delete(id);
      throw new PlaneError(`could not run ${command.name} (${command.program}): ${messageOf(error)}`, { cause: error });
    } finally {
      this.#hold(-1);
    }
  }

  /** Kills every program, removes the directory and waits until both are done. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#hold(1);
    this.#process.ref();
    if (this.#process.connected) this.#tell({ type: 'stop' });
    await this.#gone;
  }

  #tell(message: ToSupervisor): void {
    this.#process.send(message);
  }

  #hold(change: 1 | -1): void {
    this.#starting += change;
    if (this.#starting > 0) this.#process.channel?.ref();
    else this.#process.channel?.unref();
  }

  #hear(message: FromSupervisor): void {
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) return;
    switch (message.type) {
      case 'started':
        this.#pids.add(message.pid);
        waiting.exited.promise.finally(() => this.#pids.delete(message.pid)).catch(() => undefined);
        waiting.started.resolve(message.pid);
        break;
      case 'failed':
        waiting.started.reject(new PlaneError(message.message));
        break;
      case 'exited':
        this.#waiting.delete(message.id);
        waiting.exited.resolve({ code: message.code, signal: message.signal });
        break;
    }
  }

  /** The supervisor is gone: after `stop` nothing is left to do; when it was killed, its work is done from here. */
  #lost(directory: string | undefined): void {
    for (const pid of this.#pids) {
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // Ended together with the supervisor.
      }
    }
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    for (const waiting of this.#waiting.values()) {
      waiting.started.reject(new PlaneError('its supervisor process ended'));
      waiting.exited.resolve({ code: null, signal: 'SIGKILL' });
    }
    this.#waiting.clear();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
