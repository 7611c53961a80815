import { assert } from 'chai';
import {
  judgePods,
  type PlannedPods,
  RULES_VERSION,
  type RuleSet,
  ruleSets,
} from '../../../operator/core/pod-rules/index.ts';
import type { Container, PodSpec } from '../../../operator/core/pod-template.ts';

const CONTAINER: Container = {
  name: 'app',
  image: 'ghcr.io/acme/app:1.2',
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
  readinessProbe: { periodSeconds: 5 },
  livenessProbe: { periodSeconds: 10, failureThreshold: 6 },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    capabilities: { drop: ['ALL'] },
  },
};
const POD: PodSpec = {
  containers: [CONTAINER],
  automountServiceAccountToken: false,
  topologySpreadConstraints: [{ maxSkew: 1 }],
  securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
};
const GOOD: PlannedPods = { object: 'Deployment shop', replicas: 3, pod: POD, maxSurge: 1, maxUnavailable: 0 };

const withPod = (change: Partial<PodSpec>, over: Partial<PlannedPods> = {}): PlannedPods => ({
  ...GOOD,
  ...over,
  pod: { ...POD, ...change },
});
const withContainer = (change: Partial<Container>): PlannedPods =>
  withPod({ containers: [{ ...CONTAINER, ...change }] });
const secured = (change: Container['securityContext']): PlannedPods =>
  withContainer({ securityContext: { ...CONTAINER.securityContext, ...change } });
const sized = (resources: Container['resources'] & object, replicas = 3): PlannedPods => ({
  ...withContainer({ resources }),
  replicas,
});
const env = (name: string, value: string): PlannedPods => withContainer({ env: [{ name, value }] });
const host = (path: string): PlannedPods => withPod({ volumes: [{ name: 'v', hostPath: { path } }] });
const LIMITS = { memory: '256Mi' };
const REQUESTS = { cpu: '100m', memory: '128Mi' };

const found = (planned: PlannedPods): readonly string[] =>
  (Object.keys(ruleSets) as RuleSet[]).flatMap(
    (
      set, // border: Object.keys forgets the keys' type
    ) => judgePods(set, ruleSets[set], planned).map(({ rule, severity }) => `${severity} ${rule}`),
  );

/** What each rule sees, and near it what it lets be. */
const CASES: Readonly<
  Record<string, { readonly bad: readonly PlannedPods[]; readonly good?: readonly PlannedPods[] }>
