import type { AuthProvider, CallToolResult, JsonSchemaType, Tool } from '@modelcontextprotocol/client';
import { CfWorkerJsonSchemaValidator } from '@modelcontextprotocol/client/validators/cf-worker';
import { Aborted, type CodeError, Denied, InvalidSpec, Upstream } from '../../api/errors.ts';
import type { CallTool, Outcomes } from '../../core/action.ts';
import type { Milliseconds } from '../../core/decision.ts';
import { toolDigest } from '../../core/tool-digest.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TokenSource } from '../../ports/tokens.ts';
import { Breaker } from './breaker.ts';
import type { Fetch } from './capped-fetch.ts';
import { readResult, refusalOf } from './read-result.ts';
import { type Acquaintance, type Dial, withSession } from './session.ts';
import type { McpServerSettings } from './settings.ts';
import { translateError } from './translate-error.ts';
import { Turnstile } from './turnstile.ts';

/** Of the tool list where the server says nothing, and at most. */
const USUAL_TTL: Milliseconds = 300_000;
const LONGEST_TTL: Milliseconds = 86_400_000;
const ATTEMPTS = 2;

export interface McpClientDoors {
  readonly clock: Clock;
  readonly tokens: TokenSource;
  /** Dials; the guard against forbidden addresses is its own business. */
  readonly fetch: Fetch;
  /** Of this build, told to servers. */
  readonly version: string;
}

/** One configured server: its own queue, breakers, pins and memory of what it offers. */
export class McpServer {
  readonly #settings: McpServerSettings;
  readonly #doors: McpClientDoors;
  readonly #turnstile: Turnstile;
  readonly #breakers = new Map<string, Breaker>();
  readonly #seenPins = new Map<string, string>();
  #known: { readonly acquaintance: Acquaintance; readonly until: Milliseconds } | undefined;

  constructor(settings: McpServerSettings, doors: McpClientDoors) {
    this.#settings = settings;
    this.#doors = doors;
    this.#turnstile = new Turnstile(settings.limits.atOnce, settings.limits.queued);
  }

