export interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

/** Short-lived tokens of ServiceAccounts, each for one audience. */
export interface TokenSource {
  /** @throws Denied (no such ServiceAccount, or the operator may not ask for its token), Upstream, Aborted. */
  token(account: ServiceAccountName, audience: string, signal: AbortSignal): Promise<string>;
  /** Drops a token that its audience refused, so that the next call asks for a new one. */
  forget(account: ServiceAccountName, audience: string): void;
}
