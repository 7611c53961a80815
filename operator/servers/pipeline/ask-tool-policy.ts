import type { Milliseconds } from '../../core/decision.ts';
import type { Json } from '../../core/json.ts';
import type { PolicyEngine } from '../../ports/policy.ts';
import type { Hints, JsonObject } from '../tool.ts';

/** Policy of kind `tool`, step `invoke` (policy-security.md section 1). */
const ENTRY_POINT = 'code/tool/invoke/decision';

export interface ToolQuestion {
  readonly user: string;
  readonly namespace: string | undefined;
  /** What the namespace's Tenant allows; absent where it has none, and the policy must then decide without. */
  readonly tenant: JsonObject | undefined;
  readonly server: string;
  readonly tool: string;
  readonly arguments: JsonObject;
  readonly digest: string;
  readonly hints: Hints;
}

export type ToolVerdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly rule: string; readonly message: string; readonly remedy: string };

/** Default deny: anything but a clear allow refuses the call, and so does an engine that cannot answer. */
export function askToolPolicy(engine: PolicyEngine, question: ToolQuestion, now: Milliseconds): ToolVerdict {
  const answer = engine.decide({ entryPoint: ENTRY_POINT, input: inputOf(question, now), now });
  if (!answer.ok) return denied(`code/${answer.failure}`, answer.message);
  const { value } = answer;
  if (!isObject(value) || !Array.isArray(value['deny'])) {
    return denied('code/bad-result', 'the policy did not answer {allow, deny, warn}');
  }
  const reasons: readonly unknown[] = value['deny'];
  if (value['allow'] === true && reasons.length === 0) return { allowed: true };
  const [first] = reasons;
  if (!isObject(first)) return denied('code/default-deny', 'no policy rule allows this call');
  return denied(
    textOf(first['rule'], 'code/bad-result'),
    textOf(first['message'], 'denied'),
    textOf(first['remedy'], REMEDY),
  );
}

const REMEDY = "ask the policy owner, or have the tool put on the Tenant's list";

function inputOf(question: ToolQuestion, now: Milliseconds): JsonObject {
  const { user, namespace, tenant, server, tool, digest, hints } = question;
  const action: Json = {
    type: 'call-tool',
    server,
    tool,
    arguments: question.arguments,
    digest,
    hints: {
      readOnly: hints.readOnlyHint,
      destructive: hints.destructiveHint,
      idempotent: hints.idempotentHint,
      openWorld: hints.openWorldHint,
    },
  };
  return {
    subject: { user },
    ...(tenant === undefined ? {} : { tenant }),
    resource: { kind: 'Tool', name: `${server}.${tool}`, ...(namespace === undefined ? {} : { namespace }) },
    step: { kind: 'tool', name: 'invoke', safety: false, teardown: false },
    actions: [action],
    // Whole seconds, as in every other question: policies compare it as text.
    time: { now: `${new Date(now).toISOString().slice(0, 19)}Z` },
  };
}

const denied = (rule: string, message: string, remedy = REMEDY): ToolVerdict => ({
  allowed: false,
  rule,
  message,
  remedy,
});

const textOf = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
