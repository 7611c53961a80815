import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assert } from 'chai';
import { fetchFrom } from '../../../operator/adapters/fetch-from.ts';
import { thrownBy } from '../../support/thrown-by.ts';

describe('a fetch that knows its servers', () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/away') response.writeHead(302, { location: '/elsewhere' });
    response.end('hello');
  });
  let origin: string;
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // border: a server that listens on a port
  });
  after(() => new Promise((resolve) => server.close(resolve)));

  it('reaches the origins it was given, by text, URL and Request', async () => {
    const fetch = fetchFrom([origin]);
    for (const input of [`${origin}/a`, new URL(`${origin}/a`), new Request(`${origin}/a`)]) {
      assert.equal(await (await fetch(input)).text(), 'hello');
    }
  });

  it('reaches no other: not another port, scheme, host or user part', async () => {
    const before = asked.length;
    const { host, port } = new URL(origin);
    for (const url of [
      `https://${host}/`,
      'http://127.0.0.1:1/',
      `http://localhost:${port}/`,
      `http://${host}@127.0.0.1:1/`,
    ]) {
      const error = await thrownBy(fetchFrom([origin])(url));
      assert.deepEqual([error.name, error.reason], ['Denied', 'AddressNotAllowed'], url);
      assert.include(error.message, 'is not among the configured servers; add it to the settings');
    }
    assert.lengthOf(asked, before);
  });

  it('follows no redirect, whatever it is told', async () => {
    const answer = await fetchFrom([origin])(`${origin}/away`, { redirect: 'follow' }).catch(
      (thrown: unknown) => thrown,
    );
    assert.instanceOf(answer, TypeError);
    assert.notInclude(asked, '/elsewhere');
  });
});
