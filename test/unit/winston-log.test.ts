import { Writable } from 'node:stream';
import { assert } from 'chai';
import { type LogOptions, winstonLog } from '../../operator/adapters/log/winston-log.ts';

function setUp(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, callback) {
      lines.push(String(chunk).trimEnd());
      callback();
    },
  });
  const log = winstonLog({ level: 'info', format: 'json', stream, ...options });
  /** The lines as objects, without their time. */
  const entries = () =>
    lines.map((line) => {
      const { time, ...entry } = JSON.parse(line);
      assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      return entry;
    });
  return { log, lines, entries };
}

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW0ifQ.c2lnbmF0dXJl';

describe('log', () => {
  it('writes one JSON object a line, of its level and above', () => {
    const { log, entries } = setUp({ level: 'warn' });
    log.debug('a');
    log.info('b');
    log.warn('could not reach a tool', { server: 'security', attempt: 2, last: false, none: undefined });
    log.error('c');
    assert.deepEqual(entries(), [
      { level: 'warn', message: 'could not reach a tool', server: 'security', attempt: 2, last: false },
      { level: 'error', message: 'c' },
    ]);
  });

  it('takes credentials out of messages and fields', () => {
    const { log, lines } = setUp();
    const secrets = [
      JWT,
      'AKIAABCDEFGHIJKLMNOP',
      'hunter2hunter2',
      'opaque-token-0123456789',
      'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC',
      's3cr3t-value',
    ];
    log.info(`refused: Authorization: Bearer ${secrets[3]}`, {
      token: secrets[5],
      body: `{"password":"${secrets[2]}"}`,
    });
    log.warn(`token ${JWT} and key ${secrets[1]}`, { url: `postgres://code:${secrets[2]}@db/code` });
    log.error('bad key', { stack: `-----BEGIN PRIVATE KEY-----\n${secrets[4]}\n-----END PRIVATE KEY-----` });
    for (const secret of secrets) assert.notInclude(lines.join('\n'), secret);
    assert.include(lines[0], 'refused: Authorization: Bearer [redacted]');
    assert.include(lines[1], 'postgres://code:[redacted]@db/code');
  });

  it('leaves digests, names and ordinary words alone', () => {
    const { log, entries } = setUp();
    const digest = 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
    log.info('the secret of good reviews', { bundle: digest, key: 'shop/token-service' });
    assert.deepEqual(entries(), [
      { level: 'info', message: 'the secret of good reviews', bundle: digest, key: 'shop/token-service' },
    ]);
  });

  it('does not let a field replace what every line has', () => {
    const { log, entries } = setUp();
    log.info('a delivery', { level: 'high', message: 'theirs', timestamp: 1 });
    assert.deepEqual(entries(), [
      { level: 'info', message: 'a delivery', fieldLevel: 'high', fieldMessage: 'theirs', fieldTimestamp: 1 },
    ]);
  });

  it('R42: bounds texts, fields and lines', () => {
    const { log, lines, entries } = setUp();
    log.info('long', { text: 'x'.repeat(1_000_000) });
    log.info('many', Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`f${index}`, index])));
    log.info('both', Object.fromEntries(Array.from({ length: 32 }, (_, index) => [`f${index}`, 'y'.repeat(4_000)])));
    assert.isTrue(lines.every((line) => line.length < 20_000));
    const [long, many, both] = entries();
    assert.equal(long.text, `${'x'.repeat(4_096)}... (1000000 characters)`);
    assert.equal(many.fieldsOmitted, 68);
    assert.deepEqual(both, { level: 'info', message: 'both', fieldsOmitted: 32 });
  });

  it('writes a line for people at a terminal, with a stack below it', () => {
    const { log, lines } = setUp({ format: 'text' });
    log.warn('could not reach\n a tool', { server: 'security', error: 'connection refused' });
    log.error('a fault', { stack: 'TypeError: x\n    at y' });
    assert.deepEqual(
      lines.map((line) => line.replace(/^\d\d:\d\d:\d\d\.\d{3}/, 'TIME')),
      [
        'TIME WARN  could not reach a tool server=security error="connection refused"',
        'TIME ERROR a fault\nTypeError: x\n    at y',
      ],
    );
  });
});
