export const REDACTED = '[redacted]';

/** Shapes of credentials that have no other meaning: what matches is replaced. Lookbehinds are bounded: they run at every character. */
const CREDENTIALS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g,
  /(?<=\b(?:bearer|basic)\s{1,8})[A-Za-z0-9._~+/=-]{8,}/gi,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{36,}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{22,}\b/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/g,
  /\bsk-[A-Za-z0-9_-]{20,}/g,
  /(?<=\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@]{0,256}:)[^\s/@]+(?=@)/g,
  /(?<=\b(?:password|passwd|secret|token|api[_-]?key)["']?\s{0,8}[:=]\s{0,8}["']?)[^\s"',;]{6,}/gi,
];

/** Takes credentials out of a text before it leaves the process. */
export function redactText(text: string): string {
  return CREDENTIALS.reduce((left, shape) => left.replace(shape, REDACTED), text);
}
