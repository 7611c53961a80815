import { steering } from '../steer.ts';

export const abort = steering('abort', {
  summary: 'stop the delivery under way and go back to what serves; its version is remembered as rejected',
  details: `Sets the annotation code-engine.dev/abort to a new value and waits until the operator echoes it in status.handled.
Where no delivery is under way the operator says so and nothing happens. Needs the RBAC verb abort on
deployments.code-engine.dev (role code:operator).

  kubectl code abort shop -n acme-prod`,
});
