import { steering } from '../steer.ts';

export const promote = steering('promote', {
  summary: 'skip the pause or weight a delivery waits at; never the policy gate, a review or a failing analysis',
  details: `Sets the annotation code-engine.dev/promote to a new value and waits until the operator echoes it in status.handled.
Needs the RBAC verb promote on deployments.code-engine.dev (role code:operator).

  kubectl code promote shop -n acme-prod`,
});
