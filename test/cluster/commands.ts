/** The command line of each program of the plane: pure, so that a fault test reads here what it can turn. */
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import type { ClusterOptions } from './cluster-options.ts';
import type { PlaneFiles } from './plane-files.ts';
import type { Command } from './supervisor.ts';

/** What the command lines of one plane are made of; ports are of 127.0.0.1. */
export type Plan = {
  readonly binaries: Binaries;
  readonly files: PlaneFiles;
  readonly options: ClusterOptions;
  readonly ports: Readonly<
    Record<'etcd' | 'etcdPeer' | 'apiServer' | 'controllerManager' | 'scheduler' | 'kwok', number>
  >;
};

const EIGHT_GIBIBYTES = 8 * 1024 ** 3;

/** What the plane's tests need of the controller manager. Without node-lifecycle new nodes keep their not-ready taint. */
const CONTROLLERS = [
  'namespace',
  'garbage-collector',
  'serviceaccount',
  'root-ca-certificate-publisher',
  'clusterrole-aggregation',
  'replicaset',
  'deployment',
  'job',
  'resourcequota',
  'endpointslice',
  'disruption',
  'ttl-after-finished',
  'pod-garbage-collector',
  'validatingadmissionpolicy-status',
  'node-lifecycle',
];

/** By default it looks every 15 s and waits 5 minutes before it believes new pods or scales down. */
const IMPATIENT_AUTOSCALER = {
  'horizontal-pod-autoscaler-sync-period': '1s',
  'horizontal-pod-autoscaler-initial-readiness-delay': '1s',
  'horizontal-pod-autoscaler-cpu-initialization-period': '1s',
  'horizontal-pod-autoscaler-downscale-stabilization': '2s',
} as const;

/** etcd without fsync: the data of a throw-away plane need not survive a power cut. */
export function etcd({ binaries, files, ports }: Plan): Command {
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return command(files, 'etcd', binaries.etcd, {
    name: 'plane',
    'data-dir': files.data,
    'listen-client-urls': client,
    'advertise-client-urls': client,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `plane=${peer}`,
    'unsafe-no-fsync': 'true',
    'auto-compaction-retention': '1',
    'quota-backend-bytes': String(EIGHT_GIBIBYTES),
  });
}

/** @param name tells a second API server on the same etcd from the first; it has its own port and audit log */
export function apiServer(plan: Plan, name = 'kube-apiserver', auditLog = plan.files.auditLog): Command {
  const { binaries, files, ports, options } = plan;
  return command(files, name, binaries['kube-apiserver'], {
    'etcd-servers': `http://127.0.0.1:${ports.etcd}`,
    'bind-address': '127.0.0.1',
    'advertise-address': '127.0.0.1',
    'secure-port': String(ports.apiServer),
    'cert-dir': join(files.directory, 'pki'),
    'tls-cert-file': files.servingCertificate,
    'tls-private-key-file': files.servingKey,
    'client-ca-file': files.authority,
    'authorization-mode': 'Node,RBAC',
    'allow-privileged': 'true',
    'service-cluster-ip-range': '10.0.0.0/24',
    'endpoint-reconciler-type': 'none',
    'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
    'service-account-key-file': files.tokenPublicKey,
    'service-account-signing-key-file': files.tokenPrivateKey,
    'audit-policy-file': files.auditPolicy,
    'audit-log-path': auditLog,
    // Megabytes. The default of 100 would rotate the log away in the middle of a measurement.
    'audit-log-maxsize': '2000',
    ...optional('etcd-compaction-interval', options.etcdCompactionInterval),
    ...optional('min-request-timeout', options.minRequestTimeout),
    ...optional('event-ttl', options.eventTtl),
    ...(options.throughput
      ? {
          'max-requests-inflight': '0',
          'max-mutating-requests-inflight': '0',
          'enable-priority-and-fairness': 'false',
        }
      : {}),
  });
}

export function controllerManager(plan: Plan): Command {
  const { files, options } = plan;
  const controllers = options.horizontalPodAutoscaler ? [...CONTROLLERS, 'horizontal-pod-autoscaler'] : CONTROLLERS;
  return controller(plan, 'kube-controller-manager', plan.ports.controllerManager, {
    'root-ca-file': files.authority,
    'service-account-private-key-file': files.tokenPrivateKey,
    controllers: controllers.map((name) => `${name}-controller`).join(','),
    ...(options.horizontalPodAutoscaler ? IMPATIENT_AUTOSCALER : {}),
  });
}

export function scheduler(plan: Plan): Command {
  return controller(plan, 'kube-scheduler', plan.ports.scheduler, {});
}

export function kwok({ binaries, files, ports, options }: Plan): Command {
  return command(files, 'kwok', binaries.kwok, {
    kubeconfig: join(files.kubeconfigs, 'kwok'),
    config: options.stages ?? files.stages,
    'manage-all-nodes': 'true',
    'node-ip': '127.0.0.1',
    'server-address': `127.0.0.1:${ports.kwok}`,
    'node-lease-duration-seconds': '40',
  });
}

function controller(
  { binaries, files, options }: Plan,
  name: 'kube-controller-manager' | 'kube-scheduler',
  port: number,
  flags: Readonly<Record<string, string>>,
): Command {
  return command(
    files,
    name,
    binaries[name],
    {
      kubeconfig: join(files.kubeconfigs, name),
      'leader-elect': 'false',
      'bind-address': '127.0.0.1',
      'secure-port': String(port),
      'tls-cert-file': files.servingCertificate,
      'tls-private-key-file': files.servingKey,
      'authorization-always-allow-paths': '/healthz,/readyz,/livez,/metrics',
      'kube-api-qps': '5000',
      'kube-api-burst': '10000',
      ...flags,
    },
    options.throughput ? { ...process.env, GOMAXPROCS: '1' } : process.env,
  );
}

function command(
  files: PlaneFiles,
  name: string,
  program: string,
  flags: Readonly<Record<string, string>>,
  environment: Command['environment'] = process.env,
): Command {
  const parameters = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  // No proxy of the user's may stand between the programs of the plane.
  const direct = { ...environment, NO_PROXY: '127.0.0.1,localhost', no_proxy: '127.0.0.1,localhost' };
  return {
    name,
    program,
    parameters,
    log: join(files.logs, `${name}.log`),
    environment: direct,
    directory: files.directory,
  };
}

function optional(flag: string, value: string | number | undefined): Readonly<Record<string, string>> {
  return value === undefined ? {} : { [flag]: String(value) };
}
