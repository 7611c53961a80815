import { assert } from 'chai';
import { REDACTED } from '../../../operator/core/redact-text.ts';
import { redact } from '../../../operator/servers/pipeline/redact.ts';

describe('redaction of results', () => {
  it('hides the values of a Secret and keeps their names', () => {
    const secret = {
      kind: 'Secret',
      metadata: { name: 'db' },
      data: { password: 'aHVudGVyMg==' },
      stringData: { user: 'web' },
    };
    assert.deepEqual(redact(secret), {
      kind: 'Secret',
      metadata: { name: 'db' },
      data: { password: REDACTED },
      stringData: { user: REDACTED },
    });
  });

  it('hides the values of environment variables wherever containers are, and keeps where they come from', () => {
    const env = [
      { name: 'A', value: 'plain' },
      { name: 'B', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
    ];
    assert.deepEqual(redact({ spec: { template: { spec: { containers: [{ env }] } } } }), {
      spec: { template: { spec: { containers: [{ env: [{ name: 'A', value: REDACTED }, env[1] ?? null] }] } } },
    });
  });

  it('drops copies of whole objects and managed fields', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"a":"b"}}', kept: 'yes' };
    assert.deepEqual(redact({ metadata: { managedFields: [{}], annotations } }), {
      metadata: { annotations: { kept: 'yes' } },
    });
  });

  const credentials = {
    'a private key': `-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----`,
    'a private key that was cut': '-----BEGIN PRIVATE KEY-----\nMIIabc',
    'a JWT': `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${'s'.repeat(20)}`,
    'an AWS key id': `AKIA${'Z'.repeat(16)}`,
    'a GitHub token': `ghp_${'a'.repeat(36)}`,
    'a Slack token': 'xoxb-123456789012-abcdef',
    'a provider key': `sk-${'k'.repeat(30)}`,
  };
  for (const [name, credential] of Object.entries(credentials)) {
    it(`hides ${name} in the middle of any text`, () => {
      assert.deepEqual(
        redact([{ log: `before ${credential} after`.replace(/ after$/, name.includes('cut') ? '' : ' after') }]),
        [{ log: name.includes('cut') ? `before ${REDACTED}` : `before ${REDACTED} after` }],
      );
    });
  }

  it('hides the password of a connection string and keeps the rest', () => {
    assert.equal(redact('postgres://web:hunter2@db:5432/app'), `postgres://web:${REDACTED}@db:5432/app`);
  });

  it('leaves ordinary text, numbers and nothing as they are', () => {
    const plain = {
      image: 'registry:5000/team/web@sha256:abc',
      count: 3,
      none: null,
      on: true,
      url: 'https://example.com:8080/a@b',
    };
    assert.deepEqual(redact(plain), plain);
  });
});
