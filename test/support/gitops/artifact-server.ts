import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Serves archives on loopback by their digest, as Flux's source-controller does. */
export class ArtifactServer {
  readonly #server: Server;
  readonly #archives = new Map<string, Buffer>();

  static async start(): Promise<ArtifactServer> {
    const server = new ArtifactServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  private constructor() {
    this.#server = createServer(({ url = '' }, response) => {
      const archive = this.#archives.get(url);
      if (archive === undefined) response.writeHead(404).end();
      else response.end(archive);
    });
    this.#server.unref();
  }

  /** Where the archive is from now on, and its digest. */
  add(archive: Buffer): { readonly url: string; readonly digest: string } {
    const digest = createHash('sha256').update(archive).digest('hex');
    const path = `/${digest}.tar.gz`;
    this.#archives.set(path, archive);
    const { port } = this.#server.address() as AddressInfo; // border: it listens on TCP
    return { url: `http://127.0.0.1:${port}${path}`, digest: `sha256:${digest}` };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
