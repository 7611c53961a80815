import type { DeploymentSpec } from '../../../api/generated/deployment.ts';

/**
 * The same spec without what a delivery inside the rollback window skips: review, the steps of its strategy, analysis. Its
 * Services and its route stay, and so do its tools.
 */
export function directSpec(spec: DeploymentSpec): DeploymentSpec {
  const { analysis: _skipped, strategy, ...rest } = spec;
  const { canary, blueGreen } = strategy ?? {};
  return {
    ...rest,
    review: { require: 'none' },
    ...(strategy === undefined
      ? {}
      : {
          strategy: {
            ...strategy,
            ...(canary === undefined ? {} : { canary: { ...canary, steps: [{ weight: 100 }] } }),
            ...(blueGreen === undefined ? {} : { blueGreen: { ...blueGreen, autoPromote: true } }),
          },
        }),
  };
}
