import type { Notice } from '../../ports/notifier.ts';

/** What both JSON wires tell of a notice, without what their envelopes hold. */
export function toldData({ id: _id, type: _type, at: _at, namespace, name, uid, ...rest }: Notice) {
  return { deployment: { namespace, name, uid }, ...rest };
}
