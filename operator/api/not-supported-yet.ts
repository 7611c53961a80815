/**
 * Fields the CRDs declare whose behaviour is not built yet: an object that sets one is Stalled `NotSupportedYet`, naming
 * the field, and never silently ignored. Whoever builds the behaviour deletes the line.
 */

/** Values a field can be compared with; a text that ends in `*` stands for every text with that beginning. */
export type FieldValue = string | number | boolean;

export interface NotSupportedYet {
  /** Dotted path from the root; `[]` stands for every item of a list. */
  readonly path: string;
  /** Values that are fine, because they ask for what is built; every value is refused where absent. */
  readonly except?: readonly FieldValue[];
  /** What to do instead, one lower-case sentence. */
  readonly remedy: string;
}

export const notSupportedYet = {
  Deployment: [
    { path: 'spec.analysis.metrics[].provider.anomaly', remedy: 'use prometheus with threshold or compare' },
    {
      path: 'spec.review.experts[].provider',
      except: ['builtin/*', 'human'],
      remedy:
        'name human or a built-in reviewer: builtin/security, builtin/reliability, builtin/cost, builtin/performance',
    },
    { path: 'spec.review.experts[].fallback', remedy: 'remove fallback: built-in reviewers are never out of reach' },
    { path: 'spec.tools.after[].undo', remedy: 'remove undo: nothing that comes after it can fail the delivery' },
    { path: 'spec.tools.onRollback[].undo', remedy: 'remove undo: what a rollback calls is not taken back' },
    {
      path: 'spec.tools.onRollback[].onFailure',
      except: ['Stop', 'Proceed'],
      remedy: 'set onFailure to Stop or Proceed: a rollback waits for nobody',
    },
  ],
  ExpertConsultation: [
    {
      path: 'spec.experts[].provider',
      except: ['builtin/*', 'human'],
      remedy:
        'name human or a built-in reviewer: builtin/security, builtin/reliability, builtin/cost, builtin/performance',
    },
    { path: 'spec.experts[].fallback', remedy: 'remove fallback: built-in reviewers are never out of reach' },
    { path: 'spec.answer.kind', except: ['choice'], remedy: 'set answer.kind to choice and list answer.options' },
    { path: 'spec.context.references[].logs', remedy: 'remove logs: only objects are read yet' },
    { path: 'spec.consensus.similarity', remedy: 'remove consensus.similarity: choices need none' },
    { path: 'spec.consensus.threshold', remedy: 'remove consensus.threshold: choices need none' },
    { path: 'spec.consensus.risk', remedy: 'remove consensus.risk: there is no graded history yet' },
    {
      path: 'spec.consensus.estimateAccuracy',
      except: [false],
      remedy: 'remove consensus.estimateAccuracy: there is no history yet',
    },
    { path: 'spec.budget', remedy: 'remove budget: built-in reviewers cost nothing' },
    { path: 'spec.cache', remedy: 'remove cache: built-in reviewers answer at once' },
    { path: 'spec.retention', remedy: 'remove retention: no text of a model is kept' },
    { path: 'spec.grade', remedy: 'remove grade: answers are not weighed by history yet' },
  ],
  Tenant: [
    { path: 'spec.quota.floor', remedy: 'remove quota.floor: quota.hard is divided once, not leased by need yet' },
    {
      path: 'spec.quota.perNamespace[].min',
      remedy: 'remove min and set max: a namespace with a max gets exactly that, the others share the rest',
    },
    { path: 'spec.objects', remedy: 'remove objects and apply them in each namespace' },
    { path: 'spec.classes', remedy: 'remove classes and limit them with an admission policy of your own' },
    { path: 'spec.services', remedy: 'remove services and limit them with an admission policy of your own' },
    { path: 'spec.tools.rateLimits', remedy: "remove tools.rateLimits: the operator's settings hold for every tenant" },
    { path: 'spec.experts.budget', remedy: 'remove experts.budget: the built-in reviewers cost nothing' },
    {
      path: 'spec.experts.externalModels',
      except: [false],
      remedy: 'set experts.externalModels to false: no model is asked yet',
    },
    {
      path: 'spec.deliveries.writes',
      remedy: 'remove deliveries.writes; deliveries.concurrent limits how many go on at once',
    },
    { path: 'spec.policies', remedy: "remove policies: the platform's bundle alone decides" },
    { path: 'spec.waivers', remedy: 'remove waivers: no rule is lifted for a tenant yet' },
    { path: 'spec.billing', remedy: 'remove billing: nothing is metered yet' },
    { path: 'spec.scaling', remedy: 'remove scaling: no advice is given yet' },
    { path: 'spec.retention', remedy: "remove retention: the operator's settings hold for every tenant" },
    { path: 'spec.cordon', except: [false], remedy: 'remove cordon; suspend stops the deliveries' },
  ],
} as const satisfies Record<string, readonly NotSupportedYet[]>;
