import { until } from '../support/until.ts';
import { logTail } from './log-tail.ts';
import { PlaneError } from './plane-error.ts';
import type { Child, Command, Exit, Supervisor } from './supervisor.ts';

/** Answers whether a program is ready to be used; a refused connection is "not yet", not a throw. */
export type Ready = () => Promise<boolean>;

/** One program of the plane, which a test may stop, continue, kill and start again. */
export class Component {
  readonly #supervisor: Supervisor;
  readonly #command: Command;
  readonly #ready: Ready;
  #child: Child | undefined;
  #exit: Exit | undefined;

  constructor(supervisor: Supervisor, command: Command, ready: Ready) {
    this.#supervisor = supervisor;
    this.#command = command;
    this.#ready = ready;
  }

  get name(): string {
    return this.#command.name;
  }

  /** The file its output goes to; a restart appends. */
  get log(): string {
    return this.#command.log;
  }

  /** Its process id while it runs. */
  get pid(): number | undefined {
    return this.#exit === undefined ? this.#child?.pid : undefined;
  }

  /** Starts it and waits until it is ready; a program that ends instead is reported with the end of its log. */
  async start(deadline = 60_000): Promise<void> {
    if (this.pid !== undefined) throw new PlaneError(`${this.name} is running already; kill it first`);
    this.#exit = undefined;
    const child = await this.#supervisor.start(this.#command);
    this.#child = child;
    void child.exit.then((exit) => {
      if (this.#child === child) this.#exit = exit;
    });
    const what = () => `${this.name} was ready; the end of its log ${this.log}:\n${logTail(this.log)}`;
    await until(what, deadline, async () => {
      if (this.#exit !== undefined) throw this.#ended(this.#exit);
      return this.#ready();
    });
  }

  /** Stops it in the middle of whatever it does (SIGSTOP): connections stay open and nothing answers. */
  pause(): void {
    this.#signal('SIGSTOP');
  }

  /** Lets a paused program go on (SIGCONT). */
  resume(): void {
    this.#signal('SIGCONT');
  }

  /** Ends it at once (SIGKILL) and waits until it is gone; nothing starts it again. */
  async kill(): Promise<void> {
    const child = this.#running();
    this.#signal('SIGKILL');
    this.#exit = await child.exit;
  }

  /** Kills it when it runs, starts it with the same flags, port and data, and waits until it is ready. */
  async restart(deadline?: number): Promise<void> {
    if (this.pid !== undefined) await this.kill();
    await this.start(deadline);
  }

  #signal(signal: NodeJS.Signals): void {
    process.kill(this.#running().pid, signal);
  }

  #running(): Child {
    if (this.#child === undefined || this.#exit !== undefined) throw new PlaneError(`${this.name} is not running`);
    return this.#child;
  }

  #ended(exit: Exit): PlaneError {
    const how = exit.signal === null ? `with code ${exit.code}` : `by ${exit.signal}`;
    return new PlaneError(`${this.name} ended ${how} before it was ready; the end of its log:\n${logTail(this.log)}`);
  }
}
