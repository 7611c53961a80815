import { setTimeout as delay } from 'node:timers/promises';
import type { Component } from '../cluster/component.ts';

/** Stops a program in the middle of whatever it does for so many milliseconds: how long is the fault itself. */
export async function pausedFor(component: Component, milliseconds: number): Promise<void> {
  component.pause();
  try {
    await delay(milliseconds);
  } finally {
    component.resume();
  }
}

/** The same for any program that a test started. */
export async function stoppedFor(pid: number, milliseconds: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  try {
    await delay(milliseconds);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}
