import type { Milliseconds } from '../../core/decision.ts';

/** `7s`, `4m10s`, `3h`, `12d`: as kubectl writes ages. */
export function shortDuration(duration: Milliseconds): string {
  const seconds = Math.max(0, Math.round(duration / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (minutes < 120) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}

/** Between two times of a status; up to now where it has not ended. */
export function lasted(startedAt: string | undefined, finishedAt: string | undefined, now: Milliseconds): string {
  if (startedAt === undefined) return '';
  return shortDuration((finishedAt === undefined ? now : Date.parse(finishedAt)) - Date.parse(startedAt));
}

/** The time of day of a timestamp, UTC, as timelines write it. */
export function timeOfDay(timestamp: string | undefined): string {
  return timestamp?.slice(11, 19) ?? '';
}
