/** Who calls our endpoints, and what they may invoke: Kubernetes answers both (D6). */

/** A user as TokenReview names it. */
export interface Caller {
  readonly user: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export interface Access {
  /**
   * The user of a token that is valid for `audience`, `undefined` for any other token.
   * @throws Upstream where the API server cannot say: the caller is then neither let in nor told that the token is wrong.
   */
  tokenReview(token: string, audience: string, signal: AbortSignal): Promise<Caller | undefined>;
  /**
   * Whether RBAC grants verb `invoke` on virtual resource `tools.code-engine.dev`, name `<server>.<tool>`, in `namespace`;
   * without one it asks for the whole cluster.
   * @throws Upstream.
   */
  mayInvoke(caller: Caller, namespace: string | undefined, tool: string, signal: AbortSignal): Promise<boolean>;
}
