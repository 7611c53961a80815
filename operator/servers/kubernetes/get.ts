import { read } from '../read.ts';
import { API_VERSION, NAMESPACE, OBJECT_NAME, RESOURCE } from '../schema-parts.ts';
import { READ_ONLY, tool, USUAL_LIMITS } from '../tool.ts';

interface Arguments {
  readonly apiVersion: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name: string;
}

export const get = tool<Arguments>({
  name: 'get',
  title: 'Get one object',
  description:
    'One Kubernetes object, whole, as the caller may see it. Values of Secrets and of environment variables, and credentials in any text, are replaced.',
  inputSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['apiVersion', 'resource', 'name'],
    properties: {
      apiVersion: API_VERSION,
      resource: RESOURCE,
      namespace: { ...NAMESPACE, description: 'of the object; absent for kinds of the whole cluster' },
      name: OBJECT_NAME,
    },
  },
  outputSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['object'],
    properties: { object: { type: 'object', additionalProperties: true } },
  },
  annotations: READ_ONLY,
  limits: USUAL_LIMITS,
  async run(target, context) {
    const found = await read(context, target);
    return 'error' in found ? found : { content: { object: found.object } };
  },
});
