/** Our MCP servers on a loopback port, with the real HTTP, protocol and pipeline; only the cluster and policy are scripted. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { clock } from '../../operator/adapters/clock.ts';
import { ajvSchemas } from '../../operator/adapters/schemas.ts';
import type { Caller } from '../../operator/ports/access.ts';
import type { ApiReply, ApiRequest } from '../../operator/ports/api-call.ts';
import type { AuditRecord } from '../../operator/ports/audit.ts';
import type { PolicyAnswer, PolicyQuestion } from '../../operator/ports/policy.ts';
import { toolEndpoints } from '../../operator/servers/http.ts';
import type { InvokeDoors } from '../../operator/servers/pipeline/index.ts';
import type { ToolServer } from '../../operator/servers/tool.ts';

export interface ToolService {
  readonly origin: string;
  readonly audit: readonly AuditRecord[];
  readonly counted: readonly Readonly<Record<string, string>>[];
  /** What policy was asked. */
  readonly questions: readonly PolicyQuestion[];
  readonly api: readonly ApiRequest[];
  /** HTTP requests that arrived, refused ones too. */
  requests(): number;
  close(): Promise<void>;
}

export interface ToolServiceOptions {
  readonly servers: readonly ToolServer[];
  /** Token -> who holds it. */
  readonly tokens?: Readonly<Record<string, Caller>>;
  readonly mayInvoke?: (caller: Caller, namespace: string | undefined, tool: string) => boolean;
  readonly decide?: (question: PolicyQuestion) => PolicyAnswer;
  readonly api?: (request: ApiRequest) => ApiReply;
  /** Real things in the place of scripted ones. */
  readonly doors?: Partial<InvokeDoors>;
  /** Sees each request first; true: it has answered. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export const TENANT: Caller = {
  user: 'system:serviceaccount:acme:code-tenant',
  groups: ['system:serviceaccounts', 'system:serviceaccounts:acme'],
  extra: {},
};

export const ALLOW: PolicyAnswer = { ok: true, value: { allow: true, deny: [], warn: [] }, latencyMicroseconds: 1 };

export async function startToolService(options: ToolServiceOptions): Promise<ToolService> {
  const audit: AuditRecord[] = [];
  const counted: Readonly<Record<string, string>>[] = [];
  const questions: PolicyQuestion[] = [];
  const api: ApiRequest[] = [];
  const silent = (): void => undefined;
  const doors: InvokeDoors = {
    access: {
      tokenReview: async (token) => (options.tokens ?? { tenant: TENANT })[token],
      mayInvoke: async (caller, namespace, tool) => options.mayInvoke?.(caller, namespace, tool) ?? true,
    },
    api: async (request) => {
      api.push(request);
      return options.api?.(request) ?? { status: 404, body: {} };
    },
    audit: { append: async (record) => void audit.push(record) },
    clock,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    metrics: { count: (_name, labels) => void counted.push(labels ?? {}), gauge: silent, observe: silent },
    policy: {
      bundle: 'scripted',
      decide: (question) => {
        questions.push(question);
        return options.decide?.(question) ?? ALLOW;
      },
    },
    schemas: ajvSchemas(),
    tenantOf: (namespace) => (namespace === 'acme' ? { name: 'acme', tools: ['*'] } : undefined),
    ...options.doors,
  };
  const endpoints = toolEndpoints(options.servers, doors, { hostnames: ['127.0.0.1', 'localhost'], version: '0.0.0' });
  let requests = 0;
  const http = createServer((request, response) => {
    requests += 1;
    if (options.intercept?.(request, response) !== true) void endpoints.serve(request, response);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the test server has no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    audit,
    counted,
    questions,
    api,
    requests: () => requests,
    async close() {
      await endpoints.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
