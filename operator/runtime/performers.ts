import type { ConsensusEngine } from '../ports/consensus.ts';
import type { ExpertProvider } from '../ports/experts.ts';
import type { Reader, Writer } from '../ports/kube.ts';
import type { MetricSources } from '../ports/metric-source.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { ToolCaller } from '../ports/tools.ts';
import { applyObject } from './effects/apply-object.ts';
import { askExperts } from './effects/ask-experts.ts';
import { callTool } from './effects/call-tool.ts';
import { copyConfig } from './effects/copy-config.ts';
import { createObject } from './effects/create-object.ts';
import { deleteObject } from './effects/delete-object.ts';
import { dryRunObject } from './effects/dry-run-object.ts';
import { notify } from './effects/notify.ts';
import { patchObject } from './effects/patch-object.ts';
import { queryMetric } from './effects/query-metric.ts';
import { record } from './effects/record.ts';
import { weighAnswers } from './effects/weigh-answers.ts';
import type { Performers } from './perform.ts';
import type { Postbox } from './postbox.ts';

/** The doors through which effects leave, beside the cluster. */
export interface EffectDoors {
  readonly tools: ToolCaller;
  readonly experts: readonly ExpertProvider[];
  readonly consensus: ConsensusEngine;
  readonly metricSources: MetricSources;
  readonly postbox: Postbox;
  readonly metrics: Metrics;
}

/** Somebody for every kind of action, working on the cluster as one pass sees it. */
export function performers(reader: Reader, writer: Writer, doors: EffectDoors): Performers {
  return {
    'apply-object': applyObject(reader, writer, doors.metrics),
    'create-object': createObject(reader, writer),
    'patch-object': patchObject(writer),
    'copy-config': copyConfig(reader, writer),
    'delete-object': deleteObject(writer),
    'dry-run-object': dryRunObject(writer),
    'call-tool': callTool(doors.tools),
    'query-metric': queryMetric(doors.metricSources, reader),
    'ask-experts': askExperts(doors.experts),
    'weigh-answers': weighAnswers(doors.consensus),
    notify: notify(doors.postbox),
    record,
  };
}
