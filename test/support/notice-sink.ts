import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sink, WireKind } from '../../operator/api/notices.ts';
import { NOTICE_TYPES } from '../../operator/api/notices.ts';
import { type Exchange, ScriptedServer, type SeenRequest } from './scripted-server.ts';

/** A receiver of notices on loopback with its key file: it answers as the test says and keeps what it got. */
export class NoticeSink {
  readonly kind: WireKind;
  readonly keyFile: string;
  answer: (exchange: Exchange) => void | Promise<void> = (exchange) => exchange.json(200, {});
  readonly #directory: string;
  readonly #server: ScriptedServer;

  static async start(kind: WireKind): Promise<NoticeSink> {
    const directory = await mkdtemp(join(tmpdir(), 'sink-'));
    let sink: NoticeSink | undefined;
    const server = await ScriptedServer.start((exchange) => sink?.answer(exchange));
    sink = new NoticeSink(kind, directory, server);
    await sink.writeKeys(kind === 'slack' ? `${server.url}/services/T0/B0/secret` : KEY);
    return sink;
  }

  private constructor(kind: WireKind, directory: string, server: ScriptedServer) {
    this.kind = kind;
    this.keyFile = join(directory, 'key');
    this.#directory = directory;
    this.#server = server;
  }

  get settings(): Sink {
    const url = this.kind === 'slack' ? this.#server.url : `${this.#server.url}/hook`;
    return { kind: this.kind, url, keyFile: this.keyFile, default: true, events: NOTICE_TYPES };
  }

  get url(): string {
    return this.#server.url;
  }

  get requests(): readonly SeenRequest[] {
    return this.#server.requests;
  }

  /** Letters by the id of what they tell: at least once is allowed, so more than 1 is no mistake. */
  get byId(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { headers } of this.requests) {
      const id = headers['webhook-id'] ?? '';
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    return counts;
  }

  async writeKeys(...lines: readonly string[]): Promise<void> {
    await writeFile(this.keyFile, `${lines.join('\n')}\n`);
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    await rm(this.#directory, { recursive: true });
  }
}

export const KEY = `whsec_${Buffer.alloc(24, 'a').toString('base64')}`;
export const NEXT_KEY = `whsec_${Buffer.alloc(32, 'b').toString('base64')}`;