  async call(action: CallTool, signal: AbortSignal): Promise<Outcomes['call-tool']> {
    const name = `${action.server}.${action.tool}`;
    const queue = this.#deadline(action, name, signal);
    try {
      return await this.#turnstile.pass(() => {
        queue.cancel();
        return this.#guarded(action, name, signal);
      }, queue.signal);
    } catch (error) {
      throw translateError(error, name, queue.signal);
    } finally {
      queue.cancel();
    }
  }

  /** A signal that also aborts once the time of one attempt is over. */
  #deadline({ timeout: own }: CallTool, name: string, signal: AbortSignal): Deadline {
    const timeout = Math.min(this.#settings.limits.callTimeout, own);
    const over = new AbortController();
    const cancel = this.#doors.clock.after(timeout, () =>
      over.abort(new Upstream('ToolTimeout', `${name} did not answer within ${timeout / 1000} s`)),
    );
    return { signal: AbortSignal.any([signal, over.signal]), cancel };
  }

  async #guarded(action: CallTool, name: string, signal: AbortSignal): Promise<Outcomes['call-tool']> {
    const { clock } = this.#doors;
    const breaker = this.#breakerOf(action.tool);
    const wait = breaker.wait(clock.monotonic());
    if (wait > 0) {
      const message = `${name} failed too often${breaker.because} and is tried again in ${Math.ceil(wait / 1000)} s`;
      throw new Upstream('BreakerOpen', message, { afterMilliseconds: wait });
    }
    try {
      const { outcome, failure } = await this.#attempts(action, name, signal);
      if (failure === undefined) breaker.record(true, clock.monotonic());
      else this.#tell(breaker, failure);
      return outcome;
    } catch (error) {
      const failure = translateError(error, name, signal);
      this.#tell(breaker, failure);
      throw failure;
    }
  }

  #tell(breaker: Breaker, failure: CodeError): void {
    const now = this.#doors.clock.monotonic();
    if (countsAgainst(failure)) breaker.record(false, now, failure.message);
    else if (failure instanceof Aborted) breaker.giveBack();
    else breaker.record(true, now);
  }

  /** The outcome, with the failure that it stands for where no answer came. */
  async #attempts(action: CallTool, name: string, signal: AbortSignal): Promise<Attempted> {
    for (let attempt = 1; ; attempt += 1) {
      const sent: { tool?: Tool } = {};
      const deadline = this.#deadline(action, name, signal);
      try {
        return { outcome: await this.#attempt(action, name, sent, deadline.signal) };
      } catch (error) {
        const failure = translateError(error, name, deadline.signal);
        if (failure instanceof InvalidSpec) this.#known = undefined; // its list may be old
        const stopped = failure instanceof Aborted;
        const lost = stopped || (failure instanceof Upstream && LOST_REPLY.has(failure.reason));
        if (sent.tool === undefined || !lost) throw failure;
        // Whoever stopped it asks again by the same key, and must not have it called twice.
        if (!this.#mayRepeat(sent.tool)) return { outcome: unknown(failure.message), failure };
        if (stopped || (attempt >= ATTEMPTS && !endsHere(action, failure))) throw failure;
        if (attempt >= ATTEMPTS) return { outcome: silent(failure.message), failure };
      } finally {
        deadline.cancel();
      }
    }
  }

  /** `sent.tool` is set once the call may have reached the server: from then on a failure may have had an effect. */
  async #attempt(
    action: CallTool,
    name: string,
    sent: { tool?: Tool },
    signal: AbortSignal,
  ): Promise<Outcomes['call-tool']> {
    const dial = this.#dial(action, signal);
    const known = this.#freshly();
    return withSession(dial, known, async (session) => {
      const acquaintance = known ?? this.#remember(await session.acquaint());
      const tool = this.#pinned(acquaintance, action.tool, name);
      if (action.repeated === true && !this.#mayRepeat(tool)) return unknown('its caller was stopped while it ran');
      if (action.readOnly === true) this.#demandReadOnly(tool, name);
      sent.tool = tool;
      const result = await session.call(tool, action);
      if (result === 'input-required')
        throw new InvalidSpec('InputRequired', `${name} asks for input that no step can give yet`);
      return this.#read(result, tool, name);
    });
  }

  #read(result: CallToolResult, tool: Tool, name: string): Outcomes['call-tool'] {
    const refusal = this.#settings.trusted ? refusalOf(result, name, this.#mayRepeat(tool)) : undefined;
    if (refusal !== undefined) throw refusal;
    return readResult(result, name, (content) => breaksSchema(tool, content), this.#settings.limits);
  }

  #pinned(acquaintance: Acquaintance, tool: string, name: string): Tool {
    const found = acquaintance.tools.get(tool);
    if (found === undefined)
      throw new InvalidSpec('UnknownTool', `server ${this.#settings.name} offers no tool ${tool}`);
    const seen = toolDigest(found);
    const { pins } = this.#settings;
    const pin = pins === 'first-use' ? (this.#seenPins.get(tool) ?? seen) : pins.get(tool);
    if (pins === 'first-use') this.#seenPins.set(tool, pin ?? seen);
    if (pin === seen) return found;
    this.#known = undefined; // once the right tool is served again, or the pin approved, no wait for the list to age
    const changed = pin === undefined ? 'is not approved' : `is not the tool that was approved (${pin.slice(0, 12)})`;
    throw new Denied(
      'ToolDrift',
      `${name}@sha256:${seen.slice(0, 12)} ${changed}; read what changed, then approve its digest`,
    );
  }

  /** Hints may be lies: only those of a server that the operator trusts let a call go out twice. */
  #mayRepeat(tool: Tool): boolean {
    const { readOnlyHint, idempotentHint } = tool.annotations ?? {};
    return this.#settings.trusted && (readOnlyHint === true || idempotentHint === true);
  }

  /** A first-use pin believes the server; only a digest that somebody approved, or a server of ours, may claim to read. */
  #demandReadOnly({ annotations, outputSchema }: Tool, name: string): void {
    const believed = this.#settings.trusted || this.#settings.pins !== 'first-use';
    if (believed && annotations?.readOnlyHint === true && outputSchema !== undefined) return;
    throw new InvalidSpec(
      'NotReadOnly',
      `${name} is not known to be read-only with an output schema; measure with a tool that is`,
    );
  }

  #dial(action: CallTool, signal: AbortSignal): Dial {
    const { fetch, version } = this.#doors;
    return { settings: this.#settings, fetch, version, auth: this.#auth(action, signal), signal };
  }

  #auth({ as, server }: CallTool, signal: AbortSignal): AuthProvider | undefined {
    const { tokenAudience, bearer } = this.#settings;
    const { tokens } = this.#doors;
    if (bearer !== undefined) return { token: bearer };
    if (tokenAudience === undefined) return undefined;
    if (as.kind !== 'service-account') {
      throw new Denied(
        'NoIdentity',
        `server ${server} is called as the tenant's ServiceAccount, never as the operator`,
      );
    }
    return {
      token: () => tokens.token(as, tokenAudience, signal),
      // The SDK sends the request once more after this, with the token it then gets.
      onUnauthorized: async () => tokens.forget(as, tokenAudience),
    };
  }

  #freshly(): Acquaintance | undefined {
    return this.#known !== undefined && this.#doors.clock.monotonic() < this.#known.until
      ? this.#known.acquaintance
      : undefined;
  }

  #remember(acquaintance: Acquaintance): Acquaintance {
    const ttl = Math.min(acquaintance.ttl ?? USUAL_TTL, LONGEST_TTL);
    this.#known = { acquaintance, until: this.#doors.clock.monotonic() + ttl };
    return acquaintance;
  }

  #breakerOf(tool: string): Breaker {
    const found = this.#breakers.get(tool);
    if (found !== undefined) return found;
    const breaker = new Breaker();
    this.#breakers.set(tool, breaker);
    return breaker;
  }
}

