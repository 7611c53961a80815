import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { PlaneError } from './plane-error.ts';

// Below the range from which systems take ports for outgoing connections: otherwise a connection of anybody may sit on
// the port of a server that was killed and is about to be restarted.
const LOWEST = 10_000;
const HIGHEST = 30_000;
const ATTEMPTS = 100;

/** A TCP port of 127.0.0.1 on which nothing listens. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
  throw new PlaneError(
    `found no free port between ${LOWEST} and ${HIGHEST} in ${ATTEMPTS} attempts; stop what listens there`,
  );
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen({ port, host: '127.0.0.1', exclusive: true });
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
