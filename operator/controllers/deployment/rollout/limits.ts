export interface Limits {
  readonly surge: number;
  readonly unavailable: number;
}

/** maxSurge and maxUnavailable in pods of N: percent surge rounds up, percent unavailable down, both zero is U = 1, and U <= N. */
export function limits(replicas: number, maxSurge: number | string, maxUnavailable: number | string): Limits {
  const surge = amount(maxSurge, replicas, Math.ceil);
  const unavailable = Math.min(replicas, amount(maxUnavailable, replicas, Math.floor));
  return surge === 0 && unavailable === 0 ? { surge, unavailable: Math.min(1, replicas) } : { surge, unavailable };
}

function amount(value: number | string, replicas: number, round: (share: number) => number): number {
  const text = String(value);
  return text.endsWith('%') ? round((Number(text.slice(0, -1)) * replicas) / 100) : Number(text);
}
