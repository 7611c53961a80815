/** Why work is stopped on purpose: the reasons of `Aborted`. What follows for the key is decided in `runtime/workers.ts`. */
export const abortReasons = {
  /** Another replica may be the leader: no write, no status, the process ends. */
  leaseLost: 'LeaseLost',
  /** The process was asked to end: the next one takes the key up again. */
  shutdown: 'Shutdown',
  /** The object changed in what the work was about: start over at once. */
  superseded: 'Superseded',
  /** The pass took longer than it may. */
  deadlinePassed: 'DeadlinePassed',
} as const;
