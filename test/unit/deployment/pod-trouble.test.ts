import { assert } from 'chai';
import type { ContainerStatus, Pod, ReplicaSet } from '../../../operator/controllers/deployment/cluster-objects.ts';
import { overdueTrouble, podTrouble } from '../../../operator/controllers/deployment/rollout/pod-trouble.ts';
import { aDeployment } from './builders.ts';
import { anObservation, aPod, aReplicaSet } from './observed-builders.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');

const container = (change: Partial<ContainerStatus>): Pod =>
  aPod({
    conditions: [{ type: 'Ready', status: 'False', message: 'containers with unready status: [web]' }],
    containerStatuses: [{ name: 'web', image: 'shop:1', ready: false, ...change }],
  });

const waiting = (reason: string, message?: string) =>
  container({ state: { waiting: { reason, ...(message === undefined ? {} : { message }) } } });

const refused = (message: string): ReplicaSet => {
  const set = aReplicaSet(aDeployment(), anObservation().delivery.plan, 2, 0);
  return { ...set, status: { conditions: [{ type: 'ReplicaFailure', status: 'True', message }] } };
};

describe('the trouble of pods', () => {
  for (const [reason, pod, message] of [
    [
      'ImagePullFailed',
      waiting('ErrImagePull', 'not found'),
      'pod shop-1, container web: its image shop:1 cannot be pulled',
    ],
    ['ImagePullFailed', waiting('ImagePullBackOff'), 'pod shop-1, container web: its image shop:1 cannot be pulled'],
    [
      'ConfigMissing',
      waiting('CreateContainerConfigError', 'configmap "x" not found'),
      'pod shop-1, container web: CreateContainerConfigError',
    ],
    ['ContainerNotStarted', waiting('RunContainerError'), 'pod shop-1, container web: RunContainerError'],
    [
      'CrashLooping',
      container({
        state: { running: {} },
        restartCount: 2,
        lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
      }),
      'pod shop-1, container web: it keeps ending, last with exit code 137: OOMKilled',
    ],
    [
      'CrashLooping',
      container({ state: { terminated: { exitCode: 1 } } }),
      'pod shop-1, container web: it keeps ending, last with exit code 1',
    ],
    [
      'Unschedulable',
      aPod({
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes fit' }],
      }),
      'pod shop-1: 0/3 nodes fit',
    ],
    ['NodeLost', aPod({ conditions: [{ type: 'Ready', status: 'Unknown' }] }), 'pod shop-1: its node does not answer'],
    [
      'NodeLost',
      aPod({
        conditions: [
          { type: 'ContainersReady', status: 'True' },
          { type: 'Ready', status: 'False' },
        ],
      }),
      'pod shop-1: its node does not answer',
    ],
  ] as const) {
    it(`is ${reason}: ${message}`, () => {
      const { detail: _detail, ...trouble } = podTrouble(undefined, [pod], NOW) ?? { reason: '', message: '' };
      assert.deepEqual(trouble, { reason, message });
    });
  }

  for (const [reason, message] of [
    ['QuotaExceeded', 'exceeded quota: team'],
    ['PodSecurityViolated', 'violates PodSecurity "restricted:latest"'],
    ['WebhookRefused', 'admission webhook "w" denied the request'],
    ['WebhookUnavailable', 'failed calling webhook "w": connection refused'],
    ['PodsRefused', 'something else'],
  ] as const) {
    it(`is ${reason} where no pod can be created`, () => {
      assert.deepEqual(podTrouble(refused(`pods "shop-x" is forbidden: ${message}`), [], NOW), {
        reason,
        message: `pods cannot be created: ${message}`,
      });
    });
  }

  it('is none while pods merely start', () => {
    assert.isUndefined(podTrouble(undefined, [container({ state: { running: {} }, started: true })], NOW));
    assert.isUndefined(podTrouble(undefined, [waiting('ContainerCreating'), waiting('PodInitializing')], NOW));
  });

  /** Seconds: a startup probe may take 20, a readiness probe 5 + 3 * 4 more. */
  const probed = (): ReplicaSet => {
    const set = aReplicaSet(aDeployment(), anObservation().delivery.plan, 2, 0);
    const [web] = set.spec.template.spec.containers;
    const probes = {
      startupProbe: { periodSeconds: 2, failureThreshold: 10 },
      readinessProbe: { initialDelaySeconds: 5, periodSeconds: 4 },
    };
    const containers = [{ name: 'web', image: 'shop:1', ...web, ...probes }];
    return { ...set, spec: { ...set.spec, template: { ...set.spec.template, spec: { containers } } } };
  };
  const running = (started: boolean, change: Partial<ContainerStatus> = {}) =>
    container({ state: { running: { startedAt: new Date(NOW).toISOString() } }, started, ...change });
  const troubleAfter = (seconds: number, pod: Pod) => podTrouble(probed(), [pod], NOW + seconds * 1000);

  for (const [probe, started, seconds] of [
    ['startup', false, 20],
    ['readiness', true, 37],
  ] as const) {
    it(`is a ${probe} probe that failed as often as it may, and no normal start before`, () => {
      assert.isUndefined(troubleAfter(seconds - 1, running(started)));
      assert.deepEqual(troubleAfter(seconds, running(started)), {
        reason: 'ProbeFailing',
        message: `pod shop-1, container web: its ${probe} probe does not succeed`,
      });
    });
  }

  it('is no probe of a pod that is ready, or is taken away, or has none', () => {
    const { metadata, ...leaving } = running(true);
    const gone = { ...leaving, metadata: { ...metadata, deletionTimestamp: '2026-03-01T12:00:00Z' } };
    assert.isUndefined(troubleAfter(3600, running(true, { ready: true })));
    assert.isUndefined(troubleAfter(3600, gone));
    assert.isUndefined(podTrouble(undefined, [running(true)], NOW + 3_600_000));
  });

  it('is a failing probe once the deadline has passed', () => {
    assert.deepEqual(overdueTrouble(undefined, [container({ state: { running: {} }, started: true })]), {
      reason: 'ProbeFailing',
      message: 'pod shop-1, container web: its readiness probe does not succeed',
    });
  });

  it('is the startup probe of what has not started, whatever the template says of probes', () => {
    const set = probed();
    const containers = set.spec.template.spec.containers.map(({ startupProbe: _none, ...rest }) => rest);
    const template = { ...set.spec.template, spec: { containers } };
    const unstarted = { ...set, spec: { ...set.spec, template } };
    assert.isUndefined(podTrouble(unstarted, [running(false)], NOW + 3_600_000));
    assert.deepEqual(overdueTrouble(unstarted, [running(false)]), {
      reason: 'ProbeFailing',
      message: 'pod shop-1, container web: its startup probe does not succeed',
    });
  });

  it('is the missed deadline where nothing else is known', () => {
    assert.deepEqual(overdueTrouble(undefined, []), {
      reason: 'ProgressDeadlineExceeded',
      message: 'pods did not become available in time',
    });
  });

  it('names an image so that it fits a column', () => {
    const image = `registry.example/team/shop@sha256:${'ab'.repeat(32)}`;
    const pod = container({
      image,
      state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image' } },
    });
    assert.deepEqual(podTrouble(undefined, [pod], NOW), {
      reason: 'ImagePullFailed',
      message: 'pod shop-1, container web: its image shop@sha256:abababababab cannot be pulled',
    });
  });

  it("keeps the cluster's own words for the end", () => {
    const { message } = overdueTrouble(undefined, [waiting('ErrImagePull', 'manifest unknown')]);
    assert.equal(message, 'pod shop-1, container web: its image shop:1 cannot be pulled: manifest unknown');
  });
});
