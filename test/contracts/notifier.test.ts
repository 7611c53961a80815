import { createHmac } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { assert } from 'chai';
import { notifier } from '../../operator/adapters/notify/index.ts';
import { signingKey } from '../../operator/adapters/notify/read-keys.ts';
import { signatureHeaders } from '../../operator/adapters/notify/signature.ts';
import { Aborted } from '../../operator/api/errors.ts';
import { WIRES } from '../../operator/api/notices.ts';
import type { Notice, Notifier } from '../../operator/ports/notifier.ts';
import { KEY, NEXT_KEY, NoticeSink } from '../support/notice-sink.ts';
import type { SeenRequest } from '../support/scripted-server.ts';
import { thrownBy } from '../support/thrown-by.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const NOTICE: Notice = {
  id: 'a1b2c3d4e5',
  type: 'rolled_back',
  at: '2026-01-01T10:00:00Z',
  namespace: 'acme-prod',
  name: 'shop',
  uid: 'u-1',
  delivery: 'd1',
  revision: 'bad1',
  step: 'roll-back',
  message: 'rolled back to revision good1: <b> & "c"',
  cause: 'CrashLooping',
  rejected: 'bad1',
  serving: 'good1',
};
const DATA = {
  deployment: { namespace: 'acme-prod', name: 'shop', uid: 'u-1' },
  delivery: 'd1',
  revision: 'bad1',
  step: 'roll-back',
  message: 'rolled back to revision good1: <b> & "c"',
  cause: 'CrashLooping',
  rejected: 'bad1',
  serving: 'good1',
};
const SHORT = 200;

for (const kind of WIRES) {
  describe(`a notifier by ${kind}`, () => {
    const clock = new VirtualClock(Date.parse('2026-01-01T10:00:05Z'));
    let sink: NoticeSink;
    let port: Notifier;
    const send = (signal = new AbortController().signal) => port.send('bot', NOTICE, signal);

    beforeEach(async () => {
      sink = await NoticeSink.start(kind);
      port = notifier({ bot: sink.settings }, clock, SHORT);
    });
    afterEach(() => sink.stop());

    it('posts one letter', async () => {
      assert.deepEqual(await send(), { state: 'sent' });
      assert.deepEqual(
        sink.requests.map(({ method }) => method),
        ['POST'],
      );
    });

    it('may be asked again after 429, and not before the sink wants it', async () => {
      sink.answer = (exchange) => exchange.json(429, {}, { 'retry-after': '30' });
      assert.deepEqual(await send(), { state: 'failed', message: 'bot answered 429', after: 30_000 });
    });

    it('is not put off for longer than an hour', async () => {
      sink.answer = (exchange) => exchange.json(503, {}, { 'retry-after': '999999' });
      assert.deepEqual(await send(), { state: 'failed', message: 'bot answered 503', after: 3_600_000 });
    });

    for (const status of [401, 403, 404, 408, 500, 502]) {
      it(`may be asked again after ${status}`, async () => {
        sink.answer = (exchange) => exchange.json(status, {});
        assert.deepEqual(await send(), { state: 'failed', message: `bot answered ${status}` });
      });
    }

    for (const status of [400, 410, 413, 415, 422]) {
      it(`takes ${status} for a refusal of the letter`, async () => {
        sink.answer = (exchange) => exchange.json(status, {});
        assert.deepEqual(await send(), { state: 'refused', message: `bot answered ${status}` });
      });
    }

    it('waits for no sink that hangs', async () => {
      sink.answer = () => {};
      assert.deepEqual(await send(), { state: 'failed', message: 'bot did not answer within 0.2 s' });
    });

    it('does not read an answer without end', async () => {
      sink.answer = (exchange) => exchange.raw('x'.repeat(100_000));
      assert.deepEqual(await send(), { state: 'sent' });
    });

    it('follows no redirect', async () => {
      sink.answer = (exchange) => exchange.json(307, {}, { location: '/elsewhere' });
      assert.deepEqual(await send(), { state: 'failed', message: 'could not reach bot' });
      assert.lengthOf(sink.requests, 1);
    });

    it('tells a connection that breaks', async () => {
      sink.answer = (exchange) => exchange.reset();
      assert.deepEqual(await send(), { state: 'failed', message: 'could not reach bot (ECONNRESET)' });
    });

    it('tells a key that is not mounted, and what it holds to nobody', async () => {
      await rm(sink.keyFile);
      const message = `the key file ${sink.keyFile} cannot be read; mount it`;
      assert.deepEqual(await send(), { state: 'failed', message });
      await sink.writeKeys('hunter2');
      assert.notInclude(JSON.stringify(await send()), 'hunter2');
      assert.isEmpty(sink.requests);
    });

    it('refuses a sink that nobody configured', async () => {
      const outcome = await port.send('other', NOTICE, new AbortController().signal);
      assert.deepEqual(outcome, { state: 'refused', message: 'no sink other is configured' });
    });

    it('ends with the process', async () => {
      const stopping = new AbortController();
      sink.answer = () => stopping.abort();
      assert.instanceOf(await thrownBy(send(stopping.signal)), Aborted);
    });
  });
}

