/** What a delivery promises: each a row of what `npm run behaviours` prints, shown by tests that carry its number in their title. */

export interface Behaviour {
  readonly name: string;
  readonly target: string;
  /** Benchmarks of `npm run bench` that print its figures, where a test alone would be too short. */
  readonly bench?: readonly string[];
}

/** Row n of the table is entry n - 1; a test shows it by `(Bn)` in its title. */
export const behaviours: readonly Behaviour[] = [
  { name: 'Crash-safe', target: 'killed after each write or call: same end state, 0 effects doubled or lost' },
  { name: 'Available in every path', target: 'the laws at each event; 1,000 random scenarios, 0 violations' },
  { name: 'Never stuck', target: '>= 20 faults x 3 strategies: terminal or gate by deadline + 5 s, cause exact' },
  { name: 'Lossy watches change nothing', target: '10 % of events dropped, late, doubled, reordered: all converge' },
  { name: 'Fenced leader', target: 'SIGSTOP, SIGCONT: 0 old writes or calls accepted; takeover <= lease + 3 s' },
  { name: 'Promotes what was tested', target: 'serving pods = analysed pods + scale-ups; pods created <= N + S' },
  {
    name: 'kstatus-true always',
    target: 'never Current early in any stored version, Failed <= 2 s; Argo CD and Flux live',
  },
  { name: 'No Git drift', target: 'the manifest by server-side dry run at each version: no difference' },
  { name: 'Rollback agrees with Git', target: 'bad manifest again 100x: 0 pods, 0 calls; token: 1 attempt' },
  { name: 'HPA-neutral', target: 'constant load: replicas within 1; abort and scale-up: 0 canary pods' },
  { name: 'Honest statistics', target: 'false aborts <= 1 %, detection >= 95 %', bench: ['analysis'] },
  { name: 'One verdict', target: 'all sequences to length 6 as the table says; a breach at a gate acts <= 1 interval' },
  { name: 'Approval is an object', target: '6 roles; stale hash refused; requester != approver; an audit line each' },
  { name: 'Gate and review first', target: 'denied first apply: 0 workload objects; experts down: stated mode' },
  { name: 'Tools with intent', target: 'crash, lost reply: a key <= 1 effect; unknown told; undo in reverse' },
  {
    name: 'Tenants isolated, fair',
    target: 'flapping neighbours: quiet p95 <= 1.5x alone; foreign references refused',
  },
  {
    name: 'Scale, published',
    target: '1,000 at once: p50, p95 to Ready; <= 60 KiB RSS each at 5,000',
    bench: ['fleet', 'rest'],
  },
  { name: 'Quiet at rest', target: '0 writes, < 1 GET/s, < 2 % of a core', bench: ['rest'] },
  { name: 'No leak', target: 'RSS, timers and handles flat over deliveries', bench: ['soak'] },
  { name: 'Tells the story', target: 'describe in each state: cause named; the object < 64 KiB after 100 deliveries' },
  { name: 'Config travels', target: 'config and image fail: stable pods keep the old bytes; no secret told' },
  { name: 'Lockstep', target: '5 members, random delays: step skew 0; one failure: all stable' },
  { name: 'Whole dry run', target: '0 writes outside status and consultation; plan hash of the real run' },
  { name: 'Fast rollback', target: 'bad sample to last traffic change <= interval + 2 s; the window skips analysis' },
  { name: 'One trace a delivery', target: 'a record a step under one trace id, unbroken over a crash' },
];
