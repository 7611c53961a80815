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
  /** Read back by the room of Deployment: where it held, an identity that is missing was deleted. */
  identityClaimed: 'IdentityClaimed',
  /** Present while somebody changes again and again what belongs to the object, and for ten minutes after. */
  contested: 'Contested',
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
  /** An event: somebody changed or deleted what belongs to the object, and it was put right. */
  driftRepaired: 'DriftRepaired',
  /** Put right so often that it is left for a while. */
  contested: 'Contested',
  invalid: 'InvalidSpec',
} as const;

/** metav1 allows 32 KiB; a person reads less, and etcd stores every one of them. */
export const MESSAGE_LIMIT = 1024;
