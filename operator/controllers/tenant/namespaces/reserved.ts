const RESERVED: readonly string[] = ['default', 'code-system', 'code-audit'];

/** Names that belong to no tenant, as the CRD, the admission policies and the gate say too. */
export const isReserved = (name: string): boolean => name.startsWith('kube-') || RESERVED.includes(name);
