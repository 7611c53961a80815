import { Denied } from '../api/errors.ts';

/**
 * A fetch that dials the given origins only and follows no redirect: whatever a reply or a specification names, no other
 * address is reached from here.
 */
export function fetchFrom(origins: readonly string[], dial: typeof fetch = fetch): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!origins.includes(url.origin)) {
      throw new Denied(
        'AddressNotAllowed',
        `${url.origin} is not among the configured servers; add it to the settings`,
      );
    }
    return dial(input, { ...init, redirect: 'error' });
  };
}
