import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { localAuditLog } from '../../../operator/adapters/audit/local-log.ts';
import { processLogAudit } from '../../../operator/adapters/audit/process-log.ts';
import { canonicalJson } from '../../../operator/core/hash.ts';
import type { AuditRecord } from '../../../operator/ports/audit.ts';
import { RecordedLog } from '../../support/recorded-log.ts';
import { thrownBy } from '../../support/thrown-by.ts';

const FIRST = '0'.repeat(64);
const record = (name: string): AuditRecord => ({
  stage: 'intent',
  room: 'tenant',
  step: 'guard',
  object: { kind: 'Tenant', name },
  actor: 'operator',
  at: '2026-11-25T12:00:00.000Z',
});

type Line = { readonly prev: string; readonly hash: string } & Readonly<Record<string, unknown>>;

describe('the audit trail in a local file', () => {
  let path: string;
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'code-audit-'));
    path = join(directory, 'audit.jsonl');
  });
  afterEach(() => rm(directory, { recursive: true }));

  const lines = async () => (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  const parsed = async (): Promise<Line[]> => (await lines()).map((line): Line => JSON.parse(line));
  const names = async () => (await parsed()).map(({ object }) => (object as { name: string }).name); // border: our own record

  /** Every line holds the hash of itself and of the one before. */
  function assertChained(chain: readonly Line[], first = FIRST): void {
    let previous = first;
    for (const { hash, ...content } of chain) {
      assert.equal(content.prev, previous);
      assert.equal(hash, createHash('sha256').update(canonicalJson(content)).digest('hex'));
      previous = hash;
    }
  }

  it('has a line for each record, chained by hashes, for its owner only', async () => {
    const audit = await localAuditLog(path);
    for (const name of ['a', 'b', 'c']) await audit.append(record(name));
    assertChained(await parsed());
    assert.deepEqual(await names(), ['a', 'b', 'c']);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  });

  it('keeps the order of records that come at once, and each is on disk when its promise resolves', async () => {
    const audit = await localAuditLog(path);
    const wanted = Array.from({ length: 50 }, (_, index) => `n${index}`);
    await Promise.all(
      wanted.map(async (name) => {
        await audit.append(record(name));
        assert.include(await readFile(path, 'utf8'), `"name":"${name}"`);
      }),
    );
    assertChained(await parsed());
    assert.deepEqual(await names(), wanted);
  });

  it('goes on with its chain after a restart', async () => {
    await (await localAuditLog(path)).append(record('a'));
    await (await localAuditLog(path)).append(record('b'));
    assertChained(await parsed());
  });

  it('never writes to the end of a line that a crash has cut: both would be lost', async () => {
    const first = await localAuditLog(path);
    await first.append(record('a'));
    await first.append(record('b'));
    const { size } = await stat(path);
    await truncate(path, size - 9);
    await (await localAuditLog(path)).append(record('c'));
    const [intact, cut, next] = await lines();
    assert.throws(() => JSON.parse(cut ?? ''));
    assertChained([intact, next].map((line) => JSON.parse(line ?? '') as Line));
  });

  it('starts quickly and soundly whatever stands there before: it reads the end only', async () => {
    await writeFile(path, `${'x'.repeat(200)}\n`.repeat(20_000));
    const audit = await localAuditLog(path);
    await audit.append(record('a'));
    const last = (await lines()).at(-1) ?? '';
    assertChained([JSON.parse(last) as Line]);
  });

  it('chains a record on the last one that was written, not on one that failed', async () => {
    const disk = { full: false };
    const audit = await localAuditLog(path, async (file, text) => {
      if (disk.full) throw new Error('ENOSPC');
      await appendFile(file, text);
    });
    await audit.append(record('a'));
    disk.full = true;
    const failed = await Promise.all(['b', 'c'].map((name) => thrownBy(audit.append(record(name)))));
    assert.deepEqual(
      failed.map(({ name, reason }) => `${name} ${reason}`),
      ['Upstream AuditDown', 'Upstream AuditDown'],
    );
    disk.full = false;
    await audit.append(record('d'));
    assertChained(await parsed());
    assert.deepEqual(await names(), ['a', 'd']);
  });

  it('begins a line of its own after one that was written in part', async () => {
    let partly = false;
    const audit = await localAuditLog(path, async (file, text) => {
      await appendFile(file, partly ? text.slice(0, 20) : text);
      if (partly) throw new Error('ENOSPC');
    });
    partly = true;
    await thrownBy(audit.append(record('a')));
    partly = false;
    await audit.append(record('b'));
    const last = (await lines()).at(-1) ?? '';
    assertChained([JSON.parse(last) as Line]);
  });

  it('is found again by anybody who only appends', async () => {
    await (await localAuditLog(path)).append(record('a'));
    await appendFile(path, '\n');
    await (await localAuditLog(path)).append(record('b'));
    assertChained((await lines()).filter((line) => line !== '').map((line) => JSON.parse(line) as Line));
  });
});

describe('the audit trail in the log of the process', () => {
  it('is an entry of level info with the canonical record', async () => {
    const log = new RecordedLog();
    await processLogAudit(log).append(record('a'));
    assert.deepEqual(log.entries, [
      { level: 'info', message: 'audit', fields: { record: canonicalJson(record('a')) } },
    ]);
  });
});
