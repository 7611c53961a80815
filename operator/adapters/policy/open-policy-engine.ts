/**
 * The platform's policies, evaluated in this process. Its one law: any failure is a classed answer, and the instance that
 * failed is never asked again, because an aborted evaluation leaks stack.
 *
 * A synchronous evaluation cannot be interrupted. What keeps it short: the bundle is built from this repository, calls no
 * built-in of the host, loops only over its input, and the input has a cap. An answer that comes late is thrown away.
 */
import type { Milliseconds } from '../../core/decision.ts';
import type { PolicyAnswer, PolicyEngine, PolicyFailureClass, PolicyQuestion } from '../../ports/policy.ts';
import { inputBytes } from './input-bytes.ts';
import { type Instance, instantiate } from './instantiate.ts';
import { isDecision } from './is-decision.ts';
import { type Bundle, loadBundle } from './load-bundle.ts';

/** Of processor time: a busy machine must not deny. */
const DEADLINE: Milliseconds = 50;
const MICROSECONDS = 1000;

/**
 * An engine over the bundle at this path; an unusable bundle gives an engine that denies everything and says why.
 * `spent` is the processor time of this thread.
 */
export async function openPolicyEngine(wasm: string, spent: () => Milliseconds): Promise<PolicyEngine> {
  return engineOver(await loadBundle(wasm), spent);
}

function engineOver(bundle: Bundle, spent: () => Milliseconds): PolicyEngine {
  if (!bundle.ok) return { bundle: 'none', decide: () => failed(bundle.failure, bundle.message) };
  const { module, digest } = bundle;
  let instance: Instance | undefined;

  function decide({ entryPoint, input }: PolicyQuestion): PolicyAnswer {
    const given = inputBytes(input);
    if (!given.ok) return failed('input-limits', given.message);
    try {
      instance ??= instantiate(module);
    } catch (thrown) {
      return failed('engine-restart', `the policy engine could not be started: ${wordsOf(thrown)}`);
    }
    if (!instance.hasEntryPoint(entryPoint)) {
      return failed(
        'no-entry-point',
        `the policy bundle has no ${entryPoint}; add that policy and build the bundle again`,
      );
    }
    const [started, startedAt] = [spent(), performance.now()];
    let result: unknown;
    try {
      result = instance.evaluate(given.bytes, entryPoint);
    } catch (thrown) {
      const failure = instance.exhausted() ? 'memory' : 'throw';
      instance = undefined;
      return failed(failure, `the policy ${entryPoint} could not be evaluated: ${wordsOf(thrown)}`);
    }
    const taken = spent() - started;
    if (taken > DEADLINE) {
      return failed(
        'deadline',
        `the policy ${entryPoint} took ${Math.round(taken)} ms of processor time and ${DEADLINE} are allowed`,
      );
    }
    // A clock here: the kernel counts processor time in ticks of some milliseconds.
    return read(result, entryPoint, Math.round((performance.now() - startedAt) * MICROSECONDS));
  }

  return { bundle: digest, decide };
}

/** The ABI answers a list with one `{result}`, or an empty list where the entry point is undefined. */
function read(result: unknown, entryPoint: string, latencyMicroseconds: number): PolicyAnswer {
  const [first, ...more]: readonly unknown[] = Array.isArray(result) ? result : [undefined, undefined];
  if (first === undefined && more.length === 0) {
    return failed('undefined', `the policy ${entryPoint} decided nothing for this input`);
  }
  const value = typeof first === 'object' && first !== null && 'result' in first ? first.result : undefined;
  if (more.length > 0 || !isDecision(value)) {
    return failed('bad-result', `the policy ${entryPoint} did not answer {allow, deny, warn}`);
  }
  return { ok: true, value, latencyMicroseconds };
}

const failed = (failure: PolicyFailureClass, message: string): PolicyAnswer => ({ ok: false, failure, message });

/** The SDK throws errors, strings and plain objects with a message. */
function wordsOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) return String(thrown.message);
  return String(thrown);
}
