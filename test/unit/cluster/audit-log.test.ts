import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { auditLogEnd, parseAuditEvent, readAuditLog } from '../../support/audit-log.ts';

const written = (name: string) =>
  JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `id-${name}`,
    stage: 'ResponseComplete',
    requestURI: `/apis/apps/v1/namespaces/shop/replicasets/${name}/status`,
    verb: 'patch',
    user: { username: 'robot', groups: ['robots'] },
    impersonatedUser: { username: 'tenant' },
    userAgent: 'test',
    objectRef: {
      resource: 'replicasets',
      subresource: 'status',
      namespace: 'shop',
      name,
      apiGroup: 'apps',
      apiVersion: 'v1',
    },
    responseStatus: { metadata: {}, code: 200 },
    requestReceivedTimestamp: '2026-11-25T03:00:00.000001Z',
    stageTimestamp: '2026-11-25T03:00:00.012000Z',
  });

describe('the audit log reader', () => {
  let directory: string;
  let path: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'code-audit-'));
    path = join(directory, 'audit.log');
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('reads a line whole', () => {
    assert.deepEqual(parseAuditEvent(written('web')), {
      id: 'id-web',
      stage: 'ResponseComplete',
      verb: 'patch',
      user: 'robot',
      groups: ['robots'],
      impersonatedUser: 'tenant',
      userAgent: 'test',
      uri: '/apis/apps/v1/namespaces/shop/replicasets/web/status',
      object: { group: 'apps', resource: 'replicasets', subresource: 'status', namespace: 'shop', name: 'web' },
      status: 200,
      receivedAt: Date.UTC(2026, 10, 25, 3, 0, 0, 0),
      loggedAt: Date.UTC(2026, 10, 25, 3, 0, 0, 12),
    });
  });

  it('refuses a line that is no audit event', () => {
    assert.throws(() => parseAuditEvent('{"kind":"Pod"}'), SyntaxError, 'expected an audit event, got {"kind":"Pod"}');
  });

  it('reads from where the log ended before, and leaves a line that is still being written', async () => {
    await writeFile(path, `${written('old')}\n`);
    const end = auditLogEnd(path);
    await appendFile(path, `${written('new')}\n${written('half').slice(0, 40)}`);
    const names: (string | undefined)[] = [];
    for await (const event of readAuditLog(path, end)) names.push(event.object?.name);
    assert.deepEqual(names, ['new']);
  });
});
