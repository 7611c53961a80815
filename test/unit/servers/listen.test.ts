import { assert } from 'chai';
import type { ToolEndpoints } from '../../../operator/servers/http.ts';
import { listenForTools } from '../../../operator/servers/listen.ts';
import { thrownBy } from '../../support/thrown-by.ts';

class Endpoints implements ToolEndpoints {
  readonly told: string[] = [];
  readonly closing = Promise.withResolvers<void>();

  serves = () => true;

  serve: ToolEndpoints['serve'] = async (request, response) => {
    this.told.push(request.url ?? '');
    if (request.url === '/slow') await this.closing.promise;
    response.end('answer');
  };

  close = async () => {
    this.told.push('close');
    this.closing.resolve();
  };
}

describe('the listener of our tools', () => {
  it('tells the port that it was given, and serves there', async () => {
    const endpoints = new Endpoints();
    const listener = await listenForTools(endpoints, '127.0.0.1', 0);
    assert.isAbove(listener.port, 0);
    assert.equal(await (await fetch(`http://127.0.0.1:${listener.port}/mcp`)).text(), 'answer');
    assert.deepEqual(endpoints.told, ['/mcp']);
    await listener.close();
  });

  it('gives calls under way their answers before it is closed, and then listens no more', async () => {
    const endpoints = new Endpoints();
    const { port, close } = await listenForTools(endpoints, '127.0.0.1', 0);
    const slow = fetch(`http://127.0.0.1:${port}/slow`).then((answer) => answer.text());
    while (endpoints.told.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const closed = close();
    assert.equal(await slow, 'answer');
    await closed;
    assert.deepEqual(endpoints.told, ['/slow', 'close']);
    const refused = await fetch(`http://127.0.0.1:${port}/mcp`).catch((thrown: unknown) => thrown);
    assert.instanceOf(refused, TypeError);
  });

  it('says which port is taken, and what to change', async () => {
    const { port, close } = await listenForTools(new Endpoints(), '127.0.0.1', 0);
    const error = await thrownBy(listenForTools(new Endpoints(), '127.0.0.1', port));
    assert.deepEqual([error.name, error.reason], ['Upstream', 'CannotListen']);
    assert.match(
      error.message,
      new RegExp(`could not listen on 127.0.0.1:${port} for tools: .*; free the port or set mcp.port`),
    );
    await close();
  });
});
