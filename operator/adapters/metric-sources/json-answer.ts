import { Upstream } from '../../api/errors.ts';
import { unreachable } from './as-reading.ts';

/** Of any answer: 1,000 samples of a series are some 40 KiB. */
const LARGEST = 1_048_576;

export interface JsonAnswer {
  readonly status: number;
  /** The parsed body; `undefined` where it is no JSON. */
  readonly body: unknown;
}

/**
 * One exchange whose body is read up to a bound and parsed, whatever its status.
 * @throws Upstream where the provider is out of reach or its body too large; the signal's reason.
 */
export async function jsonAnswer(
  fetch: typeof globalThis.fetch,
  provider: string,
  url: string,
  init: RequestInit,
): Promise<JsonAnswer> {
  try {
    const response = await fetch(url, init);
    const text = await boundedText(response, provider);
    return { status: response.status, body: parsed(text) };
  } catch (thrown) {
    throw unreachable(provider, thrown);
  }
}

async function boundedText(response: Response, provider: string): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > LARGEST) {
      throw new Upstream('ResponseTooLarge', `the answer of ${provider} is larger than ${LARGEST} bytes; ask for less`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
