/**
 * What can go wrong with a delivery on its way: how a test brings it about, and how status must name it. A fault is a row;
 * the fault matrix delivers each by every strategy.
 */
import type { CanaryStep, Deployment, Strategy } from '../../../operator/api/generated/deployment.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { FaultProxy } from '../../cluster/fault-proxy.ts';
import { until } from '../until.ts';
import { mergePatch } from './apply-all.ts';
import type { Name } from './delivery.ts';
import { type PodFailure, shop } from './manifests.ts';

export const STRATEGIES = ['Rolling', 'Canary', 'BlueGreen'] as const;
export type StrategyType = (typeof STRATEGIES)[number];

/** Seconds that a delivery of the matrix may make no progress. */
export const DEADLINE_SECONDS = 10;

export interface FaultPlace {
  readonly cluster: Cluster;
  readonly proxy: FaultProxy;
  /** Where web metrics are served: `/value/1`, and `/malformed`; nobody listens at the other. */
  readonly metrics: { readonly answering: string; readonly down: string };
  readonly name: Name;
}

/** How a delivery ends: `gone` with its namespace. */
export interface Ending {
  /** Of condition Ready. */
  readonly ready: string;
  /** Why, in a word: of the rejected revision where it went back, else Ready's own. */
  readonly cause: string;
  /** The injected cause, in the message. */
  readonly words: RegExp;
}

export interface DeliveryFault {
  readonly name: string;
  /** It takes a Tenant: tools that it lists, people that it names. */
  readonly tenant?: true;
  /** Made once the first version serves. */
  readonly objects?: (name: Name) => readonly object[];
  /** Done once the first version serves. */
  readonly inject?: (place: FaultPlace) => Promise<unknown>;
  /** The version that meets the fault. */
  readonly change?: (place: FaultPlace, desired: Deployment) => Deployment;
  /** By BlueGreen not a request reaches it: the active Service is left as it was. */
  readonly neverSwitched?: true;
  /** Steps of the canary, and what the others have instead: a call before, metrics beside. */
  readonly ending: Ending | Readonly<Record<StrategyType, Ending>>;
}

export function strategyOf(
  type: StrategyType,
  { name }: Name,
  steps: readonly CanaryStep[] = [{ weight: 50 }],
): Strategy {
  switch (type) {
    case 'Rolling':
      return { type, rolling: { maxSurge: 1, maxUnavailable: 0 } };
    case 'Canary':
      return { type, canary: { steps } };
    case 'BlueGreen': {
      const services = { activeService: name, previewService: `${name}-preview` };
      return { type, blueGreen: { ...services, autoPromote: true, scaleDownDelaySeconds: 1 } };
    }
  }
}

/** Two pods that serve, without scans; they may take their time. */
export function serving(name: Name, type: StrategyType): Deployment {
  return shop({ ...name, version: 'one', spec: { replicas: 2, tools: {}, strategy: strategyOf(type, name) } });
}

export function desired(place: FaultPlace, type: StrategyType, { change }: DeliveryFault, version: string): Deployment {
  const { spec, ...first } = serving(place.name, type);
  const hurried = { ...first, spec: { ...spec, progressDeadlineSeconds: DEADLINE_SECONDS } };
  const next = withLabels(hurried, { version });
  return change === undefined ? next : change(place, next);
}

export const back = (cause: string, words: RegExp): Ending => ({ ready: 'RolledBack', cause, words });
export const stalled = (cause: string, words: RegExp): Ending => ({ ready: cause, cause, words });
const refused = (words: RegExp): Ending => stalled('DryRunRefused', words);
/** A dry run is let through. */
const ON_THE_WAY = { name: 'real', expression: '!request.dryRun' };
const TOOL_SILENT = /tool security\.scan_manifest \(ask\) failed: no answer before the deadline; the last error was: /;

export const PROMOTED: Ending = { ready: 'Promoted', cause: 'Promoted', words: /./ };

/** A Rolling delivery is promoted as soon as its pods stand, before there are more than four errors in a row. */
const unmeasured = (ending: Ending) => ({ Rolling: PROMOTED, Canary: ending, BlueGreen: ending });

