import { NAMESPACE } from '../schema-parts.ts';
import { type JsonObject, type ObjectSchema, READ_ONLY, tool, USUAL_LIMITS } from '../tool.ts';
import { rules } from './rules/index.ts';
import type { Severity } from './rules/rule.ts';
import { nameOf, type Workload, workloadOf } from './rules/workload.ts';

/** Findings told; all are counted. The worst come first. */
const FINDINGS_TOLD = 200;

const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const satisfies readonly Severity[];

type Finding = {
  readonly rule: string;
  readonly severity: Severity;
  readonly object: string;
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
};

interface Arguments {
  readonly manifests: readonly JsonObject[];
  readonly namespace?: string;
}

const COUNT = { type: 'integer', minimum: 0 };

const inputSchema: ObjectSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['manifests'],
  properties: {
    manifests: {
      type: 'array',
      minItems: 1,
      maxItems: 64,
      description: 'Kubernetes objects, whole, as they would be applied',
      items: {
        type: 'object',
        required: ['apiVersion', 'kind'],
        properties: { apiVersion: { type: 'string', maxLength: 317 }, kind: { type: 'string', maxLength: 63 } },
        additionalProperties: true,
      },
    },
    namespace: NAMESPACE,
  },
};

const outputSchema: ObjectSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['counts', 'findings', 'truncated', 'coverage'],
  properties: {
    counts: {
      type: 'object',
      additionalProperties: false,
      required: [...SEVERITIES],
      properties: { critical: COUNT, high: COUNT, medium: COUNT, low: COUNT },
    },
    findings: {
      type: 'array',
      maxItems: FINDINGS_TOLD,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['rule', 'severity', 'object', 'path', 'message', 'remedy'],
        properties: {
          rule: { type: 'string' },
          severity: { type: 'string', enum: [...SEVERITIES] },
          object: { type: 'string' },
          path: { type: 'string', description: 'JSON pointer into the manifest' },
          message: { type: 'string' },
          remedy: { type: 'string' },
        },
      },
    },
    truncated: { type: 'boolean', description: 'more was found than is listed; the counts are whole' },
    coverage: {
      type: 'object',
      additionalProperties: false,
      required: ['rules', 'scanned', 'skipped'],
      properties: {
        rules: COUNT,
        scanned: { type: 'array', items: { type: 'string' } },
        skipped: {
          type: 'array',
          items: { type: 'string' },
          description: 'objects that make no pods: no rule reads them',
        },
      },
    },
  },
};

export const scanManifest = tool<Arguments>({
  name: 'scan_manifest',
  title: 'Scan manifests',
  description:
    'Checks the pods that the given Kubernetes objects would make against Pod Security (baseline and restricted), and for credentials, unpinned images, missing limits and missing probes. Reads nothing from the cluster.',
  inputSchema,
  outputSchema,
  annotations: READ_ONLY,
  limits: { ...USUAL_LIMITS, atOnce: 2 },
  async run({ manifests }) {
    const workloads = manifests.map(workloadOf);
    const findings = workloads.flatMap((workload) => (workload === undefined ? [] : findingsOf(workload)));
    const worstFirst = SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
    const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
    return {
      content: {
        counts: { critical: count('critical'), high: count('high'), medium: count('medium'), low: count('low') },
        findings: worstFirst.slice(0, FINDINGS_TOLD),
        truncated: worstFirst.length > FINDINGS_TOLD,
        coverage: {
          rules: rules.length,
          scanned: workloads.flatMap((workload) => (workload === undefined ? [] : [workload.object])),
          skipped: manifests.filter((_, index) => workloads[index] === undefined).map(nameOf),
        },
      },
    };
  },
});

function findingsOf(workload: Workload): readonly Finding[] {
  return rules.flatMap((rule) =>
    rule.check(workload).map(({ path, message, severity }) => ({
      rule: rule.id,
      severity: severity ?? rule.severity,
      object: workload.object,
      path,
      message,
      remedy: rule.remedy,
    })),
  );
}
