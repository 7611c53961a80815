import type { Identity } from '../core/action.ts';
import type { ConfigName } from '../core/config-references.ts';

/** A ConfigMap or Secret to look at. */
export interface ConfigQuestion extends ConfigName {
  /** For a copy: the name of what it was made from, under which its digest counts. */
  readonly of?: string;
}

/** What a room may know of a ConfigMap or Secret: everything but what it holds. */
export type ConfigSight =
  | {
      readonly state: 'present';
      readonly digest: string;
      /** Pods read it as it is: a credential, or marked `code-engine.dev/config: live`. */
      readonly live: boolean;
      readonly immutable: boolean;
      /** UIDs of its owners. */
      readonly owners: readonly string[];
    }
  | { readonly state: 'absent' }
  /** The identity may not read it, in the API server's words. */
  | { readonly state: 'refused'; readonly message: string };

export interface ConfigReader {
  /**
   * Looks at objects of one namespace under the identity given, and from then on wakes the Deployments that name them when
   * they change. The answers are in the order of the questions.
   * @throws Upstream, Aborted.
   */
  look(
    namespace: string,
    questions: readonly ConfigQuestion[],
    as: Identity,
    signal: AbortSignal,
  ): Promise<readonly ConfigSight[]>;
}
