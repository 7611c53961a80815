/** Pod Security Standards, level `restricted`, and the hardening beside it. Each value of a container overrides the pod's. */
import { eachContainer, type Rule } from './rule.ts';
import { at, type Container, list, text, type Workload } from './workload.ts';

/** A container's own setting, else the pod's. */
const effective = ({ spec }: Container, { podSpec }: Workload, field: string) =>
  at(spec, ['securityContext', field]) ?? at(podSpec, ['securityContext', field]);

export const podSecurityRestricted: readonly Rule[] = [
  {
    id: 'pod-security/run-as-root',
    severity: 'high',
    remedy: 'set a runAsUser above 0',
    check: eachContainer((container, workload) =>
      effective(container, workload, 'runAsUser') === 0
        ? [
            {
              path: `${container.path}/securityContext/runAsUser`,
              message: `container ${container.name} runs as user 0`,
            },
          ]
        : [],
    ),
  },
  {
    id: 'pod-security/run-as-non-root',
    severity: 'medium',
    remedy: 'set securityContext.runAsNonRoot: true on the pod',
    check: eachContainer((container, workload) =>
      effective(container, workload, 'runAsNonRoot') === true
        ? []
        : [
            {
              path: `${container.path}/securityContext/runAsNonRoot`,
              message: `container ${container.name} may run as root`,
            },
          ],
    ),
  },
  {
    id: 'pod-security/privilege-escalation',
    severity: 'medium',
    remedy: 'set securityContext.allowPrivilegeEscalation: false',
    check: eachContainer(({ spec, path, name }) =>
      at(spec, ['securityContext', 'allowPrivilegeEscalation']) === false
        ? []
        : [
            {
              path: `${path}/securityContext/allowPrivilegeEscalation`,
              message: `container ${name} may gain privileges by setuid`,
            },
          ],
    ),
  },
  {
    id: 'pod-security/drop-capabilities',
    severity: 'low',
    remedy: 'set securityContext.capabilities.drop: [ALL]',
    check: eachContainer(({ spec, path, name }) =>
      list(at(spec, ['securityContext', 'capabilities', 'drop'])).some((dropped) => text(dropped) === 'ALL')
        ? []
        : [
            {
              path: `${path}/securityContext/capabilities/drop`,
              message: `container ${name} keeps capabilities it may not need`,
            },
          ],
    ),
  },
  {
    id: 'pod-security/seccomp',
    severity: 'low',
    remedy: 'set securityContext.seccompProfile.type: RuntimeDefault on the pod',
    check: eachContainer((container, workload) =>
      effective(container, workload, 'seccompProfile') === undefined
        ? [
            {
              path: `${container.path}/securityContext/seccompProfile`,
              message: `container ${container.name} has no seccomp profile`,
            },
          ]
        : [],
    ),
  },
  {
    id: 'hardening/writable-root',
    severity: 'low',
    remedy: 'set securityContext.readOnlyRootFilesystem: true, and mount an emptyDir where it writes',
    check: eachContainer(({ spec, path, name }) =>
      at(spec, ['securityContext', 'readOnlyRootFilesystem']) === true
        ? []
        : [
            {
              path: `${path}/securityContext/readOnlyRootFilesystem`,
              message: `container ${name} can write to its image`,
            },
          ],
    ),
  },
  {
    id: 'hardening/service-account-token',
    severity: 'low',
    remedy: 'set automountServiceAccountToken: false unless the pod talks to the API server',
    check: ({ podSpec, podPath }) =>
      podSpec['automountServiceAccountToken'] === false
        ? []
        : [{ path: `${podPath}/automountServiceAccountToken`, message: 'the pod gets a token for the API server' }],
  },
];