export const pods = (name: string, fail: PodFailure, cause: string, words: RegExp): DeliveryFault => ({
  name,
  change: (_place, deployment) => withLabels(deployment, { 'kwok.code-engine.dev/fail': fail }),
  ending: back(cause, words),
});

export const DELIVERY_FAULTS: readonly DeliveryFault[] = [
  pods('image pull', 'image-pull', 'ImagePullFailed', /its image agnhost:2\.53.* cannot be pulled/),
  pods('crash loop', 'crash-loop', 'CrashLooping', /it keeps ending, last with exit code 1/),
  pods('config error', 'config', 'ConfigMissing', /configmap "settings" not found/),
  pods('readiness probe', 'probe', 'ProbeFailing', /its readiness probe does not succeed/),
  pods('startup probe', 'startup', 'ProbeFailing', /its startup probe does not succeed/),
  {
    name: 'init container crashes',
    change: (_place, deployment) =>
      withPod(withLabels(deployment, { 'kwok.code-engine.dev/fail': 'init' }), (spec) => ({
        ...spec,
        initContainers: [{ ...spec.containers[0], name: 'migrate', readinessProbe: null, livenessProbe: null }],
      })),
    ending: back('CrashLooping', /container migrate: it keeps ending, last with exit code 2/),
  },
  {
    name: 'node lost',
    change: (_place, deployment) => {
      const lost = withLabels(deployment, { 'kwok.code-engine.dev/fail': 'node-lost' });
      // It was ready for a moment, which must not be enough for a switch.
      return { ...lost, spec: { ...lost.spec, minReadySeconds: 2 } };
    },
    ending: back('NodeLost', /its node node-\d does not answer/),
  },
  {
    name: 'no node fits',
    change: (_place, deployment) =>
      withPod(deployment, (spec) => ({ ...spec, nodeSelector: { 'kwok.code-engine.dev/no-such-node': 'true' } })),
    ending: back('Unschedulable', /didn't match Pod's node affinity/),
  },
  {
    name: 'volume claim absent',
    change: (_place, deployment) =>
      withPod(deployment, (spec) => ({
        ...spec,
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'nobody-made-it' } }],
      })),
    ending: back('Unschedulable', /persistentvolumeclaim "nobody-made-it" not found/),
  },
  {
    name: 'quota is used up',
    objects: ({ namespace }) => [quota(namespace, 2)],
    ending: refused(/exceeded quota: tight/),
  },
  {
    name: 'quota is used up on the way',
    // A pod fits, the two of a preview do not.
    objects: ({ namespace }) => [quota(namespace, 3)],
    ending: { Rolling: PROMOTED, Canary: PROMOTED, BlueGreen: back('QuotaExceeded', /exceeded quota: tight/) },
  },
  {
    name: 'LimitRange',
    objects: ({ namespace }) => [
      {
        apiVersion: 'v1',
        kind: 'LimitRange',
        metadata: { namespace, name: 'small' },
        spec: { limits: [{ type: 'Container', max: { memory: '16Mi' } }] },
      },
    ],
    ending: refused(/maximum memory usage per Container is 16Mi/),
  },
  {
    name: 'Pod Security',
    inject: async ({ cluster, name: { namespace } }) => {
      const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
      await mergePatch(cluster, `/api/v1/namespaces/${namespace}`, { metadata: { labels } });
    },
    change: (_place, deployment) =>
      withPod(deployment, (spec) => ({ ...spec, securityContext: { runAsNonRoot: true, runAsUser: 10001 } })),
    ending: refused(/violates PodSecurity "restricted:latest": seccompProfile/),
  },
  {
    name: 'ServiceAccount absent',
    change: (_place, deployment) => withPod(deployment, (spec) => ({ ...spec, serviceAccountName: 'nobody' })),
    ending: refused(/serviceaccount "nobody" not found/),
  },
  {
    name: 'PriorityClass absent',
    change: (_place, deployment) => withPod(deployment, (spec) => ({ ...spec, priorityClassName: 'nobody' })),
    ending: refused(/no PriorityClass with name nobody was found/),
  },
  {
    name: 'template invalid',
    change: (_place, deployment) =>
      withPod(deployment, (spec) => ({ ...spec, terminationGracePeriodSeconds: -5, dnsPolicy: 'Sometimes' })),
    ending: refused(/spec\.template\.spec\.dnsPolicy: Unsupported value: "Sometimes"/),
  },
  {
    name: 'webhook of pods is down',
    objects: (name) => [webhook(name, [])],
    ending: stalled('InternalError', /failed calling webhook "pods\.test\.dev"/),
  },
  {
    name: 'webhook of pods goes down on the way',
    objects: (name) => [webhook(name, [ON_THE_WAY])],
    ending: back('WebhookUnavailable', /failed calling webhook "pods\.test\.dev"/),
  },
  {
    name: 'policy refuses ReplicaSets',
    objects: (name) => admissionPolicy(name, []),
    // The API server looks for new policies once a second: by then a delivery would have had its dry run.
    inject: ({ cluster, name }) => until('the policy was in force', 20_000, () => refusesReplicaSets(cluster, name)),
    ending: refused(/no more ReplicaSets here/),
  },
  {
    name: 'policy refuses ReplicaSets on the way',
    objects: (name) => admissionPolicy(name, [ON_THE_WAY]),
    ending: stalled('Invalid', /no more ReplicaSets here/),
  },
  {
    name: 'metric provider down',
    change: ({ metrics }, deployment) => withMetric(deployment, `${metrics.down}/value/1`),
    ending: stalled('MetricUnreachable', /metric errors: could not reach 127\.0\.0\.1:1.*; it was waited for \d+ s/),
  },
  {
    name: 'metric provider malformed',
    change: ({ metrics }, deployment) => withMetric(deployment, `${metrics.answering}/malformed`),
    ending: unmeasured(back('AnalysisError', /errors \d+ errors in a row/)),
  },
  {
    name: 'metric breached',
    change: ({ metrics }, deployment) => withMetric(deployment, `${metrics.answering}/value/1`),
    neverSwitched: true,
    ending: back('AnalysisFailed', /errors/),
  },
  {
    name: 'tool refuses its arguments',
    change: (_place, deployment) => withCall(deployment, 'kubernetes', 'get', { resource: 'configmaps' }),
    ending: {
      Rolling: stalled('InvalidToolArguments', /could not call kubernetes\.get: .*apiVersion is required/),
      BlueGreen: stalled('InvalidToolArguments', /could not call kubernetes\.get: .*apiVersion is required/),
      // Half of its pods are there: it is held, and goes back after its deadline.
      Canary: back('ToolFailed', /could not call kubernetes\.get: .*apiVersion is required/),
    },
  },
  {
    name: 'tool unknown',
    change: (_place, deployment) => withCall(deployment, 'nobody', 'anything', {}),
    ending: stalled('PolicyDenied', /tool nobody\.anything is not among the tools that may be called/),
  },
  {
    name: 'tool hangs',
    inject: async ({ proxy, name: { namespace } }) => {
      proxy.add({
        match: { verb: 'create', resource: 'serviceaccounts', subresource: 'token', namespace },
        fault: { kind: 'hang', when: 'before' },
      });
    },
    change: ({ name }, deployment) => withCall(deployment, 'security', 'scan_manifest', { deployment: name.name }),
    ending: {
      Rolling: stalled('ToolFailed', TOOL_SILENT),
      BlueGreen: stalled('ToolFailed', TOOL_SILENT),
      Canary: back('ToolFailed', TOOL_SILENT),
    },
  },
  {
    name: 'rights taken away, and claimed again',
    inject: async ({ cluster, name: { namespace } }) => {
      const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`;
      await cluster.expectSuccess({ method: 'DELETE', path });
    },
    ending: PROMOTED,
  },
  {
    name: 'what it names cannot be read',
    inject: async ({ proxy, name: { namespace } }) => {
      proxy.add({ match: { verb: 'get', resource: 'configmaps', namespace }, fault: { kind: 'status', code: 500 } });
    },
    change: (_place, deployment) =>
      withPod(deployment, (spec) => ({
        ...spec,
        containers: spec.containers.map((one) => ({ ...one, envFrom: [{ configMapRef: { name: 'settings' } }] })),
      })),
    ending: stalled('InternalError', /^cannot be looked at, and is tried again: .*settings.*made by the fault proxy/),
  },
  {
    name: 'a Service without endpoints',
    inject: async ({ cluster, name: { namespace, name } }) => {
      const patch = { spec: { type: 'ExternalName', externalName: 'nowhere.example' } };
      // Rolling and Canary have none.
      await mergePatch(cluster, `/api/v1/namespaces/${namespace}/services/${name}`, patch).catch(() => undefined);
    },
    ending: { Rolling: PROMOTED, Canary: PROMOTED, BlueGreen: back('EndpointsMissing', /endpoints/) },
  },
];

function withLabels(deployment: Deployment, more: Readonly<Record<string, string>>): Deployment {
  const { template } = deployment.spec;
  const labels = { ...template.metadata.labels, ...more };
  const metadata = { ...template.metadata, labels };
  return { ...deployment, spec: { ...deployment.spec, template: { ...template, metadata } } };
}

type PodSpec = Deployment['spec']['template']['spec'];

function withPod(deployment: Deployment, change: (spec: PodSpec) => object): Deployment {
  const { template } = deployment.spec;
  const spec = change(template.spec) as PodSpec; // border: wrong on purpose where the server must refuse it
  return { ...deployment, spec: { ...deployment.spec, template: { ...template, spec } } };
}

/** Watched from the first pod on; a canary waits for it. */
function withMetric(deployment: Deployment, url: string): Deployment {
  const metric = { name: 'errors', provider: { web: { url, pointer: '/value' } }, interval: '1s', minSamples: 2 };
  const steps: readonly CanaryStep[] = [{ weight: 50 }, { analyse: { metrics: ['errors'] } }];
  return withSteps(
    { ...deployment, spec: { ...deployment.spec, analysis: { metrics: [{ ...metric, threshold: { max: 0.5 } }] } } },
    steps,
  );
}

/** A canary makes the call on its way, the others before it. */
export function withCall(
  deployment: Deployment,
  server: string,
  tool: string,
  given: Readonly<Record<string, string>>,
): Deployment {
  const call = { name: 'ask', server, tool, arguments: given, timeout: '2s' };
  if (deployment.spec.strategy?.type === 'Canary') return withSteps(deployment, [{ weight: 50 }, { call }]);
  return { ...deployment, spec: { ...deployment.spec, tools: { before: [call] } } };
}

export function withSteps(deployment: Deployment, steps: readonly CanaryStep[]): Deployment {
  if (deployment.spec.strategy?.type !== 'Canary') return deployment;
  return { ...deployment, spec: { ...deployment.spec, strategy: { type: 'Canary', canary: { steps } } } };
}

function quota(namespace: string, pods: number): object {
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { namespace, name: 'tight' },
    spec: { hard: { pods: String(pods) } },
  };
}

/** Nobody answers it. */
function webhook({ namespace }: Name, matchConditions: readonly object[]): object {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: namespace },
    webhooks: [
      {
        name: 'pods.test.dev',
        clientConfig: { url: 'https://127.0.0.1:1/' },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        failurePolicy: 'Fail',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        timeoutSeconds: 1,
        matchConditions,
      },
    ],
  };
}

function admissionPolicy({ namespace }: Name, matchConditions: readonly object[]): readonly object[] {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const rules = [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['replicasets'] }];
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: namespace },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { resourceRules: rules },
        matchConditions,
        validations: [{ expression: 'false', message: 'no more ReplicaSets here' }],
      },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: namespace },
      spec: {
        policyName: namespace,
        validationActions: ['Deny'],
        matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } },
      },
    },
  ];
}

async function refusesReplicaSets(cluster: Cluster, { namespace }: Name): Promise<boolean> {
  const labels = { app: 'probe' };
  const { status } = await cluster.request({
    method: 'POST',
    path: `/apis/apps/v1/namespaces/${namespace}/replicasets?dryRun=All`,
    body: {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'probe', namespace },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'probe', image: 'probe' }] } },
      },
    },
  });
  return status >= 400;
}
