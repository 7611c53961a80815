import { steering } from '../steer.ts';

export const retry = steering('retry', {
  summary: 'try a rejected or failed version once more, without changing it',
  details: `Sets the annotation code-engine.dev/retry to a new value and waits until the operator echoes it in status.handled: one
new attempt, with every step from the first. Needs the RBAC verb retry on deployments.code-engine.dev (role code:operator).

  kubectl code retry shop -n acme-prod && kubectl code watch shop -n acme-prod`,
});
