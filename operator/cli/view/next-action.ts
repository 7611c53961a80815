import type { DeliveryView } from './delivery-view.ts';

/** By reason of a Stalled delivery: what ends it. */
const STALLED: Readonly<Record<string, (command: (verb: string) => string) => string>> = {
  PolicyDenied: (code) => `change what the rule names; ${code('explain')} shows the rule and the remedy`,
  ReviewRejected: (code) => `change what the findings name; ${code('explain')} lists them`,
  NotSupportedYet: () => 'remove the named field and apply again',
  InvalidSpec: () => 'correct the named field and apply again',
  DryRunRefused: () => 'change what the API server named, or ask for the quota or right it named',
  RolledBack: (code) => `change the template (in Git, where it comes from there); or try it again: ${code('retry')}`,
  FirstDeliveryFailed: (code) => `change the template; or try it again: ${code('retry')}`,
  DeliveryFailed: (code) => `change the template; or try it again: ${code('retry')}`,
};

/** The next action and whose it is, as the command to type where there is one. */
export function nextAction(view: Omit<DeliveryView, 'next'>): string {
  const code = (verb: string): string => `kubectl code ${verb} ${view.name} -n ${view.namespace}`;
  if (!view.current) return 'wait: the operator has not seen the newest spec yet';
  switch (view.standing) {
    case 'Ready':
      return 'nothing: the newest version serves';
    case 'Suspended':
      return 'set spec.suspend to false to let it go on';
    case 'Stalled':
      return STALLED[view.reason]?.(code) ?? `read the cause: ${code('explain')}`;
    case 'Working':
      return working(view, code);
  }
}

function working(view: Omit<DeliveryView, 'next'>, code: (verb: string) => string): string {
  const [awaiting] = view.approvals;
  if (awaiting !== undefined) {
    return `a person must answer: kubectl code answer ${awaiting.consultation} -n ${view.namespace} --answer approve`;
  }
  if (view.reason === 'WaitingForApproval') return 'a person must answer: kubectl get consult shows what is asked';
  if (view.reason === 'WaitingForPromotion' || view.reason === 'WaitingForPause') {
    return `it pauses: go on with ${code('promote')}, or go back with ${code('abort')}`;
  }
  const failing = view.revisions.some(({ roles, pods = [] }) => {
    return roles.includes('desired') && pods.some(({ health }) => health === 'bad');
  });
  if (failing) return `its pods fail: it goes back by itself at the deadline; or at once: ${code('abort')}`;
  return `wait, the operator is at work: ${code('watch')}`;
}
