/** How `kubectl code` ends; documented in `--help` and README. */
export const exitCodes = {
  /** Done; of `watch`: the delivery is Ready. */
  done: 0,
  /** The delivery is Stalled, the object does not exist, or the cluster refused what was asked. */
  refused: 1,
  /** The command was written wrongly: nothing was asked of the cluster. */
  usage: 2,
  /** `--timeout` passed first. */
  timeUp: 3,
  /** The cluster could not be reached, or its credentials could not be read. */
  unreachable: 4,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
