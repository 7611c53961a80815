import { Upstream } from '../../api/errors.ts';

export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** A `fetch` whose responses fail once they are larger than `limit` bytes: an endless body is cut off, not gathered. */
export function cappedFetch(fetch: Fetch, limit: number): Fetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (response.body === null) return response;
    let seen = 0;
    const cap = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        seen += chunk.byteLength;
        if (seen > limit)
          controller.error(new Upstream('ResponseTooLarge', `the response is larger than ${limit} bytes`));
        else controller.enqueue(chunk);
      },
    });
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(cap), { status, statusText, headers });
  };
}
