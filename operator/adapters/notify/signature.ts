import { createHmac } from 'node:crypto';

/**
 * The headers of Standard Webhooks 1.0 (symmetric, `v1`): HMAC-SHA256 of `id.timestamp.body`, one signature a key, so that
 * a receiver who knows either key accepts while keys change.
 * @param seconds Unix time of this attempt: receivers refuse what is old
 */
export function signatureHeaders(
  id: string,
  seconds: number,
  body: string,
  keys: readonly Uint8Array[],
): Readonly<Record<string, string>> {
  const signed = `${id}.${seconds}.${body}`;
  const signatures = keys.map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  return { 'webhook-id': id, 'webhook-timestamp': `${seconds}`, 'webhook-signature': signatures.join(' ') };
}
