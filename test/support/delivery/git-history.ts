import type { Deployment } from '../../../operator/api/generated/deployment.ts';
import type { Name } from './delivery.ts';
import { shop } from './manifests.ts';

/** One version after the other of a manifest, as Git has them, and how each ends. */
export type GitHistory = readonly { readonly manifest: Deployment; readonly ends: 'Promoted' | 'RolledBack' }[];

const STRATEGIES = {
  Rolling: { type: 'Rolling' },
  Canary: { type: 'Canary', canary: { steps: [{ weight: 33 }, { pause: { duration: '1s' } }, { weight: 67 }] } },
  BlueGreen: {
    type: 'BlueGreen',
    blueGreen: { activeService: 'shop', previewService: 'shop-preview', scaleDownDelaySeconds: 0 },
  },
} as const;

export type Strategy = keyof typeof STRATEGIES;

/** Two good versions and a bad one under the strategy. */
export function gitHistory(name: Name, strategy: Strategy): GitHistory {
  const spec = { strategy: STRATEGIES[strategy], progressDeadlineSeconds: 5 };
  return [
    { manifest: shop({ ...name, version: 'good', spec: { ...spec, progressDeadlineSeconds: 60 } }), ends: 'Promoted' },
    {
      manifest: shop({ ...name, version: 'better', spec: { ...spec, progressDeadlineSeconds: 60 } }),
      ends: 'Promoted',
    },
    { manifest: shop({ ...name, version: 'bad', fail: 'crash-loop', spec }), ends: 'RolledBack' },
  ];
}
