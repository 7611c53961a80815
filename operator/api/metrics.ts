/** Every metric the operator tells: its name by the field's habit, its labels (closed sets, never texts) and its help. */

export interface MetricDefinition {
  readonly help: string;
  readonly labels: readonly string[];
}

const CONTROLLER = ['controller'] as const;
const QUEUE = ['name', 'controller', 'priority'] as const;
const QUEUE_WORK = ['name', 'controller'] as const;
const RESOURCE = ['resource'] as const;

export const counters = {
  controller_runtime_reconcile_total: { help: 'Passes, by result.', labels: ['controller', 'result'] },
  controller_runtime_reconcile_errors_total: { help: 'Passes that failed.', labels: CONTROLLER },
  controller_runtime_terminal_reconcile_errors_total: {
    help: 'Passes that failed for good: the user or a policy owner must act.',
    labels: CONTROLLER,
  },
  controller_runtime_reconcile_panics_total: {
    help: 'Passes that failed by a fault of the operator.',
    labels: CONTROLLER,
  },
  controller_runtime_reconcile_timeouts_total: {
    help: 'Passes that were stopped at their deadline.',
    labels: CONTROLLER,
  },
  workqueue_adds_total: { help: 'Keys added to the work queue.', labels: QUEUE },
  workqueue_retries_total: { help: 'Keys added with a backoff.', labels: QUEUE },
  leader_election_slowpath_total: {
    help: 'Renewals that had to read the lease again because it had changed.',
    labels: ['name'],
  },
  rest_client_requests_total: {
    help: 'Calls to the API server, by status; <error> where no answer came.',
    labels: ['code', 'method', 'host'],
  },
  code_informer_lists_total: { help: 'Lists started.', labels: RESOURCE },
  code_informer_watches_total: { help: 'Watches started.', labels: RESOURCE },
  code_informer_watch_errors_total: { help: 'Watches that ended in an error.', labels: RESOURCE },
  code_informer_relists_total: { help: 'Lists after the first.', labels: RESOURCE },
  code_informer_short_watches_total: {
    help: 'Watches that ended within a second without an event.',
    labels: RESOURCE,
  },
  code_informer_gap_deletes_total: { help: 'Deletions that only a list told of.', labels: RESOURCE },
  code_informer_faults_total: {
    help: 'Handlers, indexes and projections that threw.',
    labels: ['resource', 'where'],
  },
  code_cache_miss_total: {
    help: 'Differences that a safety relist found between the cache and the API server: 0 where all is well.',
    labels: RESOURCE,
  },
  code_noop_writes_total: { help: 'Applies that changed nothing: 0 where all is well.', labels: [] },
  code_credentials_failures_total: { help: 'Credentials that could not be loaded again.', labels: [] },
  code_events_total: {
    help: 'Kubernetes events, by what became of them: sent, filtered, dropped (queue full) or failed.',
    labels: ['result'],
  },
  code_unhandled_failures_total: { help: 'Failures nobody caught: each ends the process.', labels: ['kind'] },
  code_gate_decisions_total: {
    help: 'Decisions of the policy gate: allow, deny, or error where it failed closed.',
    labels: ['kind', 'step', 'outcome'],
  },
  code_notices_total: {
    help: 'Letters to sinks, by what became of them: sent, failed (tried again later) or refused.',
    labels: ['sink', 'type', 'result'],
  },
  mcp_tool_calls_total: {
    help: 'Calls of MCP tools that this operator serves; of tenant none where the namespace has no Tenant.',
    labels: ['server', 'tool', 'status', 'tenant'],
  },
} as const satisfies Record<string, MetricDefinition>;

export const gauges = {
  controller_runtime_max_concurrent_reconciles: { help: 'Workers.', labels: CONTROLLER },
  controller_runtime_active_workers: { help: 'Workers that run a pass now.', labels: CONTROLLER },
  workqueue_depth: { help: 'Keys that wait.', labels: QUEUE },
  code_keys_to_begin: {
    help: 'Keys of a burst that wait until others of their tenant are at rest.',
    labels: CONTROLLER,
  },
  workqueue_unfinished_work_seconds: { help: 'Ages of all running passes together.', labels: QUEUE_WORK },
  workqueue_longest_running_processor_seconds: { help: 'Age of the oldest running pass.', labels: QUEUE_WORK },
  leader_election_master_status: { help: '1 where this replica leads.', labels: ['name'] },
  code_hindered_objects: {
    help: 'Objects that the engine cannot look at, mark or let go: 0 where all is well.',
    labels: CONTROLLER,
  },
  code_informer_last_event_timestamp: { help: 'Unix time of the last event of a watch.', labels: RESOURCE },
  code_informer_cache_objects: { help: 'Objects in the cache.', labels: RESOURCE },
  code_informer_synced: { help: '1 where the cache has seen a whole list.', labels: RESOURCE },
} as const satisfies Record<string, MetricDefinition>;

/** All in seconds. */
export const histograms = {
  controller_runtime_reconcile_time_seconds: { help: 'How long passes take.', labels: CONTROLLER },
  workqueue_queue_duration_seconds: { help: 'How long keys wait before they are taken.', labels: QUEUE },
  workqueue_work_duration_seconds: { help: 'How long taken keys are worked on.', labels: QUEUE },
} as const satisfies Record<string, MetricDefinition>;

export type CounterName = keyof typeof counters;
export type GaugeName = keyof typeof gauges;
export type HistogramName = keyof typeof histograms;

/** Exactly the labels that the metric has. */
export type LabelsOf<Definition extends MetricDefinition> = {
  readonly [Label in Definition['labels'][number]]: string;
};
