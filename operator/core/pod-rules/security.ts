/** What an attacker could do with such a pod (Pod Security Standards, NSA/CISA hardening guidance). */
import type { Container, PodSpec } from '../pod-template.ts';
import { containerRule, containersOf, podRule, type Rule } from './rule.ts';

const OWNS_THE_NODE = ['ALL', 'SYS_ADMIN', 'SYS_MODULE', 'SYS_PTRACE', 'BPF'];
const WIDENS_REACH = ['NET_ADMIN', 'NET_RAW', 'SYS_RAWIO', 'DAC_READ_SEARCH', 'SYS_TIME', 'SYSLOG'];
/** Whoever mounts one of these, something below it or something above it, owns the node. */
const OWNS_THE_NODE_PATHS = [
  '/boot',
  '/dev',
  '/etc/kubernetes',
  '/proc',
  '/root',
  '/run/containerd',
  '/run/docker.sock',
  '/sys',
  '/var/lib/containerd',
  '/var/lib/etcd',
  '/var/lib/kubelet',
  '/var/run/docker.sock',
];
/** In the name of a variable. `TOKEN` must end a word: `MAX_TOKENS` and `TOKENIZER` are none. */
const SECRET_NAME = /PASSWORD|PASSWD|SECRET|TOKEN(?![A-Z])|API_?KEY|PRIVATE_KEY|CREDENTIAL/;
/** Names that end so hold where a secret is, or what it must be like, not the secret. */
const POINTER_ENDING = /_(FILE|PATH|URL|NAME|DIR|TTL|HEADER|LENGTH|EXPIRY|TIMEOUT)$/;
/** A switch. */
const SWITCH = /^(true|false|yes|no|on|off|enabled|disabled|0|1)$/i;

const adds = (container: Container, names: readonly string[]): readonly string[] =>
  (container.securityContext?.capabilities?.add ?? []).filter((name) =>
    names.includes(name.toUpperCase().replace(/^CAP_/, '')),
  );

const literalSecrets = (container: Container): readonly string[] =>
  (container.env ?? []).flatMap(({ name = '', value = '' }) => {
    const upper = name.toUpperCase();
    const secret = SECRET_NAME.test(upper) && !POINTER_ENDING.test(upper);
    return secret && value !== '' && !value.startsWith('$(') && !SWITCH.test(value) ? [name] : [];
  });

const mayBeRoot = (container: Container, pod: PodSpec): boolean =>
  (container.securityContext?.runAsNonRoot ?? pod.securityContext?.runAsNonRoot) !== true &&
  (container.securityContext?.runAsUser ?? pod.securityContext?.runAsUser ?? 0) === 0;

const hostPaths = (pod: PodSpec): readonly string[] =>
  (pod.volumes ?? []).flatMap(({ hostPath }) => (hostPath === undefined ? [] : [hostPath.path ?? '/']));

const ownsTheNode = (path: string): boolean => {
  const place = path.replace(/\/+$/, '');
  return OWNS_THE_NODE_PATHS.some((known) => `${known}/`.startsWith(`${place}/`) || place.startsWith(`${known}/`));
};

const hostNamespaces = (pod: PodSpec): readonly string[] =>
  (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((name) => pod[name] === true);

export const security: readonly Rule[] = [
  containerRule('privileged', 'critical', containersOf, (container) =>
    container.securityContext?.privileged === true
      ? 'is privileged and so owns its node; drop securityContext.privileged and add the one capability it needs'
      : undefined,
  ),
  containerRule('node-capability', 'critical', containersOf, (container) => {
    const names = adds(container, OWNS_THE_NODE);
    return names.length === 0 ? undefined : `adds ${names.join(', ')}, enough to take over its node; remove it`;
  }),
  podRule('node-path', 'critical', 'spec.volumes', ({ pod }) => {
    const paths = hostPaths(pod).filter(ownsTheNode);
    return paths.length === 0
      ? undefined
      : `mounts ${paths.join(', ')} of the node, enough to take it over; use a volume of the pod's own`;
  }),
  podRule('host-path', 'high', 'spec.volumes', ({ pod }) => {
    const paths = hostPaths(pod).filter((path) => !ownsTheNode(path));
    return paths.length === 0
      ? undefined
      : `mounts ${paths.join(', ')} of the node; use an emptyDir, a ConfigMap or a PersistentVolumeClaim`;
  }),
  podRule('host-namespace', 'high', 'spec', ({ pod }) => {
    const names = hostNamespaces(pod);
    return names.length === 0
      ? undefined
      : `sets ${names.join(', ')} and so sees other workloads of its node; remove it`;
  }),
  containerRule('wide-capability', 'high', containersOf, (container) => {
    const names = adds(container, WIDENS_REACH);
    return names.length === 0 ? undefined : `adds ${names.join(', ')}; remove it unless the program cannot do without`;
  }),
  containerRule('explicit-root', 'high', containersOf, ({ securityContext }, { pod }) =>
    (securityContext?.runAsUser ?? pod.securityContext?.runAsUser) === 0
      ? 'asks to run as root (runAsUser 0); give it a user id of its own'
      : undefined,
  ),
  containerRule('literal-secret', 'high', containersOf, (container) => {
    const names = literalSecrets(container);
    return names.length === 0
      ? undefined
      : `has a secret written out in env ${names.join(', ')}; move it to a Secret and use valueFrom.secretKeyRef`;
  }),
  containerRule('may-be-root', 'medium', containersOf, (container, { pod }) =>
    mayBeRoot(container, pod) ? 'may run as root; set securityContext.runAsNonRoot: true' : undefined,
  ),
  containerRule('privilege-escalation', 'medium', containersOf, ({ securityContext }) =>
    securityContext?.allowPrivilegeEscalation !== false && securityContext?.privileged !== true
      ? 'may gain privileges; set securityContext.allowPrivilegeEscalation: false'
      : undefined,
  ),
  containerRule('keeps-capabilities', 'medium', containersOf, ({ securityContext }) =>
    securityContext?.capabilities?.drop?.includes('ALL')
      ? undefined
      : 'keeps the default capabilities; set securityContext.capabilities.drop: [ALL]',
  ),
  containerRule('host-port', 'medium', containersOf, ({ ports }) =>
    (ports ?? []).some(({ hostPort }) => hostPort !== undefined && hostPort !== 0)
      ? 'takes a port of its node (hostPort); expose it by a Service'
      : undefined,
  ),
  containerRule('seccomp', 'low', containersOf, ({ securityContext }, { pod }) =>
    (securityContext?.seccompProfile ?? pod.securityContext?.seccompProfile) === undefined
      ? 'has no seccomp profile; set seccompProfile.type: RuntimeDefault'
      : undefined,
  ),
  containerRule('writable-root', 'low', containersOf, ({ securityContext }) =>
    securityContext?.readOnlyRootFilesystem === true
      ? undefined
      : 'can write its image; set securityContext.readOnlyRootFilesystem: true and mount what it must write',
  ),
  podRule('api-token', 'low', 'spec.automountServiceAccountToken', ({ pod }) =>
    pod.automountServiceAccountToken === false
      ? undefined
      : 'every container gets a token for the API server; set automountServiceAccountToken: false if none needs it',
  ),
];
