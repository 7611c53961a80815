/** Faults of what only a Tenant lets a delivery use: MCP servers that are not ours, and people. */
import { back, type DeliveryFault, PROMOTED, stalled, withCall, withSteps } from './delivery-faults.ts';

/** A MCP server that is not ours: `startToolPeer`. */
export const PEER = 'peer';

export const PANEL = 'release-managers';

/** Called before a Rolling or a BlueGreen delivery begins: nothing is to be taken back. */
const tool = (name: string, called: string, words: RegExp, cause = 'ToolFailed'): DeliveryFault => {
  const before = stalled(cause, words);
  return {
    name,
    tenant: true,
    change: (_place, deployment) => withCall(deployment, PEER, called, {}),
    ending: { Rolling: before, BlueGreen: before, Canary: back(cause, words) },
  };
};

export const NOBODY_APPROVES: DeliveryFault = {
  name: 'nobody approves',
  tenant: true,
  // The others have no steps; the shortest review takes 6 minutes.
  change: (_place, deployment) =>
    withSteps(deployment, [{ weight: 50 }, { approve: { panel: PANEL, expiresAfter: '2s' } }]),
  ending: {
    Rolling: PROMOTED,
    BlueGreen: PROMOTED,
    Canary: back('ApprovalExpired', /panel release-managers did not approve by/),
  },
};

export const TENANT_FAULTS: readonly DeliveryFault[] = [
  tool('foreign tool fails', 'complain', /peer\.complain \(ask\) failed: the freezer is open/),
  tool('foreign tool hangs', 'hang', /peer\.hang \(ask\) failed: peer\.hang did not answer within 2 s, 2 times/),
  tool(
    'foreign tool hangs, and may not be repeated',
    'stall',
    /nobody knows whether tool peer\.stall \(ask\) was carried out: peer\.stall did not answer within 2 s/,
    'ToolOutcomeUnknown',
  ),
  NOBODY_APPROVES,
];
