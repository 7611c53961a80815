import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Upstream } from '../api/errors.ts';
import type { ToolEndpoints } from './http.ts';

const MOST_CONNECTIONS = 256;
const HEADERS_TIME = 5_000;
const REQUEST_TIME = 30_000;

/** A listening server of our tools. */
export interface ToolListener {
  readonly port: number;
  /** Takes no new call, gives those under way their answers, then cuts what is left. */
  close(): Promise<void>;
}

/** Serves the endpoints on an address. @throws Upstream `CannotListen`. */
export function listenForTools(endpoints: ToolEndpoints, host: string, port: number): Promise<ToolListener> {
  const server = createServer({ headersTimeout: HEADERS_TIME, requestTimeout: REQUEST_TIME, maxHeaderSize: 32_768 });
  server.maxConnections = MOST_CONNECTIONS;
  server.on('request', (request, response) => void endpoints.serve(request, response));
  return new Promise((resolve, reject) => {
    // Stays: a connection that cannot be accepted later, for want of descriptors, is the client's to try again.
    server.on('error', (cause) => {
      const message = `could not listen on ${host}:${port} for tools: ${cause.message}; free the port or set mcp.port`;
      reject(new Upstream('CannotListen', message, { cause }));
    });
    server.listen({ host, port }, () => {
      const address = server.address() as AddressInfo; // a server that listens on a port has one
      resolve({ port: address.port, close });
    });
  });

  async function close(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await endpoints.close();
    server.closeIdleConnections();
    server.closeAllConnections();
    await closed;
  }
}
