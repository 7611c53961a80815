/** Parts of input schemas that several tools share. Every string is bounded, and no name can be taken for an option. */

export const NAMESPACE = {
  type: 'string',
  maxLength: 63,
  pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
  description: 'where the right to call this tool is checked; absent: the namespace of the calling ServiceAccount',
} as const;
