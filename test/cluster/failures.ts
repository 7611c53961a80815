/** The label by which a pod template asks KWOK to fail its pods; stages.yaml tells what each value looks like. */
export const FAIL_LABEL = 'kwok.code-engine.dev/fail';

/** A node label that no node carries: a pod that selects it is never scheduled. */
export const NO_SUCH_NODE = { 'kwok.code-engine.dev/no-such-node': 'true' } as const;

export type Failure = 'image-pull' | 'crash-loop' | 'probe' | 'never-scheduled';

/** What a pod template needs to fail in the given way: labels to add, and a nodeSelector to set. */
export function failing(failure: Failure): {
  readonly labels: Readonly<Record<string, string>>;
  readonly nodeSelector: Readonly<Record<string, string>>;
} {
  return failure === 'never-scheduled'
    ? { labels: {}, nodeSelector: NO_SUCH_NODE }
    : { labels: { [FAIL_LABEL]: failure }, nodeSelector: {} };
}
