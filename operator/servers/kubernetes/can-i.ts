import { NAMESPACE, RESOURCE } from '../schema-parts.ts';
import { type JsonObject, READ_ONLY, tool, USUAL_LIMITS } from '../tool.ts';
import { member, text } from './json-parts.ts';

interface Arguments {
  readonly verb: string;
  readonly resource: string;
  readonly group?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

export const canI = tool<Arguments>({
  name: 'can_i',
  title: "The caller's rights",
  description: 'Whether the caller may do something, as Kubernetes RBAC answers it now.',
  inputSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['verb', 'resource'],
    properties: {
      verb: { type: 'string', maxLength: 63, pattern: '^([a-z]+|\\*)$', description: 'such as get, create or invoke' },
      resource: RESOURCE,
      group: {
        type: 'string',
        maxLength: 253,
        pattern: '^([a-z0-9][a-z0-9.-]*)?$',
        description: 'empty for the core group',
      },
      subresource: { type: 'string', maxLength: 63, pattern: '^[a-z][a-z]*$' },
      namespace: { ...NAMESPACE, description: 'absent: in the whole cluster' },
      // Wider than names of objects: rights are granted on virtual names too, such as a tool's.
      name: { type: 'string', maxLength: 253, pattern: '^[A-Za-z0-9]([A-Za-z0-9._:-]*[A-Za-z0-9])?$' },
    },
  },
  outputSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['allowed'],
    properties: { allowed: { type: 'boolean' }, reason: { type: 'string' } },
  },
  annotations: READ_ONLY,
  limits: USUAL_LIMITS,
  async run(input, context) {
    const resourceAttributes: JsonObject = { ...input };
    const { status, body } = await context.api({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } },
    });
    const review = body as JsonObject; // border: every part of it is read as a value of unknown type
    const allowed = member(review, 'status', 'allowed');
    if (status !== 201 || typeof allowed !== 'boolean') {
      const message = `the API server did not say what the caller may do (status ${status})`;
      return { error: { type: 'Upstream', message, retryable: true, remedy: 'try again later' } };
    }
    const reason = text(review, 'status', 'reason');
    return { content: { allowed, ...(reason === undefined || reason === '' ? {} : { reason }) } };
  },
});
