/** Condition types that are the same for every kind; the others are the participles of the rooms' steps. */
export const conditionTypes = {
  ready: 'Ready',
  /** Present only while work goes on (kstatus: in progress). */
  reconciling: 'Reconciling',
  /** Present only while nothing but the user or a policy owner can help (kstatus: failed). */
  stalled: 'Stalled',
  /** Present after a delivery was rolled back: whether what serves has all its pods. */
  servingStable: 'ServingStable',
  /** Present, and False, only while the engine cannot look at the object, mark it or let it go. */
  attended: 'Attended',
} as const;

/** Reasons that the engine itself gives; the rooms' own are in their steps. */
export const reasons = {
  pending: 'Pending',
  suspended: 'Suspended',
  /** These two are read by other deliveries: they are told at once. */
  waitingForGroup: 'WaitingForGroup',
  waitingForSlot: 'WaitingForSlot',
  /** Read by other deliveries too: Ready, though the version that the spec asks for does not serve. */
  dryRunPassed: 'DryRunPassed',
  policyDenied: 'PolicyDenied',
  policyError: 'PolicyError',
  noProgress: 'NoProgress',
  deleting: 'Deleting',
  invalid: 'InvalidSpec',
} as const;

/** metav1 allows 32 KiB; a person reads less, and etcd stores every one of them. */
export const MESSAGE_LIMIT = 1024;
