/** Kinds of the objects that stand in every namespace of a Tenant, in the order in which they go up: walls before doors. */
export const guardrailKinds = [
  'NetworkPolicy',
  'LimitRange',
  'ResourceQuota',
  'ServiceAccount',
  'RoleBinding',
] as const;