for (const kind of ['webhook', 'cloudevents'] as const) {
  describe(`a letter by ${kind}`, () => {
    const clock = new VirtualClock(Date.parse('2026-01-01T10:00:05Z'));
    let sink: NoticeSink;
    let port: Notifier;

    beforeEach(async () => {
      sink = await NoticeSink.start(kind);
      port = notifier({ bot: sink.settings }, clock, SHORT);
    });
    afterEach(() => sink.stop());

    async function sent(): Promise<SeenRequest> {
      await port.send('bot', NOTICE, new AbortController().signal);
      const letter = sink.requests.at(-1);
      if (letter === undefined) throw new Error('nothing was sent');
      return letter;
    }

    it('is signed as Standard Webhooks has it', async () => {
      const letter = await sent();
      assert.equal(letter.headers['webhook-id'], NOTICE.id);
      assert.equal(letter.headers['webhook-timestamp'], '1767261605');
      assert.equal(letter.headers['webhook-signature'], signed(letter, KEY));
    });

    it('carries both signatures while keys change, and needs no restart for it', async () => {
      await sink.writeKeys(NEXT_KEY, KEY);
      const both = await sent();
      assert.equal(both.headers['webhook-signature'], `${signed(both, NEXT_KEY)} ${signed(both, KEY)}`);
      await sink.writeKeys(NEXT_KEY);
      const after = await sent();
      assert.equal(after.headers['webhook-signature'], signed(after, NEXT_KEY));
    });

    it('is the same letter when it is sent again', async () => {
      const first = await sent();
      await clock.advance(60_000);
      const second = await sent();
      assert.equal(second.body, first.body);
      assert.equal(second.headers['webhook-id'], first.headers['webhook-id']);
      assert.notEqual(second.headers['webhook-timestamp'], first.headers['webhook-timestamp']);
    });
  });
}

describe('the words of each wire', () => {
  const clock = new VirtualClock();

  async function letterOf(kind: (typeof WIRES)[number], notice = NOTICE) {
    const sink = await NoticeSink.start(kind);
    await notifier({ bot: sink.settings }, clock).send('bot', notice, new AbortController().signal);
    const [letter] = sink.requests;
    await sink.stop();
    return { type: letter?.headers['content-type'], path: letter?.path, body: JSON.parse(letter?.body ?? '{}') };
  }

  it('webhook: type, timestamp and data', async () => {
    const { id, type, at } = NOTICE;
    assert.deepEqual(await letterOf('webhook'), {
      type: 'application/json',
      path: '/hook',
      body: { id, type, timestamp: at, data: DATA },
    });
  });

  it('cloudevents: a structured event of version 1.0', async () => {
    assert.deepEqual(await letterOf('cloudevents'), {
      type: 'application/cloudevents+json',
      path: '/hook',
      body: {
        specversion: '1.0',
        id: NOTICE.id,
        source: '/apis/code-engine.dev/v1alpha1/namespaces/acme-prod/deployments/shop',
        type: 'dev.code-engine.delivery.rolled_back',
        subject: 'd1',
        time: NOTICE.at,
        datacontenttype: 'application/json',
        data: DATA,
      },
    });
  });

  it('slack: blocks in which nothing is markup but ours, at the address that is its key', async () => {
    const headline = ':rewind: acme-prod/shop: rolled back (reminder)';
    assert.deepEqual(await letterOf('slack', { ...NOTICE, reminder: true }), {
      type: 'application/json',
      path: '/services/T0/B0/secret',
      body: {
        text: headline,
        blocks: [
          {
            type: 'section',
            text: {
              type: 'mrkdwn',
              text: `*${headline}*\nrolled back to revision good1: &lt;b&gt; &amp; "c"`,
            },
          },
          {
            type: 'context',
            elements: [
              {
                type: 'mrkdwn',
                text: '*step* roll-back  *revision* bad1  *delivery* d1  *cause* CrashLooping  *rejected* bad1  *serving* good1',
              },
            ],
          },
        ],
      },
    });
  });

  it('slack: an address of another origin is not dialled, and not told', async () => {
    const [sink, other] = await Promise.all([NoticeSink.start('slack'), NoticeSink.start('slack')]);
    await sink.writeKeys(`${other.url}/services/secret`);
    const outcome = await notifier({ bot: sink.settings }, clock).send('bot', NOTICE, new AbortController().signal);
    assert.equal(outcome.state, 'failed');
    assert.notInclude(JSON.stringify(outcome), 'secret');
    assert.isEmpty(other.requests);
    await Promise.all([sink.stop(), other.stop()]);
  });

  it('signs as the reference implementations of Standard Webhooks do', () => {
    const key = signingKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    assert.deepEqual(signatureHeaders('msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}', [key]), {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });
});

/** As a receiver checks it, by no code of ours. */
function signed({ headers, body }: SeenRequest, key: string): string {
  const bytes = Buffer.from(key.replace('whsec_', ''), 'base64');
  const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  return `v1,${createHmac('sha256', bytes).update(text).digest('base64')}`;
}
