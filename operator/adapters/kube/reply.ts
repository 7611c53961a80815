import type { Dispatcher } from 'undici';
import { Upstream } from '../../api/errors.ts';
import type { WireReply } from '../../ports/wire.ts';
import { wireError } from './wire-error.ts';

/** Characters of one reply, or of one line of a stream. */
const LARGEST = 64 * 1024 * 1024;

/** One HTTP reply whose body is read once: whole, or line by line. */
export class Reply implements WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly #body: Dispatcher.ResponseData['body'];
  readonly #signal: AbortSignal;
  readonly #largest: number;

  constructor(response: Dispatcher.ResponseData, signal: AbortSignal, largest = LARGEST) {
    this.status = response.statusCode;
    this.headers = Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    );
    this.#body = response.body;
    this.#signal = signal;
    this.#largest = largest;
  }

  async *lines(): AsyncGenerator<string> {
    let rest = '';
    for await (const piece of this.#pieces()) {
      let start = 0;
      for (let end = piece.indexOf('\n'); end !== -1; end = piece.indexOf('\n', start)) {
        yield rest + piece.slice(start, end);
        rest = '';
        start = end + 1;
      }
      rest += piece.slice(start);
      if (rest.length > this.#largest) throw this.#tooLarge();
    }
    // A line that was cut off is given out as it is: its reader finds that it is no JSON.
    if (rest !== '') yield rest;
  }

  async text(): Promise<string> {
    if (Number(this.headers['content-length'] ?? 0) > this.#largest) {
      this.#body.destroy();
      throw this.#tooLarge();
    }
    const pieces: string[] = [];
    let length = 0;
    for await (const piece of this.#pieces()) {
      length += piece.length;
      if (length > this.#largest) throw this.#tooLarge();
      pieces.push(piece);
    }
    return pieces.join('');
  }

  async json(): Promise<unknown> {
    const text = await this.text();
    try {
      return JSON.parse(text);
    } catch {
      throw new Upstream('UnreadableReply', `the API server answered ${this.status} with something that is not JSON`);
    }
  }

  async *#pieces(): AsyncGenerator<string> {
    this.#body.setEncoding('utf8');
    try {
      yield* this.#body;
    } catch (error) {
      throw wireError(error, this.#signal);
    }
  }

  #tooLarge(): Upstream {
    return new Upstream(
      'ReplyTooLarge',
      `the API server's reply is larger than ${this.#largest} characters and was refused`,
    );
  }
}
