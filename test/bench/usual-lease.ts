/** As in a real cluster: on a machine that a benchmark keeps busy the quick lease of the tests would be lost. */
export const USUAL_LEASE = {
  CODE_LEASE_DURATION_SECONDS: '15',
  CODE_LEASE_RENEW_DEADLINE_SECONDS: '10',
  CODE_LEASE_RETRY_SECONDS: '2',
};
