/** Parts of input and output schemas that several tools share. Every string is bounded, and no name can be taken for an option. */

export const NAMESPACE = {
  type: 'string',
  maxLength: 63,
  pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
  description: 'where the right to call this tool is checked; absent: the namespace of the calling ServiceAccount',
} as const;

/** Of any Kubernetes object: RBAC names may hold colons. */
export const OBJECT_NAME = {
  type: 'string',
  maxLength: 253,
  pattern: '^[a-z0-9]([a-z0-9.:-]{0,251}[a-z0-9])?$',
} as const;

export const API_VERSION = {
  type: 'string',
  maxLength: 317,
  pattern: '^([a-z0-9][a-z0-9.-]{0,251}/)?v[a-z0-9]{1,61}$',
  description: 'such as v1 or apps/v1',
} as const;

export const RESOURCE = {
  type: 'string',
  maxLength: 63,
  pattern: '^[a-z][a-z0-9]{0,62}$',
  description: 'the plural, lower-case name, such as pods or replicasets',
} as const;

export const SELECTOR = {
  type: 'string',
  maxLength: 1_024,
  pattern: '^[A-Za-z0-9!(][A-Za-z0-9._/=!, ()-]*$',
} as const;

export const COUNT = { type: 'integer', minimum: 0 } as const;
