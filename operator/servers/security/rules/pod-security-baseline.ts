/** Pod Security Standards, level `baseline`: what gives a container the node. Source: kubernetes.io/docs/concepts/security/pod-security-standards */
import { eachContainer, type Rule, type Severity, type Violation } from './rule.ts';
import { at, list, record, text } from './workload.ts';

/** The capabilities that baseline lets a container add. */
const ADDABLE = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
);
/** With any of these a container is as good as root on the node. */
const NODE_ROOT = new Set(['ALL', 'SYS_ADMIN', 'SYS_MODULE', 'SYS_PTRACE', 'SYS_RAWIO', 'BPF', 'DAC_READ_SEARCH']);

const SAFE_SYSCTLS = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]);

const HOST_NAMESPACES = ['hostNetwork', 'hostPID', 'hostIPC'] as const;

/** Directories and sockets whose owner owns the node. */
const NODE_PATHS =
  /^\/(?:$|etc(?:\/|$)|root(?:\/|$)|proc(?:\/|$)|sys(?:\/|$)|var\/lib\/kubelet(?:\/|$)|(?:var\/)?run\/(?:docker|containerd|crio)\b)/;

export const podSecurityBaseline: readonly Rule[] = [
  {
    id: 'pod-security/privileged',
    severity: 'critical',
    remedy: 'remove securityContext.privileged, and add the one capability that is needed',
    check: eachContainer(({ spec, path, name }) =>
      at(spec, ['securityContext', 'privileged']) === true
        ? [{ path: `${path}/securityContext/privileged`, message: `container ${name} is privileged` }]
        : [],
    ),
  },
  {
    id: 'pod-security/host-process',
    severity: 'critical',
    remedy: 'remove windowsOptions.hostProcess',
    check: ({ podSpec, podPath, containers }) =>
      [{ spec: podSpec, path: podPath }, ...containers]
        .filter(({ spec }) => at(spec, ['securityContext', 'windowsOptions', 'hostProcess']) === true)
        .map(({ path }) => ({
          path: `${path}/securityContext/windowsOptions/hostProcess`,
          message: 'runs as a process of the Windows host',
        })),
  },
  {
    id: 'pod-security/host-namespaces',
    severity: 'high',
    remedy: 'remove it: a Service reaches pods without the host network',
    check: ({ podSpec, podPath }) =>
      HOST_NAMESPACES.filter((field) => podSpec[field] === true).map((field) => ({
        path: `${podPath}/${field}`,
        message: `${field} shares a namespace of the node with the pod`,
      })),
  },
  {
    id: 'pod-security/capabilities',
    severity: 'high',
    remedy: 'add only what the process needs, such as NET_BIND_SERVICE',
    check: eachContainer(({ spec, path, name }) =>
      list(at(spec, ['securityContext', 'capabilities', 'add'])).flatMap((added, index): readonly Violation[] => {
        const capability = (text(added) ?? '').replace(/^CAP_/, '');
        if (ADDABLE.has(capability)) return [];
        const severity: Severity = NODE_ROOT.has(capability) ? 'critical' : 'high';
        const message = `container ${name} adds capability ${capability}`;
        return [{ path: `${path}/securityContext/capabilities/add/${index}`, message, severity }];
      }),
    ),
  },
  {
    id: 'pod-security/host-path',
    severity: 'high',
    remedy: 'use a PersistentVolumeClaim, a ConfigMap or an emptyDir',
    check: ({ podSpec, podPath }) =>
      list(podSpec['volumes']).flatMap((volume, index): readonly Violation[] => {
        const hostPath = record(at(volume, ['hostPath']));
        if (hostPath === undefined) return [];
        const directory = text(hostPath['path']) ?? '';
        const severity: Severity = NODE_PATHS.test(directory) ? 'critical' : 'high';
        const message = `volume ${text(at(volume, ['name'])) ?? `#${index}`} mounts ${directory || 'a directory'} of the node`;
        return [{ path: `${podPath}/volumes/${index}/hostPath`, message, severity }];
      }),
  },
  {
    id: 'pod-security/host-ports',
    severity: 'medium',
    remedy: 'remove hostPort and use a Service',
    check: eachContainer(({ spec, path, name }) =>
      list(spec['ports']).flatMap((port, index) => {
        const hostPort = at(port, ['hostPort']);
        if (typeof hostPort !== 'number' || hostPort === 0) return [];
        return [
          { path: `${path}/ports/${index}/hostPort`, message: `container ${name} takes port ${hostPort} of the node` },
        ];
      }),
    ),
  },
  {
    id: 'pod-security/unconfined',
    severity: 'high',
    remedy: 'use RuntimeDefault, or a Localhost profile',
    check: ({ podSpec, podPath, containers }) =>
      [{ spec: podSpec, path: podPath }, ...containers].flatMap(({ spec, path }) =>
        ['seccompProfile', 'appArmorProfile']
          .filter((profile) => at(spec, ['securityContext', profile, 'type']) === 'Unconfined')
          .map((profile) => ({ path: `${path}/securityContext/${profile}/type`, message: `${profile} is Unconfined` })),
      ),
  },
  {
    id: 'pod-security/proc-mount',
    severity: 'high',
    remedy: 'remove procMount',
    check: eachContainer(({ spec, path, name }) =>
      at(spec, ['securityContext', 'procMount']) === 'Unmasked'
        ? [{ path: `${path}/securityContext/procMount`, message: `container ${name} sees an unmasked /proc` }]
        : [],
    ),
  },
  {
    id: 'pod-security/sysctls',
    severity: 'high',
    remedy: 'use only the sysctls that Kubernetes calls safe',
    check: ({ podSpec, podPath }) =>
      list(at(podSpec, ['securityContext', 'sysctls'])).flatMap((sysctl, index) => {
        const name = text(at(sysctl, ['name'])) ?? '';
        if (SAFE_SYSCTLS.has(name)) return [];
        return [
          {
            path: `${podPath}/securityContext/sysctls/${index}/name`,
            message: `sysctl ${name} reaches beyond the pod`,
          },
        ];
      }),
  },
];
