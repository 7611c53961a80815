import type { Identity } from '../../core/action.ts';
import type { GateFacts } from '../../core/gate-input.ts';
import { decisiveReview } from './approval/decisive-review.ts';
import { type DeploymentObserved, tenantIdentity } from './observed.ts';
import { verdictOf } from './review-verdict.ts';

export function subject(observed: DeploymentObserved): Identity {
  return tenantIdentity(observed);
}

/** What policies may ask for beside the actions: whose namespace it is, and what the experts said. */
export function gateFacts(observed: DeploymentObserved): GateFacts {
  return { ...tenantFacts(observed), ...consultationFacts(observed) };
}

function tenantFacts({ tenantName, tenant, namespace }: DeploymentObserved): GateFacts {
  if (tenantName === undefined) return {};
  return {
    tenant: {
      name: tenantName,
      namespace,
      ...(tenant === undefined
        ? {}
        : {
            podSecurity: tenant.spec.podSecurity ?? 'restricted',
            registries: tenant.spec.registries?.allow ?? [],
            tools: tenant.spec.tools?.allow ?? [],
            experts: tenant.spec.experts?.allow ?? [],
          }),
    },
  };
}

function consultationFacts(observed: DeploymentObserved): GateFacts {
  const { delivery } = observed;
  const asked = decisiveReview(observed);
  const { require } = delivery.plan.review;
  if (asked === undefined) return { consultation: { require } };
  const verdict = verdictOf(asked, delivery.plan.hash);
  const { consensus } = asked.status ?? {};
  return {
    consultation: {
      require,
      state: verdict.kind,
      planHash: delivery.plan.hash,
      ...(consensus?.recommendation === undefined ? {} : { verdict: consensus.recommendation }),
      ...(consensus?.risk === undefined ? {} : { risk: consensus.risk }),
      ...(consensus?.confidence === undefined ? {} : { confidence: consensus.confidence }),
    },
  };
}
