import { API_VERSION } from '../../api/names.ts';
import { type Finding, judgePods, RULES_VERSION, ruleSets, type Severity } from '../../core/pod-rules/index.ts';
import { type Found, read } from '../read.ts';
import { NAMESPACE, OBJECT_NAME } from '../schema-parts.ts';
import { type JsonObject, type ObjectSchema, READ_ONLY, type ToolContext, tool, USUAL_LIMITS } from '../tool.ts';
import { objectName, plannedPods } from './planned-pods.ts';
import { MANIFEST, MANIFEST_SCHEMA, POD_DEFINITIONS } from './pod-schema.ts';

/** Findings told; all are counted. The worst come first. */
const FINDINGS_TOLD = 200;

/** The sets that speak of safety; what pods cost and how fast they are is the reviewers' business. */
const SETS = ['security', 'reliability'] as const;

const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const satisfies readonly Severity[];

interface Arguments {
  readonly manifests?: readonly JsonObject[];
  readonly deployment?: string;
  readonly namespace?: string;
}

const COUNT = { type: 'integer', minimum: 0 };

const inputSchema: ObjectSchema = {
  type: 'object',
  additionalProperties: false,
  anyOf: [
    { required: ['manifests'], properties: { manifests: true } },
    { required: ['deployment'], properties: { deployment: true } },
  ],
  properties: {
    manifests: {
      type: 'array',
      minItems: 1,
      maxItems: 64,
      description: 'Kubernetes objects, whole, as they would be applied',
      items: MANIFEST,
    },
    deployment: { ...OBJECT_NAME, description: 'a deployments.code-engine.dev of the namespace, read as the caller' },
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
    'Checks the pods that the given Kubernetes objects would make: privileges, node access, root, written-out credentials, moving image tags, missing limits and probes. The rules are those of the built-in security and reliability reviewers. Give whole objects, or name a delivery.',
  inputSchema,
  outputSchema,
  annotations: READ_ONLY,
  // Rules over one object, in process: what a fleet asks for when a base image changes must not wait for minutes.
  limits: { ...USUAL_LIMITS, perMinute: 1_200, atOnce: 32 },
  async run({ manifests = [], deployment }, context) {
    const delivery = deployment === undefined ? undefined : await readDelivery(deployment, context);
    if (delivery !== undefined && 'error' in delivery) return delivery;
    const objects = [...manifests, ...(delivery === undefined ? [] : [delivery.object])].map((manifest) => ({
      name: objectName(manifest),
      planned: plannedPods(manifest),
    }));
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

async function readDelivery(name: string, context: ToolContext): Promise<Found> {
  const { namespace } = context;
  if (namespace === undefined) {
    const message = `deployment ${name} was named without its namespace`;
    return { error: { type: 'NotFound', message, retryable: false, remedy: 'name the namespace' } };
  }
  const found = await read(context, { apiVersion: API_VERSION, resource: 'deployments', namespace, name });
  if ('error' in found) return found;
  const [wrong] = context.check(MANIFEST_SCHEMA, found.object);
  if (wrong === undefined) return found;
  const message = `${wrong.field} of deployment ${name} ${wrong.message}`;
  return { error: { type: 'Unsupported', message, retryable: false, remedy: 'correct that field' } };
}
