import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { bootCluster } from '../cluster/boot-cluster.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type OperatorProcess, runOperator } from '../cluster/operator.ts';
import { apply, ended, type Name, seen, succeed } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { KEY, NoticeSink } from '../support/notice-sink.ts';
import { installBuilt } from '../support/operator.ts';
import type { SeenRequest } from '../support/scripted-server.ts';
import { until } from '../support/until.ts';

/** Without a scan: what is told is what is tested. */
const PLAIN = { replicas: 2, tools: {}, progressDeadlineSeconds: 5 } as const;

interface Letter {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly deployment: { readonly name: string }; readonly [name: string]: unknown };
}

describe('notices of deliveries', function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let operator: OperatorProcess;
  /** Is told of every delivery. */
  let bot: NoticeSink;
  /** Is told of those that name it; never answers. */
  let silent: NoticeSink;
  let events: NoticeSink;
  const namespace = 'notices';
  const named = (name: string): Name => ({ namespace, name });

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    cluster = await bootCluster();
    await installBuilt(cluster);
    [bot, silent, events] = await Promise.all([
      NoticeSink.start('webhook'),
      NoticeSink.start('webhook'),
      NoticeSink.start('cloudevents'),
    ]);
    silent.answer = () => {};
    operator = await start();
    await apply(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  });

  after(async () => {
    await operator?.stop();
    await Promise.all([bot?.stop(), silent?.stop(), events?.stop(), cluster?.stop()]);
  });

  async function start(): Promise<OperatorProcess> {
    const usual = { default: false, events: ['completed', 'rolled_back'] };
    const sinks = {
      bot: bot.settings,
      silent: { ...silent.settings, ...usual },
      events: { ...events.settings, ...usual },
    };
    const path = join(cluster.directory, 'settings.yaml');
    await writeFile(path, JSON.stringify({ notifications: { sinks } }));
    const process = await runOperator(cluster, { environment: { CODE_SETTINGS: path } });
    await process.ready();
    return process;
  }

  it('begin with its start and end with its end, signed, and are told in status', async () => {
    await apply(cluster, shop({ ...named('good'), spec: PLAIN }));
    await ended(cluster, named('good'), 'Promoted');
    const { status } = await settledOf('good');
    assert.deepEqual(typesOf(bot, 'good').toSorted(), ['completed', 'stage_completed', 'stage_completed', 'started']);
    for (const request of bot.requests) assert.equal(request.headers['webhook-signature'], signed(request));
    const told = status?.notifications?.map(({ id, type, to }) => [id, type, JSON.stringify(to)].join(' '));
    const sent = JSON.stringify([{ sink: 'bot', state: 'Sent' }]);
    assert.sameMembers(
      [...(told ?? [])],
      lettersOf(bot, 'good').map(({ id, type }) => [id, type, sent].join(' ')),
    );
    const scraped = await (await fetch(`${operator.url}/metrics`)).text();
    assert.include(scraped, 'code_notices_total{sink="bot",type="completed",result="sent"} 1');
  });

  it('tell a bot what to revert, and to what, though another sink hangs', async () => {
    const name = named('bad');
    const notify = [{ sink: 'events' }, { sink: 'silent' }];
    await apply(cluster, shop({ ...name, spec: { ...PLAIN, notify } }));
    const { status } = await ended(cluster, name, 'Promoted');
    await apply(cluster, shop({ ...name, fail: 'crash-loop', spec: { ...PLAIN, notify } }));
    const back = await ended(cluster, name, 'RolledBack');
    const told = await until('it was told', 20_000, () =>
      lettersOf(events, 'bad').find(({ type }) => type === 'dev.code-engine.delivery.rolled_back'),
    );
    const rejected = back.status?.revisions?.rejected?.[0];
    const { data }: { readonly data: object } = told;
    assert.deepInclude(data, {
      deployment: { namespace, name: 'bad', uid: back.metadata.uid ?? '' },
      rejected: rejected?.hash,
      serving: status?.revisions?.serving,
      cause: 'CrashLooping',
    });
    assert.include(typesOf(bot, 'bad'), 'rolled_back');
    assert.isAbove(silent.requests.length, 0);
    await seen(cluster, name, 'told of but to the silent', ({ status: now }) => {
      const pending = now?.notifications?.flatMap(({ to }) => to.filter(({ state }) => state === 'Pending')) ?? [];
      return pending.length > 0 && pending.every(({ sink }) => sink === 'silent');
    });
  });

  it('say that a delivery is cancelled before its object is gone', async () => {
    const name = named('gone');
    await apply(cluster, shop({ ...name, fail: 'image-pull', spec: { ...PLAIN, progressDeadlineSeconds: 600 } }));
    const { status } = await seen(cluster, name, 'under way', ({ status: now }) => now?.phase === 'Progressing');
    await succeed(cluster, ['delete', 'deployments.code-engine.dev', 'gone', '-n', namespace, '--timeout=60s']);
    const [cancelled] = lettersOf(bot, 'gone').filter(({ type }) => type === 'cancelled');
    assert.deepInclude(cancelled?.data, { cause: 'Deleted', revision: status?.plan?.revision });
  });

  it('come again, the same, from the next operator when one is killed after it sent and before it wrote', async () => {
    const dying = operator;
    bot.answer = async (exchange) => {
      if (!exchange.request.body.includes('"completed"')) return exchange.json(200, {});
      bot.answer = (next) => next.json(200, {});
      await dying.kill();
    };
    await apply(cluster, shop({ ...named('killed'), spec: PLAIN }));
    await dying.exit;
    operator = await start();
    await settledOf('killed');
    const completed = lettersOf(bot, 'killed').filter(({ type }) => type === 'completed');
    assert.lengthOf(completed, 2);
    assert.deepEqual(completed[1], completed[0]);
    assert.deepEqual([...new Set(typesOf(bot, 'killed'))].toSorted(), ['completed', 'stage_completed', 'started']);
  });

  /** Waits until every sink took what it is told of a delivery that ended. */
  const settledOf = (name: string) =>
    seen(cluster, named(name), 'told of', ({ status }) => {
      const notices = status?.notifications ?? [];
      const isEnded = notices.some(({ type }) => type === 'completed');
      return isEnded && notices.every(({ to }) => to.every(({ state }) => state === 'Sent'));
    });
});

/** As they came. */
function lettersOf(sink: NoticeSink, name: string): readonly Letter[] {
  const letters = sink.requests.map(({ body }) => JSON.parse(body) as Letter); // border: what the operator posted
  return letters.filter(({ data }) => data.deployment.name === name);
}

const typesOf = (sink: NoticeSink, name: string) => lettersOf(sink, name).map(({ type }) => type);

/** As a receiver checks it. */
function signed({ headers, body }: SeenRequest): string {
  const bytes = Buffer.from(KEY.replace('whsec_', ''), 'base64');
  const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  return `v1,${createHmac('sha256', bytes).update(text).digest('base64')}`;
}
