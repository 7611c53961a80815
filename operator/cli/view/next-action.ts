import { reasons } from '../../api/conditions.ts';
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
  ToolFailed: (code) => `mend what the tool found or lacked; then try it again: ${code('retry')}`,
  ToolOutcomeUnknown: (code) => `find out whether the call had its effect; then call it again: ${code('retry')}`,
  ReviewUndecided: (code) =>
    `change the template; or have the experts, and then a person, asked again: ${code('retry')}`,
  ReferenceMissing: () => 'apply the ConfigMap or Secret that is named; it goes on by itself',
  ReferenceRefused: () => 'grant the right that is named; it goes on by itself',
  ServiceUnfit: () => 'give up the selector of the named Service, as the message shows',
  GatewayApiMissing: () => 'install the Gateway API, or remove canary.traffic; it goes on by itself',
  TrafficNotInForce: () => 'mend the gateway or the Service that is named; it goes on by itself',
  DependencyMissing: () => 'apply the Deployment that is named, or take it out of spec.dependsOn',
  DependencyNotReady: () => 'bring the Deployment that is named to Ready; it goes on by itself',
  DependencyCycle: () => 'take one of the named Deployments out of spec.dependsOn',
  GroupIncomplete: () => 'apply the members that are missing with the same spec.group; it goes on by itself',
};

/** By reason of one that is at work: what it waits for, where nobody has to be asked for it. */
const WAITING: Readonly<Record<string, (command: (verb: string) => string) => string>> = {
  WaitingForApproval: () => 'a person must answer: kubectl get consult shows what is asked',
  WaitingForPromotion: (code) => `it pauses: go on with ${code('promote')}, or go back with ${code('abort')}`,
  WaitingForPause: (code) => `it pauses: go on with ${code('promote')}, or go back with ${code('abort')}`,
  WaitingForDependency: () => 'wait for the Deployments that are named, or take them out of spec.dependsOn',
  WaitingForGroup: (code) => `wait for the members that are named; or take all back: ${code('abort')}`,
  WaitingForSlot: () => 'wait: the Tenant lets so many deliveries go on at once',
  WaitingForTurn: (code) => `wait for its turn; or start it now: ${code('retry')}`,
};

/** The next action and whose it is, as the command to type where there is one. */
export function nextAction(view: Omit<DeliveryView, 'next'>): string {
  const code = (verb: string): string => `kubectl code ${verb} ${view.name} -n ${view.namespace}`;
  if (!view.current) return 'wait: the operator has not seen the newest spec yet';
  switch (view.standing) {
    case 'Ready':
      return view.reason === reasons.dryRunPassed
        ? 'set spec.dryRun to false to deliver it'
        : 'nothing: the newest version serves';
    case 'Suspended':
      return 'set spec.suspend, or spec.dryRun, to false to let it go on';
    case 'Stalled':
      return STALLED[view.reason]?.(code) ?? `read the cause: ${code('explain')}`;
    case 'Working':
      return working(view, code);
  }
}

function working(view: Omit<DeliveryView, 'next'>, code: (verb: string) => string): string {
  const [awaiting] = view.approvals;
  if (awaiting !== undefined) {
    const [first = 'approve', ...others] = awaiting.options;
    const command = `kubectl code answer ${awaiting.consultation} -n ${view.namespace} --answer ${first}`;
    return `a person must answer "${awaiting.title}": ${[command, ...others.map((one) => `--answer ${one}`)].join(', or ')}`;
  }
  if (view.reason === 'WaitingForDecision') return decide(view, code);
  const waiting = WAITING[view.reason];
  if (waiting !== undefined) return waiting(code);
  const failing = view.revisions.some(({ roles, pods = [] }) => {
    return roles.includes('desired') && pods.some(({ health }) => health === 'bad');
  });
  if (failing) return `its pods fail: it goes back by itself at the deadline; or at once: ${code('abort')}`;
  return `wait, the operator is at work: ${code('watch')}`;
}

/** A person decides about metrics without a verdict, or about a failure that does not go back by itself: that cannot go on. */
function decide({ message }: Pick<DeliveryView, 'message'>, code: (verb: string) => string): string {
  if (message.includes('spec.rollback.automatic is false')) {
    return `it failed and is held: ${code('abort')} goes back, ${code('retry')} tries again`;
  }
  return `the metrics came to no verdict: ${code('promote')} goes on, ${code('abort')} goes back`;
}