interface Deadline {
  readonly signal: AbortSignal;
  readonly cancel: () => void;
}

interface Attempted {
  readonly outcome: Outcomes['call-tool'];
  readonly failure?: CodeError;
}

/** A tool that hangs would hang again, a server that is out of reach may come back; a reading is its caller's to judge. */
const endsHere = ({ readOnly }: CallTool, { reason }: CodeError): boolean =>
  readOnly !== true && reason === 'ToolTimeout';

/** After these nobody knows whether the tool did its work. */
const LOST_REPLY: ReadonlySet<string> = new Set(['ToolTimeout', 'ToolUnreachable', 'ResponseTooLarge']);

/** What tells that the server is down; a refusal tells that it is up. */
const countsAgainst = (failure: CodeError): boolean =>
  failure instanceof Upstream && (LOST_REPLY.has(failure.reason) || failure.reason === 'ToolFailed');

function breaksSchema(tool: Tool, content: unknown): string | undefined {
  if (tool.outputSchema === undefined) return undefined;
  if (content === undefined) return 'it has no structured content';
  // border: the SDK types the schema it parsed more loosely than the one it validates by
  const checked = new CfWorkerJsonSchemaValidator().getValidator(tool.outputSchema as JsonSchemaType)(content);
  return checked.valid ? undefined : checked.errorMessage.slice(0, 512);
}

const silent = (message: string): Outcomes['call-tool'] => ({
  state: 'failed',
  message: `${message}, ${ATTEMPTS} times`,
  content: {},
});

const unknown = (why: string): Outcomes['call-tool'] => ({
  state: 'unknown',
  message: why,
  content: {},
});
