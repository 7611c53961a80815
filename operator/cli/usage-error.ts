/** The command was written wrongly; the message says how to write it. Nothing was asked of the cluster. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
