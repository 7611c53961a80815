/**
 * The parts of pods that the rules of `core/pod-rules` read, so that they may trust their types: a field of a wrong type is
 * refused by name. Everything else passes untouched.
 */
import type { JsonObject } from '../tool.ts';

const some = (properties: JsonObject): JsonObject => ({ type: 'object', properties, additionalProperties: true });
const listOf = (items: JsonObject): JsonObject => ({ type: 'array', maxItems: 256, items });

const TEXT = { type: 'string' };
const FLAG = { type: 'boolean' };
const NUMBER = { type: 'number' };
const ANYTHING = some({});
const AMOUNTS = { type: 'object', additionalProperties: { type: ['string', 'number'] } };

const SECURITY_CONTEXT = some({
  privileged: FLAG,
  allowPrivilegeEscalation: FLAG,
  readOnlyRootFilesystem: FLAG,
  runAsNonRoot: FLAG,
  runAsUser: NUMBER,
  capabilities: some({ add: listOf(TEXT), drop: listOf(TEXT) }),
  seccompProfile: some({ type: TEXT }),
});

const PROBE = some({
  initialDelaySeconds: NUMBER,
  periodSeconds: NUMBER,
  timeoutSeconds: NUMBER,
  failureThreshold: NUMBER,
});

const CONTAINER = some({
  name: TEXT,
  image: TEXT,
  env: listOf(some({ name: TEXT, value: TEXT })),
  ports: listOf(some({ containerPort: NUMBER, hostPort: NUMBER })),
  resources: some({ requests: AMOUNTS, limits: AMOUNTS }),
  livenessProbe: PROBE,
  readinessProbe: PROBE,
  startupProbe: PROBE,
  lifecycle: some({ preStop: ANYTHING }),
  securityContext: SECURITY_CONTEXT,
  restartPolicy: TEXT,
});

const POD_SPEC = some({
  containers: listOf({ $ref: '#/$defs/container' }),
  initContainers: listOf({ $ref: '#/$defs/container' }),
  volumes: listOf(
    some({ name: TEXT, hostPath: some({ path: TEXT }), emptyDir: some({ medium: TEXT, sizeLimit: TEXT }) }),
  ),
  hostNetwork: FLAG,
  hostPID: FLAG,
  hostIPC: FLAG,
  automountServiceAccountToken: FLAG,
  terminationGracePeriodSeconds: NUMBER,
  topologySpreadConstraints: listOf(ANYTHING),
  affinity: some({ podAntiAffinity: ANYTHING }),
  securityContext: SECURITY_CONTEXT,
});

const POD = { $ref: '#/$defs/pod' };
const TEMPLATE = some({ spec: POD });

/** For the `$defs` of a schema that uses `MANIFEST`. */
export const POD_DEFINITIONS: JsonObject = { pod: POD_SPEC, container: CONTAINER };

const where = (kind: string, properties: JsonObject): JsonObject => ({
  if: some({ kind: { const: kind } }),
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, never awaited
  then: some(properties),
});

/** An object of any kind; where it has pods, they are as above. */
export const MANIFEST: JsonObject = {
  type: 'object',
  required: ['apiVersion', 'kind'],
  properties: {
    apiVersion: { type: 'string', maxLength: 317 },
    kind: { type: 'string', minLength: 1, maxLength: 63 },
    metadata: some({ name: TEXT, namespace: TEXT }),
    spec: ANYTHING,
  },
  additionalProperties: true,
  allOf: [
    where('Pod', { spec: POD }),
    where('PodTemplate', { template: TEMPLATE }),
    where('CronJob', { spec: some({ jobTemplate: some({ spec: some({ template: TEMPLATE }) }) }) }),
    some({ spec: some({ template: TEMPLATE }) }),
  ],
};

/** The same, to check an object that was read. */
export const MANIFEST_SCHEMA: JsonObject = { ...MANIFEST, $defs: POD_DEFINITIONS };