> = {
  'critical security/privileged': { bad: [secured({ privileged: true, allowPrivilegeEscalation: true })] },
  'critical security/node-capability': {
    bad: ['SYS_ADMIN', 'CAP_SYS_MODULE', 'ALL', 'sys_ptrace'].map((name) =>
      secured({ capabilities: { drop: ['ALL'], add: [name] } }),
    ),
    good: [secured({ capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } })],
  },
  'high security/wide-capability': {
    bad: ['NET_ADMIN', 'CAP_NET_RAW'].map((name) => secured({ capabilities: { drop: ['ALL'], add: [name] } })),
  },
  'critical security/node-path': {
    bad: [
      '/',
      '/etc',
      '/etc/',
      '/etc/kubernetes/pki',
      '/var',
      '/var/run',
      '/var/run/docker.sock',
      '/run/containerd/containerd.sock',
      '/var/lib/kubelet/pods',
      '/proc/1/root',
      '/root/.ssh',
      '/dev',
      '/sys',
    ].map(host),
  },
  'high security/host-path': { bad: ['/data', '/etc/localtime', '/etcetera', '/var/log/app'].map(host) },
  'high security/host-namespace': {
    bad: [withPod({ hostNetwork: true }), withPod({ hostPID: true }), withPod({ hostIPC: true })],
  },
  'high security/explicit-root': {
    bad: [secured({ runAsUser: 0 }), withPod({ securityContext: { ...POD.securityContext, runAsUser: 0 } })],
    good: [secured({ runAsUser: 1_000 })],
  },
  'high security/literal-secret': {
    bad: [
      env('DB_PASSWORD', 'hunter2'),
      env('PGPASSWORD', 'x'),
      env('GITHUB_TOKEN', 'x'),
      env('stripe_api_key', 'x'),
      env('CLIENT_SECRET', 'x'),
    ],
    good: [
      env('DB_PASSWORD', ''),
      env('DB_PASSWORD', '$(FROM_ELSEWHERE)'),
      env('DB_PASSWORD_FILE', '/run/secrets/db'),
      env('TOKEN_URL', 'https://x'),
      env('MAX_TOKENS', '4096'),
      env('TOKENIZERS_PARALLELISM', 'false'),
      env('REQUIRE_TOKEN', 'true'),
      env('PASSWORD_MIN_LENGTH', '12'),
      env('REGION', 'eu'),
    ],
  },
  'medium security/may-be-root': {
    bad: [secured({ runAsNonRoot: false })],
    good: [secured({ runAsNonRoot: false, runAsUser: 1_000 })],
  },
  'medium security/privilege-escalation': { bad: [secured({ allowPrivilegeEscalation: true })] },
  'medium security/keeps-capabilities': {
    bad: [secured({ capabilities: { drop: ['NET_RAW'] } })],
  },
  'medium security/host-port': {
    bad: [withContainer({ ports: [{ containerPort: 80, hostPort: 80 }] })],
    good: [withContainer({ ports: [{ containerPort: 80 }, { containerPort: 81, hostPort: 0 }] })],
  },
  'low security/seccomp': {
    bad: [withPod({ securityContext: {} })],
    good: [
      withPod({
        securityContext: {},
        containers: [
          { ...CONTAINER, securityContext: { ...CONTAINER.securityContext, seccompProfile: { type: 'Localhost' } } },
        ],
      }),
    ],
  },
  'low security/writable-root': { bad: [secured({ readOnlyRootFilesystem: false })] },
  'low security/api-token': { bad: [withPod({ automountServiceAccountToken: true })] },

  'high reliability/no-grace': {
    bad: [withPod({ terminationGracePeriodSeconds: 0 })],
    good: [withPod({ terminationGracePeriodSeconds: 5 })],
  },
  'high reliability/all-unavailable': {
    bad: [3, '100%', '150%'].map((maxUnavailable) => ({ ...GOOD, maxUnavailable })),
    good: [2, '99%', 'x'].map((maxUnavailable) => ({ ...GOOD, maxUnavailable })),
  },
  'high reliability/liveness-before-start': {
    bad: [withContainer({ livenessProbe: { periodSeconds: 1, failureThreshold: 3 } })],
    good: [
      withContainer({ livenessProbe: { periodSeconds: 1 }, startupProbe: { failureThreshold: 30 } }),
      withContainer({ livenessProbe: { periodSeconds: 1, initialDelaySeconds: 10 } }),
    ],
  },
  'medium reliability/no-readiness': { bad: [withPod({ containers: [without('readinessProbe')] })] },
  'medium reliability/moving-tag': {
    bad: ['app', 'app:latest', 'registry:5000/team/app'].map((image) => withContainer({ image })),
    good: ['app:1', 'app@sha256:abc', 'registry:5000/app:1'].map((image) => withContainer({ image })),
  },
  'medium reliability/no-memory-limit': { bad: [sized({ requests: REQUESTS })] },
  'medium reliability/no-memory-request': {
    bad: [sized({ requests: { cpu: '1' } })],
    good: [sized({ requests: { cpu: '1' }, limits: LIMITS })],
  },
  'low reliability/same-probes': { bad: [withContainer({ readinessProbe: CONTAINER.livenessProbe ?? {} })] },
  'low reliability/single-replica': { bad: [{ ...GOOD, replicas: 1 }] },
  'low reliability/not-spread': {
    bad: [withPod({ topologySpreadConstraints: [] })],
    good: [
      withPod({ topologySpreadConstraints: [], affinity: { podAntiAffinity: {} } }),
      withPod({ topologySpreadConstraints: [] }, { replicas: 2 }),
    ],
  },
  'low reliability/unbounded-scratch': {
    bad: [withPod({ volumes: [{ name: 'tmp', emptyDir: {} }] })],
    good: [withPod({ volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '1Gi' } }, { name: 'other' }] })],
  },

  'high cost/many-cores': {
    bad: [
      sized({ requests: { ...REQUESTS, cpu: '13' }, limits: LIMITS }, 5),
      sized({ limits: { ...LIMITS, cpu: '13' } }, 5),
    ],
    good: [sized({ requests: { ...REQUESTS, cpu: '12' }, limits: LIMITS }, 5)],
  },
  'high cost/much-memory': {
    bad: [sized({ requests: { ...REQUESTS, memory: '100Gi' }, limits: { memory: '100Gi' } })],
  },
  'medium cost/large-pod': { bad: [sized({ requests: { ...REQUESTS, cpu: '17' }, limits: LIMITS })] },
  'medium cost/no-request': { bad: [sized({})], good: [sized({ limits: LIMITS })] },
  'low cost/wide-limit': { bad: [sized({ requests: REQUESTS, limits: { ...LIMITS, cpu: '2' } })] },

  'high performance/no-room-to-roll': {
    bad: [
      { ...GOOD, replicas: 1, maxSurge: 0, maxUnavailable: 1 },
      { ...GOOD, replicas: 1, maxSurge: '0%', maxUnavailable: 1 },
    ],
    good: [{ ...GOOD, replicas: 1, maxSurge: 1, maxUnavailable: 1 }],
  },
  'medium performance/starved-memory': { bad: [sized({ requests: { cpu: '100m' }, limits: { memory: '16Mi' } })] },
  'medium performance/throttled': {
    bad: [sized({ requests: { ...REQUESTS, cpu: '50m' }, limits: { ...LIMITS, cpu: '50m' } })],
  },
  'medium performance/no-cpu-request': { bad: [sized({ requests: { memory: '1Gi' }, limits: LIMITS })] },
  'low performance/slow-readiness': { bad: [withContainer({ readinessProbe: { periodSeconds: 60 } })] },
  'low performance/probe-overlap': {
    bad: [withContainer({ readinessProbe: { periodSeconds: 5, timeoutSeconds: 6 } })],
  },
};

