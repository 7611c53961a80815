/** What serves has broken by itself: a good version mends it, and a bad one is still told by its own cause. */

import { succeed } from './delivery.ts';
import { type DeliveryFault, type FaultPlace, PROMOTED, pods, stalled } from './delivery-faults.ts';
import type { PodFailure } from './manifests.ts';

/** Its pods run, and are ready no more. */
async function breakServing({ cluster, name: { namespace } }: FaultPlace): Promise<void> {
  await succeed(cluster, ['label', 'pods', '--all', '-n', namespace, 'kwok.code-engine.dev/fail=node-lost']);
  const unready = ['--for=condition=Ready=false', '--timeout=20s'];
  await succeed(cluster, ['wait', 'pods', '--all', '-n', namespace, ...unready]);
}

/** It goes back, which has a deadline of its own: what it goes back to will not stand either. */
const bad = (fail: PodFailure, words: RegExp): DeliveryFault => ({
  ...pods(`serving broken, ${fail}`, fail, 'RollbackIncomplete', words),
  inject: breakServing,
  deadlines: 2,
  ending: stalled('RollbackIncomplete', words),
});

export const BROKEN_SERVING_FAULTS: readonly DeliveryFault[] = [
  { name: 'serving broken, good version', inject: breakServing, ending: PROMOTED },
  bad('image-pull', /was rejected \(ImagePullFailed\).*its image agnhost:2\.53.* cannot be pulled/),
  bad('crash-loop', /was rejected \(CrashLooping\).*it keeps ending, last with exit code 1/),
  bad('probe', /was rejected \(ProbeFailing\).*its readiness probe does not succeed/),
];
