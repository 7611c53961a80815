import { type Finding, judgePods, RULES_VERSION, ruleSets, type Severity } from '../../core/pod-rules/index.ts';
import { NAMESPACE } from '../schema-parts.ts';
import { type JsonObject, type ObjectSchema, READ_ONLY, tool, USUAL_LIMITS } from '../tool.ts';
import { objectName, plannedPods } from './planned-pods.ts';
import { MANIFEST, POD_DEFINITIONS } from './pod-schema.ts';

/** Findings told; all are counted. The worst come first. */
const FINDINGS_TOLD = 200;

/** The sets that speak of safety; what pods cost and how fast they are is the reviewers' business. */
const SETS = ['security', 'reliability'] as const;

const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const satisfies readonly Severity[];

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
      items: MANIFEST,
    },
    namespace: NAMESPACE,
  },
  $defs: POD_DEFINITIONS,
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
        required: ['rule', 'severity', 'object', 'path', 'message'],
        properties: {
          rule: { type: 'string' },
          severity: { type: 'string', enum: [...SEVERITIES] },
          object: { type: 'string' },
          path: { type: 'string', description: 'dotted, below the pod template' },
          message: { type: 'string', description: 'what is wrong, and what to do' },
        },
      },
    },
    truncated: { type: 'boolean', description: 'more was found than is listed; the counts are whole' },
    coverage: {
      type: 'object',
      additionalProperties: false,
      required: ['rules', 'scanned', 'skipped'],
      properties: {
        rules: { type: 'string', description: 'rule sets and their version' },
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
    'Checks the pods that the given Kubernetes objects would make: privileges, node access, root, written-out credentials, moving image tags, missing limits and probes. The rules are those of the built-in security and reliability reviewers. Reads nothing from the cluster.',
  inputSchema,
  outputSchema,
  annotations: READ_ONLY,
  limits: { ...USUAL_LIMITS, atOnce: 2 },
  async run({ manifests }) {
    const objects = manifests.map((manifest) => ({ name: objectName(manifest), planned: plannedPods(manifest) }));
    const findings = objects.flatMap(({ planned }) =>
      planned === undefined ? [] : SETS.flatMap((set) => judgePods(set, ruleSets[set], planned)),
    );
    const worstFirst = SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
    const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
    return {
      content: {
        counts: { critical: count('critical'), high: count('high'), medium: count('medium'), low: count('low') },
        findings: worstFirst.slice(0, FINDINGS_TOLD).map(told),
        truncated: worstFirst.length > FINDINGS_TOLD,
        coverage: {
          rules: `${SETS.join(', ')} v${RULES_VERSION}`,
          scanned: objects.flatMap(({ name, planned }) => (planned === undefined ? [] : [name])),
          skipped: objects.flatMap(({ name, planned }) => (planned === undefined ? [name] : [])),
        },
      },
    };
  },
});

const told = ({ rule, severity, object, path, message }: Finding): JsonObject => ({
  rule,
  severity,
  object,
  path,
  message,
});