function without(part: keyof Container): Container {
  const { [part]: _left, ...rest } = CONTAINER;
  return rest;
}

describe('the rules for pods', () => {
  it('find nothing in a pod that follows them', () => assert.deepEqual(found(GOOD), []));

  for (const [rule, { bad, good = [] }] of Object.entries(CASES)) {
    it(`see ${rule}`, () => {
      for (const planned of bad) assert.include(found(planned), rule, JSON.stringify(planned.pod));
      for (const planned of good) assert.notInclude(found(planned), rule, JSON.stringify(planned.pod));
    });
  }

  it('each have a case above', () => {
    const all = Object.entries(ruleSets).flatMap(([set, rules]) =>
      rules.map(({ severity, name }) => `${severity} ${set}/${name}`),
    );
    assert.sameMembers(Object.keys(CASES), all);
  });

  it('say where, what is wrong and what to do, worst first and always in the same order', () => {
    const init = { ...CONTAINER, name: 'setup', securityContext: { ...CONTAINER.securityContext, privileged: true } };
    const planned = withPod({ initContainers: [init], automountServiceAccountToken: true });
    const findings = judgePods('security', ruleSets.security, planned);
    assert.deepEqual(findings, [
      {
        rule: 'security/privileged',
        severity: 'critical',
        object: 'Deployment shop',
        path: 'spec.initContainers[0]',
        message:
          'container setup is privileged and so owns its node; drop securityContext.privileged and add the one capability it needs',
      },
      {
        rule: 'security/api-token',
        severity: 'low',
        object: 'Deployment shop',
        path: 'spec.automountServiceAccountToken',
        message:
          'every container gets a token for the API server; set automountServiceAccountToken: false if none needs it',
      },
    ]);
    assert.deepEqual(judgePods('security', [...ruleSets.security].reverse(), planned), findings);
  });

  it('take a pod without anything in it', () => {
    for (const set of Object.keys(ruleSets) as RuleSet[]) {
      // border: as above
      assert.isArray(judgePods(set, ruleSets[set], { object: 'x', replicas: 0, pod: {} }));
    }
    assert.match(RULES_VERSION, /^\d+$/);
  });
});
