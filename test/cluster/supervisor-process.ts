/**
 * The process that owns every child of the harness. It stands between a test (or `npm start`) and the programs it
 * starts, because a parent that is killed with SIGKILL cannot clean up: when the channel to the parent closes, for
 * whatever reason, this process kills all children with their process groups, removes the directory and leaves.
 *
 * Its law: nothing it started, and no file in its directory, outlives the channel.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync } from 'node:fs';
import type { FromSupervisor, ToSupervisor } from './supervisor-messages.ts';

const directory = process.argv[2];
const children = new Map<number, ChildProcess>();
let leaving = false;

function tell(message: FromSupervisor): void {
  if (process.connected) process.send?.(message);
}

function start(message: Extract<ToSupervisor, { type: 'start' }>): void {
  const log = openSync(message.log, 'a');
  // A group of its own, so that what the child starts (go build starts compilers) dies with it, and so that the
  // terminal's Ctrl-C reaches the parent only, which then decides.
  const child = spawn(message.program, [...message.parameters], {
    detached: true,
    stdio: ['ignore', log, log],
    env: message.environment,
    cwd: message.directory,
  });
  closeSync(log);
  child.once('error', (error) => tell({ type: 'failed', id: message.id, message: error.message }));
  child.once('spawn', () => {
    if (child.pid !== undefined) tell({ type: 'started', id: message.id, pid: child.pid });
  });
  child.once('exit', (code, signal) => {
    children.delete(message.id);
    tell({ type: 'exited', id: message.id, code, signal });
  });
  if (child.pid !== undefined) children.set(message.id, child);
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone already, which is what was wanted.
  }
}

async function leave(): Promise<void> {
  if (leaving) return;
  leaving = true;
  const running = [...children.values()];
  const exits = running.map((child) => once(child, 'exit'));
  for (const child of running) killGroup(child);
  await Promise.all(exits);
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  process.exit(0);
}

process.on('message', (message: ToSupervisor) => {
  if (message.type === 'stop') void leave();
  else if (!leaving) start(message);
});
process.on('disconnect', () => void leave());
process.on('SIGTERM', () => void leave());
process.on('SIGINT', () => void leave());
process.on('SIGHUP', () => void leave());
// The parent may have died before this process listened.
if (!process.connected) void leave();
