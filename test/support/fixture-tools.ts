/** Tools that misbehave on purpose, in the frame of our own servers. */
import { Upstream } from '../../operator/api/errors.ts';
import {
  type Hints,
  READ_ONLY,
  type Tool,
  type ToolContext,
  type ToolResult,
  type ToolServer,
  USUAL_LIMITS,
} from '../../operator/servers/tool.ts';

const WRITES: Hints = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false };

export interface Fixture {
  readonly server: ToolServer;
  /** How often each tool really ran. */
  readonly runs: ReadonlyMap<string, number>;
}

export function fixtureServer(): Fixture {
  const runs = new Map<string, number>();
  const define = (
    name: string,
    annotations: Hints,
    run: (context: ToolContext) => Promise<ToolResult>,
    limits = USUAL_LIMITS,
  ): Tool => ({
    name,
    title: name,
    description: `Fixture ${name}.`,
    inputSchema: {
      type: 'object',
      additionalProperties: false,
      properties: { text: { type: 'string', maxLength: 10 } },
    },
    outputSchema: {
      type: 'object',
      additionalProperties: false,
      required: ['text'],
      properties: { text: { type: 'string' } },
    },
    annotations,
    limits,
    run: async (_input, context) => {
      runs.set(name, (runs.get(name) ?? 0) + 1);
      return run(context);
    },
  });
  const answer = (text: string): ToolResult => ({ content: { text } });
  const down = async (): Promise<ToolResult> => {
    throw new Upstream('Down', 'the backend is down', { afterMilliseconds: 5_000 });
  };
  return {
    runs,
    server: {
      name: 'fixture',
      title: 'Fixtures',
      tools: [
        define('read', READ_ONLY, async () => answer('read')),
        define('write', WRITES, async () => answer('written')),
        define('hang', READ_ONLY, () => new Promise(() => undefined)),
        define('hang_write', WRITES, () => new Promise(() => undefined)),
        define('slow_itself', READ_ONLY, () => new Promise(() => undefined), { ...USUAL_LIMITS, timeout: 20 }),
        define('large', READ_ONLY, async () => answer('x'.repeat(300_000))),
        define('vast', READ_ONLY, async () => answer('x'.repeat(3_000_000)), {
          ...USUAL_LIMITS,
          resultBytes: 4_000_000,
        }),
        define('leaky', READ_ONLY, async () => answer(`url postgres://web:hunter2@db/app, AKIA${'A'.repeat(16)}`)),
        define('lying', READ_ONLY, async () => ({ content: { other: 1 } })),
        define('broken', READ_ONLY, async () => {
          throw new TypeError('the secret inside');
        }),
        define('upstream', READ_ONLY, down),
        define('upstream_write', WRITES, down),
        define('rare', READ_ONLY, async () => answer('once'), { ...USUAL_LIMITS, perMinute: 1 }),
      ],
    },
  };
}
